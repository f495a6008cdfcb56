import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformVariable } from "cdktf";
import { ClusterNetwork } from "../../lib";
import { findings, resources, synthStack } from "../synth";
import { network, type Place } from "./networks";
import { address, at, reference } from "./references";

describe("the seed's network", () => {
  const stack = synthStack((scope) => void network(scope, "east"));
  const resourceGroup = reference(stack, "east/Network/ResourceGroup", "name");

  test("is a resource group, a virtual network, a subnet, a security group, its association and its rule", () => {
    const paths = Object.keys(stack.resource).flatMap((type) =>
      Object.keys(resources(stack, type)).map((path) => `${type} ${path}`),
    );
    expect(paths.sort()).toEqual([
      "azurerm_network_security_group east/Network/NetworkSecurityGroup",
      "azurerm_network_security_rule east/Network/AllowInternetInbound",
      "azurerm_resource_group east/Network/ResourceGroup",
      "azurerm_subnet east/Network/Subnet",
      "azurerm_subnet_network_security_group_association east/Network/NetworkSecurityGroupAssociation",
      "azurerm_virtual_network east/Network/VirtualNetwork",
    ]);
  });

  test("makes no provider and no output of its own", () => {
    expect(stack.output).toBeUndefined();
    expect(Object.keys(stack.provider).sort()).toEqual(["azapi", "azurerm", "kubernetes", "null"]);
    expect(stack.data).toBeUndefined();
  });

  test("resource group", () => {
    expect(at(stack, "east/Network/ResourceGroup")).toEqual({ name: "rg-aks-east", location: "eastus2" });
  });

  test("virtual network", () => {
    expect(at(stack, "east/Network/VirtualNetwork")).toEqual({
      name: "aks-vnet-east",
      location: "eastus2",
      resource_group_name: resourceGroup,
      address_space: ["10.1.0.0/16"],
    });
  });

  test("subnet", () => {
    expect(at(stack, "east/Network/Subnet")).toEqual({
      name: "aks-subnet-east",
      resource_group_name: resourceGroup,
      virtual_network_name: reference(stack, "east/Network/VirtualNetwork", "name"),
      address_prefixes: ["10.1.0.0/24"],
    });
  });

  test("network security group, on the subnet", () => {
    expect(at(stack, "east/Network/NetworkSecurityGroup")).toEqual({
      name: "aks-nsg-east",
      location: "eastus2",
      resource_group_name: resourceGroup,
    });
    expect(at(stack, "east/Network/NetworkSecurityGroupAssociation")).toEqual({
      subnet_id: reference(stack, "east/Network/Subnet"),
      network_security_group_id: reference(stack, "east/Network/NetworkSecurityGroup"),
    });
  });

  test("rule that lets the internet in on 80 and 443", () => {
    expect(at(stack, "east/Network/AllowInternetInbound")).toEqual({
      name: "AllowInternetInbound",
      description: "Public load balancers of the cluster",
      resource_group_name: resourceGroup,
      network_security_group_name: reference(stack, "east/Network/NetworkSecurityGroup", "name"),
      priority: 1000,
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      source_address_prefix: "Internet",
      source_port_range: "*",
      destination_address_prefix: "*",
      destination_port_ranges: ["80", "443"],
    });
  });
});

test("the names of the west are made of its key", () => {
  const stack = synthStack((scope) => void network(scope, "west"));
  const names = ["ResourceGroup", "VirtualNetwork", "Subnet", "NetworkSecurityGroup"].map(
    (id) => at(stack, `west/Network/${id}`).name,
  );
  expect(names).toEqual(["rg-aks-west", "aks-vnet-west", "aks-subnet-west", "aks-nsg-west"]);
});

test("every name can be set", () => {
  const stack = synthStack((scope) => {
    network(scope, "east", {
      resourceGroupName: "my-group",
      virtualNetworkName: "my-network",
      subnetName: "my-subnet",
      networkSecurityGroupName: "my-nsg",
    });
  });
  const names = ["ResourceGroup", "VirtualNetwork", "Subnet", "NetworkSecurityGroup"].map(
    (id) => at(stack, `east/Network/${id}`).name,
  );
  expect(names).toEqual(["my-group", "my-network", "my-subnet", "my-nsg"]);
});

