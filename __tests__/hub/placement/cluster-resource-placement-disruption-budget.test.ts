import { TerraformVariable } from "cdktf";
import {
  ClusterResourcePlacementDisruptionBudget,
  type ClusterResourcePlacementDisruptionBudgetProps,
  PlacementPolicy,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, placementCalled, placementWith, unknown } from "../fixtures";

test("the manifest, of the placement's name", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope);
    const dependsOn = [placement.namespace.manifest];
    new ClusterResourcePlacementDisruptionBudget(scope, "Budget", { placement, minAvailable: 1, dependsOn });
    new ClusterResourcePlacementDisruptionBudget(scope, "Other", {
      placement: placementCalled("other"),
      maxUnavailable: "50%",
    });
  });
  const manifests = resources(stack, "kubernetes_manifest");
  expect(manifests["Budget/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1beta1",
    kind: "ClusterResourcePlacementDisruptionBudget",
    metadata: { name: "store" },
    spec: { minAvailable: 1 },
  });
  expect(dependenciesOf(stack, "Budget/Resource")).toEqual(["Placement/Resource", "Namespace/Resource"]);
  expect(manifests["Other/Resource"]?.manifest).toHaveProperty("metadata.name", "other");
  expect(manifests["Other/Resource"]?.manifest).toHaveProperty("spec", { maxUnavailable: "50%" });
});

type Limits = { minAvailable?: number | string; maxUnavailable?: number | string };

function findingsOf(limits: Limits, policy?: PlacementPolicy): string[] {
  return findings((scope) => {
    const placement = policy ? placementWith(scope, policy) : placementCalled("existing");
    const props = { placement, ...limits } as ClusterResourcePlacementDisruptionBudgetProps;
    new ClusterResourcePlacementDisruptionBudget(scope, "Budget", props);
  }).map((finding) => finding.replace("stack/Budget: ", ""));
}

test("what the fleet takes", () => {
  for (const value of [0, 1, 1000, "0%", "7%", "07%", "100%"]) {
    expect(findingsOf({ minAvailable: value })).toEqual([]);
    expect(findingsOf({ maxUnavailable: value })).toEqual([]);
  }
  expect(findingsOf({ minAvailable: 1 }, PlacementPolicy.all())).toEqual([]);
  expect(findingsOf({ maxUnavailable: "10%" }, PlacementPolicy.onMembers("aks-eastus2"))).toEqual([]);
});

test("what only Terraform knows is not judged", () => {
  expect(
    findings((scope) => {
      const placement = placementWith(scope);
      new ClusterResourcePlacementDisruptionBudget(scope, "Number", {
        placement,
        minAvailable: new TerraformVariable(scope, "number", { type: "number" }).numberValue,
      });
      new ClusterResourcePlacementDisruptionBudget(scope, "Text", {
        placement: placementCalled(unknown(scope, "placement"), scope),
        maxUnavailable: unknown(scope, "text"),
      });
    }),
  ).toEqual([]);
});

test("exactly one of the two", () => {
  expect(findingsOf({})).toEqual(["minAvailable: and maxUnavailable are missing; set exactly one of them."]);
  expect(findingsOf({ minAvailable: 1, maxUnavailable: 1 })).toEqual([
    "minAvailable: can't be combined with maxUnavailable; set exactly one of them.",
  ]);
  // @ts-expect-error The types refuse it, too.
  const _both: ClusterResourcePlacementDisruptionBudgetProps = {
    placement: placementCalled("a"),
    minAvailable: 1,
    maxUnavailable: 1,
  };
});

test.each([-1, 1.5, "101%", "1", "-1%", "1.5%", ""])("the limit %p", (value) => {
  const rule = `${JSON.stringify(value)} is not a whole number of 0 or more, or "0%" to "100%"; correct it.`;
  expect(findingsOf({ minAvailable: value })).toEqual([`minAvailable: ${rule}`]);
  expect(findingsOf({ maxUnavailable: value })).toEqual([`maxUnavailable: ${rule}`]);
});

test("a placement on every member takes a number only, and of what must stay", () => {
  expect(findingsOf({ maxUnavailable: 1 }, PlacementPolicy.all())).toEqual([
    'maxUnavailable: the placement "store" is PickAll, without a number of members, so the fleet would refuse all evictions; set minAvailable.',
  ]);
  expect(findingsOf({ minAvailable: "50%" }, PlacementPolicy.inLocations("eastus2"))).toEqual([
    'minAvailable: "50%" is a percentage, but the placement "store" is PickAll, without a number of members, so the fleet would refuse all evictions; use a number.',
  ]);
});

test("the name of a placement that can't be", () => {
  expect(findings((scope) => void placementCalled("A", scope))).toEqual([
    'stack/ExistingPlacement: name: Kubernetes refuses "A" as the name of a placement, which has 1 to 255 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
  ]);
});
