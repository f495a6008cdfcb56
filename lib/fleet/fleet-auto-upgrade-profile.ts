import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { addCheck, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { optional } from "../checks/required";
import { checkedProps } from "../props/check-props";
import { addApiVersionChecks, checkPreviewOnly, type FleetApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { IFleetUpdateStrategy } from "./fleet-update-strategy";
import { isSameFleet } from "./same-fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

export interface FleetAutoUpgradeProfileOptions {
  /**
   * What members are upgraded to when AKS releases it: `Stable`, the latest patch of the second-newest minor version;
   * `Rapid`, the latest patch of the newest minor version; `NodeImage`, the latest node image, without a new Kubernetes
   * version; `TargetKubernetesVersion`, the latest patch of `targetKubernetesVersion`; `SecurityPatch`, in preview, the
   * latest security patches of the current node images.
   */
  readonly channel: "Stable" | "Rapid" | "NodeImage" | "TargetKubernetesVersion" | "SecurityPatch";
  /** The minor version for the channel `TargetKubernetesVersion`, e.g. `1.33`. @default - none, for the other channels */
  readonly targetKubernetesVersion?: string;
  /**
   * Whether patches continue during long-term support of the version (Premium tier). Only for the channel
   * `TargetKubernetesVersion`.
   * @default false
   */
  readonly longTermSupport?: boolean;
  /**
   * Node image for a new Kubernetes version: `Latest`, the newest in each cluster's location; `Consistent`, the newest that
   * all locations have. Not for the channels `NodeImage` and `SecurityPatch`. @default - Azure chooses
   */
  readonly nodeImageSelection?: "Latest" | "Consistent";
  /** The order of the upgrade. @default - all members, one at a time */
  readonly updateStrategy?: IFleetUpdateStrategy;
  /** Keeps the profile, but stops upgrades. @default false */
  readonly disabled?: boolean;
  /**
   * API version of the request, e.g. a preview version for the channel `SecurityPatch`. Azure supports a preview version for
   * about a year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /** @default - only the fleet and the strategy */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetAutoUpgradeProfileProps extends FleetAutoUpgradeProfileOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

/** Channels that don't change the Kubernetes version. */
const NODE_CHANNELS: readonly string[] = ["NodeImage", "SecurityPatch"];

const MARK = markOf("FleetAutoUpgradeProfile");

/**
 * Upgrades a fleet's members automatically: Azure creates an update run when AKS makes a release in the channel, which can
 * be weeks away, and respects the maintenance windows of each cluster.
 *
 * Leave the clusters' own `automaticUpgradeChannel` unset, as AksCluster does: if both are set, whichever runs first
 * upgrades the cluster, regardless of the strategy's order. Leave `kubernetesVersion` unset as well: after an upgrade, AKS
 * refuses a deployment with the older version.
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
          // Always sent: a plan only compares properties in the body, and should show a profile disabled by hand.
          disabled: props.disabled ?? false,
        },
      },
      // Azure doesn't update these two, so a change replaces the profile, which has no state of its own.
      replaceTriggersExternalValues: [updateStrategyId ?? "", nodeImageSelection ?? ""],
      // Azure returns the id in another case, which would be a change in each plan.
      ignoreCasing: updateStrategyId === undefined ? undefined : true,
      dependsOn: props.dependsOn,
    });
    addApiVersionChecks(this, props.apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "auto-upgrade profile"));
    addCheck(this, function* () {
      yield* checkName("auto-upgrade profile", name, "name");
      yield* checkTarget(props);
      yield* checkHeldVersions(props);
      yield* checkPreviewOnly(
        props.apiVersion,
        channel === "SecurityPatch" ? ['channel: "SecurityPatch"'] : [],
      );
      if (NODE_CHANNELS.includes(channel) && isKnown(nodeImageSelection)) {
        yield finding(
          "auto-upgrade-node-image",
          `nodeImageSelection: "${nodeImageSelection}" selects the node image for a new Kubernetes version, but the channel "${channel}" doesn't change the version; leave it out.`,
        );
      }
      if (updateStrategy?.fleet && isSameFleet(updateStrategy.fleet, fleet) === false) {
        yield finding(
          "auto-upgrade-strategy",
          `updateStrategy: "${updateStrategy.node.path}" is a strategy of another fleet; use one of this fleet.`,
        );
      }
    });
  }
}

/** Refuses members whose kubernetesVersion conflicts with the profile's upgrades. */
function* checkHeldVersions(props: FleetAutoUpgradeProfileProps): Generator<Finding> {
  const { fleet, channel, targetKubernetesVersion: target, disabled } = props;
  if (disabled || NODE_CHANNELS.includes(channel)) {
    return;
  }
  const versions = fleet.members.flatMap((member) => {
    const version = optional(() => member.cluster)?.kubernetesVersion;
    return isKnown(version) && version !== target ? [{ key: member.key, version }] : [];
  });
  const above = versions.filter(({ version }) => isKnown(target) && minorOf(version) > minorOf(target));
  const held = versions.filter((one) => !above.includes(one));
  if (above.length > 0) {
    yield finding(
      "auto-upgrade-target-below",
      `targetKubernetesVersion: "${target}" is older than the kubernetesVersion of ${above.map(({ key, version }) => `"${key}" (${version})`).join(" and ")}, and AKS doesn't downgrade clusters; use a newer one.`,
    );
  }
  if (held.length > 0) {
    yield finding(
      "kubernetes-version-fleet",
      `channel: "${channel}" upgrades members, but kubernetesVersion is set for ${quoted(held.map(({ key }) => key))}: after an upgrade AKS refuses a deployment with the older version. Remove kubernetesVersion.`,
    );
  }
}

/** The minor version's number; 0 if it is not a version. */
function minorOf(version: string): number {
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
}

/** Checks the target version of a profile. */
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
      `targetKubernetesVersion: is only for the channel "TargetKubernetesVersion", but this is "${channel}"; change the channel, or remove it.`,
    );
  } else if (isKnown(version) && !/^\d+\.\d+$/.test(version)) {
    yield finding(
      "auto-upgrade-target",
      `targetKubernetesVersion: "${version}" is not a Kubernetes minor version; write e.g. "1.33".`,
    );
  }
  if (longTermSupport === true && isKnown(channel) && !ofTarget) {
    yield finding(
      "auto-upgrade-long-term-support",
      `longTermSupport: is only for the channel "TargetKubernetesVersion", but this is "${channel}"; remove it.`,
    );
  }
}
