import { isUnknown } from "../../fleet-model/unknown";
import type { Cluster, Fleet } from "../plan/fleet";
import type { Change } from "../plan/plan";
import { keyOf } from "../plan/things";
import { at, byText, isEqual, joined, textOf } from "../plan/values";
import { type Kind, plural } from "../terminal/kinds";
import type { Difference, OnMember } from "./differences";
import { changeName, isMember, kindOf, wordOf } from "./rules/subject";
import { named } from "./rules/words";

const WORDS = ["stops", "changes", "arrives"] as const;
export type RegionWord = (typeof WORDS)[number];

/** What happens in a region: what stops, changes and arrives there, in the order of these words. */
export interface RegionReport {
  /** Short name, e.g. `eastus2`. */
  readonly region: string;
  readonly stops?: readonly string[];
  readonly changes?: readonly string[];
  readonly arrives?: readonly string[];
}

export interface Judged {
  readonly change: Change;
  readonly severity: "outage" | "risk" | "change" | "harmless";
  /** Whether another change's effect covers it: what is deleted with its cluster. */
  readonly isCovered: boolean;
}

/** Something that changes on a cluster, or in the region as a whole. */
interface Fact {
  readonly word: RegionWord;
  readonly kind: Kind;
  readonly name: string;
  readonly cluster?: Cluster;
}

/** What the changes do in each of the clusters' regions, as far as known. */
export function regionsOf(
  before: Fleet,
  after: Fleet,
  model: readonly Difference[],
  judged: readonly Judged[],
): readonly RegionReport[] {
  const clusters = new Map([...before.clusters, ...after.clusters].map((cluster) => [cluster.key, cluster]));
  const facts = new Map<string, Fact[]>();
  const add = (region: string | undefined, fact: Fact) => {
    if (region !== undefined) facts.set(region, [...(facts.get(region) ?? []), fact]);
  };
  const clusterOf = (change: Change) => clusters.get(clusterKeyOf(change, before, after) ?? "");
  const regions = new Set([...clusters.values()].flatMap(({ location }) => location ?? []));
  for (const { change, severity, isCovered } of judged) {
    if (isCovered || severity === "harmless") continue;
    const cluster = clusterOf(change);
    const own = textOf((change.after ?? change.before)?.location);
    const region = cluster?.location ?? (own !== undefined && regions.has(own) ? own : undefined);
    add(region, { word: doneBy(change, severity), ...subjectIn(change, before, after) });
  }
  const severities = new Map(judged.map(({ change, severity }) => [keyOf(change), severity]));
  for (const { objects } of model) {
    for (const fact of factsOf(objects, (key) => severities.get(key) === "outage")) {
      const cluster = memberCluster(fact.member, before, after, clusters);
      add(cluster?.location, { ...fact, ...(cluster && { cluster }) });
    }
  }
  return [...facts]
    .sort(([one], [other]) => byText(one, other))
    .map(([region, own]) => {
      const here = [...clusters.values()].filter(({ location }) => location === region);
      const of = (word: RegionWord) =>
        texts(
          own.filter((fact) => fact.word === word),
          here,
        );
      return {
        region,
        ...Object.fromEntries(WORDS.flatMap((word) => (of(word).length > 0 ? [[word, of(word)]] : []))),
      };
    });
}

/** `stops: namespace shop; changes: cluster aks-east`. */
export function regionText({ region: _, ...words }: RegionReport): string {
  return WORDS.flatMap((word) => (words[word] ? [`${word}: ${named(words[word])}`] : [])).join("; ");
}

function doneBy({ action }: Change, severity: Judged["severity"]): RegionWord {
  return severity === "outage" ? "stops" : action === "create" ? "arrives" : "changes";
}

function subjectIn(change: Change, before: Fleet, after: Fleet): Pick<Fact, "kind" | "name"> {
  const key = keyOf(change);
  const service = [...before.services, ...after.services].find((one) => one.key === key);
  return service
    ? { kind: ["address of", "addresses of"], name: service.name }
    : { kind: kindOf(change), name: changeName(change) };
}

