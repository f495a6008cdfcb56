import { INTERNAL_ANNOTATION, WEIGHT_ANNOTATION } from "../../../fleet-api/services";
import { exportWeight } from "../../../fleet-model/traffic-weights";
import { isUnknown } from "../../../fleet-model/unknown";
import { attributesOf } from "../../plan/attributes";
import { inFleet } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { at, joined, listOf, textOf } from "../../plan/values";
import { homeOf, movedService, partOf, refusalsOf } from "./parts";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import { changeName, manifestOf, namespaceOf, OVERRIDES, objectKind, of, subjectOf } from "./subject";
import { because, goes, named, summaryOf } from "./words";

const isType = (type: string) => (change: Change) => change.type === type;

/** Whether a weight withdraws an export: 0, or one that the fleet can't read. */
function withdraws(weight: unknown): boolean {
  const read = exportWeight(weight === undefined || weight === null ? undefined : String(weight));
  return "error" in read || read.weight === 0;
}

const isInternal = (values: Change["before"]) =>
  String(at(values?.manifest, "metadata", "annotations", INTERNAL_ANNOTATION)) === "true";

/** The objects that a change is of, or that an override names: `namespace/name`. */
function namesIn(change: Change): string[] {
  const namespace = namespaceOf(change) ?? "";
  if (!OVERRIDES.includes(objectKind(change) ?? "")) return [`${namespace}/${changeName(change)}`];
  return [change.before, change.after].flatMap((values) =>
    listOf(at(values?.manifest, "spec", "resourceSelectors")).map(
      (one) => `${namespace}/${String(at(one, "name"))}`,
    ),
  );
}

interface Withdrawn {
  readonly name: string;
  /** The clusters that no longer export it; none where no cluster is known. */
  readonly members: readonly string[];
  readonly reason: string;
  /** Nothing exports it any more. */
  readonly isLast: boolean;
}

/** Services that clusters no longer export, by a change of what they have of it, not by its going there. */
function withdrawn(change: Change, { model }: Context): Withdrawn[] {
  const names = new Set(namesIn(change));
  return model.flatMap(({ before, after }) =>
    after.fleet.services.flatMap(({ namespace, name, exports }): Withdrawn[] => {
      if (!names.has(`${namespace}/${name}`)) return [];
      const old = before.fleet.services.find((one) => one.namespace === namespace && one.name === name);
      const lost = exports.filter(({ is, member, reason }) => {
        const was =
          old?.exports.find((one) => one.member.name === member.name || isUnknown(member.name))?.is ?? false;
        return is === false && was !== false && !/isn't there|no Service/.test(reason ?? "");
      });
      return lost.length === 0
        ? []
        : [
            {
              name,
              members: lost.flatMap(({ member }) => (isUnknown(member.name) ? [] : [member.name])),
              reason: lost[0]?.reason ?? "",
              isLast: exports.every(({ is }) => is === false),
            },
          ];
    }),
  );
}

/** The MultiClusterServices that import a Service. */
function leadingTo(name: string, change: Change, context: Context): string[] {
  const namespace = namespaceOf(change);
  return inFleet(context.before.services, homeOf(change, context))
    .filter((service) => service.imports === name && (!namespace || service.namespace === namespace))
    .map((service) => service.name);
}

