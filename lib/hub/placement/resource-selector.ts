import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { TerraformStack } from "cdktf";
import { isKnown } from "../../checks/check";
import { type Finding, finding, within } from "../../checks/finding";
import { checkNamespace } from "../../checks/names";
import { isSubdomain } from "../../checks/values";
import { isNeverPlaced } from "../../fleet-api/reserved";
import { chooses } from "../../fleet-model/selection";
import type { Truth } from "../../fleet-model/truth";
import { Unknown } from "../../fleet-model/unknown";
import type { Value } from "../../fleet-model/value";
import { isPlainObject } from "../../kubernetes/escape";
import { groupOf, isBuiltIn, type KubernetesObject } from "../../kubernetes/kubernetes-object";
import { checkLabelSelector, type LabelSelector, selectorOf } from "../../kubernetes/label-selector";
import { manifestsIn } from "../../kubernetes/manifests-in";
import { modelValue } from "../../kubernetes/model-value";
import { omitUndefined } from "../../kubernetes/omit-undefined";
import { type CustomScopes, isClusterScoped } from "../../kubernetes/scope";
import { checkServed } from "../../kubernetes/served";
import { Namespace } from "../namespace/namespace";
import type { INamespace } from "../namespace/namespace-base";

/** Selects objects of one kind on the hub: one by name, some by label, or all. */
export interface ResourceSelector {
  /** API group, e.g. `apps`. @default - "", the core group */
  readonly group?: string;
  /** API version in that group, e.g. `v1`. */
  readonly version: string;
  /** E.g. `ClusterRole`. The kind must exist on the hub when the placement is applied. */
  readonly kind: string;
  /** Name of a single object. Not with `labelSelector`. @default - any name */
  readonly name?: string;
  /** Selects by label. Not with `name`. @default - any labels */
  readonly labelSelector?: LabelSelector;
}

/** Selects cluster-scoped objects, or objects in the placement's namespace. */
export interface ClusterResourceSelector extends ResourceSelector {
  /** For a `Namespace`: whether its contents are included. @default "NamespaceWithResources" */
  readonly selectionScope?: "NamespaceOnly" | "NamespaceWithResources";
}

/** A selector as the API takes it. */
export function selectorSpec(selector: ResourceSelector & { readonly selectionScope?: string }) {
  const { group = "", version, kind, name, labelSelector, selectionScope } = selector;
  return {
    group,
    version,
    kind,
    ...omitUndefined({ name, labelSelector: selectorOf(labelSelector), selectionScope }),
  };
}

/** Selects a single object. */
export function selectorOfObject({ apiVersion, kind, metadata }: KubernetesObject) {
  return {
    group: groupOf(apiVersion),
    version: apiVersion.split("/").at(-1) ?? "",
    kind,
    name: metadata.name,
  };
}

/** The kinds that a list of selectors may select. */
export interface SelectorRules {
  /** Whether cluster-scoped kinds are allowed, and namespaced ones. */
  readonly clusterScoped: boolean;
  readonly namespaced: boolean;
  /** What to do about a kind of the other scope. */
  readonly advice: string;
}

/** Checks selectors by the hub's rules. */
export function* checkSelectors(
  selectors: readonly ClusterResourceSelector[],
  scopes: CustomScopes,
  rules: SelectorRules,
): Generator<Finding> {
  const seen = new Map<string, number>();
  for (const [index, selector] of selectors.entries()) {
    const at = `selectors[${index}]`;
    const { group = "", version, kind, name, labelSelector, selectionScope } = selector;
    const misspelt = [...checkGroupVersionKind(at, selector)];
    yield* misspelt;
    if (misspelt.length === 0 && isKnown(group) && isKnown(version) && isKnown(kind)) {
      const unserved = [...checkServed(at, apiVersionOf(selector), kind)];
      yield* unserved;
      if (unserved.length === 0) {
        yield* checkPlaceable(at, group, kind);
        yield* checkScope(at, selector, scopes, rules);
      }
    }
    if (name !== undefined && labelSelector !== undefined) {
      yield finding(
        "selector-name-and-labels",
        `${at}: has the name "${name}" and a labelSelector, but the fleet allows only one of them; remove one, or use two selectors.`,
      );
    }
    if (name === "") {
      yield finding(
        "selector-name-empty",
        `${at}.name: is empty; name an object, or leave it out to select every ${kind}.`,
      );
    }
    yield* checkLabelSelector(`${at}.labelSelector`, labelSelector);
    if (isNamespace(selector)) {
      for (const found of checkNamespace(name)) {
        yield within(`${at}.name`, found);
      }
    } else if (selectionScope !== undefined) {
      yield finding(
        "selector-selection-scope",
        `${at}.selectionScope: "${selectionScope}" is only for the kind Namespace, but this is a ${kind}; remove it.`,
      );
    }
    const identity = JSON.stringify([group, kind, name, labelSelector]);
    const other = seen.get(identity);
    if (other !== undefined) {
      yield finding(
        "selector-twice",
        `${at}: selects the same as selectors[${other}], but the fleet refuses to place an object twice; remove one of them.`,
      );
    }
    seen.set(identity, index);
  }
}

/** Whether a selector selects namespaces. */
export function isNamespace({ group = "", kind }: ResourceSelector): boolean {
  return group === "" && kind === "Namespace";
}

/**
 * What a placement places of a namespace: the namespace alone, some or all of its contents, or unknown, if selected by
 * labels.
 */
export type Brought = "nothing" | "some" | "everything" | "unknown";

