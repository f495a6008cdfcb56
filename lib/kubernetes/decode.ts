import { type Finding, finding } from "../checks/finding";
import { nearest } from "../checks/nearest";
import { type ApiField, type ApiType, fieldsOf, type ItemKey, knownRelease } from "./api-types";
import { isPlainObject } from "./escape";
import { canonicalQuantity } from "./quantity";

/** A value as the API stores it, and the reasons for which the API would refuse it. */
export interface Decoded {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Decodes a value like the API server's strict decoder, and encodes it again: zero values that mean unset are omitted, and
 * quantities and the like are written in canonical form.
 * @param path of the value, for findings
 * @param isUnknown whether a value is known only to others, such as Terraform: it is kept, and not checked
 */
export function decode(
  value: unknown,
  type: ApiType,
  path: string,
  isUnknown: (value: unknown) => boolean,
): Decoded {
  const decoder = new Decoder(isUnknown);
  return { value: decoder.decode(value, type, path), findings: decoder.findings };
}

class Decoder {
  readonly findings: Finding[] = [];

  constructor(private readonly isUnknown: (value: unknown) => boolean) {}

  decode(value: unknown, type: ApiType, path: string, keys?: readonly ItemKey[]): unknown {
    if (this.isUnknown(value)) {
      return value;
    }
    switch (type.form) {
      case "struct":
        return this.struct(value, type.name, path);
      case "map":
        return this.map(value, type.of, path);
      case "list":
        return this.list(value, type.of, path, keys);
      case "either":
        return this.decode(value, chosen(value, type.types), path);
      case "any":
        return this.anything(value, path);
      case "string":
        return typeof value === "string" ? value : this.wrong(value, path, "a string; put it in quotes");
      case "bool":
        return typeof value === "boolean" ? value : this.wrong(value, path, "true or false, without quotes");
      case "int32":
        return this.integer(value, 32, path);
      case "int64":
        return this.integer(value, 64, path);
      case "intOrString":
        return typeof value === "string" ? value : this.integer(value, 32, path, " or a string");
      case "float":
        return isNumber(value) ? Number(value) : this.wrong(value, path, "a number");
      case "quantity":
        return this.quantity(value, path);
      case "resource":
        return this.quantity(value, path, -3);
      case "bytes":
        return this.bytes(value, path);
      case "time":
        return this.time(value, path, 0);
      case "microTime":
        return this.time(value, path, 6);
    }
  }

  private struct(value: unknown, name: string, path: string): unknown {
    if (!isPlainObject(value)) {
      return this.wrong(value, path, "a map");
    }
    const fields = fieldsOf(name);
    const entries = Object.entries(value).flatMap(([key, item]) => {
      const at = below(path, key);
      const field = fields.get(key);
      if (!field) {
        this.findings.push(unknownField(key, at, [...fields.keys()]));
        return [];
      }
      if (item === null || item === undefined) {
        return [];
      }
      const kept = this.decode(item, field.type, at, field.keys);
      return kept === undefined || isLeftOut(kept, field) ? [] : [[key, kept] as const];
    });
    return Object.fromEntries(entries);
  }

