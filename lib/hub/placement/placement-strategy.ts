import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkInteger } from "../../checks/values";
import { PLACEMENT_GROUP } from "../../fleet-api/groups";
import { MAX_UNAVAILABLE } from "../../fleet-model/rollout";
import { omitUndefined } from "../../kubernetes/omit-undefined";

/** How a placement brings objects to members, and keeps them there. */
export interface PlacementStrategyProps {
  /**
   * `RollingUpdate`: members get a change some at a time, by themselves. `External`: a staged update run brings a change
   * to members, and without one nothing is placed. The hub refuses to change `External` back.
   * @default "RollingUpdate"
   */
  readonly rolloutType?: "RollingUpdate" | "External";
  /**
   * Members that may be without what is placed while a change rolls out: a number, or a percentage of the chosen members,
   * rounded up. With 0, a change of what is placed already can get stuck. Not with `External`. A lost member is one of
   * them: where only one may be unavailable, nothing changes until `outOfService` of it is set.
   * @default "25%", one member after the other in fleets of up to four
   */
  readonly maxUnavailable?: number | string;
  /**
   * Members that may have what is placed beyond the chosen number, while it moves from one to another: a number, or a
   * percentage of the chosen members, rounded up. Not 0 where `maxUnavailable` is; not with `External`.
   * @default "25%"
   */
  readonly maxSurge?: number | string;
  /**
   * Seconds until objects count as available whose state the fleet can't tell: all but Deployments, StatefulSets,
   * DaemonSets, Services and the like. 0 or more; not with `External`.
   * @default 60, and 0 where everything in a namespace is placed, and of what this app puts there only exports are such
   * objects: they are there as soon as they are applied
   */
  readonly unavailablePeriodSeconds?: number;
  /**
   * `ClientSideApply`: a three-way merge, as `kubectl apply` does. `ServerSideApply`: the fleet owns the fields that it
   * sets; for large objects. `ReportDiff`: nothing is applied, only differences are reported, and the placement never
   * becomes available.
   * @default "ClientSideApply"
   */
  readonly applyType?: "ClientSideApply" | "ServerSideApply" | "ReportDiff";
  /**
   * What counts as a difference on a member: fields that the hub's object sets (`PartialComparison`), or any field
   * (`FullComparison`), also those that a controller of the member sets.
   * @default "PartialComparison"
   */
  readonly comparisonOption?: "PartialComparison" | "FullComparison";
  /**
   * `Always`: what is changed on a member is overwritten. `IfNotDrifted`: it stays, and the placement's status says so,
   * until the object on the hub changes: that is applied over it.
   * @default "Always"
   */
  readonly whenToApply?: "Always" | "IfNotDrifted";
  /**
   * What becomes of an object that is on a member before it is placed: it is overwritten (`Always`), taken over where it
   * doesn't differ (`IfNoDiff`), or left alone (`Never`).
   * @default "Always"
   */
  readonly whenToTakeOver?: "Always" | "IfNoDiff" | "Never";
  /** Whether objects on members may have other owners than the fleet. Without, such objects are not applied. @default false */
  readonly allowCoOwnership?: boolean;
  /**
   * Whether fields that another manager owns are taken from it, rather than the object not applied. With
   * `ServerSideApply` only.
   * @default false
   */
  readonly force?: boolean;
  /** How many old versions of the policy and the objects the hub keeps, to roll back to: 1 to 1000. @default 10 */
  readonly revisionHistoryLimit?: number;
  /**
   * The version of the API that the placement is written in; both say the same. Only for one that is on the hub in
   * `v1beta1`: another version would make it anew, and the plan is refused.
   * @default "v1"
   */
  readonly apiVersion?: "v1" | "v1beta1";
}

/** The `apiVersion` of a placement's manifest. */
export function placementApiVersion({ apiVersion = "v1" }: PlacementStrategyProps): string {
  return `${PLACEMENT_GROUP}/${apiVersion}`;
}

/** Whether the fleet brings changes to members by itself, and says when they are there: so that they can be waited for. */
export function rollsOut({ rolloutType, applyType }: PlacementStrategyProps): boolean {
  return rolloutType !== "External" && applyType !== "ReportDiff";
}

/** Whether staged update runs bring its changes to members; undefined where only Terraform knows. */
export function isExternal({ rolloutType = "RollingUpdate" }: PlacementStrategyProps): boolean | undefined {
  return isKnown(rolloutType) ? rolloutType === "External" : undefined;
}

/** The `spec.strategy` of a placement. */
export function strategySpec(props: PlacementStrategyProps): Record<string, unknown> | undefined {
  const { rolloutType, maxUnavailable, maxSurge, unavailablePeriodSeconds } = props;
  const { applyType, comparisonOption, whenToApply, whenToTakeOver, allowCoOwnership, force } = props;
  // Defaults of the hub's, which refuses them with another type: Terraform forgets with a type what is written with it.
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

/** Yields what the hub would refuse of a strategy, and what would have no effect. */
export function* checkStrategy(props: PlacementStrategyProps): Generator<Finding> {
  const { rolloutType, maxUnavailable, maxSurge, unavailablePeriodSeconds } = props;
  const { applyType, force } = props;
  if (rolloutType === "External") {
    for (const [field, value] of Object.entries({ maxUnavailable, maxSurge, unavailablePeriodSeconds })) {
      if (value !== undefined) {
        yield finding(
          "rollout-external-settings",
          `${field}: ${isKnown(value) ? `${JSON.stringify(value)} ` : ""}is of rolling updates, and rolloutType is "External"; leave ${field} out, or the rolloutType.`,
        );
      }
    }
  }
  yield* checkMembers("maxUnavailable", maxUnavailable);
  yield* checkMembers("maxSurge", maxSurge);
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    yield finding(
      "rollout-stuck",
      "maxSurge: is 0, and so is maxUnavailable, so that nothing could ever change; make one of them 1 or more.",
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
      `force: ${force} is of the applyType "ServerSideApply", and applyType is ${applyType === undefined ? "not given" : `"${applyType}"`}; leave force out, or write that applyType.`,
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
      `${field}: ${JSON.stringify(value)} is not a count of members; write a whole number of 0 or more, not as a text, or a percentage from "0%" to "100%".`,
    );
  }
}

function isNone(value: number | string | undefined): boolean {
  return value !== undefined && /^0+%?$/.test(String(value));
}
