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

/** What a fleet has, and what it would be told. */
export interface FleetInput {
  readonly hub: Hub;
  readonly members: readonly Member[];
  /** What is chosen already, by the placement's key. @default - nothing */
  readonly bindings?: (placement: string) => readonly Binding[] | Unknown;
  /** What members exported, and which addresses there were: the first to come stays. @default - unknown */
  readonly before?: NetworkingBefore;
  /** What is put on a member by others than the fleet. @default - nothing */
  readonly putOn?: (member: Member) => readonly KubernetesObject[];
}

/** What a fleet does with its objects. */
export interface Fleet {
  readonly placements: readonly Placement[];
  readonly members: readonly MemberState[];
  readonly services: readonly ExportedService[];
  readonly entries: readonly Entry[];
  readonly backends: readonly Backend[];
  /** The Services that are reached from elsewhere than their own cluster, or are meant to be, by their names. */
  readonly reach: readonly ReachedService[];
}

/** A ClusterResourcePlacement, or a ResourcePlacement. */
export interface Placement {
  /** Its name, after `<namespace>/` where it has one. */
  readonly key: string | Unknown;
  readonly object: KubernetesObject;
  /** Which members it chooses, and why. */
  readonly schedule: Schedule;
  /** What it selects on the hub. */
  readonly selection: Selection;
  /** How a change gets to the members that it chooses. */
  readonly rollout: Rollout;
}

export interface MemberState {
  readonly member: Member;
  /** What each placement brings. */
  readonly brought: readonly Brought[];
  /** What others than the fleet put there. */
  readonly put: readonly KubernetesObject[];
}

/** What a placement brings to a member that it chooses, for certain or perhaps. */
export interface Brought {
  readonly placement: Placement;
  readonly isChosen: true | Unknown;
  /** After overrides, and out of envelopes. Members that get the same share this list. */
  readonly objects: readonly Placed[];
  /** Why the member gets nothing, and keeps what it had. */
  readonly failure?: OverrideFailure | string;
  /** Why it isn't known whether it gets anything. */
  readonly doubt?: Unknown;
  /** Why it may get other objects, too. */
  readonly others?: Unknown;
}

type Made = Pick<Brought, "objects" | "failure" | "doubt" | "others">;

/** Works out what a fleet does. To see what a member's loss changes, work it out again without the member. */
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
 * What there is of a fleet when staged update runs have come to the end of a stage: members of later stages have nothing yet of
 * what is to come by these runs. What comes by none that has such a stage is there.
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
 * What is left of a fleet of which members are lost. Nothing moves by itself then: a placement keeps the members that it has
 * chosen, whether they answer or not.
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

/** What a member gets of a selection: what is left of it after overrides, and out of envelopes. */
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
        more ??= new Unknown("it isn't known what is in an envelope");
      } else {
        objects.push({ identity: identityOf(one), object: one, isThere });
      }
    }
  }
  return { objects, ...(open && { doubt: open }), ...(more && { others: more }) };
}

const placed = new WeakMap<OverriddenObject, Placed>();

/** Members share what no override makes otherwise for one of them. */
function placedOnce(overridden: OverriddenObject, identity: Identity): Placed {
  const { object, isThere } = overridden;
  const known = placed.get(overridden) ?? { identity, object, isThere };
  placed.set(overridden, known);
  return known;
}

/** The members that a placement chooses for certain. */
export function chosenBy({ schedule: { decisions } }: Placement): readonly Member[] {
  return decisions
    .filter(({ isChosen }: Decision) => isChosen === true)
    .flatMap(({ member }) => (member ? [member] : []));
}
