import {
  type AddressRange,
  checkRange,
  contains,
  formatIpv4,
  overlap,
  parseRange,
  size,
} from "../../lib/network/addresses";
import { texts } from "../synth";
import { randomNumbers } from "./random";

function range(text: string): AddressRange {
  const parsed = parseRange(text);
  if (!parsed) {
    throw new Error(`${text} is no range`);
  }
  return parsed;
}

describe("parseRange", () => {
  test.each([
    ["10.1.0.0/16", 0x0a010000n, 0x0a01ffffn],
    ["10.1.0.0/24", 0x0a010000n, 0x0a0100ffn],
    ["10.1.2.3/32", 0x0a010203n, 0x0a010203n],
    ["10.1.2.3/31", 0x0a010202n, 0x0a010203n],
    ["10.1.200.7/20", 0x0a01c000n, 0x0a01cfffn],
    ["0.0.0.0/0", 0n, 0xffffffffn],
    ["255.255.255.255/32", 0xffffffffn, 0xffffffffn],
    ["192.168.0.0/17", 0xc0a80000n, 0xc0a87fffn],
  ])("%s", (text, first, last) => {
    expect(range(text)).toEqual({
      text,
      version: 4,
      first,
      last,
      prefixLength: Number(text.split("/")[1]),
    });
  });

  test.each([
    ["fd00::/8", 0xfd00n << 112n, (0xfe00n << 112n) - 1n],
    ["::1/128", 1n, 1n],
    ["fd00::1:0/112", (0xfd00n << 112n) + 0x10000n, (0xfd00n << 112n) + 0x1ffffn],
  ])("%s", (text, first, last) => {
    expect(range(text)).toMatchObject({ version: 6, first, last });
  });

  test.each([
    "",
    "10.1.0.0",
    "10.1.0.0/",
    "10.1.0.0/33",
    "10.1.0.0/-1",
    "10.1.0.0/a",
    "10.1.0.256/24",
    "10.1.0.0.0/24",
    "10.1.0.0/16/24",
    " 10.1.0.0/16",
    "10.1.0.0/16 ",
    "ten/16",
    "fd00::/129",
  ])("%j is not a range", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});

describe("overlap and contains", () => {
  test.each([
    ["the same", "10.1.0.0/16", "10.1.0.0/16", true, true, true],
    ["nested", "10.1.0.0/16", "10.1.3.0/24", true, true, false],
    ["nested at the start", "10.1.0.0/16", "10.1.0.0/24", true, true, false],
    ["nested at the end", "10.1.0.0/16", "10.1.255.0/24", true, true, false],
    ["one address at the end", "10.1.0.0/16", "10.1.255.255/32", true, true, false],
    ["next to each other", "10.1.0.0/16", "10.2.0.0/16", false, false, false],
    ["next to each other, of two sizes", "10.1.0.0/24", "10.1.1.0/25", false, false, false],
    ["halves of one", "10.1.0.0/17", "10.1.128.0/17", false, false, false],
    ["far apart", "10.1.0.0/16", "192.168.0.0/16", false, false, false],
    ["everything", "0.0.0.0/0", "192.168.0.0/16", true, true, false],
    ["of two versions", "0.0.0.0/0", "::/0", false, false, false],
    ["IPv6, nested", "fd00::/8", "fd12::/16", true, true, false],
    ["IPv6, apart", "fd00::/16", "fd01::/16", false, false, false],
  ])("%s: %s and %s", (_, a, b, overlaps, aHoldsB, bHoldsA) => {
    expect(overlap(range(a), range(b))).toBe(overlaps);
    expect(overlap(range(b), range(a))).toBe(overlaps);
    expect(contains(range(a), range(b))).toBe(aHoldsB);
    expect(contains(range(b), range(a))).toBe(bHoldsA);
  });
});

test.each([
  ["10.1.0.0/32", 1n],
  ["10.1.0.0/29", 8n],
  ["10.1.0.0/24", 256n],
  ["10.1.0.0/16", 65536n],
  ["0.0.0.0/0", 4294967296n],
  ["fd00::/64", 18446744073709551616n],
])("%s has %d addresses", (text, count) => {
  expect(size(range(text))).toBe(count);
});

test.each([
  [0n, "0.0.0.0"],
  [0x0a01000an, "10.1.0.10"],
  [0xffffffffn, "255.255.255.255"],
  [0x00ff00ffn, "0.255.0.255"],
])("%d is %s", (address, text) => {
  expect(formatIpv4(address)).toBe(text);
});

describe("checkRange", () => {
  test.each(["10.1.0.0/16", "10.1.0.128/25", "172.16.0.0/12", "10.1.2.3/32"])("%s is a range", (text) => {
    expect(texts(checkRange(text, "prop"))).toEqual([]);
  });

  test.each(["", "10.1.0.0", "10.1.0.0/33", "nonsense", "fd00::/48", " 10.1.0.0/16"])("%j is not", (text) => {
    expect(texts(checkRange(text, "prop"))).toEqual([
      `prop: "${text}" is not a range of IPv4 addresses; write it as e.g. "10.1.0.0/16".`,
    ]);
  });

  test.each([
    ["10.1.0.5/16", "10.1.0.0/16"],
    ["10.1.3.0/23", "10.1.2.0/23"],
    ["172.20.0.0/12", "172.16.0.0/12"],
    ["10.1.2.3/31", "10.1.2.2/31"],
  ])("%s does not start at its first address; the message has %s", (text, write) => {
    expect(texts(checkRange(text, "prop"))).toEqual([
      `prop: "${text}" does not start at the first address of its range; write "${write}".`,
    ]);
  });

  test.each(["010.1.0.0/16", "10.1/16", "0xa.1.0.0/16", "10/8"])(
    "%s is not written as a range, and no other range is made of it",
    (text) => {
      expect(texts(checkRange(text, "prop"))).toEqual([
        `prop: "${text}" is not a range of IPv4 addresses; write it as e.g. "10.1.0.0/16".`,
      ]);
    },
  );

  test("10.1.0.0/016 is not written as a range", () => {
    expect(texts(checkRange("10.1.0.0/016", "prop"))).toEqual([
      expect.stringMatching(/^prop: "10\.1\.0\.0\/016" /),
    ]);
  });
});

describe("whatever the range", () => {
  const RUNS = 500;

  /** A range as the leading bits that its addresses share: another way to think of it than by numbers. */
  interface Bits {
    readonly text: string;
    readonly shared: string;
  }

  function bitsOf(address: number, prefixLength: number): Bits {
    const octets = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
    return {
      text: `${octets.join(".")}/${prefixLength}`,
      shared: address.toString(2).padStart(32, "0").slice(0, prefixLength),
    };
  }

  /** Ranges, every other one close to that before it: two ranges drawn freely hardly ever meet. */
  function ranges(seed: number): Bits[] {
    const random = randomNumbers(seed);
    let address = 0;
    return Array.from({ length: RUNS }, (_, index) => {
      address = index % 2 === 0 ? random(2 ** 32) : (address ^ random(2 ** random(25))) >>> 0;
      return bitsOf(address, random(33));
    });
  }

  const drawn = ranges(20240906);
  const pairs = drawn.slice(1).map((b, index) => [drawn[index] as Bits, b] as const);

  test("it has the addresses that share its bits, from the first to the last", () => {
    for (const { text, shared } of drawn) {
      expect(range(text)).toMatchObject({
        first: BigInt(`0b${shared.padEnd(32, "0")}`),
        last: BigInt(`0b${shared.padEnd(32, "1")}`),
      });
      expect(size(range(text))).toBe(2n ** BigInt(32 - shared.length));
    }
  });

  test("one holds another if its bits are the start of the other's, and they overlap if one holds the other", () => {
    const seen = { apart: 0, overlapping: 0 };
    for (const [a, b] of pairs) {
      const aHoldsB = b.shared.startsWith(a.shared);
      const bHoldsA = a.shared.startsWith(b.shared);
      const what = `${a.text} and ${b.text}`;
      expect([what, contains(range(a.text), range(b.text))]).toEqual([what, aHoldsB]);
      expect([what, contains(range(b.text), range(a.text))]).toEqual([what, bHoldsA]);
      expect([what, overlap(range(a.text), range(b.text))]).toEqual([what, aHoldsB || bHoldsA]);
      expect([what, overlap(range(b.text), range(a.text))]).toEqual([what, aHoldsB || bHoldsA]);
      seen[aHoldsB || bHoldsA ? "overlapping" : "apart"] += 1;
    }
    // Else the pairs above would show nothing.
    expect(Math.min(seen.apart, seen.overlapping)).toBeGreaterThan(RUNS / 10);
  });

  test("it passes the check if it starts at its first address; else what the message has does, and is the same range", () => {
    const seen = { accepted: 0, refused: 0 };
    for (const { text, shared } of drawn) {
      const bare = text.slice(0, text.indexOf("/"));
      const first = formatIpv4(BigInt(`0b${shared.padEnd(32, "0")}`));
      const found = texts(checkRange(text, "prop"));
      if (bare === first) {
        expect([text, found]).toEqual([text, []]);
        seen.accepted += 1;
      } else {
        const [, write = ""] = /; write "([^"]*)"\.$/.exec(found[0] ?? "") ?? [];
        expect(found).toHaveLength(1);
        expect(texts(checkRange(write, "prop"))).toEqual([]);
        expect(range(write)).toEqual({ ...range(text), text: write });
        seen.refused += 1;
      }
    }
    expect(seen.accepted).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  });

  test("its first address is written and read without loss", () => {
    for (const { text } of drawn) {
      const { first } = range(text);
      expect(range(`${formatIpv4(first)}/32`).first).toBe(first);
    }
  });
});
