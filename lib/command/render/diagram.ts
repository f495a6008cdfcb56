import { chosenBy } from "../judge/choice";
import { apart, type Cluster, type Fleet, type Member, type Placement } from "../plan/fleet";
import { byText, joined } from "../plan/values";
import { meshText, peeredIn } from "./peered";

/** How a part of the fleet is marked. */
export type Mark = "goes" | "comes" | "changes";

const LINES: Record<Mark, string> = {
  goes: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 4",
  comes: "stroke:#1a7f37,stroke-width:3px",
  changes: "stroke:#bf8700,stroke-width:3px",
};
const WORDS: Record<Mark, string> = { goes: " (goes)", comes: " (new)", changes: " (changes)" };

/** Above this many clusters, each region's are merged, and so are placements and addresses with the same target. */
const MOST_APART = 12;
/** How many names a merged node shows. */
const NAMES = 3;
/** Mermaid draws at most 500; beyond that, nothing. */
const MOST_LINKS = 400;

interface Link {
  readonly mark: Mark | undefined;
  readonly text: string;
}

/** What is drawn as one: a cluster, or those of a region with the same changes. */
interface Spot {
  readonly clusters: readonly Cluster[];
  readonly mark: Mark | undefined;
  readonly label: string;
}

/**
 * The fleets as a mermaid flowchart, which GitHub renders: regions, clusters, peerings, members, placements, addresses. Several
 * fleets each have their own box.
 */
