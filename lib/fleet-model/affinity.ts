import { labelMatcher } from "./label-selector";
import type { Member } from "./member";
import type { ClusterSelectorTerm, Policy, PropertyRequirement } from "./policy";
import { propertyOf } from "./properties";
import { compareQuantities, parseQuantity, type Quantity } from "./quantity";
import { isUnknown, part, type Unknown, type WithUnknowns } from "./unknown";
import { asPossible, every, Failure, some, type Verdict } from "./verdict";

type Matcher = (member: Member) => Verdict;

/** The results that each operator accepts, when a member's property is compared with the value. */
const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  Eq: (order) => order === 0,
  Ne: (order) => order !== 0,
  Gt: (order) => order > 0,
  Ge: (order) => order >= 0,
  Lt: (order) => order < 0,
  Le: (order) => order <= 0,
};

/**
 * Whether one of a policy's required terms matches a member, or why it isn't chosen. Terms are tried in order: an invalid
 * term doesn't matter if an earlier one matches. No terms match every member, and so does an empty one.
 */
export function requiredAffinity(policy: Policy): (member: Member) => Verdict<string> {
  const required = part(
    part(part(policy, "affinity"), "clusterAffinity"),
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  const terms = part(required, "clusterSelectorTerms") ?? [];
  if (isUnknown(terms) || terms.length === 0) {
    return () => (isUnknown(terms) ? terms : true);
  }
  const matchers = terms.map(termMatcher);
  return (member) =>
    some(matchers.map((matches) => () => matches(member))) ||
    "cluster does not match with any of the required cluster affinity terms";
}

function termMatcher(term: WithUnknowns<ClusterSelectorTerm> | Unknown): Matcher {
  const labelSelector = part(term, "labelSelector");
  const matchesLabels = labelSelector && labelMatcher(labelSelector);
  const properties = part(part(term, "propertySelector"), "matchExpressions") ?? [];
  const matchers = isUnknown(properties) ? [() => properties] : properties.map(propertyMatcher);
  return (member) =>
    every([
      () => matchesLabels?.(member.labels) ?? true,
      ...matchers.map((matches) => () => matches(member)),
    ]);
}

/**
 * A property that a member doesn't have matches nothing, not even `Ne`. It is looked up before it is compared: an invalid
 * value or operator only stops the cycle if the property exists.
 */
function propertyMatcher(requirement: WithUnknowns<PropertyRequirement> | Unknown): Matcher {
  const name = part(requirement, "name") ?? "";
  const compare = comparison(part(requirement, "operator") ?? "", part(requirement, "values") ?? []);
  return (member) => {
    const property = isUnknown(name) ? name : propertyOf(member, name);
    if (property === undefined || property instanceof Failure) {
      return property ?? false;
    }
    if (typeof compare === "function") {
      return isUnknown(property) ? property : compare(property);
    }
    return isUnknown(property) ? asPossible(compare) : compare;
  };
}

function comparison(
  operator: string | Unknown,
  values: readonly (string | Unknown)[] | Unknown,
): ((property: Quantity) => boolean) | Unknown | Failure {
  if (!isUnknown(values) && values.length !== 1) {
    return new Failure("more than one value in the property selector expression");
  }
  const text = isUnknown(values) ? values : (values[0] ?? "");
  const value = isUnknown(text) ? text : parseQuantity(text);
  if (value === undefined) {
    return new Failure(`value specified in property selector ${text} is not a valid resource quantity`);
  }
  if (!isUnknown(operator) && !Object.hasOwn(OPERATORS, operator)) {
    return new Failure(`invalid operator: ${operator}`);
  }
  const unknown = [operator, value].find(isUnknown);
  if (unknown) {
    return unknown;
  }
  const holds = OPERATORS[operator as string] as (order: number) => boolean;
  return (property) => holds(compareQuantities(property, value as Quantity));
}
