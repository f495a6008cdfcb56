import { LOCATION_LABEL } from "../../lib/fleet-api/labels";
import type { Outcome } from "../../lib/fleet-model/answer";
import type { Binding } from "../../lib/fleet-model/binding";
import type { Cycle } from "../../lib/fleet-model/cycle";
import { type Member, plannedMember } from "../../lib/fleet-model/member";
import type { ClusterSelectorTerm, Policy, PreferredClusterSelector } from "../../lib/fleet-model/policy";
import { schedule } from "../../lib/fleet-model/schedule";
import { isUnknown, Unknown, type WithUnknowns } from "../../lib/fleet-model/unknown";
import { cycleOf, type SchedulingVector, schedulingVectors } from "./vectors";

/** The model's answer, in the form of the vectors. */
function answer(vector: SchedulingVector): SchedulingVector["result"] {
  const { outcome } = schedule(cycleOf(vector));
  if (isUnknown(outcome)) {
    throw new Error(`not known: ${outcome.why}`);
  }
  const { status, bindings, rounds, failure } = outcome;
  const decisions = status?.decisions ?? [];
  return JSON.parse(
    JSON.stringify({
      selected: decisions.filter(({ isChosen }) => isChosen === true).map(({ cluster }) => cluster),
      decisions: decisions.map(({ cluster, isChosen, reason, scores }) => ({
        cluster,
        selected: isChosen,
        reason,
        scores: scores && [scores.affinity, scores.topologySpread],
      })),
      condition: status?.condition,
      bindings: bindings.map(({ cluster, state, isCurrent, previousState, scores, isDeleting, isNew }) => ({
        cluster,
        state,
        current: isCurrent,
        previousState,
        scores: scores && [scores.affinity, scores.topologySpread],
        deleting: isDeleting,
        created: isNew ?? false,
      })),
      rounds,
      error: failure,
    }),
  );
}

describe("the answers of the fleet's scheduler", () => {
  test.each([...new Set(schedulingVectors.map(({ kind }) => kind))])("%s", (kind) => {
    for (const vector of schedulingVectors.filter((each) => each.kind === kind)) {
      const { id } = vector;
      const { error = "", panic, ...expected } = vector.result;
      const { error: failure = "", ...actual } = answer(vector);
      if (panic) {
        expect({ id, failure }).toEqual({ id, failure: expect.stringContaining("maxSkew") });
        continue;
      }
      // The events of the cycle and the finalizers of bindings are none of the model's.
      const { events, ...result } = expected as typeof expected & { events?: unknown };
      const bindings = result.bindings?.map(({ finalizers, ...binding }) => binding);
      expect({ id, ...actual }).toEqual({ id, ...result, bindings });
      expect({ id, failed: failure !== "" }).toEqual({ id, failed: error !== "" });
      // The model names one thing that is wrong with a selector, and no rule in words.
      expect(error.replace("selector: [", "selector: ")).toContain(failure);
    }
  });
});

const UNKNOWN = new Unknown("only Terraform knows it");
const [EAST, WEST, NORTH] = [
  plannedMember({ name: "east", location: "eastus", labels: { tier: "gold" } }),
  plannedMember({ name: "west", location: "westus", labels: { tier: "base" } }),
  plannedMember({ name: "north", location: "eastus", labels: { tier: "base" } }),
];
const MEMBERS = [EAST, WEST, NORTH];

/** Each member's name, or a question mark, with + if it is chosen, - if not and ? if that isn't known. */
function chosen(cycle: Partial<Cycle>): string {
  return schedule({ members: MEMBERS, ...cycle })
    .decisions.map(({ cluster, isChosen }) => {
      const sign = isUnknown(isChosen) ? "?" : isChosen ? "+" : "-";
      return `${sign}${isUnknown(cluster) ? "?" : cluster}`;
    })
    .join(" ");
}

function required(...clusterSelectorTerms: ClusterSelectorTerm[]): Policy {
  return {
    placementType: "PickAll",
    affinity: {
      clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
    },
  };
}

function preferred(numberOfClusters: number, ...terms: WithUnknowns<PreferredClusterSelector>[]) {
  return {
    placementType: "PickN",
    numberOfClusters,
    affinity: { clusterAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } },
  };
}

