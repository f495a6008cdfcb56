import {
  ClusterStagedUpdateRun,
  type ClusterStagedUpdateRunProps,
  ClusterStagedUpdateStrategy,
  PlacementPolicy,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, placementWith, unknown } from "../fixtures";

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
});

test("of a placement and a strategy that are not of this app", () => {
  const stack = synthStack((scope) => {
    new ClusterStagedUpdateRun(scope, "Run", { name: "run", placement: "store", strategy: "canary" });
  });
  const { manifest, depends_on } = resources(stack, "kubernetes_manifest")["Run/Resource"] ?? {};
  expect(manifest).toHaveProperty("spec", { placementName: "store", stagedRolloutStrategyName: "canary" });
  expect(depends_on ?? []).toEqual([]);
});

function findingsOf(props: Partial<ClusterStagedUpdateRunProps>): string[] {
  return findings((scope) => {
    new ClusterStagedUpdateRun(scope, "Run", { name: "run", placement: "a", strategy: "b", ...props });
  }).map((finding) => finding.replace("stack/Run: ", ""));
}

const NAME =
  "lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit. Choose another name.";

test("what is at the limit is taken, and what only Terraform knows", () => {
  expect(
    findingsOf({
      name: "a".repeat(63),
      placement: "a".repeat(255),
      strategy: "a".repeat(253),
      resourceSnapshotIndex: "12",
    }),
  ).toEqual([]);
  expect(
    findings((scope) => {
      const token = unknown(scope, "token");
      const props = { name: token, placement: token, strategy: token, resourceSnapshotIndex: token };
      new ClusterStagedUpdateRun(scope, "Run", props);
    }),
  ).toEqual([]);
});

test("names", () => {
  const long = "a".repeat(64);
  expect(findingsOf({ name: long })).toEqual([
    `name: Kubernetes refuses "${long}" as the name of a ClusterStagedUpdateRun: it has 1 to 63 ${NAME}`,
  ]);
  const longer = "a".repeat(256);
  expect(findingsOf({ placement: longer, strategy: "B" })).toEqual([
    `placement: Kubernetes refuses "${longer}" as the name of a placement: it has 1 to 255 ${NAME}`,
    `strategy: Kubernetes refuses "B" as the name of a strategy: it has 1 to 253 ${NAME}`,
  ]);
});

test.each(["", "-1", "1.5", "latest", "store-1"])("the snapshot %p", (resourceSnapshotIndex) => {
  expect(findingsOf({ resourceSnapshotIndex })).toEqual([
    `resourceSnapshotIndex: is "${resourceSnapshotIndex}", and a run takes a whole number of 0 or more; correct it, or leave it out for the latest.`,
  ]);
});

test("a state that there isn't", () => {
  expect(findingsOf({ state: "Go" as "Run" })).toEqual([
    'state: "Go" is not known to the fleet; write one of "Initialize", "Run" and "Stop".',
  ]);
});
