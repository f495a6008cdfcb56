import { nothing, type Schedule, undecided } from "./answer";
import { withoutLeft } from "./binding";
import { type Cycle, prepared } from "./cycle";
import { pickAll } from "./pick-all";
import { pickFixed } from "./pick-fixed";
import { pickN } from "./pick-n";
import { isUnknown, part } from "./unknown";

/**
 * Chooses the members of a placement like the fleet's scheduler (Azure/fleet at 942238f, pkg/scheduler), in cycles until
 * nothing changes. If the choice depends on unknowns, only the affected members are unknown.
 *
 * Unknown values are assumed to be valid in the API: quantities and selectors can be parsed.
 */
export function schedule(cycle: Cycle): Schedule {
  const ready = prepared(cycle);
  const { policy } = ready;
  const type = policy ? part(policy, "placementType") : "PickAll";
  if (isUnknown(type)) {
    return undecided(ready, () => true, type);
  }
  switch (type) {
    case "PickAll":
      return pickAll(ready);
    case "PickN":
      return pickN(ready);
    case "PickFixed":
      return pickFixed(ready);
    default:
      return nothing(ready, `the fleet knows no placement type "${type ?? ""}"`, {
        bindings: withoutLeft(ready.bindings, ready.members),
        rounds: [[]],
      });
  }
}
