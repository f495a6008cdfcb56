import { activityIn, type Purpose, purposeOf } from "../../../fleet-api/wait-command";
import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { FLEET_TYPE, MEMBER_TYPE, nameOf } from "../../plan/things";
import { at, objectOf, pathText, textOf, type Values } from "../../plan/values";
import { KINDS, type Kind, plural } from "../../terminal/kinds";

export const gone = ({ action }: Change) => action === "delete" || action === "replace";

export const CLUSTER = "azurerm_kubernetes_cluster";

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

/** Labels set on a member that another resource creates. */
export function isMemberLabels({ type, before, after }: Change): boolean {
  return type === "azapi_update_resource" && MEMBER_TYPE.test(String((after ?? before)?.type));
}

/** The child resource of a fleet that `azapi_resource` creates, e.g. `autoUpgradeProfiles`. */
export function fleetPart({ type, before, after }: Change): string | undefined {
  if (type !== "azapi_resource") return undefined;
  return /^Microsoft\.ContainerService\/fleets\/(\w+)@/i.exec(String((after ?? before)?.type))?.[1];
}

export const isAutoUpgrade = (change: Change) => fleetPart(change) === "autoUpgradeProfiles";
export const isMesh = (change: Change) => fleetPart(change) === "clusterMeshProfiles";
export const isManagedNamespace = (change: Change) => fleetPart(change) === "managedNamespaces";

export const FLEET_PARTS: Record<string, Kind> = {
  autoUpgradeProfiles: ["auto-upgrade profile", "auto-upgrade profiles"],
  updateStrategies: ["update strategy", "update strategies"],
  managedNamespaces: ["managed namespace", "managed namespaces"],
  clusterMeshProfiles: ["cluster mesh", "cluster meshes"],
};

export function manifestOf(change: Change): unknown {
  const values = change.after ?? change.before;
  return change.type === "kubernetes_manifest" ? values?.manifest : undefined;
}

/** The kind of a Kubernetes object, whichever resource applies it. */
export function objectKind(change: Change): string | undefined {
  const kind = textOf(at(manifestOf(change), "kind"));
  if (kind || !change.type.startsWith("kubernetes_")) return kind;
  return TYPED[change.type.replace(/^kubernetes_|_v\d+(?:(?:alpha|beta)\d+)?$/g, "")];
}

export const TYPED: Record<string, string> = {
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

export function namespaceOf(change: Change): string | undefined {
  const values = change.after ?? change.before;
  return (
    textOf(at(manifestOf(change), "metadata", "namespace")) ?? textOf(at(values, "metadata", 0, "namespace"))
  );
}

export function changeName(change: Change): string {
  return nameOf({ values: change.before ?? change.after ?? {}, address: change.address });
}

export const FLEET_WORDS: Record<string, string> = {
  ClusterResourcePlacement: "placement",
  ResourcePlacement: "placement",
  MultiClusterService: "MultiClusterService",
  ServiceExport: "export",
  Namespace: "namespace",
};

/** Readable names of the fleet's own kinds; Kubernetes kinds keep their names. */
export function wordOf(kind: string): string {
  return FLEET_WORDS[kind] ?? kind;
}

export function kindOf(change: Change): Kind {
  if (isFleet(change)) return ["fleet", "fleets"];
  if (isMember(change)) return ["member", "members"];
  const object = objectKind(change);
  if (object) {
    const word = wordOf(object);
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

/** The purpose of one of this library's `null_resource`s, by its marker or its command. */
export function purposeOfChange(change: Change): Purpose | undefined {
  if (change.type !== "null_resource" && change.type !== "terraform_data") return undefined;
  const mark = (values: Values | undefined) => purposeOf(objectOf(values?.triggers));
  return (
    mark(change.before) ??
    mark(change.after) ??
    change.commands.map((command) => activityIn(command)?.verb).find(Boolean)
  );
}

export function isPassword(change: Change): boolean {
  return purposeOfChange(change) === "password";
}

export const WORKLOADS = [
  "CronJob",
  "DaemonSet",
  "Deployment",
  "Gateway",
  "GRPCRoute",
  "HTTPRoute",
  "Ingress",
  "Job",
  "Pod",
  "ReplicaSet",
  "ReplicationController",
  "Service",
  "StatefulSet",
  "TCPRoute",
  "TLSRoute",
];

/** The kinds of the fleet's own APIs that have rules of their own. */
export const OVERRIDES = ["ClusterResourceOverride", "ResourceOverride"];
export const RUN_KINDS = ["ClusterStagedUpdateRun", "StagedUpdateRun"];
export const ENVELOPES = ["ClusterResourceEnvelope", "ResourceEnvelope"];

export function of(...kinds: string[]): (change: Change) => boolean {
  return (change) => kinds.includes(objectKind(change) ?? "");
}

export function onlyTags(change: Change): boolean {
  const attributes = attributesOf(change);
  return (
    change.action === "update" &&
    attributes.length > 0 &&
    attributes.every(({ path }) => /^(default_node_pool(\[0\])?\.)?tags\b/.test(pathText(path)))
  );
}
