import { isUnknown, type Unknown, type WithUnknowns } from "./unknown";

/** The `spec.policy` of a placement in the fleet's API (placement.kubernetes-fleet.io/v1). */
export interface PlacementPolicy {
  readonly placementType?: string;
  /** For PickFixed. */
  readonly clusterNames?: readonly string[] | null;
  /** For PickN. */
  readonly numberOfClusters?: number;
  readonly affinity?: {
    readonly clusterAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly clusterSelectorTerms?: readonly ClusterSelectorTerm[] | null;
      } | null;
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredClusterSelector[] | null;
    } | null;
  } | null;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[] | null;
  readonly tolerations?: readonly Toleration[] | null;
}

export interface ClusterSelectorTerm {
  readonly labelSelector?: LabelSelector | null;
  readonly propertySelector?: { readonly matchExpressions?: readonly PropertyRequirement[] | null } | null;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?: readonly LabelRequirement[] | null;
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

export interface PropertyRequirement {
  readonly name: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

export interface PreferredClusterSelector {
  readonly weight: number;
  readonly preference: {
    readonly labelSelector?: LabelSelector | null;
    readonly propertySorter?: PropertySorter | null;
  };
}

export interface PropertySorter {
  readonly name: string;
  readonly sortOrder: string;
}

export interface TopologySpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew?: number | null;
  readonly whenUnsatisfiable?: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** A policy, as far as it is known, or none. */
export type Policy = WithUnknowns<PlacementPolicy> | Unknown | null | undefined;

/**
 * The policy as the API stores it, with defaults. The scheduler itself has no defaults: e.g. without an operator, it
 * tolerates nothing.
 */
export function asStored(policy: Policy): Policy {
  if (!policy || isUnknown(policy)) {
    return policy;
  }
  const { placementType, topologySpreadConstraints, tolerations, ...rest } = policy;
  return {
    ...rest,
    placementType: placementType ?? "PickAll",
    topologySpreadConstraints: filled(topologySpreadConstraints, (constraint) => ({
      ...constraint,
      maxSkew: constraint.maxSkew ?? 1,
    })),
    tolerations: filled(tolerations, (toleration) => ({
      ...toleration,
      operator: toleration.operator ?? "Equal",
    })),
  };
}

function filled<T>(
  list: readonly (T | Unknown)[] | Unknown | null | undefined,
  fill: (item: T) => T,
): readonly (T | Unknown)[] | Unknown | undefined {
  return isUnknown(list) ? list : list?.map((item) => (isUnknown(item) ? item : fill(item)));
}
