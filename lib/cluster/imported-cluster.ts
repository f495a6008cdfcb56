import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkAgainstId, parseResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { checkName } from "../checks/names";
import { stackOf } from "../checks/stack-of";
import { told } from "../checks/told";
import { checkPlanners, type Principal } from "../identity/principal";
import type { RoleGrant } from "../identity/role-grant";
import { checkRange } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { checkedProps } from "../props/check-props";
import type { IAksCluster } from "./aks-cluster";
import { grantClusterUser } from "./cluster-user";
import { checkServiceCidrMeets } from "./network-checks";

/** What this app may know of a cluster that exists, beside its name. */
export interface AksClusterImportOptions {
  /** Short name of its location, e.g. `eastus2`. @default - an error where it is needed */
  readonly location?: string;
  /** The network that its pods have their addresses in. @default - unknown to the checks; an error where it is needed */
  readonly network?: IClusterNetwork;
  /** The range that its Services have their addresses in. @default - unknown to the checks */
  readonly serviceCidr?: string;
  /** Whether its API is reached from inside of its network only. @default false */
  readonly isPrivate?: boolean;
  /**
   * Id of the resource group that AKS keeps the cluster's nodes, load balancers and addresses in.
   * @default - looked up with the cluster; an error outside of a stack
   */
  readonly nodeResourceGroupId?: string;
  /**
   * What must exist before the cluster can be worked with.
   * @default - nothing: whoever deploys has "Azure Kubernetes Service RBAC Cluster Admin" there already
   */
  readonly dependables?: readonly ITerraformDependable[];
  /** azurerm provider of the cluster's subscription, to look the cluster up. @default - the stack's */
  readonly provider?: TerraformProvider;
}

export interface AksClusterAttributes extends AksClusterImportOptions {
  readonly clusterName: string;
  readonly resourceGroupName: string;
  /** @default - looked up by name and group, where it is needed */
  readonly clusterId?: string;
}

/** The resource type of an AKS cluster, for reading ids. */
export const CLUSTER_ID = ["an AKS cluster", "Microsoft.ContainerService/managedClusters"] as const;

/**
 * A cluster that exists. It is left as it is: whether it can be a member (Azure CNI with routable pods, a network that is
 * peered) is not checked beyond what is given.
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
        yield* checkServiceCidrMeets(serviceCidr, network);
      }
      yield* checkAgainstId("clusterId", "clusterName", parsed?.names[0], clusterName);
    });
    addCheck(this, () => checkPlanners(this.planners, []));
  }

  get clusterId(): string {
    return this.givenId ?? this.lookUp().id;
  }

  get nodeResourceGroupId(): string {
    // Outside of a stack there is no provider that could look it up.
    const found = this.attributes.nodeResourceGroupId ?? (stackOf(this) && this.lookUp().nodeResourceGroupId);
    return told(this, "nodeResourceGroupId", found, HOW);
  }

  get location(): string {
    return told(this, "location", this.attributes.location, HOW);
  }

  get network(): IClusterNetwork {
    return told(
      this,
      "network",
      this.attributes.network,
      `${HOW}, e.g. one of ClusterNetwork.fromNetworkAttributes`,
    );
  }

  /** @throws if the cluster was imported outside of a stack, where nothing can be made */
  grantPlan(given: Principal): RoleGrant {
    if (!stackOf(this)) {
      throw new Error(
        finding(
          "cluster-outside-of-stack",
          `[${this.node.path}] the cluster was imported outside of a stack, and a role is made in one; import the cluster in a stack, or make a RoleGrant there.`,
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

const HOW = "name it where the cluster is imported";
