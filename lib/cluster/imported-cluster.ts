import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkAgainstId, parseResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { checkName } from "../checks/names";
import { required } from "../checks/required";
import { stackOf } from "../checks/stack-of";
import { checkPlanners, type Principal } from "../identity/principal";
import type { RoleGrant } from "../identity/role-grant";
import { checkRange } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { checkedProps } from "../props/check-props";
import type { IAksCluster } from "./aks-cluster";
import { grantClusterUser } from "./cluster-user";
import { checkServiceCidrOverlap } from "./network-checks";

/** Attributes of an existing cluster, besides its name. */
export interface AksClusterImportOptions {
  /** Short name of its location, e.g. `eastus2`. @default - an error if it is needed */
  readonly location?: string;
  /** The network of its nodes and pods. @default - not checked; an error if it is needed */
  readonly network?: IClusterNetwork;
  /** The address range of its Services. @default - not checked */
  readonly serviceCidr?: string;
  /** Whether its API can only be reached from inside its network. @default false */
  readonly isPrivate?: boolean;
  /**
   * Id of the node resource group, where AKS keeps the cluster's nodes, load balancers and IP addresses.
   * @default - looked up with the cluster; an error outside a stack
   */
  readonly nodeResourceGroupId?: string;
  /**
   * What must exist before the cluster can be used.
   * @default - nothing: the deploying identity must already have "Azure Kubernetes Service RBAC Cluster Admin" there
   */
  readonly dependables?: readonly ITerraformDependable[];
  /** azurerm provider for the cluster's subscription, to look the cluster up. @default - the stack's */
  readonly provider?: TerraformProvider;
}

export interface AksClusterAttributes extends AksClusterImportOptions {
  readonly clusterName: string;
  readonly resourceGroupName: string;
  /** @default - looked up by name and group if needed */
  readonly clusterId?: string;
}

/** The resource type of an AKS cluster, for parsing ids. */
export const CLUSTER_ID = ["an AKS cluster", "Microsoft.ContainerService/managedClusters"] as const;

/**
 * An existing cluster, which is not changed. Whether it can be a member (Azure CNI with routable pods, a peered network)
 * is only checked against the attributes given.
 */
export class ImportedAksCluster extends Construct implements IAksCluster {
  readonly clusterName: string;
  readonly resourceGroupName: string;
  readonly serviceCidr: string | undefined;
  readonly isPrivate: boolean;
  readonly subscriptionId: string | undefined;
  readonly provider: TerraformProvider | undefined;
  readonly dependables: readonly ITerraformDependable[];
  private readonly attributes: AksClusterAttributes;
  private readonly givenId: string | undefined;
  private readonly planners: Principal[] = [];

  constructor(scope: Construct, id: string, given: AksClusterAttributes) {
    super(scope, id);
    const attributes = checkedProps(this, "AksClusterAttributes", given);
    this.attributes = attributes;
    const { clusterName, resourceGroupName, location, network, serviceCidr } = attributes;
    const parsed = parseResourceId(this, "clusterId", attributes.clusterId, CLUSTER_ID);
    this.clusterName = clusterName;
    this.resourceGroupName = resourceGroupName;
    this.serviceCidr = serviceCidr;
    this.isPrivate = attributes.isPrivate ?? false;
    this.subscriptionId = parsed?.subscriptionId;
    this.provider = attributes.provider;
    this.dependables = attributes.dependables ?? [];
    this.givenId = parsed?.id ?? attributes.clusterId;
    addCheck(this, function* () {
      yield* checkName("cluster", clusterName, "clusterName");
      yield* checkName("resource group", resourceGroupName, "resourceGroupName");
      yield* checkLocation(location);
      if (isKnown(serviceCidr)) {
        yield* checkRange(serviceCidr, "serviceCidr");
      }
      if (network) {
        yield* checkServiceCidrOverlap(serviceCidr, network);
      }
      yield* checkAgainstId("clusterId", "clusterName", parsed?.names[0], clusterName);
    });
    addCheck(this, () => checkPlanners(this.planners, []));
  }

  get clusterId(): string {
    return this.givenId ?? this.lookUp().id;
  }

  get nodeResourceGroupId(): string {
    // Outside a stack there is no provider to look it up.
    const found = this.attributes.nodeResourceGroupId ?? (stackOf(this) && this.lookUp().nodeResourceGroupId);
    return required(this, "nodeResourceGroupId", found, HOW);
  }

  get location(): string {
    return required(this, "location", this.attributes.location, HOW);
  }

  get network(): IClusterNetwork {
    return required(
      this,
      "network",
      this.attributes.network,
      `${HOW}, e.g. one of ClusterNetwork.fromNetworkAttributes`,
    );
  }

  /** @throws if the cluster was imported outside a stack, where no resource can be created */
  grantPlan(given: Principal): RoleGrant {
    if (!stackOf(this)) {
      throw new Error(
        finding(
          "cluster-outside-of-stack",
          `[${this.node.path}] the cluster was imported outside a stack, but a role assignment needs one; import the cluster in a stack, or create a RoleGrant there.`,
        ),
      );
    }
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    return grantClusterUser(this, principal);
  }

  private lookUp(): DataAzurermKubernetesCluster {
    const id = "Existing";
    return (
      (this.node.tryFindChild(id) as DataAzurermKubernetesCluster | undefined) ??
      new DataAzurermKubernetesCluster(this, id, {
        name: this.clusterName,
        resourceGroupName: this.resourceGroupName,
        provider: this.provider,
      })
    );
  }
}

const HOW = "set it where the cluster is imported";
