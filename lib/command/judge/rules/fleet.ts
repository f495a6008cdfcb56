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

/** Labels set on a member by another resource, or its own. */
function isLabelling(change: Change): boolean {
  return isMemberLabels(change) || (isMember(change) && change.action === "update");
}

interface Labelling {
  readonly who: string;
  /** `changes its labels (ring a → b)`; undefined if labels are unchanged. */
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
  // A placement that itself changes reports its own choice.
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
    labels: attributes.length > 0 ? `changes its labels (${summaryOf(attributes)})` : undefined,
    lost: placements(({ isThere }) => isThere === false),
    doubtful: placements(({ isThere }) => isThere !== false),
    losses: losses.filter(({ isThere }) => isThere === false),
  };
}

/** Whether the plans show what is placed: otherwise labels may matter to unknown placements. */
function knowsPlacements({ model }: Context): boolean {
  return model.some(({ before }) => before.fleet.placements.length > 0);
}

export const FLEET_RULES: readonly Rule[] = [
  {
    id: "fleet-replaced",
    what: "the fleet is replaced (its hub can't be changed in place)",
    effect:
      "the hub and everything applied to it are lost; every member leaves and joins the new one; what is placed is left behind unmanaged until placed again; every address is lost",
    severity: "outage",
    report: isWhen("replace", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const who =
        members.length > 0
          ? `its ${counted(members.length, "member leaves and joins", "members leave and join")}`
          : "its members leave and join";
      return `${subjectOf(change)} is replaced${because(change)}: ${[
        "its hub is deleted, with everything applied to it",
        `${who} the new one`,
        "what is placed is left behind unmanaged until placed again",
        ...addresses(services, "change", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "fleet-deleted",
    what: "the fleet is deleted",
    effect:
      "the hub and everything applied to it are lost; every member leaves; what is placed is left behind unmanaged; every address is lost",
    severity: "outage",
    report: isWhen("delete", isFleet, (change, context) => {
      const { members, services } = ofFleet(change, context);
      const { length } = members;
      return `${subjectOf(change)} is deleted${because(change)}: ${[
        "its hub is deleted, with everything applied to it",
        length > 0 ? `its ${counted(length, "member leaves", "members leave")}` : "its members leave",
        ...addresses(services, "lose", context, "its members"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-replaced",
    what: "a member is replaced, but not its cluster",
    effect:
      "it leaves and rejoins: until then, what it exports gets no fleet traffic; addresses on it change; what is placed there is taken over again",
    severity: "outage",
    report: isWhen("replace", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      return `${subjectOf(change)} leaves and rejoins${because(change)}: ${[
        "until then, what it exports gets no fleet traffic",
        ...addresses(servicesOn(context.before, cluster), "change", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "member-with-address-leaves",
    what: "a member with a MultiClusterService is deleted",
    effect: "the address is lost; what is placed there is left behind unmanaged",
    severity: "outage",
    report: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      const services = servicesOn(context.before, cluster);
      if (services.length === 0) return undefined;
      return `${subjectOf(change)} leaves${because(change)}: ${addresses(services, "lose", context, "it").join()}, what is placed there is left behind unmanaged`;
    }),
  },
  {
    id: "member-unchosen",
    what: "a member's labels change, and a placement no longer chooses it",
    effect: "what it placed is removed from the member once the fleet reschedules",
    severity: "outage",
    report: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, losses } = labelling(change, context);
      return labels !== undefined && lost.length > 0
        ? `${who} ${labels}: ${joined(lost)} no longer ${lost.length > 1 ? "choose" : "chooses"} it, ${removal(losses)} once the fleet reschedules`
        : undefined;
    }),
  },
  {
    id: "member-leaves",
    what: "a member is deleted, but not its cluster",
    effect: "what is placed there is left behind unmanaged; its exports are withdrawn",
    severity: "risk",
    report: isWhen("delete", isMember, (change, context) => {
      const cluster = partOf(context.before.members, change)?.cluster;
      if (servicesOn(context.before, cluster).length > 0) return undefined;
      const said = (what: string, it: string, exports: string) =>
        `${what}: what is placed there is left behind unmanaged, ${it}; the hub refuses while ${exports} a Service`;
      return severally(
        change,
        said(`leaves${because(change)}`, "its exports get no fleet traffic", "it still exports"),
        said(`leave${because(change, true)}`, "their exports get no fleet traffic", "they still export"),
      );
    }),
  },
  {
    id: "fleet-refused",
    what: "the hub or the identity of the fleet changes in place",
    effect: "Azure refuses immutable fields, and the old identity's roles are lost",
    severity: "risk",
    report: isWhen("update", isFleet, (change) => {
      const attributes = attributesOf(change).filter(
        ({ path }) => path.includes("hubProfile") || path[0] === "identity",
      );
      return attributes.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(attributes)}): a hub is immutable, so the deployment may fail there; a new identity needs its roles again`
        : undefined;
    }),
  },
  {
    id: "member-labelled",
    what: "a member's labels change, and a placement may no longer choose it",
    effect: "placements that select by them may no longer choose it",
    severity: "risk",
    report: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, doubtful } = labelling(change, context);
      if (labels === undefined || lost.length > 0) return undefined;
      if (doubtful.length > 0) return `${who} ${labels}: ${joined(doubtful)} may no longer choose it`;
      return knowsPlacements(context)
        ? undefined
        : `${who} ${labels}: placements that select by label may be added or removed there`;
    }),
  },
  {
    id: "member-tainted",
    what: "the taints of a member change",
    effect: "nothing new is placed there, or it is again; what is there stays",
    severity: "risk",
    report: isWhen(["create", "update"], of("MemberCluster"), (change) => {
      const taints = attributesOf(change).filter(({ path }) => path.includes("taints"));
      return taints.length > 0
        ? `the taints of member ${changeName(change)} change (${summaryOf(taints)}): placements that don't tolerate them no longer choose it; what is already placed there stays`
        : undefined;
    }),
  },
  {
    id: "member-labels-kept",
    what: "a member's labels are no longer managed by the app",
    effect: "the member keeps them, unmanaged",
    severity: "risk",
    report: isWhen(
      "delete",
      isMemberLabels,
      (change, context) =>
        `the labels of ${labelledMember(change, context)} are no longer managed by the app: the member keeps them`,
    ),
  },
  {
    id: "member-relabelled",
    what: "a member's labels change, without affecting any placement",
    effect: "no placement is added or removed there",
    severity: "change",
    report: isWhen(["create", "update", "replace"], isLabelling, (change, context) => {
      const { who, labels, lost, doubtful } = labelling(change, context);
      return labels !== undefined && lost.length + doubtful.length === 0 && knowsPlacements(context)
        ? `${who} ${labels}: no placement in these plans is affected`
        : undefined;
    }),
  },
  {
    id: "fleet-created",
    what: "the fleet is created",
    effect: "it provides a hub to place from",
    severity: "change",
    report: isWhen("create", isFleet, (change, { after }) => {
      const { location } = partOf(after.hubs, change, "after") ?? {};
      return `${subjectOf(change)} is created${location ? ` in ${location}` : ""}`;
    }),
  },
  {
    id: "member-joins",
    what: "a member is created for an existing cluster",
    effect: "placements that choose it place there; a namespace with the same name is taken over",
    severity: "change",
    report: isWhen("create", isMember, (change, context) => {
      const places = context.after.placements.filter((one) =>
        chosenBy(one, context.after).members.some(({ key }) => key === keyIn(change, "after")),
      );
      const placed = [...new Set(places.flatMap(({ namespaces }) => namespaces))];
      return `${subjectOf(change)} joins the fleet${placed.length > 0 ? `: ${joined(placed)} ${placed.length > 1 ? "are" : "is"} placed there` : ""}`;
    }),
  },
];
