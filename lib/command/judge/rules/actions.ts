import type { Change } from "../../plan/plan";
import { at, textOf } from "../../plan/values";
import { STOPS } from "./otherwise";
import type { Rule } from "./rule";
import { gone } from "./subject";

/** Whether a change is an action on an Azure resource. */
export const isAction = ({ type }: Change) => type === "azapi_resource_action";

/** The type and the name of an action's target: `clusterMeshProfiles`, `shop`. */
export function targetOf({ before, after }: Change): readonly [type: string, name: string] {
  const id = textOf((before ?? after)?.resource_id) ?? textOf((after ?? before)?.resource_id) ?? "";
  const type =
    textOf((after ?? before)?.type)
      ?.split("@")[0]
      ?.split("/")
      .pop() ?? "";
  return [type, id.includes("${") ? "" : (id.split("/").pop() ?? "")];
}

/** Whether a plan runs an action: on creation or update, or on destruction. */
export function isActionDone(change: Change): boolean {
  if (!isAction(change)) return false;
  return textOf((change.before ?? change.after)?.when) === "destroy"
    ? gone(change)
    : ["create", "replace", "update"].includes(change.action);
}

const verbOf = ({ before, after }: Change) =>
  textOf((after ?? before)?.action) ?? textOf((after ?? before)?.method) ?? "POST";

/** Whether a change removes a member's labels before it leaves a mesh, or restores them if it stays. */
export function isLabelling(change: Change): boolean {
  const [type] = targetOf(change);
  const values = change.before ?? change.after;
  return (
    isAction(change) &&
    type === "members" &&
    values?.when === "destroy" &&
    values.method === "PATCH" &&
    at(values, "body", "properties", "labels") !== undefined
  );
}

/** Whether a change is an action on a cluster mesh, by this library or not, or on its members' labels. */
export function isOfMesh(change: Change): boolean {
  return isAction(change) && (targetOf(change)[0] === "clusterMeshProfiles" || isLabelling(change));
}

const sentText = (change: Change) => {
  const [type, name] = targetOf(change);
  return `${verbOf(change)} is sent to ${[type, name].filter(Boolean).join(" ")} (${change.address})`;
};

export const ACTIONS: readonly Rule[] = [
  {
    id: "azure-action-stops",
    what: "an action that stops or deletes something is sent to Azure (`azapi_resource_action`)",
    effect: "what runs there stops",
    severity: "outage",
    report: (change) =>
      isAction(change) && isActionDone(change) && !isOfMesh(change) && STOPS.test(verbOf(change))
        ? sentText(change)
        : undefined,
  },
  {
    id: "azure-action-done",
    what: "any other action is sent to Azure (`azapi_resource_action`)",
    effect: "Azure does something other than changing resources",
    severity: "risk",
    report: (change) =>
      isAction(change) && isActionDone(change) && !isOfMesh(change) && !STOPS.test(verbOf(change))
        ? sentText(change)
        : undefined,
  },
  {
    id: "azure-action-kept",
    what: "an action is created that runs on destruction, or one is deleted that ran before",
    effect: "nothing is sent to Azure",
    severity: "harmless",
    report: (change) =>
      isAction(change) && !isActionDone(change) && !isOfMesh(change)
        ? `nothing is sent to ${targetOf(change).filter(Boolean).join(" ")} now (${change.address})`
        : undefined,
  },
];
