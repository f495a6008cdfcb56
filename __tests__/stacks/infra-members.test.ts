import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { type App, TerraformStack } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  type IAksCluster,
  type IClusterNetwork,
  type InfraMemberProps,
  InfraStack,
  type InfraStackProps,
} from "../../lib";
import { localExec } from "../access/fixtures";
import { CLUSTER_ID, SUBNET_ID, SUBSCRIPTION } from "../existing";
import { address, at } from "../network/references";
import { appFindings, readStack, resources, type StackJson, synthApp } from "../synth";

const EAST: InfraMemberProps = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };

/** A network that exists, one for each name. */
function oldNetwork(app: App, name: string, addressSpace: string): IClusterNetwork {
  return ClusterNetwork.fromNetworkAttributes(app, `Network-${name}`, {
    key: name,
    location: "westus3",
    subnetId: SUBNET_ID.replace("vnet-old", `vnet-${name}`),
    addressSpace: [addressSpace],
  });
}

/** A cluster that exists, one for each name. */
function oldCluster(app: App, name: string, network?: IClusterNetwork): IAksCluster {
  return AksCluster.fromClusterId(app, `Cluster-${name}`, CLUSTER_ID.replace("aks-old", `aks-${name}`), {
    network,
  });
}

function infra(app: App, members: Record<string, InfraMemberProps>, props: Partial<InfraStackProps> = {}) {
  return new InfraStack(app, "infra", { fleetName: "fleet", fleetLocation: "westus", ...props, members });
}

function synth(members: (app: App) => Record<string, InfraMemberProps>): StackJson {
  return synthApp(
    (app) => void infra(app, members(app)),
    (outdir) => readStack(outdir, "infra"),
  );
}

/** The peerings that are made, e.g. `east-to-west`. */
function peerings(stack: StackJson): string[] {
  return Object.keys(resources(stack, "azurerm_virtual_network_peering"))
    .map((path) => path.replace("Peerings/", ""))
    .sort();
}

function said(members: (app: App) => Record<string, InfraMemberProps>): string[] {
  return appFindings((app) => void infra(app, members(app)));
}

describe("clusters that exist, joined to a new fleet", () => {
  const stack = synth((app) => ({
    north: { cluster: oldCluster(app, "north"), group: "canary", peered: true },
    south: { cluster: oldCluster(app, "south"), memberName: "two", peered: true },
  }));

  test("nothing is made but the fleet and its members", () => {
    expect(Object.keys(stack.resource).sort()).toEqual([
      "azapi_resource",
      "azurerm_resource_group",
      "azurerm_role_assignment",
      "null_resource",
    ]);
    expect(Object.keys(resources(stack, "azurerm_resource_group"))).toEqual(["Fleet/ResourceGroup"]);
    expect(Object.keys(resources(stack, "azurerm_role_assignment"))).toEqual(["Fleet/Admin/Resource"]);
  });

  test("they join by their ids", () => {
    expect(at(stack, "Fleet/north/Resource")).toMatchObject({
      name: "aks-north",
      body: {
        properties: { group: "canary", clusterResourceId: CLUSTER_ID.replace("aks-old", "aks-north") },
      },
    });
    expect(at(stack, "Fleet/south/Resource").name).toBe("two");
  });

  test("each is waited for at its own API server, which is looked up, once it has joined", () => {
    expect(resources(stack, "azurerm_kubernetes_cluster", "data")).toEqual({
      "north/Credentials/Resource": { name: "aks-north", resource_group_name: "rg-old" },
      "south/Credentials/Resource": { name: "aks-south", resource_group_name: "rg-old" },
    });
    const wait = localExec(stack, "MemberWait-north/Resource");
    expect(wait.command).toBe("wait member --timeout 30m");
    expect(JSON.stringify(at(stack, "MemberWait-north/Resource"))).toContain("north_Credentials");
    expect(at(stack, "MemberWait-north/Resource").depends_on).toEqual([
      address(stack, "Fleet/north/Resource"),
    ]);
  });

  test("the command is told how they are reached", () => {
    expect(stack.output.aks_fleet?.value).toMatchObject({
      members: {
        north: {
          cluster: "aks-north",
          server: expect.stringContaining("data.azurerm_kubernetes_cluster.north_"),
        },
      },
    });
  });

  test("beside one that is made", () => {
    const mixed = synth((app) => ({
      east: EAST,
      old: { cluster: oldCluster(app, "old", oldNetwork(app, "old", "10.7.0.0/16")) },
    }));
    expect(peerings(mixed)).toEqual(["east-to-old", "old-to-east"]);
    expect(Object.keys(resources(mixed, "azurerm_kubernetes_cluster"))).toEqual(["east/Cluster/Resource"]);
    expect(at(mixed, "MemberWait-east/Resource").depends_on).toHaveLength(3);
  });

  test("one that is made is waited for, and told of, by its resource", () => {
    const one = synth(() => ({ east: EAST }));
    expect(one.data.azurerm_kubernetes_cluster).toBeUndefined();
    expect(one.output.aks_fleet?.value).toMatchObject({
      members: { east: { server: expect.stringContaining("(azurerm_kubernetes_cluster.east_") } },
    });
  });
});

