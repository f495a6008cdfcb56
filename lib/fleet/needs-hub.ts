import { type Finding, finding } from "../checks/finding";
import { optional } from "../checks/required";
import type { IFleet } from "./fleet";

/** Refuses something that needs a hub in a fleet without one. @param why e.g. `a managed namespace requires one` */
export function* checkHasHub(fleet: IFleet, why: string): Generator<Finding> {
  if (!fleet.hasHub) {
    yield finding(
      "fleet-without-hub",
      `fleet: "${optional(() => fleet.fleetName) ?? fleet.node.id}" has no hub (hasHub is false), and ${why}; add a hub (\`az fleet create --enable-hub\` with its name) and leave hasHub out, or use a fleet with a hub.`,
    );
  }
}
