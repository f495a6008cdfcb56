import { CLUSTER_GROUP } from "../../fleet-api/groups";
import type { Binding } from "../../fleet-model/binding";
import {
  type Brought,
  type Placement as FleetPlacement,
  fleetOf,
  type Fleet as ModelFleet,
} from "../../fleet-model/fleet";
import {
  groupVersionOf,
  type Identity,
  identityOf,
  type KubernetesObject,
  keyOf as objectKey,
} from "../../fleet-model/identity";
import { scopesOn } from "../../fleet-model/kinds";
import type { Member as ModelMember, Taint } from "../../fleet-model/member";
import { asStored, type Policy } from "../../fleet-model/policy";
import { allOf, type Truth } from "../../fleet-model/truth";
import { isUnknown, Unknown } from "../../fleet-model/unknown";
import { at, isFields, listAt, textAt, type Value } from "../../fleet-model/value";
import { type Fleet, type FleetLead, type FleetObject, hubLead, inFleet, type Member } from "../plan/fleet";
import { isSame } from "../plan/things";
import { isEqual } from "../plan/values";
import { anyMember, asPlanned } from "./choice";
import { refusedBy } from "./refused";

/** What a fleet does with its objects, on one side of the plans. */
export interface Modelled {
  readonly hub: FleetLead | undefined;
  readonly fleet: ModelFleet;
  /** Of each object on the hub, by what it is called, what makes it. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of each object, what makes the overrides that name it. */
  readonly overrides: ReadonlyMap<string, readonly string[]>;
  /** By what makes them. */
  readonly placements: ReadonlyMap<string, FleetPlacement>;
}

/** A fleet before and after: a side is undefined where there is none. */
export interface Difference {
  readonly before: Modelled;
  readonly after: Modelled;
  readonly objects: readonly OnMember[];
}

/** An object on a member that stays: what it was, and what becomes of it. */
export interface OnMember {
  readonly key: string;
  readonly identity: Identity;
  /** undefined where no member is known: then what is said holds for any. */
  readonly member: string | undefined;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly wasThere: Truth;
  readonly isThere: Truth;
  /** Why it is no longer there, where it was. */
  readonly loss?: Loss;
  /** What makes the change: an object on the hub, or an override. By stack and address. */
  readonly by: readonly string[];
}

export interface Loss {
  /** Its placement is gone, or doesn't choose the member any more, or doesn't select it; or the hub hasn't it any more. */
  readonly how: "placement" | "choice" | "selection" | "override" | "envelope" | "hub";
  /** Of the placement that brought it. */
  readonly placement: string;
}

/** What each fleet of an app does before and after. */
export function differences(before: Fleet, after: Fleet, anew: ReadonlySet<string>): Difference[] {
  const hubs = before.hubs.length > 0 ? before.hubs : after.hubs;
  const leads = hubs.length > 0 ? hubs.map(hubLead) : [undefined];
  return leads.map((hub) => {
    const [was, is] = [objectsOf(before, hub), objectsOf(after, hub)];
    const named = [...namedBy(was), ...namedBy(is)];
    const old = modelled(before, hub, was, named, undefined);
    const stays = new Map(was.map((one) => [one.key, one]));
    // What the API refuses to change stays as it is.
    const accepted = is.map((one) => {
      const same = stays.get(one.key);
      return same && !anew.has(one.key) && refusedBy(same.object, one.object).length > 0
        ? { ...one, object: same.object }
        : one;
    });
    const own = modelled(after, hub, accepted, named, old.fleet);
    return { before: old, after: own, objects: compare(old, own) };
  });
}

/** What is applied to a hub. Where that can't be told, all is but what only a member has a use for. */
function objectsOf(fleet: Fleet, hub: FleetLead | undefined): FleetObject[] {
  return fleet.objects.filter(
    (one) =>
      one.on !== "cluster" &&
      (one.on === "hub" || one.object.kind !== "MultiClusterService") &&
      (hub === undefined || (one.fleet ? isSame(one.fleet, hub) : fleet.hubs.length < 2)),
  );
}

