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

/** Chooses objects of one kind on the hub: one by its name, some by their labels, or all of them. */
export interface ResourceSelector {
  /** Group of the API, e.g. `apps`. @default - "", Kubernetes' core group */
  readonly group?: string;
  /** Version of the API in that group, e.g. `v1`. */
  readonly version: string;
  /** E.g. `ClusterRole`. The hub has to know the kind when the placement is applied. */
  readonly kind: string;
  /** Name of the one object. Not with `labelSelector`. @default - every name */
  readonly name?: string;
  /** Labels of the objects. Not with `name`. @default - whatever the labels */
  readonly labelSelector?: LabelSelector;
}

/** Chooses objects that are in no namespace, or, of one placement's namespace, some that are in it. */
export interface ClusterResourceSelector extends ResourceSelector {
  /** Of a `Namespace`: whether what is in it comes along. @default "NamespaceWithResources" */
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

/** What chooses one object. */
export function selectorOfObject({ apiVersion, kind, metadata }: KubernetesObject) {
  return {
    group: groupOf(apiVersion),
    version: apiVersion.split("/").at(-1) ?? "",
    kind,
    name: metadata.name,
  };
}

/** Which kinds a list of selectors may choose. */
export interface SelectorRules {
  /** Whether kinds that are in no namespace can be chosen, and such as are in one. */
  readonly clusterScoped: boolean;
  readonly namespaced: boolean;
  /** What to do about a kind of the other scope. */
  readonly advice: string;
}

/** Yields what the hub would refuse of selectors. */
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
        `${at}: has the name "${name}" and a labelSelector, and the fleet takes one of the two; leave one of them out, or write two selectors.`,
      );
    }
    if (name === "") {
      yield finding(
        "selector-name-empty",
        `${at}.name: is empty; name an object, or leave it out to choose every ${kind}.`,
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
        `${at}.selectionScope: "${selectionScope}" is of the kind Namespace, and this is a ${kind}; leave it out.`,
      );
    }
    const identity = JSON.stringify([group, kind, name, labelSelector]);
    const other = seen.get(identity);
    if (other !== undefined) {
      yield finding(
        "selector-twice",
        `${at}: chooses the same as selectors[${other}], and the fleet refuses to place an object twice; leave one of them out.`,
      );
    }
    seen.set(identity, index);
  }
}

/** Whether a selector chooses namespaces. */
export function isNamespace({ group = "", kind }: ResourceSelector): boolean {
  return group === "" && kind === "Namespace";
}

/**
 * What a placement brings of a namespace to its members: the namespace alone, some or all of what is in it, or what only
 * the hub knows, because labels decide.
 */
export type Brought = "nothing" | "some" | "everything" | "unknown";

/** What selectors bring of a namespace; undefined where they don't choose it. */
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

const LABELS = new Unknown("labels may be put on an object, or taken off it");

/** Whether a selector chooses an object, of whichever version. Of its labels nothing is known. */
export function mayChoose(selector: ChosenObjects, { group = "", kind, name }: ChosenByName): Truth {
  const asked = [group, kind, selector.group ?? "", selector.kind];
  return asked.every(isKnown)
    ? choosesNamed(selector, { group, kind, name: modelValue(name ?? "") })
    : new Unknown("the kind is known after the deployment only");
}

/** Whether two selectors choose one object for certain. A name that only Terraform knows is the same wherever it stands. */
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

/** What a placement brings to members, as resources of Terraform. */
export interface Watched {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly SecretV1[];
}

/** What of a stack selectors choose, or may choose, that is in no namespace; of a namespace, with what is in it. */
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
      `${at}.group: "${group}" is not the group of an API; write e.g. "apps", without a version, or leave it out for Kubernetes' core group.`,
    );
  }
  if (isKnown(version) && !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(version)) {
    yield finding(
      "selector-version",
      `${at}.version: "${version}" is not the version of an API; write e.g. "v1", without a group.`,
    );
  }
  if (isKnown(kind) && !/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) {
    yield finding(
      "selector-kind",
      `${at}.kind: "${kind}" is not a kind; write it as manifests do, e.g. "ClusterRole".`,
    );
  }
}

function* checkPlaceable(at: string, group: string, kind: string): Generator<Finding> {
  if (isNeverPlaced(group, kind)) {
    yield finding(
      "selector-never-placed",
      `${at}.kind: the fleet places no ${kind}${group && ` of ${group}`}; leave the selector out.`,
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
      yield finding("selector-scope", `${at}.kind: a ${selector.kind} is in no namespace; ${advice}.`);
    }
  } else if (!namespaced && isBuiltIn(apiVersionOf(selector))) {
    // Of a custom resource it isn't known, where its definition is not of this app.
    yield finding("selector-scope", `${at}.kind: a ${selector.kind} is in a namespace; ${advice}.`);
  }
}

/** Whether what a selector chooses is in no namespace. */
export function isOfNoNamespace(selector: ChosenByName, scopes: CustomScopes): boolean {
  return isClusterScoped({ apiVersion: apiVersionOf(selector), kind: selector.kind }, scopes);
}

function apiVersionOf({ group, version = "v1" }: ChosenByName): string {
  return group ? `${group}/${version}` : version;
}
