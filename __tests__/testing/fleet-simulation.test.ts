import "../../testing/jest";
import { App } from "cdktf";
import {
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  MemberStack,
  PlacementPolicy,
  ResourceEnvelope,
  ResourceOverride,
} from "../../lib";
import { FleetSimulation } from "../../lib/testing";
import { folder, removeFolders, shopApp, synthesized } from "../command/preview-app";

afterAll(removeFolders);

const all = PlacementPolicy.all();
const folders = new Map<(app: App) => void, string>();
const simulate = (build: (app: App) => void) => {
  const outdir = folders.get(build) ?? synthesized(build);
  folders.set(build, outdir);
  return FleetSimulation.fromSynth(outdir);
};
const placed = (policy: PlacementPolicy, members?: Parameters<typeof shopApp>[1]) =>
  simulate(shopApp(({ hub, shop }) => void hub.addPlacement("shop", { namespace: shop, policy }), members));

/** What a matcher fails with; undefined: it doesn't. */
function failure(expectation: () => void): string | undefined {
  try {
    expectation();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const withEntry = shopApp(({ app, infra, hub, shop }) => {
  shop.exportService("front");
  hub.addPlacement("shop", { namespace: shop, policy: all });
  const member = new MemberStack(app, "member-east", { hub, member: infra.member("east") });
  member.addMultiClusterService("front", { namespace: shop });
});

const staged = shopApp(({ hub, shop }) => {
  const placement = hub.addPlacement("shop", { namespace: shop, policy: all, rolloutType: "External" });
  const strategy = new ClusterStagedUpdateStrategy(hub, "Strategy", {
    name: "rings",
    stages: [
      { name: "canary", labelSelector: { matchLabels: { ring: "canary" } } },
      { name: "rest", labelSelector: { matchLabels: { ring: "production" } } },
    ],
  });
  new ClusterStagedUpdateRun(hub, "Run", { name: "shop-1", placement, strategy, state: "Run" });
});

describe("FleetSimulation", () => {
  test("of an app synthesizes it into the app's outdir", () => {
    const app = new App({ outdir: folder() });
    withEntry(app);
    const fleet = FleetSimulation.of(app);
    expect(fleet.clusters).toEqual(["aks-east", "aks-sweden", "aks-west"]);
    expect(FleetSimulation.fromSynth(app.outdir).clusters).toEqual(fleet.clusters);
  });

  test("an app can be played more than once, and a member be called as its cluster is", () => {
    const app = new App({ outdir: folder() });
    const members = {
      east: { location: "eastus2", addressSpace: ["10.1.0.0/16"], memberName: "member-east" },
    };
    shopApp(undefined, members)(app);
    for (const fleet of [FleetSimulation.of(app), FleetSimulation.of(app)]) {
      expect(fleet.clusters).toEqual(["member-east"]);
      expect(fleet.cluster("aks-east").name).toBe("member-east");
      expect(fleet.withTaint("aks-east", { key: "x" }).placement("shop")).not.toPlaceOn("member-east");
      expect(fleet.without("aks-east").clusters).toEqual([]);
    }
  });

  test("of an app with a finding fails with that finding", () => {
    const app = new App({ outdir: folder() });
    shopApp(
      ({ hub, shop }) => void hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.pickN(9) }),
    )(app);
    expect(() => FleetSimulation.of(app)).toThrow("has only 3 members");
  });

  test.each([
    [
      () => simulate(withEntry).cluster("aks-wset"),
      'no cluster "aks-wset": its clusters are aks-east, aks-sweden, aks-west',
    ],
    [() => simulate(withEntry).placement("shp"), 'no placement "shp": it has shop'],
    [
      () => simulate(withEntry).service("front"),
      'No Service "front" is exported or has an address: there are shop/front',
    ],
    [
      () => simulate(withEntry).without("mars"),
      "none in a location with that name: its clusters are aks-east, aks-sweden, aks-west, in eastus2, swedencentral, westus2",
    ],
    [
      () => simulate(withEntry).without("aks-east").cluster("aks-east"),
      'Cluster "aks-east" is lost in this simulation',
    ],
    [
      () => simulate(withEntry).withMember("aks-east", { location: "eastus2" }),
      'already has a cluster "aks-east"',
    ],
    [() => simulate(withEntry).withLabels("aks-wset", {}), 'no cluster "aks-wset"'],
    [
      () => simulate(withEntry).afterStage("canary"),
      'No staged update run of the app has a stage "canary": there is none',
    ],
    [() => simulate(staged).afterStage("canry"), "there are canary, rest"],
    [
      () => FleetSimulation.fromSynth(synthesized(withEntry), { fleet: "other" }),
      'The app has no fleet "other": it has fleet',
    ],
    [() => FleetSimulation.fromSynth("/nowhere"), "/nowhere has no synthesized app"],
    [() => FleetSimulation.of(undefined as never), "FleetSimulation.of takes an App, not nothing"],
    [() => FleetSimulation.of({} as never), "FleetSimulation.of takes an App, not {}"],
    [() => simulate(withEntry).withMember("aks-new", undefined as never), "withMember: is missing"],
    [() => simulate(withEntry).withMember("aks-new", {} as never), "withMember.location: is missing"],
    [() => simulate(withEntry).withTaint("aks-east", undefined as never), "withTaint: is missing"],
    [() => simulate(withEntry).withTaint("aks-east", {} as never), "withTaint.key: is missing"],
  ])("what isn't there is an error: %s", (act, message) => {
    expect(act).toThrow(message);
  });

  test("changes give another simulation, and leave the first as it was", () => {
    const fleet = placed(
      PlacementPolicy.pickAll({ required: [{ labelSelector: { matchLabels: { ring: "canary" } } }] }),
    );
    const more = fleet
      .withLabels("aks-west", { ring: "canary" })
      .withMember("aks-new", { location: "norwayeast", labels: { ring: "canary" } });
    expect(fleet.placement("shop")).toPlaceOn("aks-east");
    expect(more.placement("shop")).toPlaceOn("aks-east", "aks-new", "aks-west");
    expect(more.cluster("aks-new")).toRun("Deployment", "shop/front");
    expect(more.without("norwayeast").placement("shop")).toPlaceOn("aks-east", "aks-west");
  });

  test("a taint excludes placements that don't tolerate it", () => {
    const taint = { key: "maintenance", value: "yes" };
    expect(placed(all).withTaint("aks-east", taint).placement("shop")).toPlaceOn("aks-sweden", "aks-west");
    const tolerating = PlacementPolicy.pickAll({ tolerations: [{ key: "maintenance", operator: "Exists" }] });
    expect(placed(tolerating).withTaint("aks-east", taint).placement("shop")).toPlaceOn(
      "aks-east",
      "aks-sweden",
      "aks-west",
    );
  });

  test("a PickN keeps its choices", () => {
    const fleet = placed(PlacementPolicy.pickN(1));
    const { clusters } = fleet.placement("shop");
    expect(clusters).toHaveLength(1);
    const more = fleet
      .withMember("zz", { location: "eastus2" })
      .withTaint(clusters[0] as string, { key: "x" });
    expect(more.placement("shop").clusters).toEqual(clusters);
  });

  test("objects on lost members aren't rescheduled", () => {
    const fleet = placed(PlacementPolicy.pickN(1));
    const [first = ""] = fleet.placement("shop").clusters;
    expect(fleet.without(first).placement("shop").clusters).toEqual([]);
  });

  test("clusters of later stages have nothing yet", () => {
    const fleet = simulate(staged);
    const canary = fleet.afterStage("canary");
    expect(canary.placement("shop")).toPlaceOn("aks-east", "aks-sweden", "aks-west");
    expect(canary.cluster("aks-east")).toRun("Deployment", "shop/front");
    expect(canary.cluster("aks-west")).not.toRun("Deployment", "shop/front");
    expect(failure(() => expect(canary.cluster("aks-west")).toRun("Deployment", "shop/front"))).toBe(
      "aks-west doesn't run Deployment shop/front: placement shop chooses it, but its staged update run has not reached it.",
    );
    expect(canary.afterStage("rest").cluster("aks-west")).toRun("Deployment", "shop/front");
    expect(fleet.cluster("aks-west")).toRun("Deployment", "shop/front");
  });

  test("a cluster's objects are JSON", () => {
    const { objects } = simulate(withEntry).cluster("aks-east");
    expect(objects.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "ConfigMap shop/texts",
      "Deployment shop/front",
      "MultiClusterService shop/front",
      "Namespace shop",
      "Service shop/front",
      "ServiceExport shop/front",
    ]);
    expect(objects.find(({ kind }) => kind === "ConfigMap")?.object).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "texts", namespace: "shop" },
      data: { title: "${a} %{b}" },
    });
  });
});

