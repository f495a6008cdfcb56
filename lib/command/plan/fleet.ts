import { PLACEMENT_GROUP } from "../../fleet-api/groups";
import type { KubernetesObject } from "../../fleet-model/identity";
import { Unknown } from "../../fleet-model/unknown";
import type { Value } from "../../fleet-model/value";
import type { SynthesizedStack } from "../app/synthesized";
import type { Plan } from "./plan";
import { requirements } from "./policy";
import {
  FLEET_TYPE,
  isSame,
  keyOf,
  type Lead,
  MEMBER_TYPE,
  nameOf,
  type Thing,
  type Things,
  thingsOf,
} from "./things";
import { at, byText, isObject, listOf, objectOf, textOf, type Values } from "./values";

interface Part {
  /** Stack and address. */
  readonly key: string;
  readonly name: string;
}

export type FleetLead = Lead<"fleets">;
export type ClusterLead = Lead<"managedClusters">;
export type NetworkLead = Lead<"virtualNetworks">;

export interface Cluster extends Part {
  /** Short name of the region, e.g. `eastus2`. */
  readonly location: string | undefined;
  readonly group: string | undefined;
  /** The virtual network of its nodes. */
  readonly network: NetworkLead | undefined;
}

export interface Hub extends Part {
  readonly location: string | undefined;
}

/** The fleet it belongs to; undefined if that is unknown. */
interface OfFleet extends Part {
  readonly fleet: FleetLead | undefined;
}

export interface Member extends OfFleet {
  readonly cluster: ClusterLead;
  readonly labels: Values;
}

export interface Peering extends Part {
  readonly from: NetworkLead;
  readonly to: NetworkLead;
}

/** A network that a network manager connects with all others in its group. */
export interface Connected extends Part {
  readonly network: NetworkLead;
}

export interface Placement extends OfFleet {
  readonly kind: string;
  /** What it places: namespaces, or other selections. */
  readonly namespaces: readonly string[];
  readonly policy: unknown;
}

export interface Service extends OfFleet {
  readonly namespace: string;
  /** The imported Service. */
  readonly imports: string;
  /** The cluster that holds it. */
  readonly cluster: ClusterLead | undefined;
}

/** A Traffic Manager endpoint: the address of a MultiClusterService. */
export interface DnsEndpoint extends Part {
  readonly dnsName: string;
  readonly namespace: string;
  readonly service: string;
}

export interface Exported extends OfFleet {
  readonly namespace: string;
}

/** An object of Kubernetes. */
export interface FleetObject extends OfFleet {
  /** Whether it is applied to a hub or to a cluster; undefined if unknown. */
  readonly on: "hub" | "cluster" | undefined;
  readonly cluster: ClusterLead | undefined;
  readonly object: KubernetesObject;
}

/** The fleets of an app: usually one. */
export interface Fleet {
  readonly hubs: readonly Hub[];
  readonly clusters: readonly Cluster[];
  readonly members: readonly Member[];
  readonly peerings: readonly Peering[];
  readonly connected: readonly Connected[];
  readonly placements: readonly Placement[];
  readonly services: readonly Service[];
  readonly exports: readonly Exported[];
  readonly endpoints: readonly DnsEndpoint[];
  readonly objects: readonly FleetObject[];
  /** The fleet of each Kubernetes object, by its key, if known. */
  readonly homes: ReadonlyMap<string, FleetLead>;
}

/** The fleets on one side of the plans, completed by stacks without a plan. */
export function fleetOf(
  plans: readonly Plan[],
  side: "before" | "after",
  others: readonly SynthesizedStack[],
): Fleet {
  return draw(thingsOf(plans, side, others));
}

export function fleetOfStacks(stacks: readonly SynthesizedStack[]): Fleet {
  return fleetOf([], "after", stacks);
}

export function isEmpty({ homes: _, objects: __, ...parts }: Fleet): boolean {
  return Object.values(parts).every(({ length }) => length === 0);
}

/** What belongs to a fleet, or may: what has no known fleet is in each. */
export function inFleet<P extends OfFleet>(parts: readonly P[], fleet: FleetLead | undefined): P[] {
  return parts.filter((part) => !part.fleet || !fleet || isSame(part.fleet, fleet));
}

