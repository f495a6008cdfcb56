import { textOf } from "./facts";
import type { Member } from "./member";
import type { Policy, TopologySpreadConstraint } from "./policy";
import { add, between, exactly, type Range } from "./scores";
import { isUnknown, part, type Unknown, type WithUnknowns } from "./unknown";
import { asPossible, Failure, type Verdict } from "./verdict";

/** The verdict of a spread on one more cluster. */
export interface SpreadVerdict {
  /** Whether it can be chosen, or why not. */
  readonly allows: Verdict<string>;
  readonly score: Range;
}

/** Spreads the chosen clusters over domains: groups of members with the same value of a label. */
export interface Spread {
  /** Whether it can exclude clusters, rather than only rank them lower. */
  readonly canRefuse: boolean;
  /** A failure that may stop the cycle, whichever clusters are already chosen. */
  readonly failure: Failure | undefined;
  /** Its verdict on each member, in order, given the members chosen so far. */
  judge(isChosen: (member: Member) => boolean | Unknown): readonly SpreadVerdict[] | Failure;
}

interface Constraint {
  readonly key: string | Unknown;
  readonly maxSkew: number | Unknown | undefined;
  readonly whenUnsatisfiable: string | Unknown;
  /** The domain of each member; undefined for one that isn't part of the spread. */
  readonly domains: readonly (string | Unknown | undefined)[];
  /** Why its verdicts on its members aren't known. */
  readonly unknown: Unknown | undefined;
}

const ANYWAY = "ScheduleAnyway";
const NEUTRAL: SpreadVerdict = { allows: true, score: exactly(0) };
/** The score of a violation that doesn't exclude. */
const PENALTY = 1_000;

/**
 * The topology spread constraints of a policy; undefined if it has none.
 *
 * Domains include all members, even those that can't be chosen: a domain with only such members always counts 0. A member
 * without the label is in no domain, never violates, and scores 0, while others lose score for increasing the skew.
 */
export function spreadOf(policy: Policy, members: readonly Member[]): Spread | Unknown | undefined {
  const constraints = part(policy, "topologySpreadConstraints") ?? [];
  if (isUnknown(constraints) || constraints.length === 0) {
    return isUnknown(constraints) ? constraints : undefined;
  }
  const read = constraints.map((constraint) => constraintOf(constraint, members));
  const soft = read.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === ANYWAY);
  const hard = read.filter(({ whenUnsatisfiable }) => whenUnsatisfiable !== ANYWAY);
  return {
    canRefuse: hard.length > 0,
    failure: asPossible(hard.map(withoutLimit).find((failure) => failure)),
    judge: (isChosen) => {
      const chosen = members.map(isChosen);
      let verdicts: readonly SpreadVerdict[] = members.map(() => NEUTRAL);
      // Excluding constraints come first: excluded members aren't evaluated further.
      for (const constraint of [...hard, ...soft]) {
        const judged = judge(constraint, chosen, verdicts);
        if (judged instanceof Failure) {
          return judged;
        }
        verdicts = judged;
      }
      return verdicts;
    },
  };
}

function constraintOf(
  constraint: WithUnknowns<TopologySpreadConstraint> | Unknown,
  members: readonly Member[],
): Constraint {
  const key = part(constraint, "topologyKey") ?? "";
  const maxSkew = part(constraint, "maxSkew");
  const whenUnsatisfiable = part(constraint, "whenUnsatisfiable") ?? "DoNotSchedule";
  const domains = members.map(({ labels }) => (isUnknown(key) ? key : textOf(labels, key)));
  return {
    key,
    maxSkew,
    whenUnsatisfiable,
    domains,
    unknown: [maxSkew, whenUnsatisfiable, ...domains].find(isUnknown),
  };
}

/** A violated constraint without maxSkew: the scheduler crashes when it reports it. The API has a default. */
function withoutLimit({ key, maxSkew }: Constraint): Failure | undefined {
  return maxSkew === undefined
    ? new Failure(`topology spread constraint ${JSON.stringify(key)} is violated, and has no maxSkew`)
    : undefined;
}

/** Adds a constraint's verdict on each member. */
function judge(
  constraint: Constraint,
  chosen: readonly (boolean | Unknown)[],
  verdicts: readonly SpreadVerdict[],
): readonly SpreadVerdict[] | Failure {
  const { key, maxSkew, whenUnsatisfiable, domains } = constraint;
  const isSoft = whenUnsatisfiable === ANYWAY;
  const failure = isSoft ? undefined : withoutLimit(constraint);
  const unknown = constraint.unknown ?? chosen.find(isUnknown);
  if (unknown && failure) {
    return asPossible(failure);
  }
  const step = unknown ? undefined : stepOf(domains as readonly (string | undefined)[], chosen);
  const judged: SpreadVerdict[] = [];
  for (const [index, verdict] of verdicts.entries()) {
    const domain = domains[index];
    const { allows, score } = verdict;
    if (domain === undefined || typeof allows === "string") {
      judged.push(verdict);
    } else if (!step) {
      const why = unknown as Unknown;
      const least = whenUnsatisfiable === "DoNotSchedule" ? -1 : -PENALTY;
      judged.push({
        allows: isSoft || isUnknown(allows) ? allows : why,
        score: add(score, between([least, 1], why)),
      });
    } else {
      const { change, skew } = step(domain as string);
      const isViolated = skew > ((maxSkew as number | undefined) ?? 1);
      if (isViolated && failure) {
        return isUnknown(allows) ? asPossible(failure) : failure;
      }
      judged.push(
        isViolated && !isSoft
          ? {
              allows: `violated doNotSchedule topology spread constraint ${JSON.stringify(key)} (max skew ${maxSkew})`,
              score,
            }
          : { allows, score: add(score, exactly(isViolated ? -PENALTY : -change)) },
      );
    }
  }
  return judged;
}

/**
 * The effect of one more cluster in a domain on the skew: the difference between the largest and the smallest number of
 * chosen clusters in a domain. The skew of all domains counts, not only that of this one: if it is already too large, only
 * the single smallest domain can get a cluster.
 */
function stepOf(
  domains: readonly (string | undefined)[],
  chosen: readonly (boolean | Unknown)[],
): (domain: string) => { readonly change: number; readonly skew: number } {
  const counts = new Map<string, number>();
  for (const [index, domain] of domains.entries()) {
    if (domain !== undefined) {
      counts.set(domain, (counts.get(domain) ?? 0) + (chosen[index] === true ? 1 : 0));
    }
  }
  const [smallest = 0, second = smallest, ...others] = [...counts.values()].sort((one, other) => one - other);
  const largest = others.at(-1) ?? second;
  return (domain) => {
    const count = counts.get(domain) ?? 0;
    const change =
      largest === smallest ? 1 : count === smallest && smallest !== second ? -1 : count === largest ? 1 : 0;
    return { change, skew: largest - smallest + change };
  };
}
