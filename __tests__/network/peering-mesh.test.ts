import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { ClusterNetwork, PeeringMesh } from "../../lib";
import { SUBNET_ID } from "../existing";
import { findings, resources, type StackJson, synthStack } from "../synth";
import { network, type Place } from "./networks";
import { address, at, reference } from "./references";

function mesh(scope: Construct, ...places: Place[]): PeeringMesh {
  return new PeeringMesh(scope, "Peerings", { networks: places.map((place) => network(scope, place)) });
}

function peering(stack: StackJson, from: Place, to: Place): Record<string, unknown> {
  return {
    resource_group_name: reference(stack, `${from}/Network/ResourceGroup`, "name"),
    virtual_network_name: reference(stack, `${from}/Network/VirtualNetwork`, "name"),
    remote_virtual_network_id: reference(stack, `${to}/Network/VirtualNetwork`),
    allow_virtual_network_access: true,
    // Azure changes a network by one request at a time.
    depends_on: [from, to].flatMap((place) =>
      ["Subnet", "NetworkSecurityGroupAssociation"].map((id) => address(stack, `${place}/Network/${id}`)),
    ),
  };
}

test("two networks are peered in both directions, with the seed's names", () => {
  const stack = synthStack((scope) => void mesh(scope, "east", "west"));
  expect(resources(stack, "azurerm_virtual_network_peering")).toEqual({
    "Peerings/east-to-west": {
      name: "EastToWestPeering",
      ...peering(stack, "east", "west"),
      triggers: { remote_address_space: "10.2.0.0/16" },
    },
    "Peerings/west-to-east": {
      name: "WestToEastPeering",
      ...peering(stack, "west", "east"),
      triggers: { remote_address_space: "10.1.0.0/16" },
    },
  });
});

test("three networks have six peerings", () => {
  const stack = synthStack((scope) => void mesh(scope, "east", "west", "south"));
  const expected = (
    [
      ["east", "west", "EastToWestPeering", "10.2.0.0/16"],
      ["east", "south", "EastToSouthPeering", "10.3.0.0/16"],
      ["west", "east", "WestToEastPeering", "10.1.0.0/16"],
      ["west", "south", "WestToSouthPeering", "10.3.0.0/16"],
      ["south", "east", "SouthToEastPeering", "10.1.0.0/16"],
      ["south", "west", "SouthToWestPeering", "10.2.0.0/16"],
    ] as const
  ).map(([from, to, name, remote]) => [
    `Peerings/${from}-to-${to}`,
    { name, ...peering(stack, from, to), triggers: { remote_address_space: remote } },
  ]);
  expect(resources(stack, "azurerm_virtual_network_peering")).toEqual(Object.fromEntries(expected));
});

test.each([[["east"] as const], [[] as const]])("of %j nothing is to be peered", (places) => {
  const stack = synthStack((scope) => void mesh(scope, ...places));
  expect(resources(stack, "azurerm_virtual_network_peering")).toEqual({});
});

test.each([
  ["west-europe", "WestEurope"],
  ["we1", "We1"],
  ["a-b-c", "ABC"],
  ["w_e", "WE"],
])("the key %s is %s in a peering's name", (key, word) => {
  const stack = synthStack((scope) => {
    const other = new ClusterNetwork(scope, "Other", {
      key,
      location: "westeurope",
      addressSpace: ["10.2.0.0/16"],
    });
    new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), other] });
  });
  const names = Object.values(resources(stack, "azurerm_virtual_network_peering")).map(({ name }) => name);
  expect(names.sort()).toEqual([`EastTo${word}Peering`, `${word}ToEastPeering`].sort());
});

test("a peering is renewed when the other side's ranges change, and only then", () => {
  const triggers = (addressSpace: string[]) => {
    const stack = synthStack((scope) => {
      const networks = [network(scope, "east"), network(scope, "west", { addressSpace })];
      new PeeringMesh(scope, "Peerings", { networks });
    });
    return {
      toWest: at(stack, "Peerings/east-to-west").triggers,
      toEast: at(stack, "Peerings/west-to-east").triggers,
    };
  };
  const before = triggers(["10.2.0.0/16"]);
  const after = triggers(["10.2.0.0/16", "10.4.0.0/16"]);
  expect(after.toWest).toEqual({ remote_address_space: "10.2.0.0/16,10.4.0.0/16" });
  expect(after.toWest).not.toEqual(before.toWest);
  expect(after.toEast).toEqual(before.toEast);
});

test("ranges that only Terraform knows are in the triggers as references", () => {
  const stack = synthStack((scope) => {
    const space = new TerraformVariable(scope, "space", { type: "string" });
    const west = network(scope, "west", { addressSpace: [space.stringValue, "10.9.0.0/16"] });
    new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), west] });
  });
  expect(at(stack, "Peerings/east-to-west").triggers).toEqual({
    remote_address_space: "${var.space},10.9.0.0/16",
  });
});

test("an address space that is a list variable is in the triggers as well", () => {
  const stack = synthStack((scope) => {
    const space = new TerraformVariable(scope, "space", { type: "list(string)" });
    const west = network(scope, "west", { addressSpace: space.listValue, subnetPrefix: "10.2.0.0/24" });
    new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), west] });
  });
  expect(at(stack, "Peerings/east-to-west").triggers).toEqual({
    remote_address_space: expect.stringContaining("var.space"),
  });
});

