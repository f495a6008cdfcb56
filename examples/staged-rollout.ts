/**
 * Every change to the shop reaches the canary first, soaks there for an hour, and continues to the others once approved:
 * `kubectl get clusterapprovalrequests` on the hub lists pending approvals.
 *
 * The next change takes two deployments: one with the change, which the hub takes up to a minute to notice, and one that
 * renames the run.
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

// External: the placement chooses the members, but rolls out nothing by itself.
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
  // In local files; set `{ storageAccountName }` to share it.
  keepState(stack);
}
app.synth();
