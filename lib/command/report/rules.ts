import { activityIn, type Purpose, purposeOf } from "../../fleet-api/wait-command";
import { counted, KINDS, type Kind, plural } from "../kinds";
import { shorten } from "../problems";
import { type AttributeChange, attributesOf, driftOf, isWrittenOut } from "./attributes";
import { chosenBy } from "./choice";
import {
  type Cluster,
  type ClusterLead,
  type Fleet,
  type FleetLead,
  hubLead,
  inFleet,
  type Member,
  type NetworkLead,
  type Placement,
  type Service,
} from "./fleet";
import type { Change } from "./plan";
import { namedBy } from "./policy";
import {
  FLEET_TYPE,
  isSame,
  keyOf,
  MEMBER_TYPE,
  nameOf,
  type Reference,
  referencesIn,
  referenceTo,
} from "./things";
import { at, joined, listOf, objectOf, pathText, textOf, type Values } from "./values";

/** Worst first. */
export const SEVERITIES = ["outage", "risk", "change", "harmless"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_MEANING: Record<Severity, string> = {
  outage: "something that runs stops, or an address goes",
  risk: "something may stop, stays behind, or can't be undone",
  change: "it takes effect; what runs goes on",
  harmless: "nothing that runs notices",
};

/** What a rule looks at beside the change itself. */
export interface Context {
  readonly before: Fleet;
  readonly after: Fleet;
  readonly changes: readonly Change[];
  /** What is called by an address of a stack, whether it changes or not, e.g. `cluster aks-eastus2`. */
  readonly subject: (stack: string, address: string) => string | undefined;
  /** What has an identity of its own, by the identity's principal. */
  readonly principal: (id: string) => string | undefined;
  /** Whether all stacks of the app are known: else what isn't there may only not be seen. */
  readonly whole: boolean;
}

/** For one and for many: `is deleted`, `are deleted`. */
type Verb = readonly [one: string, many: string];

export interface Told {
  readonly text: string;
  /** Many of the same are told in one sentence: `3 subnets are created: a, b and c`. */
  readonly bundle?: { readonly kind: Kind; readonly name: string; readonly verb: Verb };
}

export interface Rule {
  readonly id: string;
  /** What is in the plan. */
  readonly what: string;
  /** What it does to the fleet. */
  readonly effect: string;
  readonly severity: Severity;
  /** Says it of one change, or nothing where the rule is not about it. */
  readonly tell: (change: Change, context: Context) => string | Told | undefined;
}

const gone = ({ action }: Change) => action === "delete" || action === "replace";

// ---- What a change is about -------------------------------------------------------------------------------------------

const CLUSTER = "azurerm_kubernetes_cluster";

export function isFleet({ type, before, after }: Change): boolean {
  return (
    type === "azurerm_kubernetes_fleet_manager" ||
    (type === "azapi_resource" && FLEET_TYPE.test(String((after ?? before)?.type)))
  );
}

export function isMember({ type, before, after }: Change): boolean {
  return (
    type === "azurerm_kubernetes_fleet_member" ||
    (type === "azapi_resource" && MEMBER_TYPE.test(String((after ?? before)?.type)))
  );
}

/** Labels that are laid over a member which another resource makes. */
function isMemberLabels({ type, before, after }: Change): boolean {
  return type === "azapi_update_resource" && MEMBER_TYPE.test(String((after ?? before)?.type));
}

/** The part of a fleet that `azapi_resource` makes, e.g. `autoUpgradeProfiles`. */
function fleetPart({ type, before, after }: Change): string | undefined {
  if (type !== "azapi_resource") return undefined;
  return /^Microsoft\.ContainerService\/fleets\/(\w+)@/i.exec(String((after ?? before)?.type))?.[1];
}

const isAutoUpgrade = (change: Change) => fleetPart(change) === "autoUpgradeProfiles";
const isManagedNamespace = (change: Change) => fleetPart(change) === "managedNamespaces";

const FLEET_PARTS: Record<string, Kind> = {
  autoUpgradeProfiles: ["auto-upgrade profile", "auto-upgrade profiles"],
  managedNamespaces: ["managed namespace", "managed namespaces"],
};

function manifestOf(change: Change): unknown {
  const values = change.after ?? change.before;
  return change.type === "kubernetes_manifest" ? values?.manifest : undefined;
}

/** The kind of a Kubernetes object, whichever resource applies it. */
export function objectKind(change: Change): string | undefined {
  const kind = textOf(at(manifestOf(change), "kind"));
  if (kind || !change.type.startsWith("kubernetes_")) return kind;
  return TYPED[change.type.replace(/^kubernetes_|_v\d+(?:(?:alpha|beta)\d+)?$/g, "")];
}

const TYPED: Record<string, string> = {
  namespace: "Namespace",
  secret: "Secret",
  config_map: "ConfigMap",
  deployment: "Deployment",
  stateful_set: "StatefulSet",
  daemonset: "DaemonSet",
  daemon_set: "DaemonSet",
  job: "Job",
  cron_job: "CronJob",
  service: "Service",
  ingress: "Ingress",
};

function namespaceOf(change: Change): string | undefined {
  const values = change.after ?? change.before;
  return (
    textOf(at(manifestOf(change), "metadata", "namespace")) ?? textOf(at(values, "metadata", 0, "namespace"))
  );
}

export function changeName(change: Change): string {
  return nameOf({ values: change.before ?? change.after ?? {}, address: change.address });
}

const FLEET_WORDS: Record<string, string> = {
  ClusterResourcePlacement: "placement",
  ResourcePlacement: "placement",
  MultiClusterService: "MultiClusterService",
  ServiceExport: "export",
  Namespace: "namespace",
};

export function kindOf(change: Change): Kind {
  if (isFleet(change)) return ["fleet", "fleets"];
  if (isMember(change)) return ["member", "members"];
  const object = objectKind(change);
  if (object) {
    const word = FLEET_WORDS[object] ?? object;
    return [word, plural(word)];
  }
  if (change.type === CLUSTER) return ["cluster", "clusters"];
  if (isMemberLabels(change)) return ["member's labels", "members' labels"];
  const part = FLEET_PARTS[fleetPart(change) ?? ""];
  if (part) return part;
  if (isPassword(change)) return ["password", "passwords"];
  if (change.type === "azapi_resource") {
    const type = textOf((change.after ?? change.before)?.type)?.split("@")[0];
    if (type) return [type, type];
  }
  return KINDS[change.type]?.kind ?? [change.type, change.type];
}

export function subjectOf(change: Change): string {
  return `${kindOf(change)[0]} ${changeName(change)}`;
}

/** What a `null_resource` of this library is for: its mark tells, or what it runs. */
export function purposeOfChange(change: Change): Purpose | undefined {
  if (change.type !== "null_resource" && change.type !== "terraform_data") return undefined;
  const mark = (values: Values | undefined) => purposeOf(objectOf(values?.triggers));
  return (
    mark(change.before) ??
    mark(change.after) ??
    change.commands.map((command) => activityIn(command)?.verb).find(Boolean)
  );
}

function isPassword(change: Change): boolean {
  return purposeOfChange(change) === "password";
}

// ---- Why --------------------------------------------------------------------------------------------------------------

export const REASONS: Record<string, string> = {
  delete_because_no_resource_config: "it is no longer in the app",
  delete_because_no_module: "its module is no longer in the app",
  delete_because_no_move_target: "it was moved to where nothing is",
  delete_because_wrong_repetition: "the app counts it otherwise",
  delete_because_count_index: "the app wants fewer of it",
  delete_because_each_key: "the app no longer has its key",
  replace_because_tainted: "an earlier deployment of it failed halfway",
  replace_by_request: "it was asked for on the command line",
  replace_by_triggers: "what it is tied to changes",
};

const REASONS_OF_MANY: Record<string, string> = {
  delete_because_no_resource_config: "they are no longer in the app",
  delete_because_no_module: "their module is no longer in the app",
  delete_because_no_move_target: "they were moved to where nothing is",
  delete_because_wrong_repetition: "the app counts them otherwise",
  delete_because_count_index: "the app wants fewer of them",
  delete_because_each_key: "the app no longer has their keys",
  replace_because_tainted: "an earlier deployment of them failed halfway",
  replace_by_request: "they were asked for on the command line",
  replace_by_triggers: "what they are tied to changes",
};

/** ` because dns_prefix changes`, or nothing where the plan doesn't tell. */
export function because(change: Change, many = false): string {
  const forced = attributesOf(change)
    .filter(({ forces }) => forces)
    .map(({ path }) => shortPath(path));
  if (forced.length > 0) {
    const names = [...new Set(forced)];
    const some = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    return ` because ${joined(some)} ${names.length > 1 ? "change" : "changes"}`;
  }
  const reason = (many ? REASONS_OF_MANY : REASONS)[change.reason ?? ""];
  return reason ? ` because ${reason}` : "";
}

/** `deleted because it is no longer in the app`. */
function goes(change: Change, many = false): string {
  return `${change.action === "delete" ? "deleted" : "replaced"}${because(change, many)}`;
}

function shortPath(path: AttributeChange["path"]): string {
  return pathText(path)
    .replace(/^manifest\.(spec\.)?/, "")
    .replace(/^body\.(properties\.)?/, "")
    .replace(/^default_node_pool(\[0\])?\./, "");
}

/** `replicas 1 → 3, image a → b and 2 more`. */
export function summaryOf(attributes: readonly AttributeChange[]): string {
  const told = attributes.slice(0, 3).map(({ path, before, after, unknown }) => {
    const value = (one: unknown) => {
      if (one === undefined || one === null) return "not set";
      return shorten(typeof one === "string" ? one : JSON.stringify(one), 40);
    };
    return `${shortPath(path)} ${value(before)} → ${unknown ? "known after apply" : value(after)}`;
  });
  const more = attributes.length - told.length;
  return joined(more > 0 ? [...told, `${more} more`] : told);
}

// ---- What hangs on it -------------------------------------------------------------------------------------------------

/** What a change is of on one side: moved things had another address before. */
function keyIn(change: Change, side: "before" | "after"): string {
  const { stack, address, previousAddress } = change;
  return keyOf({ stack, address: side === "before" ? (previousAddress ?? address) : address });
}

function partOf<P extends { readonly key: string }>(
  parts: readonly P[],
  change: Change,
  side: "before" | "after" = "before",
): P | undefined {
  return parts.find(({ key }) => key === keyIn(change, side));
}

/** The fleet that a Kubernetes object is of, where that can be told. */
function homeOf(
  change: Change,
  context: Context,
  side: "before" | "after" = "before",
): FleetLead | undefined {
  return context[side].homes.get(keyIn(change, side));
}

/** What goes with a fleet. */
function ofFleet(change: Change, { before }: Context): Pick<Fleet, "members" | "services"> {
  const hub = partOf(before.hubs, change);
  const own = hub && hubLead(hub);
  return { members: inFleet(before.members, own), services: inFleet(before.services, own) };
}

const memberOn = ({ members }: Fleet, cluster: Cluster | undefined) =>
  members.find((one) => one.cluster.key === cluster?.key);

function addresses(
  services: readonly Service[],
  verb: "change" | "go",
  { whole }: Context,
  where: string,
): string[] {
  const names = [...new Set(services.map(({ name }) => name))];
  if (names.length === 1) return [`the address of ${names[0]} ${verb}${verb === "go" ? "es" : "s"}`];
  if (names.length > 1) return [`the addresses of ${joined(names)} ${verb}`];
  return whole
    ? []
    : [`the address of any MultiClusterService on ${where} ${verb}${verb === "go" ? "es" : "s"}`];
}

const servicesOn = ({ services }: Fleet, cluster: Cluster | ClusterLead | undefined) =>
  services.filter((one) => cluster !== undefined && one.cluster?.key === cluster.key);

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name);

