import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformVariable } from "cdktf";
import { ClusterNetwork } from "../../lib";
import { findings, resources, type StackJson, synthStack } from "../synth";
import { network } from "./networks";
import { address, at, reference } from "./references";

type Given = Parameters<typeof network>[2];

const GROUP = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-old";
const SECURITY_GROUP_ID = `${GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-old`;
const ROUTE_TABLE_ID = `${GROUP}/providers/Microsoft.Network/routeTables/to-firewall`;

function east(given: Given): StackJson {
  return synthStack((scope) => void network(scope, "east", given));
}

/** What is made beyond the seed's network, as `<type> <path below the network>`. */
function more(given: Given): string[] {
  const all = (stack: StackJson) =>
    Object.keys(stack.resource).flatMap((type) =>
      Object.keys(resources(stack, type)).map((path) => `${type} ${path.replace("east/Network/", "")}`),
    );
  const plain = all(east({}));
  return all(east(given))
    .filter((one) => !plain.includes(one))
    .sort();
}

/** What the checks say, without the path. */
function said(given: Given): string[] {
  return findings((scope) => void network(scope, "east", given)).map((finding) =>
    finding.replace(/^stack\/east\/Network: /, ""),
  );
}

/** What a cluster on the network waits for, by its path below the network. */
function waitedFor(given: Given): string[] {
  const stack = synthStack((scope) => {
    new ResourceGroup(scope, "After", {
      name: "after",
      location: "westus",
      dependsOn: [...network(scope, "east", given).dependables],
    });
  });
  const paths = Object.keys(stack.resource)
    .flatMap((type) => Object.keys(resources(stack, type)))
    .map((path) => [address(stack, path), path.replace("east/Network/", "")] as const);
  const addresses = at(stack, "After").depends_on as string[];
  return addresses.map((one) => paths.find(([other]) => other === one)?.[1] ?? one);
}

/** The network of a throwaway stack, to look at its properties. */
function made(given: Given): ClusterNetwork {
  let found: ClusterNetwork | undefined;
  synthStack((scope) => {
    found = network(scope, "east", given);
  });
  return found as ClusterNetwork;
}

describe("more subnets", () => {
  const additionalSubnets = { AzureBastionSubnet: "10.1.255.0/26", endpoints: "10.9.0.0/24" };
  const given = { addressSpace: ["10.1.0.0/16", "10.9.0.0/16"], additionalSubnets };

  test("are made of their names and ranges, and of nothing else", () => {
    expect(more(given)).toEqual([
      "azurerm_subnet Subnet-AzureBastionSubnet",
      "azurerm_subnet Subnet-endpoints",
    ]);
    const stack = east(given);
    expect(at(stack, "east/Network/Subnet-endpoints")).toEqual({
      name: "endpoints",
      resource_group_name: reference(stack, "east/Network/ResourceGroup", "name"),
      virtual_network_name: reference(stack, "east/Network/VirtualNetwork", "name"),
      address_prefixes: ["10.9.0.0/24"],
    });
  });

  test("can be had by their names", () => {
    expect(Object.keys(made(given).additionalSubnets)).toEqual(Object.keys(additionalSubnets));
    expect(made({}).additionalSubnets).toEqual({});
  });

  test("one more changes nothing of the others", () => {
    const one = resources(
      east({ ...given, additionalSubnets: { endpoints: "10.9.0.0/24" } }),
      "azurerm_subnet",
    );
    expect(resources(east(given), "azurerm_subnet")).toMatchObject(one);
  });

  test("nodes, pods and the others may be in any of the network's ranges", () => {
    const addressSpace = ["10.1.0.0/24", "10.5.0.0/20", "10.9.0.0/16"];
    const ranges = [
      ["10.1.0.0/24", "10.5.0.0/22", "10.9.0.0/24"],
      ["10.5.0.0/22", "10.9.0.0/20", "10.1.0.0/26"],
      ["10.9.0.0/20", "10.1.0.0/24", "10.5.8.0/24"],
    ] as const;
    for (const [subnetPrefix, podSubnetPrefix, apps] of ranges) {
      expect(said({ addressSpace, subnetPrefix, podSubnetPrefix, additionalSubnets: { apps } })).toEqual([]);
    }
  });
});

