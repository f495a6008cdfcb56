import type { KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { checkedArguments } from "../props/check-props";
import { kubeloginExec, type Login } from "./login";

/** How a Kubernetes API is reached. Nothing of it is secret: `kubelogin` gets the token, when it is needed. */
export interface KubernetesAccess {
  /** URL of the API server. */
  readonly server: string;
  /** Certificate of the authority that signed the API server's: PEM in base64, as in a kubeconfig. */
  readonly certificateAuthority: string;
  readonly login: Login;
}

/** The settings of a Kubernetes provider that reaches an API. */
export function providerConfig(access: KubernetesAccess): KubernetesProviderConfig {
  access = checkedArguments("KubernetesAccess", access, "providerConfig");
  return {
    host: access.server,
    clusterCaCertificate: Fn.base64decode(access.certificateAuthority),
    exec: [kubeloginExec(access.login)],
  };
}

/** A kubeconfig that reaches an API, as JSON. */
export function kubeconfig(access: { server: string; certificateAuthority: string; login: string }): string {
  const name = "aks-fleet";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: { server: access.server, "certificate-authority-data": access.certificateAuthority },
      },
    ],
    users: [{ name, user: { exec: { ...kubeloginExec(access.login), interactiveMode: "Never" } } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
