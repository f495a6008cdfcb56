import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AksCluster, ClusterNetwork, type IClusterNetwork, PeeringMesh } from "../../lib";
import type { ClusterNetworkAttributes } from "../../lib/network/imported-network";
import { SUBNET_ID, VNET_ID } from "../existing";
import { findings, refusal, resources, type StackJson, synthStack } from "../synth";
import { network } from "./networks";
import { at, reference } from "./references";

type Given = Partial<ClusterNetworkAttributes>;

const NAMES = { virtualNetworkName: "vnet-old", subnetName: "nodes", resourceGroupName: "rg-old" };

function existing(scope: Construct, given: Given): IClusterNetwork {
  return ClusterNetwork.fromNetworkAttributes(scope, "Old", { key: "old", location: "westus3", ...given });
}

/** A cluster on an existing subnet. */
function clusterOn(given: Given): StackJson {
  return synthStack((scope) => void new AksCluster(scope, "Cluster", { network: existing(scope, given) }));
}

/** An existing network, peered with one that is made. */
function peered(given: Given): StackJson {
  return synthStack((scope) => {
    new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), existing(scope, given)] });
  });
}

function lookUp(stack: StackJson): string {
  const [id, ...more] = Object.keys(stack.data.azurerm_virtual_network ?? {});
  expect(more).toEqual([]);
  return `data.azurerm_virtual_network.${id}`;
}

test("by the subnet's id it knows all that the id says, and makes and looks up nothing", () => {
  let made: IClusterNetwork | undefined;
  const stack = synthStack((scope) => {
    made = existing(scope, { subnetId: SUBNET_ID });
    expect({
      subnetId: made.subnetId,
      virtualNetworkId: made.virtualNetworkId,
      virtualNetworkName: made.virtualNetworkName,
      resourceGroupName: made.resourceGroupName,
      location: made.location,
      key: made.key,
    }).toEqual({
      subnetId: SUBNET_ID,
      virtualNetworkId: VNET_ID,
      virtualNetworkName: "vnet-old",
      resourceGroupName: "rg-old",
      location: "westus3",
      key: "old",
    });
  });
  expect(stack.resource).toBeUndefined();
  expect(stack.data).toBeUndefined();
});

test("ids as Azure answers some of them become as azurerm takes them", () => {
  synthStack((scope) => {
    const odd = SUBNET_ID.replace("resourceGroups", "resourcegroups").replace(
      "virtualNetworks",
      "virtualnetworks",
    );
    expect(existing(scope, { subnetId: odd }).subnetId).toBe(SUBNET_ID);
  });
});

test("a cluster is made on its subnet, in its location and group, and is Network Contributor there", () => {
  const stack = clusterOn({ virtualNetworkId: VNET_ID, subnetName: "nodes" });
  expect(at(stack, "Cluster/Resource")).toMatchObject({
    location: "westus3",
    resource_group_name: "rg-old",
    default_node_pool: { vnet_subnet_id: SUBNET_ID },
  });
  expect(at(stack, "Cluster/SubnetRole/Resource").scope).toBe(SUBNET_ID);
});

test("a cluster can be in another existing group than its network", () => {
  const stack = synthStack((scope) => {
    new AksCluster(scope, "Cluster", {
      network: existing(scope, { subnetId: SUBNET_ID }),
      existingResourceGroupName: "rg-clusters",
    });
  });
  expect(at(stack, "Cluster/Resource").resource_group_name).toBe("rg-clusters");
  expect(at(stack, "Cluster/Identity").resource_group_name).toBe("rg-clusters");
});

test("by names its ids are looked up, once", () => {
  const stack = clusterOn(NAMES);
  const found = lookUp(stack);
  expect(Object.values(resources(stack, "azurerm_virtual_network", "data"))).toEqual([
    { name: "vnet-old", resource_group_name: "rg-old" },
  ]);
  expect(at(stack, "Cluster/SubnetRole/Resource").scope).toBe(`\${${found}.id}/subnets/nodes`);
});

test("it is peered in both directions, and renewed when its ranges change, which are looked up where not told", () => {
  const stack = peered({ subnetId: SUBNET_ID });
  const found = lookUp(stack);
  expect(at(stack, "Peerings/east-to-old")).toMatchObject({
    remote_virtual_network_id: VNET_ID,
    triggers: { remote_address_space: `\${join(",", ${found}.address_space)}` },
  });
  expect(at(stack, "Peerings/old-to-east")).toMatchObject({
    resource_group_name: "rg-old",
    virtual_network_name: "vnet-old",
    remote_virtual_network_id: reference(stack, "east/Network/VirtualNetwork"),
    triggers: { remote_address_space: "10.1.0.0/16" },
  });
});

test("ranges that are told are not looked up", () => {
  const stack = peered({ subnetId: SUBNET_ID, addressSpace: ["10.7.0.0/16", "10.8.0.0/16"] });
  expect(stack.data?.azurerm_virtual_network).toBeUndefined();
  expect(at(stack, "Peerings/east-to-old").triggers).toEqual({
    remote_address_space: "10.7.0.0/16,10.8.0.0/16",
  });
});

test("of another subscription, its provider looks it up and makes its side of the peering", () => {
  const stack = synthStack((scope) => {
    const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
    const old = existing(scope, { ...NAMES, provider });
    new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), old] });
  });
  expect(resources(stack, "azurerm_virtual_network", "data")["Old/Existing"]?.provider).toBe("azurerm.other");
  expect(at(stack, "Peerings/old-to-east").provider).toBe("azurerm.other");
  expect(at(stack, "Peerings/east-to-old")).not.toHaveProperty("provider");
});