/** The members that a placement chose before. */
function placedOn(change: Change, { before }: Context): string[] {
  const placement = partOf(before.placements, change);
  return placement ? namesOf(chosenBy(placement, before).members) : [];
}

/** The members that the namespace of an object, or a namespace itself, is placed on. */
function placesOf(change: Change, context: Context, side: "before" | "after"): string[] {
  const fleet = context[side];
  const namespace = objectKind(change) === "Namespace" ? changeName(change) : namespaceOf(change);
  const members = inFleet(fleet.placements, homeOf(change, context, side))
    .filter(({ namespaces }) => namespace !== undefined && namespaces.includes(namespace))
    .flatMap((placement) => chosenBy(placement, fleet).members);
  return [...new Set(namesOf(members))].sort();
}

function fromWhere(members: readonly string[], otherwise = "every cluster that it chose"): string {
  return members.length > 0 ? joined(members) : otherwise;
}

function placementOf(change: Change, side: "before" | "after", context: Context): Placement | undefined {
  return partOf(context[side].placements, change, side);
}

/** The MultiClusterService on the hub that another member has after an override changes. */
function movedService(change: Change, { before, after }: Context): [Service, Service] | undefined {
  if (change.action !== "update" || objectKind(change) !== "ResourceOverride") return undefined;
  const selected = listOf(at(manifestOf(change), "spec", "resourceSelectors"));
  for (const was of before.services) {
    const is = after.services.find(({ key }) => key === was.key);
    if (!is || was.cluster === undefined || is.cluster === undefined || isSame(is.cluster, was.cluster))
      continue;
    const names = selected.some(
      (one) => at(one, "kind") === "MultiClusterService" && at(one, "name") === was.name,
    );
    const isHere = was.key.startsWith(`${change.stack} `) && was.namespace === namespaceOf(change);
    if (names && isHere) return [was, is];
  }
  return undefined;
}

function isPlacement(change: Change): boolean {
  return ["ClusterResourcePlacement", "ResourcePlacement"].includes(objectKind(change) ?? "");
}

interface Choice {
  readonly lost: readonly string[];
  readonly won: readonly string[];
  readonly dropped: readonly string[];
  /** What the policy no longer names, and newly names. */
  readonly unnamed: readonly string[];
  readonly named: readonly string[];
  readonly before: Placement;
  readonly after: Placement;
}

/** How a placement chooses otherwise than before. */
function choice(change: Change, context: Context): Choice | undefined {
  const before = placementOf(change, "before", context);
  const after = placementOf(change, "after", context);
  if (!isPlacement(change) || change.action !== "update" || !before || !after) return undefined;
  const was = namesOf(chosenBy(before, context.before).members);
  const is = namesOf(chosenBy(after, context.after).members);
  const names = [namedBy(before.policy), namedBy(after.policy)] as const;
  const still = new Set(namesOf(inFleet(context.after.members, after.fleet)));
  return {
    lost: was.filter((name) => !is.includes(name) && still.has(name)),
    won: is.filter((name) => !was.includes(name)),
    dropped: before.namespaces.filter((name) => !after.namespaces.includes(name)),
    unnamed: names[1].length === 0 ? [] : names[0].filter((name) => !names[1].includes(name)),
    named: names[0].length === 0 ? [] : names[1].filter((name) => !names[0].includes(name)),
    before,
    after,
  };
}

function placedThings({ namespaces }: Placement): string {
  if (namespaces.length === 0) return "what it placed";
  return `the ${namespaces.length > 1 ? "namespaces" : "namespace"} ${joined(namespaces)}`;
}

// ---- Parts of a cluster -----------------------------------------------------------------------------------------------

const POOL_ROTATES =
  /^default_node_pool\.?(\[0\])?\.?(vm_size|max_pods|os_disk_\w+|os_sku|zones|fips_enabled|host_encryption_enabled|kubelet_\w+|linux_os_config|ultra_ssd_enabled|node_public_ip_enabled|pod_subnet_id|vnet_subnet_id|snapshot_id|only_critical_addons_enabled)/;
const ROTATES =
  /^(vm_size|max_pods|os_disk_\w+|os_sku|zones|fips_enabled|host_encryption_enabled|kubelet_\w+|linux_os_config|ultra_ssd_enabled|node_public_ip_enabled|pod_subnet_id|vnet_subnet_id|snapshot_id)/;

type ClusterPart = "egress" | "nodes" | "version" | "rotation" | "identity" | "access" | "tags" | "other";

function clusterPart({ path }: AttributeChange, pool: boolean): ClusterPart {
  const text = pathText(path);
  if (/^(default_node_pool(\[0\])?\.)?(node_count|min_count|max_count)$/.test(text)) return "nodes";
  if (/(^|\.)(kubernetes_version|orchestrator_version)$/.test(text)) return "version";
  if ((pool ? ROTATES : POOL_ROTATES).test(text)) return "rotation";
  if (/^network_profile(\[0\])?\.(outbound_type|nat_gateway_profile|load_balancer_profile)/.test(text))
    return "egress";
  if (/^(identity|kubelet_identity|service_principal)\b/.test(text)) return "identity";
  if (
    /^(local_account_disabled|azure_active_directory|api_server_access|role_based|private_cluster)/.test(text)
  ) {
    return "access";
  }
  return /^(default_node_pool(\[0\])?\.)?tags\b/.test(text) ? "tags" : "other";
}

