import { chosenBy } from "../judge/choice";
import type { Report } from "../judge/effects";
import type { Fleet } from "../plan/fleet";
import { linkKey, type Mark } from "./diagram";

export interface Marks {
  readonly before: ReadonlyMap<string, Mark>;
  readonly after: ReadonlyMap<string, Mark>;
}

/** Marks changed parts of a fleet: removals in the fleet before, additions in the fleet after. */
export function marksOf({ stacks, ...fleets }: Report): Marks {
  const before = new Map<string, Mark>();
  const after = new Map<string, Mark>();
  for (const { changes } of stacks) {
    for (const { change } of changes) {
      const key = `${change.stack} ${change.address}`;
      const { action } = change;
      if (action === "delete" || action === "replace" || action === "forget") before.set(key, "goes");
      if (action === "create" || action === "replace") after.set(key, "comes");
      if (action === "update") {
        before.set(key, "changes");
        after.set(key, "changes");
      }
    }
  }
  markAddresses(fleets.before, before, "goes");
  markAddresses(fleets.after, after, "comes");
  markPlaces(fleets.before, fleets.after, before, "goes");
  markPlaces(fleets.after, fleets.before, after, "comes");
  return { before, after };
}

/** An address is removed and added with its cluster or membership. */
function markAddresses({ services, clusters, members }: Fleet, marks: Map<string, Mark>, mark: Mark): void {
  for (const { key, cluster } of services) {
    const holders = [
      ...clusters.filter((one) => one.key === cluster?.key),
      ...members.filter((member) => member.cluster.key === cluster?.key),
    ];
    if (holders.some((holder) => marks.get(holder.key) === mark)) marks.set(key, mark);
  }
}

/** Where a placement exists on one side only. */
function markPlaces(own: Fleet, other: Fleet, marks: Map<string, Mark>, mark: Mark): void {
  for (const placement of own.placements) {
    const same = other.placements.find(({ key }) => key === placement.key);
    const there = same ? chosenBy(same, other).members : [];
    for (const member of chosenBy(placement, own).members) {
      if (!there.some(({ name }) => name === member.name)) marks.set(linkKey(placement, member), mark);
    }
  }
}
