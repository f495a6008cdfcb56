import { Fn, Token } from "cdktf";
import { isKnown } from "../checks/check";
import { isPlainObject } from "./escape";
import { isBuiltIn } from "./kubernetes-object";
import { canonicalQuantity } from "./quantity";

type Json = Record<string, unknown>;

/** Fields whose values are quantities by resource, e.g. `{ cpu: "1000m" }`. */
const QUANTITY_MAPS = new Set(["limits", "requests", "hard", "capacity"]);
const LIMIT_RANGE_MAPS = new Set(["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"]);
const QUANTITY_FIELDS = new Set(["sizeLimit", "averageValue", "divisor"]);
/** What the API leaves out of its answer. Other values like these mean something: `emptyDir: {}`, `replicas: 0`. */
const LEFT_OUT_IF_EMPTY = new Set([
  "labels",
  "annotations",
  "nodeSelector",
  "matchLabels",
  "data",
  "stringData",
  "limits",
  "requests",
]);
const LEFT_OUT_IF_FALSE = new Set([
  "readOnly",
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "stdin",
  "stdinOnce",
  "tty",
  "paused",
  "publishNotReadyAddresses",
]);
const LEFT_OUT_IF_ZERO = new Set(["initialDelaySeconds", "minReadySeconds", "hostPort", "nodePort"]);
/** What is in these is the user's, word for word. */
const VERBATIM = new Set(["labels", "annotations", "data", "binaryData", "stringData"]);

/**
 * A manifest as the API will answer it, with the same meaning. kubernetes_manifest compares what it sent with what comes
 * back, word for word, and fails where they differ.
 */
export function normalizeManifest(manifest: Json): Json {
  const { status: _neverSent, ...object } = withoutNulls(manifest) as Json;
  if (!isBuiltIn(String(object.apiVersion))) {
    // The API keeps custom resources as they were sent.
    return object;
  }
  return withEncodedData(asAnswered(object, "", String(object.kind)) as Json);
}

/** The provider leaves null out of what it sends, and so must what it compares with the answer. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isPlainObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

function asAnswered(value: unknown, field: string, kind: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => asAnswered(item, "", kind));
    return field === "env" ? items.map(withoutEmptyValue) : items;
  }
  if (!isPlainObject(value)) {
    return QUANTITY_FIELDS.has(field) ? quantity(value) : value;
  }
  if (VERBATIM.has(field)) {
    return value;
  }
  const quantities = QUANTITY_MAPS.has(field) || (kind === "LimitRange" && LIMIT_RANGE_MAPS.has(field));
  // An autoscaler's metric; the values of its policies are numbers.
  const isQuantity = (key: string) => quantities || (field === "target" && key === "value");
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, isQuantity(key) ? quantity(item) : asAnswered(item, key, kind)] as const)
      .filter(([key, item]) => !isLeftOut(key, item)),
  );
}

function quantity(value: unknown): unknown {
  const isText = typeof value === "string" || typeof value === "number";
  return isText && isKnown(value) ? canonicalQuantity(value) : value;
}

function isLeftOut(key: string, item: unknown): boolean {
  if (Array.isArray(item)) {
    return item.length === 0;
  }
  return (
    (item === false && LEFT_OUT_IF_FALSE.has(key)) ||
    (item === 0 && LEFT_OUT_IF_ZERO.has(key)) ||
    (LEFT_OUT_IF_EMPTY.has(key) && isPlainObject(item) && Object.keys(item).length === 0)
  );
}

/** An environment variable of no value: the API leaves an empty `value` out. */
function withoutEmptyValue(variable: unknown): unknown {
  if (isPlainObject(variable) && variable.value === "") {
    const { value: _empty, ...rest } = variable;
    return rest;
  }
  return variable;
}

/** The API takes a Secret's `stringData` and never answers it: it answers `data`. */
function withEncodedData(object: Json): Json {
  const { stringData, ...secret } = object;
  if (object.kind !== "Secret" || !isPlainObject(stringData)) {
    return object;
  }
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    isKnown(value)
      ? Buffer.from(String(value)).toString("base64")
      : encodedByTerraform(Token.asString(value)),
  ]);
  const data = isPlainObject(secret.data) ? secret.data : {};
  return { ...secret, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** CDKTF writes functions wrongly whose text holds templates or quotes beside a token: such parts go encoded. */
function encodedByTerraform(text: string): string {
  const parts = text.split(/(\$\{TfToken\[[^\]]*\]\})/).filter((part) => part !== "");
  const encoded = parts.map((part) =>
    isKnown(part) ? Fn.base64decode(Buffer.from(part).toString("base64")) : part,
  );
  return Fn.base64encode(encoded.length > 1 ? Fn.join("", encoded) : text);
}
