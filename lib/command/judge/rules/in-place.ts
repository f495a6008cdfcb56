import { AZURE_INTERNAL_ANNOTATION } from "../../../fleet-api/services";
import type { KubernetesObject } from "../../../fleet-model/identity";
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
import { isPlacement, keyIn, refusalsOf } from "./parts";
import { onClusters, type Version, versionsOf } from "./removed";
import type { Context, Rule, Severity } from "./rule";
import { changeName, objectKind, subjectOf } from "./subject";
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

const WORKLOAD_IDENTITY = "azure.workload.identity";

function annotationsOf(object: unknown): Record<string, unknown> {
  return objectOf(at(object, "metadata", "annotations"));
}

/** Annotations that determine a Service's address. */
const ADDRESS =
  /^service\.beta\.kubernetes\.io\/azure-(pip-name|pip-prefix-id|load-balancer-(ipv4|ipv6|internal-subnet|resource-group)|dns-label-name)$/;

/** Annotations that restrict who reaches a Service's address, or how its health is probed. */
const RESTRICTS =
  /^service\.beta\.kubernetes\.io\/azure-(allowed-(ip-ranges|service-tags)|deny-all-except-load-balancer-source-ranges|load-balancer-health-probe-[\w-]+)$/;

const typeOf = (object: unknown) => textOf(at(object, "spec", "type")) ?? "ClusterIP";
const isInternal = (object: unknown) => String(annotationsOf(object)[AZURE_INTERNAL_ANNOTATION]) === "true";

interface Port {
  readonly port: unknown;
  readonly protocol: unknown;
  readonly target: unknown;
  readonly nodePort: unknown;
}

function portsOf(object: unknown): Port[] {
  return listOf(at(object, "spec", "ports"))
    .filter(isObject)
    .map(({ port, protocol = "TCP", targetPort = port, nodePort }) => ({
      port,
      protocol,
      target: targetPort,
      nodePort,
    }));
}

interface Served {
  /** A host with a path, or a listener. */
  readonly what: string;
  /** Where it leads. */
  readonly to: unknown;
}

/** What an Ingress, a route or a Gateway serves. */
function servedBy(object: unknown): Served[] {
  const kind = at(object, "kind");
  const rules = listOf(at(object, "spec", "rules"));
  if (kind === "Gateway") {
    return listOf(at(object, "spec", "listeners")).map((one) => ({
      what: `port ${String(at(one, "port"))}${textOf(at(one, "hostname")) ? ` of ${textOf(at(one, "hostname"))}` : ""}`,
      to: [at(one, "protocol"), at(one, "tls"), at(one, "allowedRoutes")],
    }));
  }
  if (kind === "Ingress") {
    return rules.flatMap((rule): Served[] => {
      const host = textOf(at(rule, "host")) ?? "";
      const paths = listOf(at(rule, "http", "paths"));
      return paths.length > 0
        ? paths.map((one) => ({
            what: `${host}${textOf(at(one, "path")) ?? "/"}`,
            to: [at(one, "backend"), at(one, "pathType")],
          }))
        : [{ what: host, to: undefined }];
    });
  }
  const hosts = listOf(at(object, "spec", "hostnames")).map(String);
  const served = rules.flatMap((rule) => {
    const matches = listOf(at(rule, "matches"));
    const paths = matches.length > 0 ? matches.map((one) => textOf(at(one, "path", "value")) ?? "/") : ["/"];
    return paths.map((path) => ({ path, to: [at(rule, "backendRefs"), at(rule, "filters")] }));
  });
  return (hosts.length > 0 ? hosts : [""]).flatMap((host) =>
    served.map(({ path, to }) => ({ what: `${host}${path}`, to })),
  );
}

/** The controller that serves an Ingress, or the Gateways that a route is attached to. */
const classOf = (object: unknown) =>
  at(object, "kind") === "Ingress"
    ? (textOf(at(object, "spec", "ingressClassName")) ??
      textOf(annotationsOf(object)["kubernetes.io/ingress.class"]))
    : textOf(at(object, "spec", "gatewayClassName"));

