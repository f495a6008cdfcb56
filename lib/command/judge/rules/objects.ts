import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { at, isEqual, joined } from "../../plan/values";
import { closedBy, IN_PLACE_RULES } from "./in-place";
import { fromWhere, keyIn, placesOf, refusalsOf } from "./parts";
import { isPlacedNowhere } from "./removed";
import { type Context, GONE, isType, isWhen, type Rule } from "./rule";
import { changeName, namespaceOf, objectKind, of, subjectOf, WORKLOADS } from "./subject";
import { bundled, goes, severally, summaryOf } from "./words";

/** The directions in which a new policy alone decides, and lets nothing pass. */
function cutOff(change: Change, context: Context): string[] {
  if (change.action !== "create" || objectKind(change) !== "NetworkPolicy") return [];
  if (isInNewNamespace(change, context) || isPlacedNowhere(change, context)) return [];
  const isAlone = !context.after.objects.some(
    ({ key, object }) =>
      object.kind === "NetworkPolicy" &&
      key !== keyIn(change, "after") &&
      at(object, "metadata", "namespace") === namespaceOf(change),
  );
  return isAlone ? closedBy(change.after?.manifest) : [];
}

const BUDGETS = ["ClusterResourcePlacementDisruptionBudget", "PodDisruptionBudget"];

/** Whether a disruption budget allows no eviction. */
function blocksAll(budget: unknown): boolean {
  return (
    [0, "0", "0%"].some((none) => at(budget, "spec", "maxUnavailable") === none) ||
    at(budget, "spec", "minAvailable") === "100%"
  );
}

/** Whether an object's namespace is new in the same plans, so nothing runs in it yet. */
function isInNewNamespace(change: Change, { changes }: Context): boolean {
  const namespace = namespaceOf(change);
  return changes.some(
    (one) => one.action === "create" && objectKind(one) === "Namespace" && changeName(one) === namespace,
  );
}

