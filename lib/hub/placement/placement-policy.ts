import { isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkLocation } from "../../checks/locations";
import { markAs, markOf } from "../../checks/marked";
import { checkInteger, checkKey, isSubdomain } from "../../checks/values";
import {
  affinity,
  type ClusterSelectorTerm,
  checkPreferred,
  checkRequired,
  type PreferredTerm,
} from "../../fleet/cluster-selector";
import type { IFleet } from "../../fleet/fleet";
import { checkTolerations, type Toleration, tolerationsSpec } from "../../fleet/toleration";
import { LOCATION_LABEL } from "../../fleet-api/labels";
import { filled, omitUndefined } from "../../kubernetes/omit-undefined";
import { type Inspected, inspectProps } from "../../props/check-props";
import { type Choice, choiceIn } from "./choice";
import { inService } from "./out-of-service";

/** Spreads the chosen members over groups of members that have the same value of a label. */
export interface TopologySpreadConstraint {
  /** Key of the label, e.g. `fleet.azure.com/location`. */
  readonly topologyKey: string;
  /** How many more members one group may have than another; 1 or more. @default 1 */
  readonly maxSkew?: number;
  /** Whether fewer members are chosen than asked for, or the skew grows, where both can't be had. @default "DoNotSchedule" */
  readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway";
}

export interface PickAllOptions {
  /** Which members can be chosen: those that one of these terms matches. 1 to 10. @default - every member */
  readonly required?: readonly ClusterSelectorTerm[];
  /**
   * Taints that keep no member from being chosen, 100 at most. Some can be added later; the hub refuses to take one away
   * or to change it.
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];
}

export interface PickNOptions extends PickAllOptions {
  /** Which members come first. Where they score the same, the fleet chooses. @default - none before others */
  readonly preferred?: readonly PreferredTerm[];
  /** Every one of them counts. @default - not spread */
  readonly topologySpread?: readonly TopologySpreadConstraint[];
}

const MARK = markOf("PlacementPolicy");

/**
 * Which members a placement chooses: all that match, a number of them, or named ones. The hub refuses to change one of
 * these three kinds into another for a placement that exists: it takes another name, and so a new placement.
 */
export abstract class PlacementPolicy {
  /** The last answer. */
  private chosen?: { readonly fleet: IFleet; readonly members: number; readonly choice: Choice };

  /** Every member, also those that join later. */
  static all(): PlacementPolicy {
    return new PickAll({});
  }

  /** Every member in these locations (short names, e.g. `eastus2`), also those that join later. */
  static inLocations(...locations: string[]): PlacementPolicy {
    const { value, findings } = inspectProps("LocationsPolicy", { locations }, "policy");
    return new MembersInLocations(value?.locations ?? [], findings);
  }

  /** These members, by their names in the fleet; 100 at most. Taints keep nothing off them. */
  static onMembers(...memberNames: string[]): PlacementPolicy {
    const { value, findings } = inspectProps("MembersPolicy", { memberNames }, "policy");
    return new NamedMembers(value?.memberNames ?? [], findings);
  }

  /** Every member that matches, also those that join later or match later. */
  static pickAll(options: PickAllOptions): PlacementPolicy {
    const { value, findings } = inspectProps("PickAllOptions", options, "policy");
    return new PickAll(value ?? {}, findings);
  }

  /**
   * A number of members, the best of those that match. With fewer than that the placement stays unscheduled in part.
   * @param numberOfClusters 0 or more; it can change later
   */
  static pickN(numberOfClusters: number, options: PickNOptions = {}): PlacementPolicy {
    const number = inspectProps("NumberPolicy", { numberOfClusters }, "policy");
    const others = inspectProps("PickNOptions", options, "policy");
    return new PickN(number.value?.numberOfClusters ?? 0, others.value ?? {}, [
      ...number.findings,
      ...others.findings,
    ]);
  }

  /**
   * @param findings what is wrong with what it was made of: a placement that has it says so
   * @internal
   */
  constructor(private readonly findings: readonly Finding[] = []) {
    markAs(this, MARK);
  }

  /** @internal */
  get _inspected(): Inspected<PlacementPolicy> {
    return { value: this, findings: this.findings };
  }

  /** The `spec.policy` of a placement. @internal */
  abstract _spec(): Record<string, unknown>;

  /** The same for a fleet, some of whose members may be out of service. @internal */
  _specFor(fleet: IFleet): Record<string, unknown> {
    return inService(this._spec(), fleet);
  }

  /** Which members of a fleet are chosen. @internal */
  _choice(fleet: IFleet): Choice {
    const { members } = fleet;
    if (this.chosen?.fleet !== fleet || this.chosen.members !== members.length) {
      // Members may still join.
      this.chosen = { fleet, members: members.length, choice: choiceIn(fleet, this._specFor(fleet)) };
    }
    return this.chosen.choice;
  }

  /** Yields what can't be: what the hub would refuse, a place that the fleet doesn't have, or no place at all. @internal */
  abstract _check(fleet: IFleet): Generator<Finding>;

  /** What the hub never changes into another; undefined where only Terraform knows. @internal */
  get _placementType(): string {
    return this._spec().placementType as string;
  }

  /** @internal */
  get _tolerations(): readonly Toleration[] {
    return [];
  }
}

class PickAll extends PlacementPolicy {
  constructor(
    private readonly options: PickAllOptions,
    findings?: readonly Finding[],
  ) {
    super(findings);
  }

