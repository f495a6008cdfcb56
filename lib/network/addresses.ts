import { Fn } from "cdktf";
import { parseCIDR } from "ipaddr.js";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** A range of IP addresses as numbers, so that ranges can be compared. */
export interface AddressRange {
  readonly text: string;
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefixLength: number;
}

/** How Azure writes IPv4: four decimal numbers, no leading zeros. The parser takes octal and short forms, too. */
const IPV4 = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}\/(0|[1-9]\d?)$/;

/** Every pair of networks is compared: what was read once is kept. */
const READ = new Map<string, AddressRange | undefined>();

/** The range that a CIDR names, e.g. `10.1.0.0/16`; undefined if the text is not one. */
export function parseRange(text: string): AddressRange | undefined {
  if (!READ.has(text)) {
    READ.set(text, readRange(text));
  }
  return READ.get(text);
}

function readRange(text: string): AddressRange | undefined {
  if (!IPV4.test(text) && !text.includes(":")) {
    return undefined;
  }
  try {
    const [address, prefixLength] = parseCIDR(text);
    const bytes = address.toByteArray();
    const free = BigInt(bytes.length * 8 - prefixLength);
    const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const first = (value >> free) << free;
    return {
      text,
      version: bytes.length === 4 ? 4 : 6,
      first,
      last: first + (1n << free) - 1n,
      prefixLength,
    };
  } catch {
    return undefined;
  }
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

/** The number of addresses in a range. */
export function size(range: AddressRange): bigint {
  return range.last - range.first + 1n;
}

/** The dotted form of an IPv4 address given as a number. */
export function formatIpv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
}

/** Ranges that AKS keeps for itself, for networks and for Services (Azure's documentation of AKS networking). */
const KEPT_BY_AKS = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/** Ranges that no network of Azure has (Azure's FAQ of virtual networks), and what they are. */
const SPECIAL: readonly (readonly [string, string])[] = [
  ["0.0.0.0/8", "is no address of a host"],
  ["127.0.0.0/8", "is the host itself"],
  ["168.63.129.16/32", "is Azure's own DNS"],
  ["224.0.0.0/4", "is for multicast"],
  ["240.0.0.0/4", "is reserved, with the broadcast address in it"],
];

/** Yields where a range meets one that AKS keeps for itself, or that Azure gives to no network. */
export function* checkReserved(text: string, prop: string): Generator<Finding> {
  const range = parseRange(text);
  for (const kept of KEPT_BY_AKS) {
    if (range && meets(range, kept)) {
      yield finding(
        "range-kept-by-aks",
        `${prop}: ${text} meets ${kept}, which AKS keeps for itself; choose another range.`,
      );
    }
  }
  for (const [special, what] of SPECIAL) {
    if (range && meets(range, special)) {
      yield finding(
        "range-special",
        `${prop}: ${text} meets ${special}, which ${what}, and Azure gives it to no network; choose another range, e.g. one of 10.0.0.0/8.`,
      );
    }
  }
}

function meets(range: AddressRange, text: string): boolean {
  const other = parseRange(text);
  return other !== undefined && overlap(range, other);
}

/** Yields what is wrong with a CIDR of IPv4 addresses, or nothing. */
export function* checkRange(text: string, prop: string): Generator<Finding> {
  const range = parseRange(text);
  if (range?.version !== 4) {
    yield finding(
      "range-format",
      `${prop}: "${text}" is not a range of IPv4 addresses; write it as e.g. "10.1.0.0/16".`,
    );
  } else if (formatIpv4(range.first) !== text.split("/")[0]) {
    yield finding(
      "range-start",
      `${prop}: "${text}" does not start at the first address of its range; write "${formatIpv4(range.first)}/${range.prefixLength}".`,
    );
  }
}

/** Ranges in one text; Terraform joins a list that only it knows. */
export function rangesText(ranges: readonly string[]): string {
  return isKnown(ranges) ? ranges.join(",") : Fn.join(",", [...ranges]);
}
