import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { checkInteger, checkQuantity, isQualifiedName, isSubdomain } from "../checks/values";
import { LOCATION_LABEL, RESOURCES_PREFIX } from "../fleet-api/labels";
import { checkLabelSelector, type LabelSelector, selectorOf } from "../kubernetes/label-selector";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";
import { nanosOf } from "../kubernetes/quantity";

/** A requirement on a property of a member, such as its node count, its resources or their cost. */
export interface PropertyRequirement {
  /**
   * `kubernetes-fleet.io/node-count`; `resources.kubernetes-fleet.io/` with `total`, `allocatable` or `available`, and
   * `-cpu` or `-memory`; `kubernetes.azure.com/per-cpu-core-cost`, `per-gb-memory-cost`, or, in preview,
   * `vm-sizes/<size>/count` and `vm-sizes/<size>/capacity`.
   */
  readonly name: string;
  /** Greater, greater or equal, equal, not equal, less, less or equal. */
  readonly operator: "Gt" | "Ge" | "Eq" | "Ne" | "Lt" | "Le";
  /** A quantity, e.g. `8`, `500m` or `16Gi`. */
  readonly value: string;
}

/** Selects the members that match everything in the term. */
export interface ClusterSelectorTerm {
  /**
   * Selects by label. Azure sets `fleet.azure.com/location` (a short name, e.g. `eastus2`), `/resource-group`,
   * `/subscription-id`, `/cluster-name` and `/member-name`.
   * @default - any labels
   */
  readonly labelSelector?: LabelSelector;
  /** Selects by property. @default - any properties */
  readonly properties?: readonly PropertyRequirement[];
}

/** Prefers some members over others, by weight. */
export interface PreferredTerm {
  /** Added to the score of a matching member: a whole number, -100 to 100. A negative weight avoids the member. */
  readonly weight: number;
  /** The members that get the weight. @default - all */
  readonly labelSelector?: LabelSelector;
  /** Gives the full weight to the member that comes first by a property, and less to each after it. @default - the same to all */
  readonly propertySorter?: {
    /** A property as in `PropertyRequirement`. */
    readonly name: string;
    readonly sortOrder: "Ascending" | "Descending";
  };
}

/** The `affinity` of a policy; undefined without required or preferred terms. */
export function affinity({
  required,
  preferred,
}: {
  readonly required?: readonly ClusterSelectorTerm[];
  readonly preferred?: readonly PreferredTerm[];
}): Record<string, unknown> | undefined {
  const clusterAffinity = omitUndefined({
    requiredDuringSchedulingIgnoredDuringExecution: required && {
      clusterSelectorTerms: required.map(({ labelSelector, properties }) => ({
        ...omitUndefined({
          labelSelector: selectorOf(labelSelector),
          propertySelector: propertySelector(properties),
        }),
      })),
    },
    preferredDuringSchedulingIgnoredDuringExecution: filled(
      preferred?.map(({ weight, labelSelector, propertySorter }) => ({
        weight,
        preference: { ...omitUndefined({ labelSelector: selectorOf(labelSelector), propertySorter }) },
      })),
    ),
  });
  return clusterAffinity && { clusterAffinity };
}

function propertySelector(properties: readonly PropertyRequirement[] = []) {
  return properties.length === 0
    ? undefined
    : {
        matchExpressions: properties.map(({ name, operator, value }) => ({
          name,
          operator,
          values: [value],
        })),
      };
}

/** Checks required terms by the hub's rules. */
export function* checkRequired(
  required: readonly ClusterSelectorTerm[] | undefined,
  field = "policy.required",
): Generator<Finding> {
  if (required?.length === 0) {
    yield finding(
      "policy-required-empty",
      `${field}: is empty; add a term, or leave it out to select from all members.`,
    );
  }
  if (required && required.length > 10) {
    yield finding(
      "policy-required-too-many",
      `${field}: has ${required.length} terms, but a placement allows at most 10; combine values of the same label into one term, with "In".`,
    );
  }
  for (const [index, { labelSelector, properties = [] }] of (required ?? []).entries()) {
    const at = `${field}[${index}]`;
    if (!labelSelector && properties.length === 0) {
      yield finding(
        "policy-term-empty",
        `${at}: is empty; add a labelSelector or properties, or remove the term.`,
      );
    }
    yield* checkLabelSelector(`${at}.labelSelector`, labelSelector, checkClusterLabel);
    for (const [place, { name, value }] of properties.entries()) {
      yield* checkPropertyName(`${at}.properties[${place}].name`, name);
      yield* checkQuantity(`${at}.properties[${place}].value`, value);
    }
    yield* checkContradictions(`${at}.properties`, properties);
  }
}

