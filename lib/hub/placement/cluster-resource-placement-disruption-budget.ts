import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { checkOnce } from "../../kubernetes/object-once";
import { checkedProps } from "../../props/check-props";
import type { IClusterResourcePlacement } from "./placement";

interface BudgetBase {
  /** The placement that the budget protects, and gets its name from. */
  readonly placement: IClusterResourcePlacement;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A number of members, 0 or more, or a percentage, `0%` to `100%`, of a PickN placement's `numberOfClusters`, rounded up. */
export type MembersOrShare = number | string;

export interface MinAvailableBudgetProps extends BudgetBase {
  /** Members that must keep the placed objects after an eviction. For a PickAll placement, only a number. */
  readonly minAvailable: MembersOrShare;
  readonly maxUnavailable?: never;
}

export interface MaxUnavailableBudgetProps extends BudgetBase {
  /** Members that may be without the placed objects; 0 blocks all evictions. Not for PickAll placements. */
  readonly maxUnavailable: MembersOrShare;
  readonly minAvailable?: never;
}

/** Exactly one of minAvailable and maxUnavailable. */
export type ClusterResourcePlacementDisruptionBudgetProps =
  | MinAvailableBudgetProps
  | MaxUnavailableBudgetProps;

const MARK = markOf("ClusterResourcePlacementDisruptionBudget");

/**
 * Limits how many members can be evicted from a placement at a time. It applies to ClusterResourcePlacementEvictions only,
 * not to rollouts, members that leave, or the deletion of the placement; PickFixed placements have no evictions. Only in the
 * fleet's v1beta1 API.
 */
export class ClusterResourcePlacementDisruptionBudget extends Construct {
  /** Whether something is a ClusterResourcePlacementDisruptionBudget. */
  static isClusterResourcePlacementDisruptionBudget(
    x: unknown,
  ): x is ClusterResourcePlacementDisruptionBudget {
    return isMarked(x, MARK);
  }

  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterResourcePlacementDisruptionBudgetProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterResourcePlacementDisruptionBudgetProps", props);
    const { placement, minAvailable, maxUnavailable, dependsOn = [] } = props;
    this.name = placement.name;
    onHub(this, placement.fleet, { placement });
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: PLACEMENT_V1BETA1,
        kind: "ClusterResourcePlacementDisruptionBudget",
        metadata: { name: this.name },
        spec: { minAvailable, maxUnavailable },
      },
      dependsOn: [...placement.dependables, ...dependsOn],
    });
    addCheck(this, () => [...checkOnce([this.manifest]), ...check(props, this.name)]);
  }
}

function* check(props: ClusterResourcePlacementDisruptionBudgetProps, name: string): Generator<Finding> {
  const { placement, minAvailable, maxUnavailable } = props;
  if ((minAvailable === undefined) === (maxUnavailable === undefined)) {
    yield finding(
      "budget-one-limit",
      `minAvailable: ${minAvailable === undefined ? "and maxUnavailable are missing" : "can't be combined with maxUnavailable"}; set exactly one of them.`,
    );
  }
  for (const [prop, value] of Object.entries({ minAvailable, maxUnavailable })) {
    const good =
      typeof value === "number"
        ? Number.isInteger(value) && value >= 0
        : /^(100|\d{1,2})%$/.test(value ?? "");
    if (isKnown(value) && !good) {
      yield finding(
        "budget-limit-value",
        `${prop}: ${JSON.stringify(value)} is not a whole number of 0 or more, or "0%" to "100%"; correct it.`,
      );
    }
  }
  const type = placement._placementType;
  if (type === "PickAll" && maxUnavailable !== undefined) {
    yield finding(
      "budget-max-unavailable-pick-all",
      `maxUnavailable: the placement "${name}" is PickAll, without a number of members, so the fleet would refuse all evictions; set minAvailable.`,
    );
  } else if (type === "PickAll" && isKnown(minAvailable) && typeof minAvailable === "string") {
    yield finding(
      "budget-share-pick-all",
      `minAvailable: "${minAvailable}" is a percentage, but the placement "${name}" is PickAll, without a number of members, so the fleet would refuse all evictions; use a number.`,
    );
  }
}