export function hubLead({ key, name }: Hub): FleetLead {
  return { segment: "fleets", key, name };
}

/** Splits by fleet, and last what belongs to none; unchanged if there is at most one fleet. */
export function apart(all: Fleet): readonly Fleet[] {
  if (all.hubs.length < 2) return [all];
  const sorted = <P extends OfFleet>(parts: readonly P[], hub: Hub | undefined) =>
    parts.filter(({ fleet }) => {
      const own = fleet && all.hubs.find((one) => isSame(hubLead(one), fleet));
      return own === hub;
    });
  const some = (hub: Hub | undefined): Fleet => {
    const members = sorted(all.members, hub);
    const holds = ({ key }: Cluster) =>
      hub
        ? members.some(({ cluster }) => cluster.key === key)
        : all.members.every(({ cluster, fleet }) => cluster.key !== key || fleet === undefined);
    return {
      ...all,
      hubs: hub ? [hub] : [],
      members,
      clusters: all.clusters.filter(holds),
      placements: sorted(all.placements, hub),
      services: sorted(all.services, hub),
      exports: sorted(all.exports, hub),
    };
  };
  const rest = some(undefined);
  const isEmpty = [rest.clusters, rest.placements, rest.services].every(({ length }) => length === 0);
  return [...all.hubs.map(some), ...(isEmpty ? [] : [rest])];
}

type Drawing = { -readonly [P in keyof Omit<Fleet, "homes">]: Fleet[P][number][] };

function draw(things: Things): Fleet {
  const drawing: Drawing = {
    hubs: [],
    clusters: [],
    members: [],
    peerings: [],
    connected: [],
    placements: [],
    services: [],
    exports: [],
    endpoints: [],
    objects: [],
  };
  const manifests: Thing[] = [];
  for (const thing of things.all) {
    const { type, values } = thing;
    const name = type.startsWith("kubernetes_") ? undefined : things.literal(thing, "name");
    const part = { key: keyOf(thing), name: name ?? nameOf(thing) };
    const location = regionOf(things.literal(thing, "location"));
    const azure = type === "azapi_resource" ? String(values.type) : "";
    if (type === "azurerm_kubernetes_cluster") {
      const network = things.lead(thing, ["default_node_pool", 0, "vnet_subnet_id"], "virtualNetworks");
      const group = things.literal(thing, "resource_group_name");
      drawing.clusters.push({ ...part, location, group, network });
    } else if (type === "azurerm_kubernetes_fleet_manager" || FLEET_TYPE.test(azure)) {
      drawing.hubs.push({ ...part, location });
    } else if (type === "azurerm_kubernetes_fleet_member" || MEMBER_TYPE.test(azure)) {
      drawing.members.push(memberOf(thing, part, azure !== "", things));
    } else if (type === "azurerm_virtual_network_peering") {
      const from = things.lead(thing, ["virtual_network_name"], "virtualNetworks");
      const to = things.lead(thing, ["remote_virtual_network_id"], "virtualNetworks");
      if (from && to) drawing.peerings.push({ ...part, from, to });
    } else if (type === "azurerm_network_manager_static_member") {
      const network = things.lead(thing, ["target_virtual_network_id"], "virtualNetworks");
      if (network) drawing.connected.push({ ...part, network });
    } else if (/^azurerm_traffic_manager_\w+_endpoint$/.test(type)) {
      drawing.endpoints.push(...endpointOf(thing, part, things));
    } else if (type.startsWith("kubernetes_")) {
      manifests.push(thing);
    }
  }
  labelMembers(drawing, things);
  knowClusters(drawing, things);
  const homes = new Map<string, FleetLead>();
  for (const thing of manifests) drawManifest(thing, drawing, things, homes);
  drawing.objects = drawing.objects.map((one) => onHub(one, drawing.objects));
  for (const [index, service] of drawing.services.entries()) {
    const only = placedOnly(service, things.all);
    const member = inFleet(drawing.members, service.fleet).find(({ name }) => name === only);
    if (member) drawing.services[index] = { ...service, cluster: member.cluster };
  }
  for (const parts of Object.values(drawing)) {
    (parts as Part[]).sort((a, b) => byText(a.name, b.name) || byText(a.key, b.key));
  }
  return { ...drawing, homes };
}

