import type { Truth } from "../../../fleet-model/truth";
import { isUnknown } from "../../../fleet-model/unknown";
import { attributesOf } from "../../plan/attributes";
import { inFleet } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { namedBy, requirements } from "../../plan/policy";
import { at, byText, isEqual, joined, listOf, objectOf, pathText, textOf } from "../../plan/values";
import { counted } from "../../terminal/kinds";
import { chosenBy } from "../choice";
import { refusedBy } from "../refused";
import { IN_PLACE_RULES } from "./in-place";
import {
  type Choice,
  choice,
  choices,
  fromWhere,
  isPlacement,
  keyIn,
  movedService,
  namesOf,
  placedOn,
  placedThings,
  placementOf,
  placesOf,
  refusalsOf,
} from "./parts";
import { isRunning, lossesBy, onClusters, removal, versionsOf } from "./removed";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import {
  changeName,
  ENVELOPES,
  manifestOf,
  OVERRIDES,
  objectKind,
  of,
  RUN_KINDS,
  subjectOf,
  wordOf,
} from "./subject";
import { because, bundled, goes, named, summaryOf } from "./words";

/** How a placement rolls out. */
const ROLLOUT: readonly Rule[] = [
  {
    id: "rollout-stops",
    what: "a placement's strategy becomes External, or it only compares objects (ReportDiff)",
    effect: "nothing rolls out automatically any longer",
    severity: "risk",
    report: isWhen("update", isPlacement, (change) => {
      if (refusalsOf(change).length > 0) return undefined;
      const becomes = (value: string, ...path: string[]) =>
        at(manifestOf(change), ...path) === value && at(change.before?.manifest, ...path) !== value;
      const said = [
        ...(becomes("External", "spec", "strategy", "type")
          ? ["it rolls out only by staged update runs from now on, which can't be reverted"]
          : []),
        ...(becomes("ReportDiff", "spec", "strategy", "applyStrategy", "type")
          ? ["it no longer applies anything, and only reports differences"]
          : []),
      ];
      return said.length > 0 ? `placement ${changeName(change)}: ${said.join("; ")}` : undefined;
    }),
  },
  {
    id: "rollout-at-once",
    what: "a placement may update all of its clusters at the same time (`maxUnavailable`)",
    effect: "a version that fails to start is down everywhere",
    severity: "risk",
    report: isWhen("update", isPlacement, (change, context) => {
      const most = (side: "before" | "after") => {
        const path = ["spec", "strategy", "rollingUpdate", "maxUnavailable"];
        return change[side] && (at(change[side]?.manifest, ...path) ?? "25%");
      };
      const chosen = [...choices(change, "after", context)]
        .filter(([, is]) => is !== false)
        .map(([name]) => name);
      const isAll = (value: unknown) => {
        const text = String(value);
        const share = /^(\d+)%$/.exec(text)?.[1];
        if (chosen.length === 0) return share === "100";
        const number = share ? Math.ceil((Number(share) * chosen.length) / 100) : Number(text);
        return chosen.length > 1 && number >= chosen.length;
      };
      const [was, is] = [most("before"), most("after")];
      if (at(manifestOf(change), "spec", "strategy", "type") === "External") return undefined;
      if (!isAll(is) || (was !== undefined && (isAll(was) || String(was) === String(is)))) return undefined;
      const where = chosen.length > 0 ? named(chosen) : "all of its clusters";
      return `placement ${changeName(change)} rolls out to ${where} at the same time (maxUnavailable ${was === undefined ? "" : `${String(was)} → `}${String(is)}): a version that fails to start is down everywhere`;
    }),
  },
  {
    id: "takeover-changed",
    what: "a placement takes over existing objects, or stops overwriting drift",
    effect: "objects with the same name are overwritten, or no longer updated",
    severity: "risk",
    report: isWhen("update", isPlacement, (change) => {
      const apply = (values: Change["before"], key: string) =>
        textOf(at(values?.manifest, "spec", "strategy", "applyStrategy", key)) ?? "Always";
      const is = (key: string, value: RegExp) =>
        apply(change.before, key) !== apply(change.after, key) && value.test(apply(change.after, key));
      const said = [
        ...(is("whenToTakeOver", /^Always$/) ? ["it overwrites existing objects with the same name"] : []),
        ...(is("whenToApply", /^IfNotDrifted$/)
          ? ["objects that drifted on a cluster are no longer updated"]
          : []),
      ];
      return said.length > 0 ? `placement ${changeName(change)}: ${said.join("; ")}` : undefined;
    }),
  },
];

