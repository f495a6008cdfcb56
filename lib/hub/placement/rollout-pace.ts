import { NETWORKING_GROUP } from "../../fleet-api/groups";
import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";
import type { INamespace } from "../namespace/namespace-base";

/**
 * Kinds whose availability the fleet tracks, by group: by their status, or because they are available once applied
 * (Azure/fleet 942238f, pkg/controllers/workapplier/availability_tracker.go).
 */
const TRACKED: Readonly<Record<string, readonly string[]>> = {
  "": ["Namespace", "Secret", "ConfigMap", "ServiceAccount", "Service", "LimitRange", "ResourceQuota"],
  apps: ["Deployment", "StatefulSet", "DaemonSet", "ControllerRevision"],
  policy: ["PodDisruptionBudget"],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "rbac.authorization.k8s.io": ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"],
  "networking.k8s.io": ["NetworkPolicy", "IngressClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "CSIStorageCapacity"],
  "scheduling.k8s.io": ["PriorityClass"],
};

/**
 * The `unavailablePeriodSeconds` of a placement of a whole namespace; undefined leaves it to the fleet, which waits a minute
 * between two members for kinds that it doesn't track. An export is available once applied.
 */
export function unavailablePeriod(namespace: INamespace): number | undefined {
  const { exports, workloads, workloadsElsewhere, _contents } = namespace;
  const { others, clusterScoped, clusterEnvelopes } = _contents;
  if (workloadsElsewhere || clusterEnvelopes.length > 0) return undefined;
  const manifests = [...others, ...exports.map(({ manifest }) => manifest)];
  const objects = [
    ...workloads.flatMap((one) => one.objects),
    ...clusterScoped,
    ...manifests.map(({ manifestInput }) => manifestInput as unknown as KubernetesObject),
  ].filter(({ kind }) => kind !== "ResourceOverride");
  return objects.some(isExport) && objects.every((one) => isTracked(one) || isExport(one)) ? 0 : undefined;
}

function isTracked({ apiVersion, kind }: KubernetesObject): boolean {
  return TRACKED[groupOf(apiVersion)]?.includes(kind) ?? false;
}

function isExport({ apiVersion, kind }: KubernetesObject): boolean {
  return groupOf(apiVersion) === NETWORKING_GROUP && kind === "ServiceExport";
}
