import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  Fleet,
  type FleetApiVersion,
  type FleetUpdateGate,
  type FleetUpdateStage,
  FleetUpdateStrategy,
  type IFleet,
} from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID } from "../existing";
import { address, at, reference } from "../network/references";
import { findings, synthStack } from "../synth";
import { existing, grouped } from "./fleets";

const STAGES: FleetUpdateStage[] = [
  { name: "first", groups: ["canary"], afterStageWaitInSeconds: 3600 },
  { name: "then", groups: ["prod"] },
];

/** A strategy as Azure has it. */
const strategy = (stages: object[]) => ({ properties: { strategy: { stages } } });

/** What the stages are in a stack, where the app may not know all members. */
function sent(stages: FleetUpdateStage[], apiVersion?: FleetApiVersion): unknown {
  const stack = synthStack((scope) => void existing(scope).addUpdateStrategy("s", { stages, apiVersion }));
  return at(stack, "Old/UpdateStrategy-s/Resource").body;
}

function said(
  stages: FleetUpdateStage[],
  fleet: (scope: Construct) => IFleet = existing,
  apiVersion?: FleetApiVersion,
): string[] {
  return findings(
    (scope) =>
      void new FleetUpdateStrategy(scope, "S", { fleet: fleet(scope), name: "s", stages, apiVersion }),
  );
}

test("is made with its stages in order, at its name", () => {
  const stack = synthStack((scope) => {
    const fleet = grouped(scope);
    const strategy = fleet.addUpdateStrategy("canary-first", { stages: STAGES });
    expect(strategy).toMatchObject({ name: "canary-first", fleet });
  });
  expect(at(stack, "Fleet/UpdateStrategy-canary-first/Resource")).toEqual({
    type: "Microsoft.ContainerService/fleets/updateStrategies@2026-06-01",
    // azapi knows previews of it only.
    schema_validation_enabled: false,
    name: "canary-first",
    parent_id: reference(stack, "Fleet/Resource"),
    body: strategy([
      { name: "first", groups: [{ name: "canary" }], afterStageWaitInSeconds: 3600 },
      { name: "then", groups: [{ name: "prod" }] },
    ]),
    depends_on: [address(stack, "Fleet/east/Resource"), address(stack, "Fleet/west/Resource")],
  });
});

test("stages and groups have gates, and say how many members are upgraded at once", () => {
  const stages: FleetUpdateStage[] = [
    {
      name: "prod",
      maxConcurrency: "50%",
      beforeGates: [{ displayName: "Canaries are well" }],
      afterGates: [{ type: "Approval" }],
      groups: ["a", { name: "b", maxConcurrency: 3, beforeGates: [], afterGates: [{}] }],
    },
  ];
  expect(sent(stages)).toEqual(
    strategy([
      {
        name: "prod",
        maxConcurrency: "50%",
        beforeGates: [{ type: "Approval", displayName: "Canaries are well" }],
        afterGates: [{ type: "Approval" }],
        groups: [{ name: "a" }, { name: "b", maxConcurrency: "3", afterGates: [{ type: "Approval" }] }],
      },
    ]),
  );
});

test("in the preview, members are chosen by label, some may fail, and a gate waits for a time", () => {
  const stages: FleetUpdateStage[] = [
    {
      name: "one",
      memberSelector: "ring=canary",
      maxAllowedFailures: "10%",
      beforeGates: [{ type: "ScheduledStart", startDay: "Saturday", startTime: "02:00" }],
    },
    { name: "two", groups: [{ name: "rest", memberSelector: "ring!=canary", maxAllowedFailures: 0 }] },
  ];
  expect(sent(stages, "2026-06-02-preview")).toEqual(
    strategy([
      {
        name: "one",
        memberSelector: { byLabel: "ring=canary" },
        maxAllowedFailures: "10%",
        beforeGates: [
          {
            type: "ScheduledStart",
            scheduledStartConfiguration: { startDay: "Saturday", startTime: "02:00", utcOffset: "+00:00" },
          },
        ],
      },
      {
        name: "two",
        groups: [{ name: "rest", memberSelector: { byLabel: "ring!=canary" }, maxAllowedFailures: "0" }],
      },
    ]),
  );
});

test("a number that only Terraform knows is sent as text", () => {
  const stack = synthStack((scope) => {
    const maxConcurrency = new TerraformVariable(scope, "n", { type: "number" }).numberValue;
    existing(scope).addUpdateStrategy("s", { stages: [{ name: "one", groups: ["a"], maxConcurrency }] });
  });
  expect(at(stack, "Old/UpdateStrategy-s/Resource").body).toEqual(
    strategy([{ name: "one", groups: [{ name: "a" }], maxConcurrency: "${tostring(var.n)}" }]),
  );
});

