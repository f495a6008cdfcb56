import fc from "fast-check";
import {
  approximately,
  asStoredQuantity,
  compareQuantities,
  parseQuantity,
  type Quantity,
} from "../../lib/fleet-model/quantity";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

function read(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (!quantity) {
    throw new Error(`"${text}" is no quantity`);
  }
  return quantity;
}

function compare(one: string, other: string): number {
  return compareQuantities(read(one), read(other));
}

test.each([
  ["1", "1000m"],
  ["4", "4."],
  ["4", "+4"],
  ["4", "4e0"],
  ["4", "0.004k"],
  ["0.5", ".5"],
  ["1Ki", "1024"],
  ["1.5Gi", "1536Mi"],
  ["1E", "1e18"],
  ["1E3", "1k"],
  ["0.171", "0.1710"],
  ["-0", "0"],
  // Kubernetes reads these, too.
  ["m", "0"],
  [".", "0"],
  ["-", "0"],
  // Less than a billionth counts as one, away from zero.
  ["0.0000000001", "1n"],
  ["-0.0000000001", "-1n"],
  ["0.0000000019", "2n"],
  ["1e-400", "1n"],
  // The largest with a binary unit is that of 64 bits, whatever the sign.
  ["8Ei", "9223372036854775807"],
  ["9999999Ei", "9223372036854775807"],
  ["-8Ei", "-9223372036854775807"],
  // An exponent is kept as 32 bits.
  ["1e4294967296", "1"],
])("%s is %s", (one, other) => {
  expect(compare(one, other)).toBe(0);
});

test.each([
  ["1e18", "1e30"],
  ["9223372036854775807", "9223372036854775808"],
  ["3999999999n", "4"],
  ["4G", "4Gi"],
  ["-1e30", "-1e18"],
  ["-1", "0"],
  ["1e2147483647", "1e-2147483648"].reverse() as [string, string],
])("%s is less than %s", (less, more) => {
  expect([compare(less, more) < 0, compare(more, less) > 0]).toEqual([true, true]);
});

test.each([
  "",
  " 4",
  "4 ",
  "4 Gi",
  "1,5",
  "0x10",
  "fast",
  "1e",
  "1e+",
  "1ki",
  "1mi",
  "1m5",
  "--1",
  "1.2.3",
  "Ei",
  "e-10",
  "1e9223372036854775808",
])("%j is none", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

const UNITS: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 10n ** 3n,
  m: 10n ** 6n,
  "": 10n ** 9n,
  k: 10n ** 12n,
  E: 10n ** 27n,
  e5: 10n ** 14n,
  Ki: 2n ** 10n * 10n ** 9n,
  Mi: 2n ** 20n * 10n ** 9n,
  Ei: 2n ** 60n * 10n ** 9n,
};

/** A number of billionths, rounded up. */
interface Written {
  readonly text: string;
  readonly billionths: bigint;
}

const written: fc.Arbitrary<Written> = fc
  .record({
    isNegative: fc.boolean(),
    whole: fc.bigInt(0n, 10n ** 20n),
    fraction: fc.stringMatching(/^[0-9]{0,12}$/),
    unit: fc.constantFrom(...Object.keys(UNITS)),
  })
  .map(({ isNegative, whole, fraction, unit }) => {
    const divisor = 10n ** BigInt(fraction.length);
    const product = BigInt(`${whole}${fraction}`) * (UNITS[unit] as bigint);
    const exact = (product + divisor - 1n) / divisor;
    const most = (2n ** 63n - 1n) * 10n ** 9n;
    const size = unit.endsWith("i") && exact > most ? most : exact;
    return {
      text: `${isNegative ? "-" : ""}${whole}${fraction && `.${fraction}`}${unit}`,
      billionths: isNegative ? -size : size,
    };
  });

test("quantities compare as exact numbers of billionths", () => {
  fc.assert(
    fc.property(written, written, (one, other) => {
      const difference = one.billionths - other.billionths;
      expect(Math.sign(compare(one.text, other.text))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      expect(compareQuantities(asStoredQuantity(read(one.text)), read(one.text))).toBe(0);
    }),
  );
});

test("the numbers for scores are those that Kubernetes computes with, to the last bit", () => {
  expect(approximately(read("3.9"))).toBe(39 * 0.1);
  expect(approximately(read("3900m"))).toBe(3900 * 0.001);
  expect(approximately(read("3.9"))).not.toBe(approximately(read("3900m")));
  expect(approximately(asStoredQuantity(read("3.9")))).toBe(approximately(read("3900m")));
  expect(approximately(read("1e30"))).toBe(1e30);
  expect(approximately(read("0"))).toBe(0);
});
