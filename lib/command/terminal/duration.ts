import { parseTimeout } from "../../fleet-api/timeout";
import { UsageProblem } from "./problems";

/** "90s", "30m", "1h", "1h30m" in milliseconds. */
export function parseDuration(option: string, text: string): number {
  const ms = parseTimeout(text);
  if (ms === undefined) {
    throw new UsageProblem(`${option} is "${text}": give a duration such as 90s, 30m or 1h30m.`);
  }
  return ms;
}

/** Milliseconds in readable form: "45s", "3m12s", "1h5m". */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h}h${m}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m${s}s` : `${m}m`;
  return `${s}s`;
}

const DAY_MS = 86_400_000;

/** How long ago something was: in whole days if it is old. */
export function formatAge(ms: number): string {
  return ms >= 2 * DAY_MS ? `${Math.floor(ms / DAY_MS)}d` : formatDuration(Math.max(0, ms));
}
