import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Runs a check when the app is synthesized. It yields what is wrong, in sentences for the person who must mend it;
 * CDKTF prints each behind the path of `scope`, all of a stack together.
 */
export function addCheck(scope: IConstruct, check: () => Iterable<string>): void {
  scope.node.addValidation({ validate: () => [...check()] });
}

/** Whether a value can be judged now: a token is known to Terraform only. */
export function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`; or "none". */
export function quoted(values: Iterable<string>): string {
  const all = [...values].map((value) => `"${value}"`);
  const last = all.pop();
  if (last === undefined) {
    return "none";
  }
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}