function clusterParts(change: Change, part: ClusterPart): AttributeChange[] {
  const pool = change.type === "azurerm_kubernetes_cluster_node_pool";
  if (change.action !== "update" || !(pool || change.type === CLUSTER)) return [];
  return attributesOf(change).filter((attribute) => clusterPart(attribute, pool) === part);
}

function shrinks({ before, after }: AttributeChange): boolean {
  return typeof before === "number" && typeof after === "number" && after < before;
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Ingress"];
const RUNS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];

/** The kinds of the fleet's own APIs that have rules of their own. */
const OVERRIDES = ["ClusterResourceOverride", "ResourceOverride"];
const RUN_KINDS = ["ClusterStagedUpdateRun", "StagedUpdateRun"];
const ENVELOPES = ["ClusterResourceEnvelope", "ResourceEnvelope"];

function of(...kinds: string[]): (change: Change) => boolean {
  return (change) => kinds.includes(objectKind(change) ?? "");
}

function onlyTags(change: Change): boolean {
  const attributes = attributesOf(change);
  return (
    change.action === "update" &&
    attributes.length > 0 &&
    attributes.every(
      ({ path }) => path[0] === "tags" || clusterPart({ path } as AttributeChange, false) === "tags",
    )
  );
}

function bundled(
  change: Change,
  done: string | ((many: boolean) => string) | Verb,
  kind = kindOf(change),
): Told {
  const name = changeName(change);
  const said = typeof done === "string" ? () => done : done;
  const verb: Verb = typeof said === "function" ? [`is ${said(false)}`, `are ${said(true)}`] : said;
  return { text: `${kind[0]} ${name} ${verb[0]}`, bundle: { kind, name, verb } };
}

const NETWORK_TYPES = ["azurerm_virtual_network", "azurerm_subnet"];
const REACH_TYPES = [
  "azurerm_network_security_rule",
  "azurerm_network_security_group",
  "azurerm_subnet_network_security_group_association",
  "azurerm_route",
  "azurerm_route_table",
  "azurerm_subnet_route_table_association",
  "azurerm_nat_gateway",
  "azurerm_subnet_nat_gateway_association",
  "azurerm_nat_gateway_public_ip_association",
  "azurerm_public_ip",
  "azurerm_firewall",
];

/** The network that a change is of, or in. */
function networkOf(change: Change): NetworkLead | undefined {
  const own = change.type === "azurerm_virtual_network";
  const name = textOf(own ? change.before?.name : change.before?.virtual_network_name);
  return name === undefined
    ? undefined
    : { segment: "virtualNetworks", key: own ? keyIn(change, "before") : undefined, name };
}

function clustersIn(change: Change, { before }: Context): string[] {
  const network = networkOf(change);
  return before.clusters
    .filter((one) => network !== undefined && isSameNetwork(one, network))
    .map(({ name }) => name);
}

function peeringEnds(change: Change, side: "before" | "after", context: Context): string {
  const fleet = context[side];
  const peering = fleet.peerings.find(({ key }) => key === keyOf(change));
  const end = (network: NetworkLead) =>
    fleet.clusters.find((one) => one.network && isSame(one.network, network))?.name ?? network.name;
  return peering ? `${end(peering.from)} and ${end(peering.to)}` : "the two networks";
}

const ROLE_NAMES: Record<string, string> = {
  "18ab4d3d-a1bf-4477-8ad9-8359bc988f69": "Azure Kubernetes Fleet Manager RBAC Cluster Admin",
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "Azure Kubernetes Service RBAC Cluster Admin",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
  "de2b316d-7a2c-4143-b4cd-c148f6a355a1": "Azure Kubernetes Fleet Manager Hub Agent Role",
};

function referencesOf({ stack, before, after, asked }: Change, key: string): Reference[] {
  return [
    ...referencesIn((before ?? after)?.[key], stack, []),
    ...listOf(at(asked, key, "references")).flatMap((one) => referenceTo(stack, String(one))),
  ];
}

/** What an attribute leads to: the end of an Azure id, or the resource that it is taken from. */
function targetOf(change: Change, key: string, { subject }: Context): string | undefined {
  const value = textOf((change.before ?? change.after)?.[key]);
  if (value && !value.includes("${")) return value.split("/").pop();
  for (const { stack, address } of referencesOf(change, key)) {
    const found = subject(stack, address);
    if (found) return found;
    if (address.startsWith("data.azurerm_client_config.")) return "whoever deploys";
  }
  return undefined;
}

interface Role {
  readonly name: string;
  /** ` on subnet a`, or nothing where the plan doesn't tell. */
  readonly where: string;
  readonly who: string | undefined;
}

function roleOf(change: Change, context: Context): Role {
  const values = change.before ?? change.after;
  const id = textOf(values?.role_definition_id)?.split("/").pop() ?? "";
  const role = textOf(values?.role_definition_name) ?? ROLE_NAMES[id];
  const scope = targetOf(change, "scope", context);
  const principal = targetOf(change, "principal_id", context);
  return {
    name: role ? `"${role}"` : id && !id.includes("$") ? id : "a role",
    where: scope ? ` on ${scope}` : "",
    who: principal && (context.principal(principal) ?? principal),
  };
}

/** `the role "A" on subnet b is given to identity c`; those of the same role are told in one sentence. */
function roleTold(
  change: Change,
  context: Context,
  verb: Verb,
  to: string,
  end: (many: boolean) => string = () => "",
): Told {
  const { name, where, who } = roleOf(change, context);
  return {
    text: `the role ${name}${where} ${verb[0]}${who ? ` ${to} ${who}` : ""}${end(false)}`,
    bundle: {
      kind: [`role ${name}`, `roles ${name}`],
      name: `${who ?? "somebody"}${where}`,
      verb: [verb[0], `${verb[1]}${end(true)}`],
    },
  };
}

function labelledMember(change: Change, context: Context): string {
  const id = textOf((change.before ?? change.after)?.resource_id);
  const name = targetOf(change, "resource_id", context) ?? changeName(change);
  return !id || id.includes("${") ? name : `member ${name}`;
}

function deletesNamespace({ before }: Change): boolean {
  return at(before, "body", "properties", "deletePolicy") === "Delete";
}

const isWhen =
  (
    action: Change["action"] | readonly Change["action"][],
    is: (change: Change) => boolean,
    tell: Rule["tell"],
  ) =>
  (change: Change, context: Context) =>
    (typeof action === "string" ? change.action === action : action.includes(change.action)) && is(change)
      ? tell(change, context)
      : undefined;

const GONE = ["delete", "replace"] as const;
const isType = (type: string) => (change: Change) => change.type === type;

// ---- The table --------------------------------------------------------------------------------------------------------

/**
 * What in a plan does what to the fleet; worst first. All rules that are about a change tell; those of `OTHERWISE` only
 * where none of these does. `docs/report.md` holds the same table.
 */