/** What objects name that is on the hub then, also where this app doesn't put it there. */
function namedBy(objects: readonly FleetObject[]): KubernetesObject[] {
  return objects
    .flatMap(({ object }) => {
      const namespace = textAt(object, "metadata", "namespace");
      const own = typeof namespace === "string" ? namespace : undefined;
      if (object.kind === "ServiceExport") {
        return [stub({ version: "v1", kind: "Service", name: textAt(object, "metadata", "name") }, own)];
      }
      if (!/^(Cluster)?Resource(Placement|Override)$/.test(object.kind)) {
        return [];
      }
      const field =
        object.kind === "ClusterResourceOverride" ? "clusterResourceSelectors" : "resourceSelectors";
      const selectors = listAt(object, "spec", field);
      return (isUnknown(selectors) ? [] : selectors).map((selector) => stub(withKind(selector), own));
    })
    .filter((one): one is KubernetesObject => one !== undefined);
}

function stub(selector: Value, namespace: string | undefined): KubernetesObject | undefined {
  const text = (key: string) => {
    const found = textAt(selector, key);
    return typeof found === "string" ? found : undefined;
  };
  const [group, version, kind, name] = [text("group") ?? "", text("version"), text("kind"), text("name")];
  return version === undefined || kind === undefined || name === undefined
    ? undefined
    : {
        apiVersion: group === "" ? version : `${group}/${version}`,
        kind,
        metadata: { name, ...(namespace !== undefined && { namespace }) },
        spec: NOT_OURS,
      };
}

const NOT_OURS = new Unknown("it is not in these plans");

/** A selector with what the API fills in. */
function withKind(selector: Value): Value {
  return isFields(selector) && selector.kind === "Namespace"
    ? { ...selector, group: selector.group ?? "", version: selector.version ?? "v1" }
    : selector;
}

function modelled(
  fleet: Fleet,
  hub: FleetLead | undefined,
  objects: readonly FleetObject[],
  named: readonly KubernetesObject[],
  before: ModelFleet | undefined,
): Modelled {
  const sources = new Map<string, string>();
  const overrides = new Map<string, string[]>();
  for (const one of objects.filter(({ object }) => /Override$/.test(object.kind))) {
    for (const target of namedBy([one])) {
      const name = objectKey(identityOf(target)) as string;
      overrides.set(name, [...(overrides.get(name) ?? []), one.key]);
    }
  }
  const own = objects.map(({ key, object }) => {
    const name = objectKey(identityOf(object));
    if (!isUnknown(name)) {
      sources.set(name, key);
    }
    return asOnHub(object);
  });
  const missing = new Map<string, KubernetesObject>();
  const isKnown = new Set(
    own.map(({ kind, metadata }) => `${kind} ${textOf(metadata, "namespace")} ${textOf(metadata, "name")}`),
  );
  for (const one of named) {
    const name = `${one.kind} ${textOf(one.metadata, "namespace")} ${textOf(one.metadata, "name")}`;
    if (!isKnown.has(name)) {
      missing.set(name, one);
    }
  }
  const all = [...own, ...missing.values()];
  const scopes = scopesOn(all);
  const known = inFleet(fleet.members, hub).map((member) => memberOf(member, fleet, own, before));
  const members = known.length > 0 || before?.members.some(isNamed) ? known : [anyMember()];
  const model = fleetOf({
    hub: {
      objects: all,
      // What an app deploys is what the hub serves.
      scopeOf: (kind) => {
        const scope = scopes(kind);
        return isUnknown(scope) ? "Namespaced" : scope;
      },
    },
    members,
    bindings: (placement) => boundBefore(placement, before, own, members),
  });
  const placements = new Map(
    model.placements.flatMap((one) => {
      const source = sources.get(nameOf(one.object) ?? "");
      return source === undefined ? [] : [[source, one] as const];
    }),
  );
  return { hub, sources, overrides, placements, fleet: model };
}

function isNamed({ member }: { readonly member: ModelMember }): boolean {
  return !isUnknown(member.name);
}

function textOf(value: Value, key: string): string {
  const text = textAt(value, key);
  return typeof text === "string" ? text : "";
}

