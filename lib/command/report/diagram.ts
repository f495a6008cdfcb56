import { chosenBy, type Fleet, type Member, type Placement } from "./fleet";
import { byText, joined } from "./values";

/** How a part of the fleet is marked. */
export type Mark = "goes" | "comes" | "changes";

const LINES: Record<Mark, string> = {
  goes: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 4",
  comes: "stroke:#1a7f37,stroke-width:3px",
  changes: "stroke:#bf8700,stroke-width:3px",
};
const WORDS: Record<Mark, string> = { goes: " (goes)", comes: " (new)", changes: " (changes)" };

/** A fleet as a mermaid flowchart, which GitHub draws: regions, clusters, peerings, members, placements, addresses. */
export function diagram(fleet: Fleet, marks: ReadonlyMap<string, Mark> = new Map()): string {
  const lines: string[] = ["flowchart TB"];
  const nodes = new Map<string, string>();
  const marked: Record<Mark, string[]> = { goes: [], comes: [], changes: [] };
  const links: { mark: Mark | undefined; text: string }[] = [];
  const node = (kind: string, key: string) => {
    const id = nodes.get(`${kind} ${key}`) ?? `${kind}${nodes.size + 1}`;
    nodes.set(`${kind} ${key}`, id);
    return id;
  };
  const draw = (indent: string, id: string, shape: [string, string], label: string, ...keys: string[]) => {
    const mark = worst(keys.flatMap((key) => marks.get(key) ?? []));
    if (mark) marked[mark].push(id);
    lines.push(`${indent}${id}${shape[0]}"${escaped(label)}${mark ? WORDS[mark] : ""}"${shape[1]}`);
  };

  for (const { key, name, location } of fleet.hubs) {
    draw(
      "  ",
      node("hub", key),
      ["{{", "}}"],
      `fleet ${name}${location ? `<br/>hub in ${location}` : ""}`,
      key,
    );
  }
  for (const placement of fleet.placements) {
    const { key, name, namespaces } = placement;
    const what = namespaces.length > 0 && joined(namespaces) !== name ? `<br/>${joined(namespaces)}` : "";
    draw("  ", node("placement", key), ["[/", "/]"], `placement ${name}${what}`, key);
    for (const hub of fleet.hubs)
      links.push({ mark: undefined, text: `${node("hub", hub.key)} --- ${node("placement", key)}` });
  }
  const regions = [...new Set(fleet.clusters.map(({ location }) => location ?? ""))].sort(byText);
  for (const [index, region] of regions.entries()) {
    const indent = region ? "    " : "  ";
    if (region) lines.push(`  subgraph region${index + 1} ["${escaped(region)}"]`);
    for (const cluster of fleet.clusters.filter(({ location }) => (location ?? "") === region)) {
      const member = memberOf(fleet, cluster.name);
      const as = member ? (member.name === cluster.name ? "<br/>member" : `<br/>member ${member.name}`) : "";
      const keys = member ? [cluster.key, member.key] : [cluster.key];
      draw(indent, node("cluster", cluster.name), ["[", "]"], `${cluster.name}${as}`, ...keys);
    }
    if (region) lines.push("  end");
  }
  for (const service of fleet.services) {
    draw("  ", node("service", service.key), ["([", "])"], `address of ${service.name}`, service.key);
    if (service.cluster && fleet.clusters.some(({ name }) => name === service.cluster)) {
      links.push({
        mark: marks.get(service.key),
        text: `${node("service", service.key)} ==>|enters| ${node("cluster", service.cluster)}`,
      });
    }
  }
  for (const placement of fleet.placements) links.push(...placed(placement, fleet, node, marks));
  for (const [pair, keys] of peeringPairs(fleet)) {
    const [from, to] = JSON.parse(pair) as [string, string];
    links.push({
      mark: worst(keys.flatMap((key) => marks.get(key) ?? [])),
      text: `${node("cluster", from)} <-->|${keys.length > 1 ? "peered" : "peered one way"}| ${node("cluster", to)}`,
    });
  }
  if (lines.length === 1) lines.push('  nothing["no fleet"]');
  for (const { text } of links) lines.push(`  ${text}`);

  for (const mark of Object.keys(LINES) as Mark[]) {
    const drawn = links.flatMap((link, index) => (link.mark === mark ? index : []));
    if (marked[mark].length > 0) {
      lines.push(`  classDef ${mark} ${LINES[mark]}`, `  class ${marked[mark].join(",")} ${mark}`);
    }
    if (drawn.length > 0) lines.push(`  linkStyle ${drawn.join(",")} ${LINES[mark]}`);
  }
  return `${lines.join("\n")}\n`;
}

function placed(
  placement: Placement,
  fleet: Fleet,
  node: (kind: string, key: string) => string,
  marks: ReadonlyMap<string, Mark>,
) {
  const { members, sure } = chosenBy(placement, fleet);
  return members.flatMap((name) => {
    const member = fleet.members.find((one) => one.name === name);
    if (!member) return [];
    const label = sure ? "places" : "may place";
    return [
      {
        mark: marks.get(linkKey(placement, name)) ?? gone(marks.get(placement.key)),
        text: `${node("placement", placement.key)} -.->|${label}| ${node("cluster", member.cluster)}`,
      },
    ];
  });
}

/** What a link from a placement to a member is marked by. */
export function linkKey(placement: Placement, member: string): string {
  return `${placement.key} → ${member}`;
}

/** A placement that only changes keeps its other links as they are. */
function gone(mark: Mark | undefined): Mark | undefined {
  return mark === "changes" ? undefined : mark;
}

function memberOf(fleet: Fleet, cluster: string): Member | undefined {
  return fleet.members.find((one) => one.cluster === cluster);
}

/** Two clusters are peered by two peerings, one each way. */
function peeringPairs(fleet: Fleet): Map<string, string[]> {
  const pairs = new Map<string, string[]>();
  const inside = (network: string) =>
    fleet.clusters.filter((one) => one.network === network).map(({ name }) => name);
  for (const { key, from, to } of fleet.peerings) {
    for (const a of inside(from)) {
      for (const b of inside(to)) {
        const pair = JSON.stringify([a, b].sort(byText));
        pairs.set(pair, [...(pairs.get(pair) ?? []), key]);
      }
    }
  }
  return new Map([...pairs].sort(([a], [b]) => byText(a, b)));
}

/** The clusters that a cluster is peered with. */
export function peeredWith(fleet: Fleet, cluster: string): string[] {
  const pairs = [...peeringPairs(fleet).keys()].map((pair) => JSON.parse(pair) as [string, string]);
  return pairs
    .filter((pair) => pair.includes(cluster))
    .map(([from, to]) => (from === cluster ? to : from))
    .sort(byText);
}

function worst(marks: readonly Mark[]): Mark | undefined {
  return (["goes", "comes", "changes"] as const).find((mark) => marks.includes(mark));
}

/** In quotes mermaid takes anything but quotes, tags and its own entities. */
function escaped(label: string): string {
  return label
    .split("<br/>")
    .map((part) => part.replace(/[^\p{L}\p{N} ./_:()-]/gu, (one) => `#${one.codePointAt(0)};`))
    .join("<br/>");
}
