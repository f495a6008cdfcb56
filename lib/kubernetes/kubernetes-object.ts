/** An object as `kubectl apply` would take it. */
export interface KubernetesObject {
  /** E.g. `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** E.g. `Deployment`. */
  readonly kind: string;
  /** With the name of the object, and its namespace unless it is told elsewhere. */
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** The group of an API version: `apps` of `apps/v1`, none of `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

const BUILT_IN = new Set(
  "admissionregistration apiextensions apiregistration authentication authorization certificates coordination discovery events flowcontrol.apiserver networking node rbac.authorization resource scheduling storage"
    .split(" ")
    .map((group) => `${group}.k8s.io`),
);

/** Whether an API version is one of Kubernetes' own: `v1`, `apps/v1`, `networking.k8s.io/v1`. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes(".") || BUILT_IN.has(group);
}

/**
 * What an object is called among others, never by its place: another object before it changes nothing. Kinds of others
 * carry their group: there are other Services than Kubernetes' own.
 */
export function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${isBuiltIn(apiVersion) ? kind : `${kind}.${groupOf(apiVersion)}`}-${metadata.name}`;
}

/** An object put into a namespace, or into none, whatever it says itself. */
export function inNamespace(
  object: Record<string, unknown>,
  namespace: string | undefined,
): Record<string, unknown> {
  const { namespace: _given, ...metadata } = object.metadata as Record<string, unknown>;
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
}
