import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { DataAzapiResourceAction } from "../azapi/data-resource-action";
import { addCheck } from "../checks/check";
import type { Finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { optional } from "../checks/required";
import { FLEET_TYPE, type IFleet } from "../fleet/fleet";
import { checkHasHub } from "../fleet/needs-hub";
import { checkedProps } from "../props/check-props";
import { checkInsideNetwork } from "./inside-network";
import { checkKubeEnvironment } from "./kube-environment";
import type { KubernetesAccess } from "./kubernetes-access";
import type { Login } from "./login";

export interface HubCredentialsProps {
  readonly fleet: IFleet;
  /** @default "azurecli" */
  readonly login?: Login;
  /**
   * States that this stage runs where a private API can be reached: on a build agent or a bastion inside the network, or over
   * a VPN. Required if the fleet's hub is private. @default false
   */
  readonly insideNetwork?: boolean;
}

const MARK = markOf("HubCredentials");

/** Reads in each plan how to reach the hub of a fleet. Only the kubeconfig's server and CA certificate are used. */
export class HubCredentials extends Construct {
  /** Whether something is a HubCredentials. */
  static isHubCredentials(x: unknown): x is HubCredentials {
    return isMarked(x, MARK);
  }

  readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: HubCredentialsProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "HubCredentialsProps", props);
    const credentials = new DataAzapiResourceAction(this, "Resource", {
      type: FLEET_TYPE,
      resourceId: props.fleet.fleetId,
      action: "listCredentials",
      responseExportValues: { kubeconfig: "kubeconfigs[0].value" },
    });
    const kubeconfig = Fn.yamldecode(Fn.base64decode(credentials.output("kubeconfig")));
    const cluster = (field: string) =>
      Token.asString(Fn.lookupNested(kubeconfig, ["clusters", 0, "cluster", field]));
    this.access = {
      server: cluster("server"),
      certificateAuthority: cluster("certificate-authority-data"),
      login: props.login ?? "azurecli",
    };
    addCheck(this, () => checkKubeEnvironment());
    addCheck(this, () => checkHasHub(props.fleet, "this reads the credentials of its hub"));
    addCheck(this, () => checkHubInsideNetwork(props.fleet, props.insideNetwork));
  }
}

/** Refuses a private hub that may not be reachable. */
export function* checkHubInsideNetwork(
  fleet: IFleet,
  insideNetwork: boolean | undefined,
): Generator<Finding> {
  if (fleet.isPrivate) {
    const name = optional(() => fleet.fleetName) ?? fleet.node.id;
    yield* checkInsideNetwork(`the hub of fleet "${name}"`, insideNetwork);
  }
}
