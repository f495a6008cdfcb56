import { compareQuantities, parseQuantity } from "../../fleet-model/quantity";
import type { Change } from "./plan";
import { at, byText, isEqual, isNothing, isObject, listOf, type Path, pathText, type Values } from "./values";

/** One changed attribute. */
export interface AttributeChange {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
  /** Known after apply. */
  readonly unknown: boolean;
  /** Its change forces a replacement. */
  readonly forces: boolean;
}

const memo = new WeakMap<Change, readonly AttributeChange[]>();

/**
 * The relevant differences of a change: without values that providers compute or nobody asked for, the order of unordered lists,
 * and the many forms of an empty value. What forces a replacement is never left out.
 */
export function attributesOf(change: Change): readonly AttributeChange[] {
  let attributes = memo.get(change);
  if (attributes === undefined) {
    attributes = find(change);
    memo.set(change, attributes);
  }
  return attributes;
}

function find(change: Change): AttributeChange[] {
  if (change.action === "delete" || change.action === "forget") return [];
  const { before, after, unknown, forces } = change;
  const found: AttributeChange[] = [];
  const walk = (path: Path, was: unknown, is: unknown, open: unknown) => {
    if (open === true) {
      if (before !== undefined && isGiven(change, path)) {
        found.push({ path, before: was, after: undefined, unknown: true, forces: isForced(path, forces) });
      }
      return;
    }
    const isOpen = typeof open === "object" && open !== null && Object.keys(open).length > 0;
    if (isEqual(was, is) && !isOpen) return;
    if (isOrderless(path, change) && isReordered(was, is)) return;
    if (path.length === 1 && path[0] === "type" && isOtherVersion(change)) return;
    if (path.some((key) => AMOUNTS.has(String(key))) && isSameAmount(was, is)) return;
    // A manifest's values are deliberate: zero replicas are not one.
    const isWritten = path[0] === "manifest" && isSaid(path, isAbsent(was) ? is : was);
    if (isNothing(was) && isNothing(is) && (isAbsent(was) || isAbsent(is)) && !isOpen && !isWritten) return;
    const [a, b] = [decoded(was), decoded(is)];
    if (isObject(a) || isObject(b) || isObject(open)) {
      if (isOpenTo(a, isObject) && isOpenTo(b, isObject)) {
        const isEmpty = keysOf(a, b).length === 0 && isAbsent(was) !== isAbsent(is);
        if (isEmpty && isWritten) {
          found.push({ path, before: was, after: is, unknown: false, forces: isForced(path, forces) });
        }
        for (const key of keysOf(a, b, isObject(open) ? open : undefined))
          walk([...path, key], at(a, key), at(b, key), at(open, key));
        return;
      }
    }
    if (
      isOpenTo(a, Array.isArray) &&
      isOpenTo(b, Array.isArray) &&
      hasObjects([...listOf(a), ...listOf(b)])
    ) {
      for (const { key, was, is, index } of pairs(listOf(a), listOf(b), path[0] === "manifest")) {
        walk([...path, key], was, is, at(open, index));
      }
      return;
    }
    if (!isEqual(was, is) && !(isAbsent(was) && isAbsent(is))) {
      found.push({ path, before: was, after: is, unknown: false, forces: isForced(path, forces) });
    }
  };
  const isManifest = change.type === "kubernetes_manifest";
  const seen = (values: Values | undefined) => (isManifest ? withoutAnswer(values) : values) ?? {};
  const asked = change.before === undefined ? askedOnly(after, change.asked) : after;
  const was = isManifest && before ? { ...before, manifest: manifestBefore(change) } : before;
  const open = isObject(unknown) ? seen(unknown) : unknown;
  walk([], seen(was), seen(asked as Values | undefined), open);

  for (const path of forces) {
    if (found.some((one) => one.forces && startsWith(one.path, path))) continue;
    found.push({
      path,
      before: at(before, ...path),
      after: at(after, ...path),
      unknown: at(unknown, ...path) === true,
      forces: true,
    });
  }
  return found;
}

/** Whether only azapi's API version changes, which happens in place. */
export function isOtherVersion({ type, before, after }: Change): boolean {
  const [was, is] = [String(before?.type), String(after?.type)];
  const kind = (one: string) => one.split("@")[0]?.toLowerCase();
  return type.startsWith("azapi_") && was !== is && kind(was) === kind(is);
}

/** A manifest as it was, plus newly written values that the cluster already had. */
export function manifestBefore({ before, after }: Change): unknown {
  return writtenOut(before?.manifest, after?.manifest, before?.object);
}

/** Whether a manifest only adds values that the cluster already has. */
export function isWrittenOut(change: Change): boolean {
  const { type, action, before, after, unknown } = change;
  return (
    type === "kubernetes_manifest" &&
    action === "update" &&
    attributesOf(change).length === 0 &&
    !isOpen(at(unknown, "manifest")) &&
    !isEqual(before?.manifest, after?.manifest) &&
    !isEqual(manifestBefore(change), before?.manifest)
  );
}

