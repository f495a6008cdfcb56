import type { App } from "cdktf";
import { HubStack, InfraStack, PlacementPolicy } from "../../lib";
import { addressOf, localExec } from "../access/fixtures";
import { dependenciesOf, service, yamlFile } from "../hub/fixtures";
import { readStack, resources, type StackJson, synthApp } from "../synth";

const { infra, hub } = synthApp(
  (app: App) => {
    const infra = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      members: {
        norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
        poland: { location: "polandcentral", addressSpace: ["10.12.0.0/16"] },
      },
      tags: { team: "a" },
    });
    const trafficManager = infra.addTrafficManagerAccess("TrafficManager", { tags: { cost: "b" } });
    const hub = new HubStack(app, "hub", { fleet: infra.fleet });
    const namespace = hub.addNamespace("shop");
    namespace.addWorkloads("Shop", {
      files: [yamlFile(`${service("web")}---\n${service("api")}`)],
    });
    namespace.exportService("api");
    const dns = { namespace, trafficManager, timeout: "45m" };
    const member = infra.member("norway");
    hub.addDnsLoadBalancer("web", dns);
    hub.addMultiClusterService("api", { namespace, internal: true, member });
    hub.addPlacement(namespace.name, { namespace, policy: PlacementPolicy.all() });
  },
  (outdir) => ({ infra: readStack(outdir, "infra"), hub: readStack(outdir, "hub") }),
);

/** Whether Terraform makes one after the other, and so deletes it before. */
function isMadeAfter(stack: StackJson, later: string, earlier: string): boolean {
  const direct = dependenciesOf(stack, later);
  return direct.includes(earlier) || direct.some((next) => isMadeAfter(stack, next, earlier));
}

test("the infra's stack makes the resource group, and the roles of the fleet's identity", () => {
  expect(resources(infra, "azurerm_resource_group")["TrafficManager/ResourceGroup"]).toEqual({
    name: "rg-shop-traffic-manager",
    location: "westeurope",
    tags: { team: "a", cost: "b" },
  });
  const roles = Object.keys(resources(infra, "azurerm_role_assignment"));
  expect(roles.filter((path) => path.startsWith("TrafficManager/")).sort()).toEqual([
    "TrafficManager/AddressesRole-norway/Resource",
    "TrafficManager/AddressesRole-poland/Resource",
    "TrafficManager/ProfilesRole/Resource",
  ]);
});

test("the hub's stack waits for the DNS name, and has it as an output", () => {
  expect(localExec(hub, "DnsWait-shop-web/Resource").command).toBe(
    "wait traffic-manager shop/web --cluster aks-norway --cluster aks-poland --timeout 45m",
  );
  expect(hub.output["shop-web-dns-name"]?.value).toBe(
    `\${try(${addressOf(hub, "Dns-shop-web/Profile/Status")}.objects[0].status.dnsName, null)}`,
  );
  expect(resources(hub, "kubernetes_resources", "data")["Dns-shop-web/Profile/Status"]?.depends_on).toContain(
    addressOf(hub, "DnsWait-shop-web/Resource"),
  );
});

test("the entry without a kubeconfig has no output of its own: the hub never learns its address", () => {
  const manifests = resources(hub, "kubernetes_manifest");
  expect(manifests["MultiClusterService-shop-api/Resource"]).toMatchObject({
    manifest: { kind: "MultiClusterService", metadata: { name: "api", namespace: "shop" } },
  });
  expect(Object.keys(hub.output).sort()).toEqual(["aks_fleet", "shop-web-dns-name"]);
  // The command asks the member.
  expect(hub.output.aks_fleet?.value).toMatchObject({
    services: [{ namespace: "shop", name: "api", service: "api" }],
  });
});

const BACKEND = "Dns-shop-web/Backend/Resource";
const PROFILE = "Dns-shop-web/Profile/Resource";
const PLACEMENT = "Placement-shop/Resource";
const EXPORT = "Dns-shop-web/Export/Resource";
const DRAIN = "Drain-shop/Resource";

test.each([
  ["the backend before the profile", BACKEND, PROFILE],
  ["the profile before the placement: nobody is sent to what is being emptied", PROFILE, PLACEMENT],
  ["the profile before the export", PROFILE, EXPORT],
  ["the placement before the export", PLACEMENT, EXPORT],
  ["the export before the drain", EXPORT, DRAIN],
  ["the profile before the drain", PROFILE, DRAIN],
  ["the placement before the placed MultiClusterService", PLACEMENT, "MultiClusterService-shop-api/Resource"],
  ["the placed MultiClusterService before the drain", "MultiClusterService-shop-api/Resource", DRAIN],
])("is destroyed in order: %s", (_title, first, then) => {
  expect(isMadeAfter(hub, first, then)).toBe(true);
});
