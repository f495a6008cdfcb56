import type { IConstruct } from "constructs";
import { finding } from "./finding";

const MARK = Symbol.for("cdktf-aks-fleet/MissingValue");

/** An attribute of an imported construct is needed, but was not given. */
class MissingValueError extends Error {
  readonly [MARK] = true;
}

/**
 * An attribute of an imported construct.
 * @param how what to do if it is missing
 * @throws if `value` is undefined, with the construct's path, what is missing and how to give it
 */
export function required<T>(scope: IConstruct, what: string, value: T | undefined, how: string): T {
  if (value === undefined) {
    throw new MissingValueError(
      finding(
        "imported-value-missing",
        `[${scope.node.path}] the ${what} of this imported construct is needed but was not given: ${how}.`,
      ),
    );
  }
  return value;
}

/** An attribute of a construct that may be imported; undefined if it was not given. For checks. */
export function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && MARK in error) {
      return undefined;
    }
    throw error;
  }
}