test("an existing resource group is used, and none is made", () => {
  const stack = synthStack((scope) => {
    network(scope, "east", { existingResourceGroupName: "rg-old" });
  });
  expect(stack.resource.azurerm_resource_group).toBeUndefined();
  expect(at(stack, "east/Network/VirtualNetwork").resource_group_name).toBe("rg-old");
  expect(at(stack, "east/Network/Subnet").resource_group_name).toBe("rg-old");
  expect(at(stack, "east/Network/NetworkSecurityGroup").resource_group_name).toBe("rg-old");
});

describe("errors", () => {
  test.each([
    ["location", { location: undefined, subnetId: SUBNET_ID }],
    ["virtualNetworkName", { resourceGroupName: "rg-old" }],
    ["resourceGroupName", { virtualNetworkName: "vnet-old" }],
  ] as const)("%s that was not told is asked for when it is needed", (what, given) => {
    synthStack((scope) => {
      const old = existing(scope, given);
      expect(refusal(() => old[what])).toBe(
        `[stack/Old] the ${what} of this imported construct is needed but was not given: set it in fromNetworkAttributes.`,
      );
    });
  });

  test("without the subnet's name there is no subnet", () => {
    expect(refusal(() => clusterOn({ virtualNetworkId: VNET_ID }))).toMatch(/^\[stack\/Old\] .*/);
  });

  test("an id that is none of a subnet, or of a network", () => {
    expect(refusal(() => clusterOn({ subnetId: VNET_ID }))).toBe(
      `[stack/Old] subnetId: "${VNET_ID}" is not the id of a subnet, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>/subnets/<name>.`,
    );
    expect(refusal(() => clusterOn({ virtualNetworkId: "vnet-old" }))).toMatch(
      /virtualNetworkId: "vnet-old" is not the id of a virtual network, which/,
    );
  });

  test("the group that exists is not one that was made", () => {
    synthStack((scope) => {
      const made = network(scope, "east", { existingResourceGroupName: "rg-old" });
      expect(refusal(() => made.resourceGroup)).toMatch(
        /^\[stack\/east\/Network\] the resource group "rg-old" exists/,
      );
    });
  });
});

describe("checks", () => {
  const said = (given: Given, build: (scope: Construct, old: IClusterNetwork) => void = () => undefined) =>
    findings((scope) => build(scope, existing(scope, given)));

  test("ranges that are told are compared, others not", () => {
    const meshWith = (scope: Construct, old: IClusterNetwork) =>
      void new PeeringMesh(scope, "Peerings", { networks: [network(scope, "east"), old] });
    const variable = (scope: Construct) =>
      new TerraformVariable(scope, "space", { type: "string" }).stringValue;
    expect(said({ subnetId: SUBNET_ID, addressSpace: ["10.1.128.0/20"] }, meshWith)).toEqual([
      expect.stringMatching(
        /^stack\/Peerings: the networks of "east" \(10\.1\.0\.0\/16\) and "old" \(10\.1\.128\.0\/20\)/,
      ),
    ]);
    expect(said({ subnetId: SUBNET_ID }, meshWith)).toEqual([]);
    expect(
      findings((scope) =>
        meshWith(scope, existing(scope, { subnetId: SUBNET_ID, addressSpace: [variable(scope)] })),
      ),
    ).toEqual([]);
  });

  test("the subnet's size is judged where its range is told", () => {
    const clusterWith = (scope: Construct, old: IClusterNetwork) =>
      void new AksCluster(scope, "Cluster", { network: old });
    expect(said({ subnetId: SUBNET_ID, subnetPrefix: "10.7.0.0/26" }, clusterWith)).toEqual([
      expect.stringMatching(/^stack\/Cluster: the subnet 10\.7\.0\.0\/26 has 59 addresses/),
    ]);
    expect(said({ subnetId: SUBNET_ID }, clusterWith)).toEqual([]);
  });

  test("names, ranges and the location", () => {
    expect(
      said({
        location: "West US 3",
        virtualNetworkName: "-",
        subnetName: "-",
        resourceGroupName: "rg.",
        addressSpace: ["10.7.0.1/16"],
        subnetPrefix: "10.7.0.0/33",
      }).map((finding) => finding.split(":")[1]),
    ).toEqual([
      " location",
      " resourceGroupName",
      " virtualNetworkName",
      " subnetName",
      " addressSpace",
      " subnetPrefix",
    ]);
  });

  test("names that contradict an id", () => {
    expect(
      findings(
        (scope) =>
          void existing(scope, { subnetId: SUBNET_ID, subnetName: "pods", resourceGroupName: "RG-OLD" }),
      ),
    ).toEqual([
      'stack/Old: subnetName: "pods" contradicts the subnetId, which says "nodes"; give only one of the two, or correct one.',
    ]);
  });

  test("a group that exists and one that is to be made", () => {
    const props = { resourceGroupName: "rg-new", existingResourceGroupName: "rg-old" };
    expect(findings((scope) => void network(scope, "east", props))).toEqual([
      'stack/east/Network: existingResourceGroupName: "rg-old" is an existing group, but resourceGroupName, "rg-new", a new one; remove one of the two.',
    ]);
  });
});
