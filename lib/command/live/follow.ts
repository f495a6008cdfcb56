import type { Clock } from "../terminal/clock";
import { formatDuration } from "../terminal/duration";
import { FinalProblem, PassingProblem, StubbornProblem } from "../terminal/problems";

/** The result of one poll of the cluster. */
export type Poll =
  | { state: "done"; line: string }
  /** `advice`: what to do if this persists until the deadline. */
  | { state: "waiting"; line: string; advice?: string }
  /** Waiting can't help. Trusted only after several polls in a row: caches lag. */
  | { state: "hopeless"; line: string; advice: string };

export interface FollowOptions {
  /** What is waited for, the start of every line: "placement aks-store-demo". */
  subject: string;
  look: () => Promise<Poll>;
  timeoutMs: number;
  clock: Clock;
  random: () => number;
  print: (line: string) => void;
}

const INTERVAL_MS = 2_000;
const SILENCE_MS = 15_000;
const LOOKS_TO_BELIEVE = 3;
const BACKOFF_FIRST_MS = 1_000;
/** Even with the time a poll takes, the wait ends within five seconds of its condition. */
const BACKOFF_LAST_MS = 4_000;

/** Polls until done, hopeless, or timed out; prints each change. */
export async function follow(options: FollowOptions): Promise<void> {
  const { subject, clock, timeoutMs } = options;
  const start = clock.now();
  const deadline = start + timeoutMs;

  let said = "";
  let saidAt = start;
  const say = (line: string) => {
    said = line;
    saidAt = clock.now();
    options.print(`${subject}: ${line} (${formatDuration(saidAt - start)})`);
  };
  const sayIfNew = (line: string) => {
    if (line !== said) say(line);
  };

  // A hanging request or a long pause must not look like a hanging command.
  const stopTicking = clock.every(1_000, () => {
    if (clock.now() - saidAt >= SILENCE_MS) say(said || "no answer yet");
  });

  let hopelessLooks = 0;
  let failures = 0;
  let lastSeen: Poll | undefined;
  try {
    for (;;) {
      let look: Poll;
      let pause = INTERVAL_MS;
      let trouble = false;
      try {
        look = await options.look();
        lastSeen = look;
        failures = 0;
      } catch (problem) {
        trouble = true;
        pause = backoff(failures, problem, options.random);
        failures += 1;
        if (problem instanceof PassingProblem) {
          look = { state: "waiting", line: problem.message, advice: problem.advice };
        } else if (problem instanceof StubbornProblem) {
          look = { state: "hopeless", line: problem.message, advice: "" };
        } else if (problem instanceof FinalProblem) {
          throw new FinalProblem(`${subject}: ${problem.message}`);
        } else throw problem;
      }

      sayIfNew(look.line);
      if (look.state === "done") return;

      // A failed request says nothing about earlier results: it doesn't reset the count.
      if (look.state === "hopeless") hopelessLooks += 1;
      else if (!trouble) hopelessLooks = 0;
      const late = clock.now() >= deadline;
      if (look.state === "hopeless" && (late || hopelessLooks >= LOOKS_TO_BELIEVE)) {
        throw new FinalProblem(sentences(`${subject}: ${look.line}`, look.advice));
      }
      if (late) {
        const before =
          trouble && lastSeen && lastSeen.line !== look.line ? `last state: ${lastSeen.line}` : "";
        const advice = look.state === "waiting" ? (look.advice ?? "") : "";
        throw new FinalProblem(
          sentences(`${subject}: timed out after ${formatDuration(timeoutMs)}: ${look.line}`, before, advice),
        );
      }
      await clock.sleep(Math.min(pause, deadline - clock.now()));
    }
  } finally {
    stopTicking();
  }
}

/** With jitter: the waits of several clusters start together and would retry together. */
function backoff(failures: number, problem: unknown, random: () => number): number {
  const jitter = 0.5 + random() / 2;
  const own = Math.min(BACKOFF_FIRST_MS * 2 ** failures, BACKOFF_LAST_MS) * jitter;
  const asked = problem instanceof PassingProblem ? problem.retryAfterMs : undefined;
  return asked === undefined ? own : asked + BACKOFF_FIRST_MS * random();
}

function sentences(...parts: string[]): string {
  return parts
    .filter((part) => part !== "")
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join("\n");
}
