import { isPlainObject } from "../manifest/escape";
import { canonicalQuantity } from "./quantity";

type Json = Record<string, unknown>;

/** Fields whose values are quantities by resource, e.g. `{ cpu: "1000m" }`. */
const QUANTITY_MAPS = new Set(["limits", "requests", "hard", "capacity"]);
const LIMIT_RANGE_MAPS = new Set(["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"]);
const QUANTITY_FIELDS = new Set(["sizeLimit", "averageValue"]);
/** Maps that the API leaves out of its answer when empty; other empty objects mean something (`emptyDir: {}`). */
const MAPS = new Set(["labels", "annotations", "nodeSelector", "matchLabels", "data", "limits", "requests"]);
/** What is in these is the user's, word for word. */
const VERBATIM = new Set(["labels", "annotations", "data", "binaryData", "stringData"]);

/**
 * A manifest as the API will answer it, with the same meaning. kubernetes_manifest compares what it sent with what comes
 * back, word for word, and fails where they differ.
 */
export function normalizeManifest(manifest: Json): Json {
  const { status: _neverSent, ...object } = withoutNulls(manifest) as Json;
  if (!isBuiltIn(object.apiVersion)) {
    // The API keeps custom resources as they were sent.
    return object;
  }
  return withEncodedData(asAnswered(object, "", object.kind === "LimitRange") as Json);
}

/** Whether an API version is one of Kubernetes' own: `v1`, `apps/v1`, `networking.k8s.io/v1`. */
function isBuiltIn(apiVersion: unknown): boolean {
  const group = String(apiVersion).split("/")[0] ?? "";
  return !group.includes(".") || group.endsWith(".k8s.io");
}

function withoutNulls(value: unknown): unknown {
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

function asAnswered(value: unknown, field: string, limitRange: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => asAnswered(item, field, limitRange));
    return field === "env" ? items.map(withoutEmptyValue) : items;
  }
  if (!isPlainObject(value)) {
    return QUANTITY_FIELDS.has(field) ? quantity(value) : value;
  }
  if (VERBATIM.has(field)) {
    return value;
  }
  const quantities = QUANTITY_MAPS.has(field) || (limitRange && LIMIT_RANGE_MAPS.has(field));
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, quantities ? quantity(item) : asAnswered(item, key, limitRange)] as const)
      .filter(([key, item]) => !isLeftOut(key, item)),
  );
}

function quantity(value: unknown): unknown {
  return typeof value === "string" || typeof value === "number" ? canonicalQuantity(value) : value;
}

function isLeftOut(key: string, item: unknown): boolean {
  if (Array.isArray(item)) {
    return item.length === 0;
  }
  return MAPS.has(key) && isPlainObject(item) && Object.keys(item).length === 0;
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
    Buffer.from(String(value)).toString("base64"),
  ]);
  const data = isPlainObject(secret.data) ? secret.data : {};
  return { ...secret, data: { ...data, ...Object.fromEntries(encoded) } };
}