const ROUTES = ["GRPCRoute", "Gateway", "HTTPRoute", "Ingress", "TCPRoute", "TLSRoute"];

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

const selectorOf = (service: unknown) => objectOf(at(service, "spec", "selector"));

/** Whether a workload's pods have any port that a Service routes to: a named one must exist. */
function listens(workload: unknown, service: unknown): boolean {
  const targets = portsOf(service).map(({ target }) => target);
  const containers = listOf(at(templateOf(workload), "spec", "containers"));
  const names = containers.flatMap((one) => listOf(at(one, "ports")).map((port) => at(port, "name")));
  return targets.length === 0 || targets.some((one) => typeof one !== "string" || names.includes(one));
}

/** The workloads of a namespace that a Service routes to; undefined if unknown. */
function backing<O>(
  service: unknown,
  objects: readonly O[],
  read: (one: O) => unknown = (one) => one,
): O[] | undefined {
  const selector = selectorOf(service);
  const namespace = at(service, "metadata", "namespace");
  if (Object.keys(selector).length === 0 || Object.values(selector).some(isUnknown)) return undefined;
  const found: O[] = [];
  for (const one of objects) {
    const object = read(one);
    const template = templateOf(object);
    const labels = at(template, "metadata", "labels");
    if (at(object, "metadata", "namespace") !== namespace || template === undefined) continue;
    if ([template, labels, ...Object.values(objectOf(labels))].some(isUnknown)) return undefined;
    const isSelected = Object.entries(selector).every(([key, value]) => objectOf(labels)[key] === value);
    if (isSelected && listens(object, service)) found.push(one);
  }
  return found;
}

const onSide = (side: "before" | "after", context: Context) =>
  context[side].objects.map(({ object }) => object as unknown);

const labelsOf = (objects: readonly unknown[] | undefined) =>
  objects?.map((one) => `${String(at(one, "kind"))} ${String(at(one, "metadata", "name"))}`);

interface Emptied {
  readonly service: string;
  /** undefined if it isn't placed. */
  readonly member: string | undefined;
  /** What changes it, or the workloads that were behind it. */
  readonly by: readonly string[];
}

/** Services that routed to a workload and no longer route to any, on each cluster. */
function emptiedIn(context: Context): readonly Emptied[] {
  const known = memo.get(context);
  if (known) return known;
  const found: Emptied[] = [];
  const placed = new Set<string>();
  const collect = (services: readonly Both[], all: readonly Both[], member: string | undefined) => {
    const workloads = all.filter(({ before, after }) => templateOf(before ?? after) !== undefined);
    const [old, own] = [
      workloads.filter(({ before }) => before !== undefined),
      workloads.filter(({ after }) => after !== undefined),
    ];
    for (const { before, after, by } of services) {
      const was = backing(before, old, (one) => one.before);
      if (was === undefined || was.length === 0) continue;
      if (backing(after, own, (one) => one.after)?.length !== 0) continue;
      // What is removed is reported by itself.
      const changed = was.filter((one) => one.after !== undefined).flatMap((one) => one.by);
      const service = textOf(at(after, "metadata", "name")) ?? "without a name";
      found.push({ service, member, by: [...by, ...changed] });
    }
  };
  for (const { objects, before, after } of context.model) {
    const members = new Map<string | undefined, Both[]>();
    for (const one of objects) {
      for (const source of [before.sources.get(one.key), after.sources.get(one.key)])
        if (source !== undefined) placed.add(source);
      const both = {
        kind: one.identity.kind,
        before: one.wasThere === false ? undefined : one.before,
        after: one.isThere === false ? undefined : one.after,
        by: one.by,
      };
      const all = members.get(one.member);
      if (all) all.push(both);
      else members.set(one.member, [both]);
    }
    for (const [member, all] of members) collect(all.filter(isService), all, member);
  }
  const [old, own] = [context.before, context.after].map(
    ({ objects }) => new Map(objects.map(({ key, object }) => [key, object])),
  ) as [Map<string, KubernetesObject>, Map<string, KubernetesObject>];
  const written: Both[] = [...own].map(([key, after]) => {
    const before = old.get(key);
    return { kind: after.kind, before, after, by: isEqual(before, after) ? [] : [key] };
  });
  const gone: Both[] = [...old].flatMap(([key, before]) =>
    own.has(key) ? [] : [{ kind: before.kind, before, after: undefined, by: [] }],
  );
  const keys = [...own.keys()];
  const services = written.filter((one, index) => isService(one) && !placed.has(keys[index] as string));
  collect(services, [...written, ...gone], undefined);
  memo.set(context, found);
  return found;
}

