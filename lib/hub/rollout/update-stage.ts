import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkObjectName } from "../../checks/names";
import { checkKey } from "../../checks/values";
import { checkClusterLabel } from "../../fleet/cluster-selector";
import { PLACEMENT_V1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import {
  checkLabelSelector,
  type LabelSelector,
  selectorOf,
  selectsAll,
} from "../../kubernetes/label-selector";
import { checkOnce } from "../../kubernetes/object-once";
import { filled } from "../../kubernetes/omit-undefined";

/** Waits for approval: the fleet creates an approval request, to be approved with the condition Approved in its status. */
export interface ApprovalTask {
  readonly type: "Approval";
  readonly waitTime?: never;
}

/** Waits for a fixed time. */
export interface TimedWaitTask {
  readonly type: "TimedWait";
  /** More than 0, in hours, minutes and seconds, e.g. `1h30m`. */
  readonly waitTime: string;
}

/** A group of members in the order of the update. */
export interface UpdateStage {
  /** 1 to 63 lower-case letters and digits; no hyphens. */
  readonly name: string;
  /**
   * Selects the stage's members. Each member that the placement selects must be in exactly one stage, or a run fails before
   * it begins. @default - all members
   */
  readonly labelSelector?: LabelSelector;
  /** A label whose value, a whole number, orders the members, before their names. @default - by name only */
  readonly sortingLabelKey?: string;
  /** How many members are updated at a time: a number of 1 or more, or a percentage, `1%` to `100%`, rounded down. @default 1 */
  readonly maxConcurrency?: number | string;
  /** Tasks before the stage begins: at most one approval. @default - none */
  readonly beforeStageTasks?: readonly ApprovalTask[];
  /** Tasks before the next stage begins: an approval, a wait, or both in parallel. @default - none */
  readonly afterStageTasks?: readonly (ApprovalTask | TimedWaitTask)[];
}

/** Options of both kinds of strategies. */
export interface UpdateStrategyOptions {
  /** 1 to 253 lower-case letters, digits, hyphens and periods. */
  readonly name: string;
  /** 1 to 31 stages, in the order of the update. A run keeps the stages that it began with. */
  readonly stages: readonly UpdateStage[];
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Creates the manifest of a strategy, with its checks. */
export function updateStrategyManifest(
  scope: Construct,
  strategy: UpdateStrategyOptions & {
    readonly kind: "ClusterStagedUpdateStrategy" | "StagedUpdateStrategy";
    readonly namespace?: string;
  },
): Manifest {
  const { kind, name, namespace, stages, dependsOn } = strategy;
  const manifest = appliedManifest(scope, "Resource", {
    manifest: {
      apiVersion: PLACEMENT_V1,
      kind,
      metadata: { name, namespace },
      spec: { stages: stages.map(stageSpec) },
    },
    dependsOn: dependsOn && [...dependsOn],
  });
  addCheck(scope, function* () {
    yield* checkObjectName(`a ${kind}`, name);
    yield* checkOnce([manifest]);
    yield* checkStages(stages);
  });
  return manifest;
}

/** A stage in the API's form. */
export function stageSpec(stage: UpdateStage) {
  const { name, labelSelector, sortingLabelKey, maxConcurrency } = stage;
  return {
    name,
    // Always set: without a selector, the stage has no members.
    labelSelector: selectorOf(labelSelector ?? {}),
    sortingLabelKey,
    maxConcurrency,
    beforeStageTasks: filled(stage.beforeStageTasks?.map(({ type }) => ({ type }))),
    afterStageTasks: filled(stage.afterStageTasks?.map(({ type, waitTime }) => ({ type, waitTime }))),
  };
}

function* checkStages(stages: readonly UpdateStage[]): Generator<Finding> {
  if (stages.length === 0) {
    yield finding("update-stages-empty", "stages: is empty, so no run could begin; add a stage.");
  } else if (stages.length > 31) {
    yield finding(
      "update-stages-too-many",
      `stages: has ${stages.length} stages, but the fleet allows at most 31; combine some into one, with a maxConcurrency.`,
    );
  }
  for (const [index, stage] of stages.entries()) {
    const at = `stages[${index}]`;
    const { name, labelSelector, sortingLabelKey, maxConcurrency } = stage;
    if (isKnown(name) && !/^[a-z0-9]{1,63}$/.test(name)) {
      yield finding(
        "update-stage-name",
        `${at}.name: "${name}" is not a valid stage name; use 1 to 63 lower-case letters and digits, no hyphens.`,
      );
    }
    if (isKnown(name) && stages.findIndex((other) => other.name === name) < index) {
      yield finding(
        "update-stage-name-twice",
        `${at}.name: "${name}" is also the name of an earlier stage, and approvals are named after their stage; rename one of them.`,
      );
    }
    if (selectsAll(labelSelector) && stages.length > 1) {
      yield finding(
        "update-stage-chooses-all",
        `${at}.labelSelector: selects all members, including those of the other stages, and a run fails if a member is in two; select by label.`,
      );
    }
    if (!selectsAll(labelSelector)) {
      yield* checkLabelSelector(`${at}.labelSelector`, labelSelector, checkClusterLabel);
    }
    yield* checkKey(`${at}.sortingLabelKey`, sortingLabelKey, "label");
    if (isKnown(maxConcurrency) && !isConcurrency(maxConcurrency)) {
      yield finding(
        "update-stage-max-concurrency",
        `${at}.maxConcurrency: ${JSON.stringify(maxConcurrency)} is not a whole number of 1 or more, or "1%" to "100%"; correct it.`,
      );
    }
    yield* checkTasks(`${at}.beforeStageTasks`, stage.beforeStageTasks ?? [], 1);
    yield* checkTasks(`${at}.afterStageTasks`, stage.afterStageTasks ?? [], 2);
  }
}

function isConcurrency(value: number | string): boolean {
  return typeof value === "number"
    ? Number.isInteger(value) && value >= 1
    : /^(100|[1-9][0-9]?)%$/.test(value);
}

function* checkTasks(
  prop: string,
  tasks: readonly (ApprovalTask | TimedWaitTask)[],
  most: number,
): Generator<Finding> {
  if (tasks.length > most) {
    yield finding(
      "update-stage-tasks-too-many",
      `${prop}: has ${tasks.length} tasks, but the fleet allows at most ${most}; remove the rest.`,
    );
  } else if (tasks.length === 2 && tasks[0]?.type === tasks[1]?.type) {
    yield finding(
      "update-stage-task-twice",
      `${prop}: has two tasks of the type ${tasks[0]?.type}, but a stage allows only one of each; remove one of them.`,
    );
  }
  for (const [index, { type, waitTime }] of tasks.entries()) {
    const at = `${prop}[${index}]`;
    if (type === "Approval") {
      if (waitTime !== undefined) {
        yield finding(
          "update-stage-approval-wait-time",
          `${at}.waitTime: "${waitTime}" is set on an Approval, which takes no waitTime; remove it, or add a TimedWait.`,
        );
      }
    } else if (type === "TimedWait" && waitTime === undefined) {
      yield finding(
        "update-stage-wait-time-missing",
        `${at}.waitTime: is missing, but a TimedWait requires it; set e.g. "1h".`,
      );
    } else if (
      isKnown(waitTime) &&
      !(/^(?:(?:0|[1-9][0-9]*)(\.[0-9]+)?[smh])+$/.test(waitTime) && /[1-9]/.test(waitTime))
    ) {
      yield finding(
        "update-stage-wait-time",
        `${at}.waitTime: "${waitTime}" is not a valid wait time; use more than 0, in h, m and s, without leading zeros, e.g. "1h30m".`,
      );
    }
  }
}
