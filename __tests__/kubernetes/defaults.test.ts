import { computedFieldsOf, withDefaults } from "../../lib/kubernetes/defaults";

type Json = Record<string, unknown>;

const podOf = (kind: string, pod: Json, spec: Json = {}) => ({
  apiVersion: "apps/v1",
  kind,
  spec: { ...spec, template: { spec: pod } },
});

/** What is written out of a pod's spec. */
function pod(spec: Json): Json {
  const { template } = withDefaults(podOf("Deployment", spec)).spec as { template: { spec: Json } };
  return template.spec;
}

const container = (given: Json) => (pod({ containers: [given] }).containers as Json[])[0];
const service = (spec: Json) => withDefaults({ apiVersion: "v1", kind: "Service", spec });

test.each(["apps/v1/Deployment", "apps/v1/StatefulSet", "apps/v1/DaemonSet", "batch/v1/CronJob"])(
  "are written out wherever pods are: %s",
  (name) => {
    const [, , kind] = name.split("/");
    const apiVersion = name.slice(0, name.lastIndexOf("/"));
    const template = { spec: { volumes: [{ name: "a", secret: { secretName: "a" } }] } };
    const spec = kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template };
    expect(JSON.stringify(withDefaults({ apiVersion, kind, spec }))).toContain(
      '"secret":{"secretName":"a","defaultMode":420}',
    );
  },
);

describe("a strategy", () => {
  test.each<[string, string, Json]>([
    ["Deployment", "strategy", { maxSurge: "25%", maxUnavailable: "25%" }],
    ["StatefulSet", "updateStrategy", { partition: 0 }],
    ["DaemonSet", "updateStrategy", { maxSurge: 0, maxUnavailable: 1 }],
  ])("of a %s has the parameters of its type only", (kind, field, rollingUpdate) => {
    const strategy = (given?: Json) =>
      (withDefaults(podOf(kind, {}, given && { [field]: given })).spec as Json)[field];
    expect(strategy()).toEqual({ rollingUpdate });
    expect(strategy({ type: "RollingUpdate" })).toEqual({ type: "RollingUpdate", rollingUpdate });
    expect(strategy({ type: "OnDelete" })).toEqual({ type: "OnDelete" });
    const [first = ""] = Object.keys(rollingUpdate);
    expect(strategy({ rollingUpdate: { [first]: 7 } })).toEqual({
      rollingUpdate: { ...rollingUpdate, [first]: 7 },
    });
  });
});

test.each<[Json, Json]>([
  [{ configMap: { name: "a" } }, { configMap: { name: "a", defaultMode: 420 } }],
  [{ secret: { secretName: "a", defaultMode: 256 } }, { secret: { secretName: "a", defaultMode: 256 } }],
  [{ hostPath: { path: "/a" } }, { hostPath: { path: "/a", type: "" } }],
  [{ emptyDir: {} }, { emptyDir: {} }],
  [
    { projected: { sources: [{ serviceAccountToken: { path: "a" } }] } },
    {
      projected: {
        sources: [{ serviceAccountToken: { path: "a", expirationSeconds: 3600 } }],
        defaultMode: 420,
      },
    },
  ],
  [
    { downwardAPI: { items: [{ path: "a", fieldRef: { fieldPath: "metadata.name" } }] } },
    {
      downwardAPI: {
        items: [{ path: "a", fieldRef: { fieldPath: "metadata.name", apiVersion: "v1" } }],
        defaultMode: 420,
      },
    },
  ],
  [
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"] } } } },
    {
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem" } },
      },
    },
  ],
  [{ image: { reference: "a" } }, { image: { reference: "a", pullPolicy: "Always" } }],
])("a volume: %j", (given, written) => {
  expect(pod({ volumes: [{ name: "v", ...given }] })).toEqual({ volumes: [{ name: "v", ...written }] });
});

test("a probe, whichever way it looks", () => {
  const times = { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 };
  expect(
    container({
      image: "a:1",
      startupProbe: { exec: { command: ["a"] }, periodSeconds: 2 },
      readinessProbe: { httpGet: { port: 80 } },
      livenessProbe: { grpc: { port: 80 } },
      lifecycle: { preStop: { httpGet: { port: 80, path: "/stop" } } },
    }),
  ).toEqual({
    image: "a:1",
    imagePullPolicy: "IfNotPresent",
    startupProbe: { exec: { command: ["a"] }, ...times, periodSeconds: 2 },
    readinessProbe: { httpGet: { port: 80, path: "/", scheme: "HTTP" }, ...times },
    livenessProbe: { grpc: { port: 80, service: "" }, ...times },
    lifecycle: { preStop: { httpGet: { port: 80, path: "/stop", scheme: "HTTP" } } },
  });
});

test("where a variable's value comes from", () => {
  const env = [
    { name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "B", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
    { name: "C", value: "c" },
  ];
  expect(container({ env })).toEqual({
    env: [
      { name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name", apiVersion: "v1" } } },
      { name: "B", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } } },
      { name: "C", value: "c" },
    ],
  });
});

test.each<[string, string | undefined]>([
  ["nginx", "Always"],
  ["nginx:latest", "Always"],
  ["nginx:1.29", "IfNotPresent"],
  ["registry.example.com:5000/nginx", "Always"],
  ["registry.example.com:5000/nginx:1.29", "IfNotPresent"],
  [`nginx@sha256:${"0".repeat(64)}`, "IfNotPresent"],
  [`nginx:latest@sha256:${"0".repeat(64)}`, "Always"],
  ["${TfToken[TOKEN.1]}/nginx:1.29", "IfNotPresent"],
  ["nginx:${TfToken[TOKEN.1]}", undefined],
  ["${TfToken[TOKEN.1]}", undefined],
])("when the image %s is pulled", (image, imagePullPolicy) => {
  expect(container({ image })).toEqual({ image, ...(imagePullPolicy && { imagePullPolicy }) });
});

