import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkKey, checkValue } from "../checks/values";

/** What Azure marks as its own on the hub: an admission policy keeps everybody else off it. */
const MANAGED_BY = "fleet.azure.com/managed-by";

/** Yields what the hub would refuse of an object's labels. */
export function* checkLabels(field: string, labels: Record<string, string> = {}): Generator<Finding> {
  if (!isKnown(labels)) {
    return;
  }
  for (const [key, value] of Object.entries(labels)) {
    yield* checkKey(field, key, "label");
    yield* checkValue(`${field}["${key}"]`, value, "label");
  }
  yield* checkManagedBy(field, labels);
}

/** Yields that labels say an object is Azure's. */
export function* checkManagedBy(field: string, labels: Record<string, unknown>): Generator<Finding> {
  if (labels[MANAGED_BY] === "arm") {
    yield finding(
      "label-managed-by-azure",
      `${field}: "${MANAGED_BY}" is "arm", which marks what Azure itself keeps on the hub, and the hub lets nobody else make or change it; leave the label out.`,
    );
  }
}
