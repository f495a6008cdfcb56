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
   * Says that this stage runs where a private API is reachable: on a build agent or a bastion inside of the network, or over a
   * VPN. A member whose cluster is private asks for it. @default false
   */
  readonly insideNetwork?: boolean;
}

const MARK = markOf("MemberCredentials");

/** Reads, with each plan, how the cluster of a member is reached. */
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
      // That of another stack can't be named here: this stack's own must be of the cluster's subscription.
      provider:
        cluster.provider && stackOf(cluster.provider) === stackOf(this) ? cluster.provider : undefined,
    });
    this.access = clusterAccess(credentials, props.login);
    addCheck(this, () => checkKubeEnvironment());
    addCheck(this, () => checkMemberInsideNetwork(props.member, props.insideNetwork));
  }
}

/** Yields that a private cluster would be asked from outside of its network. */
export function* checkMemberInsideNetwork(
  { key, cluster }: IFleetMember,
  insideNetwork: boolean | undefined,
): Generator<Finding> {
  if (cluster.isPrivate) {
    yield* checkInsideNetwork(`the cluster of member "${key}"`, insideNetwork);
  }
}

/** The credentials that azurerm reads of a cluster. */
export interface KubeConfigs {
  get(index: number): { host: string; clusterCaCertificate: string };
}

/** How a cluster is reached, from its resource or data source. */
export function clusterAccess(
  cluster: { readonly kubeConfig: KubeConfigs },
  login: Login = "azurecli",
): KubernetesAccess {
  checkedArguments("ClusterAccessArguments", { kubeConfig: cluster?.kubeConfig, login }, "clusterAccess");
  const { host, clusterCaCertificate } = cluster.kubeConfig.get(0);
  return {
    // azurerm marks the whole block as secret; these two are not, and Terraform would hide what a wait prints.
    server: Fn.nonsensitive(host),
    certificateAuthority: Fn.nonsensitive(clusterCaCertificate),
    login,
  };
}
