import { TerraformVariable } from "cdktf";
import { NetworkManager } from "../../lib";
import { SUBSCRIPTION } from "../existing";
import { findings, refusal, resources, synthStack } from "../synth";
import { at, reference } from "./references";

const MANAGER_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/networkManagers/central`;
const CENTRAL = { networkManagerName: "central", location: "westeurope" };

test("a manager connects networks of the subscription that it is made in, in a group of its own", () => {
  const stack = synthStack((scope) => new NetworkManager(scope, "Manager", CENTRAL));
  expect(at(stack, "Manager/Resource")).toEqual({
    name: "central",
    location: "westeurope",
    resource_group_name: reference(stack, "Manager/ResourceGroup", "name"),
    scope: {
      subscription_ids: ["/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}"],
    },
    scope_accesses: ["Connectivity"],
  });
  expect(at(stack, "Manager/ResourceGroup")).toEqual({ name: "rg-network-manager", location: "westeurope" });
});

test("a group that exists, other subscriptions, and tags", () => {
  const stack = synthStack((scope) => {
    new NetworkManager(scope, "Manager", {
      ...CENTRAL,
      existingResourceGroupName: "rg-net",
      subscriptionIds: [SUBSCRIPTION],
      tags: { team: "net" },
    });
  });
  expect(resources(stack, "azurerm_resource_group")).toEqual({});
  expect(at(stack, "Manager/Resource")).toMatchObject({
    resource_group_name: "rg-net",
    scope: { subscription_ids: [`/subscriptions/${SUBSCRIPTION}`] },
    tags: { team: "net" },
  });
});

test("one that exists is told by its id, as azurerm takes it", () => {
  synthStack((scope) => {
    const central = NetworkManager.fromNetworkManagerId(
      scope,
      "Central",
      MANAGER_ID.replace("resourceGroups", "resourcegroups"),
    );
    expect(central.networkManagerId).toBe(MANAGER_ID);
    expect(central.subscriptionIds).toBeUndefined();
    const unknown = new TerraformVariable(scope, "manager", { type: "string" }).stringValue;
    expect(NetworkManager.fromNetworkManagerId(scope, "Unknown", unknown).networkManagerId).toBe(unknown);
  });
  expect(
    refusal(() =>
      synthStack((scope) => NetworkManager.fromNetworkManagerId(scope, "Central", "/subscriptions/x")),
    ),
  ).toMatch(/\[stack\/Central\] networkManagerId: "\/subscriptions\/x" is not the id of a network manager/);
});

describe("checks", () => {
  test("name, location and subscriptions", () => {
    const found = findings((scope) => {
      new NetworkManager(scope, "Manager", {
        networkManagerName: "-central",
        location: "West Europe",
        subscriptionIds: ["mine"],
      });
      NetworkManager.fromNetworkManagerId(scope, "Central", MANAGER_ID, { subscriptionIds: ["yours"] });
    });
    expect(found).toEqual([
      expect.stringMatching(/^stack\/Manager: networkManagerName: Azure refuses "-central"/),
      expect.stringMatching(/^stack\/Manager: .*"West Europe"/),
      expect.stringMatching(/^stack\/Manager: subscriptionIds: "mine" is not/),
      expect.stringMatching(/^stack\/Central: subscriptionIds: "yours" is not/),
    ]);
  });

  test.each([
    ["the default one", undefined, undefined, 1],
    ["one that both name", [SUBSCRIPTION], [SUBSCRIPTION.toUpperCase()], 1],
    ["different ones", [SUBSCRIPTION], ["11111111-1111-1111-1111-111111111111"], 0],
    ["one that is named and one that is not", [SUBSCRIPTION], undefined, 0],
  ])("two managers of a subscription: %s", (_, one, other, count) => {
    const found = findings((scope) => {
      new NetworkManager(scope, "One", { ...CENTRAL, subscriptionIds: one });
      new NetworkManager(scope, "Other", {
        ...CENTRAL,
        networkManagerName: "other",
        existingResourceGroupName: "rg-net",
        subscriptionIds: other,
      });
    });
    const expected = expect.stringMatching(/^stack\/Other: subscriptionIds: stack\/One manages the same/);
    expect(found).toEqual(count === 1 ? [expected] : []);
  });
});
