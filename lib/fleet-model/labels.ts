import type { Facts } from "./facts";
import { labelMatcher } from "./label-selector";
import type { LabelSelector } from "./policy";
import type { Truth } from "./truth";
import { isUnknown, type Unknown, type WithUnknowns } from "./unknown";
import { at, entriesOf, isFields, listAt, type Value } from "./value";
import { Failure } from "./verdict";

/** A parsed label selector. */
export interface LabelChoice {
  /** Why Kubernetes can't parse it: then everything that uses it fails. */
  readonly error?: string;
  readonly has: (labels: Facts) => Truth;
}

/** Parses a label selector from JSON: without one, nothing is selected; an empty one selects everything. */
export function labelChoice(selector: Value | undefined): LabelChoice {
  if (selector === undefined || selector === null) {
    return { has: () => false };
  }
  const matcher = labelMatcher(asRead(selector));
  const failure = matcher({ known: {} });
  if (failure instanceof Failure && failure.isCertain) {
    return { error: failure.message.replace(/^failed to parse label selector: /, ""), has: () => false };
  }
  return { has: (labels) => matcher(labels) as Truth };
}

/** The labels of an object. As in Kubernetes, if one isn't a string, the object has none. */
export function labelsOf(object: Value): Facts {
  const labels = at(object, "metadata", "labels");
  if (isUnknown(labels)) {
    return { known: {}, others: labels };
  }
  const entries = isFields(labels) ? entriesOf(labels) : [];
  const isText = (entry: [string, Value]): entry is [string, string | Unknown] =>
    typeof entry[1] === "string" || isUnknown(entry[1]);
  return { known: entries.every(isText) ? Object.fromEntries(entries) : {} };
}

/** The parts of a selector that have the API's types. */
function asRead(selector: Value): WithUnknowns<LabelSelector> | Unknown {
  if (isUnknown(selector)) {
    return selector;
  }
  const matchLabels = at(selector, "matchLabels");
  const expressions = listAt(selector, "matchExpressions");
  return {
    matchLabels: isUnknown(matchLabels)
      ? matchLabels
      : Object.fromEntries(textEntries(isFields(matchLabels) ? entriesOf(matchLabels) : [])),
    matchExpressions: isUnknown(expressions)
      ? expressions
      : expressions.map((expression) => {
          const values = listAt(expression, "values");
          return isUnknown(expression)
            ? expression
            : {
                key: text(at(expression, "key")),
                operator: text(at(expression, "operator")),
                values: isUnknown(values) ? values : values.map(text),
              };
        }),
  };
}

function textEntries(entries: readonly [string, Value][]): [string, string | Unknown][] {
  return entries.map(([key, value]) => [key, text(value)]);
}

function text(value: Value | undefined): string | Unknown {
  return isUnknown(value) ? value : String(value ?? "");
}
