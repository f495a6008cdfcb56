import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkNameOnce, checkObjectName } from "../../checks/names";
import { checkClusterLabel } from "../../fleet/cluster-selector";
import { PLACEMENT_V1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { isBuiltIn } from "../../kubernetes/kubernetes-object";
import {
  checkLabelSelector,
  type LabelSelector,
  selectorOf,
  selectsAll,
} from "../../kubernetes/label-selector";
import { isClusterScoped } from "../../kubernetes/scope";
import { checkServed } from "../../kubernetes/served";
import { checkPatch, type JsonPatch } from "./json-patch";

/** An object to override, by name: the fleet doesn't support labels here. */
export interface OverriddenResource {
  /** e.g. `apps`. @default - Kubernetes' core group, that of Services and ConfigMaps */
  readonly group?: string;
  /** @default "v1" */
  readonly version?: string;
  /** e.g. `Deployment` */
  readonly kind: string;
  /** Name of the object. */
  readonly name: string;
}

interface RuleBase {
  /** Selects members that match any of these terms; 1 to 10. @default - all members */
  readonly clusterSelectorTerms?: readonly LabelSelector[];
}

/** Changes the objects on the way to members. */
export interface PatchRule extends RuleBase {
  /** @default "JSONPatch" */
  readonly overrideType?: "JSONPatch";
  /** Applied in this order; 1 to 20. */
  readonly jsonPatchOverrides: readonly JsonPatch[];
}

/** Keeps the objects off members, and deletes those already placed. */
export interface DeleteRule extends RuleBase {
  readonly overrideType: "Delete";
  readonly jsonPatchOverrides?: never;
}

/** Patches or deletes the objects on some members. */
export type OverrideRule = PatchRule | DeleteRule;

/** Options of both kinds of overrides. */
export interface OverrideOptions {
  /** 1 to 63 lower-case letters, digits, hyphens and periods. */
  readonly name: string;
  /** 1 to 20, applied in this order: if two set the same field for a member, the last one wins. */
  readonly overrideRules: readonly OverrideRule[];
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

interface Override extends OverrideOptions {
  readonly kind: "ClusterResourceOverride" | "ResourceOverride";
  readonly namespace?: string;
  readonly placement?: { readonly name: string; readonly scope?: "Namespaced" };
  readonly selectors: readonly OverriddenResource[];
}

const MARK = Symbol.for("cdktf-aks-fleet/Override");

type OverrideConstruct = IConstruct & {
  readonly [MARK]: Override;
  readonly name: string;
  readonly manifest: Manifest;
};

/** Creates the manifest of an override, with its checks. */
export function overrideManifest(scope: Construct, override: Override): Manifest {
  const { kind, name, namespace, placement, selectors, overrideRules, dependsOn } = override;
  Object.defineProperty(scope, MARK, { value: override });
  addCheck(scope, () => checkOverride(scope, override));
  return appliedManifest(scope, "Resource", {
    manifest: {
      apiVersion: PLACEMENT_V1,
      kind,
      metadata: { name, namespace },
      spec: {
        placement,
        [selectorsOf(kind)]: selectors.map(completed),
        policy: { overrideRules: sendable(overrideRules).map(ruleSpec) },
      },
    },
    immutable: { placement },
    dependsOn: dependsOn && [...dependsOn],
  });
}

/** The ClusterResourceOverrides in a placement's stack that apply to it: its own, and those for all placements. */
export function clusterOverridesFor(placement: IConstruct, placementName: string): Manifest[] {
  return overridesOf(TerraformStack.of(placement), "ClusterResourceOverride")
    .filter(({ [MARK]: { placement: own } }) => own === undefined || own.name === placementName)
    .map(({ manifest }) => manifest);
}

/** The overrides of one kind in a stack, and in a namespace. */
function overridesOf(stack: TerraformStack, kind: Override["kind"], namespace?: string): OverrideConstruct[] {
  return stack.node
    .findAll()
    .filter((construct): construct is OverrideConstruct => MARK in construct)
    .filter(({ [MARK]: override }) => override.kind === kind && override.namespace === namespace);
}

function selectorsOf(kind: Override["kind"]): string {
  return kind === "ResourceOverride" ? "resourceSelectors" : "clusterResourceSelectors";
}

function completed({ group = "", version = "v1", kind, name }: OverriddenResource) {
  return { group, version, kind, name };
}

/**
 * Equivalent rules that the Kubernetes provider can send: 2.38 and 3.2 crash on a list of one rule with a list of several
 * patches. Rules are applied in order, like patches.
 */
function sendable(rules: readonly OverrideRule[]): readonly OverrideRule[] {
  const [rule] = rules;
  const [first, ...others] = rule?.jsonPatchOverrides ?? [];
  return rules.length === 1 && rule?.jsonPatchOverrides && first && others.length > 0
    ? [
        { ...rule, jsonPatchOverrides: [first] },
        { ...rule, jsonPatchOverrides: others },
      ]
    : rules;
}

function ruleSpec({
  clusterSelectorTerms = [],
  overrideType = "JSONPatch",
  jsonPatchOverrides,
}: OverrideRule) {
  return {
    // Always set: without a clusterSelector, the rule matches no member.
    clusterSelector: {
      clusterSelectorTerms: clusterSelectorTerms.map((labelSelector) => ({
        labelSelector: selectorOf(labelSelector),
      })),
    },
    overrideType,
    jsonPatchOverrides: jsonPatchOverrides?.map(({ op, path, value }) => ({ op, path, value })),
  };
}

function* checkOverride(scope: Construct, override: Override): Generator<Finding> {
  const { kind, name, selectors, overrideRules } = override;
  const prop = selectorsOf(kind);
  // The fleet keeps the name in a label.
  yield* checkObjectName(`a ${kind}`, name, "name", 63);
  yield* checkObjectName(
    "a placement",
    override.placement?.name,
    override.placement?.scope ? "resourcePlacement" : "placement",
    255,
  );
  yield* checkCount(prop, selectors.length, 20, "objects");
  yield* checkCount("overrideRules", overrideRules.length, 20, "rules");
  for (const [index, selector] of selectors.entries()) {
    yield* checkScope(`${prop}[${index}]`, kind, selector);
    if (selectors.findIndex((other) => isSame(other, selector)) < index) {
      yield finding(
        "override-object-twice",
        `${prop}[${index}]: ${describe(selector)} is listed twice; remove one of them.`,
      );
    }
  }
  const beside = overridesOf(TerraformStack.of(scope), kind, override.namespace);
  yield* checkNameOnce(scope, "override", name, beside);
  for (const other of beside.filter((one) => one !== scope)) {
    const theirs = other[MARK].selectors;
    for (const selector of selectors.filter((mine) => theirs.some((its) => isSame(its, mine)))) {
      yield finding(
        "override-object-overridden-elsewhere",
        `${prop}: ${describe(selector)} is also overridden at ${other.node.path}, but the fleet allows only one override per object, even for different placements; move the rules into one override.`,
      );
    }
  }
  for (const [index, rule] of overrideRules.entries()) {
    yield* checkRule(`overrideRules[${index}]`, rule);
  }
}

function* checkCount(prop: string, count: number, most: number, what: string): Generator<Finding> {
  if (count === 0) {
    yield finding("override-list-empty", `${prop}: is empty; add 1 to ${most} ${what}.`);
  } else if (count > most) {
    yield finding(
      "override-list-too-long",
      `${prop}: has ${count} ${what}, but the fleet allows at most ${most}; move the rest to another override.`,
    );
  }
}

function* checkScope(prop: string, override: string, selector: OverriddenResource): Generator<Finding> {
  const { group, version, kind, name } = completed(selector);
  if (name === "") {
    yield finding(
      "override-object-name-empty",
      `${prop}.name: is empty, but overrides select objects by name only; set the object's name.`,
    );
  }
  if (![group, version, kind].every(isKnown)) {
    return;
  }
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const unserved = [...checkServed(prop, apiVersion, kind)];
  if (unserved.length > 0) {
    yield* unserved;
    return;
  }
  const clusterScoped = isClusterScoped({ apiVersion, kind });
  if (override === "ResourceOverride" && clusterScoped) {
    yield finding(
      "override-scope",
      `${prop}: ${describe(selector)} is cluster-scoped; override it with a ClusterResourceOverride.`,
    );
  } else if (override === "ClusterResourceOverride" && !clusterScoped && isBuiltIn(apiVersion)) {
    yield finding(
      "override-scope",
      `${prop}: ${describe(selector)} is namespaced; override it with a ResourceOverride in its namespace.`,
    );
  }
}

function isSame(one: OverriddenResource, other: OverriddenResource): boolean {
  const [a, b] = [completed(one), completed(other)];
  return a.group === b.group && a.version === b.version && a.kind === b.kind && a.name === b.name;
}

function describe({ kind, name }: OverriddenResource): string {
  return `${kind} "${name}"`;
}

function* checkRule(prop: string, rule: OverrideRule): Generator<Finding> {
  const { clusterSelectorTerms, overrideType = "JSONPatch" } = rule;
  const patches: readonly JsonPatch[] | undefined = rule.jsonPatchOverrides;
  if (clusterSelectorTerms?.length === 0) {
    yield finding(
      "override-cluster-terms-empty",
      `${prop}.clusterSelectorTerms: is empty, which the fleet reads as every member; leave it out if that is intended, or remove the rule if it's for none.`,
    );
  } else if (clusterSelectorTerms && clusterSelectorTerms.length > 10) {
    yield finding(
      "override-cluster-terms-too-many",
      `${prop}.clusterSelectorTerms: has ${clusterSelectorTerms.length} terms, but the fleet allows at most 10; combine several values in one term, or add another rule.`,
    );
  }
  for (const [index, term] of (clusterSelectorTerms ?? []).entries()) {
    if (!selectsAll(term)) {
      yield* checkLabelSelector(`${prop}.clusterSelectorTerms[${index}]`, term, checkClusterLabel);
    }
  }
  if (!isKnown(overrideType)) {
    return;
  }
  if (overrideType === "Delete") {
    if (patches !== undefined) {
      yield finding(
        "override-delete-with-patches",
        `${prop}.jsonPatchOverrides: can't be combined with overrideType Delete; remove one of them.`,
      );
    }
    return;
  }
  yield* checkCount(`${prop}.jsonPatchOverrides`, patches?.length ?? 0, 20, "patches");
  for (const [index, patch] of (patches ?? []).entries()) {
    yield* checkPatch(`${prop}.jsonPatchOverrides[${index}]`, patch);
  }
}
