import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** With the nodes at the version of the control plane: AKS upgrades them only when they are told. */
export function withNodes(config: KubernetesClusterConfig): KubernetesClusterConfig {
  const { kubernetesVersion, defaultNodePool } = config;
  return kubernetesVersion === undefined || defaultNodePool.orchestratorVersion !== undefined
    ? config
    : { ...config, defaultNodePool: { ...defaultNodePool, orchestratorVersion: kubernetesVersion } };
}

/** Yields what AKS would not take for a version. */
export function* checkKubernetesVersion({
  kubernetesVersion: version,
}: KubernetesClusterConfig): Generator<Finding> {
  if (isKnown(version) && !/^1\.\d{1,3}(\.\d{1,3})?$/.test(version)) {
    yield finding(
      "kubernetes-version",
      `kubernetesVersion: "${version}" is not a version of Kubernetes; write e.g. "1.34", or "1.34.2" (\`az aks get-versions --location …\` lists them).`,
    );
  }
}

/** Yields that AKS upgrades what the version holds in place: the next deployment would ask for the older one. */
export function* checkUpgrades(config: KubernetesClusterConfig): Generator<Finding> {
  const { kubernetesVersion: version, automaticUpgradeChannel: channel } = config;
  if (!isKnown(version) || !isKnown(channel)) {
    return;
  }
  const isMinor = /^\d+\.\d+$/.test(version);
  if (["rapid", "stable"].includes(channel) || (channel === "patch" && !isMinor)) {
    const way =
      channel === "patch"
        ? `write the minor version, "${minorOf(version)}", or`
        : "leave the version out, or";
    yield finding(
      "kubernetes-version-channel",
      `kubernetesVersion: is ${version}, and the automaticUpgradeChannel "${channel}" upgrades the cluster beyond it, after which AKS refuses the next deployment; ${way} the channel.`,
    );
  }
}

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
