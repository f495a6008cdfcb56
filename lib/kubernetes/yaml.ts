import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from "yaml";

/** A document of a YAML file: its value, or its error. */
export type YamlDocument = { readonly value: unknown } | { readonly error: string };

/**
 * Parses YAML like kubectl with its Go parser: by YAML 1.1 (`yes` is true, `0644` is octal), but without dates and base-60
 * numbers, and with Go's numbers (`0o644`). Integers that don't fit a JavaScript number are bigints. Refuses duplicate keys,
 * and values that JSON can't represent.
 */
export function parseYaml(text: string): YamlDocument[] {
  const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (forbidden) {
    const code = forbidden[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    const line = text.slice(0, forbidden.index).split("\n").length;
    return [{ error: `The character U+${code} is not allowed in YAML at line ${line}` }];
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    // Every scalar is read as a string, and interpreted by this reader.
    schema: "failsafe",
    resolveKnownTags: false,
    lineCounter: lines,
    uniqueKeys: (one, other) =>
      isScalar(one) && isScalar(other) && one.value === other.value && !isMerge(one),
  });
  return (Array.isArray(documents) ? documents : []).map((document) => {
    try {
      const [error] = document.errors;
      if (error) {
        throw error;
      }
      return { value: new Reader(document, lines).read(document.contents) };
    } catch (error) {
      return { error: (error as Error).message.split(/:?\n/)[0] as string };
    }
  });
}

class Reader {
  private readonly open: Alias[] = [];
  private nodes = 0;
  private nodesOfAliases = 0;

  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  read(node: unknown): unknown {
    this.count(node);
    if (isAlias(node)) {
      return this.follow(node, (target) => this.read(target));
    }
    if (isScalar(node)) {
      return this.scalar(node);
    }
    if (isSeq(node)) {
      return node.items.map((item) => this.read(item));
    }
    return isMap(node) ? Object.fromEntries(this.entries(node)) : null;
  }

  /** A merge key takes effect in order: later keys win, and aren't duplicates of merged ones. */
  private entries(map: YAMLMap): Map<string, unknown> {
    const entries = new Map<string, unknown>();
    const own = new Set<string>();
    for (const { key, value } of map.items) {
      if (isMerge(key)) {
        for (const [merged, item] of this.merged(value)) {
          entries.set(merged, item);
        }
        continue;
      }
      const text = this.key(key);
      if (own.has(text)) {
        throw this.error(`The key "${text}" is duplicated`, key);
      }
      own.add(text);
      entries.set(text, this.read(value));
    }
    return entries;
  }

  /** The entries of a merge key; in a list, the first map wins. */
  private merged(node: unknown): [string, unknown][] {
    if (isAlias(node)) {
      return this.follow(node, (target) => this.merged(target));
    }
    if (isMap(node)) {
      return [...this.entries(node)];
    }
    if (isSeq(node) && !node.items.some((item) => isSeq(item))) {
      return [...node.items].reverse().flatMap((item) => this.merged(item));
    }
    throw this.error("A merge key requires a map or a list of maps", node);
  }

  private key(node: unknown): string {
    if (isAlias(node)) {
      return this.follow(node, (target) => this.key(target));
    }
    const value = isScalar(node) ? this.scalar(node) : undefined;
    if (value === undefined || value === null) {
      throw this.error("A key must be a string, a number or a boolean", node);
    }
    if (typeof value !== "number" || wholeNumber(String((node as Scalar).value)) !== undefined) {
      return String(value);
    }
    if (!Number.isFinite(Math.fround(value))) {
      throw this.error(`The key ${value} is too large for a number in a key`, node);
    }
    return singlePrecision(value);
  }

  private scalar(node: Scalar): unknown {
    const text = String(node.value);
    const [, tag] = /^tag:yaml\.org,2002:(.*)$/.exec(node.tag ?? "") ?? [];
    const isText = node.tag ? tag === undefined : node.type !== Scalar.PLAIN;
    if (isText || tag === "str") {
      return text;
    }
    if (tag === "binary") {
      return this.binary(text, node);
    }
    const value = plain(text);
    if (
      tag !== undefined &&
      tag in TYPE_OF_TAG &&
      !TYPE_OF_TAG[tag]?.includes(value === null ? "null" : typeof value)
    ) {
      throw this.error(`"${text}" is not a valid !!${tag}`, node);
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw this.error(`"${text}" is a number that JSON can't represent`, node);
    }
    return value;
  }

