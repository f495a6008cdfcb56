import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack } from "cdktf";
import { AksCluster, ClusterNetwork, FleetMember, InfraStack } from "../../lib";
import { CLUSTER_ID, VNET_ID } from "../existing";
import { synthApp } from "../synth";
import { checkSynthesized, describeConformance } from ".";

describeConformance("a whole app with a private hub", () => {
  test("on a network of another stack, with private members, is what the real providers accept", () => {
    const found = synthApp((app) => {
      const networks = new TerraformStack(app, "networks");
      new AzurermProvider(networks, "azurerm", { features: [{}] });
      const hubNetwork = new ClusterNetwork(networks, "Hub", {
        key: "hub",
        location: "westeurope",
        addressSpace: ["10.9.0.0/16"],
      });
      const infra = new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        privateHub: true,
        insideNetwork: true,
        hubNetwork,
        apiServerSubnetId: `${VNET_ID}/subnets/api`,
        hubIdentityName: "id-hub",
        fleetRpObjectId: "55555555-5555-5555-5555-555555555555",
        hubVmSize: "Standard_D4s_v5",
        hubDnsPrefix: "shop-hub",
        existingFleetResourceGroupName: "rg-shop",
        members: {
          sweden: {
            location: "swedencentral",
            addressSpace: ["10.10.0.0/16"],
            privateCluster: true,
            group: "canary",
          },
        },
      });
      const updateStrategy = infra.fleet.addUpdateStrategy("canary-first", {
        stages: [{ name: "canary", groups: ["canary"] }],
      });
      infra.fleet.addAutoUpgradeProfile("stable", { channel: "Stable", updateStrategy });
      infra.addTrafficManagerAccess("TrafficManager");
      const provider = new AzurermProvider(infra, "other", {
        features: [{}],
        alias: "other",
        subscriptionId: "66666666-6666-6666-6666-666666666666",
      });
      const network = ClusterNetwork.fromNetworkAttributes(infra, "OldNetwork", {
        key: "old",
        location: "westeurope",
        subnetId: `${VNET_ID}/subnets/nodes`,
        addressSpace: ["10.7.0.0/16"],
        provider,
      });
      for (const cluster of [
        new AksCluster(infra, "New", { network, clusterName: "aks-new" }),
        AksCluster.fromClusterId(infra, "Old", CLUSTER_ID, { provider }),
      ]) {
        new FleetMember(infra, `Member-${cluster.node.id}`, {
          fleet: infra.fleet,
          key: cluster.node.id,
          cluster,
        });
      }
    }, checkSynthesized);
    expect(found).toEqual([]);
  });
});
