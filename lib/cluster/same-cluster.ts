import { isSameGroup, isSameSubscription } from "../azapi/made";
import { isKnown } from "../checks/check";
import type { IAksCluster } from "./aks-cluster";

/** Whether two constructs are certainly the same cluster. */
export function isSameCluster(a: IAksCluster, b: IAksCluster): boolean {
  if (a === b) {
    return true;
  }
  // Tokens are the same name only if they are the same reference.
  if (
    lower(a.clusterName) !== lower(b.clusterName) ||
    !isSameGroup(a, a.resourceGroupName, b.resourceGroupName)
  ) {
    return false;
  }
  if (a.subscriptionId !== undefined && b.subscriptionId !== undefined) {
    return lower(a.subscriptionId) === lower(b.subscriptionId);
  }
  // Without an id, the provider determines the subscription.
  return a.subscriptionId === b.subscriptionId && a.provider === b.provider && isSameSubscription(a, b);
}

function lower(text: string): string {
  return isKnown(text) ? text.toLowerCase() : text;
}
