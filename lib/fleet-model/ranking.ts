import type { Member } from "./member";
import type { Range } from "./scores";
import { isUnknown, type Unknown } from "./unknown";

/** A member that can be chosen. */
export interface Candidate {
  readonly member: Member;
  /** Why it isn't known whether it can be chosen. */
  readonly unknown: Unknown | undefined;
  readonly topologySpread: Range;
  readonly affinity: Range;
  /** Whether it was chosen under an older policy, which breaks ties. */
  readonly wasChosen: boolean;
}

/** Each list has the best first. */
export interface Ranking {
  readonly picked: readonly Candidate[];
  /** Those for which it isn't known, and why. */
  readonly unsure: readonly (Candidate & { readonly why: Unknown })[];
  readonly left: readonly Candidate[];
  /** The first unknown of any candidate, whether it matters or not. */
  readonly unknown: Unknown | undefined;
}

/** The ranking criteria, most important first. */
type Rank = readonly [topologySpread: number, affinity: number, wasChosen: number, name: string];

/**
 * Picks the best: by spread, then by affinity, then those that were chosen before, then by name in descending order.
 *
 * If scores aren't known, a candidate is picked if its worst possible rank is enough, and left if its best possible rank
 * isn't.
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
    // It doesn't compete with its own best rank.
    const own = compareRanks(each.best, each.worst) > 0 ? 1 : 0;
    if (!each.candidate.unknown && !isAbove(best[count - 1 + own], each.worst)) {
      picked.push(each.candidate);
    } else if (isAbove(worstOfSure[count - 1], each.best)) {
      left.push(each.candidate);
    } else {
      open.push(each.candidate);
    }
  }
  // If a candidate itself is known, its rank depends on unknown others.
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
