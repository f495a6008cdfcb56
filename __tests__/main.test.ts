import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { build } from "../main";
import { readable } from "./readable";
import { appFindings, readStack, refusal, resources, type StackJson, synthApp } from "./synth";

const STACKS = ["infra", "hub", "member-west", "member-east"];

function seed(context: object = {}): Record<string, StackJson> {
  return synthApp(
    (app) => {
      app.node.setContext("fleet", context);
      build(app);
    },
    (outdir) =>
      Object.fromEntries(readdirSync(join(outdir, "stacks")).map((name) => [name, readStack(outdir, name)])),
  );
}

describe("the seed's fleet", () => {
  const stacks = seed();

  test.each(STACKS)("stack %s", (name) => {
    expect(readable(stacks[name] as StackJson)).toMatchSnapshot();
  });

  // A change here is a breaking change: Terraform deletes what stood at the old address and makes it anew. The list is no
  // snapshot, so that updating those does not change it.
  test("keeps its addresses", () => {
    const golden = readFileSync(join(__dirname, "addresses.txt"), "utf8");
    const all = STACKS.flatMap((name) =>
      addresses(stacks[name] as StackJson).map((address) => `${name} ${address}`),
    );
    expect(all).toEqual(golden.trim().split("\n"));
  });

  test("has the outputs that its user and the command need, and no credentials", () => {
    expect(stacks.infra?.output).toMatchObject({
      fleet_id: { value: expect.stringMatching(/^\$\{azapi_resource\.Fleet_\w+\.id\}$/) },
      hub_kubeconfig_command: {
        value: expect.stringMatching(/^az fleet get-credentials .* --name gbb-fleet /),
      },
      east_kubeconfig_command: {
        value: expect.stringMatching(/^az aks get-credentials .* --name aks-eastus2 /),
      },
      west_kubeconfig_command: {
        value: expect.stringMatching(/^az aks get-credentials .* --name aks-westus2 /),
      },
      // Pages of certificates, which `cdktf deploy` would end with.
      aks_fleet: { value: expect.anything(), sensitive: true },
    });
    expect(Object.keys(stacks["member-east"]?.output ?? {}).sort()).toEqual([
      "aks-store-demo-store-front-address",
      "aks_fleet",
    ]);
    const values = Object.values(stacks).flatMap(({ output }) =>
      Object.values(output ?? {}).map(({ value }) => value),
    );
    // Of what holds credentials only the address of the API and its certificate.
    const reported = JSON.stringify(values).replaceAll(
      /kube_config\[0\]\.(host|cluster_ca_certificate)|\.output\.kubeconfig\)\)\.clusters\.0\.cluster(\.server|\[\\"certificate-authority-data\\"\])/g,
      "",
    );
    expect(reported).not.toMatch(/kube_?config|password|token/i);
  });
});