describe("toRun", () => {
  const fleet = simulate(
    shopApp(({ hub, shop }) => {
      new ResourceEnvelope(hub, "Envelope", {
        namespace: shop,
        name: "limits",
        objects: [
          {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "quota" },
            spec: { hard: { pods: "9" } },
          },
        ],
      });
      const placement = hub.addPlacement("shop", {
        namespace: shop,
        policy: PlacementPolicy.inLocations("eastus2", "westus2"),
      });
      new ResourceOverride(hub, "Texts", {
        namespace: shop,
        name: "texts",
        placement,
        resourceSelectors: [{ kind: "ConfigMap", name: "texts" }],
        overrideRules: [
          { clusterSelectorTerms: [{ matchLabels: { ring: "canary" } }], overrideType: "Delete" },
          {
            jsonPatchOverrides: [
              { op: "add", path: "/metadata/annotations", value: { "example.com/a.b": "c" } },
            ],
          },
        ],
      });
    }),
  );

  test("compares fields by their paths", () => {
    const west = fleet.cluster("aks-west");
    expect(west).toRun("Deployment", "shop/front", {
      "spec.replicas": 2,
      "spec.template.spec.containers[0].image": expect.stringContaining("nginx"),
      "spec.selector": { matchLabels: { app: "front" } },
      "spec.paused": undefined,
    });
    expect(west).toRun("Deployment.apps", "shop/front");
    expect(west).toRun("ConfigMap", "shop/texts", { 'metadata.annotations["example.com/a.b"]': "c" });
    expect(west).toRun("Namespace", "shop");
    expect(west).toRun("ResourceQuota", "shop/quota", { "spec.hard.pods": "9" });
    expect(west).not.toRun("Deployment", "shop/front", { "spec.replicas": 3 });
    expect(west).not.toRun("Deployment.batch", "shop/front");
  });

  test("reports the differences", () => {
    const west = fleet.cluster("aks-west");
    expect(
      failure(() =>
        expect(west).toRun("Deployment", "shop/front", {
          "spec.replicas": 3,
          "spec.paused": true,
          kind: "Deployment",
        }),
      ),
    ).toBe(
      "aks-west runs Deployment shop/front with other values:\n  spec.replicas: 2, not 3\n  spec.paused: nothing, not true",
    );
    expect(failure(() => expect(west).not.toRun("Deployment", "shop/front"))).toBe(
      "aks-west runs Deployment shop/front.",
    );
  });

  test.each([
    [
      "aks-sweden",
      "Deployment",
      "shop/front",
      "placement shop doesn't choose aks-sweden: location is swedencentral, not eastus2 or westus2.",
    ],
    ["aks-east", "ConfigMap", "shop/texts", "placement shop chooses it, but an override deletes it there."],
    [
      "aks-east",
      "Deployment",
      "shop/frnt",
      "no placement selects a Deployment shop/frnt, nor does a selected envelope contain it; there is shop/front.",
    ],
  ])("%s without %s %s says why", (cluster, kind, name, why) => {
    expect(failure(() => expect(fleet.cluster(cluster)).toRun(kind, name))).toBe(
      `${cluster} doesn't run ${kind} ${name}: ${why}`,
    );
  });

  test("unknowns fail, even with not", () => {
    const secret = simulate(
      shopApp(({ hub, shop }) => {
        shop.addSecret("id", { data: { id: hub.fleet.fleetId } });
        hub.addPlacement("shop", { namespace: shop, policy: all });
      }),
    ).cluster("aks-east");
    const why = "data.id of Secret shop/id on aks-east isn't known: it is known only after apply.";
    expect(failure(() => expect(secret).toRun("Secret", "shop/id", { "data.id": "x" }))).toBe(why);
    expect(failure(() => expect(secret).not.toRun("Secret", "shop/id", { "data.id": "x" }))).toBe(why);
    expect(secret).toRun("Secret", "shop/id");
    expect(secret.objects.find(({ kind }) => kind === "Secret")?.object).toMatchObject({ data: {} });
  });

  test("takes clusters only", () => {
    expect(failure(() => expect(fleet.placement("shop")).toRun("Deployment", "shop/front"))).toMatch(
      /^toRun takes what fleet\.cluster\("NAME"\) returns, not a PlacementSimulation\.$/,
    );
    expect(failure(() => expect(undefined).toRun("Deployment", "shop/front"))).toMatch(/not nothing\.$/);
  });
});

