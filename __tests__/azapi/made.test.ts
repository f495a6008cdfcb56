import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { type App, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  AksCluster,
  AzapiProvider,
  ClusterNetwork,
  Fleet,
  InfraStack,
  TrafficManagerAccess,
} from "../../lib";
import { appFindings, findings } from "../synth";

function stack(app: App, id: string, subscriptionId?: string): TerraformStack {
  const made = new TerraformStack(app, id);
  new AzurermProvider(made, "azurerm", { features: [{}], subscriptionId });
  new AzapiProvider(made, "azapi");
  return made;
}

function network(scope: Construct, key: string, props: object = {}): ClusterNetwork {
  return new ClusterNetwork(scope, `Network-${key}`, {
    key,
    location: "eastus2",
    addressSpace: ["10.1.0.0/16"],
    existingResourceGroupName: "rg-shop",
    ...props,
  });
}

/** What is said, without what the names are. */
const said = (found: string[]) =>
  found.map((text) =>
    text.replace(
      /^([^:]*): (?:in another stack: \[([^\]]*)\] )?(\w+): .*$/,
      (_, path, other, prop) => `${other ?? path}: ${prop}`,
    ),
  );

describe("one name of one kind in one resource group is refused, the later one says so", () => {
  test("networks and what is with them", () => {
    const found = findings((scope) => {
      const names = {
        virtualNetworkName: "vnet",
        networkSecurityGroupName: "nsg",
        natGateway: true,
        natGatewayName: "nat",
        natGatewayIpName: "ip",
      };
      network(scope, "a", names);
      network(scope, "b", { ...names, virtualNetworkName: "VNet", addressSpace: ["10.2.0.0/16"] });
    });
    expect(said(found)).toEqual([
      "stack/Network-b: virtualNetworkName",
      "stack/Network-b: networkSecurityGroupName",
      "stack/Network-b: natGatewayIpName",
      "stack/Network-b: natGatewayName",
    ]);
    expect(found[0]).toBe(
      'stack/Network-b: virtualNetworkName: "VNet" is also the name of the virtual network that stack/Network-a creates in the same resource group, as "vnet" (Azure names are case-insensitive); give one of them another virtualNetworkName.',
    );
  });

  test("clusters and their identities", () => {
    const found = findings((scope) => {
      for (const [index, key] of ["a", "b"].entries()) {
        const own = network(scope, key, { addressSpace: [`10.${index}.0.0/16`] });
        new AksCluster(scope, `Cluster-${key}`, {
          network: own,
          clusterName: ["aks", "AKS"][index] as string,
        });
      }
    });
    expect(said(found)).toEqual(["stack/Cluster-b: identityName", "stack/Cluster-b: clusterName"]);
  });

  test("fleets of two stacks, and the groups that both make", () => {
    const found = appFindings((app) => {
      for (const id of ["one", "two"]) {
        new Fleet(stack(app, id), "Fleet", { fleetName: "fleet", location: "westus" });
      }
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^two\/Fleet: resourceGroupName: "rg-fleet" is also the resource group that one\/Fleet/,
      ),
    ]);
    const inOneGroup = appFindings((app) => {
      for (const id of ["one", "two"]) {
        const existingResourceGroupName = "rg";
        new Fleet(stack(app, id), "Fleet", {
          fleetName: "fleet",
          location: "westus",
          existingResourceGroupName,
        });
      }
    });
    expect(said(inOneGroup)).toEqual(["two/Fleet: fleetName"]);
  });

  test("a group of a fleet and of a network, in other letters, and one for Traffic Manager", () => {
    const found = findings((scope) => {
      const fleet = new Fleet(scope, "Fleet", {
        fleetName: "fleet",
        location: "westus",
        resourceGroupName: "RG-Shop",
      });
      network(scope, "a", { existingResourceGroupName: undefined, resourceGroupName: "rg-shop" });
      new TrafficManagerAccess(scope, "Traffic", { fleet, resourceGroupName: "rg-shop" });
    });
    expect(found).toEqual([
      expect.stringMatching(/^stack\/Network-a: resourceGroupName: "rg-shop" .* stack\/Fleet/),
      expect.stringMatching(/^stack\/Traffic: resourceGroupName: "rg-shop" is also .* that stack\/Fleet/),
    ]);
  });

  test("two InfraStacks with defaults", () => {
    const members = { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } };
    const found = appFindings((app) => {
      for (const id of ["one", "two"]) {
        new InfraStack(app, id, { fleetName: id, fleetLocation: "westus", members });
      }
    });
    // Of what is in a group that is made twice no more is said.
    expect(said(found).sort()).toEqual([
      "two/Fleet: resourceGroupName",
      "two/east/Network: resourceGroupName",
    ]);
  });
});

describe("what is not the same for certain passes", () => {
  test("other groups, other kinds, other subscriptions, and one that is said beside one that is not", () => {
    const found = appFindings((app) => {
      const subscription = (digit: string) => `${digit.repeat(8)}-0000-0000-0000-000000000000`;
      for (const [id, subscriptionId] of Object.entries({
        a: subscription("1"),
        b: subscription("2"),
        c: undefined,
      })) {
        const scope = stack(app, id, subscriptionId);
        new Fleet(scope, "Fleet", { fleetName: "fleet", location: "westus" });
        network(scope, "a", { existingResourceGroupName: `rg-${id}`, virtualNetworkName: "same" });
      }
    });
    expect(found).toEqual([]);
  });

  test("names that only Terraform knows", () => {
    const found = findings((scope) => {
      const name = new TerraformVariable(scope, "name", { type: "string" }).stringValue;
      network(scope, "a", { virtualNetworkName: name });
      network(scope, "b", { virtualNetworkName: name });
    });
    expect(found).toEqual([]);
  });
});
