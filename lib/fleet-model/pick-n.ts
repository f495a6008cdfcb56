import { conclude, refusal, type Schedule, stopped, undecided } from "./answer";
import {
  type Binding,
  type BindingGroups,
  chosenBy,
  groupsOf,
  take,
  unschedule,
  withoutLeft,
} from "./binding";
import type { PreparedCycle } from "./cycle";
import { type Filter, filterOf, type Sifted, sift } from "./filters";
import { type Preference, preferenceOf } from "./preference";
import { type Candidate, pickBest, type Ranking } from "./ranking";
import { exactly, scoresOf } from "./scores";
import { type Spread, spreadOf } from "./spread";
import { isUnknown, part, type Unknown } from "./unknown";
import { asPossible, Failure } from "./verdict";

/** The annotation with a policy's numberOfClusters for the fleet's scheduler. */
const COUNT = "annotation kubernetes-fleet.io/number-of-clusters";

/** The constants of all cycles. */
interface Rules {
  readonly filter: Filter;
  readonly spread: Spread | undefined;
  readonly preference: () => Preference;
}

/**
 * Chooses a number of members, the best of the eligible ones. Chosen members stay, even if others are better now: only
 * missing ones are added, with a spread one per cycle.
 */
export function pickN(cycle: PreparedCycle): Schedule {
  const { members, policy } = cycle;
  const filter = filterOf(cycle);
  const count = part(policy, "numberOfClusters");
  const spread = spreadOf(policy, members);
  const unknown = [count, spread, cycle.bindings, cycle.otherMembers].find(isUnknown);
  if (unknown || isUnknown(count) || isUnknown(spread)) {
    return undecided(cycle, filter, unknown as Unknown);
  }
  let preference: Preference | undefined;
  const rules: Rules = {
    filter,
    spread,
    preference: () => {
      preference ??= preferenceOf(policy, members);
      return preference;
    },
  };
  let bindings = withoutLeft(cycle.bindings, members);
  const rounds: (readonly string[])[] = [];
  let inexact: Unknown | undefined;
  const stop = (failure: Failure) => stopped(cycle, filter, failure, { bindings, rounds: [...rounds, []] });
  if (count === undefined || !(count >= 0)) {
    return stop(
      new Failure(
        count === undefined ? `cannot find ${COUNT}` : `invalid ${COUNT}: ${count} is not a valid count`,
      ),
    );
  }
  for (;;) {
    const groups = groupsOf(bindings, members);
    const wanted = count - groups.scheduled.length - groups.bound.length;
    if (wanted <= 0) {
      return enough(cycle, bindings, groups, count);
    }
    const round = roundOf(cycle, rules, bindings, groups, wanted);
    if (round instanceof Failure) {
      return stop(round);
    }
    const { ranking, refused } = round;
    const picked = ranking.picked.map(({ member, affinity, topologySpread }) => ({
      cluster: member.name,
      member,
      scores: scoresOf(affinity, topologySpread),
    }));
    const nameless = picked.filter(({ cluster }) => isUnknown(cluster));
    const taken = take(
      bindings,
      groups,
      picked,
      ranking.unsure.map(({ member }) => member),
    );
    if (taken instanceof Failure) {
      return stop(taken);
    }
    inexact ??= ranking.unknown;
    if (spread && inexact && (ranking.unsure.length > 0 || nameless.length > 0)) {
      return openEnded(cycle, rules, spread, bindings, wanted, inexact);
    }
    bindings = taken.bindings;
    rounds.push(taken.clusters);
    if (spread && wanted > 1 && taken.created.length + taken.patched.length === 1) {
      continue;
    }
    return conclude(
      cycle,
      {
        chosen: [...taken.created, ...nameless, ...taken.patched, ...groups.scheduled, ...groups.bound],
        unsure: ranking.unsure.map(({ member, why }) => ({ cluster: member.name, member, why })),
        left: ranking.left,
        refused: refused.map(({ member, reason }) => refusal(member, reason)),
        inexact,
      },
      { bindings, rounds, wanted: count },
    );
  }
}

