/** The API groups of the fleet. */
export const CLUSTER_GROUP = "cluster.kubernetes-fleet.io";
export const NETWORKING_GROUP = "networking.fleet.azure.com";
export const PLACEMENT_GROUP = "placement.kubernetes-fleet.io";

/** Their versions, as in an object's `apiVersion`. */
export const CLUSTER_V1 = `${CLUSTER_GROUP}/v1`;
export const NETWORKING_V1ALPHA1 = `${NETWORKING_GROUP}/v1alpha1`;
export const NETWORKING_V1BETA1 = `${NETWORKING_GROUP}/v1beta1`;
export const PLACEMENT_V1 = `${PLACEMENT_GROUP}/v1`;
export const PLACEMENT_V1BETA1 = `${PLACEMENT_GROUP}/v1beta1`;

/** The API server's path of a version. */
export function apiPath(apiVersion: string): string {
  return `/apis/${apiVersion}`;
}

/** The hub's path of its members. */
export const MEMBERS_PATH = `${apiPath(CLUSTER_V1)}/memberclusters`;
