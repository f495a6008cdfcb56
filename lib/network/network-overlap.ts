import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { type AddressRange, overlap, parseRange } from "./addresses";
import type { IClusterNetwork } from "./cluster-network";

/** The ranges of a network that are known and can be read. */
export function rangesOf(network: IClusterNetwork): AddressRange[] {
  // A list that only Terraform knows has one element, which is not an address.
  const ranges = isKnown(network.addressSpace) ? network.addressSpace : [];
  return ranges.flatMap((text) => (isKnown(text) ? (parseRange(text) ?? []) : []));
}

/** Yields each pair of networks that share addresses. @param isTold whether that is said of a pair elsewhere */
export function* checkOverlaps(
  networks: readonly IClusterNetwork[],
  isTold: (a: IClusterNetwork, b: IClusterNetwork) => boolean = () => false,
): Generator<Finding> {
  const all = networks.map((network) => ({ network, ranges: rangesOf(network) }));
  for (const [index, { network: a, ranges: rangesA }] of all.entries()) {
    for (const { network: b, ranges: rangesB } of all.slice(index + 1)) {
      for (const rangeA of rangesA) {
        for (const rangeB of rangesB) {
          if (overlap(rangeA, rangeB) && !isTold(a, b)) {
            yield finding(
              "networks-overlap",
              `the networks of "${a.key}" (${rangeA.text}) and "${b.key}" (${rangeB.text}) share addresses: Azure does not peer such networks, and a pod's address must name one pod of the fleet; change the addressSpace of one of them.`,
            );
          }
        }
      }
    }
  }
}

/** Yields that networks have the same key: what is made of each is named after it. */
export function* checkKeys(networks: readonly IClusterNetwork[]): Generator<Finding> {
  const keys = networks.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (twice.length > 0) {
    yield finding(
      "network-key-twice",
      `networks: there are several of the key ${quoted(new Set(twice))}; give each a key of its own.`,
    );
  }
}
