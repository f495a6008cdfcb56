import type { App } from "cdktf";
import { HubStack, InfraStack, type Namespace, type PlacementOptions, PlacementPolicy } from "../../lib";
import { readStack, resources, synthApp } from "../synth";

/** The hub's stack, with a placement of the namespace "shop", or what else is built. */
function hubWith(
  { name = "shop", ...options }: Partial<PlacementOptions> & { readonly name?: string } = {},
  place = (hub: HubStack, shop: Namespace): void => {
    hub.addPlacement(name, { namespace: shop, policy: PlacementPolicy.all(), ...options });
  },
) {
  const build = (app: App) => {
    const { fleet } = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
    });
    const hub = new HubStack(app, "hub", { fleet });
    place(hub, hub.addNamespace("shop", { workloadsElsewhere: true }));
  };
  const stack = synthApp(build, (outdir) => readStack(outdir, "hub"));
  const all = Object.entries(resources(stack, "null_resource"));
  const waits = all.filter(([path]) => path.includes("Wait"));
  const drains = all.filter(([path]) => path.includes("Drain"));
  return {
    manifests: resources(stack, "kubernetes_manifest"),
    waits: Object.fromEntries(waits),
    drains: Object.fromEntries(drains),
  };
}

test("a placement takes every prop of the construct, and is waited for", () => {
  const { manifests, waits } = hubWith({ name: "all", maxUnavailable: 1, timeout: "45m" });
  expect(manifests["Placement-all/Resource"]).toMatchObject({
    manifest: { metadata: { name: "all" }, spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } },
  });
  expect(JSON.stringify(waits["PlacementWait-all/Resource"])).toContain(
    "wait placement all --cluster aks-norway --timeout 45m",
  );
});

test.each([{ rolloutType: "External" }, { applyType: "ReportDiff" }] as const)(
  "a placement with %j is not waited for: by itself it never becomes available",
  (options) => {
    const { manifests, waits } = hubWith(options);
    expect(Object.keys(manifests)).toContain("Placement-shop/Resource");
    expect(waits).toEqual({});
  },
);

describe("a placement without a namespace", () => {
  const selectors = [{ version: "v1", kind: "PersistentVolume" }];

  test("is waited for, and drained by its name", () => {
    const { manifests, waits, drains } = hubWith(undefined, (hub) => {
      hub.addClusterPlacement("volumes", {
        selectors,
        policy: PlacementPolicy.all(),
        maxSurge: 1,
        timeout: "5m",
      });
    });
    expect(manifests["Placement-volumes/Resource"]).toMatchObject({
      manifest: { metadata: { name: "volumes" }, spec: { strategy: { rollingUpdate: { maxSurge: 1 } } } },
      depends_on: [expect.stringMatching(/^null_resource\.PlacementDrain-volumes_/)],
    });
    expect(JSON.stringify(waits["PlacementWait-volumes/Resource"])).toContain(
      "wait placement volumes --cluster aks-norway --timeout 5m",
    );
    expect(Object.keys(drains)).toEqual(["Drain-shop/Resource", "PlacementDrain-volumes/Resource"]);
  });

  test("is not waited for where it isn't available by itself", () => {
    const { waits } = hubWith(undefined, (hub) => {
      hub.addClusterPlacement("volumes", {
        selectors,
        policy: PlacementPolicy.all(),
        rolloutType: "External",
      });
    });
    expect(waits).toEqual({});
  });
});

describe("a placement in a namespace", () => {
  const options = { selectors: [{ version: "v1", kind: "ConfigMap" }] };
  const place = (more: object) => (hub: HubStack, shop: Namespace) => {
    hub.addPlacement(shop.name, {
      namespace: shop,
      policy: PlacementPolicy.all(),
      selectionScope: "NamespaceOnly",
      rolloutType: "External",
    });
    hub.addResourcePlacement("web", { namespace: shop, policy: PlacementPolicy.all(), ...options, ...more });
  };

  test("is waited for", () => {
    const { manifests, waits } = hubWith(undefined, place({ timeout: "5m" }));
    expect(manifests["ResourcePlacement-shop.web/Resource"]).toMatchObject({
      manifest: { kind: "ResourcePlacement", metadata: { name: "web", namespace: "shop" } },
    });
    expect(Object.keys(waits)).toEqual(["ResourcePlacementWait-shop.web/Resource"]);
    expect(JSON.stringify(waits)).toContain("wait placement shop/web --cluster aks-norway --timeout 5m");
  });

  test("is not waited for where it isn't available by itself", () => {
    expect(hubWith(undefined, place({ applyType: "ReportDiff" })).waits).toEqual({});
  });
});
