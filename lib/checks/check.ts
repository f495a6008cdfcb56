import { AnnotationMetadataEntryType, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { acknowledgedReason } from "./acknowledged";
import { type Finding, ruleOf } from "./finding";
import { stackOf } from "./stack-of";

type Check = () => Iterable<Finding>;

const CHECKS = Symbol.for("cdktf-aks-fleet/Checks");

/**
 * Runs a check when the app is synthesized. It yields what is wrong, in sentences for the person who must mend it;
 * CDKTF prints each behind the path of `scope`, all of a stack together. What is acknowledged is noted instead.
 */
export function addCheck(scope: IConstruct, check: Check): void {
  const checks = checksAt(scope);
  if (checks.length === 0) {
    Object.defineProperty(scope, CHECKS, { value: checks });
  }
  checks.push(check);
  scope.node.addValidation({ validate: () => [...check()].filter((found) => !isAcknowledged(scope, found)) });
}

/** Everything that the checks of a construct and of those below it find, acknowledged or not. */
export function findingsBelow(scope: IConstruct): Finding[] {
  return scope.node
    .findAll()
    .flatMap(checksAt)
    .flatMap((check) => [...check()]);
}

function checksAt(scope: IConstruct): Check[] {
  return (scope as { [CHECKS]?: Check[] })[CHECKS] ?? [];
}

function isAcknowledged(scope: IConstruct, found: Finding): boolean {
  const reason = acknowledgedReason(scope, ruleOf(found));
  if (reason === undefined) {
    return false;
  }
  // Annotations are kept for the constructs of a stack; what is outside of all of them shows in the first.
  const place = stackOf(scope) ? scope : scope.node.root.node.findAll().find(TerraformStack.isStack);
  const note = `Acknowledged: ${place === scope ? "" : `[${scope.node.path}] `}${found} Reason: ${reason}`;
  if (place?.node.metadata.every(({ data }) => data !== note)) {
    place.node.addMetadata(AnnotationMetadataEntryType.INFO, note);
  }
  return true;
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
