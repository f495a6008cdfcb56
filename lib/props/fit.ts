import { Token, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { isMarked, markOf } from "../checks/marked";
import type { Node, Schema } from "./schema";
import schema from "./schema.json";

export const TYPES: Schema = schema as Schema;

/** Whether a value is of a type, without looking at its items or fields. */
export function fits(node: Node, value: unknown): boolean {
  if (typeof node === "string") {
    return node in TYPES ? fits(TYPES[node] as Node, value) : fitsKind(node, value);
  }
  if ("list" in node) {
    return Array.isArray(value) || (isScalar(node.list) && isToken(value));
  }
  if ("map" in node) {
    return isPlain(value) || (isScalar(node.map) && isToken(value));
  }
  if ("oneOf" in node) {
    return node.oneOf.includes(value as string) || isToken(value);
  }
  if ("anyOf" in node) {
    return node.anyOf.some((one) => fits(one, value));
  }
  if ("is" in node) {
    return isMarked(value, markOf(node.is));
  }
  if ("has" in node) {
    return typeof value === "object" && value !== null && node.has.every((member) => member in value);
  }
  return isPlain(value);
}

function fitsKind(kind: string, value: unknown): boolean {
  switch (kind) {
    case "text":
    case "secret":
      return typeof value === "string" || isToken(value);
    case "number":
      return Number.isFinite(value) || isToken(value);
    case "flag":
      // The app needs its value at synth.
      return typeof value === "boolean";
    case "function":
      return typeof value === "function";
    case "dependable":
      return typeof value === "object" && value !== null && "fqn" in value;
    case "null":
      return value === null;
    case "nothing":
      return value === undefined;
    default:
      return value !== undefined;
  }
}

/** A token converted to its type: a string, a number, a list or a map of strings. */
export function asTyped(node: Node, value: unknown): unknown {
  const type = typeof node === "string" && node in TYPES ? (TYPES[node] as Node) : node;
  if (!isToken(value)) {
    return value;
  }
  if (type === "text" || type === "secret" || (typeof type === "object" && "oneOf" in type)) {
    return Token.asString(value);
  }
  if (type === "number") {
    return Token.asNumber(value);
  }
  if (typeof type === "object" && "list" in type) {
    return type.list === "number" ? Token.asNumberList(value) : Token.asList(value);
  }
  return typeof type === "object" && "map" in type ? Token.asStringMap(value) : value;
}

function isScalar(node: Node): boolean {
  return (
    node === "text" || node === "secret" || node === "number" || (typeof node === "object" && "oneOf" in node)
  );
}

/** Whether a whole value is a token. */
export function isToken(value: unknown): boolean {
  return (
    Tokenization.isResolvable(value) ||
    ((typeof value === "string" || typeof value === "number") && Token.isUnresolved(value))
  );
}

/** Whether something is a plain object, not e.g. a Map, a Date or a construct. */
export function isPlain(value: unknown): value is object {
  return (
    Object.prototype.toString.call(value) === "[object Object]" &&
    !Tokenization.isResolvable(value) &&
    !Construct.isConstruct(value)
  );
}