test("tags are on all that has tags", () => {
  const tags = { team: "platform" };
  const stack = synthStack((scope) => void network(scope, "east", { tags }));
  const tagged = Object.keys(stack.resource)
    .flatMap((type) => Object.entries(resources(stack, type)))
    .filter(([, block]) => block.tags !== undefined)
    .map(([path, block]) => [path, block.tags]);
  expect(Object.fromEntries(tagged)).toEqual({
    "east/Network/ResourceGroup": tags,
    "east/Network/VirtualNetwork": tags,
    "east/Network/NetworkSecurityGroup": tags,
  });
});

test("a network may have several ranges", () => {
  const stack = synthStack((scope) => {
    network(scope, "east", { addressSpace: ["10.1.0.0/16", "10.9.0.0/20"], subnetPrefix: "10.9.8.0/21" });
  });
  expect(at(stack, "east/Network/VirtualNetwork").address_space).toEqual(["10.1.0.0/16", "10.9.0.0/20"]);
  expect(at(stack, "east/Network/Subnet").address_prefixes).toEqual(["10.9.8.0/21"]);
});

test.each([
  ["10.1.0.0/16", "10.1.0.0/24"],
  ["10.0.0.0/8", "10.0.0.0/24"],
  ["10.1.2.0/23", "10.1.2.0/24"],
  ["10.1.2.0/24", "10.1.2.0/24"],
  ["10.1.2.128/25", "10.1.2.128/25"],
])("the subnet of %s is by default %s", (space, subnet) => {
  const stack = synthStack((scope) => void network(scope, "east", { addressSpace: [space] }));
  expect(at(stack, "east/Network/Subnet").address_prefixes).toEqual([subnet]);
});

describe("inboundPorts", () => {
  test("are those of the rule", () => {
    const stack = synthStack((scope) => void network(scope, "east", { inboundPorts: [1, 8080, 65535] }));
    expect(at(stack, "east/Network/AllowInternetInbound").destination_port_ranges).toEqual([
      "1",
      "8080",
      "65535",
    ]);
  });

  test("none: no rule, and the security group is still on the subnet", () => {
    const stack = synthStack((scope) => void network(scope, "east", { inboundPorts: [] }));
    expect(resources(stack, "azurerm_network_security_rule")).toEqual({});
    expect(Object.keys(resources(stack, "azurerm_subnet_network_security_group_association"))).toEqual([
      "east/Network/NetworkSecurityGroupAssociation",
    ]);
  });

  test("what is no port is refused, each by itself", () => {
    const found = findings((scope) => void network(scope, "east", { inboundPorts: [0, 443, 65536, 80.5] }));
    expect(found).toEqual(
      ["0", "65536", "80.5"].map(
        (port) =>
          `stack/east/Network: inboundPorts: ${port} is not a port; write whole numbers from 1 to 65535.`,
      ),
    );
  });
});

test("what must exist before a node is on the subnet: the association, and the rule if there is one", () => {
  const stack = synthStack((scope) => {
    const dependsOn = (id: string, place: Place, inboundPorts: number[]) =>
      new ResourceGroup(scope, id, {
        name: id,
        location: "westus",
        dependsOn: [...network(scope, place, { inboundPorts }).dependables],
      });
    dependsOn("after-east", "east", [80]);
    dependsOn("after-west", "west", []);
  });
  expect(at(stack, "after-east").depends_on).toEqual([
    address(stack, "east/Network/NetworkSecurityGroupAssociation"),
    address(stack, "east/Network/AllowInternetInbound"),
  ]);
  expect(at(stack, "after-west").depends_on).toEqual([
    address(stack, "west/Network/NetworkSecurityGroupAssociation"),
  ]);
});