/** A placement as the API stores it: it fills in what is left out. */
function asOnHub(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (!/^(Cluster)?ResourcePlacement$/.test(object.kind) || !isFields(spec)) {
    return object;
  }
  const selectors = listAt(spec, "resourceSelectors");
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.policy !== undefined && { policy: asStored(spec.policy as Policy) as Value }),
      resourceSelectors: isUnknown(selectors) ? selectors : selectors.map(withKind),
    },
  };
}

/** A member as an app deploys it, with what is said of it on the hub. What a taint keeps off stays where it is already. */
function memberOf(
  one: Member,
  fleet: Fleet,
  objects: readonly KubernetesObject[],
  before: ModelFleet | undefined,
): ModelMember {
  const { name } = one;
  const onHub = objects.find(
    ({ apiVersion, kind, metadata }) =>
      groupVersionOf(apiVersion).group === CLUSTER_GROUP &&
      kind === "MemberCluster" &&
      textOf(metadata, "name") === name,
  );
  const was = before?.members.find(({ member }) => member.name === name)?.member;
  return {
    ...asPlanned(one, fleet, Object.keys(one.labels).length > 0 || (was !== undefined && !was.labels.others)),
    taints: was ? was.taints : (listAt(onHub, "spec", "taints") as readonly Taint[] | Unknown),
  };
}

/**
 * What a PickN has chosen stays chosen. Which members that are, only the hub knows, unless it has all. Any other placement
 * chooses anew, as the next change of its policy makes it do.
 */
function boundBefore(
  key: string,
  before: ModelFleet | undefined,
  objects: readonly KubernetesObject[],
  members: readonly ModelMember[],
): readonly Binding[] | Unknown {
  const policy = policyOf(objects.find((one) => keyOfPlacement(one) === key));
  const wanted = isFields(policy) && policy.placementType === "PickN" ? policy.numberOfClusters : undefined;
  // Whatever it has, it gets all, or loses all.
  if (wanted === undefined || wanted === 0 || (typeof wanted === "number" && wanted >= members.length)) {
    return [];
  }
  if (before === undefined) {
    return ONLY_THE_HUB;
  }
  const was = before.placements.find((one) => one.key === key);
  if (!was) {
    return [];
  }
  const { outcome } = was.schedule;
  if (isUnknown(outcome)) {
    return outcome;
  }
  const withoutNumber = (one: Value | undefined) => isFields(one) && { ...one, numberOfClusters: 0 };
  const isCurrent = isEqual(withoutNumber(policyOf(was.object)), withoutNumber(policy));
  return outcome.bindings.map(({ isNew: _, ...binding }) => ({ ...binding, state: "Bound", isCurrent }));
}

const ONLY_THE_HUB = new Unknown("only the hub knows which members it has chosen");

function policyOf(object: KubernetesObject | undefined): (Policy & Value) | undefined {
  return at(object, "spec", "policy") as (Policy & Value) | undefined;
}

function keyOfPlacement({ kind, metadata }: KubernetesObject): string | undefined {
  const [namespace, name] = [textOf(metadata, "namespace"), textOf(metadata, "name")];
  return kind === "ClusterResourcePlacement"
    ? name
    : kind === "ResourcePlacement"
      ? `${namespace}/${name}`
      : undefined;
}

/** What a placement brings: two that bring the same object are in each other's way, and one that lets go removes it. */
interface There {
  readonly key: string;
  readonly identity: Identity;
  readonly object: Value;
  readonly is: Truth;
  readonly brought: Brought;
}

