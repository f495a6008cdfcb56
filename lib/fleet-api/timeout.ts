const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * The timeout of a wait or a drain, e.g. `90s`, `30m`, `1h` or `1h30m`, in milliseconds.
 * @returns undefined if the text is not such a duration, or zero
 */
export function parseTimeout(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  const whole = parts.map((part) => part[0]).join("");
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
  return whole === text && Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}
