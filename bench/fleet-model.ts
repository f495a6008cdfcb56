// How long the model takes, and how much room: 100 members, 50 placements, 500 objects (below 1 s and 200 MB).
import { fleetOf } from "../lib/fleet-model/fleet";
import { plannedMember } from "../lib/fleet-model/member";
import { members as described, objects } from "./fleet";

const members = described.map(plannedMember);

const times = Array.from({ length: 5 }, () => {
  // Of the processor, which others may be using, too.
  const started = process.cpuUsage();
  fleetOf({ hub: { objects }, members });
  const { user, system } = process.cpuUsage(started);
  return Math.round((user + system) / 1000);
});
const most = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`fleet model: ${objects.length} objects, ${members.length} members (below 1000 ms, 200 MB)`);
console.log(times.map((time) => `${time} ms`).join("\n"));
console.log(`${most} MB`);
