import { ACCESS } from "./rules/access";
import { ACTIONS } from "./rules/actions";
import { CLUSTER_RULES } from "./rules/cluster";
import { FLEET_RULES } from "./rules/fleet";
import { LIBRARY } from "./rules/library";
import { MANAGED_NAMESPACES } from "./rules/managed-namespace";
import { MESHES } from "./rules/mesh";
import { NETWORK } from "./rules/network";
import { OBJECTS } from "./rules/objects";
import { API_VERSION, DRIFT, OTHERWISE, TAGS, WHOLE, WRITTEN_OUT } from "./rules/otherwise";
import { PLACEMENT } from "./rules/placement";
import { type Rule, SEVERITIES } from "./rules/rule";
import { TRAFFIC } from "./rules/traffic";
import { UPGRADES } from "./rules/upgrades";

/**
 * What a plan does to the fleet. Every rule that matches a change reports; those of `OTHERWISE` only if none of the others
 * does. `docs/report.md` has the same table.
 */
export const RULES: readonly Rule[] = [
  ...FLEET_RULES,
  ...MANAGED_NAMESPACES,
  ...UPGRADES,
  ...MESHES,
  ...ACTIONS,
  ...CLUSTER_RULES,
  ...TRAFFIC,
  ...PLACEMENT,
  ...OBJECTS,
  ...NETWORK,
  ...ACCESS,
  TAGS,
  API_VERSION,
  WRITTEN_OUT,
  ...LIBRARY,
];

/** Every rule in the order of the documentation: worst first, then as listed. */
export function allRules(): Omit<Rule, "report">[] {
  const rules = [...RULES, ...DRIFT, ...Object.values(WHOLE), ...OTHERWISE];
  return SEVERITIES.flatMap((severity) => rules.filter((rule) => rule.severity === severity));
}
