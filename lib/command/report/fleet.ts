import type { Block, SynthesizedStack } from "../synthesized";
import type { Change, Plan } from "./plan";
import { at, byText, isObject, listOf, objectOf, type Path, textOf, type Values } from "./values";

/** Something that Terraform manages or reads, on one side of a change. */
export interface Thing {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly values: Values;
  /** What an attribute is taken from, as far as it can be told without Terraform. */
  readonly references: (path: Path) => Reference[];
}

export interface Reference {
  readonly stack: string;
  readonly address: string;
  /** Which attribute is taken, e.g. `id`. */
  readonly attribute: string | undefined;
}

interface Part {
  /** Stack and address. */
  readonly key: string;
  readonly name: string;
}

export interface Cluster extends Part {
  /** Short name of the region, e.g. `eastus2`. */
  readonly location: string | undefined;
  /** The virtual network that its nodes are in. */
  readonly network: string | undefined;
}

export interface Hub extends Part {
  readonly location: string | undefined;
}

export interface Member extends Part {
  readonly cluster: string;
  readonly labels: Values;
}

export interface Peering extends Part {
  readonly from: string;
  readonly to: string;
}

export interface Placement extends Part {
  readonly kind: string;
  /** What it places: namespaces, or what it selects otherwise. */
  readonly namespaces: readonly string[];
  readonly policy: unknown;
  /** What it placed stays when the placement goes. */
  readonly abandons: boolean;
}

export interface Service extends Part {
  readonly namespace: string;
  /** The Service that is imported. */
  readonly imports: string;
  /** The cluster that holds it. */
  readonly cluster: string | undefined;
}

export interface Exported extends Part {
  readonly namespace: string;
}

export interface Fleet {
  readonly hubs: readonly Hub[];
  readonly clusters: readonly Cluster[];
  readonly members: readonly Member[];
  readonly peerings: readonly Peering[];
  readonly placements: readonly Placement[];
  readonly services: readonly Service[];
  readonly exports: readonly Exported[];
}

export const MEMBER_TYPE = /^Microsoft\.ContainerService\/fleets\/members@/i;
export const FLEET_TYPE = /^Microsoft\.ContainerService\/fleets@/i;

/** A fleet as one side of plans has it, completed by what stacks without a plan say. */
export function fleetOf(
  plans: readonly Plan[],
  side: "before" | "after",
  others: readonly SynthesizedStack[],
): Fleet {
  const things = [
    ...plans.flatMap((plan) => plan.changes.flatMap((change) => planThing(change, side) ?? [])),
    ...synthesizedThings(others),
  ];
  const clusters = new Map<string, string>();
  for (const { stack, cluster } of plans) if (cluster) clusters.set(stack, cluster);
  return draw(things, (thing) => clusters.get(thing.stack) ?? clusterOfProvider(thing, others, things));
}

export function fleetOfStacks(stacks: readonly SynthesizedStack[]): Fleet {
  return fleetOf([], "after", stacks);
}

function planThing(change: Change, side: "before" | "after"): Thing | undefined {
  const values = change[side];
  if (!change.managed || values === undefined) return undefined;
  const { stack, address, type, asked } = change;
  const references = (path: Path) =>
    listOf(at(at(asked, ...path), "references")).flatMap((reference) =>
      typeof reference === "string" ? referenceTo(stack, reference) : [],
    );
  return { stack, address, type, values, references };
}

export function referenceTo(stack: string, text: string): Reference[] {
  const [, address, attribute] = /^((?:data\.)?[\w-]+\.[\w-]+)(?:\.(\w+))?/.exec(text) ?? [];
  return address ? [{ stack, address, attribute }] : [];
}

