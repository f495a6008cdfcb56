import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { parseRange, size } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";

/** Addresses in each subnet that Azure reserves. */
const AZURE_RESERVED = 5;

type Pool = KubernetesClusterConfig["defaultNodePool"];

/** The nodes of a pool, if all its counts are known and valid. */
interface Nodes {
  readonly count: number;
  readonly maxPods: number;
  readonly maxSurge: string;
}

/**
 * Checks that the subnets have enough addresses: each node takes one for itself and one for each of its pods, or, with a pod
 * subnet, as many as Azure allocates to a node there.
 * @param subnetId id of the network's node subnet
 * @param podSubnetId id of the network's pod subnet
 */
export function* checkSubnetSize(
  { defaultNodePool: pool }: KubernetesClusterConfig,
  network: IClusterNetwork,
  subnetId: string | undefined,
  podSubnetId?: string,
): Generator<Finding> {
  yield* checkCounts(pool);
  const nodes = nodesOf(pool);
  if (nodes === undefined) {
    return;
  }
  const { count, maxPods } = nodes;
  const surge = surgeOf(count, nodes.maxSurge);
  const tooManyOn = (prefix: string | undefined, perNode: number) =>
    tooMany(prefix, count, (some) => (some + surgeOf(some, nodes.maxSurge)) * perNode);
  // The pool may use a subnet outside the network.
  const onSubnet = pool.vnetSubnetId === subnetId;
  if (pool.podSubnetId === undefined) {
    const found = onSubnet ? tooManyOn(network.subnetPrefix, maxPods + 1) : undefined;
    if (found) {
      yield finding(
        "subnet-too-small",
        `the subnet ${network.subnetPrefix} has ${found.usable} addresses (Azure reserves ${AZURE_RESERVED}), but ${count} nodes, ${surge} more during upgrades, with up to ${maxPods} pods each, need (${count} + ${surge}) × (${maxPods} + 1) = ${found.needed}; ${found.largest}. Use a larger subnetPrefix, fewer nodes or a smaller maxPods.`,
      );
    }
    return;
  }
  const ofNodes = onSubnet ? tooManyOn(network.subnetPrefix, 1) : undefined;
  if (ofNodes) {
    yield finding(
      "node-subnet-size",
      `the subnet ${network.subnetPrefix} has ${ofNodes.usable} addresses (Azure reserves ${AZURE_RESERVED}), but ${count} nodes, ${surge} more during upgrades, need ${count} + ${surge} = ${ofNodes.needed}; ${ofNodes.largest}. Use a larger subnetPrefix or fewer nodes.`,
    );
  }
  const perNode = handedOut(maxPods);
  const ofPods = pool.podSubnetId === podSubnetId ? tooManyOn(network.podSubnetPrefix, perNode) : undefined;
  if (ofPods) {
    yield finding(
      "pod-subnet-size",
      `the pod subnet ${network.podSubnetPrefix} has ${ofPods.usable} addresses (Azure reserves ${AZURE_RESERVED}), but ${count} nodes, ${surge} more during upgrades, need (${count} + ${surge}) × ${perNode} = ${ofPods.needed}: a node with ${maxPods} pods holds ${perNode} addresses, as it gets ${BATCH} at a time, and more once fewer than ${SPARE} are free; ${ofPods.largest}. Use a larger podSubnetPrefix, fewer nodes or a smaller maxPods.`,
    );
  }
}

/** A cluster with its subnets. */
export interface OnSubnet {
  readonly path: string;
  readonly pool: Pool;
  readonly network: IClusterNetwork;
  /** The network's node subnet. Only the ranges of the network's own subnets are known. */
  readonly subnetId: string | undefined;
  readonly podSubnetId: string | undefined;
}

/** Refuses clusters that each fit on a shared subnet, but not together. @param others those created before this one */
export function* checkSharedSubnets(own: OnSubnet, others: readonly OnSubnet[]): Generator<Finding> {
  for (const subnet of SUBNETS) {
    const ownSubnet = subnet.of(own);
    const sharing = others.filter((other) => isSame(subnet.of(other), ownSubnet));
    const all = [...sharing, own];
    const needs = all.map((one) => neededOn(subnet, one));
    const range = isKnown(ownSubnet?.prefix) ? parseRange(ownSubnet.prefix) : undefined;
    if (sharing.length === 0 || !range || !needs.every((need) => need !== undefined)) {
      continue;
    }
    const usable = Number(size(range)) - AZURE_RESERVED;
    const needed = needs.reduce((sum, need) => sum + need, 0);
    if (needed > usable && needs.every((need) => need <= usable)) {
      yield finding(
        "subnet-shared-too-small",
        `the ${subnet.name} ${ownSubnet?.prefix} has ${usable} addresses (Azure reserves ${AZURE_RESERVED}), but this cluster and ${quoted(sharing.map(({ path }) => path))}, which share it, need ${needs.join(" + ")} = ${needed}, including pods and the extra nodes during upgrades; give one of them another network, or the subnet a larger range.`,
      );
    }
  }
}

