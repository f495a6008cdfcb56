// What 50 placements do with 500 objects on 100 members.
import { fleetOf } from "../lib/fleet-model/fleet";
import { plannedMember } from "../lib/fleet-model/member";
import { members, objects } from "./fleet";

fleetOf({ hub: { objects }, members: members.map(plannedMember) });
