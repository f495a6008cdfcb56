import type { KubernetesObject } from "../../../fleet-model/identity";
import type { Truth } from "../../../fleet-model/truth";
import { isUnknown } from "../../../fleet-model/unknown";
import { manifestBefore } from "../../plan/attributes";
import {
  type Cluster,
  type ClusterLead,
  type Fleet,
  type FleetLead,
  hubLead,
  inFleet,
  type Member,
  type Placement,
  type Service,
} from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { namedBy } from "../../plan/policy";
import { isSame, keyOf } from "../../plan/things";
import { at, isObject, joined, listOf } from "../../plan/values";
import { chosenBy } from "../choice";
import { type Refused, refusedBy } from "../refused";
import type { Context } from "./rule";
import { changeName, manifestOf, namespaceOf, objectKind } from "./subject";

/** The part that a change affects, on one side: moved resources had another address before. */
export function keyIn(change: Change, side: "before" | "after"): string {
  const { stack, address, previousAddress } = change;
  return keyOf({ stack, address: side === "before" ? (previousAddress ?? address) : address });
}

export function partOf<P extends { readonly key: string }>(
  parts: readonly P[],
  change: Change,
  side: "before" | "after" = "before",
): P | undefined {
  return parts.find(({ key }) => key === keyIn(change, side));
}

/** The fleet that a Kubernetes object belongs to, if known. */
export function homeOf(
  change: Change,
  context: Context,
  side: "before" | "after" = "before",
): FleetLead | undefined {
  return context[side].homes.get(keyIn(change, side));
}

/** What is deleted with a fleet. */
export function ofFleet(change: Change, { before }: Context): Pick<Fleet, "members" | "services"> {
  const hub = partOf(before.hubs, change);
  const own = hub && hubLead(hub);
  return { members: inFleet(before.members, own), services: inFleet(before.services, own) };
}

export const memberOn = ({ members }: Fleet, cluster: Cluster | undefined) =>
  members.find((one) => one.cluster.key === cluster?.key);

export function addresses(
  services: readonly Service[],
  verb: "change" | "lose",
  { whole }: Context,
  where: string,
): string[] {
  const names = [...new Set(services.map(({ name }) => name))];
  const [one, many] = verb === "lose" ? ["is lost", "are lost"] : ["changes", "change"];
  if (names.length === 1) return [`the address of ${names[0]} ${one}`];
  if (names.length > 1) return [`the addresses of ${joined(names)} ${many}`];
  return whole ? [] : [`the address of any MultiClusterService on ${where} ${one}`];
}

export const servicesOn = ({ services }: Fleet, cluster: Cluster | ClusterLead | undefined) =>
  services.filter((one) => cluster !== undefined && one.cluster?.key === cluster.key);

export const namesOf = (members: readonly Member[]) => members.map(({ name }) => name);

/** The members that a placement chose before. */
export function placedOn(change: Change, { before }: Context): string[] {
  const placement = partOf(before.placements, change);
  return placement ? namesOf(chosenBy(placement, before).members) : [];
}

/** The members that the namespace of an object, or a namespace itself, is placed on. */
export function placesOf(change: Change, context: Context, side: "before" | "after"): string[] {
  const fleet = context[side];
  const namespace = objectKind(change) === "Namespace" ? changeName(change) : namespaceOf(change);
  const members = inFleet(fleet.placements, homeOf(change, context, side))
    .filter(({ namespaces }) => namespace !== undefined && namespaces.includes(namespace))
    .flatMap((placement) => chosenBy(placement, fleet).members);
  return [...new Set(namesOf(members))].sort();
}

export function fromWhere(members: readonly string[], otherwise = "every cluster it chose"): string {
  return members.length > 0 ? joined(members) : otherwise;
}

export function placementOf(
  change: Change,
  side: "before" | "after",
  context: Context,
): Placement | undefined {
  return partOf(context[side].placements, change, side);
}

