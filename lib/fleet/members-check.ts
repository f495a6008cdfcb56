import { isKnown } from "../checks/check";
import { type Finding, finding, within } from "../checks/finding";
import { stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkServiceCidrMeets } from "../cluster/network-checks";
import type { IClusterNetwork } from "../network/cluster-network";
import { checkOverlaps } from "../network/network-overlap";
import { PeeringMesh } from "../network/peering-mesh";
import type { IFleetMember } from "./fleet-member";

/**
 * Yields what keeps members from being in one fleet, as far as this app knows them.
 * @param hubNetwork the network of a private hub, which members reach like those of the others
 */
export function* checkMembers(
  members: readonly IFleetMember[],
  hubNetwork?: IClusterNetwork,
): Generator<Finding> {
  for (const [index, member] of members.entries()) {
    for (const other of members.slice(0, index)) {
      yield* checkTwice(other, member);
    }
  }
  const clusters = [...new Set(members.flatMap((member) => ifTold(() => member.cluster) ?? []))];
  const networks = [
    ...clusters.flatMap((cluster) => ifTold(() => cluster.network) ?? []),
    ...(hubNetwork ? [hubNetwork] : []),
  ];
  // A mesh checks its own networks.
  const meshes = members[0] ? PeeringMesh._of(members[0]).map((mesh) => mesh.networks) : [];
  yield* checkOverlaps([...new Set(networks)], (a, b) =>
    meshes.some((mesh) => mesh.includes(a) && mesh.includes(b)),
  );
  for (const cluster of clusters) {
    const own = ifTold(() => cluster.network);
    for (const network of networks) {
      // The cluster itself checks its own network.
      if (network !== own) {
        for (const found of checkServiceCidrMeets(cluster.serviceCidr, network)) {
          yield within(`cluster "${cluster.clusterName}"`, found);
        }
      }
    }
  }
}

function* checkTwice(one: IFleetMember, other: IFleetMember): Generator<Finding> {
  const [a, b] = [one, other].map((member) => ifTold(() => member.cluster));
  const [nameA, nameB] = [one, other].map((member) => ifTold(() => member.memberName));
  if (a && b && isSame(a, b)) {
    yield finding(
      "member-cluster-twice",
      `members "${one.key}" and "${other.key}" are the same cluster; a cluster joins a fleet once.`,
    );
  } else if (one.key === other.key) {
    yield finding(
      "member-key-twice",
      `clusters "${a?.clusterName ?? nameA}" and "${b?.clusterName ?? nameB}" have the same key, "${one.key}"; give each a key of its own.`,
    );
  } else if (isKnown(nameA) && nameA === nameB) {
    yield finding(
      "member-name-twice",
      `members "${one.key}" and "${other.key}" have the same name, "${nameA}"; give one of them another clusterName or memberName.`,
    );
  }
}

/** Whether two are one cluster for certain: of what isn't known, nothing is said. */
function isSame(a: IAksCluster, b: IAksCluster): boolean {
  if (a === b) {
    return true;
  }
  // A resource group that this app makes has a token, which tells clusters of one name apart.
  if (
    lower(a.clusterName) !== lower(b.clusterName) ||
    lower(a.resourceGroupName) !== lower(b.resourceGroupName)
  ) {
    return false;
  }
  if (a.subscriptionId !== undefined && b.subscriptionId !== undefined) {
    return lower(a.subscriptionId) === lower(b.subscriptionId);
  }
  // Without an id, the provider decides in which subscription it is.
  return (
    a.subscriptionId === b.subscriptionId &&
    a.provider === b.provider &&
    (!isKnown(a.resourceGroupName) || stackOf(a) === stackOf(b))
  );
}

function lower(text: string): string {
  return isKnown(text) ? text.toLowerCase() : text;
}
