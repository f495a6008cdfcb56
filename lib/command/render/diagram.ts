import { chosenBy } from "../judge/choice";
import {
  apart,
  type Cluster,
  type Fleet,
  type Member,
  type NetworkLead,
  type Placement,
} from "../plan/fleet";
import { isSame } from "../plan/things";
import { byText, joined } from "../plan/values";

/** How a part of the fleet is marked. */
export type Mark = "goes" | "comes" | "changes";

const LINES: Record<Mark, string> = {
  goes: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 4",
  comes: "stroke:#1a7f37,stroke-width:3px",
  changes: "stroke:#bf8700,stroke-width:3px",
};
const WORDS: Record<Mark, string> = { goes: " (goes)", comes: " (new)", changes: " (changes)" };

interface Link {
  readonly mark: Mark | undefined;
  readonly text: string;
}

/**
 * The fleets as a mermaid flowchart, which GitHub draws: regions, clusters, peerings, members, placements, addresses. Of
 * several fleets each has a box of its own.
 */
export function diagram(all: Fleet, marks: ReadonlyMap<string, Mark> = new Map()): string {
  const lines: string[] = ["flowchart TB"];
  const nodes = new Map<string, string>();
  const marked: Record<Mark, string[]> = { goes: [], comes: [], changes: [] };
  const links: Link[] = [];
  let regions = 0;
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
  const drawFleet = (fleet: Fleet, indent: string) => {
    for (const { key, name, location } of fleet.hubs) {
      const label = `fleet ${name}${location ? `<br/>hub in ${location}` : ""}`;
      draw(indent, node("hub", key), ["{{", "}}"], label, key);
    }
    for (const { key, name, namespaces } of fleet.placements) {
      const what = namespaces.length > 0 && joined(namespaces) !== name ? `<br/>${joined(namespaces)}` : "";
      draw(indent, node("placement", key), ["[/", "/]"], `placement ${name}${what}`, key);
      for (const hub of fleet.hubs)
        links.push({ mark: undefined, text: `${node("hub", hub.key)} --- ${node("placement", key)}` });
    }
    for (const region of [...new Set(fleet.clusters.map(({ location }) => location ?? ""))].sort(byText)) {
      regions += 1;
      if (region) lines.push(`${indent}subgraph region${regions} ["${escaped(region)}"]`);
      for (const cluster of fleet.clusters.filter(({ location }) => (location ?? "") === region)) {
        const member = fleet.members.find((one) => one.cluster.key === cluster.key);
        const as = member
          ? member.name === cluster.name
            ? "<br/>member"
            : `<br/>member ${member.name}`
          : "";
        const keys = member ? [cluster.key, member.key] : [cluster.key];
        const deeper = region ? `${indent}  ` : indent;
        draw(deeper, node("cluster", cluster.key), ["[", "]"], `${cluster.name}${as}`, ...keys);
      }
      if (region) lines.push(`${indent}end`);
    }
    for (const { key, name, cluster } of fleet.services) {
      draw(indent, node("service", key), ["([", "])"], `address of ${name}`, key);
      if (cluster && all.clusters.some((one) => one.key === cluster.key)) {
        links.push({
          mark: marks.get(key),
          text: `${node("service", key)} ==>|enters| ${node("cluster", cluster.key ?? "")}`,
        });
      }
    }
    for (const placement of fleet.placements) links.push(...placed(placement, all, node, marks));
  };

  const fleets = apart(all);
  for (const [index, fleet] of fleets.entries()) {
    const [hub] = fleet.hubs;
    if (fleets.length === 1 || hub === undefined) {
      drawFleet(fleet, "  ");
      continue;
    }
    lines.push(`  subgraph fleet${index + 1} ["fleet ${escaped(hub.name)}"]`);
    drawFleet(fleet, "    ");
    lines.push("  end");
  }
  for (const { from, to, keys } of peeringPairs(all)) {
    links.push({
      mark: worst(keys.flatMap((key) => marks.get(key) ?? [])),
      text: `${node("cluster", from.key)} <-->|${keys.length > 1 ? "peered" : "peered one way"}| ${node("cluster", to.key)}`,
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
): Link[] {
  const { members, sure } = chosenBy(placement, fleet);
  return members.map((member) => ({
    mark: marks.get(linkKey(placement, member)) ?? gone(marks.get(placement.key)),
    text: `${node("placement", placement.key)} -.->|${sure ? "places" : "may place"}| ${node("cluster", member.cluster.key ?? "")}`,
  }));
}

/** What a link from a placement to a member is marked by. */
export function linkKey(placement: Placement, { name }: Member): string {
  return `${placement.key} → ${name}`;
}

/** A placement that only changes keeps its other links as they are. */
function gone(mark: Mark | undefined): Mark | undefined {
  return mark === "changes" ? undefined : mark;
}

interface Pair {
  readonly from: Cluster;
  readonly to: Cluster;
  /** Of the peerings: two, one each way. */
  readonly keys: string[];
}

/** Two clusters are peered by two peerings, one each way. */
function peeringPairs(fleet: Fleet): Pair[] {
  const pairs = new Map<string, Pair>();
  const inside = (network: NetworkLead) =>
    fleet.clusters.filter((one) => one.network && isSame(one.network, network));
  const order = (a: Cluster, b: Cluster) => byText(a.name, b.name) || byText(a.key, b.key);
  for (const { key, from, to } of fleet.peerings) {
    for (const a of inside(from)) {
      for (const b of inside(to)) {
        const [first, second] = [a, b].sort(order) as [Cluster, Cluster];
        const id = JSON.stringify([first.key, second.key]);
        const pair = pairs.get(id) ?? { from: first, to: second, keys: [] };
        pair.keys.push(key);
        pairs.set(id, pair);
      }
    }
  }
  return [...pairs.values()].sort((a, b) => order(a.from, b.from) || order(a.to, b.to));
}

/** The names of the clusters that a cluster is peered with. */
export function peeredWith(fleet: Fleet, { key }: Cluster): string[] {
  return peeringPairs(fleet)
    .filter(({ from, to }) => from.key === key || to.key === key)
    .map(({ from, to }) => (from.key === key ? to : from).name)
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
