import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { type AddressRange, overlap, parseRange } from "./addresses";
import type { IClusterNetwork } from "./cluster-network";

/** The known, valid ranges of a network. */
export function rangesOf(network: IClusterNetwork): AddressRange[] {
  // A token list has one element, which is not an address.
  const ranges = isKnown(network.addressSpace) ? network.addressSpace : [];
  return ranges.flatMap((text) => (isKnown(text) ? (parseRange(text) ?? []) : []));
}

/** Refuses overlapping networks. @param isReported whether the overlap of a pair is reported elsewhere */
export function* checkOverlaps(
  networks: readonly IClusterNetwork[],
  isReported: (a: IClusterNetwork, b: IClusterNetwork) => boolean = () => false,
): Generator<Finding> {
  const all = networks.map((network) => ({ network, ranges: rangesOf(network) }));
  for (const [index, { network: a, ranges: rangesA }] of all.entries()) {
    for (const { network: b, ranges: rangesB } of all.slice(index + 1)) {
      for (const rangeA of rangesA) {
        for (const rangeB of rangesB) {
          if (overlap(rangeA, rangeB) && !isReported(a, b)) {
            yield finding(
              "networks-overlap",
              `the networks of "${a.key}" (${rangeA.text}) and "${b.key}" (${rangeB.text}) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.`,
            );
          }
        }
      }
    }
  }
}

/** Refuses networks with the same key, as resources are named after it. */
export function* checkKeys(networks: readonly IClusterNetwork[]): Generator<Finding> {
  const keys = networks.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (twice.length > 0) {
    yield finding(
      "network-key-twice",
      `networks: several have the key ${quoted(new Set(twice))}; give each its own key.`,
    );
  }
}
