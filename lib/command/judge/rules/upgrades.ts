import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { at, joined, listOf, textOf } from "../../plan/values";
import { referencesOf } from "./access";
import { isSelected, membersOn, type Side } from "./members";
import { type Context, isWhen, type Rule } from "./rule";
import { changeName, fleetPart, isAutoUpgrade, isMember, subjectOf } from "./subject";
import { goes, summaryOf } from "./words";

const isStrategy = (change: Change) =>
  fleetPart(change) === "updateStrategies" || change.type === "azurerm_kubernetes_fleet_update_strategy";

/** What a run does: which members it upgrades in which stage, and what it waits for first. */
interface Step {
  readonly stage: string;
  /** The known members; undefined if there may be others. */
  readonly members: readonly string[] | undefined;
  readonly groups: readonly string[];
  /** `an approval ("Canaries are well")`, `Saturday 02:00 (UTC+00:00)`, `1 h`. */
  readonly waits: readonly string[];
  readonly atOnce: string | undefined;
}

/** The order of a strategy; undefined if unknown. */
function stepsOf(strategy: Change, side: Side, context: Context): readonly Step[] | undefined {
  const stages = stagesOf(strategy, side);
  if (stages.length === 0) return undefined;
  return stages.map((stage, index) => {
    const before = stages[index - 1];
    const groups = listOf(at(stage, "groups"));
    return {
      stage: textOf(at(stage, "name")) ?? "(known after apply)",
      members: membersOf(stage, groups, strategy, side, context),
      groups: groups.flatMap((group) => textOf(at(group, "name")) ?? []),
      waits: [...gatesOf(before, "afterGates"), ...waitOf(before), ...gatesOf(stage, "beforeGates")],
      atOnce: textOf(at(stage, "maxConcurrency")),
    };
  });
}

/** As in Azure; azurerm uses other names. */
function stagesOf(strategy: Change, side: Side): readonly unknown[] {
  const values = strategy[side];
  if (strategy.type !== "azurerm_kubernetes_fleet_update_strategy") {
    return listOf(at(values, "body", "properties", "strategy", "stages"));
  }
  return listOf(values?.stage).map((stage) => ({
    name: at(stage, "name"),
    groups: listOf(at(stage, "group")),
    afterStageWaitInSeconds: at(stage, "after_stage_wait_in_seconds"),
  }));
}

function waitOf(stage: unknown): string[] {
  const seconds = Number(at(stage, "afterStageWaitInSeconds") ?? 0);
  return seconds > 0 ? [lengthOf(seconds)] : [];
}

/** `90 min`, `24 h`, `45 s`. */
function lengthOf(seconds: number): string {
  const [unit, of] = seconds % 3600 === 0 ? ["h", 3600] : seconds % 60 === 0 ? ["min", 60] : ["s", 1];
  return `${seconds / Number(of)} ${unit}`;
}

function gatesOf(stage: unknown, key: "beforeGates" | "afterGates"): string[] {
  return listOf(at(stage, key)).map((gate) => {
    const name = textOf(at(gate, "displayName"));
    const start = at(gate, "scheduledStartConfiguration");
    const what = start
      ? `${at(start, "startDay")} ${at(start, "startTime")} (UTC${at(start, "utcOffset") ?? "+00:00"})`
      : "an approval";
    return name ? `${what} ("${name}")` : what;
  });
}

function membersOf(
  stage: unknown,
  groups: readonly unknown[],
  strategy: Change,
  side: Side,
  context: Context,
): readonly string[] | undefined {
  const all = membersOn(side, strategy, context);
  if (all.length === 0 || (groups.length === 0 && !at(stage, "memberSelector"))) return undefined;
  const inStage = all.filter((member) => isSelected(member, at(stage, "memberSelector")));
  const chosen =
    groups.length === 0
      ? inStage
      : inStage.filter((member) =>
          groups.some((group) => {
            const selector = at(group, "memberSelector");
            return selector ? isSelected(member, selector) : member.group === at(group, "name");
          }),
        );
  return chosen.map(({ name }) => name).sort();
}

