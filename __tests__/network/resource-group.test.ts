import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { type App, TerraformStack } from "cdktf";
import { AksCluster, AzapiProvider, ClusterNetwork, Fleet, InfraStack } from "../../lib";
import { appFindings, readStack, type StackJson, synthApp, synthStack } from "../synth";
import { at, reference } from "./references";

const MEMBER = { location: "swedencentral", addressSpace: ["10.10.0.0/16"] };

function infra(fleetResourceGroupName: string, existingResourceGroupName: string): StackJson {
  return synthApp(
    (app) => {
      new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        fleetResourceGroupName,
        members: { a: { ...MEMBER, existingResourceGroupName } },
      });
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

function stack(app: App, id: string): TerraformStack {
  const made = new TerraformStack(app, id);
  new AzurermProvider(made, "azurerm", { features: [{}] });
  new AzapiProvider(made, "azapi");
  return made;
}

/** The stacks that each follows. */
function order(build: (app: App) => void): Record<string, string[]> {
  return synthApp(build, (outdir) => {
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { dependencies: string[] }>;
    };
    return Object.fromEntries(Object.entries(stacks).map(([name, { dependencies }]) => [name, dependencies]));
  });
}

function networkIn(scope: TerraformStack): ClusterNetwork {
  return new ClusterNetwork(scope, "Network", { key: "a", ...MEMBER, existingResourceGroupName: "RG-shop" });
}

describe("a group that exists by name, and that the same stack makes", () => {
  test.each(["rg-shop", "RG-Shop"])("is made before what is in it by the name %s", (name) => {
    const json = infra("rg-shop", name);
    const group = reference(json, "Fleet/ResourceGroup", "name");
    for (const path of [
      "a/Network/VirtualNetwork",
      "a/Network/Subnet",
      "a/Network/NetworkSecurityGroup",
      "a/Network/AllowInternetInbound",
      "a/Cluster/Identity",
      "a/Cluster/Resource",
    ]) {
      expect({ path, group: at(json, path).resource_group_name }).toEqual({ path, group });
    }
    expect(json.output.a_kubeconfig_command?.value).toContain(`--resource-group ${group} `);
  });

  test("is left alone where the app doesn't make it", () => {
    expect(at(infra("rg-fleet", "rg-shop"), "a/Network/VirtualNetwork").resource_group_name).toBe("rg-shop");
  });

  test("may be made by whatever is in the stack, before or after, and be the cluster's or the fleet's only", () => {
    const json = synthStack((scope) => {
      const network = new ClusterNetwork(scope, "Network", { key: "a", ...MEMBER });
      new AksCluster(scope, "Cluster", { network, existingResourceGroupName: "rg-shop" });
      new Fleet(scope, "Fleet", {
        fleetName: "shop",
        location: "westus",
        existingResourceGroupName: "rg-shop",
      });
      new ResourceGroup(scope, "Group", { name: "rg-shop", location: "westus" });
    });
    const group = reference(json, "Group", "name");
    expect(at(json, "Cluster/Resource").resource_group_name).toBe(group);
    expect(at(json, "Network/VirtualNetwork").resource_group_name).not.toBe(group);
    expect(at(json, "Fleet/Resource").parent_id).toBe(
      `/subscriptions/\${data.azurerm_client_config.ClientConfig.subscription_id}/resourceGroups/${group}`,
    );
  });
});

describe("a group that exists by name, and that another stack makes", () => {
  test("is there before, as that stack comes first", () => {
    const build = (app: App) => {
      networkIn(stack(app, "network"));
      new ResourceGroup(stack(app, "groups"), "Group", { name: "rg-shop", location: "westus" });
    };
    expect(order(build)).toEqual({ network: ["groups"], groups: [] });
    const json = synthApp(build, (outdir) => readStack(outdir, "network"));
    expect(at(json, "Network/VirtualNetwork").resource_group_name).toBe("RG-shop");
  });

  test("is refused where that stack comes later", () => {
    const found = appFindings((app) => {
      const first = stack(app, "first");
      networkIn(first);
      const later = stack(app, "later");
      new ResourceGroup(later, "Group", { name: "rg-shop", location: "westus" });
      later.addDependency(first);
    });
    expect(found).toEqual([
      'first/Network: existingResourceGroupName: "RG-shop" is created by the stack "later" (later/Group), which is deployed after this one; create it here or in an earlier stack, or use another group.',
    ]);
  });

  test("of another subscription is another group", () => {
    const found = order((app) => {
      networkIn(stack(app, "network"));
      const other = new TerraformStack(app, "groups");
      new AzurermProvider(other, "azurerm", {
        features: [{}],
        subscriptionId: "11111111-0000-0000-0000-000000000000",
      });
      new ResourceGroup(other, "Group", { name: "rg-shop", location: "westus" });
    });
    expect(found).toEqual({ network: [], groups: [] });
  });
});
