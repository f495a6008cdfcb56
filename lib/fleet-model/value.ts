import { allOf, type Truth } from "./truth";
import { isUnknown, Unknown } from "./unknown";

/**
 * A JSON value of an object, with possible unknowns. An unknown may turn out to be any value that the API allows there, and an
 * unknown field may turn out to be unset.
 */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | Fields;

/** The fields of an object. Undefined ones are unset. */
export interface Fields {
  readonly [key: string]: Value | undefined;
}

/** The result for a value; or why there is none, which may itself be unknown. */
export type Attempt =
  | {
      readonly value: Value;
      /** Why it isn't known whether there is a result. If so, it is the value. */
      readonly doubt?: Unknown;
    }
  | { readonly failed: string | Unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** A field by its key; undefined if there is none. */
export function fieldOf(fields: Fields, key: string): Value | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function entriesOf(fields: Fields): [string, Value][] {
  return Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined);
}

/** The value at a path; undefined if there is none, and unknown below an unknown. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let here = value;
  for (const key of path) {
    if (isUnknown(here)) {
      return here;
    }
    here = isFields(here) ? fieldOf(here, key) : undefined;
  }
  return here;
}

/** A string field; undefined if there is none, or if it isn't a string. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | Unknown | undefined {
  const found = at(value, ...path);
  return typeof found === "string" || isUnknown(found) ? found : undefined;
}

/** A list field; empty if there is none, or if it isn't a list. */
export function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] | Unknown {
  const found = at(value, ...path);
  return Array.isArray(found) || isUnknown(found) ? found : [];
}

/** Fields with one added or replaced, even one called `__proto__`. */
export function withField(fields: Fields, key: string, value: Value): Fields {
  return { ...fields, [key]: value };
}

export function withoutField(fields: Fields, key: string): Fields {
  if (!Object.hasOwn(fields, key)) {
    return fields;
  }
  const { [key]: _gone, ...others } = fields;
  return others;
}

/** Replaces or removes the value at a path; unchanged if there is none. */
export function replacedAt(
  fields: Fields,
  [key, ...path]: readonly [string, ...string[]],
  value: Value | undefined,
): Fields {
  const before = fieldOf(fields, key);
  const [next, ...rest] = path;
  if (next === undefined) {
    return value === undefined || before === undefined
      ? withoutField(fields, key)
      : withField(fields, key, value);
  }
  const after = isFields(before) ? replacedAt(before, [next, ...rest], value) : before;
  return after === before || after === undefined ? fields : withField(fields, key, after);
}

/** The first unknown in a value, at any depth. */
export function unknownIn(value: Value | undefined): Unknown | undefined {
  if (isUnknown(value) || typeof value !== "object" || value === null) {
    return isUnknown(value) ? value : undefined;
  }
  for (const inner of Object.values(value)) {
    const unknown = unknownIn(inner);
    if (unknown) {
      return unknown;
    }
  }
  return undefined;
}

/** Whether two values are the same. */
export function sameValue(one: Value | undefined, other: Value | undefined): Truth {
  if (one === other) {
    return isUnknown(one) ? one : true;
  }
  if (isUnknown(one)) {
    return one;
  }
  if (isUnknown(other)) {
    return other;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && allOf(one.map((item, index) => sameValue(item, other[index])));
  }
  if (isFields(one) && isFields(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return allOf([...keys].map((key) => sameValue(at(one, key), at(other, key))));
  }
  return false;
}

/** The known parts of a value that is one of two. */
export function either(one: Value | undefined, other: Value | undefined, why: string): Value | undefined {
  if (one === other || sameValue(one, other) === true) {
    return one;
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.map((item, index) => either(item, other[index], why) as Value);
  }
  if (isFields(one) && isFields(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return Object.fromEntries(
      [...keys].map((key) => [key, either(at(one, key), at(other, key), why) as Value]),
    );
  }
  return [one, other].find(isUnknown) ?? new Unknown(why);
}
