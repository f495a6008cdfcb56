import { type DeepPartial, merge } from "../../lib/cluster/deep-partial";

interface Config {
  name: string;
  count?: number;
  nested?: { a?: number; b?: number; deep?: { x?: string; y?: string } };
  list?: string[];
  any?: unknown;
}

const BASE: Config = { name: "base", nested: { a: 1, b: 2, deep: { x: "x", y: "y" } }, list: ["a", "b"] };

class Thing {
  constructor(readonly a: number) {}
}

test.each<[string, DeepPartial<Config> | undefined, Config]>([
  ["nothing changes nothing", undefined, BASE],
  ["an empty change neither", {}, BASE],
  ["a value replaces", { name: "changed" }, { ...BASE, name: "changed" }],
  ["a value is added", { count: 0 }, { ...BASE, count: 0 }],
  [
    "objects are merged at any depth",
    { nested: { b: 3, deep: { y: "z" } } },
    { ...BASE, nested: { a: 1, b: 3, deep: { x: "x", y: "z" } } },
  ],
  ["a list replaces", { list: ["c"] }, { ...BASE, list: ["c"] }],
  ["an empty list replaces", { list: [] }, { ...BASE, list: [] }],
  ["an object is added whole", { any: { a: 1 } }, { ...BASE, any: { a: 1 } }],
])("%s", (_, change, expected) => {
  expect(merge(BASE, change)).toEqual(expected);
});

test("undefined takes away", () => {
  const merged = merge(BASE, { nested: undefined, list: undefined });
  expect(merged.nested).toBeUndefined();
  expect(merged.list).toBeUndefined();
  expect(merged.name).toBe("base");
});

test("an object of a class, such as a construct or a token, is not taken apart", () => {
  const before = new Thing(1);
  const after = new Thing(2);
  expect(merge({ any: { a: 0, b: 0 } } as Config, { any: after }).any).toBe(after);
  expect(merge({ any: before } as Config, { any: { b: 2 } }).any).toEqual({ b: 2 });
});

test("an object replaces what is none", () => {
  expect(merge({ any: "text" } as Config, { any: { a: 1 } }).any).toEqual({ a: 1 });
  expect(merge({ any: { a: 1 } } as Config, { any: "text" }).any).toBe("text");
});

test("neither the base nor the change is written to", () => {
  const base = structuredClone(BASE);
  const change = { nested: { deep: { x: "other" } } };
  const merged = merge(base, change);
  expect(merged).not.toEqual(BASE);
  expect(base).toEqual(BASE);
  expect(change).toEqual({ nested: { deep: { x: "other" } } });
});
