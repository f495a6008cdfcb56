import { isKnown } from "../checks/check";
import { type Finding, finding, within } from "../checks/finding";
import { allMarked, markOf } from "../checks/marked";
import { optional } from "../checks/required";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkServiceCidrOverlap } from "../cluster/network-checks";
import { isSameCluster } from "../cluster/same-cluster";
import type { IClusterNetwork } from "../network/cluster-network";
import { NetworkManagerMesh } from "../network/network-manager-mesh";
import { checkOverlaps } from "../network/network-overlap";
import { PeeringMesh } from "../network/peering-mesh";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { isSameFleet } from "./same-fleet";

/** Limit of Azure Kubernetes Fleet Manager. */
const MOST_MEMBERS = 1000;

/** Marks of fleets and members, new or imported. */
export const FLEET_MARK = markOf("Fleet");
export const MEMBER_MARK = markOf("FleetMember");

/**
 * Checks whether members can be in the same fleet, as far as this app knows them.
 * @param hubNetwork the network of a private hub, which members must reach like each other's
 */
export function* checkMembers(fleet: IFleet, hubNetwork?: IClusterNetwork): Generator<Finding> {
  const { members } = fleet;
  if (members.length > MOST_MEMBERS) {
    yield finding(
      "members-many",
      `members: there are ${members.length}, but a fleet can have at most ${MOST_MEMBERS}; create a second fleet.`,
    );
  }
  // The app may have imported the same fleet elsewhere.
  const fleets = allMarked<IFleet>(fleet, FLEET_MARK);
  const before = fleets
    .slice(0, fleets.indexOf(fleet))
    .filter((other) => isSameFleet(other, fleet) === true)
    .flatMap((other) => other.members);
  const others = before.map(factsOf);
  const own = members.map(factsOf);
  for (const [index, member] of own.entries()) {
    for (const other of others) {
      yield* checkTwice(other, member);
    }
    for (const other of own.slice(0, index)) {
      yield* checkTwice(other, member);
    }
  }
  const clusters = [...new Set(own.flatMap(({ cluster }) => cluster ?? []))];
  const networks = [
    ...clusters.flatMap((cluster) => optional(() => cluster.network) ?? []),
    ...(hubNetwork ? [hubNetwork] : []),
  ];
  // A mesh reports overlaps of its own networks.
  const meshes = [...PeeringMesh._all(fleet), ...NetworkManagerMesh._all(fleet)].map((mesh) => mesh.networks);
  const connected = (a: IClusterNetwork, b: IClusterNetwork) =>
    meshes.some((ofMesh) => ofMesh.includes(a) && ofMesh.includes(b));
  yield* checkOverlaps([...new Set(networks)], connected);
  for (const cluster of clusters) {
    const own = optional(() => cluster.network);
    for (const network of networks) {
      // The cluster itself checks its own network.
      if (network !== own) {
        for (const found of checkServiceCidrOverlap(cluster.serviceCidr, network)) {
          yield within(`cluster "${cluster.clusterName}"`, found);
        }
      }
    }
  }
}

/** What is known of a member. */
interface MemberFacts {
  readonly key: string;
  readonly cluster: IAksCluster | undefined;
  readonly name: string | undefined;
}

function factsOf(member: IFleetMember): MemberFacts {
  return {
    key: member.key,
    cluster: optional(() => member.cluster),
    name: optional(() => member.memberName),
  };
}

function* checkTwice(one: MemberFacts, other: MemberFacts): Generator<Finding> {
  const { cluster: a, name: nameA } = one;
  const { cluster: b, name: nameB } = other;
  if (a && b && isSameCluster(a, b)) {
    yield finding(
      "member-cluster-twice",
      `members "${one.key}" and "${other.key}" are the same cluster, which can join a fleet only once; remove one.`,
    );
  } else if (one.key === other.key) {
    yield finding(
      "member-key-twice",
      `clusters "${a?.clusterName ?? nameA}" and "${b?.clusterName ?? nameB}" have the same key, "${one.key}"; give each its own key.`,
    );
  } else if (isKnown(nameA) && nameA === nameB) {
    yield finding(
      "member-name-twice",
      `members "${one.key}" and "${other.key}" have the same name, "${nameA}"; give one of them another clusterName or memberName.`,
    );
  }
}

/** Refuses a member whose cluster is already in another fleet of the app. */
export function* checkOneFleet(member: IFleetMember): Generator<Finding> {
  const cluster = optional(() => member.cluster);
  const all = allMarked<IFleetMember>(member, MEMBER_MARK);
  const other = all.slice(0, all.indexOf(member)).find((one) => {
    if (!cluster || isSameFleet(one.fleet, member.fleet) !== false) {
      return false;
    }
    const its = optional(() => one.cluster);
    return its && isSameCluster(its, cluster);
  });
  if (other) {
    yield finding(
      "cluster-in-two-fleets",
      `cluster: "${cluster?.clusterName}" is already a member of another fleet, at ${other.node.path}, but a cluster can be in only one fleet; remove one of the two members.`,
    );
  }
}
