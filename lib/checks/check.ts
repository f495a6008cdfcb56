import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import type { Finding } from "./finding";

/**
 * Runs a check when the app is synthesized. It yields what is wrong, in sentences for the person who must mend it;
 * CDKTF prints each behind the path of `scope`, all of a stack together.
 */
export function addCheck(scope: IConstruct, check: () => Iterable<Finding>): void {
  scope.node.addValidation({ validate: () => [...check()] });
}

/** Whether a value can be judged now: a token is known to Terraform only. */
export function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/**
 * An id that is free in a scope: the id itself, else with a number. What stands twice is refused by a check, which says
 * more than the error of the constructs library; it only must get that far.
 */
export function freeId(scope: IConstruct, id: string): string {
  let free = id;
  for (let count = 2; scope.node.tryFindChild(free); count += 1) {
    free = `${id}-${count}`;
  }
  return free;
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
