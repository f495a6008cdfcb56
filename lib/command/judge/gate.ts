import { literally } from "../plan/values";
import { UsageProblem } from "../terminal/problems";
import { type Report, rank } from "./effects";
import { WHOLE } from "./rules/otherwise";
import { SEVERITIES, type Severity } from "./rules/rule";

const ACTIONS = ["create", "update", "delete", "replace", "forget"] as const;
type Gated = (typeof ACTIONS)[number];

/** Actions that a pipeline refuses, at or above a severity. `any`: everything reported, even if no resource changes. */
export type Gate = ReadonlyMap<Gated | "any", Severity>;

export interface Refusal {
  readonly stack: string;
  readonly address: string;
  readonly action: string;
  readonly severity: Severity;
}

/**
 * `replace,delete:outage`: a severity applies to the actions before it. Without one, all but harmless ones are refused. A severity
 * alone applies to everything reported: `outage`.
 */
export function parseGate(given: readonly string[]): Gate {
  const gate = new Map<Gated | "any", Severity>();
  for (const list of given) {
    const waiting: (Gated | "any")[] = [];
    const set = (severity: Severity) => {
      for (const action of waiting.splice(0)) gate.set(action, severity);
    };
    for (const word of list.split(",").map((one) => one.trim())) {
      const [action = "", severity, ...more] = word.toLowerCase().split(":");
      if (severity === undefined && isSeverity(action)) {
        set("change");
        waiting.push("any");
        set(action);
        continue;
      }
      if (!ACTIONS.includes(action as Gated) || more.length > 0) {
        throw new UsageProblem(
          `--fail-on: "${word}" isn't an action (${ACTIONS.join(", ")}) or a severity (${SEVERITIES.join(", ")}).`,
        );
      }
      waiting.push(action as Gated);
      if (severity === undefined) continue;
      if (!isSeverity(severity)) {
        throw new UsageProblem(`--fail-on: "${severity}" isn't a severity (${SEVERITIES.join(", ")}).`);
      }
      set(severity);
    }
    set("change");
  }
  return gate;
}

function isSeverity(word: string): word is Severity {
  return SEVERITIES.includes(word as Severity);
}

/** The lowest severity at which an action is refused. Unknown actions are refused if any action is. */
function leastOf(gate: Gate, action: string): Severity | undefined {
  const least = [
    gate.get("any"),
    ...(action === "unknown" ? [...gate.values()] : [gate.get(action as Gated)]),
  ];
  return [...SEVERITIES].reverse().find((severity) => least.includes(severity));
}

/** What may delete or replace something without naming it. */
const MAY_BE_ANYTHING = [WHOLE.errored, WHOLE.failed, WHOLE.missing, WHOLE.stops];

/** What the gate refuses in a report and no pattern allows. `*` in a pattern matches any text. */
export function refused(report: Report, gate: Gate, allowed: readonly string[]): Refusal[] {
  const patterns = allowed.map(
    (pattern) => new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`, "s"),
  );
  const isAllowed = (stack: string, address: string) =>
    patterns.some((pattern) => pattern.test(address) || pattern.test(`${stack}:${address}`));
  const ofChanges = report.stacks.flatMap(({ stack, changes }) =>
    changes.flatMap(({ change: { action, address }, severity }) => {
      const least = leastOf(gate, action);
      if (least === undefined || rank(severity) > rank(least) || isAllowed(stack, address)) return [];
      return [{ stack, address, action, severity }];
    }),
  );
  const later = report.stacks.flatMap(({ stack, plan }) =>
    plan.deferred.flatMap(({ action, address }) => {
      const least = gate.get(action as Gated);
      const { severity } = WHOLE.incomplete;
      if (least === undefined || rank(severity) > rank(least) || isAllowed(stack, address)) return [];
      return [{ stack, address, action, severity }];
    }),
  );
  // Not a resource change: checks, actions, drift, and incomplete plans.
  const changed = new Set(
    report.stacks.flatMap(({ stack, changes }) => changes.map(({ change }) => `${stack} ${change.address}`)),
  );
  const others = report.effects.flatMap(({ rule, severity, stacks, addresses }) => {
    const least = leastOf(gate, MAY_BE_ANYTHING.some(({ id }) => id === rule) ? "unknown" : "any");
    if (least === undefined || rank(severity) > rank(least)) return [];
    return stacks
      .filter((stack) => !addresses.some((address) => changed.has(`${stack} ${address}`)))
      .flatMap((stack) =>
        (addresses.length > 0 ? addresses : [rule])
          .filter((address) => !isAllowed(stack, address))
          .map((address) => ({ stack, address, action: rule, severity })),
      );
  });
  return [...ofChanges, ...later, ...others];
}
