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
  MultiClusterService,
  memberClusterLabel,
  type OverrideRule,
  PlacementPolicy,
  ResourceEnvelope,
  ResourceOverride,
  ServiceExport,
  StagedUpdateRun,
  StagedUpdateStrategy,
  type UpdateStage,
} from "../../lib";
import { placementCalled, placementIn, placementWith, service, yamlFile } from "../hub/fixtures";
import { resources, type StackJson, synthStack } from "../synth";
import { checkStack, describeConformance, reference } from ".";
import { everyPlacement } from "./placements";
import { unreachedFields } from "./reach";
import { everyTrafficManager } from "./traffic-manager";

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

const WEB = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "nginx" }] },
    },
  },
};

/** Every construct with every prop, in as many objects as it takes. */
function everything(scope: Construct): void {
  const placement = placementWith(scope, PlacementPolicy.all(), {
    rolloutType: "External",
    selectors: [{ group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" }],
  });
  const { namespace } = placement;
  const policies = [
    { apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits" } },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "viewer" } },
  ];
  namespace.addWorkloads("Workloads", {
    files: [yamlFile(service("web"))],
    yaml: [service("api")],
    objects: [...policies, WEB],
    charts: [{ toJson: () => [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } }] }],
    envelope: "policies",
  });
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
    resourcePlacement: placementIn(namespace, "web"),
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
    placement: placementIn(namespace, "web"),
    strategy: new StagedUpdateStrategy(scope, "StagedUpdateStrategy", strategy),
  });
  new StagedUpdateStrategy(scope, "EveryMember", { namespace, name: "every", stages: [{ name: "all" }] });
  new ClusterResourcePlacementDisruptionBudget(scope, "MinAvailable", { ...budgets, minAvailable: 1 });
  new ClusterResourcePlacementDisruptionBudget(scope, "MaxUnavailable", {
    placement: placementCalled("pick-two"),
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
  const [member] = namespace.fleet.members;
  if (member) {
    const props = { namespace, serviceName: "web", name: "front", member, internal: true };
    new MultiClusterService(scope, "MultiClusterService", props);
  }
}

const V1 = "placement.kubernetes-fleet.io/v1";
const V1BETA1 = "placement.kubernetes-fleet.io/v1beta1";
const NETWORKING = "networking.fleet.azure.com";

/** What an override's webhook refuses: members are chosen by labels only. */
const LABELS_ONLY = Object.fromEntries(
  ["propertySelector", "propertySorter"].map((field) => [
    `spec.policy.overrideRules[].clusterSelector.clusterSelectorTerms[].${field}`,
    "refused by the fleet: an override chooses members by labels only",
  ]),
);

const CLUSTER_AFFINITY = "spec.policy.affinity.clusterAffinity";

/** What a placement's webhook refuses. */
const AFFINITY = {
  [`${CLUSTER_AFFINITY}.preferredDuringSchedulingIgnoredDuringExecution[].preference.propertySelector`]:
    "refused by the fleet: a preferred term sorts by properties, and does not select by them",
  [`${CLUSTER_AFFINITY}.requiredDuringSchedulingIgnoredDuringExecution.clusterSelectorTerms[].propertySorter`]:
    "refused by the fleet: a required term selects by properties, and does not sort by them",
};

/** What no released agent of the fleet heeds: no prop promises it. */
const UNHEEDED = {
  "spec.strategy.deleteStrategy": "read by no controller: objects go with their placement, whatever it says",
  "spec.strategy.reportBackStrategy": "reaches no agent, and the controller that would copy is not started",
};

const IN_NAMESPACE = {
  "spec.resourceSelectors[].selectionScope": "of namespaces, which a ResourcePlacement can't select",
  "spec.statusReportingScope": "of placements that are in no namespace",
};

/** Every kind that a user applies, in the versions that constructs write; the fields that no prop reaches, and why. */
const KINDS: [apiVersion: string, kind: string, unreached: Record<string, string>][] = [
  [V1, "ClusterResourcePlacement", AFFINITY],
  [V1BETA1, "ClusterResourcePlacement", { ...AFFINITY, ...UNHEEDED }],
  [V1, "ResourcePlacement", { ...AFFINITY, ...IN_NAMESPACE }],
  [V1BETA1, "ResourcePlacement", { ...AFFINITY, ...IN_NAMESPACE, ...UNHEEDED }],
  [
    V1,
    "ClusterResourceOverride",
    {
      "spec.clusterResourceSelectors[].labelSelector":
        "refused by the fleet: an override chooses objects by name only",
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
  [`${NETWORKING}/v1beta1`, "ServiceExport", {}],
  [`${NETWORKING}/v1alpha1`, "MultiClusterService", {}],
  [`${NETWORKING}/v1beta1`, "TrafficManagerProfile", {}],
  [`${NETWORKING}/v1beta1`, "TrafficManagerBackend", {}],
];

/** Kinds that no construct makes, and why. */
const WITHOUT_CONSTRUCT: Record<string, string> = {
  MemberCluster: "made by Azure when a cluster joins",
  ClusterResourcePlacementStatus: "written by the hub",
  ClusterApprovalRequest: "made by a staged update run; whoever approves it writes its status",
  ApprovalRequest: "made by a staged update run; whoever approves it writes its status",
  ServiceImport: "made by the fleet's agents",
};

describeConformance("the hub's objects", () => {
  let stacks: StackJson[];
  beforeAll(() => {
    stacks = [synthStack(everything), synthStack(everyPlacement), synthStack(everyTrafficManager)];
  });

  test("with every prop are what the fleet's API accepts", () => {
    expect(stacks.flatMap(checkStack)).toEqual([]);
  });

  test("every kind of the fleet has a construct, but for the exceptions", () => {
    const kinds = new Set([...KINDS.map(([, kind]) => kind), ...Object.keys(WITHOUT_CONSTRUCT)]);
    expect([...kinds].sort()).toEqual(
      reference()
        .crds.map(({ spec }) => spec.names.kind)
        .sort(),
    );
  });

  test.each(KINDS)(
    "%s %s: every field is reached by a prop, but for the exceptions",
    (apiVersion, kind, exceptions) => {
      const manifests = stacks
        .flatMap((stack) => Object.values(resources(stack, "kubernetes_manifest")))
        .map(({ manifest }) => manifest as Parameters<typeof unreachedFields>[1][number])
        .filter((manifest) => manifest.apiVersion === apiVersion && manifest.kind === kind);
      expect(unreachedFields(reference().crds, manifests).sort()).toEqual(Object.keys(exceptions).sort());
    },
  );

  test("a field that no prop reaches would be found, also inside of a list or a map", () => {
    const unreached = (kind: string, spec: object) =>
      unreachedFields(reference().crds, [{ apiVersion: V1, kind, spec }]);
    expect(unreached("ClusterStagedUpdateRun", { state: "Run" })).toEqual([
      "spec.placementName",
      "spec.resourceSnapshotIndex",
      "spec.stagedRolloutStrategyName",
    ]);
    const resourceSelectors = [{ group: "", version: "v1" }, { kind: "Namespace" }];
    const found = unreached("ClusterResourcePlacement", { resourceSelectors, policy: {} });
    expect(found).toEqual(
      expect.arrayContaining(["spec.policy.placementType", "spec.resourceSelectors[].name", "spec.strategy"]),
    );
    expect(found).not.toContain("spec.resourceSelectors[].kind");
    expect(found).not.toContain("spec.strategy.type");

    const map = { additionalProperties: { properties: { a: {}, b: {} } } };
    const openAPIV3Schema = { properties: { spec: { properties: { map } } } };
    const versions = [{ name: "v1", served: true, schema: { openAPIV3Schema } }];
    const crd = { spec: { group: "example.com", names: { kind: "Map" }, scope: "Cluster", versions } };
    const manifest = { apiVersion: "example.com/v1", kind: "Map", spec: { map: { one: { a: 1 } } } };
    expect(unreachedFields([crd], [manifest])).toEqual(["spec.map{}.b"]);
  });

  test("manifests of several kinds, or of one that there is not, are a mistake of the test", () => {
    const { crds } = reference();
    expect(() => unreachedFields(crds, [])).toThrow("one kind");
    expect(() => unreachedFields(crds, [{ apiVersion: V1, kind: "Nothing" }])).toThrow("no CRD has");
  });
});
