import type { TerraformStack } from "cdktf";
import { type NamespacePlacementProps, PlacementPolicy, ResourcePlacement } from "../../../lib";
import { planRefusals, resources, type StackJson, synthStack } from "../../synth";
import { placementWith, unknown } from "../fixtures";

const PATH = "Placement/Resource";

/** A placement as the hub has it. */
function live(spec: object = {}, { manager = "Terraform", apiVersion = "v1" } = {}) {
  return {
    metadata: {
      managedFields: [
        { manager: "hubagent", apiVersion: "placement.kubernetes-fleet.io/v1beta1" },
        { manager, apiVersion: `placement.kubernetes-fleet.io/${apiVersion}` },
      ],
    },
    spec: {
      policy: { placementType: "PickAll", tolerations: null },
      strategy: { type: "RollingUpdate" },
      statusReportingScope: "ClusterScopeOnly",
      ...spec,
    },
  };
}

function toleration(
  key: string | null,
  operator: string,
  value: string | null = null,
  effect = "NoSchedule",
) {
  return { key, operator, value, effect };
}

function stackWith(policy = PlacementPolicy.all(), props: Partial<NamespacePlacementProps> = {}): StackJson {
  return synthStack((scope) => void placementWith(scope, policy, props));
}

test("the hub's object is read when Terraform plans, by its name", () => {
  const stack = stackWith();
  expect(resources(stack, "kubernetes_resources", "data")).toEqual({
    "Placement/Live": {
      api_version: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterResourcePlacement",
      field_selector: "metadata.name=store",
    },
  });
});

test("that of a ResourcePlacement is sought in its namespace, and judged alike", () => {
  const stack = synthStack((scope: TerraformStack) => {
    const { namespace } = placementWith(scope, PlacementPolicy.all(), { selectionScope: "NamespaceOnly" });
    const selectors = [{ version: "v1", kind: "ConfigMap" }];
    const policy = PlacementPolicy.pickN(1);
    new ResourcePlacement(scope, "Objects", { namespace, name: "objects", selectors, policy });
  });
  expect(resources(stack, "kubernetes_resources", "data")["Objects/Live"]).toEqual({
    api_version: "placement.kubernetes-fleet.io/v1",
    kind: "ResourcePlacement",
    namespace: "store",
    field_selector: "metadata.name=objects",
  });
  expect(planRefusals(stack, "Objects/Resource", live())).toEqual([
    expect.stringMatching(/^\[stack\/Objects\] policy: .* can't be changed to PickN\./),
  ]);
});

test("a first deployment, one that changes nothing, and one of what somebody else has made", () => {
  const stack = stackWith();
  expect(planRefusals(stack, PATH)).toEqual([]);
  expect(planRefusals(stack, PATH, live())).toEqual([]);
  expect(planRefusals(stack, PATH, live({}, { manager: "kubectl", apiVersion: "v1beta1" }))).toEqual([]);
  // As an older hub might answer.
  expect(planRefusals(stack, PATH, { metadata: {}, spec: { policy: null } })).toEqual([]);
});

test.each([
  [PlacementPolicy.onMembers("aks-eastus2"), "PickFixed"],
  [PlacementPolicy.pickN(2), "PickN"],
])("another kind of policy", (policy, type) => {
  const [refused, ...more] = planRefusals(stackWith(policy), PATH, live());
  expect(more).toEqual([]);
  expect(refused).toMatch(
    /^\[stack\/Placement\] policy: the placement "store" is \$\{try\(.*\.placementType/,
  );
  expect(refused).toContain(`can't be changed to ${type}`);
  expect(refused).toContain("Nothing has been changed.");
});

test("External back to rolling updates; but not the other way round", () => {
  const external = { strategy: { type: "External" } };
  expect(planRefusals(stackWith(), PATH, live(external))).toEqual([
    expect.stringMatching(/^\[stack\/Placement\] rolloutType: the placement "store" is External on the hub/),
  ]);
  const byRuns = stackWith(PlacementPolicy.all(), { rolloutType: "External" });
  expect(planRefusals(byRuns, PATH, live())).toEqual([]);
  expect(planRefusals(byRuns, PATH, live(external))).toEqual([]);
});

describe("tolerations", () => {
  const policy = (...tolerations: ReturnType<typeof toleration>[]) =>
    live({ policy: { placementType: "PickAll", tolerations } });
  const stack = stackWith(
    PlacementPolicy.pickAll({
      tolerations: [
        { key: "gpu", value: "yes", effect: "NoSchedule" },
        { operator: "Exists", effect: "NoSchedule" },
      ],
    }),
  );

  test("can be kept and added", () => {
    const gpu = toleration("gpu", "Equal", "yes");
    expect(planRefusals(stack, PATH, policy(toleration(null, "Exists"), gpu))).toEqual([]);
    expect(planRefusals(stack, PATH, policy(gpu))).toEqual([]);
    expect(planRefusals(stack, PATH, live())).toEqual([]);
  });

  test.each([
    ["taken away", toleration("disk", "Exists")],
    ["changed", toleration("gpu", "Equal", "no")],
    ["restricted", { ...toleration("gpu", "Equal", "yes"), effect: null }],
  ])("must not be %s", (_how, before) => {
    expect(planRefusals(stack, PATH, policy(before as never))).toEqual([
      expect.stringMatching(/^\[stack\/Placement\] policy\.tolerations: the placement "store" has \$\{/),
    ]);
    expect(planRefusals(stackWith(), PATH, policy(before as never))).toHaveLength(1);
  });

  test("known only to Terraform are left to the hub", () => {
    const unjudged = synthStack((scope) => {
      const tolerations = [{ key: unknown(scope, "key"), operator: "Exists" } as const];
      placementWith(scope, PlacementPolicy.pickAll({ tolerations }));
    });
    expect(planRefusals(unjudged, PATH, policy(toleration("a", "Exists")))).toEqual([]);
  });
});

test("another statusReportingScope", () => {
  const accessible = { statusReportingScope: "NamespaceAccessible" } as const;
  expect(planRefusals(stackWith(), PATH, live(accessible))).toEqual([
    expect.stringMatching(
      /^\[stack\/Placement\] statusReportingScope: .* can't be changed to ClusterScopeOnly/,
    ),
  ]);
  const stack = stackWith(PlacementPolicy.all(), accessible);
  expect(planRefusals(stack, PATH, live())).toHaveLength(1);
  expect(planRefusals(stack, PATH, live(accessible))).toEqual([]);
});

test("another API version, which would replace the object", () => {
  const older = live({}, { apiVersion: "v1beta1" });
  expect(planRefusals(stackWith(), PATH, older)).toEqual([
    expect.stringMatching(/^\[stack\/Placement\] apiVersion: .* Set apiVersion to "v1beta1"\.$/),
  ]);
  const stack = stackWith(PlacementPolicy.all(), { apiVersion: "v1beta1" });
  expect(planRefusals(stack, PATH, older)).toEqual([]);
  expect(planRefusals(stack, PATH, live())).toEqual([expect.stringContaining('Set apiVersion to "v1".')]);
});
