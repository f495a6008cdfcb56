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
  /** Id of the role's definition: one of `ROLES`, or another's. */
  readonly roleId: string;
  /** Id of the resource that the role is given on. */
  readonly resourceId: string;
  /**
   * The resource's subscription.
   * @default - what resourceId says; of an id that only Terraform knows, the subscription of the stack's azurerm provider
   */
  readonly subscriptionId?: string;
  /** @default - the identity that runs Terraform when the role is made; a later run by another keeps it */
  readonly principal?: Omit<Principal, "name"> & Partial<Pick<Principal, "name">>;
  /** @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("RoleGrant");

/** A role given to a principal on a resource. */
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
      // With the resource's subscription, as Azure answers it: else each plan would replace the assignment.
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${props.roleId}`,
      principalId: principal?.objectId ?? deployer.objectId,
      principalType: principal?.type,
      // An identity made a moment ago is not in every copy of the directory yet.
      skipServicePrincipalAadCheck: principal?.type === "ServicePrincipal" ? true : undefined,
      dependsOn: props.dependsOn,
      // Whoever plans next must not take the role from whoever deployed first.
      lifecycle: principal ? undefined : { ignoreChanges: ["principal_id"] },
    });
    addCheck(this, function* () {
      if (isKnown(principal?.objectId) && !isGuid(principal.objectId)) {
        yield finding(
          "principal-object-id",
          `objectId: "${principal.objectId}" is not an object id of Entra ID, which is a GUID; \`az ad signed-in-user show --query id\`, \`az ad group show\` and \`az ad sp show\` print them.`,
        );
      }
    });
  }
}

/** The subscription that a resource's id says, now or when Terraform knows it: for a resource that may be in another. */
export function subscriptionOf(resourceId: string): string {
  return knownSubscription(resourceId) ?? Fn.element(Fn.split("/", resourceId), 2);
}

function knownSubscription(resourceId: string): string | undefined {
  return isKnown(resourceId) ? /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1] : undefined;
}
