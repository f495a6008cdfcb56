import { isDeepStrictEqual } from "node:util";

export type Values = Record<string, unknown>;
export type Path = readonly (string | number)[];

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A non-object or non-list is read as an empty one: a plan is read as far as possible. */
export function objectOf(value: unknown): Values {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value at a path; a single block is an object in CDKTF's output, a list of one in a plan. */
export function at(value: unknown, ...path: Path): unknown {
  let inner = value;
  for (const key of path) {
    if (key === 0 && isObject(inner)) continue;
    if (Array.isArray(inner) && typeof key === "number") inner = inner[key];
    else if (isObject(inner) && Object.hasOwn(inner, key)) inner = inner[key];
    else return undefined;
  }
  return inner;
}

/** An unset value has many forms: providers return `""`, `0`, `false`, `[]` or `{}` for it. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false || value === 0) return true;
  return typeof value === "object" && Object.values(value).every(isNothing);
}

export function isEqual(one: unknown, other: unknown): boolean {
  // Most values are strings, which need no comparison in depth.
  return one === other || (typeof one === "object" && isDeepStrictEqual(one, other));
}

/** The same order everywhere, whatever the machine's locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function joined(words: readonly string[], last = "and"): string {
  return words.length < 2
    ? (words[0] ?? "")
    : `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

export function pathText(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : index ? `.${key}` : key)).join("");
}

/** Escapes a string for a regular expression. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
