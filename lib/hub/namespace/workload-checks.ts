import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkNamespace } from "../../checks/names";
import { CLUSTER_GROUP } from "../../fleet-api/groups";
import { isPlainObject } from "../../kubernetes/escape";
import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";
import { checkManagedBy } from "../../kubernetes/labels";

/** How findings refer to an object. */
export function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} "${metadata.name}"`;
}

/** Checks that the hub accepts an object, and that the fleet can place it. */
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
      `${describe(object)} has the namespace "${metadata.namespace}", but is added to "${namespace}"; remove metadata.namespace, or add the object to "${metadata.namespace}".`,
    );
  }
  if (kind === "Pod" || kind === "ReplicaSet") {
    yield finding(
      "workloads-pod",
      `${describe(object)}: the hub refuses Pods and ReplicaSets; use a Deployment, whose Pods are created on the members.`,
    );
  }
}

/** The API groups that the fleet itself installs. */
const FLEET_GROUPS = /^([a-z]+\.kubernetes-fleet\.io|networking\.fleet\.azure\.com)$/;

function* checkNotFleets(object: KubernetesObject): Generator<Finding> {
  const { apiVersion, kind, spec } = object;
  const defines = kind === "CustomResourceDefinition" && isPlainObject(spec) ? String(spec.group) : "";
  if (FLEET_GROUPS.test(defines)) {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} defines a kind of the fleet's own API, which only the fleet may install; leave it out.`,
    );
  } else if (kind === "MemberCluster" && groupOf(apiVersion) === CLUSTER_GROUP) {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} can only be created by Azure, when a cluster joins; leave it out, and add the member to the fleet.`,
    );
  }
}

/** Annotations of hooks, and the tool that runs them at a time that only it knows. */
const HOOKS = { "helm.sh/hook": "Helm", "argocd.argoproj.io/hook": "Argo CD" };

function* checkHook(object: KubernetesObject): Generator<Finding> {
  const { annotations } = object.metadata;
  for (const [annotation, tool] of Object.entries(HOOKS)) {
    const when = isPlainObject(annotations) ? annotations[annotation] : undefined;
    if (when !== undefined) {
      yield finding(
        "workloads-hook",
        `${describe(object)} is a hook that ${tool} runs at "${when}", but here it would run immediately, on every member; leave it out, e.g. leaveOut: ["${object.kind}/${object.metadata.name}"], or remove the annotation "${annotation}".`,
      );
    }
  }
}
