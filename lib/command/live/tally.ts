import { type Paint, table } from "../terminal/style";
import type { Answer, ConnectionFailure } from "./connection";

/** How a connection failed to prove anything, in the order they are reported. */
export type FailureKind = ConnectionFailure | "status" | "unknown";

const FAILURES: Record<FailureKind, (count: number) => string> = {
  connect: (count) => `${count} not connected`,
  reset: (count) => `${count} reset`,
  timeout: (count) => `${count} timed out`,
  status: (count) => `${count} answered with a status that counts as failed`,
  unknown: (count) => `${count} answered by an unknown cluster`,
};
const KINDS = Object.keys(FAILURES) as FailureKind[];
/** How many unidentified answers are kept, in case their cluster becomes known; more are only counted. */
const UNKNOWN_KEPT = 1_000;

export interface ClusterAnswers {
  cluster: string;
  /** Whether it must answer. */
  expected: boolean;
  answers: number;
  /** Its share of all connections, from 0 to 1. */
  share: number;
  /** Time to the answer, in milliseconds. */
  medianMs: number | undefined;
  slowestMs: number | undefined;
}

/** Counts answers by cluster, and failures. */
export class Tally {
  private readonly times = new Map<string, number[]>();
  private readonly reasons = new Map<FailureKind, Map<string, number>>();
  private unknown: Answer[] = [];
  private unknownMore = 0;

  /** `isFailed` says which response statuses count as failed. */
  constructor(private readonly isFailed: (status: number) => boolean) {}

  answered(cluster: string | undefined, answer: Answer): void {
    const { status, ms } = answer;
    // This may not come from the app itself.
    if (this.isFailed(status)) this.failed("status", `${status}${cluster ? ` from ${cluster}` : ""}`);
    else if (cluster !== undefined) {
      const times = this.times.get(cluster);
      if (times) times.push(ms);
      else this.times.set(cluster, [ms]);
    } else if (this.unknown.length < UNKNOWN_KEPT) this.unknown.push(answer);
    else this.unknownMore += 1;
  }

  failed(kind: FailureKind, reason: string): void {
    const reasons = this.reasons.get(kind) ?? new Map<string, number>();
    this.reasons.set(kind, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  }

  /** Identifies unknown answers again, now that more pods are known. */
  reclassify(classify: (answer: Answer) => string | undefined): void {
    const before = this.unknown;
    this.unknown = [];
    for (const answer of before) this.answered(classify(answer), answer);
  }

  has(cluster: string): boolean {
    return this.times.has(cluster);
  }

  get clusters(): string[] {
    return [...this.times.keys()].sort();
  }

  get count(): number {
    return sum([...this.times.values()].map(({ length }) => length)) + this.failures;
  }

  /** How many proved nothing. */
  get failures(): number {
    return sum(KINDS.map((kind) => this.of(kind)));
  }

  /** How many failed in this way. */
  of(kind: FailureKind): number {
    const reported = sum([...(this.reasons.get(kind)?.values() ?? [])]);
    return kind === "unknown" ? reported + this.unknown.length + this.unknownMore : reported;
  }

  /** How many were answered at all. */
  get answers(): number {
    return this.count - this.of("connect") - this.of("reset") - this.of("timeout");
  }

  /** The last answer whose cluster is unknown. */
  get lastUnknown(): Answer | undefined {
    return this.unknown.at(-1);
  }

  /** There are answers, but none could be identified. */
  get isUnidentified(): boolean {
    return this.times.size === 0 && this.of("unknown") > 0;
  }

  /** "10 reset (ECONNRESET); 1 timed out (no answer within 10 s)" */
  describeFailures(): string {
    return KINDS.filter((kind) => this.of(kind) > 0)
      .map((kind) => {
        const reasons = [...(this.reasons.get(kind) ?? [])].sort(([a], [b]) => a.localeCompare(b));
        const reported = reasons.map(([reason, count]) =>
          count > 1 && reasons.length > 1 ? `${reason}, ${count} times` : reason,
        );
        return FAILURES[kind](this.of(kind)) + (reported.length > 0 ? ` (${reported.join("; ")})` : "");
      })
      .join("; ");
  }

  failuresByKind(): Record<FailureKind, number> {
    return Object.fromEntries(KINDS.map((kind) => [kind, this.of(kind)])) as Record<FailureKind, number>;
  }

  byCluster(expected: readonly string[]): ClusterAnswers[] {
    const clusters = [...new Set([...expected, ...this.times.keys()])].sort();
    return clusters.map((cluster) => {
      const times = this.times.get(cluster) ?? [];
      return {
        cluster,
        expected: expected.includes(cluster),
        answers: times.length,
        share: this.count > 0 ? times.length / this.count : 0,
        medianMs: times.length > 0 ? median(times) : undefined,
        slowestMs: times.length > 0 ? Math.max(...times) : undefined,
      };
    });
  }

  table(expected: readonly string[], paint: Paint): string[] {
    const { count, failures } = this;
    const share = (of: number) => (count > 0 ? `${Math.round((100 * of) / count)}%` : "-");
    const rows = this.byCluster(expected).map(({ cluster, answers, medianMs, slowestMs }) => [
      cluster,
      { text: String(answers), colour: answers > 0 ? ("green" as const) : ("red" as const) },
      share(answers),
      milliseconds(medianMs),
      milliseconds(slowestMs),
    ]);
    if (failures > 0) {
      rows.push(["(failed)", { text: String(failures), colour: "red" }, share(failures), "-", "-"]);
    }
    return [
      ...table(["CLUSTER", "ANSWERS", "SHARE", "MEDIAN", "SLOWEST"], rows, paint),
      ...(failures > 0 ? [`${failures} of ${count} connections failed: ${this.describeFailures()}`] : []),
    ];
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? "-" : `${Math.round(ms)} ms`;
}
