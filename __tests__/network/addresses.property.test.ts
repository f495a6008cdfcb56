import fc from "fast-check";
import { dnsAddress } from "../../lib/cluster/network-checks";
import {
  type AddressRange,
  checkRange,
  contains,
  formatIpv4,
  overlap,
  parseRange,
  size,
} from "../../lib/network/addresses";
import { findings, synthStack, texts } from "../synth";
import { network } from "./networks";
import { at } from "./references";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

/** A range as the bits that its addresses begin with: another way to think of it than by numbers. */
interface Bits {
  readonly text: string;
  readonly bits: string;
}

/** The range of the addresses that begin with some bits, written from its first address. */
function rangeOf(bits: string): Bits {
  const first = Number.parseInt(bits.padEnd(32, "0"), 2);
  return { text: `${dotted(first)}/${bits.length}`, bits };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function parsed(text: string): AddressRange {
  const range = parseRange(text);
  if (!range) {
    throw new Error(`${text} is no range`);
  }
  return range;
}

const address = fc.nat(2 ** 32 - 1);
const bitsUpTo = (longest: number, shortest = 0) =>
  fc
    .array(fc.constantFrom("0", "1"), { minLength: shortest, maxLength: longest, size: "max" })
    .map((bits) => bits.join(""));
const range = bitsUpTo(32).map(rangeOf);

/** Two ranges that share how they begin: two that are drawn freely hardly ever meet. */
const neighbours = fc
  .tuple(bitsUpTo(26), bitsUpTo(6), bitsUpTo(6))
  .map(([shared, a, b]) => [rangeOf(shared + a), rangeOf(shared + b)] as const);

/** Whether all addresses of `inner` are of `outer`: whether they begin as those do. */
const holds = (outer: Bits, inner: Bits) => inner.bits.startsWith(outer.bits);

test("an address is read as it is written", () => {
  fc.assert(
    fc.property(address, (number) => {
      expect(formatIpv4(BigInt(number))).toBe(dotted(number));
      expect(parsed(`${dotted(number)}/32`)).toMatchObject({ first: BigInt(number), last: BigInt(number) });
    }),
  );
});

test("a range is read as it is written, and has the addresses that begin with its bits", () => {
  fc.assert(
    fc.property(range, ({ text, bits }) => {
      const { version, first, last, prefixLength } = parsed(text);
      expect(`${formatIpv4(first)}/${prefixLength}`).toBe(text);
      expect({ version, first, last }).toEqual({
        version: 4,
        first: BigInt(`0b${bits.padEnd(32, "0")}`),
        last: BigInt(`0b${bits.padEnd(32, "1")}`),
      });
      expect(size(parsed(text))).toBe(2n ** BigInt(32 - bits.length));
      expect(texts(checkRange(text, "prop"))).toEqual([]);
    }),
  );
});

test("from any of its addresses it is the same range, and the check names how to write it", () => {
  fc.assert(
    fc.property(range, address, ({ text, bits }, number) => {
      const inside = bits + number.toString(2).padStart(32, "0").slice(bits.length);
      const odd = `${dotted(Number.parseInt(inside, 2))}/${bits.length}`;
      expect({ ...parsed(odd), text }).toEqual(parsed(text));
      const write = texts(checkRange(odd, "prop")).map((finding) => /; write "(.*)"\.$/.exec(finding)?.[1]);
      expect(write).toEqual(odd === text ? [] : [text]);
    }),
  );
});

test("two overlap, whichever is named first, if one holds the other", () => {
  fc.assert(
    fc.property(neighbours, ([a, b]) => {
      const [rangeA, rangeB] = [parsed(a.text), parsed(b.text)];
      expect(overlap(rangeA, rangeB)).toBe(holds(a, b) || holds(b, a));
      expect(overlap(rangeB, rangeA)).toBe(overlap(rangeA, rangeB));
      expect(contains(rangeA, rangeB)).toBe(holds(a, b));
      expect(contains(rangeB, rangeA)).toBe(holds(b, a));
    }),
  );
});

test("small ones overlap if they have an address in common", () => {
  const addresses = (bits: Bits) => {
    const { first, last } = parsed(bits.text);
    return Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index));
  };
  const small = bitsUpTo(4).map((bits) => rangeOf("0".repeat(28) + bits));
  fc.assert(
    fc.property(small, small, (a, b) => {
      const common = addresses(a).filter((one) => addresses(b).includes(one));
      expect(overlap(parsed(a.text), parsed(b.text))).toBe(common.length > 0);
      expect(contains(parsed(a.text), parsed(b.text))).toBe(common.length === addresses(b).length);
    }),
  );
});

