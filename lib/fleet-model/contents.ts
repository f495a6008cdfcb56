import type { MemberState, Placement } from "./fleet";
import { type Identity, identityOf, knownKeyOf } from "./identity";
import type { Rollout } from "./rollout";
import type { Placed } from "./services";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, Unknown } from "./unknown";
import { either, type Value } from "./value";

/** An object on a member, once, even if several placements bring it. */
export interface Content {
  readonly identity: Identity;
  /** Undefined if its name or namespace isn't known. */
  readonly key: string | undefined;
  readonly object: Value;
  readonly isThere: Truth;
  /** The placements that bring it; none if it doesn't come from the fleet. */
  readonly placements: readonly Placement[];
}

/** All known objects on a member: those from placements, and others. */
export function contentsOf({ member, brought, put }: MemberState): readonly Content[] {
  const found = new Map<string | object, Content>();
  const add = (content: Content) => {
    const { key } = content;
    const same = key === undefined ? undefined : found.get(key);
    found.set(key ?? content, same ? both(same, content) : content);
  };
  for (const { placement, isChosen, objects, doubt } of brought) {
    const isBrought = allOf([isChosen, doubt ?? true, arrivalOf(placement.rollout, member.name)]);
    for (const one of objects) {
      add(
        isBrought === true
          ? certain(one, placement)
          : content(one, allOf([one.isThere, isBrought]), placement),
      );
    }
  }
  for (const object of put) {
    add(content({ identity: identityOf(object), object, isThere: true }, true));
  }
  return [...found.values()];
}

function content({ identity, object }: Placed, isThere: Truth, ...placements: readonly Placement[]): Content {
  return { identity, key: knownKeyOf(identity), object, isThere, placements };
}

const known = new WeakMap<Placed, Content>();

/** Members that get the same objects share it. */
function certain(one: Placed, placement: Placement): Content {
  const made = known.get(one) ?? content(one, one.isThere, placement);
  known.set(one, made);
  return made;
}

function both(one: Content, other: Content): Content {
  return {
    ...one,
    object: either(one.object, other.object, "several bring it, and the first to do so has it") as Value,
    isThere: anyOf([one.isThere, other.isThere]),
    placements: [...one.placements, ...other.placements],
  };
}

/** Whether placed objects are applied to a chosen member, once all rollouts are complete. */
export function arrivalOf({ isExternal, isReport, runs }: Rollout, member: string | Unknown): Truth {
  if (isReport !== false) {
    return isUnknown(isReport) ? isReport : REPORTS;
  }
  return anyOf([
    not(isExternal),
    ...runs.map(({ isStarted, order }) => allOf([isStarted, isIn(order, member)])),
  ]) === true
    ? true
    : isUnknown(isExternal)
      ? isExternal
      : NO_RUN;
}

function isIn(order: Rollout["runs"][number]["order"], member: string | Unknown): Truth {
  const unknown = [order, member].find(isUnknown);
  if (unknown || isUnknown(order)) {
    return unknown as Unknown;
  }
  return order.stages.some(({ members }) => members.includes(member as string));
}

const REPORTS = new Unknown("differences are only reported (ReportDiff), nothing is applied");
const NO_RUN = new Unknown("only a staged update run rolls it out, and this app has none that does");