/** Refuses requirements of a term that no value can meet together. */
function* checkContradictions(at: string, properties: readonly PropertyRequirement[]): Generator<Finding> {
  const judged = properties.filter(
    ({ name, operator, value }) => [name, operator, value].every(isKnown) && nanosOf(value) !== undefined,
  );
  for (const name of new Set(judged.map((requirement) => requirement.name))) {
    const all = judged.filter((requirement) => requirement.name === name);
    if (!canHold(all)) {
      yield finding(
        "policy-properties-contradict",
        `${at}: no value of "${name}" can be ${all.map(({ operator, value }) => `${operator} ${value}`).join(" and ")}, which the fleet refuses; correct one of them, or use two terms if either is enough.`,
      );
    }
  }
}

/** Whether a value can exist, as the fleet's webhook decides it, which doesn't consider that Ne may exclude the last one. */
function canHold(requirements: readonly PropertyRequirement[]): boolean {
  const values = (...operators: string[]) =>
    requirements.flatMap(({ operator, value }) =>
      operators.includes(operator) ? [nanosOf(value) ?? 0n] : [],
    );
  const above = (value: bigint) =>
    values("Gt").every((bound) => value > bound) && values("Ge").every((bound) => value >= bound);
  const below = (value: bigint) =>
    values("Lt").every((bound) => value < bound) && values("Le").every((bound) => value <= bound);
  const [equal, ...others] = values("Eq");
  if (equal !== undefined) {
    const same = others.every((other) => other === equal) && !values("Ne").includes(equal);
    return same && above(equal) && below(equal);
  }
  const least = [...values("Gt", "Ge")].reduce((a, b) => (a > b ? a : b), -(2n ** 128n));
  const most = [...values("Lt", "Le")].reduce((a, b) => (a < b ? a : b), 2n ** 128n);
  return least < most || (least === most && above(least) && below(most));
}

/** Checks a preferred term by the hub's rules. */
export function* checkPreferred(
  at: string,
  { weight, labelSelector, propertySorter }: PreferredTerm,
): Generator<Finding> {
  yield* checkInteger(`${at}.weight`, weight, -100, 100);
  if (!labelSelector && !propertySorter) {
    yield finding(
      "policy-preference-empty",
      `${at}: prefers no member over another; add a labelSelector or a propertySorter, or remove the term.`,
    );
  }
  yield* checkLabelSelector(`${at}.labelSelector`, labelSelector, checkClusterLabel);
  yield* checkPropertyName(`${at}.propertySorter.name`, propertySorter?.name);
}

/** Checks the value that a selector of members compares a label with. */
export function* checkClusterLabel(at: string, key: string, value: string): Generator<Finding> {
  if (key === LOCATION_LABEL) {
    yield* checkLocation(value, at);
  }
}

/** Checks a property name by the hub webhook's rules; those of resources include the kind of capacity. */
function* checkPropertyName(at: string, name: string | undefined): Generator<Finding> {
  if (!isKnown(name)) {
    return;
  }
  if (name.startsWith(RESOURCES_PREFIX)) {
    const rest = name.slice(RESOURCES_PREFIX.length);
    if (!/^(total|allocatable|available)-/.test(rest) || !isQualifiedName(name)) {
      yield finding(
        "policy-resource-property",
        `${at}: "${name}" is not a resource property; write "${RESOURCES_PREFIX}" with "total", "allocatable" or "available", a hyphen and the resource, e.g. "${RESOURCES_PREFIX}available-cpu".`,
      );
    }
    return;
  }
  const [first = "", ...others] = name.split("/");
  const prefixed = others.length > 0;
  if (!(isQualifiedName(first) || (prefixed && isSubdomain(first))) || !others.every(isQualifiedName)) {
    yield finding(
      "policy-property-name",
      `${at}: "${name}" is not a property name; write parts of 1 to 63 letters, digits, hyphens, underscores and periods, separated by slashes, e.g. "kubernetes-fleet.io/node-count".`,
    );
  }
}
