import { Unknown } from "../../../fleet-model/unknown";
import { type AttributeChange, attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { at, byText, isEqual, isObject, joined, pathText, textOf } from "../../plan/values";
import { shorten } from "../../terminal/problems";
import type { Reported } from "./rule";
import { changeName, kindOf } from "./subject";

/** Singular and plural: `is deleted`, `are deleted`. */
export type Verb = readonly [one: string, many: string];

export const REASONS: Record<string, string> = {
  delete_because_no_resource_config: "it is no longer in the app",
  delete_because_no_module: "its module is no longer in the app",
  delete_because_no_move_target: "it was moved to an address that doesn't exist",
  delete_because_wrong_repetition: "it switched between count and for_each",
  delete_because_count_index: "its count was reduced",
  delete_because_each_key: "its for_each key is gone",
  replace_because_tainted: "an earlier deployment of it failed halfway",
  replace_by_request: "it was requested on the command line",
  replace_by_triggers: "replace_triggered_by requires it",
};

export const REASONS_OF_MANY: Record<string, string> = {
  delete_because_no_resource_config: "they are no longer in the app",
  delete_because_no_module: "their module is no longer in the app",
  delete_because_no_move_target: "they were moved to addresses that don't exist",
  delete_because_wrong_repetition: "they switched between count and for_each",
  delete_because_count_index: "their count was reduced",
  delete_because_each_key: "their for_each keys are gone",
  replace_because_tainted: "an earlier deployment of them failed halfway",
  replace_by_request: "they were requested on the command line",
  replace_by_triggers: "replace_triggered_by requires it",
};

/** ` because dns_prefix changes`, or nothing if the plan doesn't say. */
export function because(change: Change, many = false): string {
  const kept = change.forgets ? " (the old one stays, unmanaged)" : "";
  return `${reasonOf(change, many)}${kept}`;
}

function reasonOf(change: Change, many: boolean): string {
  const forced = attributesOf(change)
    .filter(({ forces }) => forces)
    .map(({ path }) => shortPath(path));
  if (forced.length > 0) {
    const names = [...new Set(forced)];
    const some = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    return ` because ${joined(some)} ${names.length > 1 ? "change" : "changes"}`;
  }
  const reason = (many ? REASONS_OF_MANY : REASONS)[change.reason ?? ""];
  return reason ? ` because ${reason}` : "";
}

/** `deleted because it is no longer in the app`. */
export function goes(change: Change, many = false): string {
  return `${change.action === "delete" ? "deleted" : "replaced"}${because(change, many)}`;
}

export function shortPath(path: AttributeChange["path"]): string {
  return pathText(path)
    .replace(/^manifest\.(spec\.)?/, "")
    .replace(
      /affinity\.clusterAffinity\.required\w+\.clusterSelectorTerms(\[\d+\])?\.labelSelector\./,
      "affinity ",
    )
    .replace(/affinity\.clusterAffinity\.required\w+(\.clusterSelectorTerms(\[\d+\])?)?/, "affinity")
    .replace(/^body\.(properties\.)?/, "")
    .replace(/^default_node_pool(\[0\])?\./, "");
}

/** `replicas 1 → 3, image a → b and 2 more`. What is added or removed as a whole is reported as a whole. */
export function summaryOf(attributes: readonly AttributeChange[]): string {
  const parts = partsOf(attributes);
  const more = parts.length - 3;
  const shown = parts.slice(0, 3).map((text) => text());
  return joined(more > 0 ? [...shown, `${more} more`] : shown);
}

/** Three or more adjacent attributes that are all added, or all removed, are reported as their parent. */
function partsOf(attributes: readonly AttributeChange[]): (() => string)[] {
  const parts: (() => string)[] = [];
  for (let index = 0; index < attributes.length; ) {
    const one = attributes[index] as AttributeChange;
    const isNew = isUnset(one.before);
    let path = one.path;
    let end = index + 1;
    for (; end < attributes.length; end++) {
      const other = attributes[end] as AttributeChange;
      const shared = commonPath(path, other.path);
      const isSame = isNew ? isUnset(other.before) : isUnset(one.after) && isUnset(other.after);
      if (!isSame || one.unknown || other.unknown || shared.length < 3) break;
      path = shared;
    }
    const isWhole = end - index >= 3;
    const whole = path;
    parts.push(
      isWhole
        ? () => `${shortPath(whole)} ${isNew ? "added" : "removed"}`
        : () => {
            const [was, is] = cut(one.before, one.after);
            return `${shortPath(one.path)} ${was} → ${one.unknown ? "known after apply" : is}`;
          },
    );
    index = isWhole ? end : index + 1;
  }
  return parts;
}

const isUnset = (value: unknown) => value === undefined || value === null || value === "";

function commonPath(a: AttributeChange["path"], b: AttributeChange["path"]): AttributeChange["path"] {
  const length = a.findIndex((key, index) => key !== b[index]);
  return length < 0 ? a : a.slice(0, length);
}

const LONGEST = 40;

/** Two values, truncated where they are equal rather than where they differ. */
function cut(before: unknown, after: unknown): [string, string] {
  const text = (value: unknown) =>
    isUnset(value) ? "unset" : typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const [was, is] = [text(before), text(after)];
  if (Math.max(was.length, is.length) <= LONGEST || typeof before !== "string" || typeof after !== "string") {
    return [shorten(was, LONGEST), shorten(is, LONGEST)];
  }
  let same = 0;
  while (same < was.length && same < is.length && was[same] === is[same]) same++;
  const start = was.lastIndexOf("/", same - 1) + 1;
  const from = start > 0 && same - start < LONGEST ? start : Math.max(0, same - LONGEST / 2);
  const shown = (one: string) => `${from > 0 ? "…" : ""}${shorten(one.slice(from), 2 * LONGEST)}`;
  return [shown(was), shown(is)];
}

export function bundled(
  change: Change,
  done: string | ((many: boolean) => string) | Verb,
  kind = kindOf(change),
): Reported {
  const name = changeName(change);
  const said = typeof done === "string" ? () => done : done;
  const verb: Verb = typeof said === "function" ? [`is ${said(false)}`, `are ${said(true)}`] : said;
  return { text: `${kind[0]} ${name} ${verb[0]}`, bundle: { kind, name, verb } };
}

/** Few are reported one by one, many in one sentence. */
export function severally(change: Change, one: string, many: string): Reported {
  const { text, bundle } = bundled(change, [one, many]);
  return { text, ...(bundle && { bundle: { ...bundle, from: 3 } }) };
}

const MAX_NAMES = 6;

/** Sorted names; of many, the first few. */
export function named(names: readonly string[]): string {
  const all = [...new Set(names)].sort(byText);
  if (all.length <= MAX_NAMES + 1) return joined(all);
  return `${all.slice(0, MAX_NAMES).join(", ")} and ${all.length - MAX_NAMES} more`;
}

/** How a value differs from another, in the form of \`summaryOf\`. */
export function valuesOf(before: unknown, after: unknown): string {
  const found: AttributeChange[] = [];
  const walk = (path: (string | number)[], was: unknown, is: unknown) => {
    if (isEqual(was, is)) return;
    if (isObject(was) && isObject(is)) {
      for (const key of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
        walk([...path, key], was[key], is[key]);
      }
    } else if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
      for (const [index, one] of was.entries())
        walk([...path, textOf(at(one, "name")) ?? index], one, is[index]);
    } else {
      found.push({
        path,
        before: plain(was),
        after: plain(is),
        unknown: is instanceof Unknown,
        forces: false,
      });
    }
  };
  walk([], before, after);
  return summaryOf(found);
}

/** An unknown value is shown as such. */
function plain(value: unknown): unknown {
  return value instanceof Unknown ? "(known after apply)" : value;
}
