import { ClusterNetwork, Fleet, PeeringMesh } from "../../lib";
import { findings, plainStack, synthStack, warnings } from "../synth";
import { network } from "./networks";
import { at } from "./references";

test.each([
  ["224.0.0.0/8", "224.0.0.0/4"],
  ["240.1.0.0/16", "240.0.0.0/4"],
  ["127.0.0.0/16", "127.0.0.0/8"],
  ["0.0.0.0/16", "0.0.0.0/8"],
  ["168.63.0.0/16", "168.63.129.16/32"],
])("the range %s meets one that no network of Azure has, %s", (range, special) => {
  const found = findings((scope) => void network(scope, "east", { addressSpace: [range] }));
  expect(found).toEqual([
    expect.stringMatching(`^stack/east/Network: addressSpace: ${range} overlaps ${special}, which `),
  ]);
});

test.each(["100.64.0.0/10", "192.168.0.0/16", "20.0.0.0/16"])("%s is taken", (range) => {
  expect(findings((scope) => void network(scope, "east", { addressSpace: [range] }))).toEqual([]);
});

test.each([
  [
    "subnetPrefix",
    { subnetPrefix: "10.1.0.0/30" },
    "the nodes' subnet: 10.1.0.0/30 is smaller than Azure takes; write a /29",
  ],
  ["podSubnetPrefix", { podSubnetPrefix: "10.1.1.0/31" }, "podSubnetPrefix: 10.1.1.0/31 is smaller"],
  ["another", { additionalSubnets: { x: "10.1.1.0/32" } }, "additionalSubnets.x: 10.1.1.0/32 is smaller"],
  [
    "a bastion's",
    { additionalSubnets: { AzureBastionSubnet: "10.1.1.0/27" } },
    "additionalSubnets.AzureBastionSubnet: 10.1.1.0/27 is smaller than Azure takes for AzureBastionSubnet; write a /26",
  ],
  [
    "the network's own",
    { addressSpace: ["10.1.0.0/30"] },
    "addressSpace: 10.1.0.0/30 is smaller than Azure takes; write a /29",
  ],
])("a range that is too small: %s", (_, props, expected) => {
  const found = findings((scope) => void network(scope, "east", props));
  expect(found).toEqual([expect.stringContaining(`stack/east/Network: ${expected}`)]);
});

test("UDP ports are opened by a rule of their own", () => {
  const stack = synthStack((scope) => void network(scope, "east", { inboundUdpPorts: [53, 443] }));
  expect(at(stack, "east/Network/AllowInternetInboundUdp")).toMatchObject({
    name: "AllowInternetInboundUdp",
    protocol: "Udp",
    priority: 1010,
    access: "Allow",
    destination_port_ranges: ["53", "443"],
  });
  expect(at(stack, "east/Network/AllowInternetInbound")).toMatchObject({ protocol: "Tcp", priority: 1000 });
});

const existing = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/n${index}`;
    return {
      key: `n${index}`,
      location: "eastus2",
      subnetId: `${id}/subnets/nodes`,
      addressSpace: [`10.${index >> 8}.${index & 255}.0/24`],
    };
  });

test.each([
  [501, []],
  [502, [expect.stringMatching(/^stack\/Mesh: networks: "n0" would have 501 peerings\b.* 500\b/)]],
])("a network that is peered in a mesh of %d", (count, expected) => {
  const found = findings((scope) => {
    const networks = existing(count).map((one) => ClusterNetwork.fromNetworkAttributes(scope, one.key, one));
    new PeeringMesh(scope, "Mesh", { networks, peered: networks.slice(1) });
  });
  expect(found).toEqual(expected);
});

test("a fleet of more than 1,000 members is refused", () => {
  const members = Object.fromEntries(
    Array.from({ length: 1001 }, (_, index) => [`m${index}`, { memberName: `member-${index}` }]),
  );
  const found = findings((scope) => {
    Fleet.fromFleetAttributes(scope, "Fleet", { fleetName: "store", resourceGroupName: "rg", members });
  });
  expect(found).toEqual([expect.stringMatching(/^stack\/Fleet: members: there are 1001\b.* 1000\b/)]);
});

test.each([
  [10, 0, []],
  [11, 0, [expect.stringMatching(/^stack\/Mesh: networks: azurerm 4\.55 takes/)]],
  [50, 0, [expect.stringMatching(/^stack\/Mesh: networks: azurerm 4\.55 takes/)]],
  [50, 49, [expect.stringMatching(/^stack\/Mesh: networks: azurerm 4\.55 takes/)]],
  [50, 50, []],
])(
  "%d networks, of which %d reach each other already: how long their peerings take",
  (count, peered, expected) => {
    const found = warnings((app) => {
      const scope = plainStack(app);
      const networks = existing(count).map((one) =>
        ClusterNetwork.fromNetworkAttributes(scope, one.key, one),
      );
      new PeeringMesh(scope, "Mesh", { networks, peered: networks.slice(0, peered) });
    });
    expect(found).toEqual(expected);
  },
);
