import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkObjectName } from "../../checks/names";
import { checkKey } from "../../checks/values";
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

/** Waits until somebody approves: the fleet makes an approval request, whose status is to be set to Approved. */
export interface ApprovalTask {
  readonly type: "Approval";
  readonly waitTime?: never;
}

/** Waits for a time. */
export interface TimedWaitTask {
  readonly type: "TimedWait";
  /** More than nothing, in hours, minutes and seconds, e.g. `1h30m`. */
  readonly waitTime: string;
}

/** Members that are updated together, one stage after the other. */
export interface UpdateStage {
  /** 1 to 63 lower-case letters and digits; no hyphens. */
  readonly name: string;
  /**
   * The members of the stage. Each member that the placement chooses must be in one stage, and in one only, or a run
   * fails before it begins. @default - every member
   */
  readonly labelSelector?: LabelSelector;
  /** A label whose value, a whole number, says which member comes first; then the name does. @default - the name only */
  readonly sortingLabelKey?: string;
  /** How many members are updated at once: a number of 1 or more, or a share, `1%` to `100%`, rounded down. @default 1 */
  readonly maxConcurrency?: number | string;
  /** What must be done before the stage begins: an approval at most. @default - nothing */
  readonly beforeStageTasks?: readonly ApprovalTask[];
  /** What must be done before the next stage: an approval, a wait, or both at the same time. @default - nothing */
  readonly afterStageTasks?: readonly (ApprovalTask | TimedWaitTask)[];
}

/** What strategies of both kinds have. */
export interface UpdateStrategyOptions {
  /** 1 to 253 lower-case letters, digits, hyphens and periods. */
  readonly name: string;
  /** 1 to 31, in the order of the update. A run keeps the stages that it began with. */
  readonly stages: readonly UpdateStage[];
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Makes the manifest of a strategy, with its checks. */
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

/** A stage as the API has it. */
export function stageSpec(stage: UpdateStage) {
  const { name, labelSelector, sortingLabelKey, maxConcurrency } = stage;
  return {
    name,
    // Always there: without a selector the stage has no member.
    labelSelector: selectorOf(labelSelector ?? {}),
    sortingLabelKey,
    maxConcurrency,
    beforeStageTasks: filled(stage.beforeStageTasks?.map(({ type }) => ({ type }))),
    afterStageTasks: filled(stage.afterStageTasks?.map(({ type, waitTime }) => ({ type, waitTime }))),
  };
}

function* checkStages(stages: readonly UpdateStage[]): Generator<Finding> {
  if (stages.length === 0) {
    yield finding(
      "update-stages-empty",
      "stages: is empty, so that no member is in a stage and no run can begin; name at least one.",
    );
  } else if (stages.length > 31) {
    yield finding(
      "update-stages-too-many",
      `stages: has ${stages.length} stages, and the fleet takes 31 at most; put several into one, with a maxConcurrency.`,
    );
  }
  for (const [index, stage] of stages.entries()) {
    const at = `stages[${index}]`;
    const { name, labelSelector, sortingLabelKey, maxConcurrency } = stage;
    if (isKnown(name) && !/^[a-z0-9]{1,63}$/.test(name)) {
      yield finding(
        "update-stage-name",
        `${at}.name: the fleet refuses "${name}": a stage's name has 1 to 63 lower-case letters and digits, and no hyphens. Choose another name.`,
      );
    }
    if (isKnown(name) && stages.findIndex((other) => other.name === name) < index) {
      yield finding(
        "update-stage-name-twice",
        `${at}.name: "${name}" is also the name of an earlier stage, and approvals are named after their stage; give one of them another name.`,
      );
    }
    if (selectsAll(labelSelector) && stages.length > 1) {
      yield finding(
        "update-stage-chooses-all",
        `${at}.labelSelector: chooses every member, also those of the other stages, and a run fails for a member that is in two; choose by labels.`,
      );
    }
    if (!selectsAll(labelSelector)) {
      yield* checkLabelSelector(`${at}.labelSelector`, labelSelector);
    }
    yield* checkKey(`${at}.sortingLabelKey`, sortingLabelKey, "label");
    if (isKnown(maxConcurrency) && !isConcurrency(maxConcurrency)) {
      yield finding(
        "update-stage-max-concurrency",
        `${at}.maxConcurrency: is ${JSON.stringify(maxConcurrency)}, and the fleet takes whole numbers of 1 or more, or "1%" to "100%"; correct it.`,
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
      `${prop}: has ${tasks.length} tasks, and the fleet takes ${most} at most; leave the others out.`,
    );
  } else if (tasks.length === 2 && tasks[0]?.type === tasks[1]?.type) {
    yield finding(
      "update-stage-task-twice",
      `${prop}: has two tasks of the type ${tasks[0]?.type}, and a run takes one of each; leave one of them out.`,
    );
  }
  for (const [index, { type, waitTime }] of tasks.entries()) {
    const at = `${prop}[${index}]`;
    if (type === "Approval") {
      if (waitTime !== undefined) {
        yield finding(
          "update-stage-approval-wait-time",
          `${at}.waitTime: is "${waitTime}", and an Approval takes none; leave it out, or add a TimedWait.`,
        );
      }
    } else if (type === "TimedWait" && waitTime === undefined) {
      yield finding(
        "update-stage-wait-time-missing",
        `${at}.waitTime: is missing, and a TimedWait has one; write e.g. "1h".`,
      );
    } else if (
      isKnown(waitTime) &&
      !(/^(?:(?:0|[1-9][0-9]*)(\.[0-9]+)?[smh])+$/.test(waitTime) && /[1-9]/.test(waitTime))
    ) {
      yield finding(
        "update-stage-wait-time",
        `${at}.waitTime: the fleet refuses "${waitTime}": a time is more than nothing, in h, m and s, without leading zeros; write e.g. "1h30m".`,
      );
    }
  }
}
