/** Suffixes for powers of 1000 from 10^-9 on, and for powers of 1024 from 1 on. */
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const FINEST = -9;
const LARGEST_BINARY = 2n ** 63n - 1n;

/** `amount` × 10^`power`, and its notation: with a decimal suffix, an exponent, or a binary suffix. */
interface Quantity {
  readonly amount: bigint;
  readonly power: number;
  readonly format: "decimal" | "exponent" | "binary";
}

/**
 * A quantity as the Kubernetes API returns it: `1000m` becomes `1`, `1024Mi` becomes `1Gi`, `0.5` becomes `500m`. Quantities
 * that the API's parser considers canonical are kept (`1.500`). The Kubernetes provider fails if the API returns a value that
 * differs from the one sent.
 * @param roundedTo the power of ten that the API rounds up to: -3 for the resources of containers and the like
 * @returns undefined if the text isn't a quantity
 */
export function canonicalQuantity(
  written: string | number | bigint,
  roundedTo: number = FINEST,
): string | undefined {
  const text = String(written).trim();
  const match = /^([+-]?)(?=\.?\d)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, sign, leading, fraction = "", suffix = ""] = match;
  const whole = leading || "0";
  const digits = `${whole}${fraction}`;
  const amount = BigInt(digits) * (sign === "-" ? -1n : 1n);
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) {
    const isShort = fraction === "" && whole.length + 3 * binary <= 14;
    if (isShort && (BigInt(whole) & 7n) !== 0n) {
      return text;
    }
    return canonical(binaryQuantity(amount * 1024n ** BigInt(binary), -fraction.length), roundedTo);
  }
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  const decimal = DECIMAL.indexOf(suffix);
  if (exponent === undefined && decimal < 0) {
    return undefined;
  }
  const power = (exponent === undefined ? 3 * decimal - 9 : Number(exponent)) - fraction.length;
  const isShort = digits.length <= 18 && power >= FINEST;
  if (isShort && power >= roundedTo && power % 3 === 0 && !/^0|000$/.test(digits)) {
    return text;
  }
  return canonical({ amount, power, format: exponent === undefined ? "decimal" : "exponent" }, roundedTo);
}

/** The API limits quantities with a binary suffix to 2^63 - 1. */
function binaryQuantity(amount: bigint, power: number): Quantity {
  const largest = LARGEST_BINARY * 10n ** BigInt(-power);
  const capped = amount > largest ? largest : amount < -largest ? -largest : amount;
  return { amount: capped, power, format: "binary" };
}

function canonical(quantity: Quantity, roundedTo: number): string {
  const { amount, power, format } = rounded(rounded(quantity, FINEST), roundedTo);
  if (amount === 0n) {
    return "0";
  }
  const isWhole = power >= 0 || amount % 10n ** BigInt(-power) === 0n;
  const value = power >= 0 ? amount * 10n ** BigInt(power) : amount / 10n ** BigInt(-power);
  // Binary suffixes are for whole numbers from 1024 on.
  if (format === "binary" && isWhole && (value >= 1024n || value <= -1024n)) {
    const [rest, times] = withoutFactors(value, 1024n);
    return `${rest}${BINARY[times] ?? ""}`;
  }
  const [rest, times] = withoutFactors(amount, 10n);
  const tens = power + times;
  const aligned = Math.floor(tens / 3) * 3;
  const number = rest * 10n ** BigInt(tens - aligned);
  if (format === "exponent") {
    return `${number}${aligned === 0 ? "" : `e${aligned}`}`;
  }
  return `${number}${DECIMAL[aligned / 3 + 3] ?? ""}`;
}

/** Rounded to a power of ten, away from zero. */
function rounded(quantity: Quantity, to: number): Quantity {
  const { amount, power } = quantity;
  if (power >= to) {
    return quantity;
  }
  const divisor = 10n ** BigInt(to - power);
  const rest = amount % divisor;
  const away = rest === 0n ? 0n : rest > 0n ? 1n : -1n;
  return { ...quantity, amount: amount / divisor + away, power: to };
}

function withoutFactors(amount: bigint, factor: bigint): [bigint, number] {
  let rest = amount;
  let times = 0;
  while (rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return [rest, times];
}

const ANY_QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;
const SMALL = ["n", "u", "m"];
/** Kubernetes limits quantities to this. */
const LARGEST = (2n ** 63n - 1n) * 10n ** 9n;

/** A quantity in billionths, Kubernetes' precision; undefined if the value isn't a quantity. */
export function nanosOf(value: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", unit = "", exponent = "0"] = ANY_QUANTITY.exec(value) ?? [];
  const digits = `${whole}${fraction}`;
  if (digits === "") {
    return undefined;
  }
  // Beyond this, all quantities are the largest or the smallest.
  const tens = Math.min(Math.max(Number(exponent), -99), 99) - fraction.length + 9;
  const factor = unit.endsWith("i")
    ? 1024n ** BigInt(BINARY.indexOf(unit))
    : SMALL.includes(unit)
      ? 1n
      : 1000n ** BigInt(DECIMAL.indexOf(unit) - DECIMAL.indexOf(""));
  const scale = tens - (SMALL.includes(unit) ? 9 - 3 * SMALL.indexOf(unit) : 0);
  const product = BigInt(digits) * factor * 10n ** BigInt(Math.max(scale, 0));
  const divisor = 10n ** BigInt(Math.max(-scale, 0));
  const rounded = (product + divisor - 1n) / divisor;
  const nanos = rounded > LARGEST ? LARGEST : rounded;
  return sign === "-" ? -nanos : nanos;
}
