import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { type App, TerraformStack } from "cdktf";
import {
  AksCluster,
  AzapiProvider,
  Fleet,
  FleetMember,
  HubStack,
  type IFleet,
  InfraStack,
  MemberStack,
  PlacementPolicy,
} from "../../lib";
import { localExec } from "../access/fixtures";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { at } from "../network/references";
import { appFindings, readStack, refusal, resources, type StackJson, synthApp } from "../synth";

/** The stacks of an app, and which each follows. */
function synth(build: (app: App) => void): {
  stacks: Record<string, StackJson>;
  order: Record<string, string[]>;
} {
  return synthApp(build, (outdir) => {
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { dependencies: string[] }>;
    };
    const names = Object.keys(manifest.stacks);
    return {
      stacks: Object.fromEntries(names.map((name) => [name, readStack(outdir, name)])),
      order: Object.fromEntries(
        names.map((name) => [name, [...(manifest.stacks[name]?.dependencies ?? [])].sort()]),
      ),
    };
  });
}

function at2(stacks: Record<string, StackJson>, stack: string, path: string) {
  return at(stacks[stack] as StackJson, path);
}

function infraWith(app: App): InfraStack {
  return new InfraStack(app, "infra", {
    fleetName: "gbb-fleet",
    fleetLocation: "westus",
    members: { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
  });
}

/** A stack of another team, with a cluster that exists. */
function teamStack(app: App, subscriptionId?: string): TerraformStack {
  const stack = new TerraformStack(app, "team");
  new AzurermProvider(stack, "azurerm", { features: [{}], subscriptionId });
  new AzapiProvider(stack, "azapi");
  return stack;
}

/** One namespace with one Service, exported, placed, and imported at a member. */
function deployTo(app: App, fleet: IFleet, key: string): HubStack {
  const hub = new HubStack(app, "hub", { fleet });
  const store = hub.addNamespace("store", { workloadsElsewhere: true });
  store.exportService("web");
  hub.addPlacement(store.name, { namespace: store, policy: PlacementPolicy.all() });
  const member = fleet.members.find((candidate) => candidate.key === key);
  if (member) {
    new MemberStack(app, "member", { hub, member }).addMultiClusterService("web", { namespace: store });
  }
  return hub;
}

describe("an existing fleet and member: hub and member stack only", () => {
  const { stacks, order } = synth((app) => {
    const cluster = AksCluster.fromClusterId(app, "Cluster", CLUSTER_ID);
    deployTo(app, Fleet.fromFleetId(app, "Fleet", FLEET_ID, { members: { old: { cluster } } }), "old");
  });

  test("the hub is reached by the fleet's id", () => {
    expect(
      resources(stacks.hub as StackJson, "azapi_resource_action", "data")["Hub/Resource"]?.resource_id,
    ).toBe(FLEET_ID);
    expect(stacks.hub?.data.terraform_remote_state).toBeUndefined();
  });

  test("the member is reached by its cluster's name and group, and nothing else is looked up", () => {
    expect(resources(stacks.member as StackJson, "azurerm_kubernetes_cluster", "data")).toEqual({
      "Member/Resource": { name: "aks-old", resource_group_name: "rg-old" },
    });
    expect(stacks.member?.resource.kubernetes_manifest).toBeDefined();
  });

  test("the placement is waited for on the member that is told", () => {
    expect(localExec(stacks.hub as StackJson, "PlacementWait-store/Resource").command).toContain(
      "--cluster aks-old",
    );
  });

  test("the member stack follows the hub, which follows nothing", () => {
    expect(order).toEqual({ hub: [], member: ["hub"] });
  });
});

test("a fleet that may have other members: the wait for a placement names none", () => {
  const { stacks } = synth((app) => void deployTo(app, Fleet.fromFleetId(app, "Fleet", FLEET_ID), "none"));
  expect(localExec(stacks.hub as StackJson, "PlacementWait-store/Resource").command).toBe(
    "wait placement store --timeout 30m",
  );
});

test("what is wrong with an import outside of the stacks is said as well", () => {
  const found = appFindings((app) => {
    deployTo(app, Fleet.fromFleetId(app, "Fleet", FLEET_ID, { location: "West US" }), "none");
  });
  expect(found).toEqual([expect.stringMatching(/\[Fleet\] location: "West US" is not/)]);
});

test("without its cluster a member can't be reached, and the error names it", () => {
  const said = refusal(() =>
    synth((app) => {
      const fleet = Fleet.fromFleetId(app, "Fleet", FLEET_ID, { members: { old: { memberName: "old" } } });
      deployTo(app, fleet, "old");
    }),
  );
  expect(said).toMatch(/is needed but was not given: /);
});

describe("a fleet in one stack, a member in another", () => {
  const { stacks, order } = synth((app) => {
    const { fleet } = infraWith(app);
    const team = teamStack(app);
    const hub = deployTo(app, fleet, "none");
    const cluster = AksCluster.fromClusterId(team, "Cluster", CLUSTER_ID, { location: "westus3" });
    // After the hub's stack: it follows all the same.
    const member = new FleetMember(team, "Member", { fleet, key: "old", cluster });
    new MemberStack(app, "member", { hub, member }).addMultiClusterService("web", {
      namespace: hub.node.findChild("store") as never,
    });
  });

  test("the member joins by the fleet's id, which the first stack puts out", () => {
    expect(at2(stacks, "team", "Member/Resource")).toMatchObject({
      name: "aks-old",
      parent_id: expect.stringMatching(
        /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-infra\.outputs\.cross-stack-output-azapi_resource/,
      ),
      body: { properties: { clusterResourceId: CLUSTER_ID } },
    });
  });

  test("the hub follows both, so that members are there first and leave last", () => {
    expect(order).toEqual({
      infra: [],
      team: ["infra"],
      hub: ["infra", "team"],
      member: ["hub", "infra"],
    });
  });

  test("the first stack depends on nothing of the other, and waits for its own members only", () => {
    expect(JSON.stringify(stacks.infra)).not.toContain("aks-old");
    expect(at2(stacks, "infra", "HubWait/Resource").depends_on).toEqual([
      expect.stringMatching(/^azurerm_role_assignment\.Fleet_Admin_/),
      expect.stringMatching(/^azapi_resource\.Fleet_east_/),
    ]);
    expect(localExec(stacks.infra as StackJson, "HubWait/Resource").command).toBe(
      "wait hub --member aks-east --timeout 30m",
    );
  });

  test("the placement waits for all members", () => {
    expect(localExec(stacks.hub as StackJson, "PlacementWait-store/Resource").command).toContain(
      "--cluster aks-east --cluster aks-old",
    );
  });
});

test("a fleet in one stack, imported by the id that Terraform hands over in another", () => {
  const { stacks, order } = synth((app) => {
    const infra = infraWith(app);
    const team = teamStack(app);
    const cluster = AksCluster.fromClusterId(team, "Cluster", CLUSTER_ID);
    Fleet.fromFleetId(team, "Fleet", infra.fleet.fleetId).addMember("old", { cluster });
  });
  expect(at2(stacks, "team", "Fleet/old/Resource").parent_id).toMatch(/cross-stack-output-azapi_resource/);
  expect(order).toEqual({ infra: [], team: ["infra"] });
});

test("a cluster in another subscription than the fleet's: its stack is of the one, the membership of the other", () => {
  const { stacks } = synth((app) => {
    const { fleet } = infraWith(app);
    const team = teamStack(app, "66666666-6666-6666-6666-666666666666");
    const cluster = AksCluster.fromClusterAttributes(team, "Cluster", {
      clusterName: "aks-old",
      resourceGroupName: "rg-old",
    });
    new FleetMember(team, "Member", { fleet, key: "old", cluster });
  });
  // The fleet's id says the subscription.
  expect(at2(stacks, "team", "Member/Resource").parent_id).toMatch(/^\$\{data\.terraform_remote_state\./);
  const [found] = Object.values(resources(stacks.team as StackJson, "azurerm_kubernetes_cluster", "data"));
  expect(found).toEqual({ name: "aks-old", resource_group_name: "rg-old" });
});
