import { attributesOf } from "../attributes";
import { joined } from "../values";
import { fromWhere, placesOf } from "./parts";
import { GONE, isWhen, type Rule } from "./rule";
import { objectKind, of, RUNS, subjectOf, WORKLOADS } from "./subject";
import { bundled, goes, summaryOf } from "./words";

export const OBJECTS: readonly Rule[] = [
  {
    id: "namespace-deleted",
    what: "a namespace is deleted or replaced on the hub",
    effect: "it is removed from every cluster that it is placed on, with everything in it",
    severity: "outage",
    tell: isWhen(GONE, of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "before");
      const where = places.length > 0 ? ` and on ${joined(places)}` : " and wherever it is placed";
      return `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on the hub${where}`;
    }),
  },
  {
    id: "workload-deleted",
    what: "a workload or Service in a placed namespace is deleted or replaced",
    effect: "it is removed from every cluster that it is placed on (and made anew there)",
    severity: "outage",
    tell: isWhen(GONE, of(...WORKLOADS), (change, context) => {
      const where = fromWhere(placesOf(change, context, "before"), "every cluster that it is placed on");
      const again = change.action === "replace" ? ", and made anew" : "";
      return bundled(change, (many) => `${goes(change, many)}: removed from ${where}${again}`);
    }),
  },
  {
    id: "configuration-deleted",
    what: "a ConfigMap or Secret is deleted or replaced",
    effect: "pods that read it don't start without it",
    severity: "risk",
    tell: isWhen(GONE, of("ConfigMap", "Secret"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: pods that read ${many ? "them" : "it"} don't start`),
    ),
  },
  {
    id: "namespace-created",
    what: "a namespace is created",
    effect: "there is a place for what a placement brings to the clusters",
    severity: "change",
    tell: isWhen("create", of("Namespace"), (change, context) => {
      const places = placesOf(change, context, "after");
      return `${subjectOf(change)} is created${places.length > 0 ? `, and placed on ${joined(places)}` : " on the hub"}`;
    }),
  },
  {
    id: "workload-changed",
    what: "a workload or other object in a placed namespace is created or changes",
    effect: "it rolls out to every cluster that it is placed on",
    severity: "change",
    tell: isWhen(["create", "update"], of(...WORKLOADS, "ConfigMap", "Secret"), (change, context) => {
      const places = placesOf(change, context, "after");
      const where = places.length > 0 ? ` on ${joined(places)}` : "";
      if (change.action === "create") return bundled(change, `created${where}`);
      const attributes = attributesOf(change);
      if (attributes.length === 0) return undefined;
      const restarts =
        RUNS.includes(objectKind(change) ?? "") && attributes.some(({ path }) => path.includes("template"));
      return `${subjectOf(change)} changes${where}: ${summaryOf(attributes)}${restarts ? "; its pods restart one after the other" : ""}`;
    }),
  },
];