interface Both {
  readonly kind: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly by: readonly string[];
}

const isService = ({ kind, before, after }: Both) =>
  kind === "Service" && before !== undefined && after !== undefined;

const memo = new WeakMap<Context, readonly Emptied[]>();

/** The Services that a change leaves without any workload. */
function emptied(change: Change, context: Context): readonly Emptied[] {
  const keys = [keyIn(change, "before"), keyIn(change, "after")];
  return emptiedIn(context).filter(({ by }) => by.some((key) => keys.includes(key)));
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
      else if (was === "NodePort" && is === "ClusterIP")
        said.push(`its node ports no longer answer (type ${was} → ${is})`);
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
      const nodePorts = old.filter(
        (one) =>
          typeof one.nodePort === "number" &&
          own.some(
            ({ port, protocol, nodePort }) =>
              port === one.port &&
              protocol === one.protocol &&
              typeof nodePort === "number" &&
              nodePort !== one.nodePort,
          ),
      );
      if (nodePorts.length > 0)
        said.push(`node port ${joined(nodePorts.map(({ nodePort }) => String(nodePort)))} no longer answers`);
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
      const services = [...new Set(emptied(change, context).map(({ service }) => service))];
      return services.length > 0
        ? `changes: nothing answers at Service ${named(services)} any longer (no workload matches its selector, or has a port of that name)`
        : undefined;
    },
  },
  {
    id: "ingress-narrowed",
    what: "an Ingress, route or Gateway no longer serves a host, path or port, or changes its class or Gateway",
    effect: "requests to it fail",
    severity: "outage",
    kinds: ROUTES,
    says: ({ before, after }) => {
      const [old, own] = [before, after].map((one) => servedBy(one).map(({ what }) => what));
      const lost = (old ?? []).filter((one) => !own?.includes(one));
      const [was, is] = [classOf(before), classOf(after)];
      const detached = listOf(at(before, "spec", "parentRefs")).filter(
        (one) => !listOf(at(after, "spec", "parentRefs")).some((other) => isEqual(one, other)),
      );
      const said = [
        ...(lost.length > 0 ? [`no longer serves ${named(lost)}`] : []),
        ...(was !== undefined && is !== undefined && was !== is
          ? [`changes its class (${was} → ${is}): it is served at another address`]
          : []),
        ...(detached.length > 0
          ? [`is no longer served by ${named(detached.map((one) => `Gateway ${String(at(one, "name"))}`))}`]
          : []),
      ];
      return said.length > 0 ? said.join("; ") : undefined;
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
      if (!isEqual(selectorOf(before), selectorOf(after))) {
        const [was, is] = [
          labelsOf(backing(before, onSide("before", context))),
          labelsOf(backing(after, onSide("after", context))),
        ];
        if (Object.keys(selectorOf(after)).length === 0)
          said.push(
            "it no longer has a selector: its endpoints stay as they are, and pods that move are lost",
          );
        else if (!(was && is && is.length > 0 && isEqual(was, is))) said.push("it routes to other pods");
      }
      for (const key of ["externalTrafficPolicy", "internalTrafficPolicy"]) {
        if (becomes(version, (one) => at(one, "spec", key) === "Local"))
          said.push(`only nodes with its own pods answer (${key} Local)`);
      }
      const restricted = Object.entries(annotationsOf(after)).filter(
        ([key, value]) => RESTRICTS.test(key) && annotationsOf(before)[key] !== value,
      );
      for (const [key, value] of restricted) said.push(`${key.split("/").pop()} is ${String(value)} now`);
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
    id: "ingress-leads-elsewhere",
    what: "an Ingress, route or Gateway leads a host or path elsewhere, or its TLS changes",
    effect: "requests reach other pods, or fail for want of a backend or certificate",
    severity: "risk",
    kinds: ROUTES,
    says: ({ before, after }) => {
      const own = new Map(servedBy(after).map(({ what, to }) => [what, to]));
      const moved = servedBy(before)
        .filter(({ what, to }) => own.has(what) && !isEqual(own.get(what), to))
        .map(({ what }) => what);
      const differs = (...path: string[]) =>
        !isEqual(at(before, ...path) ?? null, at(after, ...path) ?? null);
      const said = [
        ...(moved.length > 0 ? [`leads ${named(moved)} elsewhere`] : []),
        ...(differs("spec", "defaultBackend") ? ["leads all other requests elsewhere"] : []),
        ...(differs("spec", "tls") ? ["changes its TLS hosts or certificates"] : []),
        ...((classOf(before) === undefined) !== (classOf(after) === undefined)
          ? [`changes its class (${classOf(before) ?? "default"} → ${classOf(after) ?? "default"})`]
          : []),
      ];
      return said.length > 0 ? joined(said) : undefined;
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
    id: "workload-identity",
    what: "the Entra identity or the ServiceAccount of a workload's pods changes",
    effect: "they may be denied access to what they use",
    severity: "risk",
    kinds: [...ROLLED, "CronJob", "ServiceAccount"],
    says: ({ kind, before, after }) => {
      const isAccount = kind === "ServiceAccount";
      const template = (object: unknown) =>
        kind === "CronJob" ? at(object, "spec", "jobTemplate", "spec", "template") : templateOf(object);
      const identity = (object: unknown) =>
        isAccount
          ? ["client-id", "tenant-id"].map((key) => annotationsOf(object)[`${WORKLOAD_IDENTITY}/${key}`])
          : [
              String(at(template(object), "metadata", "labels", `${WORKLOAD_IDENTITY}/use`) ?? false),
              at(template(object), "spec", "serviceAccountName") ?? "default",
            ];
      const [was, is] = [identity(before), identity(after)];
      const isNew = isAccount && was.every((one) => one === undefined);
      return isEqual(was, is) || isNew
        ? undefined
        : `changes the identity of its pods (${valuesOf(was, is)}): they may be denied access`;
    },
  },
  {
    id: "data-unkept",
    what: "a PersistentVolume or a StatefulSet no longer retains its data",
    effect: "nothing now; deleting the claim, or scaling down, deletes the data",
    severity: "risk",
    kinds: ["PersistentVolume", "StatefulSet"],
    says: (version) => {
      const deletes = (...path: string[]) => becomes(version, (one) => at(one, "spec", ...path) === "Delete");
      const said = [
        ...(deletes("persistentVolumeReclaimPolicy") ? ["its claim"] : []),
        ...(deletes("persistentVolumeClaimRetentionPolicy", "whenDeleted") ? ["it"] : []),
      ];
      return (
        [
          ...(said.length > 0 ? [`no longer retains its data: deleting ${joined(said)} deletes it`] : []),
          ...(deletes("persistentVolumeClaimRetentionPolicy", "whenScaled")
            ? ["no longer retains its data when it is scaled down"]
            : []),
        ].join("; ") || undefined
      );
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
    const isItself =
      objectKind(change) !== undefined && !/(Override|Envelope)$/.test(objectKind(change) ?? "");
    // The hub's API validates this; it never sees objects as modified by overrides.
    const versions =
      rule.id === "object-refused"
        ? ownVersion(change)
        : refusalsOf(change).length > 0
          ? []
          : versionsOf(change, context).filter(({ before, after }) => refusedBy(before, after).length === 0);
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