/** `first canary (aks-east), then, after an approval and 1 h, prod (aks-west)`. */
function orderTold(steps: readonly Step[]): string {
  const parts = steps.map(({ stage, members, groups, waits, atOnce }, index) => {
    const who = members ? (members.length > 0 ? joined(members) : "no members") : joined(groups);
    const pace = atOnce ? `, at most ${atOnce} at a time` : "";
    const after = waits.length > 0 ? `${index === 0 ? " " : ", "}after ${joined(waits)},` : "";
    return `${index === 0 ? "first" : "then"}${after} ${stage}${who ? ` (${who}${pace})` : ""}`;
  });
  return parts.join("; ");
}

/** The stage that upgrades each member. */
function stageOfMembers(steps: readonly Step[]): Map<string, string> {
  return new Map(
    steps.flatMap(({ stage, members }) => (members ?? []).map((member): [string, string] => [member, stage])),
  );
}

interface StrategyChange {
  readonly now: string;
  /** Members that a run upgraded before and no longer does. */
  readonly left: readonly string[];
  /** What a run waited for and no longer does: `an approval before prod`. */
  readonly unguarded: readonly string[];
}

function strategyChange(change: Change, context: Context): StrategyChange | undefined {
  const [was, is] = [stepsOf(change, "before", context), stepsOf(change, "after", context)];
  if (!was || !is) return undefined;
  const after = stageOfMembers(is);
  const still = new Set(membersOn("after", change, context).map(({ name }) => name));
  const left = [...stageOfMembers(was).keys()].filter((name) => still.has(name) && !after.has(name));
  const waits = (steps: readonly Step[]) =>
    steps.flatMap(({ stage, waits }) => waits.map((wait) => `${wait} before ${stage}`));
  const kept = waits(is);
  const gates = (side: Side) => groupGates(change, side);
  return {
    now: orderTold(is),
    left: left.sort(),
    unguarded: [
      // A removed stage removes its waits.
      ...waits(was.filter(({ stage }) => is.some((one) => one.stage === stage))).filter(
        (wait) => !kept.includes(wait),
      ),
      ...gates("before").filter((gate) => !gates("after").includes(gate)),
    ],
  };
}

/** Gates of groups: `an approval before group canary`. */
function groupGates(change: Change, side: Side): string[] {
  return stagesOf(change, side).flatMap((stage) =>
    listOf(at(stage, "groups")).flatMap((group) => [
      ...gatesOf(group, "beforeGates").map((gate) => `${gate} before group ${at(group, "name")}`),
      ...gatesOf(group, "afterGates").map((gate) => `${gate} after group ${at(group, "name")}`),
    ]),
  );
}

const LATER = "a run in progress keeps its order";

/** The strategy that a profile follows, as named in the plans. */
function followed(
  profile: Change,
  side: Side,
  context: Context,
): { readonly name: string; readonly change?: Change } | undefined {
  const id = textOf(at(profile[side], "body", "properties", "updateStrategyId"));
  const known = id && !id.includes("${") ? id.split("/").pop() : undefined;
  const strategies = context.all.filter((one) => isStrategy(one) && one[side]);
  if (known) {
    const change = strategies.find((one) => changeName(one) === known);
    return change ? { name: known, change } : { name: known };
  }
  const references = referencesOf(profile, "body", side).map(({ stack, address }) => `${stack} ${address}`);
  const change = strategies.find(({ stack, address }) => references.includes(`${stack} ${address}`));
  return change && { name: changeName(change), change };
}

const CHANNELS: Readonly<Record<string, string>> = {
  Stable: "to the latest patch of the second-newest minor version",
  Rapid: "to the latest patch of the newest minor version",
  NodeImage: "to the latest node image, without changing the Kubernetes version",
  SecurityPatch: "with the latest node security patches, without changing the Kubernetes version",
};

