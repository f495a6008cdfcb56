import { isKnown } from "../checks/check";
import { type ApiType, apiKind, fieldsOf } from "./api-types";
import { isPlainObject } from "./escape";

type Json = Record<string, unknown>;

/**
 * An object with those of the API's defaults written out that it may not have everywhere: they depend on other values, or
 * are of something optional, such as a probe or one of many sources of a volume. Where a manifest doesn't say a value, the
 * Kubernetes provider goes on sending what the API had at the same path, in lists by position: a volume put before another
 * would get its defaults, a strategy of another type keeps the parameters of the old one. What the manifest says it forgets
 * with the manifest. Defaults that are the same for every object and every item of a list are left to the API.
 */
export function withDefaults(object: Json): Json {
  const { apiVersion, kind } = object;
  const type = isKnown(apiVersion) && isKnown(kind) ? apiKind(String(apiVersion), String(kind)) : undefined;
  return type ? (filled(object, type, {}) as Json) : object;
}

/**
 * What the API writes into an object beside what is sent, or in place of it, as paths; undefined for what the provider
 * expects itself, which are the first two.
 */
export function computedFieldsOf(object: Json): string[] | undefined {
  const paths = chosenByApi(object);
  return paths.length > 0 ? ["metadata.annotations", "metadata.labels", ...paths] : undefined;
}

function chosenByApi({ apiVersion, kind, spec }: Json): string[] {
  if (apiVersion === "batch/v1" && kind === "Job") {
    // By these labels a Job knows its Pods.
    return ["spec.template.metadata.labels"];
  }
  if (apiVersion !== "v1" || kind !== "Service" || !isPlainObject(spec)) {
    return [];
  }
  const ports = Array.isArray(spec.ports) ? spec.ports : [];
  return [
    ...(spec.healthCheckNodePort === BY_API ? ["spec.healthCheckNodePort"] : []),
    ...ports.flatMap((port, index) => (port?.nodePort === BY_API ? [`spec.ports[${index}].nodePort`] : [])),
  ];
}

/** A port of the nodes that the API chooses, and keeps. What members get of a Service has none. */
const BY_API = 0;

/** @param parent the struct that the value is in, or the list of it */
function filled(value: unknown, type: ApiType, parent: Json): unknown {
  if (type.form === "struct" && isPlainObject(value)) {
    const fields = fieldsOf(type.name);
    const whole = withoutContradiction(under(value, defaultsOf(type.name, value, parent)), type.name);
    return Object.fromEntries(
      Object.entries(whole).map(([key, item]) => {
        const field = fields.get(key);
        return [key, field ? filled(item, field.type, whole) : item];
      }),
    );
  }
  return type.form === "list" && Array.isArray(value)
    ? value.map((item) => filled(item, type.of, parent))
    : value;
}

/** What the API passes over beside another value. */
function withoutContradiction(struct: Json, type: string): Json {
  const { sessionAffinityConfig, ...service } = struct;
  if (type === "core/v1.ServiceSpec" && (struct.sessionAffinity ?? "None") === "None") {
    return service;
  }
  return type === "core/v1.PodSpec" && isGiven(struct.serviceAccountName)
    ? { ...struct, serviceAccount: struct.serviceAccountName }
    : struct;
}

/** Defaults put under what is given. */
function under(given: Json, defaults: Json): Json {
  const missing = Object.entries(defaults).flatMap(([key, byDefault]) => {
    const value = given[key];
    if (isPlainObject(value) && isPlainObject(byDefault)) {
      return [[key, under(value, byDefault)]];
    }
    return value === undefined || value === null ? [[key, byDefault]] : [];
  });
  return { ...given, ...Object.fromEntries(missing) };
}

function defaultsOf(struct: string, value: Json, parent: Json): Json {
  const defaults = Object.hasOwn(DEFAULTS, struct) ? DEFAULTS[struct] : undefined;
  return typeof defaults === "function" ? defaults(value, parent) : (defaults ?? {});
}

/**
 * By struct: what Kubernetes' `SetDefaults_…`, its `+default` markers and its conversions fill in. Not here is what can't
 * change in an object that is there (Jobs, claims, volumes of the cluster), nor kinds that go into envelopes.
 */
