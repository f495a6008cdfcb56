import { CLUSTER_GROUP } from "../../fleet-api/groups";
import { AZURE_MEMBER_NAME_LABEL, MEMBER_NAME_LABEL } from "../../fleet-api/labels";
import type { Binding } from "../../fleet-model/binding";
import { type Placement as FleetPlacement, fleetOf, type Fleet as ModelFleet } from "../../fleet-model/fleet";
import {
  groupVersionOf,
  identityOf,
  type KubernetesObject,
  keyOf as objectKey,
} from "../../fleet-model/identity";
import { scopesOn } from "../../fleet-model/kinds";
import type { Member as ModelMember, Taint } from "../../fleet-model/member";
import { asStored, type Policy } from "../../fleet-model/policy";
import { isUnknown, Unknown } from "../../fleet-model/unknown";
import { at, isFields, listAt, textAt, type Value } from "../../fleet-model/value";
import { type Fleet, type FleetLead, type FleetObject, hubLead, inFleet, type Member } from "../plan/fleet";
import { soundPolicy } from "../plan/policy";
import { isSame } from "../plan/things";
import { isEqual } from "../plan/values";
import { anyMember, asPlanned } from "./choice";

/** What a fleet does with its objects, on one side of the plans. */
export interface Modelled {
  readonly hub: FleetLead | undefined;
  readonly fleet: ModelFleet;
  /** For each object on the hub, by name, the resource that creates it. */
  readonly sources: ReadonlyMap<string, string>;
  /** For each object, the resources that create the overrides that name it. */
  readonly overrides: ReadonlyMap<string, readonly string[]>;
  /** By the resource that creates them. */
  readonly placements: ReadonlyMap<string, FleetPlacement>;
  /** Objects that are referred to but not created by the app, by name: assumed to exist, with unknown content. */
  readonly missing: ReadonlySet<string>;
  /** DNS names over the addresses of several MultiClusterServices. */
  readonly endpoints: Fleet["endpoints"];
}

/** The fleets of an app, by reference to their hubs; undefined if unknown. */
export function hubsOf(...sides: readonly Fleet[]): readonly (FleetLead | undefined)[] {
  const { hubs } = sides.find((one) => one.hubs.length > 0) ?? { hubs: [] };
  return hubs.length > 0 ? hubs.map(hubLead) : [undefined];
}

/** What is applied to a hub. If unknown, everything except what only a member can use. */
export function objectsOf(fleet: Fleet, hub: FleetLead | undefined): FleetObject[] {
  return fleet.objects.filter(
    (one) =>
      one.on !== "cluster" &&
      (one.on === "hub" || one.object.kind !== "MultiClusterService") &&
      (hub === undefined || (one.fleet ? isSame(one.fleet, hub) : fleet.hubs.length < 2)),
  );
}

/** What objects refer to, which must be on the hub even if this app doesn't put it there. */
export function namedBy(objects: readonly FleetObject[]): KubernetesObject[] {
  return objects
    .flatMap(({ object }) => {
      const namespace = textAt(object, "metadata", "namespace");
      const own = typeof namespace === "string" ? namespace : undefined;
      if (object.kind === "ServiceExport") {
        return [stub({ version: "v1", kind: "Service", name: textAt(object, "metadata", "name") }, own)];
      }
      if (!/^(Cluster)?Resource(Placement|Override)$/.test(object.kind)) {
        return [];
      }
      const field =
        object.kind === "ClusterResourceOverride" ? "clusterResourceSelectors" : "resourceSelectors";
      const selectors = listAt(object, "spec", field);
      return (isUnknown(selectors) ? [] : selectors).map((selector) => stub(withKind(selector), own));
    })
    .filter((one): one is KubernetesObject => one !== undefined);
}

function stub(selector: Value, namespace: string | undefined): KubernetesObject | undefined {
  const text = (key: string) => {
    const found = textAt(selector, key);
    return typeof found === "string" ? found : undefined;
  };
  const [group, version, kind, name] = [text("group") ?? "", text("version"), text("kind"), text("name")];
  return version === undefined || kind === undefined || name === undefined
    ? undefined
    : {
        apiVersion: group === "" ? version : `${group}/${version}`,
        kind,
        metadata: { name, ...(namespace !== undefined && { namespace }) },
        spec: NOT_OURS,
      };
}

const NOT_OURS = new Unknown("it is created elsewhere");

