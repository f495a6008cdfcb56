import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  ClusterResourceEnvelope,
  ClusterResourceOverride,
  ClusterResourcePlacement,
  ClusterResourcePlacementDisruptionBudget,
  ClusterResourcePlacementEviction,
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  DnsLoadBalancer,
  Fleet,
  HubStack,
  InfraStack,
  MemberStack,
  MultiClusterService,
  Namespace,
  PlacementPolicy,
  ResourceOverride,
  ResourcePlacement,
  Secret,
  ServiceExport,
  StagedUpdateStrategy,
  TrafficManagerBackend,
  TrafficManagerProfile,
  Workloads,
} from "../../lib";
import { accessTo, placementCalled, strategyCalled } from "../hub/fixtures";
import { appFindings, synthApp } from "../synth";

const ALL = PlacementPolicy.all();
const CONFIG = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
const RULES = [{ overrideType: "Delete" as const }];
const RESOURCES = [{ kind: "ConfigMap", name: "a" }];

/** Two members, the hub with a placed namespace, and the stacks of both members. */
function stages(app: App) {
  const infra = new InfraStack(app, "infra", {
    fleetName: "store",
    fleetLocation: "westus",
    members: {
      east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
      west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
    },
  });
  const hub = new HubStack(app, "hub", { fleet: infra.fleet });
  const namespace = hub.addNamespace("store", { workloadsElsewhere: true });
  const placement = hub.addPlacement(namespace.name, { namespace, policy: ALL });
  const [east, west] = ["east", "west"].map(
    (key) => new MemberStack(app, `member-${key}`, { hub, member: infra.member(key) }),
  ) as [MemberStack, MemberStack];
  return { app, infra, hub, namespace, placement, east, west };
}

type Stages = ReturnType<typeof stages>;

/** What is said of places, among the rest. */
function ofPlaces(said: readonly string[]): string[] {
  return said.filter((text) => /is in another stack|object on a hub|belongs to fleet/.test(text));
}

/** Objects of the hub, and what they are made with. */
const OBJECTS: Record<string, (scope: Construct, of: Stages) => unknown> = {
  Workloads: (scope, { namespace }) => new Workloads(scope, "Object", { namespace, objects: [CONFIG] }),
  Secret: (scope, { namespace }) => new Secret(scope, "Object", { namespace, name: "a", data: {} }),
  ServiceExport: (scope, { namespace }) =>
    new ServiceExport(scope, "Object", { namespace, serviceName: "web" }),
  ResourceOverride: (scope, { namespace }) =>
    new ResourceOverride(scope, "Object", {
      namespace,
      name: "a",
      resourceSelectors: RESOURCES,
      overrideRules: RULES,
    }),
  ResourcePlacement: (scope, { namespace }) =>
    new ResourcePlacement(scope, "Object", {
      namespace,
      name: "a",
      policy: ALL,
      selectors: [{ version: "v1", kind: "ConfigMap" }],
      namespaceElsewhere: true,
      applyType: "ReportDiff",
    }),
  ClusterResourcePlacement: (scope, { namespace }) =>
    new ClusterResourcePlacement(scope, "Object", {
      namespace,
      name: "b",
      policy: ALL,
      applyType: "ReportDiff",
    }),
  StagedUpdateStrategy: (scope, { namespace }) =>
    new StagedUpdateStrategy(scope, "Object", { namespace, name: "a", stages: [{ name: "one" }] }),
  DnsLoadBalancer: (scope, { namespace }) =>
    new DnsLoadBalancer(scope, "Object", { namespace, serviceName: "web", trafficManager: accessTo("rg") }),
  ClusterResourcePlacementEviction: (scope, { placement }) =>
    new ClusterResourcePlacementEviction(scope, "Object", {
      placement,
      name: "a",
      clusterName: "aks-eastus2",
    }),
  ClusterResourcePlacementDisruptionBudget: (scope, { placement }) =>
    new ClusterResourcePlacementDisruptionBudget(scope, "Object", { placement, maxUnavailable: 1 }),
};

