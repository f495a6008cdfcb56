import { byBytes } from "./compare";
import { type Identity, type KubernetesObject, keyOf, NAMESPACE } from "./identity";
import type { Member } from "./member";
import { type Draft, type OverrideRule, oneOf, readRule, ruled } from "./override-rules";
import type { Selected } from "./selection";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, Unknown } from "./unknown";
import { at, listAt, sameValue, textAt, type Value } from "./value";
import { Failure, some, type Verdict } from "./verdict";

/** A ClusterResourceOverride, or a ResourceOverride. */
export interface Override {
  readonly name: string | Unknown;
  /** Of a ResourceOverride. */
  readonly namespace?: string | Unknown;
  /** Number of its newest snapshot: it counts the changes. @default - not known */
  readonly index?: number;
  readonly spec: Value;
}

/** What a member gets of the objects of a placement. */
export interface Overridden {
  /** The overrides that are for the member, in the order in which they are applied. */
  readonly overrides: readonly Reach[];
  /** As many as the placement selects, in that order. None after a failure. */
  readonly objects: readonly OverriddenObject[];
  /** Why the member gets nothing of the placement, and keeps what it had before. */
  readonly failure?: OverrideFailure;
  /** Why it isn't known whether it gets anything. */
  readonly doubt?: Unknown;
}

export interface OverriddenObject {
  /** What it is, if it is there; that very object where no override changes it. */
  readonly object: Value;
  readonly isThere: Truth;
}

export interface OverrideFailure {
  /** Whether an override can't be read, or can't be applied. */
  readonly stage: "pick" | "apply";
  /** In the fleet's words; unknown where it isn't known what fails first. */
  readonly reason: string | Unknown;
  readonly override?: Override;
  /** Index of the object that the override can't be applied to. */
  readonly object?: number;
}

/** An override that reaches something, for certain or perhaps. */
export interface Reach {
  readonly override: Override;
  readonly isCertain: true | Unknown;
}

/** The overrides of a hub, read once: in the order in which they are applied, as far as that is known. */
export interface Overrides {
  readonly all: readonly ReadOverride[];
  /** By what they name, as often as they name it. */
  readonly byTarget: ReadonlyMap<string, readonly ReadOverride[]>;
  /** Whether it is known of each what it names. */
  readonly areKnown: boolean;
}

interface ReadOverride extends Override {
  readonly targets: readonly Target[] | Unknown;
  /** undefined where there is no policy, which stops the fleet. */
  readonly rules: readonly OverrideRule[] | Unknown | undefined;
}

type Target = { readonly [K in keyof Identity]: Identity[K] | Unknown };

interface ReadReach extends Reach {
  readonly override: ReadOverride;
}

type NamedMember = Pick<Member, "name" | "labels">;

export function readOverrides(overrides: readonly Override[]): Overrides {
  const all = overrides
    .map(readOverride)
    .sort(
      (one, other) =>
        Number(one.namespace !== undefined) - Number(other.namespace !== undefined) ||
        byBytes(String(one.namespace ?? ""), String(other.namespace ?? "")) ||
        byBytes(snapshotOf(one), snapshotOf(other)),
    );
  const byTarget = new Map<string, ReadOverride[]>();
  let areKnown = true;
  for (const override of all) {
    for (const target of isUnknown(override.targets) ? [override.targets] : override.targets) {
      const key = isUnknown(target) ? target : keyOfTarget(target);
      if (isUnknown(key)) {
        areKnown = false;
      } else {
        byTarget.set(key, [...(byTarget.get(key) ?? []), override]);
      }
    }
  }
  return { all, byTarget, areKnown };
}

function readOverride(override: Override): ReadOverride {
  const { namespace, spec } = override;
  const selectors = listAt(spec, namespace === undefined ? "clusterResourceSelectors" : "resourceSelectors");
  const policy = at(spec, "policy") ?? undefined;
  const rules = policy === undefined ? undefined : listAt(policy, "overrideRules");
  return {
    ...override,
    targets: isUnknown(selectors)
      ? selectors
      : selectors.map((selector) => ({
          group: textAt(selector, "group") ?? "",
          version: textAt(selector, "version") ?? "",
          kind: textAt(selector, "kind") ?? "",
          ...(namespace !== undefined && { namespace }),
          name: textAt(selector, "name") ?? "",
        })),
    rules: rules === undefined || isUnknown(rules) ? rules : rules.map(readRule),
  };
}

/** What an override's snapshot is called, which says where it comes among others. */
function snapshotOf({ name, index = 0 }: Override): string {
  return `${isUnknown(name) ? "" : name}-${index}`;
}

