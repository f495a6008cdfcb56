import { createHmac, timingSafeEqual } from "node:crypto";
import { FinalProblem } from "../terminal/problems";
import { at, byText, isObject, listOf, textOf, type Values } from "./values";

/** The variable of the environment that holds the key. */
export const KEY_VARIABLE = "AKS_FLEET_APPROVAL_KEY";
/** As many bytes as the digest has, written as hexadecimal digits or longer. */
const SHORTEST_KEY = 32;

/** Changes with what is digested, so that no digest of an older release fits by chance. */
const FORMAT = "aks-fleet approval 1";

/**
 * What is not applied, and differs from one plan to the next: when it was made, and what Terraform has read. Whatever else a
 * plan tells counts, also what a later Terraform adds. `planned_values` say again what `resource_changes` say.
 */
const NOT_APPLIED = ["timestamp", "prior_state", "planned_values", "resource_drift", "relevant_attributes"];

/** What of a change is left where nothing changes: values that are only read may differ each time. */
const OF_UNCHANGED = ["actions", "importing", "generated_config"];

/** What would be applied to one stack. */
export interface Applicable {
  readonly stack: string;
  /** What `terraform show -json` says of the plan. */
  readonly plan: string;
  /** The synthesized stack as it is written: not all of it is in a plan. */
  readonly configuration: string;
  /** Terraform's lock file, which names the providers that would be run. */
  readonly providers: string;
}

/**
 * A digest of everything that applying a plan does, values that are shown masked or shortened included. Secrets are part of it:
 * without the key nobody can try values until the digest fits.
 */
export function digestOf({ stack, plan, configuration, providers }: Applicable, key: string): string {
  const parts = [FORMAT, stack, applied(plan), configuration, providers];
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex");
}

export function isSameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The key, which has to be long enough that nobody guesses it. */
export function checkedKey(key: string): string {
  if (key.length >= SHORTEST_KEY) return key;
  throw new FinalProblem(
    `${KEY_VARIABLE} has ${key.length} characters: give it at least ${SHORTEST_KEY} that nobody can guess, e.g. of openssl rand -hex 32.`,
  );
}

function applied(text: string): unknown {
  const plan = parsed(text);
  return Object.keys(plan)
    .sort(byText)
    .filter((key) => !NOT_APPLIED.some((name) => key === quoted(name)))
    .map((key) => [key, inOneOrder(key === quoted("resource_changes") ? changesOf(plan[key]) : plan[key])]);
}

/** Lists of a plan's own, such as that of its changes, have no order that means something. */
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
 * Numbers as they are written: JavaScript would read 9007199254740993 and 9007199254740992 as one. They become texts, and so
 * that no text is one of them, texts begin with a sign of their own.
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
