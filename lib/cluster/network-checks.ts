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

/** Yields what would keep other clusters from reaching this one's pods. */
export function* checkNetworkPlugin({ networkProfile }: KubernetesClusterConfig): Generator<Finding> {
  const plugin = networkProfile?.networkPlugin;
  if (plugin === undefined) {
    yield finding(
      "network-plugin",
      `config.networkProfile${networkProfile ? ".networkPlugin" : ""}: is taken away, and AKS would then give pods addresses that other networks can't reach; leave it at "azure".`,
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

/** Yields what is wrong with the range and the DNS address of Services, as far as the cluster's own network tells. */
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
      `serviceCidr: ${cidr} is larger than AKS takes; it has at most the size of a /12.`,
    );
  } else if (recommended === undefined) {
    yield finding(
      "service-cidr-too-small",
      `serviceCidr: ${cidr} is too small for the API server's address and the DNS's; it has at least the size of a /30, and should have room for every Service.`,
    );
    return;
  }
  yield* checkReserved(cidr, "serviceCidr");
  yield* checkServiceCidrMeets(cidr, network);
  const dns = networkProfile?.dnsServiceIp;
  if (isKnown(dns)) {
    const address = parseRange(`${dns}/32`);
    if (!address || !contains(range, address) || address.first === range.first) {
      yield finding(
        "dns-service-ip-outside",
        `dnsServiceIp: ${dns} is not an address inside of the serviceCidr ${cidr}; choose one, e.g. ${recommended}.`,
      );
    } else if (address.first === range.first + 1n) {
      yield finding(
        "dns-service-ip-first",
        `dnsServiceIp: ${dns} is the first address of the serviceCidr ${cidr}, which the API server has; choose another, e.g. ${recommended}.`,
      );
    }
  }
}

/** An address for the cluster's DNS: the tenth of the range, or the last but one of a small range; none in a tiny one. */
export function dnsAddress(serviceCidr: string | undefined): string | undefined {
  const range = isKnown(serviceCidr) ? parseRange(serviceCidr) : undefined;
  if (range?.version !== 4 || size(range) < 4n) {
    return undefined;
  }
  return formatIpv4(size(range) > 11n ? range.first + 10n : range.last - 1n);
}

/** Yields where a range for Services meets a network. */
export function* checkServiceCidrMeets(
  cidr: string | undefined,
  network: IClusterNetwork,
): Generator<Finding> {
  const range = isKnown(cidr) ? parseRange(cidr) : undefined;
  for (const other of range ? rangesOf(network) : []) {
    if (range && overlap(range, other)) {
      yield finding(
        "service-cidr-overlaps-network",
        `serviceCidr: ${cidr} meets the network of "${network.key}" (${other.text}): pods could not reach what has its address there; choose a range that no network of the fleet uses.`,
      );
    }
  }
}

/** Yields where the cluster would leave otherwise than its subnet lets it. */
export function* checkOutboundType(
  { networkProfile }: KubernetesClusterConfig,
  network: IClusterNetwork,
): Generator<Finding> {
  const outboundType = networkProfile?.outboundType;
  if (network.outboundType !== undefined && outboundType === undefined) {
    yield finding(
      "outbound-type",
      `config.networkProfile.outboundType: is taken away, and the network of "${network.key}" leaves by ${network.outboundType}; leave it to the network.`,
    );
  } else if (
    isKnown(outboundType) &&
    network.outboundType !== undefined &&
    outboundType !== network.outboundType
  ) {
    yield finding(
      "outbound-type",
      `config.networkProfile.outboundType: "${outboundType}" is not how the network of "${network.key}" leaves, which is ${network.outboundType}; leave it to the network.`,
    );
  }
}
