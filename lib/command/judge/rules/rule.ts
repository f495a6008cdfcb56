import type { Fleet } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import type { Kind } from "../../terminal/kinds";
import type { Difference } from "../differences";

/** Worst first. */
export const SEVERITIES = ["outage", "risk", "change", "harmless"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_MEANING: Record<Severity, string> = {
  outage: "something running stops, or an address is lost",
  risk: "something may stop, be left behind, or be irreversible",
  change: "it takes effect without interrupting anything",
  harmless: "nothing running is affected",
};

/** What a rule sees besides the change itself. */
export interface Context {
  readonly before: Fleet;
  readonly after: Fleet;
  readonly changes: readonly Change[];
  /** Including unchanged ones. */
  readonly all: readonly Change[];
  /** What each fleet does with its objects, before and after. */
  readonly model: readonly Difference[];
  /** The name of each address of a stack, whether it changes or not, e.g. `cluster aks-eastus2`. */
  readonly subject: (stack: string, address: string) => string | undefined;
  /** What has its own identity, by the identity's principal. */
  readonly principal: (id: string) => string | undefined;
  /** Whether all stacks of the app are known: otherwise something absent may just be unknown. */
  readonly whole: boolean;
}

/** Singular and plural: `is deleted`, `are deleted`. */
export type Verb = readonly [one: string, many: string];

export interface Reported {
  readonly text: string;
  /** Equal findings share one sentence: `3 subnets are created: a, b and c`. */
  readonly bundle?: {
    readonly kind: Kind;
    readonly name: string;
    readonly verb: Verb;
    /** From how many on. @default 2 */
    readonly from?: number;
    /** For many that each change to a different value: without the values. @default - reported one by one */
    readonly loosely?: string;
  };
}

export interface Rule {
  readonly id: string;
  /** What is in the plan. */
  readonly what: string;
  /** What it does to the fleet. */
  readonly effect: string;
  readonly severity: Severity;
  /** Reports one change; undefined if the rule doesn't apply. */
  readonly report: (change: Change, context: Context) => string | Reported | undefined;
}

export const isWhen =
  (
    action: Change["action"] | readonly Change["action"][],
    is: (change: Change) => boolean,
    report: Rule["report"],
  ) =>
  (change: Change, context: Context) =>
    (typeof action === "string" ? change.action === action : action.includes(change.action)) && is(change)
      ? report(change, context)
      : undefined;

export const GONE = ["delete", "replace"] as const;
export const isType = (type: string) => (change: Change) => change.type === type;
