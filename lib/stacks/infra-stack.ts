import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { checkHubInsideNetwork, HubCredentials } from "../access/hub-credentials";
import { checkInsideNetwork } from "../access/inside-network";
import type { KubernetesAccess } from "../access/kubernetes-access";
import { Leave } from "../access/leave";
import type { Login } from "../access/login";
import { clusterAccess, MemberCredentials } from "../access/member-credentials";
import { Wait } from "../access/wait";
import { AzapiProvider } from "../azapi/provider";
import { addCheck, freeId, isKnown, quoted } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { type Finding, finding } from "../checks/finding";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import { AksCluster, type IAksCluster } from "../cluster/aks-cluster";
import { Fleet } from "../fleet/fleet";
import type { FleetMember } from "../fleet/fleet-member";
import type { PrivateHubProps } from "../fleet/private-hub";
import { TrafficManagerAccess, type TrafficManagerAccessProps } from "../fleet/traffic-manager-access";
import type { Principal } from "../identity/principal";
import { ClusterNetwork, type IClusterNetwork } from "../network/cluster-network";
import { PeeringMesh } from "../network/peering-mesh";
import { addFleetOutput } from "./fleet-output";
import { checkMemberProps, type InfraMemberProps } from "./infra-member";

export interface InfraStackProps extends PrivateHubProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of an Azure location, e.g. `westus`: the hub's. */
  readonly fleetLocation: string;
  /** Name of the fleet's resource group, which is made. @default "rg-fleet" */
  readonly fleetResourceGroupName?: string;
  /** Name of a resource group that exists, for the fleet: none is made. @default - one is made */
  readonly existingFleetResourceGroupName?: string;
  /** Start of the hub's host name, 1 to 54 letters, digits and hyphens. It can't be changed later. @default - the fleet's name, cut to 54 */
  readonly hubDnsPrefix?: string;
  /** Size of the hub's one node. It can't be changed later. @default - Azure chooses */
  readonly hubVmSize?: string;
  /**
   * The members by key, e.g. `{ east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } }`. Keys are part of names
   * and construct ids: lower-case letters, digits and hyphens, from a letter or a digit to one; a member that is given
   * another key is made anew. With `network` or `cluster` a member is on what exists:
   * `{ cluster: AksCluster.fromClusterId(app, "Old", "/subscriptions/…") }`.
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
  /**
   * Says that this stage runs where private APIs are reachable: on a build agent or a bastion inside of the network, or over
   * a VPN. It ends with waits that ask the hub and every cluster: those that are private ask for it. @default false
   */
  readonly insideNetwork?: boolean;
  /** Makes Terraform refuse every plan that would delete the fleet. @default false */
  readonly preventDestroy?: boolean;
  /** Tags of everything that has tags; a member's own are added to them. @default - none */
  readonly tags?: Record<string, string>;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

