/**
 * One DNS name, shop-front.trafficmanager.net, for a shop in three regions: each has its own public address, and Traffic
 * Manager resolves the name to the healthy ones. Losing a region only removes its address. The name defaults to
 * `<namespace>-<name>` and must be unique in all of Azure: choose your own with `name`.
 */
import { App } from "cdktf";
import { HubStack, InfraStack, keepState, PlacementPolicy } from "cdktf-aks-fleet";

const app = new App();

const infra = new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
    norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
    poland: { location: "polandcentral", addressSpace: ["10.12.0.0/16"] },
  },
});
const trafficManager = infra.addTrafficManagerAccess("TrafficManager");

const hub = new HubStack(app, "hub", { fleet: infra.fleet });
const shop = hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });
hub.addDnsLoadBalancer("front", { namespace: shop, trafficManager, monitorPath: "/" });

for (const stack of [infra, hub]) {
  // In local files; set `{ storageAccountName }` to share it.
  keepState(stack);
}
app.synth();
