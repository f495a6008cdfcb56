import { parseSelector } from "../../lib/fleet-model/selector-text";

test.each([
  ["ring=canary", [{ key: "ring", operator: "In", values: ["canary"] }]],
  ["ring==canary", [{ key: "ring", operator: "In", values: ["canary"] }]],
  [
    "a.b/ring != x , env",
    [
      { key: "a.b/ring", operator: "NotIn", values: ["x"] },
      { key: "env", operator: "Exists" },
    ],
  ],
  [
    "ring in (a, b),!env",
    [
      { key: "ring", operator: "In", values: ["a", "b"] },
      { key: "env", operator: "DoesNotExist" },
    ],
  ],
  ["ring notin (a)", [{ key: "ring", operator: "NotIn", values: ["a"] }]],
  ["ring=", [{ key: "ring", operator: "In", values: [""] }]],
])("%s is read", (text, requirements) => {
  expect(parseSelector(text)).toEqual(requirements);
});

test.each([
  "",
  " ",
  "=a",
  "a=b=c",
  "a=b c",
  "a=b,",
  ",a=b",
  "a=b,,c=d",
  "a in ()",
  "a in (b",
  "a in b",
  "(a=b)",
  "!a=b",
  "a=-b",
])("%j is none", (text) => {
  expect(parseSelector(text)).toBeUndefined();
});
