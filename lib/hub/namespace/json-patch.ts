import { Token } from "cdktf";
import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkKey } from "../../checks/values";
import { isPlainObject } from "../../kubernetes/escape";

/** In the value of a patch: the member's name in the fleet. The fleet replaces it on the way to each member. */
export const MEMBER_CLUSTER_NAME = "${MEMBER-CLUSTER-NAME}";

/**
 * In the value of a patch: the value of a label of the member. The fleet replaces it on the way to each member, and
 * places nothing on a member without the label.
 */
export function memberClusterLabel(key: string): string {
  return `\${MEMBER-CLUSTER-LABEL-KEY-${key}}`;
}

interface PatchBase {
  /**
   * A JSON pointer, e.g. `/spec/replicas`; in keys, write `~1` for `/` and `~0` for `~`. It must exist in the object (for
   * `add`, its parent must), or nothing is placed on the member. Not `kind`, `apiVersion` or `status`; in `metadata`, only
   * labels and annotations.
   */
  readonly path: string;
}

/** Adds a value, inserts one before a list item or at the end of the list (`-`), or replaces one. */
export interface SetPatch extends PatchBase {
  /** `add`: adds a value, or overwrites that of an existing key. `replace`: the value must exist. */
  readonly op: "add" | "replace";
  /** Anything but null, which Terraform drops. May contain MEMBER_CLUSTER_NAME and memberClusterLabel(). */
  readonly value: unknown;
}

/** Removes a value. */
export interface RemovePatch extends PatchBase {
  readonly op: "remove";
  readonly value?: never;
}

/** One step of a JSON patch (RFC 6902). */
export type JsonPatch = SetPatch | RemovePatch;

/** Checks a patch by the fleet's rules. */
export function* checkPatch(prop: string, { op, path, value }: JsonPatch): Generator<Finding> {
  if (isKnown(path)) {
    yield* checkPath(`${prop}.path`, path);
  }
  if (!isKnown(op)) {
    return;
  }
  if (op === "remove") {
    if (value !== undefined) {
      yield finding(
        "override-remove-with-value",
        `${prop}.value: is ${JSON.stringify(value)}, but "remove" takes no value; leave it out, or use "replace".`,
      );
    }
  } else if (value === undefined || value === null) {
    yield finding(
      "override-value-missing",
      `${prop}.value: is ${value}, which Terraform drops, but "${op}" requires a value; set one, or use "remove".`,
    );
  }
  for (const text of stringsIn(value)) {
    yield* checkVariables(`${prop}.value`, text);
  }
}

function* checkPath(prop: string, path: string): Generator<Finding> {
  const [before, first, second, ...rest] = path.split("/");
  if (before !== "" || first === undefined) {
    yield finding(
      "override-path-start",
      `${prop}: "${path}" does not start with "/"; use a JSON pointer, e.g. "/spec/replicas".`,
    );
    return;
  }
  if (
    path
      .slice(1)
      .split("/")
      .some((part) => part.trim() === "")
  ) {
    yield finding(
      "override-path-empty-part",
      `${prop}: "${path}" has an empty part, which the fleet refuses; remove the extra "/".`,
    );
  }
  if (/~(?![01])/.test(path)) {
    yield finding(
      "override-path-tilde",
      `${prop}: "${path}" has an invalid "~"; in keys, write "~0" for "~" and "~1" for "/".`,
    );
  }
  if (path.includes("${MEMBER-CLUSTER-")) {
    yield finding(
      "override-path-variable",
      `${prop}: "${path}" contains a variable, but the fleet only replaces variables in values; add a rule for each path.`,
    );
  }
  if (first === "kind" || first === "apiVersion" || first === "status") {
    yield finding(
      "override-path-field",
      `${prop}: "${path}" is in ${first}, which overrides can't change; override another field.`,
    );
  } else if (first === "metadata" && second !== "labels" && second !== "annotations") {
    yield finding(
      "override-path-metadata",
      `${prop}: "${path}" is in metadata, where overrides can only change labels and annotations; override one of those.`,
    );
  } else if (first === "metadata" && rest.length > 1) {
    yield finding(
      "override-path-key-slash",
      `${prop}: "${path}" points inside one of the ${second}; write a "/" within a key as "~1": "/metadata/${second}/${rest.join("~1")}".`,
    );
  }
}

function* checkVariables(prop: string, text: string): Generator<Finding> {
  for (const [, variable = "", end] of text.matchAll(/\$\{(MEMBER-CLUSTER-[^}]*)(\}?)/g)) {
    const [, key] = /^MEMBER-CLUSTER-LABEL-KEY-(.*)$/.exec(variable) ?? [];
    if (end === "") {
      yield finding(
        "override-variable-brace",
        `${prop}: the variable in "${text}" has no closing brace; use MEMBER_CLUSTER_NAME or memberClusterLabel().`,
      );
    } else if (key !== undefined) {
      yield* checkKey(prop, key, "label");
    } else if (variable !== "MEMBER-CLUSTER-NAME") {
      yield finding(
        "override-variable-unknown",
        `${prop}: "\${${variable}}" is not a fleet variable and would not be replaced; use MEMBER_CLUSTER_NAME or memberClusterLabel().`,
      );
    }
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  if (Token.isUnresolved(value)) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap(stringsIn);
  }
  return isPlainObject(value)
    ? Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item)])
    : [];
}
