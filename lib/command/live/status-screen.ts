import type { Unseen } from "../app/deployed";
import { formatAge } from "../terminal/duration";
import { shorten } from "../terminal/problems";
import { type Cell, type Paint, table, wrapped } from "../terminal/style";
import type { Sort } from "./sorts";
import {
  type ExportOnCluster,
  type FleetStatus,
  type MemberStatus,
  type PlacementOnCluster,
  type Problem,
  problemLine,
  type TrafficManagerStatus,
  type Truth,
} from "./status";
import type { UpgradeGate, UpgradeProfile, UpgradeRun } from "./upgrades";

const NOT_SEEN = "?";
/** Above this, similar rows are folded into one, to keep to one screen. */
const MOST_ROWS = 5;
/** Unhealthy rows beyond this are only counted. */
const MOST_BAD = 11;
const MAX_NAMES = 3;
/** The longest text shown per problem; `--json` has all of it. */
const LONGEST = 400;

export interface ScreenOptions {
  /** Nothing is folded. */
  all: boolean;
  sort: Sort;
}

/** The lines of one screen. `unseen`: what could not be read of the app itself. */
export function statusScreen(
  fleets: FleetStatus[],
  unseen: Unseen[],
  now: number,
  paint: Paint,
  options: ScreenOptions,
): string[] {
  // What couldn't be read of the app may belong to any fleet.
  const lines = fleets.flatMap((fleet) => [
    ...fleetScreen({ ...fleet, unseen: [...unseen, ...fleet.unseen] }, now, paint, options),
    "",
  ]);
  const hidden = [...unseen, ...fleets.flatMap((fleet) => fleet.unseen)];
  const wrong = fleets.flatMap(({ problems }) => problems).filter(({ kind }) => kind !== "unseen");
  if (wrong.length > 0) {
    const reported = options.all ? wrong : alikeProblems(wrong);
    const shown = options.all || reported.length <= MOST_BAD ? reported : reported.slice(0, MOST_BAD - 1);
    lines.push(paint("bold", "PROBLEMS"));
    lines.push(...shown.flatMap((problem) => wrapped(shorten(problemLine(problem), LONGEST))));
    if (shown.length < reported.length)
      lines.push(`  and ${reported.length - shown.length} more: show them with --all`);
    lines.push("");
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

/** The same problem on several clusters or members, in one line. */
function alikeProblems(problems: readonly Problem[]): Problem[] {
  const alike = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { kind, name, cluster, text } = problem;
    const key = JSON.stringify([kind, kind === "member" ? "" : name, cluster !== undefined, text]);
    alike.set(key, [...(alike.get(key) ?? []), problem]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= MOST_ROWS) return group;
    if (first.kind === "member") return { ...first, name: some(group.map(({ name }) => name)) };
    const clusters = group.flatMap(({ cluster }) => cluster ?? []);
    return clusters.length > 0 ? { ...first, cluster: some(clusters) } : group;
  });
}

/** What could not be checked for the same reason, in one line. */
function byReason(hidden: readonly Unseen[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { what, why } of hidden) reasons.set(why, [...(reasons.get(why) ?? []), what]);
  return [...reasons].map(([why, what]) => `${some(what)}: ${why}`);
}

