import { type Binding, knownBindings } from "./binding";
import type { Member } from "./member";
import type { Policy } from "./policy";
import { isUnknown, type Unknown } from "./unknown";

/** The scheduler's input for the clusters of a placement. */
export interface Cycle {
  /** Every member of the fleet. */
  readonly members: readonly Member[];
  /** Why there may be others. @default - there are none */
  readonly otherMembers?: Unknown;
  /** As the API stores it; without one, every eligible member is chosen. */
  readonly policy?: Policy;
  /** The namespace of a ResourcePlacement. */
  readonly namespace?: string | Unknown;
  /** Earlier choices. @default - none */
  readonly bindings?: readonly Binding[] | Unknown;
  /** The time with which members' reports are compared. @default - unknown, as is everything that depends on it */
  readonly now?: Date;
}

/** A cycle with its members sorted by name, and bindings that belong to them, or are unknown. */
export interface PreparedCycle extends Cycle {
  readonly bindings: readonly Binding[] | Unknown;
}

export function prepared({ members, bindings = [], ...cycle }: Cycle): PreparedCycle {
  const known = knownBindings(bindings, members);
  return {
    ...cycle,
    members: inOrder(members),
    bindings: isUnknown(known) ? known : known.map(({ isNew, ...binding }) => binding),
  };
}

const ordered = new WeakMap<readonly Member[], readonly Member[]>();

/** All placements of a fleet use the same members. */
function inOrder(members: readonly Member[]): readonly Member[] {
  const name = (member: Member) => (isUnknown(member.name) ? "\u{10ffff}" : member.name);
  const known = ordered.get(members) ?? [...members].sort((one, other) => (name(one) < name(other) ? -1 : 1));
  ordered.set(members, known);
  return known;
}
