import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { markAs } from "../checks/marked";
import { checkName } from "../checks/names";
import { required } from "../checks/required";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkOneFleet, MEMBER_MARK } from "./members-check";

export interface FleetMemberAttributes {
  readonly fleet: IFleet;
  /** This app's key for the member, e.g. `east`. */
  readonly key: string;
  /** Its name in the fleet. @default - the cluster's name, or an error if it is needed */
  readonly memberName?: string;
  /** Its update group; empty for none. @default - not checked */
  readonly group?: string;
  /** All of its labels, besides those set by the fleet. @default - not checked */
  readonly labels?: Record<string, string>;
  /** Whether to treat the member as lost, like `outOfService` of FleetMember. @default false */
  readonly outOfService?: boolean;
  /** @default - an error if it is needed, e.g. by a MemberStack */
  readonly cluster?: IAksCluster;
}

/** An existing member. */
export class ImportedFleetMember extends Construct implements IFleetMember {
  readonly key: string;
  readonly fleet: IFleet;
  readonly dependables: readonly ITerraformDependable[] = [];
  private readonly attributes: FleetMemberAttributes;

  constructor(scope: Construct, id: string, given: FleetMemberAttributes) {
    super(scope, id);
    const attributes = checkedProps(this, "FleetMemberAttributes", given);
    this.attributes = attributes;
    markAs(this, MEMBER_MARK);
    this.key = attributes.key;
    this.fleet = attributes.fleet;
    this.fleet._join(this);
    addCheck(this, () => checkOneFleet(this));
    addCheck(this, () => checkName("member", attributes.memberName, "memberName"));
  }

  get memberName(): string {
    const { memberName, cluster } = this.attributes;
    return required(
      this,
      "memberName",
      memberName ?? cluster?.clusterName,
      "set it, or the cluster, for the member",
    );
  }

  get outOfService(): boolean {
    return this.attributes.outOfService ?? false;
  }

  get group(): string {
    return required(this, "group", this.attributes.group, "set it for the member; empty for none");
  }

  get labels(): Readonly<Record<string, string>> {
    return required(this, "labels", this.attributes.labels, "set them for the member; an empty map for none");
  }

  get cluster(): IAksCluster {
    return required(
      this,
      "cluster",
      this.attributes.cluster,
      "set it for the member, e.g. with AksCluster.fromClusterId",
    );
  }
}
