import type { KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { checkedArguments } from "../props/check-props";
import { kubeloginExec, type Login } from "./login";

/** How to reach a Kubernetes API. It contains no secrets: `kubelogin` gets a token when one is needed. */
export interface KubernetesAccess {
  /** URL of the API server. */
  readonly server: string;
  /** CA certificate of the API server: base64-encoded PEM, as in a kubeconfig. */
  readonly certificateAuthority: string;
  readonly login: Login;
}

/** The configuration of a Kubernetes provider for an API. */
export function providerConfig(access: KubernetesAccess): KubernetesProviderConfig {
  access = checkedArguments("KubernetesAccess", access, "providerConfig");
  return {
    host: access.server,
    clusterCaCertificate: Fn.base64decode(access.certificateAuthority),
    exec: [kubeloginExec(access.login)],
  };
}

/** A kubeconfig for an API, as JSON. */
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
