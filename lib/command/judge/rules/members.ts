import { matches } from "../../../fleet-model/label-selector";
import { parseSelector } from "../../../fleet-model/selector-text";
import type { Change } from "../../plan/plan";
import { at, isObject, textOf } from "../../plan/values";
import type { Context } from "./rule";
import { changeName, isMember } from "./subject";

export type Side = "before" | "after";

/** What a part of a fleet chooses members by. */
export interface ChosenMember {
  readonly name: string;
  readonly group: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The members that the plans tell, on one side; of the fleet that `part` is of, where that is known. */
export function membersOn(side: Side, part: Change, { all }: Context): ChosenMember[] {
  const fleet = fleetIdOf(part, side);
  return all.filter(isMember).flatMap((member) => {
    const values = member[side];
    const its = fleetIdOf(member, side);
    if (!values || (fleet && its && fleet.toLowerCase() !== its.toLowerCase())) return [];
    const properties = at(values, "body", "properties");
    const labels = at(properties, "labels");
    return [
      {
        name: changeName(member),
        group: textOf(at(properties, "group")) ?? textOf(values.group),
        labels: isObject(labels) ? (labels as Record<string, string>) : {},
      },
    ];
  });
}

function fleetIdOf(change: Change, side: Side): string | undefined {
  const values = change[side];
  const id =
    textOf(values?.parent_id) ??
    textOf(values?.kubernetes_fleet_manager_id) ??
    textOf(values?.kubernetes_fleet_id);
  return id?.includes("${") ? undefined : id;
}

/** Whether a `memberSelector` selects a member; one that isn't there selects all. */
export function isSelected({ labels }: ChosenMember, selector: unknown): boolean {
  const text = textOf(at(selector, "byLabel"));
  if (text === undefined) return true;
  const matchExpressions = parseSelector(text);
  return matchExpressions !== undefined && matches({ matchExpressions }, labels);
}
