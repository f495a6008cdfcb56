import type { Crd } from "./crd-schema";
import { isObject } from "./text";

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What every object has, and what only the fleet writes. */
const NOT_OURS = ["apiVersion", "kind", "metadata", "status"];

/**
 * The fields of a kind, in the version that the manifests are of, that none of them sets: `spec.a.b[].c`. Below a field
 * that nobody sets, nothing more is listed. With several manifests, what one of them sets is reached.
 */
export function unreachedFields(crds: readonly Crd[], manifests: readonly Manifest[]): string[] {
  const [{ apiVersion, kind } = { apiVersion: "", kind: "" }] = manifests;
  if (manifests.length === 0 || manifests.some((one) => one.apiVersion !== apiVersion || one.kind !== kind)) {
    throw new Error("name manifests of one kind, in one version");
  }
  const [group, version] = apiVersion.split("/");
  const schema = crds
    .find(({ spec }) => spec.group === group && spec.names.kind === kind)
    ?.spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema as Schema | undefined;
  if (!schema) {
    throw new Error(`no CRD has ${apiVersion} ${kind}`);
  }
  const ours = Object.entries(schema.properties ?? {}).filter(([name]) => !NOT_OURS.includes(name));
  return unreached({ properties: Object.fromEntries(ours) }, manifests, "");
}

function unreached(schema: Schema, values: readonly unknown[], path: string): string[] {
  if (schema.items) {
    return unreached(schema.items, values.flat(), `${path}[]`);
  }
  if (isObject(schema.additionalProperties)) {
    const items = values.filter(isObject).flatMap((value) => Object.values(value));
    return unreached(schema.additionalProperties, items, `${path}{}`);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = path === "" ? name : `${path}.${name}`;
    const given = values.filter(isObject).flatMap((value) => (name in value ? [value[name]] : []));
    return given.length === 0 ? [at] : unreached(property, given, at);
  });
}
