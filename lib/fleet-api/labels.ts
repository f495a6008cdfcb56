// Labels of members and of objects that the hub creates (Azure/fleet apis/placement/v1beta1/commons.go), and Azure's own.

/** The location of a member. */
export const LOCATION_LABEL = "fleet.azure.com/location";

/** The name of a member: Azure's, and the hub's own on newer hubs. */
export const AZURE_MEMBER_NAME_LABEL = "fleet.azure.com/member-name";
export const MEMBER_NAME_LABEL = "kubernetes-fleet.io/member-name";

export const RESOURCE_GROUP_LABEL = "fleet.azure.com/resource-group";
export const SUBSCRIPTION_LABEL = "fleet.azure.com/subscription-id";
export const CLUSTER_NAME_LABEL = "fleet.azure.com/cluster-name";

/** Label of objects that Azure manages. */
export const MANAGED_BY_LABEL = "fleet.azure.com/managed-by";

/** The placement that an object on the hub belongs to; for a ResourcePlacement, together with `PARENT_NAMESPACE_LABEL`. */
export const PARENT_PLACEMENT_LABEL = "kubernetes-fleet.io/parent-CRP";
export const PARENT_NAMESPACE_LABEL = "kubernetes-fleet.io/parent-namespace";
export const PARENT_OVERRIDE_LABEL = "kubernetes-fleet.io/parent-resource-override";

/** Labels of snapshots: whether it is the latest, and its index. */
export const LATEST_SNAPSHOT_LABEL = "kubernetes-fleet.io/is-latest-snapshot";
export const RESOURCE_INDEX_LABEL = "kubernetes-fleet.io/resource-index";

/** Properties of members. */
export const NODE_COUNT_PROPERTY = "kubernetes-fleet.io/node-count";
export const RESOURCES_PREFIX = "resources.kubernetes-fleet.io/";
