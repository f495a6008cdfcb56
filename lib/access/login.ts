/**
 * How `kubelogin` gets a token of Entra ID: `azurecli` (after `az login`), `workloadidentity` (a pipeline with OIDC),
 * `spn` (a service principal's secret or certificate), `msi` (a managed identity), `azd` (after `azd auth login`).
 * kubelogin's documentation says which variables each reads.
 */
export type Login = "azurecli" | "workloadidentity" | "spn" | "msi" | "azd";

/** The application of Entra ID whose tokens every AKS API server takes, a fleet's hub too. */
const AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** The exec plugin of a kubeconfig, and of the Kubernetes provider. */
export function kubeloginExec(login: string) {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--login", login, "--server-id", AKS_SERVER],
  };
}
