import type { Brought, Placement as FleetPlacement } from "../../fleet-model/fleet";
import { type Identity, keyOf as objectKey } from "../../fleet-model/identity";
import type { Member as ModelMember } from "../../fleet-model/member";
import { allOf, type Truth } from "../../fleet-model/truth";
import { isUnknown } from "../../fleet-model/unknown";
import { at, isFields, textAt, type Value } from "../../fleet-model/value";
import type { Fleet } from "../plan/fleet";
import { isEqual } from "../plan/values";
import { hubsOf, type Modelled, modelOf, namedBy, nameOf, objectsOf } from "./model";
import { refusedBy } from "./refused";

/** A fleet before and after; undefined on the side where it doesn't exist. */
export interface Difference {
  readonly before: Modelled;
  readonly after: Modelled;
  readonly objects: readonly OnMember[];
}

/** An object on a member that stays, before and after. */
export interface OnMember {
  readonly key: string;
  readonly identity: Identity;
  /** undefined if no member is known: then it holds for any. */
  readonly member: string | undefined;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly wasThere: Truth;
  readonly isThere: Truth;
  /** Why it is removed, if it is. */
  readonly loss?: Loss;
  /** What causes the change: an object on the hub, or an override. By stack and address. */
  readonly by: readonly string[];
}

export interface Loss {
  /** Its placement is gone, or no longer chooses the member or selects the object; or it is gone from the hub. */
  readonly how: "placement" | "choice" | "selection" | "override" | "envelope" | "hub";
  /** The placement that placed it. */
  readonly placement: string;
}

/** What each fleet of an app does before and after. */
export function differences(before: Fleet, after: Fleet, anew: ReadonlySet<string>): Difference[] {
  return hubsOf(before, after).map((hub) => {
    const [was, is] = [objectsOf(before, hub), objectsOf(after, hub)];
    const named = [...namedBy(was), ...namedBy(is)];
    const created = new Set(is.map(({ object }) => nameOf(object)));
    const old = modelOf(before, hub, {
      objects: was,
      // What the plans create isn't there before, although something names it.
      named: named.filter((one) => !created.has(nameOf(one))),
      isDeployed: () => true,
    });
    const stays = new Map(was.map((one) => [one.key, one]));
    // What the API refuses to change stays unchanged.
    const accepted = is.map((one) => {
      const same = stays.get(one.key);
      return same && !anew.has(one.key) && refusedBy(same.object, one.object).length > 0
        ? { ...one, object: same.object }
        : one;
    });
    const own = modelOf(after, hub, { objects: accepted, named, before: old.fleet, isDeployed: () => true });
    return { before: old, after: own, objects: compare(old, own) };
  });
}

/** What a placement places: two that place the same object conflict, and releasing it removes it. */
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
    // A failing placement leaves what it placed.
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
  const envelope = envelopeOf(brought.placement, identity);
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
  // What is in an envelope changes with the envelope.
  const names = [a, b].flatMap((one) => (one ? nameOnHub(one) : []));
  return [
    ...new Set(
      [key, ...names].flatMap((name) => [
        ...[own, old].flatMap(({ sources }) => sources.get(name) ?? []).slice(0, 1),
        ...overridesOf(name, old, own),
      ]),
    ),
  ];
}

/** The envelope that holds an object, by name. */
function nameOnHub({ brought, identity }: There): string[] {
  const envelope = envelopeOf(brought.placement, identity);
  const name = envelope && objectKey(envelope.identity);
  return name === undefined || isUnknown(name) ? [] : [name];
}

function envelopeOf({ selection }: FleetPlacement, identity: Identity) {
  return selection.objects.find((one) => /Envelope$/.test(one.identity.kind) && isIn(one.object, identity));
}
