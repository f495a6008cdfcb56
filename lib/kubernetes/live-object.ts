import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

/** Of a manifest, what tells an object from others. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * An object as the API has it when Terraform plans, or, where it depends on something that changes, when that is done. In
 * an expression: to be read within `try()`, for there may be none (yet).
 */
export function liveObject(
  scope: Construct,
  id: string,
  { apiVersion, kind, metadata }: Identity,
  dependsOn?: ITerraformDependable[],
): string {
  // A list, of one or none: a plan must be possible, too, when somebody deleted the object.
  const found = new DataKubernetesResources(scope, id, {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    fieldSelector: `metadata.name=${metadata.name}`,
    dependsOn,
  });
  return `${found.fqn}.objects[0]`;
}
