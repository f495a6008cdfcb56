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
import { addCheck, freeId, isKnown, knownId, quoted } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { type Finding, finding } from "../checks/finding";
import { checkSubscription } from "../checks/guid";
import { isMarked, markAs, markOf } from "../checks/marked";
import { optional } from "../checks/required";
import { addressOf, dependablesFor, stackOf } from "../checks/stack-of";
import { AksCluster, type IAksCluster } from "../cluster/aks-cluster";
import { Fleet } from "../fleet/fleet";
import { FleetMember, type IFleetMember } from "../fleet/fleet-member";
import { reaches } from "../fleet/on-hub";
import type { PrivateHubProps } from "../fleet/private-hub";
import { TrafficManagerAccess, type TrafficManagerAccessProps } from "../fleet/traffic-manager-access";
import type { Principal } from "../identity/principal";
import { ClusterNetwork, type IClusterNetwork } from "../network/cluster-network";
import { GlobalDnsName, type GlobalDnsNameOptions } from "../network/global-dns-name";
import { type INetworkManager, NetworkManager } from "../network/network-manager";
import { NetworkManagerMesh } from "../network/network-manager-mesh";
import { OrderedProvider } from "../network/ordered-provider";
import { PeeringMesh } from "../network/peering-mesh";
import { checkedProps, optionsOf, refuse } from "../props/check-props";
import { overlaid } from "../props/overlaid";
import { addFleetOutput } from "./fleet-output";
import { checkMemberProps, clusterOf, type InfraMemberProps, networkOf } from "./infra-member";

export interface InfraStackProps extends PrivateHubProps {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly fleetName: string;
  /** Short name of the hub's Azure location, e.g. `westus`. */
  readonly fleetLocation: string;
  /** Name of the fleet's new resource group. @default "rg-fleet" */
  readonly fleetResourceGroupName?: string;
  /** Name of an existing resource group for the fleet. @default - a new one */
  readonly existingFleetResourceGroupName?: string;
  /** Start of the hub's host name, 1 to 54 letters, digits and hyphens. It can't be changed later. @default - the fleet's name, cut to 54 */
  readonly hubDnsPrefix?: string;
  /** VM size of the hub's single node. It can't be changed later. @default - Azure chooses */
  readonly hubVmSize?: string;
  /**
   * The members by key, e.g. `{ east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } }`. Keys become part of names
   * and construct ids: lower-case letters, digits and hyphens, starting and ending with a letter or a digit. Changing a key
   * replaces the member. `network` or `cluster` use an existing network or cluster, e.g.
   * `{ cluster: AksCluster.fromClusterId(app, "Old", "/subscriptions/…") }`.
   */
  readonly members: Record<string, InfraMemberProps>;
  /**
   * How the members' networks are connected, so pods reach each other by IP address. `peerings`: two for each pair of
   * networks, which azurerm 4.55 creates one at a time, at least 15 s each. `virtualNetworkManager`: a mesh of all networks by
   * an Azure Virtual Network Manager, at extra cost; for more than ten members.
   * @default "peerings"
   */
  readonly connectivity?: "peerings" | "virtualNetworkManager";
  /**
   * The network manager, e.g. an existing one: `NetworkManager.fromNetworkManagerId(app, "Central", "/subscriptions/…")`.
   * @default - with `connectivity: "virtualNetworkManager"` a new one, with the fleet's name, group and location
   */
  readonly networkManager?: INetworkManager;
  /**
   * All principals that deploy: they become cluster admins of every cluster and the hub.
   * @default - the identity that deploys first
   */
  readonly admins?: readonly Principal[];
  /**
   * Principals that only plan, such as the pipeline for pull requests: `grantPlan` for each. They have read access only;
   * docs/identities.md lists what else they need.
   * @default - only the admins
   */
  readonly planners?: readonly Principal[];
  /** Default VM size of the members' nodes. @default "Standard_D4s_v5" */
  readonly vmSize?: string;
  /** Default number of the members' nodes. @default 3 */
  readonly nodeCount?: number;
  /** How the waits get their tokens. @default "azurecli" */
  readonly login?: Login;
  /**
   * States that this stage runs where private APIs can be reached: on a build agent or a bastion inside the network, or over
   * a VPN. Required if the hub or a cluster is private, as the stage ends with waits for them. @default false
   */
  readonly insideNetwork?: boolean;
  /** Makes Terraform refuse every plan that would delete the fleet. @default false */
  readonly preventDestroy?: boolean;
  /**
   * Whether a plan asks Azure to validate the fleet and its child resources, so a denial by Azure Policy fails the plan and
   * not the deployment. It doesn't cover networks and clusters, as azurerm can't do so.
   * @default - ARM_ENABLE_PREFLIGHT, otherwise false
   */
  readonly enablePreflight?: boolean;
  /** Tags for all resources; a member's own tags are added. @default - none */
  readonly tags?: Record<string, string>;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

const MARK = markOf("InfraStack");

/**
 * The first stage: networks, peerings, clusters, and the fleet with its hub and members. Its deployment completes when the
 * hub and the clusters answer, this identity has access to them, and every member has joined. When a member is removed, what
 * the fleet has placed there is removed before any of its resources are deleted.
 */
export class InfraStack extends TerraformStack {
  /** Whether something is an InfraStack. */
  static isInfraStack(x: unknown): x is InfraStack {
    return isMarked(x, MARK);
  }

