/**
 * One DNS name, shop-front.trafficmanager.net, for a shop in three regions: each has a public address of its own, and Traffic
 * Manager answers with those that are healthy. The loss of a region is the loss of one answer. The name is `<namespace>-<name>`,
 * once in all of Azure: choose your own, by `name`.
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
  // In files here; with `{ storageAccountName }` where all who deploy find it.
  keepState(stack);
}
app.synth();
