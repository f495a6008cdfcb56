import type { KubernetesObject } from "../../lib/kubernetes/kubernetes-object";
import { normalizeManifest as normalize } from "../../lib/kubernetes/normalize";
import { texts } from "../synth";

type Json = Record<string, unknown>;

/** What is sent of an object that the API takes; its metadata need not be given. */
function normalizeManifest(object: Json): Json {
  const { manifest, findings } = normalize({
    metadata: { name: "a" },
    ...object,
  } as unknown as KubernetesObject);
  expect(texts(findings)).toEqual([]);
  const { metadata: _notGiven, ...rest } = manifest;
  return "metadata" in object ? manifest : rest;
}

const deployment = (container: Json, pod: Json = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "a" },
  spec: { template: { spec: { ...pod, containers: [{ name: "a", ...container }] } } },
});

const configMap = (rest: Json) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a" },
  ...rest,
});

const secret = (rest: Json) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, ...rest });

const widget = (rest: Json) => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "a" },
  ...rest,
});

describe("as the API answers", () => {
  test.each<[string, Json, Json]>([
    [
      "nulls are left out, at any depth",
      deployment({ args: null, ports: [{ containerPort: 80, name: null }] }),
      deployment({ ports: [{ containerPort: 80 }] }),
    ],
    [
      "status and creationTimestamp: null are left out",
      configMap({ metadata: { name: "a", creationTimestamp: null }, status: { ready: true } }),
      configMap({}),
    ],
    [
      "empty lists are left out",
      deployment({ command: [], env: [] }, { volumes: [], imagePullSecrets: [] }),
      deployment({}),
    ],
    [
      "empty maps of texts are left out",
      {
        ...deployment({}, { nodeSelector: {} }),
        metadata: { name: "a", labels: {}, annotations: {} },
      },
      deployment({}),
    ],
    ["an empty map of a ConfigMap is left out", configMap({ data: {} }), configMap({})],
    [
      "limits and requests of nothing are left out, resources stays",
      deployment({ resources: { limits: {}, requests: {} } }),
      deployment({ resources: {} }),
    ],
    [
      "other empty objects mean something and stay",
      deployment({ securityContext: {} }, { volumes: [{ name: "v", emptyDir: {} }] }),
      deployment({ securityContext: {} }, { volumes: [{ name: "v", emptyDir: {} }] }),
    ],
    [
      "a selector of everything stays, without its empty part",
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "a" },
        spec: { podSelector: { matchLabels: {} }, ingress: [{}] },
      },
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "a" },
        spec: { podSelector: {}, ingress: [{}] },
      },
    ],
    [
      "an empty value of an environment variable is left out, the variable stays",
      deployment({
        env: [
          { name: "EMPTY", value: "" },
          { name: "SET", value: "x" },
        ],
      }),
      deployment({ env: [{ name: "EMPTY" }, { name: "SET", value: "x" }] }),
    ],
  ])("%s", (_case, written, answered) => {
    expect(normalizeManifest(written)).toEqual(answered);
  });

  test.each<[string, Json, Json]>([
    [
      "a container's resources",
      deployment({ resources: { limits: { cpu: "1000m", memory: "1024Mi" }, requests: { cpu: 0.5 } } }),
      deployment({ resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } } }),
    ],
    [
      "an init container's",
      deployment({}, { initContainers: [{ name: "i", resources: { limits: { cpu: "2000m" } } }] }),
      deployment({}, { initContainers: [{ name: "i", resources: { limits: { cpu: "2" } } }] }),
    ],
    [
      "huge pages: the name of the resource stays",
      deployment({ resources: { limits: { "hugepages-2Mi": "1024Mi" } } }, { volumes: [hugePages()] }),
      deployment({ resources: { limits: { "hugepages-2Mi": "1Gi" } } }, { volumes: [hugePages()] }),
    ],
    [
      "an emptyDir's size limit",
      deployment({}, { volumes: [{ name: "v", emptyDir: { sizeLimit: "2048Ki" } }] }),
      deployment({}, { volumes: [{ name: "v", emptyDir: { sizeLimit: "2Mi" } }] }),
    ],
    [
      "a claim's storage",
      claim({ resources: { requests: { storage: "1.5Gi" } } }),
      claim({ resources: { requests: { storage: "1536Mi" } } }),
    ],
    [
      "a ResourceQuota's hard limits, numbers too",
      quota({ "requests.cpu": "4000m", pods: 1000, "count/deployments.apps": 10 }),
      quota({ "requests.cpu": "4", pods: "1k", "count/deployments.apps": "10" }),
    ],
    [
      "an autoscaler's average",
      autoscaler({ type: "AverageValue", averageValue: "1000m" }),
      autoscaler({ type: "AverageValue", averageValue: "1" }),
    ],
    [
      "a volume's capacity",
      { apiVersion: "v1", kind: "PersistentVolume", spec: { capacity: { storage: "1024Gi" } } },
      { apiVersion: "v1", kind: "PersistentVolume", spec: { capacity: { storage: "1Ti" } } },
    ],
  ])("quantities: %s", (_case, written, answered) => {
    expect(normalizeManifest(written)).toEqual(answered);
  });

  test.each<[string, Json]>([
    ["no replicas", { apiVersion: "apps/v1", kind: "Deployment", spec: { replicas: 0 } }],
    ["no grace", deployment({}, { terminationGracePeriodSeconds: 0 })],
    ["no token", deployment({}, { automountServiceAccountToken: false })],
    ["no privilege", deployment({ securityContext: { allowPrivilegeEscalation: false } })],
    ["no storage class", claim({ storageClassName: "" })],
  ])("false, 0 and an empty text that mean something stay: %s", (_case, manifest) => {
    expect(normalizeManifest(manifest)).toEqual(manifest);
  });

  test.each<[string, Json, Json]>([
    [
      "a mount that is not read-only",
      deployment({ volumeMounts: [{ name: "v", mountPath: "/v", readOnly: false }] }),
      deployment({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
    ],
    ["no host network", deployment({}, { hostNetwork: false }), deployment({})],
    ["no terminal", deployment({ stdin: false, tty: false }), deployment({})],
  ])("the default of a field is left out: %s", (_case, written, answered) => {
    expect(normalizeManifest(written)).toEqual(answered);
  });

  test("quantities: a LimitRange's", () => {
    expect(
      normalizeManifest(
        limitRange({ type: "Container", max: { cpu: "1000m" }, default: { memory: "1024Mi" } }),
      ),
    ).toEqual(limitRange({ type: "Container", max: { cpu: "1" }, default: { memory: "1Gi" } }));
  });

  test("quantities: an autoscaler's target value", () => {
    expect(normalizeManifest(autoscaler({ type: "Value", value: "1000m" }))).toEqual(
      autoscaler({ type: "Value", value: "1" }),
    );
  });

  // Defect (lib/kubernetes/normalize.ts, QUANTITIES_OF_KIND): an autoscaler's `behavior.*.policies[].value` is a number of Pods or
  // of percents, no quantity; it becomes a text, 1000 even "1k".
  test("no quantity: the value of an autoscaler's policy", () => {
    const policies = [{ type: "Percent", value: 1000, periodSeconds: 15 }];
    const manifest = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "a" },
      spec: { behavior: { scaleUp: { policies } } },
    };
    expect(normalizeManifest(manifest)).toEqual(manifest);
  });

  test("quantities: the divisor of a field of resources", () => {
    const env = (divisor: string) =>
      deployment({
        env: [{ name: "M", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor } } }],
      });
    expect(normalizeManifest(env("1000m"))).toEqual(env("1"));
  });
});

