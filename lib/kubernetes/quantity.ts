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
