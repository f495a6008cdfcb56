import type { Construct } from "constructs";
import { checkAgainstId, parseResourceId } from "../azapi/resource-id";
import { addCheck, freeId, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { checkSubscription } from "../checks/guid";
import { checkLocation } from "../checks/locations";
import { checkName } from "../checks/names";
import { required } from "../checks/required";
import { stackOf } from "../checks/stack-of";
import { clientConfig, type Principal } from "../identity/principal";
import type { RoleGrant } from "../identity/role-grant";
import { checkedProps } from "../props/check-props";
import type { FleetAutoUpgradeProfile, FleetAutoUpgradeProfileOptions } from "./fleet-auto-upgrade-profile";
import { FleetBase } from "./fleet-base";
import type { FleetMember, FleetMemberOptions } from "./fleet-member";
import type { FleetUpdateStrategy, FleetUpdateStrategyOptions } from "./fleet-update-strategy";
import { type FleetMemberAttributes, ImportedFleetMember } from "./imported-member";
import { checkMembers } from "./members-check";

/** An existing fleet, by id, or by name and group. Names that are part of the id can be left out. */
export interface FleetAttributes {
  /** @default - from subscription, group and name */
  readonly fleetId?: string;
  /** @default - from the id; an error if it is needed */
  readonly fleetName?: string;
  /** @default - from the id; an error if it is needed */
  readonly resourceGroupName?: string;
  /** @default - from the id, or the stack's azurerm provider */
  readonly subscriptionId?: string;
  /** Short name of the hub's location, e.g. `westus`. @default - an error if it is needed */
  readonly location?: string;
  /** Whether it has a hub, which placements and other hub objects need. @default true */
  readonly hasHub?: boolean;
  /** Whether its hub is private. @default false */
  readonly isPrivate?: boolean;
  /**
   * Object id in Entra ID of the fleet's managed identity: `az fleet show --query identity.principalId` prints it.
   * @default - an error if it is needed, e.g. by a TrafficManagerAccess
   */
  readonly principalId?: string;
  /**
   * All members of the fleet besides those that this app adds, by key. Placements are then checked against them, and they can
   * be used in a MemberStack.
   * @default - unknown: placements are not checked against members
   */
  readonly members?: Readonly<Record<string, Omit<FleetMemberAttributes, "fleet" | "key">>>;
}

const FLEET = ["a fleet", "Microsoft.ContainerService/fleets"] as const;
const HOW = "set it where the fleet is imported";

/**
 * An existing fleet. An identity that deploys to its hub needs "Azure Kubernetes Fleet Manager RBAC Cluster Admin" on it,
 * already or by grantAdmin.
 */
export class ImportedFleet extends FleetBase {
  readonly hasHub: boolean;
  readonly isPrivate: boolean;
  readonly knowsAllMembers: boolean;
  private readonly attributes: FleetAttributes;

  constructor(scope: Construct, id: string, attributes: FleetAttributes) {
    super(scope, id);
    attributes = checkedProps(this, "FleetAttributes", attributes);
    const parsed = parseResourceId(this, "fleetId", attributes.fleetId, FLEET);
    this.attributes = {
      ...attributes,
      fleetId: parsed?.id ?? attributes.fleetId,
      fleetName: attributes.fleetName ?? parsed?.names[0],
      resourceGroupName: attributes.resourceGroupName ?? parsed?.resourceGroupName,
    };
    this.hasHub = attributes.hasHub ?? true;
    this.isPrivate = attributes.isPrivate ?? false;
    this.knowsAllMembers = attributes.members !== undefined;
    for (const [key, member] of Object.entries(attributes.members ?? {})) {
      new ImportedFleetMember(this, freeId(this, key), { ...member, fleet: this, key });
    }
    const { fleetName, resourceGroupName, location } = this.attributes;
    this.checkAdmins(false);
    addCheck(this, () => checkMembers(this));
    addCheck(this, function* () {
      yield* checkName("fleet", fleetName, "fleetName");
      yield* checkName("resource group", resourceGroupName, "resourceGroupName");
      yield* checkLocation(location);
      yield* checkSubscription(attributes.subscriptionId);
      const { names, resourceGroupName: groupOfId, subscriptionId } = parsed ?? {};
      yield* checkAgainstId("fleetId", "fleetName", names?.[0], fleetName);
      yield* checkAgainstId("fleetId", "resourceGroupName", groupOfId, resourceGroupName);
      yield* checkAgainstId("fleetId", "subscriptionId", subscriptionId, attributes.subscriptionId);
    });
  }

  /** The id, if known at synth. @internal */
  get _knownId(): string | undefined {
    const { fleetId } = this.attributes;
    return isKnown(fleetId) ? fleetId : undefined;
  }

  get fleetName(): string {
    return required(this, "fleetName", this.attributes.fleetName, HOW);
  }

  get resourceGroupName(): string {
    return required(this, "resourceGroupName", this.attributes.resourceGroupName, HOW);
  }

  get location(): string {
    return required(this, "location", this.attributes.location, HOW);
  }

  get principalId(): string {
    return required(this, "principalId", this.attributes.principalId, HOW);
  }

  get fleetId(): string {
    const { fleetId, subscriptionId } = this.attributes;
    if (fleetId !== undefined) {
      return fleetId;
    }
    // Outside a stack there is no provider to look it up.
    const subscription = subscriptionId ?? (stackOf(this) && clientConfig(this).subscriptionId);
    return `/subscriptions/${required(this, "subscriptionId", subscription, HOW)}/resourceGroups/${this.resourceGroupName}/providers/Microsoft.ContainerService/fleets/${this.fleetName}`;
  }

  /** @throws if the fleet was imported outside a stack, where no resource can be created */
  override addMember(key: string, options: FleetMemberOptions): FleetMember {
    this.mustBeInStack("a member", "import the fleet in the member's stack, or create a FleetMember there");
    return super.addMember(key, options);
  }

  /** @throws if the fleet was imported outside a stack, where no resource can be created */
  override addUpdateStrategy(name: string, options: FleetUpdateStrategyOptions): FleetUpdateStrategy {
    this.mustBeInStack("a strategy", "import the fleet in a stack, or create a FleetUpdateStrategy there");
    return super.addUpdateStrategy(name, options);
  }

  /** @throws if the fleet was imported outside a stack, where no resource can be created */
  override addAutoUpgradeProfile(
    name: string,
    options: FleetAutoUpgradeProfileOptions,
  ): FleetAutoUpgradeProfile {
    this.mustBeInStack("a profile", "import the fleet in a stack, or create a FleetAutoUpgradeProfile there");
    return super.addAutoUpgradeProfile(name, options);
  }

  /** @throws if the fleet was imported outside a stack, where no resource can be created */
  override grantAdmin(principal: Principal): RoleGrant {
    this.mustBeInStack("a role assignment", "import the fleet in a stack, or create a RoleGrant there");
    return super.grantAdmin(principal);
  }

  /** @throws if the fleet was imported outside a stack, where no resource can be created */
  override grantPlan(principal: Principal): RoleGrant {
    this.mustBeInStack("a role assignment", "import the fleet in a stack, or create a RoleGrant there");
    return super.grantPlan(principal);
  }

  private mustBeInStack(what: string, how: string): void {
    if (!stackOf(this)) {
      throw new Error(
        finding(
          "fleet-outside-of-stack",
          `[${this.node.path}] the fleet was imported outside a stack, but ${what} needs one; ${how}.`,
        ),
      );
    }
  }
}
