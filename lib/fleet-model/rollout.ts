import { PLACEMENT_GROUP } from "../fleet-api/groups";
import type { Schedule } from "./answer";
import type { ReadHub } from "./hub";
import type { PlacementName } from "./selection";
import { type StagedRun, stagedRun } from "./staged-run";
import { allOf, type Truth } from "./truth";
import { isUnknown, Unknown } from "./unknown";
import { at, sameValue, textAt, type Value } from "./value";

/** How a change rolls out to the members that a placement has chosen. */
export interface Rollout {
  /** Whether staged update runs roll out changes, instead of the fleet. */
  readonly isExternal: Truth;
  /** If it is external: the placement's runs on the hub. */
  readonly runs: readonly UpdateRun[];
  /** Whether nothing is applied, and differences are only reported. */
  readonly isReport: Truth;
  /** The number of members that a rolling update counts. */
  readonly wanted: number | Unknown;
  /** How many of them may be unavailable at the same time, including lost ones. */
  readonly maxUnavailable: number | Unknown;
}

export interface UpdateRun {
  readonly name: string | Unknown;
  /** Whether it should run; one that is only initialized updates no members. */
  readonly isStarted: Truth;
  readonly order: StagedRun | Unknown;
}

/** The API's default for maxUnavailable. */
export const MAX_UNAVAILABLE = "25%";

export function rolloutOf(
  hub: ReadHub,
  placement: PlacementName,
  spec: Value | undefined,
  schedule: Schedule,
): Rollout {
  const strategy = at(spec, "strategy");
  const isExternal = sameValue(textAt(strategy, "type"), "External");
  const wanted = wantedBy(at(spec, "policy"), schedule);
  return {
    isExternal,
    runs: isExternal === false ? [] : runsOf(hub, placement, schedule),
    isReport: sameValue(textAt(strategy, "applyStrategy", "type"), "ReportDiff"),
    wanted,
    maxUnavailable: shareOf(at(strategy, "rollingUpdate", "maxUnavailable") ?? MAX_UNAVAILABLE, wanted),
  };
}

/**
 * Whether changes no longer roll out to the remaining members when some of the chosen ones are lost
 * (Azure/fleet at 942238f, pkg/controllers/rollout/controller.go, calculateMaxToRemove).
 */
export function isBlocked(
  { isExternal, wanted, maxUnavailable }: Pick<Rollout, "isExternal" | "wanted" | "maxUnavailable">,
  left: number,
): Truth {
  const isTooFew = isUnknown(wanted)
    ? wanted
    : isUnknown(maxUnavailable)
      ? maxUnavailable
      : left - (wanted - maxUnavailable) <= 0;
  return allOf([isUnknown(isExternal) ? isExternal : !isExternal, left > 0, isTooFew]);
}

/** Whether a run of a placement has reached a member when a stage completes; undefined if no run has the stage. */
export function hasReached(
  { isExternal, runs }: Rollout,
  stage: string,
  member: string | Unknown,
): Truth | undefined {
  for (const { order } of isExternal === true ? runs : []) {
    const place = isUnknown(order) ? -1 : order.stages.findIndex(({ name }) => name === stage);
    if (isUnknown(order) || place < 0) {
      continue;
    }
    return isUnknown(member)
      ? member
      : order.stages.slice(0, place + 1).some(({ members }) => members.includes(member));
  }
  return isExternal === true ? runs.map(({ order }) => order).find(isUnknown) : undefined;
}

function wantedBy(policy: Value | undefined, { decisions }: Schedule): number | Unknown {
  const type = textAt(policy, "placementType") ?? "PickAll";
  if (isUnknown(type)) {
    return type;
  }
  if (type === "PickN") {
    const count = at(policy, "numberOfClusters");
    return isUnknown(count) ? count : typeof count === "number" ? count : 0;
  }
  if (type === "PickFixed") {
    const names = at(policy, "clusterNames");
    return isUnknown(names) ? names : Array.isArray(names) ? names.length : 0;
  }
  const open = decisions.map(({ isChosen }) => isChosen).find(isUnknown);
  return open ?? decisions.filter(({ isChosen }) => isChosen).length;
}

/** The number of members for a number or a percentage, rounded up. */
export function shareOf(given: Value, of: number | Unknown): number | Unknown {
  if (isUnknown(given)) {
    return given;
  }
  const [, percent] = /^(\d+)%$/.exec(String(given)) ?? [];
  if (percent === undefined) {
    return Number.parseInt(String(given), 10) || 0;
  }
  return isUnknown(of) ? of : Math.ceil((Number(percent) * of) / 100);
}

function runsOf(hub: ReadHub, { name, namespace }: PlacementName, schedule: Schedule): readonly UpdateRun[] {
  const [run, strategy] =
    namespace === undefined
      ? ["ClusterStagedUpdateRun", "ClusterStagedUpdateStrategy"]
      : ["StagedUpdateRun", "StagedUpdateStrategy"];
  const ofKind = (kind: string) =>
    hub.listed.filter(
      ({ identity }) =>
        identity.group === PLACEMENT_GROUP &&
        identity.kind === kind &&
        sameValue(identity.namespace, namespace) === true,
    );
  return ofKind(run as string)
    .filter(({ object }) => sameValue(textAt(object, "spec", "placementName"), name) === true)
    .map(({ identity, object }) => {
      const used = textAt(object, "spec", "stagedRolloutStrategyName");
      const found = ofKind(strategy as string).find((one) => sameValue(one.identity.name, used) === true);
      return {
        name: identity.name,
        isStarted: sameValue(textAt(object, "spec", "state"), "Run"),
        order: found ? orderOf(at(found.object, "spec") ?? {}, schedule) : NOT_OURS,
      };
    });
}

const NOT_OURS = new Unknown("its strategy isn't one of this app");

function orderOf(strategy: Value, { decisions }: Schedule): StagedRun | Unknown {
  const open = decisions.flatMap(({ isChosen, cluster }) => [isChosen, cluster]).find(isUnknown);
  if (open) {
    return open;
  }
  return stagedRun(
    strategy,
    decisions.flatMap(({ member, cluster, isChosen }) =>
      member && isChosen ? [{ labels: member.labels, name: cluster as string }] : [],
    ),
  );
}