describe("word for word", () => {
  test.each<[string, Json]>([
    [
      "a ConfigMap's data",
      configMap({ data: { limits: "1000m", cpu: "1024Mi", empty: "", json: '{"a":[]}' } }),
    ],
    [
      "annotations and labels",
      configMap({
        metadata: {
          name: "a",
          annotations: { sizeLimit: "1024Mi", x: "" },
          labels: { averageValue: "1000m" },
        },
      }),
    ],
    ["a Secret's data", secret({ data: { limits: "MTAwMG0=", empty: "" } })],
    ["a field that only looks like a quantity", deployment({ args: ["1000m", "1024Mi"], image: "1000" })],
    [
      "a custom resource: quantities, empty lists, empty maps, empty values",
      widget({
        spec: {
          resources: { limits: { cpu: "1000m" } },
          list: [],
          labels: {},
          env: [{ name: "A", value: "" }],
        },
      }),
    ],
  ])("%s", (_case, manifest) => {
    expect(normalizeManifest(manifest)).toEqual(manifest);
  });

  test("but a custom resource has no nulls and no status either", () => {
    expect(normalizeManifest(widget({ spec: { a: null, b: [{ c: null }] }, status: {} }))).toEqual(
      widget({ spec: { b: [{}] } }),
    );
  });

  test("a custom resource whose group ends with k8s.io", () => {
    const route = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "a" },
      spec: { rules: [] },
    };
    expect(normalizeManifest(route)).toEqual(route);
  });

  test("what was given is not changed", () => {
    const written = deployment({ resources: { limits: { cpu: "1000m" } }, args: [] });
    const before = structuredClone(written);
    normalizeManifest(written);
    expect(written).toEqual(before);
  });
});

describe("a Secret's stringData", () => {
  test("is sent as data", () => {
    expect(normalizeManifest(secret({ stringData: { user: "störe", empty: "" } }))).toEqual(
      secret({ data: { user: "c3TDtnJl", empty: "" } }),
    );
  });

  test("wins over data, as it does in the API", () => {
    expect(
      normalizeManifest(secret({ data: { a: "b2xk", b: "a2VwdA==" }, stringData: { a: "new" } })),
    ).toEqual(secret({ data: { a: "bmV3", b: "a2VwdA==" } }));
  });

  test("that is empty is left out", () => {
    expect(normalizeManifest(secret({ stringData: {} }))).toEqual(secret({}));
  });
});

function hugePages(): Json {
  return { name: "h", emptyDir: { medium: "HugePages-2Mi" } };
}

function claim(spec: Json): Json {
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "a" }, spec };
}

function quota(hard: Json): Json {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "a" }, spec: { hard } };
}

function limitRange(limit: Json): Json {
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name: "a" }, spec: { limits: [limit] } };
}

function autoscaler(target: Json): Json {
  const metrics = [{ type: "External", external: { metric: { name: "queue" }, target } }];
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "a" },
    spec: { metrics },
  };
}