/**
 * The first stage: networks, peerings, clusters, the fleet with its hub and its members. It ends when the hub and the
 * clusters answer, this identity may act on them, and every member has joined. A member that is taken away is cleaned of
 * what the fleet has placed there before anything of it is deleted.
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

    const { hubNetwork } = props;
    const keys = Object.keys(props.members);
    // No construct has an empty id; what such a member would be, nobody can say.
    const named = Object.entries(props.members).filter(([key]) => key !== "");
    const planned = named.map(([key, member]) => {
      // What is refused must get as far as the check: no key of a member has a blank, and so no construct of this stack.
      const scope = new Construct(this, freeId(this, isKey(key) ? key : `Member ${key}`));
      if (member.cluster) {
        return { key, member, scope, cluster: member.cluster };
      }
      const all = { ...member, key, tags: tags && { ...tags, ...member.tags } };
      const network = all.network ?? new ClusterNetwork(scope, "Network", all);
      const made = new AksCluster(scope, "Cluster", { admins, vmSize, nodeCount, ...all, network });
      return { key, member, scope, cluster: made, made };
    });
    // What Terraform makes first it deletes last. Members leave before peerings and fleet go, and those before clusters.
    const clusters = planned.flatMap(({ made }) => made?.resource ?? []);
    const networks = networksToPeer(planned, hubNetwork);
    const mesh = new PeeringMesh(this, "Peerings", { ...networks, dependsOn: clusters });
    this.fleet = new Fleet(this, "Fleet", {
      fleetName: props.fleetName,
      location: props.fleetLocation,
      resourceGroupName: props.fleetResourceGroupName,
      existingResourceGroupName: props.existingFleetResourceGroupName,
      dnsPrefix: props.hubDnsPrefix,
      hubVmSize: props.hubVmSize,
      privateHub: props.privateHub,
      hubNetwork,
      agentSubnetId: props.agentSubnetId,
      apiServerSubnetId: props.apiServerSubnetId,
      hubIdentityName: props.hubIdentityName,
      fleetRpObjectId: props.fleetRpObjectId,
      admins,
      preventDestroy: props.preventDestroy,
      tags,
      dependsOn: clusters,
    });
    const hub = new HubCredentials(this, "Hub", { fleet: this.fleet, login, insideNetwork: true });
    const accesses: { member: FleetMember; access: KubernetesAccess }[] = [];
    for (const { key, member, scope, cluster, made } of planned) {
      const joined = this.fleet.addMember(key, cluster, {
        memberName: member.memberName,
        group: member.group,
        labels: member.labels,
        dependsOn: [...mesh.peerings],
      });
      this.members.push(joined);
      const { access } = made
        ? { access: clusterAccess(made.resource, login) }
        : new MemberCredentials(scope, "Credentials", { member: joined, login, insideNetwork: true });
      accesses.push({ member: joined, access });
      Wait.forMember(this, freeId(this, `MemberWait-${key}`), cluster.clusterId, {
        access,
        dependsOn: [joined.resource, ...dependablesFor(this, cluster.dependables)],
      });
    }
    Wait.forHub(this, "HubWait", this.fleet, {
      access: hub.access,
      dependsOn: [...this.fleet.dependables, ...this.members.map(({ resource }) => resource)],
    });
    new Leave(this, "Leave", { fleet: this.fleet, access: hub.access });
    this.addOutputs();
    addFleetOutput(this, { fleet: this.fleet, hub: hub.access, members: accesses });
    reportWholeApp(this);
    addCheck(this, () => checkHubInsideNetwork(this.fleet, props.insideNetwork));
    addCheck(this, () => {
      const hidden = planned.filter(({ cluster }) => cluster.isPrivate).map(({ key }) => key);
      const [one] = hidden;
      const whose = hidden.length === 1 ? `member "${one}"` : `each of the members ${quoted(hidden)}`;
      return one === undefined ? [] : checkInsideNetwork(`the cluster of ${whose}`, props.insideNetwork);
    });
    addCheck(this, () => this.checkExisting(planned, networks.networks, props));
    addCheck(this, function* () {
      if (keys.length === 0) {
        yield finding("members-empty", "members: is empty; a fleet without members places nothing.");
      }
      for (const key of keys) {
        if (!isKey(key)) {
          yield finding(
            "member-key",
            `members: the key "${key}" becomes part of names, and has one or more lower-case letters, digits and hyphens, and starts and ends with a letter or a digit; write e.g. "east".`,
          );
        } else if (PROVIDERS.includes(key)) {
          yield finding(
            "member-key-taken",
            `members: the key "${key}" is what this stack calls a provider; give the member another, e.g. "east".`,
          );
        }
      }
    });
  }

  /** The member of a key, of those that this stack makes. */
  member(key: string): FleetMember {
    const member = this.members.find((candidate) => candidate.key === key);
    if (!member) {
      const keys = this.members.map((candidate) => `"${candidate.key}"`).join(", ");
      throw new Error(
        finding(
          "member-unknown",
          `[${this.node.path}] the fleet has no member "${key}"; its members are ${keys}.`,
        ),
      );
    }
    return member;
  }

  /**
   * Lets the fleet make Traffic Manager profiles, for HubStack.addDnsLoadBalancer: their resource group, and the roles of
   * the fleet's identity.
   */
  addTrafficManager(options: Omit<TrafficManagerAccessProps, "fleet"> = {}): TrafficManagerAccess {
    const tags = this.tags ? { ...this.tags, ...options.tags } : options.tags;
    return new TrafficManagerAccess(this, "TrafficManager", { ...options, fleet: this.fleet, tags });
  }

  private addOutputs(): void {
    const { fleet } = this;
    new TerraformOutput(this, "fleet_id", { value: fleet.fleetId });
    new TerraformOutput(this, "hub_kubeconfig_command", {
      value: `az fleet get-credentials --resource-group ${fleet.resourceGroupName} --name ${fleet.fleetName} --file ${fleet.fleetName}`,
    });
    for (const { key, cluster } of this.members) {
      const { clusterName, resourceGroupName, subscriptionId } = cluster;
      const subscription = subscriptionId === undefined ? "" : ` --subscription ${subscriptionId}`;
      new TerraformOutput(this, freeId(this, `${key}_kubeconfig_command`), {
        value: `az aks get-credentials --resource-group ${resourceGroupName} --name ${clusterName} --file ${clusterName}${subscription}`,
      });
    }
  }

  /** Yields what keeps this stack from working with what it does not make. */
  private *checkExisting(
    planned: readonly PlannedMember[],
    peering: readonly IClusterNetwork[],
    { subscriptionId, hubNetwork }: InfraStackProps,
  ): Generator<Finding> {
    if (hubNetwork?.provider) {
      yield finding(
        "hub-network-provider",
        "hubNetwork: has an azurerm provider of its own, and would be peered in this stack's subscription; leave it out, name the hub's subnet (agentSubnetId), and peer its network in a stack that has that provider (PeeringMesh).",
      );
    }
    for (const { key, member, cluster, made } of planned) {
      yield* checkMemberProps(key, member);
      const network = ifTold(() => cluster.network);
      if (network === undefined && (hubNetwork || needPeerings(planned))) {
        const [others, way] = hubNetwork
          ? [
              "the hub's",
              "name the hub's subnet (agentSubnetId) and no hubNetwork where the members reach it",
            ]
          : [
              "those of the other members",
              'say "peered: true" of every member whose network reaches the others',
            ];
        yield finding(
          "member-network",
          `members.${key}: its cluster's network was not told, so that it can't be peered with ${others}; name it where the cluster is imported (network: ClusterNetwork.fromNetworkAttributes(…)), or ${way} already.`,
        );
      }
      const own = made ? undefined : cluster.subscriptionId;
      if (isKnown(own) && isKnown(subscriptionId) && own.toLowerCase() !== subscriptionId.toLowerCase()) {
        yield finding(
          "member-subscription",
          `members.${key}: its cluster is in the subscription ${own}, and would be sought in this stack's, ${subscriptionId}; make it a member in a stack of its own subscription (new FleetMember).`,
        );
      }
      const foreign = [
        ["cluster", made ? undefined : cluster.provider],
        ["network", network && peering.includes(network) ? network.provider : undefined],
      ] as const;
      for (const [what, provider] of foreign) {
        if (provider && stackOf(provider) !== this) {
          yield finding(
            "member-provider",
            `members.${key}: its ${what} has an azurerm provider of its own, which is not one of this stack, and would be sought in this stack's subscription; make it a member in a stack that has that provider (new FleetMember), and peer it there.`,
          );
        }
      }
    }
  }
}

