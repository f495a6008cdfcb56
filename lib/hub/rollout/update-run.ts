import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { finding } from "../../checks/finding";
import { checkObjectName } from "../../checks/names";
import { plannedMembers } from "../../fleet/planned-members";
import { PLACEMENT_V1 } from "../../fleet-api/groups";
import { stagedRun } from "../../fleet-model/staged-run";
import { isUnknown } from "../../fleet-model/unknown";
import { appliedManifest, type PlanCheck } from "../../kubernetes/applied-manifest";
import { modelValue } from "../../kubernetes/model-value";
import { checkOnce } from "../../kubernetes/object-once";
import type { IPlacement } from "../placement/placement";
import type { IUpdateStrategy } from "./update-strategy";

/** Options of both kinds of runs. */
export interface UpdateRunOptions {
  /** 1 to 63 lower-case letters, digits, hyphens and periods. A new name starts a new run. */
  readonly name: string;
  /**
   * The resource snapshot of the placement to roll out: a whole number of 0 or more. A change starts a new run. The hub takes
   * up to a minute to take a snapshot of a change: a run created in the same deployment may roll out the previous one.
   * @default - the latest when the run begins
   */
  readonly resourceSnapshotIndex?: string;
  /**
   * `Initialize` only assigns members to stages; `Run` starts or resumes the run; `Stop` stops it. `Initialize` can only
   * change to `Run`, and nothing can change back to `Initialize`: the plan fails. A state set on the hub by hand isn't
   * reverted: a run stopped in an emergency stays stopped until this is set to the same.
   * @default "Initialize"
   */
  readonly state?: "Initialize" | "Run" | "Stop";
  /** @default - the placement and the strategy, unless imported */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Creates the manifest of a run, with its checks. */
export function updateRunManifest(
  scope: Construct,
  run: UpdateRunOptions & {
    readonly kind: "ClusterStagedUpdateRun" | "StagedUpdateRun";
    readonly namespace?: string;
    readonly placement: IPlacement;
    readonly strategy: IUpdateStrategy;
  },
): Manifest {
  const { kind, name, namespace, placement, strategy, resourceSnapshotIndex, state, dependsOn } = run;
  const placementName = placement.name;
  const target = { placementName, resourceSnapshotIndex, stagedRolloutStrategyName: strategy.name };
  const manifest = appliedManifest(scope, "Resource", {
    manifest: {
      apiVersion: PLACEMENT_V1,
      kind,
      metadata: { name, namespace },
      spec: { ...target, state },
    },
    immutable: target,
    planChecks: stateChecks(name, target, state),
    // The run may have been stopped by hand.
    force: false,
    dependsOn: dependsOn && [...dependsOn],
  });
  addCheck(scope, function* () {
    yield* checkObjectName(`a ${kind}`, name, "name", 63);
    yield* checkOnce([manifest]);
    if (placement._isExternal === false) {
      yield finding(
        "update-run-placement-not-external",
        `placement: "${placementName}" rolls out changes automatically, so its runs fail immediately; set rolloutType "External" on the placement at ${placement.node.path}, or remove the run.`,
      );
    }
    const failure = failureOf(placement, strategy);
    if (failure !== undefined) {
      yield finding(
        "update-run-stages",
        `strategy: the run would fail before it begins: ${failure}. Each member that the placement "${placementName}" selects must be in exactly one stage of "${strategy.name}"; correct the stages or the members' labels.`,
      );
    }
    if (isKnown(resourceSnapshotIndex) && !/^\d+$/.test(resourceSnapshotIndex)) {
      yield finding(
        "update-run-snapshot-index",
        `resourceSnapshotIndex: "${resourceSnapshotIndex}" is not a whole number of 0 or more; correct it, or leave it out for the latest.`,
      );
    }
  });
  return manifest;
}

/** Why a run would fail to begin, as far as members and stages are known. */
function failureOf({ fleet, members }: IPlacement, { _stages }: IUpdateStrategy): string | undefined {
  const planned = fleet && plannedMembers(fleet);
  const chosen = members?.flatMap((member) => planned?.get(member) ?? []);
  const named = chosen?.flatMap(({ name, labels }) => (isUnknown(name) ? [] : [{ name, labels }]));
  if (!named || named.length !== chosen?.length || !_stages) {
    return undefined;
  }
  const run = stagedRun({ stages: modelValue(_stages) }, named);
  return isUnknown(run) ? undefined : run.failure;
}

/** State transitions that the hub refuses: from which states, by the new state. */
const NOT_FROM: Record<string, readonly string[]> = { Initialize: ["Run", "Stop"], Stop: ["Initialize"] };

/** A run with another target is replaced, and may begin in any state. */
function stateChecks(
  name: string,
  target: Readonly<Record<string, string | undefined>>,
  state = "Initialize",
): PlanCheck[] {
  const isSame = (live: string) =>
    Object.entries(target)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => `try(${live}.spec.${field} == "${value}", true)`);
  return (NOT_FROM[state] ?? []).map((before) => ({
    holds: (live) =>
      `!alltrue([${[`try(${live}.spec.state, "") == "${before}"`, ...isSame(live)].join(", ")}])`,
    otherwise: () =>
      finding(
        "update-run-state-changed",
        `state: the run "${name}" is in state ${before} on the hub, which can't change to ${state}. Nothing has been changed. ${state === "Stop" ? 'Set "Run", or remove the run' : `Set "${before}"`}; a new name starts a new run.`,
      ),
  }));
}
