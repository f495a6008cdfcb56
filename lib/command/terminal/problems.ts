/** Which permission is missing depends on the cluster queried. */
export type Target = "hub" | "member";

/** The command line is invalid: exit 2, with the usage. */
export class UsageProblem extends Error {}

/** Waiting longer can't help: exit 1 immediately. The message says what is wrong and what to do. */
export class FinalProblem extends Error {}

/**
 * Possibly transient: retried until the deadline.
 * `line` is shown meanwhile, `advice` is what to do if it persists.
 */
export class PassingProblem extends Error {
  readonly advice: string;
  readonly retryAfterMs: number | undefined;
  /** The API's HTTP status, if it answered. */
  readonly status: number | undefined;

  constructor(line: string, advice: string, retryAfterMs?: number, status?: number) {
    super(line);
    this.advice = advice;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}

/** Like a PassingProblem, but retried only a few times, as it rarely resolves on its own. */
export class StubbornProblem extends Error {}

/** Third-party messages (an API, a plugin) contain newlines. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** They may also be very long. */
export function shorten(text: string, limit = 300): string {
  const line = oneLine(text);
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
