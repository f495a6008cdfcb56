import { checkLabelSelector, type LabelSelector, selectsAll } from "../../lib/hub/label-selector";

const findingsOf = (selector: LabelSelector) => [...checkLabelSelector("labelSelector", selector)];
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
        { key: "old", operator: "DoesNotExist", values: [] },
      ],
    }),
  ).toEqual([]);
});

const KEY =
  'is not the key of a label: 1 to 63 letters, digits, hyphens, underscores and periods, which start and end with a letter or a digit, behind a DNS name and a slash where it has a prefix. Write it e.g. as "fleet.azure.com/location".';

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
  const rule = `"${value}" is not the value of a label, so that no member has it: at most 63 letters, digits, hyphens, underscores and periods, which start and end with a letter or a digit. Correct it.`;
  expect(findingsOf({ matchLabels: { a: value } })).toEqual([`labelSelector.matchLabels["a"]: ${rule}`]);
  expect(findingsOf({ matchExpressions: [{ key: "a", operator: "In", values: [value] }] })).toEqual([
    `labelSelector.matchExpressions[0].values: ${rule}`,
  ]);
});

test("operators and their values", () => {
  expect(
    findingsOf({
      matchExpressions: [
        { key: "a", operator: "In" },
        { key: "a", operator: "NotIn", values: [] },
        { key: "a", operator: "Exists", values: ["b"] },
        { key: "a", operator: "DoesNotExist", values: ["b", "c"] },
      ],
    }),
  ).toEqual([
    "labelSelector.matchExpressions[0].values: is empty, and In compares with at least one value; name one, or use Exists.",
    "labelSelector.matchExpressions[1].values: is empty, and NotIn compares with at least one value; name one, or use Exists.",
    'labelSelector.matchExpressions[2].values: "b" can\'t stand beside Exists, which looks at no value; leave them out, or use In.',
    'labelSelector.matchExpressions[3].values: "b" and "c" can\'t stand beside DoesNotExist, which looks at no value; leave them out, or use In.',
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
