import { AnnotationMetadataEntryType, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { acknowledgedReason } from "./acknowledged";
import { type Finding, finding, ruleOf } from "./finding";
import { stackOf } from "./stack-of";

type Check = () => Iterable<Finding>;

const CHECKS = Symbol.for("cdktf-aks-fleet/Checks");

/**
 * Runs a check when the app is synthesized. It yields findings, in sentences for the person who has to fix them. CDKTF
 * prints all findings of a stack together, each after the path of `scope`. Acknowledged findings become annotations.
 */
export function addCheck(scope: IConstruct, check: Check): void {
  keep(scope, check);
  scope.node.addValidation({
    validate: () => [...check()].filter((found) => !isRefused(found) && !isAcknowledged(scope, found)),
  });
}

/** Runs a check that doesn't stop synthesis: its findings are warnings, listed by `cdktf synth`, `aks-fleet show` and the report. */
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

/** All findings of a construct and everything below it, acknowledged or not. */
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

/** Adds an annotation, once: checks run more than once. */
function note(scope: IConstruct, level: AnnotationMetadataEntryType, prefix: string, text: string): void {
  // CDKTF prints only annotations inside a stack; those of constructs outside any stack go to the first stack.
  const place = stackOf(scope) ? scope : scope.node.root.node.findAll().find(TerraformStack.isStack);
  const message = `${prefix}${place === scope ? "" : `[${scope.node.path}] `}${text}`;
  if (place?.node.metadata.every(({ data }) => data !== message)) {
    place.node.addMetadata(level, message);
  }
}

/**
 * Whether a value can be checked at synth: it is set, and not a token, whose value is known only to Terraform. Missing
 * required props are reported where props come in (checkedProps), so no check confuses a missing value with a token.
 */
export function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/**
 * An unused id in a scope: the id itself, or the id with a number. Duplicates are refused by a check, whose message says
 * more than the constructs library's error; this lets synthesis get that far.
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
 * An id made from a name. A name with a token is refused: tokens are numbered across the app, so an edit elsewhere would
 * change the construct's address, and Terraform would replace the resource.
 */
export function knownId(scope: IConstruct, id: string): string {
  if (typeof id !== "string" || id === "") {
    // Another check reports such a name; it can't be an id.
    return freeId(scope, "Unnamed");
  }
  if (!Token.isUnresolved(id)) {
    return id;
  }
  const shown = id.replace(/\$\{TfToken\[[^\]]*\]\}/g, "…");
  // Not through addCheck: this can't be acknowledged, as the construct gets another id.
  if (!isRefused(id)) {
    scope.node.addValidation({
      validate: () => [
        finding(
          "id-unknown",
          `the construct id "${shown}" would contain a token, a name known only to Terraform, and its address in the state would change with edits elsewhere in the app; write the name out, or read it when the app runs (process.env, the context).`,
        ),
      ],
    });
  }
  return freeId(scope, "Unknown");
}

/** Whether a value is the placeholder for one that was already refused: it gets no further findings. */
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
