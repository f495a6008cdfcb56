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
import { resources, synthStack } from "../synth";
import { checkStack, describeConformance, reference } from ".";
import { unreachedFields } from "./reach";

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
    properties: (["Gt", "Ge", "Eq", "Ne", "Lt", "Le"] as const).map((operator) => ({
      name: "resources.kubernetes-fleet.io/available-memory",
      operator,
      value: "16Gi",
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
  mirrored: { ...OF_V1, deletePropagation: "Abandon", reportBack: "WorkAPI" },
  plain: {
    rolloutType: "External",
    applyType: "ReportDiff",
    deletePropagation: "Delete",
    reportBack: "Disabled",
  },
};

const stack = () =>
  synthStack((scope) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
    for (const [policyName, policy] of Object.entries(POLICIES)) {
      for (const [strategyName, strategy] of Object.entries(STRATEGIES)) {
        const name = `${policyName}-${strategyName}`;
        new ClusterResourcePlacement(scope, `Cluster-${name}`, {
          ...strategy,
          namespace,
          policy,
          name,
          selectionScope: "NamespaceOnly",
          selectors: [
            { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "reader" },
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
      namespace,
      policy,
      name: "two",
      selectionScope: "NamespaceOnly",
      selectors,
      reportBack: "OriginalResource",
    });
  });

interface Placement {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: unknown;
}

describeConformance("placements with every prop", () => {
  test("are what the fleet's API accepts", () => {
    expect(checkStack(stack())).toEqual([]);
  });

  // Fields that no prop reaches, each with the reason.
  const required = "policy.affinity.clusterAffinity.requiredDuringSchedulingIgnoredDuringExecution";
  const preferred = "policy.affinity.clusterAffinity.preferredDuringSchedulingIgnoredDuringExecution";
  const refused = [
    // The hub's webhook refuses properties of preferred terms,
    `${preferred}[].preference.propertySelector`,
    // and sorters of required ones.
    `${required}.clusterSelectorTerms[].propertySorter`,
  ];
  const ofNamespaces = [
    // A ResourcePlacement can't select namespaces, to which alone this applies.
    "resourceSelectors[].selectionScope",
    // Its status is in its namespace in any case: the field is of ClusterResourcePlacements.
    "statusReportingScope",
  ];

  test.each([
    ["ClusterResourcePlacement", "v1", refused],
    ["ClusterResourcePlacement", "v1beta1", refused],
    ["ResourcePlacement", "v1", [...refused, ...ofNamespaces]],
    ["ResourcePlacement", "v1beta1", [...refused, ...ofNamespaces]],
  ])("reach every field of the %s %s, but for the exceptions", (kind, version, exceptions) => {
    const manifests = Object.values(resources(stack(), "kubernetes_manifest"))
      .map(({ manifest }) => manifest as Placement)
      .filter((manifest) => manifest.kind === kind && manifest.apiVersion.endsWith(`/${version}`));
    expect(unreachedFields(reference().crds, manifests).sort()).toEqual([...exceptions].sort());
  });

  test("a field that nothing sets is found, and so is one inside of a list", () => {
    const spec = { resourceSelectors: [{ group: "", version: "v1" }, { kind: "Namespace" }], policy: {} };
    const apiVersion = "placement.kubernetes-fleet.io/v1";
    const found = unreachedFields(reference().crds, [{ apiVersion, kind: "ClusterResourcePlacement", spec }]);
    expect(found).toEqual(
      expect.arrayContaining(["policy.placementType", "resourceSelectors[].name", "strategy"]),
    );
    expect(found).not.toContain("resourceSelectors[].kind");
    expect(found).not.toContain("strategy.type");
  });
});
