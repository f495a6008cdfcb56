import {
  checkLabelSelector,
  type LabelRequirement,
  type LabelSelector,
  selectsAll,
} from "../../lib/kubernetes/label-selector";
import { texts } from "../synth";

const findingsOf = (selector: LabelSelector) => texts(checkLabelSelector("labelSelector", selector));
const LONG = "a".repeat(64);

test("what chooses every member", () => {
  expect(
    [undefined, {}, { matchLabels: {} }, { matchLabels: {}, matchExpressions: [] }].every(selectsAll),
  ).toBe(true);
  expect(selectsAll({ matchLabels: { a: "b" } })).toBe(false);
  expect(selectsAll({ matchExpressions: [{ key: "a", operator: "Exists" }] })).toBe(false);
});

test("selectors that Kubernetes takes", () => {
  expect(
    findingsOf({
      matchLabels: { "fleet.azure.com/location": "eastus2", tier: "", [LONG.slice(1)]: LONG.slice(1) },
      matchExpressions: [
        { key: "env", operator: "In", values: ["prod", "Canary_1.0"] },
        { key: "env", operator: "NotIn", values: ["test"] },
        { key: "gpu", operator: "Exists" },
        { key: "old", operator: "DoesNotExist" },
      ],
    }),
  ).toEqual([]);
});

const NAMES =
  "letters, digits, hyphens, underscores and periods, starting and ending with a letter or a digit";
const KEY = `is not a valid label key; write 1 to 63 ${NAMES}, optionally after a DNS name and a slash, e.g. "fleet.azure.com/location".`;

test.each([[LONG], [""], ["-a"], ["a-"], ["a b"], ["a/b/c"], ["Upper.Case/a"], ["/a"], ["fleet.azure.com/"]])(
  "the key %p",
  (key) => {
    expect(findingsOf({ matchLabels: { [key]: "a" } })).toEqual([
      `labelSelector.matchLabels: "${key}" ${KEY}`,
    ]);
    expect(findingsOf({ matchExpressions: [{ key, operator: "Exists" }] })).toEqual([
      `labelSelector.matchExpressions[0].key: "${key}" ${KEY}`,
    ]);
  },
);

test.each([[LONG], ["East US"], ["-a"]])("the value %p", (value) => {
  const rule = `"${value}" is not a valid label value; write up to 63 ${NAMES}.`;
  expect(findingsOf({ matchLabels: { a: value } })).toEqual([`labelSelector.matchLabels["a"]: ${rule}`]);
  expect(findingsOf({ matchExpressions: [{ key: "a", operator: "In", values: [value] }] })).toEqual([
    `labelSelector.matchExpressions[0].values[0]: ${rule}`,
  ]);
});

test("operators and their values, also those that the types don't let be written", () => {
  const asRead = { key: "a", operator: "Exists", values: ["b"] } as unknown as LabelRequirement;
  expect(findingsOf({ matchExpressions: [{ key: "a", operator: "NotIn", values: [] }, asRead] })).toEqual([
    'labelSelector.matchExpressions[0].values: is empty, but "NotIn" requires values; add at least one.',
    'labelSelector.matchExpressions[1].values: "Exists" takes no values; remove them, or use "In" or "NotIn".',
  ]);
});

test("a selector that selects nothing in particular", () => {
  expect(findingsOf({})).toEqual([
    "labelSelector: is empty, so it selects everything; set matchLabels or matchExpressions, or leave it out.",
  ]);
});

test("what only Terraform knows is not judged", () => {
  expect(
    findingsOf({
      matchLabels: { a: "${TfToken[TOKEN.9]}" },
      matchExpressions: [{ key: "${TfToken[TOKEN.9]}", operator: "In", values: ["${TfToken[TOKEN.9]}"] }],
    }),
  ).toEqual([]);
});
