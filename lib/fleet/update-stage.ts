import { Fn } from "cdktf";
import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { ifTold } from "../checks/told";
import { checkInteger } from "../checks/values";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkMemberSelector } from "./member-selector";

/** What a run waits for before or after a stage or a group. */
export interface FleetUpdateGate {
  /**
   * `Approval`: somebody lets the run go on (`az fleet gate approve`), whenever that is. `ScheduledStart`, in preview and
   * before something only: the next time that it is `startDay` and `startTime`.
   * @default "Approval"
   */
  readonly type?: "Approval" | "ScheduledStart";
  /** What the gate is called for whoever approves, 1 to 100 characters. @default - none */
  readonly displayName?: string;
  /** Of a `ScheduledStart`, which needs it. @default - none */
  readonly startDay?: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
  /** Of a `ScheduledStart`, which needs it: the time of day, e.g. `02:00` or `14:30`. @default - none */
  readonly startTime?: string;
  /** Of a `ScheduledStart`: what `startTime` is ahead of UTC, `-14:00` to `+14:00`. @default "+00:00", of a ScheduledStart */
  readonly utcOffset?: string;
}

/** Members of a stage that are upgraded one after the other, unless `maxConcurrency` says otherwise. */
export interface FleetUpdateGroup {
  /** The update group that members name as their `group`; a mere name where `memberSelector` chooses them. */
  readonly name: string;
  /** How many members are upgraded at once, at most: 1 or more, or a share of the group, `1%` to `100%`. @default 1 */
  readonly maxConcurrency?: number | string;
  /** How many upgrades may fail before the run stops: 0 or more, or a share, `0%` to `100%`. In preview. @default - Azure chooses */
  readonly maxAllowedFailures?: number | string;
  /** Chooses the members by their labels, e.g. `ring=canary`, and not by their `group`. In preview. @default - by their group */
  readonly memberSelector?: string;
  /** @default - none */
  readonly beforeGates?: readonly FleetUpdateGate[];
  /** @default - none */
  readonly afterGates?: readonly FleetUpdateGate[];
}

/** Clusters that are upgraded before those of the next stage. */
export interface FleetUpdateStage {
  /** 1 to 50 lower-case letters, digits and hyphens; one of its own in the strategy. */
  readonly name: string;
  /**
   * Update groups, 1 to 50: what members name as their `group`, by name, or with what is said of a group. All are upgraded
   * at the same time. A group is in one stage only.
   * @default - the members that `memberSelector` chooses, as one group
   */
  readonly groups?: readonly (string | FleetUpdateGroup)[];
  /**
   * Chooses the members of the stage by their labels, e.g. `ring=canary`; beside `groups`, those of the groups that have
   * the labels. In preview. @default - all of `groups`
   */
  readonly memberSelector?: string;
  /** How many members are upgraded at once, at most, in all groups: 1 or more, or a share, `1%` to `100%`. @default - what the groups say */
  readonly maxConcurrency?: number | string;
  /** How many upgrades may fail before the run stops: 0 or more, or a share, `0%` to `100%`. In preview. @default - Azure chooses */
  readonly maxAllowedFailures?: number | string;
  /** @default - none */
  readonly beforeGates?: readonly FleetUpdateGate[];
  /** The wait begins at the same time; the run goes on when both are over. @default - none */
  readonly afterGates?: readonly FleetUpdateGate[];
  /** How long to wait, after the stage, before the next one begins, in seconds. @default - not at all */
  readonly afterStageWaitInSeconds?: number;
}

/** The most groups that Azure takes in one stage. */
const MOST_GROUPS = 50;
const SCHEDULE = ["startDay", "startTime", "utcOffset"] as const;

/** A stage as Azure has it. */
export function stageSpec(stage: FleetUpdateStage) {
  return omitUndefined({
    ...common(stage),
    groups: filled(stage.groups?.map((group) => omitUndefined(common(groupOf(group))))),
    afterStageWaitInSeconds: stage.afterStageWaitInSeconds,
  });
}

/** What stages and groups have in common. */
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

/** Azure has numbers as text. */
function textOf(value: number | string | undefined): string | undefined {
  return value === undefined ? undefined : isKnown(value) ? String(value) : Fn.tostring(value);
}

/** Whether a stage names the update group of a member. */
export function isUpgradedBy(stages: readonly FleetUpdateStage[], member: IFleetMember): boolean {
  const group = ifTold(() => member.group);
  return (
    group !== undefined && stages.some(({ groups = [] }) => groups.some((one) => groupOf(one).name === group))
  );
}

