import type { ClusterStatus, Condition, MemberCluster, Placement } from "../../../lib/command/client/objects";
import { follow } from "../../../lib/command/live/follow";
import { judgePlacement } from "../../../lib/command/live/placement-status";
import { lookAtPlacement } from "../../../lib/command/live/wait-placement";
import { PassingProblem } from "../../../lib/command/terminal/problems";
import { FakeClock } from "../fake-clock";
import { FakeHub } from "../fake-hub";
import { condition, heard, member, onCluster, placement } from "../objects";

const EAST = "aks-eastus2";
const WEST = "aks-westus2";
const storeFront = {
  kind: "Deployment",
  name: "store-front",
  namespace: "aks-store-demo",
  condition: condition("Available", "False", { message: "Manifest is not\navailable yet" }),
};
const complete = placement([onCluster(EAST), onCluster(WEST)]);
const half = placement([onCluster(WEST, false, { failedPlacements: [storeFront] }), onCluster(EAST)]);

function scheduled(status: "True" | "False" | "Unknown", message: string, reason = ""): Placement {
  const bare = placement([]);
  bare.status = { conditions: [condition("ClusterResourcePlacementScheduled", status, { message, reason })] };
  return bare;
}

describe("what a status means", () => {
  test("available on all", () => {
    expect(judgePlacement(complete, [EAST])).toEqual({
      state: "done",
      line: `available on 2 of 2 clusters (${EAST}, ${WEST})`,
    });
  });

  test("names what is not available, and where", () => {
    expect(judgePlacement(half, [])).toMatchObject({
      state: "waiting",
      line: "available on 1 of 2 clusters; aks-westus2: Deployment store-front not available (Manifest is not available yet)",
    });
  });

  test("says how many more failed", () => {
    const failedPlacements = [
      storeFront,
      storeFront,
      storeFront,
      { ...storeFront, condition: condition("Applied", "False") },
    ];
    const { line } = judgePlacement(placement([onCluster(EAST, false, { failedPlacements })]), []);
    expect(line).toMatch(/^available on 0 of 1 cluster; .* and 2 more$/);
  });

  test("without failures, names the step where a cluster stands", () => {
    const conditions = [
      condition("RolloutStarted"),
      condition("Overridden"),
      condition("WorkSynchronized", "False", { message: "still syncing" }),
    ];
    const started = placement([
      { clusterName: EAST, conditions },
      { clusterName: WEST, conditions: [] },
    ]);
    expect(judgePlacement(started, []).line).toBe(
      `available on 0 of 2 clusters; ${EAST}: still syncing; ${WEST}: waiting for RolloutStarted`,
    );
  });

  test("conditions of an older generation say nothing", () => {
    const changed = structuredClone(complete);
    changed.metadata.generation = 2;
    expect(judgePlacement(changed, [])).toMatchObject({
      state: "waiting",
      line: "the hub has not scheduled generation 2 yet",
    });
    // Scheduled anew, but still available only as of the old generation.
    const [first] = changed.status?.conditions ?? [];
    if (first) first.observedGeneration = 2;
    expect(judgePlacement(changed, [])).toMatchObject({
      state: "waiting",
      line: expect.stringMatching(/^available on 0 of 2/),
    });
  });

  test("scheduling not finished is waited for", () => {
    expect(judgePlacement(scheduled("Unknown", "Scheduling has not completed"), []).state).toBe("waiting");
  });

  test("can't be scheduled: the reason, of each cluster too", () => {
    const refused = scheduled("False", "could not find all clusters", "SchedulingPolicyUnfulfilled");
    refused.status = {
      ...refused.status,
      placementStatuses: [
        { conditions: [condition("Scheduled", "False", { message: `${WEST} is tainted` })] },
      ],
    };
    expect(judgePlacement(refused, [])).toMatchObject({
      state: "hopeless",
      line: `it can't be scheduled: could not find all clusters; ${WEST} is tainted`,
      advice: expect.stringContaining("kubectl get memberclusters --show-labels"),
    });
  });

  test("refused selectors", () => {
    const refused = scheduled("False", "The selectors are invalid", "InvalidResourceSelectors");
    expect(judgePlacement(refused, [])).toMatchObject({
      state: "hopeless",
      line: "its resource selectors are invalid: The selectors are invalid",
    });
  });

  test("scheduled on no cluster", () => {
    expect(
      judgePlacement(scheduled("True", "found all cluster needed, found 0 cluster(s)"), []),
    ).toMatchObject({
      state: "hopeless",
      line: "no cluster is chosen: found all cluster needed, found 0 cluster(s)",
      advice: expect.stringContaining("short name"),
    });
  });

  test("a wanted cluster that is no member", () => {
    expect(judgePlacement(complete, ["aks-nowhere"], [member(WEST), member(EAST)])).toMatchObject({
      state: "hopeless",
      line: `aks-nowhere isn't a member of this fleet: its members are ${EAST}, ${WEST}`,
      members: "absent",
    });
  });

  test.each<[string, Placement]>([
    ["chooses no cluster", scheduled("True", "found all cluster needed, found 0 cluster(s)")],
    ["can't be scheduled", scheduled("False", "could not find all clusters")],
  ])("%s while members are joining: they may be chosen when they have", (_, none) => {
    const joining = [member(EAST), member(WEST, "Unknown", "no heartbeat")];
    expect(judgePlacement(none, [], joining)).toMatchObject({
      state: "waiting",
      line: expect.stringMatching(/; aks-westus2 has not joined yet \(no heartbeat\)$/),
    });
    expect(judgePlacement(none, [], [member(EAST), member(WEST)]).state).toBe("hopeless");
  });

  test("chooses no cluster before there is a member", () => {
    expect(judgePlacement(scheduled("True", "found 0 cluster(s)"), [], [])).toMatchObject({
      members: "absent",
    });
  });

  describe("why a cluster has not what is placed", () => {
    const NOW = Date.parse("2026-11-25T17:00:00Z");
    const applied = (reason: string, message: string): Condition =>
      condition("Applied", "False", { reason, message });
    const cm = { kind: "ConfigMap", name: "cm", namespace: "shop" };
    const failed = (reason: string, message: string, rest: Partial<ClusterStatus> = {}) =>
      placement([
        onCluster(EAST, false, {
          failedPlacements: [{ ...cm, condition: applied(reason, message) }],
          ...rest,
        }),
      ]);
    const differing = [{ path: "/data/a", valueInHub: "1", valueInMember: "2" }];

    test.each<[string, Placement, string, RegExp]>([
      [
        "drift",
        failed(
          "FoundDrifts",
          "Failed to apply the manifest (error: cannot apply manifest: drifts are found)",
          {
            driftedPlacements: [{ ...cm, observedDrifts: differing }],
          },
        ),
        'ConfigMap cm not applied (it was changed there: /data/a is "2" there but "1" on the hub)',
        /whenToApply is "IfNotDrifted"/,
      ],
      [
        "something there before",
        failed("FailedToTakeOver", "Failed to apply the manifest (error: cannot take over object)", {
          diffedPlacements: [{ ...cm, observedDiffs: differing }],
        }),
        'ConfigMap cm not applied (it existed before and differs: /data/a is "2" there but "1" on the hub)',
        /whenToTakeOver is not "Always"/,
      ],
      [
        "never taken over",
        failed("NotTakenOver", "no ownership of the object in the member cluster; takeover is needed"),
        "ConfigMap cm not applied (it existed before)",
        /whenToTakeOver/,
      ],
      [
        "another placement",
        failed(
          "FailedToTakeOver",
          "Failed to apply the manifest (error: failed to take over a pre-existing object: the object is already owned by some other sources(s) and co-ownership is disallowed (existingOwnerRefs: [{APIVersion:placement.kubernetes-fleet.io/v1beta1 Kind:AppliedWork Name:other-work UID:219bd741}]))",
        ),
        "ConfigMap cm not applied (it is owned by the placement other there)",
        /allowCoOwnership/,
      ],
      [
        "the API of the cluster",
        failed(
          "ManifestApplyFailed",
          'Failed to apply the manifest (error: failed to apply the manifest: failed to patch the manifest object: error returned by the API server: ConfigMap "cm" is invalid: data: Forbidden: field is immutable when `immutable` is set)',
        ),
        'ConfigMap cm not applied (ConfigMap "cm" is invalid: data: Forbidden: field is immutable when `immutable` is set)',
        /The cluster's API rejects it/,
      ],
      [
        "an override",
        placement([
          {
            clusterName: EAST,
            conditions: [
              condition("RolloutStarted"),
              condition("Overridden", "False", { message: "replace operation does not apply" }),
            ],
          },
        ]),
        "replace operation does not apply",
        /An override can't be applied/,
      ],
    ])("%s", (_, placed, line, advice) => {
      expect(judgePlacement(placed, [], [member(EAST)], NOW)).toMatchObject({
        state: "waiting",
        line: expect.stringContaining(`${EAST}: ${line}`),
        advice: expect.stringMatching(advice),
      });
      const [look] = [judgePlacement(placed, [], [member(EAST)], NOW)] as [{ advice: string }];
      expect(look.advice).not.toContain("image");
    });

    test("an agent that is not heard any more is named, and asked after first", () => {
      const members = [heard(EAST, NOW - 10_000), heard(WEST, NOW - 12 * 60_000)];
      expect(judgePlacement(half, [], members, NOW)).toMatchObject({
        line: expect.stringContaining(
          "aks-westus2: no heartbeat from its agent for 12m; Deployment store-front",
        ),
        advice: expect.stringMatching(/^Is the cluster of aks-westus2 running/),
      });
      // What it said last may be long ago.
      expect(judgePlacement(complete, [], members, NOW)).toEqual({
        state: "done",
        line: "available on 2 of 2 clusters (aks-eastus2, aks-westus2); aks-westus2: no heartbeat from its agent for 12m",
      });
      expect(judgePlacement(complete, [], [heard(EAST, NOW), heard(WEST, NOW)], NOW).line).not.toContain(
        "heard",
      );
    });

    test("an agent may say that it is heard more seldom", () => {
      const members = [heard(EAST, NOW), heard(WEST, NOW - 12 * 60_000, 600)];
      expect(judgePlacement(complete, [], members, NOW).line).not.toContain("heard");
    });

    test("what blocks a rollout is told, and not that it is blocked", () => {
      const blocked = {
        clusterName: WEST,
        conditions: [condition("RolloutStarted", "False", { message: "blocked" })],
      };
      const alone = judgePlacement(placement([blocked]), [], [member(WEST)], NOW);
      expect(alone).toMatchObject({ advice: expect.stringContaining("maxUnavailable") });
      const [first] = half.status?.placementStatuses ?? [];
      const both = judgePlacement(placement([{ ...first, clusterName: EAST }, blocked]), [], [], NOW);
      expect(both).toMatchObject({ advice: expect.stringContaining("image, quota") });
      expect(both).not.toMatchObject({ advice: expect.stringContaining("maxUnavailable") });
    });
  });

  describe("a member with the taint of one that leaves, or is forgotten", () => {
    const taints = [{ key: "cdktf-aks-fleet/leaving", value: "true", effect: "NoSchedule" }];
    const members = [{ ...member(WEST), spec: { taints } }, member(EAST)];
    const advice = expect.stringContaining(`kubectl edit memberclusters ${WEST}`);

    test("is never chosen: it isn't waited for", () => {
      const east = placement([onCluster(EAST)]);
      expect(judgePlacement(east, [WEST], members)).toMatchObject({
        state: "hopeless",
        line: `available on 1 of 1 cluster; ${WEST} not chosen: it has the taint cdktf-aks-fleet/leaving`,
        advice,
      });
      expect(judgePlacement(east, [EAST], members).state).toBe("done");
    });

    test("is named where too few can be chosen", () => {
      // As the hub's scheduler says it (Azure/fleet 942238f).
      const refused = scheduled(
        "False",
        "could not find all clusters needed as specified by the scheduling policy, found 1 cluster(s) instead",
        "SchedulingPolicyUnfulfilled",
      );
      expect(judgePlacement(refused, [], members)).toMatchObject({ state: "hopeless", advice });
    });
  });

  test("a wanted member that is not chosen is waited for", () => {
    const east = placement([onCluster(EAST)]);
    expect(judgePlacement(east, [WEST], [member(WEST), member(EAST)])).toMatchObject({
      state: "waiting",
      line: `available on 1 of 1 cluster; ${WEST} not chosen, only ${EAST}`,
      advice: expect.stringContaining(`kubectl get membercluster ${WEST}`),
    });
  });

  test("being deleted", () => {
    const gone = structuredClone(complete);
    gone.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
    expect(judgePlacement(gone, [])).toMatchObject({ state: "hopeless", line: "being deleted" });
  });

  test("ReportDiff never becomes available", () => {
    const diff = structuredClone(complete);
    diff.spec.strategy = { applyStrategy: { type: "ReportDiff" } };
    expect(judgePlacement(diff, [])).toMatchObject({
      state: "hopeless",
      line: expect.stringContaining("ReportDiff"),
    });
  });

  test("External waits for a staged update run, and is done after it", () => {
    const external = structuredClone(half);
    external.spec.strategy = { type: "External" };
    const rollout = external.status?.conditions?.find(({ type }) => type.endsWith("RolloutStarted"));
    if (rollout) rollout.status = "Unknown";
    expect(judgePlacement(external, [])).toMatchObject({
      state: "waiting",
      line: expect.stringContaining("it needs a ClusterStagedUpdateRun to roll out"),
    });
    expect(judgePlacement({ ...complete, spec: external.spec }, []).state).toBe("done");
  });
});

