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
  /** This app's key for the member, e.g. `east`. */
  readonly key: string;
  /** Its name in the fleet, which is also the name of its MemberCluster on the hub. */
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
  /** Its update group, for a FleetUpdateStrategy; undefined or empty for none. */
  readonly group?: string;
  /** Whether it is out of service: nothing is placed on it, and nothing waits for it. */
  readonly outOfService?: boolean;
  /** Its labels, besides those set by the fleet; undefined if this app sets none, but others may. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What must exist before anything is placed on it: its membership, if this app creates it. */
  readonly dependables: readonly ITerraformDependable[];
}

/** Settings of every member. */
export interface FleetMemberSettings {
  /** 1 to 50 lower-case letters, digits and hyphens. @default - the cluster's name */
  readonly memberName?: string;
  /** Update group, 1 to 50 lower-case letters, digits and hyphens. @default - none */
  readonly group?: string;
  /**
   * Labels of the member, by which placements can select it. Changes are made in place; a label removed here is removed from
   * the member.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Treats the member as lost: nothing is placed on it, so changes roll out to the others, and nothing waits for it or uses
   * its API. Its workloads keep running as far as they can. When this is unset, its placements return. @default false
   */
  readonly outOfService?: boolean;
  /** What must exist before the cluster joins, and is destroyed after it has left, such as peerings. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetMemberOptions extends FleetMemberSettings {
  readonly cluster: IAksCluster;
}

export interface FleetMemberProps extends FleetMemberOptions {
  readonly fleet: IFleet;
  readonly key: string;
}

/** Azure refuses a cluster that is still installing an extension, as a new one may for some minutes. */
const NOT_READY_YET = "ManagedClusterNotInExpectedState";

/** Labels that the fleet sets on each MemberCluster. */
const FLEET_LABELS = [
  LOCATION_LABEL,
  RESOURCE_GROUP_LABEL,
  SUBSCRIPTION_LABEL,
  CLUSTER_NAME_LABEL,
  AZURE_MEMBER_NAME_LABEL,
  MEMBER_NAME_LABEL,
];

/**
 * Adds a cluster to a fleet. It can be in any stack with an AzapiProvider, as azurerm can't set labels. `Fleet.addMember`
 * creates one in the fleet's stack.
 */
export class FleetMember extends Construct implements IFleetMember {
  /** Whether something is a member, new or existing. */
  static isFleetMember(x: unknown): x is IFleetMember {
    return isMarked(x, MEMBER_MARK);
  }

  /** An existing member. An attribute that is needed but was not given causes an error that names it. */
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
      // A replaced cluster gets the same id, but it is unknown in the plan.
      replaceTriggersExternalValues: [clusterId],
      // Azure returns ids in another case. Labels removed by hand must show as drift.
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
        if (FLEET_LABELS.includes(key)) {
          yield finding(
            "member-label-of-fleet",
            `labels: "${key}" is set by the fleet itself, and placements rely on it; choose another key.`,
          );
        }
      }
    });
  }
}
