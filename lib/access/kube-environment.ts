import { quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** Variables that override the provider block of the Kubernetes provider 2.38, for manifests. */
const REDIRECTING = [
  "KUBE_CONFIG_PATH",
  "KUBE_CONFIG_PATHS",
  "KUBE_HOST",
  "KUBE_TOKEN",
  "KUBE_USER",
  "KUBE_USERNAME",
  "KUBE_PASSWORD",
  "KUBE_CTX",
  "KUBE_CTX_AUTH_INFO",
  "KUBE_CTX_CLUSTER",
  "KUBE_CLUSTER_CA_CERT_DATA",
  "KUBE_CLIENT_CERT_DATA",
  "KUBE_CLIENT_KEY_DATA",
  "KUBE_TLS_SERVER_NAME",
  "KUBE_INSECURE",
];

/** Refuses variables that would send the manifests of every stack to the same cluster. */
export function* checkKubeEnvironment(environment: NodeJS.ProcessEnv = process.env): Generator<Finding> {
  const set = REDIRECTING.filter((name) => environment[name]);
  if (set.length > 0) {
    yield finding(
      "kube-environment",
      `the environment sets ${quoted(set)}, which in the Kubernetes provider 2.38 overrides the cluster of this stack: every manifest would go to another cluster. Run: unset ${set.join(" ")}`,
    );
  }
}
