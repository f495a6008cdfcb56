import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/**
 * Sizes with less than the 2 vCPUs and 4 GiB of memory that AKS requires of system nodes, as far as their names tell: those
 * with one vCPU, and the few with less memory.
 */
const TOO_SMALL = /^Standard_(A[012]|A1_v2|DS?1(_v2)?|F1s?|B1(l?s|ms)|B2[ap]?ts_v2|[A-Z]{1,3}1[a-z]*_v\d+)$/i;

/** Checks the size and the zones of the nodes. */
export function* checkNodes({ defaultNodePool: pool }: KubernetesClusterConfig): Generator<Finding> {
  const { vmSize, zones } = pool;
  if (isKnown(vmSize)) {
    if (!/^Standard_[A-Z]+\d+[A-Za-z\d]*(-\d+[A-Za-z]*)?(_[A-Za-z\d]+)*$/.test(vmSize)) {
      yield finding(
        "vm-size",
        `vmSize: "${vmSize}" is not a VM size that AKS takes; write e.g. "Standard_D4s_v5" (\`az vm list-skus --location … --resource-type virtualMachines\` lists them).`,
      );
    } else if (TOO_SMALL.test(vmSize)) {
      yield finding(
        "vm-size-small",
        `vmSize: "${vmSize}" is too small: system nodes need at least 2 vCPUs and 4 GiB of memory; write e.g. "Standard_D2s_v5".`,
      );
    }
  }
  yield* checkZones(isKnown(zones) ? zones.filter(isKnown) : []);
}

function* checkZones(zones: readonly string[]): Generator<Finding> {
  for (const [index, zone] of zones.entries()) {
    if (!/^[123]$/.test(zone)) {
      yield finding(
        "availability-zone",
        `zones: "${zone}" is not an availability zone; write "1", "2" or "3".`,
      );
    } else if (zones.indexOf(zone) < index) {
      yield finding("availability-zone-twice", `zones: "${zone}" is listed twice; remove one.`);
    }
  }
}