  readonly fleet: Fleet;
  private readonly props: InfraStackProps;
  private readonly mesh: PeeringMesh | NetworkManagerMesh;
  private readonly planned: PlannedMember[] = [];
  private readonly planners: Principal[] = [];

  constructor(scope: Construct, id: string, props: InfraStackProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "InfraStackProps", props);
    this.props = props;
    reaches(this, "none");
    const { admins, login, subscriptionId, tags, hubNetwork } = props;
    const azurerm = new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId });
    new AzapiProvider(this, "azapi", { subscriptionId, enablePreflight: props.enablePreflight });
    new NullProvider(this, "null");
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
    });
    this.mesh = this.connect(azurerm, hubNetwork ? [hubNetwork] : []);
    const { access } = new HubCredentials(this, "Hub", { fleet: this.fleet, login, insideNetwork: true });
    Wait.forHub(this, "HubWait", this.fleet, { access });
    new Leave(this, "Leave", { fleet: this.fleet, access });
    const { planned } = this;
    addFleetOutput(this, { fleet: this.fleet, hub: access, members: () => planned });
    this.addOutputs();
    const keys = Object.keys(props.members);
    // A construct can't have an empty id; checkKey reports such a member.
    for (const [key, member] of Object.entries(props.members).filter(([key]) => key !== "")) {
      this.makeMember(key, member);
    }
    for (const principal of props.planners ?? []) {
      this.grantPlan(principal);
    }
    reportWholeApp(this);
    addCheck(this, () => checkSubscription(subscriptionId));
    addCheck(this, () => checkHubInsideNetwork(this.fleet, props.insideNetwork));
    addCheck(this, () => {
      const hidden = planned.filter(({ cluster }) => cluster.isPrivate).map(({ key }) => key);
      const [one] = hidden;
      const whose = hidden.length === 1 ? `member "${one}"` : `each of the members ${quoted(hidden)}`;
      return one === undefined ? [] : checkInsideNetwork(`the cluster of ${whose}`, props.insideNetwork);
    });
    addCheck(this, () => checkConnectivity(props));
    addCheck(this, () => this.checkExisting());
    addCheck(this, () => this.checkJoinedHere());
    addCheck(this, function* () {
      if (keys.length === 0 && planned.length === 0) {
        yield finding(
          "members-empty",
          "members: is empty, and a fleet without members places nothing; add a member.",
        );
      }
      for (const key of new Set([...keys, ...planned.map((member) => member.key)])) {
        yield* checkKey(key);
      }
    });
  }

  /**
   * Lets a principal plan this stack, without write access: `grantPlan` on the fleet and every new cluster, including those of
   * members added later. It also needs "Reader" on the subscription and "Azure Kubernetes Service Cluster User Role" on
   * existing clusters: docs/identities.md.
   */
  grantPlan(given: Principal): void {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    this.fleet.grantPlan(principal);
    for (const { made } of this.planned) {
      made?.grantPlan(principal);
    }
  }

  /**
   * The member with a key, whether it joined the fleet in this stack or in another.
   * @throws if there is none
   */
  member(key: string): IFleetMember {
    const member = this.fleet.members.find((candidate) => candidate.key === key);
    if (!member) {
      const keys = this.fleet.members.map((candidate) => candidate.key);
      refuse(this, [
        finding("member-unknown", `the fleet has no member "${key}"; its members are ${quoted(keys)}.`),
      ]);
    }
    return member;
  }

  /**
   * Adds a member, as `members` does: its network and cluster if they are new, its peerings with the other members'
   * networks, the membership, and the wait until its cluster answers.
   * @throws if the key is empty or another member has it
   */
  addMember(key: string, props: InfraMemberProps): FleetMember {
    if (key === "") {
      refuse(this, [...checkKey(key)]);
    }
    if (this.fleet.members.some((member) => member.key === key)) {
      refuse(this, [
        finding("member-key-twice", `the fleet already has a member "${key}"; give this one another key.`),
      ]);
    }
    return this.makeMember(
      key,
      checkedProps<InfraMemberProps>(this, "InfraMemberProps", props, `members.${key}`),
    );
  }

  /**
   * Connects the networks. When connectivity changes, Terraform must delete the old connections only after the new ones
   * exist, so pods never lose each other. So each kind has its own provider, which starts after the other kind's resources.
   */
  private connect(
    like: AzurermProvider,
    networks: readonly IClusterNetwork[],
  ): PeeringMesh | NetworkManagerMesh {
    const { connectivity, fleetName, fleetLocation: location, subscriptionId, tags } = this.props;
    const afterDeployments = new OrderedProvider(this, "PeeringsProvider", {
      alias: "peerings",
      like,
      after: () =>
        NetworkManagerMesh.isNetworkManagerMesh(this.mesh)
          ? this.mesh.deployments.map((one) => `${addressOf(one)}.location`)
          : [],
    });
    const afterPeerings = new OrderedProvider(this, "NetworkManagerProvider", {
      alias: "network_manager",
      like,
      after: () =>
        PeeringMesh.isPeeringMesh(this.mesh) ? this.mesh.peerings.map((one) => `${addressOf(one)}.name`) : [],
    });
    if (connectivity !== "virtualNetworkManager") {
      return new PeeringMesh(this, "Peerings", { networks, provider: afterDeployments });
    }
    const networkManager =
      this.props.networkManager ??
      new NetworkManager(this, "NetworkManager", {
        networkManagerName: fleetName,
        location,
        existingResourceGroupName: this.fleet.resourceGroupName,
        subscriptionIds: subscriptionId === undefined ? undefined : [subscriptionId],
        tags,
      });
    return new NetworkManagerMesh(this, "Mesh", {
      networkManager,
      networks,
      networkGroupName: fleetName,
      provider: afterPeerings,
    });
  }

  private makeMember(key: string, member: InfraMemberProps): FleetMember {
    const { admins, vmSize, nodeCount, login, tags } = this.props;
    // An invalid key must get as far as its check. No valid key has a blank, so this id can't collide.
    const scope = new Construct(this, freeId(this, isKey(key) ? key : `Member ${key}`));
    let cluster: IAksCluster;
    let made: AksCluster | undefined;
    if (member.cluster) {
      cluster = member.cluster;
    } else {
      const own = clusterOf(member);
      const all = tags || own.tags ? overlaid(tags ?? {}, own.tags) : undefined;
      const network = member.network ?? new ClusterNetwork(scope, "Network", networkOf(key, member, all));
      made = new AksCluster(scope, "Cluster", {
        ...own,
        network,
        admins: own.admins ?? admins,
        vmSize: own.vmSize ?? vmSize,
        nodeCount: own.nodeCount ?? nodeCount,
        tags: all,
      });
      cluster = made;
    }
    const network = optional(() => cluster.network);
    for (const principal of this.planners) {
      made?.grantPlan(principal);
    }
    if (network) {
      this.mesh.addNetwork(network, { peered: member.peered });
    }
    const { hubNetwork } = this.props;
    const joined = new FleetMember(this.fleet, freeId(this.fleet, key), {
      fleet: this.fleet,
      key,
      cluster,
      memberName: member.memberName,
      group: member.group,
      labels: member.labels,
      outOfService: member.outOfService,
      // A member must reach the hub to join, and it reaches a private hub over these.
      dependsOn:
        network && hubNetwork && network !== hubNetwork
          ? this.mesh._connecting(network, hubNetwork)
          : undefined,
    });
    const { access } = made
      ? { access: clusterAccess(made.resource, login) }
      : new MemberCredentials(scope, "Credentials", { member: joined, login, insideNetwork: true });
    Wait.forMember(this, freeId(this, `MemberWait-${key}`), cluster.clusterId, {
      access,
      dependsOn: [joined.resource, ...dependablesFor(this, cluster.dependables)],
    });
    this.planned.push({ key, member: joined, props: member, cluster, made, access });
    const { clusterName, resourceGroupName, subscriptionId } = cluster;
    const subscription = subscriptionId === undefined ? "" : ` --subscription ${subscriptionId}`;
    new TerraformOutput(this, freeId(this, `${key}_kubeconfig_command`), {
      value: `az aks get-credentials --resource-group ${resourceGroupName} --name ${clusterName} --file ${clusterName}${subscription}`,
    });
    return joined;
  }

  /**
   * Lets the fleet create Traffic Manager profiles, for HubStack.addDnsLoadBalancer: adds their resource group and the roles
   * of the fleet's identity.
   */
  addTrafficManagerAccess(
    id: string,
    options: Omit<TrafficManagerAccessProps, "fleet"> = {},
  ): TrafficManagerAccess {
    const { tags } = this.props;
    const given = optionsOf(this, "addTrafficManagerAccess", options);
    return new TrafficManagerAccess(this, knownId(this, id), {
      ...given,
      fleet: this.fleet,
      tags: tags ? overlaid(tags, given.tags) : given.tags,
    });
  }

  /**
   * One DNS name for addresses in several regions, for `dnsName` of MultiRegionFleet.addEntries and
   * MemberStack.addMultiClusterService. It is also an output: `<name>-dns-name`.
   * @param name the DNS name is `<name>.trafficmanager.net`
   */
  addGlobalDnsName(name: string, options: GlobalDnsNameOptions = {}): GlobalDnsName {
    const { tags, fleetLocation } = this.props;
    const given = optionsOf(this, "addGlobalDnsName", options);
    const dnsName = new GlobalDnsName(this, knownId(this, name), {
      ...given,
      name,
      location: fleetLocation,
      tags: tags ? overlaid(tags, given.tags) : given.tags,
    });
    new TerraformOutput(this, knownId(this, `${name}-dns-name`), { value: dnsName.fqdn });
    return dnsName;
  }

  private addOutputs(): void {
    const { fleet } = this;
    new TerraformOutput(this, "fleet_id", { value: fleet.fleetId });
    new TerraformOutput(this, "hub_kubeconfig_command", {
      value: `az fleet get-credentials --resource-group ${fleet.resourceGroupName} --name ${fleet.fleetName} --file ${fleet.fleetName}`,
    });
  }

  /** Refuses members that joined without this stack's addMember: they would not be peered or waited for. */
  private *checkJoinedHere(): Generator<Finding> {
    for (const member of this.fleet.members) {
      // An app that uses `new FleetMember` handles both itself.
      if (member.node.scope === this.fleet && !this.planned.some((one) => one.member === member)) {
        yield finding(
          "member-past-stack",
          `member "${member.key}" joined by Fleet.addMember, so its network is not peered and its cluster not waited for; call this stack's addMember("${member.key}", { cluster }) instead.`,
        );
      }
    }
  }

  /** Checks existing networks and clusters. */
  private *checkExisting(): Generator<Finding> {
    const { planned, mesh } = this;
    const { subscriptionId, hubNetwork } = this.props;
    // A network manager connects networks by id, in any subscription.
    const isPeering = PeeringMesh.isPeeringMesh(mesh);
    if (isPeering && hubNetwork?.provider) {
      yield finding(
        "hub-network-provider",
        "hubNetwork: has its own azurerm provider, but would be peered in this stack's subscription; remove it, set the hub's subnet (agentSubnetId), and peer its network in a stack with that provider (PeeringMesh).",
      );
    }
    const isPeered = (network: IClusterNetwork) => isPeering && mesh._connecting(network).length > 0;
    for (const { key, props: member, cluster, made } of planned) {
      yield* checkMemberProps(key, member);
      const network = optional(() => cluster.network);
      const needsPeering = hubNetwork || (planned.length > 1 && planned.some((one) => !one.props.peered));
      if (network === undefined && needsPeering) {
        const [others, way] = hubNetwork
          ? ["the hub's", "set agentSubnetId and not hubNetwork if the members can reach the hub's subnet"]
          : [
              "those of the other members",
              `${isPeering ? "" : 'leave connectivity at "peerings", and '}set "peered: true" for every member whose network can reach the others`,
            ];
        yield finding(
          "member-network",
          `members.${key}: its cluster's network is not known, so it can't be ${isPeering ? "peered" : "connected"} with ${others}; set it where the cluster is imported (network: ClusterNetwork.fromNetworkAttributes(…)), or ${way} already.`,
        );
      }
      if (member.peered && !isPeering) {
        yield finding(
          "member-peered",
          `members.${key}: peered excludes its network from peerings, but a network manager (connectivity) connects all networks; remove peered.`,
        );
      }
      const own = made ? undefined : cluster.subscriptionId;
      if (isKnown(own) && isKnown(subscriptionId) && own.toLowerCase() !== subscriptionId.toLowerCase()) {
        yield finding(
          "member-subscription",
          `members.${key}: its cluster is in the subscription ${own}, but this stack would look for it in its own, ${subscriptionId}; make it a member in a stack of that subscription (new FleetMember).`,
        );
      }
      const foreign = [
        ["cluster", made ? undefined : cluster.provider],
        ["network", network && isPeered(network) ? network.provider : undefined],
      ] as const;
      for (const [what, provider] of foreign) {
        if (provider && stackOf(provider) !== this) {
          yield finding(
            "member-provider",
            `members.${key}: its ${what} has an azurerm provider of another stack, but this stack would look for it in its own subscription; make it a member in a stack with that provider (new FleetMember), and peer it there.`,
          );
        }
      }
    }
  }
}

