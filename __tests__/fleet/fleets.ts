import type { Construct } from "constructs";
import { Fleet, type FleetProps, type IFleet } from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID } from "../existing";

/** The seed's fleet, with a member in the group `canary` and one in the group `prod`. */
export function grouped(scope: Construct, props: Partial<FleetProps> = {}): Fleet {
  const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus", ...props });
  fleet.addMember("east", { cluster: cluster(scope, "east"), group: "canary" });
  fleet.addMember("west", { cluster: cluster(scope, "west"), group: "prod" });
  return fleet;
}

/** A fleet that exists, and whose members this app may not know. */
export function existing(scope: Construct, id = "Old", fleetId = FLEET_ID): IFleet {
  return Fleet.fromFleetId(scope, id, fleetId, { location: "westus" });
}