/** The MultiClusterService on the hub that moves to another member when an override changes. */
export function movedService(change: Change, { before, after }: Context): [Service, Service] | undefined {
  if (change.action !== "update" || objectKind(change) !== "ResourceOverride") return undefined;
  const selected = listOf(at(manifestOf(change), "spec", "resourceSelectors"));
  for (const was of before.services) {
    const is = after.services.find(({ key }) => key === was.key);
    if (!is || was.cluster === undefined || is.cluster === undefined || isSame(is.cluster, was.cluster))
      continue;
    const names = selected.some(
      (one) => at(one, "kind") === "MultiClusterService" && at(one, "name") === was.name,
    );
    const isHere = was.key.startsWith(`${change.stack} `) && was.namespace === namespaceOf(change);
    if (names && isHere) return [was, is];
  }
  return undefined;
}

export function isPlacement(change: Change): boolean {
  return ["ClusterResourcePlacement", "ResourcePlacement"].includes(objectKind(change) ?? "");
}

export interface Choice {
  readonly lost: readonly string[];
  /** Those it may no longer choose. */
  readonly doubtful: readonly string[];
  readonly won: readonly string[];
  readonly dropped: readonly string[];
  /** What the policy stops and starts naming. */
  readonly unnamed: readonly string[];
  readonly named: readonly string[];
  readonly before: Placement;
  readonly after: Placement;
}

/** How a placement's choice changes; undefined if it doesn't, or the hub refuses the change. */
export function choice(change: Change, context: Context): Choice | undefined {
  const before = placementOf(change, "before", context);
  const after = placementOf(change, "after", context);
  if (!isPlacement(change) || change.action !== "update" || !before || !after) return undefined;
  if (refusalsOf(change).length > 0) return undefined;
  const [was, is] = [choices(change, "before", context), choices(change, "after", context)];
  const names = [namedBy(before.policy), namedBy(after.policy)] as const;
  const still = new Set(namesOf(inFleet(context.after.members, after.fleet)));
  const staying = [...was.keys()].filter((name) => still.has(name));
  return {
    lost: staying.filter((name) => was.get(name) !== false && (is.get(name) ?? false) === false),
    doubtful: staying.filter((name) => was.get(name) === true && isUnknown(is.get(name))),
    won: [...is.keys()].filter(
      (name) =>
        (is.get(name) !== false && (was.get(name) ?? false) === false) ||
        (is.get(name) === true && isUnknown(was.get(name))),
    ),
    dropped: before.namespaces.filter((name) => !after.namespaces.includes(name)),
    unnamed: names[1].length === 0 ? [] : names[0].filter((name) => !names[1].includes(name)),
    named: names[0].length === 0 ? [] : names[1].filter((name) => !names[0].includes(name)),
    before,
    after,
  };
}

/** For each member by name, whether a placement chooses it. */
export function choices(change: Change, side: "before" | "after", { model }: Context): Map<string, Truth> {
  const key = keyIn(change, side);
  const placement = model.map((one) => one[side].placements.get(key)).find((one) => one !== undefined);
  return new Map(
    (placement?.schedule.decisions ?? []).flatMap(({ member, isChosen }) =>
      member && typeof member.name === "string" ? [[member.name, isChosen] as const] : [],
    ),
  );
}

/** The parts of an in-place change that the API refuses: then none of it happens. */
export function refusalsOf(change: Change): Refused[] {
  const { action, after, unknown } = change;
  const before = manifestBefore(change);
  if (action !== "update" || !isObject(before) || !isObject(after?.manifest)) return [];
  const open = at(unknown, "manifest");
  return refusedBy(before as KubernetesObject, after.manifest as KubernetesObject).filter(
    ({ path }) => at(open, ...path) !== true,
  );
}

export function placedThings({ namespaces }: Placement): string {
  if (namespaces.length === 0) return "what it placed";
  return `the ${namespaces.length > 1 ? "namespaces" : "namespace"} ${joined(namespaces)}`;
}
