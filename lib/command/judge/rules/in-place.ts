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

/** What stops, or may, when an object changes in place. */
interface InPlace {
  readonly id: string;
  readonly what: string;
  readonly effect: string;
  readonly severity: Severity;
  readonly kinds: readonly string[];
  /** What becomes of it, after its name. */
  readonly says: (version: Version, change: Change, context: Context) => string | undefined;
}

const SCALED = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
const ROLLED = ["DaemonSet", "Deployment", "StatefulSet"];

const replicasOf = (object: unknown) => at(object, "spec", "replicas") ?? 1;
const templateOf = (object: unknown) => at(object, "spec", "template");
const becomes = (version: Version, is: (object: unknown) => boolean) =>
  is(version.after) && !is(version.before);

/** How many pods a rollout may take at once, of how many; undefined where that isn't known. */
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

/** Annotations that say which address a Service has. */
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

/** The directions in which a policy lets nothing pass. */
export function closedBy(policy: unknown): string[] {
  const types = listOf(at(policy, "spec", "policyTypes"));
  const isFor = (type: string) => (types.length > 0 ? types.includes(type) : type === "Ingress");
  return [
    ...(isFor("Ingress") && listOf(at(policy, "spec", "ingress")).length === 0 ? ["in"] : []),
    ...(isFor("Egress") && listOf(at(policy, "spec", "egress")).length === 0 ? ["out"] : []),
  ];
}

/** The workloads of a namespace to which a Service leads. */
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

/** Services that led to a workload, and lead to none any more. */
function emptied(change: Change, context: Context): string[] {
  if (change.action !== "update") return [];
  const namespace = namespaceOf(change);
  return context.after.objects.flatMap(({ key, object }) => {
    if (object.kind !== "Service" || at(object, "metadata", "namespace") !== namespace) return [];
    const old = context.before.objects.find((one) => one.key === key);
    if (old === undefined) return [];
    const [was, is] = [backing(old.object, "before", context), backing(object, "after", context)];
    return was !== undefined && was.length > 0 && is?.length === 0
      ? [String(at(object, "metadata", "name"))]
      : [];
  });
}

