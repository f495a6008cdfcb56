import { parseAllDocuments } from "yaml";
import { isSecretName, namedTree } from "./secret-places";
import { isEqual, isObject, listOf, objectOf, type Values } from "./values";

export const MASK = "(sensitive value)";
export const CHANGED_MASK = "(sensitive value, changed)";

/** User-defined keys, such as those of a Secret, may be any string; field names are kept. */
const FIELD_NAME = /^[A-Za-z_]+$/;

/** Shorter values are masked only in their own place: `true` or `80` occur in too many other strings. */
const SHORTEST = 8;

/** Longer strings, such as documents, rarely recur. */
const LONGEST_CACHED = 256;

/** Strings to search for in other strings, all in one pass. */
class Texts {
  /** By their first characters. */
  private readonly byStart = new Map<string, Set<string>>();
  private readonly starts = new Uint8Array(65_536);

  /** At least SHORTEST characters long. */
  add(text: string): void {
    const start = text.slice(0, SHORTEST);
    const same = this.byStart.get(start) ?? new Set();
    same.add(text);
    this.byStart.set(start, same);
    this.starts[hashAt(text, 0)] = 1;
  }

  isIn(text: string): boolean {
    return this.replaceIn(text, "") !== text;
  }

  replaceIn(text: string, by: string): string {
    if (this.byStart.size === 0) return text;
    let clean = "";
    let done = 0;
    for (let index = 0; index + SHORTEST <= text.length; index++) {
      if (this.starts[hashAt(text, index)] === 0) continue;
      const found = this.longestAt(text, index);
      if (found === 0) continue;
      clean += text.slice(done, index) + by;
      done = index + found;
      index = done - 1;
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  private longestAt(text: string, index: number): number {
    let longest = 0;
    for (const one of this.byStart.get(text.slice(index, index + SHORTEST)) ?? []) {
      if (one.length > longest && text.startsWith(one, index)) longest = one.length;
    }
    return longest;
  }
}

/** Possible base64 of at least the length masked in strings, including wrapped lines and base64url. */
const BASE64_WORDS = /[\w+/-]{11,}(?:[ \t]*\r?\n[ \t]*[\w+/-]{4,})*={0,2}/g;
/** Base64 nested three deep: a registry password in a file in a Secret's data. */
const DEEPEST = 3;

/**
 * The secrets of a plan, from its `*_sensitive` trees. They are masked where the trees say so, and in every other string that
 * contains one: a provider may return a secret inside a JSON string that it doesn't mark as sensitive.
 */
export class Secrets {
  private readonly texts = new Texts();
  /** A cache of whether words are base64 of a string with a secret: ids recur everywhere. */
  private readonly words = new Map<string, boolean>();
  /** A cache of masked strings: most recur in many resources. */
  private readonly cleaned = new Map<string, string>();
  /** Whole values in JSON strings are masked even if they are short. */
  private readonly whole = new Set<string>();

  get any(): boolean {
    return this.whole.size > 0;
  }

  /** Collects everything sensitive in a value. */
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
    for (const piece of piecesOf(text)) {
      if (piece.length < SHORTEST) continue;
      for (const form of formsOf(piece)) {
        if (form.length >= SHORTEST) this.texts.add(form);
      }
    }
    this.words.clear();
    this.cleaned.clear();
  }

  /** The string without secrets. */
  cleanText(text: string): string {
    if (!this.any) return text;
    if (text.length > LONGEST_CACHED) return this.withoutSecrets(text);
    let clean = this.cleaned.get(text);
    if (clean === undefined) {
      clean = this.withoutSecrets(text);
      this.cleaned.set(text, clean);
    }
    return clean;
  }

  private withoutSecrets(text: string): string {
    const trimmed = text.trimStart();
    if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
      const cleaned = this.cleanJson(text);
      if (cleaned !== undefined) return cleaned;
    }
    return this.texts.replaceIn(text, MASK).replace(BASE64_WORDS, (word) => {
      const joined = word.replace(/\s+/g, "");
      // With other line lengths, or unwrapped.
      const isIn = this.isInBase64(joined) || (joined !== word && this.texts.isIn(joined));
      return isIn ? MASK : word;
    });
  }

