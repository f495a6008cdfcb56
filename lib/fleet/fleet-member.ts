import { KubernetesFleetMember } from "@cdktf/provider-azurerm/lib/kubernetes-fleet-member";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiUpdateResource } from "../azapi/update-resource";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { checkLabels } from "../checks/values";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import { type FleetMemberAttributes, ImportedFleetMember } from "./imported-member";

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
  /** What must exist before anything is placed on it: its membership, where this app makes it. */
  readonly dependables: readonly ITerraformDependable[];
}

export interface FleetMemberOptions {
  /** 1 to 50 lower-case letters, digits and hyphens. @default - the cluster's name */
  readonly memberName?: string;
  /** Update group, 1 to 50 lower-case letters, digits and hyphens. @default - none */
  readonly group?: string;
  /**
   * Labels of the member, which placements can choose by. They are set on the membership that is there, so that a change
   * never makes the cluster leave, through a preview of Azure's API (`2025-04-01-preview`), which Azure takes for about a
   * year: name a newer one by `member.labels.addOverride("type", …)`. A label that is taken away here stays on the member,
   * until `az fleet member update` sets others. The stack needs an AzapiProvider.
   * @default - none are set
   */
  readonly labels?: Record<string, string>;
  /** What must exist before the cluster joins, and outlives the membership: the peerings. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * azurerm provider of the fleet's subscription, where the stack's is of another one, e.g. the cluster's: azurerm takes
   * a membership's subscription from the provider, not from the fleet's id. @default - the stack's
   */
  readonly provider?: TerraformProvider;
}

export interface FleetMemberProps extends FleetMemberOptions {
  readonly fleet: IFleet;
  readonly key: string;
  readonly cluster: IAksCluster;
}

/** Resource type of a member and the first version of its API that has labels, which azurerm doesn't set. */
const MEMBER_TYPE = "Microsoft.ContainerService/fleets/members@2025-04-01-preview";

/** Labels that the fleet gives each MemberCluster by itself. */
const OF_THE_FLEET = [
  ...["location", "resource-group", "subscription-id", "cluster-name", "member-name"].map(
    (name) => `fleet.azure.com/${name}`,
  ),
  "kubernetes-fleet.io/member-name",
];

/** Makes a cluster a member of a fleet, in any stack; `Fleet.addMember` makes one beside the fleet. */
export class FleetMember extends Construct implements IFleetMember {
  /** A member that exists. What is not told is asked for, by an error that names it, when something needs it. */
  static fromMemberAttributes(scope: Construct, id: string, attributes: FleetMemberAttributes): IFleetMember {
    return new ImportedFleetMember(scope, id, attributes);
  }

  readonly key: string;
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
  readonly group: string | undefined;
  readonly resource: KubernetesFleetMember;
  /** What sets the labels, where there are any. */
  readonly labels: AzapiUpdateResource | undefined;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: FleetMemberProps) {
    super(scope, id);
    props = checkedProps(this, "FleetMemberProps", props);
    this.key = props.key;
    this.fleet = props.fleet;
    this.cluster = props.cluster;
    this.memberName = props.memberName ?? props.cluster.clusterName;
    this.group = props.group;
    const { labels } = props;
    this.resource = new KubernetesFleetMember(this, "Resource", {
      name: this.memberName,
      kubernetesFleetId: props.fleet.fleetId,
      kubernetesClusterId: props.cluster.clusterId,
      group: props.group,
      dependsOn: props.dependsOn,
      provider: props.provider,
    });
    if (labels && (!isKnown(labels) || Object.keys(labels).length > 0)) {
      this.labels = new AzapiUpdateResource(this, "Labels", {
        type: MEMBER_TYPE,
        resourceId: this.resource.id,
        body: { properties: { labels } },
      });
    }
    this.dependables = this.labels ? [this.resource, this.labels] : [this.resource];
    props.fleet._join(this);
    const { memberName } = this;
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
