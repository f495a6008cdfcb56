/**
 * One private address, in Sweden's network, that balances connections across three regions. It can be reached from the three
 * networks, and from others peered with Sweden's, but not from the internet. The address is lost if Sweden is: dns-name.ts
 * survives the loss of a region.
 */
import { App } from "cdktf";
import { HubStack, InfraStack, keepState, MemberStack, PlacementPolicy } from "cdktf-aks-fleet";

const app = new App();
const zones = ["1", "2", "3"];

const infra = new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"], zones },
    norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"], zones },
    poland: { location: "polandcentral", addressSpace: ["10.12.0.0/16"], zones },
  },
});

const hub = new HubStack(app, "hub", { fleet: infra.fleet });
const shop = hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
shop.exportService("front");
hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });

const entry = new MemberStack(app, "member-sweden", { hub, member: infra.member("sweden") });
entry.addMultiClusterService("front", { namespace: shop, internal: true });

for (const stack of [infra, hub, entry]) {
  // In local files; set `{ storageAccountName }` to share it.
  keepState(stack);
}
app.synth();
