import { isNeverPlaced, isReservedNamespace } from "../fleet-api/reserved";
import { has } from "./facts";
import type { HubObject, ReadHub } from "./hub";
import { type Identity, identityOf, type KubernetesObject, NAMESPACE } from "./identity";
import type { Kind } from "./kinds";
import { labelChoice, labelsOf } from "./labels";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, Unknown } from "./unknown";
import { at, listAt, sameValue, textAt, type Value } from "./value";

/** A ClusterResourcePlacement, or a ResourcePlacement in a namespace. */
export interface PlacementName {
  readonly name: string | Unknown;
  readonly namespace?: string | Unknown;
}

/** An object that a placement certainly or possibly selects. */
export interface Selected {
  readonly identity: Identity;
  /** As the fleet copies it to members. */
  readonly object: KubernetesObject;
  readonly isSelected: true | Unknown;
}

/** The objects on a hub that a placement selects. */
export interface Selection {
  /** In the order of the placement's status; if a name isn't known, its position isn't, either. None after a failure. */
  readonly objects: readonly Selected[];
  /** Why there may be others. */
  readonly others?: Unknown;
  /** Why nothing is selected or changed; unknown if it isn't known what fails first. */
  readonly failure?: string | Unknown;
  /** Why it isn't known whether it fails. */
  readonly doubt?: Unknown;
}

/** The result of a selector; or why the whole selection fails. */
interface Found {
  readonly objects: readonly Perhaps[];
  readonly others?: Unknown;
  readonly failure?: string;
  readonly doubt?: Unknown;
}

interface Perhaps {
  readonly object: HubObject;
  readonly is: true | Unknown;
}

/** A namespace that a selector searches. */
interface Within {
  readonly namespace: string | Unknown;
  readonly is: true | Unknown;
}

const NOTHING: Found = { objects: [] };

export function selectResources(
  hub: ReadHub,
  placement: PlacementName,
  selectors: readonly Value[] | Unknown,
): Selection {
  if (isUnknown(selectors)) {
    return { objects: [], others: selectors, doubt: selectors };
  }
  const { within, ...start } = namespaceOf(hub, placement, selectors);
  const gathered = new Map<HubObject, true | Unknown>();
  let { failure, doubt, others } = start as Omit<Found, "objects">;
  for (const selector of failure === undefined ? selectors : []) {
    const found = foundBy(hub, placement, selector, within);
    failure = found.failure;
    doubt ??= failure === undefined ? found.doubt : undefined;
    others ??= found.others;
    for (const { object, is } of found.objects) {
      const before = gathered.get(object);
      const isTwice = before === undefined ? false : allOf([before, is]);
      if (isTwice === true) {
        failure ??= `found duplicate resource ${inGo(object.identity)}`;
      }
      doubt ??= isUnknown(isTwice) ? isTwice : undefined;
      gathered.set(object, before === true ? true : is);
    }
    if (failure !== undefined) {
      break;
    }
  }
  if (failure !== undefined) {
    return { objects: [], failure: doubt ?? failure };
  }
  const objects = [...gathered]
    .sort(([one], [other]) => one.place - other.place)
    .map(([{ identity, content }, isSelected]) => ({ identity, object: content, isSelected }));
  return { objects, ...(others && { others }), ...(doubt && { doubt }) };
}

/** An object's identity, as Go prints it. */
function inGo({ group, version, kind, namespace = "", name }: Identity): string {
  return `{Group:${group} Version:${version} Kind:${kind} Name:${name} Namespace:${namespace} Envelope:<nil>}`;
}

/**
 * The namespace that the selectors of a placement search for namespaced objects: a ResourcePlacement's own, or the one that a
 * ClusterResourcePlacement selects for this.
 */
function namespaceOf(
  hub: ReadHub,
  { name, namespace }: PlacementName,
  selectors: readonly Value[],
): Omit<Found, "objects"> & { readonly within: readonly Within[] } {
  if (namespace !== undefined) {
    return { within: [{ namespace, is: true }] };
  }
  for (const selector of selectors) {
    const scope = textAt(selector, "selectionScope");
    const isForResources = isUnknown(scope) ? scope : scope === "NamespaceWithResourceSelectors";
    const is = allOf([isKind(selector, NAMESPACE), isForResources]);
    if (is === false) {
      continue;
    }
    const { objects, failure, doubt } = namedOrLabelled(hub, selector, hub.ofKind(NAMESPACE));
    const placeable = objects.filter(({ object: { identity } }) => !isReserved(identity.name));
    if (failure !== undefined || (placeable.length === 0 && !doubt)) {
      const text =
        failure ??
        `invalid clusterResourcePlacement ${name}: NamespaceWithResourceSelectors mode requires exactly one namespace, but no namespaces were selected`;
      return is === true ? { within: [], failure: text } : { within: [], doubt: is };
    }
    // The API only allows one, by name.
    const which = objects.length > 1 ? FIRST_OF_SEVERAL : is;
    const isRefused = placeable.length < objects.length ? which : undefined;
    return {
      within: placeable.map(({ object: { identity }, is: isSelected }) => ({
        namespace: identity.name,
        is: allOf([which, isSelected]) as true | Unknown,
      })),
      doubt: doubt ?? [is, isRefused, anyOf(placeable.map((one) => one.is))].find(isUnknown),
    };
  }
  return { within: [] };
}