const IN_PLACE: readonly InPlace[] = [
  {
    id: "workload-stopped",
    what: "a workload is scaled to no replica, or a Job is suspended",
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
        ? `has no replica any more (replicas ${String(replicasOf(before))} → ${String(replicasOf(after))}): all its pods stop`
        : undefined;
    },
  },
  {
    id: "workload-at-once",
    what: "the pods of a workload change, and all are stopped before new ones start (Recreate, maxUnavailable)",
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
    effect: "who uses that address or port is cut off",
    severity: "outage",
    kinds: ["Service"],
    says: (version) => {
      const { before, after } = version;
      const [was, is] = [typeOf(before), typeOf(after)];
      const said: string[] = [];
      if (was === "LoadBalancer" && is !== "LoadBalancer")
        said.push(`the address of its load balancer goes (type ${was} → ${is})`);
      else if (was !== is && is === "ExternalName")
        said.push("it leads to another name, and no longer to pods");
      if (was === "LoadBalancer" && is === was) {
        if (becomes(version, isInternal))
          said.push("its public address goes, it has one within the network only");
        else if (isInternal(before) && !isInternal(after))
          said.push("its address within the network goes, it gets a public one");
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
        said.push(`nothing answers on port ${joined(lost.map(({ port }) => String(port)))} any more`);
      }
      return said.length > 0 ? `changes: ${said.join("; ")}` : undefined;
    },
  },
  {
    id: "service-empty",
    what: "a Service chooses no workload any more",
    effect: "nothing answers there",
    severity: "outage",
    kinds: ["Service", ...ROLLED, "ReplicaSet"],
    says: (_, change, context) => {
      const services = emptied(change, context);
      return services.length > 0
        ? `changes: no workload fits the selector of Service ${named(services)} any more, nothing answers there`
        : undefined;
    },
  },
  {
    id: "ingress-narrowed",
    what: "an Ingress no longer serves a host or a path",
    effect: "requests for it are not answered",
    severity: "outage",
    kinds: ["Ingress"],
    says: ({ before, after }) => {
      const lost = servedBy(before).filter((one) => !servedBy(after).includes(one));
      return lost.length > 0 ? `no longer serves ${named(lost)}` : undefined;
    },
  },
  {
    id: "policy-closes",
    what: "a NetworkPolicy lets nothing pass to or from the pods that it chooses",
    effect: "they are cut off",
    severity: "outage",
    kinds: ["NetworkPolicy"],
    says: ({ before, after }) => {
      const closed = closedBy(after).filter((way) => !closedBy(before).includes(way));
      return closed.length > 0
        ? `lets nothing ${joined(closed)} any more: the pods that it chooses are cut off`
        : undefined;
    },
  },
  {
    id: "object-refused",
    what: "an object changes in a field that the API never changes",
    effect: "the API refuses it, and the deployment ends there; what runs goes on as it is",
    severity: "risk",
    kinds: [],
    says: ({ before, after }) => {
      const refused = refusedBy(before, after);
      if (refused.length === 0) return undefined;
      const fields = refused.map(
        ({ path, why }) => `${pathText(path).replace(/^spec\./, "")}${why ? ` (${why})` : ""}`,
      );
      return `changes in ${joined(fields)}: the API refuses that, and the deployment ends there; give a new one another name, or make it anew`;
    },
  },
  {
    id: "service-leads-elsewhere",
    what: "the selector or a target port of a Service changes, or its own address goes",
    effect: "it leads to other pods, or to ports on which they may not listen",
    severity: "risk",
    kinds: ["Service"],
    says: (version, change, context) => {
      const { before, after } = version;
      const said: string[] = [];
      if (!isEqual(at(before, "spec", "selector"), at(after, "spec", "selector"))) {
        const [was, is] = [backing(before, "before", context), backing(after, "after", context)];
        if (!(was && is && is.length > 0 && isEqual(was, is))) said.push("it leads to other pods");
      }
      const moved = portsOf(after).filter((one) =>
        portsOf(before).some(
          ({ port, protocol, target }) =>
            port === one.port && protocol === one.protocol && target !== one.target,
        ),
      );
      if (moved.length > 0) {
        said.push(
          `port ${joined(moved.map(({ port }) => String(port)))} leads to ${joined(moved.map(({ target }) => String(target)))} of its pods, where nothing may listen`,
        );
      }
      if (becomes(version, (one) => at(one, "spec", "clusterIP") === "None"))
        said.push("it has no address of its own any more (headless)");
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
    what: "a CronJob is suspended, a Deployment paused, or pods are only replaced when somebody deletes them",
    effect: "nothing new starts by itself",
    severity: "risk",
    kinds: [...ROLLED, "CronJob"],
    says: (version) => {
      if (becomes(version, (one) => at(one, "spec", "suspend") === true))
        return "is suspended: it starts no Job any more";
      if (becomes(version, (one) => at(one, "spec", "paused") === true))
        return "is paused: changes no longer reach its pods";
      return becomes(version, (one) => at(one, "spec", "updateStrategy", "type") === "OnDelete")
        ? "no longer replaces its pods by itself (OnDelete): they keep what they have until somebody deletes them"
        : undefined;
    },
  },
  {
    id: "scaling-narrowed",
    what: "an autoscaler may make fewer replicas than before, or scales something else",
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
        said.push("it scales something else");
      return said.length > 0
        ? `makes fewer replicas (${joined(said)}): they may be too few for the load`
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
    effect: "connections of the pods that it chooses may be kept out, or let in, that were not before",
    severity: "risk",
    kinds: ["NetworkPolicy"],
    says: ({ before, after }) =>
      !isEqual(at(before, "spec"), at(after, "spec")) &&
      closedBy(after).every((way) => closedBy(before).includes(way))
        ? `changes (${valuesOf(at(before, "spec"), at(after, "spec"))}): other connections pass than before`
        : undefined,
  },
  {
    id: "quota-changed",
    what: "a ResourceQuota or LimitRange changes",
    effect: "pods that don't fit are refused when they start",
    severity: "risk",
    kinds: ["LimitRange", "ResourceQuota"],
    says: ({ before, after }) =>
      isEqual(at(before, "spec"), at(after, "spec"))
        ? undefined
        : `changes (${valuesOf(at(before, "spec"), at(after, "spec"))}): pods that don't fit are refused when they start`,
  },
  {
    id: "rights-changed",
    what: "a role or its binding changes in Kubernetes",
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
    effect: "objects of that version can't be read or applied any more",
    severity: "risk",
    kinds: ["CustomResourceDefinition"],
    says: ({ before, after }) => {
      const served = (object: unknown) =>
        listOf(at(object, "spec", "versions"))
          .filter((one) => at(one, "served") !== false)
          .map((one) => String(at(one, "name")));
      const lost = served(before).filter((one) => !served(after).includes(one));
      return lost.length > 0
        ? `no longer serves ${named(lost)}: objects of it can't be read or applied any more`
        : undefined;
    },
  },
];

/** The rules of what an object, or an override of it, changes in place. */
export const IN_PLACE_RULES: readonly Rule[] = IN_PLACE.map(({ kinds, says, ...rule }) => ({
  ...rule,
  tell: (change, context) => {
    if (isPlacement(change) || (change.action === "update" && attributesOf(change).length === 0))
      return undefined;
    const isItself = objectKind(change) !== undefined && !/Override$/.test(objectKind(change) ?? "");
    // The API that is asked is the hub's: what an override makes of an object it never sees.
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

/** An object as it is written, before and after. */
function ownVersion(change: Change): Version[] {
  if (refusalsOf(change).length === 0) return [];
  const [before, after] = [change.before?.manifest, change.after?.manifest] as [
    Version["before"],
    Version["after"],
  ];
  return [{ kind: after.kind, label: `${after.kind} ${changeName(change)}`, before, after, where: [] }];
}
