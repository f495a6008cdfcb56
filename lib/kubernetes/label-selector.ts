import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkKey, checkValue } from "../checks/values";
import { filled, omitUndefined } from "./omit-undefined";

/** A requirement for one label. */
export type LabelRequirement =
  | {
      readonly key: string;
      /** `In`: the label has one of the values. `NotIn`: it has none of them, or doesn't exist. */
      readonly operator: "In" | "NotIn";
      /** At least one. */
      readonly values: readonly string[];
    }
  | {
      readonly key: string;
      readonly operator: "Exists" | "DoesNotExist";
    };

/** Selects the objects whose labels meet all requirements. */
export interface LabelSelector {
  /** Labels with their values. @default - none */
  readonly matchLabels?: Record<string, string>;
  /** @default - none */
  readonly matchExpressions?: readonly LabelRequirement[];
}

/** Checks a selector by the API's rules. `checkValues` also checks the values, by the label's key. */
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
      `${field}: is empty, so it selects everything; set matchLabels or matchExpressions, or leave it out.`,
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
        `${at}.values: is empty, but "${operator}" requires values; add at least one.`,
      );
    }
    // The types don't allow it, but input from files has none.
    const asRead: string = operator;
    if (["Exists", "DoesNotExist"].includes(asRead) && values.length > 0) {
      yield finding(
        "label-selector-values-unwanted",
        `${at}.values: "${asRead}" takes no values; remove them, or use "In" or "NotIn".`,
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

/** Whether a selector selects everything. */
export function selectsAll(selector: LabelSelector | undefined): boolean {
  return (
    Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  );
}

/** A selector as the API returns it: without empty fields. */
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