function some(names: readonly string[]): string {
  const all = distinct(names);
  return all.length > MAX_NAMES + 1
    ? `${all.slice(0, MAX_NAMES).join(", ")} and ${all.length - MAX_NAMES} more`
    : all.join(", ");
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function verdict(wrong: number, hidden: number, paint: Paint): string {
  if (wrong > 0) return paint("red", wrong === 1 ? "1 problem." : `${wrong} problems.`);
  return hidden > 0
    ? paint("yellow", "No problem in what could be checked.")
    : paint("green", "Everything is healthy.");
}

function fleetScreen(fleet: FleetStatus, now: number, paint: Paint, options: ScreenOptions): string[] {
  const { placements, exports, services, trafficManagers } = fleet;
  const { all } = options;
  const placementGroups = placements.map(({ name, scheduled, clusters }) =>
    group(name, clusters.length > 0 ? clusters.map(placementRow) : [["-", truth(scheduled), "-", "-"]], all),
  );
  const exportGroups = exports.map(({ name, clusters }) =>
    group(name, clusters.length > 0 ? clusters.map(exportRow) : [["-", "-", "-"]], all),
  );
  const serviceGroups = services.map(({ name, member, address, valid }) =>
    group(
      name,
      [
        [
          member,
          { text: address || (valid === undefined ? NOT_SEEN : "-"), colour: address ? "green" : undefined },
          truth(valid),
        ],
      ],
      all,
    ),
  );
  const section = (what: string, heads: string[], rows: Row[]) =>
    rows.length > 0 ? table(heads, rows, paint) : [`No ${what}${fleet.unseen.length > 0 ? " seen" : ""}.`];
  return [
    paint("bold", `Fleet ${fleet.name ?? NOT_SEEN}`),
    "",
    ...section(
      "members",
      [
        "MEMBER",
        "JOINED",
        "HEARTBEAT",
        "VERSION",
        "NODES",
        "ALLOCATABLE CPU",
        "MEMORY",
        ...(fleet.upgrades ? ["GROUP"] : []),
      ],
      memberRows(fleet, now, options),
    ),
    "",
    ...section(
      "placements",
      ["PLACEMENT", "CLUSTER", "SCHEDULED", "APPLIED", "AVAILABLE"],
      foldedGroups(placementGroups, "placements", all),
    ),
    "",
    ...section(
      "exports",
      ["EXPORT", "CLUSTER", "VALID", "CONFLICT"],
      foldedGroups(exportGroups, "exports", all),
    ),
    "",
    ...section(
      "services",
      ["SERVICE", "ENTERS AT", "ADDRESS", "VALID"],
      foldedGroups(serviceGroups, "services", all),
    ),
    ...upgradeLines(fleet, now, paint, options),
    // Most fleets have none.
    ...(trafficManagers.length > 0
      ? [
          "",
          ...table(
            ["TRAFFIC MANAGER", "CLUSTER", "BACKEND", "WEIGHT", "ACCEPTED"],
            foldedGroups(trafficManagers.map(profileGroup), "profiles", all),
            paint,
          ),
        ]
      : []),
  ];
}

/** Which members are behind, from the hub and members; with details from Azure, if it was queried. */
function upgradeLines(
  { members, upgrades }: FleetStatus,
  now: number,
  paint: Paint,
  { all }: ScreenOptions,
): string[] {
  const newest = distinct(members.flatMap(({ version }) => version ?? []))
    .sort(byVersion)
    .at(-1);
  const behind = members.filter(({ version }) => version !== undefined && version !== newest);
  const nodes = members.filter(
    ({ version, nodeVersions }) => version && nodeVersions?.some((one) => one !== version),
  );
  const names = (some_: MemberStatus[]) => {
    const reported = some_.map(({ name }) => name);
    return all ? reported.join(", ") : some(reported);
  };
  const lines = [
    ...(behind.length > 0 ? [`${names(behind)}: the control plane is behind ${newest}`] : []),
    ...(nodes.length > 0 ? [`${names(nodes)}: nodes differ in version from their control plane`] : []),
    ...(upgrades?.profiles ?? []).map((profile) => profileLine(profile, now)),
    ...(upgrades?.runs ?? []).flatMap(runLines),
    ...(upgrades?.gates ?? []).flatMap(gateLines),
  ];
  if (lines.length === 0 && upgrades) lines.push("No profile, no run in progress, no pending gate.");
  return lines.length === 0
    ? []
    : [
        "",
        paint("bold", "UPGRADES"),
        // A command stays on one line, to be copied.
        ...lines.flatMap((line) => (line.startsWith("az ") ? [`    ${line}`] : wrapped(line))),
      ];
}

function profileLine(profile: UpgradeProfile, now: number): string {
  const { name, channel, targetKubernetesVersion, longTermSupport, strategy, disabled } = profile;
  const { lastTriggeredAt, lastTriggerStatus } = profile;
  const parts = [
    `channel ${channel}${targetKubernetesVersion ? ` ${targetKubernetesVersion}` : ""}`,
    ...(longTermSupport ? ["long-term support"] : []),
    strategy ? `strategy ${strategy}` : "without a strategy",
    ...(disabled ? ["disabled"] : []),
    lastTriggeredAt
      ? `last run ${formatAge(now - Date.parse(lastTriggeredAt))} ago${lastTriggerStatus === "Failed" ? " failed to start" : ""}`
      : "no run yet",
  ];
  return `profile ${name}: ${parts.join(", ")}`;
}

function runLines({ name, state, type, version, stage, members, command }: UpgradeRun): string[] {
  const { total, done, running, failed } = members;
  const what = [type, version].filter(Boolean).join(" ");
  const parts = [
    state,
    ...(stage ? [`stage ${stage}`] : []),
    ...(total > 0 ? [`${done} of ${total} members done`] : []),
    ...(running.length > 0 ? [`now ${some(running)}`] : []),
    ...(failed.length > 0 ? [`failed ${some(failed)}`] : []),
  ];
  return [`run ${name}${what ? ` (${what})` : ""}: ${parts.join(", ")}`, ...(command ? [command] : [])];
}

function gateLines({ name, displayName, run, stage, group, timing, type, command }: UpgradeGate): string[] {
  const where = [
    ...(group ? [`group ${group}`] : []),
    ...(stage ? [`stage ${stage}`] : []),
    ...(run ? [`run ${run}`] : []),
  ];
  const when = where.length > 0 ? ` ${(timing ?? "").toLowerCase()} ${where.join(" of ")}` : "";
  const title = `gate ${displayName ?? name} waits`;
  return type === "ScheduledStart"
    ? [`${title} for its time${when}; before that:`, command]
    : [`${title}${when}:`, command];
}

/** One row per endpoint, or one for a backend without endpoints. */
function profileGroup({ name, dnsName, programmed, backends }: TrafficManagerStatus): Group {
  const rows = backends.flatMap((backend): Row[] => {
    const accepted = truth(backend.accepted);
    const none = { cluster: "-", weight: backend.weight };
    return (backend.endpoints.length > 0 ? backend.endpoints : [none]).map(
      ({ cluster = NOT_SEEN, weight }) => [
        cluster,
        backend.name,
        // It gets no traffic.
        weight === 0 ? { text: "0", colour: "yellow" } : `${weight ?? NOT_SEEN}`,
        accepted,
      ],
    );
  });
  const made = group(
    dnsName || name,
    rows.length > 0 ? rows : [["-", "-", "-", programmed === "True" ? "-" : truth(programmed)]],
    true,
  );
  const isGood = programmed === "True" && backends.every(({ accepted }) => accepted === "True");
  return { ...made, isGood: isGood && backends.length > 0 };
}

type Row = (Cell | string)[];

/** The rows of one placement, export or service. */
interface Group {
  rows: Row[];
  clusters: string[];
  isGood: boolean;
}

/** The name is shown in the first row only. */
function group(name: string, rows: Row[], all: boolean): Group {
  const shown = all ? rows : folded(rows);
  return {
    rows: shown.map((row, index) => [index === 0 ? name : "", ...row]),
    clusters: rows.map(([cluster]) => String(cluster)),
    isGood: rows.every(isGood),
  };
}

/** Whether everything in a cluster's row is healthy. */
function isGood(row: Row): boolean {
  return row.slice(1).every((cell) => typeof cell !== "string" && cell.colour === "green");
}

/** Many healthy ones share one row; unhealthy ones come first, and most of them are only counted. */
function foldedGroups(groups: Group[], what: string, all: boolean): Row[] {
  if (all || groups.length <= MOST_ROWS) return groups.flatMap(({ rows }) => rows);
  const bad = groups.filter((one) => !one.isGood);
  const good = groups.filter((one) => one.isGood);
  let taken = 0;
  const shown = bad.filter(({ rows }) => {
    taken += rows.length;
    return taken <= MOST_BAD + 1 || taken === rows.length;
  });
  const more = bad.length - shown.length;
  const rows = shown.flatMap((one) => one.rows);
  if (more > 0) rows.push([{ text: `${more} more unhealthy ${what}`, colour: "red" }]);
  if (good.length <= 1) return [...rows, ...good.flatMap((one) => one.rows)];
  const clusters = distinct(good.flatMap((one) => one.clusters));
  const each = good.flatMap((one) => one.rows.map((row) => row.slice(2)));
  const [first = []] = each;
  return [
    ...rows,
    [
      `${good.length} ${bad.length > 0 ? "other " : ""}${what}`,
      clusters.length === 1 ? String(clusters[0]) : `${clusters.length} clusters`,
      ...first.map((cell, column) => (each.every((row) => isSame(row[column], cell)) ? cell : "(several)")),
    ],
  ];
}

function isSame(a: Cell | string | undefined, b: Cell | string): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Many similar clusters share one row; others, and the few unhealthy ones, keep their own. */
function folded(rows: Row[]): Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const alike = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.slice(1));
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  const groups = [...alike.values()].map((group) => ({ group, good: group.every(isGood) }));
  // Healthy ones come last.
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

