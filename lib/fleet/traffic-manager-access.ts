import type { ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, freeId } from "../checks/check";
import { checkLocation } from "../checks/locations";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { stackOf } from "../checks/stack-of";
import { checkTags } from "../checks/tags";
import { ROLES } from "../fleet-api/roles";
import { RoleGrant, subscriptionOf } from "../identity/role-grant";
import { ResourceGroupOf } from "../network/resource-group";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkHasHub } from "./needs-hub";

/** A resource group in which the fleet can create Traffic Manager profiles. */
export interface ITrafficManagerAccess extends IConstruct {
  readonly resourceGroupName: string;
  /** Undefined for an existing one, whose fleet is not known. */
  readonly fleet: IFleet | undefined;
  /** What must exist before the fleet can create a profile. */
  readonly dependables: readonly ITerraformDependable[];
}

export interface TrafficManagerAccessProps {
  readonly fleet: IFleet;
  /** Name of the new resource group for the profiles. @default - `rg-<fleet's name>-traffic-manager` */
  readonly resourceGroupName?: string;
  /** Name of an existing resource group to use. @default - a new one */
  readonly existingResourceGroupName?: string;
  /** Short name of the new resource group's location; Traffic Manager itself is global. @default - the fleet's */
  readonly location?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
}

const MARK = markOf("TrafficManagerAccess");

/**
 * Lets the fleet create Traffic Manager profiles: a resource group for them, and "Azure Kubernetes Fleet Manager Hub Agent
 * Role" for the fleet's identity on that group and on each member's node resource group, including members added later. The
 * roles take minutes to take effect.
 */
export class TrafficManagerAccess extends Construct implements ITrafficManagerAccess {
  /** Whether something is a TrafficManagerAccess. */
  static isTrafficManagerAccess(x: unknown): x is TrafficManagerAccess {
    return isMarked(x, MARK);
  }

  /** An existing resource group, on which the fleet's identity already has the role. */
  static fromResourceGroupName(
    scope: Construct,
    id: string,
    resourceGroupName: string,
  ): ITrafficManagerAccess {
    return new ImportedTrafficManagerAccess(scope, id, resourceGroupName);
  }

  readonly fleet: IFleet;
  readonly resourceGroupName: string;
  private readonly grants: RoleGrant[] = [];

  constructor(scope: Construct, id: string, props: TrafficManagerAccessProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "TrafficManagerAccessProps", props);
    const { fleet } = props;
    this.fleet = fleet;
    const group = new ResourceGroupOf(this, props, () => ({
      name: `rg-${fleet.fleetName}-traffic-manager`,
      location: props.location ?? fleet.location,
    }));
    this.resourceGroupName = group.name;
    this.grant(this, "ProfilesRole", group.id);
    fleet._onJoin((member) => this.grantFor(member));
    addCheck(this, function* () {
      yield* checkHasHub(fleet, "Traffic Manager profiles are created on the hub");
      yield* group.check();
      yield* checkTags(props.tags);
      yield* checkLocation(group.made?.locationInput);
    });
  }

  /** What must exist before the fleet can create a profile: the roles of its identity that are in this stack. */
  get dependables(): readonly ITerraformDependable[] {
    return this.grants.filter((grant) => stackOf(grant) === stackOf(this)).map((grant) => grant.assignment);
  }

  /** The fleet reads the public addresses of the member's load balancers, to use them as endpoints. */
  private grantFor(member: IFleetMember): void {
    const { nodeResourceGroupId, subscriptionId, provider } = member.cluster;
    // With its own provider or id, the cluster may be in another subscription than the fleet.
    const other = provider ? subscriptionOf(nodeResourceGroupId) : subscriptionId;
    const ownStack = stackOf(member) !== stackOf(this) && stackOf(member) !== stackOf(this.fleet);
    // A stack that adds a member to the fleet of another comes after that one, which can't refer to it.
    if (ownStack && member.dependables.length > 0) {
      this.grant(member, "TrafficManagerRole", nodeResourceGroupId, other);
    } else {
      this.grant(this, `AddressesRole-${member.key}`, nodeResourceGroupId, other);
    }
  }

  private grant(scope: Construct, id: string, resourceId: string, subscriptionId?: string): void {
    const roleId = ROLES.fleetHubAgent;
    const principal = { objectId: this.fleet.principalId, type: "ServicePrincipal" } as const;
    this.grants.push(
      new RoleGrant(scope, freeId(scope, id), { roleId, resourceId, subscriptionId, principal }),
    );
  }
}

class ImportedTrafficManagerAccess extends Construct implements ITrafficManagerAccess {
  readonly resourceGroupName: string;
  readonly fleet = undefined;
  readonly dependables: readonly ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, resourceGroupName: string) {
    super(scope, id);
    const given = checkedProps(this, "ImportedResourceGroup", { resourceGroupName });
    this.resourceGroupName = given.resourceGroupName;
    addCheck(this, () => checkName("resource group", given.resourceGroupName, "resourceGroupName"));
  }
}
