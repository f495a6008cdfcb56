import { App } from "cdktf";
import { MultiRegionFleet, PlacementPolicy } from "cdktf-aks-fleet";

/** Two regions, the objects of shop.yaml in both, and one address. */
export function build(app: App): App {
  const fleet = new MultiRegionFleet(app, "Shop", {
    fleetName: "shop",
    fleetLocation: "westeurope",
    members: {
      sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
      norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
    },
    // Everyone who deploys, people and pipelines (default: only whoever deploys first).
    // admins: [{ name: "platform", objectId: "<object id>", type: "Group" }],
    // Where to keep the state, for more than one person (default: local files).
    // stateStorageAccountName: "stshopstate",
  });

  const shop = fleet.hub.addNamespace("shop");
  shop.addWorkloads("Shop", { files: ["shop.yaml"] });
  shop.exportService("front");
  // Changes roll out one region at a time.
  fleet.hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all(), maxUnavailable: 1 });

  fleet.entry("sweden").addMultiClusterService("front", { namespace: shop });
  return app;
}

if (require.main === module) {
  build(new App()).synth();
}
