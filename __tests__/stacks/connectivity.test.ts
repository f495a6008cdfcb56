import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { type App, TerraformStack, TerraformVariable } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  type InfraMemberProps,
  InfraStack,
  type InfraStackProps,
  MultiRegionFleet,
  NetworkManager,
} from "../../lib";
import { CLUSTER_ID, SUBNET_ID, SUBSCRIPTION } from "../existing";
import { address, at, reference } from "../network/references";
import { appFindings, readStack, resources, type StackJson, synthApp } from "../synth";

const MEMBERS: Record<string, InfraMemberProps> = {
  east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
  west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
};
const MANAGER_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/networkManagers/central`;

function props(more: Partial<InfraStackProps> = {}): InfraStackProps {
  return { fleetName: "shop", fleetLocation: "westus", members: MEMBERS, ...more };
}

function synth(more: (app: App) => Partial<InfraStackProps>, then?: (infra: InfraStack) => void): StackJson {
  return synthApp(
    (app) => {
      const infra = new InfraStack(app, "infra", props(more(app)));
      then?.(infra);
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

const said = (more: (app: App) => Partial<InfraStackProps>) =>
  appFindings((app) => void new InfraStack(app, "infra", props(more(app))));

const MANAGED = { connectivity: "virtualNetworkManager" } as const;
const made = (stack: StackJson, type: string) => Object.keys(resources(stack, type)).sort();

test("networks are peered by default, and when that is said", () => {
  const stack = synth(() => ({}));
  expect(made(stack, "azurerm_virtual_network_peering")).toHaveLength(2);
  expect(stack.resource.azurerm_network_manager).toBeUndefined();
  expect(synth(() => ({ connectivity: "peerings" })).resource).toEqual(stack.resource);
});

describe("by a network manager", () => {
  const stack = synth(() => MANAGED);

  test("which is made with the fleet, in its group and location", () => {
    expect(at(stack, "NetworkManager/Resource")).toMatchObject({
      name: "shop",
      location: "westus",
      resource_group_name: reference(stack, "Fleet/ResourceGroup", "name"),
    });
    expect(at(stack, "Mesh/Group").name).toBe("shop");
  });

  test("all networks are in one mesh, and none is peered", () => {
    expect(made(stack, "azurerm_virtual_network_peering")).toEqual([]);
    expect(made(stack, "azurerm_network_manager_static_member")).toEqual(["Mesh/east", "Mesh/west"]);
    expect(made(stack, "azurerm_network_manager_deployment")).toEqual([
      "Mesh/Deployment-eastus2",
      "Mesh/Deployment-westus2",
    ]);
  });

  test("the rest of the stack is as it is with peerings", () => {
    const rest = ({ resource }: StackJson) =>
      Object.fromEntries(
        Object.entries(resource).filter(([type]) => !/network_manager|peering|null_resource/.test(type)),
      );
    expect(rest(stack)).toEqual(rest(synth(() => ({}))));
  });

  test("the stack's subscription and tags are the manager's", () => {
    const tagged = synth(() => ({ ...MANAGED, subscriptionId: SUBSCRIPTION, tags: { team: "net" } }));
    expect(at(tagged, "NetworkManager/Resource")).toMatchObject({
      scope: { subscription_ids: [`/subscriptions/${SUBSCRIPTION}`] },
      tags: { team: "net" },
    });
  });

  test("one that exists is taken", () => {
    const central = synth((app) => ({
      ...MANAGED,
      networkManager: NetworkManager.fromNetworkManagerId(app, "Central", MANAGER_ID),
    }));
    expect(made(central, "azurerm_network_manager")).toEqual([]);
    expect(at(central, "Mesh/Configuration").network_manager_id).toBe(MANAGER_ID);
  });

  test("one that another stack makes is made before, in a location of its own", () => {
    const of = synth((app) => {
      const network = new TerraformStack(app, "network");
      new AzurermProvider(network, "azurerm", { features: [{}] });
      const networkManager = new NetworkManager(network, "Manager", {
        networkManagerName: "central",
        location: "westeurope",
      });
      return { ...MANAGED, networkManager };
    });
    expect(at(of, "Mesh/Group").network_manager_id).toContain(
      "data.terraform_remote_state.cross-stack-reference-input-network",
    );
  });

  test("a member that is added later is in it as well", () => {
    const more = synth(
      () => MANAGED,
      (infra) => void infra.addMember("south", { location: "eastus2", addressSpace: ["10.3.0.0/16"] }),
    );
    expect(made(more, "azurerm_network_manager_static_member")).toContain("Mesh/south");
  });

  test("a private hub is in it, and members join when both are connected", () => {
    const hub = synth((app) => ({
      ...MANAGED,
      privateHub: true,
      insideNetwork: true,
      hubNetwork: ClusterNetwork.fromNetworkAttributes(app, "HubNetwork", {
        key: "hub",
        location: "westus",
        subnetId: SUBNET_ID,
        addressSpace: ["10.9.0.0/16"],
        // What connects them takes the network's id only.
        provider: new AzurermProvider(app, "other", { features: [{}], alias: "other" }),
      }),
    }));
    expect(at(hub, "Fleet/east/Resource").depends_on).toEqual(
      ["Mesh/Deployment-westus", "Mesh/Deployment-eastus2"].map((path) => address(hub, path)),
    );
  });

  test("of a MultiRegionFleet, too", () => {
    const infra = synthApp(
      (app) => void new MultiRegionFleet(app, "Shop", props(MANAGED)),
      (outdir) => readStack(outdir, "infra"),
    );
    expect(infra.resource).toEqual(stack.resource);
  });
});

describe("a change from one to the other", () => {
  const [peered, managed] = [synth(() => ({})), synth(() => MANAGED)];
  const providerOf = ({ provider }: StackJson, alias: string) =>
    provider.azurerm?.find((one) => one.alias === alias);

  test("each is made, and later deleted, by a provider of its own, which both have", () => {
    const providers = (stack: StackJson, type: RegExp) => [
      ...new Set(
        Object.entries(stack.resource)
          .filter(([name]) => type.test(name))
          .flatMap(([, all]) => Object.values(all).map((block) => block.provider)),
      ),
    ];
    expect(providers(peered, /peering/)).toEqual(["azurerm.peerings"]);
    expect(providers(managed, /network_manager_/)).toEqual(["azurerm.network_manager"]);
    for (const stack of [peered, managed]) {
      expect(providers(stack, /^azurerm_(?!virtual_network_peering|network_manager_)/)).toEqual([undefined]);
      expect(stack.provider.azurerm?.map(({ alias }) => alias)).toEqual([
        undefined,
        "peerings",
        "network_manager",
      ]);
    }
  });

  test("peerings are deleted when all deployments are there", () => {
    const deployments = ["eastus2", "westus2"].map((location) =>
      address(managed, `Mesh/Deployment-${location}`),
    );
    expect(providerOf(managed, "peerings")?.subscription_id).toBe(
      `\${[${deployments.map((one) => `${one}.location`).join(", ")}, null][2]}`,
    );
    expect(providerOf(managed, "network_manager")).not.toHaveProperty("subscription_id");
  });

  test("the mesh is deleted when all peerings are there", () => {
    const subscription = providerOf(peered, "network_manager")?.subscription_id;
    for (const path of ["Peerings/east-to-west", "Peerings/west-to-east"]) {
      expect(subscription).toContain(`${address(peered, path)}.name`);
    }
    expect(providerOf(peered, "peerings")).not.toHaveProperty("subscription_id");
  });
});

describe("checks", () => {
  test("a manager that connects nothing, and a choice that nobody knows", () => {
    const networkManager = (app: App) => NetworkManager.fromNetworkManagerId(app, "Central", MANAGER_ID);
    const variable = (app: App) =>
      new TerraformVariable(new TerraformStack(app, "other"), "how", {}).stringValue as "peerings";
    expect(said((app) => ({ networkManager: networkManager(app) }))).toEqual([
      expect.stringMatching(/^infra: networkManager:/),
    ]);
    expect(said((app) => ({ connectivity: variable(app) }))).toEqual([
      expect.stringMatching(/^infra: connectivity: its value is known only to Terraform/),
    ]);
  });

  test("a member that says it is peered, and one whose network nobody knows", () => {
    const found = said((app) => ({
      ...MANAGED,
      members: {
        east: { ...MEMBERS.east, peered: true } as InfraMemberProps,
        old: { cluster: AksCluster.fromClusterId(app, "Old", CLUSTER_ID) },
      },
    }));
    expect(found).toEqual([
      expect.stringMatching(/^infra: members\.east: peered/),
      expect.stringMatching(/^infra: members\.old: .* can't be connected with those of the other members/),
    ]);
  });

  test("ranges that overlap are told once", () => {
    const members = Object.fromEntries(
      Object.entries(MEMBERS).map(([key, member]) => [key, { ...member, addressSpace: ["10.1.0.0/16"] }]),
    ) as Record<string, InfraMemberProps>;
    expect(said(() => ({ ...MANAGED, members }))).toEqual([
      expect.stringMatching(/^infra\/Mesh: the networks of "east" \(10\.1\.0\.0\/16\) and "west"/),
    ]);
  });
});
