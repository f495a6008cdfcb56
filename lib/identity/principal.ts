import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** An Entra ID user, group or service principal that gets a role. */
export interface Principal {
  /**
   * This app's name for the principal, e.g. `platform-team`. It becomes part of construct ids, so role assignments keep their
   * addresses when the list changes.
   */
  readonly name: string;
  /** Object id in Entra ID; for a service principal, that of the enterprise application, not the app registration. */
  readonly objectId: string;
  /** @default - azurerm looks it up, which needs read access to the directory */
  readonly type?: "User" | "Group" | "ServicePrincipal";
}

/** Refuses an empty list of principals, and duplicates. @param without what happens if the list is empty */
export function* checkPrincipals(
  principals: readonly Principal[] | undefined,
  without: string,
): Generator<Finding> {
  if (principals?.length === 0) {
    yield finding("admins-empty", `admins: is empty, so ${without}; list at least one principal.`);
  }
  for (const [index, { name, objectId }] of (principals ?? []).entries()) {
    for (const other of (principals ?? []).slice(0, index)) {
      if (other.name === name) {
        yield finding(
          "admins-name-twice",
          `admins: two principals have the name "${name}"; give each its own name.`,
        );
      } else if (isKnown(objectId) && other.objectId === objectId) {
        yield finding(
          "admins-principal-twice",
          `admins: "${other.name}" and "${name}" are the same principal, ${objectId}, and Azure refuses the same role twice; remove one.`,
        );
      }
    }
  }
}

/** Refuses duplicate planners, and planners who are also admins. */
export function* checkPlanners(
  planners: readonly Principal[],
  admins: readonly Principal[],
): Generator<Finding> {
  for (const [index, { name, objectId }] of planners.entries()) {
    for (const other of planners.slice(0, index)) {
      if (other.name === name) {
        yield finding(
          "planners-name-twice",
          `planners: two principals have the name "${name}"; give each its own name.`,
        );
      } else if (isKnown(objectId) && other.objectId === objectId) {
        yield finding(
          "planners-principal-twice",
          `planners: "${other.name}" and "${name}" are the same principal, ${objectId}, and Azure refuses the same role twice; remove one.`,
        );
      }
    }
    const admin = isKnown(objectId) ? admins.find((one) => one.objectId === objectId) : undefined;
    if (admin) {
      yield finding(
        "planner-is-admin",
        `planners: "${name}" is also the admin "${admin.name}", ${objectId}: its token can change everything, but planning only needs to read. Give plans their own identity, or remove it here.`,
      );
    }
  }
}

/** The identity that runs Terraform: one data source per stack. */
export function clientConfig(scope: Construct): DataAzurermClientConfig {
  const stack = TerraformStack.of(scope);
  const id = "ClientConfig";
  return (
    (stack.node.tryFindChild(id) as DataAzurermClientConfig | undefined) ??
    new DataAzurermClientConfig(stack, id)
  );
}