/** Whether any part of it is known only after apply. */
function isOpen(unknown: unknown): boolean {
  return typeof unknown === "object" && unknown !== null
    ? Object.values(unknown).some(isOpen)
    : unknown === true;
}

function writtenOut(was: unknown, is: unknown, had: unknown): unknown {
  if (isAbsent(was)) return !isAbsent(is) && isWithin(is, had) ? is : was;
  if (isObject(was) && isObject(is)) {
    return Object.fromEntries(
      [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .map((key) => [
          key,
          isLeftToApi(key, is[key]) ? is[key] : writtenOut(was[key], is[key], at(had, key)),
        ])
        .filter(([, value]) => value !== undefined),
    );
  }
  if (Array.isArray(was) && Array.isArray(is) && hasObjects([...was, ...is])) {
    const found = pairs(was, is, true);
    return was.map((one, index) =>
      writtenOut(one, found.find((pair) => pair.was === one)?.is, listOf(had)[index]),
    );
  }
  return was;
}

/** Node ports, which the API assigns and keeps if unset. */
function isLeftToApi(key: string, said: unknown): boolean {
  return (key === "nodePort" || key === "healthCheckNodePort") && said === 0;
}

/** Whether a manifest only has values that the cluster has. */
function isWithin(said: unknown, had: unknown): boolean {
  if (isObject(said)) {
    return Object.keys(said).every((key) => isLeftToApi(key, said[key]) || isWithin(said[key], at(had, key)));
  }
  if (Array.isArray(said)) {
    return (
      said.length === listOf(had).length && said.every((one, index) => isWithin(one, listOf(had)[index]))
    );
  }
  // A value that may be a number or a string is a string in the provider's state.
  return !isAbsent(had) && String(said) === String(had);
}

/** Drift in attributes that the app sets; the rest belongs to the provider or Azure. */
export function driftOf(change: Change): readonly AttributeChange[] {
  if (change.action === "delete") return [];
  const attributes = attributesOf({ ...change, forces: [] });
  if (change.type === "kubernetes_manifest") return manifestDrift(change);
  const { asked } = change;
  return asked ? attributes.filter(({ path }) => isAsked(asked[String(path[0])])) : attributes;
}

/** `object` is the cluster's answer; fields absent from the manifest belong to the cluster. */
function manifestDrift({ before, after }: Change): AttributeChange[] {
  const found: AttributeChange[] = [];
  const walk = (path: Path, wanted: unknown, was: unknown, is: unknown) => {
    if (isObject(wanted)) {
      for (const key of Object.keys(wanted)) walk([...path, key], wanted[key], at(was, key), at(is, key));
    } else if (hasObjects(listOf(wanted))) {
      for (const [index, one] of listOf(wanted).entries()) {
        walk([...path, index], one, listOf(was)[index], listOf(is)[index]);
      }
    } else if (!isEqual(was, is) && !(isNothing(was) && isNothing(is))) {
      found.push({ path, before: was, after: is, unknown: false, forces: false });
    }
  };
  walk([], before?.manifest, before?.object, after?.object);
  return found;
}

function isAsked(expression: unknown): boolean {
  return expression !== undefined && !(isObject(expression) && Object.keys(expression).length === 0);
}

/** The values of a new resource that the app sets; providers add dozens more. */
function askedOnly(values: unknown, asked: unknown): unknown {
  if (!isObject(values) || !isObject(asked)) return values;
  const kept: Values = {};
  for (const key of Object.keys(values)) {
    const expression = asked[key];
    if (!isAsked(expression)) continue;
    kept[key] =
      Array.isArray(expression) && Array.isArray(values[key])
        ? values[key].map((block, index) => askedOnly(block, expression[index]))
        : values[key];
  }
  return kept;
}

/** The app's manifest, without the cluster's answer or the provider's computed_fields. */
function withoutAnswer(values: Values | undefined): Values | undefined {
  if (values === undefined) return undefined;
  const { object: _, computed_fields: __, ...rest } = values;
  return rest;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isOpenTo(value: unknown, is: (value: unknown) => boolean): boolean {
  return isAbsent(value) || is(value);
}

function hasObjects(values: unknown[]): boolean {
  return values.some((one) => typeof one === "object" && one !== null);
}

function keysOf(...values: unknown[]): string[] {
  const keys = new Set<string>();
  for (const value of values) for (const key of Object.keys(value ?? {})) keys.add(key);
  return [...keys].sort();
}

/** Attributes that apps set, for plans that don't say so; providers compute others of the same resource. */
const GIVEN: Readonly<Record<string, RegExp>> = {
  azurerm_kubernetes_cluster:
    /^(default_node_pool\[\d+\]\.(?!id$|node_count$|orchestrator_version$|node_labels|os_sku$|kubelet_disk_type$|os_disk_size_gb$|workload_runtime$|upgrade_settings)|disk_encryption_set_id$|identity\[0\]\.identity_ids|api_server_access_profile|network_profile\[0\]\.(network_plugin$|network_plugin_mode$|outbound_type$))/,
  azurerm_kubernetes_cluster_node_pool:
    /^(vm_size|pod_subnet_id|vnet_subnet_id|snapshot_id|zones|node_count)/,
  azurerm_network_security_rule: /^(?!id$)/,
  azurerm_route: /^(?!id$)/,
  azurerm_subnet: /^address_prefixes/,
  azurerm_virtual_network: /^(address_space|dns_servers)/,
  azurerm_virtual_network_peering: /^(?!id$)/,
  azapi_resource: /^body\b/,
  azapi_update_resource: /^body\b/,
  kubernetes_manifest: /^manifest\b/,
};

/** Whether the app, not the provider, sets a value known after apply. */
function isGiven({ type, asked, action }: Change, path: Path): boolean {
  if (action !== "update") return false;
  const byType = type === "kubernetes_manifest" || type.startsWith("azapi_");
  if (asked === undefined || byType) return GIVEN[type]?.test(pathText(path)) ?? false;
  if (type === "null_resource" || type === "terraform_data") return false;
  let expression: unknown = asked;
  for (const key of path) {
    const inner = at(expression, key);
    if (inner === undefined) return listOf(at(expression, "references")).length > 0;
    expression = inner;
  }
  return isAsked(expression);
}

/** Unordered lists in Kubernetes and fleet objects. */
const ORDERLESS = new Set([
  "accessModes",
  "apiGroups",
  "categories",
  "clusterNames",
  "clusterResourceSelectors",
  "clusterSelectorTerms",
  "finalizers",
  "imagePullSecrets",
  "matchExpressions",
  "nonResourceURLs",
  "policyTypes",
  "resourceNames",
  "resources",
  "resourceSelectors",
  "shortNames",
  "subjects",
  "tolerations",
  "topologySpreadConstraints",
  "values",
  "verbs",
]);

function isOrderless(path: Path, { type }: Change): boolean {
  const key = String(path[path.length - 1]);
  return type === "kubernetes_manifest" ? ORDERLESS.has(key) : key !== "dns_servers";
}

/** Numbers where 0 differs from unset, and lists that allow nothing if empty. */
const ZEROS = new Set([
  "completions",
  "maxSurge",
  "maxUnavailable",
  "minReplicas",
  "numberOfClusters",
  "parallelism",
  "replicas",
  "weight",
]);
const CLOSED = new Set(["egress", "from", "ingress", "policyTypes", "to"]);

function isSaid(path: Path, value: unknown): boolean {
  const key = String(path[path.length - 1]);
  return Array.isArray(value) ? CLOSED.has(key) : isObject(value) || (value === 0 && ZEROS.has(key));
}

/** These hold quantities, which have several forms: `500m` is `0.5`. */
const AMOUNTS = new Set(["capacity", "hard", "limits", "requests"]);

function isSameAmount(was: unknown, is: unknown): boolean {
  const [a, b] = [was, is].map((one) =>
    typeof one === "string" || typeof one === "number" ? parseQuantity(String(one)) : undefined,
  );
  return a !== undefined && b !== undefined && compareQuantities(a, b) === 0;
}

function isReordered(was: unknown, is: unknown): boolean {
  if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) return false;
  const sorted = (list: unknown[]) => list.map((one) => JSON.stringify(one)).sort(byText);
  return isEqual(sorted(was), sorted(is));
}

/** Documents inside strings are compared as documents. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

interface Pair {
  readonly key: string | number;
  readonly was: unknown;
  readonly is: unknown;
  /** The index in the new list. */
  readonly index: number;
}

/** List elements are matched by name, otherwise by index. */
function pairs(a: unknown[], b: unknown[], inManifest: boolean): Pair[] {
  const names = (list: unknown[]) =>
    list.map((one) => at(one, "name")).filter((name) => typeof name === "string");
  const [first, second] = [names(a), names(b)];
  const named =
    // A single block is a list of one in a plan.
    (inManifest || Math.max(a.length, b.length) > 1) &&
    first.length === a.length &&
    second.length === b.length &&
    new Set(first).size === a.length &&
    new Set(second).size === b.length;
  if (!named) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({
      key: index,
      was: a[index],
      is: b[index],
      index,
    }));
  }
  return [...new Set([...first, ...second])].map((name) => {
    const index = second.indexOf(name);
    return { key: name, was: a[first.indexOf(name)], is: b[index], index };
  });
}

function isForced(path: Path, forces: readonly Path[]): boolean {
  return forces.some((force) => startsWith(path, force) || startsWith(force, path));
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => String(path[index]) === String(key));
}