/** Whether it is known which of two overrides of one kind, in one namespace, comes first. */
function areInOrder(one: Override, other: Override): Truth {
  if (isUnknown(one.name) || isUnknown(other.name)) {
    return [one.name, other.name].find(isUnknown) as Unknown;
  }
  const [first, second] = [`${one.name}-`, `${other.name}-`].sort(byBytes) as [string, string];
  const isByNumber = second.startsWith(first) && /^\d/.test(second.slice(first.length));
  return isByNumber && [one, other].some(({ index }) => index === undefined)
    ? new Unknown("the number of an override's snapshot says which comes first")
    : true;
}

/**
 * What members get of the objects of a placement.
 * @param placement name of a ClusterResourcePlacement, or `<namespace>/<name>` of a ResourcePlacement
 */
export function overriding(
  overrides: Overrides,
  placement: string | Unknown,
  selected: readonly Selected[],
): (member: NamedMember) => Overridden {
  const ofObject = selected.map(({ identity }) => reaching(overrides, placement, identity));
  const all = reachingAny(overrides, ofObject, selected);
  const untouched = selected.map(({ object, isSelected }) => ({ object, isThere: isSelected }));
  const made = new Map<string, Overridden>();
  return (member) => {
    const key = keyFor(all, member);
    const result =
      (key !== undefined && made.get(key)) || overridden(all, ofObject, selected, untouched, member);
    if (key !== undefined) {
      made.set(key, result);
    }
    return result;
  };
}

/**
 * The overrides that are for a member, of those that reach something that a placement selects.
 * @param placement name of a ClusterResourcePlacement, or `<namespace>/<name>` of a ResourcePlacement
 */
export function overridesFor(
  overrides: Overrides,
  placement: string,
  selected: readonly Identity[],
): (member: NamedMember) => readonly Override[] {
  const reaches = selected.flatMap((identity) => reaching(overrides, placement, identity));
  const all = [...new Set(reaches.map(({ override }) => override))];
  return (member) => all.filter((override) => isFor(override, member) === true);
}

/** The overrides that reach an object, as often as they name it, in the order in which they are applied. */
function reaching(
  { all, byTarget, areKnown }: Overrides,
  placement: string | Unknown,
  identity: Identity,
): readonly ReadReach[] {
  const { namespace } = identity;
  // A ClusterResourceOverride reaches what is in a namespace by the Namespace.
  const targets: readonly Target[] =
    namespace === undefined ? [identity] : [{ ...NAMESPACE, name: namespace }, identity];
  const keys = targets.map(keyOfTarget);
  const candidates =
    areKnown && !keys.some(isUnknown)
      ? (keys as string[])
          .flatMap((key) => byTarget.get(key) ?? [])
          .map((override): [ReadOverride, Truth] => [override, true])
      : all.flatMap((override) =>
          (isUnknown(override.targets) ? [override.targets] : override.targets).map(
            (target): [ReadOverride, Truth] => [
              override,
              isUnknown(target) ? target : anyOf(targets.map((one) => sameTarget(one, target))),
            ],
          ),
        );
  return candidates.flatMap(([override, isNamed]) => {
    const isCertain = allOf([isNamed, isOfPlacement(override, placement)]);
    return isCertain === false ? [] : [{ override, isCertain }];
  });
}

function keyOfTarget(target: Target): string | Unknown {
  return Object.values(target).find(isUnknown) ?? keyOf(target as Identity);
}

function sameTarget(one: Target, other: Target): Truth {
  const parts = ["group", "version", "kind", "namespace", "name"] as const;
  return allOf(parts.map((part) => sameValue(one[part], other[part])));
}

/** Whether an override is for a placement: for all, where it names none. */
export function isOfPlacement({ namespace, spec }: Override, placement: string | Unknown): Truth {
  const own = at(spec, "placement") ?? undefined;
  if (own === undefined) {
    return true;
  }
  const [name, scope] = [textAt(own, "name") ?? "", textAt(own, "scope")];
  if (namespace === undefined || (!isUnknown(scope) && scope !== "Namespaced")) {
    return sameValue(name, placement);
  }
  const inNamespace = [scope, namespace, name].find(isUnknown) ?? `${namespace}/${name}`;
  return sameValue(inNamespace, placement);
}

/** The overrides that reach any of the objects that a placement selects. */
function reachingAny(
  { all }: Overrides,
  ofObject: readonly (readonly ReadReach[])[],
  selected: readonly Selected[],
): readonly ReadReach[] {
  const truths = new Map<ReadOverride, Truth>();
  for (const [index, reaches] of ofObject.entries()) {
    const { isSelected } = selected[index] as Selected;
    for (const { override, isCertain } of reaches) {
      truths.set(override, anyOf([truths.get(override) ?? false, allOf([isCertain, isSelected])]));
    }
  }
  return all.flatMap((override) => {
    const isCertain = truths.get(override) ?? false;
    return isCertain === false ? [] : [{ override, isCertain }];
  });
}

