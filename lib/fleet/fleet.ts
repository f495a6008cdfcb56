import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { ITerraformDependable } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { makes } from "../azapi/made";
import { AzapiResource } from "../azapi/resource";
import { addCheck, isKnown } from "../checks/check";
import type { Finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { isMarked } from "../checks/marked";
import { checkName } from "../checks/names";
import { checkTags } from "../checks/tags";
import type { Principal } from "../identity/principal";
import type { RoleGrant } from "../identity/role-grant";
import { ResourceGroupOf } from "../network/resource-group";
import { checkedProps, optionsOf } from "../props/check-props";
import type { FleetAutoUpgradeProfile, FleetAutoUpgradeProfileOptions } from "./fleet-auto-upgrade-profile";
import { FleetBase } from "./fleet-base";
import type { FleetMember, FleetMemberOptions, IFleetMember } from "./fleet-member";
import type { FleetUpdateStrategy, FleetUpdateStrategyOptions } from "./fleet-update-strategy";
import { type FleetAttributes, ImportedFleet } from "./imported-fleet";
import { checkMembers, FLEET_MARK } from "./members-check";
import { checkPrivateHub, PrivateHubAccess, type PrivateHubProps } from "./private-hub";

/** Resource type and API version of a fleet: the newest that is not a preview. */
export const FLEET_TYPE = "Microsoft.ContainerService/fleets@2025-03-01";

/** A fleet. */
export interface IFleet extends IConstruct {
  readonly fleetName: string;
  readonly fleetId: string;
  readonly resourceGroupName: string;
  readonly location: string;
  /** Whether it has a hub: placements, managed namespaces and addresses need one, upgrades don't. */
  readonly hasHub: boolean;
  /** Whether the hub's API is reached from inside of its network only, as far as this app was told. */
  readonly isPrivate: boolean;
  /** What must exist before the hub can be worked with: the roles on it that this app gives. */
  readonly dependables: readonly ITerraformDependable[];
  /** Object id in Entra ID of the identity that the fleet acts with in Azure. */
  readonly principalId: string;
  /** The members that this app knows. */
  readonly members: readonly IFleetMember[];
  /** Whether `members` are all that there are: of an existing fleet there may be others. Checks judge by it. */
  readonly knowsAllMembers: boolean;

  /**
   * Makes a cluster a member, in the fleet's scope. `new FleetMember` does the same in any scope: in another stack.
   * @param key what this app calls the member, e.g. `east`: part of construct ids; it can't change without the member leaving
   */
  addMember(key: string, options: FleetMemberOptions): FleetMember;

  /** Says in which order members are upgraded. @param name part of construct ids, too */
  addUpdateStrategy(name: string, options: FleetUpdateStrategyOptions): FleetUpdateStrategy;

  /** Has Azure upgrade the members by itself. @param name part of construct ids, too */
  addAutoUpgradeProfile(name: string, options: FleetAutoUpgradeProfileOptions): FleetAutoUpgradeProfile;

  /** Lets a principal work with the hub ("Azure Kubernetes Fleet Manager RBAC Cluster Admin"). Azure takes minutes to act on it. */
  grantAdmin(principal: Principal): RoleGrant;

  /**
   * Lets a principal plan what has to do with the fleet, and change nothing: beside "Reader" on the subscription, which it has
   * already, "Azure Kubernetes Fleet Manager Hub Cluster User Role", which tells how the hub is reached. What is on the hub it
   * may read by `HubStack.grantPlan`.
   */
  grantPlan(principal: Principal): RoleGrant;

  /** Takes note of a member, which calls this itself. @internal */
  _join(member: IFleetMember): void;

  /** Calls a listener with each member that has joined, and with each that joins later. @internal */
  _onJoin(listener: (member: IFleetMember) => void): void;
}

export interface FleetProps extends PrivateHubProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of an Azure location, e.g. `westus`: the hub's. Members can be anywhere. */
  readonly location: string;
  /** Name of the resource group that is made. @default "rg-fleet" */
  readonly resourceGroupName?: string;
  /** Name of a resource group that exists: none is made. @default - one is made */
  readonly existingResourceGroupName?: string;
  /** Start of the hub's host name, 1 to 54 letters, digits and hyphens. It can't be changed later. @default - the fleet's name, cut to 54 */
  readonly dnsPrefix?: string;
  /** Size of the hub's one node. It can't be changed later. @default - Azure chooses */
  readonly hubVmSize?: string;
  /**
   * Who may work with the hub ("Azure Kubernetes Fleet Manager RBAC Cluster Admin"): every identity that deploys.
   * A change from the default to a list that holds the first deployer takes two deployments: Azure refuses the same
   * role twice, and the old one goes while the new one is made.
   * @default - the identity that makes the fleet
   */
  readonly admins?: readonly Principal[];
  /** Makes Terraform refuse every plan that would delete the fleet. @default false */
  readonly preventDestroy?: boolean;
  /** @default - none */
  readonly tags?: Record<string, string>;
  /** What must exist before the fleet, and outlives it when all is destroyed. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A fleet with a hub, public unless `privateHub` is set, in a resource group of its own unless one is named. The hub's
 * settings can't be changed once it exists: a plan that changes one says that fleet, members and roles are replaced.
 */
export class Fleet extends FleetBase {
  /** Whether something is an IFleet, of this app or one that exists. */
  static isFleet(x: unknown): x is IFleet {
    return isMarked(x, FLEET_MARK);
  }

  /**
   * A fleet that exists, by its id: `az fleet show --query id` prints it. What is not told is asked for, by an error that
   * names it, when something needs it.
   * @throws if it is not the id of a fleet
   */
  static fromFleetId(
    scope: Construct,
    id: string,
    fleetId: string,
    options: Omit<FleetAttributes, "fleetId"> = {},
  ): IFleet {
    return new ImportedFleet(scope, id, {
      ...optionsOf(scope, `${id} (fromFleetId)`, options),
      fleetId,
    });
  }

  /** A fleet that exists, by name and group. */
  static fromFleetAttributes(scope: Construct, id: string, attributes: FleetAttributes): IFleet {
    return new ImportedFleet(scope, id, attributes);
  }

  readonly fleetName: string;
  readonly location: string;
  readonly resourceGroupName: string;
  private readonly group: ResourceGroupOf;
  readonly resource: AzapiResource;
  readonly hasHub = true;
  readonly isPrivate: boolean;
  readonly principalId: string;
  readonly knowsAllMembers = true;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    props = checkedProps(this, "FleetProps", props);
    const { fleetName, location, tags } = props;
    const dnsPrefix = props.dnsPrefix ?? prefixOf(fleetName);
    this.fleetName = fleetName;
    this.location = location;
    this.group = new ResourceGroupOf(this, props, () => ({ name: "rg-fleet", location }));
    this.resourceGroupName = this.group.name;
    makes(this, { what: "fleet", prop: "fleetName", name: fleetName, group: this.resourceGroupName });
    this.isPrivate = props.privateHub === true;
    const privateHub = this.isPrivate
      ? new PrivateHubAccess(this, { ...props, resourceGroupName: this.resourceGroupName })
      : undefined;
    this.resource = new AzapiResource(this, "Resource", {
      type: FLEET_TYPE,
      name: fleetName,
      parentId: this.group.id,
      location,
      identity: privateHub?.identity ?? { type: "SystemAssigned" },
      body: {
        properties: {
          hubProfile: {
            dnsPrefix,
            apiServerAccessProfile: privateHub?.apiServerAccessProfile,
            agentProfile:
              props.hubVmSize || privateHub
                ? { vmSize: props.hubVmSize || undefined, subnetId: privateHub?.agentSubnetId }
                : undefined,
          },
        },
      },
      replaceTriggersRefs: ["properties.hubProfile"],
      // Ids of subnets in other letters would be a change of the hub, which replaces the fleet.
      ignoreCasing: privateHub && true,
      responseExportValues: { fqdn: "properties.hubProfile.fqdn" },
      tags,
      dependsOn: privateHub?.dependables.length
        ? [...(props.dependsOn ?? []), ...privateHub.dependables]
        : props.dependsOn,
      lifecycle: props.preventDestroy ? { preventDestroy: true } : undefined,
    });
    this.principalId = privateHub?.principalId ?? this.resource.principalId;
    if (props.admins) {
      for (const principal of props.admins) {
        this.grantAdmin(principal);
      }
    } else {
      this.addGrant("Admin");
    }

    addCheck(this, () => this.check(props));
    this.checkAdmins(props.admins?.length === 0);
    addCheck(this, () => checkPrivateHub(props));
  }

  /**
   * The resource group that was made.
   * @throws if `existingResourceGroupName` names one that exists
   */
  get resourceGroup(): ResourceGroup {
    return this.group.resource;
  }

  get fleetId(): string {
    return this.resource.id;
  }

  private *check({ dnsPrefix, hubNetwork, tags }: FleetProps): Generator<Finding> {
    yield* checkName("fleet", this.fleetName, "fleetName");
    yield* checkTags(tags);
    yield* checkLocation(this.location);
    yield* this.group.check();
    yield* checkName("DNS prefix", dnsPrefix, "dnsPrefix");
    yield* checkMembers(this, hubNetwork);
  }
}

function prefixOf(fleetName: string): string {
  return isKnown(fleetName) ? fleetName.slice(0, 54).replace(/-+$/, "") : fleetName;
}
