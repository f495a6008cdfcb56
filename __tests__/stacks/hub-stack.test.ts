import type { App } from "cdktf";
import { HubStack, InfraStack, type PlacementOptions, PlacementPolicy } from "../../lib";
import { readStack, resources, synthApp } from "../synth";

/** The hub's stack, with a placement of the namespace "shop". */
function hubWith(options?: PlacementOptions) {
  const build = (app: App) => {
    const { fleet } = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
    });
    const hub = new HubStack(app, "hub", { fleet });
    hub.addPlacement(hub.addNamespace("shop"), PlacementPolicy.all(), options);
  };
  const stack = synthApp(build, (outdir) => readStack(outdir, "hub"));
  const waits = Object.entries(resources(stack, "null_resource")).filter(([path]) => path.includes("Wait"));
  return { manifests: resources(stack, "kubernetes_manifest"), waits: Object.fromEntries(waits) };
}

test("a placement takes every prop of the construct, and is waited for", () => {
  const { manifests, waits } = hubWith({ name: "all", maxUnavailable: 1, timeout: "45m" });
  expect(manifests["Placement-all/Resource"]).toMatchObject({
    manifest: { metadata: { name: "all" }, spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } },
  });
  expect(JSON.stringify(waits["PlacementWait-all/Resource"])).toContain(
    "wait placement all --cluster aks-norwayeast --timeout 45m",
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
