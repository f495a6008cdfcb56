import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { acknowledge } from "../../lib";
import { addCheck, addWarning } from "../../lib/checks/check";
import { reportWholeApp } from "../../lib/checks/check-app";
import { finding } from "../../lib/checks/finding";
import { report } from "../../lib/command/report";
import { show } from "../../lib/command/show";
import { appFindings, refusal, synthApp, warnings } from "../synth";

function stackWith(app: App, id: string, ...rules: string[]): TerraformStack {
  const stack = new TerraformStack(app, id);
  reportWholeApp(stack);
  const part = new Construct(stack, "Part");
  addCheck(part, () => rules.map((rule) => finding(rule, `breaks ${rule}`)));
  return stack;
}

/** What is noted in the manifest, by the path of the construct. */
function notes(build: (app: App) => void): [string, string][] {
  return synthApp(build, (outdir) => {
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { annotations: { constructPath: string; level: string; message: string }[] }>;
    };
    return Object.values(stacks)
      .flatMap(({ annotations }) => annotations)
      .map(({ constructPath, level, message }) => {
        expect(level).toBe("@cdktf/info");
        return [constructPath, message];
      });
  });
}

test.each([
  ["the construct", (stack: TerraformStack) => stack.node.findChild("Part")],
  ["its stack", (stack: TerraformStack) => stack],
  ["the app", (stack: TerraformStack) => stack.node.root],
])("what is acknowledged at %s is let through, and noted once with the reason", (_where, at) => {
  const found = notes((app) => {
    const stack = stackWith(app, "infra", "a-rule");
    stackWith(app, "hub");
    acknowledge(at(stack), "a-rule", "  Azure takes it since June ");
  });
  expect(found).toEqual([
    ["infra/Part", "Acknowledged: breaks a-rule [a-rule] Reason: Azure takes it since June"],
  ]);
});

test("findings outside of stacks are reported in the first", () => {
  const found = notes((app) => {
    addCheck(new Construct(app, "Imported"), () => [finding("a-rule", "breaks a-rule")]);
    stackWith(app, "infra");
    acknowledge(app, "a-rule", "known");
  });
  expect(found).toEqual([["infra", "Acknowledged: [Imported] breaks a-rule [a-rule] Reason: known"]]);
});

test("nothing else is let through: not another rule, and not the same elsewhere", () => {
  const found = appFindings((app) => {
    const infra = stackWith(app, "infra", "a-rule", "b-rule");
    stackWith(app, "hub", "a-rule");
    acknowledge(infra, "a-rule", "known");
  });
  expect(found).toEqual(["infra: in another stack: [hub/Part] breaks a-rule", "infra/Part: breaks b-rule"]);
});

test.each(["b-rule", "a-rul"])("acknowledging %s, which finds nothing there, is refused", (rule) => {
  const found = appFindings((app) => {
    const infra = stackWith(app, "infra");
    stackWith(app, "hub", "b-rule");
    acknowledge(app.node.findChild("hub"), "b-rule", "known");
    acknowledge(infra, rule, "known");
  });
  expect(found).toEqual([expect.stringMatching(`^infra: "${rule}" is acknowledged`)]);
});

test("only constructs can break a rule", () => {
  expect(refusal(() => acknowledge(undefined as unknown as TerraformStack, "a-rule", "why not"))).toContain(
    'the acknowledgement of "a-rule"',
  );
});

test.each(["", " ", undefined])("a reason of %p is refused at once", (reason) => {
  const refused = refusal(() =>
    acknowledge(new TerraformStack(new App(), "infra"), "a-rule", reason as string),
  );
  expect(refused).toContain("[infra]");
  expect(refused).toContain('"a-rule"');
});

describe("warnings", () => {
  function warningStack(app: App): TerraformStack {
    const stack = stackWith(app, "infra");
    addWarning(stack.node.findChild("Part"), () => [finding("a-rule", "takes long")]);
    return stack;
  }

  test("don't stop synthesis, and are reported once", () => {
    expect(warnings((app) => void warningStack(app))).toEqual(["infra/Part: takes long"]);
    expect(
      warnings((app) => {
        addWarning(new Construct(app, "Imported"), () => [finding("a-rule", "takes long")]);
        stackWith(app, "infra");
      }),
    ).toEqual(["infra: [Imported] takes long"]);
  });

  test("is no warning any more when it is acknowledged", () => {
    const build = (app: App) => acknowledge(warningStack(app), "a-rule", "we have time");
    expect(warnings(build)).toEqual([]);
    expect(notes(build)).toEqual([["infra/Part", "Acknowledged: takes long [a-rule] Reason: we have time"]]);
  });

  test("is listed at the end of what is shown", () => {
    const shown = synthApp(
      (app) => void warningStack(app),
      (outdir) => show(outdir).join("\n"),
    );
    expect(shown.replace(/\s+/g, " ")).toContain("Warning: [infra/Part] takes long [a-rule]");
  });
});

test("is listed at the end of what is shown, and in a report", () => {
  const read = (outdir: string) => ({
    shown: show(outdir).join("\n"),
    reported: report({
      operands: [outdir, outdir],
      synth: true,
      out: undefined,
      format: "markdown",
      gate: new Map(),
      allowed: [],
      diagram: false,
    }).text,
  });
  const { shown, reported } = synthApp((app) => {
    const stack = stackWith(app, "infra", "a-rule");
    acknowledge(stack, "a-rule", "Azure takes it since June");
  }, read);
  const said = "Acknowledged: [infra/Part] breaks a-rule [a-rule] Reason: Azure takes it since June";
  expect(shown.replace(/\s+/g, " ")).toContain(said);
  expect(reported.replaceAll("\\", "")).toContain(said);
});
