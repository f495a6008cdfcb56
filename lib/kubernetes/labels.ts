import { type Finding, finding } from "../checks/finding";
import { MANAGED_BY_LABEL } from "../fleet-api/labels";

/** Checks that labels don't mark an object as Azure's. */
export function* checkManagedBy(field: string, labels: Record<string, unknown> = {}): Generator<Finding> {
  if (labels[MANAGED_BY_LABEL] === "arm") {
    yield finding(
      "label-managed-by-azure",
      `${field}: "${MANAGED_BY_LABEL}" is "arm", which marks objects that only Azure may create or change on the hub; remove the label.`,
    );
  }
}
