import { type Member as ModelMember, plannedMember } from "../../fleet-model/member";
import { asStored, type Policy } from "../../fleet-model/policy";
import { schedule } from "../../fleet-model/schedule";
import { Unknown } from "../../fleet-model/unknown";
import { isFields, type Value } from "../../fleet-model/value";
import { type Fleet, inFleet, type Member, modelValue, type Placement } from "../plan/fleet";
import { at } from "../plan/values";

/**
 * A member as an app deploys it.
 * @param isLabelled whether it has the labels that the app gives, and no others, where these are none at all
 */
export function asPlanned(
  { name, cluster, labels }: Member,
  { clusters }: Fleet,
  isLabelled = Object.keys(labels).length > 0,
): ModelMember {
  const { location, group } = clusters.find(({ key }) => key === cluster.key) ?? {};
  return {
    ...plannedMember({
      name,
      location: location ?? new Unknown("the location of the cluster isn't known"),
      labels: isLabelled
        ? Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, labelOf(value)]))
        : new Unknown("the app gives it no labels, somebody else may"),
      clusterName: cluster.name,
      ...(group !== undefined && { resourceGroup: group }),
    }),
    // One that doesn't say which namespaces it has is chosen for any.
    namespaces: undefined,
  };
}

/** Of a fleet of which no member is known: what can be said of any. */
export function anyMember(): ModelMember {
  const unknown = new Unknown("the members of the fleet are not in these plans");
  return { ...plannedMember({ name: unknown, location: unknown, labels: unknown }), namespaces: undefined };
}

function labelOf(value: unknown): string | Unknown {
  return typeof value === "string" && !value.includes("${")
    ? value
    : new Unknown("it is known after the deployment only");
}

/** The members of its fleet that a placement chooses, or may choose, and whether that can be told for sure. */
export function chosenBy(placement: Placement, fleet: Fleet): { members: Member[]; sure: boolean } {
  const own = inFleet(fleet.members, placement.fleet);
  const planned = new Map(own.map((member) => [asPlanned(member, fleet), member]));
  const { decisions } = schedule({
    members: [...planned.keys()],
    policy: asStored(withAll(modelValue(placement.policy), own.length)),
  });
  const count = at(placement.policy, "numberOfClusters");
  const chosen = decisions.filter(({ member, isChosen }) => member && isChosen !== false);
  const members = new Set(chosen.map(({ member }) => member && planned.get(member)));
  return {
    members: own.filter((member) => members.has(member)),
    sure:
      chosen.every(({ isChosen }) => isChosen === true) &&
      !(typeof count === "number" && count < chosen.length),
  };
}

/** A PickN that takes every member that it can: which of them it has is known to the hub only. */
function withAll(policy: Value, count: number): Policy {
  return (
    isFields(policy) && typeof policy.numberOfClusters === "number" && policy.numberOfClusters > 0
      ? { ...policy, numberOfClusters: count }
      : policy
  ) as Policy;
}