test("is made once the members are in the groups that it names, also those that join later", () => {
  const stack = synthStack((scope) => {
    const fleet = grouped(scope);
    fleet.addUpdateStrategy("s", { stages: [{ name: "one", groups: ["canary"] }] });
    fleet.addMember("south", { cluster: cluster(scope, "south"), group: "canary" });
  });
  expect(at(stack, "Fleet/UpdateStrategy-s/Resource").depends_on).toEqual([
    address(stack, "Fleet/east/Resource"),
    address(stack, "Fleet/south/Resource"),
  ]);
});

test("is made for a fleet that exists, too", () => {
  const stack = synthStack((scope) => void existing(scope).addUpdateStrategy("s", { stages: STAGES }));
  expect(at(stack, "Old/UpdateStrategy-s/Resource").parent_id).toBe(FLEET_ID);
});

test("for a fleet that was imported outside a stack, the error says what to do", () => {
  expect(() =>
    synthStack((scope) => {
      existing(scope.node.root as Construct).addUpdateStrategy("s", { stages: STAGES });
    }),
  ).toThrow("[Old] the fleet was imported outside");
});

describe("checks", () => {
  test.each<[string, FleetUpdateStage[], string]>([
    ["no stage", [], "stages: is empty; add at least one stage with its groups."],
    [
      "no group",
      [{ name: "one", groups: [] }],
      'stages["one"].groups: has 0 groups, but Azure allows 1 to 50 in a stage; add one, or remove the stage.',
    ],
    [
      "too many groups",
      [{ name: "one", groups: Array.from({ length: 51 }, (_, index) => `g${index}`) }],
      'stages["one"].groups: has 51 groups, but Azure allows 1 to 50 in a stage; distribute them over several stages.',
    ],
    [
      "one stage's name twice",
      [
        { name: "one", groups: ["a"] },
        { name: "one", groups: ["b"] },
      ],
      'stages: two stages have the name "one"; give each its own name.',
    ],
    [
      "a group twice in a stage",
      [{ name: "one", groups: ["a", "a"] }],
      'stages["one"].groups: "a" is listed twice, but a cluster is upgraded only once in a run; list each group once.',
    ],
    [
      "a group in two stages",
      [
        { name: "one", groups: ["a"] },
        { name: "two", groups: ["b", "a"] },
      ],
      'stages["two"].groups: "a" is already in stage "one", but a cluster is upgraded only once in a run; list each group once.',
    ],
    [
      "a wait that is none",
      [{ name: "one", groups: ["a"], afterStageWaitInSeconds: -1 }],
      'stages["one"].afterStageWaitInSeconds: -1 is out of bounds; write a whole number of 0 or more.',
    ],
  ])("%s", (_, stages, finding) => {
    expect(said(stages)).toEqual([`stack/S: ${finding}`]);
  });

  const one = (more: Partial<FleetUpdateStage>): FleetUpdateStage => ({
    name: "one",
    groups: ["a"],
    ...more,
  });
  const gate = (more: object): Partial<FleetUpdateStage> => ({
    beforeGates: [
      { type: "ScheduledStart", startDay: "Monday", startTime: "02:00", ...more } as FleetUpdateGate,
    ],
  });

  test.each<[string, Partial<FleetUpdateStage>, string]>([
    [
      "nobody at once",
      { maxConcurrency: 0 },
      'stages["one"].maxConcurrency: is 0, but Azure takes whole numbers of 1 or more, or "1%" to "100%"; correct it.',
    ],
    [
      "a share that is none",
      { groups: [{ name: "a", maxConcurrency: "101%" }] },
      'stages["one"].groups["a"].maxConcurrency: is "101%", but Azure takes whole numbers of 1 or more, or "1%" to "100%"; correct it.',
    ],
    [
      "more at once in a group than in its stage",
      { maxConcurrency: 2, groups: [{ name: "a", maxConcurrency: 3 }] },
      'stages["one"].groups["a"].maxConcurrency: is 3, but the stage\'s maximum is 2; write 2 or less, or raise the stage\'s.',
    ],
    [
      "failures that are none",
      { maxAllowedFailures: -1 },
      'stages["one"].maxAllowedFailures: is -1, but Azure takes whole numbers of 0 or more, or "0%" to "100%"; correct it.',
    ],
    [
      "a gate of an unknown kind",
      { beforeGates: [{ type: "Manual" as never }] },
      'stages[0].beforeGates[0].type: "Manual" is not allowed; write one of "Approval" and "ScheduledStart".',
    ],
    [
      "a gate with too long a name",
      { afterGates: [{ displayName: "x".repeat(101) }] },
      'stages["one"].afterGates[0].displayName: has 101 characters, but Azure allows 1 to 100; shorten it.',
    ],
    [
      "a gate with an empty name",
      { groups: [{ name: "a", afterGates: [{ displayName: "" }] }] },
      'stages["one"].groups["a"].afterGates[0].displayName: has 0 characters, but Azure allows 1 to 100; leave it out.',
    ],
    [
      "an approval at a time",
      { beforeGates: [{ startDay: "Monday", startTime: "02:00" }] },
      'stages["one"].beforeGates[0]: "startDay" and "startTime" are only for a "ScheduledStart", but this gate is an "Approval"; remove them, or set the type.',
    ],
    [
      "a start without a time",
      gate({ startTime: undefined }),
      'stages["one"].beforeGates[0]: a "ScheduledStart" needs a startDay and a startTime; write e.g. "Saturday" and "02:00".',
    ],
    [
      "a time that is none",
      gate({ startTime: "24:00" }),
      'stages["one"].beforeGates[0].startTime: "24:00" is not a time of day; write e.g. "02:00" or "14:30".',
    ],
    [
      "an offset that is none",
      gate({ utcOffset: "+14:30" }),
      'stages["one"].beforeGates[0].utcOffset: "+14:30" is not a UTC offset; write "-14:00" to "+14:00".',
    ],
    [
      "a start after something",
      { afterGates: gate({}).beforeGates },
      'stages["one"].afterGates[0]: a "ScheduledStart" is only allowed before a stage or a group; move it to the beforeGates of the next one, or use an "Approval".',
    ],
    [
      "a selector that is none",
      { memberSelector: "ring=a=b" },
      'stages["one"].memberSelector: "ring=a=b" is not a label selector of at most 512 characters; write e.g. "ring=canary".',
    ],
  ])("%s", (_, more, finding) => {
    expect(said([one(more)], existing, "2026-06-02-preview")).toEqual([`stack/S: ${finding}`]);
  });

  test("what is in preview only is asked for", () => {
    const more: Partial<FleetUpdateStage> = {
      ...gate({}),
      maxAllowedFailures: 1,
      groups: [{ name: "a", memberSelector: "ring=a" }],
    };
    expect(said([one(more)])).toEqual(
      [
        'stages["one"].maxAllowedFailures:',
        'stages["one"].beforeGates: "ScheduledStart"',
        'stages["one"].groups["a"].memberSelector:',
      ].map(
        (what) =>
          `stack/S: ${what} is in preview, and not in the API version 2026-06-01; set apiVersion to "2026-06-02-preview", or leave it out.`,
      ),
    );
    expect(said([one(more)], existing, "2026-06-02-preview")).toEqual([]);
    expect(said([one(more)], existing, "2027-01-01")).toEqual([]);
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
    const stage = { name: "${var.name}", groups: [{ name: "${var.name}" }] };
    expect(at(stack, "Fleet/UpdateStrategy-s/Resource").body).toEqual(
      strategy([{ ...stage, groups: [...stage.groups, ...stage.groups] }, stage]),
    );
  });
});

