import { parseAllDocuments } from "yaml";
import { at, isObject, listOf, objectOf, textOf, type Values } from "./values";

/** Attribute names that mark secrets: `admin_password`, `clientSecret`, `primaryKey`. */
const SECRET_NAME =
  /(?:^|_)(?:password|passphrase|passwd|pwd|secret|token|credentials?|connection_string|sas_(?:uri|url)|(?:access|account|admin|api|auth|client|encryption|host|master|primary|private|secondary|shared|signing|ssh_private|storage)_key)$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(
    name
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replace(/[-. ]/g, "_")
      .toLowerCase(),
  );
}

/** What is secret by its name, as a tree like Terraform's; false if nothing is. */
export function namedTree(value: unknown): unknown {
  return treeOf(value, namedTree, (key, inner) => {
    return key === "sensitive_body" || (isSecretName(key) && typeof inner !== "boolean");
  });
}

function treeOf(
  value: unknown,
  inner: (value: unknown) => unknown,
  isSecretKey: (key: string, value: unknown) => boolean = () => false,
): unknown {
  if (Array.isArray(value)) {
    let trees: unknown[] | undefined;
    for (const [index, one] of value.entries()) {
      const tree = inner(one);
      if (!tree) continue;
      trees ??= value.map(() => false);
      trees[index] = tree;
    }
    return trees ?? false;
  }
  if (!isObject(value)) return false;
  let tree: [string, unknown][] | undefined;
  for (const key of Object.keys(value)) {
    const marked = isSecretKey(key, value[key]) || inner(value[key]);
    if (!marked) continue;
    tree ??= [];
    tree.push([key, marked]);
  }
  return tree ? Object.fromEntries(tree) : false;
}

/** Secrets in Kubernetes objects, wherever they occur, as such a tree: Secrets, and what overrides write into them. */
export function objectTree(value: unknown): unknown {
  if (typeof value === "string") return documentsIn(value).some((one) => Boolean(objectTree(one)));
  const inside = treeOf(value, objectTree);
  if (!isObject(value)) return inside;
  if (isSecret(value)) {
    const fields = SECRET_FIELDS.filter((key) => value[key] !== undefined);
    return merged(inside, Object.fromEntries(fields.map((key) => [key, marked(value[key])])));
  }
  return isOverrideOfSecret(value)
    ? merged(inside, { spec: { policy: patchTree(at(value, "spec", "policy")) } })
    : inside;
}

const SECRET_FIELDS = ["data", "stringData"];

function isSecret(value: Values): boolean {
  return value.kind === "Secret" && (value.apiVersion === undefined || value.apiVersion === "v1");
}

function isOverrideOfSecret({ kind, spec }: Values): boolean {
  return (
    kind === "ResourceOverride" &&
    listOf(at(spec, "resourceSelectors")).some((one) => at(one, "kind") === "Secret" && !at(one, "group"))
  );
}

function marked(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, true])) : true;
}

function patchTree(policy: unknown): unknown {
  return {
    overrideRules: listOf(at(policy, "overrideRules")).map((rule) => ({
      jsonPatchOverrides: listOf(at(rule, "jsonPatchOverrides")).map((patch) => ({
        value: isOfSecretField(at(patch, "path")),
      })),
    })),
  };
}

function isOfSecretField(path: unknown): boolean {
  return typeof path === "string" && /^\/(data|stringData)(\/|$)/.test(path);
}

function hasMark(tree: unknown): boolean {
  return typeof tree === "object" && tree !== null ? Object.values(tree).some(hasMark) : tree === true;
}

/** A cache of the same. */
function objectPlaces(values: unknown): unknown {
  if (!isObject(values)) return objectTree(values);
  if (!KNOWN.has(values)) KNOWN.set(values, objectTree(values));
  return KNOWN.get(values);
}

const KNOWN = new WeakMap<Values, unknown>();

/** Every secret string in Kubernetes objects; `data`, which is base64, also decoded. */
export function* objectSecrets(value: unknown): Generator<string> {
  if (objectPlaces(value)) yield* secretsIn(value);
}

function* secretsIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    for (const one of documentsIn(value)) yield* secretsIn(one);
  } else if (Array.isArray(value)) {
    for (const inner of value) yield* secretsIn(inner);
  } else if (isObject(value)) {
    for (const inner of Object.values(value)) yield* secretsIn(inner);
    if (isSecret(value)) {
      for (const key of SECRET_FIELDS) yield* secretsOf(value[key], key === "data");
    }
    if (isOverrideOfSecret(value)) {
      for (const rule of listOf(at(value, "spec", "policy", "overrideRules"))) {
        for (const patch of listOf(at(rule, "jsonPatchOverrides"))) {
          const path = at(patch, "path");
          if (isOfSecretField(path)) yield* secretsOf(at(patch, "value"), String(path).startsWith("/data"));
        }
      }
    }
  }
}

function* secretsOf(value: unknown, isBase64: boolean): Generator<string> {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* secretsOf(inner, isBase64);
  } else if (textOf(value)) {
    const text = String(value);
    yield text;
    if (isBase64 && /^[A-Za-z0-9+/\s]+=*\s*$/.test(text)) yield Buffer.from(text, "base64").toString("utf8");
  }
}

/** The documents in a string that may hold a Secret: YAML, and so JSON. */
function documentsIn(text: string): unknown[] {
  if (!/\bkind["']?\s*:\s*["']?(Secret|ResourceOverride)\b/.test(text)) return [];
  try {
    return [parseAllDocuments(text, { logLevel: "silent" })].flat().map((one) => one.toJS() as unknown);
  } catch {
    return [];
  }
}

/** What either tree marks. */
export function merged(a: unknown, b: unknown): unknown {
  if (a === true || b === true) return true;
  if (!a || !b) return a || b;
  if (Array.isArray(a) && Array.isArray(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => merged(a[index], b[index]));
  }
  if (!isObject(a) || !isObject(b)) return hasMark(b) ? b : a;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map((key) => [key, merged(objectOf(a)[key], objectOf(b)[key])]));
}

/** What is secret in a resource by its type, whatever Terraform says. */
export function secretPlaces(type: string, values: unknown): unknown {
  const objects = objectPlaces(values);
  return type.startsWith("azapi_") ? merged(objects, namedTree(values)) : objects;
}
