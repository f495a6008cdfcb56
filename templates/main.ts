import { App } from "cdktf";
import { MultiRegionFleet, PlacementPolicy } from "cdktf-aks-fleet";

/** Two regions, what shop.yaml says on both, and one address for it. */
export function build(app: App): App {
  const fleet = new MultiRegionFleet(app, "Shop", {
    fleetName: "shop",
    fleetLocation: "westeurope",
    members: {
      sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
      norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
    },
    // Everyone who deploys, people and pipelines: whoever deploys first, if nobody is named.
    // admins: [{ name: "platform", objectId: "<object id>", type: "Group" }],
    // Where the state is, for more than one person: files here, if it is not given.
    // stateStorageAccountName: "stshopstate",
  });

  const shop = fleet.hub.addNamespace("shop");
  shop.addWorkloads("Shop", { files: ["shop.yaml"] });
  shop.exportService("front");
  // One region after the other gets a change.
  fleet.hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all(), maxUnavailable: 1 });

  fleet.entry("sweden").addMultiClusterService("front", { namespace: shop });
  return app;
}

if (require.main === module) {
  build(new App()).synth();
}
