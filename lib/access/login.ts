import { AKS_SERVER } from "../fleet-api/servers";
/**
 * How `kubelogin` gets an Entra ID token: `azurecli` (after `az login`), `workloadidentity` (a pipeline with OIDC),
 * `spn` (a service principal's secret or certificate), `msi` (a managed identity), `azd` (after `azd auth login`).
 * kubelogin's documentation lists the environment variables of each.
 */
export type Login = "azurecli" | "workloadidentity" | "spn" | "msi" | "azd";

/** The exec plugin for a kubeconfig or the Kubernetes provider. */
export function kubeloginExec(login: string) {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--login", login, "--server-id", AKS_SERVER],
  };
}