const FIRST_OF_SEVERAL = new Unknown("which of several namespaces comes first isn't fixed");

function isReserved(name: string | Unknown): boolean {
  // A namespace with an unknown name is still to be created, and the hub doesn't allow reserved ones.
  return !isUnknown(name) && isReservedNamespace(name);
}

function isKind(selector: Value, kind: Kind): Truth {
  return allOf(
    (["group", "version", "kind"] as const).map((part) =>
      sameValue(textAt(selector, part) ?? "", kind[part]),
    ),
  );
}

function foundBy(hub: ReadHub, placement: PlacementName, selector: Value, within: readonly Within[]): Found {
  const parts = [
    textAt(selector, "group") ?? "",
    textAt(selector, "version") ?? "",
    textAt(selector, "kind") ?? "",
  ];
  const unknown = parts.find(isUnknown);
  if (unknown) {
    return { objects: [], others: unknown, doubt: unknown };
  }
  const [group, version, kind] = parts as [string, string, string];
  if (isNeverPlaced(group, kind)) {
    return NOTHING;
  }
  if (isKind(selector, NAMESPACE) === true) {
    return placement.namespace === undefined
      ? namespacesFoundBy(hub, placement, selector)
      : failed(placement, "cannot select cluster-scoped resource Namespace in a resourcePlacement");
  }
  return objectsFoundBy(hub, placement, selector, { group, version, kind }, within);
}

function objectsFoundBy(
  hub: ReadHub,
  placement: PlacementName,
  selector: Value,
  kind: Kind,
  within: readonly Within[],
): Found {
  const scope = hub.scopeOf(kind);
  if (isUnknown(scope)) {
    return { objects: [], others: scope, doubt: scope };
  }
  const groupVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  const what = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
  if (scope === undefined) {
    const text = `no matches for kind "${kind.kind}" in version "${groupVersion}"`;
    return failed(placement, `failed to get GVR of the selector: ${text}`, ",");
  }
  if (scope === "Namespaced" && within.length === 0) {
    return failed(placement, `cannot select namespace-scoped resource ${what} in a clusterResourcePlacement`);
  }
  if (scope === "Cluster" && placement.namespace !== undefined) {
    return failed(placement, `cannot select cluster-scoped resource ${what} in a resourcePlacement`);
  }
  if (isCoreEvent(kind)) {
    // The hub's agent never watches events, so it waits forever.
    return { objects: [], failure: `informer cache for ${what} is not synced yet` };
  }
  const candidates = hub.ofKind(kind);
  if (scope === "Cluster") {
    return namedOrLabelled(hub, selector, candidates);
  }
  const inside = candidates.filter(({ identity }) => isWithin(identity, within) !== false);
  const found = namedOrLabelled(hub, selector, inside);
  const others = within
    .map(({ namespace }) => (isUnknown(namespace) ? namespace : hub.othersIn(namespace)))
    .find(isUnknown);
  return {
    ...found,
    objects: found.objects.map(({ object, is }) => ({
      object,
      is: allOf([is, isWithin(object.identity, within)]) as true | Unknown,
    })),
    ...(others && { others }),
  };
}

function isWithin({ namespace }: Identity, within: readonly Within[]): Truth {
  return anyOf(within.map((one) => allOf([sameValue(namespace, one.namespace), one.is])));
}

function isCoreEvent({ group, kind }: Kind): boolean {
  return group === "" && kind === "Event";
}

function failed({ name, namespace = "" }: PlacementName, text: string, mark = ":"): Found {
  return { objects: [], failure: `invalid placement ${namespace}/${name}${mark} ${text}` };
}

/** The candidates that a selector selects by name or labels, and that can be placed. */
function namedOrLabelled(hub: ReadHub, selector: Value, candidates: readonly HubObject[]): Found {
  const choice = chosenBy(selector);
  if (typeof choice === "string") {
    return { objects: [], failure: choice };
  }
  return {
    objects: candidates.flatMap((object) => {
      const is = allOf([choice(object), isPlaced(hub, object)]);
      return is === false ? [] : [{ object, is }];
    }),
  };
}

type Named = Pick<HubObject, "object" | "identity">;

/** Whether a selector selects an object of its kind, by name or by labels. */
export function chooses(selector: Value, object: KubernetesObject): Truth {
  const identity = identityOf(object);
  const choice = chosenBy(selector);
  return allOf([
    isKind(selector, identity),
    typeof choice === "string" ? false : choice({ object, identity }),
  ]);
}

/** The objects that a selector selects; or why its labels can't be parsed. The name takes precedence over the labels. */
function chosenBy(selector: Value): ((object: Named) => Truth) | string {
  const name = textAt(selector, "name");
  if (name !== undefined && name !== "") {
    return ({ identity }) => sameValue(identity.name, name);
  }
  const labels = at(selector, "labelSelector") ?? undefined;
  if (labels === undefined) {
    return () => true;
  }
  const { error, has: chooses } = labelChoice(labels);
  return error === undefined
    ? ({ object }) => chooses(labelsOf(object))
    : `cannot convert the label selector to a selector: ${error}`;
}