/** Checks the connectivity. */
function* checkConnectivity({ connectivity, networkManager }: InfraStackProps): Generator<Finding> {
  if (connectivity !== undefined && !isKnown(connectivity)) {
    yield finding(
      "connectivity-unknown",
      'connectivity: its value is known only to Terraform, but the app needs it at synth; write "peerings" or "virtualNetworkManager".',
    );
  } else if (networkManager && connectivity !== "virtualNetworkManager") {
    yield finding(
      "network-manager-unused",
      'networkManager: is not used with connectivity: "peerings"; set "virtualNetworkManager", or remove it.',
    );
  }
}

/** Construct ids in this stack that members can't use. */
const PROVIDERS = ["azurerm", "azapi", "null"];

function isKey(key: string): boolean {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(key);
}

function* checkKey(key: string): Generator<Finding> {
  if (!isKey(key)) {
    yield finding(
      "member-key",
      `members: the key "${key}" is not valid; as part of names, a key has lower-case letters, digits and hyphens, and starts and ends with a letter or a digit; write e.g. "east".`,
    );
  } else if (PROVIDERS.includes(key)) {
    yield finding(
      "member-key-taken",
      `members: the key "${key}" is the id of a provider in this stack; use another, e.g. "east".`,
    );
  }
}

/** A member, its props and its cluster. */
interface PlannedMember {
  readonly key: string;
  readonly member: FleetMember;
  readonly props: InfraMemberProps;
  readonly cluster: IAksCluster;
  /** The cluster, if this stack creates it. */
  readonly made: AksCluster | undefined;
  readonly access: KubernetesAccess;
}
