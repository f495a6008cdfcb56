import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { DataAzapiResourceAction } from "../azapi/data-resource-action";
import { addCheck } from "../checks/check";
import { FLEET_TYPE, type IFleet } from "../fleet/fleet";
import { checkKubeEnvironment } from "./kube-environment";
import type { KubernetesAccess } from "./kubernetes-access";
import type { Login } from "./login";

export interface HubCredentialsProps {
  readonly fleet: IFleet;
  /** @default "azurecli" */
  readonly login?: Login;
}

/** Reads, with each plan, how the hub of a fleet is reached. Of the kubeconfig only server and authority are used. */
export class HubCredentials extends Construct {
  readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: HubCredentialsProps) {
    super(scope, id);
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
  }
}
