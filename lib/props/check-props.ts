import type { IConstruct } from "constructs";
import * as v from "valibot";
import type { Finding } from "../checks/finding";
import { noSuch, PLACE, problemWith } from "./describe";
import { asTyped, fits, isPlain, TYPES } from "./fit";
import type { Node } from "./schema";
import { canStandIn, standIn } from "./stand-in";

/**
 * The props of a construct, as their type says that they are: types don't reach apps of JavaScript, nor JSON. What is
 * given as undefined is left out; what CDKTF can make a token of that type is made one (an IResolvable, an attribute of another
 * type). Findings tell all that is not of its type, and the construct goes on without it.
 *
 * A check need not ask again: after this, what must be given is there, and of its type.
 *
 * @param name of the type, by which the schema describes it
 * @param at what the value is called in findings, where it is not the props of a construct
 * @throws if a construct that must be given is not: nothing can stand in for one. The error tells what was found so far
 */
export function checkedProps<T extends object>(scope: IConstruct, name: string, props: T, at?: string): T {
  return accepted(scope, inspectProps(name, props, at));
}

/** A value that was held against its type: as the type says that it is, where it could be mended. */
export interface Inspected<T> {
  /** Undefined where something is missing that nothing can stand in for. */
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Lets a construct tell what was found of a value before there was a construct, and go on without it.
 * @throws as checkedProps does
 */
export function accepted<T>(scope: IConstruct, { value, findings }: Inspected<T>): T {
  if (value === undefined) {
    refuse(scope, findings);
  }
  if (findings.length > 0) {
    note(scope, findings);
    // Not by addCheck: what is missing can't be acknowledged.
    scope.node.addValidation({ validate: () => [...findings] });
  }
  return value;
}

/**
 * Refuses what a construct can't go on with.
 * @throws an error that tells what was found so far
 */
export function refuse(scope: IConstruct, findings: readonly Finding[]): never {
  note(scope, findings);
  const all = refused(scope).map((text) => `  ${text}`);
  throw new Error(`Validation failed with the following errors:\n${all.join("\n")}`);
}

/**
 * The arguments of a function, where there is no construct that could say what is wrong with them.
 * @param at what they are called in findings: the function's name
 * @throws an error that tells all that is wrong
 */
export function checkedArguments<T extends object>(name: string, given: T, at: string): T {
  const { value, findings } = inspectProps(name, given, at);
  if (findings.length > 0) {
    throw new Error(findings.join("\n"));
  }
  return value as T;
}

/**
 * The options of a method, for the props of what it makes, which tells what is wrong with each. Here is told that they are
 * no object.
 * @param at what they are called in findings, e.g. `addSecret`
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

function note(scope: IConstruct, findings: readonly Finding[]): void {
  refused(scope).push(...findings.map((found) => `[${scope.node.path}] ${found}`));
}

/** What was found of the props of an app's constructs so far. */
function refused({ node: { root } }: IConstruct): string[] {
  const found = REFUSED.get(root) ?? [];
  REFUSED.set(root, found);
  return found;
}

const REFUSED = new WeakMap<IConstruct, string[]>();

/**
 * Holds a value against its type.
 * @param name of the type, by which the schema describes it
 * @param at what the value is called in findings, where it is not the props of a construct
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
  const mended = v.safeParse(typeOf(name, true), value);
  return { value: mended.success ? (mended.output as T) : undefined, findings };
}

function step(key: unknown, before: string): string {
  if (typeof key === "number") {
    return `[${key}]`;
  }
  const name = String(key);
  return /^[\w$]+$/.test(name) ? `${before && "."}${name}` : `[${JSON.stringify(name)}]`;
}

const made = new Map<string, v.GenericSchema>();

/** A type by its name. @param mending whether it puts something of the type in the place of what is not */
function typeOf(name: string, mending: boolean): v.GenericSchema {
  const key = `${name}${mending}`;
  const known = made.get(key) ?? build(TYPES[name] as Node, mending, name);
  made.set(key, known);
  return known;
}

/** @param said how findings call the type, where it has a name */
function build(node: Node, mending: boolean, said: Node = node): v.GenericSchema {
  if (typeof node === "string" && node in TYPES) {
    return v.lazy(() => typeOf(node, mending));
  }
  const type = buildKind(node, mending, said);
  return mending && canStandIn(node) ? v.fallback(type, () => standIn(node)) : type;
}

function buildKind(node: Node, mending: boolean, said: Node): v.GenericSchema {
  const fitting = v.custom<unknown>(
    (value) => fits(node, value),
    ({ input }) => problemWith(input, said),
  );
  if (typeof node === "object" && "anyOf" in node) {
    return v.lazy((input) => {
      const one = node.anyOf.find((candidate) => fits(candidate, input));
      return one === undefined ? fitting : build(one, mending);
    });
  }
  if (typeof node === "object" && "fields" in node) {
    // Of what is no object each field is missing: those that must be a construct can't be made up.
    const object = mending
      ? v.pipe(
          v.unknown(),
          v.transform((value) => (fits(node, value) ? value : {})),
        )
      : fitting;
    // What a provider's own object sets to undefined is taken away from it.
    return node.open
      ? v.pipe(object, ofFields(node, mending))
      : v.pipe(object, ofFields(node, mending), v.transform(withoutUndefined));
  }
  const typed = v.pipe(
    fitting,
    v.transform((value) => asTyped(node, value)),
  );
  if (typeof node === "object" && "list" in node) {
    return v.pipe(typed, v.array(build(node.list, mending)));
  }
  if (typeof node === "object" && "map" in node) {
    return v.pipe(typed, v.record(v.string(), build(node.map, mending)));
  }
  return typed;
}

function ofFields(
  { fields, open }: { readonly fields: Readonly<Record<string, Node>>; readonly open?: true },
  mending: boolean,
): v.GenericSchema {
  const names = Object.keys(fields).map((field) => field.replace(/\?$/, ""));
  const entries = Object.entries(fields).map(([field, node]) => {
    const type = build(node, mending);
    return field.endsWith("?")
      ? [field.slice(0, -1), v.optional(mending ? v.fallback(type, undefined) : type)]
      : [field, type];
  });
  // Where a field is not there: else it says so itself.
  const missing = ({ expected }: { expected: string | null }) =>
    problemWith(undefined, fields[JSON.parse(expected as string)] as Node);
  const object = v.looseObject(Object.fromEntries(entries), missing);
  if (open) {
    return object;
  }
  if (mending) {
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
