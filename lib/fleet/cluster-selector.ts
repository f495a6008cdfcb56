import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { checkInteger, checkQuantity, isQualifiedName, isSubdomain } from "../checks/values";
import { LOCATION_LABEL, RESOURCES_PREFIX } from "../fleet-api/labels";
import { checkLabelSelector, type LabelSelector, selectorOf } from "../kubernetes/label-selector";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";
import { nanosOf } from "../kubernetes/quantity";

/** What must hold of a property of a member, such as its nodes, its resources and their cost. */
export interface PropertyRequirement {
  /**
   * `kubernetes-fleet.io/node-count`; `resources.kubernetes-fleet.io/` with `total`, `allocatable` or `available`, and
   * `-cpu` or `-memory`; `kubernetes.azure.com/per-cpu-core-cost`, `per-gb-memory-cost` or, in preview,
   * `vm-sizes/<size>/count` and `vm-sizes/<size>/capacity`.
   */
  readonly name: string;
  /** Greater, greater or equal, equal, not equal, less, less or equal. */
  readonly operator: "Gt" | "Ge" | "Eq" | "Ne" | "Lt" | "Le";
  /** A quantity, e.g. `8`, `500m` or `16Gi`. */
  readonly value: string;
}

/** Chooses members: those of which everything given here holds. */
export interface ClusterSelectorTerm {
  /**
   * By their labels. Azure sets `fleet.azure.com/location` (a short name, e.g. `eastus2`), `/resource-group`,
   * `/subscription-id`, `/cluster-name` and `/member-name`.
   * @default - whatever the labels
   */
  readonly labelSelector?: LabelSelector;
  /** By their properties. @default - whatever the properties */
  readonly properties?: readonly PropertyRequirement[];
}

/** Prefers members to others, by a weight. */
export interface PreferredTerm {
  /** A whole number, -100 to 100: what is added to the score of a member that the term matches. Less than 0 avoids it. */
  readonly weight: number;
  /** Members that the weight goes to. @default - all */
  readonly labelSelector?: LabelSelector;
  /** Gives the whole weight to the member that comes first by a property, and less to each after it. @default - the same to all */
  readonly propertySorter?: {
    /** A property as in `PropertyRequirement`. */
    readonly name: string;
    readonly sortOrder: "Ascending" | "Descending";
  };
}

/** The `affinity` of a policy; undefined where no member is required or preferred. */
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

/** Yields what the hub would refuse of the terms that members have to match. */
export function* checkRequired(
  required: readonly ClusterSelectorTerm[] | undefined,
  field = "policy.required",
): Generator<Finding> {
  if (required?.length === 0) {
    yield finding(
      "policy-required-empty",
      `${field}: is empty; name at least one term, or leave it out to choose from every member.`,
    );
  }
  if (required && required.length > 10) {
    yield finding(
      "policy-required-too-many",
      `${field}: has ${required.length} terms, and a placement takes 10 at most; put values of one label into one term, with "In".`,
    );
  }
  for (const [index, { labelSelector, properties = [] }] of (required ?? []).entries()) {
    const at = `${field}[${index}]`;
    if (!labelSelector && properties.length === 0) {
      yield finding(
        "policy-term-empty",
        `${at}: says nothing of a member; give it a labelSelector or properties, or leave the term out.`,
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

/** Yields properties of which no value can do what all requirements of a term ask. */
function* checkContradictions(at: string, properties: readonly PropertyRequirement[]): Generator<Finding> {
  const judged = properties.filter(
    ({ name, operator, value }) => [name, operator, value].every(isKnown) && nanosOf(value) !== undefined,
  );
  for (const name of new Set(judged.map((requirement) => requirement.name))) {
    const all = judged.filter((requirement) => requirement.name === name);
    if (!canHold(all)) {
      yield finding(
        "policy-properties-contradict",
        `${at}: no value of "${name}" is ${all.map(({ operator, value }) => `${operator} ${value}`).join(" and ")} at once, which the fleet refuses; correct one of them, or write two terms where one of the two will do.`,
      );
    }
  }
}

/** Whether there is a value; as the fleet's webhook judges it, which forgets that Ne may take the last one. */
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

/** Yields what the hub would refuse of a term that members are preferred by. */
export function* checkPreferred(
  at: string,
  { weight, labelSelector, propertySorter }: PreferredTerm,
): Generator<Finding> {
  yield* checkInteger(`${at}.weight`, weight, -100, 100);
  if (!labelSelector && !propertySorter) {
    yield finding(
      "policy-preference-empty",
      `${at}: prefers no member to another; give it a labelSelector or a propertySorter, or leave the term out.`,
    );
  }
  yield* checkLabelSelector(`${at}.labelSelector`, labelSelector, checkClusterLabel);
  yield* checkPropertyName(`${at}.propertySorter.name`, propertySorter?.name);
}

function* checkClusterLabel(at: string, key: string, value: string): Generator<Finding> {
  if (key === LOCATION_LABEL) {
    yield* checkLocation(value, at);
  }
}

/** As the hub's webhook judges names: those of resources say of which capacity they are. */
function* checkPropertyName(at: string, name: string | undefined): Generator<Finding> {
  if (!isKnown(name)) {
    return;
  }
  if (name.startsWith(RESOURCES_PREFIX)) {
    const rest = name.slice(RESOURCES_PREFIX.length);
    if (!/^(total|allocatable|available)-/.test(rest) || !isQualifiedName(name)) {
      yield finding(
        "policy-resource-property",
        `${at}: "${name}" is not a resource of a member; write "${RESOURCES_PREFIX}" with "total", "allocatable" or "available", a hyphen and the resource, e.g. "${RESOURCES_PREFIX}available-cpu".`,
      );
    }
    return;
  }
  const [first = "", ...others] = name.split("/");
  const prefixed = others.length > 0;
  if (!(isQualifiedName(first) || (prefixed && isSubdomain(first))) || !others.every(isQualifiedName)) {
    yield finding(
      "policy-property-name",
      `${at}: "${name}" is not the name of a property; write parts of 1 to 63 letters, digits, hyphens, underscores and periods, with slashes between them, e.g. "kubernetes-fleet.io/node-count".`,
    );
  }
}