function memberOf(thing: Thing, part: Part, isAzapi: boolean, things: Things): Member {
  const path = isAzapi ? ["body", "properties", "clusterResourceId"] : ["kubernetes_cluster_id"];
  return {
    ...part,
    fleet: things.lead(thing, [isAzapi ? "parent_id" : "kubernetes_fleet_id"], "fleets"),
    // By default, a member has its cluster's name.
    cluster:
      things.lead(thing, path, "managedClusters") ??
      things.byName("managedClusters", part.name, { stack: thing.stack }),
    labels: labelsOf(thing),
  };
}

/** The labels that a resource gives a member; those known only after apply are expressions, as in a synthesized app. */
function labelsOf({ values, unknown }: Thing): Values {
  const path = ["body", "properties", "labels"] as const;
  const open = Object.entries(objectOf(at(unknown, ...path))).filter(([, one]) => one === true);
  return { ...objectOf(at(values, ...path)), ...Object.fromEntries(open.map(([key]) => [key, AFTER])) };
}

const AFTER = "${known after apply}";

/** The address is read from the MultiClusterService. */
function endpointOf(thing: Thing, part: Part, things: Things): DnsEndpoint[] {
  const profile = thing
    .references(["profile_id"])
    .map((one) => things.get(one))
    .find((one) => one !== undefined);
  const label = profile && textOf(at(profile.values, "dns_config", 0, "relative_name"));
  return thing.references(["target"]).flatMap((reference) => {
    const read = things.get(reference)?.values;
    const [, service] = /^metadata\.name=([\w.-]+)$/.exec(textOf(read?.field_selector) ?? "") ?? [];
    const namespace = textOf(read?.namespace);
    return read?.kind === "MultiClusterService" && label && service && namespace
      ? [{ ...part, dnsName: `${label}.trafficmanager.net`, namespace, service }]
      : [];
  });
}

/** Labels that other resources set on members. */
function labelMembers(drawing: Drawing, things: Things): void {
  for (const thing of things.all) {
    if (thing.type !== "azapi_update_resource" || !MEMBER_TYPE.test(String(thing.values.type))) continue;
    const member = things.lead(thing, ["resource_id"], "members");
    const labels = labelsOf(thing);
    drawing.members = drawing.members.map((one) =>
      member && isSame(member, { segment: "members", ...one })
        ? { ...one, labels: { ...one.labels, ...labels } }
        : one,
    );
  }
}

/** A member whose cluster this app doesn't create: only its name and what was read of it are known. */
function knowClusters(drawing: Drawing, things: Things): void {
  drawing.members = drawing.members.map((member) => {
    const { key, cluster, fleet } = member;
    if (cluster.key !== undefined) return member;
    drawing.clusters.push({
      key,
      name: cluster.name,
      location: readOf(cluster, things),
      group: undefined,
      network: undefined,
    });
    return { ...member, fleet, cluster: { ...cluster, key } };
  });
}

/** The location of a cluster that the app only reads. */
function readOf({ name }: ClusterLead, things: Things): string | undefined {
  return things.all
    .filter(({ type }) => type === "data.azurerm_kubernetes_cluster")
    .filter((one) => things.literal(one, "name") === name)
    .map((one) => regionOf(things.literal(one, "location")))
    .find((one) => one !== undefined);
}

