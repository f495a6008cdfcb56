import { NETWORKING_GROUP, PLACEMENT_GROUP } from "../../fleet-api/groups";
import { groupVersionOf, type KubernetesObject } from "../../fleet-model/identity";
import { compareQuantities, parseQuantity } from "../../fleet-model/quantity";
import { at, isEqual, listOf, objectOf, type Path, pathText, textOf } from "../plan/values";

/** A part of an object that the API refuses to change. */
export interface Refused {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
  /** Why, unless it is simply immutable. */
  readonly why?: string;
}

/** Immutable paths, by group and kind; or all except those named. */
const NEVER: Readonly<
  Record<string, readonly string[] | { readonly in: string; readonly but: readonly string[] }>
> = {
  "/ConfigMap": [],
  "/PersistentVolume": [
    "spec.csi",
    "spec.azureDisk",
    "spec.azureFile",
    "spec.nfs",
    "spec.local",
    "spec.nodeAffinity",
  ],
  "/PersistentVolumeClaim": { in: "spec", but: ["resources", "volumeAttributesClassName"] },
  "/Pod": { in: "spec", but: ["containers", "initContainers", "activeDeadlineSeconds", "tolerations"] },
  "/ReplicationController": [],
  "/ResourceQuota": ["spec.scopes", "spec.scopeSelector"],
  "/Secret": ["type"],
  "apiextensions.k8s.io/CustomResourceDefinition": [
    "spec.group",
    "spec.scope",
    "spec.names.kind",
    "spec.names.plural",
  ],
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/ReplicaSet": ["spec.selector"],
  "apps/StatefulSet": {
    in: "spec",
    but: [
      "replicas",
      "ordinals",
      "template",
      "updateStrategy",
      "persistentVolumeClaimRetentionPolicy",
      "minReadySeconds",
      "revisionHistoryLimit",
    ],
  },
  "batch/Job": [
    "spec.template",
    "spec.selector",
    "spec.completionMode",
    "spec.completions",
    "spec.podFailurePolicy",
  ],
  "discovery.k8s.io/EndpointSlice": ["addressType"],
  "networking.k8s.io/IngressClass": ["spec.controller"],
  "node.k8s.io/RuntimeClass": ["handler"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "scheduling.k8s.io/PriorityClass": ["value", "preemptionPolicy"],
  "storage.k8s.io/CSIDriver": ["spec.attachRequired", "spec.fsGroupPolicy"],
  "storage.k8s.io/StorageClass": ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  [`${NETWORKING_GROUP}/TrafficManagerBackend`]: ["spec.profile", "spec.backend"],
  [`${NETWORKING_GROUP}/TrafficManagerProfile`]: ["spec.resourceGroup"],
  [`${PLACEMENT_GROUP}/ClusterResourceOverride`]: ["spec.placement"],
  [`${PLACEMENT_GROUP}/ClusterResourcePlacementEviction`]: ["spec"],
  [`${PLACEMENT_GROUP}/ClusterStagedUpdateRun`]: [
    "spec.placementName",
    "spec.resourceSnapshotIndex",
    "spec.stagedRolloutStrategyName",
  ],
  [`${PLACEMENT_GROUP}/ResourceOverride`]: ["spec.placement"],
  [`${PLACEMENT_GROUP}/StagedUpdateRun`]: [
    "spec.placementName",
    "spec.resourceSnapshotIndex",
    "spec.stagedRolloutStrategyName",
  ],
};

/** The API's defaults: writing them out is not a change. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  "spec.completions": 1,
  "spec.completionMode": "NonIndexed",
  "spec.podManagementPolicy": "OrderedReady",
  "spec.volumeMode": "Filesystem",
  preemptionPolicy: "PreemptLowerPriority",
  reclaimPolicy: "Delete",
  type: "Opaque",
  volumeBindingMode: "Immediate",
};

/** The parts of an in-place change that the API or the hub refuses. A recreated object may change in anything. */
export function refusedBy(before: KubernetesObject, after: KubernetesObject): Refused[] {
  if (before.kind !== after.kind) {
    return [];
  }
  const { group } = groupVersionOf(textOf(after.apiVersion) ?? "");
  const never = NEVER[`${group}/${after.kind}`] ?? [];
  const paths =
    "in" in never
      ? [...new Set([...Object.keys(objectOf(before[never.in])), ...Object.keys(objectOf(after[never.in]))])]
          .filter((key) => !never.but.includes(key))
          .map((key) => [never.in, key])
      : never.map((path) => path.split("."));
  return [...paths.flatMap((path) => differing(before, after, path)), ...special(group, before, after)];
}

function differing(before: unknown, after: unknown, path: Path, why?: string): Refused[] {
  const fill = (value: unknown) => value ?? DEFAULTS[pathText(path)];
  const [was, is] = [fill(at(before, ...path)), fill(at(after, ...path))];
  return isEqual(was, is)
    ? []
    : [{ path, before: at(before, ...path), after: at(after, ...path), ...(why && { why }) }];
}

function special(group: string, before: KubernetesObject, after: KubernetesObject): Refused[] {
  const key = `${group}/${after.kind}`;
  const one = (path: string, why: string) => differing(before, after, path.split("."), why);
  if ((key === "/ConfigMap" || key === "/Secret") && before.immutable === true) {
    const why = "it is marked immutable";
    return [
      ...one("data", why),
      ...one("binaryData", why),
      ...one("stringData", why),
      ...one("immutable", why),
    ];
  }
  if (key === "/PersistentVolumeClaim") {
    const path = ["spec", "resources", "requests", "storage"];
    const size = (object: unknown) => parseQuantity(String(at(object, ...path) ?? ""));
    const [was, is] = [size(before), size(after)];
    return was && is && compareQuantities(is, was) < 0
      ? differing(before, after, path, "a volume can't shrink")
      : [];
  }
  if (key === "/Service") {
    const family = (object: unknown) => textOf(at(object, "spec", "ipFamilies", 0));
    if (family(before) !== undefined && family(after) !== undefined && family(before) !== family(after)) {
      return one("spec.ipFamilies", "the first family can't be changed");
    }
    const ip = (object: unknown) => textOf(at(object, "spec", "clusterIP"));
    const [was, is] = [ip(before), ip(after)];
    return was !== undefined && was !== "None" && is !== undefined && is !== "None"
      ? one("spec.clusterIP", "")
      : [];
  }
  if (group !== PLACEMENT_GROUP || !/^(Cluster)?ResourcePlacement$/.test(after.kind)) {
    return [];
  }
  return placement(before, after);
}

function placement(before: unknown, after: unknown): Refused[] {
  const found: Refused[] = [];
  const add = (path: Path, why: string) =>
    found.push({ path, before: at(before, ...path), after: at(after, ...path), why });
  const [was, is] = [at(before, "spec", "policy"), at(after, "spec", "policy")];
  const type = (policy: unknown) => textOf(at(policy, "placementType")) ?? "PickAll";
  if (was !== undefined && was !== null && (is === undefined || is === null)) {
    add(["spec", "policy"], "a policy can't be removed once set");
  } else if (type(was) !== type(is)) {
    add(["spec", "policy", "placementType"], "the type of a placement can't be changed");
  }
  const kept = listOf(at(is, "tolerations"));
  if (
    is !== undefined &&
    listOf(at(was, "tolerations")).some((one) => !kept.some((other) => isEqual(one, other)))
  ) {
    add(["spec", "policy", "tolerations"], "tolerations can only be added");
  }
  const strategy = (object: unknown) => textOf(at(object, "spec", "strategy", "type")) ?? "RollingUpdate";
  if (strategy(before) === "External" && strategy(after) !== "External") {
    add(["spec", "strategy", "type"], "External can't be reverted");
  }
  const scope = (object: unknown) => textOf(at(object, "spec", "statusReportingScope")) ?? "ClusterScopeOnly";
  if (scope(before) !== scope(after)) {
    add(["spec", "statusReportingScope"], "it can't be changed");
  }
  return found;
}