  private map(value: unknown, of: ApiType, path: string): unknown {
    if (!isPlainObject(value)) {
      return this.wrong(value, path, "a map");
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.decode(item ?? zero(of), of, below(path, key))]),
    );
  }

  private list(value: unknown, of: ApiType, path: string, keys?: readonly ItemKey[]): unknown {
    if (!Array.isArray(value)) {
      return this.wrong(value, path, "a list");
    }
    const items = value.map((item, index) => this.decode(item ?? zero(of), of, `${path}[${index}]`));
    if (keys) {
      this.findings.push(...this.checkItems(items, keys, path));
    }
    return items;
  }

  /** Checks by the rules of server-side apply that the items of a list are unique. */
  private *checkItems(items: readonly unknown[], keys: readonly ItemKey[], path: string): Generator<Finding> {
    const seen = new Map<string, number>();
    for (const [index, item] of items.entries()) {
      if (this.isUnknown(item) || (keys.length > 0 && !isPlainObject(item))) {
        continue;
      }
      const values = keys.map(({ name, byDefault }) => (item as Record<string, unknown>)[name] ?? byDefault);
      if (values.includes(undefined)) {
        continue;
      }
      const identity = JSON.stringify(keys.length === 0 ? item : values.map(String));
      const other = values.some(this.isUnknown) ? undefined : seen.get(identity);
      if (other !== undefined) {
        const what = keys
          .map(({ name }, position) => `${name} ${JSON.stringify(values[position])}`)
          .join(", ");
        yield finding(
          "manifest-item-twice",
          `${path}[${index}]: ${what || JSON.stringify(item)} is also ${path}[${other}], but the API allows it only once; remove one of them.`,
        );
      }
      seen.set(identity, index);
    }
  }

  /** A value without a type. The Kubernetes provider drops null. */
  private anything(value: unknown, path: string): unknown {
    if (this.isUnknown(value)) {
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        item === null || item === undefined
          ? this.wrong(null, `${path}[${index}]`, "a value, as the Kubernetes provider drops null from lists")
          : this.anything(item, `${path}[${index}]`),
      );
    }
    if (isPlainObject(value)) {
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== null && item !== undefined)
          .map(([key, item]) => [key, this.anything(item, below(path, key))]),
      );
    }
    if (typeof value === "bigint") {
      // The API stores 64-bit integers, and all other numbers as floating point.
      return BigInt.asIntN(64, value) === value ? value : Number(value);
    }
    return typeof value === "string" || typeof value === "boolean" || isNumber(value)
      ? value
      : this.wrong(value, path, "a JSON value");
  }

  private integer(value: unknown, bits: 32 | 64, path: string, orElse = ""): unknown {
    const isWhole = typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
    if (!isWhole) {
      return this.wrong(value, path, `an integer${orElse}`);
    }
    const number = BigInt(value);
    if (BigInt.asIntN(bits, number) !== number) {
      return this.wrong(value, path, `a ${bits}-bit integer${orElse}`);
    }
    return Number.isSafeInteger(Number(number)) ? Number(number) : value;
  }

  private quantity(value: unknown, path: string, roundedTo?: number): unknown {
    const isText = typeof value === "string" || isNumber(value);
    const canonical = isText ? canonicalQuantity(value, roundedTo) : undefined;
    return canonical ?? this.wrong(value, path, 'a quantity, e.g. "500m" or "16Gi"');
  }

  /** Base64, which may have line breaks. */
  private bytes(value: unknown, path: string): unknown {
    const text = typeof value === "string" ? value.replace(/[\r\n]/g, "") : "?";
    return /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/.test(text)
      ? Buffer.from(text, "base64").toString("base64")
      : this.wrong(value, path, "base64");
  }

  private time(value: unknown, path: string, digits: number): unknown {
    const match =
      typeof value === "string"
        ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/.exec(value)
        : null;
    const seconds = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
    if (!match || Number.isNaN(seconds)) {
      return this.wrong(value, path, 'a time, e.g. "2026-01-31T10:00:00Z"');
    }
    const fraction = digits > 0 ? `.${(match[2] ?? "").slice(0, digits).padEnd(digits, "0")}` : "";
    return `${new Date(seconds).toISOString().slice(0, 19)}${fraction}Z`;
  }

  /** Reported once: an invalid value is omitted. */
  private wrong(value: unknown, path: string, wanted: string): undefined {
    this.findings.push(finding("manifest-field-type", `${path}: is ${shown(value)}, but must be ${wanted}.`));
  }
}

/** The type that fits the value's form. */
function chosen(value: unknown, types: readonly ApiType[]): ApiType {
  const form = Array.isArray(value) ? "list" : typeof value === "boolean" ? "bool" : "struct";
  return types.find((type) => type.form === form) ?? (types[0] as ApiType);
}

/** The meaning of null in a list or a map. */
function zero({ form }: ApiType): unknown {
  switch (form) {
    case "string":
    case "bytes":
      return "";
    case "quantity":
    case "resource":
      return "0";
    case "struct":
      return {};
    case "bool":
      return false;
    case "int32":
    case "int64":
      return 0;
    default:
      return null;
  }
}

function isLeftOut(value: unknown, { type, omitsEmpty }: ApiField): boolean {
  switch (type.form) {
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map":
      return isPlainObject(value) && Object.keys(value).length === 0;
    case "string":
    case "bool":
    case "bytes":
    case "int32":
    case "int64":
    case "float":
    case "intOrString":
      return omitsEmpty && !type.isPointer && (value === "" || value === false || value === 0);
    default:
      return false;
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
}

function unknownField(key: string, path: string, names: readonly string[]): Finding {
  const meant = nearest(key, names);
  const advice = meant === undefined ? "remove it" : `use "${meant}"`;
  return finding(
    "manifest-field-unknown",
    `${path}: is not a field in Kubernetes ${knownRelease()}; ${advice}.`,
  );
}

function below(path: string, key: string): string {
  const plain = /^[A-Za-z_][\w-]*$/.test(key);
  return plain ? [path, key].filter(Boolean).join(".") : `${path}[${JSON.stringify(key)}]`;
}

function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
    case "number":
    case "bigint":
      return `the number ${value}`;
    case "boolean":
      return String(value);
    default:
      return Array.isArray(value)
        ? "a list"
        : isPlainObject(value)
          ? "a map"
          : value === null
            ? "null"
            : typeof value;
  }
}
