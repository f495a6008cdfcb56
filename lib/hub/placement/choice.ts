import type { IFleet } from "../../fleet/fleet";
import type { IFleetMember } from "../../fleet/fleet-member";
import { otherMembersOf, plannedMembers } from "../../fleet/planned-members";
import { choiceOf } from "../../fleet-model/choice";
import type { Policy } from "../../fleet-model/policy";
import { anyOf, type Truth } from "../../fleet-model/truth";
import { not } from "../../fleet-model/unknown";
import { modelValue } from "../../kubernetes/model-value";
import type { IPlacement } from "./placement";

/** The members that a placement selects, as far as known at synth. */
export interface Choice {
  readonly isChosen: (member: IFleetMember) => Truth;
  /** Whether no member is selected. */
  readonly isNone: Truth;
  /** Undefined unless known for every member. */
  readonly members: readonly IFleetMember[] | undefined;
}

/** @param policy as the API takes it */
export function choiceIn(fleet: IFleet, policy: Record<string, unknown>): Choice {
  const planned = plannedMembers(fleet);
  const otherMembers = otherMembersOf(fleet);
  const chosen = choiceOf({
    members: [...planned.values()],
    policy: modelValue(policy) as Policy,
    ...(otherMembers && { otherMembers }),
  });
  const truths = new Map([...planned].map(([member, asked]) => [member, chosen(asked)]));
  const areKnown = !otherMembers && [...truths.values()].every((truth) => typeof truth === "boolean");
  return {
    isChosen: (member) => truths.get(member) ?? otherMembers ?? false,
    isNone: not(anyOf([...truths.values(), otherMembers ?? false])),
    members: areKnown ? fleet.members.filter((member) => truths.get(member) === true) : undefined,
  };
}

/** The members that both placements certainly select. */
export function chosenByBoth(one: IPlacement, other: IPlacement): readonly IFleetMember[] {
  return (one.fleet?.members ?? []).filter(
    (member) => one._chooses(member) === true && other._chooses(member) === true,
  );
}
