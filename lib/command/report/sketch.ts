import { peeredWith } from "./diagram";
import { chosenBy, type Fleet } from "./fleet";
import { joined } from "./values";

/** A fleet in a few lines of text: what the diagram draws. */
export function sketch(fleet: Fleet): string[] {
  const lines = fleet.hubs.map(
    ({ name, location }) => `fleet ${name}${location ? `, hub in ${location}` : ""}`,
  );
  for (const { name, location } of fleet.clusters) {
    const members = fleet.members.filter(({ cluster }) => cluster === name).map((member) => member.name);
    const peers = peeredWith(fleet, name);
    const enters = fleet.services.filter(({ cluster }) => cluster === name).map((service) => service.name);
    const facts = [
      ...(members.length > 0 ? [joined(members) === name ? "member" : `member ${joined(members)}`] : []),
      ...(peers.length > 0 ? [`peered with ${joined(peers)}`] : []),
      ...(enters.length > 0 ? [`where ${joined(enters)} ${enters.length > 1 ? "enter" : "enters"}`] : []),
    ];
    lines.push([location ? `${location}: ${name}` : name, ...facts].join(", "));
  }
  for (const placement of fleet.placements) {
    const { members, sure } = chosenBy(placement, fleet);
    const where =
      members.length > 0 ? `${sure ? "on" : "on some of"} ${joined(members)}` : "on no member of this app";
    lines.push(`placement ${placement.name}: ${where}`);
  }
  return lines;
}
