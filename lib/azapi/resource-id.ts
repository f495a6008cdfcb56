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

type Kind = readonly [what: string, type: string];

/**
 * Reads an id; undefined for one that only Terraform knows, or that was not given.
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

/** Yields that a text is not the id of what it must be. */
export function* checkResourceId(prop: string, text: string | undefined, kind: Kind): Generator<Finding> {
  if (isKnown(text) && !readResourceId(text, kind)) {
    yield finding("resource-id", `${prop}: ${notAnId(text, kind)}`);
  }
}

/** Yields that a name, a group or a subscription is not what the id beside it says: Azure takes them in any case. */
export function* checkAgainstId(
  idProp: string,
  prop: string,
  expected: string | undefined,
  given: string | undefined,
): Generator<Finding> {
  if (isKnown(expected) && isKnown(given) && expected.toLowerCase() !== given.toLowerCase()) {
    yield finding(
      "imported-id-contradicts",
      `${prop}: "${given}" is not what the ${idProp} says, "${expected}"; give one of the two only, or the same.`,
    );
  }
}

/** What an id says; undefined for one that only Terraform knows, that was not given, or that is of something else. */
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

/** An id in the case that azurerm takes; one that can't be read stays, for its check to name. */
export function normalizedId(id: string | undefined, kind: Kind): string {
  return readResourceId(id, kind)?.id ?? id ?? "";
}

function notAnId(text: string, [what, type]: Kind): string {
  const [namespace, ...types] = type.split("/");
  const form = types.map((part) => `/${part}/<name>`).join("");
  return `"${text}" is not the id of ${what}, which has the form /subscriptions/<subscription>/resourceGroups/<group>/providers/${namespace}${form}.`;
}
