import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import type { Finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { stackOf } from "../checks/stack-of";
import type { IFleetMember } from "../fleet/fleet-member";
import { checkedArguments, checkedProps } from "../props/check-props";
import { checkInsideNetwork } from "./inside-network";
import { checkKubeEnvironment } from "./kube-environment";
import type { KubernetesAccess } from "./kubernetes-access";
import type { Login } from "./login";

export interface MemberCredentialsProps {
  readonly member: IFleetMember;
  /** @default "azurecli" */
  readonly login?: Login;
  /**
   * States that this stage runs where a private API can be reached: on a build agent or a bastion inside the network, or over
   * a VPN. Required if the member's cluster is private. @default false
   */
  readonly insideNetwork?: boolean;
}

const MARK = markOf("MemberCredentials");

/** Reads in each plan how to reach the cluster of a member. */
export class MemberCredentials extends Construct {
  /** Whether something is a MemberCredentials. */
  static isMemberCredentials(x: unknown): x is MemberCredentials {
    return isMarked(x, MARK);
  }

  readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: MemberCredentialsProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "MemberCredentialsProps", props);
    const { cluster } = props.member;
    const credentials = new DataAzurermKubernetesCluster(this, "Resource", {
      name: cluster.clusterName,
      resourceGroupName: cluster.resourceGroupName,
      // A provider of another stack can't be used here: this stack's own must be for the cluster's subscription.
      provider:
        cluster.provider && stackOf(cluster.provider) === stackOf(this) ? cluster.provider : undefined,
    });
    this.access = clusterAccess(credentials, props.login);
    addCheck(this, () => checkKubeEnvironment());
    addCheck(this, () => checkMemberInsideNetwork(props.member, props.insideNetwork));
  }
}

/** Refuses a private cluster that may not be reachable. */
export function* checkMemberInsideNetwork(
  { key, cluster }: IFleetMember,
  insideNetwork: boolean | undefined,
): Generator<Finding> {
  if (cluster.isPrivate) {
    yield* checkInsideNetwork(`the cluster of member "${key}"`, insideNetwork);
  }
}

/** A cluster's credentials, as azurerm returns them. */
export interface KubeConfigs {
  get(index: number): { host: string; clusterCaCertificate: string };
}

/** How to reach a cluster, from its resource or data source. */
export function clusterAccess(
  cluster: { readonly kubeConfig: KubeConfigs },
  login: Login = "azurecli",
): KubernetesAccess {
  checkedArguments("ClusterAccessArguments", { kubeConfig: cluster?.kubeConfig, login }, "clusterAccess");
  const { host, clusterCaCertificate } = cluster.kubeConfig.get(0);
  return {
    // azurerm marks the whole block as sensitive, and Terraform would hide a wait's output; these two are not sensitive.
    server: Fn.nonsensitive(host),
    certificateAuthority: Fn.nonsensitive(clusterCaCertificate),
    login,
  };
}
