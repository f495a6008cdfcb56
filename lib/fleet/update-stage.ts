import { Fn } from "cdktf";
import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { optional } from "../checks/required";
import { checkInteger } from "../checks/values";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkMemberSelector } from "./member-selector";

/** A gate that a run waits for before or after a stage or a group. */
export interface FleetUpdateGate {
  /**
   * `Approval`: waits until somebody approves (`az fleet gate approve`). `ScheduledStart`, in preview and only in
   * `beforeGates`: waits until the next `startDay` and `startTime`.
   * @default "Approval"
   */
  readonly type?: "Approval" | "ScheduledStart";
  /** Name shown to approvers, 1 to 100 characters. @default - none */
  readonly displayName?: string;
  /** Day of a `ScheduledStart`, required there. @default - none */
  readonly startDay?: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
  /** Time of day of a `ScheduledStart`, required there, e.g. `02:00` or `14:30`. @default - none */
  readonly startTime?: string;
  /** UTC offset of a `ScheduledStart`, `-14:00` to `+14:00`. @default "+00:00", for a ScheduledStart */
  readonly utcOffset?: string;
}

/** Members of a stage that are upgraded one at a time, unless `maxConcurrency` is set. */
export interface FleetUpdateGroup {
  /** The update group set as the members' `group`; with `memberSelector`, only a name. */
  readonly name: string;
  /** Maximum number of members upgraded in parallel: 1 or more, or a percentage of the group, `1%` to `100%`. @default 1 */
  readonly maxConcurrency?: number | string;
  /** How many upgrades may fail before the run stops: 0 or more, or a percentage, `0%` to `100%`. In preview. @default - Azure chooses */
  readonly maxAllowedFailures?: number | string;
  /** Selects members by label, e.g. `ring=canary`, and not by `group`. In preview. @default - by group */
  readonly memberSelector?: string;
  /** @default - none */
  readonly beforeGates?: readonly FleetUpdateGate[];
  /** @default - none */
  readonly afterGates?: readonly FleetUpdateGate[];
}

/** Members that are upgraded before those of the next stage. */
export interface FleetUpdateStage {
  /** 1 to 50 lower-case letters, digits and hyphens; unique in the strategy. */
  readonly name: string;
  /**
   * Update groups, 1 to 50: the members' `group`, as names or with settings. All groups are upgraded in parallel. A group can
   * be in only one stage.
   * @default - the members selected by `memberSelector`, as one group
   */
  readonly groups?: readonly (string | FleetUpdateGroup)[];
  /**
   * Selects the members of the stage by label, e.g. `ring=canary`; together with `groups`, only members of those groups. In
   * preview. @default - all of `groups`
   */
  readonly memberSelector?: string;
  /** Maximum number of members upgraded in parallel in all groups: 1 or more, or a percentage, `1%` to `100%`. @default - set by the groups */
  readonly maxConcurrency?: number | string;
  /** How many upgrades may fail before the run stops: 0 or more, or a percentage, `0%` to `100%`. In preview. @default - Azure chooses */
  readonly maxAllowedFailures?: number | string;
  /** @default - none */
  readonly beforeGates?: readonly FleetUpdateGate[];
  /** Gates after the stage. `afterStageWaitInSeconds` starts at the same time; the run continues when both are over. @default - none */
  readonly afterGates?: readonly FleetUpdateGate[];
  /** Seconds to wait after the stage before the next one begins. @default - no wait */
  readonly afterStageWaitInSeconds?: number;
}

/** Azure's limit for groups in a stage. */
const MOST_GROUPS = 50;
const SCHEDULE = ["startDay", "startTime", "utcOffset"] as const;

/** A stage as in Azure's API. */
export function stageSpec(stage: FleetUpdateStage) {
  return omitUndefined({
    ...common(stage),
    groups: filled(stage.groups?.map((group) => omitUndefined(common(groupOf(group))))),
    afterStageWaitInSeconds: stage.afterStageWaitInSeconds,
  });
}

/** The fields that stages and groups have in common. */
function common({
  name,
  memberSelector,
  maxConcurrency,
  maxAllowedFailures,
  beforeGates,
  afterGates,
}: FleetUpdateGroup): Record<string, unknown> {
  return {
    name,
    memberSelector: memberSelector === undefined ? undefined : { byLabel: memberSelector },
    maxConcurrency: textOf(maxConcurrency),
    maxAllowedFailures: textOf(maxAllowedFailures),
    beforeGates: filled(beforeGates?.map(gateSpec)),
    afterGates: filled(afterGates?.map(gateSpec)),
  };
}

function gateSpec({
  type = "Approval",
  displayName,
  startDay,
  startTime,
  utcOffset = "+00:00",
}: FleetUpdateGate) {
  return omitUndefined({
    type,
    displayName,
    scheduledStartConfiguration: type === "ScheduledStart" ? { startDay, startTime, utcOffset } : undefined,
  });
}

