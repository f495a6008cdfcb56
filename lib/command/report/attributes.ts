import type { Change } from "./plan";
import { at, isEqual, isNothing, isObject, listOf, type Path, type Values } from "./values";

/** One attribute that a change touches. */
export interface AttributeChange {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
  /** Known after apply. */
  readonly unknown: boolean;
  /** Only a new resource can have it. */
  readonly forces: boolean;
}

const memo = new WeakMap<Change, readonly AttributeChange[]>();

/**
 * What a change is about: without what is only known after apply, what nobody asked for, and the many ways to write
 * nothing. What forces a replacement is never left out.
 */
export function attributesOf(change: Change): readonly AttributeChange[] {
  let attributes = memo.get(change);
  if (attributes === undefined) {
    attributes = find(change);
    memo.set(change, attributes);
  }
  return attributes;
}

function find(change: Change): AttributeChange[] {
  if (change.action === "delete" || change.action === "forget") return [];
  const { before, after, unknown, forces } = change;
  const found: AttributeChange[] = [];
  const walk = (path: Path, was: unknown, is: unknown, open: unknown) => {
    if (open === true) return;
    if (isEqual(was, is)) return;
    if (isNothing(was) && isNothing(is) && (isAbsent(was) || isAbsent(is))) return;
    const [a, b] = [decoded(was), decoded(is)];
    if (isObject(a) || isObject(b)) {
      if (isOpenTo(a, isObject) && isOpenTo(b, isObject)) {
        for (const key of keysOf(a, b)) walk([...path, key], at(a, key), at(b, key), at(open, key));
        return;
      }
    }
    if (
      isOpenTo(a, Array.isArray) &&
      isOpenTo(b, Array.isArray) &&
      hasObjects([...listOf(a), ...listOf(b)])
    ) {
      for (const { key, was, is, index } of pairs(listOf(a), listOf(b), path[0] === "manifest")) {
        walk([...path, key], was, is, at(open, index));
      }
      return;
    }
    found.push({ path, before: was, after: is, unknown: false, forces: isForced(path, forces) });
  };
  const isManifest = change.type === "kubernetes_manifest";
  const seen = (values: Values | undefined) => (isManifest ? withoutAnswer(values) : values) ?? {};
  const asked = change.before === undefined ? askedOnly(after, change.asked) : after;
  const was = isManifest && before ? { ...before, manifest: manifestBefore(change) } : before;
  walk([], seen(was), seen(asked as Values | undefined), unknown);

  for (const path of forces) {
    if (found.some((one) => one.forces && startsWith(one.path, path))) continue;
    found.push({
      path,
      before: at(before, ...path),
      after: at(after, ...path),
      unknown: at(unknown, ...path) === true,
      forces: true,
    });
  }
  return found;
}

/** A manifest as it was, and with what it says now, too, where the cluster had just that already. */
export function manifestBefore({ before, after }: Change): unknown {
  return writtenOut(before?.manifest, after?.manifest, before?.object);
}

/** Whether a manifest says more than before, and only what the cluster has already. */
export function isWrittenOut(change: Change): boolean {
  const { type, action, before, after, unknown } = change;
  return (
    type === "kubernetes_manifest" &&
    action === "update" &&
    attributesOf(change).length === 0 &&
    !isOpen(at(unknown, "manifest")) &&
    !isEqual(before?.manifest, after?.manifest)
  );
}

/** Whether anything of it is known after apply. */
function isOpen(unknown: unknown): boolean {
  return typeof unknown === "object" && unknown !== null
    ? Object.values(unknown).some(isOpen)
    : unknown === true;
}

