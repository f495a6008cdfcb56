import { byBytes } from "./compare";
import { contentOf } from "./content";
import { type Identity, identityOf, type KubernetesObject } from "./identity";
import { type Kind, type ScopeOf, scopesOn } from "./kinds";
import { isUnknown, type Unknown } from "./unknown";

/** The objects on a fleet's hub. */
export interface Hub {
  readonly objects: readonly KubernetesObject[];
  /** Why there may be other objects in a namespace; undefined if there are none. @default - no others in any namespace */
  readonly othersIn?: (namespace: string) => Unknown | undefined;
  /** @default - as `scopesOn` the objects */
  readonly scopeOf?: ScopeOf;
  /** Whether it runs workloads. @default false - Azure's doesn't */
  readonly runsWorkloads?: boolean;
}

/** A hub, read once. */
export interface ReadHub extends Required<Hub> {
  /** All objects, in the fleet's order for those of a placement. */
  readonly listed: readonly HubObject[];
  readonly ofKind: (kind: Kind) => readonly HubObject[];
  /** The objects that are in a namespace, or may be, because the name of their namespace isn't known. */
  readonly inNamespace: (namespace: string) => readonly HubObject[];
}

export interface HubObject {
  readonly identity: Identity;
  /** As it is on the hub. */
  readonly object: KubernetesObject;
  /** As the fleet copies it to members. */
  readonly content: KubernetesObject;
  /** Its place in the list. */
  readonly place: number;
}

export function readHub(hub: Hub): ReadHub {
  const listed = hub.objects
    .map((object) => ({ object, identity: identityOf(object) }))
    .map((one) => ({ ...one, rank: rankOf(one.identity) }))
    .sort((one, other) => byRank(one.rank, other.rank))
    .map(({ object, identity }, place) => ({ object, identity, content: contentOf(object), place }));
  const ofKind = grouped(listed, ({ identity }) => keyOfKind(identity));
  const inNamespace = grouped(listed, ({ identity: { namespace } }) =>
    isUnknown(namespace) ? UNKNOWN : namespace,
  );
  return {
    ...hub,
    othersIn: hub.othersIn ?? (() => undefined),
    scopeOf: hub.scopeOf ?? scopesOn(hub.objects),
    runsWorkloads: hub.runsWorkloads ?? false,
    listed,
    ofKind: (kind) => ofKind.get(keyOfKind(kind)) ?? [],
    inNamespace: (namespace) => [...(inNamespace.get(namespace) ?? []), ...(inNamespace.get(UNKNOWN) ?? [])],
  };
}

/** Not a valid name of a namespace. */
const UNKNOWN = "?";

function keyOfKind({ group, version, kind }: Kind): string {
  return `${group}/${version}/${kind}`;
}

function grouped<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) {
      groups.set(key, groups.get(key) ?? []);
      groups.get(key)?.push(item);
    }
  }
  return groups;
}

/** The order of kinds in the list, in any group; all others follow. */
const ORDER = [
  "PriorityClass",
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicationController",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
];

type Rank = readonly [number, string, string];

/** Kinds without an order are sorted by group, then by version and kind. */
function rankOf({ group, version, kind, namespace = "", name }: Identity): Rank {
  const index = ORDER.indexOf(kind);
  const text =
    index < 0 ? `${group}/${version}, Kind=${kind}` : group === "" ? version : `${group}/${version}`;
  // Objects with unknown names come first, which isn't their final position.
  return [index < 0 ? ORDER.length : index, text, `${known(namespace)}/${known(name)}`];
}

function known(text: string | Unknown): string {
  return isUnknown(text) ? "" : text;
}

function byRank(one: Rank, other: Rank): number {
  return one[0] - other[0] || byBytes(one[1], other[1]) || byBytes(one[2], other[2]);
}