/** A selector with the API's defaults. */
function withKind(selector: Value): Value {
  return isFields(selector) && selector.kind === "Namespace"
    ? { ...selector, group: selector.group ?? "", version: selector.version ?? "v1" }
    : selector;
}

/** What a model takes from elsewhere than the plans. */
export interface ModelOptions {
  /** What is on the hub. @default - what the app puts there */
  readonly objects?: readonly FleetObject[];
  /** What else is on the hub, whatever its origin. @default - what the objects refer to */
  readonly named?: readonly KubernetesObject[];
  /** What the fleet did before: a PickN keeps its choices, a Service its ports and its address. @default - unknown */
  readonly before?: ModelFleet;
  /** Whether an object is already on the hub, by stack and address: only the hub knows what such a PickN has chosen. */
  readonly isDeployed: (key: string) => boolean;
  /** Its members. @default - as the app deploys them */
  readonly members?: (members: readonly ModelMember[]) => readonly ModelMember[];
}

/** What a fleet does with an app's objects. */
export function modelOf(
  fleet: Fleet,
  hub: FleetLead | undefined,
  {
    objects = objectsOf(fleet, hub),
    named = namedBy(objects),
    before,
    isDeployed,
    members: change = (members) => members,
  }: ModelOptions,
): Modelled {
  const sources = new Map<string, string>();
  const overrides = new Map<string, string[]>();
  for (const one of objects.filter(({ object }) => /Override$/.test(object.kind))) {
    for (const target of namedBy([one])) {
      const name = objectKey(identityOf(target)) as string;
      overrides.set(name, [...(overrides.get(name) ?? []), one.key]);
    }
  }
  const own = objects.map(({ key, object }) => {
    const name = objectKey(identityOf(object));
    if (!isUnknown(name)) {
      sources.set(name, key);
    }
    return asOnHub(object);
  });
  const missing = new Map<string, KubernetesObject>();
  const isKnown = new Set(
    own.map(({ kind, metadata }) => `${kind} ${textOf(metadata, "namespace")} ${textOf(metadata, "name")}`),
  );
  for (const one of named) {
    const name = `${one.kind} ${textOf(one.metadata, "namespace")} ${textOf(one.metadata, "name")}`;
    if (!isKnown.has(name)) {
      missing.set(name, one);
    }
  }
  const all = [...own, ...missing.values()];
  const scopes = scopesOn(all);
  const put = new Map<ModelMember, readonly KubernetesObject[]>();
  const known = inFleet(fleet.members, hub).map((member) => {
    const planned = memberOf(member, fleet, own, before);
    put.set(planned, putOn(member, fleet));
    return planned;
  });
  const members = change(known.length > 0 || before?.members.some(isNamed) ? known : [anyMember()]);
  const isOnHub = (object: KubernetesObject) => isDeployed(sources.get(nameOf(object) ?? "") ?? "");
  const model = fleetOf({
    hub: {
      objects: all,
      // The hub serves what the app deploys.
      scopeOf: (kind) => {
        const scope = scopes(kind);
        return isUnknown(scope) ? "Namespaced" : scope;
      },
    },
    members,
    ...(before && { before }),
    putOn: (member) => put.get(member) ?? [],
    bindings: (placement) => boundBefore(placement, before, own, members, isOnHub),
  });
  const placements = new Map(
    model.placements.flatMap((one) => {
      const source = sources.get(nameOf(one.object) ?? "");
      return source === undefined ? [] : [[source, one] as const];
    }),
  );
  return {
    hub,
    sources,
    overrides,
    placements,
    missing: new Set(namesOf([...missing.values()])),
    endpoints: fleet.endpoints,
    fleet: model,
  };
}

/** What the app applies to a member directly, bypassing the hub. */
function putOn({ cluster }: Member, { objects }: Fleet): readonly KubernetesObject[] {
  return objects
    .filter((one) => one.on === "cluster" && one.cluster !== undefined && isSame(one.cluster, cluster))
    .map(({ object }) => object);
}

function isNamed({ member }: { readonly member: ModelMember }): boolean {
  return !isUnknown(member.name);
}

function textOf(value: Value, key: string): string {
  const text = textAt(value, key);
  return typeof text === "string" ? text : "";
}

/** A placement as the API stores it, with defaults. */
function asOnHub(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (!/^(Cluster)?ResourcePlacement$/.test(object.kind) || !isFields(spec)) {
    return object;
  }
  const selectors = listAt(spec, "resourceSelectors");
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.policy !== undefined && { policy: asStored(soundPolicy(spec.policy)) as Value }),
      resourceSelectors: isUnknown(selectors) ? selectors : selectors.map(withKind),
    },
  };
}

