import { Construct } from "constructs";
import { ifTold } from "../checks/told";
import type { IAksCluster } from "../cluster/aks-cluster";
import type { IFleet } from "./fleet";
import { FleetMember, type FleetMemberOptions, type IFleetMember } from "./fleet-member";

/** What a fleet that is made and one that exists have in common: their members. */
export abstract class FleetBase extends Construct implements IFleet {
  abstract readonly fleetName: string;
  abstract readonly fleetId: string;
  abstract readonly resourceGroupName: string;
  abstract readonly location: string;
  abstract readonly knowsAllMembers: boolean;
  private readonly _members: IFleetMember[] = [];

  get members(): readonly IFleetMember[] {
    return this._members;
  }

  addMember(key: string, cluster: IAksCluster, options: FleetMemberOptions = {}): FleetMember {
    this.refuseSameKey(key, cluster);
    return new FleetMember(this, key, { ...options, fleet: this, key, cluster });
  }

  /** @internal */
  _join(member: IFleetMember): void {
    this.refuseSameKey(
      member.key,
      ifTold(() => member.cluster),
    );
    this._members.push(member);
  }

  private refuseSameKey(key: string, cluster: IAksCluster | undefined): void {
    const other = this._members.find((existing) => existing.key === key);
    if (other) {
      const called = (of: IAksCluster | undefined) => (of ? `cluster "${of.clusterName}"` : "another member");
      throw new Error(
        `[${this.node.path}] the fleet has a member "${key}" already, ${called(ifTold(() => other.cluster))}; give ${called(cluster)} another key.`,
      );
    }
  }
}
