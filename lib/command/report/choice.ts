import { type Fleet, inFleet, type Member, type Placement } from "./fleet";
import { type Requirement, requirements, termsOf } from "./policy";
import { at, listOf, type Values } from "./values";

/** Labels that Azure gives to a member, by which placements choose. */
function labelsOf(member: Member, { clusters }: Fleet): Values {
  const location = clusters.find(({ key }) => key === member.cluster.key)?.location;
  return {
    ...member.labels,
    ...(location ? { "fleet.azure.com/location": location } : {}),
    "fleet.azure.com/cluster-name": member.cluster.name,
    "fleet.azure.com/member-name": member.name,
    "kubernetes-fleet.io/member-name": member.name,
  };
}

/** The members of its fleet that a placement chooses, and whether that can be told for sure. */
export function chosenBy(placement: Placement, fleet: Fleet): { members: Member[]; sure: boolean } {
  const { policy } = placement;
  const own = inFleet(fleet.members, placement.fleet);
  if (at(policy, "placementType") === "PickFixed") {
    const wanted = listOf(at(policy, "clusterNames"));
    return { members: own.filter(({ name }) => wanted.includes(name)), sure: true };
  }
  let sure = true;
  const matches = (member: Member) => {
    const terms = termsOf(policy);
    if (terms.length === 0) return true;
    const labels = labelsOf(member, fleet);
    return terms.some((term) => {
      if (listOf(at(term, "propertySelector", "matchExpressions")).length > 0) sure = false;
      const results = requirements(term).map((requirement) => isMet(requirement, labels));
      if (results.includes(false)) return false;
      if (results.includes(undefined)) sure = false;
      return true;
    });
  };
  const members = own.filter(matches);
  const count = at(policy, "numberOfClusters");
  if (at(policy, "placementType") === "PickN" && typeof count === "number" && count < members.length)
    sure = false;
  return { members, sure };
}

function isMet({ key, operator, values }: Requirement, labels: Values): boolean | undefined {
  const value = labels[key];
  // A label that only Azure knows.
  if (value === undefined) return undefined;
  const isIn = values.includes(String(value));
  if (operator === "In") return isIn;
  if (operator === "NotIn") return !isIn;
  return operator === "Exists" ? true : operator === "DoesNotExist" ? false : undefined;
}
