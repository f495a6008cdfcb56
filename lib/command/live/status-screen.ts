import type { Unseen } from "../app/deployed";
import { formatAge } from "../terminal/duration";
import { shorten } from "../terminal/problems";
import { type Cell, type Paint, table, wrapped } from "../terminal/style";
import {
  type ExportOnCluster,
  type FleetStatus,
  type MemberStatus,
  type PlacementOnCluster,
  type Problem,
  problemLine,
  type Truth,
} from "./status";

const NOT_SEEN = "?";
/** Of more clusters than these, those that are alike take one row, so that it stays one screen. */
const MOST_ROWS = 5;
const NAMES_TOLD = 3;
/** Of one problem; `--json` has the whole. */
const LONGEST = 400;

/** The lines of one screen. `unseen` is what could not be read of the app itself. */
export function statusScreen(fleets: FleetStatus[], unseen: Unseen[], now: number, paint: Paint): string[] {
  const lines = fleets.flatMap((fleet) => [...fleetScreen(fleet, now, paint), ""]);
  const hidden = [...unseen, ...fleets.flatMap((fleet) => fleet.unseen)];
  const wrong = fleets.flatMap(({ problems }) => problems).filter(({ kind }) => kind !== "unseen");
  if (wrong.length > 0) {
    lines.push(paint("bold", "PROBLEMS"));
    lines.push(
      ...alikeProblems(wrong).flatMap((problem) => wrapped(shorten(problemLine(problem), LONGEST))),
      "",
    );
  }
  if (hidden.length > 0) {
    lines.push(paint("bold", "NOT SEEN"));
    lines.push(...byReason(hidden).flatMap((line) => wrapped(shorten(line, LONGEST))));
    lines.push(
      ...distinct(hidden.flatMap(({ advice }) => advice ?? [])).flatMap((one) => wrapped(one, "    ")),
      "",
    );
  }
  return [...lines, verdict(wrong.length, hidden.length, paint)];
}

/** The same of many clusters, in one line. */
function alikeProblems(problems: readonly Problem[]): Problem[] {
  const alike = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { kind, name, cluster, text } = problem;
    const key = JSON.stringify([kind, name, cluster !== undefined, text]);
    alike.set(key, [...(alike.get(key) ?? []), problem]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    const clusters = group.flatMap(({ cluster }) => cluster ?? []);
    return first === undefined || clusters.length <= MOST_ROWS
      ? group
      : { ...first, cluster: some(clusters) };
  });
}

/** What could not be seen for the same reason, in one line. */
function byReason(hidden: readonly Unseen[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { what, why } of hidden) reasons.set(why, [...(reasons.get(why) ?? []), what]);
  return [...reasons].map(([why, what]) => `${some(what)}: ${why}`);
}

