import type { KubernetesObject } from "../../fleet-model/identity";
import type { Taint } from "../../fleet-model/member";
import type { LabelSelector, Toleration } from "../../fleet-model/policy";
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
  resourceVersion?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** What a placement has decided for one member. */
export interface Binding extends ListedObject {
  metadata: Meta;
  spec?: { targetCluster?: string };
}

export interface MemberCluster extends ListedObject {
  metadata: Meta;
  spec?: { heartbeatPeriodSeconds?: number; taints?: Taint[] };
  status?: {
    conditions?: Condition[];
    properties?: Record<string, { value?: string }>;
    resourceUsage?: { allocatable?: Record<string, string | number> };
    agentStatus?: { type: string; lastReceivedHeartbeat?: string }[];
  };
}

export interface FailedPlacement {
  kind: string;
  name: string;
  namespace?: string;
  condition: Condition;
}

interface Difference {
  path: string;
  valueInMember?: string;
  valueInHub?: string;
}

export interface DriftedPlacement {
  kind: string;
  name: string;
  namespace?: string;
  observedDrifts?: Difference[];
}

export interface DiffedPlacement {
  kind: string;
  name: string;
  namespace?: string;
  observedDiffs?: Difference[];
}

export interface ClusterStatus {
  /** Absent for a cluster that could not be chosen. */
  clusterName?: string;
  conditions?: Condition[];
  failedPlacements?: FailedPlacement[];
  driftedPlacements?: DriftedPlacement[];
  diffedPlacements?: DiffedPlacement[];
  /** Names of the override snapshots that apply to it: `NAME-INDEX`. */
  applicableClusterResourceOverrides?: string[];
  applicableResourceOverrides?: { namespace: string; name: string }[];
}

export interface ResourceIdentifier {
  group?: string;
  version: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface ResourceSelector {
  group: string;
  version: string;
  kind: string;
  name?: string;
  labelSelector?: LabelSelector;
  selectionScope?: "NamespaceOnly" | "NamespaceWithResources" | "NamespaceWithResourceSelectors";
}

/** A ClusterResourceOverride, or a ResourceOverride. */
export interface Override extends ListedObject {
  metadata: Meta;
  spec?: OverrideSpec;
}

export interface OverrideSpec {
  placement?: { name?: string; scope?: string };
  clusterResourceSelectors?: { group: string; version: string; kind: string; name: string }[];
  resourceSelectors?: { group: string; version: string; kind: string; name: string }[];
  policy?: {
    overrideRules?: {
      clusterSelector?: { clusterSelectorTerms?: { labelSelector?: LabelSelector }[] };
    }[];
  };
}

export interface OverrideSnapshot extends ListedObject {
  metadata: Meta;
  spec?: { overrideSpec?: OverrideSpec };
}

/** What the hub has collected for a placement; large sets span several snapshots with one index. */
export interface ResourceSnapshot extends ListedObject {
  metadata: Meta;
  spec?: { selectedResources?: KubernetesObject[] };
}

/** A ClusterResourcePlacement, or a ResourcePlacement. */
export interface Placement {
  metadata: Meta;
  spec: {
    resourceSelectors?: ResourceSelector[];
    policy?: { placementType?: string; clusterNames?: string[]; tolerations?: Toleration[] };
    strategy?: { type?: string; applyStrategy?: { type?: string } };
  };
  status?: {
    conditions?: Condition[];
    observedResourceIndex?: string;
    placementStatuses?: ClusterStatus[];
    selectedResources?: ResourceIdentifier[];
  };
}

export interface Node extends ListedObject {
  status?: { nodeInfo?: { kubeletVersion?: string } };
}

export interface ServiceExport extends ListedObject {
  metadata: Meta;
  status?: { conditions?: Condition[] };
}

export interface MultiClusterService {
  metadata: Meta;
  spec?: { serviceImport?: { name?: string } };
  status?: {
    conditions?: Condition[];
    loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
  };
}

export interface TrafficManagerProfile extends ListedObject {
  metadata: Meta;
  status?: { conditions?: Condition[]; dnsName?: string };
}

export interface TrafficManagerBackend extends ListedObject {
  metadata: Meta;
  spec?: { profile?: { name?: string }; backend?: { name?: string }; weight?: number };
  status?: { conditions?: Condition[]; endpoints?: TrafficManagerEndpoint[] };
}

export interface TrafficManagerEndpoint {
  name: string;
  /** A DNS name or an address. */
  target?: string;
  weight?: number;
  from?: { cluster?: string };
}

export interface InternalServiceExport extends ListedObject {
  spec?: { serviceReference?: { namespace?: string; name?: string } };
  status?: { conditions?: Condition[] };
}

export interface Work extends ListedObject {
  spec?: {
    workload?: { manifests?: { kind?: string; metadata?: { name?: string; namespace?: string } }[] };
  };
}

/** The endpoints of a Service that a member exports. */
export interface EndpointSliceExport extends ListedObject {
  spec?: {
    endpoints?: { addresses?: string[] }[];
    ownerServiceReference?: { namespace?: string; name?: string };
  };
}

/** Label of an EndpointSlice: its Service. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

export interface EndpointSlice extends ListedObject {
  endpoints?: { addresses?: string[]; hostname?: string; targetRef?: { kind?: string; name?: string } }[];
}

export interface ServiceImport {
  status?: { ports?: { port?: number; protocol?: string }[]; clusters?: { cluster?: string }[] };
}

/** The condition, unless it refers to an older generation of the object. */
export function currentCondition(
  conditions: Condition[] | undefined,
  type: string,
  generation: number | undefined,
): Condition | undefined {
  return conditions?.find((one) => one.type === type && one.observedGeneration === generation);
}
