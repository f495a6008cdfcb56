import { isUnknown, type Unknown } from "./unknown";

/** Invalid input for the scheduler: the cycle stops, and nothing is scheduled until it is corrected. */
export class Failure {
  /** @param isCertain whether it occurs regardless of unknowns */
  constructor(
    readonly message: string,
    readonly isCertain = true,
  ) {}
}

/** True, false (or why), unknown, or a failure that stops the cycle. */
export type Verdict<No = false> = true | No | Unknown | Failure;

/** Whether all hold. Evaluated in order, like the scheduler, until one doesn't. */
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

/** Whether one holds. Evaluated in order, like the scheduler, until one does. */
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

/** A failure that may not occur, because something before it is unknown; anything else is unchanged. */
export function asPossible<T>(verdict: T): T | Failure {
  return verdict instanceof Failure ? new Failure(verdict.message, false) : verdict;
}
