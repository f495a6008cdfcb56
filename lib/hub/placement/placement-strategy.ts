import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkInteger } from "../../checks/values";
import { PLACEMENT_GROUP } from "../../fleet-api/groups";
import { MAX_UNAVAILABLE } from "../../fleet-model/rollout";
import { omitUndefined } from "../../kubernetes/omit-undefined";

/** How a placement rolls out and applies objects. */
export interface PlacementStrategyProps {
  /**
   * `RollingUpdate`: changes roll out automatically, to a few members at a time. `External`: staged update runs roll out
   * changes, and nothing is placed without one. The hub refuses to change `External` back.
   * @default "RollingUpdate"
   */
  readonly rolloutType?: "RollingUpdate" | "External";
  /**
   * Members that may be unavailable during a rollout: a number, or a percentage of the selected members, rounded up. With 0,
   * updates of placed objects can get stuck. Not with `External`. A lost member counts as unavailable: if only one may be,
   * nothing rolls out until its `outOfService` is set.
   * @default "25%", one member at a time in fleets of up to four
   */
  readonly maxUnavailable?: number | string;
  /**
   * Additional members that may have the placed objects while they move between members: a number, or a percentage of the
   * selected members, rounded up. Not 0 if `maxUnavailable` is 0; not with `External`.
   * @default "25%"
   */
  readonly maxSurge?: number | string;
  /**
   * Seconds until objects count as available if the fleet doesn't track their availability, as it does for Deployments,
   * StatefulSets, DaemonSets, Services and the like. 0 or more; not with `External`.
   * @default 60; 0 for a whole namespace in which ServiceExports are the only such objects of this app, as they are
   * available once applied
   */
  readonly unavailablePeriodSeconds?: number;
  /**
   * `ClientSideApply`: a three-way merge, like `kubectl apply`. `ServerSideApply`: the fleet owns the fields that it sets;
   * for large objects. `ReportDiff`: only reports differences, applies nothing, and never becomes available.
   * @default "ClientSideApply"
   */
  readonly applyType?: "ClientSideApply" | "ServerSideApply" | "ReportDiff";
  /**
   * What counts as a difference on a member: fields set on the hub's object (`PartialComparison`), or any field
   * (`FullComparison`), including those set by the member's controllers.
   * @default "PartialComparison"
   */
  readonly comparisonOption?: "PartialComparison" | "FullComparison";
  /**
   * `Always`: drift on a member is overwritten. `IfNotDrifted`: drift is kept, and reported in the placement's status, until
   * a change of the object on the hub overwrites it.
   * @default "Always"
   */
  readonly whenToApply?: "Always" | "IfNotDrifted";
  /**
   * Whether the fleet takes over objects that already exist on a member: by overwriting them (`Always`), only if they don't
   * differ (`IfNoDiff`), or not at all (`Never`).
   * @default "Always"
   */
  readonly whenToTakeOver?: "Always" | "IfNoDiff" | "Never";
  /** Whether objects on members may have owners besides the fleet; otherwise, these aren't applied. @default false */
  readonly allowCoOwnership?: boolean;
  /**
   * Whether to take ownership of fields from other managers on a conflict, instead of failing. Only with `ServerSideApply`.
   * @default false
   */
  readonly force?: boolean;
  /** How many old versions of the policy and the objects the hub keeps for rollbacks: 1 to 1000. @default 10 */
  readonly revisionHistoryLimit?: number;
  /**
   * API version of the manifest; both are equivalent. Set it only for an existing placement in `v1beta1`: a change would
   * replace the placement, so the plan fails.
   * @default "v1"
   */
  readonly apiVersion?: "v1" | "v1beta1";
}

/** The `apiVersion` of a placement's manifest. */
export function placementApiVersion({ apiVersion = "v1" }: PlacementStrategyProps): string {
  return `${PLACEMENT_GROUP}/${apiVersion}`;
}

