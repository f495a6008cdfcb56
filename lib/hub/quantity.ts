const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const DECIMAL = ["m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * A quantity as the Kubernetes API writes it: `1000m` becomes `1`, `1024Mi` becomes `1Gi`, `0.5` becomes `500m`.
 * The API answers in this form, and the Kubernetes provider takes any other answer than what was sent for a fault.
 * What can't be written with a whole number of the smallest unit, or is no quantity, is returned as it is.
 */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const match = QUANTITY.exec(text);
  const digits = `${match?.[2] ?? ""}${match?.[3] ?? ""}`;
  if (!match || digits === "") {
    return text;
  }
  const unit = match[4] ?? "";
  const fraction = (match[3] ?? "").length;
  const number = BigInt(digits);
  const canonical =
    BINARY.includes(unit) && unit !== "" ? binary(number, fraction, unit) : decimal(number, fraction, unit);
  return canonical === undefined ? text : `${match[1] === "-" && number !== 0n ? "-" : ""}${canonical}`;
}

function decimal(number: bigint, fraction: number, unit: string): string | undefined {
  // In thousandths, the smallest unit that is written.
  const scaled = number * 1000n ** BigInt(DECIMAL.indexOf(unit));
  const divisor = 10n ** BigInt(fraction);
  return scaled % divisor === 0n ? largestUnit(scaled / divisor, 1000n, DECIMAL) : undefined;
}

function binary(number: bigint, fraction: number, unit: string): string | undefined {
  const scaled = number * 1024n ** BigInt(BINARY.indexOf(unit));
  const divisor = 10n ** BigInt(fraction);
  return scaled % divisor === 0n ? largestUnit(scaled / divisor, 1024n, BINARY) : undefined;
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
