import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkNamespace } from "../../checks/names";
import { CLUSTER_GROUP } from "../../fleet-api/groups";
import { isPlainObject } from "../../kubernetes/escape";
import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";
import { checkManagedBy } from "../../kubernetes/labels";

/** What an object is called in findings. */
export function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} "${metadata.name}"`;
}

/** Yields why a hub can't have an object, or a fleet can't place it. */
export function* checkWorkload(
  object: KubernetesObject,
  isClusterWide: boolean,
  namespace: string,
): Generator<Finding> {
  const { kind, metadata } = object;
  yield* checkManagedBy("metadata.labels", isPlainObject(metadata.labels) ? metadata.labels : {});
  yield* checkNotFleets(object);
  if (kind === "Namespace" && object.apiVersion === "v1") {
    yield* checkNamespace(metadata.name);
  }
  yield* checkHook(object);
  const other = metadata.namespace;
  if (other && isKnown(other) && isKnown(namespace) && !isClusterWide && other !== namespace) {
    yield finding(
      "workloads-other-namespace",
      `${describe(object)} names the namespace "${metadata.namespace}", and is applied in "${namespace}"; leave its namespace out, or add it to that namespace.`,
    );
  }
  if (kind === "Pod" || kind === "ReplicaSet") {
    yield finding(
      "workloads-pod",
      `${describe(object)}: the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.`,
    );
  }
}

/** Groups of the APIs that the fleet itself installs. */
const FLEETS_GROUPS = /^([a-z]+\.kubernetes-fleet\.io|networking\.fleet\.azure\.com)$/;

function* checkNotFleets(object: KubernetesObject): Generator<Finding> {
  const { apiVersion, kind, spec } = object;
  const defines = kind === "CustomResourceDefinition" && isPlainObject(spec) ? String(spec.group) : "";
  if (FLEETS_GROUPS.test(defines)) {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} defines a kind of the fleet's own API, which the fleet installs and nobody else may change; leave it out.`,
    );
  } else if (kind === "MemberCluster" && groupOf(apiVersion) === CLUSTER_GROUP) {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} is made by Azure when a cluster joins, and the hub lets nobody else make one; leave it out, and add the member to the fleet.`,
    );
  }
}

/** Annotations of objects that a tool runs at a time of its own, and what that tool is. */
const HOOKS = { "helm.sh/hook": "Helm", "argocd.argoproj.io/hook": "Argo CD" };

function* checkHook(object: KubernetesObject): Generator<Finding> {
  const { annotations } = object.metadata;
  for (const [annotation, tool] of Object.entries(HOOKS)) {
    const when = isPlainObject(annotations) ? annotations[annotation] : undefined;
    if (when !== undefined) {
      yield finding(
        "workloads-hook",
        `${describe(object)} is a hook, which ${tool} would run at "${when}", and which would run on every member at once here; leave it out, as in leaveOut: ["${object.kind}/${object.metadata.name}"], or take the annotation "${annotation}" off it.`,
      );
    }
  }
}
