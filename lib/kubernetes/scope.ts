import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../fleet-api/groups";
import { isOfCluster } from "./api-types";
import { isPlainObject } from "./escape";
import { groupOf, isBuiltIn, type KubernetesObject } from "./kubernetes-object";

/** The scopes of custom kinds, by `Kind.group`. */
export type CustomScopes = ReadonlyMap<string, "Cluster" | "Namespaced">;

/** Common cluster-scoped custom kinds, whose definitions are rarely in the same files, and the fleet's own. */
const KNOWN = new Set([
  "ClusterIssuer.cert-manager.io",
  "GatewayClass.gateway.networking.k8s.io",
  `MemberCluster.${CLUSTER_GROUP}`,
  ...[
    "ClusterApprovalRequest",
    "ClusterResourceEnvelope",
    "ClusterResourceOverride",
    "ClusterResourcePlacement",
    "ClusterResourcePlacementDisruptionBudget",
    "ClusterResourcePlacementEviction",
    "ClusterStagedUpdateRun",
    "ClusterStagedUpdateStrategy",
  ].map((kind) => `${kind}.${PLACEMENT_GROUP}`),
]);

/** The scopes of the custom kinds that objects define. */
export function definedScopes(objects: readonly KubernetesObject[]): CustomScopes {
  return new Map(
    objects.flatMap((object) => {
      const { spec } = object;
      const names = isPlainObject(spec) && isPlainObject(spec.names) ? spec.names : {};
      return object.kind === "CustomResourceDefinition" && isPlainObject(spec)
        ? [[`${names.kind}.${spec.group}`, spec.scope === "Cluster" ? "Cluster" : "Namespaced"] as const]
        : [];
    }),
  );
}

/** The definition of a custom resource, if it is among the objects. */
export function definitionOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
): KubernetesObject | undefined {
  return objects.find((definition) => definedScopes([definition]).has(customKind(object)));
}

/** `Kind.group`. */
export function customKind({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): string {
  return `${kind}.${groupOf(apiVersion)}`;
}

/** Whether an object is cluster-scoped. Unknown custom kinds are namespaced. */
export function isClusterScoped(
  object: Pick<KubernetesObject, "apiVersion" | "kind">,
  scopes: CustomScopes = new Map(),
): boolean {
  const custom = customKind(object);
  const scope = scopes.get(custom);
  if (scope !== undefined) {
    return scope === "Cluster";
  }
  return isBuiltIn(object.apiVersion)
    ? isOfCluster(groupOf(object.apiVersion), object.kind)
    : KNOWN.has(custom);
}
