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
import { addressOf, dependablesFor, stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
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
import { checkedProps, optionsOf } from "../props/check-props";
import { overlaid } from "../props/overlaid";
import { addFleetOutput } from "./fleet-output";
import { checkMemberProps, clusterOf, type InfraMemberProps, networkOf } from "./infra-member";

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
   * What connects the members' networks, so that pods reach each other by their addresses. `peerings`: two of each pair of
   * networks, which azurerm 4.55 makes one after the other, 15 s and more each. `virtualNetworkManager`: an Azure Virtual
   * Network Manager with one mesh of all networks, which Azure bills; for more than ten members.
   * @default "peerings"
   */
  readonly connectivity?: "peerings" | "virtualNetworkManager";
  /**
   * The network manager, e.g. one that exists: `NetworkManager.fromNetworkManagerId(app, "Central", "/subscriptions/…")`.
   * @default - with `connectivity: "virtualNetworkManager"` one is made, with the fleet's name, in its group and location
   */
  readonly networkManager?: INetworkManager;
  /**
   * Everyone who deploys: cluster admins of every cluster, and of the hub.
   * @default - the identity that deploys first
   */
  readonly admins?: readonly Principal[];
  /**
   * Who only plans, such as the pipeline of pull requests: `grantPlan` for each. They read, and change nothing;
   * docs/identities.md says what they need besides.
   * @default - nobody but the admins
   */
  readonly planners?: readonly Principal[];
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
  /**
   * Whether a plan asks Azure if it would take the fleet and what is part of it: what Azure Policy refuses then fails the
   * plan, and not the deployment. Networks and clusters are azurerm's, which can't ask. @default - ARM_ENABLE_PREFLIGHT, else false
   */
  readonly enablePreflight?: boolean;
  /** Tags of everything that has tags; a member's own are added to them. @default - none */
  readonly tags?: Record<string, string>;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

const MARK = markOf("InfraStack");

/**
 * The first stage: networks, peerings, clusters, the fleet with its hub and its members. It ends when the hub and the
 * clusters answer, this identity may act on them, and every member has joined. A member that is taken away is cleaned of
 * what the fleet has placed there before anything of it is deleted.
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
    // No construct has an empty id; what such a member would be, nobody can say.
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
        yield finding("members-empty", "members: is empty; a fleet without members places nothing.");
      }
      for (const key of new Set([...keys, ...planned.map((member) => member.key)])) {
        yield* checkKey(key);
      }
    });
  }

  /**
   * Lets a principal plan this stack, and change nothing: `grantPlan` on the fleet and on every new cluster, also of members
   * that are added later. It needs "Reader" on the subscription already, and on clusters that exist "Azure Kubernetes Service
   * Cluster User Role": docs/identities.md.
   */
  grantPlan(given: Principal): void {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    this.fleet.grantPlan(principal);
    for (const { made } of this.planned) {
      made?.grantPlan(principal);
    }
  }

  /** The member of a key: of this stack's, and of those that joined its fleet in another. */
  member(key: string): IFleetMember {
    const member = this.fleet.members.find((candidate) => candidate.key === key);
    if (!member) {
      const keys = this.fleet.members.map((candidate) => candidate.key);
      throw new Error(
        finding(
          "member-unknown",
          `[${this.node.path}] the fleet has no member "${key}"; its members are ${quoted(keys)}.`,
        ),
      );
    }
    return member;
  }

  /**
   * Adds a member, as `members` does: its network and cluster where they are to be made, its peerings with the other
   * members' networks, the membership, and the wait until its cluster answers.
   * @throws if the key is empty or another member has it
   */
  addMember(key: string, props: InfraMemberProps): FleetMember {
    if (key === "") {
      throw new Error([`[${this.node.path}]`, ...checkKey(key)].join(" "));
    }
    if (this.fleet.members.some((member) => member.key === key)) {
      throw new Error(
        finding(
          "member-key-twice",
          `[${this.node.path}] the fleet has a member "${key}" already; give this one another key.`,
        ),
      );
    }
    return this.makeMember(
      key,
      checkedProps<InfraMemberProps>(this, "InfraMemberProps", props, `members.${key}`),
    );
  }

  /**
   * What connects networks. Where that changes, Terraform deletes the old when the new is there, so that pods never lose each
   * other: each has a provider of its own, by which it is deleted, too, and which begins after the other.
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
    // What is refused must get as far as the check: no key of a member has a blank, and so no construct of this stack.
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
    const network = ifTold(() => cluster.network);
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
      // A member joins by reaching the hub, and a private one is reached over these.
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
   * Lets the fleet make Traffic Manager profiles, for HubStack.addDnsLoadBalancer: their resource group, and the roles of
   * the fleet's identity.
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
   * One DNS name over addresses in several regions, for `dnsName` of MultiRegionFleet.addEntries and
   * MemberStack.addMultiClusterService. It is an output, too: `<name>-dns-name`.
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

  /** Yields members that joined past this stack: nothing peers them, and nothing waits for them. */
  private *checkJoinedHere(): Generator<Finding> {
    for (const member of this.fleet.members) {
      // Who writes `new FleetMember` sees to both.
      if (member.node.scope === this.fleet && !this.planned.some((one) => one.member === member)) {
        yield finding(
          "member-past-stack",
          `member "${member.key}" joined by Fleet.addMember, so that its network is not peered and its cluster not waited for; call addMember("${member.key}", { cluster }) of this stack instead.`,
        );
      }
    }
  }

  /** Yields what keeps this stack from working with what it does not make. */
  private *checkExisting(): Generator<Finding> {
    const { planned, mesh } = this;
    const { subscriptionId, hubNetwork } = this.props;
    // What a network manager connects it takes by its id, in whichever subscription.
    const isPeering = PeeringMesh.isPeeringMesh(mesh);
    if (isPeering && hubNetwork?.provider) {
      yield finding(
        "hub-network-provider",
        "hubNetwork: has an azurerm provider of its own, and would be peered in this stack's subscription; leave it out, name the hub's subnet (agentSubnetId), and peer its network in a stack that has that provider (PeeringMesh).",
      );
    }
    const isPeered = (network: IClusterNetwork) => isPeering && mesh._connecting(network).length > 0;
    for (const { key, props: member, cluster, made } of planned) {
      yield* checkMemberProps(key, member);
      const network = ifTold(() => cluster.network);
      const needsPeering = hubNetwork || (planned.length > 1 && planned.some((one) => !one.props.peered));
      if (network === undefined && needsPeering) {
        const [others, way] = hubNetwork
          ? [
              "the hub's",
              "name the hub's subnet (agentSubnetId) and no hubNetwork where the members reach it",
            ]
          : [
              "those of the other members",
              `${isPeering ? "" : 'leave connectivity at "peerings", and '}say "peered: true" of every member whose network reaches the others`,
            ];
        yield finding(
          "member-network",
          `members.${key}: its cluster's network was not told, so that it can't be ${isPeering ? "peered" : "connected"} with ${others}; name it where the cluster is imported (network: ClusterNetwork.fromNetworkAttributes(…)), or ${way} already.`,
        );
      }
      if (member.peered && !isPeering) {
        yield finding(
          "member-peered",
          `members.${key}: peered says that its network reaches others already, and the network manager (connectivity) connects all networks; leave peered out.`,
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
        ["network", network && isPeered(network) ? network.provider : undefined],
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

/** Yields what is wrong with the choice of what connects networks. */
function* checkConnectivity({ connectivity, networkManager }: InfraStackProps): Generator<Finding> {
  if (connectivity !== undefined && !isKnown(connectivity)) {
    yield finding(
      "connectivity-unknown",
      'connectivity: is known to Terraform only, and the app decides by it; write "peerings" or "virtualNetworkManager".',
    );
  } else if (networkManager && connectivity !== "virtualNetworkManager") {
    yield finding(
      "network-manager-unused",
      'networkManager: connects nothing with connectivity: "peerings"; set "virtualNetworkManager", or leave it out.',
    );
  }
}

/** Ids that this stack has before its members have theirs. */
const PROVIDERS = ["azurerm", "azapi", "null"];

function isKey(key: string): boolean {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(key);
}

function* checkKey(key: string): Generator<Finding> {
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

/** A member, what was said of it, and its cluster. */
interface PlannedMember {
  readonly key: string;
  readonly member: FleetMember;
  readonly props: InfraMemberProps;
  readonly cluster: IAksCluster;
  /** The cluster, where this stack makes it. */
  readonly made: AksCluster | undefined;
  readonly access: KubernetesAccess;
}
