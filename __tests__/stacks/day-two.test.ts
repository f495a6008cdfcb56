import { type InfraMemberProps, InfraStack, type InfraStackProps, type NewMemberProps } from "../../lib";
import { readStack, type StackJson, synthApp } from "../synth";

const EAST: NewMemberProps = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };
const WEST: NewMemberProps = { location: "westus2", addressSpace: ["10.2.0.0/16"] };

function infra(
  east: Partial<NewMemberProps> = {},
  props: Partial<InfraStackProps> = {},
  more = {},
): StackJson {
  const members: Record<string, InfraMemberProps> = { east: { ...EAST, ...east }, west: WEST, ...more };
  return synthApp(
    (app) => {
      const stack = new InfraStack(app, "infra", {
        fleetName: "fleet",
        fleetLocation: "westus",
        ...props,
        members,
      });
      stack.addTrafficManagerAccess("TrafficManager");
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

type Blocks = Record<string, Record<string, unknown>>;

/** Every resource by its address. What only orders resources is left out: Terraform makes nothing anew for it. */
function blocks(stack: StackJson): Blocks {
  return Object.fromEntries(
    Object.entries(stack.resource).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, { "//": _, depends_on: __, ...block }]) => [`${type}.${id}`, block]),
    ),
  );
}

const before = blocks(infra());

/** The arguments that a change touches, as `<address>.<argument>`, without the hashes of addresses; `+` for what is new. */
function touched(after: StackJson): string[] {
  const now = blocks(after);
  const short = (address: string) => address.replace(/_[0-9A-F]{8}$/, "");
  const gone = Object.keys(before).filter((address) => !(address in now));
  expect(gone).toEqual([]);
  return Object.entries(now)
    .flatMap(([address, block]) => {
      const old = before[address];
      if (!old) {
        return [`+ ${short(address)}`];
      }
      return [...new Set([...Object.keys(old), ...Object.keys(block)])]
        .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(block[name]))
        .map((name) => `${short(address)}.${name}`);
    })
    .sort();
}

describe("a change of a running fleet touches what it must, and no name, scope or id of anything", () => {
  test.each<[string, StackJson, string[]]>([
    ["no change", infra(), []],
    ["a node count", infra({ nodeCount: 5 }), ["azurerm_kubernetes_cluster.east_Cluster.default_node_pool"]],
    [
      "an update group and labels",
      infra({ group: "canary", labels: { ring: "1" } }),
      ["azapi_resource.Fleet_east.body"],
    ],
    [
      "a pod subnet",
      infra({ podSubnetPrefix: "10.1.128.0/20" }),
      [
        "+ azurerm_role_assignment.east_Cluster_PodSubnetRole",
        "+ azurerm_subnet.east_Network_PodSubnet",
        "+ azurerm_subnet_network_security_group_association.east_Network_PodNetworkSecurityGroupAssociation",
        "azurerm_kubernetes_cluster.east_Cluster.default_node_pool",
      ],
    ],
    [
      "more subnets",
      infra({ additionalSubnets: { AzureBastionSubnet: "10.1.255.0/26" } }),
      ["+ azurerm_subnet.east_Network_Subnet-AzureBastionSubnet"],
    ],
    [
      "another range of the network",
      infra({ addressSpace: ["10.1.0.0/16", "10.5.0.0/16"] }),
      [
        "azurerm_virtual_network.east_Network_VirtualNetwork.address_space",
        "azurerm_virtual_network_peering.Peerings_west-to-east.triggers",
      ],
    ],
    [
      "authorized ranges",
      infra({ authorizedIpRanges: ["203.0.113.0/24"] }),
      ["azurerm_kubernetes_cluster.east_Cluster.api_server_access_profile"],
    ],
    [
      "a NAT gateway",
      infra({ natGateway: true }),
      [
        "+ azurerm_nat_gateway.east_Network_NatGateway",
        "+ azurerm_nat_gateway_public_ip_association.east_Network_NatGatewayIpAssociation",
        "+ azurerm_public_ip.east_Network_NatGatewayIp",
        "+ azurerm_subnet_nat_gateway_association.east_Network_NatGatewayAssociation",
        "azurerm_kubernetes_cluster.east_Cluster.network_profile",
      ],
    ],
  ])("%s", (_, after, expected) => expect(touched(after)).toEqual(expected));

  test("tags are changed where there are tags, and nothing else", () => {
    const found = touched(infra({}, { tags: { team: "platform" } }));
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((path) => !/\.(tags|default_node_pool)$/.test(path))).toEqual([]);
  });

  test("a member more adds what is its own, and is waited for", () => {
    const south = { location: "southcentralus", addressSpace: ["10.3.0.0/16"] };
    expect(touched(infra({}, {}, { south })).filter((path) => !path.startsWith("+ "))).toEqual([
      "null_resource.HubWait.provisioner",
      "null_resource.HubWait.triggers",
      "null_resource.Leave.for_each",
    ]);
  });

  test("upgrades leave the members as they are", () => {
    const after = synthApp(
      (app) => {
        const members = { east: EAST, west: WEST };
        const stack = new InfraStack(app, "infra", { fleetName: "fleet", fleetLocation: "westus", members });
        stack.addTrafficManagerAccess("TrafficManager");
        const fleet = stack.fleet;
        fleet.addAutoUpgradeProfile("images", { channel: "NodeImage" });
      },
      (outdir) => readStack(outdir, "infra"),
    );
    expect(touched(after)).toEqual(["+ azapi_resource.Fleet_AutoUpgradeProfile-images"]);
  });
});
