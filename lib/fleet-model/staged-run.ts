import { byBytes } from "./compare";
import { textOf } from "./facts";
import { labelChoice } from "./labels";
import type { Member } from "./member";
import { wholeNumber } from "./traffic-weights";
import { isUnknown, type Unknown } from "./unknown";
import { at, listAt, textAt, type Value } from "./value";

/** The order in which a staged update run updates the members of a placement. */
export interface StagedRun {
  /** In the order of the strategy, without empty stages. None if the run can't begin. */
  readonly stages: readonly Stage[];
  /** Why the run can't begin, in the fleet's words. */
  readonly failure?: string;
}

export interface Stage {
  readonly name: string;
  /** In the order of the update. */
  readonly members: readonly string[];
  /** How many are updated at a time. */
  readonly atOnce: number;
}

type NamedMember = Pick<Member, "labels"> & { readonly name: string };

/**
 * Assigns members to the stages of a strategy. Each must be in exactly one. Within a stage, they are sorted by the number in
 * the stage's sorting label, if it has one, and then by name.
 * @param members those that the placement chooses
 */
export function stagedRun(strategy: Value, members: readonly NamedMember[]): StagedRun | Unknown {
  const stages = listAt(strategy, "stages");
  if (isUnknown(stages)) {
    return stages;
  }
  const placed = new Set<string>();
  const result: Stage[] = [];
  for (const stage of stages) {
    const [name, key] = [textAt(stage, "name") ?? "", textAt(stage, "sortingLabelKey")];
    const choice = labelChoice(at(stage, "labelSelector"));
    const unknown = [stage, name, key, ...members.map(({ labels }) => choice.has(labels))].find(isUnknown);
    if (unknown) {
      return unknown;
    }
    if (choice.error !== undefined) {
      return failed(`the stage label selector is invalid, stage: ${name}, err: ${choice.error}`);
    }
    const chosen = members
      .filter(({ labels }) => choice.has(labels) === true)
      .sort((one, other) => byBytes(one.name, other.name));
    const numbers = new Map<string, number>();
    for (const member of chosen) {
      if (placed.has(member.name)) {
        return failed(`cluster \`${member.name}\` appears in more than one stages`);
      }
      placed.add(member.name);
      const text = key === undefined ? "0" : (textOf(member.labels, key as string) ?? "");
      if (isUnknown(text)) {
        return text;
      }
      const number = wholeNumber(text);
      if (number === undefined) {
        return failed(`the sorting label \`${key}:${text}\` on cluster \`${member.name}\` is not valid`);
      }
      numbers.set(member.name, number);
    }
    const names = chosen.map((member) => member.name);
    names.sort((one, other) => (numbers.get(one) ?? 0) - (numbers.get(other) ?? 0));
    const atOnce = concurrencyOf(at(stage, "maxConcurrency"), names.length);
    if (isUnknown(atOnce)) {
      return atOnce;
    }
    result.push({ name: name as string, members: names, atOnce });
  }
  const missing = members
    .map(({ name }) => name)
    .filter((name) => !placed.has(name))
    .sort(byBytes);
  return missing.length === 0
    ? { stages: result }
    : failed(
        `some clusters are not placed in any stage, total ${missing.length}, showing up to 10: ${missing.slice(0, 10).join(", ")}`,
      );
}

function failed(failure: string): StagedRun {
  return { stages: [], failure };
}

/** A number, or a percentage of the members, rounded down, but at least 1. */
function concurrencyOf(given: Value | undefined, count: number): number | Unknown {
  if (isUnknown(given)) {
    return given;
  }
  const number =
    typeof given === "string" ? Math.floor((Number.parseInt(given, 10) * count) / 100) : Number(given ?? 1);
  return Math.max(1, number);
}
