import { placementName } from "../command/judge/cluster-preview";
import { whyOf } from "../command/judge/why";
import type { Placement } from "../fleet-model/fleet";
import { isUnknown } from "../fleet-model/unknown";

/** Whether a placement chooses a cluster, and why. */
export interface Choice {
  readonly cluster: string;
  /** undefined: unknown. */
  readonly isChosen: boolean | undefined;
  readonly why: string;
}

/** A placement of a simulated fleet. */
export class PlacementSimulation {
  /** A ResourcePlacement's includes its namespace. */
  readonly name: string;
  /** For every cluster, sorted by name. */
  readonly choices: readonly Choice[];

  /** @internal */
  constructor(placement: Placement) {
    this.name = placementName(placement);
    this.choices = placement.schedule.decisions
      .map((decision) => ({
        cluster: isUnknown(decision.cluster) ? "?" : decision.cluster,
        isChosen: isUnknown(decision.isChosen) ? undefined : decision.isChosen,
        why: whyOf(decision, placement),
      }))
      .sort((one, other) => (one.cluster < other.cluster ? -1 : 1));
  }

  /** The clusters it certainly chooses. */
  get clusters(): readonly string[] {
    return this.choices.filter(({ isChosen }) => isChosen).map(({ cluster }) => cluster);
  }
}