/** Ids that this stack has before its members have theirs. */
const PROVIDERS = ["azurerm", "azapi", "null"];

function isKey(key: string): boolean {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(key);
}

/** A member that is still to join: what was said of it, and its cluster. */
interface PlannedMember {
  readonly key: string;
  readonly member: InfraMemberProps;
  readonly cluster: IAksCluster;
  /** The cluster, where this stack makes it. */
  readonly made?: AksCluster;
}

/** Whether any two members are to be peered. */
function needPeerings(planned: readonly PlannedMember[]): boolean {
  return planned.length > 1 && planned.some(({ member }) => !member.peered);
}

/** The networks that are peered, once each: those of all members, unless each reaches the others already, and the hub's. */
function networksToPeer(
  planned: readonly PlannedMember[],
  hubNetwork: IClusterNetwork | undefined,
): {
  networks: IClusterNetwork[];
  peered: IClusterNetwork[];
} {
  const networksOf = (members: readonly PlannedMember[]) => [
    ...new Set(members.flatMap(({ cluster }) => ifTold(() => cluster.network) ?? [])),
  ];
  if (!hubNetwork && !needPeerings(planned)) {
    return { networks: [], peered: [] };
  }
  const networks = new Set([...networksOf(planned), ...(hubNetwork ? [hubNetwork] : [])]);
  return { networks: [...networks], peered: networksOf(planned.filter(({ member }) => member.peered)) };
}