describe("pods on a subnet of their own", () => {
  const given = { podSubnetPrefix: "10.1.16.0/20" };

  test("it is left to AKS, with the security group of the nodes", () => {
    expect(more(given)).toEqual([
      "azurerm_subnet PodSubnet",
      "azurerm_subnet_network_security_group_association PodNetworkSecurityGroupAssociation",
    ]);
    const stack = east(given);
    expect(at(stack, "east/Network/PodSubnet")).toEqual({
      name: "aks-pods-east",
      resource_group_name: reference(stack, "east/Network/ResourceGroup", "name"),
      virtual_network_name: reference(stack, "east/Network/VirtualNetwork", "name"),
      address_prefixes: ["10.1.16.0/20"],
      delegation: [
        {
          name: "aks",
          service_delegation: {
            name: "Microsoft.ContainerService/managedClusters",
            actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
          },
        },
      ],
    });
    expect(at(stack, "east/Network/PodNetworkSecurityGroupAssociation")).toEqual({
      subnet_id: reference(stack, "east/Network/PodSubnet"),
      network_security_group_id: reference(stack, "east/Network/NetworkSecurityGroup"),
    });
  });

  test("the nodes' subnet stays as it is", () => {
    expect(at(east(given), "east/Network/Subnet")).toEqual(at(east({}), "east/Network/Subnet"));
  });

  test("its name can be set", () => {
    expect(at(east({ ...given, podSubnetName: "pods" }), "east/Network/PodSubnet").name).toBe("pods");
  });

  test("nodes are put on the network when both have their security group", () => {
    expect(waitedFor(given)).toEqual([
      "NetworkSecurityGroupAssociation",
      "PodNetworkSecurityGroupAssociation",
      "AllowInternetInbound",
    ]);
  });
});

describe("a security group that exists", () => {
  const stack = east({ networkSecurityGroupId: SECURITY_GROUP_ID, podSubnetPrefix: "10.1.16.0/20" });

  test("none is made, and no rule; it is on the subnets of nodes and pods", () => {
    expect(stack.resource.azurerm_network_security_group).toBeUndefined();
    expect(stack.resource.azurerm_network_security_rule).toBeUndefined();
    for (const [association, subnet] of [
      ["NetworkSecurityGroupAssociation", "Subnet"],
      ["PodNetworkSecurityGroupAssociation", "PodSubnet"],
    ]) {
      expect(at(stack, `east/Network/${association}`)).toEqual({
        subnet_id: reference(stack, `east/Network/${subnet}`),
        network_security_group_id: SECURITY_GROUP_ID,
      });
    }
  });

  test("an id as Azure answers some becomes one that azurerm takes", () => {
    const odd = SECURITY_GROUP_ID.replace("resourceGroups", "resourcegroups");
    expect(
      at(east({ networkSecurityGroupId: odd }), "east/Network/NetworkSecurityGroupAssociation")
        .network_security_group_id,
    ).toBe(SECURITY_GROUP_ID);
  });

  test("is not one that was made", () => {
    expect(() => made({ networkSecurityGroupId: SECURITY_GROUP_ID }).networkSecurityGroup).toThrow(
      "[stack/east/Network] the network security group exists and is not created here (networkSecurityGroupId).",
    );
  });

  test("neither a name nor ports go with it", () => {
    const given = { networkSecurityGroupName: "nsg-new", inboundPorts: [80] };
    expect(said({ networkSecurityGroupId: SECURITY_GROUP_ID, ...given })).toEqual(
      ["networkSecurityGroupName", "inboundPorts"].map(
        (prop) =>
          `${prop}: is for a new network security group, but networkSecurityGroupId is an existing one, which is not changed; remove one of the two.`,
      ),
    );
  });
});