describe("of a ResourcePlacement", () => {
  const inNamespace = (clusters: Parameters<typeof placement>[0]) => placement(clusters, "0", "shop");

  test("the conditions are its own", () => {
    expect(judgePlacement(inNamespace([onCluster(EAST)]), [])).toEqual({
      state: "done",
      line: `available on 1 of 1 cluster (${EAST})`,
    });
    const others = { ...complete, metadata: { ...complete.metadata, namespace: "shop" } };
    expect(judgePlacement(others, []).state).toBe("waiting");
  });

  test("what to do is said of its kind", () => {
    const waiting = inNamespace([onCluster(EAST, false)]);
    expect(judgePlacement(waiting, [])).toMatchObject({
      advice: expect.stringContaining("`kubectl describe resourceplacement aks-store-demo`"),
    });
    const rollout = waiting.status?.conditions?.find(
      ({ type }) => type === "ResourcePlacementRolloutStarted",
    );
    if (rollout) rollout.status = "Unknown";
    const external = { ...waiting, spec: { strategy: { type: "External" } } };
    expect(judgePlacement(external, [])).toMatchObject({
      line: expect.stringContaining("strategy External: it needs a StagedUpdateRun to roll out"),
      advice: expect.stringContaining("create a StagedUpdateRun for"),
    });
    const diff = { ...waiting, spec: { strategy: { applyStrategy: { type: "ReportDiff" } } } };
    expect(judgePlacement(diff, [])).toMatchObject({
      advice: expect.stringContaining("ResourcePlacementDiffReported"),
    });
  });
});

