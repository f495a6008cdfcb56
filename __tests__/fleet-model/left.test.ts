import { contentsOf } from "../../lib/fleet-model/contents";
import { afterStage, type Fleet, type FleetInput, fleetOf, without } from "../../lib/fleet-model/fleet";
import type { KubernetesObject } from "../../lib/fleet-model/identity";
import { plannedMember } from "../../lib/fleet-model/member";
import { isBlocked } from "../../lib/fleet-model/rollout";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";
import type { Value } from "../../lib/fleet-model/value";

const LATER = new Unknown("it is known only after apply");
const member = (name: string, ring = name) => plannedMember({ name, location: "eastus2", labels: { ring } });
const members = [member("a"), member("b"), member("c", "b"), member("d", "b")];

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  spec?: Value,
  metadata: Record<string, Value> = { namespace: "app" },
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...(spec !== undefined && { spec }),
});
const namespace = object("v1", "Namespace", "app", undefined, {});
const service = (type?: string, annotations: Record<string, Value> = {}) =>
  object(
    "v1",
    "Service",
    "web",
    { ...(type && { type }), ports: [{ port: 80 }] },
    { namespace: "app", annotations },
  );
const exported = object("networking.fleet.azure.com/v1beta1", "ServiceExport", "web");
const backend = (weight?: Value) =>
  object("networking.fleet.azure.com/v1beta1", "TrafficManagerBackend", "web", {
    profile: { name: "site" },
    backend: { name: "web" },
    ...(weight !== undefined && { weight }),
  });
const placement = (strategy: Value = {}, policy: Value = { placementType: "PickAll" }) =>
  object(
    "placement.kubernetes-fleet.io/v1",
    "ClusterResourcePlacement",
    "app",
    { resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "app" }], policy, strategy },
    {},
  );
const fleet = (objects: readonly KubernetesObject[], rest: Partial<FleetInput> = {}) =>
  fleetOf({ hub: { objects: [namespace, ...objects] }, members, ...rest });
const lose = (one: Fleet, ...names: string[]) => without(one, ({ name }) => names.includes(String(name)));
const waysOf = (one: Fleet) =>
  one.reach.flatMap(({ ways }) =>
    ways.map(({ kind, is, servedFrom }) => [
      kind,
      isUnknown(is) ? is.why : is,
      servedFrom
        .filter((each) => each.is === true)
        .map((each) => each.member.name)
        .join(" "),
    ]),
  );

describe("a fleet without some members", () => {
  test("an address goes with the member that has it, and others go on", () => {
    const whole = fleet([service(), exported, placement()], {
      putOn: ({ name }) =>
        name === "a"
          ? [
              object("networking.fleet.azure.com/v1alpha1", "MultiClusterService", "web", {
                serviceImport: { name: "web" },
              }),
            ]
          : [],
    });
    expect(waysOf(whole)).toEqual([["MultiClusterService", true, "a b c d"]]);
    expect(waysOf(lose(whole, "b"))).toEqual([["MultiClusterService", true, "a c d"]]);
    expect(waysOf(lose(whole, "a"))).toEqual([]);
    expect(waysOf(whole)).toHaveLength(1);
  });

  test("nothing is rescheduled: a PickN keeps its remaining choices", () => {
    const whole = fleet([placement({}, { placementType: "PickN", numberOfClusters: 2 })]);
    const chosen = whole.placements[0]?.schedule.decisions.filter(({ isChosen }) => isChosen === true) ?? [];
    const [first, second] = chosen.map(({ cluster }) => String(cluster));
    const left = lose(whole, String(first));
    expect(
      left.placements[0]?.schedule.decisions
        .filter(({ isChosen }) => isChosen === true)
        .map(({ cluster }) => cluster),
    ).toEqual([second]);
    expect(left.members).toHaveLength(3);
  });

  test.each([
    ["the default", {}, 4, 1, true],
    ["a number", { rollingUpdate: { maxUnavailable: 2 } }, 4, 1, false],
    ["as many as are lost", { rollingUpdate: { maxUnavailable: 2 } }, 4, 2, true],
    ["a share, rounded up", { rollingUpdate: { maxUnavailable: "26%" } }, 4, 1, false],
    ["all", { rollingUpdate: { maxUnavailable: "100%" } }, 4, 3, false],
    ["nobody is left", {}, 4, 4, false],
    ["staged update runs", { type: "External" }, 4, 1, false],
    ["not known", { rollingUpdate: { maxUnavailable: LATER } }, 4, 1, LATER],
  ])("maxUnavailable, %s", (_, strategy, count, lost, blocked) => {
    const { rollout } = fleet([placement(strategy as Value)]).placements[0] as Fleet["placements"][number];
    expect(rollout.wanted).toBe(count);
    expect(isBlocked(rollout, count - lost)).toBe(blocked);
  });

  test("a PickFixed counts those that it names, a PickN those that it wants", () => {
    const wanted = (policy: Value) => fleet([placement({}, policy)]).placements[0]?.rollout.wanted;
    expect(wanted({ placementType: "PickFixed", clusterNames: ["a", "x"] })).toBe(2);
    expect(wanted({ placementType: "PickN", numberOfClusters: 9 })).toBe(9);
    expect(wanted(LATER)).toBe(LATER);
  });
});

