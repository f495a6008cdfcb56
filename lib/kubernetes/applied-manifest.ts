import { Manifest, type ManifestConfig } from "@cdktf/provider-kubernetes/lib/manifest";
import type { Construct } from "constructs";
import { escapeTemplates } from "./escape";

/**
 * A `kubernetes_manifest`. It carries no `wait`: one that runs out of time taints the object, and the next apply deletes
 * and recreates it, which for a placement takes the workload off every cluster.
 */
export function appliedManifest(
  scope: Construct,
  id: string,
  config: Pick<ManifestConfig, "manifest" | "dependsOn" | "computedFields">,
): Manifest {
  return new Manifest(scope, id, {
    manifest: escapeTemplates(config.manifest),
    dependsOn: config.dependsOn,
    computedFields: config.computedFields,
    // Finalizers of the fleet's agents hold objects back while members are cleaned.
    timeouts: { delete: "30m" },
  });
}