function groupOf(group: string | FleetUpdateGroup): FleetUpdateGroup {
  return typeof group === "string" ? { name: group } : group;
}

/** Azure's API has these numbers as strings. */
function textOf(value: number | string | undefined): string | undefined {
  return value === undefined ? undefined : isKnown(value) ? String(value) : Fn.tostring(value);
}

/** Whether a stage includes the update group of a member. */
export function isUpgradedBy(stages: readonly FleetUpdateStage[], member: IFleetMember): boolean {
  const group = optional(() => member.group);
  return (
    group !== undefined && stages.some(({ groups = [] }) => groups.some((one) => groupOf(one).name === group))
  );
}

/** The preview features that stages use, as in findings. */
export function* previewsOf(stages: readonly FleetUpdateStage[]): Generator<string> {
  for (const stage of stages) {
    const at = `stages["${stage.name}"]`;
    yield* previewsAt(at, stage);
    for (const group of (stage.groups ?? []).map(groupOf)) {
      yield* previewsAt(`${at}.groups["${group.name}"]`, group);
    }
  }
}

function* previewsAt(at: string, one: FleetUpdateGroup): Generator<string> {
  for (const prop of ["memberSelector", "maxAllowedFailures"] as const) {
    if (one[prop] !== undefined) {
      yield `${at}.${prop}:`;
    }
  }
  if ((one.beforeGates ?? []).some(({ type }) => type === "ScheduledStart")) {
    yield `${at}.beforeGates: "ScheduledStart"`;
  }
}

/** Checks the stages of a strategy by Azure's rules. */
export function* checkStages(stages: readonly FleetUpdateStage[], fleet: IFleet): Generator<Finding> {
  if (stages.length === 0) {
    yield finding("update-strategy-stages", "stages: is empty; add at least one stage with its groups.");
  }
  const stageOf = new Map<string, string>();
  for (const [index, stage] of stages.entries()) {
    const { name, groups, memberSelector, afterStageWaitInSeconds } = stage;
    const field = `stages["${name}"]`;
    yield* checkName("update stage", name, `stages[${index}].name`);
    yield* checkInteger(`${field}.afterStageWaitInSeconds`, afterStageWaitInSeconds, 0);
    if (isKnown(name) && stages.slice(0, index).some((other) => other.name === name)) {
      yield finding(
        "update-stage-twice",
        `stages: two stages have the name "${name}"; give each its own name.`,
      );
    }
    yield* checkCommon(field, stage);
    yield* checkMemberSelector(`${field}.memberSelector`, memberSelector, fleet);
    yield* checkGroups(
      field,
      groups ?? [],
      memberSelector !== undefined && groups === undefined,
      stageOf,
      name,
    );
    for (const group of (groups ?? []).map(groupOf)) {
      const at = `${field}.groups["${group.name}"]`;
      yield* checkCommon(at, group);
      yield* checkMemberSelector(`${at}.memberSelector`, group.memberSelector, fleet);
      yield* checkBelowStage(at, group.maxConcurrency, stage.maxConcurrency);
    }
  }
  yield* checkGroupsOfFleet(stages, fleet);
}

/** @param stageOf the stage of each group found so far */
function* checkGroups(
  field: string,
  given: readonly (string | FleetUpdateGroup)[],
  isBySelector: boolean,
  stageOf: Map<string, string>,
  stage: string,
): Generator<Finding> {
  const { length } = given;
  if ((length === 0 && !isBySelector) || length > MOST_GROUPS) {
    yield finding(
      "update-stage-groups",
      `${field}.groups: has ${length} groups, but Azure allows 1 to ${MOST_GROUPS} in a stage; ${length === 0 ? "add one, or remove the stage" : "distribute them over several stages"}.`,
    );
  }
  for (const { name: group } of given.map(groupOf)) {
    yield* checkName("update group", group, `${field}.groups`);
    const before = stageOf.get(group);
    if (isKnown(group) && before !== undefined) {
      yield finding(
        "update-group-twice",
        `${field}.groups: "${group}" is ${before === stage ? "listed twice" : `already in stage "${before}"`}, but a cluster is upgraded only once in a run; list each group once.`,
      );
    }
    stageOf.set(group, stage);
  }
}

