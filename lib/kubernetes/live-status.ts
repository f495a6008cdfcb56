import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { type ITerraformDependable, Token } from "cdktf";
import type { Construct } from "constructs";
import { type Identity, liveObject } from "./live-object";

/**
 * A field of an object's status when Terraform runs; null if it doesn't exist (yet).
 * @param field below `status`, e.g. `dnsName`
 * @param dependsOn read after these, e.g. a wait for the field
 */
export function liveStatus(
  scope: Construct,
  manifest: Manifest,
  field: string,
  dependsOn: readonly ITerraformDependable[],
): string {
  const object = manifest.manifestInput as unknown as Identity;
  const live = liveObject(scope, "Status", object, [manifest, ...dependsOn]);
  return Token.asString(`\${try(${live}.status.${field}, null)}`);
}
