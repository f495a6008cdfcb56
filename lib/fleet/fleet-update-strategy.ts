import { KubernetesFleetUpdateStrategy } from "@cdktf/provider-azurerm/lib/kubernetes-fleet-update-strategy";
import type { ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { ifTold } from "../checks/told";
import { checkInteger } from "../checks/values";
import { checkedProps } from "../props/check-props";
import type { IFleet } from "./fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

/** Clusters that are upgraded before those of the next stage. */
export interface FleetUpdateStage {
  /** 1 to 50 lower-case letters, digits and hyphens; one of its own in the strategy. */
  readonly name: string;
  /**
   * Update groups, 1 to 50: what members name as their `group`. All are upgraded at the same time; the members of one
   * group one after the other. A group is in one stage only.
   */
  readonly groups: readonly string[];
  /** How long to wait, after the stage, before the next one begins, in seconds. @default - not at all */
  readonly afterStageWaitInSeconds?: number;
}

export interface FleetUpdateStrategyOptions {
  /** At least one, in the order of the upgrade. */
  readonly stages: readonly FleetUpdateStage[];
  /** @default - nothing but the fleet */
  readonly dependsOn?: ITerraformDependable[];
}

/** A strategy of this app, or one that exists. */
export interface IFleetUpdateStrategy extends IConstruct {
  readonly strategyId: string;
  /** Undefined where nothing says whose it is. */
  readonly fleet: IFleet | undefined;
}

export interface FleetUpdateStrategyProps extends FleetUpdateStrategyOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

const MARK = markOf("FleetUpdateStrategy");

/** The most groups that Azure takes in one stage. */
const MOST_GROUPS = 50;

/**
 * The order in which Azure upgrades the Kubernetes version and the node images of a fleet's members: update runs and
 * FleetAutoUpgradeProfiles follow it. A run copies the strategy when it is made; a later change is for later runs.
 *
 * It is not a StagedUpdateStrategy or ClusterStagedUpdateStrategy: those are objects on the hub, and say in which order
 * a placement brings workloads to members.
 */
export class FleetUpdateStrategy extends Construct implements IFleetUpdateStrategy {
  /** Whether something is a FleetUpdateStrategy. */
  static isFleetUpdateStrategy(x: unknown): x is FleetUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** A strategy that exists, by its id: `az fleet updatestrategy show --query id` prints it. */
  static fromStrategyId(scope: Construct, id: string, strategyId: string): IFleetUpdateStrategy {
    return new ImportedFleetUpdateStrategy(scope, id, strategyId);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly resource: KubernetesFleetUpdateStrategy;

  constructor(scope: Construct, id: string, props: FleetUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "FleetUpdateStrategyProps", props);
    markAs(this, MARK);
    const { fleet, name, stages } = props;
    this.fleet = fleet;
    this.name = name;
    this.resource = new KubernetesFleetUpdateStrategy(this, "Resource", {
      name,
      kubernetesFleetManagerId: fleet.fleetId,
      stage: stages.map((stage) => ({
        name: stage.name,
        group: stage.groups.map((group) => ({ name: group })),
        afterStageWaitInSeconds: stage.afterStageWaitInSeconds,
      })),
      dependsOn: props.dependsOn,
    });
    addCheck(this, () => checkUniqueInFleet(this, MARK, "update strategy"));
    addCheck(this, function* () {
      yield* checkName("update strategy", name, "name");
      yield* checkStages(stages);
      yield* checkGroupsOfFleet(stages, fleet);
    });
  }

  get strategyId(): string {
    return this.resource.id;
  }
}

const STRATEGY = ["an update strategy", "Microsoft.ContainerService/fleets/updateStrategies"] as const;

class ImportedFleetUpdateStrategy extends Construct implements IFleetUpdateStrategy {
  readonly strategyId: string;
  readonly fleet = undefined;

  constructor(scope: Construct, id: string, strategyId: string) {
    super(scope, id);
    const given = checkedProps(this, "ImportedUpdateStrategy", { strategyId });
    // In the case that Azure answers it.
    this.strategyId = readResourceId(given.strategyId, STRATEGY)?.id ?? given.strategyId;
    addCheck(this, () => checkResourceId("strategyId", given.strategyId, STRATEGY));
  }
}

function* checkStages(stages: readonly FleetUpdateStage[]): Generator<Finding> {
  if (stages.length === 0) {
    yield finding("update-strategy-stages", "stages: is empty; name at least one stage with its groups.");
  }
  const stageOf = new Map<string, string>();
  for (const [index, { name, groups, afterStageWaitInSeconds }] of stages.entries()) {
    const field = `stages["${name}"]`;
    yield* checkName("update stage", name, `stages[${index}].name`);
    yield* checkInteger(`${field}.afterStageWaitInSeconds`, afterStageWaitInSeconds, 0);
    if (isKnown(name) && stages.slice(0, index).some((other) => other.name === name)) {
      yield finding(
        "update-stage-twice",
        `stages: there are two stages of the name "${name}"; give each a name of its own.`,
      );
    }
    yield* checkGroups(field, groups, stageOf, name);
  }
}

/** @param stageOf the stage that each group was found in so far */
function* checkGroups(
  field: string,
  groups: readonly string[],
  stageOf: Map<string, string>,
  stage: string,
): Generator<Finding> {
  if (groups.length === 0 || groups.length > MOST_GROUPS) {
    yield finding(
      "update-stage-groups",
      `${field}.groups: has ${groups.length} groups, and Azure takes 1 to ${MOST_GROUPS} in a stage; ${groups.length === 0 ? "name one, or leave the stage out" : "spread them over several stages"}.`,
    );
  }
  for (const group of groups) {
    yield* checkName("update group", group, `${field}.groups`);
    const before = stageOf.get(group);
    if (isKnown(group) && before !== undefined) {
      yield finding(
        "update-group-twice",
        `${field}.groups: "${group}" is ${before === stage ? "there twice" : `in stage "${before}" already`}, and a cluster is upgraded once in a run; name each group once.`,
      );
    }
    stageOf.set(group, stage);
  }
}

/** Yields the groups that no member is in, where all members and their groups are known. */
function* checkGroupsOfFleet(stages: readonly FleetUpdateStage[], fleet: IFleet): Generator<Finding> {
  // A member without a group is known to have none; one whose group was not told is not known.
  const known = fleet.members.map((member) => ifTold(() => member.group ?? ""));
  if (!fleet.knowsAllMembers || known.some((group) => !isKnown(group))) {
    return;
  }
  const there = new Set(known.filter((group) => group !== ""));
  for (const { name, groups } of stages) {
    const missing = groups.filter((group) => isKnown(group) && !there.has(group));
    for (const group of new Set(missing)) {
      yield finding(
        "update-group-without-members",
        `stages["${name}"].groups: no member of fleet "${ifTold(() => fleet.fleetName) ?? fleet.node.id}" is in the update group "${group}"; the groups of its members are ${quoted(there as Set<string>)}. Set the group of a member, or leave this one out.`,
      );
    }
  }
}
