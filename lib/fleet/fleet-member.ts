import type { ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { isMarked, markAs } from "../checks/marked";
import { checkName } from "../checks/names";
import { checkLabels } from "../checks/values";
import type { IAksCluster } from "../cluster/aks-cluster";
import {
  AZURE_MEMBER_NAME_LABEL,
  CLUSTER_NAME_LABEL,
  LOCATION_LABEL,
  MEMBER_NAME_LABEL,
  RESOURCE_GROUP_LABEL,
  SUBSCRIPTION_LABEL,
} from "../fleet-api/labels";
import { checkedProps } from "../props/check-props";
import { typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import { type FleetMemberAttributes, ImportedFleetMember } from "./imported-member";
import { checkOneFleet, MEMBER_MARK } from "./members-check";

/** A cluster of a fleet. */
export interface IFleetMember extends IConstruct {
  /** What this app calls the member, e.g. `east`. */
  readonly key: string;
  /** What the fleet calls it: the name of its MemberCluster on the hub. */
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
  /** Its update group, which a FleetUpdateStrategy names; none where it is undefined or empty. */
  readonly group?: string;
  /** Whether nothing is to be placed on it, and nothing waits for it. */
  readonly outOfService?: boolean;
  /** Its labels beside those that the fleet gives; undefined where this app sets none, and others may. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What must exist before anything is placed on it: its membership, where this app makes it. */
  readonly dependables: readonly ITerraformDependable[];
}

/** What can be said of every member. */
export interface FleetMemberSettings {
  /** 1 to 50 lower-case letters, digits and hyphens. @default - the cluster's name */
  readonly memberName?: string;
  /** Update group, 1 to 50 lower-case letters, digits and hyphens. @default - none */
  readonly group?: string;
  /**
   * Labels of the member, which placements can choose by. A change never makes the cluster leave; a label that is taken
   * away here is taken away from the member.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Whether the member is lost for now, or to be treated as if it were: nothing is placed on it, so that changes roll out to
   * the others, and nothing waits for it or talks to its API. What runs there goes on, as far as it can. Taken back, the
   * member gets what it had. @default false
   */
  readonly outOfService?: boolean;
  /** What must exist before the cluster joins, and outlives the membership: the peerings. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetMemberOptions extends FleetMemberSettings {
  readonly cluster: IAksCluster;
}

export interface FleetMemberProps extends FleetMemberOptions {
  readonly fleet: IFleet;
  readonly key: string;
}

/** Azure refuses a cluster that is still busy with an extension, as a new one may be for some minutes. */
const NOT_READY_YET = "ManagedClusterNotInExpectedState";

/** Labels that the fleet gives each MemberCluster by itself. */
const OF_THE_FLEET = [
  LOCATION_LABEL,
  RESOURCE_GROUP_LABEL,
  SUBSCRIPTION_LABEL,
  CLUSTER_NAME_LABEL,
  AZURE_MEMBER_NAME_LABEL,
  MEMBER_NAME_LABEL,
];

/**
 * Makes a cluster a member of a fleet, in any stack, which needs an AzapiProvider: azurerm sets no labels.
 * `Fleet.addMember` makes one beside the fleet.
 */
export class FleetMember extends Construct implements IFleetMember {
  /** Whether something is a member, of this app or one that exists. */
  static isFleetMember(x: unknown): x is IFleetMember {
    return isMarked(x, MEMBER_MARK);
  }

  /** A member that exists. What is not told is asked for, by an error that names it, when something needs it. */
  static fromMemberAttributes(scope: Construct, id: string, attributes: FleetMemberAttributes): IFleetMember {
    return new ImportedFleetMember(scope, id, attributes);
  }

  readonly key: string;
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
  readonly group: string | undefined;
  readonly outOfService: boolean;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly resource: AzapiProxyResource;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: FleetMemberProps) {
    super(scope, id);
    props = checkedProps(this, "FleetMemberProps", props);
    markAs(this, MEMBER_MARK);
    this.key = props.key;
    this.fleet = props.fleet;
    this.cluster = props.cluster;
    this.memberName = props.memberName ?? props.cluster.clusterName;
    this.group = props.group;
    this.outOfService = props.outOfService ?? false;
    const { labels } = props;
    this.labels = isKnown(labels) && Object.keys(labels).length === 0 ? undefined : labels;
    const { clusterId } = props.cluster;
    this.resource = new AzapiProxyResource(this, "Resource", {
      ...typeOf("members"),
      name: this.memberName,
      parentId: props.fleet.fleetId,
      body: {
        properties: {
          clusterResourceId: clusterId,
          group: props.group,
          labels: this.labels,
        },
      },
      // A cluster that is made anew has the id of the old one, which a plan doesn't know yet.
      replaceTriggersExternalValues: [clusterId],
      // Azure answers ids in other case; what somebody took away by hand is to be seen.
      ignoreCasing: true,
      ignoreMissingProperty: false,
      retryOn: [NOT_READY_YET],
      dependsOn: props.dependsOn,
    });
    this.dependables = [this.resource];
    props.fleet._join(this);
    const { memberName } = this;
    addCheck(this, () => checkOneFleet(this));
    addCheck(this, function* () {
      yield* checkName("member", memberName, "memberName");
      yield* checkName("update group", props.group, "group");
      yield* checkLabels("labels", labels);
      for (const key of Object.keys(isKnown(labels) ? labels : {})) {
        if (OF_THE_FLEET.includes(key)) {
          yield finding(
            "member-label-of-fleet",
            `labels: "${key}" is what the fleet itself says of each member, and placements rely on; choose another key.`,
          );
        }
      }
    });
  }
}
