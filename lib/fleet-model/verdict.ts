import { isUnknown, type Unknown } from "./unknown";

/** The scheduler can't work with what it finds: the cycle stops, and nothing is scheduled until that is mended. */
export class Failure {
  /** @param isCertain whether it comes about whatever isn't known */
  constructor(
    readonly message: string,
    readonly isCertain = true,
  ) {}
}

/** Whether something holds: yes, no (or why not), not to be known, or the question stops the cycle. */
export type Verdict<No = false> = true | No | Unknown | Failure;

/** Whether all hold. They are asked one after the other, as the scheduler does, until one doesn't hold. */
export function every<No>(asked: Iterable<() => Verdict<No>>): Verdict<No> {
  let unknown: Unknown | undefined;
  for (const ask of asked) {
    const verdict = ask();
    if (isUnknown(verdict)) {
      unknown ??= verdict;
    } else if (verdict !== true) {
      return unknown ? asPossible(verdict) : verdict;
    }
  }
  return unknown ?? true;
}

/** Whether one holds. They are asked one after the other, as the scheduler does, until one holds. */
export function some(asked: Iterable<() => Verdict>): Verdict {
  let unknown: Unknown | undefined;
  for (const ask of asked) {
    const verdict = ask();
    if (isUnknown(verdict)) {
      unknown ??= verdict;
    } else if (verdict !== false) {
      return unknown ? asPossible(verdict) : verdict;
    }
  }
  return unknown ?? false;
}

/** A failure that may not come about, because something before it isn't known; anything else as it is. */
export function asPossible<T>(verdict: T): T | Failure {
  return verdict instanceof Failure ? new Failure(verdict.message, false) : verdict;
}
