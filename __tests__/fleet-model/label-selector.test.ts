import type { Facts } from "../../lib/fleet-model/facts";
import { labelMatcher } from "../../lib/fleet-model/label-selector";
import type { LabelSelector } from "../../lib/fleet-model/policy";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";
import { Failure } from "../../lib/fleet-model/verdict";

const UNKNOWN = new Unknown("only Terraform knows it");

/** yes, no, or ? */
function matches(selector: Parameters<typeof labelMatcher>[0], labels: Facts): string {
  const verdict = labelMatcher(selector)(labels);
  return isUnknown(verdict) ? "?" : verdict instanceof Failure ? verdict.message : verdict ? "yes" : "no";
}

function expression(operator: string, values?: string[], key = "team"): LabelSelector {
  return { matchExpressions: [{ key, operator, values }] };
}

describe("a label", () => {
  const shop = { known: { team: "shop" } };
  const none = { known: {} };
  const hidden = { known: { team: UNKNOWN } };
  const open = { known: {}, others: UNKNOWN };
  test.each<[string, LabelSelector, string[]]>([
    ["matchLabels", { matchLabels: { team: "shop" } }, ["yes", "no", "?", "?"]],
    ["In", expression("In", ["pay", "shop"]), ["yes", "no", "?", "?"]],
    ["NotIn", expression("NotIn", ["shop"]), ["no", "yes", "?", "?"]],
    ["Exists", expression("Exists"), ["yes", "no", "yes", "?"]],
    ["DoesNotExist", expression("DoesNotExist"), ["no", "yes", "no", "?"]],
  ])("%s", (_, selector, expected) => {
    expect([shop, none, hidden, open].map((labels) => matches(selector, labels))).toEqual(expected);
  });
});

test("a selector without requirements matches all", () => {
  for (const selector of [{}, { matchLabels: {} }, { matchExpressions: [] }, { matchLabels: null }]) {
    expect(matches(selector, { known: {} })).toBe("yes");
  }
});

test("labels differ from those of every object", () => {
  expect(matches(expression("Exists", undefined, "constructor"), { known: {} })).toBe("no");
});

test("unknowns in a selector matter if the rest doesn't decide", () => {
  const labels = { known: { team: "shop", tier: "gold" } };
  const team = { key: "team", operator: "In", values: UNKNOWN };
  expect(matches({ matchExpressions: [team] }, labels)).toBe("?");
  expect(matches({ matchLabels: { tier: "base" }, matchExpressions: [team] }, labels)).toBe("no");
  expect(matches({ matchLabels: { tier: "gold" }, matchExpressions: UNKNOWN }, labels)).toBe("?");
  expect(matches({ matchLabels: { team: UNKNOWN } }, labels)).toBe("?");
  expect(matches({ matchExpressions: [{ key: UNKNOWN, operator: "Exists" }] }, labels)).toBe("?");
  expect(matches({ matchExpressions: [{ key: "team", operator: UNKNOWN }] }, labels)).toBe("?");
  // No label, no value that it could be.
  expect(matches({ matchExpressions: [{ ...team, key: "stage" }] }, labels)).toBe("no");
  // One of the values is the label's, whatever the other is.
  expect(matches({ matchExpressions: [{ ...team, values: [UNKNOWN, "shop"] }] }, labels)).toBe("yes");
});

test.each([
  [expression("In", []), "values: Invalid value: null"],
  [expression("NotIn"), "values: Invalid value: null"],
  [expression("Exists", ["a"]), 'values: Invalid value: ["a"]'],
  [expression("Equals", ["a"]), '"Equals" is not a valid label selector operator'],
  [expression("Exists", [], "a b"), 'key: Invalid value: "a b"'],
  [expression("Exists", [], "a/b/c"), 'key: Invalid value: "a/b/c"'],
  [expression("Exists", [], "Example.com/a"), 'key: Invalid value: "Example.com/a"'],
  [expression("Exists", [], `${"a.".repeat(126)}ab/c`), `key: Invalid value: "${"a.".repeat(126)}ab/c"`],
  [expression("Exists", [], "a".repeat(64)), `key: Invalid value: "${"a".repeat(64)}"`],
  [expression("In", ["a", "east us"]), 'values[1][team]: Invalid value: "east us"'],
  [{ matchLabels: { team: "-a" } }, 'values[0][team]: Invalid value: "-a"'],
])("a selector that can't be read fails whatever the labels: %j", (selector, problem) => {
  const before = { matchLabels: { other: "x" } };
  for (const each of [selector, { ...before, ...selector }]) {
    expect(matches(each, { known: {} })).toBe(`failed to parse label selector: ${problem}`);
  }
});

test("known parts of a selector can be refused despite unknowns", () => {
  const selector = {
    matchExpressions: [UNKNOWN, { key: "team", operator: "In", values: [UNKNOWN, "east us"] }],
  };
  expect(matches(selector, { known: {} })).toContain("values[1][team]");
});
