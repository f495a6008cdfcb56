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

/** Spreads the selected members over groups with the same value of a label. */
export interface TopologySpreadConstraint {
  /** The label's key, e.g. `fleet.azure.com/location`. */
  readonly topologyKey: string;
  /** Largest difference in members between two groups; 1 or more. @default 1 */
  readonly maxSkew?: number;
  /** When the skew can't be kept: select fewer members, or exceed the skew. @default "DoNotSchedule" */
  readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway";
}

export interface PickAllOptions {
  /** Selects only members that match one of these terms, 1 to 10. @default - all members */
  readonly required?: readonly ClusterSelectorTerm[];
  /**
   * Taints that don't exclude a member, at most 100. Tolerations can be added later, but the hub refuses to remove or change
   * one.
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];
}

export interface PickNOptions extends PickAllOptions {
  /** Prefers members by score. Between equal scores, the fleet decides. @default - no preference */
  readonly preferred?: readonly PreferredTerm[];
  /** Constraints that all apply. @default - not spread */
  readonly topologySpread?: readonly TopologySpreadConstraint[];
}

const MARK = markOf("PlacementPolicy");

/**
 * Selects a placement's members: all that match, a number of them, or by name. The hub refuses to change the kind of an
 * existing placement's policy: that takes a new name, and so a new placement.
 */
export abstract class PlacementPolicy {
  /** The last answer. */
  private chosen?: { readonly fleet: IFleet; readonly members: number; readonly choice: Choice };

  /** All members, including those that join later. */
  static all(): PlacementPolicy {
    return new PickAll({});
  }

  /** All members in these locations (short names, e.g. `eastus2`), including those that join later. */
  static inLocations(...locations: string[]): PlacementPolicy {
    const { value, findings } = inspectProps("LocationsPolicy", { locations }, "policy");
    return new MembersInLocations(value?.locations ?? [], findings);
  }

  /** These members, by their names in the fleet; at most 100. Taints are ignored. */
  static onMembers(...memberNames: string[]): PlacementPolicy {
    const { value, findings } = inspectProps("MembersPolicy", { memberNames }, "policy");
    return new NamedMembers(value?.memberNames ?? [], findings);
  }

  /** All members that match, including those that join or match later. */
  static pickAll(options: PickAllOptions): PlacementPolicy {
    const { value, findings } = inspectProps("PickAllOptions", options, "policy");
    return new PickAll(value ?? {}, findings);
  }

  /**
   * A number of members, the best of those that match. With fewer matches, the placement stays partly unscheduled.
   * @param numberOfClusters 0 or more; can be changed later
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
   * @param findings problems with the arguments, reported by the placements that use the policy
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

  /** The same without members that are out of service. @internal */
  _specFor(fleet: IFleet): Record<string, unknown> {
    return inService(this._spec(), fleet);
  }

  /** The selected members of a fleet. @internal */
  _choice(fleet: IFleet): Choice {
    const { members } = fleet;
    if (this.chosen?.fleet !== fleet || this.chosen.members !== members.length) {
      // Members may still join.
      this.chosen = { fleet, members: members.length, choice: choiceIn(fleet, this._specFor(fleet)) };
    }
    return this.chosen.choice;
  }

  /** Refuses what the hub would refuse, members and locations that the fleet doesn't have, and empty selections. @internal */
  abstract _check(fleet: IFleet): Generator<Finding>;

  /** Immutable on the hub. @internal */
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
        `policy: fleet "${fleet.fleetName}" has no members to place anything on; add one with addMember.`,
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
        `policy.numberOfClusters: is ${numberOfClusters}, but fleet "${fleet.fleetName}" has only ${members.length} member${members.length === 1 ? "" : "s"}; set at most ${members.length}, or add members with addMember.`,
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
        "policy: has no locations; add one, or use PlacementPolicy.all().",
      );
    }
    for (const location of this.locations) {
      const misspelt = [...checkLocation(location, "policy")];
      yield* misspelt;
      if (misspelt.length === 0 && choiceIn(fleet, inLocations([location])).isNone === true) {
        const existing = new Set(fleet.members.map(({ cluster }) => cluster.location));
        yield finding(
          "policy-location-without-member",
          `policy: no member of fleet "${fleet.fleetName}" is in "${location}"; use a location of its members: ${quoted(existing)}.`,
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
      yield finding("policy-members-empty", "policy: has no members; add one, or use PlacementPolicy.all().");
    }
    if (this.memberNames.length > 100) {
      yield finding(
        "policy-members-too-many",
        `policy: has ${this.memberNames.length} members, but a placement allows at most 100; select them by label, with PlacementPolicy.pickAll().`,
      );
    }
    for (const [index, name] of this.memberNames.entries()) {
      if (this.memberNames.indexOf(name) !== index) {
        yield finding("policy-member-twice", `policy: lists the member "${name}" twice; remove one of them.`);
      } else if (choiceIn(fleet, onMembers([name])).isNone === true) {
        const existing = fleet.members.map(({ memberName }) => memberName);
        yield finding(
          "policy-member-unknown",
          `policy: fleet "${fleet.fleetName}" has no member "${name}"; use one of its members: ${quoted(existing)}.`,
        );
      } else if (isKnown(name) && !(isSubdomain(name) && name.length <= 63)) {
        yield finding(
          "policy-member-name",
          `policy: "${name}" is not a valid member name; use 1 to 63 lower-case letters, digits and hyphens, starting and ending with a letter or a digit.`,
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
