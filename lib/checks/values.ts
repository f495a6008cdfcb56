import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

const INT32_MAX = 2 ** 31 - 1;

/** Checks that a number is whole and within bounds. */
export function* checkInteger(
  field: string,
  value: number | undefined,
  min: number,
  max = INT32_MAX,
): Generator<Finding> {
  if (isKnown(value) && !(Number.isInteger(value) && value >= min && value <= max)) {
    const bounds = max === INT32_MAX ? `of ${min} or more` : `from ${min} to ${max}`;
    yield finding(
      "number-out-of-bounds",
      `${field}: ${value} is out of bounds; write a whole number ${bounds}.`,
    );
  }
}

const NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether a text is a DNS name in lower case: labels of letters, digits and hyphens, separated by periods. */
export function isSubdomain(text: string): boolean {
  return SUBDOMAIN.test(text);
}

/** Whether a text is what Kubernetes calls a qualified name: 1 to 63 characters, optionally prefixed with `<DNS name>/`. */
export function isQualifiedName(text: string): boolean {
  const [name = "", prefix, ...more] = text.split("/").reverse();
  return NAME.test(name) && (prefix === undefined || isSubdomain(prefix)) && more.length === 0;
}

/** Checks the key of a label or a taint. */
export function* checkKey(
  field: string,
  key: string | undefined,
  what: "label" | "taint",
): Generator<Finding> {
  if (isKnown(key) && !isQualifiedName(key)) {
    yield finding(
      "label-or-taint-key",
      `${field}: "${key}" is not a valid ${what} key; write 1 to 63 letters, digits, hyphens, underscores and periods, starting and ending with a letter or a digit, optionally after a DNS name and a slash, e.g. "fleet.azure.com/location".`,
    );
  }
}

/** Checks the value of a label or a taint. */
export function* checkValue(
  field: string,
  value: string | undefined,
  what: "label" | "taint",
): Generator<Finding> {
  if (isKnown(value) && value !== "" && !NAME.test(value)) {
    yield finding(
      "label-or-taint-value",
      `${field}: "${value}" is not a valid ${what} value; write up to 63 letters, digits, hyphens, underscores and periods, starting and ending with a letter or a digit.`,
    );
  }
}

/** Checks labels. */
export function* checkLabels(
  field: string,
  labels: Readonly<Record<string, string>> | undefined,
): Generator<Finding> {
  for (const [key, value] of Object.entries(isKnown(labels) ? labels : {})) {
    yield* checkKey(field, key, "label");
    yield* checkValue(`${field}["${key}"]`, value, "label");
  }
}

const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Checks a Kubernetes quantity. */
export function* checkQuantity(field: string, value: string | undefined): Generator<Finding> {
  if (isKnown(value) && !QUANTITY.test(value)) {
    yield finding(
      "quantity-format",
      `${field}: "${value}" is not a quantity; write a number, optionally with a Kubernetes suffix, e.g. "8", "500m" or "16Gi".`,
    );
  }
}
