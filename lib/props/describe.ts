import { Construct } from "constructs";
import { quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { nearest } from "../checks/nearest";
import { isToken, TYPES } from "./fit";
import type { Node } from "./schema";

/** Placeholder in a finding for the path of the value, which is filled in later. */
export const PLACE = "\0";

/** The finding for a value of the wrong type. */
export function problemWith(value: unknown, node: Node): Finding {
  if (value === undefined) {
    return finding("prop-missing", `${PLACE}: is missing and has no default; set it to ${like(node)}.`);
  }
  if (isToken(value)) {
    return finding(
      "prop-type",
      `${PLACE}: its value is known only to Terraform, but it decides which resources are created; write it out: ${like(node)}.`,
    );
  }
  const allowed = allowedBy(node);
  if (allowed) {
    return finding(
      "value-not-allowed",
      `${PLACE}: ${shown(value, node)} is not allowed; write ${anyOf(allowed)}.`,
    );
  }
  if (node === "nothing") {
    return finding(
      "prop-unwanted",
      `${PLACE}: ${shown(value, node)} is not allowed with the other props; remove it.`,
    );
  }
  return finding(
    "prop-type",
    `${PLACE}: ${shown(value, node)} is not ${like(node)}; correct it or remove it.`,
  );
}

function anyOf(allowed: readonly (string | number)[]): string {
  if (allowed.every((one) => typeof one === "number")) {
    return allowed.join(" or ");
  }
  return allowed.length === 1 ? `"${allowed[0]}"` : `one of ${quoted(allowed.map(String))}`;
}

/** The finding for an unknown prop. */
export function noSuch(name: string, names: readonly string[]): Finding {
  return finding("prop-unknown", `${PLACE}: "${name}" does not exist; ${hint(name, names, "there are")}.`);
}

function hint(text: string, names: readonly string[], otherwise: string): string {
  const meant = nearest(text, names);
  return meant === undefined ? `${otherwise} ${quoted(names)}` : `write "${meant}"`;
}

function allowedBy(node: Node): readonly (string | number)[] | undefined {
  const type = typeof node === "string" ? TYPES[node] : node;
  return typeof type === "object" && "oneOf" in type ? type.oneOf : undefined;
}

const KINDS: Record<string, readonly [one: string, several: string]> = {
  text: ["a string", "strings"],
  secret: ["a string", "strings"],
  number: ["a number", "numbers"],
  flag: ["true or false", "true or false"],
  function: ["a function", "functions"],
  dependable: ["a Terraform resource", "Terraform resources"],
  null: ["null", "null"],
  nothing: ["nothing", "nothing"],
  any: ["a value", "values"],
};

function like(node: Node): string {
  return described(node, 0);
}

function described(node: Node, count: 0 | 1): string {
  if (typeof node === "string") {
    const type = TYPES[node];
    if (type === undefined) {
      return KINDS[node]?.[count] ?? node;
    }
    return typeof type === "object" && ("has" in type || "is" in type)
      ? named(node.replace(/^I(?=[A-Z])/, ""), count)
      : described(type, count);
  }
  if ("list" in node) {
    return `${count ? "lists" : "a list"} of ${described(node.list, 1)}`;
  }
  if ("map" in node) {
    return `${described(node.map, 1)} by name`;
  }
  if ("anyOf" in node) {
    return node.anyOf.map((one) => described(one, count)).join(" or ");
  }
  return "oneOf" in node ? `one of ${quoted(node.oneOf.map(String))}` : count ? "objects" : "an object";
}

function named(name: string, count: 0 | 1): string {
  return count ? `${name}s` : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** A value, shown in a sentence. */
function shown(value: unknown, node: Node): string {
  if (node === "secret") {
    return `the given ${typeof value}`;
  }
  if (Construct.isConstruct(value)) {
    return `the construct "${value.node.path}"`;
  }
  if (typeof value === "function") {
    return "a function";
  }
  const text = inJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function inJson(value: unknown): string {
  try {
    return typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return "an object";
  }
}
