import { isKnown, quoted } from "../checks/check";
import { checkLocation } from "../checks/names";
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
    return fleet.members;
  }

  *_check(fleet: IFleet) {
    if (fleet.members.length === 0) {
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
    const known =
      this.locations.every(isKnown) && fleet.members.every(({ cluster }) => isKnown(cluster.location));
    return known
      ? fleet.members.filter(({ cluster }) => this.locations.includes(cluster.location))
      : undefined;
  }

  *_check(fleet: IFleet) {
    if (this.locations.length === 0) {
      yield "policy: names no location; name at least one, or use PlacementPolicy.all().";
    }
    const existing = [...new Set(fleet.members.map(({ cluster }) => cluster.location))];
    for (const location of this.locations) {
      const misspelt = [...checkLocation(location, "policy")];
      yield* misspelt;
      if (
        misspelt.length === 0 &&
        isKnown(location) &&
        existing.every(isKnown) &&
        !existing.includes(location)
      ) {
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
    const known =
      this.memberNames.every(isKnown) && fleet.members.every(({ memberName }) => isKnown(memberName));
    return known
      ? fleet.members.filter(({ memberName }) => this.memberNames.includes(memberName))
      : undefined;
  }

  *_check(fleet: IFleet) {
    if (this.memberNames.length === 0) {
      yield "policy: names no member; name at least one, or use PlacementPolicy.all().";
    }
    if (this.memberNames.length > 100) {
      yield `policy: names ${this.memberNames.length} members; a placement takes 100 at most.`;
    }
    const existing = fleet.members.map(({ memberName }) => memberName);
    for (const [index, name] of this.memberNames.entries()) {
      if (this.memberNames.indexOf(name) !== index) {
        yield `policy: names the member "${name}" twice.`;
      } else if (isKnown(name) && existing.every(isKnown) && !existing.includes(name)) {
        yield `policy: fleet "${fleet.fleetName}" has no member "${name}"; its members are ${quoted(existing)}.`;
      }
    }
  }
}
