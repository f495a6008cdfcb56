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

/** What a run does: which members it upgrades in which stage, and what it waits for before that. */
interface Step {
  readonly stage: string;
  /** Those that are seen; undefined where others may be in it. */
  readonly members: readonly string[] | undefined;
  readonly groups: readonly string[];
  /** `an approval ("Canaries are well")`, `Saturday 02:00 (UTC+00:00)`, `1 h`. */
  readonly waits: readonly string[];
  readonly atOnce: string | undefined;
}

/** The order of a strategy; undefined where it can't be told. */
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

/** As Azure has them; azurerm has other words. */
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
    const who = members ? (members.length > 0 ? joined(members) : "no member") : joined(groups);
    const pace = atOnce ? `, at most ${atOnce} at once` : "";
    const after = waits.length > 0 ? `${index === 0 ? " " : ", "}after ${joined(waits)},` : "";
    return `${index === 0 ? "first" : "then"}${after} ${stage}${who ? ` (${who}${pace})` : ""}`;
  });
  return parts.join("; ");
}

/** Of each member, the stage that upgrades it. */
function stageOfMembers(steps: readonly Step[]): Map<string, string> {
  return new Map(
    steps.flatMap(({ stage, members }) => (members ?? []).map((member): [string, string] => [member, stage])),
  );
}

interface StrategyChange {
  readonly now: string;
  /** Members that a run upgraded before, and no longer does. */
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
      // With a stage goes what it waits for.
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

const LATER = "a run that has begun keeps its order";

/** The strategy that a profile follows, as the plans name it. */
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
  Stable: "to the newest patch of the minor version before the newest",
  Rapid: "to the newest patch of the newest minor version",
  NodeImage: "to the newest node image, and to no other Kubernetes version",
  SecurityPatch: "with the newest security patches of their nodes, and to no other Kubernetes version",
};

function profileTold(change: Change, context: Context): string {
  const properties = at(change.after, "body", "properties");
  const channel = textOf(at(properties, "channel"));
  if (at(properties, "disabled") === true) return "it is disabled, so nothing is upgraded by it";
  const target = textOf(at(properties, "targetKubernetesVersion"));
  const what = target
    ? ` to the newest patch of ${target}${at(properties, "longTermSupport") === true ? ", as long as AKS supports it in the long term" : ""}`
    : channel && CHANNELS[channel]
      ? ` ${CHANNELS[channel]}`
      : "";
  const strategy = followed(change, "after", context);
  const steps = strategy?.change && stepsOf(strategy.change, "after", context);
  const order = strategy
    ? `, in the order of strategy ${strategy.name}${steps ? `: ${orderTold(steps)}` : ""}`
    : at(change.unknown, "body", "properties", "updateStrategyId")
      ? ""
      : ", one after the other";
  return `Azure upgrades the members by itself${channel ? ` (channel ${channel})` : ""}${what}, as new versions come${order}`;
}

/** What of a profile can't be changed, and does. */
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
  /** The stage that has the member; undefined: none has. */
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** Where each strategy of the plans that stays upgrades a member before and after, if that is another stage. */
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

/** Where nobody is moved by a strategy: whether one has the member at all. */
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
    what: "an update strategy changes so that a member is in none of its stages",
    effect: "later runs leave the member at the version that it has",
    severity: "risk",
    tell: isWhen("update", isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || found.left.length === 0) return undefined;
      return `${subjectOf(change)} changes: later runs leave out ${joined(found.left)}, and upgrade ${found.now}; ${LATER}`;
    }),
  },
  {
    id: "update-strategy-unguarded",
    what: "an update strategy changes so that a run no longer waits where it did",
    effect: "later runs go on without the approval, the time or the pause",
    severity: "risk",
    tell: isWhen("update", isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || found.unguarded.length === 0) return undefined;
      return `${subjectOf(change)} changes: later runs no longer wait for ${joined(found.unguarded)}; they upgrade ${found.now}; ${LATER}`;
    }),
  },
  {
    id: "update-strategy-gone",
    what: "an update strategy is deleted",
    effect: "no later run can follow it; a run that has begun goes on",
    severity: "risk",
    tell: isWhen(
      "delete",
      isStrategy,
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: no later run can follow it; a run that has begun goes on`,
    ),
  },
  {
    id: "auto-upgrade-changed",
    what: "an auto-upgrade profile is created, enabled or changes",
    effect: "Azure upgrades the members by itself, as new versions come",
    severity: "risk",
    tell: isWhen(["create", "update", "replace"], isAutoUpgrade, (change, context) => {
      const attributes = attributesOf(change);
      if (change.action === "update" && attributes.length === 0) return undefined;
      const now = profileTold(change, context);
      if (change.action === "update") {
        return `${subjectOf(change)} changes (${summaryOf(attributes)}): ${now}`;
      }
      if (change.action === "create") return `${subjectOf(change)} is created: ${now}`;
      const never = unchangeable(change, context);
      return never.length > 0
        ? `${subjectOf(change)} is made anew because Azure never changes ${joined(never)}; a run that has begun goes on: ${now}`
        : `${subjectOf(change)} is ${goes(change)}: ${now}`;
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
    id: "member-in-no-stage",
    what: "the update group or the labels of a member change so that a strategy has it in no stage any more",
    effect: "later runs leave the member at the version that it has",
    severity: "risk",
    tell: isWhen("update", isMember, (change, context) => {
      const left = movesOf(change, context).flatMap(({ strategy, was, is }) =>
        was !== undefined && is === undefined ? [`stage ${was} of strategy ${strategy}`] : [],
      );
      return left.length > 0
        ? `${subjectOf(change)} is no longer in ${joined(left)}, and in no other: later runs leave it at the version that it has`
        : undefined;
    }),
  },
  {
    id: "member-upgraded-otherwise",
    what: "the update group or the labels of a member change so that a strategy upgrades it in another stage",
    effect: "later runs upgrade it before or after others than so far",
    severity: "change",
    tell: isWhen("update", isMember, (change, context) => {
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
        ? `${subjectOf(change)} is in another update group (${from ?? "none"} → ${to ?? "none"}): runs that name the group upgrade it with those`
        : undefined;
    }),
  },
  {
    id: "update-strategy-changed",
    what: "an update strategy changes, and still upgrades the same members, with every wait that it had",
    effect: "later runs follow it; a run that has begun keeps its order",
    severity: "change",
    tell: isWhen(["update", "replace"], isStrategy, (change, context) => {
      const found = strategyChange(change, context);
      if (!found || attributesOf(change).length === 0) return undefined;
      if (change.action === "update" && found.left.length + found.unguarded.length > 0) return undefined;
      return `${subjectOf(change)} ${change.action === "replace" ? `is ${goes(change)}` : "changes"}: later runs upgrade ${found.now}; ${LATER}`;
    }),
  },
  {
    id: "update-strategy-created",
    what: "an update strategy is created",
    effect: "runs and auto-upgrade profiles can follow it; by itself it does nothing",
    severity: "change",
    tell: isWhen("create", isStrategy, (change, context) => {
      const steps = stepsOf(change, "after", context);
      return steps && `${subjectOf(change)} is created: runs that follow it upgrade ${orderTold(steps)}`;
    }),
  },
];
