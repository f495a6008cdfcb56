import { follow } from "../../lib/command/follow";
import type { KubeClient } from "../../lib/command/kube-client";
import type { MemberCluster, Placement } from "../../lib/command/objects";
import { judgePlacement, lookAtPlacement } from "../../lib/command/wait-placement";
import { FakeClock } from "./fake-clock";
import { condition, member, onCluster, placement } from "./objects";

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
      line: "the hub has not chosen the clusters for generation 2 yet",
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
      line: "its resource selectors are refused: The selectors are invalid",
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
      line: `aks-nowhere is no member of this fleet: its members are ${EAST}, ${WEST}`,
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
    expect(judgePlacement(gone, [])).toMatchObject({ state: "hopeless", line: "it is being deleted" });
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
      line: expect.stringContaining("a ClusterStagedUpdateRun has to roll it out"),
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
      advice: expect.stringContaining("`kubectl describe resourceplacement`"),
    });
    const rollout = waiting.status?.conditions?.find(
      ({ type }) => type === "ResourcePlacementRolloutStarted",
    );
    if (rollout) rollout.status = "Unknown";
    const external = { ...waiting, spec: { strategy: { type: "External" } } };
    expect(judgePlacement(external, [])).toMatchObject({
      line: expect.stringContaining("strategy External: a StagedUpdateRun has to roll it out"),
      advice: expect.stringContaining("create a StagedUpdateRun for"),
    });
    const diff = { ...waiting, spec: { strategy: { applyStrategy: { type: "ReportDiff" } } } };
    expect(judgePlacement(diff, [])).toMatchObject({
      advice: expect.stringContaining("condition ResourcePlacementDiffReported"),
    });
  });
});

