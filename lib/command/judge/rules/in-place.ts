import { AZURE_INTERNAL_ANNOTATION } from "../../../fleet-api/services";
import { isUnknown } from "../../../fleet-model/unknown";
import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import {
  at,
  isEqual,
  isNothing,
  isObject,
  joined,
  listOf,
  objectOf,
  pathText,
  textOf,
} from "../../plan/values";
import { refusedBy } from "../refused";
import { isPlacement, refusalsOf } from "./parts";
import { onClusters, type Version, versionsOf } from "./removed";
import type { Context, Rule, Severity } from "./rule";
import { changeName, namespaceOf, objectKind, subjectOf } from "./subject";
import { named, valuesOf } from "./words";

/** What stops, or may stop, when an object changes in place. */
interface InPlace {
  readonly id: string;
  readonly what: string;
  readonly effect: string;
  readonly severity: Severity;
  readonly kinds: readonly string[];
  /** What happens to it, following its name. */
  readonly says: (version: Version, change: Change, context: Context) => string | undefined;
}

const SCALED = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
const ROLLED = ["DaemonSet", "Deployment", "StatefulSet"];

const replicasOf = (object: unknown) => at(object, "spec", "replicas") ?? 1;
const templateOf = (object: unknown) => at(object, "spec", "template");
const becomes = (version: Version, is: (object: unknown) => boolean) =>
  is(version.after) && !is(version.before);

/** Whether a rollout may take down all pods at the same time. */
function atOnce({ kind, after }: Version): boolean {
  const strategy = at(after, "spec", kind === "Deployment" ? "strategy" : "updateStrategy");
  if (at(strategy, "type") === "Recreate") return true;
  const given = at(strategy, "rollingUpdate", "maxUnavailable");
  if (given === "100%") return true;
  const replicas = replicasOf(after);
  return (
    kind !== "DaemonSet" && typeof given === "number" && typeof replicas === "number" && given >= replicas
  );
}

function annotationsOf(object: unknown): Record<string, unknown> {
  return objectOf(at(object, "metadata", "annotations"));
}

/** Annotations that determine a Service's address. */
const ADDRESS =
  /^service\.beta\.kubernetes\.io\/azure-(pip-name|pip-prefix-id|load-balancer-(ipv4|ipv6|internal-subnet|resource-group)|dns-label-name)$/;

const typeOf = (object: unknown) => textOf(at(object, "spec", "type")) ?? "ClusterIP";
const isInternal = (object: unknown) => String(annotationsOf(object)[AZURE_INTERNAL_ANNOTATION]) === "true";

interface Port {
  readonly port: unknown;
  readonly protocol: unknown;
  readonly target: unknown;
}

function portsOf(object: unknown): Port[] {
  return listOf(at(object, "spec", "ports"))
    .filter(isObject)
    .map(({ port, protocol = "TCP", targetPort = port }) => ({ port, protocol, target: targetPort }));
}

/** Hosts and paths that an Ingress serves. */
function servedBy(object: unknown): string[] {
  return listOf(at(object, "spec", "rules")).flatMap((rule) => {
    const host = textOf(at(rule, "host")) ?? "";
    const paths = listOf(at(rule, "http", "paths"));
    return paths.length > 0 ? paths.map((path) => `${host}${textOf(at(path, "path")) ?? "/"}`) : [host];
  });
}

const dataOf = (object: unknown) => [
  ...Object.keys(objectOf(at(object, "data"))),
  ...Object.keys(objectOf(at(object, "stringData"))),
  ...Object.keys(objectOf(at(object, "binaryData"))),
];

/** The directions that a policy blocks entirely. */
export function closedBy(policy: unknown): string[] {
  const types = listOf(at(policy, "spec", "policyTypes"));
  const isFor = (type: string) => (types.length > 0 ? types.includes(type) : type === "Ingress");
  return [
    ...(isFor("Ingress") && listOf(at(policy, "spec", "ingress")).length === 0 ? ["in"] : []),
    ...(isFor("Egress") && listOf(at(policy, "spec", "egress")).length === 0 ? ["out"] : []),
  ];
}

/** The workloads of a namespace that a Service selects. */
function backing(
  service: unknown,
  side: "before" | "after",
  { before, after }: Context,
): string[] | undefined {
  const selector = at(service, "spec", "selector");
  const namespace = at(service, "metadata", "namespace");
  if (!isObject(selector) || Object.keys(selector).length === 0) return undefined;
  const found: string[] = [];
  for (const { object } of (side === "before" ? before : after).objects) {
    const labels = at(templateOf(object), "metadata", "labels");
    if (at(object, "metadata", "namespace") !== namespace || templateOf(object) === undefined) continue;
    if (isUnknown(labels) || Object.values(objectOf(labels)).some(isUnknown)) return undefined;
    if (Object.entries(selector).every(([key, value]) => objectOf(labels)[key] === value)) {
      found.push(`${object.kind} ${String(at(object, "metadata", "name"))}`);
    }
  }
  return found;
}

