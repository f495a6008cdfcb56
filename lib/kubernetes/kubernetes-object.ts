/** An object as `kubectl apply` would take it. */
export interface KubernetesObject {
  /** E.g. `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** E.g. `Deployment`. */
  readonly kind: string;
  /** With the object's name, and its namespace unless that is set elsewhere. */
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** The group of an API version: `apps` for `apps/v1`, empty for `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

const BUILT_IN = new Set(
  "admissionregistration apiextensions apiregistration authentication authorization certificates coordination discovery events flowcontrol.apiserver networking node rbac.authorization resource scheduling storage"
    .split(" ")
    .map((group) => `${group}.k8s.io`),
);

/** Whether an API version is one of Kubernetes' own, e.g. `v1`, `apps/v1`, `networking.k8s.io/v1`. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes(".") || BUILT_IN.has(group);
}

/**
 * Identifies an object among others, regardless of their order. Custom kinds include their group, as there are custom kinds
 * named Service, too.
 */
export function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${isBuiltIn(apiVersion) ? kind : `${kind}.${groupOf(apiVersion)}`}-${metadata.name}`;
}

/** An object with another namespace, or with none. */
export function inNamespace(
  object: Record<string, unknown>,
  namespace: string | undefined,
): Record<string, unknown> {
  const { namespace: _given, ...metadata } = object.metadata as Record<string, unknown>;
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
}
