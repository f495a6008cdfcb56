import type { ListedObject } from "./kube-client";

// The parts of the fleet's objects that the command reads.

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

interface Meta {
  name: string;
  namespace?: string;
  generation?: number;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
}

export interface MemberCluster extends ListedObject {
  metadata: Meta;
  status?: { conditions?: Condition[] };
}

export interface FailedPlacement {
  kind: string;
  name: string;
  namespace?: string;
  condition: Condition;
}

export interface ClusterStatus {
  /** Absent for a cluster that could not be chosen. */
  clusterName?: string;
  conditions?: Condition[];
  failedPlacements?: FailedPlacement[];
  /** Names of the snapshots of overrides that it gets: `NAME-INDEX`. */
  applicableClusterResourceOverrides?: string[];
  applicableResourceOverrides?: { namespace: string; name: string }[];
}

export interface OverrideSnapshot {
  spec?: { overrideSpec?: { placement?: { name?: string; scope?: string } } };
}

/** A ClusterResourcePlacement, or a ResourcePlacement. */
export interface Placement {
  metadata: Meta;
  spec: {
    policy?: { placementType?: string };
    strategy?: { type?: string; applyStrategy?: { type?: string } };
  };
  status?: {
    conditions?: Condition[];
    observedResourceIndex?: string;
    placementStatuses?: ClusterStatus[];
  };
}

export interface MultiClusterService {
  metadata: Meta;
  status?: {
    conditions?: Condition[];
    loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
  };
}

export interface TrafficManagerProfile {
  metadata: Meta;
  status?: { conditions?: Condition[]; dnsName?: string };
}

export interface TrafficManagerBackend extends ListedObject {
  metadata: Meta;
  spec?: { profile?: { name?: string }; backend?: { name?: string }; weight?: number };
  status?: { conditions?: Condition[]; endpoints?: { name: string; from?: { cluster?: string } }[] };
}

export interface InternalServiceExport extends ListedObject {
  spec?: { serviceReference?: { namespace?: string; name?: string } };
}

export interface Work extends ListedObject {
  spec?: {
    workload?: { manifests?: { kind?: string; metadata?: { name?: string; namespace?: string } }[] };
  };
}

/** The condition, if it speaks of the object as it is now: one of an older generation says nothing. */
export function currentCondition(
  conditions: Condition[] | undefined,
  type: string,
  generation: number | undefined,
): Condition | undefined {
  return conditions?.find((one) => one.type === type && one.observedGeneration === generation);
}