  private isInBase64(word: string, depth = 1): boolean {
    // Base64 of text mixes upper and lower case, unlike most names.
    if (!/[A-Z]/.test(word)) return false;
    let known = this.words.get(word);
    if (known === undefined) {
      // The text before it may use the same characters.
      known = [0, 1, 2, 3].some((start) => {
        const bytes = Buffer.from(word.slice(start), "base64");
        const meant = bytes.toString("utf8");
        if (this.texts.isIn(meant)) return true;
        // UTF-16, as PowerShell and certificates write it: two bytes per character.
        if (bytes.includes(0) && this.texts.isIn(meant.replaceAll("\0", ""))) return true;
        return (
          depth < DEEPEST &&
          [...meant.matchAll(BASE64_WORDS)].some(([one]) =>
            this.isInBase64(one.replace(/\s+/g, ""), depth + 1),
          )
        );
      });
      if (depth === 1) this.words.set(word, known);
    }
    return known;
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

  private cleanKey(key: string): string {
    return FIELD_NAME.test(key) ? key : this.cleanText(key);
  }

  /** A value without secrets in any string; unchanged values keep their identity. */
  clean(value: unknown, inJson = false): unknown {
    if (typeof value === "string") {
      return inJson && this.whole.has(value) ? MASK : this.cleanText(value);
    }
    if (inJson && typeof value === "number" && this.whole.has(String(value))) return MASK;
    return mapped(
      value,
      (inner) => this.clean(inner, inJson),
      (key) => this.cleanKey(key),
    );
  }
}

/** Before and after of a change; both are masked where either is sensitive. */
export function maskPair(
  before: unknown,
  after: unknown,
  beforeTree: unknown,
  afterTree: unknown,
): [before: unknown, after: unknown] {
  if (!marks(beforeTree) && !marks(afterTree)) return [before, after];
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
  const hide = (value: unknown, mask: string) => (value === null || value === undefined ? value : mask);
  const same = before === undefined || before === null || isEqual(before, after);
  return [hide(before, MASK), hide(after, same ? MASK : CHANGED_MASK)];
}

function isOpen(value: unknown): boolean {
  return value === null || value === undefined || isObject(value);
}

/** Anything non-empty marks: a tree whose shape differs from its value's marks all of it, if it marks any. */
function marks(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return Boolean(tree);
  return Object.values(tree).some(marks);
}

/** Forms of a secret that may occur elsewhere: all of it, trimmed, and secret parts within it. */
function* piecesOf(text: string): Generator<string> {
  yield text;
  const trimmed = text.trim();
  if (trimmed !== text) yield trimmed;
  for (const [, password] of text.matchAll(/:\/\/[^:@/\s]*:([^@/\s]+)@/g)) {
    yield password as string;
    yield decoded(password as string);
  }
  for (const [, name, value] of text.matchAll(ASSIGNMENT)) {
    if (isSecretName(name as string)) yield (value as string).replace(/^(["'])(.*)\1$/, "$2");
  }
  if (trimmed.includes("\n")) yield* namedIn(trimmed);
  // The lines of a key, however indented, and joined.
  const lines = trimmed.split(/\s*\n\s*/).filter((line) => /^[A-Za-z0-9+/]+=*$/.test(line));
  if (trimmed.includes("-----BEGIN ")) {
    yield* lines;
    yield lines.join("");
  } else if (trimmed.includes("\n")) {
    yield* lines.filter(({ length }) => length >= SHORTEST_KEY_LINE);
  }
}

/** A run of this many letters and digits isn't a word. */
const SHORTEST_KEY_LINE = 16;

/** `name: value`, `name=value`, `AccountKey=value;`. */
const ASSIGNMENT = /(?:^|[\s;,&?{"'])([A-Za-z][\w.-]*)["']?\s*[:=][ \t]*("[^"\n]*"|'[^'\n]*'|[^\s;,&"'}]+)/g;

/** What is secret by its name in a YAML document. */
function* namedIn(document: string): Generator<string> {
  try {
    for (const one of [parseAllDocuments(document, { logLevel: "silent" })].flat()) {
      const value: unknown = one.toJS();
      yield* markedIn(value, namedTree(value));
    }
  } catch {
    // Not a document: an ordinary string.
  }
}

function* markedIn(value: unknown, tree: unknown): Generator<string> {
  if (tree === true) {
    for (const text of leaves(value)) yield text.trim();
  } else if (typeof tree === "object" && tree !== null) {
    for (const [key, inner] of Object.entries(tree)) yield* markedIn((value as Values)[key], inner);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same in the encodings that occur in strings. */
function formsOf(text: string): Set<string> {
  const escaped = JSON.stringify(text).slice(1, -1);
  const base64 = Buffer.from(text).toString("base64");
  const url = encoded(text);
  const form = url.replace(/%20/g, "+").replace(/[!'()*]/g, inPercent);
  const lowerCase = (one: string) => one.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return new Set([
    text,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    // As Go writes JSON.
    escaped.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
    base64,
    base64.replace(/=+$/, ""),
    base64.replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_"),
    url,
    lowerCase(url),
    form,
    lowerCase(form),
    form.replace(/\+/g, "%20"),
    ...(text.includes("'") ? [text.replaceAll("'", "''")] : []),
    text.replace(/[&<>"']/g, (one) => `&${XML[one]};`),
    Buffer.from(text).toString("hex"),
  ]);
}

const XML: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair.
    return text;
  }
}

function inPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function* leaves(value: unknown): Generator<string> {
  if (typeof value === "string") {
    yield value;
    // A sensitive value may be a document whose parts occur elsewhere.
    if (/^\s*[[{]/.test(value)) {
      try {
        yield* leaves(JSON.parse(value));
      } catch {
        // Not JSON: an ordinary string.
      }
    }
  } else if (typeof value === "number") {
    yield String(value);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* leaves(inner);
    // In a container registry's configuration: `user:password` in base64.
    const auth = isObject(value) ? value.auth : undefined;
    if (typeof auth === "string") {
      const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
      if (password) yield password;
    }
  }
}

function mapped(
  value: unknown,
  change: (inner: unknown) => unknown,
  changeKey: (key: string) => string,
): unknown {
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
  const keys = Object.keys(value);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const inner = change(value[key]);
    const name = changeKey(key);
    if (copy === undefined) {
      if (inner === value[key] && name === key) continue;
      copy = {};
      for (const before of keys.slice(0, index)) define(copy, before, value[before]);
    }
    define(copy, name, inner);
  }
  return copy ?? value;
}

/** In JSON, `__proto__` is an ordinary key. */
function define(object: Values, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
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
