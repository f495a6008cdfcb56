import type { Fleet as ModelFleet } from "../../fleet-model/fleet";
import type { ReachedService, Way } from "../../fleet-model/networking";
import { isUnknown } from "../../fleet-model/unknown";
import type { ClusterChanges, ObjectChange } from "../judge/cluster-changes";
import { ANY_CLUSTER, type ClusterPreview, few, placementName } from "../judge/cluster-preview";
import { addressOf, isOutage, type Loss, namesOf, namesOfEntry } from "../judge/loss";
import type { Modelled } from "../judge/model";
import { joined } from "../plan/values";
import { counted } from "../terminal/kinds";
import { type Cell, type Paint, table, wrapped } from "../terminal/style";

/** Of more names than this, only the first are shown. */
const MAX_NAMES = 3;
const MAX_FIELDS = 6;
const MOST_OPEN = 20;

type Row = readonly [placement: Cell | string, objects: string, why: string];

/** What the clusters of one fleet get. */
export interface FleetPreview {
  /** undefined if the app doesn't say. */
  readonly name: string | undefined;
  readonly fleet: ModelFleet;
  readonly endpoints: Modelled["endpoints"];
  readonly clusters: readonly ClusterPreview[];
  /** Compared with a base. */
  readonly changes: readonly ClusterChanges[] | undefined;
  readonly loss: Loss | undefined;
  /** What is unknown, in sentences. */
  readonly open: readonly string[];
}

/** The lines of one screen. */
export function previewScreen(
  fleets: readonly FleetPreview[],
  notes: readonly string[],
  paint: Paint,
): string[] {
  const open = fleets.flatMap((fleet) => fleet.open);
  return [
    ...fleets.flatMap((fleet) => fleetLines(fleet, paint)),
    ...(open.length > 0
      ? [
          paint("bold", "UNKNOWN"),
          ...open.slice(0, MOST_OPEN).flatMap((line) => wrapped(line)),
          ...(open.length > MOST_OPEN ? [`  and ${open.length - MOST_OPEN} more (--json)`] : []),
          "",
        ]
      : []),
    ...notes.flatMap((note) => wrapped(note, "")),
  ];
}

function fleetLines(
  { name, fleet, endpoints, clusters, changes, loss }: FleetPreview,
  paint: Paint,
): string[] {
  const lost = loss === undefined ? "" : few(loss.members);
  return [
    ...(name === undefined ? [] : [paint("bold", `Fleet ${name}`), ""]),
    ...clusterTable(clusters, fleet.reach, endpoints, paint),
    "",
    ...(changes === undefined
      ? []
      : [paint("bold", "COMPARED WITH THE BASE"), ...changeLines(changes, paint), ""]),
    ...(loss === undefined ? [] : [paint("bold", `WITHOUT ${lost}`), ...lossLines(loss, paint), ""]),
  ];
}

/** What each cluster of a fleet gets, in one table. */
function clusterTable(
  clusters: readonly ClusterPreview[],
  reach: readonly ReachedService[],
  endpoints: Modelled["endpoints"],
  paint: Paint,
): string[] {
  const blocks = new Map<string, { names: string[]; rows: (Cell | string)[][] }>();
  for (const cluster of clusters) {
    const rows = rowsOf(cluster, reach, endpoints);
    const key = JSON.stringify(rows);
    const block = blocks.get(key) ?? { names: [], rows };
    block.names.push(cluster.name ?? ANY_CLUSTER);
    blocks.set(key, block);
  }
  const all = [...blocks.values()].flatMap(({ names, rows }) =>
    rows.map((row, index) => [index === 0 ? some(names) : "", ...row]),
  );
  return table(["CLUSTER", "PLACEMENT", "OBJECTS", "WHY, OR WHY NOT", "SERVICES"], all, paint);
}

function rowsOf(
  cluster: ClusterPreview,
  reach: readonly ReachedService[],
  endpoints: Modelled["endpoints"],
): (Cell | string)[][] {
  const placements = placementRows(cluster);
  const services = reach.flatMap((service) => serviceLines(service, cluster, endpoints));
  const put = cluster.objects.filter(
    ({ placements, isThere }) => placements.length === 0 && isThere === true,
  );
  if (put.length > 0) {
    placements.push([{ text: "(applied by the app)" }, String(put.length), ""]);
  }
  return Array.from({ length: Math.max(1, placements.length, services.length) }, (_, index) => [
    ...(placements[index] ?? ["", "", ""]),
    services[index] ?? "",
  ]);
}

function placementRows({ placements }: ClusterPreview): Row[] {
  const chosen = placements.filter(({ isChosen }) => isChosen !== false);
  const others = new Map<string, string[]>();
  for (const { placement, why } of placements.filter(({ isChosen }) => isChosen === false)) {
    others.set(why, [...(others.get(why) ?? []), placementName(placement)]);
  }
  return [
    ...chosen.map(
      ({ placement, isChosen, why, objects }): Row => [
        { text: placementName(placement), colour: isChosen ? "green" : "yellow" },
        isChosen ? String(objects) : "?",
        isChosen ? why : `unknown: ${why}`,
      ],
    ),
    ...[...others].map(([why, names]): Row => [{ text: some(names) }, "-", `no: ${why}`]),
  ];
}

