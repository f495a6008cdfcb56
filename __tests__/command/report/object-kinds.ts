import { type Kind, kind as made } from "./kind";
import { type MadeChange, placementSpec } from "./made";

/* Plans of what a hub holds: what its objects do on the clusters, as written, in an envelope or by an override. */

const kind: typeof made = (name, severity, rules, changes, ...words) =>
  made(name, severity, rules, [...rest(changes), ...changes], ...words);

const APIS: Readonly<Record<string, string>> = {
  ClusterResourcePlacement: "placement.kubernetes-fleet.io/v1",
  ClusterResourcePlacementDisruptionBudget: "placement.kubernetes-fleet.io/v1beta1",
  CronJob: "batch/v1",
  DaemonSet: "apps/v1",
  Deployment: "apps/v1",
  Gateway: "gateway.networking.k8s.io/v1",
  HTTPRoute: "gateway.networking.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  MultiClusterService: "networking.fleet.azure.com/v1alpha1",
  NetworkPolicy: "networking.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
  ResourceEnvelope: "placement.kubernetes-fleet.io/v1beta1",
  ResourceOverride: "placement.kubernetes-fleet.io/v1",
  ServiceExport: "networking.fleet.azure.com/v1beta1",
  StatefulSet: "apps/v1",
};

export function objectOf(kindName: string, name: string, { metadata, ...rest }: Values = {}) {
  const isClusterWide = /^(Cluster|Namespace$)/.test(kindName);
  return {
    apiVersion: APIS[kindName] ?? "v1",
    kind: kindName,
    metadata: { name, ...(isClusterWide ? {} : { namespace: "shop" }), ...(metadata as object) },
    ...rest,
  };
}

type Values = Readonly<Record<string, unknown>>;

function change(
  actions: readonly string[],
  kindName: string,
  name: string,
  before: Values | undefined,
  after: Values | undefined,
): MadeChange {
  const made = (values: Values | undefined) => values && { manifest: objectOf(kindName, name, values) };
  return {
    address: `kubernetes_manifest.${kindName}-${name}`,
    actions,
    before: made(before),
    after: made(after),
  };
}

const there = (kindName: string, name: string, values: Values = {}) =>
  change(["no-op"], kindName, name, values, values);
const update = (kindName: string, name: string, before: Values, after: Values) =>
  change(["update"], kindName, name, before, after);
const created = (kindName: string, name: string, after: Values = {}) =>
  change(["create"], kindName, name, undefined, after);
const gone = (kindName: string, name: string, before: Values = {}) =>
  change(["delete"], kindName, name, before, undefined);