const DEFAULTS: Readonly<Record<string, Json | ((of: Json, parent: Json) => Json)>> = {
  "apiextensions/v1.ServiceReference": { port: 443 },
  "apps/v1.DaemonSetSpec": { updateStrategy: {} },
  "apps/v1.DaemonSetUpdateStrategy": rollingUpdate,
  "apps/v1.DeploymentSpec": { strategy: {} },
  "apps/v1.DeploymentStrategy": rollingUpdate,
  "apps/v1.RollingUpdateDaemonSet": { maxSurge: 0, maxUnavailable: 1 },
  "apps/v1.RollingUpdateDeployment": { maxSurge: "25%", maxUnavailable: "25%" },
  "apps/v1.RollingUpdateStatefulSetStrategy": { partition: 0 },
  "apps/v1.StatefulSetSpec": { updateStrategy: {} },
  "apps/v1.StatefulSetUpdateStrategy": rollingUpdate,
  "autoscaling/v2.HorizontalPodAutoscalerBehavior": {
    scaleUp: {
      policies: [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ],
      selectPolicy: "Max",
      stabilizationWindowSeconds: 0,
    },
    scaleDown: { policies: [{ type: "Percent", value: 100, periodSeconds: 15 }], selectPolicy: "Max" },
  },
  "autoscaling/v2.HorizontalPodAutoscalerSpec": {
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
      },
    ],
  },
  "core/v1.AzureDiskVolumeSource": {
    cachingMode: "ReadWrite",
    fsType: "ext4",
    kind: "Shared",
    readOnly: false,
  },
  "core/v1.ConfigMapVolumeSource": { defaultMode: 0o644 },
  "core/v1.Container": ({ image }) => pullPolicy(image, "imagePullPolicy"),
  "core/v1.DownwardAPIVolumeSource": { defaultMode: 0o644 },
  "core/v1.FileKeySelector": { optional: false },
  "core/v1.GRPCAction": { service: "" },
  "core/v1.HTTPGetAction": { path: "/", scheme: "HTTP" },
  "core/v1.HostPathVolumeSource": { type: "" },
  "core/v1.ISCSIVolumeSource": { iscsiInterface: "default" },
  "core/v1.ImageVolumeSource": ({ reference }) => pullPolicy(reference, "pullPolicy"),
  "core/v1.ObjectFieldSelector": { apiVersion: "v1" },
  "core/v1.PersistentVolumeClaimTemplate": { spec: { volumeMode: "Filesystem" } },
  // `serviceAccountName` has an older name, which the API keeps equal to it.
  "core/v1.PodSpec": ({ serviceAccountName, serviceAccount }) => ({
    ...(isGiven(serviceAccountName) && { serviceAccount: serviceAccountName }),
    ...(isGiven(serviceAccount) && { serviceAccountName: serviceAccount }),
  }),
  "core/v1.Probe": { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
  "core/v1.ProjectedVolumeSource": { defaultMode: 0o644 },
  "core/v1.RBDVolumeSource": { keyring: "/etc/ceph/keyring", pool: "rbd", user: "admin" },
  "core/v1.ResourceFieldSelector": { divisor: "0" },
  "core/v1.ScaleIOVolumeSource": { fsType: "xfs", storageMode: "ThinProvisioned" },
  "core/v1.SecretVolumeSource": { defaultMode: 0o644 },
  "core/v1.ServiceAccountTokenProjection": { expirationSeconds: 3600 },
  "core/v1.ServicePort": ({ port }, spec) => ({
    targetPort: port,
    ...(hasNodePorts(spec) && { nodePort: BY_API }),
  }),
  "core/v1.ServiceSpec": serviceSpec,
  "networking/v1.IngressClassParametersReference": { scope: "Cluster" },
};

/** What a strategy of the type `RollingUpdate` has, which is the default. */
function rollingUpdate({ type }: Json): Json {
  return type === undefined || type === "RollingUpdate" ? { rollingUpdate: {} } : {};
}

function serviceSpec(spec: Json): Json {
  const { type = "ClusterIP", externalIPs, externalTrafficPolicy, sessionAffinity } = spec;
  const isOutside = type === "LoadBalancer" || type === "NodePort";
  const hasExternalIps = type === "ClusterIP" && Array.isArray(externalIPs) && externalIPs.length > 0;
  const isCheckedByNode = type === "LoadBalancer" && externalTrafficPolicy === "Local";
  return {
    ...((isOutside || hasExternalIps) && { externalTrafficPolicy: "Cluster" }),
    ...((isOutside || type === "ClusterIP") && { internalTrafficPolicy: "Cluster" }),
    ...(type === "LoadBalancer" && { allocateLoadBalancerNodePorts: true }),
    ...(isCheckedByNode && { healthCheckNodePort: BY_API }),
    ...(sessionAffinity === "ClientIP" && { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }),
  };
}

function hasNodePorts({ type, allocateLoadBalancerNodePorts }: Json): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts === true);
}

/** Images without a tag, and without a digest, are the latest. */
function pullPolicy(image: unknown, field: string): Json {
  const name = isText(image) ? image.slice(image.lastIndexOf("/") + 1) : image;
  if (!isText(name) || !isKnown(name)) {
    return {};
  }
  const [, tag, digest] = /^[^:@]*(?::([^@]*))?(@.*)?$/.exec(name) ?? [];
  const isLatest = tag === undefined ? digest === undefined : tag === "latest";
  return { [field]: isLatest ? "Always" : "IfNotPresent" };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
