import type { Facts } from "./facts";
import { patched, patchFault } from "./json-patch";
import { labelChoice } from "./labels";
import type { Member } from "./member";
import type { Truth } from "./truth";
import { isUnknown, Unknown } from "./unknown";
import { at, either, listAt, textAt, type Value } from "./value";
import { type PatchValue, patchValue } from "./variables";
import { Failure, some, type Verdict } from "./verdict";

/** A parsed rule of an override. */
export interface OverrideRule {
  /** Whether it applies to a member with these labels. */
  readonly isFor: (labels: Facts) => Verdict;
  readonly type: "Delete" | "JSONPatch" | Unknown;
  readonly steps: readonly Step[] | Unknown;
  /** Whether it has the same effect for every member that it applies to. */
  readonly isConstant: boolean;
}

interface Step {
  readonly op: string | Unknown;
  readonly path: string | Unknown;
  readonly value: PatchValue;
}

/** An object on its way to a member. */
export interface Draft {
  /** The object, if it exists. */
  readonly value: Value;
  readonly isDeleted: Truth;
  /** Why it can't be created, in the fleet's words. */
  readonly failed?: string | Unknown;
  /** Why it isn't known whether it can. */
  readonly doubt?: Unknown;
}

export function readRule(rule: Value): OverrideRule {
  const type = textAt(rule, "overrideType");
  const patches = listAt(rule, "jsonPatchOverrides");
  const steps = isUnknown(patches)
    ? patches
    : patches.map((patch) => ({
        op: textAt(patch, "op") ?? "",
        path: textAt(patch, "path") ?? "",
        value: patchValue(at(patch, "value") ?? null),
      }));
  return {
    isFor: memberChoice(at(rule, "clusterSelector")),
    type: isUnknown(type) || type === "Delete" ? type : "JSONPatch",
    steps,
    isConstant: !isUnknown(steps) && steps.every(({ value }) => value.isConstant),
  };
}

/** The members that a rule applies to: none without a selector, all with an empty one. Only labels are used. */
function memberChoice(selector: Value | undefined): (labels: Facts) => Verdict {
  if (selector === undefined || selector === null) {
    return () => false;
  }
  const terms = listAt(selector, "clusterSelectorTerms");
  if (isUnknown(terms)) {
    return () => terms;
  }
  if (terms.length === 0) {
    return () => true;
  }
  const choices = terms.map((term) => labelChoice(at(term, "labelSelector")));
  const asked = new WeakMap<Facts, Verdict>();
  return (labels) => {
    const verdict =
      asked.get(labels) ??
      some(
        choices.map(({ error, has }) => () => {
          return error === undefined ? has(labels) : new Failure(`invalid cluster label selector: ${error}`);
        }),
      );
    asked.set(labels, verdict);
    return verdict;
  };
}

/** Applies the rules of an override to an object for a member. A Delete rule is the last. */
export function ruled(
  before: Draft,
  rules: readonly OverrideRule[],
  member: Pick<Member, "name" | "labels">,
): Draft {
  let draft = before;
  for (const [index, rule] of rules.entries()) {
    const isFor = rule.isFor(member.labels);
    if (isFor === false) {
      continue;
    }
    if (isFor instanceof Failure) {
      if (isFor.isCertain) {
        return { ...draft, failed: draft.doubt ?? isFor.message };
      }
      // Either the rule applies to the member, or the fleet stops at it.
      draft = { ...draft, doubt: draft.doubt ?? new Unknown(isFor.message) };
    }
    const why = [isFor, rule.type].find(isUnknown);
    const deleted: Draft = { ...draft, isDeleted: true };
    if (rule.type === "Delete" && !why) {
      return deleted;
    }
    const changed = rule.type === "Delete" ? draft : patchedBy(draft, rule, member);
    draft = why && rule.type !== "Delete" ? oneOf(draft, changed, why) : changed;
    if (why && rule.type !== "JSONPatch") {
      return oneOf(deleted, ruled(draft, rules.slice(index + 1), member), why);
    }
    if (draft.failed !== undefined) {
      return draft;
    }
  }
  return draft;
}

function patchedBy(draft: Draft, { steps }: OverrideRule, member: Pick<Member, "name" | "labels">): Draft {
  if (isUnknown(steps)) {
    return { ...draft, value: steps, doubt: draft.doubt ?? steps };
  }
  let { doubt } = draft;
  const patch: Value[] = [];
  for (const { op, path, value } of steps) {
    const attempt = value.for(member);
    if ("failed" in attempt) {
      return { ...draft, failed: doubt ?? attempt.failed };
    }
    doubt ??= attempt.doubt;
    patch.push({ op, path, value: attempt.value });
  }
  // Invalid steps, and variables without a value, are errors even if the object is already deleted.
  const fault = patchFault(patch);
  if (fault !== undefined) {
    return { ...draft, failed: doubt ?? fault };
  }
  if (draft.isDeleted === true) {
    return doubt ? { ...draft, doubt } : draft;
  }
  const attempt = patched(draft.value, patch);
  if ("failed" in attempt) {
    return isUnknown(draft.isDeleted)
      ? { ...draft, doubt: doubt ?? draft.isDeleted }
      : { ...draft, failed: doubt ?? attempt.failed };
  }
  doubt ??= attempt.doubt;
  return { ...draft, value: attempt.value, ...(doubt && { doubt }) };
}

/** One of two objects, if it isn't known which. */
export function oneOf(one: Draft, other: Draft, why: Unknown): Draft {
  if (one.failed !== undefined && other.failed !== undefined) {
    return one.failed === other.failed ? one : { ...one, failed: why };
  }
  if (one.failed !== undefined || other.failed !== undefined) {
    const made = one.failed === undefined ? one : other;
    return { ...made, doubt: made.doubt ?? why };
  }
  const doubt = one.doubt ?? other.doubt;
  return {
    value: oneValueOf(one, other, why),
    isDeleted: one.isDeleted === other.isDeleted ? one.isDeleted : why,
    ...(doubt && { doubt }),
  };
}

function oneValueOf(one: Draft, other: Draft, why: Unknown): Value {
  if (one.isDeleted === true) {
    return other.value;
  }
  return other.isDeleted === true ? one.value : (either(one.value, other.value, why.why) as Value);
}