function compare(old: Modelled, own: Modelled): OnMember[] {
  const found: OnMember[] = [];
  for (const { member, brought } of old.fleet.members) {
    const name = isUnknown(member.name) ? undefined : member.name;
    const other = own.fleet.members.find((one) => name === undefined || one.member.name === name);
    if (other === undefined) {
      continue;
    }
    const was = there(brought);
    // A placement that fails leaves what it has put there.
    const failed = new Set(
      other.brought.filter(({ failure }) => failure).map(({ placement }) => placement.key),
    );
    const kept = brought.filter(({ placement }) => failed.has(placement.key));
    const is = there([...kept, ...other.brought]);
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const [a, b] = [was.get(id), is.get(id)];
      const key = (a ?? (b as There)).key;
      const one = {
        key,
        identity: (a ?? b)?.identity as Identity,
        member: name,
        before: a?.object,
        after: b?.object,
        wasThere: a?.is ?? false,
        isThere: b?.is ?? false,
      };
      const isLost =
        one.wasThere !== false &&
        one.isThere !== true &&
        !(isUnknown(one.wasThere) && isUnknown(one.isThere));
      const loss = a && isLost ? lossOf(a, key, member, old, own) : undefined;
      found.push({ ...one, ...(loss && { loss: loss.loss }), by: loss?.by ?? editors(a, b, key, old, own) });
    }
  }
  return found;
}

function there(brought: readonly Brought[]): Map<string, There> {
  const found = new Map<string, There>();
  for (const one of brought) {
    for (const { identity, object, isThere } of one.objects) {
      const key = objectKey(identity);
      if (!isUnknown(key)) {
        found.set(`${String(one.placement.key)} ${key}`, {
          key,
          identity,
          object,
          is: allOf([isThere, one.isChosen, one.doubt ?? true]),
          brought: one,
        });
      }
    }
  }
  return found;
}

function lossOf(
  { brought, identity }: There,
  key: string,
  member: ModelMember,
  old: Modelled,
  own: Modelled,
): { readonly loss: Loss; readonly by: readonly string[] } {
  const placement = brought.placement.key as string;
  const source = (name: string | undefined) =>
    name === undefined ? undefined : (own.sources.get(name) ?? old.sources.get(name));
  const ofPlacement = source(nameOf(brought.placement.object));
  const made = (how: Loss["how"], ...by: readonly (string | undefined)[]) => ({
    loss: { how, placement },
    by: [...new Set(by.filter((one): one is string => one !== undefined))],
  });
  const after = own.fleet.placements.find((one) => one.key === placement);
  if (after === undefined) {
    return made("placement", ofPlacement);
  }
  const chosen = (one: FleetPlacement) =>
    one.schedule.decisions.find((decision) => isUnknown(member.name) || decision.member?.name === member.name)
      ?.isChosen ?? false;
  const isNews = chosen(after) === false || (isUnknown(chosen(after)) && chosen(brought.placement) === true);
  if (isNews) {
    return made("choice", ofPlacement);
  }
  const envelope = brought.placement.selection.objects.find(
    (one) => /Envelope$/.test(one.identity.kind) && isIn(one.object, identity),
  );
  const selected = (one: FleetPlacement, name: string) =>
    one.selection.objects.some((other) => objectKey(other.identity) === name);
  const name = envelope ? (objectKey(envelope.identity) as string) : key;
  if (!own.sources.has(name) && old.sources.has(name)) {
    return made("hub", old.sources.get(name));
  }
  if (!selected(after, name)) {
    return made("selection", ofPlacement, source(name));
  }
  const overrides = overridesOf(name, old, own);
  if (envelope && overrides.length === 0) {
    return made("envelope", source(name));
  }
  return made("override", ...overrides, source(name));
}

function isIn(envelope: Value, { kind, name }: Identity): boolean {
  const data = at(envelope, "data");
  return (
    isFields(data) &&
    Object.values(data).some(
      (one) => textAt(one, "kind") === kind && textAt(one, "metadata", "name") === name,
    )
  );
}

function nameOf(object: KubernetesObject): string | undefined {
  const name = objectKey(identityOf(object));
  return isUnknown(name) ? undefined : name;
}

/** The overrides that name an object, before or after. */
function overridesOf(key: string, ...sides: readonly Modelled[]): string[] {
  return [...new Set(sides.flatMap(({ overrides }) => overrides.get(key) ?? []))];
}

function editors(
  a: There | undefined,
  b: There | undefined,
  key: string,
  old: Modelled,
  own: Modelled,
): string[] {
  if (a && b && isEqual(a.object, b.object)) {
    return [];
  }
  const source = own.sources.get(key) ?? old.sources.get(key);
  return [...new Set([...(source ? [source] : []), ...overridesOf(key, old, own)])];
}
