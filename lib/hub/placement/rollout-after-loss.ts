import { addWarning, isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, markAs, markOf } from "../../checks/marked";
import type { IFleet } from "../../fleet/fleet";
import { isSameFleet } from "../../fleet/same-fleet";
import { isBlocked, MAX_UNAVAILABLE, shareOf } from "../../fleet-model/rollout";
import type { IPlacement } from "./placement";
import { type PlacementStrategyProps, rollsOut } from "./placement-strategy";

const MARK = markOf("RollsOutByDefault");

type OfFleet = IPlacement & { readonly fleet: IFleet };

/**
 * Warns of placements that stop when one member is lost, unless maxUnavailable is set. No default fits all: one at a time
 * keeps a bad change from reaching two regions, but stops while one is lost.
 */
export function warnOfLoss(placement: OfFleet, props: PlacementStrategyProps): void {
  if (rollsOut(props) && props.maxUnavailable === undefined) {
    markAs(placement, MARK);
    addWarning(placement, () => checkLoss(placement));
  }
}

/** Reported once per fleet. */
function* checkLoss(placement: OfFleet): Generator<Finding> {
  const stopped = allMarked<OfFleet>(placement, MARK).filter(
    (one) => isSameFleet(one.fleet, placement.fleet) !== false && stopsWithOne(one),
  );
  if (stopped[0] === placement) {
    const names = stopped.map(({ name }) => name).filter(isKnown);
    yield finding(
      "rollout-stops-with-a-member",
      `maxUnavailable: unset, and the default of "${MAX_UNAVAILABLE}" of the members of ${names.length > 1 ? "placements" : "placement"} ${quoted(names)} is one: while a member is lost, rollouts to the others are blocked. If that happens, set outOfService of that member and deploy (docs/losing-a-region.md). Set maxUnavailable if that is intended, or to the number of regions that may change at the same time.`,
    );
  }
}

function stopsWithOne({ members = [], _isExternal = true }: IPlacement): boolean {
  const wanted = members.length;
  const maxUnavailable = shareOf(MAX_UNAVAILABLE, wanted);
  return isBlocked({ isExternal: _isExternal, wanted, maxUnavailable }, wanted - 1) === true;
}
