import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { Fleet, type FleetUpdateStage, FleetUpdateStrategy, type IFleet } from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID } from "../existing";
import { address, at, reference } from "../network/references";
import { findings, synthStack } from "../synth";
import { existing, grouped } from "./fleets";

const STAGES: FleetUpdateStage[] = [
  { name: "first", groups: ["canary"], afterStageWaitInSeconds: 3600 },
  { name: "then", groups: ["prod"] },
];

function said(stages: FleetUpdateStage[], fleet: (scope: Construct) => IFleet = existing): string[] {
  return findings(
    (scope) => void new FleetUpdateStrategy(scope, "S", { fleet: fleet(scope), name: "s", stages }),
  );
}

test("is made with its stages in order, at its name", () => {
  const stack = synthStack((scope) => {
    const fleet = grouped(scope);
    const strategy = fleet.addUpdateStrategy("canary-first", {
      stages: STAGES,
      dependsOn: fleet.members.flatMap(({ dependables }) => [...dependables]),
    });
    expect(strategy).toMatchObject({ name: "canary-first", fleet });
  });
  expect(at(stack, "Fleet/UpdateStrategy-canary-first/Resource")).toEqual({
    name: "canary-first",
    kubernetes_fleet_manager_id: reference(stack, "Fleet/Resource"),
    stage: [
      { name: "first", group: [{ name: "canary" }], after_stage_wait_in_seconds: 3600 },
      { name: "then", group: [{ name: "prod" }] },
    ],
    depends_on: [address(stack, "Fleet/east/Resource"), address(stack, "Fleet/west/Resource")],
  });
});

test("is made for a fleet that exists, too", () => {
  const stack = synthStack((scope) => void existing(scope).addUpdateStrategy("s", { stages: STAGES }));
  expect(at(stack, "Old/UpdateStrategy-s/Resource").kubernetes_fleet_manager_id).toBe(FLEET_ID);
});

test("for a fleet that was imported outside of a stack, the error says what to do", () => {
  expect(() =>
    synthStack((scope) => {
      existing(scope.node.root as Construct).addUpdateStrategy("s", { stages: STAGES });
    }),
  ).toThrow(
    "[Old] the fleet was imported outside of a stack, and a strategy is made in one; import the fleet",
  );
});

describe("checks", () => {
  test.each<[string, FleetUpdateStage[], string]>([
    ["no stage", [], "stages: is empty; name at least one stage with its groups."],
    [
      "no group",
      [{ name: "one", groups: [] }],
      'stages["one"].groups: has 0 groups, and Azure takes 1 to 50 in a stage; name one, or leave the stage out.',
    ],
    [
      "too many groups",
      [{ name: "one", groups: Array.from({ length: 51 }, (_, index) => `g${index}`) }],
      'stages["one"].groups: has 51 groups, and Azure takes 1 to 50 in a stage; spread them over several stages.',
    ],
    [
      "one stage's name twice",
      [
        { name: "one", groups: ["a"] },
        { name: "one", groups: ["b"] },
      ],
      'stages: there are two stages of the name "one"; give each a name of its own.',
    ],
    [
      "a group twice in a stage",
      [{ name: "one", groups: ["a", "a"] }],
      'stages["one"].groups: "a" is there twice, and a cluster is upgraded once in a run; name each group once.',
    ],
    [
      "a group in two stages",
      [
        { name: "one", groups: ["a"] },
        { name: "two", groups: ["b", "a"] },
      ],
      'stages["two"].groups: "a" is in stage "one" already, and a cluster is upgraded once in a run; name each group once.',
    ],
    [
      "a wait that is none",
      [{ name: "one", groups: ["a"], afterStageWaitInSeconds: -1 }],
      'stages["one"].afterStageWaitInSeconds: -1 is out of bounds; write a whole number of 0 or more.',
    ],
  ])("%s", (_, stages, finding) => {
    expect(said(stages)).toEqual([`stack/S: ${finding}`]);
  });

  test("names of the strategy, of stages and of groups", () => {
    const found = findings((scope) => {
      existing(scope).addUpdateStrategy("My_s", { stages: [{ name: "One", groups: ["A_b"] }] });
    });
    expect(found).toEqual([
      expect.stringContaining('name: Azure refuses "My_s" as the name of an update strategy'),
      expect.stringContaining('stages[0].name: Azure refuses "One" as the name of an update stage'),
      expect.stringContaining('stages["One"].groups: Azure refuses "A_b" as the name of an update group'),
    ]);
  });

  test("50 groups, and no wait or a long one, are accepted", () => {
    const groups = Array.from({ length: 50 }, (_, index) => `g${index}`);
    expect(said([{ name: "one", groups, afterStageWaitInSeconds: 0 }])).toEqual([]);
    expect(said([{ name: "one", groups, afterStageWaitInSeconds: 2 ** 31 - 1 }])).toEqual([]);
  });

  test("what only Terraform knows is passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const name = new TerraformVariable(scope, "name", { type: "string" }).stringValue;
      grouped(scope).addUpdateStrategy("s", {
        stages: [
          { name, groups: [name, name] },
          { name, groups: [name] },
        ],
      });
    });
    const stage = { name: "${var.name}", group: [{ name: "${var.name}" }] };
    expect(at(stack, "Fleet/UpdateStrategy-s/Resource").stage).toEqual([
      { ...stage, group: [...stage.group, ...stage.group] },
      stage,
    ]);
  });
});

