import { Fn, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown, quoted } from "../../lib/checks/check";
import { finding } from "../../lib/checks/finding";
import { findings, synthStack } from "../synth";

test.each([
  [[], "none"],
  [["a"], '"a"'],
  [["a", "b"], '"a" and "b"'],
  [["a", "b", "c"], '"a", "b" and "c"'],
])("%j is listed as %s", (values, text) => {
  expect(quoted(values)).toBe(text);
});

describe("whether a value can be checked", () => {
  test.each([
    ["a text", "text", true],
    ["an empty text", "", true],
    ["a number", 3, true],
    ["zero", 0, true],
    ["false", false, true],
    ["nothing", undefined, false],
  ])("%s: %p → %p", (_, value, known) => {
    expect(isKnown<unknown>(value)).toBe(known);
  });

  test("tokens can't, in whatever form", () => {
    expect.assertions(6);
    synthStack((stack) => {
      const variable = new TerraformVariable(stack, "variable", {});
      expect(isKnown(variable.stringValue)).toBe(false);
      expect(isKnown(`aks-${variable.stringValue}`)).toBe(false);
      expect(isKnown(variable.numberValue)).toBe(false);
      expect(isKnown(variable.listValue)).toBe(false);
      expect(isKnown<unknown>(variable.value)).toBe(false);
      expect(isKnown(Fn.upper(variable.stringValue))).toBe(false);
    });
  });
});

test("everything that the checks of a stack say is reported at once, each behind its construct's path", () => {
  const found = findings((stack) => {
    const outer = new Construct(stack, "outer");
    const inner = new Construct(outer, "inner");
    addCheck(inner, () => [finding("a-test", "this is wrong"), finding("a-test", "that is wrong")]);
    addCheck(inner, function* () {
      yield finding("a-test", "a second check has its say");
    });
    addCheck(outer, () => [finding("a-test", "so is this")]);
    addCheck(new Construct(stack, "fine"), () => []);
  });
  expect(found.sort()).toEqual([
    "stack/outer/inner: a second check has its say",
    "stack/outer/inner: that is wrong",
    "stack/outer/inner: this is wrong",
    "stack/outer: so is this",
  ]);
});

test("a check runs when the app is synthesized, not when the construct is made", () => {
  let later = "not yet";
  const found = findings((stack) => {
    addCheck(stack, () => [finding("a-test", later)]);
    later = "seen at synth";
  });
  expect(found).toEqual(["stack: seen at synth"]);
});
