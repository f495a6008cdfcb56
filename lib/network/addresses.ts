import { Fn } from "cdktf";
import { parseCIDR } from "ipaddr.js";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";

/** A range of IP addresses as numbers, for comparing ranges. */
export interface AddressRange {
  readonly text: string;
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefixLength: number;
}

/** Azure's IPv4 notation: four decimal numbers without leading zeros. The parser also takes octal and short forms. */
const IPV4 = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}\/(0|[1-9]\d?)$/;

/** Parsed ranges: every pair of networks is compared. */
const PARSED = new Map<string, AddressRange | undefined>();

/** The range of a CIDR, e.g. `10.1.0.0/16`; undefined if the text is not a CIDR. */
export function parseRange(text: string): AddressRange | undefined {
  if (!PARSED.has(text)) {
    PARSED.set(text, readRange(text));
  }
  return PARSED.get(text);
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

/** Ranges that AKS reserves; neither networks nor Services may use them (Azure's documentation of AKS networking). */
const AKS_RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/** Ranges that no Azure network may use (Azure's virtual network FAQ), and what they are for. */
const SPECIAL: readonly (readonly [string, string])[] = [
  ["0.0.0.0/8", "is not for hosts"],
  ["127.0.0.0/8", "is the loopback range"],
  ["168.63.129.16/32", "is Azure's own DNS"],
  ["224.0.0.0/4", "is for multicast"],
  ["240.0.0.0/4", "is reserved"],
];

/** Refuses a range that overlaps one reserved by AKS or Azure. */
export function* checkReserved(text: string, prop: string): Generator<Finding> {
  const range = parseRange(text);
  for (const reserved of AKS_RESERVED) {
    if (range && overlaps(range, reserved)) {
      yield finding(
        "range-kept-by-aks",
        `${prop}: ${text} overlaps ${reserved}, which AKS reserves for itself; choose another range.`,
      );
    }
  }
  for (const [special, what] of SPECIAL) {
    if (range && overlaps(range, special)) {
      yield finding(
        "range-special",
        `${prop}: ${text} overlaps ${special}, which ${what} and can't be used for a network; choose another range, e.g. in 10.0.0.0/8.`,
      );
    }
  }
}

function overlaps(range: AddressRange, text: string): boolean {
  const other = parseRange(text);
  return other !== undefined && overlap(range, other);
}

/** Checks an IPv4 CIDR. */
export function* checkRange(text: string, prop: string): Generator<Finding> {
  const range = parseRange(text);
  if (range?.version !== 4) {
    yield finding("range-format", `${prop}: "${text}" is not an IPv4 range; write e.g. "10.1.0.0/16".`);
  } else if (formatIpv4(range.first) !== text.split("/")[0]) {
    yield finding(
      "range-start",
      `${prop}: "${text}" does not start at the first address of its range; write "${formatIpv4(range.first)}/${range.prefixLength}".`,
    );
  }
}

/** Ranges as one string; a token list is joined by Terraform. */
export function rangesText(ranges: readonly string[]): string {
  return isKnown(ranges) ? ranges.join(",") : Fn.join(",", [...ranges]);
}
