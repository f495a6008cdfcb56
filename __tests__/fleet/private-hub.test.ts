import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { ClusterNetwork, Fleet, type FleetProps } from "../../lib";
import { cluster } from "../cluster/clusters";
import { SUBNET_ID, SUBSCRIPTION, VNET_ID } from "../existing";
import { network } from "../network/networks";
import { address, at, reference } from "../network/references";
import { findings, resources, synthStack } from "../synth";

const RP = "55555555-5555-5555-5555-555555555555";
const API_SUBNET_ID = `${VNET_ID}/subnets/api`;
const OF_PROVIDER = "${data.azurerm_client_config.ClientConfig.subscription_id}";
const NETWORK_CONTRIBUTOR =
  "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7";

function fleet(scope: Construct, props: Partial<FleetProps>): Fleet {
  return new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus", ...props });
}

function said(props: Partial<FleetProps>): string[] {
  return findings((scope) => void fleet(scope, props)).map((text) => text.replace("stack/Fleet: ", ""));
}

describe("on a subnet that is named", () => {
  const stack = synthStack((scope) => {
    const made = fleet(scope, {
      privateHub: true,
      agentSubnetId: SUBNET_ID,
      fleetRpObjectId: RP,
      hubVmSize: "D4",
    });
    expect(made.isPrivate).toBe(true);
  });

  test("the hub is private, and the fleet's own identity does", () => {
    expect(at(stack, "Fleet/Resource")).toMatchObject({
      identity: [{ type: "SystemAssigned" }],
      body: {
        properties: {
          hubProfile: {
            dnsPrefix: "gbb-fleet",
            apiServerAccessProfile: { enablePrivateCluster: true },
            agentProfile: { vmSize: "D4", subnetId: SUBNET_ID },
          },
        },
      },
      replace_triggers_refs: ["properties.hubProfile"],
      ignore_casing: true,
      depends_on: [address(stack, "Fleet/PrivateHub/FleetRp/Resource")],
    });
    expect(stack.resource).not.toHaveProperty("azurerm_user_assigned_identity");
  });

  test("Azure's fleet service may work on it before the hub is made", () => {
    expect(at(stack, "Fleet/PrivateHub/FleetRp/Resource")).toEqual({
      scope: SUBNET_ID,
      role_definition_id: `/subscriptions/${SUBSCRIPTION}${NETWORK_CONTRIBUTOR}`,
      principal_id: RP,
      principal_type: "ServicePrincipal",
      skip_service_principal_aad_check: true,
    });
  });
});

test("where the service has its role already, none is given", () => {
  const stack = synthStack((scope) => void fleet(scope, { privateHub: true, agentSubnetId: SUBNET_ID }));
  expect(Object.keys(resources(stack, "azurerm_role_assignment"))).toEqual(["Fleet/Admin/Resource"]);
  expect(at(stack, "Fleet/Resource")).not.toHaveProperty("depends_on");
});

test("ids of subnets in another case are written as azurerm and Azure take them, or a plan replaces the fleet", () => {
  const inCase = (change: (id: string) => string) =>
    synthStack((scope) => {
      const ids = { agentSubnetId: change(SUBNET_ID), apiServerSubnetId: change(API_SUBNET_ID) };
      fleet(scope, { privateHub: true, fleetRpObjectId: RP, ...ids });
    }).resource;
  const lower = (id: string) => id.replace("resourceGroups", "resourcegroups").replace("subnets", "SUBNETS");
  expect(inCase(lower)).toEqual(inCase((id) => id));
});

describe("with a subnet for the API server", () => {
  const stack = synthStack((scope) => {
    const hubNetwork = network(scope, "east", { location: "westus" });
    fleet(scope, { privateHub: true, hubNetwork, apiServerSubnetId: API_SUBNET_ID, fleetRpObjectId: RP });
  });
  const identity = (attribute: string) => reference(stack, "Fleet/PrivateHub/Identity", attribute);

  test("the fleet has an identity of its own, and both subnets", () => {
    expect(at(stack, "Fleet/PrivateHub/Identity")).toEqual({
      name: "id-gbb-fleet",
      location: "westus",
      resource_group_name: reference(stack, "Fleet/ResourceGroup", "name"),
    });
    expect(at(stack, "Fleet/Resource")).toMatchObject({
      identity: [{ type: "UserAssigned", identity_ids: [identity("id")] }],
      body: {
        properties: {
          hubProfile: {
            apiServerAccessProfile: {
              enablePrivateCluster: true,
              enableVnetIntegration: true,
              subnetId: API_SUBNET_ID,
            },
            agentProfile: { subnetId: reference(stack, "east/Network/Subnet") },
          },
        },
      },
    });
  });

  test("which it may work on, before the hub is made and after the network is", () => {
    const role = (subnet: string, subscription: string) => ({
      scope: subnet,
      role_definition_id: `/subscriptions/${subscription}${NETWORK_CONTRIBUTOR}`,
      principal_id: identity("principal_id"),
    });
    expect(at(stack, "Fleet/PrivateHub/ApiServerSubnet/Resource")).toMatchObject(
      role(API_SUBNET_ID, SUBSCRIPTION),
    );
    expect(at(stack, "Fleet/PrivateHub/AgentSubnet/Resource")).toMatchObject(
      role(reference(stack, "east/Network/Subnet"), OF_PROVIDER),
    );
    expect(at(stack, "Fleet/Resource").depends_on).toEqual(
      [
        "east/Network/NetworkSecurityGroupAssociation",
        "east/Network/AllowInternetInbound",
        "Fleet/PrivateHub/FleetRp/Resource",
        "Fleet/PrivateHub/ApiServerSubnet/Resource",
        "Fleet/PrivateHub/AgentSubnet/Resource",
      ].map((path) => address(stack, path)),
    );
  });
});

