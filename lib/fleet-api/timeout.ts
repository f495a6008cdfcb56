const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * How long a wait or a drain may take, `90s`, `30m`, `1h` or `1h30m`, in milliseconds.
 * @returns undefined if the text is not such a duration, or none at all
 */
export function parseTimeout(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  const whole = parts.map((part) => part[0]).join("");
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
  return whole === text && Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}