const gold = { labelSelector: { matchLabels: { tier: "gold" } } };
const nodes = { name: "kubernetes-fleet.io/node-count", sortOrder: "Descending" };
const bySize = { weight: 10, preference: { propertySorter: nodes } };
const large = {
  propertySelector: { matchExpressions: [{ name: nodes.name, operator: "Ge", values: ["3"] }] },
};

describe("known results before a deployment", () => {
  test("every member", () => {
    expect(chosen({})).toBe("+east +north +west");
    expect(schedule({ members: MEMBERS }).outcome).not.toBeInstanceOf(Unknown);
  });

  test("members by their labels, and of their properties nothing", () => {
    expect(chosen({ policy: required(gold) })).toBe("+east -north -west");
    expect(chosen({ policy: required(large) })).toBe("?east ?north ?west");
    expect(chosen({ policy: required({ ...gold, ...large }) })).toBe("?east -north -west");
    expect(chosen({ policy: required(gold, large) })).toBe("+east ?north ?west");
  });

  test("the best, unless unknowns can outweigh it", () => {
    const favourite = { weight: 11, preference: gold };
    expect(chosen({ policy: preferred(1, favourite, bySize) })).toBe("+east -west -north");
    expect(chosen({ policy: preferred(2, favourite, bySize) })).toBe("+east ?west ?north");
    // By size alone any may be the best.
    expect(chosen({ policy: preferred(1, { ...favourite, weight: 10 }, bySize) })).toBe("?east ?west ?north");
    expect(chosen({ policy: preferred(2, { weight: -11, preference: gold }, bySize) })).toBe(
      "+west +north -east",
    );
  });

  test("all are chosen if there are no more than wanted", () => {
    const { decisions, outcome } = schedule({ members: MEMBERS, policy: preferred(3, bySize) });
    expect(decisions.map(({ isChosen }) => isChosen)).toEqual([true, true, true]);
    // What they score isn't known, nor their order.
    expect(decisions.map(({ scores }) => scores)).toEqual([undefined, undefined, undefined]);
    expect(outcome).toBeInstanceOf(Unknown);
  });

  test("who is left of those that are worse for sure", () => {
    const members = [
      ...MEMBERS,
      plannedMember({ name: "south", location: "southus", labels: { tier: "base" } }),
    ];
    const terms = [{ weight: 50, preference: { labelSelector: { matchLabels: { tier: "base" } } } }, bySize];
    expect(chosen({ members, policy: preferred(2, ...terms) })).toBe("?west ?south ?north -east");
  });

  test("the name decides between equals", () => {
    expect(chosen({ policy: preferred(1) })).toBe("+west -north -east");
    const nameless = { ...EAST, name: UNKNOWN };
    expect(chosen({ members: [nameless, WEST, NORTH], policy: preferred(2) })).toBe("+west ?north ??");
    expect(chosen({ members: [nameless, WEST, NORTH], policy: preferred(3) })).toBe("+west +north +?");
  });

  test("the members of a PickFixed", () => {
    const fixed = (...clusterNames: (string | Unknown)[]) => ({ placementType: "PickFixed", clusterNames });
    expect(chosen({ policy: fixed("west", "south") })).toBe("+west -south -east -north");
    expect(chosen({ policy: fixed("west", "south"), otherMembers: UNKNOWN })).toBe(
      "+west ?south -east -north",
    );
    expect(chosen({ policy: fixed("west", UNKNOWN) })).toBe("+west ?? ?east ?north");
    const members = [{ ...EAST, name: UNKNOWN }, WEST, NORTH];
    expect(chosen({ members, policy: fixed("west", "east") })).toBe("+west ?east ?? -north");
    expect(chosen({ members, policy: fixed("west", "north") })).toBe("+west +north -?");
    expect(chosen({ policy: { placementType: "PickFixed", clusterNames: UNKNOWN } })).toBe(
      "?east ?north ?west",
    );
  });

  test("nothing about other possible members, except what doesn't depend on them", () => {
    const otherMembers = UNKNOWN;
    expect(chosen({ otherMembers })).toBe("+east +north +west");
    expect(schedule({ members: MEMBERS, otherMembers }).outcome).toBe(UNKNOWN);
    expect(chosen({ otherMembers, policy: preferred(3) })).toBe("?east ?north ?west");
  });

  test("a placement keeps its choices", () => {
    const bindings: Binding[] = [{ cluster: "west", state: "Bound", isCurrent: true }];
    expect(chosen({ bindings, policy: required(large) })).toBe("+west ?east ?north");
    expect(chosen({ bindings: UNKNOWN, policy: required(gold) })).toBe("+east ?north ?west");
    expect(chosen({ bindings: UNKNOWN, policy: preferred(1) })).toBe("?east ?north ?west");
    const [, , ...rest] = MEMBERS;
    const members = [...rest, { ...EAST, isLeaving: true }, { ...WEST, isLeaving: UNKNOWN }];
    expect(chosen({ members, bindings })).toBe("+north ?west -east");
  });

  test("the choices, but not the bindings, if earlier ones are unknown", () => {
    for (const policy of [null, { placementType: "PickFixed", clusterNames: ["east", "north", "west"] }]) {
      const { decisions, outcome } = schedule({ members: MEMBERS, policy, bindings: UNKNOWN });
      expect(decisions.map(({ isChosen }) => isChosen)).toEqual([true, true, true]);
      expect(outcome).toBe(UNKNOWN);
    }
  });

  test("only which members can't be chosen, if the number or kind is unknown", () => {
    const { affinity } = required(gold) as { affinity: object };
    const policy = { placementType: "PickN", numberOfClusters: UNKNOWN, affinity };
    expect(chosen({ policy })).toBe("?east -north -west");
    expect(chosen({ policy: { placementType: UNKNOWN } })).toBe("?east ?north ?west");
    expect(chosen({ policy: UNKNOWN })).toBe("?east ?north ?west");
  });

  test("nothing, if a binding without its previous state can stop the scheduler", () => {
    const bindings: Binding[] = [{ cluster: "west", state: "Unscheduled", isCurrent: true }];
    const ready = { bindings: [{ ...bindings[0], previousState: "Bound" } as Binding] };
    const favourite = { weight: 11, preference: gold };
    const spread = {
      topologySpreadConstraints: [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }],
    };
    // Which of the two in the east comes first depends on their sizes; west comes last.
    const inEast = { labelSelector: { matchLabels: { [LOCATION_LABEL]: "eastus" } } };
    const members = [EAST, { ...WEST, agent: UNKNOWN }, NORTH];
    for (const [cycle, usual, stopped] of [
      [{ policy: required(gold, large) }, "+east ?north ?west", "?east ?north ?west"],
      [{ policy: preferred(2, favourite, bySize) }, "+east ?west ?north", "?east ?north ?west"],
      [
        { members, policy: { placementType: "PickFixed", clusterNames: ["east", "west"] } },
        "+east ?west -north",
        "?east ?north ?west",
      ],
      [
        { policy: { ...preferred(3, { weight: 100, preference: inEast }, bySize), ...spread } },
        "+east +north +west",
        "?east ?north ?west",
      ],
    ] as const) {
      expect(chosen({ ...cycle, ...ready })).toBe(usual);
      expect(chosen({ ...cycle, bindings })).toBe(stopped);
    }
  });

  test("after a possible stop, the rest is unknown", () => {
    const bad = {
      propertySelector: { matchExpressions: [{ name: nodes.name, operator: "Ge", values: ["three"] }] },
    };
    const { decisions } = schedule({ members: MEMBERS, policy: required({ ...gold, ...bad }) });
    expect(decisions.map(({ cluster, isChosen }) => [cluster, isUnknown(isChosen)])).toEqual([
      ["east", true],
      ["north", false],
      ["west", false],
    ]);
    expect(decisions[0]?.reason).toContain("three");
  });
});