describe("a new cluster on a network that exists", () => {
  const stack = synth((app) => ({
    east: EAST,
    old: {
      network: oldNetwork(app, "old", "10.7.0.0/16"),
      nodeCount: 5,
      existingResourceGroupName: "rg-aks",
    },
  }));

  test("the cluster is made there, with what the member says", () => {
    expect(at(stack, "old/Cluster/Resource")).toMatchObject({
      name: "aks-old",
      location: "westus3",
      resource_group_name: "rg-aks",
      default_node_pool: {
        vnet_subnet_id: SUBNET_ID,
        node_count: 5,
      },
    });
  });

  test("no network is made for it, and it is peered with that of the other", () => {
    expect(Object.keys(resources(stack, "azurerm_virtual_network"))).toEqual(["east/Network/VirtualNetwork"]);
    expect(peerings(stack)).toEqual(["east-to-old", "old-to-east"]);
  });

  test("two clusters may be on one network, which is peered once", () => {
    const shared = synth((app) => {
      const network = oldNetwork(app, "old", "10.7.0.0/16");
      return {
        east: EAST,
        blue: { network, clusterName: "aks-blue" },
        green: { network, clusterName: "aks-green" },
      };
    });
    expect(peerings(shared)).toEqual(["east-to-old", "old-to-east"]);
    expect(Object.keys(resources(shared, "azurerm_kubernetes_cluster")).sort()).toEqual([
      "blue/Cluster/Resource",
      "east/Cluster/Resource",
      "green/Cluster/Resource",
    ]);
  });
});

describe("what another stack makes", () => {
  /** A network of the platform's stack, and a cluster on it of the same. */
  function platform(app: App) {
    const stack = new TerraformStack(app, "platform");
    new AzurermProvider(stack, "azurerm", { features: [{}] });
    const make = (key: string, range: string) =>
      new ClusterNetwork(stack, key, {
        key,
        location: "westus3",
        addressSpace: [range],
        resourceGroupName: `rg-${key}`,
      });
    return {
      network: make("blue", "10.8.0.0/16"),
      cluster: new AksCluster(stack, "Cluster", {
        network: make("green", "10.9.0.0/16"),
        clusterName: "green",
      }),
    };
  }
  const { stack, dependencies } = synthApp(
    (app) => {
      const { network, cluster } = platform(app);
      infra(app, { blue: { network }, green: { cluster } });
    },
    (outdir) => ({
      stack: readStack(outdir, "infra"),
      dependencies: JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")).stacks.infra.dependencies,
    }),
  );

  test("is deployed before", () => {
    expect(dependencies).toEqual(["platform"]);
  });

  test("no resource depends on one of another stack, which Terraform refuses", () => {
    const dependsOn = Object.keys(stack.resource).flatMap((type) =>
      Object.values(resources(stack, type)).flatMap((block) => (block.depends_on ?? []) as string[]),
    );
    expect(dependsOn.length).toBeGreaterThan(5);
    expect(dependsOn.filter((one) => !/^[a-z_]+\.[\w-]+$/.test(one))).toEqual([]);
  });

  test("is used by what that stack puts out", () => {
    expect(at(stack, "blue/Cluster/Resource").default_node_pool).toMatchObject({
      vnet_subnet_id: expect.stringContaining(
        "data.terraform_remote_state.cross-stack-reference-input-platform",
      ),
    });
    expect(at(stack, "Fleet/green/Resource").replace_triggers_external_values).toEqual([
      expect.stringContaining("data.terraform_remote_state.cross-stack-reference-input-platform"),
    ]);
    expect(peerings(stack)).toEqual(["blue-to-green", "green-to-blue"]);
  });
});