describe("groups that no member is in", () => {
  const stages = [{ name: "one", groups: ["canary", "prd"] }];

  test("are named, where all members are known", () => {
    expect(said(stages, grouped)).toEqual([
      'stack/S: stages["one"].groups: no member of fleet "gbb-fleet" is in the update group "prd"; the groups of its members are "canary" and "prod". Set the group of a member, or leave this one out.',
    ]);
  });

  test("are named each once, in whatever stages they are", () => {
    const found = said(
      [
        { name: "one", groups: ["a", "b", "b"] },
        { name: "two", groups: ["c"] },
      ],
      grouped,
    );
    const missing = found.flatMap((text) => /in the update group "(\w)"/.exec(text)?.[1] ?? []);
    expect(missing).toEqual(["a", "b", "c"]);
  });

  test("members may join after the strategy is made, and without a group", () => {
    const found = findings((scope) => {
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      fleet.addUpdateStrategy("s", { stages: [{ name: "one", groups: ["canary"] }] });
      fleet.addMember("east", { cluster: cluster(scope, "east") });
      fleet.addMember("west", { cluster: cluster(scope, "west"), group: "canary" });
    });
    expect(found).toEqual([]);
  });

  test.each([
    ["there may be other members", undefined, 0],
    ["a member's group is not told", { a: { memberName: "a", group: "canary" }, b: { memberName: "b" } }, 0],
    [
      "a member is told to have none",
      { a: { memberName: "a", group: "canary" }, b: { memberName: "b", group: "" } },
      1,
    ],
  ])("of a fleet that exists, where %s", (_, members, count) => {
    const fleet = (scope: Construct) => Fleet.fromFleetId(scope, "Old", FLEET_ID, { members });
    expect(said(stages, fleet)).toHaveLength(count);
  });

  test("a group that only Terraform knows may be any", () => {
    const found = said(stages, (scope) => {
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      const group = new TerraformVariable(scope, "group", { type: "string" }).stringValue;
      fleet.addMember("east", { cluster: cluster(scope, "east"), group });
      return fleet;
    });
    expect(found).toEqual([]);
  });
});

describe("a name twice", () => {
  test("in one fleet is refused, at the later one", () => {
    const found = findings((scope) => {
      new FleetUpdateStrategy(scope, "One", { fleet: existing(scope), name: "s", stages: STAGES });
      new FleetUpdateStrategy(scope, "Two", { fleet: existing(scope, "Again"), name: "s", stages: STAGES });
    });
    expect(found).toEqual([
      'stack/Two: name: "s" is also the name of the update strategy that stack/One makes in this fleet; give one of them another name.',
    ]);
  });

  test("from the same fleet's method gets as far as the check", () => {
    const found = findings((scope) => {
      const fleet = existing(scope);
      fleet.addUpdateStrategy("s", { stages: STAGES });
      fleet.addUpdateStrategy("s", { stages: STAGES });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Old\/UpdateStrategy-s-2: name: "s" is also/)]);
  });

  test("in two fleets is none of this", () => {
    const found = findings((scope) => {
      existing(scope).addUpdateStrategy("s", { stages: STAGES });
      grouped(scope).addUpdateStrategy("s", { stages: STAGES });
    });
    expect(found).toEqual([]);
  });
});
