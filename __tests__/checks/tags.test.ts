import { AksCluster, Fleet } from "../../lib";
import { checkTags } from "../../lib/checks/tags";
import { cluster } from "../cluster/clusters";
import { network } from "../network/networks";
import { findings, texts } from "../synth";

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "x"]));

test.each<[string, Record<string, string>]>([
  ["50 of them", many(50)],
  ["names of 512 characters and values of 256", { ["n".repeat(512)]: "v".repeat(256) }],
  ["blanks, points and other letters", { "cost centre": "", "a.b:c=d+e@f": "ü/<>%&" }],
])("%s are taken", (_, tags) => {
  expect(texts(checkTags(tags))).toEqual([]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["51", many(51), /^tags: there are 51, but a resource can have at most 50/],
  ["a name with a slash", { "team/cost": "x" }, /refuses "team\/cost"/],
  ["an empty name", { "": "x" }, /refuses ""/],
  ["a name of 513 characters", { ["n".repeat(513)]: "x" }, /1 to 512 characters/],
  [
    "a name of Azure's own",
    { "Azure-cost": "x" },
    /refuses "Azure-cost".* starting with azure, microsoft or windows/,
  ],
  [
    "a value of 257 characters",
    { team: "v".repeat(257) },
    /^tags\["team"\]: the value has 257 characters, but Azure allows at most 256/,
  ],
  ["two names that differ in case only", { team: "x", Team: "y" }, /"team" and "Team" are the same tag/],
])("%s: refused, wherever tags are given", (_, tags, expected) => {
  const found = findings((scope) => {
    cluster(scope, "east", { tags }, { tags });
    new Fleet(scope, "Fleet", { fleetName: "store", location: "westus", tags });
  });
  expect(
    found.filter((text) => expected.test(text.replace(/^[^:]*: /, ""))).map((text) => text.split(":")[0]),
  ).toEqual(["stack/east/Network", "stack/east/Cluster", "stack/Fleet"]);
});

test("tags of config are judged with the others", () => {
  const found = findings((scope) => {
    new AksCluster(scope, "Cluster", {
      network: network(scope, "east"),
      tags: { team: "a" },
      config: { tags: { TEAM: "b" } },
    });
  });
  expect(found).toEqual([expect.stringMatching(/^stack\/Cluster: tags: "team" and "TEAM" are/)]);
});
