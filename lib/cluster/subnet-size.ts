import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { parseRange, size } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";

/** Addresses of each subnet that Azure keeps. */
const KEPT_BY_AZURE = 5;

type Pool = KubernetesClusterConfig["defaultNodePool"];

/** What is known of a pool's nodes, where all that counts is known and as it should be. */
interface Nodes {
  readonly count: number;
  readonly maxPods: number;
  readonly maxSurge: string;
}

/**
 * Yields the nodes that the subnets have no addresses for: each node takes one, and one for each of its pods, or as many
 * as Azure hands out to it on the pods' own subnet.
 * @param subnetId the subnet of the nodes that `network` describes
 * @param podSubnetId that of the pods
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
  // On another subnet than the network's, the addresses are taken elsewhere.
  const onSubnet = pool.vnetSubnetId === subnetId;
  if (pool.podSubnetId === undefined) {
    const found = onSubnet ? tooManyOn(network.subnetPrefix, maxPods + 1) : undefined;
    if (found) {
      yield finding(
        "subnet-too-small",
        `the subnet ${network.subnetPrefix} has ${found.usable} addresses (Azure keeps ${KEPT_BY_AZURE}), and ${count} nodes with ${surge} more while they are upgraded and up to ${maxPods} pods each take (${count} + ${surge}) × (${maxPods} + 1) = ${found.needed}; ${found.largest}. Give a larger subnetPrefix, fewer nodes or a smaller maxPods.`,
      );
    }
    return;
  }
  const ofNodes = onSubnet ? tooManyOn(network.subnetPrefix, 1) : undefined;
  if (ofNodes) {
    yield finding(
      "node-subnet-size",
      `the subnet ${network.subnetPrefix} has ${ofNodes.usable} addresses (Azure keeps ${KEPT_BY_AZURE}), and ${count} nodes with ${surge} more while they are upgraded take ${count} + ${surge} = ${ofNodes.needed}; ${ofNodes.largest}. Give a larger subnetPrefix or fewer nodes.`,
    );
  }
  const perNode = handedOut(maxPods);
  const ofPods = pool.podSubnetId === podSubnetId ? tooManyOn(network.podSubnetPrefix, perNode) : undefined;
  if (ofPods) {
    yield finding(
      "pod-subnet-size",
      `the pods' subnet ${network.podSubnetPrefix} has ${ofPods.usable} addresses (Azure keeps ${KEPT_BY_AZURE}), and ${count} nodes with ${surge} more while they are upgraded take (${count} + ${surge}) × ${perNode} = ${ofPods.needed}: with ${maxPods} pods a node holds ${perNode}, as it gets ${BATCH} at a time, and more as soon as fewer than ${SPARE} are free; ${ofPods.largest}. Give a larger podSubnetPrefix, fewer nodes or a smaller maxPods.`,
    );
  }
}

/** A cluster whose nodes are on a network's subnets. */
export interface OnSubnet {
  readonly path: string;
  readonly pool: Pool;
  readonly network: IClusterNetwork;
  /** The subnets that the network describes: only of these the ranges are known. */
  readonly subnetId: string | undefined;
  readonly podSubnetId: string | undefined;
}

/** Yields that clusters fit on a subnet each by itself, and not together. @param others those before this one */
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
    const usable = Number(size(range)) - KEPT_BY_AZURE;
    const needed = needs.reduce((sum, need) => sum + need, 0);
    if (needed > usable && needs.every((need) => need <= usable)) {
      yield finding(
        "subnet-shared-too-small",
        `the ${subnet.name} ${ownSubnet?.prefix} has ${usable} addresses (Azure keeps ${KEPT_BY_AZURE}), and this cluster and ${quoted(sharing.map(({ path }) => path))} share it and take ${needs.join(" + ")} = ${needed}, with their pods and the nodes that are added in upgrades; give one of them another network, or the subnet a larger range.`,
      );
    }
  }
}

interface Subnet {
  readonly id: string | undefined;
  readonly prefix: string | undefined;
  readonly network: IClusterNetwork;
}

/** The subnets that a cluster takes addresses of, and how many for each node. */
const SUBNETS = [
  {
    name: "subnet",
    of: ({ pool, network, subnetId }: OnSubnet): Subnet | undefined =>
      pool.vnetSubnetId === subnetId ? { id: subnetId, prefix: network.subnetPrefix, network } : undefined,
    perNode: ({ podSubnetId }: Pool, maxPods: number) => (podSubnetId === undefined ? maxPods + 1 : 1),
  },
  {
    name: "pods' subnet",
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
  // Ids that only Terraform knows can't be compared.
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

/** What a node gets at a time on a subnet of pods, and how many it keeps free at least (Azure CNI, dynamic allocation). */
const BATCH = 16;
const SPARE = 8;

/** The addresses on a subnet of pods that a node holds when it is full. */
function handedOut(maxPods: number): number {
  return Math.ceil((maxPods + SPARE) / BATCH) * BATCH;
}

/** What nodes need, where a range has less; undefined where they fit, or where the range is not known. */
function tooMany(
  prefix: string | undefined,
  nodes: number,
  needed: (count: number) => number,
): { usable: number; needed: number; largest: string } | undefined {
  const range = isKnown(prefix) ? parseRange(prefix) : undefined;
  const usable = range ? Number(size(range)) - KEPT_BY_AZURE : Number.POSITIVE_INFINITY;
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
    largest: fits === 0 ? "not one node fits" : `the largest node count that fits is ${fits}`,
  };
}

function* checkCounts({ nodeCount, maxPods, upgradeSettings }: Pool): Generator<Finding> {
  const maxSurge = upgradeSettings?.maxSurge;
  if (isKnown(nodeCount) && !isWhole(nodeCount, 1, 1000)) {
    yield finding(
      "node-pool-count",
      `nodeCount: ${nodeCount} is not a number of nodes; a node pool has 1 to 1000.`,
    );
  }
  if (isKnown(maxPods) && !isWhole(maxPods, 10, 250)) {
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

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The nodes that AKS adds while it upgrades: percentages are rounded up. */
function surgeOf(nodes: number, maxSurge: string): number {
  return maxSurge.endsWith("%")
    ? Math.ceil((nodes * Number.parseInt(maxSurge, 10)) / 100)
    : Number.parseInt(maxSurge, 10);
}