interface Subnet {
  readonly id: string | undefined;
  readonly prefix: string | undefined;
  readonly network: IClusterNetwork;
}

/** The subnets that a cluster takes addresses from, and how many per node. */
const SUBNETS = [
  {
    name: "subnet",
    of: ({ pool, network, subnetId }: OnSubnet): Subnet | undefined =>
      pool.vnetSubnetId === subnetId ? { id: subnetId, prefix: network.subnetPrefix, network } : undefined,
    perNode: ({ podSubnetId }: Pool, maxPods: number) => (podSubnetId === undefined ? maxPods + 1 : 1),
  },
  {
    name: "pod subnet",
    of: ({ pool, network, podSubnetId }: OnSubnet): Subnet | undefined =>
      podSubnetId !== undefined && pool.podSubnetId === podSubnetId
        ? { id: podSubnetId, prefix: network.podSubnetPrefix, network }
        : undefined,
    perNode: (_: Pool, maxPods: number) => handedOut(maxPods),
  },
];

function isSame(a: Subnet | undefined, b: Subnet | undefined): boolean {
  if (a === undefined || b === undefined) {
    return false;
  }
  // Tokens can't be compared.
  return (
    a.network === b.network || (isKnown(a.id) && isKnown(b.id) && a.id.toLowerCase() === b.id.toLowerCase())
  );
}

function neededOn({ perNode }: (typeof SUBNETS)[number], { pool }: OnSubnet): number | undefined {
  const nodes = nodesOf(pool);
  return nodes && (nodes.count + surgeOf(nodes.count, nodes.maxSurge)) * perNode(pool, nodes.maxPods);
}

function nodesOf(pool: Pool): Nodes | undefined {
  const count = pool.autoScalingEnabled === true ? pool.maxCount : pool.nodeCount;
  const maxSurge = pool.upgradeSettings?.maxSurge;
  const isSound = isKnown(count) && isWhole(count, 1, 1000) && [...checkCounts(pool)].length === 0;
  return isSound && isKnown(pool.maxPods) && isKnown(maxSurge)
    ? { count, maxPods: pool.maxPods, maxSurge }
    : undefined;
}

/** How many addresses a node gets at a time on a pod subnet, and its minimum of free ones (Azure CNI, dynamic allocation). */
const BATCH = 16;
const SPARE = 8;

/** The addresses that a full node holds on a pod subnet. */
function handedOut(maxPods: number): number {
  return Math.ceil((maxPods + SPARE) / BATCH) * BATCH;
}

/** What nodes need, if the range has less; undefined if they fit or the range is unknown. */
function tooMany(
  prefix: string | undefined,
  nodes: number,
  needed: (count: number) => number,
): { usable: number; needed: number; largest: string } | undefined {
  const range = isKnown(prefix) ? parseRange(prefix) : undefined;
  const usable = range ? Number(size(range)) - AZURE_RESERVED : Number.POSITIVE_INFINITY;
  if (needed(nodes) <= usable) {
    return undefined;
  }
  let fits = 0;
  while (fits < nodes && needed(fits + 1) <= usable) {
    fits += 1;
  }
  return {
    usable: Math.max(usable, 0),
    needed: needed(nodes),
    largest: fits === 0 ? "not even one node fits" : `the largest node count that fits is ${fits}`,
  };
}

function* checkCounts({ nodeCount, maxPods, upgradeSettings }: Pool): Generator<Finding> {
  const maxSurge = upgradeSettings?.maxSurge;
  if (isKnown(nodeCount) && !isWhole(nodeCount, 1, 1000)) {
    yield finding(
      "node-pool-count",
      `nodeCount: ${nodeCount} is not a valid number of nodes; a node pool has 1 to 1000.`,
    );
  }
  if (isKnown(maxPods) && !isWhole(maxPods, 10, 250)) {
    yield finding(
      "node-pool-max-pods",
      `maxPods: ${maxPods} is not a valid number of pods per node; write 10 to 250.`,
    );
  }
  if (isKnown(maxSurge) && !/^([1-9]\d*|([1-9]\d?|100)%)$/.test(maxSurge)) {
    yield finding(
      "node-pool-max-surge",
      `maxSurge: "${maxSurge}" is neither a number of nodes (e.g. "1") nor a percentage (e.g. "10%").`,
    );
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The nodes that AKS adds during upgrades; percentages are rounded up. */
function surgeOf(nodes: number, maxSurge: string): number {
  return maxSurge.endsWith("%")
    ? Math.ceil((nodes * Number.parseInt(maxSurge, 10)) / 100)
    : Number.parseInt(maxSurge, 10);
}
