import { CLUSTER_GROUP, NETWORKING_GROUP, PLACEMENT_GROUP } from "./groups";

// What the hub reserves (Azure/fleet pkg/utils/common.go, pkg/utils/apiresources.go).

/** Whether a namespace is reserved by Kubernetes or the fleet: nothing in it is ever placed. */
export function isReservedNamespace(name: string): boolean {
  return name === "default" || name.startsWith("kube-") || name.startsWith("fleet-");
}

const NEVER_PLACED_GROUPS = new Set([
  CLUSTER_GROUP,
  "coordination.k8s.io",
  "events.k8s.io",
  "metrics.k8s.io",
]);

const NEVER_PLACED_KINDS: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set(["Node", "Pod"]),
  [NETWORKING_GROUP]: new Set(["ServiceImport", "TrafficManagerBackend", "TrafficManagerProfile"]),
  // All except envelopes, which are meant to be placed.
  [PLACEMENT_GROUP]: new Set([
    "ApprovalRequest",
    "ClusterApprovalRequest",
    "ClusterResourceBinding",
    "ClusterResourceOverride",
    "ClusterResourceOverrideSnapshot",
    "ClusterResourcePlacement",
    "ClusterResourcePlacementDisruptionBudget",
    "ClusterResourcePlacementEviction",
    "ClusterResourcePlacementStatus",
    "ClusterResourceSnapshot",
    "ClusterSchedulingPolicySnapshot",
    "ClusterStagedUpdateRun",
    "ClusterStagedUpdateStrategy",
    "ResourceBinding",
    "ResourceOverride",
    "ResourceOverrideSnapshot",
    "ResourcePlacement",
    "ResourceSnapshot",
    "SchedulingPolicySnapshot",
    "StagedUpdateRun",
    "StagedUpdateStrategy",
    "Work",
  ]),
};

/** Whether the fleet silently skips a kind, even if it is selected. */
export function isNeverPlaced(group: string, kind: string): boolean {
  return NEVER_PLACED_GROUPS.has(group) || (NEVER_PLACED_KINDS[group]?.has(kind) ?? false);
}