/** Ranks the candidates of one cycle. */
function roundOf(
  { members }: PreparedCycle,
  { filter, spread, preference }: Rules,
  bindings: readonly Binding[],
  { obsolete }: BindingGroups,
  wanted: number,
): { readonly ranking: Ranking; readonly refused: Sifted["refused"] } | Failure {
  const isChosen = chosenBy(bindings);
  const judged = spread?.judge(isChosen);
  if (judged instanceof Failure) {
    return judged;
  }
  const sifted = sift(members, filter, isChosen, judged);
  if (sifted instanceof Failure) {
    return sifted;
  }
  const { failure, score } = preference();
  if (failure) {
    return failure;
  }
  const before = new Set<unknown>(obsolete.map(({ cluster }) => cluster));
  const candidates: Candidate[] = [];
  for (const { member, unknown, spread: verdict } of sifted.passed) {
    const affinity = score(member);
    if (affinity instanceof Failure) {
      return unknown ? asPossible(affinity) : affinity;
    }
    const topologySpread = verdict?.score ?? exactly(0);
    candidates.push({ member, unknown, topologySpread, affinity, wasChosen: before.has(member.name) });
  }
  return { ranking: pickBest(candidates, spread ? 1 : wanted), refused: sifted.refused };
}

/**
 * If it isn't known which member comes next, with a spread everything after it is unknown, too. Only if there are no more
 * members than wanted, and the spread can't exclude any, all eligible ones are chosen in the end.
 */
function openEnded(
  cycle: PreparedCycle,
  { filter, preference }: Rules,
  { canRefuse, failure }: Spread,
  bindings: readonly Binding[],
  wanted: number,
  inexact: Unknown,
): Schedule {
  const { members } = cycle;
  const groups = groupsOf(bindings, members);
  const isChosen = chosenBy(bindings);
  const others = members
    .filter((member) => isChosen(member) !== true)
    .map((member) => ({ cluster: member.name, member, verdict: filter(member) }));
  const open = others.filter(({ verdict }) => typeof verdict !== "string");
  const candidates = open.map(({ member }) => member);
  const problem = [
    failure,
    ...candidates.map(preference().score),
    take(bindings, groups, [], candidates),
  ].find((each) => each instanceof Failure);
  if (problem) {
    return stopped(cycle, filter, new Failure(problem.message, false), { bindings, rounds: [] });
  }
  const allFit = !canRefuse && open.length <= wanted;
  const isSure = ({ verdict }: (typeof others)[number]) => allFit && verdict === true;
  return conclude(
    cycle,
    {
      chosen: [...open.filter(isSure), ...groups.scheduled, ...groups.bound],
      unsure: open
        .filter((each) => !isSure(each))
        .map(({ verdict, ...named }) => ({ ...named, why: isUnknown(verdict) ? verdict : inexact })),
      refused: others.flatMap(({ member, verdict }) =>
        typeof verdict === "string" ? [refusal(member, verdict)] : [],
      ),
      inexact,
    },
    { bindings, rounds: [], wanted },
  );
}

/**
 * Drops members beyond the number: first those that are not rolled out to; among these and the others, first those without
 * scores, then those with the lowest scores, then by name. Nothing is scored again, and the status only lists the chosen.
 */
function enough(
  cycle: PreparedCycle,
  bindings: readonly Binding[],
  { scheduled, bound, obsolete }: BindingGroups,
  count: number,
): Schedule {
  const surplus = scheduled.length + bound.length - count;
  const fewerScheduled = dropped(scheduled, Math.min(surplus, scheduled.length));
  const fewerBound = dropped(bound, Math.max(surplus - scheduled.length, 0));
  const kept = new Set([...fewerScheduled, ...fewerBound]);
  const gone = new Set([...scheduled, ...bound, ...obsolete].filter((binding) => !kept.has(binding)));
  return conclude(
    cycle,
    {
      chosen: gone.size > 0 ? [...fewerScheduled, ...fewerBound] : [...bound, ...scheduled],
      rest: `the placement has the ${count} that it wants`,
    },
    { bindings: unschedule(bindings, (binding) => gone.has(binding)), rounds: [[]], wanted: count },
  );
}

/** The bindings without the worst; in their original order if none is dropped. */
function dropped(bindings: readonly Binding[], count: number): readonly Binding[] {
  return count === 0 ? bindings : [...bindings].sort(worstFirst).slice(count);
}

function worstFirst(one: Binding, other: Binding): number {
  const none = { topologySpread: Number.NEGATIVE_INFINITY, affinity: Number.NEGATIVE_INFINITY };
  const [mine = none, theirs = none] = [one.scores, other.scores];
  if (mine.topologySpread !== theirs.topologySpread) {
    return mine.topologySpread - theirs.topologySpread;
  }
  if (mine.affinity !== theirs.affinity) {
    return mine.affinity - theirs.affinity;
  }
  return one.cluster < other.cluster ? -1 : 1;
}
