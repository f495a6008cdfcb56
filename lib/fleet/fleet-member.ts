import { KubernetesFleetMember } from "@cdktf/provider-azurerm/lib/kubernetes-fleet-member";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { checkName } from "../checks/names";
import type { IAksCluster } from "../cluster/aks-cluster";
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
  /** What must exist before anything is placed on it: its membership, where this app makes it. */
  readonly dependables: readonly ITerraformDependable[];
}

export interface FleetMemberOptions {
  /** 1 to 50 lower-case letters, digits and hyphens. @default - the cluster's name */
  readonly memberName?: string;
  /** Update group, 1 to 50 lower-case letters, digits and hyphens. @default - none */
  readonly group?: string;
  /** What must exist before the cluster joins, and outlives the membership: the peerings. */
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
  readonly resource: KubernetesFleetMember;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: FleetMemberProps) {
    super(scope, id);
    this.key = props.key;
    this.fleet = props.fleet;
    this.cluster = props.cluster;
    this.memberName = props.memberName ?? props.cluster.clusterName;
    this.resource = new KubernetesFleetMember(this, "Resource", {
      name: this.memberName,
      kubernetesFleetId: props.fleet.fleetId,
      kubernetesClusterId: props.cluster.clusterId,
      group: props.group,
      dependsOn: props.dependsOn,
      provider: props.provider,
    });
    this.dependables = [this.resource];
    props.fleet._join(this);
    const { memberName } = this;
    addCheck(this, function* () {
      yield* checkName("member", memberName, "memberName");
      yield* checkName("update group", props.group, "group");
    });
  }
}
