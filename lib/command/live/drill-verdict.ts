import { formatDuration } from "../terminal/duration";
import type { Sample } from "./connections";

/** When a drill entered each phase, by its clock. */
export interface Course {
  readonly started: number;
  /** The exports were withdrawn. */
  readonly taken: number;
  /** No connection reaches the member any longer. */
  readonly out?: number;
  /** The exports were restored. */
  readonly restored: number;
  /** The member answers again at every address where it answered before. */
  readonly back?: number;
}

export interface Address {
  /** The MultiClusterService, `namespace/name`. */
  readonly name: string;
  /** Where connections enter. */
  readonly member: string;
  readonly url: string;
  /** The members that served it before. */
  readonly expected: readonly string[];
}

/** What the model predicts for an address when the member is lost. */
export interface Prediction {
  /** The members that keep serving it. */
  readonly left: readonly string[];
  readonly text: string;
}

export const PHASES = ["before", "leaving", "out", "returning", "after"] as const;
export type Phase = (typeof PHASES)[number];

export interface Row {
  readonly address: Address;
  readonly phase: Phase;
  readonly connections: number;
  readonly failed: number;
  /** Answers by cluster; "" if unknown. */
  readonly answers: ReadonlyMap<string, number>;
}

export interface Check {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  /** What was observed. */
  readonly text: string;
  readonly seconds?: number;
}

export interface Verdict {
  readonly rows: readonly Row[];
  readonly checks: readonly Check[];
}

export interface Drilled {
  readonly member: string;
  readonly addresses: readonly Address[];
  readonly samples: readonly Sample[];
  readonly course: Course;
  /** By address; undefined: the app does not say. */
  readonly predictions: readonly (Prediction | undefined)[];
}

/** Judges a drill by its connections. */
export function judgeDrill({ member, addresses, samples, course, predictions }: Drilled): Verdict {
  const rows = addresses.flatMap((address, index) =>
    PHASES.map((phase) =>
      rowOf(
        address,
        phase,
        samples.filter((one) => one.address === index && phaseOf(one, course) === phase),
      ),
    ),
  );
  const { taken, out, restored, back } = course;
  const seconds = (from: number, to: number) => Math.max(0, (to - from) / 1_000);
  const late = samples.filter((one) => one.cluster === member && phaseOf(one, course) === "out");
  const left: Check =
    out === undefined
      ? { name: `no connection reaches ${member}`, state: "failed", text: "connections kept reaching it" }
      : late.length > 0
        ? {
            name: `no connection reaches ${member}`,
            state: "failed",
            text: `${late.length} did after ${formatDuration(out - taken)}`,
          }
        : {
            name: `no connection reaches ${member}`,
            state: "passed",
            text: `after ${formatDuration(out - taken)}`,
            seconds: seconds(taken, out),
          };
  const all: Check =
    back === undefined
      ? { name: "everything is back", state: "failed", text: `${member} does not answer everywhere again` }
      : {
          name: "everything is back",
          state: "passed",
          text: `after ${formatDuration(back - restored)}`,
          seconds: seconds(restored, back),
        };
  return {
    rows,
    checks: [
      left,
      ...addresses.flatMap((address, index) => [
        answeredThroughout(
          address,
          samples.filter((one) => one.address === index && one.end >= taken),
        ),
        asPredicted(address, predictions[index], rows, out !== undefined),
      ]),
      all,
    ],
  };
}

/** A connection that was open when the phase changed counts for the next phase. */
function phaseOf({ at, end }: Sample, { taken, out, restored, back }: Course): Phase {
  if (end < taken) return "before";
  if (end < restored) return out !== undefined && at > out ? "out" : "leaving";
  return back !== undefined && at >= back ? "after" : "returning";
}

function rowOf(address: Address, phase: Phase, samples: readonly Sample[]): Row {
  const answers = new Map<string, number>();
  for (const { cluster = "", failure } of samples) {
    if (failure === undefined) answers.set(cluster, (answers.get(cluster) ?? 0) + 1);
  }
  const failed = samples.filter(({ failure }) => failure !== undefined).length;
  return { address, phase, connections: samples.length, failed, answers };
}

function answeredThroughout({ url, name }: Address, samples: readonly Sample[]): Check {
  const reasons = new Map<string, number>();
  for (const { failure } of samples) {
    if (failure !== undefined) reasons.set(failure, (reasons.get(failure) ?? 0) + 1);
  }
  const failed = [...reasons.values()].reduce((sum, one) => sum + one, 0);
  const causes = [...reasons]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([why, count]) => `${why} (${count})`);
  return failed === 0
    ? {
        name: `${name} answers throughout`,
        state: samples.length > 0 ? "passed" : "failed",
        text: `${samples.length} connections to ${url}, none failed`,
      }
    : {
        name: `${name} answers throughout`,
        state: "failed",
        text: `${failed} of ${samples.length} connections to ${url} failed: ${causes.join(", ")}`,
      };
}

/** While the member is out, exactly the clusters that the model predicts must answer. */
function asPredicted(
  address: Address,
  prediction: Prediction | undefined,
  rows: readonly Row[],
  wasOut: boolean,
): Check {
  const name = `${address.name} is served as predicted`;
  if (prediction === undefined) {
    return { name, state: "skipped", text: "there is no synthesized app to predict it from" };
  }
  if (!wasOut) return { name, state: "skipped", text: "the member was never out" };
  const row = rows.find((one) => one.address === address && one.phase === "out");
  const seen = [...(row?.answers.keys() ?? [])].filter((cluster) => cluster !== "").sort();
  const expected = [...prediction.left].sort();
  const said = (clusters: readonly string[]) => clusters.join(", ") || "no cluster";
  return seen.join() === expected.join()
    ? { name, state: "passed", text: `by ${said(seen)}` }
    : { name, state: "failed", text: `the model predicts ${said(expected)}, but it was ${said(seen)}` };
}