export const RULES: readonly Rule[] = [
  {
    id: "fleet-replaced",
    what: "the fleet is replaced (its hub can't be changed in place)",
    effect:
      "the hub and all that was applied to it go; every member leaves and joins the new one; what is placed stays behind unmanaged until it is placed again; every address goes",
    severity: "outage",
    tell: isWhen("replace", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const who =
        members.length > 0
          ? `its ${counted(members.length, "member leaves and joins", "members leave and join")}`
          : "its members leave and join";
      return `${subjectOf(change)} is replaced${because(change)}: ${[
        "its hub goes, with all that was applied to it",
        `${who} the new one`,
        "what is placed stays behind unmanaged until it is placed again",
        ...addresses(services, "change", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "fleet-deleted",
    what: "the fleet is deleted",
    effect:
      "the hub and all that was applied to it go; every member leaves; what is placed stays behind unmanaged; every address goes",
    severity: "outage",
    tell: isWhen("delete", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const { length } = members;
      return `${subjectOf(change)} is deleted${because(change)}: ${[
        "its hub goes, with all that was applied to it",
        length > 0 ? `its ${counted(length, "member leaves", "members leave")}` : "its members leave",
        ...addresses(services, "go", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "cluster-replaced",
    what: "a cluster is replaced",
    effect: "its workloads stop and restart on the new cluster; its member rejoins; its addresses change",
    severity: "outage",
    tell: isWhen("replace", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      const joins = memberOn(context.before, cluster);
      const rejoins = joins && memberOn(context.after, partOf(context.after.clusters, change, "after"));
      return `${subjectOf(change)} is replaced${because(change)}: ${[
        "its workloads stop and restart on the new cluster",
        ...(joins ? [`its member ${rejoins ? "rejoins" : "leaves"}`] : []),
        ...addresses(servicesOn(context.before, cluster), "change", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "cluster-deleted",
    what: "a cluster is deleted",
    effect: "its workloads stop; its member leaves; its addresses go",
    severity: "outage",
    tell: isWhen("delete", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      return `${subjectOf(change)} is deleted${because(change)}: ${[
        "its workloads stop",
        ...(memberOn(context.before, cluster) ? ["its member leaves"] : []),
        ...addresses(servicesOn(context.before, cluster), "go", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-replaced",
    what: "a member is replaced, its cluster stays",
    effect:
      "it leaves and rejoins: until it has, nothing reaches what it exports; addresses on it change; what is placed there is taken over again",
    severity: "outage",
    tell: isWhen("replace", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      return `${subjectOf(change)} leaves and rejoins${because(change)}: ${[
        "until it has, no traffic of the fleet reaches what it exports",
        ...addresses(servicesOn(context.before, cluster), "change", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-with-address-leaves",
    what: "a member is deleted that holds a MultiClusterService",
    effect: "the address goes; what is placed there stays behind unmanaged",
    severity: "outage",
    tell: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      const services = servicesOn(context.before, cluster);
      if (services.length === 0) return undefined;
      return `${subjectOf(change)} leaves${because(change)}: ${addresses(services, "go", context, "it").join()}, what is placed there stays behind unmanaged`;
    }),
  },
  {
    id: "service-deleted",
    what: "a MultiClusterService is deleted",
    effect: "its address goes",
    severity: "outage",
    tell: isWhen("delete", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is deleted${because(change)}: the address of ${changeName(change)} goes`;
    }),
  },
  {
    id: "service-replaced",
    what: "a MultiClusterService is replaced",
    effect: "its address goes, and another one comes",
    severity: "outage",
    tell: isWhen("replace", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is replaced${because(change)}: the address of ${changeName(change)} changes`;
    }),
  },
  {
    id: "service-imports-other",
    what: "a MultiClusterService imports another Service",
    effect: "its address leads elsewhere, and changes if nothing exports the Service yet",
    severity: "outage",
    tell: isWhen("update", of("MultiClusterService"), (change) => {
      const imported = attributesOf(change).find(({ path }) => path.includes("serviceImport"));
      return imported
        ? `the address of ${changeName(change)} leads to another Service: ${summaryOf([imported])}`
        : undefined;
    }),
  },
  {
    id: "service-moved",
    what: "a MultiClusterService that is placed from the hub is left to another member",
    effect: "its address goes, and another one comes there",
    severity: "outage",
    tell: (change, context) => {
      const [was, is] = movedService(change, context) ?? [];
      return was && is
        ? `the address of ${was.name} changes: it is no longer in ${was.cluster?.name}, but in ${is.cluster?.name}`
        : undefined;
    },
  },
  {
    id: "placement-deleted",
    what: "a placement is deleted",
    effect: "what it placed is removed from every cluster that it chose",
    severity: "outage",
    tell: isWhen("delete", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement || placement.abandons) return undefined;
      return `placement ${changeName(change)} is deleted${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}`;
    }),
  },
  {
    id: "placement-replaced",
    what: "a placement is replaced (another name or apiVersion)",
    effect: "what it placed is removed from every cluster that it chose, and placed again",
    severity: "outage",
    tell: isWhen("replace", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement || placement.abandons) return undefined;
      return `placement ${changeName(change)} is replaced${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}, and placed again`;
    }),
  },
  {
    id: "placement-narrowed",
    what: "a placement no longer chooses a member",
    effect: "what it placed is removed from that cluster",
    severity: "outage",
    tell: (change, context) => {
      const how = choice(change, context);
      if (
        !how ||
        (how.lost.length === 0 &&
          (how.unnamed.length === 0 || inFleet(context.before.members, how.before.fleet).length > 0))
      ) {
        return undefined;
      }
      const said = how.unnamed.length > 0 ? how.unnamed : how.lost;
      const from =
        how.lost.length > 0 && said !== how.lost
          ? joined(how.lost)
          : said.length > 1
            ? "those clusters"
            : "that cluster";
      const none =
        chosenBy(how.after, context.after).members.length === 0 &&
        inFleet(context.after.members, how.after.fleet).length > 0;
      return `placement ${changeName(change)} no longer chooses ${joined(said, "or")}: ${placedThings(how.before)} ${how.before.namespaces.length > 1 ? "are" : "is"} removed from ${from}${none ? "; it chooses no cluster any more" : ""}`;
    },
  },
  {
    id: "placement-drops",
    what: "a placement no longer places a namespace",
    effect: "the namespace is removed from every cluster that the placement chose",
    severity: "outage",
    tell: (change, context) => {
      const how = choice(change, context);
      if (!how || how.dropped.length === 0) return undefined;
      return `placement ${changeName(change)} no longer places ${joined(how.dropped)}: removed from ${fromWhere(placedOn(change, context))}`;
    },
  },
  {
    id: "namespace-deleted",
    what: "a namespace is deleted or replaced on the hub",
    effect: "it is removed from every cluster that it is placed on, with everything in it",
    severity: "outage",
    tell: isWhen(GONE, of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "before");
      const where = places.length > 0 ? ` and on ${joined(places)}` : " and wherever it is placed";
      return `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on the hub${where}`;
    }),
  },
  {
    id: "managed-namespace-deleted",
    what: "a managed namespace with the deletePolicy Delete is deleted or replaced",
    effect: "the namespace goes from its clusters, with everything in it",
    severity: "outage",
    tell: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on its clusters`
        : undefined,
    ),
  },
  {
    id: "export-deleted",
    what: "a ServiceExport is deleted or replaced",
    effect: "the Service gets no traffic of the fleet; with the last export gone, its address goes too",
    severity: "outage",
    tell: isWhen(GONE, of("ServiceExport"), (change, context) => {
      const name = changeName(change);
      const namespace = namespaceOf(change);
      const led = inFleet(context.before.services, homeOf(change, context))
        .filter((service) => service.imports === name && (!namespace || service.namespace === namespace))
        .map((service) => service.name);
      const until = change.action === "replace" ? " until it is exported again" : "";
      return `export ${name} is ${goes(change)}: no traffic of the fleet reaches ${name}${until}, ${led.length > 0 ? `and the address of ${joined(led)}` : "and its address"} goes when nothing exports it any more`;
    }),
  },
  {
    id: "export-withdrawn",
    what: "the weight of a ServiceExport is set to 0",
    effect: "the Service is no longer exported: it gets no traffic of the fleet",
    severity: "outage",
    tell: isWhen("update", of("ServiceExport"), (change) => {
      const zero = attributesOf(change).some(
        ({ path, after }) => path.includes("networking.fleet.azure.com/weight") && String(after) === "0",
      );
      return zero
        ? `export ${changeName(change)} gets the weight 0: no traffic of the fleet reaches it`
        : undefined;
    }),
  },
  {
    id: "workload-deleted",
    what: "a workload or Service in a placed namespace is deleted or replaced",
    effect: "it is removed from every cluster that it is placed on (and made anew there)",
    severity: "outage",
    tell: isWhen(GONE, of(...WORKLOADS), (change, context) => {
      const where = fromWhere(placesOf(change, context, "before"), "every cluster that it is placed on");
      const again = change.action === "replace" ? ", and made anew" : "";
      return bundled(change, (many) => `${goes(change, many)}: removed from ${where}${again}`);
    }),
  },
  {
    id: "peering-cut",
    what: "a peering is deleted or replaced",
    effect: "clusters no longer reach each other: an address balances to its own cluster only",
    severity: "outage",
    tell: isWhen(GONE, isType("azurerm_virtual_network_peering"), (change, context) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      return `peering ${changeName(change)} is ${goes(change)}: ${peeringEnds(change, "before", context)} don't reach each other${until}, connections to the other cluster fail`;
    }),
  },
  {
    id: "network-gone",
    what: "a virtual network or subnet of a cluster is deleted or replaced",
    effect: "the cluster loses its network: it has to be made anew",
    severity: "outage",
    tell: isWhen(
      GONE,
      (change) => NETWORK_TYPES.includes(change.type),
      (change, context) => {
        const clusters = clustersIn(change, context);
        if (clusters.length === 0) return undefined;
        return `${subjectOf(change)} is ${goes(change)}: ${joined(clusters)} can't keep ${clusters.length > 1 ? "their nodes" : "its nodes"} there`;
      },
    ),
  },
  {
    id: "traffic-manager-gone",
    what: "a TrafficManagerProfile or TrafficManagerBackend is deleted or replaced",
    effect: "its DNS name answers no longer, or without these clusters",
    severity: "outage",
    tell: isWhen(GONE, of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      const lost =
        objectKind(change) === "TrafficManagerProfile"
          ? `its DNS name answers no longer${until}`
          : `the DNS name no longer leads to its clusters${until}`;
      return `${subjectOf(change)} is ${goes(change)}: ${lost}`;
    }),
  },
  {
    id: "evicted",
    what: "an eviction is created",
    effect: "a placement is taken off a cluster, once",
    severity: "outage",
    tell: isWhen(["create", "replace"], of("ClusterResourcePlacementEviction"), (change) => {
      const spec = at(manifestOf(change), "spec");
      return `placement ${String(at(spec, "placementName") ?? "?")} is evicted from ${String(at(spec, "clusterName") ?? "a cluster")}, as far as its disruption budget allows`;
    }),
  },
  {
    id: "member-leaves",
    what: "a member is deleted, its cluster stays",
    effect: "what is placed there stays behind unmanaged; what it exports is withdrawn",
    severity: "risk",
    tell: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      if (servicesOn(context.before, cluster).length > 0) return undefined;
      return `${subjectOf(change)} leaves${because(change)}: what is placed there stays behind unmanaged, no traffic of the fleet reaches it; the hub refuses while it still exports a Service`;
    }),
  },
  {
    id: "placement-abandons",
    what: "a placement with the deleteStrategy Abandon is deleted or replaced",
    effect: "what it placed stays behind unmanaged",
    severity: "risk",
    tell: isWhen(GONE, isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (placement && !placement.abandons) return undefined;
      const where = fromWhere(placedOn(change, context));
      return `placement ${changeName(change)} is ${goes(change)}: ${placement ? `${placedThings(placement)} stays behind unmanaged on ${where}` : "what becomes of what it placed can't be told"}`;
    }),
  },
  {
    id: "placement-refused",
    what: "the placementType of a placement changes",
    effect: "the hub refuses it: the type can't be changed",
    severity: "risk",
    tell: isWhen("update", isPlacement, (change) => {
      const type = attributesOf(change).filter(({ path }) => path[path.length - 1] === "placementType");
      return type.length > 0
        ? `placement ${changeName(change)} changes its type (${summaryOf(type)}): the hub refuses that, give the new one another name`
        : undefined;
    }),
  },
  {
    id: "service-changed",
    what: "a MultiClusterService changes otherwise",
    effect: "the fleet takes over what is added to it, and never what is taken away",
    severity: "risk",
    tell: isWhen("update", of("MultiClusterService"), (change) => {
      const others = attributesOf(change).filter(({ path }) => !path.includes("serviceImport"));
      return others.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(others)}): what is taken away, such as an internal address, stays until it is made anew`
        : undefined;
    }),
  },
  {
    id: "configuration-deleted",
    what: "a ConfigMap or Secret is deleted or replaced",
    effect: "pods that read it don't start without it",
    severity: "risk",
    tell: isWhen(GONE, of("ConfigMap", "Secret"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: pods that read ${many ? "them" : "it"} don't start`),
    ),
  },
  {
    id: "override-gone",
    what: "an override is deleted or replaced",
    effect: "the clusters that it named get the objects as they are",
    severity: "risk",
    tell: isWhen(
      GONE,
      of(...OVERRIDES),
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: its clusters get the objects without it${change.action === "replace" ? " for a while" : ""}`,
    ),
  },
  {
    id: "envelope-gone",
    what: "an envelope is deleted or replaced",
    effect: "the objects in it are removed from every cluster that it is placed on",
    severity: "risk",
    tell: isWhen(
      GONE,
      of(...ENVELOPES),
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: the objects in it are removed from the clusters${change.action === "replace" ? ", and made anew" : ""}`,
    ),
  },
  {
    id: "run-gone",
    what: "a staged update run is deleted or replaced",
    effect: "it stops where it stands; what it rolled out stays",
    severity: "risk",
    tell: isWhen(GONE, of(...RUN_KINDS), (change) =>
      change.action === "delete"
        ? `${subjectOf(change)} is deleted${because(change)}: it stops where it stands, what it rolled out stays`
        : `${subjectOf(change)} is replaced${because(change)}: it starts again at its first stage`,
    ),
  },
  {
    id: "nodes-fewer",
    what: "a cluster gets fewer nodes",
    effect: "the pods of the nodes that go start elsewhere on the cluster, if there is room",
    severity: "risk",
    tell: (change) => {
      const nodes = clusterParts(change, "nodes");
      return nodes.some(shrinks)
        ? `${subjectOf(change)} gets fewer nodes (${summaryOf(nodes)}): the pods on those that go start elsewhere, if there is room`
        : undefined;
    },
  },
  {
    id: "cluster-upgraded",
    what: "the Kubernetes version of a cluster changes",
    effect: "its nodes are replaced one after the other; there is no way back",
    severity: "risk",
    tell: (change) => {
      const version = clusterParts(change, "version");
      return version.length > 0
        ? `${subjectOf(change)} is upgraded (${summaryOf(version)}): its nodes are replaced one after the other, their pods move; there is no way back`
        : undefined;
    },
  },
  {
    id: "nodes-rotated",
    what: "a setting of a cluster's nodes changes that only new nodes can have",
    effect: "its nodes are replaced; their pods move",
    severity: "risk",
    tell: (change) => {
      const rotation = clusterParts(change, "rotation");
      return rotation.length > 0
        ? `${subjectOf(change)} gets new nodes (${summaryOf(rotation)}): the pods of all its nodes move`
        : undefined;
    },
  },
  {
    id: "node-pool-gone",
    what: "a node pool is deleted or replaced",
    effect: "its pods start elsewhere on the cluster, if there is room",
    severity: "risk",
    tell: isWhen(
      GONE,
      isType("azurerm_kubernetes_cluster_node_pool"),
      (change) =>
        `node pool ${changeName(change)} is ${goes(change)}: its pods start elsewhere on the cluster, if there is room`,
    ),
  },
  {
    id: "identity-changed",
    what: "the identity of a cluster changes",
    effect: "its membership breaks: the member has to leave and join again",
    severity: "risk",
    tell: (change) => {
      const identity = clusterParts(change, "identity");
      return identity.length > 0
        ? `${subjectOf(change)} gets another identity (${summaryOf(identity)}): its membership breaks, the member has to be made anew`
        : undefined;
    },
  },
  {
    id: "egress-changed",
    what: "the way of a cluster's outgoing connections changes",
    effect: "they break, and come from other addresses from then on: allow lists may refuse them",
    severity: "risk",
    tell: (change) => {
      const egress = clusterParts(change, "egress");
      return egress.length > 0
        ? `outgoing connections of ${subjectOf(change)} take another way (${summaryOf(egress)}): open ones break, and new ones come from other addresses, which allow lists elsewhere may refuse`
        : undefined;
    },
  },
  {
    id: "access-changed",
    what: "who or what may reach a cluster's API changes",
    effect: "people, pipelines or the hub may be locked out",
    severity: "risk",
    tell: (change) => {
      const access = clusterParts(change, "access");
      return access.length > 0
        ? `${subjectOf(change)} is reached otherwise (${summaryOf(access)}): people and pipelines may be locked out`
        : undefined;
    },
  },
  {
    id: "member-labelled",
    what: "the labels of a member change",
    effect: "placements that choose by them may no longer choose it",
    severity: "risk",
    tell: isWhen(
      ["create", "update", "replace"],
      (change) => isMemberLabels(change) || (isMember(change) && change.action === "update"),
      (change, context) => {
        const labels = attributesOf(change).filter(({ path }) => path.includes("labels"));
        const who = isMemberLabels(change) ? labelledMember(change, context) : subjectOf(change);
        return labels.length > 0
          ? `${who} is labelled otherwise (${summaryOf(labels)}): placements that choose by label may come or go there`
          : undefined;
      },
    ),
  },
  {
    id: "member-labels-kept",
    what: "the labels of a member are no longer the app's",
    effect: "the member keeps them, unmanaged",
    severity: "risk",
    tell: isWhen(
      "delete",
      isMemberLabels,
      (change, context) =>
        `the labels of ${labelledMember(change, context)} are no longer the app's: the member keeps them, unmanaged`,
    ),
  },
  {
    id: "managed-namespace-kept",
    what: "a managed namespace with the deletePolicy Keep is deleted or replaced",
    effect:
      "the namespace stays on its clusters, unmanaged: its quotas and network policies are no longer kept",
    severity: "risk",
    tell: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? undefined
        : `${subjectOf(change)} is ${goes(change)}: it stays on its clusters with all that is in it, unmanaged${change.action === "replace" ? " until it is made again" : ""}`,
    ),
  },
  {
    id: "managed-namespace-changed",
    what: "a managed namespace changes",
    effect: "its quotas, network policies, or the clusters that have it, are others than before",
    severity: "risk",
    tell: isWhen("update", isManagedNamespace, (change) => {
      const attributes = attributesOf(change);
      return onlyTags(change) || attributes.length === 0
        ? undefined
        : `${subjectOf(change)} changes on its clusters: ${summaryOf(attributes)}`;
    }),
  },
  {
    id: "auto-upgrade-changed",
    what: "an auto-upgrade profile is created, enabled or changes",
    effect: "Azure upgrades the members by itself, as new versions come",
    severity: "risk",
    tell: isWhen(["create", "update", "replace"], isAutoUpgrade, (change) => {
      const properties = at(change.after, "body", "properties");
      const channel = textOf(at(properties, "channel"));
      if (change.action === "update" && attributesOf(change).length === 0) return undefined;
      const now =
        at(properties, "disabled") === true
          ? "it is disabled, so nothing is upgraded by it"
          : `Azure upgrades the members by itself${channel ? ` (channel ${channel})` : ""}, as new versions come`;
      if (change.action === "update") {
        return `${subjectOf(change)} changes (${summaryOf(attributesOf(change))}): ${now}`;
      }
      return `${subjectOf(change)} is ${change.action === "create" ? "created" : goes(change)}: ${now}`;
    }),
  },
  {
    id: "auto-upgrade-gone",
    what: "an auto-upgrade profile is deleted",
    effect: "the members keep their versions until somebody upgrades them",
    severity: "risk",
    tell: isWhen(
      "delete",
      isAutoUpgrade,
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: the members keep their versions until somebody upgrades them`,
    ),
  },
  {
    id: "role-gone",
    what: "a role assignment is deleted or replaced",
    effect: "whoever has it loses it; another one takes minutes to be effective",
    severity: "risk",
    tell: isWhen(GONE, isType("azurerm_role_assignment"), (change, context) =>
      change.action === "delete"
        ? roleTold(change, context, ["is taken away", "are taken away"], "from", (many) =>
            because(change, many),
          )
        : roleTold(
            change,
            context,
            ["is given anew", "are given anew"],
            "to",
            (many) => `${because(change, many)}: that takes minutes to be effective`,
          ),
    ),
  },
  {
    id: "identity-gone",
    what: "an identity is deleted or replaced",
    effect: "the cluster that uses it loses its rights, and its membership breaks",
    severity: "risk",
    tell: isWhen(GONE, isType("azurerm_user_assigned_identity"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: what uses ${many ? "them" : "it"} loses its rights`),
    ),
  },
  {
    id: "reach-changed",
    what: "a security rule, route, NAT gateway or public address changes or goes",
    effect: "other traffic may reach the clusters, or leave them, than before",
    severity: "risk",
    tell: (change) => {
      if (!REACH_TYPES.includes(change.type) || onlyTags(change)) return undefined;
      if (gone(change)) {
        return bundled(
          change,
          (many) => `${goes(change, many)}: what ${many ? "they" : "it"} let through may no longer pass`,
        );
      }
      if (change.action !== "update" || attributesOf(change).length === 0) return undefined;
      return `${subjectOf(change)} changes (${summaryOf(attributesOf(change))}): other traffic passes than before`;
    },
  },
  {
    id: "network-changed",
    what: "a virtual network, subnet or peering changes",
    effect: "clusters may reach each other otherwise than before",
    severity: "risk",
    tell: (change) => {
      const types = [...NETWORK_TYPES, "azurerm_virtual_network_peering"];
      const attributes = attributesOf(change);
      if (
        change.action !== "update" ||
        !types.includes(change.type) ||
        onlyTags(change) ||
        attributes.length === 0
      ) {
        return undefined;
      }
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): the clusters in it may be reached otherwise`;
    },
  },
  {
    id: "traffic-manager-changed",
    what: "a TrafficManagerProfile or TrafficManagerBackend changes",
    effect:
      "its probes may find other clusters healthy, or more or less traffic goes to its clusters, than before",
    severity: "risk",
    tell: isWhen("update", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const attributes = attributesOf(change);
      if (attributes.length === 0) return undefined;
      const effect =
        objectKind(change) === "TrafficManagerProfile"
          ? "its probes may find other clusters healthy"
          : attributes.some(({ path, after }) => path[path.length - 1] === "weight" && String(after) === "0")
            ? "no traffic of the DNS name goes to its clusters"
            : "more or less traffic of the DNS name goes to its clusters";
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): ${effect}`;
    }),
  },
  {
    id: "password-new",
    what: "a password of this library is made anew",
    effect: "the Secrets that hold it change; pods keep the old one until they restart",
    severity: "risk",
    tell: isWhen(
      "replace",
      isPassword,
      (change) =>
        `password ${changeName(change)} is made anew${because(change)}: the Secrets that hold it change, pods keep the old one until they restart`,
    ),
  },
  {
    id: "cluster-created",
    what: "a cluster is created",
    effect: "it joins the fleet, where it is a member; placements that choose it place there",
    severity: "change",
    tell: isWhen("create", isType(CLUSTER), (change, { after }) => {
      const cluster = partOf(after.clusters, change, "after");
      const joins = memberOn(after, cluster) ? " and joins the fleet" : "";
      return `${subjectOf(change)} is created${cluster?.location ? ` in ${cluster.location}` : ""}${joins}`;
    }),
  },
  {
    id: "fleet-created",
    what: "the fleet is created",
    effect: "there is a hub to place from",
    severity: "change",
    tell: isWhen("create", isFleet, (change, { after }) => {
      const { location } = partOf(after.hubs, change, "after") ?? {};
      return `${subjectOf(change)} is created${location ? ` in ${location}` : ""}`;
    }),
  },
  {
    id: "member-joins",
    what: "a member is created for a cluster that is there",
    effect: "placements that choose it place there; a namespace of the same name is taken over",
    severity: "change",
    tell: isWhen("create", isMember, (change, context) => {
      const places = context.after.placements.filter((one) =>
        chosenBy(one, context.after).members.some(({ key }) => key === keyIn(change, "after")),
      );
      const placed = [...new Set(places.flatMap(({ namespaces }) => namespaces))];
      return `${subjectOf(change)} joins the fleet${placed.length > 0 ? `: ${joined(placed)} ${placed.length > 1 ? "are" : "is"} placed there` : ""}`;
    }),
  },
  {
    id: "placement-widened",
    what: "a placement chooses another member",
    effect: "what it places comes to that cluster",
    severity: "change",
    tell: (change, context) => {
      const how = choice(change, context);
      if (!how) return undefined;
      const said =
        how.named.length > 0 &&
        how.won.length === 0 &&
        inFleet(context.after.members, how.after.fleet).length === 0
          ? how.named
          : how.won;
      if (said.length === 0) return undefined;
      const things = how.after.namespaces.length > 0 ? placedThings(how.after) : "what it places";
      return `placement ${changeName(change)} also chooses ${joined(said)}: ${things} ${how.after.namespaces.length > 1 ? "come" : "comes"} there`;
    },
  },
  {
    id: "placement-created",
    what: "a placement is created",
    effect: "what it selects is placed on the clusters that it chooses",
    severity: "change",
    tell: isWhen("create", isPlacement, (change, context) => {
      const placement = placementOf(change, "after", context);
      if (!placement) return undefined;
      const { members, sure } = chosenBy(placement, context.after);
      const where =
        members.length > 0
          ? `on ${sure ? "" : "one or more of "}${joined(namesOf(members))}`
          : `on ${joined(namedBy(placement.policy)) || "the clusters that it chooses"}`;
      return `placement ${changeName(change)} places ${placement.namespaces.length > 0 ? joined(placement.namespaces) : "what it selects"} ${where}`;
    }),
  },
  {
    id: "placement-changed",
    what: "a placement changes otherwise",
    effect: "it rolls out, applies or chooses otherwise from now on",
    severity: "change",
    tell: isWhen("update", isPlacement, (change, context) => {
      const how = choice(change, context);
      const chooses =
        how && (how.lost.length > 0 || how.won.length > 0 || how.unnamed.length > 0 || how.named.length > 0);
      const rest = attributesOf(change).filter(
        ({ path }) =>
          path[path.length - 1] !== "placementType" &&
          !(chooses && path.includes("policy")) &&
          !(how && how.dropped.length > 0 && path.includes("resourceSelectors")),
      );
      return rest.length > 0 ? `placement ${changeName(change)} changes: ${summaryOf(rest)}` : undefined;
    }),
  },
  {
    id: "service-created",
    what: "a MultiClusterService is created",
    effect: "an address comes that balances to every cluster that exports the Service",
    severity: "change",
    tell: isWhen("create", of("MultiClusterService"), (change, { after }) => {
      const service = partOf(after.services, change, "after");
      return `${changeName(change)} gets an address${service?.cluster ? ` in ${service.cluster.name}` : ""}, which balances to every cluster that exports ${service?.imports ?? "it"}`;
    }),
  },
  {
    id: "traffic-manager-created",
    what: "a TrafficManagerProfile or TrafficManagerBackend is created",
    effect: "a DNS name comes, or leads to the clusters that export a Service",
    severity: "change",
    tell: isWhen("create", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const spec = at(manifestOf(change), "spec");
      if (objectKind(change) === "TrafficManagerProfile")
        return `${subjectOf(change)} is created: a DNS name comes`;
      return `${subjectOf(change)} is created: the DNS name of ${textOf(at(spec, "profile", "name")) ?? "its profile"} leads to every cluster that exports ${textOf(at(spec, "backend", "name")) ?? "its Service"}`;
    }),
  },
  {
    id: "export-created",
    what: "a ServiceExport is created or changes",
    effect: "addresses that import the Service lead to the clusters that run it",
    severity: "change",
    tell: isWhen(["create", "update"], of("ServiceExport"), (change) => {
      if (change.action === "create") return `Service ${changeName(change)} is exported to the fleet`;
      const attributes = attributesOf(change);
      const zero = attributes.some(
        ({ path, after }) => path.includes("networking.fleet.azure.com/weight") && String(after) === "0",
      );
      return zero || attributes.length === 0
        ? undefined
        : `export ${changeName(change)} changes: ${summaryOf(attributes)}`;
    }),
  },
  {
    id: "namespace-created",
    what: "a namespace is created",
    effect: "there is a place for what a placement brings to the clusters",
    severity: "change",
    tell: isWhen("create", of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "after");
      return `${subjectOf(change)} is created${places.length > 0 ? `, and placed on ${joined(places)}` : " on the hub"}`;
    }),
  },
  {
    id: "workload-changed",
    what: "a workload or other object in a placed namespace is created or changes",
    effect: "it rolls out to every cluster that it is placed on",
    severity: "change",
    tell: isWhen(["create", "update"], of(...WORKLOADS, "ConfigMap", "Secret"), (change, context) => {
      const places = placesOf(change, context, "after");
      const where = places.length > 0 ? ` on ${joined(places)}` : "";
      if (change.action === "create") return bundled(change, `created${where}`);
      const attributes = attributesOf(change);
      if (attributes.length === 0) return undefined;
      const restarts =
        RUNS.includes(objectKind(change) ?? "") && attributes.some(({ path }) => path.includes("template"));
      return `${subjectOf(change)} changes${where}: ${summaryOf(attributes)}${restarts ? "; its pods restart one after the other" : ""}`;
    }),
  },
  {
    id: "override-changed",
    what: "an override is created or changes",
    effect: "the clusters that it is for get other objects than before",
    severity: "change",
    tell: isWhen(["create", "update"], of(...OVERRIDES), (change, context) => {
      if (change.action === "create")
        return `${subjectOf(change)} is created: its clusters get what it changes otherwise than others`;
      return movedService(change, context) || attributesOf(change).length === 0
        ? undefined
        : `${subjectOf(change)} changes: ${summaryOf(attributesOf(change))}`;
    }),
  },
  {
    id: "envelope-changed",
    what: "an envelope is created or changes",
    effect: "what is in it comes to the clusters that it is placed on, and not to the hub",
    severity: "change",
    tell: isWhen(["create", "update"], of(...ENVELOPES), (change) => {
      const attributes = attributesOf(change);
      if (change.action === "create") {
        const inside = Object.keys(objectOf(at(manifestOf(change), "data"))).length;
        return `${subjectOf(change)} is created: ${counted(inside, "object comes", "objects come")} to the clusters that it is placed on`;
      }
      return attributes.length > 0 ? `${subjectOf(change)} changes: ${summaryOf(attributes)}` : undefined;
    }),
  },
  {
    id: "run-changed",
    what: "a staged update run is created or changes",
    effect: "it rolls a placement out, stage by stage, or stops",
    severity: "change",
    tell: isWhen(["create", "update"], of(...RUN_KINDS), (change) => {
      const placement = textOf(at(manifestOf(change), "spec", "placementName"));
      return change.action === "create"
        ? `${subjectOf(change)} rolls out ${placement ? `placement ${placement}` : "its placement"}, stage by stage`
        : `${subjectOf(change)} changes: ${summaryOf(attributesOf(change))}`;
    }),
  },
  {
    id: "nodes-more",
    what: "a cluster gets more nodes",
    effect: "there is more room; what runs stays where it is",
    severity: "change",
    tell: (change) => {
      const nodes = clusterParts(change, "nodes");
      return nodes.length > 0 && !nodes.some(shrinks)
        ? `${subjectOf(change)} gets more nodes: ${summaryOf(nodes)}`
        : undefined;
    },
  },
  {
    id: "cluster-changed",
    what: "a cluster changes otherwise",
    effect: "it is changed in place",
    severity: "change",
    tell: (change) => {
      const others = clusterParts(change, "other");
      return others.length > 0 ? `${subjectOf(change)} changes in place: ${summaryOf(others)}` : undefined;
    },
  },
  {
    id: "peering-created",
    what: "a peering is created",
    effect: "clusters reach each other's pods",
    severity: "change",
    tell: isWhen("create", isType("azurerm_virtual_network_peering"), (change, context) =>
      bundled(
        change,
        (many) =>
          `created: ${many ? "clusters reach each other's pods" : peeringEnds(change, "after", context).replace(" and ", " reaches the pods of ")}`,
      ),
    ),
  },
  {
    id: "reach-created",
    what: "a security rule is created",
    effect: "traffic is let through, or kept out, that was not before",
    severity: "change",
    tell: isWhen("create", isType("azurerm_network_security_rule"), ({ after, ...change }) => {
      const one = (name: string) =>
        [textOf(after?.[name]), ...listOf(after?.[`${name}s`]).map(String)].filter(Boolean).join(", ");
      const way = after?.access === "Deny" ? "keeps out" : "lets through";
      const from = one("source_address_prefix");
      const ports = one("destination_port_range");
      return bundled(
        { after, ...change },
        `created: ${way} ${String(after?.direction ?? "").toLowerCase()} traffic${from ? ` from ${from === "*" ? "anywhere" : from}` : ""}${ports ? ` to ${ports === "*" ? "any port" : `port ${ports}`}` : ""}`,
      );
    }),
  },
  {
    id: "role-given",
    what: "a role assignment is created",
    effect: "somebody may do more than before",
    severity: "change",
    tell: isWhen("create", isType("azurerm_role_assignment"), (change, context) =>
      roleTold(change, context, ["is given", "are given"], "to"),
    ),
  },
  {
    id: "tags-changed",
    what: "only tags change",
    effect: "nothing that runs notices",
    severity: "harmless",
    tell: (change) =>
      onlyTags(change)
        ? {
            text: `${subjectOf(change)} gets other tags: ${summaryOf(attributesOf(change))}`,
            bundle: {
              kind: ["resource", "resources"],
              name: subjectOf(change),
              verb: ["gets other tags", "get other tags"],
            },
          }
        : undefined,
  },
  {
    id: "manifest-written-out",
    what: "a manifest says more, and only what the API has already",
    effect: "nothing: the object stays as it is",
    severity: "harmless",
    tell: (change) =>
      isWrittenOut(change) ? bundled(change, ["is written out", "are written out"]) : undefined,
  },
  {
    id: "waits-again",
    what: "a wait of this library is created, replaced or deleted",
    effect: "the wait runs (again); nothing else happens",
    severity: "harmless",
    tell: (change) => {
      if (purposeOfChange(change) !== "wait") return undefined;
      if (change.action === "create") return bundled(change, ["runs", "run"], ["the wait", "waits"]);
      if (change.action === "replace")
        return bundled(change, ["runs again", "run again"], ["the wait", "waits"]);
      return change.action === "delete"
        ? bundled(change, "no longer needed", ["the wait", "waits"])
        : undefined;
    },
  },
  {
    id: "immutables",
    what: "what this library notes of an object's fields that the API never changes is created, changed or deleted",
    effect: "nothing by itself: the object that is made anew for it is told with its own resource",
    severity: "harmless",
    tell: (change) =>
      change.type === "terraform_data" && /(^|_)Immutable(_|$)/.test(change.name)
        ? bundled(
            change,
            ["goes with its object", "go with their objects"],
            ["the note of fields that never change", "notes of fields that never change"],
          )
        : undefined,
  },
  {
    id: "drains",
    what: "a drain of this library is created, replaced or deleted",
    effect: "when it goes, it waits until the members are clean; it deletes nothing itself",
    severity: "harmless",
    tell: (change) => {
      // A member that leaves is drained, too.
      if (
        !["drain", "leave"].includes(purposeOfChange(change) ?? "") ||
        !["create", "replace", "delete"].includes(change.action)
      )
        return undefined;
      return change.action === "create"
        ? bundled(change, "set up", ["the drain", "drains"])
        : bundled(
            change,
            ["waits until the members are clean", "wait until the members are clean"],
            ["the drain", "drains"],
          );
    },
  },
  {
    id: "password-made",
    what: "a password of this library is made",
    effect: "nothing has it yet",
    severity: "harmless",
    tell: isWhen("create", isPassword, (change) => `password ${changeName(change)} is made`),
  },
];

