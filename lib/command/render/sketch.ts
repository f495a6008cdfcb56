import { chosenBy } from "../judge/choice";
import { apart, type Fleet } from "../plan/fleet";
import { joined } from "../plan/values";
import { peeredWith } from "./diagram";

/** The fleets in a few lines of text each: what the diagram draws. */
export function sketch(all: Fleet): string[] {
  return apart(all).flatMap((fleet) => sketchOne(fleet, all));
}

function sketchOne({ hubs, clusters, members, placements, services }: Fleet, all: Fleet): string[] {
  const lines = hubs.map(({ name, location }) => `fleet ${name}${location ? `, hub in ${location}` : ""}`);
  for (const cluster of clusters) {
    const { key, name, location } = cluster;
    const as = members.filter((member) => member.cluster.key === key).map((member) => member.name);
    const peers = peeredWith(all, cluster);
    const enters = services.filter((service) => service.cluster?.key === key).map((service) => service.name);
    const facts = [
      ...(as.length > 0 ? [joined(as) === name ? "member" : `member ${joined(as)}`] : []),
      ...(peers.length > 0 ? [`peered with ${joined(peers)}`] : []),
      ...(enters.length > 0 ? [`where ${joined(enters)} ${enters.length > 1 ? "enter" : "enters"}`] : []),
    ];
    lines.push([location ? `${location}: ${name}` : name, ...facts].join(", "));
  }
  for (const placement of placements) {
    const { members, sure } = chosenBy(placement, all);
    const names = joined(members.map(({ name }) => name));
    const where = names ? `${sure ? "on" : "on some of"} ${names}` : "on no member of this app";
    lines.push(`placement ${placement.name}: ${where}`);
  }
  return lines;
}
