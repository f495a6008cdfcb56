/**
 * A shop that survives the loss of a region: an address in each of two, and one DNS name that resolves to the healthy ones.
 * Each address balances connections across the pods of both regions.
 */
import { App } from "cdktf";
import { MultiRegionFleet, PlacementPolicy } from "cdktf-aks-fleet";

const app = new App();
const shop = new MultiRegionFleet(app, "Shop", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
    norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
  },
});

const store = shop.hub.addNamespace("shop");
store.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
// One region at a time. While one is lost, this blocks all changes until it is set to outOfService.
shop.hub.addPlacement("shop", {
  namespace: store,
  policy: PlacementPolicy.all(),
  maxUnavailable: "25%",
});

// Unique in all of Azure.
const dnsName = shop.infra.addGlobalDnsName("shop-front-example");
shop.addEntries("front", { namespace: store, entries: ["sweden", "norway"], dnsName });
app.synth();
