import type { Unknown } from "./unknown";

/** What a member scores under a policy; more is better, and the spread counts before the affinity. */
export interface Scores {
  readonly affinity: number;
  readonly topologySpread: number;
}

/** A score that lies somewhere between two, both included; they are the same where it is known. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** Why it isn't known. */
  readonly unknown?: Unknown;
}

export function exactly(score: number): Range {
  return { least: score, most: score };
}

/** Between the least and the most of some scores. */
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

/** The scores, where both are known. */
export function scoresOf(affinity: Range, topologySpread: Range): Scores | undefined {
  const isKnown = affinity.least === affinity.most && topologySpread.least === topologySpread.most;
  return isKnown ? { affinity: affinity.least, topologySpread: topologySpread.least } : undefined;
}
