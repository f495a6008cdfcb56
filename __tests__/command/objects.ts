import type { ClusterStatus, Condition, MemberCluster, Placement } from "../../lib/command/client/objects";

export function condition(
  type: string,
  status: Condition["status"] = "True",
  { generation = 1, message = "", reason = "" } = {},
): Condition {
  return { type, status, reason, message, observedGeneration: generation };
}

export function member(name: string, joined: Condition["status"] = "True", message = ""): MemberCluster {
  return { metadata: { name }, status: { conditions: [condition("Joined", joined, { message })] } };
}

/** A member that has joined, whose agent was heard then, as often as it says. */
export function heard(name: string, at: number, heartbeatPeriodSeconds?: number): MemberCluster {
  const { metadata, status } = member(name);
  const lastReceivedHeartbeat = new Date(at).toISOString();
  return {
    metadata,
    ...(heartbeatPeriodSeconds && { spec: { heartbeatPeriodSeconds } }),
    status: { ...status, agentStatus: [{ type: "MemberAgent", lastReceivedHeartbeat }] },
  };
}

const STEPS = ["Scheduled", "RolloutStarted", "Overridden", "WorkSynchronized", "Applied", "Available"];

export function onCluster(
  clusterName: string,
  available = true,
  rest: Partial<ClusterStatus> = {},
): ClusterStatus {
  const conditions = STEPS.map((type) =>
    condition(type, type === "Available" && !available ? "False" : "True", {
      message: type === "Available" && !available ? "not all are available" : "",
    }),
  );
  return { clusterName, conditions, ...rest };
}

/** A placement on these clusters, as the hub reports it at generation 1; with a namespace, a ResourcePlacement. */
export function placement(clusters: ClusterStatus[], index = "0", namespace?: string): Placement {
  const available = clusters.every((one) =>
    one.conditions?.some(({ type, status }) => type === "Available" && status === "True"),
  );
  const conditions = STEPS.map((type) =>
    condition(
      `${namespace ? "" : "Cluster"}ResourcePlacement${type}`,
      type === "Available" && !available ? "False" : "True",
    ),
  );
  return {
    metadata: { name: "aks-store-demo", generation: 1, ...(namespace && { namespace }) },
    spec: { policy: { placementType: "PickAll" }, strategy: { type: "RollingUpdate" } },
    status: { conditions, observedResourceIndex: index, placementStatuses: clusters },
  };
}
