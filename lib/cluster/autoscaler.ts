import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

const NODE_COUNT = "default_node_pool[0].node_count";
const AT = "config.defaultNodePool";

/**
 * With the number of nodes left to the autoscaler, where there is one: azurerm 4.55 refuses every change of `node_count`
 * beside it, and the number that it started with would be one as soon as it has scaled.
 * @param isAsked whether somebody said with how many nodes it starts; it starts with `minCount`
 */
export function leftToAutoscaler(config: KubernetesClusterConfig, isAsked: boolean): KubernetesClusterConfig {
  const { defaultNodePool, lifecycle } = config;
  if (defaultNodePool.autoScalingEnabled !== true) {
    return config;
  }
  if (!isAsked) {
    return { ...config, defaultNodePool: { ...defaultNodePool, nodeCount: undefined } };
  }
  const ignored = lifecycle?.ignoreChanges ?? [];
  return ignored === "all" || ignored.includes(NODE_COUNT)
    ? config
    : { ...config, lifecycle: { ...lifecycle, ignoreChanges: [...ignored, NODE_COUNT] } };
}

/** Yields what azurerm refuses of the autoscaler's bounds. */
export function* checkAutoscaler({ defaultNodePool: pool }: KubernetesClusterConfig): Generator<Finding> {
  const { autoScalingEnabled, minCount, maxCount, nodeCount } = pool;
  if (autoScalingEnabled !== undefined && typeof autoScalingEnabled !== "boolean") {
    return;
  }
  for (const [name, value] of Object.entries({ minCount, maxCount })) {
    if (autoScalingEnabled !== true && isKnown(value)) {
      yield finding(
        "autoscaler-bounds",
        `${AT}.${name}: is given, and the autoscaler is off; set ${AT}.autoScalingEnabled: true, or leave it out.`,
      );
    } else if (autoScalingEnabled && value === undefined) {
      yield finding(
        "autoscaler-bounds",
        `${AT}.${name}: is missing, and the autoscaler needs it; write a number of nodes from 1 to 1000.`,
      );
    } else if (isKnown(value) && !(Number.isInteger(value) && value >= 1 && value <= 1000)) {
      yield finding(
        "node-pool-count",
        `${AT}.${name}: ${value} is not a number of nodes; a node pool has 1 to 1000.`,
      );
    }
  }
  if (autoScalingEnabled !== true || !isKnown(minCount) || !isKnown(maxCount)) {
    return;
  }
  if (minCount > maxCount) {
    yield finding(
      "autoscaler-bounds",
      `${AT}.minCount: ${minCount} is more than maxCount, ${maxCount}; correct one of the two.`,
    );
  } else if (isKnown(nodeCount) && (nodeCount < minCount || nodeCount > maxCount)) {
    yield finding(
      "autoscaler-bounds",
      `nodeCount: ${nodeCount}, with which the autoscaler starts, is not from ${minCount} (minCount) to ${maxCount} (maxCount); write one of these, or leave it out.`,
    );
  }
}
