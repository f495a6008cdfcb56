const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const DECIMAL = ["m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * A quantity as the Kubernetes API writes it: `1000m` becomes `1`, `1024Mi` becomes `1Gi`, `0.5` becomes `500m`.
 * The API answers in this form, and the Kubernetes provider takes any other answer than what was sent for a fault.
 * What is no whole number of thousandths, or no quantity, is returned as it is.
 */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const match = QUANTITY.exec(text);
  const digits = `${match?.[2] ?? ""}${match?.[3] ?? ""}`;
  if (!match || digits === "") {
    return text;
  }
  const unit = match[4] ?? "";
  const isBinary = unit.endsWith("i");
  const factor = isBinary
    ? 1000n * 1024n ** BigInt(BINARY.indexOf(unit))
    : 1000n ** BigInt(DECIMAL.indexOf(unit));
  const divisor = 10n ** BigInt((match[3] ?? "").length);
  const product = BigInt(digits) * factor;
  if (product % divisor !== 0n) {
    return text;
  }
  const thousandths = product / divisor;
  // Binary units are for whole numbers of bytes, from the first unit on.
  const canonical =
    isBinary && thousandths % 1000n === 0n && thousandths >= 1024n * 1000n
      ? largestUnit(thousandths / 1000n, 1024n, BINARY)
      : largestUnit(thousandths, 1000n, DECIMAL);
  return `${match[1] === "-" && thousandths !== 0n ? "-" : ""}${canonical}`;
}

function largestUnit(number: bigint, base: bigint, units: readonly string[]): string {
  if (number === 0n) {
    return "0";
  }
  let index = 0;
  let rest = number;
  while (index < units.length - 1 && rest % base === 0n) {
    rest /= base;
    index += 1;
  }
  return `${rest}${units[index]}`;
}

const ANY_QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;
const SMALL = ["n", "u", "m"];
/** What Kubernetes takes anything larger for. */
const LARGEST = (2n ** 63n - 1n) * 10n ** 9n;

/** A quantity in thousand millionths, which is how exactly Kubernetes counts; undefined for what is none. */
export function nanosOf(value: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", unit = "", exponent = "0"] = ANY_QUANTITY.exec(value) ?? [];
  const digits = `${whole}${fraction}`;
  if (digits === "") {
    return undefined;
  }
  // Beyond this all are the largest or the smallest.
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
