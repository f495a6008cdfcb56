import { Lazy } from "cdktf";
import { TYPES } from "./fit";
import type { Node } from "./schema";

/**
 * Something of a type, for a construct to go on with whose props are refused: nothing is judged of what only Terraform
 * knows, and Terraform never sees it.
 */
export function standIn(node: Node): unknown {
  if (typeof node === "string") {
    return node in TYPES ? standIn(TYPES[node] as Node) : ofKind(node);
  }
  if ("list" in node) {
    return node.list === "text" ? Lazy.listValue({ produce: () => [] }) : [];
  }
  if ("oneOf" in node) {
    return unknownText();
  }
  if ("anyOf" in node) {
    return standIn(node.anyOf.find(canStandIn) as Node);
  }
  return {};
}

/** Whether there is something that can stand in for what is of a type: nothing can for a construct, or what depends on one. */
export function canStandIn(node: Node): boolean {
  if (typeof node === "string") {
    return node in TYPES ? canStandIn(TYPES[node] as Node) : node !== "dependable";
  }
  if ("anyOf" in node) {
    return node.anyOf.some(canStandIn);
  }
  // An object is mended field by field.
  return !("has" in node || "is" in node || "fields" in node);
}

function ofKind(kind: string): unknown {
  switch (kind) {
    case "text":
    case "secret":
      return unknownText();
    case "number":
      return Lazy.numberValue({ produce: () => 0 });
    case "flag":
      return false;
    default:
      return undefined;
  }
}

let text: string | undefined;

function unknownText(): string {
  text ??= Lazy.stringValue({ produce: () => "" }, { displayHint: "REFUSED" });
  return text;
}
