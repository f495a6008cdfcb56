import { type Binding, chosenBy } from "./binding";
import type { PreparedCycle } from "./cycle";
import type { Filter } from "./filters";
import type { Member } from "./member";
import { type Range, type Scores, scoresOf } from "./scores";
import { isUnknown, Unknown } from "./unknown";
import type { Failure } from "./verdict";

/** Whether a placement chooses a cluster, and why. */
export interface Decision {
  /** The member's name, or one of a PickFixed that no member has. */
  readonly cluster: string | Unknown;
  /** Unknown if it depends on something unknown. */
  readonly isChosen: boolean | Unknown;
  /** As in the placement's status, if it has a reason. */
  readonly reason: string;
  /** If it was scored, and the scores are known. */
  readonly scores?: Scores;
  readonly member?: Member;
}

/** Which clusters a placement chooses. */
export interface Schedule {
  /**
   * One for each member, and for each name of a PickFixed: the chosen first, in the order in which the fleet lists them,
   * then the unknown ones, then the others.
   */
  readonly decisions: readonly Decision[];
  /** The resulting bindings; unknown if a decision is, or if there may be other members. */
  readonly outcome: Outcome | Unknown;
}

export interface Outcome {
  /** Why the scheduler stopped, without further choices and without a status. */
  readonly failure?: string;
  /** The status that the scheduler writes into the placement's policy snapshot; undefined if none. */
  readonly status?: Status;
  /** A cluster that isn't chosen can still have one that isn't unscheduled: after a failure, and in a PickFixed. */
  readonly bindings: readonly Binding[];
  /** The clusters that each cycle chose, by name: a spread is filled one by one. */
  readonly rounds: readonly (readonly string[])[];
}

export interface Status {
  /** The chosen, and up to 20 of the others; of a PickFixed all that it names. */
  readonly decisions: readonly Decision[];
  readonly condition: {
    readonly type: "Scheduled";
    readonly status: "True" | "False";
    readonly reason: string;
    readonly message: string;
  };
}

/** The result of a cycle for the members. */
export interface Findings {
  readonly chosen: readonly Named[];
  readonly unsure?: readonly (Named & { readonly why: Unknown })[];
  /** Those that could be chosen, but others are better. */
  readonly left?: readonly Left[];
  /** Those that can't be chosen. Some of them may still be chosen from before. */
  readonly refused?: readonly (Named & { readonly reason: string })[];
  /** Why the remaining members, if any, aren't chosen. */
  readonly rest?: string;
  /** Why the bindings aren't known, even if the decisions may be. */
  readonly inexact?: Unknown;
}

/** A member and its scores. */
interface Left {
  readonly member: Member;
  readonly affinity: Range;
  readonly topologySpread: Range;
}

/** A cluster by its name, and the member that has it. */
export interface Named {
  readonly cluster: string | Unknown;
  readonly member?: Member;
  readonly scores?: Scores;
}

/** The answer if all decisions are known. */
export interface After {
  readonly bindings: readonly Binding[];
  readonly rounds: readonly (readonly string[])[];
  /** How many clusters were to be chosen. */
  readonly wanted: number;
  /** How many clusters that aren't chosen the status lists. @default 20 */
  readonly room?: number;
}

export function conclude(cycle: PreparedCycle, findings: Findings, after: After): Schedule {
  const chosen = findings.chosen.map((named) => chosenDecision(named, cycle.members));
  const unsure = (findings.unsure ?? []).map(unsureDecision);
  const keys = new Set([...chosen, ...unsure].map(keyOf));
  const isOther = (decision: Decision) => !keys.has(keyOf(decision));
  const left = (findings.left ?? []).map(leftDecision).filter(isOther);
  const refused = (findings.refused ?? []).map(refusedDecision);
  const decisions = withRest(
    [...chosen, ...unsure, ...left, ...refused.filter(isOther)],
    cycle.members,
    findings.rest ?? "",
  );
  const { bindings, rounds, wanted, room = 20 } = after;
  const shown = left.slice(0, room);
  // A member that is still chosen isn't listed, but counts toward the limit.
  const others = refused.slice(0, room - shown.length).filter(isOther);
  const status = {
    decisions: [...chosen, ...shown, ...others],
    condition: conditionOf(chosen.length, wanted),
  };
  return {
    decisions,
    outcome: findings.inexact ?? unknownOf(cycle, decisions) ?? { status, bindings, rounds },
  };
}

