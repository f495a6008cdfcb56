import { labelSelector } from "../../lib/fleet-model/label-selector";
import { Unknown } from "../../lib/fleet-model/unknown";
import type { Value } from "../../lib/fleet-model/value";

const LATER = new Unknown("it is known only after the apply");
const matches = (selector: Value | undefined, labels: Record<string, string | Unknown>) =>
  labelSelector(selector).matches(labels);

test("none chooses nothing, an empty one everything", () => {
  expect(matches(undefined, { env: "prod" })).toBe(false);
  expect(matches(null, { env: "prod" })).toBe(false);
  expect(matches({}, {})).toBe(true);
  expect(matches({ matchLabels: {}, matchExpressions: [] }, {})).toBe(true);
});

test("everything in it must hold", () => {
  const selector = {
    matchLabels: { env: "prod" },
    matchExpressions: [
      { key: "region", operator: "In", values: ["eastus", "westus"] },
      { key: "tier", operator: "NotIn", values: ["test"] },
      { key: "region", operator: "Exists" },
      { key: "gone", operator: "DoesNotExist" },
    ],
  };
  const labels = { env: "prod", region: "westus" };
  expect(matches(selector, labels)).toBe(true);
  expect(matches(selector, { ...labels, tier: "front" })).toBe(true);
  expect(matches(selector, { ...labels, env: "dev" })).toBe(false);
  expect(matches(selector, { ...labels, region: "eu" })).toBe(false);
  expect(matches(selector, { env: "prod" })).toBe(false);
  expect(matches(selector, { ...labels, tier: "test" })).toBe(false);
  expect(matches(selector, { ...labels, gone: "" })).toBe(false);
});

test.each([
  ["matchLabels", { matchLabels: { toString: "" } }],
  ["Exists", { matchExpressions: [{ key: "constructor", operator: "Exists" }] }],
])("labels are only those that were given (%s)", (_how, selector) => {
  expect(matches(selector, {})).toBe(false);
});

test.each<[string, Value, string]>([
  ["an operator", { key: "env", operator: "Has" }, '"Has"'],
  ["no operator", { key: "env" }, '""'],
  ["In nothing", { key: "env", operator: "In" }, "can't be empty"],
  ["Exists with values", { key: "env", operator: "Exists", values: ["a"] }, "must be empty"],
  ["a key", { key: "a b", operator: "Exists" }, '"a b"'],
  ["a value", { key: "env", operator: "In", values: ["ok", "east us"] }, '"east us"'],
])("what Kubernetes can't read is an error: %s", (_what, expression, text) => {
  const { error, matches } = labelSelector({ matchExpressions: [expression] });
  expect(error).toContain(text);
  expect(matches({ env: "ok" })).toBe(false);
});

test("a value in matchLabels is judged, too", () => {
  expect(labelSelector({ matchLabels: { env: "a b" } }).error).toContain('"a b"');
  expect(labelSelector({ matchLabels: { "-": "a" } }).error).toContain('"-"');
});

test("what is unknown leaves the answer open, where nothing else decides", () => {
  const region = (operator: string, values?: Value) => ({
    matchExpressions: [{ key: "region", operator, ...(values !== undefined && { values }) }],
  });
  const unknown = { region: LATER };
  expect(matches(region("In", ["eastus"]), unknown)).toBe(LATER);
  expect(matches(region("NotIn", ["eastus"]), unknown)).toBe(LATER);
  expect(matches(region("Exists"), unknown)).toBe(LATER);
  expect(matches(region("In", ["eastus", LATER]), { region: "eastus" })).toBe(true);
  expect(matches(region("NotIn", ["eastus", LATER]), { region: "eastus" })).toBe(false);
  expect(matches(region("In", ["eastus", LATER]), { region: "westus" })).toBe(LATER);
  expect(matches(region("In", LATER), { region: "westus" })).toBe(LATER);
  expect(matches(region("In", LATER), {})).toBe(false);
  expect(matches({ matchLabels: { region: "eastus", env: "prod" } }, { ...unknown, env: "dev" })).toBe(false);
  expect(matches({ matchLabels: LATER }, { env: "dev" })).toBe(LATER);
  expect(matches({ matchExpressions: LATER }, { env: "dev" })).toBe(LATER);
  expect(matches({ matchExpressions: [LATER] }, { env: "dev" })).toBe(LATER);
  expect(matches(LATER, { env: "dev" })).toBe(LATER);
  expect(labelSelector({ matchLabels: { env: "prod" } }).matches(LATER)).toBe(LATER);
  expect(labelSelector({}).matches(LATER)).toBe(true);
});
