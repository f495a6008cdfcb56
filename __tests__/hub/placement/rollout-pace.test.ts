import {
  ClusterResourcePlacement,
  Namespace,
  type NamespacePlacementProps,
  PlacementPolicy,
  type WorkloadsOptions,
} from "../../../lib";
import { resources, synthStack } from "../../synth";
import { fleetWith } from "../fixtures";

type Objects = NonNullable<WorkloadsOptions["objects"]>;

const web = { name: "web", namespace: "store" };
const SERVICE = { apiVersion: "v1", kind: "Service", metadata: web, spec: { ports: [{ port: 80 }] } };
const CONFIG = { apiVersion: "v1", kind: "ConfigMap", metadata: web, data: { a: "b" } };
const INGRESS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: web,
  spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
};

/** The placement's `strategy` when all is in its namespace, also what is added after it. */
function strategy(
  fill: (namespace: Namespace) => void,
  props: Partial<NamespacePlacementProps> = {},
  elsewhere = false,
): unknown {
  const stack = synthStack((scope) => {
    const namespace = new Namespace(scope, "Namespace", {
      fleet: fleetWith(scope),
      name: "store",
      workloadsElsewhere: elsewhere,
    });
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all(), ...props });
    fill(namespace);
  });
  const placement = resources(stack, "kubernetes_manifest")["Placement/Resource"];
  return (placement as { manifest: { spec: { strategy?: unknown } } }).manifest.spec.strategy;
}

const holding =
  (...objects: Objects) =>
  (namespace: Namespace) => {
    namespace.addWorkloads("Workloads", { objects });
  };
const exporting =
  (...objects: Objects) =>
  (namespace: Namespace) => {
    namespace.addWorkloads("Workloads", { objects: [SERVICE, ...objects] });
    namespace.exportService("web");
  };

const AT_ONCE = {
  rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%", unavailablePeriodSeconds: 0 },
};

test("an export is available once applied: no minute between two members", () => {
  expect(strategy(exporting(CONFIG))).toEqual(AT_ONCE);
});

test("an override is not placed", () => {
  const strategyOf = strategy((namespace) => {
    exporting(CONFIG)(namespace);
    namespace.addOverride("less", {
      resourceSelectors: [{ version: "v1", kind: "ConfigMap", name: "web" }],
      overrideRules: [{ jsonPatchOverrides: [{ op: "replace", path: "/data/a", value: "c" }] }],
    });
  });
  expect(strategyOf).toEqual(AT_ONCE);
});

test.each<[string, unknown]>([
  ["without an export", strategy(holding(CONFIG))],
  ["of what else the fleet can't tell the state of", strategy(exporting(INGRESS))],
  ["with objects that come from elsewhere", strategy(exporting(CONFIG), {}, true)],
  ["of the namespace only", strategy(exporting(CONFIG), { selectionScope: "NamespaceOnly" })],
  [
    "with an envelope",
    strategy((namespace) => {
      exporting(CONFIG)(namespace);
      namespace.addEnvelope("policies", { objects: [INGRESS] });
    }),
  ],
])("%s, a minute is waited as the fleet does by itself", (_, found) => {
  expect(found).toEqual({
    rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%", unavailablePeriodSeconds: 60 },
  });
});

test("a given value is kept", () => {
  expect(strategy(exporting(), { unavailablePeriodSeconds: 30 })).toEqual({
    rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%", unavailablePeriodSeconds: 30 },
  });
  expect(strategy(exporting(), { maxUnavailable: 1 })).toEqual({
    rollingUpdate: { maxSurge: "25%", maxUnavailable: 1, unavailablePeriodSeconds: 0 },
  });
  expect(strategy(exporting(), { rolloutType: "External" })).toEqual({ type: "External" });
});
