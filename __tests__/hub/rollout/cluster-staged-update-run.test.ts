import {
  ClusterStagedUpdateRun,
  type ClusterStagedUpdateRunProps,
  ClusterStagedUpdateStrategy,
  PlacementPolicy,
  type UpdateStage,
} from "../../../lib";
import { findings, planRefusals, resources, synthStack } from "../../synth";
import {
  dependenciesOf,
  madeAnewFor,
  placementCalled,
  placementWith,
  strategyCalled,
  unknown,
} from "../fixtures";

test("the manifest, after the placement and the strategy", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope, PlacementPolicy.all(), { rolloutType: "External" });
    const strategy = new ClusterStagedUpdateStrategy(scope, "Strategy", {
      name: "canary",
      stages: [{ name: "all" }],
    });
    new ClusterStagedUpdateRun(scope, "Run", {
      name: "release-1.2",
      placement,
      strategy,
      resourceSnapshotIndex: "0",
      state: "Run",
      dependsOn: [placement.namespace.manifest],
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Run/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateRun",
    metadata: { name: "release-1.2" },
    spec: {
      placementName: "store",
      resourceSnapshotIndex: "0",
      stagedRolloutStrategyName: "canary",
      state: "Run",
    },
  });
  expect(dependenciesOf(stack, "Run/Resource")).toEqual([
    "Placement/Resource",
    "Strategy/Resource",
    "Namespace/Resource",
  ]);
  expect(madeAnewFor(stack, "Run/Resource")).toEqual({
    placementName: "store",
    resourceSnapshotIndex: "0",
    stagedRolloutStrategyName: "canary",
  });
});

