import { isKnown } from "../checks/check";
import { type ApiType, apiKind, fieldsOf } from "./api-types";
import { isPlainObject } from "./escape";

type Json = Record<string, unknown>;

/**
 * Adds those of the API's defaults to an object that not every object has: they depend on other values, or belong to
 * something optional, such as a probe or a kind of volume. If a manifest doesn't set a value, the Kubernetes provider keeps
 * sending the API's value at the same path, by position in lists: a volume inserted before another would get its defaults,
 * and a changed strategy would keep the parameters of the old one. Values that the manifest sets are removed with it.
 * Defaults that are the same for every object and every item of a list are left to the API.
 */
export function withDefaults(object: Json): Json {
  const { apiVersion, kind } = object;
  const type = isKnown(apiVersion) && isKnown(kind) ? apiKind(String(apiVersion), String(kind)) : undefined;
  return type ? (filled(object, type, {}) as Json) : object;
}

/**
 * The paths that the API may add to an object or overwrite; undefined if they are only those that the provider expects by
 * default, which are the first two.
 */
export function computedFieldsOf(object: Json): string[] | undefined {
  const paths = chosenByApi(object);
  return paths.length > 0 ? ["metadata.annotations", "metadata.labels", ...paths] : undefined;
}

function chosenByApi({ apiVersion, kind, spec }: Json): string[] {
  if (apiVersion === "batch/v1" && kind === "Job") {
    // A Job selects its Pods by these labels.
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

/** A node port that the API allocates, and keeps. The fleet removes it from Services on members. */
const BY_API = 0;

/** @param parent the struct that contains the value, or the list with the value */
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

/** Without values that the API ignores because of other values. */
function withoutContradiction(struct: Json, type: string): Json {
  const { sessionAffinityConfig, ...service } = struct;
  if (type === "core/v1.ServiceSpec" && (struct.sessionAffinity ?? "None") === "None") {
    return service;
  }
  return type === "core/v1.PodSpec" && isGiven(struct.serviceAccountName)
    ? { ...struct, serviceAccount: struct.serviceAccountName }
    : struct;
}

/** The given values, completed with defaults. */
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
 * The defaults of Kubernetes' `SetDefaults_…`, `+default` markers and conversions, by struct; without those that can't change
 * in an existing object (Jobs, PersistentVolumeClaims, PersistentVolumes), and those of kinds that go into envelopes.
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
  // `serviceAccount` is the deprecated name, which the API keeps in sync.
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

/** The defaults of a strategy of the type `RollingUpdate`, which is the default type. */
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

/** Images without a tag or a digest are `latest`. */
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