/** Checks the fields that stages and groups have in common. */
function* checkCommon(at: string, one: FleetUpdateGroup): Generator<Finding> {
  const { maxConcurrency, maxAllowedFailures } = one;
  if (isKnown(maxConcurrency) && !isShare(maxConcurrency, 1)) {
    yield finding(
      "update-concurrency",
      `${at}.maxConcurrency: is ${JSON.stringify(maxConcurrency)}, but Azure takes whole numbers of 1 or more, or "1%" to "100%"; correct it.`,
    );
  }
  if (isKnown(maxAllowedFailures) && !isShare(maxAllowedFailures, 0)) {
    yield finding(
      "update-failures",
      `${at}.maxAllowedFailures: is ${JSON.stringify(maxAllowedFailures)}, but Azure takes whole numbers of 0 or more, or "0%" to "100%"; correct it.`,
    );
  }
  for (const prop of ["beforeGates", "afterGates"] as const) {
    for (const [index, gate] of (one[prop] ?? []).entries()) {
      yield* checkGate(`${at}.${prop}[${index}]`, gate, prop === "afterGates");
    }
  }
}

function* checkGate(at: string, gate: FleetUpdateGate, isAfter: boolean): Generator<Finding> {
  const { type = "Approval", displayName, startDay, startTime, utcOffset } = gate;
  if (isKnown(displayName) && !(displayName.length >= 1 && displayName.length <= 100)) {
    yield finding(
      "update-gate-name",
      `${at}.displayName: has ${displayName.length} characters, but Azure allows 1 to 100; ${displayName === "" ? "leave it out" : "shorten it"}.`,
    );
  }
  if (!isKnown<string>(type)) {
    return;
  }
  if (type === "Approval") {
    const given = SCHEDULE.filter((prop) => gate[prop] !== undefined);
    if (given.length > 0) {
      yield finding(
        "update-gate-schedule",
        `${at}: ${quoted(given)} ${given.length > 1 ? "are" : "is"} only for a "ScheduledStart", but this gate is an "Approval"; remove ${given.length > 1 ? "them" : "it"}, or set the type.`,
      );
    }
    return;
  }
  if (isAfter) {
    yield finding(
      "update-gate-scheduled-after",
      `${at}: a "ScheduledStart" is only allowed before a stage or a group; move it to the beforeGates of the next one, or use an "Approval".`,
    );
  }
  if (startDay === undefined || startTime === undefined) {
    yield finding(
      "update-gate-schedule",
      `${at}: a "ScheduledStart" needs a startDay and a startTime; write e.g. "Saturday" and "02:00".`,
    );
  }
  if (isKnown(startTime) && !/^([01]\d|2[0-3]):[0-5]\d$/.test(startTime)) {
    yield finding(
      "update-gate-schedule",
      `${at}.startTime: "${startTime}" is not a time of day; write e.g. "02:00" or "14:30".`,
    );
  }
  if (isKnown(utcOffset) && !/^[+-]((0\d|1[0-3]):[0-5]\d|14:00)$/.test(utcOffset)) {
    yield finding(
      "update-gate-schedule",
      `${at}.utcOffset: "${utcOffset}" is not a UTC offset; write "-14:00" to "+14:00".`,
    );
  }
}

function isShare(value: number | string, min: 0 | 1): boolean {
  return typeof value === "number"
    ? Number.isInteger(value) && value >= min
    : (min === 0 ? /^(100|[1-9]?\d)%$/ : /^(100|[1-9]\d?)%$/).test(value);
}

/** Refuses a group with a higher concurrency than its stage. */
function* checkBelowStage(
  at: string,
  ofGroup: number | string | undefined,
  ofStage: number | string | undefined,
): Generator<Finding> {
  const both = [ofGroup, ofStage];
  if (both.every((one) => typeof one === "number" && isKnown(one)) && Number(ofGroup) > Number(ofStage)) {
    yield finding(
      "update-concurrency-stage",
      `${at}.maxConcurrency: is ${ofGroup}, but the stage's maximum is ${ofStage}; write ${ofStage} or less, or raise the stage's.`,
    );
  }
}

/** Refuses groups without members, if all members and their groups are known. */
function* checkGroupsOfFleet(stages: readonly FleetUpdateStage[], fleet: IFleet): Generator<Finding> {
  // undefined here means an imported member whose group is unknown.
  const known = fleet.members.map((member) => optional(() => member.group ?? ""));
  if (!fleet.knowsAllMembers || known.some((group) => !isKnown(group))) {
    return;
  }
  const there = new Set(known.filter((group) => group !== ""));
  for (const { name, groups = [] } of stages) {
    const missing = groups
      .map(groupOf)
      .filter((group) => group.memberSelector === undefined && isKnown(group.name) && !there.has(group.name));
    for (const group of new Set(missing.map((one) => one.name))) {
      yield finding(
        "update-group-without-members",
        `stages["${name}"].groups: no member of fleet "${optional(() => fleet.fleetName) ?? fleet.node.id}" is in the update group "${group}"; the groups of its members are ${quoted(there as Set<string>)}. Set the group of a member, or remove this one.`,
      );
    }
  }
}
