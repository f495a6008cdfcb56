import { isEqual, isObject, listOf, objectOf, type Values } from "./values";

export const MASK = "(sensitive value)";
export const CHANGED_MASK = "(sensitive value, changed)";

/** What is shorter is masked at its own place only: `true` or `80` stand in too many other texts. */
const SHORTEST = 8;

/**
 * The secrets of a plan, by its own `*_sensitive` trees. They are masked where the trees say so, and in every other text
 * that holds one: a provider may answer a secret inside of a JSON string that it doesn't call sensitive.
 */
export class Secrets {
  /** By their first characters. */
  private readonly byStart = new Map<string, Set<string>>();
  /** Whole values in JSON strings are masked even if they are short. */
  private readonly whole = new Set<string>();
  private readonly starts = new Uint8Array(65_536);

  get any(): boolean {
    return this.whole.size > 0;
  }

  /** Takes all that is sensitive in a value. */
  collect(value: unknown, tree: unknown): void {
    if (value === null || value === undefined || !tree) return;
    if (Array.isArray(tree) && Array.isArray(value)) {
      for (const [index, inner] of tree.entries()) this.collect(value[index], inner);
    } else if (isObject(tree) && isObject(value)) {
      for (const [key, inner] of Object.entries(tree)) {
        if (Object.hasOwn(value, key)) this.collect(value[key], inner);
      }
    } else if (marks(tree)) {
      for (const text of leaves(value)) this.add(text);
    }
  }

  add(text: string): void {
    if (text === "" || this.whole.has(text)) return;
    this.whole.add(text);
    const base64 = Buffer.from(text).toString("base64");
    const escaped = JSON.stringify(text).slice(1, -1);
    for (const form of new Set([text, escaped, base64, base64.replace(/=+$/, "")])) {
      if (form.length < SHORTEST || text.length < SHORTEST) continue;
      const start = form.slice(0, SHORTEST);
      const same = this.byStart.get(start) ?? new Set();
      same.add(form);
      this.byStart.set(start, same);
      this.starts[hashAt(form, 0)] = 1;
    }
  }

  /** The text without secrets. */
  cleanText(text: string): string {
    if (!this.any) return text;
    const trimmed = text.trimStart();
    if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
      const cleaned = this.cleanJson(text);
      if (cleaned !== undefined) return cleaned;
    }
    if (this.byStart.size === 0) return text;
    let clean = "";
    let done = 0;
    for (let index = 0; index + SHORTEST <= text.length; index++) {
      if (this.starts[hashAt(text, index)] === 0) continue;
      const found = this.longestAt(text, index);
      if (found === 0) continue;
      clean += text.slice(done, index) + MASK;
      done = index + found;
      index = done - 1;
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  private longestAt(text: string, index: number): number {
    let longest = 0;
    for (const form of this.byStart.get(text.slice(index, index + SHORTEST)) ?? []) {
      if (form.length > longest && text.startsWith(form, index)) longest = form.length;
    }
    return longest;
  }

  private cleanJson(text: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const clean = this.clean(value, true);
    return clean === value ? text : JSON.stringify(clean);
  }

  /** A value without secrets in any text; what holds none is the same object. */
  clean(value: unknown, inJson = false): unknown {
    if (typeof value === "string") {
      return inJson && this.whole.has(value) ? MASK : this.cleanText(value);
    }
    if (inJson && typeof value === "number" && this.whole.has(String(value))) return MASK;
    return mapped(value, (inner) => this.clean(inner, inJson));
  }
}

/** Before and after of a change, masked: both where either is sensitive. */
export function maskPair(
  before: unknown,
  after: unknown,
  beforeTree: unknown,
  afterTree: unknown,
): [before: unknown, after: unknown] {
  if (!beforeTree && !afterTree) return [before, after];
  const split =
    (isObject(beforeTree) || !beforeTree) &&
    (isObject(afterTree) || !afterTree) &&
    (isObject(before) || isObject(after)) &&
    isOpen(before) &&
    isOpen(after);
  if (split) {
    const trees = [objectOf(beforeTree), objectOf(afterTree)] as const;
    const sides = [objectOf(before), objectOf(after)] as const;
    const masked: [Values, Values] = [{ ...sides[0] }, { ...sides[1] }];
    for (const key of new Set([...Object.keys(trees[0]), ...Object.keys(trees[1])])) {
      const inner = (side: 0 | 1, of: readonly [Values, Values]) =>
        Object.hasOwn(of[side], key) ? of[side][key] : undefined;
      const pair = maskPair(inner(0, sides), inner(1, sides), inner(0, trees), inner(1, trees));
      for (const side of [0, 1] as const) {
        if (Object.hasOwn(sides[side], key)) define(masked[side], key, pair[side]);
      }
    }
    return [isObject(before) ? masked[0] : before, isObject(after) ? masked[1] : after];
  }
  const lists =
    (Array.isArray(beforeTree) || !beforeTree) &&
    (Array.isArray(afterTree) || !afterTree) &&
    (Array.isArray(before) || before === null || before === undefined) &&
    (Array.isArray(after) || after === null || after === undefined);
  if (lists) {
    const sides: [unknown[], unknown[]] = [[...listOf(before)], [...listOf(after)]];
    for (let index = 0; index < Math.max(sides[0].length, sides[1].length); index++) {
      const pair = maskPair(
        sides[0][index],
        sides[1][index],
        listOf(beforeTree)[index],
        listOf(afterTree)[index],
      );
      for (const side of [0, 1] as const) {
        if (index < sides[side].length) sides[side][index] = pair[side];
      }
    }
    return [Array.isArray(before) ? sides[0] : before, Array.isArray(after) ? sides[1] : after];
  }
  if (!marks(beforeTree) && !marks(afterTree)) return [before, after];
  const hide = (value: unknown, mask: string) => (value === null || value === undefined ? value : mask);
  const same = before === undefined || before === null || isEqual(before, after);
  return [hide(before, MASK), hide(after, same ? MASK : CHANGED_MASK)];
}

function isOpen(value: unknown): boolean {
  return value === null || value === undefined || isObject(value);
}

/** Anything but nothing marks: a tree of a shape that its value doesn't have marks all of it, if it marks any. */
function marks(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return Boolean(tree);
  return Object.values(tree).some(marks);
}

function* leaves(value: unknown): Generator<string> {
  if (typeof value === "string") {
    yield value;
    // What is sensitive as a whole may be a document of which a part stands elsewhere.
    if (/^\s*[[{]/.test(value)) {
      try {
        yield* leaves(JSON.parse(value));
      } catch {
        // No JSON: a text like any other.
      }
    }
  } else if (typeof value === "number") {
    yield String(value);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* leaves(inner);
  }
}

function mapped(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const inner = change(value[index]);
      if (inner === value[index]) continue;
      copy ??= [...value];
      copy[index] = inner;
    }
    return copy ?? value;
  }
  if (!isObject(value)) return value;
  let copy: Values | undefined;
  for (const key of Object.keys(value)) {
    const inner = change(value[key]);
    if (inner === value[key]) continue;
    copy ??= { ...value };
    define(copy, key, inner);
  }
  return copy ?? value;
}

/** `__proto__` is a key like any other in JSON. */
function define(object: Values, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

function hashAt(text: string, index: number): number {
  return (
    (text.charCodeAt(index) * 31 +
      text.charCodeAt(index + 1) * 1_009 +
      text.charCodeAt(index + 3) * 5_003 +
      text.charCodeAt(index + 6) * 20_011) &
    0xffff
  );
}
