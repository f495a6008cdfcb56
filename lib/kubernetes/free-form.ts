import { isPlainObject } from "./escape";
import type { KubernetesObject } from "./kubernetes-object";

type Schema = Record<string, unknown>;

/**
 * Finds the part of a custom resource that the Kubernetes provider can't plan: 2.38 and 3.2 crash or fail on it. If the items
 * of a list may contain something without a schema, the provider derives the list's type from its content. Inside a list of
 * one item or a map, it expects such a list to have exactly one item.
 * @param definition the CustomResourceDefinition of its kind
 * @returns the path of the first such list; undefined if there is none, or if the schema isn't known
 */
export function unplannable(
  object: KubernetesObject,
  definition: KubernetesObject,
): { readonly path: string; readonly items: number } | undefined {
  const schema = schemaOf(object, definition);
  return schema && find(object, schema, "", false);
}

function schemaOf(object: KubernetesObject, { spec }: KubernetesObject): Schema | undefined {
  const versions: unknown[] = isPlainObject(spec) && Array.isArray(spec.versions) ? spec.versions : [];
  const version = versions.find(
    (one) => isPlainObject(one) && one.name === object.apiVersion.split("/").at(-1),
  );
  const schema = isPlainObject(version) && isPlainObject(version.schema) ? version.schema : {};
  return isPlainObject(schema.openAPIV3Schema) ? schema.openAPIV3Schema : undefined;
}

/** @param isFixed whether the provider expects lists in the value to have one item */
function find(
  value: unknown,
  schema: Schema,
  path: string,
  isFixed: boolean,
): ReturnType<typeof unplannable> {
  if (isFree(schema)) {
    return undefined;
  }
  const { items, properties, additionalProperties } = schema;
  if (Array.isArray(value) && isPlainObject(items)) {
    if (!holdsFree(items)) {
      return undefined;
    }
    if (isFixed && value.length !== 1) {
      return { path, items: value.length };
    }
    // In a list of several items, each has its own type.
    return value.length === 1 ? find(value[0], items, `${path}[0]`, true) : undefined;
  }
  if (!isPlainObject(value)) {
    return undefined;
  }
  const below = Object.entries(value).map(([key, item]) => {
    const ofKey = isPlainObject(properties) ? properties[key] : additionalProperties;
    const isInMap = ofKey === additionalProperties;
    return isPlainObject(ofKey)
      ? find(item, ofKey, [path, key].filter(Boolean).join("."), isFixed || isInMap)
      : undefined;
  });
  return below.find((found) => found !== undefined);
}

/** Whether a schema allows any value, so the provider has no type for it. */
function isFree(schema: Schema): boolean {
  const { type, properties, additionalProperties } = schema;
  return (
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    (type === undefined && schema["x-kubernetes-int-or-string"] !== true) ||
    (type === "object" && !isPlainObject(properties) && !isPlainObject(additionalProperties))
  );
}

function holdsFree(schema: Schema): boolean {
  const { items, properties, additionalProperties } = schema;
  const parts = [items, additionalProperties, ...Object.values(isPlainObject(properties) ? properties : {})];
  return isFree(schema) || parts.some((part) => isPlainObject(part) && holdsFree(part));
}
