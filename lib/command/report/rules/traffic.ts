import { attributesOf } from "../attributes";
import { inFleet } from "../fleet";
import { at, joined, textOf } from "../values";
import { homeOf, movedService, partOf } from "./parts";
import { GONE, isWhen, type Rule } from "./rule";
import { changeName, manifestOf, namespaceOf, objectKind, of, subjectOf } from "./subject";
import { because, goes, summaryOf } from "./words";

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
    what: "the weight of a ServiceExport is set to 0",
    effect: "the Service is no longer exported: it gets no traffic of the fleet",
    severity: "outage",
    tell: isWhen("update", of("ServiceExport"), (change) => {
      const zero = attributesOf(change).some(
        ({ path, after }) => path.includes("networking.fleet.azure.com/weight") && String(after) === "0",
      );
      return zero
        ? `export ${changeName(change)} gets the weight 0: no traffic of the fleet reaches it`
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
    id: "service-changed",
    what: "a MultiClusterService changes otherwise",
    effect: "the fleet takes over what is added to it, and never what is taken away",
    severity: "risk",
    tell: isWhen("update", of("MultiClusterService"), (change) => {
      const others = attributesOf(change).filter(({ path }) => !path.includes("serviceImport"));
      return others.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(others)}): what is taken away, such as an internal address, stays until it is made anew`
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
      if (attributes.length === 0) return undefined;
      const effect =
        objectKind(change) === "TrafficManagerProfile"
          ? "its probes may find other clusters healthy"
          : attributes.some(({ path, after }) => path[path.length - 1] === "weight" && String(after) === "0")
            ? "no traffic of the DNS name goes to its clusters"
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
      const zero = attributes.some(
        ({ path, after }) => path.includes("networking.fleet.azure.com/weight") && String(after) === "0",
      );
      return zero || attributes.length === 0
        ? undefined
        : `export ${changeName(change)} changes: ${summaryOf(attributes)}`;
    }),
  },
];