/** Services that selected a workload and no longer select any. */
function emptied(change: Change, context: Context): string[] {
  if (change.action !== "update") return [];
  const namespace = namespaceOf(change);
  return context.after.objects.flatMap(({ key, object }) => {
    if (object.kind !== "Service" || at(object, "metadata", "namespace") !== namespace) return [];
    const old = context.before.objects.find((one) => one.key === key);
    if (old === undefined) return [];
    const [was, is] = [backing(old.object, "before", context), backing(object, "after", context)];
    return was !== undefined && was.length > 0 && is?.length === 0
      ? [textOf(at(object, "metadata", "name")) ?? "without a name"]
      : [];
  });
}

const IN_PLACE: readonly InPlace[] = [
  {
    id: "workload-stopped",
    what: "a workload is scaled to 0 replicas, or a Job is suspended",
    effect: "all its pods stop",
    severity: "outage",
    kinds: [...SCALED, "Job"],
    says: (version) => {
      const { kind, before, after } = version;
      if (kind === "Job") {
        return becomes(
          version,
          (one) => at(one, "spec", "suspend") === true || at(one, "spec", "parallelism") === 0,
        )
          ? "is suspended: its pods are stopped"
          : undefined;
      }
      return becomes(version, (one) => replicasOf(one) === 0)
        ? `is scaled to 0 replicas (replicas ${String(replicasOf(before))} → ${String(replicasOf(after))}): all its pods stop`
        : undefined;
    },
  },
  {
    id: "workload-at-once",
    what: "a workload's pods change, and all stop before new ones start (Recreate, maxUnavailable)",
    effect: "it is down until the new ones are ready",
    severity: "outage",
    kinds: ROLLED,
    says: (version) =>
      !isEqual(templateOf(version.before), templateOf(version.after)) &&
      replicasOf(version.after) !== 0 &&
      atOnce(version)
        ? `changes (${valuesOf(templateOf(version.before), templateOf(version.after))}): all its pods stop before new ones start`
        : undefined,
  },
  {
    id: "service-cut",
    what: "a Service loses its address, or a port",
    effect: "clients of that address or port are cut off",
    severity: "outage",
    kinds: ["Service"],
    says: (version) => {
      const { before, after } = version;
      const [was, is] = [typeOf(before), typeOf(after)];
      const said: string[] = [];
      if (was === "LoadBalancer" && is !== "LoadBalancer")
        said.push(`its load balancer's address is lost (type ${was} → ${is})`);
      else if (was !== is && is === "ExternalName")
        said.push("it resolves to an external name instead of pods");
      if (was === "LoadBalancer" && is === was) {
        if (becomes(version, isInternal)) said.push("its public address is replaced by an internal one");
        else if (isInternal(before) && !isInternal(after))
          said.push("its internal address is replaced by a public one");
        const addresses = (object: unknown) => [
          at(object, "spec", "loadBalancerIP") ?? null,
          Object.entries(annotationsOf(object))
            .filter(([key]) => ADDRESS.test(key))
            .sort(),
        ];
        if (said.length === 0 && !isEqual(addresses(before), addresses(after)))
          said.push("its address changes");
      }
      const [old, own] = [portsOf(before), portsOf(after)];
      const lost = old.filter(
        (one) => !own.some(({ port, protocol }) => port === one.port && protocol === one.protocol),
      );
      if (lost.length > 0 && is !== "ExternalName" && !isUnknown(at(after, "spec", "ports"))) {
        said.push(`port ${joined(lost.map(({ port }) => String(port)))} no longer answers`);
      }
      return said.length > 0 ? `changes: ${said.join("; ")}` : undefined;
    },
  },
  {
    id: "service-empty",
    what: "a Service no longer selects any workload",
    effect: "it is unavailable",
    severity: "outage",
    kinds: ["Service", ...ROLLED, "ReplicaSet"],
    says: (_, change, context) => {
      const services = emptied(change, context);
      return services.length > 0
        ? `changes: the selector of Service ${named(services)} no longer matches any workload, so nothing answers there`
        : undefined;
    },
  },
  {
    id: "ingress-narrowed",
    what: "an Ingress no longer serves a host or a path",
    effect: "requests to it fail",
    severity: "outage",
    kinds: ["Ingress"],
    says: ({ before, after }) => {
      const lost = servedBy(before).filter((one) => !servedBy(after).includes(one));
      return lost.length > 0 ? `no longer serves ${named(lost)}` : undefined;
    },
  },
  {
    id: "policy-closes",
    what: "a NetworkPolicy blocks all traffic to or from the pods it selects",
    effect: "they are cut off",
    severity: "outage",
    kinds: ["NetworkPolicy"],
    says: ({ before, after }) => {
      const closed = closedBy(after).filter((way) => !closedBy(before).includes(way));
      return closed.length > 0
        ? `lets nothing ${joined(closed)} any longer: the pods it selects are cut off`
        : undefined;
    },
  },
  {
    id: "workload-doubtful",
    what: "a workload's number of replicas is known only after apply",
    effect: "it may have none",
    severity: "risk",
    kinds: SCALED,
    says: ({ before, after }) =>
      isUnknown(replicasOf(after)) && replicasOf(before) !== 0
        ? `changes its number of replicas (${isUnknown(replicasOf(before)) ? "" : `${String(replicasOf(before))} → `}known after apply): it may have none`
        : undefined,
  },
  {
    id: "object-refused",
    what: "an immutable field of an object changes",
    effect: "the API refuses it and the deployment fails there; running workloads are unaffected",
    severity: "risk",
    kinds: [],
    says: ({ before, after }) => {
      const refused = refusedBy(before, after);
      if (refused.length === 0) return undefined;
      const fields = refused.map(
        ({ path, why }) => `${pathText(path).replace(/^spec\./, "")}${why ? ` (${why})` : ""}`,
      );
      return `changes in ${joined(fields)}: the API refuses that and the deployment fails there; give a new one another name, or recreate it`;
    },
  },
  {
    id: "service-leads-elsewhere",
    what: "a Service's selector or target port changes, or it becomes headless",
    effect: "it routes to other pods, or to ports that they may not listen on",
    severity: "risk",
    kinds: ["Service"],
    says: (version, change, context) => {
      const { before, after } = version;
      const said: string[] = [];
      if (!isEqual(at(before, "spec", "selector"), at(after, "spec", "selector"))) {
        const [was, is] = [backing(before, "before", context), backing(after, "after", context)];
        if (!(was && is && is.length > 0 && isEqual(was, is))) said.push("it routes to other pods");
      }
      const moved = portsOf(after).filter((one) =>
        portsOf(before).some(
          ({ port, protocol, target }) =>
            port === one.port && protocol === one.protocol && target !== one.target,
        ),
      );
      if (moved.length > 0) {
        said.push(
          `port ${joined(moved.map(({ port }) => String(port)))} routes to ${joined(moved.map(({ target }) => String(target)))} of its pods, where nothing may listen`,
        );
      }
      if (becomes(version, (one) => at(one, "spec", "clusterIP") === "None"))
        said.push("it no longer has a cluster IP (headless)");
      const narrower = at(after, "spec", "loadBalancerSourceRanges");
      if (!isEqual(at(before, "spec", "loadBalancerSourceRanges"), narrower) && !isNothing(narrower)) {
        said.push(`only ${named(listOf(narrower).map(String))} can reach it`);
      }
      return said.length > 0 && emptied(change, context).length === 0
        ? `changes: ${said.join("; ")}`
        : undefined;
    },
  },
  {
    id: "workload-paused",
    what: "a CronJob is suspended, a Deployment is paused, or pods are replaced only when deleted by hand",
    effect: "nothing new starts automatically",
    severity: "risk",
    kinds: [...ROLLED, "CronJob"],
    says: (version) => {
      if (becomes(version, (one) => at(one, "spec", "suspend") === true))
        return "is suspended: it no longer starts Jobs";
      if (becomes(version, (one) => at(one, "spec", "paused") === true))
        return "is paused: changes no longer reach its pods";
      return becomes(version, (one) => at(one, "spec", "updateStrategy", "type") === "OnDelete")
        ? "no longer replaces its pods automatically (OnDelete): they stay as they are until deleted by hand"
        : undefined;
    },
  },
  {
    id: "scaling-narrowed",
    what: "an autoscaler may run fewer replicas than before, or scales a different target",
    effect: "there may be too few for the load",
    severity: "risk",
    kinds: ["HorizontalPodAutoscaler"],
    says: ({ before, after }) => {
      const said: string[] = [];
      for (const key of ["maxReplicas", "minReplicas"]) {
        const [was, is] = [at(before, "spec", key) ?? 1, at(after, "spec", key) ?? 1];
        if (typeof was === "number" && typeof is === "number" && is < was) said.push(`${key} ${was} → ${is}`);
      }
      if (!isEqual(at(before, "spec", "scaleTargetRef"), at(after, "spec", "scaleTargetRef")))
        said.push("it scales a different target");
      return said.length > 0
        ? `may run fewer replicas (${joined(said)}): possibly too few for the load`
        : undefined;
    },
  },
  {
    id: "configuration-narrowed",
    what: "a ConfigMap or Secret loses a key",
    effect: "pods that read it don't start without it",
    severity: "risk",
    kinds: ["ConfigMap", "Secret"],
    says: ({ before, after }) => {
      const lost = dataOf(before).filter((key) => !dataOf(after).includes(key));
      return lost.length > 0 ? `loses ${named(lost)}: pods that read that don't start` : undefined;
    },
  },
  {
    id: "policy-changed",
    what: "a NetworkPolicy changes",
    effect: "connections of the pods it selects may be blocked, or allowed, that were not before",
    severity: "risk",
    kinds: ["NetworkPolicy"],
    says: ({ before, after }) =>
      !isEqual(at(before, "spec"), at(after, "spec")) &&
      closedBy(after).every((way) => closedBy(before).includes(way))
        ? `changes (${valuesOf(at(before, "spec"), at(after, "spec"))}): different connections are allowed than before`
        : undefined,
  },
  {
    id: "quota-changed",
    what: "a ResourceQuota or LimitRange changes",
    effect: "pods that don't fit are rejected when they start",
    severity: "risk",
    kinds: ["LimitRange", "ResourceQuota"],
    says: ({ before, after }) =>
      isEqual(at(before, "spec"), at(after, "spec"))
        ? undefined
        : `changes (${valuesOf(at(before, "spec"), at(after, "spec"))}): pods that don't fit are rejected when they start`,
  },
  {
    id: "rights-changed",
    what: "a Kubernetes role or binding changes",
    effect: "people or pods may do more, or less, than before",
    severity: "risk",
    kinds: ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    says: ({ before, after }) =>
      refusedBy(before, after).length > 0 ||
      (isEqual(at(before, "rules"), at(after, "rules")) &&
        isEqual(at(before, "subjects"), at(after, "subjects")))
        ? undefined
        : `changes (${valuesOf({ rules: at(before, "rules"), subjects: at(before, "subjects") }, { rules: at(after, "rules"), subjects: at(after, "subjects") })}): people or pods may do more, or less, than before`,
  },
  {
    id: "kind-narrowed",
    what: "a CustomResourceDefinition no longer serves a version",
    effect: "objects of that version can no longer be read or applied",
    severity: "risk",
    kinds: ["CustomResourceDefinition"],
    says: ({ before, after }) => {
      const served = (object: unknown) =>
        listOf(at(object, "spec", "versions"))
          .filter((one) => at(one, "served") !== false)
          .flatMap((one) => textOf(at(one, "name")) ?? []);
      const lost = served(before).filter((one) => !served(after).includes(one));
      return lost.length > 0
        ? `no longer serves ${named(lost)}: its objects can no longer be read or applied`
        : undefined;
    },
  },
];