/** The result of a selector for namespaces: with their contents, unless it has another scope. */
function namespacesFoundBy(hub: ReadHub, placement: PlacementName, selector: Value): Found {
  const scope = textAt(selector, "selectionScope");
  if (isUnknown(scope)) {
    return { objects: [], others: scope, doubt: scope };
  }
  const namespaces = hub.ofKind(NAMESPACE);
  if (scope === "NamespaceOnly" || scope === "NamespaceWithResourceSelectors") {
    return namedOrLabelled(hub, selector, namespaces);
  }
  const choice = chosenBy(selector);
  if (typeof choice === "string") {
    return { objects: [], failure: choice };
  }
  const name = textAt(selector, "name") ?? "";
  const chosen = namespaces.flatMap((object) => {
    const is = choice(object);
    return is === false ? [] : [{ object, is }];
  });
  const reserved = chosen.filter(({ object }) => isReserved(object.identity.name));
  const refused = isReserved(name) ? name : reserved.find(({ is }) => is === true)?.object.identity.name;
  if (refused !== undefined) {
    const text = `namespace ${refused} is not allowed to propagate`;
    return { objects: [], failure: `invalid clusterRresourcePlacement ${placement.name}: ${text}` };
  }
  const inside = chosen.map((one) => withContents(hub, one));
  const doubt = [name, ...reserved.map(({ is }) => is)].find(isUnknown);
  const others = [...inside.map((found) => found.others), isUnknown(name) ? name : hub.othersIn(name)].find(
    isUnknown,
  );
  return {
    objects: onceEach(inside.flatMap(({ objects }) => objects)),
    ...(doubt && { doubt }),
    ...(others && { others }),
  };
}

/** A namespace with its contents. */
function withContents(hub: ReadHub, { object: namespace, is: isChosen }: Perhaps): Found {
  const is = allOf([isChosen, not(isDeleted(namespace))]);
  if (is === false) {
    return NOTHING;
  }
  const { name } = namespace.identity;
  const inside = isUnknown(name)
    ? hub.listed.filter(({ identity }) => identity.namespace !== undefined)
    : hub.inNamespace(name);
  const others = isUnknown(name) ? undefined : hub.othersIn(name);
  return {
    objects: [
      { object: namespace, is },
      ...inside.flatMap((object) => {
        const { identity } = object;
        // Events of the core group have the same plural as those of events.k8s.io, which are never placed.
        const isLeftOut = isNeverPlaced(identity.group, identity.kind) || isCoreEvent(identity);
        const isThere = isLeftOut || allOf([is, sameValue(identity.namespace, name), isPlaced(hub, object)]);
        return isLeftOut || isThere === false ? [] : [{ object, is: isThere }];
      }),
    ],
    ...(others && { others }),
  };
}

/** An object that may be in several namespaces is in one of them. */
function onceEach(objects: readonly Perhaps[]): readonly Perhaps[] {
  const found = new Map<HubObject, true | Unknown>();
  for (const { object, is } of objects) {
    found.set(object, found.get(object) ?? is);
  }
  return [...found].map(([object, is]) => ({ object, is }));
}

/** Whether the fleet places a selected object: not those of the hub's own controllers, or those that are being deleted. */
function isPlaced(hub: ReadHub, { object, identity }: HubObject): Truth {
  return allOf([not(isDeleted({ object })), not(isOfTheHub(hub, object, identity))]);
}

function isDeleted({ object }: Pick<HubObject, "object">): Truth {
  const time = at(object, "metadata", "deletionTimestamp");
  return isUnknown(time) ? time : time !== undefined && time !== null;
}

function isOfTheHub(hub: ReadHub, object: KubernetesObject, { name, namespace }: Identity): Truth {
  switch (`${object.apiVersion} ${object.kind}`) {
    case "apps/v1 ReplicaSet":
    case "apps/v1 ControllerRevision": {
      const owners = listAt(object, "metadata", "ownerReferences");
      return isUnknown(owners) ? owners : owners.length > 0;
    }
    // Every namespace already has these two, so an object with an unknown name is another one.
    case "v1 ConfigMap":
      return name === "kube-root-ca.crt";
    case "v1 ServiceAccount":
      return name === "default";
    case "v1 Secret":
      return sameValue(textAt(object, "type") ?? "Opaque", "kubernetes.io/service-account-token");
    case "v1 PersistentVolumeClaim":
      return hub.runsWorkloads;
    case "v1 Endpoints": {
      const services = hub.ofKind({ group: "", version: "v1", kind: "Service" });
      return anyOf(
        services.map(({ identity }) =>
          allOf([sameValue(identity.name, name), sameValue(identity.namespace, namespace)]),
        ),
      );
    }
    case "discovery.k8s.io/v1 EndpointSlice":
      return has(labelsOf(object), "endpointslice.kubernetes.io/managed-by");
    default:
      return false;
  }
}