describe("the context", () => {
  test("says what connects the networks", () => {
    const { infra } = seed({ connectivity: "virtualNetworkManager" });
    expect(infra?.resource).toHaveProperty("azurerm_network_manager_deployment");
    expect(infra?.resource).not.toHaveProperty("azurerm_virtual_network_peering");
  });

  test("changes locations, names and node size without touching code", () => {
    const { infra, hub } = seed({
      fleetName: "shop",
      fleetLocation: "northeurope",
      fleetResourceGroupName: "rg-shop",
      vmSize: "Standard_D8s_v5",
      nodeCount: 4,
      namespace: "shop",
      tags: { team: "platform" },
      members: { east: { location: "swedencentral", clusterName: "shop-se" } },
    });
    const clusters = resources(infra as StackJson, "azurerm_kubernetes_cluster");
    expect(clusters["east/Cluster/Resource"]).toMatchObject({
      name: "shop-se",
      location: "swedencentral",
      default_node_pool: { vm_size: "Standard_D8s_v5", node_count: 4 },
      tags: { team: "platform" },
    });
    expect(clusters["west/Cluster/Resource"]).toMatchObject({
      name: "aks-westus2",
      default_node_pool: { node_count: 4 },
    });
    expect(resources(infra as StackJson, "azapi_resource")["Fleet/Resource"]).toMatchObject({
      name: "shop",
      location: "northeurope",
    });
    expect(JSON.stringify(hub)).toContain('"values":["swedencentral","westus2"]');
  });

  test("adds a member, leaves one out, and moves the entry", () => {
    const {
      infra,
      "member-north": entry,
      ...rest
    } = seed({
      entry: "north",
      members: { west: null, north: { location: "norwayeast", addressSpace: ["10.3.0.0/16"] } },
    });
    expect(Object.keys(rest).sort()).toEqual(["hub", "member-east"]);
    expect(rest["member-east"]).not.toHaveProperty("resource");
    expect(Object.keys(resources(entry as StackJson, "kubernetes_manifest"))).toEqual([
      "aks-store-demo-store-front/Resource",
    ]);
    expect(Object.keys(resources(infra as StackJson, "azapi_resource"))).toEqual([
      "Fleet/Resource",
      "Fleet/east/Resource",
      "Fleet/north/Resource",
    ]);
    expect(
      resources(entry as StackJson, "azurerm_kubernetes_cluster", "data")["Member/Resource"],
    ).toMatchObject({
      name: "aks-north",
    });
  });

  test.each(["east", "west"])(
    "moves the entry to %s: it is let go elsewhere before, by one deployment",
    (entry) => {
      const services = synthApp(
        (app) => {
          app.node.setContext("fleet", { entry });
          build(app);
        },
        (outdir) => {
          const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
            stacks: Record<string, { dependencies: string[] }>;
          };
          return Object.fromEntries(
            ["member-east", "member-west"].map((name) => [
              name,
              {
                services: Object.keys(resources(readStack(outdir, name), "kubernetes_manifest")),
                after: stacks[name]?.dependencies.filter((other) => other.startsWith("member-")),
              },
            ]),
          );
        },
      );
      const other = entry === "east" ? "west" : "east";
      expect(services).toEqual({
        [`member-${entry}`]: {
          services: ["aks-store-demo-store-front/Resource"],
          after: [`member-${other}`],
        },
        [`member-${other}`]: { services: [], after: [] },
      });
    },
  );

  test("gives each of several entries an address, and all of them a name", () => {
    const stacks = seed({ entries: ["east", "west"], globalDnsName: "store" });
    const at = (name: string, type: string) => Object.keys(resources(stacks[name] as StackJson, type));
    for (const key of ["east", "west"]) {
      expect(at(`member-${key}`, "kubernetes_manifest")).toEqual([
        `aks-store-demo-store-front-${key}/Resource`,
      ]);
      expect(at(`member-${key}`, "azurerm_traffic_manager_external_endpoint")).toEqual([
        `DnsEndpoint-aks-store-demo-store-front-${key}/Resource`,
      ]);
    }
    expect(at("infra", "azurerm_traffic_manager_profile")).toEqual(["store/Resource"]);
  });

  test("keeps the state in a storage account, with Entra ID", () => {
    const { infra, hub } = seed({ stateStorageAccountName: "stfleet", stateContainerName: "state" });
    const backend = { storage_account_name: "stfleet", container_name: "state", use_azuread_auth: true };
    expect(infra?.terraform.backend).toEqual({ azurerm: { ...backend, key: "infra.tfstate" } });
    expect(hub?.data.terraform_remote_state?.["cross-stack-reference-input-infra"]).toMatchObject({
      backend: "azurerm",
      config: { ...backend, key: "infra.tfstate" },
    });
  });

  test("says everything that is wrong with it, at once", () => {
    const app = new App({
      context: { fleet: { nodesize: "big", nodeCount: "3", members: { east: { zone: 1 }, west: 7 } } },
    });
    expect(refusal(() => build(app)).split("\n")).toEqual([
      "The context of the app (cdktf.json) can't be used:",
      expect.stringMatching(/^ {2}fleet\.members\.east\.zone: .*"zones"/),
      expect.stringMatching(/^ {2}fleet\.members\.west: 7 is not an object or null/),
      expect.stringMatching(/^ {2}fleet\.nodeCount: "3" is not a number/),
      expect.stringMatching(/^ {2}fleet\.nodesize: .*"vmSize"/),
    ]);
  });

  test.each(["gbb-fleet", ["east"]])("can't be %j, which is not an object of settings", (fleet) => {
    expect(refusal(() => build(new App({ context: { fleet } })))).toContain(
      `\n  fleet: ${JSON.stringify(fleet)} is not an object`,
    );
  });

  test("names the members there are when the entry is none of them", () => {
    const app = new App({ context: { fleet: { entry: "north" } } });
    expect(refusal(() => build(app))).toContain(
      '\n  [infra] the fleet has no member "north"; its members are "east" and "west".',
    );
  });

  test("what is wrong in several stacks is reported at once", () => {
    const found = appFindings((app) => {
      app.node.setContext("fleet", {
        namespace: "kube-store",
        members: { west: { addressSpace: ["10.1.0.0/20"], subnetPrefix: "10.1.0.0/24" } },
      });
      build(app);
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^infra: in another stack: \[hub\/kube-store\] namespace "kube-store" is never placed/,
      ),
      expect.stringMatching(
        /^infra\/Peerings: the networks of "east" \(10\.1\.0\.0\/16\) and "west" \(10\.1\.0\.0\/20\) overlap/,
      ),
    ]);
  });
});

function addresses(stack: StackJson): string[] {
  const of = (block: StackJson["resource"], prefix: string) =>
    Object.entries(block ?? {}).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => `${prefix}${type}.${name}`),
    );
  return [
    ...of(stack.resource, ""),
    ...of(stack.data, "data."),
    ...Object.keys(stack.output ?? {}).map((name) => `output.${name}`),
  ].sort();
}