describe("a spread before a deployment", () => {
  const zones = [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }];
  const byLocation = (whenUnsatisfiable: string | Unknown, maxSkew: number | Unknown = 1) => ({
    topologySpreadConstraints: [{ topologyKey: LOCATION_LABEL, maxSkew, whenUnsatisfiable }],
  });

  test("is known if the locations are", () => {
    expect(chosen({ policy: { ...preferred(2), ...byLocation("DoNotSchedule") } })).toBe(
      "+north +west -east",
    );
    const { outcome } = schedule({
      members: MEMBERS,
      policy: { ...preferred(2), ...byLocation("DoNotSchedule") },
    });
    expect(outcome).toMatchObject({ rounds: [["west"], ["north"]] });
  });

  test("goes on as long as the next one is known", () => {
    // West is the first by its name; after it, it depends on the sizes which of the two in the east comes.
    const policy = {
      ...preferred(
        2,
        { weight: 100, preference: { labelSelector: { matchLabels: { [LOCATION_LABEL]: "westus" } } } },
        bySize,
      ),
      ...byLocation("DoNotSchedule"),
    };
    expect(chosen({ policy })).toBe("+west ?east ?north");
  });

  test("chooses all if it excludes none and there are no more than wanted", () => {
    expect(chosen({ policy: { ...preferred(3, bySize), ...byLocation("ScheduleAnyway") } })).toBe(
      "+east +north +west",
    );
    expect(chosen({ policy: { ...preferred(3, bySize), ...byLocation("DoNotSchedule") } })).toBe(
      "?east ?north ?west",
    );
    expect(chosen({ policy: { ...preferred(3), ...byLocation(UNKNOWN) } })).toBe("?east ?north ?west");
    expect(chosen({ policy: { ...preferred(3), ...byLocation("ScheduleAnyway", UNKNOWN) } })).toBe(
      "+east +north +west",
    );
  });

  test("is open after a member whose name isn't known", () => {
    const members = [{ ...EAST, name: UNKNOWN }, WEST, NORTH];
    const policy = { ...preferred(2, { weight: 100, preference: gold }), ...byLocation("ScheduleAnyway") };
    expect(chosen({ members: [EAST, WEST, NORTH], policy })).toBe("+west +east -north");
    expect(chosen({ members, policy: { ...policy, topologySpreadConstraints: zones } })).toBe(
      "?north ?west ??",
    );
  });

  test("is unknown if a location is, even that of an ineligible member", () => {
    const tainted = { ...EAST, taints: [{ key: "gpu", effect: "NoSchedule" }] };
    const members = [{ ...tainted, labels: { known: {}, others: UNKNOWN } }, WEST, NORTH];
    expect(chosen({ members, policy: { ...preferred(1), ...byLocation("DoNotSchedule") } })).toBe(
      "?north ?west -east",
    );
  });
});