/** Unhealthy ones first; many healthy ones share one row. */
function memberRows(
  { members, problems, upgrades }: FleetStatus,
  now: number,
  { all, sort }: ScreenOptions,
): Row[] {
  const groups = (some: MemberStatus[]): Row => {
    if (upgrades === undefined) return [];
    const names = distinct(some.map(({ group = "-" }) => group));
    return [names.length > 1 ? `${names.length} groups` : (names[0] ?? "-")];
  };
  const wrong = new Set(problems.flatMap(({ kind, name }) => (kind === "member" ? name : [])));
  const isBad = ({ name, joined }: MemberStatus) => wrong.has(name) || joined !== "True";
  const sorted = [...members].sort((a, b) => {
    if (sort === "state") return Number(isBad(b)) - Number(isBad(a)) || a.name.localeCompare(b.name);
    return ORDERS[sort](a, b) || a.name.localeCompare(b.name);
  });
  const row = (member: MemberStatus) => [...memberRow(member, now), ...groups([member])];
  const rowOf = (name: string, some: MemberStatus[]) => [...together(name, some, now), ...groups(some)];
  if (all || members.length <= MOST_ROWS) return sorted.map(row);
  const bad = sorted.filter(isBad);
  const good = sorted.filter((member) => !isBad(member));
  const shown = bad.length > MOST_BAD ? bad.slice(0, MOST_BAD - 1) : bad;
  const more = bad.slice(shown.length);
  return [
    ...shown.map(row),
    ...(more.length > 0 ? [rowOf(`${more.length} more`, more)] : []),
    ...(good.length > 1
      ? [rowOf(bad.length > 0 ? `${good.length} others` : `all ${good.length} members`, good)]
      : good.map(row)),
  ];
}