/** What selectors place of a namespace; undefined if they don't select it. */
export function broughtBy(
  selectors: readonly ClusterResourceSelector[],
  namespace: INamespace,
): Brought | undefined {
  const found = selectors.flatMap((selector): Brought[] => {
    const isChosen = mayChoose(selector, { kind: "Namespace", name: namespace.name });
    if (isChosen !== true) {
      return isChosen === false ? [] : ["unknown"];
    }
    return [selector.selectionScope === "NamespaceOnly" ? "nothing" : "everything"];
  });
  return (["everything", "unknown", "nothing"] as const).find((brought) => found.includes(brought));
}

type ChosenByName = Pick<ResourceSelector, "group" | "kind" | "name"> & { readonly version?: string };
type ChosenObjects = ChosenByName & Pick<ResourceSelector, "labelSelector">;

const LABELS = new Unknown("labels may be added to an object, or removed from it");

/** Whether a selector selects an object, of any version. Its labels are unknown. */
export function mayChoose(selector: ChosenObjects, { group = "", kind, name }: ChosenByName): Truth {
  const asked = [group, kind, selector.group ?? "", selector.kind];
  return asked.every(isKnown)
    ? choosesNamed(selector, { group, kind, name: modelValue(name ?? "") })
    : new Unknown("the kind is known only after apply");
}

/** Whether two selectors certainly overlap. A token for a name equals only itself. */
export function chooseSame(one: ChosenObjects, other: ChosenObjects): boolean {
  const { group = "", kind } = one;
  const name = one.name ?? other.name ?? "any";
  return [one, other].every(
    (selector) => choosesNamed(selector, { group, kind, name }, (named) => named) === true,
  );
}

function choosesNamed(
  selector: ChosenObjects,
  { group, kind, name }: { readonly group: string; readonly kind: string; readonly name: Value },
  nameOf: (name: Value) => Value = modelValue,
): Truth {
  const { version = "v1", labelSelector } = selector;
  return chooses(
    {
      group: selector.group ?? "",
      version,
      kind: selector.kind,
      ...(selector.name !== undefined && { name: nameOf(selector.name) }),
      ...(labelSelector !== undefined && { labelSelector: modelValue(selectorOf(labelSelector)) }),
    },
    { apiVersion: apiVersionOf({ group, version, kind }), kind, metadata: { name, labels: LABELS } },
  );
}

/** What a placement places, as Terraform resources. */
export interface Watched {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly SecretV1[];
}

/** The cluster-scoped objects of a stack that selectors select, or may; for namespaces, with their contents. */
export function chosenIn(stack: TerraformStack, selectors: readonly ClusterResourceSelector[]): Watched {
  const ofNoNamespace = manifestsIn(stack).filter(isInNoNamespace);
  const manifests = selectors.flatMap((selector) =>
    ofNoNamespace.filter(({ manifestInput = {} }) => {
      const { apiVersion, kind, metadata } = manifestInput;
      return mayChoose(selector, { group: groupOf(String(apiVersion)), kind, name: metadata.name }) !== false;
    }),
  );
  const withContents = selectors.filter(
    (selector) => isNamespace(selector) && selector.selectionScope !== "NamespaceOnly",
  );
  const namespaces = Namespace._all(stack).filter(
    (namespace) =>
      TerraformStack.of(namespace) === stack &&
      withContents.some(
        (selector) => mayChoose(selector, { kind: "Namespace", name: namespace.name }) !== false,
      ),
  );
  return {
    manifests: [...manifests, ...namespaces.flatMap((namespace) => namespace.manifests)],
    secrets: namespaces.flatMap(({ secrets }) => secrets),
  };
}

function isInNoNamespace({ manifestInput }: Manifest): boolean {
  return isPlainObject(manifestInput?.metadata) && manifestInput.metadata.namespace === undefined;
}

function* checkGroupVersionKind(
  at: string,
  { group = "", version, kind }: ResourceSelector,
): Generator<Finding> {
  if (isKnown(group) && group !== "" && !isSubdomain(group)) {
    yield finding(
      "selector-group",
      `${at}.group: "${group}" is not an API group; use e.g. "apps", without a version, or leave it out for the core group.`,
    );
  }
  if (isKnown(version) && !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(version)) {
    yield finding(
      "selector-version",
      `${at}.version: "${version}" is not an API version; use e.g. "v1", without a group.`,
    );
  }
  if (isKnown(kind) && !/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) {
    yield finding(
      "selector-kind",
      `${at}.kind: "${kind}" is not a kind; write it as in a manifest, e.g. "ClusterRole".`,
    );
  }
}

function* checkPlaceable(at: string, group: string, kind: string): Generator<Finding> {
  if (isNeverPlaced(group, kind)) {
    yield finding(
      "selector-never-placed",
      `${at}.kind: the fleet never places a ${kind}${group && ` of ${group}`}; remove the selector.`,
    );
  }
}

function* checkScope(
  at: string,
  selector: ResourceSelector,
  scopes: CustomScopes,
  { clusterScoped, namespaced, advice }: SelectorRules,
): Generator<Finding> {
  if (isOfNoNamespace(selector, scopes)) {
    if (!clusterScoped) {
      yield finding("selector-scope", `${at}.kind: ${selector.kind} is cluster-scoped; ${advice}.`);
    }
  } else if (!namespaced && isBuiltIn(apiVersionOf(selector))) {
    // Unknown for a custom resource without its definition in this app.
    yield finding("selector-scope", `${at}.kind: ${selector.kind} is namespaced; ${advice}.`);
  }
}

/** Whether a selector selects cluster-scoped objects. */
export function isOfNoNamespace(selector: ChosenByName, scopes: CustomScopes): boolean {
  return isClusterScoped({ apiVersion: apiVersionOf(selector), kind: selector.kind }, scopes);
}

function apiVersionOf({ group, version = "v1" }: ChosenByName): string {
  return group ? `${group}/${version}` : version;
}
