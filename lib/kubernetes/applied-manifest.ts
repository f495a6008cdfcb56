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
   * Values that the API can't change: when one of them changes, Terraform plans to replace the object.
   * @default - only its version, kind, name and namespace
   */
  readonly immutable?: Record<string, unknown>;
  /** Conditions for the existing object; if one isn't met, the plan fails. @default - none */
  readonly planChecks?: readonly PlanCheck[];
  /**
   * Whether fields that others have changed are reset: objects on the hub belong to the app, and a `kubectl scale` there
   * would conflict with every later apply. @default true
   */
  readonly force?: boolean;
}

/**
 * A condition for the existing object that Terraform checks when it plans: otherwise, the API would refuse the change during
 * apply, after other changes. Met if there is no object.
 */
export interface PlanCheck {
  /** The condition, a Terraform expression. @param live the object; read it within `try()` */
  readonly holds: (live: string) => string;
  /** The finding if it isn't met; may contain expressions. @param live the object; read it within `try()` */
  readonly otherwise: (live: string) => Finding;
}

/**
 * A `kubernetes_manifest`, without `wait`: if a wait times out, Terraform taints the object, and the next apply replaces it,
 * which for a placement removes the workload from every cluster.
 */
export function appliedManifest(scope: Construct, id: string, config: AppliedManifestConfig): Manifest {
  const { immutable, planChecks = [], force = true } = config;
  const isChecked = planChecks.length > 0;
  const lifecycle = {
    ...(immutable && { replaceTriggeredBy: [addressOf(immutable, scope)] }),
    ...(isChecked && { precondition: preconditions(planChecks, scope, config.manifest) }),
  };
  const manifest = withDefaults(config.manifest);
  return new Manifest(scope, id, {
    manifest: escapeTemplates(manifest),
    dependsOn: config.dependsOn,
    computedFields: computedFieldsOf(manifest),
    fieldManager: force ? { forceConflicts: true } : undefined,
    // Finalizers of the fleet's agents delay the deletion until members are cleaned up.
    timeouts: { delete: "30m" },
    lifecycle: immutable || isChecked ? lifecycle : undefined,
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
