import { judge } from "../../../lib/command/judge/effects";
import { readPlan } from "../../../lib/command/plan/plan";
import { toJson } from "../../../lib/command/render/json";
import { toMarkdown } from "../../../lib/command/render/markdown";
import { toText } from "../../../lib/command/render/text";
import { madePlan } from "../report/made";

describe("a failed plan is told first, in every form", () => {
  const whole = judge([], { failed: [{ stack: "hub", why: "no <credentials> @all" }] });
  const halfway = judge([readPlan(madePlan([], { errored: true }), "infra", "x")]);

  test.each([
    ["text", toText],
    ["markdown", toMarkdown],
  ] as const)("%s", (format, write) => {
    for (const [report, stack] of [
      [whole, "hub"],
      [halfway, "infra"],
    ] as const) {
      const lines = write(report, [], false).split("\n").filter(Boolean);
      expect(lines[0]).toMatch(format === "text" ? /^Failed · Risk · / : /^### ❌ Failed · Risk · /);
      expect(lines[0]).toContain(`${stack}: the plan failed`);
      expect(lines[1]).toContain("Don't approve: a plan failed");
      expect(lines[2]).toMatch(/the plan failed: (no |it ended with an error)/);
    }
    const said = toMarkdown(whole, [], false);
    expect(said).toContain("no &lt;credentials&gt; @\u200ball");
  });

  test("JSON", () => {
    expect(JSON.parse(toJson(whole, [], false))).toMatchObject({
      verdict: "Failed",
      severity: "risk",
      failed: [{ stack: "hub", why: "no <credentials> @all" }],
    });
    expect(JSON.parse(toJson(halfway, [], false))).toMatchObject({
      verdict: "Failed",
      failed: [{ stack: "infra", partial: true }],
    });
  });
});
