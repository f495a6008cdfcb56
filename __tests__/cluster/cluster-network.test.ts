import { Fn, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AksCluster, type AksClusterProps, ClusterNetwork, type ClusterNetworkProps } from "../../lib";
import type { ClusterNetworkAttributes } from "../../lib/network/imported-network";
import { SUBNET_ID, VNET_ID } from "../existing";
import { address, at, reference } from "../network/references";
import { findings, type StackJson, synthStack } from "../synth";
import { cluster } from "./clusters";

const ROUTE_TABLE_ID = VNET_ID.replace("virtualNetworks/vnet-old", "routeTables/to-firewall");
const POD_SUBNET_ID = `${VNET_ID}/subnets/pods`;

/** What the checks say of a cluster in the east, without its path. */
function said(props: Partial<AksClusterProps>, networkProps: Partial<ClusterNetworkProps> = {}): string[] {
  return findings((scope) => void cluster(scope, "east", props, networkProps)).map((finding) =>
    finding.replace(/^stack\/east\/Cluster: /, ""),
  );
}

function east(props: Partial<AksClusterProps>, networkProps: Partial<ClusterNetworkProps> = {}): StackJson {
  return synthStack((scope) => void cluster(scope, "east", props, networkProps));
}

/** A new cluster on a network that exists. */
function onExisting(
  scope: Construct,
  attributes: Partial<ClusterNetworkAttributes>,
  props: Partial<AksClusterProps> = {},
): AksCluster {
  const network = ClusterNetwork.fromNetworkAttributes(scope, "Old", {
    key: "old",
    location: "westus3",
    subnetId: SUBNET_ID,
    ...attributes,
  });
  return new AksCluster(scope, "Cluster", { ...props, network });
}

describe("pods on a subnet of their own", () => {
  const stack = east({}, { podSubnetPrefix: "10.1.16.0/20" });

  test("the cluster puts pods there, and nodes where they were", () => {
    expect(at(stack, "east/Cluster/Resource").default_node_pool).toMatchObject({
      vnet_subnet_id: reference(stack, "east/Network/Subnet"),
      pod_subnet_id: reference(stack, "east/Network/PodSubnet"),
    });
  });

  test("it is Network Contributor on both before it is made", () => {
    expect(at(stack, "east/Cluster/PodSubnetRole/Resource")).toMatchObject({
      scope: reference(stack, "east/Network/PodSubnet"),
      principal_id: reference(stack, "east/Cluster/Identity", "principal_id"),
    });
    expect(at(stack, "east/Cluster/Resource").depends_on).toEqual([
      address(stack, "east/Cluster/SubnetRole/Resource"),
      address(stack, "east/Cluster/PodSubnetRole/Resource"),
      address(stack, "east/Network/NetworkSecurityGroupAssociation"),
      address(stack, "east/Network/PodNetworkSecurityGroupAssociation"),
      address(stack, "east/Network/AllowInternetInbound"),
    ]);
  });

  test("of a network that exists as well", () => {
    const existing = synthStack((scope) => void onExisting(scope, { podSubnetId: POD_SUBNET_ID }));
    expect(at(existing, "Cluster/Resource").default_node_pool).toMatchObject({
      vnet_subnet_id: SUBNET_ID,
      pod_subnet_id: POD_SUBNET_ID,
    });
    expect(at(existing, "Cluster/PodSubnetRole/Resource").scope).toBe(POD_SUBNET_ID);
  });
});

