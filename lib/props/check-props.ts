import type { IConstruct } from "constructs";
import * as v from "valibot";
import type { Finding } from "../checks/finding";
import { noSuch, PLACE, problemWith } from "./describe";
import { asTyped, fits, isPlain, TYPES } from "./fit";
import { hasPlaceholder, placeholder } from "./placeholder";
import type { Node } from "./schema";

/**
 * The props of a construct, validated against their type: TypeScript doesn't check JavaScript apps or JSON. Props given as
 * undefined are removed. Values that CDKTF can convert (an IResolvable, an attribute of another type) become tokens of the
 * prop's type. Everything of a wrong type becomes a finding, and the construct continues without it.
 *
 * Checks need not validate again: after this, all required props are present and of their type.
 *
 * @param name of the type in the schema
 * @param at what findings call the value, if it is not the props of a construct
 * @throws if a required construct is missing, as it can't be replaced by a placeholder. The error lists all findings so far
 */
export function checkedProps<T extends object>(scope: IConstruct, name: string, props: T, at?: string): T {
  return accepted(scope, inspectProps(name, props, at));
}

/** A value validated against its type, with placeholders for what is wrong or missing. */
export interface Inspected<T> {
  /** Undefined if something is missing that has no placeholder. */
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reports, on a construct, the findings of a value that was inspected before the construct existed.
 * @throws like checkedProps
 */
export function accepted<T>(scope: IConstruct, { value, findings }: Inspected<T>): T {
  if (value === undefined) {
    refuse(scope, findings);
  }
  if (findings.length > 0) {
    record(scope, findings);
    // Not through addCheck: a missing value can't be acknowledged.
    scope.node.addValidation({ validate: () => [...findings] });
  }
  return value;
}

/**
 * Refuses props that a construct can't continue with.
 * @throws an error that lists all findings so far
 */
export function refuse(scope: IConstruct, findings: readonly Finding[]): never {
  record(scope, findings);
  const all = refused(scope).map((text) => `  ${text}`);
  throw new Error(`Validation failed with the following errors:\n${all.join("\n")}`);
}

/**
 * The arguments of a function, validated, if there is no construct to report findings.
 * @param at what findings call them: the function's name
 * @throws an error that lists all findings
 */
export function checkedArguments<T extends object>(name: string, given: T, at: string): T {
  const { value, findings } = inspectProps(name, given, at);
  if (findings.length > 0) {
    throw new Error(findings.join("\n"));
  }
  return value as T;
}

/**
 * The options of a method, for the props of the construct that it creates, which validates each of them. This only checks
 * that they are an object.
 * @param at what findings call them, e.g. `addSecret`
 */
export function optionsOf<T extends object>(scope: IConstruct, at: string, options: T | undefined): T {
  if (options === undefined) {
    return {} as T;
  }
  return isPlain(options)
    ? options
    : accepted(scope, {
        value: {} as T,
        findings: [problemWith(options, { fields: {} }).replace(PLACE, `${at}'s options`) as Finding],
      });
}

function record(scope: IConstruct, findings: readonly Finding[]): void {
  refused(scope).push(...findings.map((found) => `[${scope.node.path}] ${found}`));
}

/** The findings on the props of an app's constructs so far. */
function refused({ node: { root } }: IConstruct): string[] {
  const found = REFUSED.get(root) ?? [];
  REFUSED.set(root, found);
  return found;
}

const REFUSED = new WeakMap<IConstruct, string[]>();

/**
 * Validates a value against its type.
 * @param name of the type in the schema
 * @param at what findings call the value, if it is not the props of a construct
 */
export function inspectProps<T extends object>(name: string, value: T, at?: string): Inspected<T> {
  const result = v.safeParse(typeOf(name, false), value);
  if (result.success) {
    return { value: result.output as T, findings: [] };
  }
  const findings = result.issues.map(({ message, path = [] }) => {
    const place = (path as { key: unknown }[]).reduce((text, { key }) => text + step(key, text), at ?? "");
    return message.replace(PLACE, () => place || "props") as Finding;
  });
  const repaired = v.safeParse(typeOf(name, true), value);
  return { value: repaired.success ? (repaired.output as T) : undefined, findings };
}

function step(key: unknown, before: string): string {
  if (typeof key === "number") {
    return `[${key}]`;
  }
  const name = String(key);
  return /^[\w$]+$/.test(name) ? `${before && "."}${name}` : `[${JSON.stringify(name)}]`;
}

const made = new Map<string, v.GenericSchema>();

/** A type by its name. @param lenient whether it replaces invalid values with placeholders */
function typeOf(name: string, lenient: boolean): v.GenericSchema {
  const key = `${name}${lenient}`;
  const known = made.get(key) ?? build(TYPES[name] as Node, lenient, name);
  made.set(key, known);
  return known;
}

/** @param said what findings call the type, if it has a name */
function build(node: Node, lenient: boolean, said: Node = node): v.GenericSchema {
  if (typeof node === "string" && node in TYPES) {
    return v.lazy(() => typeOf(node, lenient));
  }
  const type = buildKind(node, lenient, said);
  return lenient && hasPlaceholder(node) ? v.fallback(type, () => placeholder(node)) : type;
}

function buildKind(node: Node, lenient: boolean, said: Node): v.GenericSchema {
  const fitting = v.custom<unknown>(
    (value) => fits(node, value),
    ({ input }) => problemWith(input, said),
  );
  if (typeof node === "object" && "anyOf" in node) {
    return v.lazy((input) => {
      const one = node.anyOf.find((candidate) => fits(candidate, input));
      return one === undefined ? fitting : build(one, lenient);
    });
  }
  if (typeof node === "object" && "fields" in node) {
    // In a value that is not an object every field is missing; required constructs have no placeholder.
    const object = lenient
      ? v.pipe(
          v.unknown(),
          v.transform((value) => (fits(node, value) ? value : {})),
        )
      : fitting;
    // In a provider's own object, undefined removes a default.
    return node.open
      ? v.pipe(object, ofFields(node, lenient))
      : v.pipe(object, ofFields(node, lenient), v.transform(withoutUndefined));
  }
  const typed = v.pipe(
    fitting,
    v.transform((value) => asTyped(node, value)),
  );
  if (typeof node === "object" && "list" in node) {
    return v.pipe(typed, v.array(build(node.list, lenient)));
  }
  if (typeof node === "object" && "map" in node) {
    return v.pipe(typed, v.record(v.string(), build(node.map, lenient)));
  }
  return typed;
}

function ofFields(
  { fields, open }: { readonly fields: Readonly<Record<string, Node>>; readonly open?: true },
  lenient: boolean,
): v.GenericSchema {
  const names = Object.keys(fields).map((field) => field.replace(/\?$/, ""));
  const entries = Object.entries(fields).map(([field, node]) => {
    const type = build(node, lenient);
    return field.endsWith("?")
      ? [field.slice(0, -1), v.optional(lenient ? v.fallback(type, undefined) : type)]
      : [field, type];
  });
  // For a missing field; a field of the wrong type has its own message.
  const missing = ({ expected }: { expected: string | null }) =>
    problemWith(undefined, fields[JSON.parse(expected as string)] as Node);
  const object = v.looseObject(Object.fromEntries(entries), missing);
  if (open) {
    return object;
  }
  if (lenient) {
    return v.pipe(
      object,
      v.transform((value) => pick(value, names)),
    );
  }
  return v.pipe(
    object,
    v.rawCheck(({ dataset: { value: input }, addIssue }) => {
      const others = Object.entries(input as object).filter(([, value]) => value !== undefined);
      for (const [key, value] of others.filter(([key]) => !names.includes(key))) {
        const path = [
          { type: "object", origin: "key", input: input as Record<string, unknown>, key, value },
        ] as const;
        addIssue({ path: [...path], message: noSuch(key, names) });
      }
    }),
  );
}

function withoutUndefined(value: unknown): object {
  return Object.fromEntries(Object.entries(value as object).filter(([, field]) => field !== undefined));
}

function pick(value: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}