  _spec() {
    return {
      placementType: "PickAll",
      ...omitUndefined({
        affinity: affinity(this.options),
        tolerations: tolerationsSpec(this.options.tolerations),
      }),
    };
  }

  override get _tolerations(): readonly Toleration[] {
    return this.options.tolerations ?? [];
  }

  *_check(fleet: IFleet): Generator<Finding> {
    if (fleet.knowsAllMembers && fleet.members.length === 0) {
      yield finding(
        "policy-fleet-empty",
        `policy: fleet "${fleet.fleetName}" has no members, so that nothing can be placed; add one with addMember.`,
      );
    }
    yield* checkPickAll(this.options);
  }
}

class PickN extends PlacementPolicy {
  constructor(
    private readonly numberOfClusters: number,
    private readonly options: PickNOptions,
    findings: readonly Finding[],
  ) {
    super(findings);
  }

  _spec() {
    const { topologySpread, tolerations } = this.options;
    return {
      placementType: "PickN",
      numberOfClusters: this.numberOfClusters,
      ...omitUndefined({
        affinity: affinity(this.options),
        topologySpreadConstraints: filled(topologySpread),
        tolerations: tolerationsSpec(tolerations),
      }),
    };
  }

  override get _tolerations(): readonly Toleration[] {
    return this.options.tolerations ?? [];
  }

  *_check(fleet: IFleet): Generator<Finding> {
    const { numberOfClusters } = this;
    const { members, knowsAllMembers } = fleet;
    const { preferred = [], topologySpread = [] } = this.options;
    yield* checkInteger("policy.numberOfClusters", numberOfClusters, 0);
    if (knowsAllMembers && isKnown(numberOfClusters) && numberOfClusters > members.length) {
      yield finding(
        "policy-number-too-high",
        `policy.numberOfClusters: fleet "${fleet.fleetName}" has ${members.length} member${members.length === 1 ? "" : "s"}, so that ${numberOfClusters} can't be chosen; ask for ${members.length} at most, or add members with addMember.`,
      );
    }
    yield* checkPickAll(this.options);
    for (const [index, term] of preferred.entries()) {
      yield* checkPreferred(`policy.preferred[${index}]`, term);
    }
    for (const [index, constraint] of topologySpread.entries()) {
      const at = `policy.topologySpread[${index}]`;
      yield* checkKey(`${at}.topologyKey`, constraint.topologyKey, "label");
      yield* checkInteger(`${at}.maxSkew`, constraint.maxSkew, 1);
    }
  }
}

class MembersInLocations extends PlacementPolicy {
  constructor(
    private readonly locations: readonly string[],
    findings: readonly Finding[],
  ) {
    super(findings);
  }

  _spec() {
    return inLocations(this.locations);
  }

  *_check(fleet: IFleet) {
    if (this.locations.length === 0) {
      yield finding(
        "policy-locations-empty",
        "policy: names no location; name at least one, or use PlacementPolicy.all().",
      );
    }
    for (const location of this.locations) {
      const misspelt = [...checkLocation(location, "policy")];
      yield* misspelt;
      if (misspelt.length === 0 && choiceIn(fleet, inLocations([location])).isNone === true) {
        const existing = new Set(fleet.members.map(({ cluster }) => cluster.location));
        yield finding(
          "policy-location-without-member",
          `policy: no member of fleet "${fleet.fleetName}" is in "${location}"; its members are in ${quoted(existing)}.`,
        );
      }
    }
  }
}

function inLocations(locations: readonly string[]) {
  const isThere = { key: LOCATION_LABEL, operator: "In", values: [...locations] } as const;
  return {
    placementType: "PickAll",
    affinity: affinity({ required: [{ labelSelector: { matchExpressions: [isThere] } }] }),
  };
}

class NamedMembers extends PlacementPolicy {
  constructor(
    private readonly memberNames: readonly string[],
    findings: readonly Finding[],
  ) {
    super(findings);
  }

  _spec() {
    return onMembers(this.memberNames);
  }

  *_check(fleet: IFleet) {
    if (this.memberNames.length === 0) {
      yield finding(
        "policy-members-empty",
        "policy: names no member; name at least one, or use PlacementPolicy.all().",
      );
    }
    if (this.memberNames.length > 100) {
      yield finding(
        "policy-members-too-many",
        `policy: names ${this.memberNames.length} members; a placement takes 100 at most.`,
      );
    }
    for (const [index, name] of this.memberNames.entries()) {
      if (this.memberNames.indexOf(name) !== index) {
        yield finding("policy-member-twice", `policy: names the member "${name}" twice.`);
      } else if (choiceIn(fleet, onMembers([name])).isNone === true) {
        const existing = fleet.members.map(({ memberName }) => memberName);
        yield finding(
          "policy-member-unknown",
          `policy: fleet "${fleet.fleetName}" has no member "${name}"; its members are ${quoted(existing)}.`,
        );
      } else if (isKnown(name) && !(isSubdomain(name) && name.length <= 63)) {
        yield finding(
          "policy-member-name",
          `policy: "${name}" is not the name of a member; write 1 to 63 lower-case letters, digits and hyphens, from a letter or a digit to one.`,
        );
      }
    }
  }
}

function onMembers(memberNames: readonly string[]) {
  return { placementType: "PickFixed", clusterNames: [...memberNames] };
}

function* checkPickAll({ required, tolerations }: PickAllOptions): Generator<Finding> {
  yield* checkRequired(required);
  yield* checkTolerations(tolerations);
}