/** What these rules report about a placement. */
const TOLD =
  /^manifest\.spec\.strategy\.(type|rollingUpdate\.maxUnavailable|applyStrategy\.(type|whenToTakeOver|whenToApply))$/;

/** Whether a PickN that doesn't choose all members changes its preference, when only the hub knows its choice. */
function choosesAnew({ before, after }: Choice, is: ReadonlyMap<string, Truth>): boolean {
  const without = (policy: unknown) => ({ ...objectOf(policy), numberOfClusters: 0 });
  return (
    at(after.policy, "placementType") === "PickN" &&
    !isEqual(without(before.policy), without(after.policy)) &&
    [...is.values()].some(isUnknown)
  );
}

function takesAway(change: Change, context: Context): boolean {
  return [true, false].some((running) => takenAway(change, context, running) !== undefined);
}

/** A PickN that needs fewer than it has, when only the hub knows which: `1 instead of 2 of a, b and c`. */
function fewerOf({ before, after, lost }: Choice, is: ReadonlyMap<string, Truth>): string | undefined {
  const [was, now] = [at(before.policy, "numberOfClusters"), at(after.policy, "numberOfClusters")];
  if (typeof was !== "number" || typeof now !== "number" || now >= was || lost.length > 0) {
    return undefined;
  }
  const eligible = [...is].filter(([, one]) => one !== false).map(([name]) => name);
  // None is removed if there were no more to choose from.
  if (eligible.length > 0 && eligible.length <= now) return undefined;
  return `${now} instead of ${was} clusters${eligible.length > 0 ? ` of ${named(eligible)}` : ""}`;
}

/** What an in-place change removes from clusters: workloads, or settings and possible removals. */
function takenAway(change: Change, context: Context, running: boolean): string | undefined {
  if (
    change.action !== "update" &&
    !(change.action === "create" && OVERRIDES.includes(objectKind(change) ?? ""))
  ) {
    return undefined;
  }
  const how = choice(change, context);
  const chosen =
    running && OVERRIDES.includes(objectKind(change) ?? "") ? deletedByChoice(change, context) : [];
  if (chosen.length > 0) {
    return `${subjectOf(change)} ${change.action === "create" ? "is created" : "changes"}: ${named(chosen)} removed from the clusters it chooses`;
  }
  const losses = lossesBy(change, context).filter(
    ({ loss, identity, isThere }) =>
      // These are reported by the placement's choice and its namespaces.
      loss?.how !== "choice" &&
      !ENVELOPES.includes(objectKind(change) ?? "") &&
      !(
        isPlacement(change) &&
        how?.dropped.some((name) => name === identity.name || name === identity.namespace)
      ) &&
      !(identity.kind === "MultiClusterService" && movedService(change, context)) &&
      (isRunning(identity.kind) && isThere === false) === running,
  );
  const certain = losses.filter(({ isThere }) => isThere === false);
  const doubtful = losses.filter(({ isThere }) => isThere !== false);
  const said = [
    ...(certain.length > 0 ? [removal(certain)] : []),
    ...(doubtful.length > 0 ? [removal(doubtful, ["may be", "may be"])] : []),
  ];
  if (said.length === 0) return undefined;
  const scope = running ? narrowedScope(change) : undefined;
  if (scope) {
    return `placement ${changeName(change)} places only namespace ${scope} itself, without its contents:  ${said.join("; ")}, and whatever else is in ${scope}`;
  }
  return `${subjectOf(change)} ${change.action === "create" ? "is created" : "changes"}: ${said.join("; ")}`;
}

