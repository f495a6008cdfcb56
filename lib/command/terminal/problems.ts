/** Whose permission is missing depends on which cluster is asked. */
export type Target = "hub" | "member";

/** The command line is wrong: exit 2, with the usage. */
export class UsageProblem extends Error {}

/** Waiting longer can't help: exit 1 at once. The message says what is wrong and what to do. */
export class FinalProblem extends Error {}

/**
 * May be gone in a moment: worth another look until the deadline.
 * `line` is what is shown meanwhile, `advice` what to do if it never goes away.
 */
export class PassingProblem extends Error {
  readonly advice: string;
  readonly retryAfterMs: number | undefined;
  /** What the API answered, if it answered. */
  readonly status: number | undefined;

  constructor(line: string, advice: string, retryAfterMs?: number, status?: number) {
    super(line);
    this.advice = advice;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}

/** Like a PassingProblem, but believed for a few looks only: it hardly ever goes away by itself. */
export class StubbornProblem extends Error {}

/** Messages of others (an API, a plugin) come with newlines. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** And without end. */
export function shorten(text: string, limit = 300): string {
  const line = oneLine(text);
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
