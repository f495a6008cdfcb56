import { isObject, listOf, type Values } from "./values";

/** The kinds that the Kubernetes provider's typed resources create, by name without prefix and version. */
const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  api_service: ["apiregistration.k8s.io/v1", "APIService"],
  cluster_role: ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  cluster_role_binding: ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  config_map: ["v1", "ConfigMap"],
  cron_job: ["batch/v1", "CronJob"],
  csi_driver: ["storage.k8s.io/v1", "CSIDriver"],
  daemon_set: ["apps/v1", "DaemonSet"],
  daemonset: ["apps/v1", "DaemonSet"],
  deployment: ["apps/v1", "Deployment"],
  endpoint_slice: ["discovery.k8s.io/v1", "EndpointSlice"],
  endpoints: ["v1", "Endpoints"],
  horizontal_pod_autoscaler: ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ingress: ["networking.k8s.io/v1", "Ingress"],
  ingress_class: ["networking.k8s.io/v1", "IngressClass"],
  job: ["batch/v1", "Job"],
  limit_range: ["v1", "LimitRange"],
  mutating_webhook_configuration: ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
  namespace: ["v1", "Namespace"],
  network_policy: ["networking.k8s.io/v1", "NetworkPolicy"],
  persistent_volume: ["v1", "PersistentVolume"],
  persistent_volume_claim: ["v1", "PersistentVolumeClaim"],
  pod: ["v1", "Pod"],
  pod_disruption_budget: ["policy/v1", "PodDisruptionBudget"],
  priority_class: ["scheduling.k8s.io/v1", "PriorityClass"],
  replication_controller: ["v1", "ReplicationController"],
  resource_quota: ["v1", "ResourceQuota"],
  role: ["rbac.authorization.k8s.io/v1", "Role"],
  role_binding: ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  runtime_class: ["node.k8s.io/v1", "RuntimeClass"],
  secret: ["v1", "Secret"],
  service: ["v1", "Service"],
  service_account: ["v1", "ServiceAccount"],
  stateful_set: ["apps/v1", "StatefulSet"],
  storage_class: ["storage.k8s.io/v1", "StorageClass"],
  validating_webhook_configuration: ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
};

/** Blocks that are lists in the API, and their names there. All others are objects. */
const LISTS: Readonly<Record<string, string>> = {
  access_modes: "accessModes",
  container: "containers",
  egress: "egress",
  env: "env",
  env_from: "envFrom",
  from: "from",
  host_aliases: "hostAliases",
  image_pull_secrets: "imagePullSecrets",
  ingress: "ingress",
  init_container: "initContainers",
  limit: "limits",
  match_expressions: "matchExpressions",
  metric: "metrics",
  path: "paths",
  port: "ports",
  ports: "ports",
  rule: "rules",
  subject: "subjects",
  tls: "tls",
  to: "to",
  toleration: "tolerations",
  topology_spread_constraint: "topologySpreadConstraints",
  volume: "volumes",
  volume_claim_template: "volumeClaimTemplates",
  volume_mount: "volumeMounts",
  webhook: "webhooks",
};

/** Maps with user-defined keys. */
const MAPS = new Set([
  "annotations",
  "binary_data",
  "data",
  "labels",
  "limits",
  "match_labels",
  "node_selector",
  "parameters",
  "requests",
]);

/** Numbers that the provider writes as strings. */
const NUMBERS = new Set(["replicas", "parallelism", "completions"]);

/** Whether a resource is one of the Kubernetes provider's typed resources that create an object. */
export function typedKind(type: string): readonly [apiVersion: string, kind: string] | undefined {
  return type.startsWith("kubernetes_")
    ? KINDS[type.replace(/^kubernetes_|_v\d+(?:(?:alpha|beta)\d+)?$/g, "")]
    : undefined;
}

/** Arguments of Terraform and the provider itself. */
const OF_TERRAFORM =
  /^(\/\/|connection|count|depends_on|for_each|id|lifecycle|provider|provisioner|timeouts|wait_for_\w+)$/;

/** A typed resource as a manifest. */
export function asManifest([apiVersion, kind]: readonly [string, string], values: Values): Values {
  const fields = Object.entries(values).filter(([key]) => !OF_TERRAFORM.test(key));
  return { apiVersion, kind, ...(converted(Object.fromEntries(fields)) as Values) };
}

/** The same for the tree of unknown values. */
export function asUnknown(tree: unknown): unknown {
  return isObject(tree) ? converted(tree) : tree;
}

function converted(value: unknown): unknown {
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (isEmpty(inner)) {
        return [];
      }
      if (MAPS.has(key) || (key === "selector" && isObject(inner))) {
        return [[camel(key), inner]];
      }
      if (Array.isArray(inner) && inner.some(isObject)) {
        const items = inner.map(converted);
        return [LISTS[key] === undefined ? [camel(key), items[0]] : [LISTS[key], items]];
      }
      const isNumber = NUMBERS.has(key) && typeof inner === "string" && /^\d+$/.test(inner);
      return [[camel(key), isNumber ? Number(inner) : converted(inner)]];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && listOf(value).length === 0)
  );
}

const SPELLED: Readonly<Record<string, string>> = {
  cluster_ip: "clusterIP",
  load_balancer_ip: "loadBalancerIP",
};

function camel(key: string): string {
  return SPELLED[key] ?? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
