import { parseAllDocuments } from "yaml";
import { at, isObject, listOf, objectOf, textOf, type Values } from "./values";

/** Attribute names that mark secrets: `admin_password`, `clientSecret`, `primaryKey`. */
const SECRET_NAME =
  /(?:^|_)(?:(?:password|passphrase|passwd|pwd|secret|token|credentials?|connection_string|(?:access|account|admin|api|auth|client|encryption|function|host|https|master|primary|private|secondary|shared|signing|ssh_private|storage|workspace)_key)(?:_?(?:base64|data|hash|pem|text|value|\d))?|sas_(?:uri|url)|sig|custom_data|kube_?config|pfx(?:_blob)?|(?:configuration_)?protected_settings|secure_(?:string|value))$/;

/** Names of several secrets: of their texts, or of items with a value each. */
const SECRET_NAMES = /(?:^|_)(?:passwords|secrets|tokens|connection_strings|kube_?configs)$|^keys$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(snake(name));
}

function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[-. ]/g, "_")
    .toLowerCase();
}

/** What is secret under a name of several secrets: texts, and the value of each item. */
function itemsTree(value: unknown, isItem = false): unknown {
  if (typeof value === "string") return !isItem;
  if (Array.isArray(value)) return value.map((one) => itemsTree(one, isObject(one)));
  if (!isObject(value)) return false;
  if (isItem) return textOf(value.value) === undefined ? false : { value: true };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, itemsTree(one, isObject(one))]));
}

/** What is secret by its name, as a tree like Terraform's; false if nothing is. */
export function namedTree(value: unknown): unknown {
  const tree = treeOf(value, namedTree, (key, inner) => {
    if (key === "sensitive_body" || (isSecretName(key) && typeof inner !== "boolean")) return true;
    return SECRET_NAMES.test(snake(key)) && typeof inner !== "string"
      ? hasMark(itemsTree(inner)) && itemsTree(inner)
      : false;
  });
  // A variable, such as an environment's, that says what it is.
  const isVariable =
    isObject(value) && isSecretName(textOf(value.name) ?? "") && textOf(value.value) !== undefined;
  return isVariable ? merged(tree, { value: true }) : tree;
}

function treeOf(
  value: unknown,
  inner: (value: unknown) => unknown,
  isSecretKey: (key: string, value: unknown) => unknown = () => false,
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
    const marked = merged(isSecretKey(key, value[key]), inner(value[key]));
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
  if (isListOfSecrets(value)) {
    return merged(inside, { items: listOf(value.items).map((one) => objectTree(asSecret(one))) });
  }
  const paths = pathsOfSecrets(value);
  return paths ? merged(inside, { spec: { policy: patchTree(at(value, "spec", "policy"), paths) } }) : inside;
}

/** Its items need not say what they are. */
function isListOfSecrets({ kind, items }: Values): boolean {
  return kind === "SecretList" && Array.isArray(items);
}

function asSecret(item: unknown): Values {
  return { ...objectOf(item), kind: "Secret", apiVersion: undefined };
}

const SECRET_FIELDS = ["data", "stringData"];

function isSecret(value: Values): boolean {
  return value.kind === "Secret" && (value.apiVersion ?? "v1") === "v1";
}

/** The paths that an override may write a secret to: in a Secret, or in one that an envelope holds. */
function pathsOfSecrets({ kind, spec }: Values): RegExp | undefined {
  if (kind !== "ResourceOverride" && kind !== "ClusterResourceOverride") return undefined;
  const selectors = [
    ...listOf(at(spec, "resourceSelectors")),
    ...listOf(at(spec, "clusterResourceSelectors")),
  ];
  if (selectors.some((one) => at(one, "kind") === "Secret" && !at(one, "group"))) {
    return /^($|\/(data|stringData)(\/|$))/;
  }
  return selectors.some((one) => /^(Cluster)?ResourceEnvelope$/.test(String(at(one, "kind"))))
    ? /^\/data\/[^/]+\/(data|stringData)(\/|$)/
    : undefined;
}

function marked(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, true])) : true;
}

function patchTree(policy: unknown, paths: RegExp): unknown {
  return {
    overrideRules: listOf(at(policy, "overrideRules")).map((rule) => ({
      jsonPatchOverrides: listOf(at(rule, "jsonPatchOverrides")).map((patch) => ({
        value: paths.test(String(at(patch, "path"))),
      })),
    })),
  };
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
    if (isListOfSecrets(value)) yield* secretsIn(listOf(value.items).map(asSecret));
    const paths = pathsOfSecrets(value);
    if (paths) {
      for (const rule of listOf(at(value, "spec", "policy", "overrideRules"))) {
        for (const patch of listOf(at(rule, "jsonPatchOverrides"))) {
          const path = at(patch, "path");
          if (paths.test(String(path)))
            yield* secretsOf(at(patch, "value"), !String(path).includes("/stringData"));
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

/** The word "Secret" in base64, wherever it starts in its three bytes. */
const BASE64_OF_SECRET = /U2VjcmV0|NlY3Jld|TZWNyZX/;

/** The documents in a string that may hold a Secret: YAML, and so JSON. */
function documentsIn(encoded: string): unknown[] {
  const isBase64 = BASE64_OF_SECRET.test(encoded) && /^[A-Za-z0-9+/\s]+=*\s*$/.test(encoded);
  const text = isBase64 ? Buffer.from(encoded, "base64").toString("utf8") : encoded;
  if (!/\bkind["']?\s*:\s*["']?(Secret(List)?|(Cluster)?ResourceOverride)\b/.test(text)) return [];
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
  if (/^kubernetes_secret(_|$)/.test(type)) return merged(objects, secretFields(values));
  return isArm(type) ? merged(objects, namedTree(values)) : objects;
}

const isArm = (type: string) => /^(azapi_|azurerm_\w*template_deployment$)/.test(type);

/** What holds the data of a typed Secret. */
export function secretFields(values: unknown): unknown {
  const fields = ["data", "binary_data", "data_wo", "binary_data_wo"].filter(
    (key) => objectOf(values)[key] !== undefined,
  );
  return Object.fromEntries(fields.map((key) => [key, true]));
}

/** Secrets by name in the JSON texts of an Azure resource: azapi's body, a template's parameters. */
export function* namedSecrets(
  type: string,
  values: unknown,
): Generator<readonly [value: unknown, tree: unknown]> {
  if (!isArm(type)) return;
  for (const text of ["body", "parameters_content", "template_content"].map((key) => objectOf(values)[key])) {
    if (typeof text !== "string") continue;
    try {
      const value: unknown = JSON.parse(text);
      yield [value, namedTree(value)];
      yield [secureDefaults(value), true];
    } catch {
      // Not JSON: an ordinary string.
    }
  }
}

/** The defaults of a template's secure parameters. */
function secureDefaults(template: unknown): unknown[] {
  return Object.values(objectOf(at(template, "parameters")))
    .filter((one) => /^secure/i.test(String(at(one, "type"))))
    .map((one) => at(one, "defaultValue"));
}