describe("a member's state", () => {
  const now = new Date("2026-01-01T01:00:00Z");
  const at = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const agent = { lastHeartbeat: at(1), isJoined: true, health: { isHealthy: true, since: at(60) } };
  const stateOf = (member: Partial<Member>, when: Date | undefined = now) =>
    chosen({ members: [{ ...EAST, ...member }], now: when }).charAt(0);

  test("is known if one of its parts decides", () => {
    expect(stateOf({ agent })).toBe("+");
    expect(stateOf({ agent: undefined })).toBe("-");
    expect(stateOf({ agent: UNKNOWN })).toBe("?");
    expect(stateOf({ isLeaving: UNKNOWN })).toBe("?");
    expect(stateOf({ isLeaving: UNKNOWN, agent: undefined })).toBe("-");
    expect(stateOf({ agent: { ...agent, isJoined: UNKNOWN } })).toBe("?");
    expect(stateOf({ agent: { ...agent, lastHeartbeat: UNKNOWN, isJoined: false } })).toBe("-");
    expect(stateOf({ agent: { ...agent, health: UNKNOWN } })).toBe("?");
    expect(stateOf({ agent: { ...agent, health: { isHealthy: UNKNOWN, since: at(4) } } })).toBe("+");
    expect(stateOf({ agent: { ...agent, health: { isHealthy: UNKNOWN, since: at(6) } } })).toBe("?");
    expect(stateOf({ agent: { ...agent, health: { isHealthy: false, since: UNKNOWN } } })).toBe("?");
    expect(stateOf({ taints: UNKNOWN })).toBe("?");
    expect(stateOf({ taints: [{ key: UNKNOWN, effect: "NoSchedule" }] })).toBe("-");
  });

  test("depends on the time", () => {
    const withoutTime = chosen({ members: [{ ...EAST, agent }] });
    expect(withoutTime).toBe("?east");
    expect(chosen({ members: [{ ...EAST, agent: { ...agent, isJoined: false } }] })).toBe("-east");
  });
});

