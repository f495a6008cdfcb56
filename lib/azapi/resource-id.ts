import type { IConstruct } from "constructs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** What the id of a resource of Azure Resource Manager says. */
export interface ResourceId {
  /** The id as azurerm takes it: Azure itself answers some in other case (`resourcegroups`), which azurerm refuses. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  /** The resource's name, behind those of the resources that it is part of. */
  readonly names: readonly string[];
}

/**
 * Reads an id; undefined for one that only Terraform knows, or that was not given.
 * @param kind what it must be the id of, e.g. `["an AKS cluster", "Microsoft.ContainerService/managedClusters"]`
 * @throws if it is not the id of such a resource
 */
export function parseResourceId(
  scope: IConstruct,
  prop: string,
  text: string | undefined,
  [what, type]: readonly [what: string, type: string],
): ResourceId | undefined {
  if (!isKnown(text)) {
    return undefined;
  }
  const read = readResourceId(text, type);
  if (!read) {
    throw new Error(`[${scope.node.path}] ${notAnId(prop, text, [what, type])}`);
  }
  return read;
}

/** Yields that a text is not the id of such a resource; nothing for one that only Terraform knows. */
export function* checkResourceId(
  prop: string,
  text: string | undefined,
  [what, type]: readonly [what: string, type: string],
): Generator<Finding> {
  if (isKnown(text) && !readResourceId(text, type)) {
    yield finding("resource-id", notAnId(prop, text, [what, type]));
  }
}

function readResourceId(text: string, type: string): ResourceId | undefined {
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

function notAnId(prop: string, text: string, [what, type]: readonly [what: string, type: string]): string {
  const [namespace, ...types] = type.split("/") as [string, ...string[]];
  const form = types.map((part) => `/${part}/<name>`).join("");
  return `${prop}: "${text}" is not the id of ${what}, which has the form /subscriptions/<subscription>/resourceGroups/<group>/providers/${namespace}${form}.`;
}
