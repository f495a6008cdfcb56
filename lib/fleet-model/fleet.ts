import { PLACEMENT_GROUP } from "../fleet-api/groups";
import type { Decision, Schedule } from "./answer";
import type { Binding } from "./binding";
import { isEnvelope, unwrapped } from "./envelopes";
import { type Hub, type HubObject, type ReadHub, readHub } from "./hub";
import { type Identity, identityOf, type KubernetesObject } from "./identity";
import type { Member } from "./member";
import {
  type Backend,
  backendsOn,
  type Entry,
  type ExportedService,
  type NetworkingBefore,
  networking,
  type ReachedService,
} from "./networking";
import {
  type Overridden,
  type OverriddenObject,
  type OverrideFailure,
  overriding,
  readOverrides,
} from "./overrides";
import type { Policy } from "./policy";
import { hasReached, type Rollout, rolloutOf } from "./rollout";
import { schedule } from "./schedule";
import { type Selection, selectResources } from "./selection";
import type { Placed } from "./services";
import { isUnknown, Unknown } from "./unknown";
import { at, listAt } from "./value";

/** The contents of a fleet's hub, and its members. */
export interface FleetInput {
  readonly hub: Hub;
  readonly members: readonly Member[];
  /** Earlier choices, by the placement's key. @default - none */
  readonly bindings?: (placement: string) => readonly Binding[] | Unknown;
  /** The earlier exports and addresses: the first of each stays. @default - unknown */
  readonly before?: NetworkingBefore;
  /** Objects on a member that don't come from the fleet. @default - none */
  readonly putOn?: (member: Member) => readonly KubernetesObject[];
}

/** What a fleet does with its objects. */
export interface Fleet {
  readonly placements: readonly Placement[];
  readonly members: readonly MemberState[];
  readonly services: readonly ExportedService[];
  readonly entries: readonly Entry[];
  readonly backends: readonly Backend[];
  /** The Services that are exposed outside of their cluster, or should be, by name. */
  readonly reach: readonly ReachedService[];
}

/** A ClusterResourcePlacement, or a ResourcePlacement. */
export interface Placement {
  /** Its name, after `<namespace>/` if it has a namespace. */
  readonly key: string | Unknown;
  readonly object: KubernetesObject;
  /** Which members it chooses, and why. */
  readonly schedule: Schedule;
  /** What it selects on the hub. */
  readonly selection: Selection;
  /** How a change rolls out to the chosen members. */
  readonly rollout: Rollout;
}

export interface MemberState {
  readonly member: Member;
  /** The objects from each placement. */
  readonly brought: readonly Brought[];
  /** Objects that don't come from the fleet. */
  readonly put: readonly KubernetesObject[];
}

/** The objects from a placement on a member that it certainly or possibly chooses. */
export interface Brought {
  readonly placement: Placement;
  readonly isChosen: true | Unknown;
  /** After overrides, and unpacked from envelopes. Members that get the same objects share this list. */
  readonly objects: readonly Placed[];
  /** Why the member gets nothing, and keeps its objects. */
  readonly failure?: OverrideFailure | string;
  /** Why it isn't known whether it gets anything. */
  readonly doubt?: Unknown;
  /** Why it may get other objects, too. */
  readonly others?: Unknown;
}

type Made = Pick<Brought, "objects" | "failure" | "doubt" | "others">;

/** Simulates a fleet. For the effect of losing a member, simulate it again without the member. */
export function fleetOf({ hub: given, members, bindings, before, putOn }: FleetInput): Fleet {
  const hub = readHub(given);
  const overrides = readOverrides(
    hub.listed
      .filter(({ identity }) => isOf(identity, "ClusterResourceOverride", "ResourceOverride"))
      .map(({ identity: { name, namespace }, object }) => ({
        name,
        ...(namespace !== undefined && { namespace }),
        spec: at(object, "spec") ?? {},
      })),
  );
  const placements = hub.listed
    .filter(({ identity }) => isOf(identity, "ClusterResourcePlacement", "ResourcePlacement"))
    .map((one) => placementOf(hub, members, one, bindings));
  const brought = new Map<Member, Brought[]>(members.map((member) => [member, []]));
  for (const placement of placements) {
    const {
      key,
      selection,
      schedule: { decisions },
    } = placement;
    const get = overriding(overrides, key, selection.objects);
    const made = new Map<Overridden, Made>();
    for (const { member, isChosen } of decisions) {
      if (member === undefined || isChosen === false) {
        continue;
      }
      const overridden = get(member);
      const result = made.get(overridden) ?? broughtBy(selection, overridden);
      made.set(overridden, result);
      brought.get(member)?.push({ ...result, placement, isChosen });
    }
  }
  const states = members.map((member) => ({
    member,
    brought: brought.get(member) ?? [],
    put: putOn?.(member) ?? [],
  }));
  const backends = backendsOn(hub);
  return { placements, members: states, backends, ...networking(states, backends, before) };
}

