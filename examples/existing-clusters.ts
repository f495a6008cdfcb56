/**
 * Two existing clusters become members of a new fleet, and a Service on both gets one address. The clusters join and their
 * networks are peered; nothing else about them changes. Their pods have addresses in the network (Azure CNI, no overlay), and
 * the deploying identity already is "Azure Kubernetes Service RBAC Cluster Admin" of both.
 */
import { App } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  HubStack,
  InfraStack,
  keepState,
  MemberStack,
  PlacementPolicy,
} from "cdktf-aks-fleet";

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";

const app = new App();

/** A cluster by its id, plus what the id doesn't include: get it from `az aks show` and `az network vnet show`. */
function existing(key: string, addressSpace: string) {
  const group = `${SUBSCRIPTION}/resourceGroups/rg-${key}/providers`;
  return AksCluster.fromClusterId(
    app,
    key,
    `${group}/Microsoft.ContainerService/managedClusters/aks-${key}`,
    {
      serviceCidr: "172.16.0.0/16",
      network: ClusterNetwork.fromNetworkAttributes(app, `${key}-network`, {
        key,
        subnetId: `${group}/Microsoft.Network/virtualNetworks/vnet-${key}/subnets/nodes`,
        addressSpace: [addressSpace],
      }),
    },
  );
}

const infra = new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { cluster: existing("sweden", "10.10.0.0/16") },
    norway: { cluster: existing("norway", "10.11.0.0/16") },
  },
});

const hub = new HubStack(app, "hub", { fleet: infra.fleet });
const shop = hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
shop.exportService("front");
hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });

const entry = new MemberStack(app, "member-sweden", { hub, member: infra.member("sweden") });
entry.addMultiClusterService("front", { namespace: shop });

for (const stack of [infra, hub, entry]) {
  // In local files; set `{ storageAccountName }` to share it.
  keepState(stack);
}
app.synth();
