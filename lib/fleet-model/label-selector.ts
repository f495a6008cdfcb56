import { allOf, type Truth } from "./truth";
import { isUnknown, type Unknown } from "./unknown";
import { at, isFields, listAt, type Value } from "./value";

/** The labels of an object or a member. */
export type Labels = Readonly<Record<string, string | Unknown>> | Unknown;

/** A label selector, read once and asked often. */
export interface LabelSelector {
  /** Why Kubernetes can't read it: then it chooses nothing, and whatever asks it fails. */
  readonly error?: string;
  matches(labels: Labels): Truth;
}

type Requirement = (labels: Labels) => Truth;

/**
 * Reads a label selector as Kubernetes does: none at all chooses nothing, an empty one everything. What is unknown in it is
 * taken for something that Kubernetes can read: the hub admits nothing else.
 */
export function labelSelector(selector: Value | undefined): LabelSelector {
  if (selector === undefined || selector === null) {
    return { matches: () => false };
  }
  const requirements: Requirement[] = [];
  for (const requirement of requirementsOf(selector)) {
    if (typeof requirement === "string") {
      return { error: requirement, matches: () => false };
    }
    requirements.push(requirement);
  }
  return { matches: (labels) => allOf(requirements.map((holds) => holds(labels))) };
}

function* requirementsOf(selector: Value): Generator<Requirement | string> {
  const matchLabels = at(selector, "matchLabels");
  if (isUnknown(matchLabels)) {
    yield () => matchLabels;
  }
  for (const [key, value] of Object.entries(isFields(matchLabels) ? matchLabels : {})) {
    yield requirement(key, "In", [value]);
  }
  const expressions = listAt(selector, "matchExpressions");
  if (isUnknown(expressions)) {
    yield () => expressions;
    return;
  }
  for (const expression of expressions) {
    const [key, operator] = [at(expression, "key"), at(expression, "operator")];
    yield requirement(key, operator, listAt(expression, "values"));
  }
}

function requirement(
  key: Value | undefined,
  operator: Value | undefined,
  values: readonly Value[] | Unknown,
): Requirement | string {
  if (isUnknown(operator)) {
    return () => operator;
  }
  const fault = faultOf(key, operator, values);
  if (fault !== undefined) {
    return fault;
  }
  if (isUnknown(key)) {
    return () => key;
  }
  return (labels) => {
    if (isUnknown(labels)) {
      return labels;
    }
    const value = Object.hasOwn(labels, String(key)) ? labels[String(key)] : undefined;
    if (isUnknown(value)) {
      return value;
    }
    if (operator === "Exists") {
      return value !== undefined;
    }
    if (operator === "DoesNotExist") {
      return value === undefined;
    }
    const among = value !== undefined && isAmong(value, values);
    return operator === "In" || isUnknown(among) ? among : !among;
  };
}

function isAmong(value: string, values: readonly Value[] | Unknown): Truth {
  if (isUnknown(values)) {
    return values;
  }
  return values.includes(value) || (values.find(isUnknown) ?? false);
}

function faultOf(
  key: Value | undefined,
  operator: Value | undefined,
  values: readonly Value[] | Unknown,
): string | undefined {
  if (operator !== "In" && operator !== "NotIn" && operator !== "Exists" && operator !== "DoesNotExist") {
    return `${JSON.stringify(operator ?? "")} is not a valid label selector operator`;
  }
  if (!isUnknown(key) && !isQualifiedName(String(key))) {
    return `key ${JSON.stringify(key)} is not the key of a label`;
  }
  if (isUnknown(values)) {
    return undefined;
  }
  const compares = operator === "In" || operator === "NotIn";
  if (compares && values.length === 0) {
    return "for 'in', 'notin' operators, values set can't be empty";
  }
  if (!compares && values.length > 0) {
    return "values set must be empty for exists and does not exist";
  }
  const wrong = values.find((value) => !isUnknown(value) && !isLabelValue(String(value)));
  return wrong === undefined ? undefined : `${JSON.stringify(wrong)} is not the value of a label`;
}

const NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isQualifiedName(text: string): boolean {
  const [name = "", prefix, ...more] = text.split("/").reverse();
  return NAME.test(name) && (prefix === undefined || SUBDOMAIN.test(prefix)) && more.length === 0;
}

function isLabelValue(text: string): boolean {
  return text === "" || NAME.test(text);
}
