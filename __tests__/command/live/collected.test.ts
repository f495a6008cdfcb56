import type { ResourceSelector } from "../../../lib/command/client/objects";
import { collectionOf } from "../../../lib/command/live/collected";
import type { KubernetesObject } from "../../../lib/fleet-model/identity";
import { FakeHub } from "../fake-hub";
import { onCluster, placement } from "../objects";

const SNAPSHOTS = "/apis/placement.kubernetes-fleet.io/v1beta1/clusterresourcesnapshots";

const NAMESPACE = {
  metadata: { name: "shop", uid: "1", labels: { "kubernetes.io/metadata.name": "shop" } },
  spec: { finalizers: ["kubernetes"] },
  status: { phase: "Active" },
};
/** As the API answers them. */
const LIVE: Record<string, object[]> = {
  "/api/v1/namespaces": [NAMESPACE],
  "/api/v1/namespaces/shop/configmaps": [
    { metadata: { name: "kube-root-ca.crt", namespace: "shop" }, data: { "ca.crt": "x" } },
  ],
  "/api/v1/namespaces/shop/secrets": [
    { metadata: { name: "s", namespace: "shop" }, data: { a: "Yg==" }, type: "Opaque" },
    { metadata: { name: "t", namespace: "shop" }, type: "kubernetes.io/service-account-token" },
  ],
  "/api/v1/namespaces/shop/services": [
    {
      metadata: {
        name: "web",
        namespace: "shop",
        creationTimestamp: "2026-11-25T16:44:44Z",
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      },
      spec: {
        clusterIP: "10.0.0.7",
        clusterIPs: ["10.0.0.7"],
        ports: [{ port: 80, nodePort: 30_080, protocol: "TCP" }],
        type: "NodePort",
      },
      status: { loadBalancer: {} },
    },
    {
      metadata: { name: "headless", namespace: "shop" },
      spec: { clusterIP: "None", clusterIPs: ["None"], type: "ClusterIP" },
    },
  ],
  "/api/v1/namespaces/shop/serviceaccounts": [{ metadata: { name: "default", namespace: "shop" } }],
  "/api/v1/namespaces/shop/endpoints": [
    { metadata: { name: "web", namespace: "shop" } },
    { metadata: { name: "own", namespace: "shop" }, subsets: [] },
  ],
  "/api/v1/namespaces/shop/events": [{ metadata: { name: "web.1", namespace: "shop" } }],
  "/apis/apps/v1/namespaces/shop/deployments": [
    {
      metadata: {
        name: "web",
        namespace: "shop",
        generation: 3,
        resourceVersion: "17",
        managedFields: [],
        annotations: { "deployment.kubernetes.io/revision": "3", team: "a" },
      },
      spec: { replicas: 1, template: { metadata: { creationTimestamp: null, labels: { app: "web" } } } },
      status: { observedGeneration: 3 },
    },
  ],
  "/apis/apps/v1/namespaces/shop/replicasets": [
    { metadata: { name: "web-1", namespace: "shop", ownerReferences: [{ kind: "Deployment" }] } },
  ],
  "/apis/batch/v1/namespaces/shop/jobs": [
    {
      metadata: { name: "j", namespace: "shop" },
      spec: {
        selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } },
        template: { metadata: { labels: { "controller-uid": "u", app: "j" } } },
      },
    },
  ],
  "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": [
    {
      metadata: {
        name: "web-x",
        namespace: "shop",
        labels: { "endpointslice.kubernetes.io/managed-by": "c" },
      },
    },
  ],
  "/apis/coordination.k8s.io/v1/namespaces/shop/leases": [{ metadata: { name: "l", namespace: "shop" } }],
  "/apis/networking.fleet.azure.com/v1alpha1/namespaces/shop/serviceimports": [
    { metadata: { name: "web", namespace: "shop" } },
  ],
  "/apis/rbac.authorization.k8s.io/v1/clusterroles": [
    { metadata: { name: "reader", labels: { team: "a" } }, rules: [] },
    { metadata: { name: "writer" }, rules: [] },
  ],
};

/** As the hub keeps them. */
const COLLECTED: KubernetesObject[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "kubernetes.io/metadata.name": "shop" } },
    spec: { finalizers: ["kubernetes"] },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "shop" },
    data: { a: "Yg==" },
    type: "Opaque",
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { ports: [{ port: 80, protocol: "TCP" }], type: "NodePort" },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "headless", namespace: "shop" },
    spec: { clusterIP: "None", clusterIPs: ["None"], type: "ClusterIP" },
  },
  { apiVersion: "v1", kind: "Endpoints", metadata: { name: "own", namespace: "shop" }, subsets: [] },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", annotations: { team: "a" } },
    spec: { replicas: 1, template: { metadata: { labels: { app: "web" } } } },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", namespace: "shop" },
    spec: { selector: { matchLabels: {} }, template: { metadata: { labels: { app: "j" } } } },
  },
];

interface Options {
  readonly live?: Record<string, object[]>;
  readonly collected?: KubernetesObject[];
  readonly selectors?: ResourceSelector[];
}

const WHOLE: ResourceSelector = { group: "", version: "v1", kind: "Namespace", name: "shop" };

