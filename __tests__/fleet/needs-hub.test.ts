import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  ClusterMeshProfile,
  ClusterResourcePlacement,
  Fleet,
  FleetManagedNamespace,
  HubStack,
  type IFleet,
  Namespace,
  PlacementPolicy,
  TrafficManagerAccess,
} from "../../lib";
import { FLEET_ID } from "../existing";
import { appFindings, findings } from "../synth";

const hubless = (scope: Construct): IFleet =>
  Fleet.fromFleetId(scope, "Old", FLEET_ID, {
    location: "westus",
    hasHub: false,
    principalId: "33333333-3333-3333-3333-333333333333",
  });

const NO_HUB = /: fleet: "fleet-old" has no hub \(hasHub is false\), and /;

test.each<[string, (scope: Construct, fleet: IFleet) => unknown, string]>([
  [
    "a managed namespace",
    (scope, fleet) => new FleetManagedNamespace(scope, "Team", { fleet, name: "team" }),
    "stack/Team",
  ],
  [
    "access to Traffic Manager",
    (scope, fleet) => new TrafficManagerAccess(scope, "Dns", { fleet }),
    "stack/Dns",
  ],
])("%s needs one", (_, make, path) => {
  const found = findings((scope) => void make(scope, hubless(scope)));
  expect(found.filter((one) => NO_HUB.test(one))).toEqual([expect.stringContaining(`${path}: `)]);
});

test("a stack of the hub needs one, and says so once, whatever is on it", () => {
  const found = appFindings((app: App) => {
    const stack = new TerraformStack(app, "fleet");
    const hub = new HubStack(app, "hub", { fleet: hubless(stack) });
    const namespace = hub.addNamespace("store", { workloadsElsewhere: true });
    hub.addPlacement("store", { namespace, policy: PlacementPolicy.all() });
  });
  expect(found.filter((one) => NO_HUB.test(one))).toEqual([expect.stringMatching(/^hub\//)]);
});

test("objects of a hub in a stack of the app's own need one: the first says so", () => {
  const found = appFindings((app: App) => {
    const stack = new TerraformStack(app, "own");
    new KubernetesProvider(stack, "kubernetes");
    const fleet = hubless(stack);
    new Namespace(stack, "Shop", { fleet, name: "shop", workloadsElsewhere: true });
    new ClusterResourcePlacement(stack, "Placed", {
      fleet,
      name: "shop",
      selectors: [{ version: "v1", kind: "PersistentVolume" }],
      policy: PlacementPolicy.all(),
    });
  });
  expect(found.filter((one) => NO_HUB.test(one))).toEqual([expect.stringMatching(/^own\/Shop: /)]);
});

test("upgrades and cluster meshes need none", () => {
  const found = findings((scope) => {
    const fleet = hubless(scope);
    const updateStrategy = fleet.addUpdateStrategy("s", { stages: [{ name: "a", groups: ["a"] }] });
    fleet.addAutoUpgradeProfile("p", { channel: "Stable", updateStrategy });
    new ClusterMeshProfile(scope, "Mesh", {
      fleet,
      name: "mesh",
      apiVersion: "2026-06-02-preview",
      memberSelector: "mesh=shop",
    });
  });
  expect(found).toEqual([]);
});
