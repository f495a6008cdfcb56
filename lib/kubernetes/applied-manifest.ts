import { Manifest, type ManifestConfig } from "@cdktf/provider-kubernetes/lib/manifest";
import { Lazy, type Precondition } from "cdktf";
import type { Construct } from "constructs";
import type { Finding } from "../checks/finding";
import { computedFieldsOf, withDefaults } from "./defaults";
import { escapeTemplates } from "./escape";
import { type Identity, liveObject } from "./live-object";
import { TerraformData } from "./terraform-data";

export interface AppliedManifestConfig extends Pick<ManifestConfig, "manifest" | "dependsOn"> {
  /**
   * What the API never changes: Terraform deletes the object and makes it anew when one of these changes, and its plan
   * says so. @default - nothing but its version, kind, name and namespace
   */
  readonly immutable?: Record<string, unknown>;
  /** What the object that is there already must be like, or the plan fails. @default - anything */
  readonly planChecks?: readonly PlanCheck[];
  /**
   * Whether fields that somebody else has changed are taken back: what is on the hub is the app's, and a `kubectl scale`
   * there would be a conflict at every later apply. @default true
   */
  readonly force?: boolean;
}

/**
 * What is judged when Terraform plans, against the object that the API has: what it would refuse at every apply, when other
 * things are changed already. Where there is no object it holds.
 */
export interface PlanCheck {
  /** What must hold: an expression of Terraform. @param live the object; to be read within `try()` */
  readonly holds: (live: string) => string;
  /** May hold expressions. @param live the object; to be read within `try()` */
  readonly otherwise: (live: string) => Finding;
}

/**
 * A `kubernetes_manifest`. It carries no `wait`: one that runs out of time taints the object, and the next apply deletes
 * and recreates it, which for a placement takes the workload off every cluster.
 */
export function appliedManifest(scope: Construct, id: string, config: AppliedManifestConfig): Manifest {
  const { immutable, planChecks = [], force = true } = config;
  const judged = planChecks.length > 0;
  const lifecycle = {
    ...(immutable && { replaceTriggeredBy: [addressOf(immutable, scope)] }),
    ...(judged && { precondition: preconditions(planChecks, scope, config.manifest) }),
  };
  const manifest = withDefaults(config.manifest);
  return new Manifest(scope, id, {
    manifest: escapeTemplates(manifest),
    dependsOn: config.dependsOn,
    computedFields: computedFieldsOf(manifest),
    fieldManager: force ? { forceConflicts: true } : undefined,
    // Finalizers of the fleet's agents hold objects back while members are cleaned.
    timeouts: { delete: "30m" },
    lifecycle: immutable || judged ? lifecycle : undefined,
  });
}

function addressOf(immutable: Record<string, unknown>, scope: Construct): string {
  const data = new TerraformData(scope, "Immutable", escapeTemplates(immutable));
  return Lazy.stringValue({ produce: () => data.address });
}

function preconditions(
  checks: readonly PlanCheck[],
  scope: Construct,
  manifest: AppliedManifestConfig["manifest"],
): Precondition[] {
  const live = liveObject(scope, "Live", manifest as unknown as Identity);
  return checks.map(({ holds, otherwise }) => ({
    condition: `\${${holds(live)}}`,
    errorMessage: `[${scope.node.path}] ${otherwise(live)}`,
  }));
}
