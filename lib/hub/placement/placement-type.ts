import { isKnown } from "../../checks/check";
import { isPlainObject } from "../../kubernetes/escape";
import type { ClusterResourcePlacement } from "./cluster-resource-placement";

/** How a placement chooses members; undefined where only the hub, or Terraform, knows. */
export function placementTypeOf(placement: ClusterResourcePlacement | string): string | undefined {
  const manifest: unknown = typeof placement === "object" ? placement.manifest.manifestInput : undefined;
  const spec = isPlainObject(manifest) ? manifest.spec : undefined;
  if (!isPlainObject(spec)) {
    return undefined;
  }
  const { placementType = "PickAll" } = isPlainObject(spec.policy) ? spec.policy : {};
  return typeof placementType === "string" && isKnown(placementType) ? placementType : undefined;
}
