import type { Construct } from "constructs";
import {
  ClusterResourcePlacement,
  type ClusterSelectorTerm,
  type LabelSelector,
  Namespace,
  PlacementPolicy,
  type PlacementStrategyProps,
  ResourcePlacement,
} from "../../lib";
import { fleetWith } from "../hub/fixtures";

const LABELS: LabelSelector = {
  matchLabels: { env: "prod" },
  matchExpressions: [
    { key: "fleet.azure.com/location", operator: "In", values: ["eastus2", "westus2"] },
    { key: "env", operator: "NotIn", values: ["test"] },
    { key: "env", operator: "Exists" },
    { key: "retired", operator: "DoesNotExist" },
  ],
};

const REQUIRED: ClusterSelectorTerm[] = [
  {
    labelSelector: LABELS,
    // Together they can hold: the webhook refuses what contradicts itself.
    properties: (
      [
        ["Gt", "8Gi"],
        ["Ge", "16Gi"],
        ["Eq", "16Gi"],
        ["Ne", "12Gi"],
        ["Lt", "64Gi"],
        ["Le", "16Gi"],
      ] as const
    ).map(([operator, value]) => ({
      name: "resources.kubernetes-fleet.io/available-memory",
      operator,
      value,
    })),
  },
];

const TOLERATIONS = [
  { key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" },
  { operator: "Exists" },
] as const;

/** Every way to state a policy, each with everything that it takes. */
const POLICIES: Record<string, PlacementPolicy> = {
  all: PlacementPolicy.all(),
  locations: PlacementPolicy.inLocations("eastus2", "westus2"),
  members: PlacementPolicy.onMembers("aks-eastus2"),
  matching: PlacementPolicy.pickAll({ required: REQUIRED, tolerations: TOLERATIONS }),
  best: PlacementPolicy.pickN(1, {
    required: REQUIRED,
    preferred: [
      {
        weight: -100,
        labelSelector: LABELS,
        propertySorter: { name: "kubernetes-fleet.io/node-count", sortOrder: "Descending" },
      },
    ],
    topologySpread: [
      { topologyKey: "fleet.azure.com/location", maxSkew: 2, whenUnsatisfiable: "ScheduleAnyway" },
    ],
    tolerations: TOLERATIONS,
  }),
};

const OF_V1: PlacementStrategyProps = {
  rolloutType: "RollingUpdate",
  maxUnavailable: 1,
  maxSurge: "30%",
  unavailablePeriodSeconds: 30,
  applyType: "ServerSideApply",
  comparisonOption: "FullComparison",
  whenToApply: "IfNotDrifted",
  whenToTakeOver: "Never",
  allowCoOwnership: true,
  force: true,
  revisionHistoryLimit: 1000,
};

const STRATEGIES: Record<string, PlacementStrategyProps> = {
  v1: OF_V1,
  older: { ...OF_V1, apiVersion: "v1beta1" },
  plain: { rolloutType: "External", applyType: "ReportDiff" },
};

/** Placements with every prop, in as many objects as it takes. */
export function everyPlacement(scope: Construct): void {
  const fleet = fleetWith(scope);
  // An object is placed on a member once.
  const namespaceOf = (name: string) =>
    new Namespace(scope, `Namespace-${name}`, { fleet, name, workloadsElsewhere: true });
  for (const [policyName, policy] of Object.entries(POLICIES)) {
    for (const [strategyName, strategy] of Object.entries(STRATEGIES)) {
      const name = `${policyName}-${strategyName}`;
      const namespace = namespaceOf(name);
      new ClusterResourcePlacement(scope, `Cluster-${name}`, {
        ...strategy,
        namespace,
        policy,
        name,
        selectionScope: "NamespaceOnly",
        selectors: [
          { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name },
          { version: "v1", kind: "PersistentVolume", labelSelector: LABELS },
        ],
        statusReportingScope: "NamespaceAccessible",
        dependsOn: [fleet.resource],
      });
      new ResourcePlacement(scope, `Namespaced-${name}`, {
        ...strategy,
        namespace,
        policy,
        name,
        selectors: [
          { group: "apps", version: "v1", kind: "Deployment", name: "web" },
          { version: "v1", kind: "ConfigMap", labelSelector: LABELS },
        ],
        namespaceElsewhere: true,
        dependsOn: [fleet.resource],
      });
    }
  }
  const selectors = [
    { version: "v1", kind: "Namespace", name: "other", selectionScope: "NamespaceOnly" },
  ] as const;
  const policy = PlacementPolicy.onMembers("aks-eastus2");
  new ClusterResourcePlacement(scope, "Two", {
    namespace: namespaceOf("two"),
    policy,
    name: "two",
    selectionScope: "NamespaceOnly",
    selectors,
  });
  new ClusterResourcePlacement(scope, "WithoutNamespace", {
    ...OF_V1,
    fleet,
    policy,
    name: "volumes",
    selectors: [{ version: "v1", kind: "PersistentVolume" }],
    dependsOn: [fleet.resource],
  });
}