function synthesizedThings(stacks: readonly SynthesizedStack[]): Thing[] {
  const blocks = (groups: Record<string, Record<string, Block>> | undefined, prefix: string, stack: string) =>
    Object.entries(objectOf(groups)).flatMap(([type, instances]) =>
      Object.entries(objectOf(instances)).flatMap(([id, block]): Thing[] =>
        isObject(block)
          ? [
              {
                stack,
                address: `${prefix}${type}.${id}`,
                type: prefix + type,
                values: block,
                references: (path) => referencesIn(at(block, ...path), stack, stacks),
              },
            ]
          : [],
      ),
    );
  return stacks.flatMap(({ name, json }) => [
    ...blocks(json.resource, "", name),
    ...blocks(json.data, "data.", name),
  ]);
}

/** What an expression takes its value from, through the outputs of other stacks. */
export function referencesIn(
  value: unknown,
  stack: string,
  stacks: readonly SynthesizedStack[],
  depth = 0,
): Reference[] {
  if (typeof value !== "string" || !value.includes("${") || depth > 5) return [];
  const found: Reference[] = [];
  for (const [, state, output] of value.matchAll(
    /data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)/g,
  )) {
    const other = stacks.find(({ name }) => state === `cross-stack-reference-input-${name}`);
    if (other && output) {
      found.push(...referencesIn(other.json.output?.[output]?.value, other.name, stacks, depth + 1));
    }
  }
  for (const [text] of value.matchAll(
    /(?:\bdata\.)?\b[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\.\w+)?/g,
  )) {
    if (!text.includes("terraform_remote_state")) found.push(...referenceTo(stack, text));
  }
  return found;
}

class Things {
  private readonly byKey = new Map<string, Thing>();

  constructor(readonly all: readonly Thing[]) {
    for (const thing of all) this.byKey.set(keyOf(thing), thing);
  }

  get({ stack, address }: Reference): Thing | undefined {
    return this.byKey.get(`${stack} ${address}`);
  }

  /** The name of what an attribute leads to: by its Azure id, or by the resource that it is taken from. */
  linked(thing: Thing, path: Path, segment: string, depth = 0): string | undefined {
    const value = at(thing.values, ...path);
    if (typeof value === "string" && value !== "" && !value.includes("${")) {
      if (!value.includes("/")) return value;
      return new RegExp(`/${segment}/([^/]+)`, "i").exec(value)?.[1];
    }
    if (depth > 5) return undefined;
    for (const reference of thing.references(path)) {
      const other = this.get(reference);
      if (other === undefined) continue;
      if (SEGMENTS[other.type.replace("data.", "")] === segment) return nameOf(other);
      if (other.type === "azurerm_subnet")
        return this.linked(other, ["virtual_network_name"], segment, depth + 1);
    }
    return undefined;
  }
}