describe("addresses of nodes and of pods on their own subnets", () => {
  // 48 addresses for each node of 30 pods: two batches of 16 leave 2 free, fewer than 8, so that it gets a third.
  test("pods: the largest count that fits, and one more", () => {
    const pods = { podSubnetPrefix: "10.1.4.0/24" };
    expect(said({ nodeCount: 4 }, pods)).toEqual([]);
    expect(said({ nodeCount: 5 }, pods)).toEqual([
      "the pod subnet 10.1.4.0/24 has 251 addresses (Azure reserves 5), but 5 nodes, 1 more during upgrades, need (5 + 1) × 48 = 288: a node with 30 pods holds 48 addresses, as it gets 16 at a time, and more once fewer than 8 are free; the largest node count that fits is 4. Use a larger podSubnetPrefix, fewer nodes or a smaller maxPods.",
    ]);
  });

  test.each([
    [10, 32],
    [24, 32],
    [25, 48],
    [40, 48],
    [41, 64],
    [110, 128],
    [250, 272],
  ])("a node of %d pods holds %d", (maxPods, holds) => {
    const found = said({ nodeCount: 1, maxPods }, { podSubnetPrefix: "10.1.4.0/28" });
    expect(found).toEqual([expect.stringContaining(`(1 + 1) × ${holds} = ${2 * holds}`)]);
    expect(found).toEqual([expect.stringContaining("; not even one node fits.")]);
  });

  test("nodes: the largest count that fits, and one more", () => {
    const given = { subnetPrefix: "10.1.0.0/28", podSubnetPrefix: "10.1.16.0/20" };
    expect(said({ nodeCount: 10 }, given)).toEqual([]);
    expect(said({ nodeCount: 11 }, given)).toEqual([
      "the subnet 10.1.0.0/28 has 11 addresses (Azure reserves 5), but 11 nodes, 2 more during upgrades, need 11 + 2 = 13; the largest node count that fits is 10. Use a larger subnetPrefix or fewer nodes.",
    ]);
  });

  test("both are said at once", () => {
    const given = { subnetPrefix: "10.1.0.0/28", podSubnetPrefix: "10.1.4.0/24" };
    expect(said({ nodeCount: 20 }, given)).toEqual([
      expect.stringMatching(/^the subnet 10\.1\.0\.0\/28 has 11 addresses/),
      expect.stringMatching(/subnet 10\.1\.4\.0\/24 has 251 addresses/),
    ]);
  });

  test("the seed's /24 then has room for 228 nodes", () => {
    const given = { podSubnetPrefix: "10.1.128.0/17" };
    expect(said({ nodeCount: 228 }, given)).toEqual([]);
    expect(said({ nodeCount: 229 }, given)).toEqual([
      expect.stringContaining("229 + 23 = 252; the largest node count that fits is 228."),
    ]);
  });

  test("pods on another subnet than the network's are not judged by its range", () => {
    const config = { defaultNodePool: { podSubnetId: POD_SUBNET_ID } };
    expect(said({ nodeCount: 100, config }, { podSubnetPrefix: "10.1.4.0/24" })).toEqual([]);
  });

  test("of a network that exists, what is told is judged", () => {
    const of = (attributes: Partial<ClusterNetworkAttributes>) =>
      findings((scope) => void onExisting(scope, { podSubnetId: POD_SUBNET_ID, ...attributes }));
    expect(of({})).toEqual([]);
    expect(of({ podSubnetPrefix: "10.7.0.0/26" })).toEqual([
      expect.stringMatching(/subnet 10\.7\.0\.0\/26 has 59 addresses/),
    ]);
  });
});

describe("the way out", () => {
  test.each([
    ["userAssignedNATGateway", { natGateway: true }],
    ["userDefinedRouting", { routeTableId: ROUTE_TABLE_ID }],
  ])("the cluster is told of %s", (outboundType, given) => {
    expect(at(east({}, given), "east/Cluster/Resource").network_profile).toMatchObject({
      outbound_type: outboundType,
    });
  });

  test("by default it is told nothing", () => {
    expect(at(east({}), "east/Cluster/Resource").network_profile).not.toHaveProperty("outbound_type");
  });

  test("of a network that exists, what is told", () => {
    const stack = synthStack((scope) => void onExisting(scope, { outboundType: "userDefinedRouting" }));
    expect(at(stack, "Cluster/Resource").network_profile).toMatchObject({
      outbound_type: "userDefinedRouting",
    });
  });

  test("a config that contradicts the network is refused", () => {
    const networkProfile = { networkPlugin: "azure", outboundType: "loadBalancer" };
    expect(said({ config: { networkProfile } }, { natGateway: true })).toEqual([
      'config.networkProfile.outboundType: "loadBalancer" is not the egress of the network "east", which is userAssignedNATGateway; leave it unset.',
    ]);
    expect(said({ config: { networkProfile: { outboundType: undefined } } }, { natGateway: true })).toEqual([
      'config.networkProfile.outboundType: is set to undefined, but egress of the network "east" is by userAssignedNATGateway; leave it unset.',
    ]);
  });
});