test("the other name of a service account, which is the same one", () => {
  expect(pod({ serviceAccountName: "a" })).toEqual({ serviceAccountName: "a", serviceAccount: "a" });
  expect(pod({ serviceAccount: "a" })).toEqual({ serviceAccountName: "a", serviceAccount: "a" });
  expect(pod({ serviceAccountName: "b", serviceAccount: "a" })).toEqual({
    serviceAccountName: "b",
    serviceAccount: "b",
  });
});

describe("a Service", () => {
  const ports = [{ port: 80 }];
  const filled = [{ port: 80, targetPort: 80 }];
  const withNodePort = [{ port: 80, targetPort: 80, nodePort: 0 }];
  const inside = { internalTrafficPolicy: "Cluster" };
  const outside = { ...inside, externalTrafficPolicy: "Cluster" };

  test.each<[Json, Json]>([
    [{}, { ports: filled, ...inside }],
    [{ externalIPs: ["192.0.2.1"] }, { ports: filled, externalIPs: ["192.0.2.1"], ...outside }],
    [{ type: "NodePort" }, { type: "NodePort", ports: withNodePort, ...outside }],
    [
      { type: "LoadBalancer" },
      { type: "LoadBalancer", ports: withNodePort, allocateLoadBalancerNodePorts: true, ...outside },
    ],
    [
      { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, externalTrafficPolicy: "Local" },
      {
        type: "LoadBalancer",
        ports: filled,
        allocateLoadBalancerNodePorts: false,
        externalTrafficPolicy: "Local",
        healthCheckNodePort: 0,
        ...inside,
      },
    ],
    [
      { type: "ExternalName", externalName: "a" },
      { type: "ExternalName", externalName: "a", ports: filled },
    ],
    [
      { sessionAffinity: "ClientIP" },
      {
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        ports: filled,
        ...inside,
      },
    ],
    [
      { sessionAffinity: "None", sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } },
      { sessionAffinity: "None", ports: filled, ...inside },
    ],
    [{ type: "${TfToken[TOKEN.1]}" }, { type: "${TfToken[TOKEN.1]}", ports: filled }],
  ])("%j", (given, written) => {
    expect(service({ ports, ...given }).spec).toEqual(written);
  });

  test("leaves ports of the nodes to the API, but for those that are given", () => {
    const spec = {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      ports: [{ port: 80, nodePort: 30080 }],
    };
    expect(computedFieldsOf(service(spec))).toEqual([
      "metadata.annotations",
      "metadata.labels",
      "spec.healthCheckNodePort",
    ]);
    expect(
      computedFieldsOf(service({ type: "NodePort", ports: [{ port: 80, nodePort: 30080 }, { port: 90 }] })),
    ).toEqual(["metadata.annotations", "metadata.labels", "spec.ports[1].nodePort"]);
    expect(computedFieldsOf(service({ ports }))).toBeUndefined();
  });
});

test("an autoscaler", () => {
  const hpa = (spec: Json) =>
    withDefaults({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", spec }).spec as Json;
  expect(hpa({})).toEqual({
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
      },
    ],
  });
  const percent = { type: "Percent", value: 100, periodSeconds: 15 };
  expect(hpa({ metrics: [], behavior: { scaleDown: { selectPolicy: "Min" } } })).toEqual({
    metrics: [],
    behavior: {
      scaleDown: { selectPolicy: "Min", policies: [percent] },
      scaleUp: {
        selectPolicy: "Max",
        stabilizationWindowSeconds: 0,
        policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, percent],
      },
    },
  });
});

test("references", () => {
  expect(
    withDefaults({
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      spec: { controller: "example.com/a", parameters: { kind: "A", name: "a" } },
    }).spec,
  ).toEqual({ controller: "example.com/a", parameters: { kind: "A", name: "a", scope: "Cluster" } });
  const webhook = { clientConfig: { service: { name: "a", namespace: "b" } } };
  expect(
    withDefaults({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      spec: { conversion: { strategy: "Webhook", webhook } },
    }).spec,
  ).toEqual({
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig: { service: { name: "a", namespace: "b", port: 443 } } },
    },
  });
});

test("what is the same everywhere is left to the API, and replicas to whoever scales", () => {
  const deployment = podOf("Deployment", {
    containers: [{ name: "a", image: "a:1", ports: [{ containerPort: 80 }] }],
  });
  expect(withDefaults(deployment)).toEqual(
    podOf(
      "Deployment",
      {
        containers: [
          { name: "a", image: "a:1", imagePullPolicy: "IfNotPresent", ports: [{ containerPort: 80 }] },
        ],
      },
      { strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } } },
    ),
  );
});

test("custom kinds, and what only Terraform knows, stay as they are", () => {
  const widget = { apiVersion: "example.com/v1", kind: "Deployment", spec: { template: {} } };
  expect(withDefaults(widget)).toBe(widget);
  const unknown = { apiVersion: "${TfToken[TOKEN.1]}", kind: "Deployment", spec: {} };
  expect(withDefaults(unknown)).toBe(unknown);
  const spec = { template: "${TfToken[TOKEN.1]}", strategy: "${TfToken[TOKEN.2]}" };
  expect(withDefaults({ apiVersion: "apps/v1", kind: "Deployment", spec }).spec).toEqual(spec);
});
