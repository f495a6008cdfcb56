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

/** Resource type and latest stable API version of a fleet. */
export const FLEET_TYPE = "Microsoft.ContainerService/fleets@2025-03-01";

/** A fleet. */
export interface IFleet extends IConstruct {
  readonly fleetName: string;
  readonly fleetId: string;
  readonly resourceGroupName: string;
  readonly location: string;
  /** Whether it has a hub, which placements, managed namespaces and addresses need, but upgrades don't. */
  readonly hasHub: boolean;
  /** Whether the hub's API can only be reached from inside its network, as far as this app knows. */
  readonly isPrivate: boolean;
  /** What must exist before the hub can be used: the role assignments of this app. */
  readonly dependables: readonly ITerraformDependable[];
  /** Object id in Entra ID of the fleet's managed identity. */
  readonly principalId: string;
  /** The members known to this app. */
  readonly members: readonly IFleetMember[];
  /** Whether `members` is complete: an existing fleet may have others. Checks depend on it. */
  readonly knowsAllMembers: boolean;

  /**
   * Adds a cluster to the fleet, in the fleet's scope. `new FleetMember` does so in any scope, such as another stack.
   * @param key this app's key for the member, e.g. `east`: part of construct ids; changing it makes the member leave and rejoin
   */
  addMember(key: string, options: FleetMemberOptions): FleetMember;

  /** Adds an order for upgrades of the members. @param name also part of construct ids */
  addUpdateStrategy(name: string, options: FleetUpdateStrategyOptions): FleetUpdateStrategy;

  /** Lets Azure upgrade the members automatically. @param name also part of construct ids */
  addAutoUpgradeProfile(name: string, options: FleetAutoUpgradeProfileOptions): FleetAutoUpgradeProfile;

  /** Grants a principal access to the hub ("Azure Kubernetes Fleet Manager RBAC Cluster Admin"). It takes minutes to take effect. */
  grantAdmin(principal: Principal): RoleGrant;

  /**
   * Lets a principal plan changes that involve the fleet, without write access: grants "Azure Kubernetes Fleet Manager Hub
   * Cluster User Role", which reads the hub's address. The principal also needs "Reader" on the subscription, and
   * `HubStack.grantPlan` to read objects on the hub.
   */
  grantPlan(principal: Principal): RoleGrant;

  /** Registers a member; called by the member itself. @internal */
  _join(member: IFleetMember): void;

  /** Calls a listener for each member that has joined or joins later. @internal */
  _onJoin(listener: (member: IFleetMember) => void): void;
}

export interface FleetProps extends PrivateHubProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of the hub's Azure location, e.g. `westus`. Members can be anywhere. */
  readonly location: string;
  /** Name of the new resource group. @default "rg-fleet" */
  readonly resourceGroupName?: string;
  /** Name of an existing resource group to use. @default - a new one */
  readonly existingResourceGroupName?: string;
  /** Start of the hub's host name, 1 to 54 letters, digits and hyphens. It can't be changed later. @default - the fleet's name, cut to 54 */
  readonly dnsPrefix?: string;
  /** VM size of the hub's single node. It can't be changed later. @default - Azure chooses */
  readonly hubVmSize?: string;
  /**
   * Principals with "Azure Kubernetes Fleet Manager RBAC Cluster Admin" on the hub, which every identity that deploys needs.
   * Changing the default to a list that includes the first deployer takes two deployments: Azure refuses the same role twice,
   * and the old assignment is deleted while the new one is created.
   * @default - the identity that creates the fleet
   */
  readonly admins?: readonly Principal[];
  /** Makes Terraform refuse every plan that would delete the fleet. @default false */
  readonly preventDestroy?: boolean;
  /** @default - none */
  readonly tags?: Record<string, string>;
  /** What must exist before the fleet, and is destroyed after it. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A fleet with a hub, public unless `privateHub` is set, in its own resource group by default. The hub's settings can't be
 * changed later: a plan that changes one replaces the fleet, its members and roles.
 */
export class Fleet extends FleetBase {
  /** Whether something is an IFleet, new or existing. */
  static isFleet(x: unknown): x is IFleet {
    return isMarked(x, FLEET_MARK);
  }

  /**
   * An existing fleet, by its id: `az fleet show --query id` prints it. An attribute that is needed but was not given causes
   * an error that names it.
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

  /** An existing fleet, by name and group. */
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
      // Subnet ids in another letter case would be a change of the hub, which replaces the fleet.
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
   * The new resource group.
   * @throws if `existingResourceGroupName` is set
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
