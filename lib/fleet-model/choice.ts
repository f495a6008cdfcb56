import type { Cycle } from "./cycle";
import type { Member } from "./member";
import { asStored, type Policy } from "./policy";
import { schedule } from "./schedule";
import { allOf, type Truth } from "./truth";
import { isUnknown, part, Unknown } from "./unknown";

/**
 * Whether a placement chooses each member, if only the hub knows its earlier choices. A PickN keeps these, so the choice is
 * only known if it takes every member that it can.
 */
export function choiceOf(
  cycle: Pick<Cycle, "members" | "otherMembers" | "policy">,
): (member: Member) => Truth {
  const policy = asStored(cycle.policy);
  if (!policy || isUnknown(policy) || policy.placementType !== "PickN") {
    return chosenIn({ ...cycle, policy });
  }
  const { members, otherMembers } = cycle;
  const count = part(policy, "numberOfClusters");
  if (count === 0) {
    return () => false;
  }
  const all: Policy = { ...policy, numberOfClusters: members.length };
  const canBe = chosenIn({ members, policy: { ...all, topologySpreadConstraints: [] } });
  const candidates = members.filter((member) => canBe(member) !== false);
  const unsure = otherMembers ?? (isUnknown(count) ? count : KEEPS);
  if (otherMembers || typeof count !== "number" || candidates.length > count) {
    return (member) => allOf([canBe(member), unsure]);
  }
  const isChosen = chosenIn({ members, policy: all });
  // A spread may exclude some of them, depending on earlier choices.
  return (member) => allOf([canBe(member), isChosen(member) || KEEPS]);
}

const KEEPS = new Unknown("a PickN keeps the members that it has, and only the hub knows them");

/** The choice of a new placement. */
function chosenIn(cycle: Cycle): (member: Member) => Truth {
  const { decisions, outcome } = schedule(cycle);
  // The scheduler stops, and keeps its earlier choices.
  const failure = isUnknown(outcome) ? undefined : outcome.failure;
  const stopped = failure === undefined ? undefined : new Unknown(failure);
  const chosen = new Map(decisions.map(({ member, isChosen }) => [member, isChosen]));
  return (member) => stopped ?? chosen.get(member) ?? false;
}