/** What is told of a change that no rule of the fleet is about: by its action alone. */
export const OTHERWISE: readonly Rule[] = [
  {
    id: "replaced",
    what: "anything else is replaced",
    effect: "it is deleted and made anew",
    severity: "risk",
    tell: isWhen(
      "replace",
      () => true,
      (change) => bundled(change, (many) => goes(change, many)),
    ),
  },
  {
    id: "deleted",
    what: "anything else is deleted",
    effect: "it goes",
    severity: "risk",
    tell: isWhen(
      "delete",
      () => true,
      (change) =>
        bundled(change, (many) =>
          change.deposed ? "deleted (what an earlier replacement left)" : goes(change, many),
        ),
    ),
  },
  {
    id: "forgotten",
    what: "anything is forgotten (a `removed` block)",
    effect: "it stays as it is, and nobody manages it any more",
    severity: "risk",
    tell: isWhen(
      "forget",
      () => true,
      (change) => bundled(change, "forgotten: it stays as it is, unmanaged"),
    ),
  },
  {
    id: "unknown-action",
    what: "an action that this command doesn't know",
    effect: "nobody can tell: read the plan itself",
    severity: "risk",
    tell: isWhen(
      "unknown",
      () => true,
      (change) => bundled(change, "changed in a way that this command doesn't know: read the plan itself"),
    ),
  },
  {
    id: "created",
    what: "anything else is created",
    effect: "it is new",
    severity: "change",
    tell: isWhen(
      "create",
      () => true,
      (change) => bundled(change, "created"),
    ),
  },
  {
    id: "updated",
    what: "anything else changes in place",
    effect: "it stays, and changes",
    severity: "change",
    tell: isWhen(
      "update",
      () => true,
      (change) => {
        const attributes = attributesOf(change);
        const text = attributes.length > 0 ? `: ${summaryOf(attributes)}` : "";
        return { ...bundled(change, "changed"), text: `${subjectOf(change)} changes in place${text}` };
      },
    ),
  },
  {
    id: "imported",
    what: "something is imported",
    effect: "it exists, and is managed from now on",
    severity: "harmless",
    tell: (change) =>
      change.importId !== undefined && change.action === "no-op" ? bundled(change, "imported") : undefined,
  },
  {
    id: "moved",
    what: "something is moved to another address",
    effect: "it stays as it is",
    severity: "harmless",
    tell: (change) =>
      change.previousAddress !== undefined && change.action === "no-op"
        ? bundled(change, "moved to another address")
        : undefined,
  },
];

