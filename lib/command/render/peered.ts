import type { Cluster, Fleet, NetworkLead } from "../plan/fleet";
import { isSame } from "../plan/things";
import { byText, joined } from "../plan/values";
import type { Mark } from "./diagram";

/** Two clusters whose networks are peered. */
export interface Pair {
  readonly from: Cluster;
  readonly to: Cluster;
  /** Whether by two peerings, one each way. */
  readonly isWhole: boolean;
  readonly mark: Mark | undefined;
}

/** Clusters that can all reach each other. */
export interface Mesh {
  readonly by: "peerings" | "network manager";
  readonly clusters: readonly Cluster[];
  readonly mark: Mark | undefined;
  /** Clusters that are peered with all of these, but not with each other. */
  readonly besides: readonly { readonly cluster: Cluster; readonly mark: Mark | undefined }[];
}

/** How the clusters are peered: as few meshes as possible, and the remaining pairs. */
export interface Peered {
  readonly meshes: readonly Mesh[];
  readonly pairs: readonly Pair[];
}

/** Fewer are listed one by one. */
const SMALLEST_MESH = 3;

/** @param markOf the mark of a peering, by its key */
export function peeredIn(
  fleet: Fleet,
  markOf: (keys: readonly string[]) => Mark | undefined = () => undefined,
): Peered {
  const pairs = pairsOf(fleet).map(({ keys, ...pair }) => ({
    ...pair,
    isWhole: keys.length > 1,
    mark: markOf(keys),
  }));
  const between = new Map(pairs.map((pair) => [keyOf(pair.from, pair.to), pair]));
  const meshes: Mesh[] = [];
  for (const mark of [undefined, "comes", "changes", "goes"] as const) {
    const isLinked = (one: Cluster, other: Cluster) => {
      const pair = between.get(keyOf(one, other));
      // Two clusters in one network need no peering.
      return pair ? pair.isWhole && pair.mark === mark : inOneNetwork(one, other);
    };
    const clusters = largest(
      fleet.clusters.filter((one) =>
        [...between.values()].some(
          (pair) => (pair.from === one || pair.to === one) && isLinked(pair.from, pair.to),
        ),
      ),
      isLinked,
    );
    if (clusters.length < SMALLEST_MESH) continue;
    const besides = fleet.clusters
      .filter((one) => !clusters.includes(one))
      .flatMap((cluster) => {
        const links = clusters.map((one) => between.get(keyOf(one, cluster)));
        const [first] = links;
        const isBeside = links.every((pair) => pair?.isWhole && pair.mark === first?.mark);
        return isBeside ? [{ cluster, mark: first?.mark }] : [];
      });
    meshes.push({ by: "peerings", clusters, mark, besides });
    for (const one of clusters) {
      for (const other of [...clusters, ...besides.map(({ cluster }) => cluster)]) {
        between.delete(keyOf(one, other));
      }
    }
  }
  const { connected } = fleet;
  const clusters = fleet.clusters.filter(({ network }) =>
    connected.some((one) => network && isSame(one.network, network)),
  );
  if (clusters.length > 1) {
    const mark = markOf(connected.map(({ key }) => key));
    meshes.push({ by: "network manager", clusters, mark, besides: [] });
  }
  return { meshes, pairs: [...between.values()] };
}

/** In words: which clusters are peered or connected. */
export function meshText({ by, clusters }: Mesh, { clusters: all }: Fleet): string {
  const others = all.filter((one) => !clusters.includes(one));
  const names = (some: readonly Cluster[]) => joined(some.map(({ name }) => name));
  const who =
    others.length === 0 && all.length > 2
      ? `all ${all.length} clusters`
      : clusters.length <= FEW
        ? names(clusters)
        : others.length <= FEW
          ? `all clusters but ${names(others)}`
          : `${clusters.length} of ${all.length} clusters`;
  return `${who} are ${by === "peerings" ? "peered with each other" : "connected by a network manager"}`;
}

const FEW = 4;

/** The largest fully linked set, found by dropping the least linked clusters. */
function largest(
  clusters: readonly Cluster[],
  isLinked: (one: Cluster, other: Cluster) => boolean,
): readonly Cluster[] {
  const links = new Map(
    clusters.map((one) => [one, new Set(clusters.filter((other) => other !== one && isLinked(one, other)))]),
  );
  for (;;) {
    const [least] = [...links].sort(([, a], [, b]) => a.size - b.size);
    if (least === undefined || least[1].size === links.size - 1) return [...links.keys()];
    links.delete(least[0]);
    for (const others of links.values()) others.delete(least[0]);
  }
}

function keyOf(one: Cluster, other: Cluster): string {
  return JSON.stringify([one.key, other.key].sort());
}

function inOneNetwork(one: Cluster, other: Cluster): boolean {
  return one.network !== undefined && other.network !== undefined && isSame(one.network, other.network);
}

/** Two clusters are peered by two peerings, one each way. */
function pairsOf(fleet: Fleet): readonly { from: Cluster; to: Cluster; keys: readonly string[] }[] {
  const pairs = new Map<string, { from: Cluster; to: Cluster; keys: string[] }>();
  const inside = (network: NetworkLead) =>
    fleet.clusters.filter((one) => one.network && isSame(one.network, network));
  const order = (a: Cluster, b: Cluster) => byText(a.name, b.name) || byText(a.key, b.key);
  for (const { key, from, to } of fleet.peerings) {
    for (const a of inside(from)) {
      for (const b of inside(to)) {
        const [first, second] = [a, b].sort(order) as [Cluster, Cluster];
        const id = keyOf(first, second);
        const pair = pairs.get(id) ?? { from: first, to: second, keys: [] };
        pair.keys.push(key);
        pairs.set(id, pair);
      }
    }
  }
  return [...pairs.values()].sort((a, b) => order(a.from, b.from) || order(a.to, b.to));
}
