import { has } from "./facts";
import type { Member } from "./member";
import { isUnknown, type Unknown } from "./unknown";
import type { Verdict } from "./verdict";

/**
 * Whether a member has the namespace of a ResourcePlacement, or why it isn't chosen. One that collects its namespaces but
 * lists none is treated like one that doesn't collect them.
 */
export function hasNamespace(
  namespace: string | Unknown | undefined,
  { namespaces }: Member,
): Verdict<string> {
  if (namespace === undefined || namespaces === undefined) {
    return true;
  }
  const isThere = isUnknown(namespace) ? namespace : has(namespaces, namespace);
  if (isUnknown(isThere)) {
    return isThere;
  }
  return Object.keys(namespaces.known).length === 0
    ? "cluster has no namespace information available"
    : isThere || "target namespace does not exist on cluster";
}
