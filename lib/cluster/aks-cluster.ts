import {
  KubernetesCluster,
  type KubernetesClusterConfig,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { makes, ofApp } from "../azapi/made";
import { parseResourceId } from "../azapi/resource-id";
import { addCheck, freeId } from "../checks/check";
import { finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { dependablesFor } from "../checks/stack-of";
import { checkTags } from "../checks/tags";
import { ROLES } from "../fleet-api/roles";
import { checkPlanners, checkPrincipals, clientConfig, type Principal } from "../identity/principal";
import { RoleGrant, subscriptionOf } from "../identity/role-grant";
import type { IClusterNetwork } from "../network/cluster-network";
import { checkExistingGroup, existingGroup } from "../network/resource-group";
import { checkedProps, optionsOf } from "../props/check-props";
import { checkAuthorizedRanges, letNodesIn, rangesOfAddresses } from "./authorized-ranges";
import { checkAutoscaler, leftToAutoscaler } from "./autoscaler";
import { grantClusterUser } from "./cluster-user";
import { type DeepPartial, merge } from "./deep-partial";
import {
  type AksClusterAttributes,
  type AksClusterImportOptions,
  CLUSTER_ID,
  ImportedAksCluster,
} from "./imported-cluster";
import { checkKubernetesVersion, checkUpgrades, withNodes } from "./kubernetes-version";
import { checkNetworkPlugin, checkOutboundType, checkServiceCidr, dnsAddress } from "./network-checks";
import { checkNodes } from "./node-checks";
import { checkSharedSubnets, checkSubnetSize, type OnSubnet } from "./subnet-size";

/** An AKS cluster that can join a fleet. */
export interface IAksCluster extends IConstruct {
  readonly clusterName: string;
  readonly clusterId: string;
  readonly location: string;
  readonly resourceGroupName: string;
  /** Id of the node resource group, where AKS keeps the cluster's nodes, load balancers and IP addresses. */
  readonly nodeResourceGroupId: string;
  /** The network of its nodes and pods. */
  readonly network: IClusterNetwork;
  /** The address range of its Services. */
  readonly serviceCidr: string | undefined;
  /** Whether its API can only be reached from inside its network, as far as this app knows. */
  readonly isPrivate: boolean;
  /** What must exist before the cluster can be used, including role assignments. */
  readonly dependables: readonly ITerraformDependable[];
  /** The Kubernetes version that this app sets; undefined if something else upgrades the cluster. */
  readonly kubernetesVersion?: string;
  /** Its subscription, if known to this app. */
  readonly subscriptionId?: string;
  /** azurerm provider for its subscription, if not the stack's. */
  readonly provider?: TerraformProvider;

  /**
   * Lets a principal plan changes that involve the cluster, without write access: grants "Azure Kubernetes Service Cluster
   * User Role", which reads the cluster's address. The principal also needs "Reader" on the subscription, and
   * `MemberStack.grantPlan` to read objects in the cluster.
   */
  grantPlan(principal: Principal): RoleGrant;
}

export interface AksClusterProps {
  /** The network for nodes and pods; the cluster is created in its location. */
  readonly network: IClusterNetwork;
  /** Name of an existing resource group for the cluster and its identity. @default - the network's group */
  readonly existingResourceGroupName?: string;
  /** @default - `aks-<key of the network>` */
  readonly clusterName?: string;
  /** @default - the cluster's name */
  readonly dnsPrefix?: string;
  /** @default - `id-<cluster's name>` */
  readonly identityName?: string;
  /**
   * Kubernetes version of the control plane, then of the nodes, e.g. `1.33`. AKS doesn't downgrade: leave it out if something
   * else upgrades the cluster. For node pools of your own, set `orchestratorVersion` to `cluster.resource.kubernetesVersion`.
   * @default - the version that AKS recommends when the cluster is created; upgrades are left to the fleet
   */
  readonly kubernetesVersion?: string;
  /** Number of nodes; with an autoscaler (`config.defaultNodePool`), the initial number. @default 3; with an autoscaler its `minCount` */
  readonly nodeCount?: number;
  /** @default "Standard_D4s_v5" */
  readonly vmSize?: string;
  /** Maximum pods per node, 10 to 250; each takes an address of the subnet. @default 30 */
  readonly maxPods?: number;
  /** Extra nodes during upgrades: a number or a percentage. @default "10%" */
  readonly maxSurge?: string;
  /** Availability zones, e.g. `["1", "2", "3"]`, if the location has them. @default - none */
  readonly zones?: readonly string[];
  /**
   * Address range for Services. It is only visible inside the cluster, so clusters may share it, but it must not overlap a
   * network of the fleet.
   * @default "172.16.0.0/16"
   */
  readonly serviceCidr?: string;
  /** IP address of the cluster's DNS, in `serviceCidr`, but not its first. @default - the tenth, e.g. `172.16.0.10` */
  readonly dnsServiceIp?: string;
  /**
   * Creates a private cluster, whose API can only be reached from inside its network: constructs that use the API then need
   * `insideNetwork`. A change replaces the cluster. @default false
   */
  readonly privateCluster?: boolean;
  /**
   * Public IPv4 addresses or ranges with access to the API server, e.g. `["203.0.113.0/24"]`, at most 200; all others are
   * blocked. They must include the machine that deploys, which also runs the waits. The nodes' own egress addresses are
   * allowed as well: by AKS for its load balancer, by this construct for the network's NAT gateway. Add a firewall's
   * address yourself. `["0.0.0.0/32"]` allows only the load balancer's.
   * @default - open to all addresses; Entra ID decides who may do what
   */
  readonly authorizedIpRanges?: readonly string[];
  /**
   * Principals with "Azure Kubernetes Service RBAC Cluster Admin", which every identity that deploys needs.
   * @default - the identity that creates the cluster
   */
  readonly admins?: readonly Principal[];
  /** @default - none */
  readonly tags?: Record<string, string>;
  /**
   * Further arguments of `azurerm_kubernetes_cluster`, merged over those from the props above, e.g.
   * `{ defaultNodePool: { osDiskType: "Ephemeral" } }`. The checks run on the result.
   * @default - nothing
   */
  readonly config?: DeepPartial<KubernetesClusterConfig>;
}

const MARK = markOf("AksCluster");
const ON_SUBNETS = Symbol.for("cdktf-aks-fleet/OnSubnets");

/**
 * An AKS cluster whose pods have addresses on its network's subnet (Azure CNI, not overlay or kubenet), because a fleet's
 * load balancer sends connections straight to pods in other networks. Access is by Entra ID and Azure RBAC only.
 */
export class AksCluster extends Construct implements IAksCluster {
  /** Whether something is an AksCluster. */
  static isAksCluster(x: unknown): x is AksCluster {
    return isMarked(x, MARK);
  }

  /**
   * An existing cluster, by name and group. An attribute that is needed but was not given causes an error that names it.
   */
  static fromClusterAttributes(scope: Construct, id: string, attributes: AksClusterAttributes): IAksCluster {
    return new ImportedAksCluster(scope, id, attributes);
  }

  /**
   * An existing cluster, by its id: `az aks show --query id` prints it.
   * @throws if it is not the id of an AKS cluster
   */
  static fromClusterId(
    scope: Construct,
    id: string,
    clusterId: string,
    options: AksClusterImportOptions = {},
  ): IAksCluster {
    const parsed = parseResourceId(scope, `${id}.clusterId`, clusterId, CLUSTER_ID);
    if (!parsed) {
      throw new Error(
        finding(
          "cluster-id-not-known",
          `[${scope.node.path}] ${id}.clusterId: this id is known only to Terraform, so it can't be parsed; use fromClusterAttributes, with clusterName and resourceGroupName.`,
        ),
      );
    }
    const { resourceGroupName, names } = parsed;
    return new ImportedAksCluster(scope, id, {
      ...optionsOf(scope, `${id} (fromClusterId)`, options),
      clusterId,
      resourceGroupName,
      clusterName: names[0] as string,
    });
  }

  readonly clusterName: string;
  readonly location: string;
  readonly resourceGroupName: string;
  readonly network: IClusterNetwork;
  readonly dependables: readonly ITerraformDependable[];
  readonly identity: UserAssignedIdentity;
  readonly resource: KubernetesCluster;
  readonly serviceCidr: string | undefined;
  readonly isPrivate: boolean;
  readonly kubernetesVersion: string | undefined;
  private readonly planners: Principal[] = [];

  constructor(scope: Construct, id: string, props: AksClusterProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "AksClusterProps", props);
    const { network, tags } = props;
    const serviceCidr = props.serviceCidr ?? "172.16.0.0/16";
    const { subnetId, podSubnetId } = network;
    this.network = network;
    const resourceGroupName =
      props.existingResourceGroupName === undefined
        ? network.resourceGroupName
        : existingGroup(this, props.existingResourceGroupName);
    const clusterName = props.clusterName ?? `aks-${network.key}`;

    const identityName = props.identityName ?? `id-${clusterName}`;
    makes(this, { what: "identity", prop: "identityName", name: identityName, group: resourceGroupName });
    this.identity = new UserAssignedIdentity(this, "Identity", {
      name: identityName,
      location: network.location,
      resourceGroupName,
      tags,
    });
    // AKS uses this identity to attach load balancers to the nodes' subnet, and pods to theirs.
    const subnetRoles = [
      ["SubnetRole", subnetId],
      ...(podSubnetId === undefined ? [] : [["PodSubnetRole", podSubnetId] as const]),
    ] as const;
    const grants = subnetRoles.map(
      ([id, resourceId]) =>
        new RoleGrant(this, id, {
          roleId: ROLES.networkContributor,
          resourceId,
          subscriptionId: network.provider && subscriptionOf(network.virtualNetworkId),
          principal: { objectId: this.identity.principalId, type: "ServicePrincipal" },
        }).assignment,
    );

    const merged = merge<KubernetesClusterConfig>(
      {
        name: clusterName,
        location: network.location,
        resourceGroupName,
        dnsPrefix: props.dnsPrefix ?? clusterName,
        kubernetesVersion: props.kubernetesVersion,
        skuTier: "Standard",
        identity: { type: "UserAssigned", identityIds: [this.identity.id] },
        defaultNodePool: {
          name: "system",
          vmSize: props.vmSize ?? "Standard_D4s_v5",
          nodeCount: props.nodeCount ?? 3,
          maxPods: props.maxPods ?? 30,
          vnetSubnetId: subnetId,
          podSubnetId,
          zones: props.zones && [...props.zones],
          upgradeSettings: { maxSurge: props.maxSurge ?? "10%" },
          temporaryNameForRotation: "systemtmp",
          tags,
        },
        networkProfile: {
          networkPlugin: "azure",
          networkPolicy: "calico",
          outboundType: network.outboundType,
          serviceCidr,
          dnsServiceIp: props.dnsServiceIp ?? dnsAddress(serviceCidr),
        },
        apiServerAccessProfile: props.authorizedIpRanges && {
          authorizedIpRanges: rangesOfAddresses(props.authorizedIpRanges),
        },
        azureActiveDirectoryRoleBasedAccessControl: {
          azureRbacEnabled: true,
          tenantId: clientConfig(this).tenantId,
        },
        privateClusterEnabled: props.privateCluster,
        localAccountDisabled: true,
        // AKS enables the issuer by default from 1.34, and it can't be disabled again.
        oidcIssuerEnabled: true,
        workloadIdentityEnabled: true,
        azurePolicyEnabled: true,
        runCommandEnabled: false,
        imageCleanerEnabled: true,
        imageCleanerIntervalHours: 168,
        tags,
      },
      props.config,
    );
    const isCounted = props.nodeCount !== undefined || props.config?.defaultNodePool?.nodeCount !== undefined;
    const config = leftToAutoscaler(withNodes(letNodesIn(merged, network)), isCounted);
    this.clusterName = config.name;
    this.location = config.location;
    this.resourceGroupName = config.resourceGroupName;
    makes(this, {
      what: "cluster",
      prop: "clusterName",
      name: this.clusterName,
      group: this.resourceGroupName,
    });
    this.serviceCidr = config.networkProfile?.serviceCidr;
    this.isPrivate = config.privateClusterEnabled === true;
    this.kubernetesVersion = config.kubernetesVersion;
    this.resource = new KubernetesCluster(this, "Resource", {
      ...config,
      dependsOn: [...grants, ...dependablesFor(this, network.dependables), ...(config.dependsOn ?? [])],
    });
    const admins = props.admins?.map((principal) => ({ id: `Admin-${principal.name}`, principal })) ?? [
      { id: "Admin", principal: undefined },
    ];
    this.dependables = [
      this.resource,
      ...admins.map(
        ({ id, principal }) =>
          new RoleGrant(this, freeId(this, id), {
            roleId: ROLES.aksRbacClusterAdmin,
            resourceId: this.resource.id,
            principal,
          }).assignment,
      ),
    ];

    const own: OnSubnet = {
      path: this.node.path,
      pool: config.defaultNodePool,
      network,
      subnetId,
      podSubnetId,
    };
    const onSubnets = ofApp<OnSubnet[]>(this, ON_SUBNETS, () => []);
    onSubnets.push(own);

    addCheck(this, function* () {
      yield* checkName("cluster", config.name, "clusterName");
      yield* checkExistingGroup(scope, props.existingResourceGroupName);
      yield* checkName("DNS prefix", config.dnsPrefix, "dnsPrefix");
      yield* checkName("identity", props.identityName, "identityName");
      yield* checkName("node pool", config.defaultNodePool.name, "config.defaultNodePool.name");
      yield* checkNetworkPlugin(config);
      yield* checkServiceCidr(config, network);
      yield* checkSubnetSize(config, network, subnetId, podSubnetId);
      yield* checkSharedSubnets(own, onSubnets.slice(0, onSubnets.indexOf(own)));
      yield* checkKubernetesVersion(config);
      yield* checkNodes(config);
      yield* checkAutoscaler(config);
      yield* checkTags(config.tags);
      yield* checkOutboundType(config, network);
      yield* checkUpgrades(config);
      const ranges = props.config?.apiServerAccessProfile?.authorizedIpRanges ?? props.authorizedIpRanges;
      yield* checkAuthorizedRanges(config, ranges, network);
      yield* checkPrincipals(props.admins, "no identity can deploy to the cluster");
    });
    addCheck(this, () => checkPlanners(this.planners, props.admins ?? []));
  }

  grantPlan(given: Principal): RoleGrant {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    return grantClusterUser(this, principal);
  }

  get clusterId(): string {
    return this.resource.id;
  }

  get nodeResourceGroupId(): string {
    return this.resource.nodeResourceGroupId;
  }
}
