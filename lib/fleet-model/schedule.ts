import { nothing, type Schedule, undecided } from "./answer";
import { withoutLeft } from "./binding";
import { type Cycle, prepared } from "./cycle";
import { pickAll } from "./pick-all";
import { pickFixed } from "./pick-fixed";
import { pickN } from "./pick-n";
import { isUnknown, part } from "./unknown";

/**
 * Which members a placement chooses, as the fleet's scheduler does (Azure/fleet at 942238f, pkg/scheduler), cycle after
 * cycle until it rests. Where it depends on what isn't known, it says so of just the members for which it matters.
 *
 * What isn't known is taken to be something that the API lets in: a quantity can be read, a selector is one.
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
