import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AzapiResource } from "../azapi/resource";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { markAs } from "../checks/marked";
import { checkName } from "../checks/names";
import { checkOneOf } from "../checks/values";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import type { FleetUpdateStrategy } from "./fleet-update-strategy";
import { isSameFleet } from "./same-fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

export interface FleetAutoUpgradeProfileOptions {
  /**
   * What members are upgraded to when AKS releases it: `Stable`, the newest patch of the minor version before the newest;
   * `Rapid`, of the newest minor version; `NodeImage`, the newest node image, and no other Kubernetes version.
   */
  readonly channel: "Stable" | "Rapid" | "NodeImage";
  /**
   * Node image of the channels `Stable` and `Rapid`: `Latest`, the newest in each cluster's location; `Consistent`, the
   * newest that all locations have. Not with the channel `NodeImage`. @default - Azure chooses
   */
  readonly nodeImageSelection?: "Latest" | "Consistent";
  /** The order of the upgrade, or the id of a strategy that exists. @default - all members, one after the other */
  readonly updateStrategy?: FleetUpdateStrategy | string;
  /** Keeps the profile and stops it. @default false */
  readonly disabled?: boolean;
  /** @default - nothing but the fleet and the strategy */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetAutoUpgradeProfileProps extends FleetAutoUpgradeProfileOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

const TYPE = "Microsoft.ContainerService/fleets/autoUpgradeProfiles@2025-03-01";
const STRATEGY = ["an update strategy", "Microsoft.ContainerService/fleets/updateStrategies"] as const;
const MARK = Symbol.for("cdktf-aks-fleet/FleetAutoUpgradeProfile");

/**
 * Upgrades a fleet's members by itself: Azure makes an update run when AKS releases what the channel follows, which can
 * take weeks, and keeps to the maintenance windows of each cluster.
 *
 * Leave the clusters' own `automaticUpgradeChannel` unset, as AksCluster does: where both are set, whichever runs first
 * upgrades the cluster, and the strategy's order is not kept. A cluster's `kubernetesVersion` is best left unset, too, or
 * the next deployment asks for the older version again.
 */
export class FleetAutoUpgradeProfile extends Construct {
  readonly fleet: IFleet;
  readonly name: string;
  readonly resource: AzapiResource;

  constructor(scope: Construct, id: string, props: FleetAutoUpgradeProfileProps) {
    super(scope, id);
    props = checkedProps(this, "FleetAutoUpgradeProfileProps", props);
    markAs(this, MARK);
    const { fleet, name, channel, nodeImageSelection, updateStrategy } = props;
    this.fleet = fleet;
    this.name = name;
    const updateStrategyId =
      typeof updateStrategy === "string"
        ? (readResourceId(updateStrategy, STRATEGY)?.id ?? updateStrategy)
        : updateStrategy?.strategyId;
    this.resource = new AzapiResource(this, "Resource", {
      type: TYPE,
      name,
      parentId: fleet.fleetId,
      body: {
        properties: {
          channel,
          nodeImageSelection: nodeImageSelection && { type: nodeImageSelection },
          updateStrategyId,
          // Said in any case: a plan sees only what the body names, and so also what somebody stopped by hand.
          disabled: props.disabled ?? false,
        },
      },
      // Else an id that Azure answers in other case is a change with each plan.
      ignoreCasing: updateStrategyId === undefined ? undefined : true,
      dependsOn: props.dependsOn,
    });
    addCheck(this, () => checkUniqueInFleet(this, MARK, "auto-upgrade profile"));
    addCheck(this, function* () {
      yield* checkName("auto-upgrade profile", name, "name");
      yield* checkOneOf("channel", channel, ["Stable", "Rapid", "NodeImage"]);
      yield* checkOneOf("nodeImageSelection", nodeImageSelection, ["Latest", "Consistent"]);
      if (channel === "NodeImage" && isKnown(nodeImageSelection)) {
        yield finding(
          "auto-upgrade-node-image",
          `nodeImageSelection: "${nodeImageSelection}" says which node image comes with a Kubernetes version, and the channel "NodeImage" upgrades to none; leave it out.`,
        );
      }
      if (typeof updateStrategy === "string") {
        yield* checkResourceId("updateStrategy", updateStrategy, STRATEGY);
      } else if (updateStrategy && isSameFleet(updateStrategy.fleet, fleet) === false) {
        yield finding(
          "auto-upgrade-strategy",
          `updateStrategy: "${updateStrategy.name}" is a strategy of another fleet; name one of this fleet.`,
        );
      }
    });
  }
}