/** What is removed from an envelope. */
function envelopeLosses(change: Change, context: Context, is: (kind: string) => boolean): string | undefined {
  const inside = (values: Change["before"]) =>
    Object.values(objectOf(at(values?.manifest, "data"))).map((one) => {
      const name = textOf(at(one, "metadata", "name")) ?? "(known after apply)";
      return { kind: textOf(at(one, "kind")) ?? "object", name };
    });
  const label = ({ kind, name }: { kind: string; name: string }) => `${wordOf(kind)} ${name}`;
  const kept = change.action === "update" ? inside(change.after).map(label) : [];
  const lost = inside(change.before).filter((one) => is(one.kind) && !kept.includes(label(one)));
  if (lost.length === 0 && inside(change.before).length > 0) return undefined;
  if (lost.length === 0 && is("Deployment")) return undefined;
  const what = lost.length > 0 ? named(lost.map(label)) : "the objects in it";
  const where = fromWhere(placesOf(change, context, "before"), "every cluster it is placed on");
  const done = change.action === "update" ? "changes" : `is ${goes(change)}`;
  return `${subjectOf(change)} ${done}: ${what} ${lost.length === 1 ? "is" : "are"} removed from ${where}${change.action === "replace" ? ", and recreated" : ""}`;
}

/** What an override newly removes, if the members it chooses are not in these plans. */
function deletedByChoice(change: Change, { after, before }: Context): string[] {
  if (after.members.length + before.members.length > 0) return [];
  const spec = (values: Change["before"]) => at(values?.manifest, "spec");
  const rules = (values: Change["before"]) =>
    listOf(at(spec(values), "policy", "overrideRules")).filter((one) => at(one, "overrideType") === "Delete");
  const isNew = rules(change.after).some((one) => !rules(change.before).some((old) => isEqual(one, old)));
  const key =
    objectKind(change) === "ClusterResourceOverride" ? "clusterResourceSelectors" : "resourceSelectors";
  return isNew
    ? listOf(at(spec(change.after), key)).map((one) => {
        const where = rules(change.after).flatMap((rule) =>
          listOf(at(rule, "clusterSelector", "clusterSelectorTerms")),
        );
        const values = where.flatMap(requirements).flatMap((each) => each.values);
        const said = values.length > 0 ? ` (${named(values)})` : "";
        return `${wordOf(String(at(one, "kind")))} ${String(at(one, "name"))}${said} is`;
      })
    : [];
}

/** Whether an override, which the model knows, is deleted without changing an object on any cluster. */
function changesNothing(change: Change, { model }: Context): boolean {
  const key = keyIn(change, "before");
  return (
    change.action === "delete" &&
    model.some(
      ({ before: { fleet, overrides } }) =>
        fleet.members.some(({ member }) => !isUnknown(member.name)) &&
        [...overrides.values()].some((keys) => keys.includes(key)),
    ) &&
    !model.some(({ objects }) => objects.some(({ by }) => by.includes(key)))
  );
}

/** The namespace that a placement no longer places with its contents. */
function narrowedScope({ before, after }: Change): string | undefined {
  const scopes = (values: Change["before"]) =>
    new Map(
      listOf(at(values?.manifest, "spec", "resourceSelectors"))
        .filter((one) => at(one, "kind") === "Namespace")
        .map((one) => [String(at(one, "name")), at(one, "selectionScope") ?? "NamespaceWithResources"]),
    );
  const [was, is] = [scopes(before), scopes(after)];
  return [...was].find(
    ([name, scope]) =>
      scope === "NamespaceWithResources" && is.has(name) && is.get(name) !== "NamespaceWithResources",
  )?.[0];
}

/** What no longer rolls out. */
const FAILS: readonly Rule[] = [
  {
    id: "placement-fails",
    what: "a placement's objects are invalid: an override doesn't apply, or an envelope's content isn't allowed",
    effect: "nothing of the placement rolls out to that cluster any longer",
    severity: "risk",
    report: (change, context) => {
      const kind = objectKind(change) ?? "";
      if (!/^(Cluster)?Resource(Placement|Override|Envelope)$/.test(kind) || change.action === "delete") {
        return undefined;
      }
      const said = context.model.flatMap(({ before, after }) =>
        after.fleet.members.flatMap(({ member, brought }) =>
          brought.flatMap(({ placement, failure }) => {
            const was = before.fleet.members
              .find((one) => one.member.name === member.name)
              ?.brought.find((one) => one.placement.key === placement.key)?.failure;
            const reason = typeof failure === "string" ? failure : failure?.reason;
            return failure === undefined || was !== undefined || typeof reason !== "string"
              ? []
              : [`placement ${String(placement.key)} no longer rolls out (${reason})`];
          }),
        ),
      );
      // The hub takes what an override or an envelope makes of an object, and the clusters refuse it.
      const refused = isPlacement(change)
        ? []
        : versionsOf(change, context).flatMap(({ before, after, label, where }) => {
            const fields = refusedBy(before, after).map(({ path }) => pathText(path).replace(/^spec\./, ""));
            return fields.length > 0
              ? [
                  `${label} changes in ${joined(fields)}: the API${onClusters(where)} refuses that, so it never rolls out`,
                ]
              : [];
          });
      const all = [...new Set([...said, ...refused])];
      return all.length > 0 ? `${subjectOf(change)}: ${all.join("; ")}` : undefined;
    },
  },
];

