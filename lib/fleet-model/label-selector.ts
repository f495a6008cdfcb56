import { type Facts, factsOf, has, textOf } from "./facts";
import type { LabelRequirement, LabelSelector } from "./policy";
import { isUnknown, not, part, same, type Unknown, type WithUnknowns } from "./unknown";
import { every, Failure, some, type Verdict } from "./verdict";

type Requirement = WithUnknowns<LabelRequirement> | Unknown;

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"];
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Whether labels match a selector. One without requirements matches all. A selector is parsed before it is compared: one
 * invalid requirement makes all of it fail, regardless of the labels.
 */
export function labelMatcher(selector: WithUnknowns<LabelSelector> | Unknown): (labels: Facts) => Verdict {
  const requirements = requirementsOf(selector);
  const problem = requirements.map(problemOf).find((text) => text !== undefined);
  if (problem !== undefined) {
    const failure = new Failure(`failed to parse label selector: ${problem}`);
    return () => failure;
  }
  return (labels) => every(requirements.map((requirement) => () => holds(requirement, labels)));
}

/** Whether known labels match a selector; no selector matches all. */
export function matches(
  selector: LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return labelMatcher(selector ?? {})(factsOf(labels)) === true;
}

function requirementsOf(selector: WithUnknowns<LabelSelector> | Unknown): readonly Requirement[] {
  const matchLabels = part(selector, "matchLabels") ?? {};
  const matchExpressions = part(selector, "matchExpressions") ?? [];
  return [
    ...(isUnknown(matchLabels)
      ? [matchLabels]
      : Object.entries(matchLabels).map(([key, value]) => ({ key, operator: "In", values: [value] }))),
    ...(isUnknown(matchExpressions) ? [matchExpressions] : matchExpressions),
  ];
}

/** The error in a requirement, as far as it is known. */
function problemOf(requirement: Requirement): string | undefined {
  const operator = part(requirement, "operator");
  if (!isUnknown(operator) && !OPERATORS.includes(operator ?? "")) {
    return `${JSON.stringify(operator ?? "")} is not a valid label selector operator`;
  }
  const key = part(requirement, "key") ?? "";
  if (!isUnknown(key) && !isKey(key)) {
    return `key: Invalid value: ${JSON.stringify(key)}`;
  }
  const values = part(requirement, "values") ?? [];
  if (isUnknown(values) || isUnknown(operator)) {
    return undefined;
  }
  const isSet = operator === "In" || operator === "NotIn";
  if (isSet !== values.length > 0) {
    return `values: Invalid value: ${isSet ? "null" : JSON.stringify(values)}`;
  }
  const index = values.findIndex((value) => !isUnknown(value) && value !== "" && !NAME.test(value));
  return index < 0
    ? undefined
    : `values[${index}][${isUnknown(key) ? "" : key}]: Invalid value: ${JSON.stringify(values[index])}`;
}

function isKey(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  return (
    NAME.test(name) &&
    (prefix === undefined || (SUBDOMAIN.test(prefix) && prefix.length <= 253)) &&
    more.length === 0
  );
}

function holds(requirement: Requirement, labels: Facts): Verdict {
  const key = part(requirement, "key") ?? "";
  const operator = part(requirement, "operator");
  const values = part(requirement, "values") ?? [];
  if (isUnknown(key) || isUnknown(operator)) {
    return isUnknown(key) ? key : (operator as Unknown);
  }
  switch (operator) {
    case "Exists":
      return has(labels, key);
    case "DoesNotExist":
      return not(has(labels, key));
    case "In":
      return isOneOf(textOf(labels, key), values);
    default:
      return not(isOneOf(textOf(labels, key), values));
  }
}

function isOneOf(
  value: string | Unknown | undefined,
  values: readonly (string | Unknown)[] | Unknown,
): boolean | Unknown {
  if (value === undefined) {
    return false;
  }
  if (isUnknown(values)) {
    return values;
  }
  return some(values.map((one) => () => same(value, one))) as boolean | Unknown;
}
