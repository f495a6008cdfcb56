import { counted } from "../../kinds";
import { attributesOf } from "../attributes";
import { chosenBy } from "../choice";
import type { Change } from "../plan";
import { at, joined, textOf } from "../values";
import { targetOf } from "./access";
import { addresses, keyIn, ofFleet, partOf, servicesOn } from "./parts";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import {
  changeName,
  isAutoUpgrade,
  isFleet,
  isManagedNamespace,
  isMember,
  isMemberLabels,
  onlyTags,
  subjectOf,
} from "./subject";
import { because, goes, summaryOf } from "./words";

export function labelledMember(change: Change, context: Context): string {
  const id = textOf((change.before ?? change.after)?.resource_id);
  const name = targetOf(change, "resource_id", context) ?? changeName(change);
  return !id || id.includes("${") ? name : `member ${name}`;
}

export function deletesNamespace({ before }: Change): boolean {
  return at(before, "body", "properties", "deletePolicy") === "Delete";
}
export const FLEET_RULES: readonly Rule[] = [
  {
    id: "fleet-replaced",
    what: "the fleet is replaced (its hub can't be changed in place)",
    effect:
      "the hub and all that was applied to it go; every member leaves and joins the new one; what is placed stays behind unmanaged until it is placed again; every address goes",
    severity: "outage",
    tell: isWhen("replace", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const who =
        members.length > 0
          ? `its ${counted(members.length, "member leaves and joins", "members leave and join")}`
          : "its members leave and join";
      return `${subjectOf(change)} is replaced${because(change)}: ${[
        "its hub goes, with all that was applied to it",
        `${who} the new one`,
        "what is placed stays behind unmanaged until it is placed again",
        ...addresses(services, "change", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "fleet-deleted",
    what: "the fleet is deleted",
    effect:
      "the hub and all that was applied to it go; every member leaves; what is placed stays behind unmanaged; every address goes",
    severity: "outage",
    tell: isWhen("delete", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const { length } = members;
      return `${subjectOf(change)} is deleted${because(change)}: ${[
        "its hub goes, with all that was applied to it",
        length > 0 ? `its ${counted(length, "member leaves", "members leave")}` : "its members leave",
        ...addresses(services, "go", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-replaced",
    what: "a member is replaced, its cluster stays",
    effect:
      "it leaves and rejoins: until it has, nothing reaches what it exports; addresses on it change; what is placed there is taken over again",
    severity: "outage",
    tell: isWhen("replace", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      return `${subjectOf(change)} leaves and rejoins${because(change)}: ${[
        "until it has, no traffic of the fleet reaches what it exports",
        ...addresses(servicesOn(context.before, cluster), "change", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-with-address-leaves",
    what: "a member is deleted that holds a MultiClusterService",
    effect: "the address goes; what is placed there stays behind unmanaged",
    severity: "outage",
    tell: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      const services = servicesOn(context.before, cluster);
      if (services.length === 0) return undefined;
      return `${subjectOf(change)} leaves${because(change)}: ${addresses(services, "go", context, "it").join()}, what is placed there stays behind unmanaged`;
    }),
  },
  {
    id: "managed-namespace-deleted",
    what: "a managed namespace with the deletePolicy Delete is deleted or replaced",
    effect: "the namespace goes from its clusters, with everything in it",
    severity: "outage",
    tell: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on its clusters`
        : undefined,
    ),
  },
  {
    id: "member-leaves",
    what: "a member is deleted, its cluster stays",
    effect: "what is placed there stays behind unmanaged; what it exports is withdrawn",
    severity: "risk",
    tell: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      if (servicesOn(context.before, cluster).length > 0) return undefined;
      return `${subjectOf(change)} leaves${because(change)}: what is placed there stays behind unmanaged, no traffic of the fleet reaches it; the hub refuses while it still exports a Service`;
    }),
  },
  {
    id: "member-labelled",
    what: "the labels of a member change",
    effect: "placements that choose by them may no longer choose it",
    severity: "risk",
    tell: isWhen(
      ["create", "update", "replace"],
      (change) => isMemberLabels(change) || (isMember(change) && change.action === "update"),
      (change, context) => {
        const labels = attributesOf(change).filter(({ path }) => path.includes("labels"));
        const who = isMemberLabels(change) ? labelledMember(change, context) : subjectOf(change);
        return labels.length > 0
          ? `${who} is labelled otherwise (${summaryOf(labels)}): placements that choose by label may come or go there`
          : undefined;
      },
    ),
  },
  {
    id: "member-labels-kept",
    what: "the labels of a member are no longer the app's",
    effect: "the member keeps them, unmanaged",
    severity: "risk",
    tell: isWhen(
      "delete",
      isMemberLabels,
      (change, context) =>
        `the labels of ${labelledMember(change, context)} are no longer the app's: the member keeps them, unmanaged`,
    ),
  },
  {
    id: "managed-namespace-kept",
    what: "a managed namespace with the deletePolicy Keep is deleted or replaced",
    effect:
      "the namespace stays on its clusters, unmanaged: its quotas and network policies are no longer kept",
    severity: "risk",
    tell: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? undefined
        : `${subjectOf(change)} is ${goes(change)}: it stays on its clusters with all that is in it, unmanaged${change.action === "replace" ? " until it is made again" : ""}`,
    ),
  },
  {
    id: "managed-namespace-changed",
    what: "a managed namespace changes",
    effect: "its quotas, network policies, or the clusters that have it, are others than before",
    severity: "risk",
    tell: isWhen("update", isManagedNamespace, (change) => {
      const attributes = attributesOf(change);
      return onlyTags(change) || attributes.length === 0
        ? undefined
        : `${subjectOf(change)} changes on its clusters: ${summaryOf(attributes)}`;
    }),
  },
  {
    id: "auto-upgrade-changed",
    what: "an auto-upgrade profile is created, enabled or changes",
    effect: "Azure upgrades the members by itself, as new versions come",
    severity: "risk",
    tell: isWhen(["create", "update", "replace"], isAutoUpgrade, (change) => {
      const properties = at(change.after, "body", "properties");
      const channel = textOf(at(properties, "channel"));
      if (change.action === "update" && attributesOf(change).length === 0) return undefined;
      const now =
        at(properties, "disabled") === true
          ? "it is disabled, so nothing is upgraded by it"
          : `Azure upgrades the members by itself${channel ? ` (channel ${channel})` : ""}, as new versions come`;
      if (change.action === "update") {
        return `${subjectOf(change)} changes (${summaryOf(attributesOf(change))}): ${now}`;
      }
      return `${subjectOf(change)} is ${change.action === "create" ? "created" : goes(change)}: ${now}`;
    }),
  },
  {
    id: "auto-upgrade-gone",
    what: "an auto-upgrade profile is deleted",
    effect: "the members keep their versions until somebody upgrades them",
    severity: "risk",
    tell: isWhen(
      "delete",
      isAutoUpgrade,
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: the members keep their versions until somebody upgrades them`,
    ),
  },
  {
    id: "fleet-created",
    what: "the fleet is created",
    effect: "there is a hub to place from",
    severity: "change",
    tell: isWhen("create", isFleet, (change, { after }) => {
      const { location } = partOf(after.hubs, change, "after") ?? {};
      return `${subjectOf(change)} is created${location ? ` in ${location}` : ""}`;
    }),
  },
  {
    id: "member-joins",
    what: "a member is created for a cluster that is there",
    effect: "placements that choose it place there; a namespace of the same name is taken over",
    severity: "change",
    tell: isWhen("create", isMember, (change, context) => {
      const places = context.after.placements.filter((one) =>
        chosenBy(one, context.after).members.some(({ key }) => key === keyIn(change, "after")),
      );
      const placed = [...new Set(places.flatMap(({ namespaces }) => namespaces))];
      return `${subjectOf(change)} joins the fleet${placed.length > 0 ? `: ${joined(placed)} ${placed.length > 1 ? "are" : "is"} placed there` : ""}`;
    }),
  },
];
