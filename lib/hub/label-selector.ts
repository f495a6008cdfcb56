import { isKnown, quoted } from "../checks/check";

/** What a label has to be. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** At least one for `In` and `NotIn`; none for the others. @default - none */
  readonly values?: readonly string[];
}

/**
 * Chooses members by their labels: all that is stated must hold. The fleet itself gives a member the labels
 * `fleet.azure.com/location`, `/resource-group`, `/subscription-id`, `/cluster-name` and `/member-name`. A selector that
 * states nothing chooses every member.
 */
export interface LabelSelector {
  /** Labels that have these values. @default - none */
  readonly matchLabels?: Record<string, string>;
  /** @default - none */
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** Whether a selector chooses every member. */
export function selectsAll(selector: LabelSelector | undefined): boolean {
  return (
    Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  );
}

/** Yields what Kubernetes would say of a selector. */
export function* checkLabelSelector(prop: string, selector: LabelSelector): Generator<string> {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    yield* checkLabelKey(`${prop}.matchLabels`, key);
    yield* checkLabelValue(`${prop}.matchLabels["${key}"]`, value);
  }
  for (const [index, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${prop}.matchExpressions[${index}]`;
    yield* checkLabelKey(`${at}.key`, key);
    const takesValues = operator === "In" || operator === "NotIn";
    if (takesValues && values.length === 0) {
      yield `${at}.values: is empty, and ${operator} compares with at least one value; name one, or use Exists.`;
    } else if (!takesValues && values.length > 0) {
      yield `${at}.values: ${quoted(values)} can't stand beside ${operator}, which looks at no value; leave them out, or use In.`;
    }
    for (const value of values) {
      yield* checkLabelValue(`${at}.values`, value);
    }
  }
}

const NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** Yields what is wrong with the key of a label. */
export function* checkLabelKey(prop: string, key: string | undefined): Generator<string> {
  if (!isKnown(key)) {
    return;
  }
  const [name = "", prefix, ...more] = key.split("/").reverse();
  const goodPrefix = prefix === undefined || /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(prefix);
  if (!NAME.test(name) || !goodPrefix || more.length > 0) {
    yield `${prop}: "${key}" is not the key of a label: 1 to 63 letters, digits, hyphens, underscores and periods, which start and end with a letter or a digit, behind a DNS name and a slash where it has a prefix. Write it e.g. as "fleet.azure.com/location".`;
  }
}

function* checkLabelValue(prop: string, value: string): Generator<string> {
  if (isKnown(value) && value !== "" && !NAME.test(value)) {
    yield `${prop}: "${value}" is not the value of a label, so that no member has it: at most 63 letters, digits, hyphens, underscores and periods, which start and end with a letter or a digit. Correct it.`;
  }
}
