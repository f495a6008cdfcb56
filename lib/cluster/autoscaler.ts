import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

const NODE_COUNT = "default_node_pool[0].node_count";
const AT = "config.defaultNodePool";

/**
 * Leaves the number of nodes to the autoscaler, if there is one: azurerm 4.55 then refuses every change of `node_count`,
 * and the initial number would be a change as soon as the autoscaler has scaled.
 * @param isSet whether the app sets the initial number of nodes; otherwise it is `minCount`
 */
export function leftToAutoscaler(config: KubernetesClusterConfig, isSet: boolean): KubernetesClusterConfig {
  const { defaultNodePool, lifecycle } = config;
  if (defaultNodePool.autoScalingEnabled !== true) {
    return config;
  }
  if (!isSet) {
    return { ...config, defaultNodePool: { ...defaultNodePool, nodeCount: undefined } };
  }
  const ignored = lifecycle?.ignoreChanges ?? [];
  return ignored === "all" || ignored.includes(NODE_COUNT)
    ? config
    : { ...config, lifecycle: { ...lifecycle, ignoreChanges: [...ignored, NODE_COUNT] } };
}

/** Checks the autoscaler's bounds by azurerm's rules. */
export function* checkAutoscaler({ defaultNodePool: pool }: KubernetesClusterConfig): Generator<Finding> {
  const { autoScalingEnabled, minCount, maxCount, nodeCount } = pool;
  if (autoScalingEnabled !== undefined && typeof autoScalingEnabled !== "boolean") {
    return;
  }
  for (const [name, value] of Object.entries({ minCount, maxCount })) {
    if (autoScalingEnabled !== true && isKnown(value)) {
      yield finding(
        "autoscaler-bounds",
        `${AT}.${name}: is set, but the autoscaler is off; set ${AT}.autoScalingEnabled: true, or remove it.`,
      );
    } else if (autoScalingEnabled && value === undefined) {
      yield finding(
        "autoscaler-bounds",
        `${AT}.${name}: is missing, but the autoscaler needs it; write a number of nodes from 1 to 1000.`,
      );
    } else if (isKnown(value) && !(Number.isInteger(value) && value >= 1 && value <= 1000)) {
      yield finding(
        "node-pool-count",
        `${AT}.${name}: ${value} is not a valid number of nodes; a node pool has 1 to 1000.`,
      );
    }
  }
  if (autoScalingEnabled !== true || !isKnown(minCount) || !isKnown(maxCount)) {
    return;
  }
  if (minCount > maxCount) {
    yield finding(
      "autoscaler-bounds",
      `${AT}.minCount: ${minCount} is greater than maxCount, ${maxCount}; correct one of them.`,
    );
  } else if (isKnown(nodeCount) && (nodeCount < minCount || nodeCount > maxCount)) {
    yield finding(
      "autoscaler-bounds",
      `nodeCount: ${nodeCount}, the autoscaler's initial number, is not between minCount (${minCount}) and maxCount (${maxCount}); correct it, or leave it out.`,
    );
  }
}
