import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { type ITerraformDependable, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * A field of the status that an object in a namespace has when Terraform runs: null where there is none (yet).
 * @param field below `status`, e.g. `dnsName`
 * @param dependsOn what waits until there is one
 */
export function liveStatus(
  scope: Construct,
  manifest: Manifest,
  field: string,
  dependsOn: readonly ITerraformDependable[],
): string {
  const { apiVersion, kind, metadata } = manifest.manifestInput as {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
  };
  // A list, of one or none: a plan must be possible, too, when somebody deleted the object.
  const found = new DataKubernetesResources(scope, "Status", {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    fieldSelector: `metadata.name=${metadata.name}`,
    dependsOn: [manifest, ...dependsOn],
  });
  return Token.asString(`\${try(${found.fqn}.objects[0].status.${field}, null)}`);
}