/** Where an attribute is taken as it is from another resource, the other's value. */
function literal(things: Things, thing: Thing, key: string, depth = 0): string | undefined {
  const value = thing.values[key];
  if (typeof value === "string" && value !== "" && !value.includes("${")) return value;
  if (depth > 5) return undefined;
  for (const reference of thing.references([key])) {
    const other = things.get(reference);
    if (other === undefined || reference.attribute === undefined) continue;
    const found = literal(things, other, reference.attribute, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const SEGMENTS: Record<string, string> = {
  azurerm_kubernetes_cluster: "managedClusters",
  azurerm_virtual_network: "virtualNetworks",
  azurerm_kubernetes_fleet_member: "members",
};

/** The name that Azure or Kubernetes knows it by; one that only Terraform knows is told by the logical id. */
export function nameOf({ values, address }: Pick<Thing, "values" | "address">): string {
  const metadata = at(values, "manifest", "metadata") ?? at(values, "metadata", 0);
  const name = textOf(at(metadata, "name")) ?? textOf(values.name);
  if (name && !name.includes("${")) return name;
  return (address.split(".").pop() ?? address).replace(/_[0-9A-F]{8}$/, "");
}

function keyOf({ stack, address }: { stack: string; address: string }): string {
  return `${stack} ${address}`;
}

function draw(all: readonly Thing[], holder: (thing: Thing) => string | undefined): Fleet {
  const things = new Things(all);
  const fleet = {
    hubs: [] as Hub[],
    clusters: [] as Cluster[],
    members: [] as Member[],
    peerings: [] as Peering[],
    placements: [] as Placement[],
    services: [] as Service[],
    exports: [] as Exported[],
  };
  for (const thing of all) {
    const { type, values } = thing;
    const name = type.startsWith("kubernetes_") ? undefined : literal(things, thing, "name");
    const part = { key: keyOf(thing), name: name ?? nameOf(thing) };
    const location = regionOf(literal(things, thing, "location"));
    const azure = type === "azapi_resource" ? String(values.type) : "";
    if (type === "azurerm_kubernetes_cluster") {
      const network = things.linked(thing, ["default_node_pool", 0, "vnet_subnet_id"], "virtualNetworks");
      fleet.clusters.push({ ...part, location, network });
    } else if (type === "azurerm_kubernetes_fleet_manager" || FLEET_TYPE.test(azure)) {
      fleet.hubs.push({ ...part, location });
    } else if (type === "azurerm_kubernetes_fleet_member" || MEMBER_TYPE.test(azure)) {
      const path = azure ? ["body", "properties", "clusterResourceId"] : ["kubernetes_cluster_id"];
      const cluster = things.linked(thing, path, "managedClusters") ?? part.name;
      fleet.members.push({ ...part, cluster, labels: objectOf(at(values, "body", "properties", "labels")) });
    } else if (type === "azurerm_virtual_network_peering") {
      const from = things.linked(thing, ["virtual_network_name"], "virtualNetworks");
      const to = things.linked(thing, ["remote_virtual_network_id"], "virtualNetworks");
      if (from && to) fleet.peerings.push({ ...part, from, to });
    } else if (type === "kubernetes_manifest") {
      drawManifest(thing, part, fleet, holder);
    }
  }
  for (const thing of all) {
    if (thing.type !== "azapi_update_resource" || !MEMBER_TYPE.test(String(thing.values.type))) continue;
    const name = things.linked(thing, ["resource_id"], "members");
    const labels = objectOf(at(thing.values, "body", "properties", "labels"));
    fleet.members = fleet.members.map((one) =>
      one.name === name ? { ...one, labels: { ...one.labels, ...labels } } : one,
    );
  }
  for (const service of fleet.services) {
    const only = placedOnly(service, all);
    const member = fleet.members.find(({ name }) => name === only);
    if (member) fleet.services[fleet.services.indexOf(service)] = { ...service, cluster: member.cluster };
  }
  // A member of a cluster that this app doesn't make: what is known of it is its name.
  for (const { key, cluster } of fleet.members) {
    if (fleet.clusters.some(({ name }) => name === cluster)) continue;
    fleet.clusters.push({ key, name: cluster, location: undefined, network: undefined });
  }
  for (const parts of Object.values(fleet)) {
    (parts as Part[]).sort((a, b) => byText(a.name, b.name) || byText(a.key, b.key));
  }
  return fleet;
}

function drawManifest(
  thing: Thing,
  part: Part,
  fleet: { placements: Placement[]; services: Service[]; exports: Exported[] },
  holder: (thing: Thing) => string | undefined,
): void {
  const { manifest } = thing.values;
  const kind = at(manifest, "kind");
  const spec = at(manifest, "spec");
  const namespace = textOf(at(manifest, "metadata", "namespace")) ?? "";
  if (kind === "ClusterResourcePlacement" || kind === "ResourcePlacement") {
    const selected = listOf(at(spec, "resourceSelectors"))
      .filter((selector) => at(selector, "kind") === "Namespace")
      .flatMap((selector) => textOf(at(selector, "name")) ?? []);
    fleet.placements.push({
      ...part,
      kind,
      namespaces: kind === "ResourcePlacement" ? [namespace] : selected,
      policy: at(spec, "policy"),
      abandons: at(spec, "strategy", "deleteStrategy", "propagationPolicy") === "Abandon",
    });
  } else if (kind === "MultiClusterService") {
    const imports = textOf(at(spec, "serviceImport", "name")) ?? part.name;
    fleet.services.push({ ...part, namespace, imports, cluster: holder(thing) });
  } else if (kind === "ServiceExport") {
    fleet.exports.push({ ...part, namespace });
  }
}

/** The member that an override of a MultiClusterService on the hub leaves it to. */
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

/** The cluster that a stack's Kubernetes provider asks. */
function clusterOfProvider(
  thing: Thing,
  stacks: readonly SynthesizedStack[],
  all: readonly Thing[],
): string | undefined {
  const providers = stacks.find(({ name }) => name === thing.stack)?.json.provider?.kubernetes ?? [];
  const alias = textOf(thing.values.provider)?.split(".")[1];
  const provider = providers.find((one) => textOf(one.alias) === alias);
  for (const reference of referencesIn(provider?.host, thing.stack, stacks)) {
    const data = all.find((one) => keyOf(one) === keyOf(reference));
    if (data?.type.endsWith("azurerm_kubernetes_cluster")) return nameOf(data);
  }
  return undefined;
}

/** Labels that Azure gives to a member, by which placements choose. */
function labelsOf(member: Member, fleet: Fleet): Values {
  const location = fleet.clusters.find(({ name }) => name === member.cluster)?.location;
  return {
    ...member.labels,
    ...(location ? { "fleet.azure.com/location": location } : {}),
    "fleet.azure.com/cluster-name": member.cluster,
    "fleet.azure.com/member-name": member.name,
    "kubernetes-fleet.io/member-name": member.name,
  };
}

/** The members that a placement chooses, and whether that can be told for sure. */
export function chosenBy(placement: Placement, fleet: Fleet): { members: string[]; sure: boolean } {
  const { policy } = placement;
  const names = fleet.members.map(({ name }) => name);
  if (at(policy, "placementType") === "PickFixed") {
    const wanted = listOf(at(policy, "clusterNames"));
    return { members: names.filter((name) => wanted.includes(name)), sure: true };
  }
  let sure = true;
  const matches = (member: Member) => {
    const terms = termsOf(policy);
    if (terms.length === 0) return true;
    const labels = labelsOf(member, fleet);
    return terms.some((term) => {
      if (listOf(at(term, "propertySelector", "matchExpressions")).length > 0) sure = false;
      const results = requirements(term).map((requirement) => isMet(requirement, labels));
      if (results.includes(false)) return false;
      if (results.includes(undefined)) sure = false;
      return true;
    });
  };
  const members = fleet.members.filter(matches).map(({ name }) => name);
  const count = at(policy, "numberOfClusters");
  if (at(policy, "placementType") === "PickN" && typeof count === "number" && count < members.length)
    sure = false;
  return { members, sure };
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

function termsOf(policy: unknown): unknown[] {
  return listOf(
    at(
      policy,
      "affinity",
      "clusterAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "clusterSelectorTerms",
    ),
  );
}

function requirements(term: unknown): Requirement[] {
  const selector = at(term, "labelSelector");
  return [
    ...Object.entries(objectOf(at(selector, "matchLabels"))).map(([key, value]) => ({
      key,
      operator: "In",
      values: [String(value)],
    })),
    ...listOf(at(selector, "matchExpressions")).map((one) => ({
      key: String(at(one, "key")),
      operator: String(at(one, "operator")),
      values: listOf(at(one, "values")).map(String),
    })),
  ];
}

function isMet({ key, operator, values }: Requirement, labels: Values): boolean | undefined {
  const value = labels[key];
  // A label that only Azure knows.
  if (value === undefined) return undefined;
  const isIn = values.includes(String(value));
  if (operator === "In") return isIn;
  if (operator === "NotIn") return !isIn;
  return operator === "Exists" ? true : operator === "DoesNotExist" ? false : undefined;
}

/** What a policy names when it chooses: regions, members. */
export function namedBy(policy: unknown): string[] {
  const fixed = listOf(at(policy, "clusterNames")).map(String);
  const terms = termsOf(policy)
    .flatMap(requirements)
    .filter(({ operator }) => operator === "In")
    .flatMap(({ values }) => values);
  return [...new Set([...fixed, ...terms])];
}
