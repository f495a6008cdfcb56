import { isKnown } from "../../checks/check";
import { finding } from "../../checks/finding";
import { tolerationText } from "../../fleet/toleration";
import type { PlanCheck } from "../../kubernetes/applied-manifest";
import type { PlacementPolicy } from "./placement-policy";
import { type PlacementStrategyProps, placementApiVersion } from "./placement-strategy";

const INSTEAD =
  "Nothing has been changed. Set it back; or give the placement another name: then what it placed is taken off its members, and placed anew.";

interface Unchangeable extends PlacementStrategyProps {
  readonly name: string;
  readonly policy: PlacementPolicy;
  readonly statusReportingScope?: string;
}

/**
 * What the hub never lets change of a placement. To make the placement anew would take what it placed off every member, so
 * that the plan is refused.
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
        `policy: the placement "${name}" is \${try(${live}.spec.policy.placementType, "")} on the hub, which never makes it ${wanted}. ${INSTEAD}`,
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
              `rolloutType: the placement "${name}" is External on the hub, which never lets it roll out by itself again. ${INSTEAD}`,
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
          `policy.tolerations: the placement "${name}" has \${try(join(", ", [for t in ${live}.spec.policy.tolerations : jsonencode({ for k, v in t : k => v if v != null }) if !${isWanted}]), "more")} on the hub, which lets tolerations be added, and none be taken away or changed. ${INSTEAD}`,
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
              `statusReportingScope: the placement "${name}" has \${try(${live}.spec.statusReportingScope, "")} on the hub, which never makes it ${wanted}. ${INSTEAD}`,
            ),
        },
      ];
}

/** Terraform deletes an object, and makes it anew, when the version changes that it is written in. */
function apiVersion(placement: Unchangeable): PlanCheck {
  const wanted = placementApiVersion(placement);
  return {
    holds: (live) =>
      `try(alltrue([for m in ${live}.metadata.managedFields : m.manager != "Terraform" || m.apiVersion == "${wanted}"]), true)`,
    otherwise: () =>
      finding(
        "placement-api-version-changed",
        `apiVersion: the placement "${placement.name}" on the hub is not written in ${wanted}, and to write it anew would take what it placed off its members. Nothing has been changed. Set apiVersion to "${wanted.endsWith("beta1") ? "v1" : "v1beta1"}".`,
      ),
  };
}
