import { isKnown } from "../../checks/check";
import { finding } from "../../checks/finding";
import { tolerationText } from "../../fleet/toleration";
import type { PlanCheck } from "../../kubernetes/applied-manifest";
import type { PlacementPolicy } from "./placement-policy";
import { type PlacementStrategyProps, placementApiVersion } from "./placement-strategy";

const INSTEAD =
  "Nothing has been changed. Set it back; or rename the placement, which removes the placed objects from its members and places them again.";

interface Unchangeable extends PlacementStrategyProps {
  readonly name: string;
  readonly policy: PlacementPolicy;
  readonly statusReportingScope?: string;
}

/**
 * Refuses changes of immutable fields in the plan: replacing the placement would remove the placed objects from all members.
 */
export function unchangeable(placement: Unchangeable): PlanCheck[] {
  return [
    placementType(placement),
    ...rolloutType(placement),
    ...tolerations(placement),
    ...statusReportingScope(placement),
    apiVersion(placement),
  ];
}

function placementType({ name, policy }: Unchangeable): PlanCheck {
  const { placementType: wanted } = policy._spec();
  return {
    holds: (live) => `try(${live}.spec.policy.placementType, "${wanted}") == "${wanted}"`,
    otherwise: (live) =>
      finding(
        "placement-type-changed",
        `policy: the placement "${name}" is \${try(${live}.spec.policy.placementType, "")} on the hub, which can't be changed to ${wanted}. ${INSTEAD}`,
      ),
  };
}

function rolloutType({ name, rolloutType: wanted = "RollingUpdate" }: Unchangeable): PlanCheck[] {
  return wanted !== "RollingUpdate"
    ? []
    : [
        {
          holds: (live) => `try(${live}.spec.strategy.type, "") != "External"`,
          otherwise: () =>
            finding(
              "placement-external-changed",
              `rolloutType: the placement "${name}" is External on the hub, which can't be changed back to RollingUpdate. ${INSTEAD}`,
            ),
        },
      ];
}

function tolerations({ name, policy }: Unchangeable): PlanCheck[] {
  const wanted = policy._tolerations.map(tolerationText);
  if (!wanted.every(isKnown)) {
    return [];
  }
  const isWanted = `contains(${JSON.stringify(wanted)}, jsonencode([t.key, t.operator, t.value, t.effect]))`;
  return [
    {
      holds: (live) => `try(alltrue([for t in ${live}.spec.policy.tolerations : ${isWanted}]), true)`,
      otherwise: (live) =>
        finding(
          "placement-toleration-removed",
          `policy.tolerations: the placement "${name}" has \${try(join(", ", [for t in ${live}.spec.policy.tolerations : jsonencode({ for k, v in t : k => v if v != null }) if !${isWanted}]), "more")} on the hub, where tolerations can be added, but not removed or changed. ${INSTEAD}`,
        ),
    },
  ];
}

function statusReportingScope({
  name,
  statusReportingScope: wanted = "ClusterScopeOnly",
}: Unchangeable): PlanCheck[] {
  return !isKnown(wanted)
    ? []
    : [
        {
          holds: (live) =>
            `coalesce(try(${live}.spec.statusReportingScope, null), "${wanted}") == "${wanted}"`,
          otherwise: (live) =>
            finding(
              "placement-status-scope-changed",
              `statusReportingScope: the placement "${name}" has \${try(${live}.spec.statusReportingScope, "")} on the hub, which can't be changed to ${wanted}. ${INSTEAD}`,
            ),
        },
      ];
}

/** Terraform replaces an object when its apiVersion changes. */
function apiVersion(placement: Unchangeable): PlanCheck {
  const wanted = placementApiVersion(placement);
  return {
    holds: (live) =>
      `try(alltrue([for m in ${live}.metadata.managedFields : m.manager != "Terraform" || m.apiVersion == "${wanted}"]), true)`,
    otherwise: () =>
      finding(
        "placement-api-version-changed",
        `apiVersion: the placement "${placement.name}" on the hub is not in ${wanted}, and replacing it would remove the placed objects from its members. Nothing has been changed. Set apiVersion to "${wanted.endsWith("beta1") ? "v1" : "v1beta1"}".`,
      ),
  };
}
