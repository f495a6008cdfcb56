import { judge } from "../../../lib/command/judge/effects";
import { readPlan } from "../../../lib/command/plan/plan";
import { SIBLINGS } from "../report/kinds";

test.each(SIBLINGS.map((one) => [one.name, one] as const))(
  "%s",
  (_, { plan, severity, rules, says = [], never = [] }) => {
    const judged = judge([readPlan(plan, "hub", "the plan")]);
    const effects = judged.effects.map((one) => `${one.severity} (${one.rule}): ${one.text}`).join("\n");
    expect([judged.severity ?? null, judged.effects.map(({ rule }) => rule), effects]).toEqual([
      severity,
      rules,
      effects,
    ]);
    for (const words of says) expect(effects).toMatch(words);
    for (const words of never) expect(effects).not.toMatch(words);
    // What is told is never nothing to approve.
    expect(judged.stacks.every(({ quiet }) => quiet)).toBe(severity === null);
  },
);
