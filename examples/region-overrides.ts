/**
 * A shop that differs by region: twice the replicas in Sweden, the member's name in each page title, and no Deployment in
 * Poland.
 */
import { App } from "cdktf";
import {
  HubStack,
  InfraStack,
  keepState,
  MEMBER_CLUSTER_NAME,
  PlacementPolicy,
  ResourceOverride,
} from "cdktf-aks-fleet";

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

const hub = new HubStack(app, "hub", { fleet: infra.fleet });
const shop = hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
const placement = hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });

const inLocation = (...values: string[]) => ({
  matchExpressions: [{ key: "fleet.azure.com/location", operator: "In" as const, values }],
});

new ResourceOverride(hub, "Front", {
  namespace: shop,
  name: "front-by-region",
  placement,
  resourceSelectors: [{ group: "apps", kind: "Deployment", name: "front" }],
  overrideRules: [
    {
      jsonPatchOverrides: [
        // The fleet substitutes the member's name.
        {
          op: "replace",
          path: "/spec/template/spec/containers/0/env/0/value",
          value: `Shop on ${MEMBER_CLUSTER_NAME}`,
        },
      ],
    },
    {
      clusterSelectorTerms: [inLocation("swedencentral")],
      jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 4 }],
    },
    { clusterSelectorTerms: [inLocation("polandcentral")], overrideType: "Delete" },
  ],
});

for (const stack of [infra, hub]) {
  // In local files; set `{ storageAccountName }` to share it.
  keepState(stack);
}
app.synth();