test("the identity can be named", () => {
  const stack = synthStack((scope) => {
    fleet(scope, {
      privateHub: true,
      agentSubnetId: SUBNET_ID,
      apiServerSubnetId: API_SUBNET_ID,
      hubIdentityName: "hub",
      tags: { team: "platform" },
    });
  });
  expect(at(stack, "Fleet/PrivateHub/Identity")).toMatchObject({ name: "hub", tags: { team: "platform" } });
});

describe("checks", () => {
  test.each<[string, Partial<FleetProps>, string]>([
    [
      "no subnet",
      {},
      "agentSubnetId: is missing, but a private hub needs a subnet for its node; set it, or set hubNetwork.",
    ],
    [
      "the id of a network",
      { agentSubnetId: VNET_ID },
      `agentSubnetId: "${VNET_ID}" is not the id of a subnet`,
    ],
    [
      "the id of a network for the API server",
      { agentSubnetId: SUBNET_ID, apiServerSubnetId: VNET_ID },
      `apiServerSubnetId: "${VNET_ID}" is not the id of a subnet`,
    ],
    [
      "one subnet for both",
      { agentSubnetId: SUBNET_ID, apiServerSubnetId: SUBNET_ID.toUpperCase() },
      "the API server needs",
    ],
    [
      "a name for no identity",
      { agentSubnetId: SUBNET_ID, hubIdentityName: "id-hub" },
      'hubIdentityName: "id-hub"',
    ],
  ])("%s", (_, props, finding) => {
    expect(said({ privateHub: true, ...props })).toEqual([expect.stringContaining(finding)]);
  });

  test("names and object ids", () => {
    expect(
      said({
        privateHub: true,
        agentSubnetId: SUBNET_ID,
        apiServerSubnetId: API_SUBNET_ID,
        hubIdentityName: "a",
        fleetRpObjectId: "Fleet RP",
      }),
    ).toEqual([
      expect.stringContaining('hubIdentityName: Azure refuses "a" as the name of an identity'),
      expect.stringContaining('PrivateHub/FleetRp: objectId: "Fleet RP" is not an'),
    ]);
  });

  test("settings of a private hub for a public one, each by its name", () => {
    const found = findings((scope) => {
      fleet(scope, {
        hubNetwork: network(scope, "east", { location: "westus" }),
        agentSubnetId: SUBNET_ID,
        apiServerSubnetId: API_SUBNET_ID,
        hubIdentityName: "id-hub",
        fleetRpObjectId: RP,
      });
    });
    expect(found).toEqual(
      ["hubNetwork", "agentSubnetId", "apiServerSubnetId", "hubIdentityName", "fleetRpObjectId"].map(
        (prop) =>
          `stack/Fleet: ${prop}: is only for a private hub, but this one is public; set privateHub: true, or remove it.`,
      ),
    );
  });

  test.each([
    ["10.0.0.0/16", 1],
    ["10.0.128.0/20", 1],
    ["10.0.0.0/8", 1],
    ["10.1.0.0/16", 0],
  ])("a network of %s", (range, count) => {
    const found = findings((scope) => {
      fleet(scope, {
        privateHub: true,
        hubNetwork: network(scope, "east", { location: "westus", addressSpace: [range] }),
      });
    });
    expect(found).toEqual(
      Array.from(
        { length: count },
        () =>
          `stack/Fleet: hubNetwork: its range ${range} overlaps 10.0.0.0/16, which the hub uses for its Services; choose another range for the network.`,
      ),
    );
  });

  test("members reach the hub's network: its ranges are neither theirs nor their Services'", () => {
    const hubRange = (range: string) =>
      findings((scope) => {
        const hubNetwork = network(scope, "east", { location: "westus", addressSpace: [range] });
        fleet(scope, { privateHub: true, hubNetwork }).addMember("west", { cluster: cluster(scope, "west") });
      });
    expect(hubRange("10.9.0.0/16")).toEqual([]);
    expect(hubRange("10.2.0.0/16")).toEqual([
      expect.stringContaining('the networks of "west" (10.2.0.0/16) and "east" (10.2.0.0/16)'),
    ]);
    expect(hubRange("172.16.8.0/21")).toEqual([
      expect.stringContaining('serviceCidr: 172.16.0.0/16 overlaps the network of "east" (172.16.8.0/21)'),
    ]);
  });

  test("a network in another location", () => {
    const found = findings(
      (scope) => void fleet(scope, { privateHub: true, hubNetwork: network(scope, "east") }),
    );
    expect(found).toEqual([
      "stack/Fleet: hubNetwork: is in eastus2, but the hub, whose node is on its subnet, is in westus; use a network there.",
    ]);
  });

  test("what is not known is not judged", () => {
    const found = findings((scope) => {
      const hubNetwork = ClusterNetwork.fromNetworkAttributes(scope, "Old", {
        key: "hub",
        subnetId: SUBNET_ID,
      });
      const unknown = new TerraformVariable(scope, "subnet", { type: "string" }).stringValue;
      fleet(scope, { privateHub: true, hubNetwork, agentSubnetId: unknown, apiServerSubnetId: unknown });
    });
    expect(found).toEqual([]);
  });
});
