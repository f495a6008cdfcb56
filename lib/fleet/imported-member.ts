import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { markAs } from "../checks/marked";
import { checkName } from "../checks/names";
import { told } from "../checks/told";
import type { IAksCluster } from "../cluster/aks-cluster";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkOneFleet, MEMBER_MARK } from "./members-check";

export interface FleetMemberAttributes {
  readonly fleet: IFleet;
  /** What this app calls the member, e.g. `east`. */
  readonly key: string;
  /** Its name in the fleet. @default - the cluster's name, or an error where it is needed */
  readonly memberName?: string;
  /** Its update group; empty for none. @default - unknown to the checks */
  readonly group?: string;
  /** All of its labels beside those that the fleet gives. @default - unknown to the checks */
  readonly labels?: Record<string, string>;
  /** Whether the member is lost for now, as `outOfService` of FleetMember has it. @default false */
  readonly outOfService?: boolean;
  /** @default - an error where it is needed, as by a MemberStack */
  readonly cluster?: IAksCluster;
}

/** A member that exists. */
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
    return told(
      this,
      "memberName",
      memberName ?? cluster?.clusterName,
      "give it, or the cluster, with the member",
    );
  }

  get outOfService(): boolean {
    return this.attributes.outOfService ?? false;
  }

  get group(): string {
    return told(this, "group", this.attributes.group, "give it with the member; empty for none");
  }

  get labels(): Readonly<Record<string, string>> {
    return told(this, "labels", this.attributes.labels, "give them with the member; an empty map for none");
  }

  get cluster(): IAksCluster {
    return told(
      this,
      "cluster",
      this.attributes.cluster,
      "give it with the member, e.g. one of AksCluster.fromClusterId",
    );
  }
}