/** A member as an app deploys it, with its state on the hub. A taint does not remove what is already there. */
function memberOf(
  one: Member,
  fleet: Fleet,
  objects: readonly KubernetesObject[],
  before: ModelFleet | undefined,
): ModelMember {
  const { name } = one;
  const onHub = objects.find(
    ({ apiVersion, kind, metadata }) =>
      groupVersionOf(apiVersion).group === CLUSTER_GROUP &&
      kind === "MemberCluster" &&
      textOf(metadata, "name") === name,
  );
  const was = before?.members.find(({ member }) => member.name === name)?.member;
  return {
    ...asPlanned(one, fleet, Object.keys(one.labels).length > 0 || (was !== undefined && !was.labels.others)),
    taints: was ? was.taints : (listAt(onHub, "spec", "taints") as readonly Taint[] | Unknown),
  };
}

/**
 * A PickN keeps its choices. Only the hub knows which members these are, unless it has all. Any other placement is scheduled
 * anew, as on the next change of its policy.
 */
function boundBefore(
  key: string,
  before: ModelFleet | undefined,
  objects: readonly KubernetesObject[],
  members: readonly ModelMember[],
  isDeployed: (placement: KubernetesObject) => boolean,
): readonly Binding[] | Unknown {
  const placement = objects.find((one) => keyOfPlacement(one) === key);
  const policy = policyOf(placement);
  const wanted = isFields(policy) && policy.placementType === "PickN" ? policy.numberOfClusters : undefined;
  // Whatever it has, it gets all, or loses all.
  const most = members.filter((member) => !isLeftOutByName(policy, member)).length;
  if (wanted === undefined || wanted === 0 || (typeof wanted === "number" && wanted >= most)) {
    return [];
  }
  if (before === undefined) {
    return placement && !isDeployed(placement) ? [] : ONLY_THE_HUB;
  }
  const was = before.placements.find((one) => one.key === key);
  if (!was) {
    return [];
  }
  const { outcome } = was.schedule;
  if (isUnknown(outcome)) {
    return outcome;
  }
  const withoutNumber = (one: Value | undefined) => isFields(one) && { ...one, numberOfClusters: 0 };
  const isCurrent = isEqual(withoutNumber(policyOf(was.object)), withoutNumber(policy));
  return outcome.bindings.map(({ isNew: _, ...binding }) => ({ ...binding, state: "Bound", isCurrent }));
}

/**
 * Whether a policy leaves out a member by its name, as it does one that is out of service. A name never changes: what an
 * earlier policy had chosen there goes.
 */
function isLeftOutByName(policy: Value | undefined, { name }: ModelMember): boolean {
  const terms = listAt(
    policy,
    "affinity",
    "clusterAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "clusterSelectorTerms",
  );
  const leavesOut = (term: Value) => {
    const expressions = listAt(term, "labelSelector", "matchExpressions");
    if (isUnknown(expressions)) return false;
    return expressions.some((one) => {
      const [key, values] = [textAt(one, "key"), listAt(one, "values")];
      return (
        (key === MEMBER_NAME_LABEL || key === AZURE_MEMBER_NAME_LABEL) &&
        textAt(one, "operator") === "NotIn" &&
        !isUnknown(values) &&
        values.some((value) => value === name)
      );
    });
  };
  return !isUnknown(terms) && terms.length > 0 && terms.every(leavesOut);
}

const ONLY_THE_HUB = new Unknown("only the hub knows which members it has chosen");

function policyOf(object: KubernetesObject | undefined): (Policy & Value) | undefined {
  return at(object, "spec", "policy") as (Policy & Value) | undefined;
}

function keyOfPlacement({ kind, metadata }: KubernetesObject): string | undefined {
  const [namespace, name] = [textOf(metadata, "namespace"), textOf(metadata, "name")];
  return kind === "ClusterResourcePlacement"
    ? name
    : kind === "ResourcePlacement"
      ? `${namespace}/${name}`
      : undefined;
}

/** An object's identity on a hub; undefined if unknown. */
export function nameOf(object: KubernetesObject): string | undefined {
  const name = objectKey(identityOf(object));
  return isUnknown(name) ? undefined : name;
}

function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((one) => nameOf(one) ?? []);
}