/** What is told of what changed outside of Terraform. */
export const DRIFT: readonly Rule[] = [
  {
    id: "drift-deleted",
    what: "something was deleted outside of Terraform",
    effect: "it is gone; what the plan does about it is told beside",
    severity: "risk",
    tell: isWhen(
      "delete",
      () => true,
      (change) => `${subjectOf(change)} was deleted outside of Terraform`,
    ),
  },
  {
    id: "drifted",
    what: "something that the app asks for was changed outside of Terraform",
    effect: "somebody changed it by hand; the plan may undo that",
    severity: "risk",
    tell: isWhen(
      "update",
      () => true,
      (change) => {
        const attributes = driftOf(change);
        return attributes.length > 0
          ? `${subjectOf(change)} was changed outside of Terraform: ${summaryOf(attributes)}`
          : undefined;
      },
    ),
  },
];

/** What is told of a plan as a whole. */
export const WHOLE = {
  errored: {
    id: "plan-errored",
    what: "Terraform could not finish the plan",
    effect: "more would change than the plan tells",
    severity: "risk",
  },
  incomplete: {
    id: "plan-incomplete",
    what: "the plan puts something off to a later run",
    effect: "more will change than the plan tells",
    severity: "risk",
  },
  outputs: {
    id: "outputs-only",
    what: "only outputs change",
    effect: "nothing that runs notices",
    severity: "harmless",
  },
} as const satisfies Record<string, Omit<Rule, "tell">>;