/** Whether the fleet rolls out changes automatically and reports availability, which a deployment can wait for. */
export function rollsOut({ rolloutType, applyType }: PlacementStrategyProps): boolean {
  return rolloutType !== "External" && applyType !== "ReportDiff";
}

/** Whether staged update runs roll out its changes; undefined if known only after apply. */
export function isExternal({ rolloutType = "RollingUpdate" }: PlacementStrategyProps): boolean | undefined {
  return isKnown(rolloutType) ? rolloutType === "External" : undefined;
}

/** The `spec.strategy` of a placement. */
export function strategySpec(props: PlacementStrategyProps): Record<string, unknown> | undefined {
  const { rolloutType, maxUnavailable, maxSurge, unavailablePeriodSeconds } = props;
  const { applyType, comparisonOption, whenToApply, whenToTakeOver, allowCoOwnership, force } = props;
  // The hub's defaults, refused with External; written here, as Terraform then removes them along with the type.
  const rolling = <T>(byDefault: T) => (isExternal(props) === false ? byDefault : undefined);
  return omitUndefined({
    type: rolloutType,
    rollingUpdate: omitUndefined({
      maxUnavailable: maxUnavailable ?? rolling(MAX_UNAVAILABLE),
      maxSurge: maxSurge ?? rolling("25%"),
      unavailablePeriodSeconds: unavailablePeriodSeconds ?? rolling(60),
    }),
    applyStrategy: omitUndefined({
      type: applyType,
      comparisonOption,
      whenToApply,
      whenToTakeOver,
      // The hub's webhook leaves false out of its answer.
      allowCoOwnership: allowCoOwnership === false ? undefined : allowCoOwnership,
      serverSideApplyConfig: omitUndefined({
        force: force ?? (applyType === "ServerSideApply" ? false : undefined),
      }),
    }),
  });
}

/** Checks a strategy by the hub's rules, and for settings without effect. */
export function* checkStrategy(props: PlacementStrategyProps): Generator<Finding> {
  const { rolloutType, maxUnavailable, maxSurge, unavailablePeriodSeconds } = props;
  const { applyType, force } = props;
  if (rolloutType === "External") {
    for (const [field, value] of Object.entries({ maxUnavailable, maxSurge, unavailablePeriodSeconds })) {
      if (value !== undefined) {
        yield finding(
          "rollout-external-settings",
          `${field}: ${isKnown(value) ? `${JSON.stringify(value)} ` : ""}is only for rolling updates, but rolloutType is "External"; remove ${field} or rolloutType.`,
        );
      }
    }
  }
  yield* checkMembers("maxUnavailable", maxUnavailable);
  yield* checkMembers("maxSurge", maxSurge);
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    yield finding(
      "rollout-stuck",
      "maxSurge: is 0, as is maxUnavailable, so no change could ever roll out; set one of them to 1 or more.",
    );
  }
  yield* checkInteger("unavailablePeriodSeconds", unavailablePeriodSeconds, 0);
  if (
    force !== undefined &&
    (applyType === undefined || isKnown(applyType)) &&
    applyType !== "ServerSideApply"
  ) {
    yield finding(
      "apply-force",
      `force: ${force} is only for the applyType "ServerSideApply", but applyType is ${applyType === undefined ? "unset" : `"${applyType}"`}; remove force, or set that applyType.`,
    );
  }
  yield* checkInteger("revisionHistoryLimit", props.revisionHistoryLimit, 1, 1000);
}

function* checkMembers(field: string, value: number | string | undefined): Generator<Finding> {
  const good =
    typeof value === "number"
      ? Number.isInteger(value) && value >= 0
      : isKnown(value) && /^(100|\d{1,2})%$/.test(value);
  if (isKnown(value) && !good) {
    yield finding(
      "rollout-limit-value",
      `${field}: ${JSON.stringify(value)} is not a number of members; use a whole number of 0 or more, without quotes, or a percentage from "0%" to "100%".`,
    );
  }
}

function isNone(value: number | string | undefined): boolean {
  return value !== undefined && /^0+%?$/.test(String(value));
}
