import { type Finding, finding } from "../checks/finding";
import { MANAGED_BY_LABEL } from "../fleet-api/labels";

/** Yields that labels say an object is Azure's. */
export function* checkManagedBy(field: string, labels: Record<string, unknown> = {}): Generator<Finding> {
  if (labels[MANAGED_BY_LABEL] === "arm") {
    yield finding(
      "label-managed-by-azure",
      `${field}: "${MANAGED_BY_LABEL}" is "arm", which marks what Azure itself keeps on the hub, and the hub lets nobody else make or change it; leave the label out.`,
    );
  }
}