const PLACEMENT = "/apis/placement.kubernetes-fleet.io/v1/clusterresourceplacements/aks-store-demo";
const FLEET = "/apis/placement.kubernetes-fleet.io/v1beta1";
const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";

interface Played {
  readonly clusters?: string[];
  readonly timeoutMs?: number;
  readonly serves?: boolean;
  readonly members?: MemberCluster[] | ((now: number) => MemberCluster[]);
  readonly prepare?: (hub: FakeHub, clock: FakeClock) => void;
}

/** A hub on which the placement is as told at each look; the last one stays. */
async function play(
  states: (Placement | undefined)[] | ((now: number) => Placement | undefined),
  {
    clusters = [],
    timeoutMs = 600_000,
    serves = true,
    members = [member(EAST), member(WEST)],
    prepare = () => undefined,
  }: Played = {},
) {
  const clock = new FakeClock();
  const lines: string[] = [];
  let looks = 0;
  const hub = new FakeHub();
  hub.objects.set(PLACEMENT, () => {
    if (typeof members === "function") hub.lists.set(MEMBERS, members(clock.now()));
    return Array.isArray(states) ? states[Math.min(looks++, states.length - 1)] : states(clock.now());
  });
  if (serves) hub.objects.set("/apis/placement.kubernetes-fleet.io/v1", {});
  if (Array.isArray(members)) hub.lists.set(MEMBERS, members);
  prepare(hub, clock);
  const look = lookAtPlacement(hub, { name: "aks-store-demo", clusters, clock, timeoutMs });
  const print = (line: string) => lines.push(line);
  const problem = await follow({ subject: "placement", look, timeoutMs, clock, random: () => 1, print }).then(
    () => undefined,
    (error: Error) => error,
  );
  return { lines: lines.map((line) => line.replace(/ \(\d[\dms]*\)$/, "")), problem, end: clock.now() };
}