describe("authorizedIpRanges", () => {
  const ranges = (stack: StackJson, path = "east/Cluster/Resource") =>
    (at(stack, path).api_server_access_profile as { authorized_ip_ranges: unknown } | undefined)
      ?.authorized_ip_ranges;

  test("are who the API server lets in, addresses written as Azure answers them", () => {
    expect(ranges(east({ authorizedIpRanges: ["203.0.113.0/24", "198.51.100.7"] }))).toEqual([
      "203.0.113.0/24",
      "198.51.100.7/32",
    ]);
    expect(ranges(east({}))).toBeUndefined();
  });

  test("with a NAT gateway, nodes come from its address, which AKS doesn't know", () => {
    const stack = east({ authorizedIpRanges: ["203.0.113.0/24"] }, { natGateway: true });
    const ip = address(stack, "east/Network/NatGatewayIp");
    expect(ranges(stack)).toEqual(["203.0.113.0/24", `\${${ip}.ip_address}/32`]);
  });

  test("also where they are said in the config, or are a list that only Terraform knows", () => {
    const config = { apiServerAccessProfile: { authorizedIpRanges: ["203.0.113.0/24"] } };
    const stack = east({ config }, { natGateway: true });
    const ip = `\${${address(stack, "east/Network/NatGatewayIp")}.ip_address}/32`;
    expect(ranges(stack)).toEqual(["203.0.113.0/24", ip]);
    const unknown = synthStack((scope) => {
      const offices = new TerraformVariable(scope, "offices", { type: "list(string)" });
      cluster(scope, "east", { authorizedIpRanges: offices.listValue }, { natGateway: true });
    });
    expect(ranges(unknown)).toBe(`\${concat(var.offices, ["${ip}"])}`);
    const plain = synthStack((scope) => {
      const offices = new TerraformVariable(scope, "offices", { type: "list(string)" });
      cluster(scope, "east", { authorizedIpRanges: offices.listValue });
    });
    expect(ranges(plain)).toBe("${var.offices}");
  });

  test("of a network that exists, the addresses that are told are let in, once", () => {
    const stack = synthStack((scope) => {
      onExisting(
        scope,
        { outboundType: "userDefinedRouting", outboundAddresses: ["198.51.100.7", "198.51.100.8"] },
        { authorizedIpRanges: ["198.51.100.7"] },
      );
    });
    expect(ranges(stack, "Cluster/Resource")).toEqual(["198.51.100.7/32", "198.51.100.8/32"]);
  });

  test("an open API server stays open with a NAT gateway", () => {
    expect(ranges(east({}, { natGateway: true }))).toBeUndefined();
  });

  test("nobody but the load balancer", () => {
    expect(said({ authorizedIpRanges: ["0.0.0.0/32"] })).toEqual([]);
  });

  const PUBLIC = (text: string, kept: string) =>
    `authorizedIpRanges: ${text} overlaps ${kept}, which has no public addresses: the API server sees the public egress address of a connection; list that address.`;

  test.each<[string, string[], string]>([
    [
      "no address",
      ["office"],
      'authorizedIpRanges: "office" is neither an IPv4 address nor an IPv4 range; write e.g. "203.0.113.10" or "203.0.113.0/24".',
    ],
    [
      "IPv6",
      ["2001:db8::/48"],
      'authorizedIpRanges: "2001:db8::/48" is neither an IPv4 address nor an IPv4 range; write e.g. "203.0.113.10" or "203.0.113.0/24".',
    ],
    [
      "not from its first address",
      ["203.0.113.7/29"],
      'authorizedIpRanges: "203.0.113.7/29" does not start at the first address of its range; write "203.0.113.0/29".',
    ],
    ["a private range", ["10.0.0.0/8"], PUBLIC("10.0.0.0/8", "10.0.0.0/8")],
    ["a private address", ["192.168.7.7"], PUBLIC("192.168.7.7", "192.168.0.0/16")],
    ["the provider's side of a NAT", ["100.64.1.0/24"], PUBLIC("100.64.1.0/24", "100.64.0.0/10")],
    ["everybody", ["0.0.0.0/0"], PUBLIC("0.0.0.0/0", "0.0.0.0/8")],
    [
      "one twice",
      ["198.51.100.7", "203.0.113.0/24", "198.51.100.7/32"],
      'authorizedIpRanges: "198.51.100.7/32" is listed twice; remove one.',
    ],
    [
      "none",
      [],
      'authorizedIpRanges: is empty, which to Azure means open to everyone; leave it out for that, or list addresses (["0.0.0.0/32"] allows only the cluster\'s load balancer).',
    ],
    [
      "nobody, and somebody",
      ["0.0.0.0/32", "198.51.100.7"],
      'authorizedIpRanges: "0.0.0.0/32" allows only the cluster\'s load balancer, and Azure refuses it together with others; remove it, or use it alone on a network without a NAT gateway.',
    ],
    [
      "more than Azure takes",
      Array.from({ length: 201 }, (_, index) => `198.51.${index}.7`),
      "authorizedIpRanges: has 201 ranges, but Azure allows at most 200; combine adjacent ranges.",
    ],
  ])("%s", (_, authorizedIpRanges, finding) => {
    expect(said({ authorizedIpRanges })).toEqual([finding]);
  });

  test("those of the config are judged as well", () => {
    const config = { apiServerAccessProfile: { authorizedIpRanges: ["10.0.0.7"] } };
    expect(said({ config })).toEqual([PUBLIC("10.0.0.7", "10.0.0.0/8")]);
  });

  test("nobody but the load balancer, where nodes don't leave by it", () => {
    expect(said({ authorizedIpRanges: ["0.0.0.0/32"] }, { natGateway: true })).toEqual([
      "authorizedIpRanges: \"0.0.0.0/32\" allows only the cluster's load balancer, and Azure refuses it together with others, here the network's egress address; remove it, or use it alone on a network without a NAT gateway.",
    ]);
  });

  test("a private cluster", () => {
    const config = { privateClusterEnabled: true };
    expect(said({ authorizedIpRanges: ["203.0.113.0/24"], config })).toContain(
      "authorizedIpRanges: the API server of a private cluster has no public address, and Azure refuses both together; remove privateCluster or authorizedIpRanges.",
    );
  });

  test("what only Terraform knows is passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const office = new TerraformVariable(scope, "office", { type: "string" }).stringValue;
      cluster(scope, "east", { authorizedIpRanges: [Fn.trimspace(office), office] });
    });
    expect(ranges(stack)).toEqual(["${trimspace(var.office)}", "${var.office}"]);
  });
});

