import { isKnown } from "../checks/check";
import { type Finding, finding, within } from "../checks/finding";
import { allMarked, markOf } from "../checks/marked";
import { ifTold } from "../checks/told";
import { checkServiceCidrMeets } from "../cluster/network-checks";
import { isSameCluster } from "../cluster/same-cluster";
import type { IClusterNetwork } from "../network/cluster-network";
import { checkOverlaps } from "../network/network-overlap";
import { PeeringMesh } from "../network/peering-mesh";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { isSameFleet } from "./same-fleet";

/** Of fleets, and of members, whether made or imported. */
export const FLEET_MARK = markOf("Fleet");
export const MEMBER_MARK = markOf("FleetMember");

/**
 * Yields what keeps members from being in one fleet, as far as this app knows them.
 * @param hubNetwork the network of a private hub, which members reach like those of the others
 */
export function* checkMembers(fleet: IFleet, hubNetwork?: IClusterNetwork): Generator<Finding> {
  const { members } = fleet;
  // The app may have imported the fleet elsewhere, too.
  const fleets = allMarked<IFleet>(fleet, FLEET_MARK);
  const before = fleets
    .slice(0, fleets.indexOf(fleet))
    .filter((other) => isSameFleet(other, fleet) === true)
    .flatMap((other) => other.members);
  for (const [index, member] of members.entries()) {
    for (const other of [...before, ...members.slice(0, index)]) {
      yield* checkTwice(other, member);
    }
  }
  const clusters = [...new Set(members.flatMap((member) => ifTold(() => member.cluster) ?? []))];
  const networks = [
    ...clusters.flatMap((cluster) => ifTold(() => cluster.network) ?? []),
    ...(hubNetwork ? [hubNetwork] : []),
  ];
  // What is peered says so itself.
  const meshes = PeeringMesh._all(fleet);
  const peered = (a: IClusterNetwork, b: IClusterNetwork) =>
    meshes.some((mesh) => mesh.networks.includes(a) && mesh.networks.includes(b));
  yield* checkOverlaps([...new Set(networks)], peered);
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
  if (a && b && isSameCluster(a, b)) {
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

/** Yields that a member's cluster is in another fleet of the app already: it can be in one only. */
export function* checkOneFleet(member: IFleetMember): Generator<Finding> {
  const cluster = ifTold(() => member.cluster);
  const all = allMarked<IFleetMember>(member, MEMBER_MARK);
  const other = all.slice(0, all.indexOf(member)).find((one) => {
    const its = ifTold(() => one.cluster);
    return cluster && its && isSameCluster(its, cluster) && isSameFleet(one.fleet, member.fleet) === false;
  });
  if (other) {
    yield finding(
      "cluster-in-two-fleets",
      `cluster: "${cluster?.clusterName}" is a member of another fleet already, at ${other.node.path}; a cluster is in one fleet only, leave one of the two members out.`,
    );
  }
}
