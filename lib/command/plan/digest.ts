import { createHmac, timingSafeEqual } from "node:crypto";
import { FinalProblem } from "../terminal/problems";
import { at, byText, isObject, listOf, textOf, type Values } from "./values";

/** The environment variable that holds the key. */
export const KEY_VARIABLE = "AKS_FLEET_APPROVAL_KEY";
/** As many bytes as the digest has, in hexadecimal digits. */
const SHORTEST_KEY = 32;

/** Changes with the digest's input, so no digest of an older release matches by chance. */
const FORMAT = "aks-fleet approval 1";

/**
 * What is not applied and differs between plans: timestamps, and what Terraform has read. Everything else in a plan counts,
 * including what later Terraform versions add. `planned_values` repeats `resource_changes`.
 */
const NOT_APPLIED = ["timestamp", "prior_state", "planned_values", "resource_drift", "relevant_attributes"];

/** What to keep of a change that does nothing: values that are only read may differ each time. */
const OF_UNCHANGED = ["actions", "importing", "generated_config"];

/** What would be applied to one stack. */
export interface Applicable {
  readonly stack: string;
  /** The plan from `terraform show -json`. */
  readonly plan: string;
  /** The synthesized stack as written: a plan does not hold all of it. */
  readonly configuration: string;
  /** Terraform's lock file, which pins the providers to run. */
  readonly providers: string;
}

/**
 * A digest of everything that applying a plan does, including values shown masked or shortened. It covers secrets: without the
 * key, nobody can guess values by matching the digest.
 */
export function digestOf({ stack, plan, configuration, providers }: Applicable, key: string): string {
  const parts = [FORMAT, stack, applied(plan), configuration, providers];
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex");
}

export function isSameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The key, which must be too long to guess. */
export function checkedKey(key: string): string {
  if (key.length >= SHORTEST_KEY) return key;
  throw new FinalProblem(
    `${KEY_VARIABLE} has ${key.length} characters: use at least ${SHORTEST_KEY} random ones, e.g. from openssl rand -hex 32.`,
  );
}

function applied(text: string): unknown {
  const plan = parsed(text);
  return Object.keys(plan)
    .sort(byText)
    .filter((key) => !NOT_APPLIED.some((name) => key === quoted(name)))
    .map((key) => [key, inOneOrder(key === quoted("resource_changes") ? changesOf(plan[key]) : plan[key])]);
}

/** The plan's own lists, such as its changes, are unordered. */
function inOneOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort(byText) : value;
}

function changesOf(changes: unknown): unknown[] {
  return listOf(changes).map((one) => {
    const change = at(one, quoted("change"));
    if (!isObject(one) || !isObject(change)) return one;
    const actions = listOf(change[quoted("actions")]).map(textOf);
    if (actions.join() !== quoted("no-op")) return one;
    const kept = Object.fromEntries(OF_UNCHANGED.map((name) => [quoted(name), change[quoted(name)]]));
    return { ...one, [quoted("change")]: kept };
  });
}

/**
 * Keeps numbers as written: JavaScript would read 9007199254740993 and 9007199254740992 as the same. They become strings, and
 * real strings get a prefix to keep them apart.
 */
function parsed(text: string): Values {
  const marked = text.replace(
    /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g,
    (token, inner: string | undefined) => `"${inner === undefined ? `#${token}` : quoted(inner)}"`,
  );
  const plan: unknown = JSON.parse(marked);
  return isObject(plan) ? plan : {};
}

function quoted(text: string): string {
  return `=${text}`;
}