/** Whether something stops, or may stop, on clusters, which is reported separately. */
function stops(change: Change, context: Context): boolean {
  return [...IN_PLACE_RULES, ...FAILS].some((rule) => rule.report(change, context) !== undefined);
}

export const PLACEMENT: readonly Rule[] = [
  {
    id: "placement-deleted",
    what: "a placement is deleted",
    effect: "what it placed is removed from every cluster it chose",
    severity: "outage",
    report: isWhen("delete", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement) return undefined;
      return `placement ${changeName(change)} is deleted${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}`;
    }),
  },
  {
    id: "placement-replaced",
    what: "a placement is replaced (another name or apiVersion)",
    effect: "what it placed is removed from every cluster it chose, and placed again",
    severity: "outage",
    report: isWhen("replace", isPlacement, (change, context) => {
      const placement = placementOf(change, "before", context);
      if (!placement) return undefined;
      return `placement ${changeName(change)} is replaced${because(change)}: ${placedThings(placement)} ${placement.namespaces.length > 1 ? "are" : "is"} removed from ${fromWhere(placedOn(change, context))}, and placed again`;
    }),
  },
  {
    id: "placement-narrowed",
    what: "a placement no longer chooses a member",
    effect: "what it placed is removed from that cluster",
    severity: "outage",
    report: (change, context) => {
      const how = choice(change, context);
      const fewer = how && fewerOf(how, choices(change, "after", context));
      if (how && fewer) {
        const { length } = how.before.namespaces;
        const from = fewer.startsWith("0 ") ? "all of them" : "the others, known only to the hub";
        return `placement ${changeName(change)} chooses ${fewer}: ${placedThings(how.before)} ${length > 1 ? "are" : "is"} removed from ${from}`;
      }
      if (
        !how ||
        (how.lost.length === 0 &&
          (how.unnamed.length === 0 || inFleet(context.before.members, how.before.fleet).length > 0))
      ) {
        return undefined;
      }
      const lost = [...how.lost].sort(byText);
      const said = how.unnamed.length > 0 ? how.unnamed : lost;
      const from = lost.length > 0 ? named(lost) : said.length > 1 ? "those clusters" : "that cluster";
      const none =
        chosenBy(how.after, context.after).members.length === 0 &&
        inFleet(context.after.members, how.after.fleet).length > 0;
      return `placement ${changeName(change)} no longer chooses ${joined(said, "or")}: ${placedThings(how.before)} ${how.before.namespaces.length > 1 ? "are" : "is"} removed from ${from}${none ? "; it no longer chooses any cluster" : ""}`;
    },
  },
  {
    id: "placement-drops",
    what: "a placement no longer places a namespace",
    effect: "the namespace is removed from every cluster the placement chose",
    severity: "outage",
    report: (change, context) => {
      const how = choice(change, context);
      if (!how || how.dropped.length === 0) return undefined;
      return `placement ${changeName(change)} no longer places ${joined(how.dropped)}: removed from ${fromWhere(placedOn(change, context))}`;
    },
  },
  {
    id: "envelope-drops",
    what: "workloads or Services are removed from an envelope, or deleted with it",
    effect: "they are removed from every cluster the envelope is placed on",
    severity: "outage",
    report: isWhen(["update", ...GONE], of(...ENVELOPES), (change, context) =>
      envelopeLosses(change, context, isRunning),
    ),
  },
  {
    id: "objects-removed",
    what: "an override, envelope, selection or label removes workloads or Services from clusters",
    effect: "they are removed from those clusters",
    severity: "outage",
    report: (change, context) => takenAway(change, context, true),
  },
  {
    id: "evicted",
    what: "an eviction is created",
    effect: "a placement is removed from a cluster, once",
    severity: "outage",
    report: isWhen(["create", "replace"], of("ClusterResourcePlacementEviction"), (change) => {
      const spec = at(manifestOf(change), "spec");
      return `placement ${String(at(spec, "placementName") ?? "?")} is evicted from ${String(at(spec, "clusterName") ?? "a cluster")}, as far as its disruption budget allows`;
    }),
  },
  {
    id: "eviction-gone",
    what: "the record of an eviction is deleted",
    effect: "nothing: an eviction happens once, when it is created",
    severity: "harmless",
    report: isWhen("delete", of("ClusterResourcePlacementEviction"), (change) =>
      bundled(change, ["is no longer recorded", "are no longer recorded"], ["eviction", "evictions"]),
    ),
  },
  {
    id: "settings-removed",
    what: "an override, envelope, selection or label removes, or may remove, other objects from clusters",
    effect: "workloads there that need them may fail, or fail to start",
    severity: "risk",
    report: (change, context) => takenAway(change, context, false),
  },
  {
    id: "placement-doubtful",
    what: "a placement may no longer choose a member",
    effect: "what it placed may be removed from that cluster",
    severity: "risk",
    report: (change, context) => {
      const how = choice(change, context);
      if (how && how.doubtful.length === 0 && choosesAnew(how, choices(change, "after", context))) {
        return `placement ${changeName(change)} is rescheduled: other clusters may fit better now, and ${placedThings(how.before)} may be removed from the current ones`;
      }
      return how && how.doubtful.length > 0
        ? `placement ${changeName(change)} may no longer choose ${joined(how.doubtful, "or")}: ${placedThings(how.before)} may be removed there`
        : undefined;
    },
  },
  {
    id: "placement-refused",
    what: "an immutable part of a placement changes: its type, External, or the removal of a policy or toleration",
    effect: "the hub refuses it and the deployment fails there; what is placed is unaffected",
    severity: "risk",
    report: isWhen("update", isPlacement, (change) => {
      const refused = refusalsOf(change);
      if (refused.length === 0) return undefined;
      const said = refused.map(({ path, before, after, why }) => {
        const name = String(path[path.length - 1]);
        return typeof before === "object" || typeof after === "object"
          ? `${name} (${why})`
          : `${name} ${String(before ?? "by default")} → ${String(after ?? "by default")} (${why})`;
      });
      return `the hub refuses to change placement ${changeName(change)} in ${joined(said)}: the deployment fails there; give a new one another name`;
    }),
  },
  ...ROLLOUT,
  ...FAILS,
  {
    id: "override-gone",
    what: "an override is deleted or replaced",
    effect: "the clusters it named get the objects unmodified",
    severity: "risk",
    report: isWhen(GONE, of(...OVERRIDES), (change, context) =>
      changesNothing(change, context)
        ? undefined
        : `${subjectOf(change)} is ${goes(change)}: its clusters get the objects without it${change.action === "replace" ? " for a while" : ""}`,
    ),
  },
  {
    id: "envelope-gone",
    what: "other objects are removed from an envelope, or deleted with it",
    effect: "they are removed from every cluster the envelope is placed on",
    severity: "risk",
    report: isWhen(["update", ...GONE], of(...ENVELOPES), (change, context) =>
      envelopeLosses(change, context, (kind) => !isRunning(kind)),
    ),
  },
  {
    id: "run-gone",
    what: "a staged update run is deleted or replaced",
    effect: "it stops at its current stage; what it rolled out stays",
    severity: "risk",
    report: isWhen(GONE, of(...RUN_KINDS), (change) =>
      change.action === "delete"
        ? `${subjectOf(change)} is deleted${because(change)}: it stops at its current stage, what it rolled out stays`
        : `${subjectOf(change)} is replaced${because(change)}: it starts again at its first stage`,
    ),
  },
  {
    id: "placement-widened",
    what: "a placement chooses another member",
    effect: "what it places is added to that cluster",
    severity: "change",
    report: (change, context) => {
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
      return `placement ${changeName(change)} also chooses ${joined(said)}: ${things} ${how.after.namespaces.length > 1 ? "are" : "is"} placed there`;
    },
  },
  {
    id: "placement-created",
    what: "a placement is created",
    effect: "what it selects is placed on the clusters it chooses",
    severity: "change",
    report: isWhen("create", isPlacement, (change, context) => {
      const placement = placementOf(change, "after", context);
      if (!placement) return undefined;
      const { members, sure } = chosenBy(placement, context.after);
      const where =
        members.length > 0
          ? `on ${sure ? "" : "one or more of "}${joined(namesOf(members))}`
          : `on ${joined(namedBy(placement.policy)) || "the clusters it chooses"}`;
      return `placement ${changeName(change)} places ${placement.namespaces.length > 0 ? joined(placement.namespaces) : "what it selects"} ${where}`;
    }),
  },
  {
    id: "placement-changed",
    what: "a placement changes in another way",
    effect: "it rolls out, applies or chooses differently from now on",
    severity: "change",
    report: isWhen("update", isPlacement, (change, context) => {
      const how = choice(change, context);
      if (!how) return undefined;
      const isTold = ROLLOUT.some((rule) => rule.report(change, context) !== undefined);
      const isNarrowed = PLACEMENT.some(
        ({ id, report }) =>
          /^placement-(narrowed|widened|doubtful)$/.test(id) && report(change, context) !== undefined,
      );
      const chooses = isNarrowed || how.lost.length + how.doubtful.length + how.won.length > 0;
      const rest = attributesOf(change).filter(
        ({ path }) =>
          !(chooses && path.includes("policy")) &&
          !(
            path.includes("resourceSelectors") &&
            (how.dropped.length > 0 || lossesBy(change, context).length > 0)
          ) &&
          !(isTold && TOLD.test(pathText(path))),
      );
      if (rest.length === 0) return undefined;
      // A policy that names different clusters, but chooses the same of those that exist.
      const isNamed = rest.every(({ path }) => path.includes("affinity") || path.includes("clusterNames"));
      const said = [
        ...(how.unnamed.length > 0 ? [`no longer names ${named(how.unnamed)}`] : []),
        ...(how.named.length > 0 ? [`also names ${named(how.named)}`] : []),
      ];
      return isNamed && said.length > 0
        ? `placement ${changeName(change)} ${joined(said)}`
        : `placement ${changeName(change)} changes: ${summaryOf(rest)}`;
    }),
  },
  {
    id: "override-changed",
    what: "an override is created or changes",
    effect: "its clusters get different objects than before",
    severity: "change",
    report: isWhen(["create", "update", "delete"], of(...OVERRIDES), (change, context) => {
      if (change.action === "delete")
        return changesNothing(change, context)
          ? `${subjectOf(change)} is ${goes(change)}: no object changes on any cluster`
          : undefined;
      const attributes = attributesOf(change);
      const isWhole = change.action === "create" || attributes.length === 1;
      if (takesAway(change, context) || (isWhole && stops(change, context))) return undefined;
      if (change.action === "create")
        return `${subjectOf(change)} is created: its clusters get the objects with its changes`;
      return movedService(change, context) || attributes.length === 0 || refusalsOf(change).length > 0
        ? undefined
        : `${subjectOf(change)} changes: ${summaryOf(attributes)}`;
    }),
  },
  {
    id: "envelope-changed",
    what: "an envelope is created or changes",
    effect: "its contents are added to the clusters it is placed on, not to the hub",
    severity: "change",
    report: isWhen(["create", "update"], of(...ENVELOPES), (change, context) => {
      const attributes = attributesOf(change);
      if (change.action === "create") {
        const inside = Object.keys(objectOf(at(manifestOf(change), "data"))).length;
        return `${subjectOf(change)} is created: ${counted(inside, "object is", "objects are")} added to the clusters it is placed on`;
      }
      const changed = new Set(attributes.map(({ path }) => path[2]));
      return attributes.length > 0 && !(changed.size === 1 && stops(change, context))
        ? `${subjectOf(change)} changes: ${summaryOf(attributes)}`
        : undefined;
    }),
  },
  {
    id: "run-changed",
    what: "a staged update run is created or changes",
    effect: "it rolls a placement out, stage by stage, or stops",
    severity: "change",
    report: isWhen(["create", "update"], of(...RUN_KINDS), (change) => {
      const placement = textOf(at(manifestOf(change), "spec", "placementName"));
      return change.action === "create"
        ? `${subjectOf(change)} rolls out ${placement ? `placement ${placement}` : "its placement"}, stage by stage`
        : refusalsOf(change).length > 0
          ? undefined
          : `${subjectOf(change)} changes: ${summaryOf(attributesOf(change))}`;
    }),
  },
];
