import { isUnknown, type Unknown } from "./unknown";
import { type Fields, textAt, type Value } from "./value";

/** A Kubernetes object, as far as it is known. */
export interface KubernetesObject extends Fields {
  /** E.g. `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** E.g. `Deployment`. */
  readonly kind: string;
  readonly metadata: Value;
}

/** Identifies an object in a cluster. */
export interface Identity {
  /** E.g. `apps`; "" is Kubernetes' core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Undefined if it is cluster-scoped. */
  readonly namespace?: string | Unknown;
  readonly name: string | Unknown;
}

/** The kind of a namespace. */
export const NAMESPACE = { group: "", version: "v1", kind: "Namespace" };

export function identityOf(object: KubernetesObject): Identity {
  const namespace = textAt(object, "metadata", "namespace");
  return {
    // Objects in an envelope may have none.
    ...groupVersionOf(typeof object.apiVersion === "string" ? object.apiVersion : ""),
    kind: object.kind,
    // The API treats an empty namespace as unset.
    ...(namespace !== undefined && namespace !== "" && { namespace }),
    name: textAt(object, "metadata", "name") ?? "",
  };
}

export function groupVersionOf(apiVersion: string): { readonly group: string; readonly version: string } {
  const [first = "", version] = apiVersion.split("/");
  return version === undefined ? { group: "", version: first } : { group: first, version };
}

/** An identity as a string, if each part is known. */
export function keyOf({ group, version, kind, namespace = "", name }: Identity): string | Unknown {
  if (isUnknown(namespace)) {
    return namespace;
  }
  return isUnknown(name) ? name : `${group}/${version}/${kind} ${namespace}/${name}`;
}

const known = new WeakMap<Identity, string | undefined>();

/** The same, or undefined if a part isn't known. Cached, as members share objects. */
export function knownKeyOf(identity: Identity): string | undefined {
  if (!known.has(identity)) {
    const key = keyOf(identity);
    known.set(identity, isUnknown(key) ? undefined : key);
  }
  return known.get(identity);
}