test("what must exist before is in the depends_on of every peering", () => {
  const stack = synthStack((scope) => {
    const first = new ResourceGroup(scope, "First", { name: "first", location: "westus" });
    new PeeringMesh(scope, "Peerings", {
      networks: [network(scope, "east"), network(scope, "west")],
      dependsOn: [first],
    });
  });
  for (const path of ["Peerings/east-to-west", "Peerings/west-to-east"]) {
    expect((at(stack, path).depends_on as string[])[0]).toEqual(address(stack, "First"));
  }
});

test("adding a network adds its peerings, and leaves all else as it is", () => {
  const before = synthStack((scope) => void mesh(scope, "east", "west")).resource;
  const added = (stack: StackJson) =>
    Object.keys(stack.resource.azurerm_virtual_network_peering ?? {}).length;
  for (const places of [
    ["east", "west", "south"],
    ["south", "east", "west"],
    ["east", "south", "west"],
  ] as const) {
    const stack = synthStack((scope) => void mesh(scope, ...places));
    expect(stack.resource).toMatchObject(before);
    expect(added(stack)).toBe(6);
    for (const [type, blocks] of Object.entries(before)) {
      for (const [id, block] of Object.entries(blocks)) {
        // toMatchObject alone would overlook arguments that are new.
        expect(stack.resource[type]?.[id]).toEqual(block);
      }
    }
  }
});

describe("checks", () => {
  test("overlapping networks: same, nested, adjacent", () => {
    const found = findings((scope) => {
      new PeeringMesh(scope, "Peerings", {
        networks: [
          network(scope, "east", { addressSpace: ["10.1.0.0/16"] }),
          network(scope, "west", { addressSpace: ["10.1.0.0/17"] }),
          network(scope, "south", { addressSpace: ["10.2.0.0/16"] }),
        ],
      });
    });
    expect(found).toEqual([
      'stack/Peerings: the networks of "east" (10.1.0.0/16) and "west" (10.1.0.0/17) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.',
    ]);
  });

  test("a name longer than Azure takes", () => {
    const key = "e".repeat(71);
    const found = findings((scope) => {
      const other = new ClusterNetwork(scope, "Other", {
        key,
        location: "westeurope",
        addressSpace: ["10.2.0.0/16"],
        subnetName: "subnet",
        virtualNetworkName: "network",
        networkSecurityGroupName: "nsg",
      });
      new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), other] });
    });
    const long = `E${"e".repeat(70)}`;
    const rule =
      "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore";
    expect(found).toEqual([
      `stack/Peerings: peering from east to ${key}: Azure refuses "EastTo${long}Peering" as the name of a peering, which has ${rule}.`,
      `stack/Peerings: peering from ${key} to east: Azure refuses "${long}ToEastPeering" as the name of a peering, which has ${rule}.`,
    ]);
  });

  test("two peerings of one network with one name", () => {
    const found = findings((scope) => {
      const others = ["west-1", "west1"].map(
        (key, index) =>
          new ClusterNetwork(scope, key, {
            key,
            location: "westus2",
            addressSpace: [`10.${index + 2}.0.0/16`],
            resourceGroupName: `rg-${key}`,
          }),
      );
      new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), ...others] });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Peerings: .*"?EastToWest1Peering"?/)]);
  });

  test("two networks of one key", () => {
    const found = findings((scope) => {
      const networks = ["A", "B"].map(
        (id, index) =>
          new ClusterNetwork(scope, id, {
            key: "east",
            location: "eastus2",
            addressSpace: [`10.${index + 1}.0.0/16`],
            resourceGroupName: `rg-${id}`,
          }),
      );
      new PeeringMesh(scope, "Peerings", { networks });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Peerings: .*"east"/)]);
  });
});

test("two networks are peered once, whichever mesh does", () => {
  const found = findings((scope) => {
    const [east, west, south] = (["east", "west", "south"] as const).map((place) => network(scope, place));
    new PeeringMesh(scope, "First", { networks: [east, west] as ClusterNetwork[] });
    new PeeringMesh(scope, "Second", { networks: [west, south, east] as ClusterNetwork[] });
    new PeeringMesh(scope, "Third", {
      networks: [east, west] as ClusterNetwork[],
      peered: [east, west] as ClusterNetwork[],
    });
  });
  expect(found).toEqual(
    [
      ["west", "east"],
      ["east", "west"],
    ].map(
      ([from, to]) =>
        `stack/Second: networks: "${from}" is already peered with "${to}" by stack/First, but Azure allows only one peering between two networks; mark them as peered here, or remove one.`,
    ),
  );
});

test("all subnets are there before, of a network that exists what it is told to wait for", () => {
  const stack = synthStack((scope) => {
    const first = new ResourceGroup(scope, "First", { name: "first", location: "westus" });
    const old = ClusterNetwork.fromNetworkAttributes(scope, "Old", {
      key: "old",
      subnetId: SUBNET_ID,
      addressSpace: ["10.9.0.0/16"],
      dependables: [first],
    });
    const east = network(scope, "east", { additionalSubnets: { AzureBastionSubnet: "10.1.255.0/26" } });
    new PeeringMesh(scope, "Peerings", { networks: [east, old] });
  });
  expect(at(stack, "Peerings/east-to-old").depends_on).toEqual([
    address(stack, "east/Network/Subnet"),
    address(stack, "east/Network/Subnet-AzureBastionSubnet"),
    address(stack, "east/Network/NetworkSecurityGroupAssociation"),
    address(stack, "First"),
  ]);
});