export const TRAFFIC: readonly Rule[] = [
  {
    id: "service-deleted",
    what: "a MultiClusterService is deleted",
    effect: "its address goes",
    severity: "outage",
    tell: isWhen("delete", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is deleted${because(change)}: the address of ${changeName(change)} goes`;
    }),
  },
  {
    id: "service-replaced",
    what: "a MultiClusterService is replaced",
    effect: "its address goes, and another one comes",
    severity: "outage",
    tell: isWhen("replace", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is replaced${because(change)}: the address of ${changeName(change)} changes`;
    }),
  },
  {
    id: "service-imports-other",
    what: "a MultiClusterService imports another Service",
    effect: "its address leads elsewhere, and changes if nothing exports the Service yet",
    severity: "outage",
    tell: isWhen("update", of("MultiClusterService"), (change) => {
      const imported = attributesOf(change).find(({ path }) => path.includes("serviceImport"));
      return imported
        ? `the address of ${changeName(change)} leads to another Service: ${summaryOf([imported])}`
        : undefined;
    }),
  },
  {
    id: "service-moved",
    what: "a MultiClusterService that is placed from the hub is left to another member",
    effect: "its address goes, and another one comes there",
    severity: "outage",
    tell: (change, context) => {
      const [was, is] = movedService(change, context) ?? [];
      return was && is
        ? `the address of ${was.name} changes: it is no longer in ${was.cluster?.name}, but in ${is.cluster?.name}`
        : undefined;
    },
  },
  {
    id: "export-deleted",
    what: "a ServiceExport is deleted or replaced",
    effect: "the Service gets no traffic of the fleet; with the last export gone, its address goes too",
    severity: "outage",
    tell: isWhen(GONE, of("ServiceExport"), (change, context) => {
      const name = changeName(change);
      const namespace = namespaceOf(change);
      const led = inFleet(context.before.services, homeOf(change, context))
        .filter((service) => service.imports === name && (!namespace || service.namespace === namespace))
        .map((service) => service.name);
      const until = change.action === "replace" ? " until it is exported again" : "";
      return `export ${name} is ${goes(change)}: no traffic of the fleet reaches ${name}${until}, ${led.length > 0 ? `and the address of ${joined(led)}` : "and its address"} goes when nothing exports it any more`;
    }),
  },
  {
    id: "export-withdrawn",
    what: "a Service is no longer exported: its weight is 0 or none, or it is headless, or gone from a cluster",
    effect: "it gets no traffic of the fleet there; with the last export gone, its address goes too",
    severity: "outage",
    tell: isWhen(["create", "update"], of("ServiceExport", "Service", ...OVERRIDES), (change, context) => {
      if (objectKind(change) === "ServiceExport") {
        const zero = attributesOf(change).find(
          ({ path, after }) => path.includes(WEIGHT_ANNOTATION) && withdraws(after),
        );
        return zero
          ? `export ${changeName(change)} gets the weight ${String(zero.after)}: no traffic of the fleet reaches it`
          : undefined;
      }
      const said = withdrawn(change, context).map(({ name, members, reason, isLast }) => {
        const led = leadingTo(name, change, context);
        const address = isLast && led.length > 0 ? `, and the address of ${joined(led)} goes` : "";
        const where = members.length > 0 ? ` from ${named(members)}` : "";
        return `Service ${name} is no longer exported${where} (${reason}): no traffic of the fleet reaches it there${address}`;
      });
      return said.length > 0
        ? `${subjectOf(change)} ${change.action === "create" ? "is created" : "changes"}: ${said.join("; ")}`
        : undefined;
    }),
  },
  {
    id: "address-internal",
    what: "a MultiClusterService gets an address within the network only",
    effect: "its public address goes",
    severity: "outage",
    tell: isWhen("update", of("MultiClusterService"), (change) =>
      isInternal(change.after) && !isInternal(change.before)
        ? `${subjectOf(change)} becomes internal: the public address of ${changeName(change)} goes, and the one that comes is reached from within the network only`
        : undefined,
    ),
  },
  {
    id: "traffic-manager-drained",
    what: "the weight of a TrafficManagerBackend is set to 0",
    effect: "the DNS name no longer leads to its clusters",
    severity: "outage",
    tell: isWhen("update", of("TrafficManagerBackend"), (change) => {
      const weight = (values: Change["before"]) => at(values?.manifest, "spec", "weight") ?? 1;
      return weight(change.after) === 0 && weight(change.before) !== 0
        ? `${subjectOf(change)} gets the weight 0: the DNS name no longer leads to its clusters`
        : undefined;
    }),
  },
  {
    id: "traffic-manager-gone",
    what: "a TrafficManagerProfile or TrafficManagerBackend is deleted or replaced",
    effect: "its DNS name answers no longer, or without these clusters",
    severity: "outage",
    tell: isWhen(GONE, of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      const lost =
        objectKind(change) === "TrafficManagerProfile"
          ? `its DNS name answers no longer${until}`
          : `the DNS name no longer leads to its clusters${until}`;
      return `${subjectOf(change)} is ${goes(change)}: ${lost}`;
    }),
  },
  {
    id: "dns-name-gone",
    what: "a Traffic Manager profile is deleted or replaced",
    effect: "its DNS name answers no longer",
    severity: "outage",
    tell: isWhen(GONE, isType("azurerm_traffic_manager_profile"), (change) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      return `${subjectOf(change)} is ${goes(change)}: its DNS name answers no longer${until}`;
    }),
  },
  {
    id: "dns-endpoint-gone",
    what: "an endpoint of a Traffic Manager profile is deleted or replaced",
    effect: "the DNS name leads to its other endpoints only, and nowhere where there is none",
    severity: "risk",
    tell: isWhen(GONE, isType("azurerm_traffic_manager_external_endpoint"), (change) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      const target = textOf(change.before?.target);
      return `${subjectOf(change)} is ${goes(change)}: the DNS name no longer leads to ${target ?? "its address"}${until}`;
    }),
  },
  {
    id: "service-changed",
    what: "a MultiClusterService changes otherwise",
    effect: "the fleet takes over what is added to it, and never what is taken away",
    severity: "risk",
    tell: isWhen("update", of("MultiClusterService"), (change) => {
      const goesInternal = isInternal(change.after) && !isInternal(change.before);
      const others = attributesOf(change).filter(
        ({ path }) =>
          !path.includes("serviceImport") && !(goesInternal && path.includes(INTERNAL_ANNOTATION)),
      );
      return others.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(others)}): what is taken away, such as an internal address, stays until it is made anew`
        : undefined;
    }),
  },
  {
    id: "export-conflict",
    what: "a Service has other ports on one cluster than on another",
    effect: "only those with the ports of the first to export it get traffic of the fleet",
    severity: "risk",
    tell: isWhen(["create", "update"], of("Service", ...OVERRIDES), (change, context) => {
      const names = new Set(namesIn(change));
      const said = context.model.flatMap(({ before, after }) =>
        after.fleet.services
          .filter(({ namespace, name }) => names.has(`${namespace}/${name}`))
          .filter(({ namespace, name, exports }) => {
            const old = before.fleet.services.find((one) => one.namespace === namespace && one.name === name);
            const isOpen = (service: typeof old) =>
              service?.exports.some(({ is, isImported }) => is === true && isUnknown(isImported)) ?? false;
            return exports.length > 1 && isOpen({ namespace, name, exports }) && !isOpen(old);
          })
          .map(({ name }) => name),
      );
      return said.length > 0
        ? `${subjectOf(change)}: Service ${named(said)} has other ports on one cluster than on another, only those with the ports of the first to export it get traffic of the fleet`
        : undefined;
    }),
  },
  {
    id: "traffic-manager-changed",
    what: "a TrafficManagerProfile or TrafficManagerBackend changes",
    effect:
      "its probes may find other clusters healthy, or more or less traffic goes to its clusters, than before",
    severity: "risk",
    tell: isWhen("update", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const attributes = attributesOf(change);
      if (attributes.length === 0 || refusalsOf(change).length > 0) return undefined;
      if (attributes.some(({ path, after }) => path[path.length - 1] === "weight" && String(after) === "0"))
        return undefined;
      const effect =
        objectKind(change) === "TrafficManagerProfile"
          ? "its probes may find other clusters healthy"
          : "more or less traffic of the DNS name goes to its clusters";
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): ${effect}`;
    }),
  },
  {
    id: "service-created",
    what: "a MultiClusterService is created",
    effect: "an address comes that balances to every cluster that exports the Service",
    severity: "change",
    tell: isWhen("create", of("MultiClusterService"), (change, { after }) => {
      const service = partOf(after.services, change, "after");
      return `${changeName(change)} gets an address${service?.cluster ? ` in ${service.cluster.name}` : ""}, which balances to every cluster that exports ${service?.imports ?? "it"}`;
    }),
  },
  {
    id: "traffic-manager-created",
    what: "a TrafficManagerProfile or TrafficManagerBackend is created",
    effect: "a DNS name comes, or leads to the clusters that export a Service",
    severity: "change",
    tell: isWhen("create", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const spec = at(manifestOf(change), "spec");
      if (objectKind(change) === "TrafficManagerProfile")
        return `${subjectOf(change)} is created: a DNS name comes`;
      return `${subjectOf(change)} is created: the DNS name of ${textOf(at(spec, "profile", "name")) ?? "its profile"} leads to every cluster that exports ${textOf(at(spec, "backend", "name")) ?? "its Service"}`;
    }),
  },
  {
    id: "export-created",
    what: "a ServiceExport is created or changes",
    effect: "addresses that import the Service lead to the clusters that run it",
    severity: "change",
    tell: isWhen(["create", "update"], of("ServiceExport"), (change) => {
      if (change.action === "create") return `Service ${changeName(change)} is exported to the fleet`;
      const attributes = attributesOf(change);
      const zero = attributes.some(({ path, after }) => path.includes(WEIGHT_ANNOTATION) && withdraws(after));
      return zero || attributes.length === 0
        ? undefined
        : `export ${changeName(change)} changes: ${summaryOf(attributes)}`;
    }),
  },
];