describe("toPlaceOn", () => {
  const placement = placed(PlacementPolicy.inLocations("eastus2", "westus2")).placement("shop");
  const choices = [
    "  aks-east: yes, PickAll: location eastus2",
    "  aks-sweden: no, location is swedencentral, not eastus2 or westus2",
    "  aks-west: yes, PickAll: location westus2",
  ].join("\n");

  test("is about just these, and with not about any of them", () => {
    expect(placement).toPlaceOn("aks-west", "aks-east");
    expect(placement).not.toPlaceOn("aks-sweden");
    expect(failure(() => expect(placement).toPlaceOn("aks-east"))).toBe(
      `Placement shop is not on exactly aks-east:\n${choices}`,
    );
    expect(failure(() => expect(placement).toPlaceOn("aks-east", "aks-sweden", "aks-west", "x"))).toBe(
      `Placement shop is not on exactly aks-east, aks-sweden, aks-west, x:\n${choices}\n  x: no, the fleet has no such cluster`,
    );
    expect(failure(() => expect(placement).not.toPlaceOn("aks-sweden", "aks-west"))).toBe(
      `Placement shop is on aks-sweden, aks-west:\n${choices}`,
    );
    expect(failure(() => expect(placement).toPlaceOn())).toMatch(/^toPlaceOn needs at least one cluster/);
  });

  test("unknowns fail, even with not, if they matter", () => {
    const members = {
      east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
      west: { location: "westus2", addressSpace: ["10.2.0.0/16"], labels: { ring: "canary" } },
      sweden: { location: "swedencentral", addressSpace: ["10.3.0.0/16"], labels: { ring: "production" } },
    };
    const canary = PlacementPolicy.pickAll({
      required: [{ labelSelector: { matchLabels: { ring: "canary" } } }],
    });
    const fleet = placed(canary, members);
    const open = fleet.placement("shop");
    expect(failure(() => expect(open).toPlaceOn("aks-west"))).toMatch(
      /^Placement shop isn't known to be on exactly aks-west:\n {2}aks-east: \?, ring: the app sets no labels on it, but something else may\n/,
    );
    expect(failure(() => expect(open).toPlaceOn("aks-east", "aks-west"))).toMatch(/isn't known/);
    expect(failure(() => expect(open).not.toPlaceOn("aks-east"))).toMatch(
      /^Placement shop may be on aks-east:/,
    );
    expect(open).not.toPlaceOn("aks-sweden");
    expect(fleet.withLabels("aks-east", {}).placement("shop")).toPlaceOn("aks-west");
  });
});

describe("Services", () => {
  test("one entry is the address of all", () => {
    const fleet = simulate(withEntry);
    const service = fleet.service("shop/front");
    expect(service).toBeReachable();
    expect(service).not.toBeUnreachable();
    expect(service).toBeServedFrom("aks-east", "aks-sweden", "aks-west");
    expect(fleet.without("westus2").service("shop/front")).toBeServedFrom("aks-east", "aks-sweden");
    expect(fleet.without("westus2").service("shop/front")).not.toBeServedFrom("aks-west");
    const lost = fleet.without("eastus2").service("shop/front");
    expect(lost).toBeUnreachable();
    expect(lost).not.toBeReachable();
    expect(failure(() => expect(lost).toBeReachable())).toBe(
      "Service shop/front is unreachable:\n  aks-sweden, aks-west export it, but nothing routes to it (aks-east is lost)",
    );
    expect(failure(() => expect(service).toBeUnreachable())).toBe(
      "Service shop/front is reachable:\n  the address of shop/front at aks-east routes to it",
    );
    expect(failure(() => expect(service).toBeServedFrom("aks-east"))).toMatch(
      /^Service shop\/front is not served from exactly aks-east\. It is served from aks-east, aks-sweden, aks-west\./,
    );
  });

  test("behind a DNS name every region has an address", () => {
    const fleet = simulate(
      shopApp(({ infra, hub, shop }) => {
        const trafficManager = infra.addTrafficManagerAccess("TrafficManager");
        hub.addPlacement("shop", { namespace: shop, policy: all });
        hub.addDnsLoadBalancer("front", { namespace: shop, trafficManager, monitorPath: "/" });
      }),
    );
    expect(fleet.without("eastus2", "aks-west").service("shop/front")).toBeServedFrom("aks-sweden");
    const none = fleet.without("eastus2", "westus2", "swedencentral").service("shop/front");
    expect(none).toBeUnreachable();
    expect(failure(() => expect(none).toBeServedFrom("aks-east"))).toContain("No cluster serves it.");
  });
});