describe("checks", () => {
  test.each([
    [
      "a location's display name",
      { location: "East US 2", resourceGroupName: "rg" },
      'location: "East US 2" is not the short name of a location, as the fleet\'s labels have it; write "eastus2" (`az account list-locations` lists them).',
    ],
    [
      "resource group",
      { resourceGroupName: "rg." },
      'resourceGroupName: Azure refuses "rg." as the name of a resource group, which has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period.',
    ],
    [
      "virtual network",
      { virtualNetworkName: "v" },
      'virtualNetworkName: Azure refuses "v" as the name of a virtual network, which has 2 to 64 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore.',
    ],
    [
      "subnet",
      { subnetName: "subnet-" },
      'subnetName: Azure refuses "subnet-" as the name of a subnet, which has 1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore.',
    ],
    [
      "network security group",
      { networkSecurityGroupName: "my nsg" },
      'networkSecurityGroupName: Azure refuses "my nsg" as the name of a network security group, which has 1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore.',
    ],
    [
      "no address space",
      { addressSpace: [] },
      'addressSpace: is empty; a virtual network needs at least one range, e.g. ["10.1.0.0/16"].',
    ],
    [
      "an address space that is none",
      { addressSpace: ["10.1.0.0"] },
      'addressSpace: "10.1.0.0" is not an IPv4 range; write e.g. "10.1.0.0/16".',
    ],
    [
      "an address space that does not start at its first address",
      { addressSpace: ["10.1.0.5/16"], subnetPrefix: "10.1.0.0/24" },
      'addressSpace: "10.1.0.5/16" does not start at the first address of its range; write "10.1.0.0/16".',
    ],
    [
      "a subnet that is none",
      { subnetPrefix: "10.1.0.0" },
      'subnetPrefix: "10.1.0.0" is not an IPv4 range; write e.g. "10.1.0.0/16".',
    ],
    [
      "a subnet that does not start at its first address",
      { subnetPrefix: "10.1.0.7/24" },
      'subnetPrefix: "10.1.0.7/24" does not start at the first address of its range; write "10.1.0.0/24".',
    ],
    [
      "a subnet outside of the network",
      { subnetPrefix: "10.2.0.0/24" },
      "subnetPrefix: 10.2.0.0/24 is outside the virtual network's address space, 10.1.0.0/16; choose a range inside it.",
    ],
    [
      "a subnet larger than the network",
      { subnetPrefix: "10.0.0.0/15" },
      "subnetPrefix: 10.0.0.0/15 is outside the virtual network's address space, 10.1.0.0/16; choose a range inside it.",
    ],
    [
      "a subnet across two ranges of the network, in neither",
      { addressSpace: ["10.1.0.0/24", "10.1.1.0/24"], subnetPrefix: "10.1.0.0/23" },
      "subnetPrefix: 10.1.0.0/23 is outside the virtual network's address space, 10.1.0.0/24, 10.1.1.0/24; choose a range inside it.",
    ],
  ])("%s", (_, props, finding) => {
    expect(findings((scope) => void network(scope, "east", props))).toEqual([
      `stack/east/Network: ${finding}`,
    ]);
  });

  test.each([
    ["the whole network", { subnetPrefix: "10.1.0.0/16" }],
    ["at its end", { subnetPrefix: "10.1.255.0/24" }],
    ["in its second range", { addressSpace: ["10.1.0.0/16", "10.9.0.0/16"], subnetPrefix: "10.9.1.0/24" }],
  ])("a subnet may be %s", (_, props) => {
    expect(findings((scope) => void network(scope, "east", props))).toEqual([]);
  });

  test("a default name is checked as well: made of a key that Azure takes nowhere", () => {
    const found = findings((scope) => {
      new ClusterNetwork(scope, "Network", {
        key: "east!",
        location: "eastus2",
        addressSpace: ["10.1.0.0/16"],
      });
    });
    expect(found).toEqual([
      expect.stringMatching(/^stack\/Network: resourceGroupName: Azure refuses "rg-aks-east!" /),
      expect.stringMatching(/^stack\/Network: virtualNetworkName: Azure refuses "aks-vnet-east!" /),
      expect.stringMatching(/^stack\/Network: subnetName: Azure refuses "aks-subnet-east!" /),
      expect.stringMatching(/^stack\/Network: networkSecurityGroupName: Azure refuses "aks-nsg-east!" /),
    ]);
  });

  test("all that is wrong is said at once, of all networks", () => {
    const found = findings((scope) => {
      network(scope, "east", {
        location: "East US 2",
        resourceGroupName: "rg.",
        subnetPrefix: "10.2.0.0/24",
      });
      network(scope, "west", { subnetName: "-", inboundPorts: [0] });
    });
    expect(found.map((finding) => finding.split(": ").slice(0, 2).join(": "))).toEqual([
      "stack/east/Network: location",
      "stack/east/Network: resourceGroupName",
      "stack/east/Network: subnetPrefix",
      "stack/west/Network: subnetName",
      "stack/west/Network: inboundPorts",
    ]);
  });

  test("two ranges of one network that overlap", () => {
    const found = findings((scope) => {
      network(scope, "east", { addressSpace: ["10.1.0.0/16", "10.1.128.0/17"] });
    });
    expect(found).toEqual([expect.stringMatching(/10\.1\.0\.0\/16.*10\.1\.128\.0\/17/)]);
  });

  test.each(["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"])(
    "a network in %s, which AKS reserves",
    (space) => {
      const found = findings((scope) => void network(scope, "east", { addressSpace: [space] }));
      expect(found).toEqual([expect.stringMatching(/AKS reserves/)]);
    },
  );
});