function drawManifest(thing: Thing, drawing: Drawing, things: Things, homes: Map<string, FleetLead>): void {
  const part = { key: keyOf(thing), name: nameOf(thing) };
  const { manifest } = thing.values;
  const api = thing.api(things);
  const cluster = api?.segment === "managedClusters" ? knownCluster(api, drawing) : undefined;
  const holder = drawing.members.find((member) => member.cluster.key === cluster?.key);
  const fleet = api?.segment === "fleets" ? (api as FleetLead) : holder?.fleet;
  if (fleet) homes.set(part.key, fleet);
  const object = modelValue(manifest, at(thing.unknown, "manifest"), thing.isSynthesized);
  if (isObject(manifest) && textOf(manifest.kind) && textOf(manifest.apiVersion)) {
    const on = api === undefined ? undefined : api.segment === "fleets" ? "hub" : "cluster";
    drawing.objects.push({ ...part, fleet, on, cluster, object: object as KubernetesObject });
  }

  const kind = at(manifest, "kind");
  const spec = at(manifest, "spec");
  const namespace = textOf(at(manifest, "metadata", "namespace")) ?? "";
  if (kind === "ClusterResourcePlacement" || kind === "ResourcePlacement") {
    const selected = listOf(at(spec, "resourceSelectors"))
      .filter((selector) => at(selector, "kind") === "Namespace")
      .flatMap((selector) => textOf(at(selector, "name")) ?? []);
    drawing.placements.push({
      ...part,
      fleet,
      kind,
      namespaces: kind === "ResourcePlacement" ? [namespace] : selected,
      policy: at(spec, "policy"),
    });
  } else if (kind === "MultiClusterService") {
    const imports = textOf(at(spec, "serviceImport", "name")) ?? part.name;
    drawing.services.push({ ...part, fleet, namespace, imports, cluster });
  } else if (kind === "ServiceExport") {
    drawing.exports.push({ ...part, fleet, namespace });
  }
}

/** Only a hub has placements: the API they are applied to is a hub, and so is everything applied to it. */
function onHub(one: FleetObject, objects: readonly FleetObject[]): FleetObject {
  const { cluster, key, object } = one;
  if (one.on !== "cluster" || cluster === undefined) return one;
  const [stack] = key.split(" ");
  const isHub = objects.some(
    (other) =>
      other.object.apiVersion.startsWith(`${PLACEMENT_GROUP}/`) &&
      other.key.startsWith(`${stack} `) &&
      other.cluster !== undefined &&
      isSame(other.cluster, cluster),
  );
  return isHub ? { ...one, on: object.kind === "MultiClusterService" ? "cluster" : "hub" } : one;
}

/** A value as the fleet model reads it. */
export function modelValue(value: unknown, open: unknown = undefined, isSynthesized = false): Value {
  if (open === true) return AFTER_APPLY;
  if (typeof value === "string" && isSynthesized) {
    return /(?<!\$)\$\{|(?<!%)%\{/.test(value)
      ? AFTER_APPLY
      : value.replaceAll("$${", "${").replaceAll("%%{", "%{");
  }
  if (Array.isArray(value)) return value.map((one, index) => modelValue(one, at(open, index), isSynthesized));
  if (!isObject(value)) return value === undefined ? null : (value as Value);
  const keys = new Set([...Object.keys(value), ...(isObject(open) ? Object.keys(open) : [])]);
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      const inner = at(open, key);
      return value[key] === undefined && inner !== true
        ? []
        : [[key, modelValue(value[key], inner, isSynthesized)]];
    }),
  );
}

const AFTER_APPLY = new Unknown("it is known only after apply");

/** A cluster known only by its member. */
function knownCluster(api: Lead, { clusters }: Drawing): ClusterLead {
  const key = api.key ?? clusters.find(({ name }) => name === api.name)?.key;
  return { segment: "managedClusters", key, name: api.name };
}

/** The only member that an override keeps a MultiClusterService on. */
function placedOnly({ key, name, namespace }: Service, all: readonly Thing[]): string | undefined {
  const [stack] = key.split(" ");
  for (const thing of all) {
    const manifest = thing.stack === stack ? at(thing.values, "manifest") : undefined;
    if (at(manifest, "kind") !== "ResourceOverride") continue;
    if (at(manifest, "metadata", "namespace") !== namespace) continue;
    const spec = at(manifest, "spec");
    const isAbout = listOf(at(spec, "resourceSelectors")).some(
      (one) => at(one, "kind") === "MultiClusterService" && at(one, "name") === name,
    );
    if (!isAbout) continue;
    for (const rule of listOf(at(spec, "policy", "overrideRules"))) {
      if (at(rule, "overrideType") !== "Delete") continue;
      const terms = listOf(at(rule, "clusterSelector", "clusterSelectorTerms"));
      for (const { key, operator, values } of terms.flatMap(requirements)) {
        if (/\/member-name$/.test(key) && operator === "NotIn" && values.length === 1) return values[0];
      }
    }
  }
  return undefined;
}

function regionOf(location: string | undefined): string | undefined {
  return location?.toLowerCase().replace(/[^a-z0-9]/g, "");
}
