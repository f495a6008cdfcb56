import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

/** The fields of a manifest that identify an object. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * An existing object, as an expression. It is read when Terraform plans or, if a dependency changes, after that change. Use
 * it within `try()`, as the object may not exist (yet).
 */
export function liveObject(
  scope: Construct,
  id: string,
  { apiVersion, kind, metadata }: Identity,
  dependsOn?: ITerraformDependable[],
): string {
  // A list of one object or none: the plan must also succeed if somebody has deleted the object.
  const found = new DataKubernetesResources(scope, id, {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    fieldSelector: `metadata.name=${metadata.name}`,
    dependsOn,
  });
  return `${found.fqn}.objects[0]`;
}
