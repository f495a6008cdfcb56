import { shorten } from "../../problems";
import { type AttributeChange, attributesOf } from "../attributes";
import type { Change } from "../plan";
import { joined, pathText } from "../values";
import type { Told } from "./rule";
import { changeName, kindOf } from "./subject";

/** For one and for many: `is deleted`, `are deleted`. */
export type Verb = readonly [one: string, many: string];

export const REASONS: Record<string, string> = {
  delete_because_no_resource_config: "it is no longer in the app",
  delete_because_no_module: "its module is no longer in the app",
  delete_because_no_move_target: "it was moved to where nothing is",
  delete_because_wrong_repetition: "the app counts it otherwise",
  delete_because_count_index: "the app wants fewer of it",
  delete_because_each_key: "the app no longer has its key",
  replace_because_tainted: "an earlier deployment of it failed halfway",
  replace_by_request: "it was asked for on the command line",
  replace_by_triggers: "what it is tied to changes",
};

export const REASONS_OF_MANY: Record<string, string> = {
  delete_because_no_resource_config: "they are no longer in the app",
  delete_because_no_module: "their module is no longer in the app",
  delete_because_no_move_target: "they were moved to where nothing is",
  delete_because_wrong_repetition: "the app counts them otherwise",
  delete_because_count_index: "the app wants fewer of them",
  delete_because_each_key: "the app no longer has their keys",
  replace_because_tainted: "an earlier deployment of them failed halfway",
  replace_by_request: "they were asked for on the command line",
  replace_by_triggers: "what they are tied to changes",
};

/** ` because dns_prefix changes`, or nothing where the plan doesn't tell. */
export function because(change: Change, many = false): string {
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
    .replace(/^body\.(properties\.)?/, "")
    .replace(/^default_node_pool(\[0\])?\./, "");
}

/** `replicas 1 → 3, image a → b and 2 more`. */
export function summaryOf(attributes: readonly AttributeChange[]): string {
  const told = attributes.slice(0, 3).map(({ path, before, after, unknown }) => {
    const value = (one: unknown) => {
      if (one === undefined || one === null) return "not set";
      return shorten(typeof one === "string" ? one : JSON.stringify(one), 40);
    };
    return `${shortPath(path)} ${value(before)} → ${unknown ? "known after apply" : value(after)}`;
  });
  const more = attributes.length - told.length;
  return joined(more > 0 ? [...told, `${more} more`] : told);
}

export function bundled(
  change: Change,
  done: string | ((many: boolean) => string) | Verb,
  kind = kindOf(change),
): Told {
  const name = changeName(change);
  const said = typeof done === "string" ? () => done : done;
  const verb: Verb = typeof said === "function" ? [`is ${said(false)}`, `are ${said(true)}`] : said;
  return { text: `${kind[0]} ${name} ${verb[0]}`, bundle: { kind, name, verb } };
}
