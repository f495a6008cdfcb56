import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { type App, TerraformStack } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  type ClusterNetworkAttributes,
  type InfraMemberProps,
  InfraStack,
  type InfraStackProps,
} from "../../lib";
import { CLUSTER_ID, SUBNET_ID, VNET_ID } from "../existing";
import { address, at } from "../network/references";
import { appFindings, readStack, resources, type StackJson, synthApp } from "../synth";

const MEMBERS: Record<string, InfraMemberProps> = {
  east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
  west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
};
const PRIVATE = { privateHub: true, insideNetwork: true };

function infra(app: App, props: Partial<InfraStackProps> = {}): InfraStack {
  return new InfraStack(app, "infra", {
    fleetName: "shop",
    fleetLocation: "westus",
    members: MEMBERS,
    ...props,
  });
}

function hubNetwork(app: App, attributes: Partial<ClusterNetworkAttributes> = {}) {
  return ClusterNetwork.fromNetworkAttributes(app, "HubNetwork", {
    ...{ key: "hub", location: "westus", subnetId: SUBNET_ID, addressSpace: ["10.9.0.0/16"] },
    ...attributes,
  });
}

function synth(props: (app: App) => Partial<InfraStackProps>): StackJson {
  return synthApp(
    (app) => void infra(app, props(app)),
    (outdir) => readStack(outdir, "infra"),
  );
}

const said = (props: (app: App) => Partial<InfraStackProps>) =>
  appFindings((app) => void infra(app, props(app)));

const peerings = (stack: StackJson) =>
  Object.keys(resources(stack, "azurerm_virtual_network_peering"))
    .map((path) => path.replace("Peerings/", ""))
    .sort();

const AMONG_MEMBERS = ["east-to-west", "west-to-east"];

describe("a private hub on a network", () => {
  const stack = synth((app) => ({ ...PRIVATE, hubNetwork: hubNetwork(app) }));

  test("is on its subnet", () => {
    expect(at(stack, "Fleet/Resource").body).toEqual({
      properties: {
        hubProfile: {
          dnsPrefix: "shop",
          apiServerAccessProfile: { enablePrivateCluster: true },
          agentProfile: { subnetId: SUBNET_ID },
        },
      },
    });
  });

  test("is reached by the members: its network is peered with each, before they join", () => {
    expect(peerings(stack)).toEqual(
      ["east-to-hub", "hub-to-east", "hub-to-west", "west-to-hub", ...AMONG_MEMBERS].sort(),
    );
    for (const key of ["east", "west"]) {
      expect(at(stack, `Fleet/${key}/Resource`).depends_on).toContain(
        address(stack, `Peerings/hub-to-${key}`),
      );
    }
  });

  test("also by those whose networks reach each other already", () => {
    const members = Object.fromEntries(
      Object.entries(MEMBERS).map(([key, member]) => [key, { ...member, peered: true }]),
    ) as Record<string, InfraMemberProps>;
    const toHub = synth((app) => ({ ...PRIVATE, hubNetwork: hubNetwork(app), members }));
    expect(peerings(toHub)).toEqual(["east-to-hub", "hub-to-east", "hub-to-west", "west-to-hub"]);
  });

  test("may be that of a member", () => {
    const one = synth((app) => {
      const network = hubNetwork(app);
      return { ...PRIVATE, hubNetwork: network, members: { ...MEMBERS, hub: { network } } };
    });
    expect(peerings(one)).toEqual(peerings(stack));
  });

  test("leaves the members as they are", () => {
    const before = synth(() => ({}));
    for (const type of ["azurerm_virtual_network", "azurerm_subnet", "azurerm_kubernetes_cluster"]) {
      expect(resources(stack, type)).toEqual(resources(before, type));
    }
  });
});

test("a private hub on a subnet that the members reach already: nothing is peered with it", () => {
  const stack = synth(() => ({ ...PRIVATE, agentSubnetId: SUBNET_ID }));
  expect(peerings(stack)).toEqual(AMONG_MEMBERS);
});