test("whatever is read has an address of four numbers up to 255 and a length up to 32", () => {
  const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "00", "01", "0x1", "-1", " 1", "a"));
  const text = fc
    .tuple(fc.array(part, { minLength: 2, maxLength: 5 }), part)
    .map(([a, b]) => `${a.join(".")}/${b}`);
  fc.assert(
    fc.property(text, (written) => {
      const [bare = "", length = ""] = written.split("/");
      const plain = (one: string, most: number) => /^(0|[1-9]\d*)$/.test(one) && Number(one) <= most;
      const octets = bare.split(".");
      const valid = octets.length === 4 && octets.every((one) => plain(one, 255)) && plain(length, 32);
      expect(parseRange(written) !== undefined).toBe(valid);
    }),
  );
});

test("the DNS address is inside of the range, and neither its own nor the API server's", () => {
  fc.assert(
    fc.property(bitsUpTo(32), (bits) => {
      const { text } = rangeOf(bits);
      const dns = dnsAddress(text);
      if (bits.length > 30) {
        expect(dns).toBeUndefined();
        return;
      }
      const { first, last } = parsed(text);
      const { first: number } = parsed(`${dns}/32`);
      expect(number).toBeGreaterThan(first + 1n);
      expect(number).toBeLessThan(last);
    }),
  );
});

/** Ranges that AKS keeps for itself are refused, however a network is divided. */
const space = bitsUpTo(24, 1)
  .map((bits) => rangeOf(`0000101001${bits}`.slice(0, 28)))
  .filter(({ bits }) => bits.length >= 8);

test("the subnet by default is inside of the network, from its first address, and no larger than a /24", () => {
  fc.assert(
    fc.property(space, ({ text, bits }) => {
      const stack = synthStack((scope) => void network(scope, "east", { addressSpace: [text] }));
      const [subnet = ""] = at(stack, "east/Network/Subnet").address_prefixes as string[];
      expect(contains(parsed(text), parsed(subnet))).toBe(true);
      expect(parsed(subnet).first).toBe(parsed(text).first);
      expect(parsed(subnet).prefixLength).toBe(Math.max(24, bits.length));
    }),
    { numRuns: 25 },
  );
});

test("subnets are accepted if they are inside of the network and apart, and else each fault is found", () => {
  const subnets = fc.uniqueArray(bitsUpTo(4), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(subnets, fc.boolean(), ([nodes = "", ...others], inside) => {
      const within = rangeOf("0000101000000001");
      const outside = rangeOf("0000101000000010");
      const ranges = others.map((bits) => rangeOf((inside ? within : outside).bits + bits));
      const subnetPrefix = rangeOf(within.bits + nodes);
      const found = findings((scope) => {
        network(scope, "east", {
          addressSpace: [within.text],
          subnetPrefix: subnetPrefix.text,
          additionalSubnets: Object.fromEntries(ranges.map(({ text }, index) => [`subnet${index}`, text])),
        });
      });
      const all = [subnetPrefix, ...ranges];
      const meeting = all.flatMap((a, index) =>
        all.slice(0, index).filter((b) => holds(a, b) || holds(b, a)),
      ).length;
      expect(found.filter((one) => one.includes(" overlaps "))).toHaveLength(meeting);
      expect(found.filter((one) => one.includes("is outside "))).toHaveLength(inside ? 0 : ranges.length);
      expect(found).toHaveLength(meeting + (inside ? 0 : ranges.length));
    }),
    { numRuns: 40 },
  );
});
