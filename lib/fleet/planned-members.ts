import { optional } from "../checks/required";
import { type Member, type PlannedMember, plannedMember } from "../fleet-model/member";
import { Unknown } from "../fleet-model/unknown";
import { modelValue } from "../kubernetes/model-value";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";

const NOT_KNOWN = new Unknown("this app doesn't know it");

/** Why a fleet may have members that the app doesn't know. */
export function otherMembersOf({ knowsAllMembers }: IFleet): Unknown | undefined {
  return knowsAllMembers ? undefined : new Unknown("the fleet may have members that this app doesn't know");
}

/** The members known to the app, as the fleet's scheduler will see them. Members may still join. */
export function plannedMembers({ members }: IFleet): ReadonlyMap<IFleetMember, Member> {
  return new Map(members.map((member) => [member, planned(member)]));
}

function planned(member: IFleetMember): Member {
  const cluster = optional(() => member.cluster);
  return {
    ...plannedMember({
      name: text(() => member.memberName),
      location: text(() => cluster?.location),
      labels: labelsOf(member),
      clusterName: text(() => cluster?.clusterName),
      resourceGroup: text(() => cluster?.resourceGroupName),
      subscriptionId: text(() => cluster?.subscriptionId),
    }),
    // With unknown namespaces, a member can be selected for any.
    namespaces: undefined,
  };
}

function labelsOf(member: IFleetMember): PlannedMember["labels"] {
  const labels = optional(() => member.labels);
  return labels === undefined
    ? new Unknown("the app gives the member no labels, somebody else may")
    : (modelValue(labels) as Record<string, string | Unknown> | Unknown);
}

function text(read: () => string | undefined): string | Unknown {
  const value = optional(read);
  return value === undefined ? NOT_KNOWN : (modelValue(value) as string | Unknown);
}
