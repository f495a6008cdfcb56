import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import {
  checkKeptByAks,
  checkRange,
  contains,
  formatIpv4,
  overlap,
  parseRange,
  size,
} from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { rangesOf } from "../network/network-overlap";

/** Addresses of each subnet that Azure keeps. */
const KEPT_BY_AZURE = 5;

/** Yields what would keep other clusters from reaching this one's pods. */
export function* checkNetworkPlugin({ networkProfile }: KubernetesClusterConfig): Generator<Finding> {
  const plugin = networkProfile?.networkPlugin;
  if (plugin === undefined) {
    yield finding(
      "network-plugin",
      `config.networkProfile${networkProfile ? ".networkPlugin" : ""}: is taken away, and AKS would then give pods addresses that other networks can't reach; leave it at "azure".`,
    );
  } else if (isKnown(plugin) && plugin !== "azure") {
    yield finding(
      "network-plugin",
      `config.networkProfile.networkPlugin: "${plugin}" gives pods addresses that other networks can't reach, and the fleet's load balancer sends connections straight to pods; leave it at "azure".`,
    );
  }
  const mode = networkProfile?.networkPluginMode;
  if (isKnown(mode)) {
    yield finding(
      "network-plugin-mode",
      `config.networkProfile.networkPluginMode: "${mode}" gives pods addresses that other networks can't reach, and the fleet's load balancer sends connections straight to pods; leave it unset.`,
    );
  }
}

/** Yields what is wrong with the range and the DNS address of Services, as far as the cluster's own network tells. */
export function* checkServiceCidr(
  { networkProfile }: KubernetesClusterConfig,
  network: IClusterNetwork,
): Generator<Finding> {
  const cidr = networkProfile?.serviceCidr;
  if (!isKnown(cidr)) {
    return;
  }
  yield* checkRange(cidr, "serviceCidr");
  const range = parseRange(cidr);
  if (range?.version !== 4) {
    return;
  }
  const recommended = dnsAddress(cidr);
  if (range.prefixLength < 12) {
    yield finding(
      "service-cidr-too-large",
      `serviceCidr: ${cidr} is larger than AKS takes; it has at most the size of a /12.`,
    );
  } else if (recommended === undefined) {
    yield finding(
      "service-cidr-too-small",
      `serviceCidr: ${cidr} is too small for the API server's address and the DNS's; it has at least the size of a /30, and should have room for every Service.`,
    );
    return;
  }
  yield* checkKeptByAks(cidr, "serviceCidr");
  yield* checkServiceCidrMeets(cidr, network);
  const dns = networkProfile?.dnsServiceIp;
  if (isKnown(dns)) {
    const address = parseRange(`${dns}/32`);
    if (!address || !contains(range, address) || address.first === range.first) {
      yield finding(
        "dns-service-ip-outside",
        `dnsServiceIp: ${dns} is not an address inside of the serviceCidr ${cidr}; choose one, e.g. ${recommended}.`,
      );
    } else if (address.first === range.first + 1n) {
      yield finding(
        "dns-service-ip-first",
        `dnsServiceIp: ${dns} is the first address of the serviceCidr ${cidr}, which the API server has; choose another, e.g. ${recommended}.`,
      );
    }
  }
}

/** An address for the cluster's DNS: the tenth of the range, or the last but one of a small range; none in a tiny one. */
export function dnsAddress(serviceCidr: string | undefined): string | undefined {
  const range = isKnown(serviceCidr) ? parseRange(serviceCidr) : undefined;
  if (range?.version !== 4 || size(range) < 4n) {
    return undefined;
  }
  return formatIpv4(size(range) > 11n ? range.first + 10n : range.last - 1n);
}

