import { chosenBy } from "../judge/choice";
import { apart, type Cluster, type Fleet } from "../plan/fleet";
import { byText, joined } from "../plan/values";
import { meshText, peeredIn } from "./peered";

/** The fleets in a few lines of text each, like the diagram. */
export function sketch(all: Fleet): string[] {
  const { meshes, pairs } = peeredIn(all);
  const peers = ({ key }: Cluster) =>
    [
      ...pairs.flatMap(({ from, to }) => (from.key === key ? [to] : to.key === key ? [from] : [])),
      ...meshes.flatMap(({ clusters, besides }) => [
        ...(besides.some(({ cluster }) => cluster.key === key) ? clusters : []),
        ...(clusters.some((one) => one.key === key) ? besides.map(({ cluster }) => cluster) : []),
      ]),
    ].map(({ name }) => name);
  return [
    ...apart(all).flatMap((fleet) => sketchOne(fleet, all, peers)),
    ...meshes.map((mesh) => meshText(mesh, all)),
  ];
}

function sketchOne(
  { hubs, clusters, members, placements, services }: Fleet,
  all: Fleet,
  peersOf: (cluster: Cluster) => readonly string[],
): string[] {
  const lines = hubs.map(({ name, location }) => `fleet ${name}${location ? `, hub in ${location}` : ""}`);
  for (const cluster of clusters) {
    const { key, name, location } = cluster;
    const as = members.filter((member) => member.cluster.key === key).map((member) => member.name);
    const peers = [...peersOf(cluster)].sort(byText);
    const enters = services.filter((service) => service.cluster?.key === key).map((service) => service.name);
    const facts = [
      ...(as.length > 0 ? [joined(as) === name ? "member" : `member ${joined(as)}`] : []),
      ...(peers.length > 0 ? [`peered with ${joined(peers)}`] : []),
      ...(enters.length > 0 ? [`entry of ${joined(enters)}`] : []),
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