/** Deletions and replacements that the effect of another change tells with its own: a member goes with its cluster. */
export function coveredBy(change: Change, context: Context): Change | undefined {
  const { before, changes } = context;
  const find = (is: (other: Change) => boolean) => changes.find((other) => other !== change && is(other));
  const side = change.action === "create" ? "after" : "before";
  if (isMember(change)) {
    const member = partOf(context[side].members, change, side);
    const same = (other: Change) => other.type === CLUSTER && keyIn(other, side) === member?.cluster.key;
    if (change.action === "create") return find((other) => same(other) && other.action === "create");
    if (!gone(change)) return undefined;
    const isItsFleet = (other: Change) => {
      const hub = isFleet(other) ? partOf(before.hubs, other) : undefined;
      return hub !== undefined && inFleet(member ? [member] : [], hubLead(hub)).length > 0;
    };
    return find((other) => gone(other) && same(other)) ?? find((other) => gone(other) && isItsFleet(other));
  }
  if (isMemberLabels(change)) {
    const label = labelledMember(change, context);
    const same = (other: Change) => isMember(other) && subjectOf(other) === label;
    if (change.action === "create") return find((other) => same(other) && other.action === "create");
    return find((other) => gone(other) && same(other));
  }
  if (!gone(change)) return undefined;
  if (change.type === "azurerm_role_assignment") {
    return find(
      (other) => gone(other) && (isFleet(other) || other.type === CLUSTER) && isScope(change, other),
    );
  }
  const deletedIn = (network: NetworkLead | undefined) =>
    find(
      (other) =>
        other.action === "delete" &&
        other.type === CLUSTER &&
        network !== undefined &&
        before.clusters.some((one) => one.key === keyIn(other, "before") && isSameNetwork(one, network)),
    );
  if (change.action === "delete") {
    if (NETWORK_TYPES.includes(change.type)) return deletedIn(networkOf(change));
    if (change.type === "azurerm_virtual_network_peering") {
      const peering = partOf(before.peerings, change);
      return deletedIn(peering?.from) ?? deletedIn(peering?.to);
    }
  }
  const namespace = namespaceOf(change);
  if (namespace !== undefined && !["MultiClusterService", "Namespace"].includes(objectKind(change) ?? "")) {
    return find(
      (other) =>
        gone(other) &&
        other.stack === change.stack &&
        objectKind(other) === "Namespace" &&
        changeName(other) === namespace,
    );
  }
  return undefined;
}

const isSameNetwork = ({ network }: Cluster, other: NetworkLead) =>
  network !== undefined && isSame(network, other);

/** Whether a role is on something: by a reference, by its id, or where that is not told, by its name. */
function isScope({ before }: Change, other: Change): boolean {
  const scope = textOf(before?.scope) ?? "";
  const id = textOf(other.before?.id);
  if (scope.includes(`\${${other.address}.id}`)) return true;
  if (id !== undefined) return scope.toLowerCase() === id.toLowerCase();
  const segment = isFleet(other) ? "fleets" : "managedclusters";
  return scope.toLowerCase().endsWith(`/${segment}/${changeName(other)}`.toLowerCase());
}

/** Every rule, as the documentation lists them: worst first, then in their order. */
export function allRules(): Omit<Rule, "tell">[] {
  const rules = [...RULES, ...DRIFT, ...Object.values(WHOLE), ...OTHERWISE];
  return SEVERITIES.flatMap((severity) => rules.filter((rule) => rule.severity === severity));
}
