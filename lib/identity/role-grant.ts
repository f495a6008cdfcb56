import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { isGuid } from "../checks/guid";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkedProps } from "../props/check-props";
import { clientConfig, type Principal } from "./principal";

export interface RoleGrantProps {
  /** Role definition id (a GUID): one of `ROLES`, or any other. */
  readonly roleId: string;
  /** Id of the resource that is the assignment's scope. */
  readonly resourceId: string;
  /**
   * The resource's subscription.
   * @default - from resourceId; if that is a token, the subscription of the stack's azurerm provider
   */
  readonly subscriptionId?: string;
  /** @default - the identity that runs Terraform when the assignment is created; later runs by others don't change it */
  readonly principal?: Omit<Principal, "name"> & Partial<Pick<Principal, "name">>;
  /** @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("RoleGrant");

/** A role assignment: grants a role to a principal on a resource. */
export class RoleGrant extends Construct {
  /** Whether something is a RoleGrant. */
  static isRoleGrant(x: unknown): x is RoleGrant {
    return isMarked(x, MARK);
  }

  readonly assignment: RoleAssignment;

  constructor(scope: Construct, id: string, props: RoleGrantProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "RoleGrantProps", props);
    const { principal } = props;
    const deployer = clientConfig(this);
    const subscriptionId =
      props.subscriptionId ?? knownSubscription(props.resourceId) ?? deployer.subscriptionId;
    this.assignment = new RoleAssignment(this, "Resource", {
      scope: props.resourceId,
      // With the resource's subscription, as Azure returns it; otherwise each plan would replace the assignment.
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${props.roleId}`,
      principalId: principal?.objectId ?? deployer.objectId,
      principalType: principal?.type,
      // A new identity may not be replicated in the directory yet.
      skipServicePrincipalAadCheck: principal?.type === "ServicePrincipal" ? true : undefined,
      dependsOn: props.dependsOn,
      // A run by another identity must not take the role from the first.
      lifecycle: principal ? undefined : { ignoreChanges: ["principal_id"] },
    });
    addCheck(this, function* () {
      if (isKnown(principal?.objectId) && !isGuid(principal.objectId)) {
        yield finding(
          "principal-object-id",
          `objectId: "${principal.objectId}" is not an Entra ID object id, which is a GUID; \`az ad signed-in-user show --query id\`, \`az ad group show\` and \`az ad sp show\` print them.`,
        );
      }
    });
  }
}

/** The subscription in a resource's id, at synth or, for a token, in Terraform. */
export function subscriptionOf(resourceId: string): string {
  return knownSubscription(resourceId) ?? Fn.element(Fn.split("/", resourceId), 2);
}

function knownSubscription(resourceId: string): string | undefined {
  return isKnown(resourceId) ? /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1] : undefined;
}
