import type { Construct } from "constructs";
import {
  ClusterResourceEnvelope,
  ClusterResourceOverride,
  ClusterResourcePlacementDisruptionBudget,
  ClusterResourcePlacementEviction,
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  type LabelSelector,
  MEMBER_CLUSTER_NAME,
  memberClusterLabel,
  type OverrideRule,
  ResourceEnvelope,
  ResourceOverride,
  ServiceExport,
  StagedUpdateRun,
  StagedUpdateStrategy,
  type UpdateStage,
} from "../../lib";
import { placementWith, service, yamlFile } from "../hub/fixtures";
import { resources, type StackJson, synthStack } from "../synth";
import { checkStack, describeConformance, reference } from ".";
import { fieldsOf, setIn } from "./fields";

const LABELS: LabelSelector = {
  matchLabels: { "fleet.azure.com/location": "eastus2" },
  matchExpressions: [
    { key: "fleet.azure.com/member-name", operator: "NotIn", values: ["aks-westus2"] },
    { key: "env", operator: "Exists" },
  ],
};

const RULES: OverrideRule[] = [
  {
    clusterSelectorTerms: [LABELS],
    overrideType: "JSONPatch",
    jsonPatchOverrides: [
      { op: "add", path: "/metadata/labels/member", value: MEMBER_CLUSTER_NAME },
      { op: "replace", path: "/metadata/annotations/a~1b", value: memberClusterLabel("env") },
      { op: "add", path: "/metadata/labels", value: { one: "two" } },
      { op: "remove", path: "/metadata/labels/old" },
    ],
  },
  { overrideType: "Delete" },
];

const STAGES: UpdateStage[] = [
  {
    name: "canary",
    labelSelector: LABELS,
    sortingLabelKey: "order",
    maxConcurrency: 2,
    beforeStageTasks: [{ type: "Approval" }],
    afterStageTasks: [{ type: "Approval" }, { type: "TimedWait", waitTime: "1h30m" }],
  },
  { name: "rest", labelSelector: { matchLabels: { env: "prod" } }, maxConcurrency: "25%" },
];

/** Every construct with every prop, in as many objects as it takes. */
function everything(scope: Construct): void {
  const placement = placementWith(scope);
  const { namespace } = placement;
  namespace.addWorkloads("Workloads", { files: [yamlFile(service("web"))] });
  const dependsOn = [namespace.manifest];
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "reader" },
  };
  const quota = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "quota" },
    spec: { hard: { pods: "9" } },
  };
  const budgets = { placement, dependsOn };
  const envelope = { name: "envelope", dependsOn };
  const override = { name: "override", overrideRules: RULES, dependsOn };
  const run = { name: "run", resourceSnapshotIndex: "0", state: "Run", dependsOn } as const;

  new ClusterResourceOverride(scope, "ClusterResourceOverride", {
    ...override,
    placement,
    clusterResourceSelectors: [
      { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "a" },
    ],
  });
  new ResourceOverride(scope, "ResourceOverride", {
    ...override,
    namespace,
    resourcePlacement: "web",
    resourceSelectors: [{ group: "apps", version: "v1", kind: "Deployment", name: "web" }],
  });
  const clusterStrategy = { name: "strategy", stages: STAGES, dependsOn };
  new ClusterStagedUpdateRun(scope, "ClusterStagedUpdateRun", {
    ...run,
    placement,
    strategy: new ClusterStagedUpdateStrategy(scope, "ClusterStagedUpdateStrategy", clusterStrategy),
  });
  const strategy = { ...clusterStrategy, namespace };
  new StagedUpdateRun(scope, "StagedUpdateRun", {
    ...run,
    namespace,
    placement: "web",
    strategy: new StagedUpdateStrategy(scope, "StagedUpdateStrategy", strategy),
  });
  new StagedUpdateStrategy(scope, "EveryMember", { namespace, name: "every", stages: [{ name: "all" }] });
  new ClusterResourcePlacementDisruptionBudget(scope, "MinAvailable", { ...budgets, minAvailable: 1 });
  new ClusterResourcePlacementDisruptionBudget(scope, "MaxUnavailable", {
    placement: "pick-two",
    maxUnavailable: "50%",
  });
  new ClusterResourcePlacementEviction(scope, "Eviction", {
    name: "eviction",
    placement,
    clusterName: "aks-eastus2",
    dependsOn,
  });
  new ClusterResourceEnvelope(scope, "ClusterResourceEnvelope", { ...envelope, objects: [role] });
  new ResourceEnvelope(scope, "ResourceEnvelope", { ...envelope, namespace, objects: [quota] });
  new ServiceExport(scope, "Export", { namespace, serviceName: "web", weight: 0 });
}

