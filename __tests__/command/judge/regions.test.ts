import { judge } from "../../../lib/command/judge/effects";
import { regionText } from "../../../lib/command/judge/regions";
import { readPlan } from "../../../lib/command/plan/plan";
import {
  clusterId,
  clusterValues,
  fleetPlan,
  type MadeChange,
  madeObject,
  madePlan,
  placementSpec,
} from "../report/made";

function reported(plan: string): string[] {
  const { regions } = judge([readPlan(plan, "infra", "the plan")]);
  return regions.map((one) => `${one.region} ${regionText(one)}`);
}

const deployment = (name: string, replicas: number) => ({
  metadata: { name, namespace: "shop" },
  spec: { replicas },
});
const updated = (name: string, before: number, after: number) =>
  madeObject(["update"], "Deployment", name, deployment(name, before), deployment(name, after));
const namespace = madeObject(["no-op"], "Namespace", "shop", {});

test("what a placement brings, and what it takes away, is told of the regions of its members", () => {
  const narrowed = madeObject(
    ["update"],
    "ClusterResourcePlacement",
    "shop",
    placementSpec("eastus2", "westus2"),
    placementSpec("eastus2"),
  );
  expect(reported(fleetPlan([namespace, narrowed, updated("front", 1, 3)]))).toEqual([
    "eastus2 changes: Deployment shop/front",
    "westus2 stops: namespace shop",
  ]);
  const widened = madeObject(
    ["update"],
    "ClusterResourcePlacement",
    "shop",
    placementSpec("eastus2"),
    placementSpec("eastus2", "westus2"),
  );
  expect(reported(fleetPlan([namespace, widened]))).toEqual(["westus2 arrives: namespace shop"]);
});

test("what stops in place stops, and what is new arrives", () => {
  const created = madeObject(["create"], "Deployment", "back", undefined, deployment("back", 1));
  expect(reported(fleetPlan([namespace, updated("front", 2, 0), created]))).toEqual([
    "eastus2 stops: Deployment shop/front; arrives: Deployment shop/back",
    "westus2 stops: Deployment shop/front; arrives: Deployment shop/back",
  ]);
});

test("what goes with its cluster isn't told again, and what nobody notices isn't told", () => {
  const values = (name: string) => ({
    name: `aks-${name}`,
    kubernetes_cluster_id: clusterId(`aks-${name}`),
  });
  expect(
    reported(
      fleetPlan([
        {
          address: "azurerm_kubernetes_cluster.east",
          actions: ["delete"],
          before: clusterValues("aks-east", "eastus2"),
        },
        { address: "azurerm_kubernetes_fleet_member.east", actions: ["delete"], before: values("east") },
        {
          address: "azurerm_kubernetes_cluster.west",
          actions: ["update"],
          before: clusterValues("aks-west", "westus2"),
          after: clusterValues("aks-west", "westus2", { tags: { team: "a" } }),
        },
      ]),
    ),
  ).toEqual(["eastus2 stops: cluster aks-east"]);
});

const REGIONS = ["eastus2", "westus2", "uksouth"];

/** Thirty clusters of which the pool changes. */
function resized(pool: (number: number) => object): string {
  return madePlan(
    Array.from({ length: 30 }, (_, number): MadeChange => {
      const values = (more: object) => {
        const made = clusterValues(`aks-${number}`, REGIONS[number % 3] as string);
        return { ...made, default_node_pool: [{ ...made.default_node_pool[0], ...more }] };
      };
      return {
        address: `azurerm_kubernetes_cluster.c${number}`,
        actions: ["update"],
        before: values({}),
        after: values(pool(number)),
      };
    }),
  );
}

test.each([
  ["the same", () => ({ vm_size: "Standard_D8s_v5" }), "vm_size Standard_D4s_v5 → Standard_D8s_v5"],
  [
    "each another",
    (number: number) => ({ vnet_subnet_id: `/subnets/${number}` }),
    "vnet_subnet_id, each differently",
  ],
])("many clusters that change are one line, %s", (_, pool, what) => {
  const plan = resized(pool);
  expect(reported(plan)).toEqual([
    "eastus2 changes: 10 clusters",
    "uksouth changes: 10 clusters",
    "westus2 changes: 10 clusters",
  ]);
  expect(judge([readPlan(plan, "infra", "the plan")]).effects.map(({ text }) => text)).toEqual([
    `30 clusters get new nodes (${what}), all in one deployment (aks-0, aks-1, aks-10, aks-11, aks-12, aks-13 and 24 more): the pods of all their nodes move`,
  ]);
});

test("two that change otherwise are two lines", () => {
  const plan = JSON.parse(resized((number) => ({ vnet_subnet_id: `/subnets/${number}` })));
  plan.resource_changes.length = 2;
  const { effects } = judge([readPlan(JSON.stringify(plan), "infra", "the plan")]);
  expect(effects.map(({ addresses }) => addresses.length)).toEqual([1, 1]);
});

describe("one cause is told once", () => {
  const many = (count: number, change: (number: number) => MadeChange) =>
    judge([
      readPlan(madePlan(Array.from({ length: count }, (_, number) => change(number))), "infra", "the plan"),
    ]).effects.map(({ severity, text }) => `${severity}: ${text}`);
  const cluster = (number: number, more: object = {}) => clusterValues(`aks-${number}`, "eastus2", more);
  const deleted = (number: number): MadeChange => ({
    address: `azurerm_kubernetes_cluster.c${number}`,
    actions: ["delete"],
    before: cluster(number),
  });

  test("of clusters that go, and that they go at once", () => {
    expect(many(3, deleted)).toEqual([
      "outage: 3 clusters are deleted, all in one deployment (aks-0, aks-1 and aks-2): their workloads stop, the address of any MultiClusterService on them is lost",
    ]);
    expect(many(2, deleted)).toHaveLength(2);
  });

  test("of clusters that are made anew, or made", () => {
    expect(
      many(3, (number) => ({
        address: `azurerm_kubernetes_cluster.c${number}`,
        actions: ["delete", "create"],
        before: cluster(number),
        after: cluster(number, { dns_prefix: `other-${number}` }),
        replace_paths: [["dns_prefix"]],
      })),
    ).toEqual([
      expect.stringMatching(
        /^outage: 3 clusters are replaced because dns_prefix changes, all in one deployment \(/,
      ),
    ]);
    expect(
      many(3, (number) => ({
        address: `azurerm_kubernetes_cluster.c${number}`,
        actions: ["create"],
        after: cluster(number),
      })),
    ).toEqual(["change: 3 clusters are created in eastus2 (aks-0, aks-1 and aks-2)"]);
  });

  test("of members that leave", () => {
    expect(
      many(3, (number) => ({
        address: `azurerm_kubernetes_fleet_member.m${number}`,
        actions: ["delete"],
        before: { name: `aks-${number}`, kubernetes_cluster_id: clusterId(`aks-${number}`) },
      })),
    ).toEqual([
      "risk: 3 members leave (aks-0, aks-1 and aks-2): what is placed there is left behind unmanaged, their exports get no fleet traffic; the hub refuses while they still export a Service",
    ]);
  });

  test("of workloads that get another image", () => {
    const image = (name: string) => ({
      spec: { template: { spec: { containers: [{ name: "web", image: name }] } } },
    });
    expect(
      many(3, (number) =>
        madeObject(["update"], "Deployment", `web-${number}`, image("web:1"), image("web:2")),
      ),
    ).toEqual([
      "change: 3 Deployments change (web-0, web-1 and web-2): template.spec.containers.web.image web:1 → web:2; their pods restart one after another",
    ]);
  });
});
