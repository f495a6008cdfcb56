import { AnnotationMetadataEntryType, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { acknowledgedReason } from "./acknowledged";
import { type Finding, finding, ruleOf } from "./finding";
import { stackOf } from "./stack-of";

type Check = () => Iterable<Finding>;

const CHECKS = Symbol.for("cdktf-aks-fleet/Checks");

/**
 * Runs a check when the app is synthesized. It yields what is wrong, in sentences for the person who must mend it;
 * CDKTF prints each behind the path of `scope`, all of a stack together. What is acknowledged is noted instead.
 */
export function addCheck(scope: IConstruct, check: Check): void {
  keep(scope, check);
  scope.node.addValidation({
    validate: () => [...check()].filter((found) => !isRefused(found) && !isAcknowledged(scope, found)),
  });
}

/** Runs a check that stops nothing: what it finds is a warning, which `cdktf synth`, `aks-fleet show` and the report list. */
export function addWarning(scope: IConstruct, check: Check): void {
  keep(scope, check);
  scope.node.addValidation({
    validate: () => {
      for (const found of check()) {
        if (!isAcknowledged(scope, found)) {
          note(scope, AnnotationMetadataEntryType.WARN, "", found);
        }
      }
      return [];
    },
  });
}

/** Everything that the checks of a construct and of those below it find, acknowledged or not. */
export function findingsBelow(scope: IConstruct): Finding[] {
  return scope.node
    .findAll()
    .flatMap(checksAt)
    .flatMap((check) => [...check()]);
}

function keep(scope: IConstruct, check: Check): void {
  const checks = checksAt(scope);
  if (checks.length === 0) {
    Object.defineProperty(scope, CHECKS, { value: checks });
  }
  checks.push(check);
}

function checksAt(scope: IConstruct): Check[] {
  return (scope as { [CHECKS]?: Check[] })[CHECKS] ?? [];
}

function isAcknowledged(scope: IConstruct, found: Finding): boolean {
  const reason = acknowledgedReason(scope, ruleOf(found));
  if (reason === undefined) {
    return false;
  }
  note(scope, AnnotationMetadataEntryType.INFO, "Acknowledged: ", `${found} Reason: ${reason}`);
  return true;
}

/** Notes something for whoever synthesizes; once, since checks are run more than once. */
function note(scope: IConstruct, level: AnnotationMetadataEntryType, prefix: string, text: string): void {
  // Annotations are kept for the constructs of a stack; what is outside of all of them shows in the first.
  const place = stackOf(scope) ? scope : scope.node.root.node.findAll().find(TerraformStack.isStack);
  const said = `${prefix}${place === scope ? "" : `[${scope.node.path}] `}${text}`;
  if (place?.node.metadata.every(({ data }) => data !== said)) {
    place.node.addMetadata(level, said);
  }
}

/**
 * Whether there is a value that can be judged now: a token is known to Terraform only, and of what is not given (undefined)
 * there is nothing to judge. What must be given is asked for where props come in (checkedProps), so that no check takes
 * what is missing for what only Terraform knows.
 */
export function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/**
 * An id that is free in a scope: the id itself, else with a number. What stands twice is refused by a check, which says
 * more than the error of the constructs library; it only must get that far.
 */
export function freeId(scope: IConstruct, id: string): string {
  const known = knownId(scope, id);
  let free = known;
  for (let count = 2; scope.node.tryFindChild(free); count += 1) {
    free = `${known}-${count}`;
  }
  return free;
}

/**
 * An id that is made of a name. A token in it would be numbered by what else is in the app: an edit elsewhere would give
 * the construct another address, and Terraform would delete what it made and make it anew. It is refused.
 */
export function knownId(scope: IConstruct, id: string): string {
  if (typeof id !== "string" || id === "") {
    // Its check says what is wrong with such a name; no construct has it.
    return freeId(scope, "Unnamed");
  }
  if (!Token.isUnresolved(id)) {
    return id;
  }
  const shown = id.replace(/\$\{TfToken\[[^\]]*\]\}/g, "…");
  // Not by addCheck: what is made under another id can't be acknowledged.
  if (!isRefused(id)) {
    scope.node.addValidation({
      validate: () => [
        finding(
          "id-unknown",
          `a construct would be called "${shown}" after a name that only Terraform knows, and its address in the state would change with every edit elsewhere; write the name out, or read it when the app runs (process.env, the context).`,
        ),
      ],
    });
  }
  return freeId(scope, "Unknown");
}

/** Whether something stands in for a value that was refused already: nothing more is to be said of it. */
export function isRefused(value: unknown): boolean {
  return typeof value === "string" && value.includes(REFUSED);
}

const REFUSED = "TfToken[REFUSED.";

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`; or "none". */
export function quoted(values: Iterable<string>): string {
  const all = [...values].map((value) => `"${value}"`);
  const last = all.pop();
  if (last === undefined) {
    return "none";
  }
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}