/**
 * A fleet after staged update runs have completed a stage: members of later stages have nothing from these runs yet. Objects
 * from placements without a run that has such a stage are there.
 */
export function afterStage(fleet: Fleet, stage: string): Fleet {
  const members = fleet.members.map((state) => ({
    ...state,
    brought: state.brought.flatMap((one) => {
      const { rollout } = one.placement;
      const has = hasReached(rollout, stage, state.member.name);
      if (has === undefined) {
        return [one];
      }
      const runs = rollout.runs.map((run) => ({ ...run, isStarted: true }));
      const placement = { ...one.placement, rollout: { ...rollout, runs } };
      return has === false ? [] : [{ ...one, placement, ...(isUnknown(has) && { doubt: has }) }];
    }),
  }));
  return { ...fleet, members, ...networking(members, fleet.backends) };
}

/**
 * A fleet after the loss of members. Nothing is rescheduled: a placement keeps its chosen members, even if they are
 * unreachable.
 */
export function without(fleet: Fleet, isLost: (member: Member) => boolean): Fleet {
  const members = fleet.members.filter(({ member }) => !isLost(member));
  const placements = fleet.placements.map((one) => ({
    ...one,
    schedule: {
      ...one.schedule,
      decisions: one.schedule.decisions.filter(({ member }) => member === undefined || !isLost(member)),
    },
  }));
  return { placements, members, backends: fleet.backends, ...networking(members, fleet.backends) };
}

function isOf({ group, kind }: Identity, ...kinds: readonly string[]): boolean {
  return group === PLACEMENT_GROUP && kinds.includes(kind);
}

function placementOf(
  hub: ReadHub,
  members: readonly Member[],
  { identity: { name, namespace }, object }: HubObject,
  bindings: FleetInput["bindings"],
): Placement {
  const key = [name, namespace].find(isUnknown) ?? (namespace === undefined ? name : `${namespace}/${name}`);
  const spec = at(object, "spec");
  const bound = isUnknown(key) ? undefined : bindings?.(key);
  const scheduled = schedule({
    members,
    policy: at(spec, "policy") as Policy | Unknown | undefined,
    ...(namespace !== undefined && { namespace }),
    ...(bound && { bindings: bound }),
  });
  return {
    key,
    object,
    schedule: scheduled,
    rollout: rolloutOf(hub, { name, ...(namespace !== undefined && { namespace }) }, spec, scheduled),
    selection: selectResources(
      hub,
      { name, ...(namespace !== undefined && { namespace }) },
      listAt(spec, "resourceSelectors"),
    ),
  };
}

/** The objects that a member gets of a selection, after overrides and unpacked from envelopes. */
function broughtBy({ objects: selected, failure, doubt, others }: Selection, overridden: Overridden): Made {
  if (failure !== undefined) {
    return isUnknown(failure) ? { objects: [], doubt: failure } : { objects: [], failure };
  }
  if (overridden.failure) {
    return { objects: [], failure: overridden.failure };
  }
  let open = doubt ?? overridden.doubt;
  let more = others;
  const objects: Placed[] = [];
  for (const [index, { object, isThere }] of overridden.objects.entries()) {
    const { identity } = selected[index] as Selection["objects"][number];
    if (isThere === false) {
      continue;
    }
    if (!isEnvelope(identity)) {
      objects.push(placedOnce(overridden.objects[index] as OverriddenObject, identity));
      continue;
    }
    const inside = unwrapped(object, identity);
    if (inside.failure !== undefined && isThere === true) {
      return { objects: [], failure: inside.failure };
    }
    open ??= inside.failure === undefined ? inside.doubt : (isThere as Unknown);
    more ??= inside.doubt;
    for (const one of inside.objects) {
      if (isUnknown(one) || isUnknown(one.kind) || isUnknown(one.apiVersion)) {
        more ??= new Unknown("the contents of an envelope aren't known");
      } else {
        objects.push({ identity: identityOf(one), object: one, isThere });
      }
    }
  }
  return { objects, ...(open && { doubt: open }), ...(more && { others: more }) };
}

const placed = new WeakMap<OverriddenObject, Placed>();

/** Members share objects that no override changes for one of them. */
function placedOnce(overridden: OverriddenObject, identity: Identity): Placed {
  const { object, isThere } = overridden;
  const known = placed.get(overridden) ?? { identity, object, isThere };
  placed.set(overridden, known);
  return known;
}

/** The members that a placement certainly chooses. */
export function chosenBy({ schedule: { decisions } }: Placement): readonly Member[] {
  return decisions
    .filter(({ isChosen }: Decision) => isChosen === true)
    .flatMap(({ member }) => (member ? [member] : []));
}
