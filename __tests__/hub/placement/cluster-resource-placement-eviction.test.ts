import {
  ClusterResourcePlacementEviction,
  type ClusterResourcePlacementEvictionProps,
  PlacementPolicy,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, madeAnewFor, placementCalled, placementWith, unknown } from "../fixtures";

test("the manifest, after the placement", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope);
    new ClusterResourcePlacementEviction(scope, "Eviction", {
      name: "upgrade-east",
      placement,
      clusterName: "aks-eastus2",
      dependsOn: [placement.namespace.manifest],
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Eviction/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1beta1",
    kind: "ClusterResourcePlacementEviction",
    metadata: { name: "upgrade-east" },
    spec: { placementName: "store", clusterName: "aks-eastus2" },
  });
  expect(dependenciesOf(stack, "Eviction/Resource")).toEqual(["Placement/Resource", "Namespace/Resource"]);
  expect(madeAnewFor(stack, "Eviction/Resource")).toEqual({
    placementName: "store",
    clusterName: "aks-eastus2",
  });
});

function findingsOf(
  props: Partial<ClusterResourcePlacementEvictionProps>,
  policy?: PlacementPolicy,
): string[] {
  return findings((scope) => {
    const placement = policy ? placementWith(scope, policy) : placementCalled("existing");
    const given = { name: "one", placement, clusterName: "aks-eastus2", ...props };
    new ClusterResourcePlacementEviction(scope, "Eviction", given);
  }).map((finding) => finding.replace("stack/Eviction: ", ""));
}

test("accepts values at the limits, and values known only to Terraform", () => {
  const long = "a".repeat(255);
  expect(findingsOf({ name: "a".repeat(253), placement: placementCalled(long), clusterName: long })).toEqual(
    [],
  );
  expect(
    findings((scope) => {
      const token = unknown(scope, "token");
      const props = { name: token, clusterName: token };
      new ClusterResourcePlacementEviction(scope, "A", {
        ...props,
        placement: placementCalled(token, scope),
      });
      new ClusterResourcePlacementEviction(scope, "B", { ...props, placement: placementWith(scope) });
    }),
  ).toEqual([]);
});

test("names", () => {
  const rule =
    "lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.";
  expect(findingsOf({ name: "One", clusterName: "" })).toEqual([
    `name: Kubernetes refuses "One" as the name of an eviction, which has 1 to 253 ${rule}`,
    `clusterName: Kubernetes refuses "" as the name of a member, which has 1 to 255 ${rule}`,
  ]);
});

test("a placement on named members", () => {
  expect(findingsOf({}, PlacementPolicy.onMembers("aks-eastus2"))).toEqual([
    'placement: "store" is PickFixed, which has no evictions; remove the member from its policy.',
  ]);
});

test("a member that the placement is not on", () => {
  expect(findingsOf({ clusterName: "aks-westus2" }, PlacementPolicy.inLocations("eastus2"))).toEqual([
    'clusterName: the placement "store" doesn\'t select "aks-westus2", only "aks-eastus2"; use one of those.',
  ]);
});