  private binary(text: string, node: Node): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, "base64"));
    } catch {
      throw this.error(
        "A !!binary value must be UTF-8; for binaryData, and the data of a Secret, write base64 without the tag",
        node,
      );
    }
  }

  private follow<T>(alias: Alias, then: (target: Node) => T): T {
    const target = alias.resolve(this.document);
    if (!target || this.open.includes(alias)) {
      throw this.error(`"*${alias.source}" has no anchor, or refers to itself`, alias);
    }
    this.open.push(alias);
    const value = then(target);
    this.open.pop();
    return value;
  }

  /** A few nested aliases can expand to gigabytes. The limits are those of Go's parser. */
  private count(node: unknown): void {
    this.nodes += 1;
    this.nodesOfAliases += this.open.length > 0 ? 1 : 0;
    const share =
      this.nodes <= 400_000 ? 0.99 : Math.max(0.1, 0.99 - 0.89 * ((this.nodes - 400_000) / 3_600_000));
    if (this.nodesOfAliases > 1000 && this.nodesOfAliases / this.nodes > share) {
      throw this.error("The document has more aliases than kubectl allows", node);
    }
  }

  private error(text: string, node: unknown): Error {
    const [offset] = (node as Partial<Node> | null)?.range ?? [];
    const at = offset === undefined ? undefined : this.lines.linePos(offset);
    return new Error(at ? `${text} at line ${at.line}, column ${at.col}` : text);
  }
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === Scalar.PLAIN && !key.tag;
}

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);
const TRUES = new Set(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]);
const FALSES = new Set(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]);
const TYPE_OF_TAG: Readonly<Record<string, readonly string[]>> = {
  bool: ["boolean"],
  float: ["number", "bigint"],
  int: ["number", "bigint"],
  null: ["null"],
};

/** The value of a scalar without quotes. */
function plain(text: string): unknown {
  if (NULLS.has(text)) {
    return null;
  }
  if (TRUES.has(text) || FALSES.has(text)) {
    return TRUES.has(text);
  }
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(text)) {
    return Number.NaN;
  }
  const whole = wholeNumber(text);
  if (whole !== undefined) {
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  }
  return floatingPoint(text) ?? text;
}

/** A 64-bit integer, in any Go notation, with underscores between its digits. */
function wholeNumber(text: string): bigint | undefined {
  const digits = text.replaceAll("_", "");
  const [, sign, number] = /^[-+\d]/.test(text)
    ? (/^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(digits) ?? [])
    : [];
  if (number === undefined) {
    return undefined;
  }
  const value = BigInt(number.replace(/^0[oO]?(?=[0-7])/, "0o")) * (sign === "-" ? -1n : 1n);
  const fits = BigInt.asIntN(64, value) === value || (sign === "" && BigInt.asUintN(64, value) === value);
  return fits ? value : undefined;
}

function floatingPoint(text: string): number | undefined {
  // After a leading period, underscores are only allowed between digits.
  const digits = text.startsWith(".") ? text.replaceAll(/(?<=\d)_(?=\d)/g, "") : text.replaceAll("_", "");
  const isNumber = /^[-+.\d]/.test(text) && /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits);
  // If it is too large for a number, it's a string, e.g. the hash of a commit: 1234e5678.
  return isNumber && Number.isFinite(Number(digits)) ? Number(digits) : undefined;
}

/** A number as a key: Go's parser formats it with single precision. */
function singlePrecision(value: number): string {
  const single = Math.fround(value);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) {
    digits += 1;
  }
  const [mantissa = "", exponent = "0"] = single.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  return power < -4 || power >= 6
    ? `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`
    : String(Number(single.toPrecision(digits)));
}
