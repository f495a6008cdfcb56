import { Lazy } from "cdktf";
import { TYPES } from "./fit";
import type { Node } from "./schema";

const HINT = "REFUSED";

/**
 * A placeholder of a type, with which a construct continues after its props were refused. Checks skip it, as they skip
 * tokens, and it never reaches Terraform.
 */
export function placeholder(node: Node): unknown {
  if (typeof node === "string") {
    return node in TYPES ? placeholder(TYPES[node] as Node) : ofKind(node);
  }
  if ("list" in node) {
    return node.list === "text" ? Lazy.listValue({ produce: () => [] }, { displayHint: HINT }) : [];
  }
  if ("oneOf" in node) {
    return unknownText();
  }
  if ("anyOf" in node) {
    return placeholder(node.anyOf.find(hasPlaceholder) as Node);
  }
  return {};
}

/** Whether a text is a placeholder, also that of a list's only item: its prop has a finding already. */
export function isPlaceholder(value: string): boolean {
  return value.includes(`TfToken[${HINT}`);
}

/** Whether a type has a placeholder: a construct, or something that contains one, has none. */
export function hasPlaceholder(node: Node): boolean {
  if (typeof node === "string") {
    return node in TYPES ? hasPlaceholder(TYPES[node] as Node) : node !== "dependable";
  }
  if ("anyOf" in node) {
    return node.anyOf.some(hasPlaceholder);
  }
  // An object gets placeholders field by field.
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
  text ??= Lazy.stringValue({ produce: () => "" }, { displayHint: HINT });
  return text;
}
