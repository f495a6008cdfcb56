import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { HubCredentials } from "../access/hub-credentials";
import type { Login } from "../access/login";
import { clusterAccess } from "../access/member-credentials";
import { Wait } from "../access/wait";
import { AzapiProvider } from "../azapi/provider";
import { addCheck } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { AksCluster, type AksClusterProps } from "../cluster/aks-cluster";
import { Fleet } from "../fleet/fleet";
import type { FleetMember, FleetMemberOptions } from "../fleet/fleet-member";
import { TrafficManagerAccess, type TrafficManagerAccessProps } from "../fleet/traffic-manager-access";
import type { Principal } from "../identity/principal";
import { ClusterNetwork, type ClusterNetworkProps } from "../network/cluster-network";
import { PeeringMesh } from "../network/peering-mesh";

/** A member of the fleet: its network, its cluster and its membership. */
export interface InfraMemberProps
  extends Omit<ClusterNetworkProps, "key">,
    Omit<AksClusterProps, "network">,
    Omit<FleetMemberOptions, "dependsOn" | "provider"> {}

export interface InfraStackProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of an Azure location, e.g. `westus`: the hub's. */
  readonly fleetLocation: string;
  /** @default "rg-fleet" */
  readonly fleetResourceGroupName?: string;
  /**
   * The members by key, e.g. `{ east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } }`. Keys are part of names
   * and construct ids: a member that is given another key is made anew.
   */
  readonly members: Record<string, InfraMemberProps>;
  /**
   * Everyone who deploys: cluster admins of every cluster, and of the hub.
   * @default - the identity that deploys first
   */
  readonly admins?: readonly Principal[];
  /** Size of the nodes of members that don't name their own. @default "Standard_D4s_v5" */
  readonly vmSize?: string;
  /** Number of nodes of members that don't name their own. @default 3 */
  readonly nodeCount?: number;
  /** How the waits get their tokens. @default "azurecli" */
  readonly login?: Login;
  /** Makes Terraform refuse every plan that would delete the fleet. @default false */
  readonly preventDestroy?: boolean;
  /** Tags of everything that has tags; a member's own are added to them. */
  readonly tags?: Record<string, string>;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

/**
 * The first stage: networks, peerings, clusters, the fleet with its hub and its members. It ends when the hub and the
 * clusters answer, this identity may act on them, and every member has joined.
 */
export class InfraStack extends TerraformStack {
  readonly fleet: Fleet;
  private readonly members: FleetMember[] = [];
  private readonly tags: Record<string, string> | undefined;

  constructor(scope: Construct, id: string, props: InfraStackProps) {
    super(scope, id);
    const { admins, vmSize, nodeCount, login, subscriptionId, tags } = props;
    this.tags = tags;
    new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId });
    new AzapiProvider(this, "azapi", { subscriptionId });
    new NullProvider(this, "null");

    const places = Object.entries(props.members).map(([key, member]) => {
      const scope = new Construct(this, key);
      const all = { ...member, key, tags: tags && { ...tags, ...member.tags } };
      const network = new ClusterNetwork(scope, "Network", all);
      const cluster = new AksCluster(scope, "Cluster", { admins, vmSize, nodeCount, ...all, network });
      return { key, member, network, cluster };
    });
    // What Terraform makes first it deletes last. Members leave before peerings and fleet go, and those before clusters.
    const clusters = places.map(({ cluster }) => cluster.resource);
    const mesh = new PeeringMesh(this, "Peerings", {
      networks: places.map(({ network }) => network),
      dependsOn: clusters,
    });
    this.fleet = new Fleet(this, "Fleet", {
      fleetName: props.fleetName,
      location: props.fleetLocation,
      resourceGroupName: props.fleetResourceGroupName,
      admins,
      preventDestroy: props.preventDestroy,
      tags,
      dependsOn: clusters,
    });
    const hub = new HubCredentials(this, "Hub", { fleet: this.fleet, login });
    for (const { key, member, cluster } of places) {
      const joined = this.fleet.addMember(key, cluster, {
        memberName: member.memberName,
        group: member.group,
        dependsOn: [...mesh.peerings],
      });
      this.members.push(joined);
      Wait.forMember(this, `MemberWait-${key}`, cluster.clusterId, {
        access: clusterAccess(cluster.resource, login),
        dependsOn: [joined.resource, ...cluster.dependables],
      });
    }
    Wait.forHub(this, "HubWait", this.fleet, {
      access: hub.access,
      dependsOn: [...this.fleet.dependables, ...this.members.map(({ resource }) => resource)],
    });
    this.addOutputs();
    reportWholeApp(this);
    addCheck(this, function* () {
      if (places.length === 0) {
        yield "members: is empty; a fleet without members places nothing.";
      }
      for (const { key } of places) {
        if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(key)) {
          yield `members: the key "${key}" becomes part of names; write it with lower-case letters, digits and hyphens, e.g. "east".`;
        }
      }
    });
  }

  /** The member of a key, of those that this stack makes. */
  member(key: string): FleetMember {
    const member = this.members.find((candidate) => candidate.key === key);
    if (!member) {
      const keys = this.members.map((candidate) => `"${candidate.key}"`).join(", ");
      throw new Error(`[${this.node.path}] the fleet has no member "${key}"; its members are ${keys}.`);
    }
    return member;
  }

  /**
   * Lets the fleet make Traffic Manager profiles, for HubStack.addDnsLoadBalancer: their resource group, and the roles of
   * the fleet's identity.
   */
  addTrafficManager(options: Omit<TrafficManagerAccessProps, "fleet"> = {}): TrafficManagerAccess {
    const tags = this.tags && { ...this.tags, ...options.tags };
    return new TrafficManagerAccess(this, "TrafficManager", {
      ...options,
      fleet: this.fleet,
      tags: tags ?? options.tags,
    });
  }

  private addOutputs(): void {
    const { fleet } = this;
    new TerraformOutput(this, "fleet_id", { value: fleet.fleetId });
    new TerraformOutput(this, "hub_kubeconfig_command", {
      value: `az fleet get-credentials --resource-group ${fleet.resourceGroupName} --name ${fleet.fleetName} --file ${fleet.fleetName}`,
    });
    for (const { key, cluster } of this.members) {
      new TerraformOutput(this, `${key}_kubeconfig_command`, {
        value: `az aks get-credentials --resource-group ${cluster.resourceGroupName} --name ${cluster.clusterName} --file ${cluster.clusterName}`,
      });
    }
  }
}
