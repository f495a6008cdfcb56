import { type Finding, finding } from "../checks/finding";

/** What Azure marks as its own on the hub: an admission policy keeps everybody else off it. */
const MANAGED_BY = "fleet.azure.com/managed-by";

/** Yields that labels say an object is Azure's. */
export function* checkManagedBy(field: string, labels: Record<string, unknown> = {}): Generator<Finding> {
  if (labels[MANAGED_BY] === "arm") {
    yield finding(
      "label-managed-by-azure",
      `${field}: "${MANAGED_BY}" is "arm", which marks what Azure itself keeps on the hub, and the hub lets nobody else make or change it; leave the label out.`,
    );
  }
}
