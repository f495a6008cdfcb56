import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { addCheck, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { ifTold } from "../checks/told";
import { checkedProps } from "../props/check-props";
import { checkPreviewOnly, type FleetApiVersion, judgeApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { IFleetUpdateStrategy } from "./fleet-update-strategy";
import { isSameFleet } from "./same-fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

export interface FleetAutoUpgradeProfileOptions {
  /**
   * What members are upgraded to when AKS releases it: `Stable`, the newest patch of the minor version before the newest;
   * `Rapid`, of the newest minor version; `NodeImage`, the newest node image, and no other Kubernetes version;
   * `TargetKubernetesVersion`, of the minor version that `targetKubernetesVersion` names; `SecurityPatch`, in preview, the
   * newest security patches of the node images that there are.
   */
  readonly channel: "Stable" | "Rapid" | "NodeImage" | "TargetKubernetesVersion" | "SecurityPatch";
  /** The minor version of the channel `TargetKubernetesVersion`, e.g. `1.33`. @default - none, of the other channels */
  readonly targetKubernetesVersion?: string;
  /**
   * Whether patches follow as long as AKS supports the version in the long term (Premium tier). Of the channel
   * `TargetKubernetesVersion` only.
   * @default false
   */
  readonly longTermSupport?: boolean;
  /**
   * Node image that comes with a Kubernetes version: `Latest`, the newest in each cluster's location; `Consistent`, the
   * newest that all locations have. Not with the channels `NodeImage` and `SecurityPatch`. @default - Azure chooses
   */
  readonly nodeImageSelection?: "Latest" | "Consistent";
  /** The order of the upgrade. @default - all members, one after the other */
  readonly updateStrategy?: IFleetUpdateStrategy;
  /** Keeps the profile and stops it. @default false */
  readonly disabled?: boolean;
  /**
   * API version of the request, e.g. a preview for the channel `SecurityPatch`. Azure takes a preview version for about a
   * year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /** @default - nothing but the fleet and the strategy */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetAutoUpgradeProfileProps extends FleetAutoUpgradeProfileOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

/** Channels that leave the Kubernetes version as it is. */
const OF_NODES: readonly string[] = ["NodeImage", "SecurityPatch"];

const MARK = markOf("FleetAutoUpgradeProfile");

/**
 * Upgrades a fleet's members by itself: Azure makes an update run when AKS releases what the channel follows, which can
 * take weeks, and keeps to the maintenance windows of each cluster.
 *
 * Leave the clusters' own `automaticUpgradeChannel` unset, as AksCluster does: where both are set, whichever runs first
 * upgrades the cluster, and the strategy's order is not kept. Leave `kubernetesVersion` unset, too: after an upgrade AKS
 * refuses the deployment that asks for the older version again.
 */
export class FleetAutoUpgradeProfile extends Construct {
  /** Whether something is a FleetAutoUpgradeProfile. */
  static isFleetAutoUpgradeProfile(x: unknown): x is FleetAutoUpgradeProfile {
    return isMarked(x, MARK);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly resource: AzapiProxyResource;

  constructor(scope: Construct, id: string, props: FleetAutoUpgradeProfileProps) {
    super(scope, id);
    props = checkedProps(this, "FleetAutoUpgradeProfileProps", props);
    markAs(this, MARK);
    const { fleet, name, channel, nodeImageSelection, updateStrategy } = props;
    this.fleet = fleet;
    this.name = name;
    const updateStrategyId = updateStrategy?.strategyId;
    this.resource = new AzapiProxyResource(this, "Resource", {
      ...typeOf("autoUpgradeProfiles", props.apiVersion),
      name,
      parentId: fleet.fleetId,
      body: {
        properties: {
          channel,
          nodeImageSelection: nodeImageSelection && { type: nodeImageSelection },
          updateStrategyId,
          targetKubernetesVersion: props.targetKubernetesVersion,
          longTermSupport: props.longTermSupport,
          // Said in any case: a plan sees only what the body names, and so also what somebody stopped by hand.
          disabled: props.disabled ?? false,
        },
      },
      // These two can be said only once: a change makes the profile anew, which has no more than it is told.
      replaceTriggersExternalValues: [updateStrategyId ?? "", nodeImageSelection ?? ""],
      // Else an id that Azure answers in other case is a change with each plan.
      ignoreCasing: updateStrategyId === undefined ? undefined : true,
      dependsOn: props.dependsOn,
    });
    judgeApiVersion(this, props.apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "auto-upgrade profile"));
    addCheck(this, function* () {
      yield* checkName("auto-upgrade profile", name, "name");
      yield* checkTarget(props);
      yield* checkHeldVersions(props);
      yield* checkPreviewOnly(
        props.apiVersion,
        channel === "SecurityPatch" ? ['channel: "SecurityPatch"'] : [],
      );
      if (OF_NODES.includes(channel) && isKnown(nodeImageSelection)) {
        yield finding(
          "auto-upgrade-node-image",
          `nodeImageSelection: "${nodeImageSelection}" says which node image comes with a Kubernetes version, and the channel "${channel}" upgrades to none; leave it out.`,
        );
      }
      if (updateStrategy?.fleet && isSameFleet(updateStrategy.fleet, fleet) === false) {
        yield finding(
          "auto-upgrade-strategy",
          `updateStrategy: "${updateStrategy.node.path}" is a strategy of another fleet; name one of this fleet.`,
        );
      }
    });
  }
}

/** Yields that the app holds members at a version that the profile upgrades them from, or can't bring them back to. */
function* checkHeldVersions(props: FleetAutoUpgradeProfileProps): Generator<Finding> {
  const { fleet, channel, targetKubernetesVersion: target, disabled } = props;
  if (disabled || OF_NODES.includes(channel)) {
    return;
  }
  const versions = fleet.members.flatMap((member) => {
    const version = ifTold(() => member.cluster)?.kubernetesVersion;
    return isKnown(version) && version !== target ? [{ key: member.key, version }] : [];
  });
  const above = versions.filter(({ version }) => isKnown(target) && minorOf(version) > minorOf(target));
  const held = versions.filter((one) => !above.includes(one));
  if (above.length > 0) {
    yield finding(
      "auto-upgrade-target-below",
      `targetKubernetesVersion: "${target}" is older than the kubernetesVersion of ${above.map(({ key, version }) => `"${key}" (${version})`).join(" and ")}, and AKS takes no cluster back; name a newer one.`,
    );
  }
  if (held.length > 0) {
    yield finding(
      "kubernetes-version-fleet",
      `channel: "${channel}" upgrades members, and the kubernetesVersion of ${quoted(held.map(({ key }) => key))} holds ${held.length === 1 ? "it" : "them"} back: after an upgrade AKS refuses the deployment that asks for the older version again. Leave kubernetesVersion out.`,
    );
  }
}

/** The number behind the first period; 0 of what is no version. */
function minorOf(version: string): number {
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
}

/** Yields what is wrong with the Kubernetes version that a profile is to reach. */
function* checkTarget(props: FleetAutoUpgradeProfileOptions): Generator<Finding> {
  const { channel, targetKubernetesVersion: version, longTermSupport } = props;
  const ofTarget = channel === "TargetKubernetesVersion";
  if (ofTarget && version === undefined) {
    yield finding(
      "auto-upgrade-target",
      'targetKubernetesVersion: the channel "TargetKubernetesVersion" needs a minor version; write e.g. "1.33".',
    );
  } else if (!ofTarget && isKnown(channel) && version !== undefined) {
    yield finding(
      "auto-upgrade-target",
      `targetKubernetesVersion: is of the channel "TargetKubernetesVersion", and this is "${channel}"; leave one of the two out.`,
    );
  } else if (isKnown(version) && !/^\d+\.\d+$/.test(version)) {
    yield finding(
      "auto-upgrade-target",
      `targetKubernetesVersion: "${version}" is not a minor version of Kubernetes; write e.g. "1.33".`,
    );
  }
  if (longTermSupport === true && isKnown(channel) && !ofTarget) {
    yield finding(
      "auto-upgrade-long-term-support",
      `longTermSupport: is of the channel "TargetKubernetesVersion", and this is "${channel}"; leave it out.`,
    );
  }
}
