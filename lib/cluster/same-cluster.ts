import { isSameGroup, isSameSubscription } from "../azapi/made";
import { isKnown } from "../checks/check";
import type { IAksCluster } from "./aks-cluster";

/** Whether two are one cluster for certain: of what isn't known, nothing is said. */
export function isSameCluster(a: IAksCluster, b: IAksCluster): boolean {
  if (a === b) {
    return true;
  }
  // Of names that only Terraform knows, only the same reference is the same name.
  if (
    lower(a.clusterName) !== lower(b.clusterName) ||
    !isSameGroup(a, a.resourceGroupName, b.resourceGroupName)
  ) {
    return false;
  }
  if (a.subscriptionId !== undefined && b.subscriptionId !== undefined) {
    return lower(a.subscriptionId) === lower(b.subscriptionId);
  }
  // Without an id, the provider decides in which subscription it is.
  return a.subscriptionId === b.subscriptionId && a.provider === b.provider && isSameSubscription(a, b);
}

function lower(text: string): string {
  return isKnown(text) ? text.toLowerCase() : text;
}
