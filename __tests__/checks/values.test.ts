import { Fn, Token } from "cdktf";
import {
  checkInteger,
  checkKey,
  checkQuantity,
  checkValue,
  isQualifiedName,
  isSubdomain,
} from "../../lib/checks/values";
import { texts } from "../synth";

test.each([
  [0, 0, undefined, []],
  [2 ** 31 - 1, 0, undefined, []],
  [-1, 0, undefined, ["n: -1 is out of bounds; write a whole number of 0 or more."]],
  [2 ** 31, 0, undefined, ["n: 2147483648 is out of bounds; write a whole number of 0 or more."]],
  [1.5, 1, 10, ["n: 1.5 is out of bounds; write a whole number from 1 to 10."]],
  [Number.NaN, 1, 10, ["n: NaN is out of bounds; write a whole number from 1 to 10."]],
  [11, 1, 10, ["n: 11 is out of bounds; write a whole number from 1 to 10."]],
  [undefined, 1, 10, []],
])("the number %p, from %p to %p", (value, min, max, expected) => {
  expect(texts(checkInteger("n", value, min, max))).toEqual(expected);
});

test.each([
  ["a", true],
  ["fleet.azure.com/location", true],
  [`${"a".repeat(63)}`, true],
  [`${"a".repeat(64)}`, false],
  ["A_b.c-d", true],
  ["-a", false],
  ["a-", false],
  ["", false],
  ["/a", false],
  ["a/", false],
  ["a/b/c", false],
  ["Upper.case/a", false],
  [`${"a".repeat(254)}/a`, false],
])("the key %p: %p", (key, fine) => {
  expect(isQualifiedName(key)).toBe(fine);
  expect(texts(checkKey("k", key, "label"))).toEqual(
    fine ? [] : [expect.stringContaining(`k: "${key}" is not`)],
  );
});

test.each([
  ["a.b-c.d", true],
  ["a..b", false],
  ["a.-b", false],
  ["a_b", false],
  ["", false],
])("the DNS name %p: %p", (name, fine) => {
  expect(isSubdomain(name)).toBe(fine);
});

test.each([
  ["", true],
  ["eastus2", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["East US", false],
])("the value %p: %p", (value, fine) => {
  expect(texts(checkValue("v", value, "taint"))).toEqual(
    fine ? [] : [expect.stringContaining(`v: "${value}" is not`)],
  );
});

test.each([
  ["8", true],
  ["-0.5", true],
  [".5", true],
  ["500m", true],
  ["16Gi", true],
  ["1e3", true],
  ["1E-3", true],
  ["16GB", false],
  ["1 Gi", false],
  ["", false],
  ["many", false],
])("the quantity %p: %p", (value, fine) => {
  expect(texts(checkQuantity("q", value))).toEqual(
    fine
      ? []
      : [
          `q: "${value}" is not a quantity; write a number, optionally with a Kubernetes suffix, e.g. "8", "500m" or "16Gi".`,
        ],
  );
});

test("values known only to Terraform are not checked", () => {
  const text = Token.asString(Fn.lower("A"));
  expect([
    ...checkInteger("f", Token.asNumber(Fn.sum([1])), 3, 4),
    ...checkKey("f", text, "label"),
    ...checkValue("f", text, "label"),
    ...checkQuantity("f", text),
  ]).toEqual([]);
});