function hub({ live = LIVE, collected = COLLECTED, selectors = [WHOLE] }: Options = {}) {
  const client = new FakeHub();
  for (const [path, items] of Object.entries(live)) client.lists.set(path, items as never);
  const snapshot = (name: string, index: string, latest: boolean, selectedResources: KubernetesObject[]) => ({
    metadata: {
      name,
      labels: {
        "kubernetes-fleet.io/parent-CRP": "aks-store-demo",
        "kubernetes-fleet.io/resource-index": index,
        ...(latest && { "kubernetes-fleet.io/is-latest-snapshot": "true" }),
      },
    },
    spec: { selectedResources },
  });
  client.lists.set(SNAPSHOTS, [
    snapshot("p-3-snapshot", "3", false, []),
    // Large sets are kept in several.
    snapshot("p-4-snapshot", "4", true, collected.slice(0, 2)),
    snapshot("p-4-0", "4", false, collected.slice(2)),
  ]);
  const placed = placement([onCluster("a")], "4");
  placed.spec.resourceSelectors = selectors;
  return { client, placed, collection: () => collectionOf(client, placed) };
}

test("all that is there is collected, without what the hub leaves out", async () => {
  expect(await hub().collection()).toEqual({ state: "complete", index: 4 });
});

const changed = (path: string, items: object[]) => hub({ live: { ...LIVE, [path]: items } }).collection();

test.each<[string, string, (items: object[]) => object[], string]>([
  [
    "changed",
    "/apis/apps/v1/namespaces/shop/deployments",
    ([one]) => [{ ...one, spec: { replicas: 2 } }],
    "Deployment web",
  ],
  [
    "new",
    "/api/v1/namespaces/shop/configmaps",
    (items) => [...items, { metadata: { name: "new", namespace: "shop" } }],
    "ConfigMap new",
  ],
  ["gone", "/api/v1/namespaces/shop/secrets", () => [], "that Secret s is gone"],
  [
    "being deleted",
    "/api/v1/namespaces/shop/secrets",
    ([one]) => [{ ...one, metadata: { name: "s", namespace: "shop", deletionTimestamp: "x" } }],
    "that Secret s is gone",
  ],
  [
    "labelled",
    "/api/v1/namespaces",
    () => [{ ...NAMESPACE, metadata: { name: "shop", labels: { team: "b" } } }],
    "Namespace shop",
  ],
])("what is %s is not collected yet", async (_, path, change, missing) => {
  expect(await changed(path, change(LIVE[path] ?? []))).toEqual({ state: "behind", index: 4, missing });
});

test("selectors choose by name, by labels, and in a namespace", async () => {
  const role = (name: string) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: name === "reader" ? { name, labels: { team: "a" } } : { name },
    rules: [],
  });
  const roles = { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" };
  const collected = async (selectors: ResourceSelector[], copies: KubernetesObject[]) =>
    (await hub({ selectors, collected: copies }).collection()).state;
  expect(await collected([{ ...roles, name: "writer" }], [role("writer")])).toBe("complete");
  expect(
    await collected([{ ...roles, labelSelector: { matchLabels: { team: "a" } } }], [role("reader")]),
  ).toBe("complete");
  expect(
    await collected(
      [
        {
          ...roles,
          labelSelector: { matchExpressions: [{ key: "team", operator: "DoesNotExist" }] },
        },
      ],
      [role("reader")],
    ),
  ).toBe("behind");
  const [namespace, secret] = COLLECTED as [KubernetesObject, KubernetesObject];
  expect(await collected([{ ...WHOLE, selectionScope: "NamespaceOnly" }], [namespace])).toBe("complete");
  const some: ResourceSelector[] = [
    { ...WHOLE, selectionScope: "NamespaceWithResourceSelectors" },
    { group: "", version: "v1", kind: "Secret", name: "s" },
  ];
  expect(await collected(some, [namespace, secret])).toBe("complete");
});

test("of a ResourcePlacement, in its namespace", async () => {
  const { client } = hub();
  const placed = placement([onCluster("a")], "0", "shop");
  placed.spec.resourceSelectors = [{ group: "", version: "v1", kind: "Secret", name: "s" }];
  client.lists.set("/apis/placement.kubernetes-fleet.io/v1beta1/namespaces/shop/resourcesnapshots", [
    {
      metadata: {
        name: "x",
        labels: {
          "kubernetes-fleet.io/parent-CRP": "aks-store-demo",
          "kubernetes-fleet.io/resource-index": "0",
          "kubernetes-fleet.io/is-latest-snapshot": "true",
        },
      },
      spec: { selectedResources: [COLLECTED[1]] },
    } as never,
  ]);
  expect(await collectionOf(client, placed)).toEqual({ state: "complete", index: 0 });
});

test("the Endpoints of a Service are the hub's own, also where they are chosen by kind", async () => {
  const [own] = COLLECTED.filter(({ kind }) => kind === "Endpoints");
  const selectors: ResourceSelector[] = [
    { ...WHOLE, selectionScope: "NamespaceWithResourceSelectors" },
    { group: "", version: "v1", kind: "Endpoints" },
  ];
  const collected = [COLLECTED[0], own] as KubernetesObject[];
  expect(await hub({ selectors, collected }).collection()).toEqual({ state: "complete", index: 4 });
});

test("what can't be selected is never collected, and can't be compared", async () => {
  const twice = hub({ selectors: [WHOLE, { ...WHOLE, selectionScope: "NamespaceOnly" }] });
  expect(await twice.collection()).toEqual({ state: "unknown", index: 4 });
});

test("before there is a snapshot nothing is collected, and nothing is read", async () => {
  const { client, placed } = hub();
  client.lists.set(SNAPSHOTS, []);
  expect(await collectionOf(client, placed)).toEqual({ state: "behind", index: -1, missing: "anything" });
  expect(client.asked).toEqual([SNAPSHOTS]);
});

test("a hub that doesn't tell what it serves, or has no snapshots, can't be compared", async () => {
  const { client, placed } = hub();
  client.served = undefined;
  expect(await collectionOf(client, placed)).toEqual({ state: "unknown", index: 4 });
  client.lists.delete(SNAPSHOTS);
  expect(await collectionOf(client, placed)).toEqual({ state: "unknown", index: 4 });
});