const deployment = (spec: Values = {}, labels: Values = { app: "web" }, container: Values = {}) => ({
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          { name: "web", image: "web:1", ports: [{ name: "http", containerPort: 8080 }], ...container },
        ],
      },
    },
    ...spec,
  },
});
const service = (spec: Values = {}) => ({
  spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

/** What is on the hub, of which nothing changes. */
function rest(changes: readonly MadeChange[]): MadeChange[] {
  const given = changes.map(({ address }) => address);
  return [
    there("Namespace", "shop"),
    there("Deployment", "web", deployment()),
    there("Service", "web", service()),
  ].filter(({ address }) => !given.includes(address));
}

const IN_WEST = {
  clusterSelectorTerms: [{ labelSelector: { matchLabels: { "fleet.azure.com/location": "westus2" } } }],
};
const DEPLOYMENT = { group: "apps", version: "v1", kind: "Deployment", name: "web" };
const SERVICE = { group: "", version: "v1", kind: "Service", name: "web" };
const override = (rules: readonly object[], selected: object = DEPLOYMENT): Values => ({
  spec: {
    placement: { name: "shop", scope: "Cluster" },
    resourceSelectors: [selected],
    policy: { overrideRules: rules.map((rule) => ({ clusterSelector: IN_WEST, ...rule })) },
  },
});
const patched = (path: string, value: unknown, op = "replace") => ({
  overrideType: "JSONPatch",
  jsonPatchOverrides: [{ op, path, value }],
});
const DELETED = { overrideType: "Delete" };

const OVERRIDES: readonly Kind[] = [
  kind(
    "an override takes away the labels that a Service selects",
    "outage",
    ["service-empty"],
    [created("ResourceOverride", "o", override([patched("/spec/template/metadata/labels/app", "other")]))],
    ["ResourceOverride o", "on aks-west", "nothing answers at Service web"],
    ["aks-east"],
  ),
  kind(
    "an override lets a Service select nothing",
    "outage",
    ["service-empty"],
    [created("ResourceOverride", "o", override([patched("/spec/selector/app", "other")], SERVICE))],
    ["on aks-west"],
    ["aks-east"],
  ),
  kind(
    "an override of an item of a list",
    "change",
    ["override-changed"],
    [
      created(
        "ResourceOverride",
        "o",
        override([patched("/spec/template/spec/containers/0/image", "web:2")]),
      ),
    ],
  ),
  kind(
    "an override of an item that isn't there",
    "risk",
    ["placement-fails"],
    [
      created(
        "ResourceOverride",
        "o",
        override([patched("/spec/template/spec/containers/3/image", "web:2")]),
      ),
    ],
    ["/containers/3/image"],
  ),
  kind(
    "an override of what never changes on a cluster",
    "risk",
    ["placement-fails"],
    [created("ResourceOverride", "o", override([patched("/spec/selector/matchLabels/app", "other")]))],
    ["selector", "aks-west refuses"],
    ["aks-east", "stop"],
  ),
  kind(
    "an override that gives replicas goes",
    "outage",
    ["workload-stopped", "override-gone"],
    [
      there("Deployment", "web", deployment({ replicas: 0 })),
      gone("ResourceOverride", "o", override([patched("/spec/replicas", 3)])),
    ],
    ["on aks-west", "3 → 0"],
  ),
  kind(
    "no replicas but by an override everywhere",
    "change",
    ["override-changed", "workload-changed"],
    [
      update("Deployment", "web", deployment({ replicas: 3 }), deployment({ replicas: 0 })),
      created(
        "ResourceOverride",
        "o",
        override([{ ...patched("/spec/replicas", 3), clusterSelector: { clusterSelectorTerms: [] } }]),
      ),
    ],
  ),
  kind(
    "an override gives way to an equal one",
    "change",
    ["override-changed", "override-changed"],
    [
      gone("ResourceOverride", "o", override([DELETED])),
      created("ResourceOverride", "p", override([DELETED])),
    ],
    ["no object changes on any cluster"],
    ["removed"],
  ),
];

const worker = (replicas: number, more: Values = {}) =>
  objectOf("Deployment", "worker", {
    spec: { ...deployment().spec, replicas, selector: { matchLabels: { app: "web" } }, ...more },
  });
const quota = (pods: string) => objectOf("ResourceQuota", "q", { spec: { hard: { pods } } });
const envelope = (before: Values, after: Values) =>
  update("ResourceEnvelope", "e", { data: before }, { data: after });

const ENVELOPES: readonly Kind[] = [
  kind(
    "a workload in an envelope goes to 0",
    "outage",
    ["workload-stopped"],
    [envelope({ w: worker(2) }, { w: worker(0) })],
    ["ResourceEnvelope e", "Deployment worker on aks-east and aks-west", "2 → 0"],
  ),
  kind(
    "a workload in an envelope, where nothing says what places it",
    "outage",
    ["placement-deleted", "workload-stopped"],
    [
      gone("ClusterResourcePlacement", "shop", placementSpec("eastus2", "westus2")),
      envelope({ w: worker(2) }, { w: worker(0) }),
    ],
  ),
  kind(
    "a quota in an envelope",
    "risk",
    ["quota-changed", "envelope-changed"],
    [envelope({ q: quota("5"), w: worker(2) }, { q: quota("1"), w: worker(3) })],
    ["pods 5 → 1", "replicas 2 → 3"],
  ),
  kind(
    "what never changes, in an envelope",
    "risk",
    ["placement-fails"],
    [envelope({ w: worker(2) }, { w: worker(2, { selector: { matchLabels: { app: "other" } } }) })],
    ["Deployment worker", "selector", "aks-east and aks-west refuses"],
    ["stop"],
  ),
  kind(
    "an envelope's other name for the same object",
    "change",
    ["envelope-changed"],
    [envelope({ a: worker(2) }, { b: worker(2) })],
    [],
    ["removed from"],
  ),
  kind(
    "an override and an envelope change the same object",
    "outage",
    ["workload-stopped", "override-changed"],
    [
      envelope({ w: worker(2) }, { w: worker(0) }),
      created(
        "ResourceOverride",
        "o",
        override([patched("/metadata/labels", { a: "b" }, "add")], {
          group: "placement.kubernetes-fleet.io",
          version: "v1beta1",
          kind: "ResourceEnvelope",
          name: "e",
        }),
      ),
    ],
    ["ResourceEnvelope e: Deployment worker"],
    ["ResourceOverride o: Deployment"],
  ),
];

const ingress = (host: string, to: string, more: Values = {}) => ({
  spec: {
    rules: [
      { host, http: { paths: [{ path: "/", backend: { service: { name: to, port: { number: 80 } } } }] } },
    ],
    ...more,
  },
});
const route = (hostnames: readonly string[], to: string, gateway = "g") => ({
  spec: { hostnames, parentRefs: [{ name: gateway }], rules: [{ backendRefs: [{ name: to, port: 80 }] }] },
});
const listeners = (...ports: number[]) => ({
  spec: { listeners: ports.map((port) => ({ name: `p${port}`, port, protocol: "HTTPS" })) },
});
const balancer = { type: "LoadBalancer" };

const SERVICES: readonly Kind[] = [
  kind(
    "a port that a Service names goes from the pods",
    "outage",
    ["service-empty"],
    [
      there("Service", "web", service({ ports: [{ port: 80, targetPort: "http" }] })),
      update(
        "Deployment",
        "web",
        deployment(),
        deployment({}, { app: "web" }, { ports: [{ name: "web", containerPort: 8080 }] }),
      ),
    ],
    ["Service web"],
  ),
  kind(
    "a Service's port gets the name that the pods give theirs",
    "risk",
    ["service-leads-elsewhere"],
    [update("Service", "web", service(), service({ ports: [{ port: 80, targetPort: "http" }] }))],
  ),
  kind(
    "a Service has no selector any longer",
    "risk",
    ["service-leads-elsewhere"],
    [update("Service", "web", service(), service({ selector: undefined }))],
    ["no longer has a selector"],
    ["other pods"],
  ),
  kind(
    "a Service has no node port any longer",
    "outage",
    ["service-cut"],
    [update("Service", "web", service({ type: "NodePort" }), service())],
    ["NodePort → ClusterIP"],
  ),
  kind(
    "the node port of a placed Service, which the fleet doesn't place",
    "change",
    ["workload-changed"],
    [
      update(
        "Service",
        "web",
        service({ type: "NodePort", ports: [{ port: 80, nodePort: 30001 }] }),
        service({ type: "NodePort", ports: [{ port: 80, nodePort: 30002 }] }),
      ),
    ],
  ),
  kind(
    "only nodes with pods answer",
    "risk",
    ["service-leads-elsewhere"],
    [update("Service", "web", service(balancer), service({ ...balancer, externalTrafficPolicy: "Local" }))],
    ["externalTrafficPolicy Local"],
  ),
  kind(
    "an annotation restricts who reaches a load balancer",
    "risk",
    ["service-leads-elsewhere"],
    [
      update("Service", "web", service(balancer), {
        ...service(balancer),
        metadata: {
          annotations: { "service.beta.kubernetes.io/azure-allowed-ip-ranges": "203.0.113.0/24" },
        },
      }),
    ],
    ["203.0.113.0/24"],
  ),
  kind(
    "the family of a Service's addresses",
    "risk",
    ["object-refused"],
    [update("Service", "web", service({ ipFamilies: ["IPv4"] }), service({ ipFamilies: ["IPv6"] }))],
    ["ipFamilies"],
  ),
  kind(
    "the class of an Ingress",
    "outage",
    ["ingress-narrowed"],
    [
      update(
        "Ingress",
        "i",
        ingress("a.example.org", "web", { ingressClassName: "nginx" }),
        ingress("a.example.org", "web", { ingressClassName: "webapprouting.kubernetes.azure.com" }),
      ),
    ],
    ["nginx → webapprouting.kubernetes.azure.com"],
  ),
  kind(
    "the backend of an Ingress",
    "risk",
    ["ingress-leads-elsewhere"],
    [update("Ingress", "i", ingress("a.example.org", "web"), ingress("a.example.org", "other"))],
    ["a.example.org/"],
  ),
  kind(
    "the certificate of an Ingress",
    "risk",
    ["ingress-leads-elsewhere"],
    [
      update(
        "Ingress",
        "i",
        ingress("a.example.org", "web", { tls: [{ hosts: ["a.example.org"], secretName: "s" }] }),
        ingress("a.example.org", "web"),
      ),
    ],
    ["TLS"],
  ),
  kind(
    "an Ingress serves another host, too",
    "change",
    ["workload-changed"],
    [
      update(
        "Ingress",
        "i",
        { spec: { rules: [{ host: "a.example.org" }] } },
        { spec: { rules: [{ host: "a.example.org" }, { host: "b.example.org" }] } },
      ),
    ],
  ),
  kind(
    "a route serves a host no longer",
    "outage",
    ["ingress-narrowed"],
    [
      update(
        "HTTPRoute",
        "r",
        route(["a.example.org", "b.example.org"], "web"),
        route(["a.example.org"], "web"),
      ),
    ],
    ["b.example.org"],
  ),
  kind(
    "a route leaves its Gateway",
    "outage",
    ["ingress-narrowed"],
    [update("HTTPRoute", "r", route(["a.example.org"], "web"), route(["a.example.org"], "web", "other"))],
    ["Gateway g"],
  ),
  kind(
    "a route leads elsewhere",
    "risk",
    ["ingress-leads-elsewhere"],
    [update("HTTPRoute", "r", route(["a.example.org"], "web"), route(["a.example.org"], "other"))],
  ),
  kind(
    "a Gateway serves a port no longer",
    "outage",
    ["ingress-narrowed"],
    [update("Gateway", "g", listeners(80, 443), listeners(80))],
    ["port 443"],
  ),
];

const account = (annotations: Values) => ({ metadata: { annotations } });
const CLIENT = "azure.workload.identity/client-id";
const stateful = (spec: Values) => ({ spec: { replicas: 2, ...spec } });

const SETTINGS: readonly Kind[] = [
  kind(
    "a ServiceAccount gets another identity",
    "risk",
    ["workload-identity"],
    [update("ServiceAccount", "web", account({ [CLIENT]: "one" }), account({ [CLIENT]: "two" }))],
    ["one → two"],
  ),
  kind(
    "a ServiceAccount has no identity any longer",
    "risk",
    ["workload-identity"],
    [update("ServiceAccount", "web", account({ [CLIENT]: "one" }), account({}))],
  ),
  kind(
    "a ServiceAccount gets an identity",
    "change",
    ["updated"],
    [update("ServiceAccount", "web", account({ a: "b" }), account({ a: "b", [CLIENT]: "one" }))],
  ),
  kind(
    "pods no longer use workload identity",
    "risk",
    ["workload-identity"],
    [
      update(
        "Deployment",
        "web",
        deployment({}, { app: "web", "azure.workload.identity/use": "true" }),
        deployment({}, { app: "web" }),
      ),
    ],
  ),
  kind(
    "a StatefulSet no longer keeps its claims when scaled down",
    "risk",
    ["data-unkept"],
    [
      update(
        "StatefulSet",
        "db",
        stateful({ persistentVolumeClaimRetentionPolicy: { whenScaled: "Retain" } }),
        stateful({ persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } }),
      ),
    ],
  ),
  kind(
    "a budget of disruptions allows none",
    "risk",
    ["disruption-changed"],
    [update("PodDisruptionBudget", "b", { spec: { maxUnavailable: 1 } }, { spec: { maxUnavailable: 0 } })],
    ["upgrades stall"],
  ),
  kind(
    "a budget of disruptions comes that allows none",
    "risk",
    ["disruption-changed"],
    [created("PodDisruptionBudget", "b", { spec: { minAvailable: "100%" } })],
    ["upgrades stall"],
  ),
  kind(
    "a budget of disruptions comes",
    "change",
    ["created"],
    [created("PodDisruptionBudget", "b", { spec: { minAvailable: 1 } })],
  ),
  kind(
    "a placement's budget allows more",
    "risk",
    ["disruption-changed"],
    [
      update(
        "ClusterResourcePlacementDisruptionBudget",
        "shop",
        { spec: { minAvailable: 2 } },
        { spec: { minAvailable: 0 } },
      ),
    ],
    ["2 → 0"],
    ["nodes"],
  ),
  kind(
    "a placement's budget goes",
    "risk",
    ["disruption-changed"],
    [gone("ClusterResourcePlacementDisruptionBudget", "shop", { spec: { minAvailable: 2 } })],
  ),
  kind(
    "a policy comes that lets nothing pass",
    "outage",
    ["policy-shuts"],
    [created("NetworkPolicy", "deny", { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } })],
    ["in and out"],
  ),
  kind(
    "a policy comes that lets nothing pass, beside one that does",
    "risk",
    ["policy-created"],
    [
      there("NetworkPolicy", "allow", { spec: { podSelector: {}, ingress: [{}] } }),
      created("NetworkPolicy", "deny", { spec: { podSelector: {}, policyTypes: ["Ingress"] } }),
    ],
    ["except for what other policies allow"],
  ),
];

export const OBJECT_KINDS: readonly Kind[] = [...OVERRIDES, ...ENVELOPES, ...SERVICES, ...SETTINGS];