/** What is in preview of what stages use, in words. */
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

/** Yields what Azure would refuse of the stages of a strategy. */
export function* checkStages(stages: readonly FleetUpdateStage[], fleet: IFleet): Generator<Finding> {
  if (stages.length === 0) {
    yield finding("update-strategy-stages", "stages: is empty; name at least one stage with its groups.");
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
        `stages: there are two stages of the name "${name}"; give each a name of its own.`,
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

/** @param stageOf the stage that each group was found in so far */
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
      `${field}.groups: has ${length} groups, and Azure takes 1 to ${MOST_GROUPS} in a stage; ${length === 0 ? "name one, or leave the stage out" : "spread them over several stages"}.`,
    );
  }
  for (const { name: group } of given.map(groupOf)) {
    yield* checkName("update group", group, `${field}.groups`);
    const before = stageOf.get(group);
    if (isKnown(group) && before !== undefined) {
      yield finding(
        "update-group-twice",
        `${field}.groups: "${group}" is ${before === stage ? "there twice" : `in stage "${before}" already`}, and a cluster is upgraded once in a run; name each group once.`,
      );
    }
    stageOf.set(group, stage);
  }
}

/** Yields what Azure would refuse of what stages and groups have in common. */
function* checkCommon(at: string, one: FleetUpdateGroup): Generator<Finding> {
  const { maxConcurrency, maxAllowedFailures } = one;
  if (isKnown(maxConcurrency) && !isShare(maxConcurrency, 1)) {
    yield finding(
      "update-concurrency",
      `${at}.maxConcurrency: is ${JSON.stringify(maxConcurrency)}, and Azure takes whole numbers of 1 or more, or "1%" to "100%"; correct it.`,
    );
  }
  if (isKnown(maxAllowedFailures) && !isShare(maxAllowedFailures, 0)) {
    yield finding(
      "update-failures",
      `${at}.maxAllowedFailures: is ${JSON.stringify(maxAllowedFailures)}, and Azure takes whole numbers of 0 or more, or "0%" to "100%"; correct it.`,
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
      `${at}.displayName: has ${displayName.length} characters, and Azure takes 1 to 100; ${displayName === "" ? "leave it out" : "shorten it"}.`,
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
        `${at}: ${quoted(given)} ${given.length > 1 ? "are" : "is"} of a "ScheduledStart", and this gate is an "Approval"; leave ${given.length > 1 ? "them" : "it"} out, or set the type.`,
      );
    }
    return;
  }
  if (isAfter) {
    yield finding(
      "update-gate-scheduled-after",
      `${at}: a "ScheduledStart" comes before a stage or a group only; put it into the beforeGates of what comes next, or write an "Approval".`,
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
      `${at}.utcOffset: "${utcOffset}" is not what a clock is ahead of UTC; write "-14:00" to "+14:00".`,
    );
  }
}

function isShare(value: number | string, min: 0 | 1): boolean {
  return typeof value === "number"
    ? Number.isInteger(value) && value >= min
    : (min === 0 ? /^(100|[1-9]?\d)%$/ : /^(100|[1-9]\d?)%$/).test(value);
}

/** Yields that a group asks for more than its stage lets be. */
function* checkBelowStage(
  at: string,
  ofGroup: number | string | undefined,
  ofStage: number | string | undefined,
): Generator<Finding> {
  const both = [ofGroup, ofStage];
  if (both.every((one) => typeof one === "number" && isKnown(one)) && Number(ofGroup) > Number(ofStage)) {
    yield finding(
      "update-concurrency-stage",
      `${at}.maxConcurrency: is ${ofGroup}, and the stage upgrades ${ofStage} at once at most; write ${ofStage} or less, or raise the stage's.`,
    );
  }
}

/** Yields the groups that no member is in, where all members and their groups are known. */
function* checkGroupsOfFleet(stages: readonly FleetUpdateStage[], fleet: IFleet): Generator<Finding> {
  // A member without a group is known to have none; one whose group was not told is not known.
  const known = fleet.members.map((member) => ifTold(() => member.group ?? ""));
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
        `stages["${name}"].groups: no member of fleet "${ifTold(() => fleet.fleetName) ?? fleet.node.id}" is in the update group "${group}"; the groups of its members are ${quoted(there as Set<string>)}. Set the group of a member, or leave this one out.`,
      );
    }
  }
}
