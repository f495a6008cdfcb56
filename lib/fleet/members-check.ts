import { isKnown } from "../checks/check";
import { stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkServiceCidrMeets } from "../cluster/network-checks";
import { checkOverlaps } from "../network/network-overlap";
import type { IFleetMember } from "./fleet-member";

/** Yields what keeps members from being in one fleet, as far as this app knows them. */
export function* checkMembers(members: readonly IFleetMember[]): Generator<string> {
  const seen: { key: string; memberName?: string; cluster?: IAksCluster }[] = [];
  for (const member of members) {
    const { key } = member;
    const memberName = ifTold(() => member.memberName);
    const cluster = ifTold(() => member.cluster);
    const sameCluster =
      cluster && seen.filter((other) => other.cluster && isSame(other.cluster, cluster)).at(-1);
    const sameName = isKnown(memberName) && seen.filter((other) => other.memberName === memberName).at(-1);
    if (sameCluster) {
      yield `members "${sameCluster.key}" and "${key}" are the same cluster; a cluster joins a fleet once.`;
    } else if (sameName) {
      yield `members "${sameName.key}" and "${key}" have the same name, "${memberName}"; give one of them another clusterName or memberName.`;
    }
    seen.push({ key, memberName, cluster });
  }
  const clusters = [...new Set(seen.flatMap(({ cluster }) => cluster ?? []))];
  const networks = clusters.flatMap((cluster) => ifTold(() => cluster.network) ?? []);
  yield* checkOverlaps([...new Set(networks)]);
  for (const cluster of clusters) {
    const own = ifTold(() => cluster.network);
    for (const network of networks) {
      // The cluster itself checks its own network.
      if (network !== own) {
        for (const finding of checkServiceCidrMeets(cluster.serviceCidr, network)) {
          yield `cluster "${cluster.clusterName}": ${finding}`;
        }
      }
    }
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
