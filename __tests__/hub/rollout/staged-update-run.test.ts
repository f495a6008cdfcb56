import type { TerraformStack } from "cdktf";
import {
  Namespace,
  PlacementPolicy,
  ResourcePlacement,
  StagedUpdateRun,
  StagedUpdateStrategy,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, placementIn, strategyIn } from "../fixtures";

test("the manifest, after its namespace and the strategy", () => {
  const stack = synthStack((scope) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
    const strategy = new StagedUpdateStrategy(namespace, "All", {
      namespace,
      name: "all",
      stages: [{ name: "all" }],
    });
    new StagedUpdateRun(scope, "Run", {
      namespace,
      name: "run",
      placement: placementIn(namespace, "web"),
      strategy,
      dependsOn: [fleet.resourceGroup],
    });
    new StagedUpdateRun(scope, "Other", {
      namespace,
      name: "other",
      placement: placementIn(namespace, "web"),
      strategy: strategyIn(namespace, "existing"),
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Run/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "StagedUpdateRun",
    metadata: { name: "run", namespace: "store" },
    spec: { placementName: "web", stagedRolloutStrategyName: "all" },
  });
  expect(dependenciesOf(stack, "Run/Resource")).toEqual([
    "Namespace/Resource",
    "Namespace/All/Resource",
    "Fleet/ResourceGroup",
  ]);
  expect(dependenciesOf(stack, "Other/Resource")).toEqual(["Namespace/Resource"]);
});

test("the same limits as of a ClusterStagedUpdateRun, and a strategy of another namespace", () => {
  expect(
    findings((scope) => {
      const fleet = fleetWith(scope);
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
      const other = new Namespace(scope, "Other", { fleet, name: "other" });
      const stages = [{ name: "all" }];
      const strategy = new StagedUpdateStrategy(other, "All", { namespace: other, name: "all", stages });
      new StagedUpdateRun(scope, "Run", {
        namespace,
        name: "Run",
        placement: placementIn(namespace, "web"),
        strategy,
      });
    }),
  ).toEqual([
    expect.stringMatching(/^stack\/Run: name: Kubernetes refuses "Run" as the name of a StagedUpdateRun/),
    'stack/Run: strategy: "all" is in the namespace "other", and the run in "store" can only use strategies of its own namespace; add one there.',
  ]);
});

describe("a ResourcePlacement of this app", () => {
  const run = (runOf: "Namespace" | "Other", rolloutType?: "External") => (scope: TerraformStack) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
    const other = new Namespace(scope, "Other", { fleet, name: "other" });
    const placement = new ResourcePlacement(scope, "Placement", {
      namespace,
      name: "web",
      selectors: [{ version: "v1", kind: "ConfigMap" }],
      policy: PlacementPolicy.all(),
      rolloutType,
      namespaceElsewhere: true,
    });
    new StagedUpdateRun(scope, "Run", {
      namespace: runOf === "Namespace" ? namespace : other,
      name: "run",
      placement,
      strategy: strategyIn(runOf === "Namespace" ? namespace : other, "all"),
    });
  };

  test("comes before the run", () => {
    const stack = synthStack(run("Namespace", "External"));
    expect(resources(stack, "kubernetes_manifest")["Run/Resource"]).toHaveProperty(
      "manifest.spec.placementName",
      "web",
    );
    expect(dependenciesOf(stack, "Run/Resource")).toEqual(["Namespace/Resource", "Placement/Resource"]);
  });

  test("is in the run's namespace", () => {
    expect(findings(run("Other", "External"))).toEqual([
      'stack/Run: placement: "web" is in the namespace "store", and the run in "other" can only use placements of its own namespace; add the run there.',
    ]);
  });

  test("is rolled out by runs", () => {
    expect(findings(run("Namespace"))).toEqual([
      'stack/Run: placement: "web" rolls out changes automatically, so its runs fail immediately; set rolloutType "External" on the placement at stack/Placement, or remove the run.',
    ]);
  });
});