describe("what only Terraform knows", () => {
  test("names, location, ranges and ports are passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = (name: string, type = "string") => new TerraformVariable(scope, name, { type });
      network(scope, "east", {
        location: variable("location").stringValue,
        addressSpace: [variable("space").stringValue],
        subnetPrefix: variable("subnet").stringValue,
        resourceGroupName: `${variable("group").stringValue}.`,
        virtualNetworkName: variable("network").stringValue,
        subnetName: variable("subnet_name").stringValue,
        networkSecurityGroupName: variable("nsg").stringValue,
        inboundPorts: [variable("port", "number").numberValue],
      });
    });
    expect(at(stack, "east/Network/ResourceGroup")).toEqual({
      name: "${var.group}.",
      location: "${var.location}",
    });
    expect(at(stack, "east/Network/VirtualNetwork")).toMatchObject({
      name: "${var.network}",
      address_space: ["${var.space}"],
    });
    expect(at(stack, "east/Network/Subnet")).toMatchObject({
      name: "${var.subnet_name}",
      address_prefixes: ["${var.subnet}"],
    });
    expect(at(stack, "east/Network/NetworkSecurityGroup")).toMatchObject({ name: "${var.nsg}" });
    expect(at(stack, "east/Network/AllowInternetInbound").destination_port_ranges).toEqual(["${var.port}"]);
  });

  test("a known subnet is judged only where the whole address space is known", () => {
    const found = findings((scope) => {
      const space = new TerraformVariable(scope, "space", { type: "string" });
      network(scope, "east", {
        addressSpace: ["10.1.0.0/16", space.stringValue],
        subnetPrefix: "10.99.0.0/24",
      });
    });
    expect(found).toEqual([]);
  });

  test("a subnet is not judged beside an address space that is known", () => {
    const stack = synthStack((scope) => {
      const subnet = new TerraformVariable(scope, "subnet", { type: "string" });
      network(scope, "east", { subnetPrefix: subnet.stringValue });
    });
    expect(at(stack, "east/Network/Subnet").address_prefixes).toEqual(["${var.subnet}"]);
  });

  test("the default names are none of an unknown location", () => {
    const stack = synthStack((scope) => {
      const location = new TerraformVariable(scope, "location", { type: "string" });
      network(scope, "east", { location: location.stringValue });
    });
    expect(at(stack, "east/Network/ResourceGroup").name).toBe("rg-aks-east");
  });

  test("an address space that is a list variable", () => {
    const stack = synthStack((scope) => {
      const space = new TerraformVariable(scope, "space", { type: "list(string)" });
      network(scope, "east", { addressSpace: space.listValue, subnetPrefix: "10.1.0.0/24" });
    });
    expect(at(stack, "east/Network/VirtualNetwork").address_space).toBe("${var.space}");
  });
});
