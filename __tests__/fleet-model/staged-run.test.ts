import { stagedRun } from "../../lib/fleet-model/staged-run";
import { Unknown } from "../../lib/fleet-model/unknown";

const member = (name: string, labels: Record<string, string | Unknown>) => ({
  name,
  labels: { known: labels },
});
const env = (value: string) => ({ matchLabels: { env: value } });
const MEMBERS = [
  member("c", { env: "prod", order: "10" }),
  member("a", { env: "prod", order: "9" }),
  member("b", { env: "prod", order: "10" }),
  member("z", { env: "canary" }),
];

test("members come stage by stage, by the number of a label and then by their names", () => {
  const stages = [
    { name: "canary", labelSelector: env("canary") },
    { name: "prod", labelSelector: env("prod"), sortingLabelKey: "order", maxConcurrency: "70%" },
    { name: "none", labelSelector: env("test"), maxConcurrency: 3 },
  ];
  expect(stagedRun({ stages }, MEMBERS)).toEqual({
    stages: [
      { name: "canary", members: ["z"], atOnce: 1 },
      { name: "prod", members: ["a", "b", "c"], atOnce: 2 },
      { name: "none", members: [], atOnce: 3 },
    ],
  });
  const byName = [{ name: "all", labelSelector: {}, maxConcurrency: "1%" }];
  expect(stagedRun({ stages: byName }, MEMBERS)).toEqual({
    stages: [{ name: "all", members: ["a", "b", "c", "z"], atOnce: 1 }],
  });
});

test.each([
  [
    "one is in two stages",
    [
      { name: "all", labelSelector: {} },
      { name: "prod", labelSelector: env("prod") },
    ],
    "`a`",
  ],
  ["one is in none", [{ name: "prod", labelSelector: env("prod") }], ": z"],
  ["a stage without a selector has none", [{ name: "all" }], ": a, b, c, z"],
  ["one has no number", [{ name: "all", labelSelector: {}, sortingLabelKey: "order" }], "`z`"],
  [
    "a selector can't be read",
    [{ name: "all", labelSelector: { matchExpressions: [{ key: "env", operator: "Has" }] } }],
    '"Has"',
  ],
])("a run can't begin where %s", (_what, stages, text) => {
  const run = stagedRun({ stages }, MEMBERS);
  expect(run).toEqual({ stages: [], failure: expect.stringContaining(text) });
});

test("the order is unknown if its sorting label is", () => {
  const later = new Unknown("it is known only after apply");
  const stages = [{ name: "all", labelSelector: {}, sortingLabelKey: "order" }];
  expect(stagedRun({ stages }, [member("a", { order: later })])).toBeInstanceOf(Unknown);
  expect(
    stagedRun({ stages: [{ name: "prod", labelSelector: env("prod") }] }, [member("a", { env: later })]),
  ).toBeInstanceOf(Unknown);
});