const ELSEWHERE = ["infra", "east", "west"] as const;

describe.each(Object.entries(OBJECTS))("%s in another stack than what it is made with", (_kind, make) => {
  test.each(ELSEWHERE)("%s", (where) => {
    const said = appFindings((app) => {
      const of = stages(app);
      make(of[where], of);
    });
    expect(ofPlaces(said)).toEqual([
      expect.stringMatching(/Object\]?:? (namespace|placement): "hub\/\S+" is in another stack/),
    ]);
  });

  test("a stack of the app's own", () => {
    const said = appFindings((app) => {
      const of = stages(app);
      const stack = new TerraformStack(app, "own");
      new KubernetesProvider(stack, "kubernetes");
      make(stack, of);
    });
    expect(ofPlaces(said)).toEqual([expect.stringMatching(/own\/Object/)]);
  });
});

const ALONE: Record<string, (scope: Construct, of: Stages) => unknown> = {
  Namespace: (scope, { infra: { fleet } }) => new Namespace(scope, "Object", { fleet, name: "shop" }),
  ClusterResourcePlacement: (scope, { infra: { fleet } }) =>
    new ClusterResourcePlacement(scope, "Object", {
      fleet,
      name: "a",
      policy: ALL,
      selectors: [{ version: "v1", kind: "PersistentVolume" }],
    }),
  ClusterResourceOverride: (scope) =>
    new ClusterResourceOverride(scope, "Object", {
      name: "a",
      clusterResourceSelectors: [{ kind: "PersistentVolume", name: "a" }],
      overrideRules: RULES,
    }),
  ClusterResourceEnvelope: (scope) =>
    new ClusterResourceEnvelope(scope, "Object", {
      name: "a",
      objects: [
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRole",
          metadata: { name: "a" },
          rules: [],
        },
      ],
    }),
  ClusterStagedUpdateStrategy: (scope) =>
    new ClusterStagedUpdateStrategy(scope, "Object", { name: "a", stages: [{ name: "one" }] }),
  ClusterStagedUpdateRun: (scope) =>
    new ClusterStagedUpdateRun(scope, "Object", {
      name: "a",
      placement: placementCalled("a"),
      strategy: strategyCalled("a"),
    }),
};

describe.each(Object.entries(ALONE))("%s, which is made with nothing else", (_kind, make) => {
  test.each([
    ["infra", /the stack "infra", which creates the fleet/],
    ["east", /the stack "member-east" talks to the member "east"/],
  ] as const)("is refused in %s", (where, expected) => {
    const said = appFindings((app) => {
      const of = stages(app);
      make(of[where], of);
    });
    expect(ofPlaces(said)).toEqual([expect.stringMatching(expected)]);
  });

  test("is taken on the hub", () => {
    expect(
      appFindings((app) => {
        const of = stages(app);
        make(of.hub, of);
      }),
    ).toEqual([]);
  });
});

function otherFleet(app: App): Fleet {
  return new InfraStack(app, "infra-b", {
    fleetName: "other",
    fleetLocation: "westus",
    fleetResourceGroupName: "rg-other",
    members: {
      north: { location: "northeurope", addressSpace: ["10.3.0.0/16"] },
      south: { location: "francecentral", addressSpace: ["10.4.0.0/16"] },
    },
  }).fleet;
}

test("an object of a fleet on the hub of another", () => {
  const said = appFindings((app) => {
    const { hub } = stages(app);
    new Namespace(hub, "Foreign", { fleet: otherFleet(app), name: "shop" });
  });
  expect(ofPlaces(said)).toEqual([
    expect.stringMatching(/belongs to fleet "other", but the stack "hub" talks to the hub of fleet "store"/),
  ]);
});

test("a namespace that another fleet's hub is to place", () => {
  const said = appFindings((app) => {
    const { namespace } = stages(app);
    new HubStack(app, "hub-b", { fleet: otherFleet(app) }).addPlacement("b", { namespace, policy: ALL });
  });
  expect(said).toContainEqual(
    expect.stringMatching(/hub-b\/Placement-b\]? ?:? ?namespace: "hub\/store" is in another stack/),
  );
});

