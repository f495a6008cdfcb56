import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** Sets the nodes' version to that of the control plane: AKS doesn't upgrade them otherwise. */
export function withNodes(config: KubernetesClusterConfig): KubernetesClusterConfig {
  const { kubernetesVersion, defaultNodePool } = config;
  return kubernetesVersion === undefined || defaultNodePool.orchestratorVersion !== undefined
    ? config
    : { ...config, defaultNodePool: { ...defaultNodePool, orchestratorVersion: kubernetesVersion } };
}

/** Checks the format of a Kubernetes version. */
export function* checkKubernetesVersion({
  kubernetesVersion: version,
}: KubernetesClusterConfig): Generator<Finding> {
  if (isKnown(version) && !/^1\.\d{1,3}(\.\d{1,3})?$/.test(version)) {
    yield finding(
      "kubernetes-version",
      `kubernetesVersion: "${version}" is not a Kubernetes version; write e.g. "1.34" or "1.34.2" (\`az aks get-versions --location …\` lists them).`,
    );
  }
}

/** Refuses an upgrade channel that would take the cluster past its version: the next deployment would be a downgrade. */
export function* checkUpgrades(config: KubernetesClusterConfig): Generator<Finding> {
  const { kubernetesVersion: version, automaticUpgradeChannel: channel } = config;
  if (!isKnown(version) || !isKnown(channel)) {
    return;
  }
  const isMinor = /^\d+\.\d+$/.test(version);
  if (["rapid", "stable"].includes(channel) || (channel === "patch" && !isMinor)) {
    const way =
      channel === "patch" ? `write the minor version, "${minorOf(version)}", or` : "remove the version, or";
    yield finding(
      "kubernetes-version-channel",
      `kubernetesVersion: is ${version}, but the automaticUpgradeChannel "${channel}" upgrades the cluster past it, and AKS would refuse the next deployment as a downgrade; ${way} the channel.`,
    );
  }
}

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