const ORDERS: Record<Exclude<Sort, "state">, (a: MemberStatus, b: MemberStatus) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  // Oldest version, longest silence and largest first.
  version: (a, b) => byVersion(a.version ?? "", b.version ?? ""),
  heartbeat: (a, b) => Date.parse(a.heartbeat ?? "1970") - Date.parse(b.heartbeat ?? "1970"),
  nodes: (a, b) => (b.nodes ?? 0) - (a.nodes ?? 0),
};

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}

/** Many members in one row: the longest silence, all versions, and totals. */
function together(name: string, members: MemberStatus[], now: number): Row {
  const joined = distinct(members.map((member) => truth(member.joined).text));
  const heard = members.flatMap(({ heartbeat }) => heartbeat ?? []).map((one) => now - Date.parse(one));
  const versions = (some: readonly (string | undefined)[]) =>
    distinct(some.flatMap((one) => one ?? [])).sort(byVersion);
  const own = versions(members.map(({ version }) => version));
  const others = versions(members.flatMap(({ nodeVersions = [] }) => nodeVersions)).filter(
    (one) => !own.includes(one),
  );
  const total = (numbers: number[]) =>
    numbers.some(Number.isNaN) ? NOT_SEEN : numbers.reduce((sum, one) => sum + one, 0);
  const nodes = total(members.map((member) => member.nodes ?? Number.NaN));
  const cpu = total(members.map(({ allocatable }) => coresOf(allocatable?.cpu ?? "")));
  const memory = total(members.map(({ allocatable }) => bytesOf(allocatable?.memory ?? "")));
  return [
    name,
    joined.length === 1 ? truth(members[0]?.joined) : joined.join(", "),
    heard.length > 0 ? `≤ ${formatAge(Math.max(...heard))} ago` : NOT_SEEN,
    own.length > 2 ? `${own[0]} … ${own.at(-1)}` : own.join(", ") || NOT_SEEN,
    `${nodes}${others.length > 0 ? ` (${others.join(", ")})` : ""}`,
    typeof cpu === "number" ? String(Math.round(cpu * 100) / 100) : cpu,
    typeof memory === "number" ? gibibytes(memory) : memory,
  ];
}

function memberRow(member: MemberStatus, now: number): Row {
  const { name, joined, heartbeat, version, nodes, nodeVersions = [], allocatable } = member;
  const unknown = joined === undefined ? NOT_SEEN : "-";
  const others = nodeVersions.filter((one) => one !== version);
  const onOthers = version !== undefined && others.length > 0 ? ` (${others.join(", ")})` : "";
  const cpu = coresOf(allocatable?.cpu ?? "");
  const memory = bytesOf(allocatable?.memory ?? "");
  return [
    name,
    truth(joined),
    heartbeat === undefined ? unknown : `${formatAge(now - Date.parse(heartbeat))} ago`,
    version ?? unknown,
    nodes === undefined ? unknown : `${nodes}${onOthers}`,
    Number.isNaN(cpu) ? (allocatable?.cpu ?? unknown) : String(cpu),
    Number.isNaN(memory) ? (allocatable?.memory ?? unknown) : gibibytes(memory),
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

/** "11580m" is 11.58; NaN: not a quantity. */
function coresOf(quantity: string): number {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) / (milli ? 1_000 : 1);
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

/** NaN: not a quantity. */
function bytesOf(quantity: string): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(amount) * (BYTES[unit] ?? Number.NaN);
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
