import { labelMatcher } from "./label-selector";
import { type Member, remembered } from "./member";
import type { Policy, PreferredClusterSelector, PropertySorter } from "./policy";
import { propertyOf } from "./properties";
import { approximately, compareQuantities, type Quantity } from "./quantity";
import { add, between, exactly, type Range } from "./scores";
import { isUnknown, part, type Unknown, type WithUnknowns } from "./unknown";
import { asPossible, Failure } from "./verdict";

type Score = Range | Failure;

/** A member's share of a weight, by one of its properties. */
type Sorter = (member: Member, weight: number) => Score;

/** How much a policy prefers members. */
export interface Preference {
  /** A failure that stops the cycle before any member is scored. */
  readonly failure: Failure | undefined;
  readonly score: (member: Member) => Score;
}

/** The API's minimum and maximum weight. */
const WEIGHTS = [-100, 100];

/**
 * How much a policy prefers each member: the sum of the weights of the preferred terms that match it.
 * @param members the whole fleet: the minimum and maximum of a property include members that can't be chosen
 */
export function preferenceOf(policy: Policy, members: readonly Member[]): Preference {
  const clusterAffinity = part(part(policy, "affinity"), "clusterAffinity");
  const terms = part(clusterAffinity, "preferredDuringSchedulingIgnoredDuringExecution") ?? [];
  if (isUnknown(terms)) {
    return {
      failure: undefined,
      score: () => between([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], terms),
    };
  }
  const sorters = terms.map((term) => sorterOf(part(part(term, "preference"), "propertySorter"), members));
  const failure = sorters.find((sorter) => sorter instanceof Failure);
  if (failure) {
    return { failure, score: () => failure };
  }
  const scorers = terms.map((term, index) => scorerOf(term, sorters[index] as Sorter));
  return {
    failure: undefined,
    score: remembered((member) => {
      let sum = exactly(0);
      for (const scoreOf of scorers) {
        const score = scoreOf(member);
        if (score instanceof Failure) {
          return score;
        }
        sum = add(sum, score);
      }
      return sum;
    }),
  };
}

/** A term without weight is skipped, even if its selector is invalid. */
function scorerOf(
  term: WithUnknowns<PreferredClusterSelector> | Unknown,
  sorter: Sorter,
): (member: Member) => Score {
  const weight = part(term, "weight") ?? 0;
  const labelSelector = part(part(term, "preference"), "labelSelector");
  const matchesLabels = labelSelector && labelMatcher(labelSelector);
  return (member) => {
    const matches = weight === 0 ? false : (matchesLabels?.(member.labels) ?? true);
    if (matches === false) {
      return exactly(0);
    }
    const unknown = [weight, matches].find(isUnknown);
    const scores =
      matches instanceof Failure
        ? [matches]
        : (isUnknown(weight) ? WEIGHTS : [weight]).map((full) => sorter(member, full));
    const failure = scores.find((score) => score instanceof Failure);
    if (failure) {
      return unknown ? asPossible(failure) : failure;
    }
    const ranges = scores as Range[];
    return unknown
      ? between([0, ...ranges.flatMap(({ least, most }) => [least, most])], unknown)
      : (ranges[0] as Range);
  };
}

/**
 * Gives the full weight to the first member, none to the last, and interpolates for the others, rounded half away from zero.
 * A member without the property gets nothing, in both orders, as does each member if all values are equal.
 */
function sorterOf(
  propertySorter: WithUnknowns<PropertySorter> | Unknown | undefined,
  members: readonly Member[],
): Sorter | Failure {
  if (propertySorter === undefined) {
    return (_, weight) => exactly(weight);
  }
  const name = part(propertySorter, "name") ?? "";
  const order = part(propertySorter, "sortOrder") ?? "";
  if (isUnknown(name)) {
    return (_, weight) => between([0, weight], name);
  }
  const extremes = extremesOf(name, members);
  if (extremes instanceof Failure) {
    return extremes;
  }
  const wrongOrder =
    isUnknown(order) || order === "Ascending" || order === "Descending"
      ? undefined
      : new Failure(`cannot interpolate weight as sort order ${order} is invalid`);
  return (member, weight) => {
    const property = propertyOf(member, name);
    if (property === undefined || extremes === undefined || property instanceof Failure) {
      return property instanceof Failure ? property : exactly(0);
    }
    if (isUnknown(property) || isUnknown(extremes)) {
      return (
        asPossible(wrongOrder) ?? between([0, weight], isUnknown(property) ? property : (extremes as Unknown))
      );
    }
    const [value, least, most] = [property, extremes.least, extremes.most].map(approximately) as [
      number,
      number,
      number,
    ];
    // Two notations of a quantity may differ in their last bit.
    if (!Number.isFinite(least) || !Number.isFinite(most) || value < least || value > most) {
      return new Failure(
        `cannot interpolate weight, observed value ${value}, observed min ${least}, observed max ${most}`,
      );
    }
    if (least === most) {
      return exactly(0);
    }
    const share = (value - least) / (most - least);
    const descending = rounded(share * weight);
    const ascending = rounded((1 - share) * weight);
    if (isUnknown(order)) {
      return between([descending, ascending], order);
    }
    return wrongOrder ?? exactly(order === "Descending" ? descending : ascending);
  };
}

/** The minimum and maximum of a property; undefined if no member has it. */
function extremesOf(
  name: string,
  members: readonly Member[],
): { readonly least: Quantity; readonly most: Quantity } | Unknown | undefined | Failure {
  const properties = members.map((member) => propertyOf(member, name));
  const failure = properties.find((property) => property instanceof Failure);
  if (failure) {
    return failure;
  }
  const unknown = properties.find(isUnknown);
  if (unknown) {
    return unknown;
  }
  const known = properties.filter((property) => property !== undefined) as Quantity[];
  const [first, ...others] = known;
  return (
    first && {
      least: others.reduce((least, one) => (compareQuantities(one, least) < 0 ? one : least), first),
      most: others.reduce((most, one) => (compareQuantities(one, most) > 0 ? one : most), first),
    }
  );
}

function rounded(score: number): number {
  const whole = Math.trunc(score);
  return whole + (Math.abs(score - whole) >= 0.5 ? Math.sign(score) : 0) || 0;
}
