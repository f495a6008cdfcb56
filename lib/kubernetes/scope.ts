import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../fleet-api/groups";
import { isOfCluster } from "./api-types";
import { isPlainObject } from "./escape";
import { groupOf, isBuiltIn, type KubernetesObject } from "./kubernetes-object";

/** Custom kinds, as `Kind.group`, and whether their objects are in no namespace. */
export type CustomScopes = ReadonlyMap<string, "Cluster" | "Namespaced">;

/** Custom kinds that many have, whose definitions are seldom in the same files; and the fleet's own. */
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

/** What some objects define, of those that are definitions of custom kinds. */
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

/** The definition of a custom resource, among some objects. */
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

/** Whether an object is in no namespace. What isn't known of a custom kind is in one. */
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
