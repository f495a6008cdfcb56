import { App } from "cdktf";
import { context } from "./cdktf.json";
import { MultiRegionFleet, Password, PlacementPolicy } from "./lib";
import { readSettings } from "./settings";

/** Two AKS clusters in two regions, a fleet over them, the AKS store on both, and one address for it. */
export function build(app: App): App {
  const { entry, entries, globalDnsName, namespace, ...settings } = readSettings(app, {
    fleetName: "gbb-fleet",
    fleetLocation: "westus",
    members: {
      east: {
        location: "eastus2",
        addressSpace: ["10.1.0.0/16"],
        subnetPrefix: "10.1.0.0/24",
        resourceGroupName: "rg-aks-eastus2",
        clusterName: "aks-eastus2",
      },
      west: {
        location: "westus2",
        addressSpace: ["10.2.0.0/16"],
        subnetPrefix: "10.2.0.0/24",
        resourceGroupName: "rg-aks-westus2",
        clusterName: "aks-westus2",
      },
    },
    namespace: "aks-store-demo",
    entry: "east",
  });
  const shop = new MultiRegionFleet(app, "Shop", settings);
  const { hub } = shop;

  const store = hub.addNamespace(namespace);
  const password = new Password(hub, "QueuePassword").value;
  store.addSecret("rabbitmq-secrets", {
    data: { RABBITMQ_DEFAULT_USER: "store", RABBITMQ_DEFAULT_PASS: password },
  });
  store.addSecret("order-service-secrets", {
    data: { ORDER_QUEUE_USERNAME: "store", ORDER_QUEUE_PASSWORD: password },
  });
  store.addWorkloads("Store", { files: ["aks-store-demo.yaml"] });
  store.exportService("store-front");
  const locations = shop.infra.fleet.members.map(({ cluster }) => cluster.location);
  const policy = PlacementPolicy.inLocations(...new Set(locations));
  // One region at a time. If a region is lost, changes stop until it is set outOfService.
  hub.addPlacement(namespace, { namespace: store, policy, maxUnavailable: "25%" });

  const dnsName = globalDnsName === undefined ? undefined : shop.infra.addGlobalDnsName(globalDnsName);
  if (entries === undefined) {
    // The entry can move to another member later; the address changes then.
    shop.entry(entry).addMultiClusterService("store-front", { namespace: store, dnsName });
  } else {
    shop.addEntries("store-front", { namespace: store, entries, dnsName });
  }
  return app;
}

if (require.main === module) {
  build(new App({ context })).synth();
}