/** The rules for in-place changes by an object or its override. */
export const IN_PLACE_RULES: readonly Rule[] = IN_PLACE.map(({ kinds, says, ...rule }) => ({
  ...rule,
  report: (change, context) => {
    if (isPlacement(change) || (change.action === "update" && attributesOf(change).length === 0))
      return undefined;
    const isItself = objectKind(change) !== undefined && !/Override$/.test(objectKind(change) ?? "");
    // The hub's API validates this; it never sees objects as modified by overrides.
    const versions =
      rule.id === "object-refused"
        ? ownVersion(change)
        : refusalsOf(change).length > 0
          ? []
          : versionsOf(change, context);
    const said = versions
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .flatMap((version) => {
        const text = says(version, change, context);
        if (text === undefined) return [];
        const by = isItself ? "" : `${subjectOf(change)}: `;
        return [`${by}${version.label}${onClusters(version.where)} ${text}`];
      });
    return said.length > 0 ? [...new Set(said)].join("; ") : undefined;
  },
}));

/** An object as written, before and after. */
function ownVersion(change: Change): Version[] {
  if (refusalsOf(change).length === 0) return [];
  const [before, after] = [change.before?.manifest, change.after?.manifest] as [
    Version["before"],
    Version["after"],
  ];
  return [{ kind: after.kind, label: `${after.kind} ${changeName(change)}`, before, after, where: [] }];
}
