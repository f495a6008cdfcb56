import { TerraformVariable } from "cdktf";
import { checkOverlaps, rangesOf } from "../../lib/network/network-overlap";
import { synthStack, texts } from "../synth";
import { network, type Place } from "./networks";

/** What is said of networks with these address spaces. */
function overlapsOf(spaces: Partial<Record<Place, string[]>>): string[] {
  let found: string[] = [];
  synthStack((scope) => {
    const networks = (Object.entries(spaces) as [Place, string[]][]).map(([place, addressSpace]) =>
      network(scope, place, { addressSpace }),
    );
    found = texts(checkOverlaps(networks));
  });
  return found;
}

function shared(a: Place, rangeA: string, b: Place, rangeB: string): string {
  return `the networks of "${a}" (${rangeA}) and "${b}" (${rangeB}) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.`;
}

test.each([
  ["the same", "10.1.0.0/16", "10.1.0.0/16"],
  ["the second inside of the first", "10.1.0.0/16", "10.1.4.0/22"],
  ["the first inside of the second", "10.1.4.0/22", "10.0.0.0/8"],
  ["one address shared", "10.1.0.0/16", "10.1.255.248/29"],
])("%s: %s and %s", (_, east, west) => {
  expect(overlapsOf({ east: [east], west: [west] })).toEqual([shared("east", east, "west", west)]);
});

test.each([
  ["next to each other", "10.1.0.0/16", "10.2.0.0/16"],
  ["halves", "10.1.0.0/17", "10.1.128.0/17"],
])("%s: %s and %s share nothing", (_, east, west) => {
  expect(overlapsOf({ east: [east], west: [west] })).toEqual([]);
});

test("each pair of three networks is named, once", () => {
  const found = overlapsOf({ east: ["10.0.0.0/8"], west: ["10.2.0.0/16"], south: ["10.2.3.0/24"] });
  expect(found).toEqual([
    shared("east", "10.0.0.0/8", "west", "10.2.0.0/16"),
    shared("east", "10.0.0.0/8", "south", "10.2.3.0/24"),
    shared("west", "10.2.0.0/16", "south", "10.2.3.0/24"),
  ]);
});

test("of networks with several ranges those that meet are named", () => {
  const found = overlapsOf({
    east: ["10.1.0.0/16", "192.168.0.0/16"],
    west: ["10.2.0.0/16", "192.168.4.0/24"],
  });
  expect(found).toEqual([shared("east", "192.168.0.0/16", "west", "192.168.4.0/24")]);
});

test("a network alone, or none, has no overlap", () => {
  expect(overlapsOf({ east: ["10.1.0.0/16"] })).toEqual([]);
  expect(overlapsOf({})).toEqual([]);
});

test("ranges that are unknown or unreadable are left out, the others are compared", () => {
  let found: string[] = [];
  let ranges: string[] = [];
  synthStack((scope) => {
    const variable = new TerraformVariable(scope, "space", { type: "string" });
    const east = network(scope, "east", {
      addressSpace: [variable.stringValue, `10.${variable.stringValue}.0.0/16`, "10.1.0.0/16"],
    });
    const west = network(scope, "west", { addressSpace: [variable.stringValue, "10.1.2.0/24"] });
    found = texts(checkOverlaps([east, west]));
    ranges = rangesOf(east).map(({ text }) => text);
  });
  expect(ranges).toEqual(["10.1.0.0/16"]);
  expect(found).toEqual([shared("east", "10.1.0.0/16", "west", "10.1.2.0/24")]);
});
