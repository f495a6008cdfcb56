import { type App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../../lib/checks/check";
import { reportWholeApp } from "../../lib/checks/check-app";
import { finding } from "../../lib/checks/finding";
import { appFindings, synthApp } from "../synth";

function stackWith(app: App, id: string, findings: string[]): TerraformStack {
  const stack = new TerraformStack(app, id);
  addCheck(new Construct(stack, "Part"), () => findings.map((text) => finding("a-test", text)));
  return stack;
}

test("without it CDKTF stops at the first stack that has something", () => {
  const found = appFindings((app) => {
    stackWith(app, "infra", ["first"]);
    stackWith(app, "hub", ["second"]);
  });
  expect(found).toEqual(["infra/Part: first"]);
});

test("the first stack that has something tells of the others too, each finding once", () => {
  const found = appFindings((app) => {
    for (const [id, finding] of [
      ["infra", "first"],
      ["hub", "second"],
      ["member-east", "third"],
    ] as const) {
      reportWholeApp(stackWith(app, id, [finding]));
    }
  });
  expect(found.sort()).toEqual([
    "infra/Part: first",
    "infra: in another stack: [hub/Part] second",
    "infra: in another stack: [member-east/Part] third",
  ]);
});

test("a stack that has nothing itself tells of the others", () => {
  const found = appFindings((app) => {
    reportWholeApp(stackWith(app, "infra", []));
    stackWith(app, "hub", ["one", "two"]);
  });
  expect(found).toEqual([
    "infra: in another stack: [hub/Part] one",
    "infra: in another stack: [hub/Part] two",
  ]);
});

test("findings of the app itself are not reported in a stack", () => {
  const found = appFindings((app) => {
    addCheck(app, () => [finding("a-test", "of no stack")]);
    reportWholeApp(stackWith(app, "infra", ["of a stack"]));
  });
  expect(found).toEqual(["infra/Part: of a stack"]);
});

test("an app without findings is synthesized", () => {
  const synthesized = synthApp(
    (app) => {
      reportWholeApp(stackWith(app, "infra", []));
      reportWholeApp(stackWith(app, "hub", []));
    },
    () => "synthesized",
  );
  expect(synthesized).toBe("synthesized");
});

test("after an app that failed, the next is also reported in full", () => {
  const build = (app: App) => {
    reportWholeApp(stackWith(app, "infra", []));
    reportWholeApp(stackWith(app, "hub", ["still wrong"]));
  };
  const expected = ["infra: in another stack: [hub/Part] still wrong"];
  expect(appFindings(build)).toEqual(expected);
  expect(appFindings(build)).toEqual(expected);
});
