import { Namespace, StagedUpdateStrategy } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, fleetWith } from "../fixtures";

test("the manifest, after its namespace", () => {
  const stack = synthStack((scope) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
    const dependsOn = [fleet.resourceGroup];
    new StagedUpdateStrategy(scope, "Strategy", {
      namespace,
      name: "all",
      stages: [{ name: "all" }],
      dependsOn,
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Strategy/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "StagedUpdateStrategy",
    metadata: { name: "all", namespace: "store" },
    spec: { stages: [{ name: "all", labelSelector: {} }] },
  });
  expect(dependenciesOf(stack, "Strategy/Resource")).toEqual(["Namespace/Resource", "Fleet/ResourceGroup"]);
});

test("the same limits as of a ClusterStagedUpdateStrategy", () => {
  expect(
    findings((scope) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
      new StagedUpdateStrategy(scope, "Strategy", { namespace, name: "All", stages: [] });
    }),
  ).toEqual([
    'stack/Strategy: name: Kubernetes refuses "All" as the name of a StagedUpdateStrategy, which has 1 to 253 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
    "stack/Strategy: stages: is empty, so no run could begin; add a stage.",
  ]);
});