describe("a NAT gateway", () => {
  const given = { natGateway: true, podSubnetPrefix: "10.1.16.0/20", tags: { team: "platform" } };
  const stack = east(given);

  test("is a gateway with an address, on the subnets of nodes and pods", () => {
    expect(more({ natGateway: true })).toEqual([
      "azurerm_nat_gateway NatGateway",
      "azurerm_nat_gateway_public_ip_association NatGatewayIpAssociation",
      "azurerm_public_ip NatGatewayIp",
      "azurerm_subnet_nat_gateway_association NatGatewayAssociation",
    ]);
    const resourceGroup = reference(stack, "east/Network/ResourceGroup", "name");
    const place = { location: "eastus2", resource_group_name: resourceGroup, tags: given.tags };
    expect(at(stack, "east/Network/NatGatewayIp")).toEqual({
      name: "aks-nat-ip-east",
      allocation_method: "Static",
      sku: "Standard",
      ...place,
    });
    expect(at(stack, "east/Network/NatGateway")).toEqual({
      name: "aks-nat-east",
      sku_name: "Standard",
      ...place,
    });
    const gateway = reference(stack, "east/Network/NatGateway");
    expect(at(stack, "east/Network/NatGatewayIpAssociation")).toEqual({
      nat_gateway_id: gateway,
      public_ip_address_id: reference(stack, "east/Network/NatGatewayIp"),
    });
    expect(at(stack, "east/Network/NatGatewayAssociation")).toEqual({
      subnet_id: reference(stack, "east/Network/Subnet"),
      nat_gateway_id: gateway,
    });
    expect(at(stack, "east/Network/PodNatGatewayAssociation")).toEqual({
      subnet_id: reference(stack, "east/Network/PodSubnet"),
      nat_gateway_id: gateway,
    });
  });

  test("its names can be set", () => {
    const named = east({ natGateway: true, natGatewayName: "nat", natGatewayIpName: "nat-ip" });
    expect(at(named, "east/Network/NatGateway").name).toBe("nat");
    expect(at(named, "east/Network/NatGatewayIp").name).toBe("nat-ip");
  });

  test("nodes are put on the network when they can leave it", () => {
    expect(waitedFor(given)).toEqual([
      "NetworkSecurityGroupAssociation",
      "PodNetworkSecurityGroupAssociation",
      "AllowInternetInbound",
      "NatGatewayIpAssociation",
      "NatGatewayAssociation",
      "PodNatGatewayAssociation",
    ]);
  });

  test("false is as if it were not said", () => {
    expect(east({ natGateway: false })).toEqual(east({}));
  });
});

describe("a route table", () => {
  const given = { routeTableId: ROUTE_TABLE_ID, podSubnetPrefix: "10.1.16.0/20" };

  test("is put on the subnets of nodes and pods", () => {
    expect(more({ routeTableId: ROUTE_TABLE_ID })).toEqual([
      "azurerm_subnet_route_table_association RouteTableAssociation",
    ]);
    const stack = east(given);
    for (const [association, subnet] of [
      ["RouteTableAssociation", "Subnet"],
      ["PodRouteTableAssociation", "PodSubnet"],
    ]) {
      expect(at(stack, `east/Network/${association}`)).toEqual({
        subnet_id: reference(stack, `east/Network/${subnet}`),
        route_table_id: ROUTE_TABLE_ID,
      });
    }
  });

  test("nodes are put on the network when they can leave it", () => {
    expect(waitedFor(given)).toEqual([
      "NetworkSecurityGroupAssociation",
      "PodNetworkSecurityGroupAssociation",
      "AllowInternetInbound",
      "RouteTableAssociation",
      "PodRouteTableAssociation",
    ]);
  });
});

test("what a cluster must know of its network", () => {
  const of = ({ outboundType, outboundAddresses, podSubnetId, podSubnetPrefix }: ClusterNetwork) => ({
    outboundType,
    outboundAddresses: outboundAddresses?.length,
    podSubnetId: podSubnetId !== undefined,
    podSubnetPrefix,
  });
  const none = { outboundAddresses: undefined, podSubnetId: false, podSubnetPrefix: undefined };
  expect(of(made({}))).toEqual({ outboundType: undefined, ...none });
  expect(of(made({ routeTableId: ROUTE_TABLE_ID }))).toEqual({ ...none, outboundType: "userDefinedRouting" });
  expect(of(made({ natGateway: true, podSubnetPrefix: "10.1.16.0/20" }))).toEqual({
    outboundType: "userAssignedNATGateway",
    outboundAddresses: 1,
    podSubnetId: true,
    podSubnetPrefix: "10.1.16.0/20",
  });
});