/** Of a hub whose snapshot, with this index, has what is on it or not. */
function collected(index: string, isComplete: boolean) {
  return (hub: FakeHub) => {
    const labels = {
      "kubernetes-fleet.io/parent-CRP": "aks-store-demo",
      "kubernetes-fleet.io/resource-index": index,
      "kubernetes-fleet.io/is-latest-snapshot": "true",
    };
    const data = { a: isComplete ? "new" : "old" };
    const metadata = { name: "cm", namespace: "shop" };
    hub.lists.set(`${FLEET}/clusterresourcesnapshots`, [
      {
        metadata: { name: "s", labels },
        spec: {
          selectedResources: [
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
            { apiVersion: "v1", kind: "ConfigMap", metadata, data },
          ],
        },
      } as never,
    ]);
    hub.lists.set("/api/v1/namespaces", [{ metadata: { name: "shop" } }]);
    hub.lists.set("/api/v1/namespaces/shop/configmaps", [{ metadata, data: { a: "new" } } as never]);
  };
}

const DONE = `available on 2 of 2 clusters (${EAST}, ${WEST})`;
const selecting = (one: Placement, ...names: string[]): Placement => ({
  ...one,
  spec: {
    ...one.spec,
    resourceSelectors: names.map((name) => ({ group: "", version: "v1", kind: "Namespace", name })),
  },
});
const ofShop = (index: string, available = true) => {
  const one = selecting(placement([onCluster(EAST), onCluster(WEST, available)], index), "shop");
  one.status = { ...one.status, selectedResources: [{ version: "v1", kind: "Namespace", name: "shop" }] };
  return one;
};

