import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { HubStack, InfraStack, MemberStack, PlacementPolicy } from "../../../lib";
import { readStacks } from "../../../lib/command/app/synthesized";
import { judge } from "../../../lib/command/judge/effects";
import { compare } from "../../../lib/command/plan/compare";
import { fleetOfStacks } from "../../../lib/command/plan/fleet";
import { type Change, type Plan, readPlan } from "../../../lib/command/plan/plan";
import { diagram } from "../../../lib/command/render/diagram";
import { sketch } from "../../../lib/command/render/sketch";
import { show } from "../../../lib/command/show";
import { yamlFile } from "../../hub/fixtures";
import { madePlan } from "./made";

// Two fleets of one app that are called alike wherever Azure lets them: clusters and networks in groups of their own, members,
// namespaces, placements and Services.

interface Props {
  /** What the fleets are called. */
  readonly names?: readonly [string, string];
  /** Without the second fleet. */
  readonly alone?: boolean;
  /** Without the first one's placement. */
  readonly unplaced?: boolean;
}

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: front }
spec: { ports: [{ port: 80 }] }
`;

function build(app: App, { names = ["blue", "green"], alone, unplaced }: Props): App {
  for (const [index, fleetName] of names.entries()) {
    if (alone && index === 1) continue;
    const color = ["blue", "green"][index] as string;
    const member = (location: string, net: number) => ({
      location,
      resourceGroupName: `rg-${color}-${location}`,
      clusterName: `aks-${location}`,
      addressSpace: [`10.${net}.0.0/16`],
      subnetPrefix: `10.${net}.0.0/24`,
    });
    const infra = new InfraStack(app, `${color}-infra`, {
      fleetName,
      fleetResourceGroupName: `rg-${color}`,
      fleetLocation: index === 0 ? "westus" : "westeurope",
      members: { east: member("eastus2", 1 + index * 10), west: member("westus2", 2 + index * 10) },
      subscriptionId: "22222222-2222-2222-2222-222222222222",
    });
    const hub = new HubStack(app, `${color}-hub`, { fleet: infra.fleet });
    const shop = hub.addNamespace("shop");
    shop.addWorkloads("Shop", { files: [yamlFile(SERVICE)] });
    shop.exportService("front");
    if (!(unplaced && index === 0)) {
      hub.addPlacement(shop.name, {
        namespace: shop,
        policy: index === 0 ? PlacementPolicy.all() : PlacementPolicy.inLocations("westus2"),
      });
    }
    const entry = new MemberStack(app, `${color}-member`, {
      hub,
      member: infra.member(index === 0 ? "east" : "west"),
    });
    if (!(unplaced && index === 0)) entry.addMultiClusterService("front", { namespace: shop });
  }
  return app;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function synth(props: Props = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-two-"));
  folders.push(folder);
  build(new App({ outdir: folder }), props).synth();
  return folder;
}

const BOTH = synth();
const stacks = readStacks(BOTH);

test("each has its members, placements and addresses", () => {
  expect(sketch(fleetOfStacks(stacks))).toEqual([
    "fleet blue, hub in westus",
    "eastus2: aks-eastus2, member, peered with aks-westus2, entry of front",
    "westus2: aks-westus2, member, peered with aks-eastus2",
    "placement shop: on aks-eastus2 and aks-westus2",
    "fleet green, hub in westeurope",
    "eastus2: aks-eastus2, member, peered with aks-westus2",
    "westus2: aks-westus2, member, peered with aks-eastus2, entry of front",
    "placement shop: on aks-westus2",
  ]);
  expect(show(BOTH)).toEqual(
    expect.arrayContaining(["  fleet blue, hub in westus", "  placement shop: on aks-westus2"]),
  );
});

test("fleets of one name in two groups are two", () => {
  const lines = sketch(fleetOfStacks(readStacks(synth({ names: ["shop", "shop"] }))));
  expect(lines.filter((line) => line.startsWith("placement"))).toEqual([
    "placement shop: on aks-eastus2 and aks-westus2",
    "placement shop: on aks-westus2",
  ]);
});

test("each is drawn in a box of its own", () => {
  expect(diagram(fleetOfStacks(stacks)).split("\n")).toEqual([
    "flowchart TB",
    '  subgraph fleet1 ["fleet blue"]',
    '    hub1{{"fleet blue<br/>hub in westus"}}',
    '    placement2[/"placement shop"/]',
    '    subgraph region1 ["eastus2"]',
    '      cluster3["aks-eastus2<br/>member"]',
    "    end",
    '    subgraph region2 ["westus2"]',
    '      cluster4["aks-westus2<br/>member"]',
    "    end",
    '    service5(["address of front"])',
    "  end",
    '  subgraph fleet2 ["fleet green"]',
    '    hub6{{"fleet green<br/>hub in westeurope"}}',
    '    placement7[/"placement shop"/]',
    '    subgraph region3 ["eastus2"]',
    '      cluster8["aks-eastus2<br/>member"]',
    "    end",
    '    subgraph region4 ["westus2"]',
    '      cluster9["aks-westus2<br/>member"]',
    "    end",
    '    service10(["address of front"])',
    "  end",
    "  hub1 --- placement2",
    "  service5 ==>|enters| cluster3",
    "  placement2 -.->|places| cluster3",
    "  placement2 -.->|places| cluster4",
    "  hub6 --- placement7",
    "  service10 ==>|enters| cluster9",
    "  placement7 -.->|places| cluster9",
    "  cluster3 <-->|peered| cluster4",
    "  cluster8 <-->|peered| cluster9",
    "",
  ]);
});

function effects(base: string, head: string): string[] {
  const { plans, fleets } = compare(readStacks(base), readStacks(head));
  return judge(plans, { fleets }).effects.map(({ severity, text }) => `${severity}: ${text}`);
}

test("what goes with one fleet is not told of the other", () => {
  const reported = effects(BOTH, synth({ alone: true }));
  expect(reported).toContain(
    "outage: fleet green is deleted because it is no longer in the app: its hub is deleted, with everything applied to it, its 2 members leave, the address of front is lost",
  );
  expect(reported.join("\n")).not.toContain("blue");
  expect(reported).toContain(
    "outage: placement shop is deleted because it is no longer in the app: the namespace shop is removed from aks-westus2",
  );
  const without = effects(BOTH, synth({ unplaced: true }));
  expect(without).toContain(
    "outage: placement shop is deleted because it is no longer in the app: the namespace shop is removed from aks-eastus2 and aks-westus2",
  );
});

/** What Terraform would plan of a deployed stack: ids instead of references. */
const GROUPS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups";
const idOf = (group: string, kind: string, name: string) =>
  `${GROUPS}/${group}/providers/Microsoft.${kind}/${name}`;

function deployed(color: string, actions: readonly string[]): Plan[] {
  const change = (address: string, values: object, more = actions) => ({
    address,
    actions: more,
    before: values,
    after: more[0] === "delete" ? undefined : values,
  });
  const fleetId = idOf(`rg-${color}`, "ContainerService/fleets", "shop");
  const infra = madePlan([
    change("azapi_resource.f", {
      type: "Microsoft.ContainerService/fleets@2025-03-01",
      name: "shop",
      location: "westus",
      id: fleetId,
    }),
    ...["eastus2", "westus2"].flatMap((location) => [
      change(`azurerm_kubernetes_cluster.${location}`, {
        name: `aks-${location}`,
        location,
        id: idOf(`rg-${color}-${location}`, "ContainerService/managedClusters", `aks-${location}`),
      }),
      change(`azurerm_kubernetes_fleet_member.${location}`, {
        name: `aks-${location}`,
        kubernetes_cluster_id: idOf(
          `rg-${color}-${location}`,
          "ContainerService/managedClusters",
          `aks-${location}`,
        ),
        kubernetes_fleet_id: fleetId,
      }),
    ]),
  ]);
  const asked = (address: string, type: string, values: object) => ({
    configuration: {
      provider_config: {
        kubernetes: { name: "kubernetes", expressions: { host: { references: [address] } } },
      },
      root_module: { resources: [{ address, type, expressions: {} }] },
    },
    prior_state: { values: { root_module: { resources: [{ address, type, mode: "data", values }] } } },
  });
  const object = (kind: string, name: string, spec: object) => ({
    manifest: { apiVersion: "v1", kind, metadata: { name, namespace: "shop" }, spec },
  });
  const hub = madePlan(
    [
      change("kubernetes_manifest.p", {
        manifest: {
          kind: "ClusterResourcePlacement",
          metadata: { name: "shop" },
          spec: {
            resourceSelectors: [{ kind: "Namespace", name: "shop" }],
            policy: { placementType: "PickAll" },
          },
        },
      }),
      change("kubernetes_manifest.d", object("Deployment", "front", {})),
    ],
    asked("data.azapi_resource_action.hub", "azapi_resource_action", { resource_id: fleetId }),
  );
  const member = madePlan(
    [
      change(
        "kubernetes_manifest.m",
        object("MultiClusterService", "front", { serviceImport: { name: "front" } }),
      ),
    ],
    asked("data.azurerm_kubernetes_cluster.c", "azurerm_kubernetes_cluster", {
      name: "aks-eastus2",
      resource_group_name: `rg-${color}-eastus2`,
    }),
  );
  return Object.entries({ infra, hub, member }).map(([name, text]) =>
    readPlan(text, `${color}-${name}`, name),
  );
}

test("plans of deployed fleets are kept apart by ids", () => {
  const plans = [...deployed("blue", ["no-op"]), ...deployed("green", ["delete"])];
  const report = judge(plans);
  expect(sketch(report.before)).toEqual(
    ["blue", "green"].flatMap(() => [
      "fleet shop, hub in westus",
      "eastus2: aks-eastus2, member, entry of front",
      "westus2: aks-westus2, member",
      "placement shop: on aks-eastus2 and aks-westus2",
    ]),
  );
  const outages = report.effects.filter(({ severity }) => severity === "outage");
  expect(outages.map(({ text }) => text)).toEqual([
    "fleet shop is deleted: its hub is deleted, with everything applied to it, its 2 members leave, the address of front is lost",
    "cluster aks-eastus2 is deleted: its workloads stop, its member leaves, the address of front is lost",
    "cluster aks-westus2 is deleted: its workloads stop, its member leaves",
    "MultiClusterService front is deleted: the address of front is lost",
    "placement shop is deleted: the namespace shop is removed from aks-eastus2 and aks-westus2",
    "Deployment front is deleted: removed from aks-eastus2 and aks-westus2",
  ]);
  const addresses = (of: readonly Change[]) => of.map(({ stack }) => stack);
  expect(
    new Set(addresses(report.stacks.flatMap(({ changes }) => changes.map(({ change }) => change)))),
  ).toEqual(new Set(["green-infra", "green-hub", "green-member"]));
});