function serviceLines(
  { namespace, name, exports, ways }: ReachedService,
  { member }: ClusterPreview,
  endpoints: Modelled["endpoints"],
): string[] {
  const title = `${namespace}/${name}`;
  const own = exports.find((one) => one.member === member);
  const isHere = ways.some((way) => isServed(way, member)) || (own !== undefined && own.is !== false);
  const lines = ways.flatMap((way) => {
    if (way.kind === "MultiClusterService" && way.entry.member === member) {
      const names = namesOfEntry(endpoints, way.entry.namespace, way.entry.name);
      return [
        `${title}: ${entryLine(way)}${names.length > 0 ? `; ${joined(names)} resolves here, too` : ""}`,
      ];
    }
    return isServed(way, member) ? [`${title}: ${servedLine(way)}`] : [];
  });
  if (own?.is === false) {
    return [...lines, `${title}: not exported: ${own.reason}`];
  }
  return lines.length > 0 || !isHere ? lines : [`${title}: exported, but nothing routes to it`];
}

function isServed({ servedFrom }: Way, member: ClusterPreview["member"]): boolean {
  return servedFrom.some((one) => one.member === member && one.is !== false);
}

function entryLine({ is, reason, servedFrom, isInternal }: Way & { kind: "MultiClusterService" }): string {
  const from = few(namesOf(servedFrom.filter((one) => one.is !== false).map(({ member }) => member)));
  const address = isInternal === true ? "an internal address" : "its address";
  if (is === true) {
    return `${address} is here, routing to ${from}`;
  }
  return isUnknown(is) ? `unknown whether ${address} is here: ${is.why}` : `no address here: ${reason}`;
}

function servedLine(way: Way): string {
  const where =
    way.kind === "MultiClusterService"
      ? `at ${namesOf([way.entry.member]).join()}`
      : way.kind === "LoadBalancer"
        ? `through ${way.isInternal === true ? "an internal address" : "an address"} of its own here`
        : `through ${addressOf(way)}`;
  return way.is === true ? `reachable ${where}` : `unknown whether it is reachable ${where}`;
}

/** What each cluster gains and loses and what changes on it; equal clusters together. */
function changeLines(changes: readonly ClusterChanges[], paint: Paint): string[] {
  const blocks = new Map<string, { names: string[]; one: ClusterChanges }>();
  for (const one of changes) {
    const { cluster, ...rest } = one;
    const key = JSON.stringify(rest);
    const block = blocks.get(key) ?? { names: [], one };
    block.names.push(cluster);
    blocks.set(key, block);
  }
  return [...blocks.values()].flatMap(({ names, one }) => {
    const { isNew, isGone, gains, loses, changes } = one;
    const what = isNew ? " (new)" : isGone ? " (no longer a member)" : "";
    const lines = [
      ...gains.map((each) => marked("+", each, "gains", paint)),
      ...loses.map((each) => marked("-", each, "loses", paint)),
      ...changes.flatMap((each) => [marked("~", each, "", paint), ...fieldLines(each)]),
    ];
    const head = paint("bold", `${some(names)}${what}`);
    return lines.length === 0 ? [`${head}: nothing changes`] : [`${head}:`, ...lines];
  });
}

const COLOURS = { "+": "green", "-": "red", "~": "yellow" } as const;

function marked(
  mark: keyof typeof COLOURS,
  { title, doubt }: ObjectChange,
  verb: string,
  paint: Paint,
): string {
  const perhaps = doubt === undefined || verb === "" ? "" : ` (possibly: ${doubt})`;
  return paint(COLOURS[mark], `  ${mark} ${title}${perhaps}`);
}

function fieldLines({ fields = [] }: ObjectChange): string[] {
  const more = fields.length - MAX_FIELDS;
  return [
    ...fields.slice(0, MAX_FIELDS).map((field) => `      ${field}`),
    ...(more > 0 ? [`      and ${counted(more, "other field", "other fields")}`] : []),
  ];
}

/** What is left when members are lost, worst first; equal results in one sentence. */
function lossLines({ services, placements }: Loss, paint: Paint): string[] {
  const reported: LossLine[] = [
    ...services.map((service): LossLine => {
      const { name, text, isReachable } = service;
      return {
        kind: "Service",
        name,
        text,
        colour: isOutage(service) ? "red" : isReachable ? undefined : "yellow",
      };
    }),
    ...placements.map(({ name, text, isBlocked }): LossLine => {
      return { kind: "Placement", name, text, colour: isBlocked ? "yellow" : undefined };
    }),
  ];
  const alike = new Map<string, LossLine[]>();
  for (const one of reported) {
    const key = JSON.stringify([one.kind, one.colour, one.text]);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const lines = [...alike.values()].map((group) => {
    const [{ kind, text, colour }] = group as [LossLine];
    const names = few(group.map(({ name }) => name));
    const sentence =
      group.length === 1
        ? `${kind} ${names} ${text}`
        : `Each of the ${kind === "Service" ? "Services" : "placements"} ${names} ${text}`;
    return { place: ORDER.indexOf(colour), lines: wrapped(sentence).map((line) => paint(colour, line)) };
  });
  return lines.length > 0
    ? lines.sort((one, other) => one.place - other.place).flatMap((one) => one.lines)
    : ["  Nothing placed by this app is there."];
}

interface LossLine {
  readonly kind: "Service" | "Placement";
  readonly name: string;
  readonly text: string;
  readonly colour: "red" | "yellow" | undefined;
}

const ORDER: readonly LossLine["colour"][] = ["red", "yellow", undefined];

function some(names: readonly string[]): string {
  return names.length > MAX_NAMES + 1
    ? `${names.slice(0, MAX_NAMES).join(", ")} and ${names.length - MAX_NAMES} more`
    : names.join(", ");
}
