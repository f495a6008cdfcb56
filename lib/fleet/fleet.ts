import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiResource } from "../azapi/resource";
import { addCheck, freeId, isKnown } from "../checks/check";
import { checkLocation, checkName } from "../checks/names";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkServiceCidrMeets } from "../cluster/network-checks";
import { checkPrincipals, type Principal } from "../identity/principal";
import { ROLES, RoleGrant } from "../identity/role-grant";
import { checkOverlaps } from "../network/network-overlap";
import { FleetMember, type FleetMemberOptions, type IFleetMember } from "./fleet-member";

/** Resource type and API version of a fleet: the newest that is not a preview. */
export const FLEET_TYPE = "Microsoft.ContainerService/fleets@2025-03-01";

/** A fleet with a hub. */
export interface IFleet extends IConstruct {
  readonly fleetName: string;
  readonly fleetId: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly members: readonly IFleetMember[];
}

export interface FleetProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of an Azure location, e.g. `westus`: the hub's. Members can be anywhere. */
  readonly location: string;
  /** @default "rg-fleet" */
  readonly resourceGroupName?: string;
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
  readonly tags?: Record<string, string>;
  /** What must exist before the fleet, and outlives it when all is destroyed. */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A fleet with a public hub, in a resource group of its own. The hub's settings can't be changed once it exists: a plan
 * that changes one says that fleet, members and roles are replaced.
 */
export class Fleet extends Construct implements IFleet {
  readonly fleetName: string;
  readonly location: string;
  readonly resourceGroup: ResourceGroup;
  readonly resource: AzapiResource;
  private readonly _members: FleetMember[] = [];
  private readonly admins: Principal[] = [];
  private readonly grants: RoleGrant[] = [];

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { fleetName, location, tags } = props;
    const resourceGroupName = props.resourceGroupName ?? "rg-fleet";
    const dnsPrefix = props.dnsPrefix ?? prefixOf(fleetName);
    this.fleetName = fleetName;
    this.location = location;
    this.resourceGroup = new ResourceGroup(this, "ResourceGroup", {
      name: resourceGroupName,
      location,
      tags,
    });
    this.resource = new AzapiResource(this, "Resource", {
      type: FLEET_TYPE,
      name: fleetName,
      parentId: this.resourceGroup.id,
      location,
      identity: { type: "SystemAssigned" },
      body: {
        properties: {
          hubProfile: { dnsPrefix, agentProfile: props.hubVmSize ? { vmSize: props.hubVmSize } : undefined },
        },
      },
      replaceTriggersRefs: ["properties.hubProfile"],
      responseExportValues: { fqdn: "properties.hubProfile.fqdn" },
      tags,
      dependsOn: props.dependsOn,
      lifecycle: props.preventDestroy ? { preventDestroy: true } : undefined,
    });
    if (props.admins) {
      for (const principal of props.admins) {
        this.grantAdmin(principal);
      }
    } else {
      this.addGrant("Admin");
    }

    addCheck(this, () => this.check(resourceGroupName, props.dnsPrefix));
    addCheck(this, () =>
      checkPrincipals(
        props.admins?.length === 0 ? [] : this.admins.length > 0 ? this.admins : undefined,
        "nobody can apply anything to the hub",
      ),
    );
  }

  get fleetId(): string {
    return this.resource.id;
  }

  get resourceGroupName(): string {
    return this.resourceGroup.name;
  }

  get members(): readonly FleetMember[] {
    return this._members;
  }

  /** What must exist before the hub can be worked with: the roles on it. */
  get dependables(): readonly ITerraformDependable[] {
    return this.grants.map((grant) => grant.assignment);
  }

  /**
   * Makes a cluster a member.
   * @param key what this app calls the member, e.g. `east`: part of construct ids; it can't change without the member leaving
   */
  addMember(key: string, cluster: IAksCluster, options: FleetMemberOptions = {}): FleetMember {
    const member = new FleetMember(this, freeId(this, key), {
      ...options,
      fleet: this,
      key,
      cluster,
    });
    this._members.push(member);
    for (const grant of this.grants) {
      this.outlivedBy(grant, member);
    }
    return member;
  }

  /** Lets a principal work with the hub ("Azure Kubernetes Fleet Manager RBAC Cluster Admin"). Azure takes minutes to act on it. */
  grantAdmin(principal: Principal): RoleGrant {
    this.admins.push(principal);
    return this.addGrant(`Admin-${principal.name}`, principal);
  }

  private addGrant(id: string, principal?: Principal): RoleGrant {
    const grant = new RoleGrant(this, freeId(this, id), {
      roleId: ROLES.fleetRbacClusterAdmin,
      resourceId: this.fleetId,
      principal,
    });
    for (const member of this._members) {
      this.outlivedBy(grant, member);
    }
    this.grants.push(grant);
    return grant;
  }

  /** Members leave after the role is gone, and so after everything that was applied with it. */
  private outlivedBy({ assignment }: RoleGrant, member: FleetMember): void {
    assignment.dependsOn = [...(assignment.dependsOn ?? []), dependable(member.resource)];
  }

  private *check(resourceGroupName: string, dnsPrefix: string | undefined): Generator<string> {
    yield* checkName("fleet", this.fleetName, "fleetName");
    yield* checkLocation(this.location);
    yield* checkName("resource group", resourceGroupName, "resourceGroupName");
    yield* checkName("DNS prefix", dnsPrefix, "dnsPrefix");
    for (const [index, member] of this._members.entries()) {
      for (const other of this._members.slice(0, index)) {
        yield* checkTwice(other, member);
      }
    }
    const clusters = [...new Set(this._members.map((member) => member.cluster))];
    yield* checkOverlaps([...new Set(clusters.map((cluster) => cluster.network))]);
    for (const cluster of clusters) {
      for (const { network } of clusters) {
        // The cluster itself checks its own network.
        if (network !== cluster.network) {
          for (const finding of checkServiceCidrMeets(cluster.serviceCidr, network)) {
            yield `cluster "${cluster.clusterName}": ${finding}`;
          }
        }
      }
    }
  }
}

function* checkTwice(one: IFleetMember, other: IFleetMember): Generator<string> {
  if (one.cluster === other.cluster) {
    yield `members "${one.key}" and "${other.key}" are the same cluster; a cluster joins a fleet once.`;
  } else if (one.key === other.key) {
    yield `clusters "${one.cluster.clusterName}" and "${other.cluster.clusterName}" have the same key, "${one.key}"; give each a key of its own.`;
  } else if (isKnown(one.memberName) && one.memberName === other.memberName) {
    yield `members "${one.key}" and "${other.key}" have the same name, "${one.memberName}"; give one of them another clusterName or memberName.`;
  }
}

function prefixOf(fleetName: string): string {
  return isKnown(fleetName) ? fleetName.slice(0, 54).replace(/-+$/, "") : fleetName;
}
