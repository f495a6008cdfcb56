import { KubernetesFleetMember } from "@cdktf/provider-azurerm/lib/kubernetes-fleet-member";
import type { ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { checkName } from "../checks/names";
import type { IAksCluster } from "../cluster/aks-cluster";
import type { IFleet } from "./fleet";

/** A cluster of a fleet. */
export interface IFleetMember extends IConstruct {
  /** What this app calls the member, e.g. `east`. */
  readonly key: string;
  /** What the fleet calls it: the name of its MemberCluster on the hub. */
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
}

export interface FleetMemberOptions {
  /** 1 to 50 lower-case letters, digits and hyphens. @default - the cluster's name */
  readonly memberName?: string;
  /** Update group, 1 to 50 lower-case letters, digits and hyphens. @default - none */
  readonly group?: string;
  /** What must exist before the cluster joins, and outlives the membership: the peerings. */
  readonly dependsOn?: ITerraformDependable[];
}

export interface FleetMemberProps extends FleetMemberOptions {
  readonly fleet: IFleet;
  readonly key: string;
  readonly cluster: IAksCluster;
}

/** Makes a cluster a member of a fleet; `Fleet.addMember` makes one. */
export class FleetMember extends Construct implements IFleetMember {
  readonly key: string;
  readonly memberName: string;
  readonly fleet: IFleet;
  readonly cluster: IAksCluster;
  readonly resource: KubernetesFleetMember;

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
    });
    const { memberName } = this;
    addCheck(this, function* () {
      yield* checkName("member", memberName, "memberName");
      yield* checkName("update group", props.group, "group");
    });
  }
}
