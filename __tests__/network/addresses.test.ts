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
      `prop: "${text}" is not an IPv4 range; write e.g. "10.1.0.0/16".`,
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
        `prop: "${text}" is not an IPv4 range; write e.g. "10.1.0.0/16".`,
      ]);
    },
  );

  test("10.1.0.0/016 is not written as a range", () => {
    expect(texts(checkRange("10.1.0.0/016", "prop"))).toEqual([
      expect.stringMatching(/^prop: "10\.1\.0\.0\/016" /),
    ]);
  });
});
