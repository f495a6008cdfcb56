import type { Fleet } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import type { Kind } from "../../terminal/kinds";
import type { Difference } from "../differences";

/** Worst first. */
export const SEVERITIES = ["outage", "risk", "change", "harmless"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_MEANING: Record<Severity, string> = {
  outage: "something that runs stops, or an address goes",
  risk: "something may stop, stays behind, or can't be undone",
  change: "it takes effect; what runs goes on",
  harmless: "nothing that runs notices",
};

/** What a rule looks at beside the change itself. */
export interface Context {
  readonly before: Fleet;
  readonly after: Fleet;
  readonly changes: readonly Change[];
  /** With what doesn't change. */
  readonly all: readonly Change[];
  /** What each fleet does with its objects, before and after. */
  readonly model: readonly Difference[];
  /** What is called by an address of a stack, whether it changes or not, e.g. `cluster aks-eastus2`. */
  readonly subject: (stack: string, address: string) => string | undefined;
  /** What has an identity of its own, by the identity's principal. */
  readonly principal: (id: string) => string | undefined;
  /** Whether all stacks of the app are known: else what isn't there may only not be seen. */
  readonly whole: boolean;
}

/** For one and for many: `is deleted`, `are deleted`. */
export type Verb = readonly [one: string, many: string];

export interface Told {
  readonly text: string;
  /** Many of the same are told in one sentence: `3 subnets are created: a, b and c`. */
  readonly bundle?: {
    readonly kind: Kind;
    readonly name: string;
    readonly verb: Verb;
    /** For many of which each changes to something else: without the values. @default - these are told one by one */
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
  /** Says it of one change, or nothing where the rule is not about it. */
  readonly tell: (change: Change, context: Context) => string | Told | undefined;
}

export const isWhen =
  (
    action: Change["action"] | readonly Change["action"][],
    is: (change: Change) => boolean,
    tell: Rule["tell"],
  ) =>
  (change: Change, context: Context) =>
    (typeof action === "string" ? change.action === action : action.includes(change.action)) && is(change)
      ? tell(change, context)
      : undefined;

export const GONE = ["delete", "replace"] as const;
export const isType = (type: string) => (change: Change) => change.type === type;