describe("a placement that can't be scheduled", () => {
  test("reports why, and keeps its choices", () => {
    const bindings: Binding[] = [{ cluster: "west", state: "Bound", isCurrent: true }];
    for (const numberOfClusters of [undefined, -1, Number.NaN]) {
      const policy = { placementType: "PickN", numberOfClusters };
      const { outcome } = schedule({ members: MEMBERS, bindings, policy });
      expect(outcome).toEqual({
        failure: expect.stringContaining("number-of-clusters"),
        bindings,
        rounds: [[]],
      });
    }
    expect(chosen({ bindings, policy: { placementType: "PickN" } })).toBe("-east -north -west");
  });

  test("reports what certainly stops it, even if something else may, too", () => {
    const bad = (value: string, team: string) => ({
      labelSelector: { matchLabels: { team } },
      propertySelector: { matchExpressions: [{ name: nodes.name, operator: "Ge", values: [value] }] },
    });
    const properties = { known: { [nodes.name]: "3" } };
    const [one, other] = ["a", "b"].map((name) => ({
      ...plannedMember({ name, location: "eastus", labels: { team: name === "a" ? UNKNOWN : "pay" } }),
      properties,
    })) as [Member, Member];
    const policy = required(bad("three", "shop"), bad("four", "pay"));
    for (const members of [
      [one, other],
      [{ ...one, name: "c" }, other],
    ]) {
      expect(schedule({ members, policy }).outcome).toMatchObject({
        failure: expect.stringContaining("four"),
      });
    }
  });

  test("may be one if an ineligible member may be scored", () => {
    const upwards = { weight: 1, preference: { propertySorter: { ...nodes, sortOrder: "Up" } } };
    const sized = (name: string, size: string, labels: Record<string, string | Unknown>): Member => ({
      ...plannedMember({ name, location: "eastus", labels }),
      properties: { known: { [nodes.name]: size } },
    });
    const members = [sized("a", "1", { tier: UNKNOWN }), sized("b", "2", { tier: "base" })];
    const { affinity } = preferred(1, upwards);
    const policy = {
      ...preferred(1),
      affinity: {
        clusterAffinity: {
          ...affinity.clusterAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms: [gold] },
        },
      },
    };
    expect(chosen({ members, policy })).toBe("?a -b");
    expect(
      schedule({ members: [sized("a", "1", { tier: "gold" }), ...members], policy }).outcome,
    ).toMatchObject({
      failure: expect.stringContaining("Up"),
    });
  });

  test("may be one in a later cycle, even for its choices", () => {
    const bindings: Binding[] = [{ cluster: "south", state: "Bound", isCurrent: true }];
    const spread = (maxSkew?: number) => ({
      topologySpreadConstraints: [
        { topologyKey: LOCATION_LABEL, maxSkew, whenUnsatisfiable: "DoNotSchedule" },
      ],
    });
    const apart = { ...plannedMember({ name: "south", location: "southus" }), labels: { known: {} } };
    const policies = [1, undefined].map((maxSkew) => ({ ...preferred(4, bySize), ...spread(maxSkew) }));
    // The scheduler crashes where a constraint is violated that has no limit.
    expect(policies.map((policy) => chosen({ members: [...MEMBERS, apart], bindings, policy }))).toEqual([
      "+south ?east ?north ?west",
      "?east ?north ?south ?west",
    ]);

    // One that the spread refuses now is scored when it no longer does.
    const sized = ["south", "south-2"].map((name, index) => ({
      ...plannedMember({ name, location: "southus" }),
      properties: { known: { [nodes.name]: String(index) } },
    }));
    const others = MEMBERS.map((member) => ({ ...member, properties: { known: {} } }));
    const sort = (sortOrder: string) => ({
      ...preferred(
        3,
        { weight: 1, preference: { propertySorter: { ...nodes, sortOrder } } },
        { weight: 2, preference: { labelSelector: { matchLabels: { tier: UNKNOWN } } } },
      ),
      ...spread(1),
    });
    expect(
      ["Ascending", "Up"].map((order) =>
        chosen({ members: [...others, ...sized], bindings, policy: sort(order) }),
      ),
    ).toEqual(["+south ?east ?north ?south-2 ?west", "?east ?north ?south ?south-2 ?west"]);
  });

  test("ends, regardless of a binding's previous state", () => {
    const topologySpreadConstraints = [{ topologyKey: LOCATION_LABEL, maxSkew: 1 }];
    const policy = { ...preferred(3), topologySpreadConstraints };
    for (const binding of [{ state: "Unscheduled", previousState: "Unscheduled" }, { state: "" }]) {
      const bindings = [{ ...binding, cluster: "west", isCurrent: false } as unknown as Binding];
      expect(schedule({ members: MEMBERS, bindings, policy }).outcome).toMatchObject({
        failure: expect.stringContaining("previous state"),
      });
    }
  });

  test("is ignored if the fleet doesn't know its kind", () => {
    const { decisions, outcome } = schedule({ members: [EAST], policy: { placementType: "PickSome" } });
    expect(decisions).toMatchObject([{ isChosen: false, reason: expect.stringContaining("PickSome") }]);
    expect(outcome).toEqual({ bindings: [], rounds: [[]] });
  });
});