describe("following it", () => {
  test("what is collected as it is need not be waited for", async () => {
    const { lines, end } = await play([ofShop("3")], { prepare: collected("3", true) });
    expect(lines).toEqual([`placement: ${DONE}`]);
    expect(end).toBe(0);
  });

  test("what the hub has collected, members must have", async () => {
    const { lines, end } = await play([ofShop("2"), ofShop("2"), ofShop("3")], {
      prepare: collected("3", true),
    });
    expect(lines).toEqual([
      `placement: ${DONE}, but not yet with what the hub has collected`,
      `placement: ${DONE}`,
    ]);
    expect(end).toBe(4_000);
  });

  test("a change that the hub has not collected is waited for until it has, and is rolled out", async () => {
    const states = [ofShop("3"), ofShop("3"), ofShop("4", false), ofShop("4")];
    const { lines, end } = await play(states, { prepare: collected("3", false) });
    expect(lines).toEqual([
      `placement: ${DONE}, but the hub has not collected ConfigMap cm yet`,
      expect.stringContaining("available on 1 of 2 clusters; aks-westus2: not all are available"),
      `placement: ${DONE}, with the changed resources`,
    ]);
    expect(end).toBe(6_000);
  });

  test("the end of a rollout that was under way at the first look is not that of the change", async () => {
    const under = [
      ofShop("3", false),
      ofShop("3", false),
      ofShop("3"),
      ofShop("3"),
      ofShop("4", false),
      ofShop("4"),
    ];
    for (const prepare of [collected("3", false), undefined]) {
      const { lines, end } = await play(under, { prepare });
      expect(lines.at(-1)).toBe(`placement: ${DONE}, with the changed resources`);
      expect(end).toBe(10_000);
    }
  });

  test("where nothing can be compared, 45 seconds from the start suffice", async () => {
    const { lines, end } = await play([half, complete]);
    expect(lines[1]).toContain("already; watching for 45s");
    expect(end).toBe(46_000);
    const slow = await play((now) => (now < 60_000 ? half : complete));
    expect(slow.lines.at(-1)).toBe(`placement: ${DONE}`);
    expect(slow.end).toBe(60_000);
  });

  test("so they do where the hub never collects what seems to be missing", async () => {
    const { lines, end } = await play([ofShop("3")], { prepare: collected("3", false) });
    expect(lines.at(-1)).toBe(`placement: ${DONE}`);
    expect(end).toBe(46_000);
  });

  test("a change collected meanwhile ends the watching", async () => {
    const { lines, end } = await play([complete, placement([onCluster(EAST), onCluster(WEST)], "1")]);
    expect(end).toBe(2_000);
    expect(lines[1]).toContain("with the changed resources");
  });

  test("a timeout shorter than the watching is halved, not missed", async () => {
    const { problem, end } = await play([complete], { timeoutMs: 10_000 });
    expect(problem).toBeUndefined();
    expect(end).toBe(6_000);
  });

  test("what can't be read of the hub is no trouble", async () => {
    const { problem, end } = await play([complete], {
      prepare: (hub) => {
        hub.kinds = async () => {
          throw new PassingProblem("not allowed (403)", "", undefined, 403);
        };
        collected("0", true)(hub);
      },
    });
    expect(problem).toBeUndefined();
    expect(end).toBe(46_000);
  });

  test.each<[string, Placement | undefined, RegExp]>([
    ["does not exist", undefined, /no ClusterResourcePlacement with that name/],
    ["can't be scheduled", scheduled("False", "too few clusters"), /can't be scheduled: too few clusters/],
    ["chooses no cluster", scheduled("True", "found 0 cluster(s)"), /no cluster is chosen: found 0/],
  ])("ends at once if it %s", async (_, state, message) => {
    const { problem, end } = await play([state]);
    expect(problem?.message).toMatch(message);
    expect(end).toBe(4_000);
  });

  test("chooses no cluster until a member has joined", async () => {
    const none = scheduled("True", "found 0 cluster(s)");
    const { lines, problem } = await play((now) => (now < 300_000 ? none : complete), {
      members: (now) =>
        now < 60_000 ? [] : [member(EAST), member(WEST, now < 290_000 ? "Unknown" : "True", "no heartbeat")],
    });
    expect(problem).toBeUndefined();
    expect([...new Set(lines)]).toEqual([
      "placement: no cluster is chosen: found 0 cluster(s)",
      "placement: no cluster is chosen: found 0 cluster(s); aks-westus2 has not joined yet (no heartbeat)",
      expect.stringContaining(DONE),
    ]);
  });

  test("gives up on members that never come", async () => {
    const { problem, end } = await play([scheduled("True", "found 0 cluster(s)")], { members: [] });
    expect(problem?.message).toMatch(/no cluster is chosen/);
    expect(end).toBe(124_000);
    const stranger = await play([complete], { clusters: ["aks-nowhere"] });
    expect(stranger.problem?.message).toContain("aks-nowhere isn't a member of this fleet");
    expect(stranger.end).toBe(124_000);
  });

  test.each<[string, Placement, string]>([
    [
      "nothing",
      selecting(complete, "nowhere"),
      "it selects nothing: there is no Namespace nowhere on the hub",
    ],
    [
      "less than it names",
      selecting(ofShop("0"), "shop", "nowhere"),
      "it selects Namespace nowhere, which is not on the hub",
    ],
  ])("a placement that selects %s is available nowhere", async (_, placed, message) => {
    const { problem, end } = await play([placed]);
    expect(problem?.message).toContain(message);
    // It is believed when the hub has had the time to collect it.
    expect(end).toBe(50_000);
  });

  test("ends at once if the cluster is no hub", async () => {
    const { problem } = await play([undefined], { serves: false });
    expect(problem?.message).toContain("it isn't a fleet's hub");
  });

  test("gives up with what was missing", async () => {
    const { problem } = await play([half], { timeoutMs: 20_000 });
    expect(problem?.message).toMatch(
      /^placement: timed out after 20s: available on 1 of 2 clusters; aks-westus2: Deployment store-front/,
    );
    expect(problem?.message).toContain("check the pods and events");
  });
});

describe("overrides", () => {
  interface Kind {
    readonly plural: string;
    readonly snapshots: string;
    readonly selects: object;
    readonly namespace?: string;
  }
  const CLUSTER: Kind = {
    plural: "clusterresourceoverrides",
    snapshots: "clusterresourceoverridesnapshots",
    selects: { clusterResourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "shop" }] },
  };
  const NAMESPACED: Kind = {
    plural: "resourceoverrides",
    snapshots: "resourceoverridesnapshots",
    selects: { resourceSelectors: [{ group: "apps", version: "v1", kind: "Deployment", name: "web" }] },
    namespace: "shop",
  };
  const spec = (kind: Kind, value: string, rest: object = {}) => ({
    placement: { name: "aks-store-demo" },
    ...kind.selects,
    policy: {
      overrideRules: [
        {
          clusterSelector: { clusterSelectorTerms: [{ labelSelector: { matchLabels: { at: "west" } } }] },
          value,
        },
      ],
    },
    ...rest,
  });

  interface Hub {
    readonly override?: object;
    readonly snapshot?: object;
    readonly index?: number;
    /** The indexes of the snapshots that the west has. */
    readonly has: readonly number[];
  }

  /** What the hub has at a time. */
  function at(kind: Kind, { override, snapshot = override, index = 1, has }: Hub) {
    const { namespace } = kind;
    const lists = (hub: FakeHub) => {
      const metadata = { name: "web-2", ...(namespace && { namespace }) };
      hub.lists.set(`${FLEET}/${kind.plural}`, override ? [{ metadata, spec: override } as never] : []);
      hub.lists.set(`${FLEET}/${kind.snapshots}`, [
        {
          metadata: {
            ...metadata,
            name: `web-2-${index}`,
            labels: {
              "kubernetes-fleet.io/parent-resource-override": "web-2",
              "kubernetes-fleet.io/is-latest-snapshot": "true",
            },
          },
          spec: { overrideSpec: snapshot },
        } as never,
      ]);
    };
    const names = has.map((one) => `web-2-${one}`);
    const given = namespace
      ? { applicableResourceOverrides: names.map((name) => ({ name, namespace })) }
      : { applicableClusterResourceOverrides: names };
    const one = placement([onCluster(EAST), onCluster(WEST, true, given)], "3");
    one.spec.resourceSelectors = [{ group: "", version: "v1", kind: "Namespace", name: "shop" }];
    one.status = {
      ...one.status,
      selectedResources: [
        { version: "v1", kind: "Namespace", name: "shop" },
        { group: "apps", version: "v1", kind: "Deployment", name: "web", namespace: "shop" },
      ],
    };
    return { lists, placed: one };
  }

  async function playHubs(kind: Kind, ...hubs: Hub[]) {
    let look = 0;
    let lists: (hub: FakeHub) => void = () => undefined;
    let hub: FakeHub | undefined;
    const labelled = [EAST, WEST].map((name) => {
      const one = member(name);
      return { ...one, metadata: { ...one.metadata, labels: { at: name === WEST ? "west" : "east" } } };
    });
    return play(
      () => {
        const now = at(kind, hubs[Math.min(look++, hubs.length - 1)] as Hub);
        lists = now.lists;
        if (hub) lists(hub);
        return now.placed;
      },
      {
        members: labelled,
        timeoutMs: 90_000,
        prepare: (one) => {
          hub = one;
          collected("3", true)(one);
        },
      },
    );
  }

  test.each([
    ["ClusterResourceOverride", CLUSTER],
    ["ResourceOverride", NAMESPACED],
  ])("a %s that members have as it is on the hub is not waited for", async (_, kind) => {
    const { end, problem } = await playHubs(kind, { override: spec(kind, "1"), has: [1] });
    expect([problem, end]).toEqual([undefined, 0]);
  });

  test.each([
    ["ClusterResourceOverride", CLUSTER],
    ["ResourceOverride", NAMESPACED],
  ])("a changed %s is waited for: until the hub has it, and until the members have it", async (_, kind) => {
    const [old, changed] = [spec(kind, "1"), spec(kind, "2")];
    const { lines, end } = await playHubs(
      kind,
      { override: changed, snapshot: old, index: 1, has: [1] },
      { override: changed, index: 2, has: [1] },
      { override: changed, index: 2, has: [2] },
    );
    expect(lines).toEqual([
      `placement: ${DONE}, but not yet with the changed override web-2`,
      `placement: ${DONE}`,
    ]);
    expect(end).toBe(4_000);
  });

  test.each<[string, Hub[], number]>([
    [
      "that is new",
      [
        { override: spec(CLUSTER, "1"), has: [] },
        { override: spec(CLUSTER, "1"), has: [1] },
      ],
      2_000,
    ],
    [
      "that is for the cluster no more",
      [
        { override: spec(CLUSTER, "1", { policy: { overrideRules: [] } }), has: [1] },
        { override: spec(CLUSTER, "1", { policy: { overrideRules: [] } }), has: [] },
      ],
      2_000,
    ],
    [
      "that selects nothing of it",
      [
        {
          override: spec(CLUSTER, "1", {
            clusterResourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "other" }],
          }),
          has: [],
        },
      ],
      0,
    ],
    [
      "of another placement",
      [{ override: spec(CLUSTER, "1", { placement: { name: "other" } }), has: [] }],
      0,
    ],
    [
      "of no placement in particular",
      [{ override: spec(CLUSTER, "1", { placement: undefined }), has: [] }],
      0,
    ],
    [
      "of a ResourcePlacement of the same name",
      [
        {
          override: spec(CLUSTER, "1", { placement: { name: "aks-store-demo", scope: "Namespaced" } }),
          has: [],
        },
      ],
      0,
    ],
    // Whether it goes before the next rollout can't be told: it was perhaps of no placement in particular.
    ["that is gone", [{ has: [1] }, { has: [] }], 2_000],
    ["that is gone and stays", [{ has: [1] }], 46_000],
  ])("one %s", async (_, hubs, expected) => {
    const { end, problem } = await playHubs(CLUSTER, ...hubs);
    expect([problem, end]).toEqual([undefined, expected]);
  });

  test("of all clusters, and of none", async () => {
    const all = { policy: { overrideRules: [{ clusterSelector: {} }] } };
    const none = { policy: { overrideRules: [{}] } };
    // The east never gets it here.
    expect(
      (await playHubs(CLUSTER, { override: spec(CLUSTER, "1", all), has: [1] })).problem?.message,
    ).toContain("but not yet with the changed override web-2");
    expect((await playHubs(CLUSTER, { override: spec(CLUSTER, "1", none), has: [] })).end).toBe(0);
  });
});
