import type { IConstruct } from "constructs";
import { finding } from "./finding";

const MARK = Symbol.for("cdktf-aks-fleet/NotTold");

/** Something imported is asked for what it was not told. */
class NotToldError extends Error {
  readonly [MARK] = true;
}

/**
 * What an imported construct was told, or an error that names what is missing, where, and how to say it.
 * @throws if `value` is undefined
 */
export function told<T>(scope: IConstruct, what: string, value: T | undefined, how: string): T {
  if (value === undefined) {
    throw new NotToldError(
      finding(
        "imported-value-missing",
        `[${scope.node.path}] this is imported, and its ${what} is needed but was not given: ${how}.`,
      ),
    );
  }
  return value;
}

/** What an imported construct was told; undefined where it was not. For checks, which judge only what is known. */
export function ifTold<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && MARK in error) {
      return undefined;
    }
    throw error;
  }
}
