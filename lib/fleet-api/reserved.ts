import { CLUSTER_GROUP, NETWORKING_GROUP, PLACEMENT_GROUP } from "./groups";

// What the hub keeps for itself (Azure/fleet pkg/utils/common.go, pkg/utils/apiresources.go).

/** Namespaces that Kubernetes and the fleet keep for themselves: what is in them is never placed. */
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
  // All but the envelopes, which are there to be placed.
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

/** Kinds that the fleet passes over in silence, whatever selects them. */
export function isNeverPlaced(group: string, kind: string): boolean {
  return NEVER_PLACED_GROUPS.has(group) || (NEVER_PLACED_KINDS[group]?.has(kind) ?? false);
}