describe("which networks are peered", () => {
  const three = (peered: Record<string, boolean>) =>
    peerings(
      synth((app) => ({
        a: { network: oldNetwork(app, "a", "10.7.0.0/16"), clusterName: "aks-a", peered: peered.a },
        b: { cluster: oldCluster(app, "b", oldNetwork(app, "b", "10.8.0.0/16")), peered: peered.b },
        c: { ...EAST, peered: peered.c },
      })),
    );

  test("by default each with each", () => {
    expect(three({})).toEqual(["a-to-b", "a-to-c", "b-to-a", "b-to-c", "c-to-a", "c-to-b"]);
  });

  test("those that reach each other already, with the new one only", () => {
    expect(three({ a: true, b: true })).toEqual(["a-to-c", "b-to-c", "c-to-a", "c-to-b"]);
  });

  test("none where all reach each other already, as on the spokes of a hub", () => {
    expect(three({ a: true, b: true, c: true })).toEqual([]);
  });

  test("one alone that says so is peered with all", () => {
    expect(three({ a: true })).toHaveLength(6);
  });
});

describe("checks", () => {
  test("of a cluster that exists nothing can be set", () => {
    const found = said((app) => ({
      // @ts-expect-error a cluster that exists has its nodes
      old: { cluster: oldCluster(app, "old"), nodeCount: 5, location: "westus3" },
    }));
    expect(found).toEqual([
      'infra: members.old: the cluster exists and is not changed, but "location" and "nodeCount" would change it; remove them, or remove the cluster to create a new one.',
    ]);
  });

  test("of a network that exists nothing can be set", () => {
    const found = said((app) => ({
      // @ts-expect-error a network that exists has its ranges
      old: { network: oldNetwork(app, "old", "10.7.0.0/16"), addressSpace: ["10.7.0.0/16"], nodeCount: 5 },
    }));
    expect(found).toEqual([
      'infra: members.old: the network exists and is not changed, but "addressSpace" would change it; remove it, or remove the network to create a new one.',
    ]);
  });

  test("a cluster that exists is on its network: another can't be named", () => {
    const found = said((app) => ({
      // @ts-expect-error the cluster says its network
      old: { cluster: oldCluster(app, "old"), network: oldNetwork(app, "old", "10.7.0.0/16") },
    }));
    expect(found).toEqual([expect.stringContaining('"network" would change it;')]);
  });

  test("a new member needs its location and its ranges", () => {
    // @ts-expect-error no addressSpace
    const member: InfraMemberProps = { location: "eastus2" };
    expect(member).toBeDefined();
  });

  test("a network that is to be peered must be told", () => {
    const found = said((app) => ({ east: EAST, old: { cluster: oldCluster(app, "old"), peered: true } }));
    expect(found).toEqual([
      "infra: members.old: its cluster's network is not known, so it can't be peered with those of the other members; set it where the cluster is imported (network: ClusterNetwork.fromNetworkAttributes(…)), or set \"peered: true\" for every member whose network can reach the others already.",
    ]);
  });

  test("one that is not to be peered need not be", () => {
    expect(said((app) => ({ old: { cluster: oldCluster(app, "old") } }))).toEqual([]);
  });

  test("what is in another subscription can't be looked up by this stack", () => {
    const found = said((app) => {
      const other = new TerraformStack(app, "other");
      const provider = new AzurermProvider(other, "azurerm", { features: [{}] });
      const network = ClusterNetwork.fromNetworkAttributes(other, "Network", {
        key: "old",
        location: "westus3",
        subnetId: SUBNET_ID,
        addressSpace: ["10.7.0.0/16"],
        provider,
      });
      return {
        east: EAST,
        old: { cluster: AksCluster.fromClusterId(other, "Cluster", CLUSTER_ID, { provider, network }) },
      };
    });
    const ends =
      "has an azurerm provider of another stack, but this stack would look for it in its own subscription; make it a member in a stack with that provider (new FleetMember), and peer it there.";
    expect(found).toEqual([
      `infra: members.old: its cluster ${ends}`,
      `infra: members.old: its network ${ends}`,
    ]);
  });

  test("nor can a cluster whose id says another subscription", () => {
    const subscriptionId = "55555555-5555-5555-5555-555555555555";
    const of = (props: Partial<InfraStackProps>) =>
      appFindings((app) => void infra(app, { old: { cluster: oldCluster(app, "old") } }, props));
    expect(of({ subscriptionId })).toEqual([
      `infra: members.old: its cluster is in the subscription ${SUBSCRIPTION}, but this stack would look for it in its own, ${subscriptionId}; make it a member in a stack of that subscription (new FleetMember).`,
    ]);
    expect(of({ subscriptionId: SUBSCRIPTION })).toEqual([]);
    expect(of({})).toEqual([]);
  });

  test("ranges of what exists and what is made are compared", () => {
    const found = said((app) => ({
      east: EAST,
      old: { cluster: oldCluster(app, "old", oldNetwork(app, "old", "10.1.0.0/20")) },
    }));
    expect(found).toContainEqual(
      expect.stringMatching(/^infra\/Peerings: the networks of "east" .* and "old"/),
    );
  });
});
