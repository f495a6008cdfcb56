import { allOf, type Truth } from "./truth";
import { isUnknown, Unknown } from "./unknown";

/**
 * A value of an object, as JSON has it, or what can't be known of it. What is unknown may turn out to be any value that
 * the API admits there, and a field that is unknown may turn out to be left out.
 */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | Fields;

/** The fields of an object. One that is undefined is left out. */
export interface Fields {
  readonly [key: string]: Value | undefined;
}

/** What comes of a value; or why nothing does, which may be unknown itself. */
export type Attempt =
  | {
      readonly value: Value;
      /** Why it isn't known whether anything comes of it at all. The value is what does if so. */
      readonly doubt?: Unknown;
    }
  | { readonly failed: string | Unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** A field by its key: undefined where there is none. */
export function fieldOf(fields: Fields, key: string): Value | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function entriesOf(fields: Fields): [string, Value][] {
  return Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined);
}

/** What stands at a path: undefined where nothing does, and unknown below what is unknown. */
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

/** A field of text: undefined where there is none, or something else. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | Unknown | undefined {
  const found = at(value, ...path);
  return typeof found === "string" || isUnknown(found) ? found : undefined;
}

/** A list: none where there is none, or something else. */
export function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] | Unknown {
  const found = at(value, ...path);
  return Array.isArray(found) || isUnknown(found) ? found : [];
}

/** Fields with one more, or one in place of another, also one called `__proto__`. */
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

/** With another value in place of what stands at a path, or with nothing; unchanged where nothing stands there. */
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

/** What of a value isn't known, at whatever depth. */
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

/** What is known of a value that is either of two. */
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