describe("following it", () => {
  /** A hub on which the placement is as told at each look; the last one stays. */
  async function play(
    states: (Placement | undefined)[],
    {
      clusters = [] as string[],
      timeoutMs = 600_000,
      serves = true,
      snapshots = {} as Record<string, { name: string; scope?: string } | undefined>,
    } = {},
  ) {
    const clock = new FakeClock();
    const lines: string[] = [];
    let looks = 0;
    const client = {
      get: async (path: string) => {
        if (path.includes("overridesnapshots/")) {
          const [, name = ""] = /\/v1beta1\/(.*)$/.exec(path) ?? [];
          return name in snapshots ? { spec: { overrideSpec: { placement: snapshots[name] } } } : undefined;
        }
        if (!path.endsWith("/aks-store-demo")) return serves ? {} : undefined;
        return states[Math.min(looks++, states.length - 1)];
      },
      list: async () => [member(EAST), member(WEST)] as MemberCluster[],
    } as unknown as KubeClient;
    const look = lookAtPlacement(client, { name: "aks-store-demo", clusters, clock, timeoutMs });
    const print = (line: string) => lines.push(line);
    const problem = await follow({
      subject: "placement",
      look,
      timeoutMs,
      clock,
      random: () => 1,
      print,
    }).then(
      () => undefined,
      (error: Error) => error,
    );
    return { lines, problem, end: clock.now() };
  }

  test("a placement that flips is followed until it is available", async () => {
    const { lines, problem, end } = await play([half, half, complete]);
    expect(problem).toBeUndefined();
    expect(lines).toHaveLength(2);
    expect(end).toBe(4_000);
  });

  test("complete at the first look is watched for 45 seconds", async () => {
    const { lines, end } = await play([complete]);
    expect(lines[0]).toContain("already; watching 45s whether the hub collects a change");
    expect(end).toBe(46_000);
  });

  test("a change collected meanwhile ends the watching: incomplete, then complete", async () => {
    const { lines, end } = await play([complete, complete, half, half, complete]);
    expect(end).toBe(8_000);
    expect(lines.map((line) => line.replace(/ \(\d+s\)$/, ""))).toEqual([
      expect.stringContaining("already"),
      expect.stringContaining("store-front not available"),
      `placement: available on 2 of 2 clusters (${EAST}, ${WEST})`,
    ]);
  });

  test("a change collected meanwhile ends the watching: already complete again", async () => {
    const { lines, end } = await play([complete, placement([onCluster(EAST), onCluster(WEST)], "1")]);
    expect(end).toBe(2_000);
    expect(lines[1]).toContain("with the changed resources");
  });

  const overridden = (index: number, available = true) =>
    placement([
      onCluster(EAST, available, {
        applicableClusterResourceOverrides: [`roles-${index}`],
        applicableResourceOverrides: [{ namespace: "shop", name: `web-2-${index}` }],
      }),
    ]);

  test("an override that is rolled out meanwhile ends the watching, too", async () => {
    const { lines, end } = await play([overridden(0), overridden(0), overridden(1)]);
    expect(lines.at(-1)).toContain("with the changed resources");
    expect(end).toBe(4_000);
  });

  test.each([
    ["clusterresourceoverridesnapshots/roles-1", "roles"],
    ["namespaces/shop/resourceoverridesnapshots/web-2-1", "web-2"],
  ])("is not done while the hub has a newer %s than the members", async (path, override) => {
    const snapshots = { [path]: { name: "aks-store-demo" } };
    const { lines, end } = await play([overridden(0), overridden(0), overridden(0, false), overridden(1)], {
      snapshots,
    });
    expect(lines[0]).toMatch(new RegExp(`, but not yet with the changed override ${override} \\(`));
    expect(lines.at(-1)).toMatch(/available on 1 of 1 cluster \(aks-eastus2\) \(/);
    expect(end).toBe(6_000);
    const { problem } = await play([overridden(0)], { snapshots, timeoutMs: 20_000 });
    expect(problem?.message).toContain(`but not yet with the changed override ${override}`);
  });

  test.each([
    ["of no placement in particular", undefined],
    ["of another placement", { name: "other" }],
    ["of a ResourcePlacement of the same name", { name: "aks-store-demo", scope: "Namespaced" }],
  ])("a newer override %s is not waited for", async (_, of) => {
    const { problem, end } = await play([overridden(0)], {
      snapshots: { "clusterresourceoverridesnapshots/roles-1": of },
    });
    expect(problem).toBeUndefined();
    expect(end).toBe(46_000);
  });

  test("a timeout shorter than the watching is halved, not missed", async () => {
    const { problem, end } = await play([complete], { timeoutMs: 10_000 });
    expect(problem).toBeUndefined();
    expect(end).toBe(6_000);
  });

  test.each<[string, Placement | undefined, RegExp]>([
    ["does not exist", undefined, /no ClusterResourcePlacement of that name/],
    ["can't be scheduled", scheduled("False", "too few clusters"), /can't be scheduled: too few clusters/],
    ["chooses no cluster", scheduled("True", "found 0 cluster(s)"), /no cluster is chosen: found 0/],
  ])("ends at once if it %s", async (_, state, message) => {
    const { problem, end } = await play([state]);
    expect(problem?.message).toMatch(message);
    expect(end).toBe(4_000);
  });

  test("ends at once if a wanted cluster is no member", async () => {
    const { problem, end } = await play([complete], { clusters: ["aks-nowhere"] });
    expect(problem?.message).toContain("aks-nowhere is no member of this fleet");
    expect(end).toBe(4_000);
  });

  test("ends at once if the cluster is no hub", async () => {
    const { problem } = await play([undefined], { serves: false });
    expect(problem?.message).toContain("it is not the hub of a fleet");
  });

  test("gives up with what was missing", async () => {
    const { problem } = await play([half], { timeoutMs: 20_000 });
    expect(problem?.message).toMatch(
      /^placement: gave up after 20s: available on 1 of 2 clusters; aks-westus2: Deployment store-front/,
    );
    expect(problem?.message).toContain("see the pods and events");
  });
});