function writtenOut(was: unknown, is: unknown, had: unknown): unknown {
  if (isAbsent(was)) return !isAbsent(is) && isWithin(is, had) ? is : was;
  if (isObject(was) && isObject(is)) {
    return Object.fromEntries(
      [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .map((key) => [key, writtenOut(was[key], is[key], at(had, key))])
        .filter(([, value]) => value !== undefined),
    );
  }
  if (Array.isArray(was) && Array.isArray(is) && hasObjects([...was, ...is])) {
    const found = pairs(was, is, true);
    return was.map((one, index) =>
      writtenOut(one, found.find((pair) => pair.was === one)?.is, listOf(had)[index]),
    );
  }
  return was;
}

/** Whether a manifest says only what the cluster has. */
function isWithin(said: unknown, had: unknown): boolean {
  if (isObject(said)) return Object.keys(said).every((key) => isWithin(said[key], at(had, key)));
  if (Array.isArray(said)) {
    return (
      said.length === listOf(had).length && said.every((one, index) => isWithin(one, listOf(had)[index]))
    );
  }
  // What may be a number or a text is a text in the provider's state.
  return !isAbsent(had) && String(said) === String(had);
}

/** What changed outside of Terraform, as far as the app asks for it: the rest is the provider's or Azure's own. */
export function driftOf(change: Change): readonly AttributeChange[] {
  if (change.action === "delete") return [];
  const attributes = attributesOf({ ...change, forces: [] });
  if (change.type === "kubernetes_manifest") return manifestDrift(change);
  const { asked } = change;
  return asked ? attributes.filter(({ path }) => isAsked(asked[String(path[0])])) : attributes;
}

/** `object` is what the cluster answers; what the manifest says nothing about is the cluster's own. */
function manifestDrift({ before, after }: Change): AttributeChange[] {
  const found: AttributeChange[] = [];
  const walk = (path: Path, wanted: unknown, was: unknown, is: unknown) => {
    if (isObject(wanted)) {
      for (const key of Object.keys(wanted)) walk([...path, key], wanted[key], at(was, key), at(is, key));
    } else if (hasObjects(listOf(wanted))) {
      for (const [index, one] of listOf(wanted).entries()) {
        walk([...path, index], one, listOf(was)[index], listOf(is)[index]);
      }
    } else if (!isEqual(was, is) && !(isNothing(was) && isNothing(is))) {
      found.push({ path, before: was, after: is, unknown: false, forces: false });
    }
  };
  walk([], before?.manifest, before?.object, after?.object);
  return found;
}

function isAsked(expression: unknown): boolean {
  return expression !== undefined && !(isObject(expression) && Object.keys(expression).length === 0);
}

/** Of a new resource's values those that the app gives; providers add dozens of their own. */
function askedOnly(values: unknown, asked: unknown): unknown {
  if (!isObject(values) || !isObject(asked)) return values;
  const kept: Values = {};
  for (const key of Object.keys(values)) {
    const expression = asked[key];
    if (!isAsked(expression)) continue;
    kept[key] =
      Array.isArray(expression) && Array.isArray(values[key])
        ? values[key].map((block, index) => askedOnly(block, expression[index]))
        : values[key];
  }
  return kept;
}

/** What the app says of an object, not what the cluster answers, nor which of that the provider is to expect. */
function withoutAnswer(values: Values | undefined): Values | undefined {
  if (values === undefined) return undefined;
  const { object: _, computed_fields: __, ...rest } = values;
  return rest;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isOpenTo(value: unknown, is: (value: unknown) => boolean): boolean {
  return isAbsent(value) || is(value);
}

function hasObjects(values: unknown[]): boolean {
  return values.some((one) => typeof one === "object" && one !== null);
}

function keysOf(a: unknown, b: unknown): string[] {
  return [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])].sort();
}

/** Documents in a string are compared as documents. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

interface Pair {
  readonly key: string | number;
  readonly was: unknown;
  readonly is: unknown;
  /** The place in the list as it will be. */
  readonly index: number;
}

/** Elements that have names are the same where the names are; others by their place. */
function pairs(a: unknown[], b: unknown[], inManifest: boolean): Pair[] {
  const names = (list: unknown[]) =>
    list.map((one) => at(one, "name")).filter((name) => typeof name === "string");
  const [first, second] = [names(a), names(b)];
  const named =
    // A block that may come once is a list of one in a plan.
    (inManifest || Math.max(a.length, b.length) > 1) &&
    first.length === a.length &&
    second.length === b.length &&
    new Set(first).size === a.length &&
    new Set(second).size === b.length;
  if (!named) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({
      key: index,
      was: a[index],
      is: b[index],
      index,
    }));
  }
  return [...new Set([...first, ...second])].map((name) => {
    const index = second.indexOf(name);
    return { key: name, was: a[first.indexOf(name)], is: b[index], index };
  });
}

function isForced(path: Path, forces: readonly Path[]): boolean {
  return forces.some((force) => startsWith(path, force) || startsWith(force, path));
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => String(path[index]) === String(key));
}