function profileTold(change: Change, context: Context): string {
  const properties = at(change.after, "body", "properties");
  const channel = textOf(at(properties, "channel"));
  if (at(properties, "disabled") === true) return "it is disabled and upgrades nothing";
  const target = textOf(at(properties, "targetKubernetesVersion"));
  const what = target
    ? ` to the latest patch of ${target}${at(properties, "longTermSupport") === true ? ", while AKS supports it (long-term support)" : ""}`
    : channel && CHANNELS[channel]
      ? ` ${CHANNELS[channel]}`
      : "";
  const strategy = followed(change, "after", context);
  const steps = strategy?.change && stepsOf(strategy.change, "after", context);
  const order = strategy
    ? `, in the order of strategy ${strategy.name}${steps ? `: ${orderTold(steps)}` : ""}`
    : at(change.unknown, "body", "properties", "updateStrategyId")
      ? ""
      : ", one after another";
  return `Azure upgrades the members automatically${channel ? ` (channel ${channel})` : ""}${what} as new versions come out${order}`;
}

/** Immutable parts of a profile that change. */
function unchangeable(change: Change, context: Context): string[] {
  const image = (side: Side) => textOf(at(change[side], "body", "properties", "nodeImageSelection", "type"));
  const [was, is] = [followed(change, "before", context)?.name, followed(change, "after", context)?.name];
  return [
    ...(was !== is ? [`its strategy (${was ?? "none"} → ${is ?? "none"})`] : []),
    ...(image("before") !== image("after")
      ? [`its node image selection (${image("before") ?? "none"} → ${image("after") ?? "none"})`]
      : []),
  ];
}

