import type { Crd } from "./crd-schema";
import { isObject } from "./text";

type Schema = Crd["spec"]["versions"][number]["schema"]["openAPIV3Schema"];

/** What every object has, and what only the fleet writes. */
const NOT_OURS = new Set(["apiVersion", "kind", "metadata", "status"]);

/** The fields that somebody who applies an object of a kind may set, as paths: `spec.stages[].name`. */
export function fieldsOf(crds: readonly Crd[], apiVersion: string, kind: string): string[] {
  const [group, version] = apiVersion.split("/");
  const crd = crds.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  const schema = crd?.spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
  if (!schema) {
    throw new Error(`no CRD has ${apiVersion} ${kind}`);
  }
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !NOT_OURS.has(name))
    .flatMap(([name, field]) => walk(field, name));
}

function walk(schema: Schema, path: string): string[] {
  return [
    path,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => walk(field, `${path}.${name}`)),
    ...(schema.items ? walk(schema.items, `${path}[]`).slice(1) : []),
    ...(isObject(schema.additionalProperties) ? walk(schema.additionalProperties, `${path}{}`).slice(1) : []),
  ];
}

/** The fields among those given that are set in a value. */
export function setIn(value: unknown, path = ""): Set<string> {
  const found = new Set<string>();
  if (Array.isArray(value)) {
    for (const item of value) {
      add(found, setIn(item, `${path}[]`));
    }
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      add(add(found, [at]), setIn(item, at));
    }
  }
  return found;
}

function add(all: Set<string>, more: Iterable<string>): Set<string> {
  for (const one of more) {
    all.add(one);
  }
  return all;
}
