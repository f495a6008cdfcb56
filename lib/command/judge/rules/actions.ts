import type { Change } from "../../plan/plan";
import { at, textOf } from "../../plan/values";
import { STOPS } from "./otherwise";
import type { Rule } from "./rule";
import { gone } from "./subject";

/** What is asked of a resource of Azure beside making it. */
export const isAction = ({ type }: Change) => type === "azapi_resource_action";

/** The last two parts of what an action is done with: `clusterMeshProfiles`, `shop`. */
export function targetOf({ before, after }: Change): readonly [type: string, name: string] {
  const id = textOf((before ?? after)?.resource_id) ?? textOf((after ?? before)?.resource_id) ?? "";
  const type =
    textOf((after ?? before)?.type)
      ?.split("@")[0]
      ?.split("/")
      .pop() ?? "";
  return [type, id.includes("${") ? "" : (id.split("/").pop() ?? "")];
}

/** Whether a plan has an action done: when it is made or changed, or when it goes. */
export function isActionDone(change: Change): boolean {
  if (!isAction(change)) return false;
  return textOf((change.before ?? change.after)?.when) === "destroy"
    ? gone(change)
    : ["create", "replace", "update"].includes(change.action);
}

const verbOf = ({ before, after }: Change) =>
  textOf((after ?? before)?.action) ?? textOf((after ?? before)?.method) ?? "POST";

/** Labels that this library takes from a member before it leaves a mesh, and gives back where it stays. */
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

/** What is done with a cluster mesh, whoever does it, and with labels of its members. */
export function isOfMesh(change: Change): boolean {
  return isAction(change) && (targetOf(change)[0] === "clusterMeshProfiles" || isLabelling(change));
}

const told = (change: Change) => {
  const [type, name] = targetOf(change);
  return `${verbOf(change)} is asked of ${[type, name].filter(Boolean).join(" ")} (${change.address})`;
};

export const ACTIONS: readonly Rule[] = [
  {
    id: "azure-action-stops",
    what: "an action that stops or deletes something is asked of Azure (`azapi_resource_action`)",
    effect: "what runs there stops",
    severity: "outage",
    tell: (change) =>
      isAction(change) && isActionDone(change) && !isOfMesh(change) && STOPS.test(verbOf(change))
        ? told(change)
        : undefined,
  },
  {
    id: "azure-action-done",
    what: "any other action is asked of Azure (`azapi_resource_action`)",
    effect: "Azure does something beside changing resources",
    severity: "risk",
    tell: (change) =>
      isAction(change) && isActionDone(change) && !isOfMesh(change) && !STOPS.test(verbOf(change))
        ? told(change)
        : undefined,
  },
  {
    id: "azure-action-kept",
    what: "an action is noted that is asked of Azure later, or was asked before, and now isn't",
    effect: "nothing is asked of Azure",
    severity: "harmless",
    tell: (change) =>
      isAction(change) && !isActionDone(change) && !isOfMesh(change)
        ? `nothing is asked of ${targetOf(change).filter(Boolean).join(" ")} now (${change.address})`
        : undefined,
  },
];
