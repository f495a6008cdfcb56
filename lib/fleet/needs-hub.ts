import { type Finding, finding } from "../checks/finding";
import { ifTold } from "../checks/told";
import type { IFleet } from "./fleet";

/** Yields that something needs the hub of a fleet that has none. @param why e.g. `Azure needs one for a managed namespace` */
export function* checkHasHub(fleet: IFleet, why: string): Generator<Finding> {
  if (!fleet.hasHub) {
    yield finding(
      "fleet-without-hub",
      `fleet: "${ifTold(() => fleet.fleetName) ?? fleet.node.id}" has no hub (hasHub is false), and ${why}; give the fleet a hub (\`az fleet create --enable-hub\` with its name) and leave hasHub out, or name a fleet that has one.`,
    );
  }
}
