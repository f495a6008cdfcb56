import { choiceOf } from "../../fleet-model/choice";
import { type Member as ModelMember, plannedMember } from "../../fleet-model/member";
import { Unknown } from "../../fleet-model/unknown";
import { type Fleet, inFleet, type Member, modelValue, type Placement } from "../plan/fleet";
import { soundPolicy } from "../plan/policy";

/**
 * A member as an app deploys it.
 * @param isLabelled whether it has exactly the app's labels, even if there are none
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
        : new Unknown("the app sets no labels on it, but something else may"),
      clusterName: cluster.name,
      ...(group !== undefined && { resourceGroup: group }),
    }),
    // One that doesn't list its namespaces counts for any.
    namespaces: undefined,
  };
}

/** For a fleet without known members: what holds for any member. */
export function anyMember(): ModelMember {
  const unknown = new Unknown("no member of the fleet is known here");
  return { ...plannedMember({ name: unknown, location: unknown, labels: unknown }), namespaces: undefined };
}

function labelOf(value: unknown): string | Unknown {
  return typeof value === "string" && !value.includes("${")
    ? value
    : new Unknown("it is known only after apply");
}

/** The members of its fleet that a placement chooses or may choose, and whether that is certain. */
export function chosenBy(placement: Placement, fleet: Fleet): { members: Member[]; sure: boolean } {
  const planned = inFleet(fleet.members, placement.fleet).map((member) => ({
    member,
    asked: asPlanned(member, fleet),
  }));
  const isChosen = choiceOf({
    members: planned.map(({ asked }) => asked),
    policy: soundPolicy(modelValue(placement.policy)),
  });
  const chosen = planned.filter(({ asked }) => isChosen(asked) !== false);
  return {
    members: chosen.map(({ member }) => member),
    sure: chosen.every(({ asked }) => isChosen(asked) === true),
  };
}
