import { Construct } from "constructs";
import { freeId } from "../checks/check";
import type { IAksCluster } from "../cluster/aks-cluster";
import type { IFleet } from "./fleet";
import { FleetMember, type FleetMemberOptions, type IFleetMember } from "./fleet-member";

/** What a fleet that is made and one that exists have in common: their members. */
export abstract class FleetBase extends Construct implements IFleet {
  abstract readonly fleetName: string;
  abstract readonly fleetId: string;
  abstract readonly resourceGroupName: string;
  abstract readonly location: string;
  abstract readonly principalId: string;
  abstract readonly knowsAllMembers: boolean;
  private readonly _members: IFleetMember[] = [];
  private readonly deeds: ((member: IFleetMember) => void)[] = [];

  get members(): readonly IFleetMember[] {
    return this._members;
  }

  addMember(key: string, cluster: IAksCluster, options: FleetMemberOptions = {}): FleetMember {
    return new FleetMember(this, freeId(this, key), { ...options, fleet: this, key, cluster });
  }

  /** @internal */
  _join(member: IFleetMember): void {
    this._members.push(member);
    for (const act of this.deeds) {
      act(member);
    }
  }

  /** @internal */
  _forEachMember(act: (member: IFleetMember) => void): void {
    this._members.forEach(act);
    this.deeds.push(act);
  }
}
