import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkRange, checkReserved, contains, overlap, parseRange } from "./addresses";

/** A subnet as it is asked for. */
export interface AskedSubnet {
  /** The prop that says so, or what a person calls it. */
  readonly prop: string;
  readonly name: string;
  readonly prefix: string;
}

/** Yields what is wrong with the ranges of subnets beside the nodes', in a virtual network and among all. */
export function* checkSubnets(
  addressSpace: readonly string[],
  nodes: AskedSubnet,
  others: readonly AskedSubnet[],
): Generator<Finding> {
  const all = [nodes, ...others];
  for (const [index, subnet] of all.entries()) {
    if (subnet !== nodes && isKnown(subnet.prefix)) {
      yield* checkRange(subnet.prefix, subnet.prop);
      yield* checkInside(addressSpace, subnet);
    }
    // Of a range that is the network's own, that of the network is said.
    if (isKnown(addressSpace) && !addressSpace.includes(subnet.prefix)) {
      yield* checkPrefixLength(subnet);
    }
    for (const before of all.slice(0, index)) {
      yield* checkApart(before, subnet);
    }
  }
}

/** Longest prefixes that Azure takes for the subnets of its own services, by name; any other subnet is a /29 or larger. */
const LONGEST: Readonly<Record<string, number>> = {
  azurebastionsubnet: 26,
  azurefirewallsubnet: 26,
  azurefirewallmanagementsubnet: 26,
  routeserversubnet: 27,
};

function* checkPrefixLength({ prop, name, prefix }: AskedSubnet): Generator<Finding> {
  const range = isKnown(prefix) ? parseRange(prefix) : undefined;
  const longest = (isKnown(name) && LONGEST[name.toLowerCase()]) || 29;
  if (range?.version === 4 && range.prefixLength > longest) {
    yield finding(
      "subnet-prefix-length",
      `${prop}: ${prefix} is smaller than Azure takes${longest === 29 ? "" : ` for ${name}`}; write a /${longest} or larger.`,
    );
  }
}

/** Yields that a subnet is in none of the ranges of its virtual network. */
function* checkInside(
  addressSpace: readonly string[],
  { prop, prefix }: Pick<AskedSubnet, "prop" | "prefix">,
): Generator<Finding> {
  const range = parseRange(prefix);
  if (!range || !isKnown(addressSpace) || !addressSpace.every(isKnown)) {
    return;
  }
  const spaces = addressSpace.map(parseRange);
  if (spaces.every((space) => space && !contains(space, range))) {
    yield finding(
      "subnet-outside-of-network",
      `${prop}: ${prefix} is outside of the virtual network's address space, ${addressSpace.join(", ")}; choose a range inside of it.`,
    );
  }
}

function* checkApart(a: AskedSubnet, b: AskedSubnet): Generator<Finding> {
  if (isKnown(a.name) && isKnown(b.name) && a.name.toLowerCase() === b.name.toLowerCase()) {
    yield finding(
      "subnet-name-twice",
      `${b.prop}: "${b.name}" is also the name of ${a.prop}, "${a.name}" (Azure does not tell upper from lower case); give one of them another name.`,
    );
  }
  const [rangeA, rangeB] = [a, b].map(({ prefix }) => (isKnown(prefix) ? parseRange(prefix) : undefined));
  if (rangeA && rangeB && overlap(rangeA, rangeB)) {
    yield finding(
      "subnets-overlap",
      `${b.prop}: ${b.prefix} shares addresses with ${a.prop}, ${a.prefix}; subnets of one network can't, choose another range.`,
    );
  }
}

/** Yields what is wrong with the ranges of a virtual network, and with that of its nodes' subnet. */
export function* checkAddressSpace(
  addressSpace: readonly string[],
  subnetPrefix: string,
): Generator<Finding> {
  if (addressSpace.length === 0) {
    yield finding(
      "address-space-empty",
      'addressSpace: is empty; a virtual network has at least one range, e.g. ["10.1.0.0/16"].',
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
          `addressSpace: ${a} and ${b} share addresses; leave out the one that is inside of the other.`,
        );
      }
    }
  }
}