test("an unrelated deployment doesn't start a run that was stopped by hand", () => {
  const stack = synthStack((scope) => {
    new ClusterStagedUpdateRun(scope, "Run", {
      name: "run",
      placement: placementCalled("store"),
      strategy: strategyCalled("canary"),
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Run/Resource"]).not.toHaveProperty("field_manager");
});

describe("the state of an existing run", () => {
  const stackWith = (state: ClusterStagedUpdateRunProps["state"], resourceSnapshotIndex?: string) =>
    synthStack((scope) => {
      const props = {
        name: "run",
        placement: placementCalled("store"),
        strategy: strategyCalled("canary"),
        state,
        resourceSnapshotIndex,
      };
      new ClusterStagedUpdateRun(scope, "Run", props);
    });
  const live = (state: string, more: object = {}) => ({
    spec: {
      placementName: "store",
      resourceSnapshotIndex: null,
      stagedRolloutStrategyName: "canary",
      state,
      ...more,
    },
  });

  test.each([
    ["Stop", "Initialize"],
    ["Initialize", "Run"],
    ["Initialize", "Stop"],
    [undefined, "Run"],
  ] as const)("%s never follows %s", (state, before) => {
    expect(planRefusals(stackWith(state), "Run/Resource", live(before))).toEqual([
      expect.stringMatching(
        `^\\[stack/Run\\] state: the run "run" is in state ${before} on the hub, which can't change to ${state ?? "Initialize"}`,
      ),
    ]);
  });

  test.each([
    ["Run", "Initialize"],
    ["Run", "Stop"],
    ["Stop", "Run"],
    ["Stop", "Stop"],
    ["Initialize", "Initialize"],
  ] as const)("%s may follow %s", (state, before) => {
    expect(planRefusals(stackWith(state), "Run/Resource", live(before))).toEqual([]);
  });

  test("can be any for a new run, and if another target replaces the run", () => {
    expect(planRefusals(stackWith("Initialize"), "Run/Resource")).toEqual([]);
    const other = live("Run", { placementName: "other" });
    expect(planRefusals(stackWith("Initialize"), "Run/Resource", other)).toEqual([]);
    const older = live("Run", { resourceSnapshotIndex: "1" });
    expect(planRefusals(stackWith("Initialize", "2"), "Run/Resource", older)).toEqual([]);
    expect(planRefusals(stackWith("Initialize", "1"), "Run/Resource", older)).toHaveLength(1);
  });
});

test("an imported placement and strategy", () => {
  const stack = synthStack((scope) => {
    new ClusterStagedUpdateRun(scope, "Run", {
      name: "run",
      placement: placementCalled("store"),
      strategy: strategyCalled("canary"),
    });
  });
  const { manifest, depends_on } = resources(stack, "kubernetes_manifest")["Run/Resource"] ?? {};
  expect(manifest).toHaveProperty("spec", { placementName: "store", stagedRolloutStrategyName: "canary" });
  expect(depends_on ?? []).toEqual([]);
});

describe("the stages of the selected members", () => {
  const stagesOf = (labelSelectors: UpdateStage["labelSelector"][], policy = PlacementPolicy.all()) =>
    findings((scope) => {
      const placement = placementWith(scope, policy, { rolloutType: "External" });
      const strategy = new ClusterStagedUpdateStrategy(scope, "Strategy", {
        name: "canary",
        stages: labelSelectors.map((labelSelector, index) => ({ name: `stage${index}`, labelSelector })),
      });
      new ClusterStagedUpdateRun(scope, "Run", { name: "run", placement, strategy });
    });
  const inLocation = (location: string) => ({ matchLabels: { "fleet.azure.com/location": location } });

  test("each member is in one", () => {
    expect(stagesOf([inLocation("eastus2"), inLocation("westus2")])).toEqual([]);
    // Nothing is asked of a member that isn't chosen.
    expect(stagesOf([inLocation("eastus2")], PlacementPolicy.onMembers("aks-eastus2"))).toEqual([]);
    // Others may have set the label.
    expect(stagesOf([{ matchLabels: { env: "canary" } }])).toEqual([]);
  });

  test("a member is in none", () => {
    expect(stagesOf([inLocation("eastus2"), inLocation("uksouth")])).toEqual([
      'stack/Run: strategy: the run would fail before it begins: some clusters are not placed in any stage, total 1, showing up to 10: aks-westus2. Each member that the placement "store" selects must be in exactly one stage of "canary"; correct the stages or the members\' labels.',
    ]);
  });

  test("a member is in two", () => {
    const notInUk = {
      matchExpressions: [{ key: "fleet.azure.com/location", operator: "NotIn", values: ["uksouth"] }],
    } as const;
    expect(stagesOf([inLocation("eastus2"), notInUk])).toEqual([
      expect.stringMatching(/^stack\/Run: strategy: .*`aks-eastus2` appears in more than one stages\. Each/),
    ]);
  });
});

function findingsOf(props: Partial<ClusterStagedUpdateRunProps>): string[] {
  return findings((scope) => {
    new ClusterStagedUpdateRun(scope, "Run", {
      name: "run",
      placement: placementCalled("a"),
      strategy: strategyCalled("b"),
      ...props,
    });
  }).map((finding) => finding.replace("stack/Run: ", ""));
}

const NAME =
  "lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.";

test("accepts values at the limits, and values known only to Terraform", () => {
  expect(
    findingsOf({
      name: "a".repeat(63),
      placement: placementCalled("a".repeat(255)),
      strategy: strategyCalled("a".repeat(253)),
      resourceSnapshotIndex: "12",
    }),
  ).toEqual([]);
  expect(
    findings((scope) => {
      const token = unknown(scope, "token");
      const props = {
        name: token,
        placement: placementCalled(token, scope),
        strategy: strategyCalled(token, scope),
        resourceSnapshotIndex: token,
      };
      new ClusterStagedUpdateRun(scope, "Run", props);
    }),
  ).toEqual([]);
});

test("names", () => {
  const long = "a".repeat(64);
  expect(findingsOf({ name: long })).toEqual([
    `name: Kubernetes refuses "${long}" as the name of a ClusterStagedUpdateRun, which has 1 to 63 ${NAME}`,
  ]);
  const longer = "a".repeat(256);
  expect(
    findings((scope) => {
      placementCalled(longer, scope);
      strategyCalled("B", scope);
    }),
  ).toEqual([
    `stack/ExistingPlacement: name: Kubernetes refuses "${longer}" as the name of a placement, which has 1 to 255 ${NAME}`,
    `stack/ExistingStrategy: name: Kubernetes refuses "B" as the name of a strategy, which has 1 to 253 ${NAME}`,
  ]);
});

test.each(["", "-1", "1.5", "latest", "store-1"])("the snapshot %p", (resourceSnapshotIndex) => {
  expect(findingsOf({ resourceSnapshotIndex })).toEqual([
    `resourceSnapshotIndex: "${resourceSnapshotIndex}" is not a whole number of 0 or more; correct it, or leave it out for the latest.`,
  ]);
});

test("a state that there isn't", () => {
  expect(findingsOf({ state: "Go" as "Run" })).toEqual([
    'state: "Go" is not allowed; write one of "Initialize", "Run" and "Stop".',
  ]);
});
