import type { IConstruct } from "constructs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** The parts of an Azure Resource Manager resource id. */
export interface ResourceId {
  /** The id in azurerm's letter case: Azure answers some in another (`resourcegroups`), which azurerm refuses. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  /** The names of the parent resources, then the resource's own. */
  readonly names: readonly string[];
}

type Kind = readonly [what: string, type: string];

/**
 * Parses an id; undefined for a token or if unset.
 * @param kind what it must be the id of, e.g. `["an AKS cluster", "Microsoft.ContainerService/managedClusters"]`
 * @throws if it is not the id of such a resource
 */
export function parseResourceId(
  scope: IConstruct,
  prop: string,
  text: string | undefined,
  kind: Kind,
): ResourceId | undefined {
  const id = readResourceId(text, kind);
  if (isKnown(text) && !id) {
    throw new Error(finding("resource-id", `[${scope.node.path}] ${prop}: ${notAnId(text, kind)}`));
  }
  return id;
}

/** Checks that a text is the id of a given type of resource. */
export function* checkResourceId(prop: string, text: string | undefined, kind: Kind): Generator<Finding> {
  if (isKnown(text) && !readResourceId(text, kind)) {
    yield finding("resource-id", `${prop}: ${notAnId(text, kind)}`);
  }
}

/** Refuses a name, group or subscription that contradicts the id given with it. Case is ignored. */
export function* checkAgainstId(
  idProp: string,
  prop: string,
  expected: string | undefined,
  given: string | undefined,
): Generator<Finding> {
  if (isKnown(expected) && isKnown(given) && expected.toLowerCase() !== given.toLowerCase()) {
    yield finding(
      "imported-id-contradicts",
      `${prop}: "${given}" contradicts the ${idProp}, which says "${expected}"; give only one of the two, or correct one.`,
    );
  }
}

/** The parts of an id; undefined for a token, if unset, or for the id of another type of resource. */
export function readResourceId(text: string | undefined, [, type]: Kind): ResourceId | undefined {
  if (!isKnown(text)) {
    return undefined;
  }
  const [namespace, ...types] = type.split("/") as [string, ...string[]];
  const path = types.map((part) => `/${part}/([^/]+)`).join("");
  const pattern = `^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${namespace.replace(".", "\\.")}${path}$`;
  const [, subscriptionId, resourceGroupName, ...names] = new RegExp(pattern, "i").exec(text) ?? [];
  if (subscriptionId === undefined || resourceGroupName === undefined) {
    return undefined;
  }
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/${namespace}${types.map((part, index) => `/${part}/${names[index]}`).join("")}`,
    subscriptionId,
    resourceGroupName,
    names,
  };
}

/** An id in azurerm's letter case. One that can't be parsed is returned as is; a check reports it. */
export function normalizedId(id: string | undefined, kind: Kind): string {
  return readResourceId(id, kind)?.id ?? id ?? "";
}

function notAnId(text: string, [what, type]: Kind): string {
  const [namespace, ...types] = type.split("/");
  const form = types.map((part) => `/${part}/<name>`).join("");
  return `"${text}" is not the id of ${what}, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/${namespace}${form}.`;
}
