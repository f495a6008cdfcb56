import { overlaid } from "../../lib/props/overlaid";

test("given values override existing ones, and undefined doesn't", () => {
  const base: { a: number; b?: string | null; c?: boolean } = { a: 1, b: "x" };
  expect(overlaid(base, { a: undefined, b: null, c: false })).toEqual({ a: 1, b: null, c: false });
  expect(overlaid(base, undefined)).toEqual(base);
  expect(base).toEqual({ a: 1, b: "x" });
});
