import { isKnown, quoted } from "../checks/check";
import { checkLocation } from "../checks/names";
import { ifTold } from "../checks/told";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";

/** Which members a placement chooses. */
export abstract class PlacementPolicy {
  /** Every member, also those that join later. */
  static all(): PlacementPolicy {
    return new EveryMember();
  }

  /** Every member in these locations (short names, e.g. `eastus2`), also those that join later. */
  static inLocations(...locations: string[]): PlacementPolicy {
    return new MembersInLocations(locations);
  }

  /** These members, by their names in the fleet; 100 at most. */
  static onMembers(...memberNames: string[]): PlacementPolicy {
    return new NamedMembers(memberNames);
  }

  /** The `spec.policy` of a ClusterResourcePlacement. @internal */
  abstract _spec(): Record<string, unknown>;

  /** The members of a fleet that are chosen; undefined where that isn't known before Terraform runs. @internal */
  abstract _choose(fleet: IFleet): readonly IFleetMember[] | undefined;

  /** Yields what can't be: a place that the fleet doesn't have, or no place at all. @internal */
  abstract _check(fleet: IFleet): Generator<string>;
}

class EveryMember extends PlacementPolicy {
  _spec() {
    return { placementType: "PickAll" };
  }

  _choose(fleet: IFleet) {
    return fleet.knowsAllMembers ? fleet.members : undefined;
  }

  *_check(fleet: IFleet) {
    if (fleet.knowsAllMembers && fleet.members.length === 0) {
      yield `policy: fleet "${fleet.fleetName}" has no members, so that nothing can be placed; add one with addMember.`;
    }
  }
}

class MembersInLocations extends PlacementPolicy {
  constructor(private readonly locations: readonly string[]) {
    super();
  }

  _spec() {
    const inLocations = { key: "fleet.azure.com/location", operator: "In", values: [...this.locations] };
    return {
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [{ labelSelector: { matchExpressions: [inLocations] } }],
          },
        },
      },
    };
  }

  _choose(fleet: IFleet) {
    const locations = locationsOf(fleet);
    return this.locations.every(isKnown) && locations
      ? fleet.members.filter((_, index) => this.locations.includes(locations[index] as string))
      : undefined;
  }

  *_check(fleet: IFleet) {
    if (this.locations.length === 0) {
      yield "policy: names no location; name at least one, or use PlacementPolicy.all().";
    }
    const locations = locationsOf(fleet);
    const existing = locations && [...new Set(locations)];
    for (const location of this.locations) {
      const misspelt = [...checkLocation(location, "policy")];
      yield* misspelt;
      if (misspelt.length === 0 && isKnown(location) && existing && !existing.includes(location)) {
        yield `policy: no member of fleet "${fleet.fleetName}" is in "${location}"; its members are in ${quoted(existing)}.`;
      }
    }
  }
}

class NamedMembers extends PlacementPolicy {
  constructor(private readonly memberNames: readonly string[]) {
    super();
  }

  _spec() {
    return { placementType: "PickFixed", clusterNames: [...this.memberNames] };
  }

  _choose(fleet: IFleet) {
    const names = namesOf(fleet);
    return this.memberNames.every(isKnown) && names
      ? fleet.members.filter((_, index) => this.memberNames.includes(names[index] as string))
      : undefined;
  }

  *_check(fleet: IFleet) {
    if (this.memberNames.length === 0) {
      yield "policy: names no member; name at least one, or use PlacementPolicy.all().";
    }
    if (this.memberNames.length > 100) {
      yield `policy: names ${this.memberNames.length} members; a placement takes 100 at most.`;
    }
    const existing = namesOf(fleet);
    for (const [index, name] of this.memberNames.entries()) {
      if (this.memberNames.indexOf(name) !== index) {
        yield `policy: names the member "${name}" twice.`;
      } else if (isKnown(name) && existing && !existing.includes(name)) {
        yield `policy: fleet "${fleet.fleetName}" has no member "${name}"; its members are ${quoted(existing)}.`;
      }
    }
  }
}

/** The location of each member, where all of all are known. */
function locationsOf(fleet: IFleet): string[] | undefined {
  return allKnown(fleet, ({ cluster }) => cluster.location);
}

/** The name of each member, where all of all are known. */
function namesOf(fleet: IFleet): string[] | undefined {
  return allKnown(fleet, ({ memberName }) => memberName);
}

function allKnown(fleet: IFleet, read: (member: IFleetMember) => string): string[] | undefined {
  const values = fleet.members.map((member) => ifTold(() => read(member)));
  return fleet.knowsAllMembers && values.every(isKnown) ? (values as string[]) : undefined;
}
