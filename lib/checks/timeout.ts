import { parseTimeout } from "../fleet-api/timeout";
import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

/** Checks the timeout of a wait or a drain. */
export function* checkTimeout(timeout: string | undefined): Generator<Finding> {
  if (isKnown(timeout) && parseTimeout(timeout) === undefined) {
    yield finding(
      "wait-timeout",
      `timeout: "${timeout}" is not a duration; write e.g. "90s", "30m" or "1h30m".`,
    );
  }
}
