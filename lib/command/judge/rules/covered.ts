import { hubLead, inFleet, type NetworkLead } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { textOf } from "../../plan/values";
import { isAction } from "./actions";
import { labelledMember } from "./fleet";
import { isSameNetwork, memberNetwork, NETWORK_TYPES, networkOf, STATIC_MEMBER } from "./network";
import { keyIn, partOf } from "./parts";
import type { Context } from "./rule";
import {
  CLUSTER,
  changeName,
  gone,
  isFleet,
  isMember,
  isMemberLabels,
  namespaceOf,
  objectKind,
  subjectOf,
} from "./subject";

/** Deletions and replacements that another change's effect covers: a member is deleted with its cluster. */
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
  if (isAction(change)) {
    const target = textOf(change.before?.resource_id)?.toLowerCase();
    return find(
      (other) => gone(other) && !isAction(other) && target === textOf(other.before?.id)?.toLowerCase(),
    );
  }
  if (change.type === "azurerm_role_assignment") {
    const by = find(
      (other) => gone(other) && (isFleet(other) || other.type === CLUSTER) && isScope(change, other),
    );
    if (by) return by;
  }
  const parent = change.action === "delete" ? ownerOf(change, find, context) : undefined;
  if (parent) return parent;
  const deletedIn = (network: NetworkLead | undefined) =>
    find(
      (other) =>
        other.action === "delete" &&
        other.type === CLUSTER &&
        network !== undefined &&
        before.clusters.some((one) => one.key === keyIn(other, "before") && isSameNetwork(one, network)),
    );
  /** The deletion of a cluster that leaves no other in its location. */
  const lastIn = (location: string | undefined) =>
    context.after.clusters.some((one) => one.location === location)
      ? undefined
      : find(
          (other) =>
            other.action === "delete" &&
            other.type === CLUSTER &&
            before.clusters.some((one) => one.key === keyIn(other, "before") && one.location === location),
        );
  if (change.action === "delete") {
    if (NETWORK_TYPES.includes(change.type)) return deletedIn(networkOf(change));
    if (change.type === "azurerm_network_manager_deployment") return lastIn(textOf(change.before?.location));
    if (change.type === STATIC_MEMBER) return deletedIn(memberNetwork(change.before));
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

/** A cluster's supporting resources in its group. Anything else in there, such as a database, is reported separately. */
const GOES_WITH_CLUSTERS = new Set([
  "azurerm_kubernetes_cluster_node_pool",
  "azurerm_nat_gateway",
  "azurerm_nat_gateway_public_ip_association",
  "azurerm_network_security_group",
  "azurerm_network_security_rule",
  "azurerm_public_ip",
  "azurerm_resource_group",
  "azurerm_role_assignment",
  "azurerm_route",
  "azurerm_route_table",
  "azurerm_subnet",
  "azurerm_subnet_nat_gateway_association",
  "azurerm_subnet_network_security_group_association",
  "azurerm_subnet_route_table_association",
  "azurerm_user_assigned_identity",
  "azurerm_virtual_network",
  "azurerm_virtual_network_peering",
]);

/** Whether a remaining cluster is in the same network. */
function isShared(change: Change, { after, ...context }: Context): boolean {
  const network = NETWORK_TYPES.includes(change.type) ? networkOf(change) : undefined;
  return (
    network !== undefined &&
    after.clusters.some(
      (one) => isSameNetwork(one, network) && context.before.clusters.some(({ key }) => key === one.key),
    )
  );
}

/** What an Azure resource is deleted with, if that is deleted, too: its cluster, its group, what it is for. */
function ownerOf(
  change: Change,
  find: (is: (other: Change) => boolean) => Change | undefined,
  context: Context,
): Change | undefined {
  const { changes } = context;
  const isDeleted = (other: Change) => other.action === "delete";
  const cluster = find((other) => isDeleted(other) && other.type === CLUSTER && isOf(change, other));
  if (change.type === CLUSTER || isFleet(change)) return undefined;
  if (cluster && GOES_WITH_CLUSTERS.has(change.type) && !isShared(change, context)) {
    // A cluster's group is deleted with everything in it; a group with other contents is reported separately.
    const stays = changes.some(
      (other) => other.type === CLUSTER && !isDeleted(other) && isInGroup(other, groupOf(cluster)),
    );
    if (!stays) return cluster;
  }
  if (cluster && change.type === "azurerm_kubernetes_cluster_node_pool") return cluster;
  return find(
    (other) =>
      isDeleted(other) &&
      !isMember(other) &&
      (isNamedBy(change, other) ||
        // An association's deletion may be all there is to report.
        (/_association$/.test(change.type) &&
          Object.keys(change.before ?? {}).every((key) => key === "id") &&
          ["azurerm_subnet", "azurerm_network_security_group"].includes(other.type))),
  );
}

/** Whether something belongs to a cluster: a pool of it, or in the same group. */
function isOf(change: Change, cluster: Change): boolean {
  const id = textOf(cluster.before?.id)?.toLowerCase();
  const own = textOf(change.before?.kubernetes_cluster_id)?.toLowerCase();
  return (
    (own !== undefined &&
      (own === id || own.endsWith(`/managedclusters/${changeName(cluster)}`.toLowerCase()))) ||
    isInGroup(change, groupOf(cluster))
  );
}

function isInGroup(change: Change, group: string | undefined): boolean {
  return group !== undefined && groupOf(change) === group;
}

/** The resource group that something is in, or the group itself. */
function groupOf({ type, before, after }: Change): string | undefined {
  const values = before ?? after;
  const name =
    type === "azurerm_resource_group"
      ? textOf(values?.name)
      : (textOf(values?.resource_group_name) ??
        /\/resourceGroups\/([^/]+)/i.exec(textOf(values?.id) ?? "")?.[1] ??
        /\/resourceGroups\/([^/]+)/i.exec(textOf(values?.scope) ?? "")?.[1]);
  return name?.toLowerCase();
}

/** Whether something refers to what is deleted: by scope, principal, subnet or security group. */
function isNamedBy({ type, before }: Change, other: Change): boolean {
  const id = textOf(other.before?.id)?.toLowerCase();
  const principal = textOf(other.before?.principal_id);
  if (type === "azurerm_role_assignment") {
    const scope = textOf(before?.scope)?.toLowerCase();
    return (
      (other.type !== type &&
        id !== undefined &&
        scope !== undefined &&
        (scope === id || scope.startsWith(`${id}/`))) ||
      (other.type !== type && principal !== undefined && principal === before?.principal_id)
    );
  }
  const keys = [
    "subnet_id",
    "network_security_group_id",
    "route_table_id",
    "nat_gateway_id",
    "public_ip_address_id",
    "loadbalancer_id",
    "profile_id",
    "cdn_frontdoor_profile_id",
    "cdn_frontdoor_endpoint_id",
    "cdn_frontdoor_origin_group_id",
  ];
  if (id !== undefined && keys.some((key) => textOf(before?.[key])?.toLowerCase() === id)) return true;
  const named: Record<string, string[]> = {
    network_security_group_name: ["azurerm_network_security_group"],
    route_table_name: ["azurerm_route_table"],
    zone_name: ["azurerm_dns_zone", "azurerm_private_dns_zone"],
    private_dns_zone_name: ["azurerm_private_dns_zone"],
  };
  return Object.entries(named).some(
    ([key, owners]) =>
      owners.includes(other.type) &&
      textOf(before?.[key]) !== undefined &&
      before?.[key] === other.before?.name,
  );
}

/** Whether a role is scoped to something: by reference, by id, or otherwise by name. */
function isScope({ before }: Change, other: Change): boolean {
  const scope = textOf(before?.scope) ?? "";
  const id = textOf(other.before?.id);
  if (scope.includes(`\${${other.address}.id}`)) return true;
  if (id !== undefined) return scope.toLowerCase() === id.toLowerCase();
  const segment = isFleet(other) ? "fleets" : "managedclusters";
  return scope.toLowerCase().endsWith(`/${segment}/${changeName(other)}`.toLowerCase());
}
