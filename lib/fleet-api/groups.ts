/** The groups of the fleet's APIs. */
export const CLUSTER_GROUP = "cluster.kubernetes-fleet.io";
export const NETWORKING_GROUP = "networking.fleet.azure.com";
export const PLACEMENT_GROUP = "placement.kubernetes-fleet.io";
