/**
 * The fields of all versions of Kubernetes' own kinds: a table that `tools/api-types` generates from the public Go types,
 * with which the API server itself decodes and encodes objects.
 */
interface Table {
  /** The release of the types. */
  readonly kubernetes: string;
  /** The type of each kind, by apiVersion and kind, followed by ` cluster` if the kind is cluster-scoped. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Kinds that the release no longer serves, with their replacement, if any. */
  readonly gone: Readonly<Record<string, string>>;
  /** The types of the fields of each struct. */
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A type in the API. A pointer distinguishes zero from unset. */
export type ApiType = (
  | { readonly form: (typeof SCALARS)[number] }
  | { readonly form: "list" | "map"; readonly of: ApiType }
  | { readonly form: "struct"; readonly name: string }
  | { readonly form: "either"; readonly types: readonly ApiType[] }
) & { readonly isPointer?: boolean };

const SCALARS = [
  "any",
  "bool",
  "bytes",
  "float",
  "int32",
  "int64",
  "intOrString",
  "microTime",
  "quantity",
  "resource",
  "string",
  "time",
] as const;

/** A field of a struct. */
export interface ApiField {
  readonly type: ApiType;
  /** Whether the API omits it if it is zero. */
  readonly omitsEmpty: boolean;
  /** The fields that identify an item of a list in server-side apply; empty if the whole item does. */
  readonly keys?: readonly ItemKey[];
}

export interface ItemKey {
  readonly name: string;
  /** Undefined if every item must have the field. */
  readonly byDefault: string | undefined;
}

let loaded: Table | undefined;

/** Loaded on first use: it is large. */
function table(): Table {
  loaded ??= require("./api-types.json") as Table;
  return loaded;
}

/** The release of Kubernetes whose kinds are known, e.g. `1.36`. */
export function knownRelease(): string {
  return table().kubernetes;
}

/** The type of one of Kubernetes' own kinds; undefined for others, and for those that are no longer served. */
export function apiKind(apiVersion: string, kind: string): ApiType | undefined {
  const [type] = own(table().kinds, `${apiVersion}/${kind}`)?.split(" ") ?? [];
  return type === undefined ? undefined : parseType(type);
}

let clusterScoped: ReadonlySet<string> | undefined;

/** Whether one of Kubernetes' own kinds is cluster-scoped, in any version. */
export function isOfCluster(group: string, kind: string): boolean {
  clusterScoped ??= new Set(
    Object.entries(table().kinds)
      .filter(([, type]) => type.endsWith(" cluster"))
      .map(([name]) => name.split("/"))
      .map((parts) => `${parts.length > 2 ? parts[0] : ""}/${parts.at(-1)}`),
  );
  return clusterScoped.has(`${group}/${kind}`);
}

/** The replacement of a kind that is no longer served, `""` if it has none; undefined for other kinds. */
export function goneKind(apiVersion: string, kind: string): string | undefined {
  return own(table().gone, `${apiVersion}/${kind}`);
}

/** The kinds of an API version; none if it isn't Kubernetes' own. */
export function kindsOf(apiVersion: string): string[] {
  return Object.keys(table().kinds)
    .filter((kind) => kind.slice(0, kind.lastIndexOf("/")) === apiVersion)
    .map((kind) => kind.slice(kind.lastIndexOf("/") + 1));
}

/** The versions of a group that serve a kind; none if it isn't Kubernetes' own. */
export function versionsOf(group: string, kind: string): string[] {
  return Object.keys(table().kinds)
    .map((name) => name.split("/"))
    .filter((parts) => parts.at(-1) === kind && (parts.length > 2 ? parts[0] : "") === group)
    .map((parts) => parts.at(-2) ?? "");
}

const structs = new Map<string, ReadonlyMap<string, ApiField>>();

/** The fields of a struct. */
export function fieldsOf(struct: string): ReadonlyMap<string, ApiField> {
  let fields = structs.get(struct);
  if (!fields) {
    fields = new Map(
      Object.entries(own(table().types, struct) ?? {}).map(([name, text]) => [name, parseField(text)]),
    );
    structs.set(struct, fields);
  }
  return fields;
}

/** The metadata of all objects, including custom resources. */
export const METADATA: ApiType = { form: "struct", name: "meta/v1.ObjectMeta" };

function parseField(text: string): ApiField {
  const [, type = "", omitsEmpty, keys] = /^([^ ?]+)(\?)?(?: (.+))?$/.exec(text) ?? [];
  return {
    type: parseType(type),
    omitsEmpty: omitsEmpty !== undefined,
    ...(keys !== undefined && {
      keys: keys === "set" ? [] : keys.slice("by ".length).split(",").map(parseKey),
    }),
  };
}

function parseKey(text: string): ItemKey {
  const [name = "", byDefault] = text.split("=");
  return { name, byDefault };
}

function parseType(text: string): ApiType {
  if (text.startsWith("*")) {
    return { ...parseType(text.slice(1)), isPointer: true };
  }
  if (text.startsWith("[]") || text.startsWith("{}")) {
    return { form: text.startsWith("[]") ? "list" : "map", of: parseType(text.slice(2)) };
  }
  if (text.includes("|")) {
    return { form: "either", types: text.split("|").map(parseType) };
  }
  const scalar = SCALARS.find((form) => form === text);
  return scalar ? { form: scalar } : { form: "struct", name: text };
}

/** An own property of an object, unlike `constructor`. */
function own<T>(of: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
