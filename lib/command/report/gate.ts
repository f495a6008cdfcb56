import { UsageProblem } from "../problems";
import { type Report, rank } from "./effects";
import { SEVERITIES, type Severity } from "./rules/rule";
import { literally } from "./values";

const ACTIONS = ["create", "update", "delete", "replace", "forget"] as const;
type Gated = (typeof ACTIONS)[number];

/** Actions that a pipeline refuses, from a severity on. */
export type Gate = ReadonlyMap<Gated, Severity>;

export interface Refusal {
  readonly stack: string;
  readonly address: string;
  readonly action: string;
  readonly severity: Severity;
}

/** `replace,delete:outage`: a severity counts for the actions before it. Without one, all but the harmless are refused. */
export function parseGate(given: readonly string[]): Gate {
  const gate = new Map<Gated, Severity>();
  for (const list of given) {
    const waiting: Gated[] = [];
    const set = (severity: Severity) => {
      for (const action of waiting.splice(0)) gate.set(action, severity);
    };
    for (const word of list.split(",")) {
      const [action = "", severity, ...more] = word.trim().split(":");
      if (!ACTIONS.includes(action as Gated) || more.length > 0) {
        throw new UsageProblem(`--fail-on knows no "${word.trim()}": give some of ${ACTIONS.join(", ")}.`);
      }
      waiting.push(action as Gated);
      if (severity === undefined) continue;
      if (!SEVERITIES.includes(severity as Severity)) {
        throw new UsageProblem(
          `--fail-on knows no severity "${severity}": they are ${SEVERITIES.join(", ")}.`,
        );
      }
      set(severity as Severity);
    }
    set("change");
  }
  return gate;
}

/** What a report holds that the gate refuses and no pattern allows. `*` in a pattern stands for any text. */
export function refused(report: Report, gate: Gate, allowed: readonly string[]): Refusal[] {
  const patterns = allowed.map(
    (pattern) => new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`, "s"),
  );
  return report.stacks.flatMap(({ stack, changes }) =>
    changes.flatMap(({ change: { action, address }, severity }) => {
      const least = gate.get(action as Gated);
      if (least === undefined || rank(severity) > rank(least)) return [];
      if (patterns.some((pattern) => pattern.test(address) || pattern.test(`${stack}:${address}`))) return [];
      return [{ stack, address, action, severity }];
    }),
  );
}
