/**
 * Two clusters that run already become members of a new fleet, and a Service on both gets one address. Nothing of the
 * clusters or of their networks is changed, but that they join and are peered. Their pods have addresses of the network
 * (Azure CNI, no overlay), and whoever deploys is "Azure Kubernetes Service RBAC Cluster Admin" of both already.
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

/** A cluster by its id, with what the id can't tell: `az aks show` and `az network vnet show` do. */
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
  // In files here; with `{ storageAccountName }` where all who deploy find it.
  keepState(stack);
}
app.synth();
