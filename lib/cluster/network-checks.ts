import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import {
  checkRange,
  checkReserved,
  contains,
  formatIpv4,
  overlap,
  parseRange,
  size,
} from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { rangesOf } from "../network/network-overlap";

/** Refuses network plugins that keep other clusters from reaching this one's pods. */
export function* checkNetworkPlugin({ networkProfile }: KubernetesClusterConfig): Generator<Finding> {
  const plugin = networkProfile?.networkPlugin;
  if (plugin === undefined) {
    yield finding(
      "network-plugin",
      `config.networkProfile${networkProfile ? ".networkPlugin" : ""}: is set to undefined, and AKS would then give pods addresses that other networks can't reach; leave it at "azure".`,
    );
  } else if (isKnown(plugin) && plugin !== "azure") {
    yield finding(
      "network-plugin",
      `config.networkProfile.networkPlugin: "${plugin}" gives pods addresses that other networks can't reach, and the fleet's load balancer sends connections straight to pods; leave it at "azure".`,
    );
  }
  const mode = networkProfile?.networkPluginMode;
  if (isKnown(mode)) {
    yield finding(
      "network-plugin-mode",
      `config.networkProfile.networkPluginMode: "${mode}" gives pods addresses that other networks can't reach, and the fleet's load balancer sends connections straight to pods; leave it unset.`,
    );
  }
}

/** Checks the service range and the DNS address against each other and the cluster's own network. */
export function* checkServiceCidr(
  { networkProfile }: KubernetesClusterConfig,
  network: IClusterNetwork,
): Generator<Finding> {
  const cidr = networkProfile?.serviceCidr;
  if (!isKnown(cidr)) {
    return;
  }
  yield* checkRange(cidr, "serviceCidr");
  const range = parseRange(cidr);
  if (range?.version !== 4) {
    return;
  }
  const recommended = dnsAddress(cidr);
  if (range.prefixLength < 12) {
    yield finding(
      "service-cidr-too-large",
      `serviceCidr: ${cidr} is larger than AKS takes; use a /12 or smaller.`,
    );
  } else if (recommended === undefined) {
    yield finding(
      "service-cidr-too-small",
      `serviceCidr: ${cidr} is too small for the addresses of the API server and DNS; use at least a /30, with room for every Service.`,
    );
    return;
  }
  yield* checkReserved(cidr, "serviceCidr");
  yield* checkServiceCidrOverlap(cidr, network);
  const dns = networkProfile?.dnsServiceIp;
  if (isKnown(dns)) {
    const address = parseRange(`${dns}/32`);
    if (!address || !contains(range, address) || address.first === range.first) {
      yield finding(
        "dns-service-ip-outside",
        `dnsServiceIp: ${dns} is not an address in the serviceCidr ${cidr}; choose one, e.g. ${recommended}.`,
      );
    } else if (address.first === range.first + 1n) {
      yield finding(
        "dns-service-ip-first",
        `dnsServiceIp: ${dns} is the first address of the serviceCidr ${cidr}, which is the API server's; choose another, e.g. ${recommended}.`,
      );
    }
  }
}

/** An address for the cluster's DNS: the tenth of the range; in a small range, the second to last; undefined if too small. */
export function dnsAddress(serviceCidr: string | undefined): string | undefined {
  const range = isKnown(serviceCidr) ? parseRange(serviceCidr) : undefined;
  if (range?.version !== 4 || size(range) < 4n) {
    return undefined;
  }
  return formatIpv4(size(range) > 11n ? range.first + 10n : range.last - 1n);
}

/** Refuses a service range that overlaps a network. */
export function* checkServiceCidrOverlap(
  cidr: string | undefined,
  network: IClusterNetwork,
): Generator<Finding> {
  const range = isKnown(cidr) ? parseRange(cidr) : undefined;
  for (const other of range ? rangesOf(network) : []) {
    if (range && overlap(range, other)) {
      yield finding(
        "service-cidr-overlaps-network",
        `serviceCidr: ${cidr} overlaps the network of "${network.key}" (${other.text}), whose addresses pods could not reach; choose a range that no network of the fleet uses.`,
      );
    }
  }
}

/** Refuses an egress type of the cluster that differs from its network's. */
export function* checkOutboundType(
  { networkProfile }: KubernetesClusterConfig,
  network: IClusterNetwork,
): Generator<Finding> {
  const outboundType = networkProfile?.outboundType;
  if (network.outboundType !== undefined && outboundType === undefined) {
    yield finding(
      "outbound-type",
      `config.networkProfile.outboundType: is set to undefined, but egress of the network "${network.key}" is by ${network.outboundType}; leave it unset.`,
    );
  } else if (
    isKnown(outboundType) &&
    network.outboundType !== undefined &&
    outboundType !== network.outboundType
  ) {
    yield finding(
      "outbound-type",
      `config.networkProfile.outboundType: "${outboundType}" is not the egress of the network "${network.key}", which is ${network.outboundType}; leave it unset.`,
    );
  }
}