describe("a status", () => {
  const many = Array.from({ length: 25 }, (_, index) =>
    plannedMember({ name: `m${String(index).padStart(2, "0")}`, location: "eastus" }),
  );
  const namesOf = (cycle: Cycle) =>
    (schedule(cycle).outcome as Outcome).status?.decisions.map(({ cluster }) => cluster) ?? [];

  test("lists at most 20 others, including ones that are still chosen", () => {
    const bindings: Binding[] = [{ cluster: "m03", state: "Bound", isCurrent: true }];
    const names = namesOf({ members: many, bindings, policy: required(gold) });
    expect(names).toHaveLength(20);
    expect(names.slice(0, 5)).toEqual(["m03", "m00", "m01", "m02", "m04"]);
    expect(schedule({ members: many, bindings, policy: required(gold) }).decisions).toHaveLength(25);
  });

  test("leaves out of the others those that only a spread wouldn't choose again", () => {
    const tainted = { ...WEST, taints: [{ key: "gpu", effect: "NoSchedule" }] };
    const bindings: Binding[] = [{ cluster: "m03", state: "Bound", isCurrent: true }];
    const policy = {
      ...preferred(2),
      topologySpreadConstraints: [{ topologyKey: LOCATION_LABEL, maxSkew: 1 }],
    };
    expect(namesOf({ members: [...many, tainted], bindings, policy })).toHaveLength(21);
  });

  test("lists everything that a PickFixed names", () => {
    const clusterNames = Array.from({ length: 30 }, (_, index) => `missing-${index}`);
    expect(namesOf({ members: many, policy: { placementType: "PickFixed", clusterNames } })).toEqual(
      clusterNames,
    );
  });

  test("lists new choices first, then those of an older policy, then those already rolled out to", () => {
    const members = [...MEMBERS, plannedMember({ name: "south", location: "southus" })];
    const bindings: Binding[] = [
      { cluster: "east", state: "Bound", isCurrent: true },
      { cluster: "north", state: "Scheduled", isCurrent: true },
      { cluster: "south", state: "Bound", isCurrent: false },
    ];
    for (const policy of [null, preferred(4)]) {
      expect(namesOf({ members, bindings, policy })).toEqual(["west", "south", "north", "east"]);
    }
  });
});

test("an answer's bindings are the next question's", () => {
  const policy = preferred(2);
  const { outcome } = schedule({ members: MEMBERS, policy });
  const { bindings } = outcome as Outcome;
  const fewer = { members: [EAST, NORTH], policy };
  expect(bindings.map(({ cluster, isNew }) => [cluster, isNew])).toEqual([
    ["north", true],
    ["west", true],
  ]);
  expect(chosen({ ...fewer, bindings })).toBe("+east +north");
  const next = schedule({ ...fewer, bindings }).outcome as Outcome;
  expect(next.bindings.map(({ cluster, state, isNew }) => [cluster, state, isNew])).toEqual([
    ["east", "Scheduled", true],
    ["north", "Scheduled", undefined],
    ["west", "Unscheduled", undefined],
  ]);
});
