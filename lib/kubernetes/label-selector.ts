import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkKey, checkValue } from "../checks/values";
import { filled, omitUndefined } from "./omit-undefined";

/** What must hold of one label. */
export type LabelRequirement =
  | {
      readonly key: string;
      /** `In`: the label has one of the values. `NotIn`: it has none of them, or there is no such label. */
      readonly operator: "In" | "NotIn";
      /** At least one. */
      readonly values: readonly string[];
    }
  | {
      readonly key: string;
      readonly operator: "Exists" | "DoesNotExist";
    };

/** Chooses objects by their labels: those of which everything given here holds. */
export interface LabelSelector {
  /** Labels with their values. @default - none */
  readonly matchLabels?: Record<string, string>;
  /** @default - none */
  readonly matchExpressions?: readonly LabelRequirement[];
}

/** Yields what the API would say of a selector. `checkValues` judges values by their label's key, beside. */
export function* checkLabelSelector(
  field: string,
  selector: LabelSelector | undefined,
  checkValues: (field: string, key: string, value: string) => Iterable<Finding> = () => [],
): Generator<Finding> {
  if (!isKnown(selector)) {
    return;
  }
  const { matchLabels, matchExpressions } = selector;
  if (Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0) {
    yield finding(
      "label-selector-empty",
      `${field}: is empty, and so chooses everything; give it matchLabels or matchExpressions, or leave it out.`,
    );
  }
  for (const [key, value] of Object.entries(isKnown(matchLabels) ? matchLabels : {})) {
    yield* checkKey(`${field}.matchLabels`, key, "label");
    yield* checkLabelValue(`${field}.matchLabels["${key}"]`, key, value);
  }
  for (const [index, requirement] of (isKnown(matchExpressions) ? matchExpressions : []).entries()) {
    const at = `${field}.matchExpressions[${index}]`;
    const { key, operator } = requirement;
    yield* checkKey(`${at}.key`, key, "label");
    const values = "values" in requirement ? requirement.values : [];
    if ((operator === "In" || operator === "NotIn") && values.length === 0) {
      yield finding(
        "label-selector-values-missing",
        `${at}.values: is empty, and "${operator}" compares with something; name at least one value.`,
      );
    }
    // The types don't let it be written; what is read from a file has none.
    const asRead: string = operator;
    if (["Exists", "DoesNotExist"].includes(asRead) && values.length > 0) {
      yield finding(
        "label-selector-values-unwanted",
        `${at}.values: "${asRead}" compares with nothing; leave the values out, or write "In" or "NotIn".`,
      );
    }
    for (const [place, value] of values.entries()) {
      yield* checkLabelValue(`${at}.values[${place}]`, key, value);
    }
  }

  function* checkLabelValue(at: string, key: string, value: string): Generator<Finding> {
    yield* checkValue(at, value, "label");
    yield* checkValues(at, key, value);
  }
}

/** Whether a selector chooses everything. */
export function selectsAll(selector: LabelSelector | undefined): boolean {
  return (
    Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  );
}

/** A selector as the API answers it: without what is empty. */
export function selectorOf(selector: LabelSelector | undefined): Record<string, unknown> | undefined {
  if (!isKnown(selector)) {
    return selector;
  }
  const { matchLabels, matchExpressions } = selector;
  const isEmpty = isKnown(matchLabels) && Object.keys(matchLabels).length === 0;
  return {
    ...omitUndefined({
      matchLabels: isEmpty ? undefined : matchLabels,
      matchExpressions: filled(matchExpressions),
    }),
  };
}
