/**
 * The day that rules about age go by, in UTC: SOURCE_DATE_EPOCH where it is set, in seconds, so that an app can be
 * synthesized the same at any time (https://reproducible-builds.org/specs/source-date-epoch); else the clock's.
 */
export function today(): Date {
  const { SOURCE_DATE_EPOCH } = process.env;
  return SOURCE_DATE_EPOCH && /^\d+$/.test(SOURCE_DATE_EPOCH)
    ? new Date(Number(SOURCE_DATE_EPOCH) * 1000)
    : new Date();
}

/** Whole months from a day to another. */
export function monthsBetween(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return to.getUTCDate() < from.getUTCDate() ? months - 1 : months;
}
