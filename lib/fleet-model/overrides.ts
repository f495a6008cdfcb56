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
  /** The namespace of a ResourceOverride. */
  readonly namespace?: string | Unknown;
  /** Index of its latest snapshot, which counts the changes. @default - unknown */
  readonly index?: number;
  readonly spec: Value;
}

/** The objects of a placement as a member gets them. */
export interface Overridden {
  /** The overrides that apply to the member, in order. */
  readonly overrides: readonly Reach[];
  /** One for each selected object, in the same order. None after a failure. */
  readonly objects: readonly OverriddenObject[];
  /** Why the member gets nothing of the placement, and keeps its objects. */
  readonly failure?: OverrideFailure;
  /** Why it isn't known whether it gets anything. */
  readonly doubt?: Unknown;
}

export interface OverriddenObject {
  /** The object, if it exists; the original if no override changes it. */
  readonly object: Value;
  readonly isThere: Truth;
}

export interface OverrideFailure {
  /** Whether an override can't be parsed, or can't be applied. */
  readonly stage: "pick" | "apply";
  /** In the fleet's words; unknown if it isn't known what fails first. */
  readonly reason: string | Unknown;
  readonly override?: Override;
  /** Index of the object that the override can't be applied to. */
  readonly object?: number;
}

/** An override that certainly or possibly applies to something. */
export interface Reach {
  readonly override: Override;
  readonly isCertain: true | Unknown;
}

/** The parsed overrides of a hub, in the order of application, as far as it is known. */
export interface Overrides {
  readonly all: readonly ReadOverride[];
  /** By the objects that they name, with repetitions. */
  readonly byTarget: ReadonlyMap<string, readonly ReadOverride[]>;
  /** Whether the named objects of each are known. */
  readonly areKnown: boolean;
}

interface ReadOverride extends Override {
  readonly targets: readonly Target[] | Unknown;
  /** Undefined without a policy, which stops the fleet. */
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

/** The name of an override's snapshot, which determines its order. */
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
    ? new Unknown("the index of an override's snapshot determines the order")
    : true;
}

/**
 * The objects of a placement as members get them.
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
 * The overrides that apply to a member, among those of the objects that a placement selects.
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

/** The overrides of an object, with repetitions, in the order of application. */
function reaching(
  { all, byTarget, areKnown }: Overrides,
  placement: string | Unknown,
  identity: Identity,
): readonly ReadReach[] {
  const { namespace } = identity;
  // A ClusterResourceOverride of a Namespace applies to its contents.
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

/** Whether an override is for a placement; without one, it is for all. */
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

/** The overrides of any of the objects that a placement selects. */
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

/** Whether one of an override's rules applies to a member. */
function isFor({ rules }: ReadOverride, { labels }: NamedMember): Verdict {
  if (rules === undefined) {
    return new Failure("policy is nil");
  }
  return isUnknown(rules) ? rules : some(rules.map((rule) => () => rule.isFor(labels)));
}

/** Identifies members that get the same objects; undefined if that depends on more than which rules apply. */
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

/** Applies overrides to an object for a member, and returns the last of them. */
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

/** The result if unknown rules may change an object in any way, delete it, or fail. */
function anything(draft: Draft, why: Unknown): Draft {
  return { value: why, isDeleted: why, doubt: draft.doubt ?? why };
}

/** Why the order of an object's overrides isn't known. */
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

/** A failure; unknown if something else may fail first. */
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
