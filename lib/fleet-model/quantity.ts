/** A number as Kubernetes parses it: `value` × 10^`exponent`. */
export interface Quantity {
  readonly value: bigint;
  readonly exponent: number;
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]?)|([KMGTPE]i)|[eE]([+-]?\d+))$/;
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const SMALLEST = -9;
const LARGEST_BINARY = 2n ** 63n - 1n;

/**
 * Parses a quantity; undefined if it is invalid. As in Kubernetes, less than a billionth is rounded up to one, and a number
 * with a binary unit is limited to 64 bits.
 *
 * Equal quantities can have different exponents, and so different floating-point numbers: `value` and `exponent` are those
 * with which Kubernetes computes scores.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text);
  if (!match || text === "") {
    return undefined;
  }
  const [, sign, whole = "", fraction = "", decimal = "", binary, power] = match;
  const signed = ({ value, exponent }: Quantity) => ({ value: sign === "-" ? -value : value, exponent });
  const digits = whole.replace(/^0+/, "") || "0";
  if (binary) {
    const thousands = BINARY.indexOf(binary) + 1;
    const factor = 1024n ** BigInt(thousands);
    if (fraction === "" && digits.length <= 14 - 3 * thousands) {
      return signed({ value: BigInt(digits) * factor, exponent: 0 });
    }
    const rounded = inBillionths(whole, fraction, factor, 0);
    return rounded && signed(min(rounded, { value: LARGEST_BINARY, exponent: 0 }));
  }
  const exponent = power === undefined ? (DECIMAL[decimal] as number) : exponentOf(power);
  if (exponent === undefined) {
    return undefined;
  }
  if (digits.length + fraction.length <= 18 && exponent - fraction.length >= SMALLEST) {
    return signed(scaled(BigInt(digits + fraction), exponent - fraction.length));
  }
  const rounded = inBillionths(whole, fraction, 1n, exponent);
  return rounded && signed(rounded);
}

/** The power of ten, which is parsed as 64 bits and stored as 32. */
function exponentOf(power: string): number | undefined {
  const exponent = BigInt(power.replace("+", ""));
  return BigInt.asIntN(64, exponent) === exponent ? Number(BigInt.asIntN(32, exponent)) : undefined;
}

/** For numbers that are too long or too small for the fast path: whole billionths, rounded away from zero. */
function inBillionths(
  whole: string,
  fraction: string,
  factor: bigint,
  exponent: number,
): Quantity | undefined {
  if (whole + fraction === "") {
    return undefined;
  }
  const value = BigInt(whole + fraction) * factor;
  const shift = exponent - fraction.length - SMALLEST;
  if (value === 0n || shift > 1_000) {
    return scaled(value, exponent - fraction.length);
  }
  if (shift >= 0) {
    return { value: value * 10n ** BigInt(shift), exponent: SMALLEST };
  }
  const divisor = 10n ** BigInt(Math.min(-shift, value.toString().length));
  return { value: (value + divisor - 1n) / divisor, exponent: SMALLEST };
}

function scaled(value: bigint, exponent: number): Quantity {
  return { value, exponent: value === 0n ? 0 : exponent };
}

function min(one: Quantity, other: Quantity): Quantity {
  return compareQuantities(one, other) <= 0 ? one : other;
}

/** Less than 0 if the first is smaller, 0 if both are equal. */
export function compareQuantities(one: Quantity, other: Quantity): number {
  const order = orderOf(one) - orderOf(other);
  if (order !== 0) {
    return order;
  }
  const exponent = Math.min(one.exponent, other.exponent);
  const difference = inUnits(one, exponent) - inUnits(other, exponent);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The rough magnitude of a number: its sign and its number of integer digits. */
function orderOf({ value, exponent }: Quantity): number {
  if (value === 0n) {
    return 0;
  }
  // No exponent has more than 32 bits.
  const digits = 2 ** 40 + (value < 0n ? -value : value).toString().length + exponent;
  return value < 0n ? -digits : digits;
}

function inUnits(quantity: Quantity, exponent: number): bigint {
  return quantity.value * 10n ** BigInt(quantity.exponent - exponent);
}

/** A quantity as the API returns it: without trailing zeros, in powers of 1000. */
export function asStoredQuantity({ value, exponent }: Quantity): Quantity {
  let [mantissa, power] = [value, exponent];
  while (mantissa !== 0n && mantissa % 10n === 0n) {
    [mantissa, power] = [mantissa / 10n, power + 1];
  }
  while (power % 3 !== 0) {
    [mantissa, power] = [mantissa * 10n, power - 1];
  }
  return parseQuantity(`${mantissa}e${power}`) as Quantity;
}

/** The floating-point number with which scores are computed. */
export function approximately({ value, exponent }: Quantity): number {
  return exponent === 0 ? Number(value) : Number(value) * powerOfTen(exponent);
}

/** Powers of ten as in Go's table; above 32, they are products of two. */
function powerOfTen(exponent: number): number {
  const size = Math.abs(exponent);
  const small = Number(`1e${size % 32}`);
  const large = size - (size % 32);
  return exponent > 0 ? Number(`1e${large}`) * small : Number(`1e-${large}`) / small;
}
