import type { Member } from "./member";
import type { Range } from "./scores";
import { isUnknown, type Unknown } from "./unknown";

/** A member that can be chosen. */
export interface Candidate {
  readonly member: Member;
  /** Why it isn't known whether it can. */
  readonly unknown: Unknown | undefined;
  readonly topologySpread: Range;
  readonly affinity: Range;
  /** Whether it was chosen under an older policy, which decides between equals. */
  readonly wasChosen: boolean;
}

/** Each list has the best first. */
export interface Ranking {
  readonly picked: readonly Candidate[];
  /** Those of which it isn't known, and why not. */
  readonly unsure: readonly (Candidate & { readonly why: Unknown })[];
  readonly left: readonly Candidate[];
  /** The first thing of any candidate that isn't known, whether it matters or not. */
  readonly unknown: Unknown | undefined;
}

/** What candidates are ranked by, the most important first. */
type Rank = readonly [topologySpread: number, affinity: number, wasChosen: number, name: string];

/**
 * Picks the best: by the spread, then by the affinity, then those that were chosen before, then by name, from the last.
 *
 * Where scores aren't known, a candidate is picked if the worst rank that it can have is enough, whatever the others get,
 * and left if the best rank that it can have isn't.
 */
export function pickBest(candidates: readonly Candidate[], count: number): Ranking {
  const ranked = candidates
    .map((candidate) => {
      const worst = rankOf(candidate, "least");
      return { candidate, worst, best: unknownOf(candidate) ? rankOf(candidate, "most") : worst };
    })
    .sort((one, other) => compareRanks(other.worst, one.worst));
  const worstOfSure = ranked.filter(({ candidate }) => !candidate.unknown).map(({ worst }) => worst);
  const best = ranked.map((each) => each.best).sort((one, other) => compareRanks(other, one));
  const picked: Candidate[] = [];
  const open: Candidate[] = [];
  const left: Candidate[] = [];
  for (const each of ranked) {
    // Its own best rank doesn't count against it.
    const own = compareRanks(each.best, each.worst) > 0 ? 1 : 0;
    if (!each.candidate.unknown && !isAbove(best[count - 1 + own], each.worst)) {
      picked.push(each.candidate);
    } else if (isAbove(worstOfSure[count - 1], each.best)) {
      left.push(each.candidate);
    } else {
      open.push(each.candidate);
    }
  }
  // Where a candidate itself is known, it is the others that it may or may not come before.
  const unknown = candidates.map(unknownOf).find(isUnknown);
  return {
    picked,
    unsure: open.map((candidate) => ({ ...candidate, why: unknownOf(candidate) ?? (unknown as Unknown) })),
    left,
    unknown,
  };
}

function rankOf({ member, topologySpread, affinity, wasChosen }: Candidate, end: "least" | "most"): Rank {
  const unknownName = end === "least" ? "" : "\u{10ffff}";
  return [
    topologySpread[end],
    affinity[end],
    wasChosen ? 1 : 0,
    isUnknown(member.name) ? unknownName : member.name,
  ];
}

function compareRanks(one: Rank, other: Rank): number {
  const index = one[0] !== other[0] ? 0 : one[1] !== other[1] ? 1 : one[2] !== other[2] ? 2 : 3;
  const [mine, theirs] = [one[index] as string | number, other[index] as string | number];
  return mine > theirs ? 1 : mine < theirs ? -1 : 0;
}

function isAbove(rival: Rank | undefined, rank: Rank): boolean {
  return rival !== undefined && compareRanks(rival, rank) > 0;
}

function unknownOf({ member, unknown, topologySpread, affinity }: Candidate): Unknown | undefined {
  return (
    unknown ??
    topologySpread.unknown ??
    affinity.unknown ??
    (isUnknown(member.name) ? member.name : undefined)
  );
}
