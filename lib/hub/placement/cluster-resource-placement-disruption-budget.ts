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
  /** The placement that is protected: a budget bears its placement's name. */
  readonly placement: IClusterResourcePlacement;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A number of members, 0 or more, or a share, `0%` to `100%`, of those that a PickN placement asks for, rounded up. */
export type MembersOrShare = number | string;

export interface MinAvailableBudgetProps extends BudgetBase {
  /** An eviction leaves at least so many members with what is placed. For a PickAll placement a number only. */
  readonly minAvailable: MembersOrShare;
  readonly maxUnavailable?: never;
}

export interface MaxUnavailableBudgetProps extends BudgetBase {
  /** At most so many members are without what is placed; 0 forbids every eviction. Not for a PickAll placement. */
  readonly maxUnavailable: MembersOrShare;
  readonly minAvailable?: never;
}

/** One of minAvailable and maxUnavailable. */
export type ClusterResourcePlacementDisruptionBudgetProps =
  | MinAvailableBudgetProps
  | MaxUnavailableBudgetProps;

const MARK = markOf("ClusterResourcePlacementDisruptionBudget");

/**
 * How many members evictions may take a placement off at a time. It holds back ClusterResourcePlacementEvictions only:
 * not rollouts, nor members that leave, nor a placement that is deleted; and a PickFixed placement has no evictions. v1beta1: the fleet has no later version.
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
      `minAvailable: ${minAvailable === undefined ? "and maxUnavailable are missing" : "can't stand beside maxUnavailable"}; a budget has exactly one of them.`,
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
        `${prop}: is ${JSON.stringify(value)}, and the fleet takes whole numbers of 0 or more, or "0%" to "100%"; correct it.`,
      );
    }
  }
  const type = placement._placementType;
  if (type === "PickAll" && maxUnavailable !== undefined) {
    yield finding(
      "budget-max-unavailable-pick-all",
      `maxUnavailable: can't be held for the placement "${name}", which is PickAll and asks for no number of members, so that the fleet would refuse every eviction; set minAvailable.`,
    );
  } else if (type === "PickAll" && isKnown(minAvailable) && typeof minAvailable === "string") {
    yield finding(
      "budget-share-pick-all",
      `minAvailable: is "${minAvailable}", and the placement "${name}" is PickAll and asks for no number of members to take a share of, so that the fleet would refuse every eviction; write a number.`,
    );
  }
}
