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
  /** Id of the resource group that AKS keeps the cluster's nodes, load balancers and addresses in. */
  readonly nodeResourceGroupId: string;
  /** The network that its pods have their addresses in. */
  readonly network: IClusterNetwork;
  /** The range that its Services have their addresses in. */
  readonly serviceCidr: string | undefined;
  /** Whether its API is reached from inside of its network only, as far as this app was told. */
  readonly isPrivate: boolean;
  /** What must exist before the cluster can be worked with, roles included. */
  readonly dependables: readonly ITerraformDependable[];
  /** The Kubernetes version that this app holds it at; undefined where upgrades are left to others. */
  readonly kubernetesVersion?: string;
  /** Its subscription, where this app was told. */
  readonly subscriptionId?: string;
  /** azurerm provider of its subscription, where that is not the stack's. */
  readonly provider?: TerraformProvider;

  /**
   * Lets a principal plan what has to do with the cluster, and change nothing: beside "Reader" on the subscription, which it
   * has already, "Azure Kubernetes Service Cluster User Role", which tells how the cluster is reached. What is on the cluster
   * it may read by `MemberStack.grantPlan`.
   */
  grantPlan(principal: Principal): RoleGrant;
}

export interface AksClusterProps {
  /** The network whose subnet nodes and pods are on; the cluster is made in its location. */
  readonly network: IClusterNetwork;
  /** Name of a resource group that exists, for cluster and identity. @default - the network's group */
  readonly existingResourceGroupName?: string;
  /** @default - `aks-<key of the network>` */
  readonly clusterName?: string;
  /** @default - the cluster's name */
  readonly dnsPrefix?: string;
  /** @default - `id-<cluster's name>` */
  readonly identityName?: string;
  /**
   * Kubernetes version of the control plane, and then of the nodes, e.g. `1.33`. AKS takes no older one than the cluster has:
   * leave it out where something else upgrades the cluster. A node pool of your own names it as its `orchestratorVersion`
   * (`cluster.resource.kubernetesVersion`).
   * @default - what AKS recommends when the cluster is made; upgrades are left to the fleet
   */
  readonly kubernetesVersion?: string;
  /** With an autoscaler (`config.defaultNodePool`) how many it starts with. @default 3; with an autoscaler its `minCount` */
  readonly nodeCount?: number;
  /** @default "Standard_D4s_v5" */
  readonly vmSize?: string;
  /** Pods of one node, 10 to 250; each has an address on the subnet. @default 30 */
  readonly maxPods?: number;
  /** Nodes added while others are upgraded: a number or a percentage. @default "10%" */
  readonly maxSurge?: string;
  /** Availability zones, e.g. `["1", "2", "3"]`, where the location has them. @default - none */
  readonly zones?: readonly string[];
  /**
   * Range for the addresses of Services. They are seen inside of the cluster only, so that clusters may share it, but
   * it can't meet a network of the fleet.
   * @default "172.16.0.0/16"
   */
  readonly serviceCidr?: string;
  /** Address of the cluster's DNS, inside of `serviceCidr` and not its first. @default - the tenth, e.g. `172.16.0.10` */
  readonly dnsServiceIp?: string;
  /**
   * Makes a cluster whose API is reached from inside of its network only: what talks to it says `insideNetwork`. A change
   * makes the cluster anew. @default false
   */
  readonly privateCluster?: boolean;
  /**
   * Who reaches the API server, by public IPv4 addresses or ranges, e.g. `["203.0.113.0/24"]`: everyone else is turned
   * away, Entra ID or not. Whoever deploys must be among them, for the waits as well; at most 200. The addresses that
   * nodes leave by are let in, too: by AKS where that is its load balancer's, by this construct where the network says
   * them (a NAT gateway); those of a firewall must be named here. `["0.0.0.0/32"]` lets in the load balancer's only.
   * @default - everyone reaches it, and Entra ID says who may do what
   */
  readonly authorizedIpRanges?: readonly string[];
  /**
   * Who is cluster admin ("Azure Kubernetes Service RBAC Cluster Admin"): every identity that deploys.
   * @default - the identity that makes the cluster
   */
  readonly admins?: readonly Principal[];
  /** @default - none */
  readonly tags?: Record<string, string>;
  /**
   * Arguments of `azurerm_kubernetes_cluster` that the props above don't name, merged over what they make, e.g.
   * `{ defaultNodePool: { osDiskType: "Ephemeral" } }`. The checks see the result.
   * @default - nothing
   */
  readonly config?: DeepPartial<KubernetesClusterConfig>;
}

const MARK = markOf("AksCluster");
const ON_SUBNETS = Symbol.for("cdktf-aks-fleet/OnSubnets");

/**
 * An AKS cluster whose pods have addresses on its network's subnet (Azure CNI, neither overlay nor kubenet): a fleet's
 * load balancer sends connections straight to pods in other networks. Entra ID is the only way in, by Azure RBAC.
 */
export class AksCluster extends Construct implements IAksCluster {
  /** Whether something is an AksCluster. */
  static isAksCluster(x: unknown): x is AksCluster {
    return isMarked(x, MARK);
  }

  /**
   * A cluster that exists, by name and group. What is not told is asked for, by an error that names it, when something
   * needs it.
   */
  static fromClusterAttributes(scope: Construct, id: string, attributes: AksClusterAttributes): IAksCluster {
    return new ImportedAksCluster(scope, id, attributes);
  }

  /**
   * A cluster that exists, by its id: `az aks show --query id` prints it.
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
          `[${scope.node.path}] ${id}.clusterId: only Terraform knows this id, so that it can't be read; use fromClusterAttributes, with clusterName and resourceGroupName.`,
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
    // AKS attaches load balancers to the nodes' subnet with this identity, and pods to theirs.
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
        // AKS turns the issuer on by itself from 1.34, and it can't be turned off again.
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
      yield* checkPrincipals(props.admins, "nobody can put anything on the cluster");
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
