import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** A user, group or service principal of Entra ID that is given a role. */
export interface Principal {
  /**
   * What this app calls the principal, e.g. `platform-team`: part of construct ids, so that a role's address says
   * whose it is and stays when the list changes.
   */
  readonly name: string;
  /** Object id in Entra ID (for a service principal that of the enterprise application, not of the registration). */
  readonly objectId: string;
  /** @default - azurerm looks it up, which needs read access to the directory */
  readonly type?: "User" | "Group" | "ServicePrincipal";
}

/** Yields who stands twice in a list of principals, or that nobody does. */
export function* checkPrincipals(
  principals: readonly Principal[] | undefined,
  without: string,
): Generator<Finding> {
  if (principals?.length === 0) {
    yield finding("admins-empty", `admins: is empty; name at least one principal, else ${without}.`);
  }
  for (const [index, { name, objectId }] of (principals ?? []).entries()) {
    for (const other of (principals ?? []).slice(0, index)) {
      if (other.name === name) {
        yield finding(
          "admins-name-twice",
          `admins: there are two principals of the name "${name}"; give each a name of its own.`,
        );
      } else if (isKnown(objectId) && other.objectId === objectId) {
        yield finding(
          "admins-principal-twice",
          `admins: "${other.name}" and "${name}" are one principal, ${objectId}; Azure refuses the same role twice. Leave one out.`,
        );
      }
    }
  }
}

/** Yields who stands twice among those who plan, or is an admin, too. */
export function* checkPlanners(
  planners: readonly Principal[],
  admins: readonly Principal[],
): Generator<Finding> {
  for (const [index, { name, objectId }] of planners.entries()) {
    for (const other of planners.slice(0, index)) {
      if (other.name === name) {
        yield finding(
          "planners-name-twice",
          `planners: there are two principals of the name "${name}"; give each a name of its own.`,
        );
      } else if (isKnown(objectId) && other.objectId === objectId) {
        yield finding(
          "planners-principal-twice",
          `planners: "${other.name}" and "${name}" are one principal, ${objectId}; Azure refuses the same role twice. Leave one out.`,
        );
      }
    }
    const admin = isKnown(objectId) ? admins.find((one) => one.objectId === objectId) : undefined;
    if (admin) {
      yield finding(
        "planner-is-admin",
        `planners: "${name}" is the admin "${admin.name}", too, ${objectId}: whoever has its token can change everything, and planning needs to read only. Give plans an identity of their own, or leave it out here.`,
      );
    }
  }
}

/** The identity that runs Terraform: one data source for each stack. */
export function clientConfig(scope: Construct): DataAzurermClientConfig {
  const stack = TerraformStack.of(scope);
  const id = "ClientConfig";
  return (
    (stack.node.tryFindChild(id) as DataAzurermClientConfig | undefined) ??
    new DataAzurermClientConfig(stack, id)
  );
}
