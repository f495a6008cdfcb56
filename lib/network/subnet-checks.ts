import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkRange, checkReserved, contains, overlap, parseRange } from "./addresses";

/** A subnet to check. */
export interface CheckedSubnet {
  /** The prop that it comes from, or a description. */
  readonly prop: string;
  readonly name: string;
  readonly prefix: string;
}

/** Checks the ranges of subnets against their virtual network and each other. */
export function* checkSubnets(
  addressSpace: readonly string[],
  nodes: CheckedSubnet,
  others: readonly CheckedSubnet[],
): Generator<Finding> {
  const all = [nodes, ...others];
  for (const [index, subnet] of all.entries()) {
    if (subnet !== nodes && isKnown(subnet.prefix)) {
      yield* checkRange(subnet.prefix, subnet.prop);
      yield* checkInside(addressSpace, subnet);
    }
    // If the subnet is the whole range of the network, the network's finding is enough.
    if (isKnown(addressSpace) && !addressSpace.includes(subnet.prefix)) {
      yield* checkPrefixLength(subnet);
    }
    for (const before of all.slice(0, index)) {
      yield* checkApart(before, subnet);
    }
  }
}

/** Longest prefixes for the subnets of Azure's own services, by name; any other subnet must be a /29 or larger. */
const LONGEST: Readonly<Record<string, number>> = {
  azurebastionsubnet: 26,
  azurefirewallsubnet: 26,
  azurefirewallmanagementsubnet: 26,
  routeserversubnet: 27,
};

function* checkPrefixLength({ prop, name, prefix }: CheckedSubnet): Generator<Finding> {
  const range = isKnown(prefix) ? parseRange(prefix) : undefined;
  const longest = (isKnown(name) && LONGEST[name.toLowerCase()]) || 29;
  if (range?.version === 4 && range.prefixLength > longest) {
    yield finding(
      "subnet-prefix-length",
      `${prop}: ${prefix} is smaller than Azure takes${longest === 29 ? "" : ` for ${name}`}; write a /${longest} or larger.`,
    );
  }
}

/** Refuses a subnet outside its virtual network. */
function* checkInside(
  addressSpace: readonly string[],
  { prop, prefix }: Pick<CheckedSubnet, "prop" | "prefix">,
): Generator<Finding> {
  const range = parseRange(prefix);
  if (!range || !isKnown(addressSpace) || !addressSpace.every(isKnown)) {
    return;
  }
  const spaces = addressSpace.map(parseRange);
  if (spaces.every((space) => space && !contains(space, range))) {
    yield finding(
      "subnet-outside-of-network",
      `${prop}: ${prefix} is outside the virtual network's address space, ${addressSpace.join(", ")}; choose a range inside it.`,
    );
  }
}

function* checkApart(a: CheckedSubnet, b: CheckedSubnet): Generator<Finding> {
  if (isKnown(a.name) && isKnown(b.name) && a.name.toLowerCase() === b.name.toLowerCase()) {
    yield finding(
      "subnet-name-twice",
      `${b.prop}: "${b.name}" is also the name of ${a.prop}, "${a.name}" (Azure names are case-insensitive); give one of them another name.`,
    );
  }
  const [rangeA, rangeB] = [a, b].map(({ prefix }) => (isKnown(prefix) ? parseRange(prefix) : undefined));
  if (rangeA && rangeB && overlap(rangeA, rangeB)) {
    yield finding(
      "subnets-overlap",
      `${b.prop}: ${b.prefix} overlaps ${a.prop}, ${a.prefix}; choose another range.`,
    );
  }
}

/** Checks the ranges of a virtual network and its nodes' subnet. */
export function* checkAddressSpace(
  addressSpace: readonly string[],
  subnetPrefix: string,
): Generator<Finding> {
  if (addressSpace.length === 0) {
    yield finding(
      "address-space-empty",
      'addressSpace: is empty; a virtual network needs at least one range, e.g. ["10.1.0.0/16"].',
    );
    return;
  }
  if (!isKnown(addressSpace) || !addressSpace.every(isKnown)) {
    return;
  }
  for (const text of addressSpace) {
    yield* checkRange(text, "addressSpace");
    const range = parseRange(text);
    if (range?.version === 4 && range.prefixLength > 29) {
      yield finding(
        "address-space-small",
        `addressSpace: ${text} is smaller than Azure takes; write a /29 or larger.`,
      );
    }
    yield* checkReserved(text, "addressSpace");
  }
  yield* checkRangesApart(addressSpace);
  if (!isKnown(subnetPrefix) || addressSpace.includes(subnetPrefix)) {
    return;
  }
  yield* checkRange(subnetPrefix, "subnetPrefix");
  yield* checkInside(addressSpace, { prop: "subnetPrefix", prefix: subnetPrefix });
}

function* checkRangesApart(addressSpace: readonly string[]): Generator<Finding> {
  for (const [index, a] of addressSpace.entries()) {
    for (const b of addressSpace.slice(index + 1)) {
      const [rangeA, rangeB] = [parseRange(a), parseRange(b)];
      if (rangeA && rangeB && overlap(rangeA, rangeB)) {
        yield finding(
          "address-space-overlaps-itself",
          `addressSpace: ${a} and ${b} overlap; remove the one inside the other.`,
        );
      }
    }
  }
}