/** The scheduler does nothing. */
export function nothing(cycle: PreparedCycle, reason: string, after: Omit<Outcome, "status">): Schedule {
  const decisions = withRest([], cycle.members, reason);
  return { decisions, outcome: unknownOf(cycle, decisions) ?? after };
}

/** The scheduler stops, or may stop, at invalid input. */
export function stopped(
  cycle: PreparedCycle,
  filter: Filter,
  failure: Failure,
  after: Omit<Outcome, "status">,
): Schedule {
  const { message, isCertain } = failure;
  return isCertain
    ? nothing(cycle, `the scheduler stops: ${message}`, { ...after, failure: message })
    : undecided(cycle, filter, new Unknown(`the scheduler may stop: ${message}`));
}

/** Only members that can't be chosen, and weren't before, are known not to be. */
export function undecided({ bindings, members }: PreparedCycle, filter: Filter, why: Unknown): Schedule {
  const isChosen = chosenBy(bindings);
  const unsure: Decision[] = [];
  const refused: Decision[] = [];
  for (const member of members) {
    const verdict = filter(member);
    if (typeof verdict === "string" && isChosen(member) === false) {
      refused.push(refusedDecision(refusal(member, verdict)));
    } else {
      unsure.push(unsureDecision({ cluster: member.name, member, why: isUnknown(verdict) ? verdict : why }));
    }
  }
  return { decisions: [...unsure, ...refused], outcome: why };
}

/** The status of a member that a filter excludes. */
export function refusal(member: Member, reason: string): Named & { readonly reason: string } {
  return { cluster: member.name, member, reason: `ClusterUnschedulable, ${reason}` };
}

function chosenDecision({ cluster, member, scores }: Named, members: readonly Member[]): Decision {
  return {
    cluster,
    isChosen: true,
    reason: `Successfully scheduled resources for placement in "${nameOf(cluster)}"${inWords(scores)}: picked by scheduling policy`,
    scores,
    member: member ?? members.find(({ name }) => name === cluster),
  };
}

function unsureDecision({ cluster, member, why }: Named & { readonly why: Unknown }): Decision {
  return { cluster, isChosen: why, reason: why.why, member };
}

function refusedDecision({ cluster, member, reason }: Named & { readonly reason: string }): Decision {
  return { cluster, isChosen: false, reason, member };
}

function leftDecision({ member, affinity, topologySpread }: Left): Decision {
  const scores = scoresOf(affinity, topologySpread);
  return {
    cluster: member.name,
    isChosen: false,
    reason: `Cluster "${nameOf(member.name)}" does not score high enough${inWords(scores)}`,
    scores,
    member,
  };
}

function withRest(
  decisions: readonly Decision[],
  members: readonly Member[],
  reason: string,
): readonly Decision[] {
  const decided = new Set(decisions.map(({ member }) => member));
  const rest = members.filter((member) => !decided.has(member));
  return [
    ...decisions,
    ...rest.map((member): Decision => ({ cluster: member.name, isChosen: false, reason, member })),
  ];
}

function conditionOf(count: number, wanted: number): Status["condition"] {
  return count >= wanted
    ? {
        type: "Scheduled",
        status: "True",
        reason: "SchedulingPolicyFulfilled",
        message: `found all cluster needed as specified by the scheduling policy, found ${count} cluster(s)`,
      }
    : {
        type: "Scheduled",
        status: "False",
        reason: "SchedulingPolicyUnfulfilled",
        message: `could not find all clusters needed as specified by the scheduling policy, found ${count} cluster(s) instead`,
      };
}

function unknownOf(cycle: PreparedCycle, decisions: readonly Decision[]): Unknown | undefined {
  return [
    ...decisions.flatMap(({ cluster, isChosen }) => [isChosen, cluster]),
    cycle.otherMembers,
    cycle.bindings,
  ].find(isUnknown);
}

function keyOf({ member, cluster }: Decision): unknown {
  return member ?? cluster;
}

function nameOf(cluster: string | Unknown): string {
  return isUnknown(cluster) ? "?" : cluster;
}

function inWords(scores: Scores | undefined): string {
  return scores
    ? ` (affinity score: ${scores.affinity}, topology spread score: ${scores.topologySpread})`
    : "";
}