/** The cluster that a change affects: itself, a pool of it, its membership, or an object applied to it. */
function clusterKeyOf(change: Change, before: Fleet, after: Fleet): string | undefined {
  const key = keyOf(change);
  const clusters = [...before.clusters, ...after.clusters];
  if (clusters.some((cluster) => cluster.key === key)) return key;
  const own = [...before.members, ...after.members, ...before.services, ...after.services].find(
    (one) => one.key === key,
  );
  if (own || isMember(change)) return own?.cluster?.key;
  const id = textOf(at(change.before ?? change.after, "kubernetes_cluster_id"));
  const name = /\/managedClusters\/([^/]+)/i.exec(id ?? "")?.[1];
  return clusters.find((cluster) => cluster.name === name)?.key;
}

function memberCluster(
  name: string | undefined,
  before: Fleet,
  after: Fleet,
  clusters: ReadonlyMap<string, Cluster>,
): Cluster | undefined {
  const member = [...before.members, ...after.members].find((one) => one.name === name);
  return clusters.get(member?.cluster.key ?? "");
}

/** What happens to objects on members. Objects added or removed with their namespace are reported as the namespace. */
function factsOf(
  objects: readonly OnMember[],
  isOutage: (by: string) => boolean,
): readonly (Fact & { readonly member: string | undefined })[] {
  const reported = objects.flatMap((one) => {
    const { before, after, wasThere, isThere, by } = one;
    const word = wordOn(wasThere, isThere, () => !isEqual(before, after), by.some(isOutage));
    return word ? [{ ...one, word }] : [];
  });
  const whole = new Set(
    reported
      .filter(({ identity }) => identity.group === "" && identity.kind === "Namespace")
      .map(({ member, word, identity }) => JSON.stringify([member, word, identity.name])),
  );
  return reported.flatMap(({ member, word, identity: { kind, namespace, name } }) =>
    word !== "changes" && whole.has(JSON.stringify([member, word, namespace]))
      ? []
      : [{ member, word, ...objectIn(kind, namespace, name) }],
  );
}

function objectIn(kind: string, namespace: unknown, name: unknown): Pick<Fact, "kind" | "name"> {
  const [place, own] = [namespace, name].map((one) => (isUnknown(one) ? "?" : one));
  const word = wordOf(kind);
  return { kind: [word, plural(word)], name: `${place === undefined ? "" : `${place}/`}${own}` };
}

function wordOn(
  wasThere: OnMember["wasThere"],
  isThere: OnMember["isThere"],
  isOther: () => boolean,
  stopsInPlace: boolean,
): RegionWord | undefined {
  if (wasThere === true && isThere === false) return "stops";
  if (wasThere === false && isThere === true) return "arrives";
  if (wasThere !== true || isThere !== true || !isOther()) return undefined;
  return stopsInPlace ? "stops" : "changes";
}

/** Each kind once, naming the clusters unless it is all of the region's. */
function texts(facts: readonly Fact[], here: readonly Cluster[]): string[] {
  const found = new Map<string, { readonly kind: Kind; readonly name: string; readonly on: Set<string> }>();
  for (const { kind, name, cluster } of facts) {
    const key = `${kind[0]} ${name}`;
    const one = found.get(key) ?? { kind, name, on: new Set<string>() };
    if (cluster) one.on.add(cluster.name);
    found.set(key, one);
  }
  const groups = new Map<string, { readonly kind: Kind; readonly names: string[]; readonly where: string }>();
  for (const { kind, name, on } of found.values()) {
    const where = on.size === 0 || on.size === here.length ? "" : ` on ${named([...on])}`;
    const group = groups.get(`${kind[0]}${where}`) ?? { kind, names: [], where };
    group.names.push(name);
    groups.set(`${kind[0]}${where}`, group);
  }
  return [...groups.values()].map(({ kind, names, where }) => `${namesText(kind, names)}${where}`);
}

function namesText([one, many]: Kind, names: readonly string[]): string {
  if (names.length > MOST_NAMES) return `${names.length} ${many}`;
  return `${names.length === 1 ? one : many} ${joined([...names].sort(byText))}`;
}

const MOST_NAMES = 3;