describe("checks of a network that exists", () => {
  const of = (attributes: Partial<ClusterNetworkAttributes>) =>
    findings((scope) => void onExisting(scope, attributes));

  test("pods in another virtual network", () => {
    const podSubnetId = POD_SUBNET_ID.replace("vnet-old", "vnet-new");
    expect(of({ podSubnetId })).toEqual([
      `stack/Old: podSubnetId: is a subnet of ${VNET_ID.replace("vnet-old", "vnet-new")}, but nodes and pods must be in the same virtual network, ${VNET_ID}; choose a subnet of that network.`,
    ]);
  });

  test("no range of pods, no address to leave by", () => {
    expect(
      of({ podSubnetPrefix: "10.7.0.0", outboundAddresses: ["198.51.100.7/32", "198.51.100.8"] }),
    ).toEqual([
      'stack/Old: podSubnetPrefix: "10.7.0.0" is not an IPv4 range; write e.g. "10.1.0.0/16".',
      'stack/Old: outboundAddresses: "198.51.100.7/32" is not an IPv4 address; write e.g. "203.0.113.10".',
    ]);
  });

  test("an id that is none of a subnet", () => {
    expect(() => of({ podSubnetId: "pods" })).toThrow(
      /^\[stack\/Old\] podSubnetId: "pods" is not the id of a subnet/,
    );
  });
});
