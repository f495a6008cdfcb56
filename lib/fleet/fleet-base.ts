import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, freeId } from "../checks/check";
import { markAs } from "../checks/marked";
import { ROLES } from "../fleet-api/roles";
import { checkPlanners, checkPrincipals, type Principal } from "../identity/principal";
import { RoleGrant } from "../identity/role-grant";
import { checkedProps, optionsOf } from "../props/check-props";
import type { IFleet } from "./fleet";
import { FleetAutoUpgradeProfile, type FleetAutoUpgradeProfileOptions } from "./fleet-auto-upgrade-profile";
import { FleetMember, type FleetMemberOptions, type IFleetMember } from "./fleet-member";
import { FleetUpdateStrategy, type FleetUpdateStrategyOptions } from "./fleet-update-strategy";
import { FLEET_MARK } from "./members-check";

/** What new and existing fleets have in common: members, admins, upgrades. */
export abstract class FleetBase extends Construct implements IFleet {
  abstract readonly fleetName: string;
  abstract readonly fleetId: string;
  abstract readonly resourceGroupName: string;
  abstract readonly location: string;
  abstract readonly hasHub: boolean;
  abstract readonly isPrivate: boolean;
  abstract readonly principalId: string;
  abstract readonly knowsAllMembers: boolean;
  private readonly _members: IFleetMember[] = [];
  private readonly joinListeners: ((member: IFleetMember) => void)[] = [];
  private readonly admins: Principal[] = [];
  private readonly planners: Principal[] = [];
  private readonly grants: RoleGrant[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    markAs(this, FLEET_MARK);
  }

  get members(): readonly IFleetMember[] {
    return this._members;
  }

  get dependables(): readonly ITerraformDependable[] {
    return this.grants.map((grant) => grant.assignment);
  }

  addMember(key: string, options: FleetMemberOptions): FleetMember {
    return new FleetMember(this, freeId(this, key), {
      ...optionsOf(this, "addMember", options),
      fleet: this,
      key,
    });
  }

  addUpdateStrategy(name: string, options: FleetUpdateStrategyOptions): FleetUpdateStrategy {
    return new FleetUpdateStrategy(this, freeId(this, `UpdateStrategy-${name}`), {
      ...optionsOf(this, "addUpdateStrategy", options),
      fleet: this,
      name,
    });
  }

  addAutoUpgradeProfile(name: string, options: FleetAutoUpgradeProfileOptions): FleetAutoUpgradeProfile {
    return new FleetAutoUpgradeProfile(this, freeId(this, `AutoUpgradeProfile-${name}`), {
      ...optionsOf(this, "addAutoUpgradeProfile", options),
      fleet: this,
      name,
    });
  }

  grantAdmin(given: Principal): RoleGrant {
    const principal = checkedProps(this, "Principal", given, "grantAdmin");
    this.admins.push(principal);
    return this.addGrant(`Admin-${principal.name}`, principal);
  }

  grantPlan(given: Principal): RoleGrant {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    return new RoleGrant(this, freeId(this, `Plan-${principal.name}`), {
      roleId: ROLES.fleetHubClusterUser,
      resourceId: this.fleetId,
      principal,
    });
  }

  /** @internal */
  _join(member: IFleetMember): void {
    this._members.push(member);
    for (const listener of this.joinListeners) {
      listener(member);
    }
  }

  /** @internal */
  _onJoin(listener: (member: IFleetMember) => void): void {
    for (const member of this._members) {
      listener(member);
    }
    this.joinListeners.push(listener);
  }

  protected addGrant(id: string, principal?: Principal): RoleGrant {
    const grant = new RoleGrant(this, freeId(this, id), {
      roleId: ROLES.fleetRbacClusterAdmin,
      resourceId: this.fleetId,
      principal,
    });
    this.grants.push(grant);
    return grant;
  }

  /** @param noneGiven whether the list was given, but empty */
  protected checkAdmins(noneGiven: boolean): void {
    addCheck(this, () =>
      checkPrincipals(
        noneGiven || this.admins.length > 0 ? this.admins : undefined,
        "no identity can deploy to the hub",
      ),
    );
    addCheck(this, () => checkPlanners(this.planners, this.admins));
  }
}