describe("ways to a Service", () => {
  const label = { "service.beta.kubernetes.io/azure-dns-label-name": "web" };

  test.each<[string, KubernetesObject[], unknown[][]]>([
    ["an address of its own", [service("LoadBalancer")], [["LoadBalancer", true, "a b c d"]]],
    ["none", [service(), exported], []],
    [
      "a profile, and public addresses",
      [service("LoadBalancer", label), exported, backend()],
      [
        ["TrafficManagerProfile", true, "a b c d"],
        ["LoadBalancer", true, "a b c d"],
      ],
    ],
    [
      "a profile, and addresses without a DNS label",
      [service("LoadBalancer"), exported, backend()],
      [
        ["TrafficManagerProfile", false, ""],
        ["LoadBalancer", true, "a b c d"],
      ],
    ],
    [
      "a profile, and no addresses",
      [service("ClusterIP", label), exported, backend()],
      [["TrafficManagerProfile", false, ""]],
    ],
    [
      "a profile that gives it no weight",
      [service("LoadBalancer", label), exported, backend(0)],
      [
        ["TrafficManagerProfile", false, ""],
        ["LoadBalancer", true, "a b c d"],
      ],
    ],
    [
      "a profile, of which the weight isn't known",
      [service("LoadBalancer", label), exported, backend(LATER)],
      [
        ["TrafficManagerProfile", LATER.why, ""],
        ["LoadBalancer", true, "a b c d"],
      ],
    ],
    [
      "a profile, and internal addresses",
      [
        service("LoadBalancer", {
          ...label,
          "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
        }),
        exported,
        backend(),
      ],
      [
        ["TrafficManagerProfile", false, ""],
        ["LoadBalancer", true, "a b c d"],
      ],
    ],
  ])("%s", (_, objects, ways) => {
    expect(waysOf(fleet([...objects, placement()]))).toEqual(ways);
  });
});

describe("the objects on a member", () => {
  const on = (one: Fleet, name: string) => {
    const state = one.members.find((each) => each.member.name === name) as Fleet["members"][number];
    return contentsOf(state).map(({ key, isThere }) => [key, isUnknown(isThere) ? isThere.why : isThere]);
  };
  const run = (state: string) =>
    object(
      "placement.kubernetes-fleet.io/v1",
      "ClusterStagedUpdateRun",
      "one",
      { placementName: "app", stagedRolloutStrategyName: "rings", state },
      {},
    );
  const strategy = object(
    "placement.kubernetes-fleet.io/v1",
    "ClusterStagedUpdateStrategy",
    "rings",
    {
      stages: [
        { name: "first", labelSelector: { matchLabels: { ring: "a" } } },
        { name: "second", labelSelector: { matchLabels: { ring: "b" } } },
      ],
    },
    {},
  );
  const APP = "/v1/Namespace /app";

  test("objects from placements and others are listed once", () => {
    const twice = fleet([placement()], { putOn: ({ name }) => (name === "a" ? [namespace] : []) });
    expect(on(twice, "a")).toEqual([[APP, true]]);
    const [content] = contentsOf(twice.members[0] as Fleet["members"][number]);
    expect(content?.placements).toHaveLength(1);
  });

  test("nothing is applied if differences are only reported", () => {
    expect(on(fleet([placement({ applyStrategy: { type: "ReportDiff" } })]), "a")).toEqual([
      [APP, expect.stringContaining("ReportDiff")],
    ]);
  });

  test("an external placement brings the objects of its runs", () => {
    const external = placement({ type: "External" });
    const open = [[APP, expect.stringContaining("only a staged update run rolls it out")]];
    expect(on(fleet([external]), "a")).toEqual(open);
    expect(on(fleet([external, strategy, run("Initialize")]), "a")).toEqual(open);
    expect(on(fleet([external, strategy, run("Run")]), "d")).toEqual([[APP, true]]);
    expect(on(fleet([external, run("Run")]), "a")).toEqual(open);
  });

  test("after a stage, later ones have nothing yet", () => {
    const staged = fleet([placement({ type: "External" }), strategy, run("Initialize")]);
    expect(on(afterStage(staged, "first"), "a")).toEqual([[APP, true]]);
    expect(on(afterStage(staged, "first"), "b")).toEqual([]);
    expect(on(afterStage(staged, "second"), "a")).toEqual([[APP, true]]);
    expect(on(afterStage(staged, "second"), "d")).toEqual([[APP, true]]);
    expect(on(afterStage(fleet([placement()]), "first"), "d")).toEqual([[APP, true]]);
  });
});