export const OBJECTS: readonly Rule[] = [
  {
    id: "namespace-deleted",
    what: "a namespace is deleted or replaced on the hub",
    effect: "it is removed from every cluster it is placed on, with everything in it",
    severity: "outage",
    report: isWhen(GONE, of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "before");
      const where = places.length > 0 ? ` and on ${joined(places)}` : " and wherever it is placed";
      return `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on the hub${where}`;
    }),
  },
  {
    id: "workload-deleted",
    what: "a workload or Service in a placed namespace is deleted or replaced",
    effect: "it is removed from every cluster it is placed on (and recreated there)",
    severity: "outage",
    report: isWhen(GONE, of(...WORKLOADS), (change, context) => {
      const where = fromWhere(placesOf(change, context, "before"), "every cluster it is placed on");
      const again = change.action === "replace" ? ", and recreated" : "";
      return bundled(change, (many) => `${goes(change, many)}: removed from ${where}${again}`);
    }),
  },
  {
    id: "kind-deleted",
    what: "a CustomResourceDefinition is deleted or replaced",
    effect: "every object of its kind is deleted, on the hub and on every cluster the hub placed it on",
    severity: "outage",
    report: isWhen(GONE, of("CustomResourceDefinition"), (change) => {
      const again = change.action === "replace" ? ", and not recreated" : "";
      return `${subjectOf(change)} is ${goes(change)}: every object of its kind is deleted, on the hub and on the clusters${again}`;
    }),
  },
  {
    id: "data-deleted",
    what: "a PersistentVolumeClaim, or a PersistentVolume that isn't retained, is deleted or replaced",
    effect: "its data is lost",
    severity: "outage",
    report: isWhen(GONE, of("PersistentVolumeClaim", "PersistentVolume"), (change, context) => {
      if (at(change.before?.manifest, "spec", "persistentVolumeReclaimPolicy") === "Retain") return undefined;
      const where = fromWhere(placesOf(change, context, "before"), "every cluster it is placed on");
      return `${subjectOf(change)} is ${goes(change)}: it is removed from ${where}, and its data is lost; that can't be undone`;
    }),
  },
  {
    id: "release-gone",
    what: "a Helm release is deleted or replaced",
    effect: "what its chart installed is removed",
    severity: "outage",
    report: isWhen(GONE, isType("helm_release"), (change) =>
      bundled(
        change,
        (many) => `${goes(change, many)}: what ${many ? "their charts" : "its chart"} installed is removed`,
        ["Helm release", "Helm releases"],
      ),
    ),
  },
  ...IN_PLACE_RULES,
  {
    id: "policy-shuts",
    what: "a NetworkPolicy that blocks all traffic is created, and no other policy of its namespace allows any",
    effect: "the pods it selects are cut off",
    severity: "outage",
    report: (change, context) => {
      const shut = cutOff(change, context);
      return shut.length > 0
        ? `${subjectOf(change)} is created, and lets nothing ${joined(shut)}: the pods it selects are cut off`
        : undefined;
    },
  },
  {
    id: "policy-created",
    what: "a NetworkPolicy is created or deleted",
    effect: "connections of the pods it selects are blocked, or no longer blocked",
    severity: "risk",
    report: isWhen(["create", ...GONE], of("NetworkPolicy"), (change, context) => {
      if (change.action === "create" && isInNewNamespace(change, context)) return undefined;
      if (cutOff(change, context).length > 0) return undefined;
      if (change.action !== "create")
        return bundled(
          change,
          (many) => `${goes(change, many)}: what ${many ? "they block" : "it blocks"} is allowed`,
        );
      const closed = closedBy(change.after?.manifest);
      return closed.length > 0
        ? `${subjectOf(change)} is created, and lets nothing ${joined(closed)}: the pods it selects are cut off, except for what other policies allow`
        : `${subjectOf(change)} is created: of the connections of the pods it selects, only those it names are allowed`;
    }),
  },
  {
    id: "disruption-changed",
    what: "a PodDisruptionBudget, or a placement's, changes, is deleted, or is created and allows no eviction",
    effect: "nodes can't be drained, so upgrades stall; or more may be evicted at once than before",
    severity: "risk",
    report: isWhen(["create", "update", ...GONE], of(...BUDGETS), (change) => {
      const isBlocked = change.action !== "delete" && blocksAll(change.after?.manifest);
      const blocked =
        objectKind(change) === "PodDisruptionBudget"
          ? "it allows no eviction, so nodes can't be drained, and upgrades stall"
          : "it allows no eviction";
      if (change.action === "create")
        return isBlocked ? `${subjectOf(change)} is created: ${blocked}` : undefined;
      if (change.action !== "update")
        return bundled(change, (many) => `${goes(change, many)}: more may be evicted at once than before`);
      const attributes = attributesOf(change).filter(({ path }) => path.includes("spec"));
      return attributes.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(attributes)}): ${isBlocked ? blocked : "more, or fewer, may be evicted at once than before"}`
        : undefined;
    }),
  },
  {
    id: "quota-created",
    what: "a ResourceQuota or LimitRange is created",
    effect: "pods that don't fit are rejected when they start",
    severity: "risk",
    report: isWhen("create", of("ResourceQuota", "LimitRange"), (change, context) =>
      isInNewNamespace(change, context)
        ? undefined
        : bundled(change, "created: pods that don't fit are rejected when they start"),
    ),
  },
  {
    id: "scaling-gone",
    what: "a HorizontalPodAutoscaler is deleted or replaced",
    effect: "its target keeps its replicas, whatever the load",
    severity: "risk",
    report: isWhen(GONE, of("HorizontalPodAutoscaler"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: replicas stay as they are, whatever the load`),
    ),
  },
  {
    id: "rights-gone",
    what: "a Kubernetes role, binding or ServiceAccount is deleted or replaced",
    effect: "people or pods that use it are denied access",
    severity: "risk",
    report: isWhen(
      GONE,
      of("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ServiceAccount"),
      (change) =>
        bundled(
          change,
          (many) =>
            `${goes(change, many)}: people or pods that use ${many ? "them" : "it"} are denied access`,
        ),
    ),
  },
  {
    id: "webhook-changed",
    what: "an admission webhook is created or changes",
    effect: "what it rejects can no longer be applied or started",
    severity: "risk",
    report: isWhen(
      ["create", "update"],
      of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy"),
      (change) =>
        attributesOf(change).length > 0
          ? bundled(
              change,
              `${change.action === "create" ? "created" : "changed"}: what it rejects can't be applied or started`,
            )
          : undefined,
    ),
  },
  {
    id: "pods-refused",
    what: "a namespace changes its pod security level",
    effect: "pods that don't meet it are rejected when they start",
    severity: "risk",
    report: isWhen(["update"], of("Namespace"), (change) => {
      const enforced = attributesOf(change).filter(({ path }) =>
        path.includes("pod-security.kubernetes.io/enforce"),
      );
      return enforced.length > 0
        ? `${subjectOf(change)} changes its pod security (${summaryOf(enforced)}): pods that don't meet it are rejected when they start`
        : undefined;
    }),
  },
  {
    id: "configuration-deleted",
    what: "a ConfigMap or Secret is deleted or replaced",
    effect: "pods that read it don't start without it",
    severity: "risk",
    report: isWhen(GONE, of("ConfigMap", "Secret"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: pods that read ${many ? "them" : "it"} don't start`),
    ),
  },
  {
    id: "namespace-created",
    what: "a namespace is created",
    effect: "it can hold what placements place on the clusters",
    severity: "change",
    report: isWhen("create", of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "after");
      return `${subjectOf(change)} is created${places.length > 0 ? `, and placed on ${joined(places)}` : " on the hub"}`;
    }),
  },
  {
    id: "workload-changed",
    what: "a workload or other object in a placed namespace is created or changes",
    effect: "it rolls out to every cluster it is placed on",
    severity: "change",
    report: isWhen(["create", "update"], of(...WORKLOADS, "ConfigMap", "Secret"), (change, context) => {
      const places = placesOf(change, context, "after");
      const where = places.length > 0 ? ` on ${joined(places)}` : "";
      if (change.action === "create") return bundled(change, `created${where}`);
      const attributes = attributesOf(change);
      if (attributes.length === 0 || refusalsOf(change).length > 0) return undefined;
      // What stops, or may stop, is reported separately.
      if (IN_PLACE_RULES.some(({ report }) => report(change, context) !== undefined)) return undefined;
      const { before, after } = change;
      const isPaused = at(after?.manifest, "spec", "paused") === true;
      const isManual = at(after?.manifest, "spec", "updateStrategy", "type") === "OnDelete";
      const restarts =
        RESTARTED.includes(objectKind(change) ?? "") &&
        !isEqual(at(before?.manifest, "spec", "template"), at(after?.manifest, "spec", "template"));
      const then = isPaused || isManual ? "are unchanged for now" : "restart one after another";
      const end = (whose: string) => (restarts ? `; ${whose} pods ${then}` : "");
      const summary = summaryOf(attributes);
      return severally(
        change,
        `changes${where}: ${summary}${end("its")}`,
        `change${where}: ${summary}${end("their")}`,
      );
    }),
  },
];

/** Kinds whose running pods are replaced when the template changes. */
const RESTARTED = ["DaemonSet", "Deployment", "StatefulSet"];
