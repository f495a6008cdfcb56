import { type Binding, knownBindings } from "./binding";
import type { Member } from "./member";
import type { Policy } from "./policy";
import { isUnknown, type Unknown } from "./unknown";

/** What the scheduler looks at to choose the clusters of a placement. */
export interface Cycle {
  /** Every member of the fleet. */
  readonly members: readonly Member[];
  /** Why there may be others. @default - there are none */
  readonly otherMembers?: Unknown;
  /** As the API stores it; without one, every member is chosen that can be. */
  readonly policy?: Policy;
  /** Of a ResourcePlacement. */
  readonly namespace?: string | Unknown;
  /** What is chosen already. @default - nothing */
  readonly bindings?: readonly Binding[] | Unknown;
  /** What the reports of members are compared with. @default - not known, and so is what depends on it */
  readonly now?: Date;
}

/** A cycle whose members are in the order of their names, and whose bindings are known to be of them, or unknown. */
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

/** All placements of a fleet ask for the same members. */
function inOrder(members: readonly Member[]): readonly Member[] {
  const name = (member: Member) => (isUnknown(member.name) ? "\u{10ffff}" : member.name);
  const known = ordered.get(members) ?? [...members].sort((one, other) => (name(one) < name(other) ? -1 : 1));
  ordered.set(members, known);
  return known;
}