test("a hub network that another stack makes is made before", () => {
  const stack = synth((app) => {
    const network = new TerraformStack(app, "network");
    new AzurermProvider(network, "azurerm", { features: [{}] });
    const props = { key: "hub", location: "westus", addressSpace: ["10.9.0.0/16"] };
    return { ...PRIVATE, hubNetwork: new ClusterNetwork(network, "Hub", props) };
  });
  expect(JSON.stringify(at(stack, "Fleet/Resource"))).toContain("terraform_remote_state");
  expect(peerings(stack)).toContain("hub-to-east");
});

test("every setting of the hub reaches it", () => {
  const stack = synth(() => ({
    ...PRIVATE,
    agentSubnetId: SUBNET_ID,
    apiServerSubnetId: `${VNET_ID}/subnets/api`,
    hubIdentityName: "id-hub",
    fleetRpObjectId: "55555555-5555-5555-5555-555555555555",
    hubVmSize: "Standard_D4s_v5",
    hubDnsPrefix: "hub-of-shop",
    existingFleetResourceGroupName: "rg-old",
  }));
  expect(at(stack, "Fleet/Resource")).toMatchObject({
    parent_id: expect.stringMatching(/\/resourceGroups\/rg-old$/),
    identity: [{ type: "UserAssigned" }],
    body: {
      properties: {
        hubProfile: {
          dnsPrefix: "hub-of-shop",
          apiServerAccessProfile: { enableVnetIntegration: true, subnetId: `${VNET_ID}/subnets/api` },
          agentProfile: { vmSize: "Standard_D4s_v5", subnetId: SUBNET_ID },
        },
      },
    },
  });
  expect(at(stack, "Fleet/PrivateHub/Identity").name).toBe("id-hub");
  expect(at(stack, "Fleet/PrivateHub/FleetRp/Resource").scope).toBe(SUBNET_ID);
  expect(Object.keys(resources(stack, "azurerm_resource_group"))).not.toContain("Fleet/ResourceGroup");
});

describe("checks", () => {
  test("the waits run inside of the network", () => {
    expect(said(() => ({ privateHub: true, agentSubnetId: SUBNET_ID }))).toEqual([
      expect.stringMatching(/^infra: insideNetwork: the hub of fleet "shop" is private/),
    ]);
  });

  test("a public hub has no network", () => {
    expect(said((app) => ({ hubNetwork: hubNetwork(app) }))).toEqual([
      "infra/Fleet: hubNetwork: is only for a private hub, but this one is public; set privateHub: true, or remove it.",
    ]);
  });

  test("a cluster whose network was not told can't be peered with the hub's", () => {
    const found = said((app) => {
      const members = { old: { cluster: AksCluster.fromClusterId(app, "Old", CLUSTER_ID) } };
      return { ...PRIVATE, hubNetwork: hubNetwork(app), members };
    });
    expect(found).toEqual([
      "infra: members.old: its cluster's network is not known, so it can't be peered with the hub's; set it where the cluster is imported (network: ClusterNetwork.fromNetworkAttributes(…)), or set agentSubnetId and not hubNetwork if the members can reach the hub's subnet already.",
    ]);
  });

  test("a hub network of another subscription is not peered here", () => {
    const found = said((app) => {
      const team = new TerraformStack(app, "team");
      const provider = new AzurermProvider(team, "azurerm", { features: [{}] });
      return { ...PRIVATE, hubNetwork: hubNetwork(app, { provider }) };
    });
    expect(found).toEqual([
      "infra: hubNetwork: has its own azurerm provider, but would be peered in this stack's subscription; remove it, set the hub's subnet (agentSubnetId), and peer its network in a stack with that provider (PeeringMesh).",
    ]);
  });

  test("a private cluster has no authorized ranges, by its prop as by config", () => {
    const east = { ...MEMBERS.east, privateCluster: true, authorizedIpRanges: ["203.0.113.0/24"] };
    const found = said(() => ({ insideNetwork: true, members: { east: east as InfraMemberProps } }));
    expect(found).toEqual([expect.stringMatching(/^infra\/east\/Cluster: authorizedIpRanges:/)]);
  });
});
