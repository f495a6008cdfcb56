import type { MemberState, Placement } from "./fleet";
import { type Identity, identityOf, type KubernetesObject, keyOf } from "./identity";
import type { Rollout } from "./rollout";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, Unknown } from "./unknown";
import { either, type Value } from "./value";

/** An object on a member, once, however many bring it. */
export interface Content {
  readonly identity: Identity;
  /** undefined where its name isn't known, or its namespace's. */
  readonly key: string | undefined;
  readonly object: Value;
  readonly isThere: Truth;
  /** The placements that bring it; none where others than the fleet put it there. */
  readonly placements: readonly Placement[];
}

/** All that is on a member of what is known of: what placements bring there, and what others put there. */
export function contentsOf({ member, brought, put }: MemberState): readonly Content[] {
  const found = new Map<string | object, Content>();
  const add = (identity: Identity, object: Value, isThere: Truth, placement: Placement | undefined) => {
    const name = keyOf(identity);
    const key = isUnknown(name) ? undefined : name;
    const same = key === undefined ? undefined : found.get(key);
    const placements = placement ? [placement] : [];
    found.set(
      key ?? {},
      same
        ? {
            ...same,
            object: either(same.object, object, "several bring it, and the first to do so has it") as Value,
            isThere: anyOf([same.isThere, isThere]),
            placements: [...same.placements, ...placements],
          }
        : { identity, key, object, isThere, placements },
    );
  };
  for (const { placement, isChosen, objects, doubt } of brought) {
    const arrives = arrivalOf(placement.rollout, member.name);
    for (const { identity, object, isThere } of objects) {
      const is = allOf([isThere, isChosen, doubt ?? true, arrives]);
      if (is !== false) {
        add(identity, object, is, placement);
      }
    }
  }
  for (const object of put) {
    add(identityOf(object as KubernetesObject), object, true, undefined);
  }
  return [...found.values()];
}

/** Whether what is placed is applied to a member that is chosen, once nothing waits any more. */
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

const REPORTS = new Unknown("differences are only reported (ReportDiff): what is there stays");
const NO_RUN = new Unknown("only a staged update run brings it, and none of this app does");