interface Move {
  readonly strategy: string;
  /** The member's stage; undefined: none. */
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** For each remaining strategy in the plans, a member's stage before and after, if it changes. */
function movesOf(member: Change, context: Context): Move[] {
  return context.all
    .filter((one) => isStrategy(one) && one.before && one.after)
    .map((strategy): Move => {
      const stage = (side: Side) =>
        stageOfMembers(stepsOf(strategy, side, context) ?? []).get(changeName(member));
      return { strategy: changeName(strategy), was: stage("before"), is: stage("after") };
    })
    .filter(({ was, is }) => was !== is);
}

/** If no strategy moves a member: whether any has it. */
function isInAStage(member: Change, context: Context): boolean {
  return context.all
    .filter((one) => isStrategy(one) && one.after)
    .some((strategy) => stageOfMembers(stepsOf(strategy, "after", context) ?? []).has(changeName(member)));
}

const groupOf = (member: Change, side: Side) =>
  textOf(at(member[side], "body", "properties", "group")) ?? textOf(member[side]?.group);

export const UPGRADES: readonly Rule[] = [
  {
    id: "update-strategy-leaves-out",
    what: "an update strategy changes and no longer has a member in any stage",
    effect: "later runs leave the member at its current version",
    severity: "risk",
    report: isWhen("update", isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || found.left.length === 0) return undefined;
      return `${subjectOf(change)} changes: later runs omit ${joined(found.left)} and upgrade ${found.now};  ${LATER}`;
    }),
  },
  {
    id: "update-strategy-unguarded",
    what: "an update strategy changes and drops a wait",
    effect: "later runs continue without the approval, start time or pause",
    severity: "risk",
    report: isWhen("update", isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || found.unguarded.length === 0) return undefined;
      return `${subjectOf(change)} changes: later runs no longer wait for ${joined(found.unguarded)}; they upgrade ${found.now}; ${LATER}`;
    }),
  },
  {
    id: "update-strategy-gone",
    what: "an update strategy is deleted",
    effect: "no later run can follow it; a run in progress continues",
    severity: "risk",
    report: isWhen(
      "delete",
      isStrategy,
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: no later run can follow it; a run in progress continues`,
    ),
  },
  {
    id: "auto-upgrade-changed",
    what: "an auto-upgrade profile is created, enabled or changes",
    effect: "Azure upgrades the members automatically as new versions come out",
    severity: "risk",
    report: isWhen(["create", "update", "replace"], isAutoUpgrade, (change, context) => {
      const attributes = attributesOf(change);
      if (change.action === "update" && attributes.length === 0) return undefined;
      const now = profileTold(change, context);
      if (change.action === "update") {
        return `${subjectOf(change)} changes (${summaryOf(attributes)}): ${now}`;
      }
      if (change.action === "create") return `${subjectOf(change)} is created: ${now}`;
      const never = unchangeable(change, context);
      return never.length > 0
        ? `${subjectOf(change)} is recreated because Azure can't change ${joined(never)}; a run in progress continues:  ${now}`
        : `${subjectOf(change)} is ${goes(change)}: ${now}`;
    }),
  },
  {
    id: "auto-upgrade-gone",
    what: "an auto-upgrade profile is deleted",
    effect: "the members keep their versions until upgraded manually",
    severity: "risk",
    report: isWhen(
      "delete",
      isAutoUpgrade,
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: the members keep their versions until upgraded manually`,
    ),
  },
  {
    id: "member-in-no-stage",
    what: "a member's update group or labels change, and a strategy no longer has it in any stage",
    effect: "later runs leave the member at its current version",
    severity: "risk",
    report: isWhen("update", isMember, (change, context) => {
      const left = movesOf(change, context).flatMap(({ strategy, was, is }) =>
        was !== undefined && is === undefined ? [`stage ${was} of strategy ${strategy}`] : [],
      );
      return left.length > 0
        ? `${subjectOf(change)} is no longer in ${joined(left)}, nor in any other: later runs leave it at its current version`
        : undefined;
    }),
  },
  {
    id: "member-upgrade-reordered",
    what: "a member's update group or labels change, and a strategy upgrades it in another stage",
    effect: "later runs upgrade it in a different order",
    severity: "change",
    report: isWhen("update", isMember, (change, context) => {
      const moves = movesOf(change, context);
      const places = moves.flatMap(({ strategy, was, is }) =>
        is === undefined
          ? []
          : [`stage ${is} of strategy ${strategy}${was === undefined ? "" : `, no longer in stage ${was}`}`],
      );
      if (places.length > 0) {
        return `${subjectOf(change)} is upgraded in ${joined(places)}, by later runs`;
      }
      const [from, to] = [groupOf(change, "before"), groupOf(change, "after")];
      return moves.length === 0 && from !== to && !isInAStage(change, context)
        ? `${subjectOf(change)} is in another update group (${from ?? "none"} → ${to ?? "none"}): runs that name the group upgrade it with that group`
        : undefined;
    }),
  },
  {
    id: "update-strategy-changed",
    what: "an update strategy changes, but still upgrades the same members with all of its waits",
    effect: "later runs follow it; a run in progress keeps its order",
    severity: "change",
    report: isWhen(["update", "replace"], isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || attributesOf(change).length === 0) return undefined;
      if (change.action === "update" && found.left.length + found.unguarded.length > 0) return undefined;
      return `${subjectOf(change)} ${change.action === "replace" ? `is ${goes(change)}` : "changes"}: later runs upgrade ${found.now}; ${LATER}`;
    }),
  },
  {
    id: "update-strategy-created",
    what: "an update strategy is created",
    effect: "runs and auto-upgrade profiles can follow it; it does nothing by itself",
    severity: "change",
    report: isWhen("create", isStrategy, (change, context) => {
      const steps = stepsOf(change, "after", context);
      return steps && `${subjectOf(change)} is created: runs that follow it upgrade ${orderTold(steps)}`;
    }),
  },
];
