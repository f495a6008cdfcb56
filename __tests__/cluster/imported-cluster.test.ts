import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AksCluster, ClusterNetwork, Fleet, type IAksCluster } from "../../lib";
import { CLUSTER_ID, SUBNET_ID, SUBSCRIPTION } from "../existing";
import { at } from "../network/references";
import { findings, refusal, resources, type StackJson, synthStack } from "../synth";

const NAMES = { clusterName: "aks-old", resourceGroupName: "rg-old" };

/** A fleet with a cluster that exists as its member. */
function joined(cluster: (scope: Construct) => IAksCluster): StackJson {
  return synthStack((scope) => {
    new Fleet(scope, "Fleet", { fleetName: "fleet", location: "westus" }).addMember("old", {
      cluster: cluster(scope),
    });
  });
}

/** The id of the cluster that joins. */
function joinedId(stack: StackJson): unknown {
  return (at(stack, "Fleet/old/Resource").body as { properties: { clusterResourceId: string } }).properties
    .clusterResourceId;
}

test("by id it joins a fleet, and nothing is looked up", () => {
  const stack = joined((scope) => AksCluster.fromClusterId(scope, "Old", CLUSTER_ID));
  expect(at(stack, "Fleet/old/Resource").name).toBe("aks-old");
  expect(joinedId(stack)).toBe(CLUSTER_ID);
  expect(stack.data.azurerm_kubernetes_cluster).toBeUndefined();
  expect(stack.resource.azurerm_kubernetes_cluster).toBeUndefined();
});

test("the id that `az aks show` prints becomes one that azurerm takes", () => {
  const printed = CLUSTER_ID.replace("resourceGroups", "resourcegroups");
  const stack = joined((scope) => AksCluster.fromClusterId(scope, "Old", printed));
  expect(joinedId(stack)).toBe(CLUSTER_ID);
});

test("by name and group its id is looked up, once, by the provider of its subscription", () => {
  const stack = joined((scope) => {
    const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
    const old = AksCluster.fromClusterAttributes(scope, "Old", { ...NAMES, location: "westus3", provider });
    expect([old.clusterId, old.clusterId]).toHaveLength(2);
    return old;
  });
  expect(resources(stack, "azurerm_kubernetes_cluster", "data")).toEqual({
    "Old/Existing": { name: "aks-old", resource_group_name: "rg-old", provider: "azurerm.other" },
  });
  const [id] = Object.keys(stack.data.azurerm_kubernetes_cluster ?? {});
  expect(joinedId(stack)).toBe(`\${data.azurerm_kubernetes_cluster.${id}.id}`);
});

test("what is told is what it has", () => {
  synthStack((scope) => {
    const network = ClusterNetwork.fromNetworkAttributes(scope, "Network", {
      key: "old",
      subnetId: SUBNET_ID,
    });
    const old = AksCluster.fromClusterId(scope, "Old", CLUSTER_ID, {
      location: "westus3",
      network,
      serviceCidr: "172.20.0.0/16",
    });
    expect(old).toMatchObject({
      ...NAMES,
      clusterId: CLUSTER_ID,
      location: "westus3",
      serviceCidr: "172.20.0.0/16",
      subscriptionId: SUBSCRIPTION,
      dependables: [],
    });
    expect(old.network).toBe(network);
  });
});

test("location and network that were not told are asked for when they are needed", () => {
  synthStack((scope) => {
    const old = AksCluster.fromClusterId(scope, "Old", CLUSTER_ID);
    expect(refusal(() => old.location)).toBe(
      "[stack/Old] the location of this imported construct is needed but was not given: set it where the cluster is imported.",
    );
    expect(refusal(() => old.network)).toMatch(/is needed but was not given: /);
  });
});

test.each([SUBNET_ID, "aks-old", `${CLUSTER_ID}/agentPools/system`, ""])(
  "%j is not the id of a cluster",
  (id) => {
    synthStack((scope) => {
      expect(refusal(() => AksCluster.fromClusterId(scope, "Old", id))).toBe(
        `[stack] Old.clusterId: "${id}" is not the id of an AKS cluster, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.ContainerService/managedClusters/<name>.`,
      );
    });
  },
);

test("an id that only Terraform knows says neither name nor group", () => {
  synthStack((scope) => {
    const id = new TerraformVariable(scope, "id", { type: "string" }).stringValue;
    expect(refusal(() => AksCluster.fromClusterId(scope, "Old", id))).toMatch(/use fromClusterAttributes/);
    const named = AksCluster.fromClusterAttributes(scope, "Named", { ...NAMES, clusterId: id });
    expect(named.clusterId).toBe(id);
  });
});

test("names, location and ranges are checked", () => {
  const said = findings((scope) => {
    AksCluster.fromClusterAttributes(scope, "Old", {
      clusterName: "-",
      resourceGroupName: "rg.",
      location: "West US",
      clusterId: CLUSTER_ID,
      serviceCidr: "10.7.3.0/16",
    });
  });
  expect(said.map((finding) => finding.split(":")[1])).toEqual([
    " clusterName",
    " resourceGroupName",
    " location",
    " serviceCidr",
    " clusterName",
  ]);
});

test("its Services can't meet its network, where both are told", () => {
  const said = (addressSpace?: string[]) =>
    findings((scope) => {
      const network = ClusterNetwork.fromNetworkAttributes(scope, "Network", {
        key: "old",
        subnetId: SUBNET_ID,
        addressSpace,
      });
      AksCluster.fromClusterId(scope, "Old", CLUSTER_ID, { network, serviceCidr: "10.7.0.0/24" });
    });
  expect(said(["10.7.0.0/16"])).toEqual([expect.stringMatching(/^stack\/Old: serviceCidr: 10\.7\.0\.0\/24/)]);
  expect(said()).toEqual([]);
});
