import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { byText, joined, textOf } from "../../plan/values";
import { counted } from "../../terminal/kinds";
import { chosenBy } from "../choice";
import type { OnMember } from "../differences";
import { targetOf } from "./access";
import { addresses, keyIn, ofFleet, partOf, servicesOn } from "./parts";
import { removal } from "./removed";
import { type Context, isWhen, type Rule } from "./rule";
import { changeName, isFleet, isMember, isMemberLabels, of, subjectOf } from "./subject";
import { because, severally, summaryOf } from "./words";

export function labelledMember(change: Change, context: Context): string {
  const id = textOf((change.before ?? change.after)?.resource_id);
  const name = targetOf(change, "resource_id", context) ?? changeName(change);
  return !id || id.includes("${") ? name : `member ${name}`;
}

/** Labels that are laid over a member, or a member's own. */
function isLabelling(change: Change): boolean {
  return isMemberLabels(change) || (isMember(change) && change.action === "update");
}

interface Labelling {
  readonly who: string;
  /** `is labelled otherwise (ring a → b)`; undefined where labels stay. */
  readonly labels: string | undefined;
  /** The placements that no longer choose it, and those that may no longer. */
  readonly lost: readonly string[];
  readonly doubtful: readonly string[];
  readonly losses: readonly OnMember[];
}

function labelling(change: Change, context: Context): Labelling {
  const attributes = attributesOf(change).filter(({ path }) => path.includes("labels"));
  const who = isMemberLabels(change) ? labelledMember(change, context) : subjectOf(change);
  const name = who.replace(/^member /, "");
  // A placement that changes itself tells what it chooses.
  const changed = new Set(context.changes.map((one) => keyIn(one, "after")));
  const losses = context.model.flatMap(({ objects }) =>
    objects.filter(
      ({ member, loss, by }) =>
        member === name && loss?.how === "choice" && !by.some((key) => changed.has(key)),
    ),
  );
  const placements = (is: (one: OnMember) => boolean) =>
    [...new Set(losses.filter(is).map(({ loss }) => `placement ${loss?.placement}`))].sort(byText);
  return {
    who,
    labels: attributes.length > 0 ? `is labelled otherwise (${summaryOf(attributes)})` : undefined,
    lost: placements(({ isThere }) => isThere === false),
    doubtful: placements(({ isThere }) => isThere !== false),
    losses: losses.filter(({ isThere }) => isThere === false),
  };
}

/** Whether the plans tell what is placed: else labels may matter to placements that aren't seen. */
function knowsPlacements({ model }: Context): boolean {
  return model.some(({ before }) => before.fleet.placements.length > 0);
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
    id: "member-unchosen",
    what: "the labels of a member change so that a placement no longer chooses it",
    effect: "what it placed is removed from the member, once the fleet chooses anew",
    severity: "outage",
    tell: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, losses } = labelling(change, context);
      return labels !== undefined && lost.length > 0
        ? `${who} ${labels}: ${joined(lost)} no longer ${lost.length > 1 ? "choose" : "chooses"} it, ${removal(losses)} once the fleet chooses anew`
        : undefined;
    }),
  },
  {
    id: "member-leaves",
    what: "a member is deleted, its cluster stays",
    effect: "what is placed there stays behind unmanaged; what it exports is withdrawn",
    severity: "risk",
    tell: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      if (servicesOn(context.before, cluster).length > 0) return undefined;
      const said = (what: string, it: string, exports: string) =>
        `${what}: what is placed there stays behind unmanaged, no traffic of the fleet reaches ${it}; the hub refuses while ${exports} a Service`;
      return severally(
        change,
        said(`leaves${because(change)}`, "it", "it still exports"),
        said(`leave${because(change, true)}`, "them", "they still export"),
      );
    }),
  },
  {
    id: "fleet-refused",
    what: "the hub or the identity of the fleet changes in place",
    effect: "Azure refuses what never changes, and roles of the old identity are lost",
    severity: "risk",
    tell: isWhen("update", isFleet, (change) => {
      const attributes = attributesOf(change).filter(
        ({ path }) => path.includes("hubProfile") || path[0] === "identity",
      );
      return attributes.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(attributes)}): Azure never changes a hub, and the deployment may end there; roles of another identity are to be given anew`
        : undefined;
    }),
  },
  {
    id: "member-labelled",
    what: "the labels of a member change, and whether a placement still chooses it can't be told",
    effect: "placements that choose by them may no longer choose it",
    severity: "risk",
    tell: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, doubtful } = labelling(change, context);
      if (labels === undefined || lost.length > 0) return undefined;
      if (doubtful.length > 0) return `${who} ${labels}: ${joined(doubtful)} may no longer choose it`;
      return knowsPlacements(context)
        ? undefined
        : `${who} ${labels}: placements that choose by label may come or go there`;
    }),
  },
  {
    id: "member-tainted",
    what: "the taints of a member change",
    effect: "nothing new is placed there, or is again; what is there stays",
    severity: "risk",
    tell: isWhen(["create", "update"], of("MemberCluster"), (change) => {
      const taints = attributesOf(change).filter(({ path }) => path.includes("taints"));
      return taints.length > 0
        ? `the taints of member ${changeName(change)} change (${summaryOf(taints)}): placements that don't tolerate them choose it no more, and what is placed there already stays`
        : undefined;
    }),
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
    id: "member-relabelled",
    what: "the labels of a member change, and each placement chooses as before",
    effect: "no placement comes or goes there",
    severity: "change",
    tell: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, doubtful } = labelling(change, context);
      return labels !== undefined && lost.length + doubtful.length === 0 && knowsPlacements(context)
        ? `${who} ${labels}: no placement that these plans know chooses otherwise for that`
        : undefined;
    }),
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
