import { NETWORKING_GROUP, PLACEMENT_GROUP } from "../fleet-api/groups";
import type { KubernetesObject } from "./identity";
import { allOf, anyOf } from "./truth";
import { isUnknown, Unknown } from "./unknown";
import { at, listAt, sameValue, textAt } from "./value";

/** A kind of objects. */
export interface Kind {
  /** E.g. `apps`; "" is Kubernetes' core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Whether objects of a kind are in a namespace, or in none. */
export type Scope = "Namespaced" | "Cluster";

/** The scope of a kind; undefined if the hub doesn't serve it. */
export type ScopeOf = (kind: Kind) => Scope | Unknown | undefined;

/** The kinds that every hub serves: versions, namespaced kinds, cluster-scoped kinds. */
const SERVED: Readonly<Record<string, readonly [versions: string, namespaced: string, cluster: string]>> = {
  "": [
    "v1",
    "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
    "Namespace Node PersistentVolume",
  ],
  "admissionregistration.k8s.io": [
    "v1",
    "",
    "MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["v1", "", "CustomResourceDefinition"],
  "apiregistration.k8s.io": ["v1", "", "APIService"],
  apps: ["v1", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", ""],
  autoscaling: ["v1 v2", "HorizontalPodAutoscaler", ""],
  batch: ["v1", "CronJob Job", ""],
  "certificates.k8s.io": ["v1", "", "CertificateSigningRequest"],
  "coordination.k8s.io": ["v1", "Lease", ""],
  "discovery.k8s.io": ["v1", "EndpointSlice", ""],
  "events.k8s.io": ["v1", "Event", ""],
  "flowcontrol.apiserver.k8s.io": ["v1", "", "FlowSchema PriorityLevelConfiguration"],
  "networking.k8s.io": ["v1", "Ingress NetworkPolicy", "IngressClass"],
  "node.k8s.io": ["v1", "", "RuntimeClass"],
  policy: ["v1", "PodDisruptionBudget", ""],
  "rbac.authorization.k8s.io": ["v1", "Role RoleBinding", "ClusterRole ClusterRoleBinding"],
  "scheduling.k8s.io": ["v1", "", "PriorityClass"],
  "storage.k8s.io": ["v1", "CSIStorageCapacity", "CSIDriver CSINode StorageClass VolumeAttachment"],
  [NETWORKING_GROUP]: ["v1alpha1 v1beta1", "MultiClusterService ServiceExport", ""],
  [PLACEMENT_GROUP]: ["v1beta1", "ResourceEnvelope", "ClusterResourceEnvelope"],
};

/**
 * The scopes of kinds on a hub with objects: of Kubernetes' own kinds, and those that an object has or defines. It isn't
 * known whether the hub serves others.
 */
export function scopesOn(objects: readonly KubernetesObject[]): ScopeOf {
  const ofObjects = new Map<string, Scope>();
  for (const object of objects) {
    const key = `${object.apiVersion}/${object.kind}`;
    ofObjects.set(key, at(object, "metadata", "namespace") === undefined ? "Cluster" : "Namespaced");
  }
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  return (kind) =>
    builtInScope(kind) ??
    ofObjects.get(`${kind.group === "" ? "" : `${kind.group}/`}${kind.version}/${kind.kind}`) ??
    definedScope(kind, definitions);
}

function builtInScope({ group, version, kind }: Kind): Scope | undefined {
  const [versions = "", namespaced = "", cluster = ""] = Object.hasOwn(SERVED, group)
    ? (SERVED[group] ?? [])
    : [];
  const isAmong = (list: string, name: string) => list.split(" ").includes(name);
  if (!isAmong(versions, version)) {
    return undefined;
  }
  if (isAmong(namespaced, kind)) {
    return "Namespaced";
  }
  return isAmong(cluster, kind) ? "Cluster" : undefined;
}

/** The scopes in a CustomResourceDefinition. */
function definedScope(
  { group, version, kind }: Kind,
  definitions: readonly KubernetesObject[],
): Scope | Unknown | undefined {
  const definition = definitions.find(
    ({ spec }) =>
      allOf([sameValue(at(spec, "group"), group), sameValue(at(spec, "names", "kind"), kind)]) === true,
  );
  if (!definition) {
    return new Unknown(
      `it isn't known whether the hub serves ${kind} of ${group || "the core group"}/${version}`,
    );
  }
  const versions = listAt(definition.spec, "versions");
  const isServed = isUnknown(versions)
    ? versions
    : anyOf(
        versions.map((one) =>
          allOf([sameValue(at(one, "name"), version), sameValue(at(one, "served"), true)]),
        ),
      );
  const scope = textAt(definition.spec, "scope");
  return isServed === true ? (scope as Scope | Unknown) : isServed || undefined;
}