export function diagram(all: Fleet, marks: ReadonlyMap<string, Mark> = new Map()): string {
  const lines: string[] = ["flowchart TB"];
  const nodes = new Map<string, string>();
  const marked: Record<Mark, string[]> = { goes: [], comes: [], changes: [] };
  const links: Link[] = [];
  const boxes: { readonly id: string; readonly spots: ReadonlySet<Spot> }[] = [];
  let regions = 0;
  const markOf = (keys: readonly string[]) => worst(keys.flatMap((key) => marks.get(key) ?? []));
  const node = (kind: string, key: string) => {
    const id = nodes.get(`${kind} ${key}`) ?? `${kind}${nodes.size + 1}`;
    nodes.set(`${kind} ${key}`, id);
    return id;
  };
  const draw = (
    indent: string,
    id: string,
    shape: [string, string],
    label: string,
    mark: Mark | undefined,
  ) => {
    if (mark) marked[mark].push(id);
    lines.push(`${indent}${id}${shape[0]}"${escaped(label)}${mark ? WORDS[mark] : ""}"${shape[1]}`);
  };
  const link = (mark: Mark | undefined, text: string) => {
    if (!links.some((one) => one.text === text && one.mark === mark)) links.push({ mark, text });
  };
  const isMuch = all.clusters.length > MOST_APART;
  const spots = spotsOf(all, isMuch, markOf);
  const spotOf = ({ key }: { readonly key?: string | undefined }) =>
    spots.find(({ clusters }) => clusters.some((one) => one.key === key));
  const nodeOf = (spot: Spot) => node("cluster", keyOf(spot.clusters));

  const drawFleet = (fleet: Fleet, indent: string) => {
    for (const { key, name, location } of fleet.hubs) {
      const label = `fleet ${name}${location ? `<br/>hub in ${location}` : ""}`;
      draw(indent, node("hub", key), ["{{", "}}"], label, markOf([key]));
    }
    const placements = bundled(fleet.placements, isMuch, (placement) => [
      markOf([placement.key]),
      ...placed(placement).map(({ spot, mark, text }) => [keyOf(spot.clusters), mark, text]),
    ]);
    for (const some of placements) {
      const id = node("placement", keyOf(some));
      draw(indent, id, ["[/", "/]"], placementsText(some), markOf(some.map(({ key }) => key)));
      for (const hub of fleet.hubs) link(undefined, `${node("hub", hub.key)} --- ${id}`);
    }
    for (const region of [...new Set(fleet.clusters.map(({ location }) => location ?? ""))].sort(byText)) {
      regions += 1;
      if (region) lines.push(`${indent}subgraph region${regions} ["${escaped(region)}"]`);
      const inRegion = fleet.clusters.filter(({ location }) => (location ?? "") === region);
      const here = new Set(inRegion.flatMap((cluster) => spotOf(cluster) ?? []));
      for (const spot of here) {
        draw(region ? `${indent}  ` : indent, nodeOf(spot), ["[", "]"], spot.label, spot.mark);
      }
      if (region && here.size > 1) boxes.push({ id: `region${regions}`, spots: here });
      if (region) lines.push(`${indent}end`);
    }
    const services = bundled(fleet.services, isMuch, ({ key, cluster }) => [
      markOf([key]),
      cluster && spotOf(cluster)?.label,
      cluster && spotOf(cluster)?.clusters[0]?.key,
    ]);
    for (const some of services) {
      const mark = markOf(some.map(({ key }) => key));
      const id = node("service", keyOf(some));
      const [{ name, cluster }] = some as [Fleet["services"][number]];
      const label =
        some.length === 1 ? `address of ${name}` : `${some.length} addresses<br/>${shortened(some)}`;
      draw(indent, id, ["([", "])"], label, mark);
      const spot = cluster && spotOf(cluster);
      if (spot) link(mark, `${id} ==>|enters| ${nodeOf(spot)}`);
    }
    for (const some of placements) {
      const there = placed(some[0] as Placement);
      for (const { mark, text, spot } of there) {
        const isSame = (one: Spot) =>
          there.some((other) => other.spot === one && other.mark === mark && other.text === text);
        // What goes to a whole region goes to its box.
        const box = boxes.find(({ spots: inside }) => inside.has(spot) && [...inside].every(isSame));
        link(mark, `${node("placement", keyOf(some))} -.->|${text}| ${box?.id ?? nodeOf(spot)}`);
      }
    }
  };

  /** Where a placement's objects go. */
  const placed = (placement: Placement) => {
    const { members, sure } = chosenBy(placement, all);
    const found = new Map<string, { spot: Spot; mark: Mark | undefined; count: number }>();
    for (const member of members) {
      const spot = spotOf(member.cluster);
      if (!spot) continue;
      const mark = marks.get(linkKey(placement, member)) ?? gone(marks.get(placement.key));
      const key = JSON.stringify([keyOf(spot.clusters), mark]);
      found.set(key, { spot, mark, count: (found.get(key)?.count ?? 0) + 1 });
    }
    const verb = sure ? "places" : "may place";
    return [...found.values()].map(({ spot, mark, count }) => ({
      spot,
      mark,
      text: count < spot.clusters.length ? `${verb} on ${count} of ${spot.clusters.length}` : verb,
    }));
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
  const { meshes, pairs } = peeredIn(all, markOf);
  for (const [index, mesh] of meshes.entries()) {
    const id = `mesh${index + 1}`;
    draw("  ", id, [">", "]"], meshText(mesh, all), mesh.mark);
    for (const { cluster, mark } of mesh.besides) {
      const spot = spotOf(cluster);
      if (spot) link(mark, `${nodeOf(spot)} <-->|peered with each| ${id}`);
    }
  }
  for (const { from, to, isWhole, mark } of pairs) {
    const [one, other] = [spotOf(from), spotOf(to)];
    if (!one || !other) continue;
    const some = one.clusters.length > 1 || other.clusters.length > 1 ? "some " : "";
    link(mark, `${nodeOf(one)} <-->|${some}${isWhole ? "peered" : "peered one way"}| ${nodeOf(other)}`);
  }
  if (lines.length === 1) lines.push('  nothing["no fleet"]');
  const drawn = drawnOf(links);
  if (drawn.length < links.length) {
    lines.push(`  more>"${links.length - drawn.length} more lines are not drawn"]`);
  }
  for (const { text } of drawn) lines.push(`  ${text}`);

  for (const mark of Object.keys(LINES) as Mark[]) {
    const ofMark = drawn.flatMap((one, index) => (one.mark === mark ? index : []));
    if (marked[mark].length > 0) {
      lines.push(`  classDef ${mark} ${LINES[mark]}`, `  class ${marked[mark].join(",")} ${mark}`);
    }
    if (ofMark.length > 0) lines.push(`  linkStyle ${ofMark.join(",")} ${LINES[mark]}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Changed parts first, if not everything can be drawn. */
function drawnOf(links: readonly Link[]): readonly Link[] {
  const kept = new Set([...links].sort((a, b) => Number(!a.mark) - Number(!b.mark)).slice(0, MOST_LINKS));
  return links.filter((one) => kept.has(one));
}

function spotsOf(
  { clusters, members }: Fleet,
  isMuch: boolean,
  markOf: (keys: readonly string[]) => Mark | undefined,
): readonly Spot[] {
  const reported = clusters.map((cluster) => {
    const member = members.find((one) => one.cluster.key === cluster.key);
    const mark = markOf(member ? [cluster.key, member.key] : [cluster.key]);
    return { cluster, member, mark };
  });
  const groups = new Map<string, (typeof reported)[number][]>();
  for (const one of reported) {
    const { cluster, member, mark } = one;
    const key = JSON.stringify(
      isMuch
        ? [cluster.location ?? null, mark ?? null, member !== undefined, member?.fleet?.key ?? null]
        : cluster.key,
    );
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => ({
    clusters: group.map(({ cluster }) => cluster),
    mark: group[0]?.mark,
    label: spotText(group),
  }));
}

function spotText(group: readonly { readonly cluster: Cluster; readonly member: Member | undefined }[]) {
  const [{ cluster, member }] = group as [(typeof group)[number]];
  if (group.length > 1) {
    const names = shortened(group.map((one) => one.cluster));
    return `${group.length} clusters${member ? ", members" : ""}<br/>${names}`;
  }
  const as = member ? (member.name === cluster.name ? "<br/>member" : `<br/>member ${member.name}`) : "";
  return `${cluster.name}${as}`;
}

function placementsText(some: readonly Placement[]): string {
  const [{ name, namespaces }] = some as [Placement];
  if (some.length > 1) return `${some.length} placements<br/>${shortened(some)}`;
  const what = namespaces.length > 0 && joined(namespaces) !== name ? `<br/>${joined(namespaces)}` : "";
  return `placement ${name}${what}`;
}

function shortened(parts: readonly { readonly name: string }[]): string {
  const names = parts.map(({ name }) => name).sort(byText);
  return names.length > NAMES + 1
    ? `${names.slice(0, NAMES).join(", ")} and ${names.length - NAMES} more`
    : joined(names);
}

/** One by one; if there are many, equal ones together. */
function bundled<P extends { readonly key: string }>(
  parts: readonly P[],
  isMuch: boolean,
  sameness: (part: P) => unknown,
): readonly (readonly P[])[] {
  if (!isMuch && parts.length <= MOST_APART) return parts.map((part) => [part]);
  const bundles = new Map<string, P[]>();
  for (const part of parts) {
    const key = JSON.stringify(sameness(part));
    bundles.set(key, [...(bundles.get(key) ?? []), part]);
  }
  return [...bundles.values()];
}

function keyOf(parts: readonly { readonly key: string }[]): string {
  return parts.map(({ key }) => key).join(" ");
}

/** The key that marks a link from a placement to a member. */
export function linkKey(placement: Placement, { name }: Member): string {
  return `${placement.key} → ${name}`;
}

/** A placement that only changes leaves its other links unmarked. */
function gone(mark: Mark | undefined): Mark | undefined {
  return mark === "changes" ? undefined : mark;
}

function worst(marks: readonly Mark[]): Mark | undefined {
  return (["goes", "comes", "changes"] as const).find((mark) => marks.includes(mark));
}

/** In quotes, mermaid accepts anything but quotes, tags and its own entities. */
function escaped(label: string): string {
  return label
    .split("<br/>")
    .map((part) => part.replace(/[^\p{L}\p{N} ./_:(),-]/gu, (one) => `#${one.codePointAt(0)};`))
    .join("<br/>");
}