/** Yields where a range for Services meets a network. */
export function* checkServiceCidrMeets(
  cidr: string | undefined,
  network: IClusterNetwork,
): Generator<Finding> {
  const range = isKnown(cidr) ? parseRange(cidr) : undefined;
  for (const other of range ? rangesOf(network) : []) {
    if (range && overlap(range, other)) {
      yield finding(
        "service-cidr-overlaps-network",
        `serviceCidr: ${cidr} meets the network of "${network.key}" (${other.text}): pods could not reach what has its address there; choose a range that no network of the fleet uses.`,
      );
    }
  }
}

/**
 * Yields the nodes that the subnet has no addresses for: each node takes one, and one for each of its pods.
 * @param subnetId the subnet that `network` describes
 */
export function* checkSubnetSize(
  { defaultNodePool: pool }: KubernetesClusterConfig,
  network: IClusterNetwork,
  subnetId: string | undefined,
): Generator<Finding> {
  const nodes = pool.maxCount ?? pool.nodeCount;
  const { maxPods } = pool;
  const maxSurge = pool.upgradeSettings?.maxSurge;
  const wrong = [...checkCounts(nodes, pool.maxCount !== undefined, maxPods, maxSurge)];
  yield* wrong;
  const subnet = isKnown(network.subnetPrefix) ? parseRange(network.subnetPrefix) : undefined;
  // With a pod subnet, or on another subnet, the addresses are taken elsewhere.
  const elsewhere = pool.podSubnetId !== undefined || pool.vnetSubnetId !== subnetId;
  if (
    wrong.length > 0 ||
    elsewhere ||
    !subnet ||
    !isKnown(nodes) ||
    !isKnown(maxPods) ||
    !isKnown(maxSurge)
  ) {
    return;
  }
  const usable = Number(size(subnet)) - KEPT_BY_AZURE;
  const needed = (count: number) => (count + surgeOf(count, maxSurge)) * (maxPods + 1);
  if (needed(nodes) > usable) {
    let fits = 0;
    while (fits < nodes && needed(fits + 1) <= usable) {
      fits += 1;
    }
    yield finding(
      "subnet-too-small",
      `the subnet ${network.subnetPrefix} has ${Math.max(usable, 0)} addresses (Azure keeps ${KEPT_BY_AZURE}), and ${nodes} nodes with ${surgeOf(nodes, maxSurge)} more while they are upgraded and up to ${maxPods} pods each take (${nodes} + ${surgeOf(nodes, maxSurge)}) × (${maxPods} + 1) = ${needed(nodes)}; ${fits === 0 ? "not one node fits" : `the largest node count that fits is ${fits}`}. Give a larger subnetPrefix, fewer nodes or a smaller maxPods.`,
    );
  }
}

function* checkCounts(
  nodes: number | undefined,
  ofAutoscaler: boolean,
  maxPods: number | undefined,
  maxSurge: string | undefined,
): Generator<Finding> {
  if (isKnown(nodes) && (!Number.isInteger(nodes) || nodes < 1 || nodes > 1000)) {
    yield finding(
      "node-pool-count",
      `${ofAutoscaler ? "config.defaultNodePool.maxCount" : "nodeCount"}: ${nodes} is not a number of nodes; a node pool has 1 to 1000.`,
    );
  }
  if (isKnown(maxPods) && (!Number.isInteger(maxPods) || maxPods < 10 || maxPods > 250)) {
    yield finding(
      "node-pool-max-pods",
      `maxPods: ${maxPods} is not a number of pods that a node can have; it can have 10 to 250.`,
    );
  }
  if (isKnown(maxSurge) && !/^([1-9]\d*|([1-9]\d?|100)%)$/.test(maxSurge)) {
    yield finding(
      "node-pool-max-surge",
      `maxSurge: "${maxSurge}" is neither a number of nodes (e.g. "1") nor a percentage of them (e.g. "10%").`,
    );
  }
}

/** The nodes that AKS adds while it upgrades: percentages are rounded up. */
function surgeOf(nodes: number, maxSurge: string): number {
  return maxSurge.endsWith("%")
    ? Math.ceil((nodes * Number.parseInt(maxSurge, 10)) / 100)
    : Number.parseInt(maxSurge, 10);
}