describe("groups that no member is in", () => {
  const stages = [{ name: "one", groups: ["canary", "prd"] }];

  test("are named, where all members are known", () => {
    expect(said(stages, grouped)).toEqual([
      'stack/S: stages["one"].groups: no member of fleet "gbb-fleet" is in the update group "prd"; the groups of its members are "canary" and "prod". Set the group of a member, or remove this one.',
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

describe("selectors that no member has", () => {
  const labelled = (scope: Construct, labels?: Record<string, string>) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    fleet.addMember("east", { cluster: cluster(scope, "east"), labels: { ring: "canary" } });
    fleet.addMember("west", { cluster: cluster(scope, "west"), labels });
    return fleet;
  };
  const by = (memberSelector: string) => [{ name: "one", memberSelector }];
  const saidOf = (selector: string, labels?: Record<string, string>) =>
    said(by(selector), (scope) => labelled(scope, labels), "2026-06-02-preview");

  test("are named, where all labels are known", () => {
    expect(saidOf("ring=prd", { ring: "prod", env: "eu" })).toEqual([
      'stack/S: stages["one"].memberSelector: no member of fleet "gbb-fleet" matches "ring=prd"; the labels of its members are "env=eu", "ring=canary" and "ring=prod". Label a member, or select by another label.',
    ]);
  });

  test.each(["ring=canary", "ring in (canary,x)", "!env", "ring!=prod", "ring,ring=canary"])(
    "%s has one",
    (selector) => {
      expect(saidOf(selector, { ring: "prod", env: "eu" })).toEqual([]);
    },
  );

  test("are not judged where a member may have labels that the app doesn't give, or Azure gives them", () => {
    expect(saidOf("ring=prd")).toEqual([]);
    expect(saidOf("fleet.azure.com/location=westus", { ring: "prod" })).toEqual([]);
  });

  test("a group with a selector needs no member that names it", () => {
    const stages = [{ name: "one", groups: [{ name: "any", memberSelector: "ring=canary" }] }];
    expect(said(stages, grouped, "2026-06-02-preview")).toEqual([]);
  });
});

describe("a name twice", () => {
  test("in one fleet is refused, at the later one", () => {
    const found = findings((scope) => {
      new FleetUpdateStrategy(scope, "One", { fleet: existing(scope), name: "s", stages: STAGES });
      new FleetUpdateStrategy(scope, "Two", { fleet: existing(scope, "Again"), name: "s", stages: STAGES });
    });
    expect(found).toEqual([
      'stack/Two: name: "s" is also the name of the update strategy that stack/One creates in this fleet; give one of them another name.',
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
