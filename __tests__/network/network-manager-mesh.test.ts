import type { Construct } from "constructs";
import { ClusterNetwork, type IClusterNetwork, NetworkManager, NetworkManagerMesh } from "../../lib";
import { SUBNET_ID, SUBSCRIPTION, VNET_ID } from "../existing";
import { findings, resources, type StackJson, synthStack } from "../synth";
import { network, type Place } from "./networks";
import { address, at, reference } from "./references";

const MANAGER_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/networkManagers/central`;

function central(scope: Construct, subscriptionIds?: string[]) {
  return NetworkManager.fromNetworkManagerId(scope, "Central", MANAGER_ID, { subscriptionIds });
}

function mesh(scope: Construct, ...places: Place[]): NetworkManagerMesh {
  const networks = places.map((place) => network(scope, place));
  return new NetworkManagerMesh(scope, "Mesh", { networkManager: central(scope), networks });
}

test("a group with every network, one mesh over all locations, and its deployment in each", () => {
  const stack = synthStack((scope) => void mesh(scope, "east", "west"));
  expect(at(stack, "Mesh/Group")).toEqual({ name: "aks-fleet", network_manager_id: MANAGER_ID });
  expect(at(stack, "Mesh/Configuration")).toEqual({
    name: "aks-fleet",
    network_manager_id: MANAGER_ID,
    connectivity_topology: "Mesh",
    global_mesh_enabled: true,
    applies_to_group: [
      {
        network_group_id: reference(stack, "Mesh/Group"),
        group_connectivity: "DirectlyConnected",
        global_mesh_enabled: true,
      },
    ],
  });
  expect(at(stack, "Mesh/east")).toEqual({
    name: "east",
    network_group_id: reference(stack, "Mesh/Group"),
    target_virtual_network_id: reference(stack, "east/Network/VirtualNetwork"),
    // Azure changes a network by one request at a time.
    depends_on: ["Subnet", "NetworkSecurityGroupAssociation"].map((id) =>
      address(stack, `east/Network/${id}`),
    ),
  });
  expect(Object.keys(resources(stack, "azurerm_network_manager_deployment"))).toEqual([
    "Mesh/Deployment-eastus2",
    "Mesh/Deployment-westus2",
  ]);
  expect(at(stack, "Mesh/Deployment-eastus2")).toEqual({
    network_manager_id: MANAGER_ID,
    location: "eastus2",
    scope_access: "Connectivity",
    configuration_ids: [reference(stack, "Mesh/Configuration")],
    triggers: { members: expect.stringContaining("local.Mesh_MemberIds_") },
  });
});

/** The members that each deployment follows, in the order that its trigger has them. */
const followed = (stack: StackJson) => Object.values((stack as unknown as { locals: object }).locals);

test("every network counts for every deployment, in whichever order they come", () => {
  const ids = (stack: StackJson) => ["east", "south", "west"].map((key) => reference(stack, `Mesh/${key}`));
  for (const places of [
    ["east", "west", "south"],
    ["south", "west", "east"],
  ] as const) {
    const stack = synthStack((scope) => void mesh(scope, ...places));
    expect(followed(stack)).toEqual([ids(stack)]);
  }
});

test("adding a network adds itself and what deploys in its location, and makes no other anew", () => {
  const before = synthStack((scope) => void mesh(scope, "east", "west")).resource;
  const stack = synthStack((scope) => {
    const one = mesh(scope, "east", "west");
    const south = network(scope, "south");
    one.addNetwork(south);
    one.addNetwork(south);
    expect(one.networks).toContain(south);
    expect(one.deployments).toHaveLength(3);
  });
  expect(stack.resource).toMatchObject(before);
  const made = (type: string) => Object.keys(resources(stack, `azurerm_network_manager_${type}`));
  expect(made("static_member")).toEqual(["Mesh/east", "Mesh/south", "Mesh/west"].sort());
  expect(made("deployment")).toContain("Mesh/Deployment-southcentralus");
});

test("two networks of one location are deployed together", () => {
  const stack = synthStack((scope) => {
    const networks = [network(scope, "east"), network(scope, "west", { location: "eastus2" })];
    new NetworkManagerMesh(scope, "Mesh", { networkManager: central(scope), networks });
  });
  expect(Object.keys(resources(stack, "azurerm_network_manager_deployment"))).toEqual([
    "Mesh/Deployment-eastus2",
  ]);
});

test("two clusters on one network that exists are one member of the group", () => {
  const stack = synthStack((scope) => {
    const networks = ["a", "b"].map((key) =>
      ClusterNetwork.fromNetworkAttributes(scope, key, {
        key,
        location: "westus3",
        virtualNetworkId: key === "a" ? VNET_ID : VNET_ID.replace("resourceGroups", "resourcegroups"),
        subnetName: `nodes-${key}`,
      }),
    );
    new NetworkManagerMesh(scope, "Mesh", { networkManager: central(scope), networks });
  });
  const members = Object.values(resources(stack, "azurerm_network_manager_static_member"));
  expect(members).toEqual([
    expect.objectContaining({
      name: expect.stringMatching(/^vnet-old-[0-9a-f]{8}$/),
      target_virtual_network_id: VNET_ID,
    }),
  ]);
  expect(members[0]).not.toHaveProperty("depends_on");
});

describe("checks", () => {
  const old = (scope: Construct, attributes: object): IClusterNetwork =>
    ClusterNetwork.fromNetworkAttributes(scope, "Old", { key: "old", subnetId: SUBNET_ID, ...attributes });

  test("ranges, keys, the group's name, a location and a subscription", () => {
    const found = findings((scope) => {
      const networks = [
        network(scope, "east"),
        network(scope, "west", { addressSpace: ["10.1.0.0/17"], key: "east", resourceGroupName: "west" }),
        old(scope, {}),
      ];
      new NetworkManagerMesh(scope, "Mesh", {
        networkManager: central(scope, ["11111111-1111-1111-1111-111111111111"]),
        networkGroupName: "a b",
        networks,
      });
    });
    expect(found).toEqual(
      [
        /^stack\/Mesh: networkGroupName: Azure refuses "a b" as the name of a network group/,
        /^stack\/Mesh: the networks of "east" \(10\.1\.0\.0\/16\) and "east" \(10\.1\.0\.0\/17\)/,
        /^stack\/Mesh: networks:/,
        /^stack\/Mesh: networks: the location of "old" is not known/,
        new RegExp(`^stack/Mesh: networks: "old" is in the subscription ${SUBSCRIPTION}, which`),
      ].map((pattern) => expect.stringMatching(pattern)),
    );
  });

  test.each([
    [250, []],
    [251, [expect.stringMatching(/^stack\/Mesh: networks: there are 251, and Azure connects/)]],
  ])("%d networks", (count, expected) => {
    const found = findings((scope) => {
      const networks = Array.from({ length: count }, (_, index) =>
        ClusterNetwork.fromNetworkAttributes(scope, `n${index}`, {
          key: `n${index}`,
          location: "eastus2",
          subnetId: SUBNET_ID.replace("vnet-old", `n${index}`),
        }),
      );
      new NetworkManagerMesh(scope, "Mesh", { networkManager: central(scope), networks });
    });
    expect(found).toEqual(expected);
  });

  test("a network in a third mesh", () => {
    const found = findings((scope) => {
      const [networkManager, east] = [central(scope), network(scope, "east")];
      for (const name of ["One", "Two", "Three"]) {
        new NetworkManagerMesh(scope, name, { networkManager, networkGroupName: name, networks: [east] });
      }
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Three: networks: "east" is/)]);
  });

  test("two groups of one name", () => {
    const found = findings((scope) => {
      const networkManager = central(scope);
      new NetworkManagerMesh(scope, "One", { networkManager, networks: [network(scope, "east")] });
      new NetworkManagerMesh(scope, "Two", { networkManager, networks: [network(scope, "west")] });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Two: networkGroupName: "aks-fleet" is also/)]);
  });
});
