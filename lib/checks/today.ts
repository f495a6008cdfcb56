/**
 * Today in UTC, for rules about age: SOURCE_DATE_EPOCH (in seconds) if it is set, which makes synthesis reproducible
 * (https://reproducible-builds.org/specs/source-date-epoch); otherwise the clock.
 */
export function today(): Date {
  const { SOURCE_DATE_EPOCH } = process.env;
  return SOURCE_DATE_EPOCH && /^\d+$/.test(SOURCE_DATE_EPOCH)
    ? new Date(Number(SOURCE_DATE_EPOCH) * 1000)
    : new Date();
}

/** Whole months between two days. */
export function monthsBetween(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return to.getUTCDate() < from.getUTCDate() ? months - 1 : months;
}
