import { hubLead, inFleet, type NetworkLead } from "../fleet";
import type { Change } from "../plan";
import { textOf } from "../values";
import { labelledMember } from "./fleet";
import { isSameNetwork, NETWORK_TYPES, networkOf } from "./network";
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

/** Whether a role is on something: by a reference, by its id, or where that is not told, by its name. */
function isScope({ before }: Change, other: Change): boolean {
  const scope = textOf(before?.scope) ?? "";
  const id = textOf(other.before?.id);
  if (scope.includes(`\${${other.address}.id}`)) return true;
  if (id !== undefined) return scope.toLowerCase() === id.toLowerCase();
  const segment = isFleet(other) ? "fleets" : "managedclusters";
  return scope.toLowerCase().endsWith(`/${segment}/${changeName(other)}`.toLowerCase());
}