function some(names: readonly string[]): string {
  const all = distinct(names);
  return all.length > NAMES_TOLD + 1
    ? `${all.slice(0, NAMES_TOLD).join(", ")} and ${all.length - NAMES_TOLD} more`
    : all.join(", ");
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function verdict(wrong: number, hidden: number, paint: Paint): string {
  if (wrong > 0) return paint("red", wrong === 1 ? "1 problem." : `${wrong} problems.`);
  return hidden > 0
    ? paint("yellow", "No problem in what could be seen.")
    : paint("green", "Everything is in order.");
}

function fleetScreen(fleet: FleetStatus, now: number, paint: Paint): string[] {
  const { members, placements, exports, services } = fleet;
  const placementRows = placements.flatMap(({ name, scheduled, clusters }) =>
    grouped(
      name,
      clusters.length > 0 ? folded(clusters.map(placementRow)) : [["-", truth(scheduled), "-", "-"]],
    ),
  );
  const exportRows = exports.flatMap(({ name, clusters }) =>
    grouped(name, clusters.length > 0 ? folded(clusters.map(exportRow)) : [["-", "-", "-"]]),
  );
  const serviceRows = services.map(
    ({ name, member, address, valid }): Row => [
      name,
      member,
      address || (valid === undefined ? NOT_SEEN : "-"),
      truth(valid),
    ],
  );
  const section = (what: string, heads: string[], rows: Row[]) =>
    rows.length > 0 ? table(heads, rows, paint) : [`No ${what}${fleet.unseen.length > 0 ? " seen" : ""}.`];
  return [
    paint("bold", `Fleet ${fleet.name ?? NOT_SEEN}`),
    "",
    ...section(
      "members",
      ["MEMBER", "JOINED", "HEARTBEAT", "VERSION", "NODES", "ALLOCATABLE CPU", "MEMORY"],
      members.map((member) => memberRow(member, now)),
    ),
    "",
    ...section("placements", ["PLACEMENT", "CLUSTER", "SCHEDULED", "APPLIED", "AVAILABLE"], placementRows),
    "",
    ...section("exports", ["EXPORT", "CLUSTER", "VALID", "CONFLICT"], exportRows),
    "",
    ...section("services", ["SERVICE", "ENTERS AT", "ADDRESS", "VALID"], serviceRows),
  ];
}

type Row = (Cell | string)[];

/** What it is of stands in the first row only. */
function grouped(name: string, rows: Row[]): Row[] {
  return rows.map((row, index) => [index === 0 ? name : "", ...row]);
}

/** Many clusters that are alike take one row; those that are not, and the few that are not in order, keep theirs. */
function folded(rows: Row[]): Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const alike = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.slice(1));
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  const isGood = (row: Row) =>
    row.slice(1).every((cell) => typeof cell !== "string" && cell.colour === "green");
  const groups = [...alike.values()].map((group) => ({ group, good: group.every(isGood) }));
  // What is in order comes last.
  return groups
    .sort((a, b) => Number(a.good) - Number(b.good))
    .flatMap(({ group, good }): Row[] => {
      const [first] = group;
      if (first === undefined || group.length === 1 || (!good && group.length <= MOST_ROWS)) return group;
      const name =
        groups.length === 1
          ? `all ${rows.length} clusters`
          : `${group.length} ${good ? "other " : ""}clusters`;
      return [[name, ...first.slice(1)]];
    });
}

function memberRow(member: MemberStatus, now: number): Row {
  const { name, joined, heartbeat, version, nodes, nodeVersions = [], allocatable } = member;
  const unknown = joined === undefined ? NOT_SEEN : "-";
  const others = nodeVersions.filter((one) => one !== version);
  const onOthers = version !== undefined && others.length > 0 ? ` (${others.join(", ")})` : "";
  return [
    name,
    truth(joined),
    heartbeat === undefined ? unknown : `${formatAge(now - Date.parse(heartbeat))} ago`,
    version ?? unknown,
    nodes === undefined ? unknown : `${nodes}${onOthers}`,
    allocatable ? cores(allocatable.cpu) : unknown,
    allocatable ? gibibytes(allocatable.memory) : unknown,
  ];
}

function placementRow(one: PlacementOnCluster): Row {
  const { cluster, scheduled, applied, available, objects } = one;
  const counts = (["failed", "drifted", "diffed"] as const).flatMap((state) => {
    const count = objects.filter((object) => object.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const shown = truth(available, "-");
  return [
    cluster,
    truth(scheduled),
    truth(applied, "-"),
    counts.length > 0
      ? { text: `${shown.text} (${counts.join(", ")})`, colour: shown.colour === "green" ? "yellow" : "red" }
      : shown,
  ];
}

function exportRow({ cluster, valid, conflict, withdrawn }: ExportOnCluster): Row {
  if (withdrawn) return [cluster, { text: "withdrawn (weight 0)", colour: "yellow" }, "-"];
  const isGood = conflict === "False" ? "green" : conflict === "True" ? "red" : "yellow";
  return [cluster, truth(valid), { text: truth(conflict).text, colour: isGood }];
}

function truth(value: Truth, unseen = NOT_SEEN): Cell {
  switch (value) {
    case "True":
      return { text: "yes", colour: "green" };
    case "False":
      return { text: "no", colour: "red" };
    case "Unknown":
      return { text: "unknown", colour: "yellow" };
    default:
      return { text: unseen };
  }
}

/** "11580m" is 11.58. */
function cores(quantity: string): string {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  return amount === undefined ? quantity : String(Number(amount) / (milli ? 1_000 : 1));
}

const BYTES: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function gibibytes(quantity: string): string {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = BYTES[unit];
  return amount === undefined || factor === undefined
    ? quantity
    : `${((Number(amount) * factor) / 2 ** 30).toFixed(1)} GiB`;
}
