/**
 * Every change of the shop reaches the canary first, rests there for an hour, and goes on to the others once somebody has
 * approved: `kubectl get clusterapprovalrequests` on the hub shows what waits for that.
 *
 * The next change takes two deployments: one of the change, after which the hub takes up to a minute to notice, and one that
 * gives the run another name.
 */
import { App } from "cdktf";
import {
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  HubStack,
  InfraStack,
  keepState,
  PlacementPolicy,
} from "cdktf-aks-fleet";

const app = new App();

const infra = new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    canary: { location: "swedencentral", addressSpace: ["10.10.0.0/16"], labels: { ring: "canary" } },
    sweden: { location: "swedencentral", addressSpace: ["10.11.0.0/16"], labels: { ring: "production" } },
    norway: { location: "norwayeast", addressSpace: ["10.12.0.0/16"], labels: { ring: "production" } },
  },
});

const hub = new HubStack(app, "hub", { fleet: infra.fleet });
const shop = hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });

// External: the placement chooses the members, and brings them nothing by itself.
const placement = hub.addPlacement("shop", {
  namespace: shop,
  policy: PlacementPolicy.all(),
  rolloutType: "External",
});

const strategy = new ClusterStagedUpdateStrategy(hub, "Strategy", {
  name: "canary-first",
  stages: [
    {
      name: "canary",
      labelSelector: { matchLabels: { ring: "canary" } },
      afterStageTasks: [{ type: "TimedWait", waitTime: "1h" }, { type: "Approval" }],
    },
    {
      name: "production",
      labelSelector: { matchLabels: { ring: "production" } },
      maxConcurrency: "50%",
    },
  ],
});

new ClusterStagedUpdateRun(hub, "Run", { name: "shop-1", placement, strategy, state: "Run" });

for (const stack of [infra, hub]) {
  // In files here; with `{ storageAccountName }` where all who deploy find it.
  keepState(stack);
}
app.synth();
