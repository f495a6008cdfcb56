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

/** What runs of both kinds have. */
export interface UpdateRunOptions {
  /** 1 to 63 lower-case letters, digits, hyphens and periods. A new name is a new run. */
  readonly name: string;
  /**
   * Which of the placement's resource snapshots is brought to members: a whole number of 0 or more. Another one
   * begins a run anew. The hub takes up to a minute to make one of a change: a run that is made in the deployment of the change may bring
   * what was there before. @default - the latest when the run begins
   */
  readonly resourceSnapshotIndex?: string;
  /**
   * `Initialize` works out which member is in which stage and goes no further; `Run` begins, or goes on; `Stop` halts a
   * run. From `Initialize` only `Run` follows, and nothing leads back to `Initialize`: the plan is refused. What somebody
   * sets on the hub by hand is not taken back: a run that was stopped in an emergency stays so until this says the same.
   * @default "Initialize"
   */
  readonly state?: "Initialize" | "Run" | "Stop";
  /** @default - the placement and the strategy, where they are of this app */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Makes the manifest of a run, with its checks. */
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
    // Somebody may have stopped it by hand.
    force: false,
    dependsOn: dependsOn && [...dependsOn],
  });
  addCheck(scope, function* () {
    yield* checkObjectName(`a ${kind}`, name, "name", 63);
    yield* checkOnce([manifest]);
    if (placement._isExternal === false) {
      yield finding(
        "update-run-placement-not-external",
        `placement: "${placementName}" rolls changes out by itself, and a run of it fails at once; set rolloutType "External" on the placement at ${placement.node.path}, or leave the run out.`,
      );
    }
    const failure = failureOf(placement, strategy);
    if (failure !== undefined) {
      yield finding(
        "update-run-stages",
        `strategy: the run fails before it begins: ${failure}. Each member that the placement "${placementName}" chooses has to be in one stage of "${strategy.name}", and in one only; correct the stages, or the labels of the members.`,
      );
    }
    if (isKnown(resourceSnapshotIndex) && !/^\d+$/.test(resourceSnapshotIndex)) {
      yield finding(
        "update-run-snapshot-index",
        `resourceSnapshotIndex: is "${resourceSnapshotIndex}", and a run takes a whole number of 0 or more; correct it, or leave it out for the latest.`,
      );
    }
  });
  return manifest;
}

/** Why a run can't begin, as far as members and stages are known. */
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

/** From which states the hub lets no run come to one. */
const NOT_FROM: Record<string, readonly string[]> = { Initialize: ["Run", "Stop"], Stop: ["Initialize"] };

/** A run of another target is made anew, and may begin in any state. */
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
        `state: the run "${name}" is in state ${before} on the hub, from which none comes to ${state}. Nothing has been changed. ${state === "Stop" ? 'Write "Run", or remove the run' : `Write "${before}"`}; a run of another name begins anew.`,
      ),
  }));
}
