import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { Fn } from "cdktf";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { formatIpv4, overlap, parseRange } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";

/** AKS: only the cluster's own load balancer. */
const NOBODY = "0.0.0.0/32";

/** Ranges without public addresses (RFC 6890). */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
];

const MOST = 200;

/** Addresses as ranges: Azure returns `/32` for a plain address, which would show as a change in every plan. */
export function rangesOfAddresses(ranges: readonly string[]): string[] {
  return isKnown(ranges) ? ranges.map(asRange) : [...ranges];
}

function asRange(text: string): string {
  return isKnown(text) && !text.includes("/") ? `${text}/32` : text;
}

/**
 * Lets the nodes reach their own API server if it is restricted to some addresses: AKS adds its load balancer's address
 * itself, but not that of a NAT gateway or a firewall.
 */
export function letNodesIn(
  config: KubernetesClusterConfig,
  { outboundAddresses = [] }: IClusterNetwork,
): KubernetesClusterConfig {
  const given = config.apiServerAccessProfile?.authorizedIpRanges;
  if (given === undefined || outboundAddresses.length === 0) {
    return config;
  }
  // The gateway's address may be listed already.
  const own = outboundAddresses.map((address) => `${address}/32`).filter((range) => !given.includes(range));
  // A token list can't be spread.
  const authorizedIpRanges = isKnown(given) ? [...given, ...own] : Fn.concat([given, own]);
  return { ...config, apiServerAccessProfile: { ...config.apiServerAccessProfile, authorizedIpRanges } };
}

/** Checks the ranges with access to the API server. */
export function* checkAuthorizedRanges(
  config: KubernetesClusterConfig,
  given: readonly string[] | undefined,
  network: IClusterNetwork,
): Generator<Finding> {
  if (!isKnown(given)) {
    return;
  }
  if (config.privateClusterEnabled === true) {
    yield finding(
      "authorized-ranges-private",
      "authorizedIpRanges: the API server of a private cluster has no public address, and Azure refuses both together; remove privateCluster or authorizedIpRanges.",
    );
  }
  if (given.length === 0) {
    yield finding(
      "authorized-ranges-empty",
      `authorizedIpRanges: is empty, which to Azure means open to everyone; leave it out for that, or list addresses (["${NOBODY}"] allows only the cluster's load balancer).`,
    );
  }
  if (given.length > MOST) {
    yield finding(
      "authorized-ranges-many",
      `authorizedIpRanges: has ${given.length} ranges, but Azure allows at most ${MOST}; combine adjacent ranges.`,
    );
  }
  for (const [index, text] of given.entries()) {
    if (isKnown(text)) {
      yield* checkAuthorizedRange(text);
      if (given.slice(0, index).some((other) => isKnown(other) && asRange(other) === asRange(text))) {
        yield finding("authorized-range-twice", `authorizedIpRanges: "${text}" is listed twice; remove one.`);
      }
    }
  }
  const others = given.length > 1 || (network.outboundAddresses ?? []).length > 0;
  if (given.some((text) => isKnown(text) && asRange(text) === NOBODY) && others) {
    yield finding(
      "authorized-range-nobody",
      `authorizedIpRanges: "${NOBODY}" allows only the cluster's load balancer, and Azure refuses it together with others${given.length > 1 ? "" : ", here the network's egress address"}; remove it, or use it alone on a network without a NAT gateway.`,
    );
  }
}

function* checkAuthorizedRange(text: string): Generator<Finding> {
  const range = parseRange(asRange(text));
  if (range?.version !== 4) {
    yield finding(
      "authorized-range",
      `authorizedIpRanges: "${text}" is neither an IPv4 address nor an IPv4 range; write e.g. "203.0.113.10" or "203.0.113.0/24".`,
    );
    return;
  }
  const first = `${formatIpv4(range.first)}/${range.prefixLength}`;
  if (first !== asRange(text)) {
    yield finding(
      "authorized-range-start",
      `authorizedIpRanges: "${text}" does not start at the first address of its range; write "${first}".`,
    );
  }
  for (const kept of first === NOBODY ? [] : NOT_PUBLIC) {
    const other = parseRange(kept);
    if (other && overlap(range, other)) {
      yield finding(
        "authorized-range-public",
        `authorizedIpRanges: ${text} overlaps ${kept}, which has no public addresses: the API server sees the public egress address of a connection; list that address.`,
      );
      return;
    }
  }
}