test("objects of two fleets in one stack of the app's own", () => {
  const said = appFindings((app) => {
    const { infra } = stages(app);
    const stack = new TerraformStack(app, "own");
    new KubernetesProvider(stack, "kubernetes");
    new Namespace(stack, "One", { fleet: infra.fleet, name: "one" });
    new Namespace(stack, "Other", { fleet: otherFleet(app), name: "other" });
  });
  expect(ofPlaces(said)).toEqual([
    expect.stringMatching(
      /own\/Other.* belongs to fleet "other", but "own\/One" in the same stack to fleet "store"/,
    ),
  ]);
});

test("one fleet, imported twice, is one", () => {
  const said = appFindings((app) => {
    const id = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/old";
    const [a, b] = ["a", "b"].map((scope) => Fleet.fromFleetId(app, scope, id)) as [Fleet, Fleet];
    const hub = new HubStack(app, "hub", { fleet: a });
    new Namespace(hub, "Shop", { fleet: b, name: "shop" });
  });
  expect(ofPlaces(said)).toEqual([]);
});

describe("a MultiClusterService", () => {
  const service = (scope: Construct, { namespace }: Stages, { member }: MemberStack) =>
    new MultiClusterService(scope, "Service", { namespace, serviceName: "web", member });

  test.each([
    ["hub", /Service.* member: is "east", but the stack "hub" talks to a hub/],
    ["infra", /Service.* member: is "east", but the stack "infra" talks to no Kubernetes API/],
    ["west", /Service.* member: is "east", but the stack "member-west" talks to the member "west"/],
  ] as const)("in %s", (where, expected) => {
    const said = appFindings((app) => {
      const of = stages(app);
      service(of[where], of, of.east);
    });
    expect(said).toContainEqual(expect.stringMatching(expected));
  });

  test("in a stack of the app's own, which comes after the namespace's by itself", () => {
    const stacks = synthApp(
      (app) => {
        const of = stages(app);
        const own = new TerraformStack(app, "own");
        new KubernetesProvider(own, "kubernetes");
        service(own, of, of.east);
        expect(own.dependsOn(of.hub)).toBe(true);
      },
      () => true,
    );
    expect(stacks).toBe(true);
  });

  test("in a stack of the app's own, before one that places its namespace", () => {
    const said = appFindings((app) => {
      const { infra, east } = stages(app);
      const [first, second, own] = ["first", "second", "own"].map((id) => {
        const stack = new TerraformStack(app, id);
        new KubernetesProvider(stack, "kubernetes");
        return stack;
      }) as [TerraformStack, TerraformStack, TerraformStack];
      const { fleet } = infra;
      const namespace = new Namespace(first, "Shop", { fleet, name: "shop", workloadsElsewhere: true });
      new ClusterResourcePlacement(second, "Shop", {
        fleet,
        name: "shop",
        policy: ALL,
        selectors: [{ version: "v1", kind: "Namespace", name: "shop" }],
      });
      new MultiClusterService(own, "Service", { namespace, serviceName: "web", member: east.member });
    });
    expect(said).toContainEqual(
      expect.stringMatching(/Service.* namespace: is placed by second\/Shop\b.*"own".*"second"/),
    );
  });
});

test("a backend in another stack than its profile", () => {
  const said = appFindings((app) => {
    const { hub, namespace, infra } = stages(app);
    const profile = new TrafficManagerProfile(hub, "Profile", {
      namespace,
      name: "web",
      resourceGroupName: "rg",
    });
    const other = new HubStack(app, "hub-2", { fleet: infra.fleet });
    new TrafficManagerBackend(other, "Backend", { profile, serviceName: "web" });
  });
  expect(said).toContainEqual(
    expect.stringMatching(/Backend\]? ?:? ?profile: "hub\/Profile" is in another stack/),
  );
});
