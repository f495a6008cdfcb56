import { counted } from "../../kinds";
import { attributesOf } from "../attributes";
import { chosenBy } from "../choice";
import { inFleet } from "../fleet";
import { namedBy } from "../policy";
import { at, joined, objectOf, textOf } from "../values";
import {
  choice,
  fromWhere,
  isPlacement,
  movedService,
  namesOf,
  placedOn,
  placedThings,
  placementOf,
} from "./parts";
import { GONE, isWhen, type Rule } from "./rule";
import { changeName, ENVELOPES, manifestOf, OVERRIDES, of, RUN_KINDS, subjectOf } from "./subject";
import { because, goes, summaryOf } from "./words";

export const PLACEMENT: readonly Rule[] = [
  {
    id: "placement-deleted",
    what: "a placement is deleted",
    effect: "what it placed is removed from every cluster that it chose",
    severity: "outage",
    tell: isWhen("delete", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement || placement.abandons) return undefined;
      return `placement ${changeName(change)} is deleted${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}`;
    }),
  },
  {
    id: "placement-replaced",
    what: "a placement is replaced (another name or apiVersion)",
    effect: "what it placed is removed from every cluster that it chose, and placed again",
    severity: "outage",
    tell: isWhen("replace", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement || placement.abandons) return undefined;
      return `placement ${changeName(change)} is replaced${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}, and placed again`;
    }),
  },
  {
    id: "placement-narrowed",
    what: "a placement no longer chooses a member",
    effect: "what it placed is removed from that cluster",
    severity: "outage",
    tell: (change, context) => {
      const how = choice(change, context);
      if (
        !how ||
        (how.lost.length === 0 &&
          (how.unnamed.length === 0 || inFleet(context.before.members, how.before.fleet).length > 0))
      ) {
        return undefined;
      }
      const said = how.unnamed.length > 0 ? how.unnamed : how.lost;
      const from =
        how.lost.length > 0 && said !== how.lost
          ? joined(how.lost)
          : said.length > 1
            ? "those clusters"
            : "that cluster";
      const none =
        chosenBy(how.after, context.after).members.length === 0 &&
        inFleet(context.after.members, how.after.fleet).length > 0;
      return `placement ${changeName(change)} no longer chooses ${joined(said, "or")}: ${placedThings(how.before)} ${how.before.namespaces.length > 1 ? "are" : "is"} removed from ${from}${none ? "; it chooses no cluster any more" : ""}`;
    },
  },
  {
    id: "placement-drops",
    what: "a placement no longer places a namespace",
    effect: "the namespace is removed from every cluster that the placement chose",
    severity: "outage",
    tell: (change, context) => {
      const how = choice(change, context);
      if (!how || how.dropped.length === 0) return undefined;
      return `placement ${changeName(change)} no longer places ${joined(how.dropped)}: removed from ${fromWhere(placedOn(change, context))}`;
    },
  },
  {
    id: "evicted",
    what: "an eviction is created",
    effect: "a placement is taken off a cluster, once",
    severity: "outage",
    tell: isWhen(["create", "replace"], of("ClusterResourcePlacementEviction"), (change) => {
      const spec = at(manifestOf(change), "spec");
      return `placement ${String(at(spec, "placementName") ?? "?")} is evicted from ${String(at(spec, "clusterName") ?? "a cluster")}, as far as its disruption budget allows`;
    }),
  },
  {
    id: "placement-abandons",
    what: "a placement with the deleteStrategy Abandon is deleted or replaced",
    effect: "what it placed stays behind unmanaged",
    severity: "risk",
    tell: isWhen(GONE, isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (placement && !placement.abandons) return undefined;
      const where = fromWhere(placedOn(change, context));
      return `placement ${changeName(change)} is ${goes(change)}: ${placement ? `${placedThings(placement)} stays behind unmanaged on ${where}` : "what becomes of what it placed can't be told"}`;
    }),
  },
  {
    id: "placement-refused",
    what: "the placementType of a placement changes",
    effect: "the hub refuses it: the type can't be changed",
    severity: "risk",
    tell: isWhen("update", isPlacement, (change) => {
      const type = attributesOf(change).filter(({ path }) => path[path.length - 1] === "placementType");
      return type.length > 0
        ? `placement ${changeName(change)} changes its type (${summaryOf(type)}): the hub refuses that, give the new one another name`
        : undefined;
    }),
  },
  {
    id: "override-gone",
    what: "an override is deleted or replaced",
    effect: "the clusters that it named get the objects as they are",
    severity: "risk",
    tell: isWhen(
      GONE,
      of(...OVERRIDES),
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: its clusters get the objects without it${change.action === "replace" ? " for a while" : ""}`,
    ),
  },
  {
    id: "envelope-gone",
    what: "an envelope is deleted or replaced",
    effect: "the objects in it are removed from every cluster that it is placed on",
    severity: "risk",
    tell: isWhen(
      GONE,
      of(...ENVELOPES),
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: the objects in it are removed from the clusters${change.action === "replace" ? ", and made anew" : ""}`,
    ),
  },
  {
    id: "run-gone",
    what: "a staged update run is deleted or replaced",
    effect: "it stops where it stands; what it rolled out stays",
    severity: "risk",
    tell: isWhen(GONE, of(...RUN_KINDS), (change) =>
      change.action === "delete"
        ? `${subjectOf(change)} is deleted${because(change)}: it stops where it stands, what it rolled out stays`
        : `${subjectOf(change)} is replaced${because(change)}: it starts again at its first stage`,
    ),
  },
  {
    id: "placement-widened",
    what: "a placement chooses another member",
    effect: "what it places comes to that cluster",
    severity: "change",
    tell: (change, context) => {
      const how = choice(change, context);
      if (!how) return undefined;
      const said =
        how.named.length > 0 &&
        how.won.length === 0 &&
        inFleet(context.after.members, how.after.fleet).length === 0
          ? how.named
          : how.won;
      if (said.length === 0) return undefined;
      const things = how.after.namespaces.length > 0 ? placedThings(how.after) : "what it places";
      return `placement ${changeName(change)} also chooses ${joined(said)}: ${things} ${how.after.namespaces.length > 1 ? "come" : "comes"} there`;
    },
  },
  {
    id: "placement-created",
    what: "a placement is created",
    effect: "what it selects is placed on the clusters that it chooses",
    severity: "change",
    tell: isWhen("create", isPlacement, (change, context) => {
      const placement = placementOf(change, "after", context);
      if (!placement) return undefined;
      const { members, sure } = chosenBy(placement, context.after);
      const where =
        members.length > 0
          ? `on ${sure ? "" : "one or more of "}${joined(namesOf(members))}`
          : `on ${joined(namedBy(placement.policy)) || "the clusters that it chooses"}`;
      return `placement ${changeName(change)} places ${placement.namespaces.length > 0 ? joined(placement.namespaces) : "what it selects"} ${where}`;
    }),
  },
  {
    id: "placement-changed",
    what: "a placement changes otherwise",
    effect: "it rolls out, applies or chooses otherwise from now on",
    severity: "change",
    tell: isWhen("update", isPlacement, (change, context) => {
      const how = choice(change, context);
      const chooses =
        how && (how.lost.length > 0 || how.won.length > 0 || how.unnamed.length > 0 || how.named.length > 0);
      const rest = attributesOf(change).filter(
        ({ path }) =>
          path[path.length - 1] !== "placementType" &&
          !(chooses && path.includes("policy")) &&
          !(how && how.dropped.length > 0 && path.includes("resourceSelectors")),
      );
      return rest.length > 0 ? `placement ${changeName(change)} changes: ${summaryOf(rest)}` : undefined;
    }),
  },
  {
    id: "override-changed",
    what: "an override is created or changes",
    effect: "the clusters that it is for get other objects than before",
    severity: "change",
    tell: isWhen(["create", "update"], of(...OVERRIDES), (change, context) => {
      if (change.action === "create")
        return `${subjectOf(change)} is created: its clusters get what it changes otherwise than others`;
      return movedService(change, context) || attributesOf(change).length === 0
        ? undefined
        : `${subjectOf(change)} changes: ${summaryOf(attributesOf(change))}`;
    }),
  },
  {
    id: "envelope-changed",
    what: "an envelope is created or changes",
    effect: "what is in it comes to the clusters that it is placed on, and not to the hub",
    severity: "change",
    tell: isWhen(["create", "update"], of(...ENVELOPES), (change) => {
      const attributes = attributesOf(change);
      if (change.action === "create") {
        const inside = Object.keys(objectOf(at(manifestOf(change), "data"))).length;
        return `${subjectOf(change)} is created: ${counted(inside, "object comes", "objects come")} to the clusters that it is placed on`;
      }
      return attributes.length > 0 ? `${subjectOf(change)} changes: ${summaryOf(attributes)}` : undefined;
    }),
  },
  {
    id: "run-changed",
    what: "a staged update run is created or changes",
    effect: "it rolls a placement out, stage by stage, or stops",
    severity: "change",
    tell: isWhen(["create", "update"], of(...RUN_KINDS), (change) => {
      const placement = textOf(at(manifestOf(change), "spec", "placementName"));
      return change.action === "create"
        ? `${subjectOf(change)} rolls out ${placement ? `placement ${placement}` : "its placement"}, stage by stage`
        : `${subjectOf(change)} changes: ${summaryOf(attributesOf(change))}`;
    }),
  },
];