describe("checks", () => {
  test.each<[string, Given, string]>([
    [
      "pods outside of the network",
      { podSubnetPrefix: "10.2.0.0/20" },
      "podSubnetPrefix: 10.2.0.0/20 is outside the virtual network's address space, 10.1.0.0/16; choose a range inside it.",
    ],
    [
      "another subnet across two ranges, in neither",
      {
        addressSpace: ["10.1.0.0/24", "10.1.1.0/24", "10.1.8.0/24"],
        subnetPrefix: "10.1.8.0/24",
        additionalSubnets: { apps: "10.1.0.0/23" },
      },
      "additionalSubnets.apps: 10.1.0.0/23 is outside the virtual network's address space, 10.1.0.0/24, 10.1.1.0/24, 10.1.8.0/24; choose a range inside it.",
    ],
    [
      "pods on the nodes' default subnet",
      { podSubnetPrefix: "10.1.0.0/20" },
      "podSubnetPrefix: 10.1.0.0/20 overlaps the nodes' subnet, 10.1.0.0/24; choose another range.",
    ],
    [
      "two of the others",
      { additionalSubnets: { apps: "10.1.4.0/22", endpoints: "10.1.6.0/24" } },
      "additionalSubnets.endpoints: 10.1.6.0/24 overlaps additionalSubnets.apps, 10.1.4.0/22; choose another range.",
    ],
    [
      "no range",
      { additionalSubnets: { apps: "10.1.4.0" } },
      'additionalSubnets.apps: "10.1.4.0" is not an IPv4 range; write e.g. "10.1.0.0/16".',
    ],
    [
      "not from its first address",
      { podSubnetPrefix: "10.1.17.0/20" },
      'podSubnetPrefix: "10.1.17.0/20" does not start at the first address of its range; write "10.1.16.0/20".',
    ],
    [
      "a name that Azure refuses",
      { additionalSubnets: { "my apps": "10.1.4.0/24" } },
      'additionalSubnets.my apps: Azure refuses "my apps" as the name of a subnet, which has 1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore.',
    ],
    [
      "two names that differ in case only",
      { additionalSubnets: { "AKS-subnet-east": "10.1.4.0/24" } },
      'additionalSubnets.AKS-subnet-east: "AKS-subnet-east" is also the name of the nodes\' subnet, "aks-subnet-east" (Azure names are case-insensitive); give one of them another name.',
    ],
    [
      "an id that is none of a security group",
      { networkSecurityGroupId: "nsg-old" },
      'networkSecurityGroupId: "nsg-old" is not the id of a network security group, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.Network/networkSecurityGroups/<name>.',
    ],
    [
      "an id that is none of a route table",
      { routeTableId: SECURITY_GROUP_ID },
      `routeTableId: "${SECURITY_GROUP_ID}" is not the id of a route table, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.Network/routeTables/<name>.`,
    ],
    [
      "two ways out",
      { natGateway: true, routeTableId: ROUTE_TABLE_ID },
      "routeTableId: sends egress to a firewall, but natGateway sends it through a NAT gateway; remove one of the two.",
    ],
    [
      "the name of pods' subnet that isn't made",
      { podSubnetName: "pods" },
      "podSubnetName: is the name of something that is not created; set podSubnetPrefix as well, or remove it.",
    ],
    [
      "the name of a gateway that isn't made",
      { natGateway: false, natGatewayName: "nat" },
      "natGatewayName: is the name of something that is not created; set natGateway as well, or remove it.",
    ],
    [
      "the name of an address that isn't made",
      { natGatewayIpName: "nat-ip" },
      "natGatewayIpName: is the name of something that is not created; set natGateway as well, or remove it.",
    ],
  ])("%s", (_, given, finding) => {
    expect(said(given)).toEqual([finding]);
  });

  test("default names are checked as well: made of a key that Azure takes nowhere", () => {
    const found = findings((scope) => {
      new ClusterNetwork(scope, "Network", {
        key: "east!",
        location: "eastus2",
        addressSpace: ["10.1.0.0/16"],
        podSubnetPrefix: "10.1.16.0/20",
        natGateway: true,
      });
    });
    for (const name of ["aks-pods-east!", "aks-nat-east!", "aks-nat-ip-east!"]) {
      expect(found).toContainEqual(expect.stringContaining(`Azure refuses "${name}"`));
    }
  });

  test("what only Terraform knows is passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = (name: string) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
      network(scope, "east", {
        podSubnetPrefix: variable("pods"),
        additionalSubnets: { apps: variable("apps") },
        networkSecurityGroupId: variable("nsg"),
        routeTableId: variable("routes"),
      });
    });
    expect(at(stack, "east/Network/PodSubnet").address_prefixes).toEqual(["${var.pods}"]);
    expect(at(stack, "east/Network/Subnet-apps").address_prefixes).toEqual(["${var.apps}"]);
    expect(at(stack, "east/Network/NetworkSecurityGroupAssociation").network_security_group_id).toBe(
      "${var.nsg}",
    );
    expect(at(stack, "east/Network/RouteTableAssociation").route_table_id).toBe("${var.routes}");
  });

  test("known ranges are not judged beside an address space that is not known, but among each other", () => {
    const found = findings((scope) => {
      const space = new TerraformVariable(scope, "space", { type: "string" }).stringValue;
      network(scope, "east", {
        addressSpace: [space],
        subnetPrefix: "10.1.0.0/24",
        podSubnetPrefix: "10.9.0.0/20",
        additionalSubnets: { apps: "10.9.4.0/24" },
      });
    });
    expect(found).toEqual([expect.stringMatching(/additionalSubnets\.apps: .*/)]);
  });
});
