import type { Unknown } from "./unknown";

/** A member's scores under a policy: higher is better, and the spread comes before the affinity. */
export interface Scores {
  readonly affinity: number;
  readonly topologySpread: number;
}

/** A score within inclusive bounds, which are equal if it is known. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** Why it isn't known. */
  readonly unknown?: Unknown;
}

export function exactly(score: number): Range {
  return { least: score, most: score };
}

/** The range of several scores. */
export function between(scores: readonly number[], unknown: Unknown): Range {
  return { least: Math.min(...scores), most: Math.max(...scores), unknown };
}

export function add(one: Range, other: Range): Range {
  return {
    least: one.least + other.least,
    most: one.most + other.most,
    unknown: one.unknown ?? other.unknown,
  };
}

/** The scores, if both are known. */
export function scoresOf(affinity: Range, topologySpread: Range): Scores | undefined {
  const isKnown = affinity.least === affinity.most && topologySpread.least === topologySpread.most;
  return isKnown ? { affinity: affinity.least, topologySpread: topologySpread.least } : undefined;
}
