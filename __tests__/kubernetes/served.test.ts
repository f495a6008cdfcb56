import { ClusterResourcePlacement, Namespace, PlacementPolicy } from "../../lib";
import { checkServed } from "../../lib/kubernetes/served";
import { fleetWith } from "../hub/fixtures";
import { findings, texts } from "../synth";

test.each([
  ["v1", "Namespace"],
  ["apps/v1", "Deployment"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  // Of custom kinds the hub knows.
  ["example.com/v1", "Deploymnt"],
  ["metrics.k8s.io/v1beta1", "NodeMetrics"],
])("%s %s", (apiVersion, kind) => {
  expect([...checkServed("selectors[0]", apiVersion, kind)]).toEqual([]);
});

test.each([
  ["apps/v1", "Deploymnt", 'use "Deployment"'],
  ["apps/v1beta1", "Deployment", 'use the version "v1"'],
  ["v1", "Deployment", "use the group, version and kind of its manifests"],
  ["autoscaling/v3", "HorizontalPodAutoscaler", 'use the version "v1" or "v2"'],
  ["nothing/v1", "Thing", "use the group, version and kind of its manifests"],
])("%s serves no %s", (apiVersion, kind, advice) => {
  expect(texts(checkServed("selectors[0]", apiVersion, kind))).toEqual([
    expect.stringMatching(/^selectors\[0\]: Kubernetes \d/),
  ]);
  expect(texts(checkServed("selectors[0]", apiVersion, kind))[0]).toContain(
    `serves no ${kind} in "${apiVersion}"; ${advice}.`,
  );
});

test("a placement or an override that names what nobody serves is refused", () => {
  const found = findings((scope) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
    new ClusterResourcePlacement(scope, "Placement", {
      fleet,
      name: "roles",
      selectors: [
        { group: "rbac.authorization.k8s.io", version: "v1beta1", kind: "ClusterRole", name: "reader" },
      ],
      policy: PlacementPolicy.all(),
    });
    namespace.addOverride("less", {
      resourceSelectors: [{ group: "apps", version: "v1beta2", kind: "Deployment", name: "web" }],
      overrideRules: [{ jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 1 }] }],
    });
  });
  const unserved = found.filter((text) => text.includes(" serves no "));
  expect(unserved).toEqual([
    expect.stringMatching(/^stack\/Namespace\/Override-less: .*serves no Deployment in "apps\/v1beta2"/),
    expect.stringMatching(
      /^stack\/Placement: .*serves no ClusterRole in "rbac.authorization.k8s.io\/v1beta1"/,
    ),
  ]);
});