/** Whether an override is for a member: whether one of its rules is. */
function isFor({ rules }: ReadOverride, { labels }: NamedMember): Verdict {
  if (rules === undefined) {
    return new Failure("policy is nil");
  }
  return isUnknown(rules) ? rules : some(rules.map((rule) => () => rule.isFor(labels)));
}

/** What of a member says what it gets; undefined where more does than which rules are for it. */
function keyFor(all: readonly ReadReach[], { labels }: NamedMember): string | undefined {
  let key = "";
  for (const { override } of all) {
    for (const rule of Array.isArray(override.rules) ? override.rules : [undefined]) {
      const answer = rule?.isFor(labels);
      if (typeof answer !== "boolean" || (answer && !rule.isConstant)) {
        return undefined;
      }
      key += answer ? "1" : "0";
    }
  }
  return key;
}

function overridden(
  all: readonly ReadReach[],
  ofObject: readonly (readonly ReadReach[])[],
  selected: readonly Selected[],
  untouched: readonly OverriddenObject[],
  member: NamedMember,
): Overridden {
  const overrides: Reach[] = [];
  let doubt: Unknown | undefined;
  for (const { override, isCertain } of all) {
    const answer = isFor(override, member);
    const isFailure = answer instanceof Failure;
    if (isFailure && answer.isCertain && isCertain === true) {
      return failed({ stage: "pick", reason: answer.message, override }, doubt);
    }
    if (isFailure) {
      doubt ??= new Unknown(answer.message);
    }
    if (answer !== false) {
      overrides.push({ override, isCertain: allOf([isCertain, isFailure || answer]) as true | Unknown });
    }
  }
  const objects: OverriddenObject[] = [];
  for (const [index, { object, isSelected }] of selected.entries()) {
    const reaches = ofObject[index] ?? [];
    if (reaches.length === 0) {
      objects.push(untouched[index] as OverriddenObject);
      continue;
    }
    const { draft, override } = changedBy(object, reaches, member);
    if (draft.failed !== undefined && isSelected === true) {
      const failure = { stage: "apply", reason: draft.failed, override, object: index } as const;
      return failed(failure, doubt ?? [draft.failed].find(isUnknown), overrides);
    }
    doubt ??= draft.failed === undefined ? draft.doubt : (isSelected as Unknown);
    objects.push({ object: draft.value, isThere: allOf([isSelected, not(draft.isDeleted)]) });
  }
  return { overrides, objects, ...(doubt && { doubt }) };
}

/** What overrides make of an object for a member, and the last of them. */
function changedBy(
  object: KubernetesObject,
  reaches: readonly ReadReach[],
  member: NamedMember,
): { readonly draft: Draft; readonly override?: Override } {
  let draft: Draft = { value: object, isDeleted: false };
  const ofMember = reaches.filter(({ override }) => isFor(override, member) !== false);
  const disorder = disorderOf(ofMember);
  if (disorder) {
    return { draft: anything(draft, disorder) };
  }
  for (const { override, isCertain } of ofMember) {
    const { rules } = override;
    const changed = isUnknown(rules) ? anything(draft, rules) : ruled(draft, rules ?? [], member);
    draft = isCertain === true ? changed : oneOf(draft, changed, isCertain);
    if (draft.failed !== undefined) {
      return { draft, override };
    }
  }
  return { draft };
}

/** What comes of an object that rules may change into anything, or delete, or fail at. */
function anything(draft: Draft, why: Unknown): Draft {
  return { value: why, isDeleted: why, doubt: draft.doubt ?? why };
}

/** Why it isn't known in which order the overrides of an object are applied. */
function disorderOf(reaches: readonly ReadReach[]): Unknown | undefined {
  for (const [index, { override }] of reaches.entries()) {
    const next = reaches[index + 1]?.override;
    if (next && next !== override && (next.namespace === undefined) === (override.namespace === undefined)) {
      const truth = areInOrder(override, next);
      if (isUnknown(truth)) {
        return truth;
      }
    }
  }
  return undefined;
}

/** A failure; where something else may fail before, it isn't known at what. */
function failed(
  failure: OverrideFailure,
  doubt: Unknown | undefined,
  overrides: readonly Reach[] = [],
): Overridden {
  return {
    overrides,
    objects: [],
    failure: doubt ? { stage: failure.stage, reason: doubt } : failure,
  };
}