const V1 = "placement.kubernetes-fleet.io/v1";
const V1BETA1 = "placement.kubernetes-fleet.io/v1beta1";
const TERMS = "spec.policy.overrideRules[].clusterSelector.clusterSelectorTerms[]";

/** Members are chosen by labels only: the fleet's webhook refuses an override that has these. */
const LABELS_ONLY = Object.fromEntries(
  [
    "propertySelector",
    "propertySelector.matchExpressions",
    "propertySelector.matchExpressions[].name",
    "propertySelector.matchExpressions[].operator",
    "propertySelector.matchExpressions[].values",
    "propertySorter",
    "propertySorter.name",
    "propertySorter.sortOrder",
  ].map((field) => [`${TERMS}.${field}`, "refused by the fleet: an override chooses members by labels only"]),
);

/** Objects are chosen by their names only: the fleet's webhook refuses an override that has these. */
const NAMES_ONLY = Object.fromEntries(
  [
    "labelSelector",
    "labelSelector.matchExpressions",
    "labelSelector.matchExpressions[].key",
    "labelSelector.matchExpressions[].operator",
    "labelSelector.matchExpressions[].values",
    "labelSelector.matchLabels",
  ].map((field) => [
    `spec.clusterResourceSelectors[].${field}`,
    "refused by the fleet: an override chooses objects by name only",
  ]),
);

/** The fields that no prop reaches, and why. */
const KINDS: [apiVersion: string, kind: string, unreached: Record<string, string>][] = [
  [
    V1,
    "ClusterResourceOverride",
    {
      ...NAMES_ONLY,
      "spec.clusterResourceSelectors[].selectionScope":
        "a placement's: says what it takes of a namespace, and an override takes all",
      "spec.placement.scope": "refused by the fleet: it can only be Cluster, the default",
      ...LABELS_ONLY,
    },
  ],
  [V1, "ResourceOverride", LABELS_ONLY],
  ...["ClusterStagedUpdateStrategy", "StagedUpdateStrategy"].map((kind): (typeof KINDS)[number] => [
    V1,
    kind,
    {
      "spec.stages[].beforeStageTasks[].waitTime":
        "refused by the fleet: before a stage there is an Approval only, and that has none",
    },
  ]),
  [V1, "ClusterStagedUpdateRun", {}],
  [V1, "StagedUpdateRun", {}],
  [V1BETA1, "ClusterResourcePlacementDisruptionBudget", {}],
  [V1BETA1, "ClusterResourcePlacementEviction", {}],
  [V1BETA1, "ClusterResourceEnvelope", {}],
  [V1BETA1, "ResourceEnvelope", {}],
];

describeConformance("the hub's objects", () => {
  let stack: StackJson;
  beforeAll(() => {
    stack = synthStack(everything);
  });

  test("with every prop are what the fleet's API accepts", () => {
    expect(checkStack(stack)).toEqual([]);
  });

  test.each(KINDS)(
    "%s %s: every field is reached by a prop, but for the exceptions",
    (apiVersion, kind, unreached) => {
      const manifests = Object.values(resources(stack, "kubernetes_manifest"))
        .map(({ manifest }) => manifest as Record<string, unknown>)
        .filter((manifest) => manifest.apiVersion === apiVersion && manifest.kind === kind);
      const set = setIn(manifests, "").values();
      const reached = new Set([...set].map((path) => path.replace(/^\[\]\.?/, "")));
      const missing = fieldsOf(reference().crds, apiVersion, kind).filter((field) => !reached.has(field));
      expect(missing.sort()).toEqual(Object.keys(unreached).sort());
    },
  );

  test("a field that no prop reaches would be found", () => {
    expect(fieldsOf(reference().crds, V1, "ClusterStagedUpdateRun")).toEqual([
      "spec",
      "spec.placementName",
      "spec.resourceSnapshotIndex",
      "spec.stagedRolloutStrategyName",
      "spec.state",
    ]);
    expect([...setIn({ spec: { a: [{ b: 1 }, { c: {} }] } })]).toEqual([
      "spec",
      "spec.a",
      "spec.a[].b",
      "spec.a[].c",
    ]);
  });
});
