import {
  type ClusterStatus,
  currentCondition,
  type DiffedPlacement,
  type DriftedPlacement,
  type FailedPlacement,
  type MemberCluster,
  type Placement,
} from "../client/objects";
import { formatAge } from "../terminal/duration";
import { oneLine, shorten } from "../terminal/problems";
import { silenceOf, whyNotJoined } from "./member-health";

/** The order in which the hub works on a cluster: the first one that is not true is the current step. */
const STEPS = ["RolloutStarted", "Overridden", "WorkSynchronized", "Applied", "Available"];
const FAILURES_SHOWN = 2;
const DIFFERENCES_SHOWN = 2;
const LONGEST_REASON = 240;

/** Why a cluster lacks what is placed there. */
type Cause = "drift" | "taken" | "owned" | "refused" | "unavailable" | "override" | "blocked" | "unknown";

/** From the reasons that a member's agent reports (Azure/fleet 942238f, pkg/controllers/workapplier/controller.go). */
function causeOf({ condition: { type, reason = "", message = "" } }: FailedPlacement): Cause {
  if (type !== "Applied") return "unavailable";
  if (reason.startsWith("FoundDrifts")) return "drift";
  if (/\bowned by\b/.test(message) || /AlreadyOwnedByOthers|ConflictBetweenPlacements/.test(reason))
    return "owned";
  return reason === "FailedToTakeOver" || reason === "NotTakenOver" ? "taken" : "refused";
}

/** The state of a cluster that is not available; third-party messages are truncated to `longest`. */
export function trouble(
  one: ClusterStatus,
  generation: number | undefined,
  longest = LONGEST_REASON,
): string {
  const failed = one.failedPlacements ?? [];
  if (failed.length > 0) {
    const more = failed.length > FAILURES_SHOWN ? `, and ${failed.length - FAILURES_SHOWN} more` : "";
    return (
      failed
        .slice(0, FAILURES_SHOWN)
        .map((failure) => failureLine(failure, one))
        .join(", ") + more
    );
  }
  const step = stepOf(one, generation);
  if (step === undefined) return "in progress";
  const { type, condition } = step;
  return condition
    ? shorten(condition.message || condition.reason || `${type} is ${condition.status}`, longest)
    : `waiting for ${type}`;
}

function stepOf({ conditions }: ClusterStatus, generation: number | undefined) {
  for (const type of STEPS) {
    const condition = currentCondition(conditions, type, generation);
    if (condition?.status !== "True") return { type, condition };
  }
  return undefined;
}

function failureLine(failure: FailedPlacement, one: ClusterStatus): string {
  const { kind, name, condition } = failure;
  const what = condition.type === "Applied" ? "not applied" : "not available";
  const why = whyFailed(failure, one);
  return `${kind} ${name} ${what}${why ? ` (${why})` : ""}`;
}

function whyFailed(
  failure: FailedPlacement,
  { driftedPlacements = [], diffedPlacements = [] }: ClusterStatus,
): string {
  const same = (one: DriftedPlacement | DiffedPlacement) =>
    one.kind === failure.kind && one.name === failure.name && one.namespace === failure.namespace;
  const { message = "", reason = "" } = failure.condition;
  switch (causeOf(failure)) {
    case "drift":
      return `it was changed there: ${differences(driftedPlacements.find(same)?.observedDrifts)}`;
    case "taken": {
      const found = diffedPlacements.find(same);
      return `it existed before${found ? ` and differs: ${differences(found.observedDiffs)}` : ""}`;
    }
    case "owned": {
      const [, owner] = /Kind:\w+ Name:([\w.-]+)/.exec(message) ?? [];
      return `it is owned by ${owner ? owner.replace(/^(.*)-work$/, "the placement $1") : "another owner"} there`;
    }
    default:
      return shorten(innermost(message) || reason, LONGEST_REASON);
  }
}

/** The message of the member's API, without the agent's text around it. */
function innermost(message: string): string {
  return /returned by the API server: (.*)\)$/s.exec(message)?.[1] ?? message;
}

/** The differences between a member and the hub: all of them, or as many as fit in a line. */
export function differences(list: DriftedPlacement["observedDrifts"] = [], all = false): string {
  const most = all ? list.length : DIFFERENCES_SHOWN;
  const value = (text: string | undefined) =>
    text ? `"${all ? oneLine(text) : shorten(text, 40)}"` : "missing";
  const shown = list
    .slice(0, most)
    .map(
      ({ path, valueInMember, valueInHub }) =>
        `${path} is ${value(valueInMember)} there but ${value(valueInHub)} on the hub`,
    );
  const more = list.length > most ? [`${list.length - most} more`] : [];
  return [...shown, ...more].join("; ") || "no reason given";
}

/** What is wrong with the member itself. */
export function memberTrouble(
  name: string,
  members: readonly MemberCluster[],
  now: number,
): string | undefined {
  const member = members.find(({ metadata }) => metadata.name === name);
  if (member === undefined) return undefined;
  const silence = silenceOf(member, now);
  return silence === undefined
    ? whyNotJoined(member)
    : `no heartbeat from its agent for ${formatAge(silence)}`;
}

/** What to do about clusters that are not available. */
export function adviceFor(
  { metadata }: Placement,
  clusters: readonly ClusterStatus[],
  members: readonly MemberCluster[],
  now: number,
): string {
  const kind = metadata.namespace === undefined ? "clusterresourceplacement" : "resourceplacement";
  const silent = clusters.flatMap(({ clusterName = "" }) => {
    const member = members.find((one) => one.metadata.name === clusterName);
    return member && silenceOf(member, now) !== undefined ? [clusterName] : [];
  });
  const heard = clusters.filter(({ clusterName = "" }) => !silent.includes(clusterName));
  const causes = new Set(heard.flatMap((one) => causesOn(one, metadata.generation)));
  const advice = (Object.keys(ADVICE) as Cause[])
    .filter((cause) => causes.has(cause) && !(cause === "blocked" && (causes.size > 1 || silent.length > 0)))
    .map((cause) => ADVICE[cause]);
  const toDo = [
    ...(silent.length > 0
      ? [
          `Is the cluster of ${silent.join(", ")} running (\`az aks show --query powerState\`, \`az aks start\`), can it reach the hub, and are its agents running (there: \`kubectl get pods --namespace fleet-system\`)? If it is gone for good, remove it from the placement.`,
        ]
      : []),
    ...advice,
  ];
  return [...toDo, `On the hub, see \`kubectl describe ${kind} ${metadata.name}\`.`].join(" ");
}

function causesOn(one: ClusterStatus, generation: number | undefined): Cause[] {
  const failed = one.failedPlacements ?? [];
  if (failed.length > 0) return failed.map(causeOf);
  const step = stepOf(one, generation);
  if (step?.type === "Overridden" && step.condition?.status === "False") return ["override"];
  if (step?.type === "RolloutStarted" && step.condition?.status === "False") return ["blocked"];
  return step?.type === "Available" ? ["unavailable"] : ["unknown"];
}

/** In the order they are reported. */
const ADVICE: Record<Cause, string> = {
  drift:
    'The placement does not overwrite drift on a cluster (whenToApply is "IfNotDrifted"): revert it there, or set whenToApply to "Always" to overwrite it.',
  taken:
    'The placement does not take over existing objects (whenToTakeOver is not "Always"): delete the object there, make it identical, or set whenToTakeOver to "Always".',
  owned: "Something else owns it on the cluster: keep it in one placement, or allow both (allowCoOwnership).",
  refused:
    "The cluster's API rejects it: correct the object on the hub, or the override that changes it for that cluster.",
  override: "An override can't be applied: correct its paths and values.",
  unavailable:
    "On that cluster, check the pods and events of the placed namespace (image, quota, node size).",
  blocked:
    "The rollout continues once earlier clusters are available: maxUnavailable limits how many may be unavailable at a time.",
  unknown: "If this persists, the agents of the hub or of the cluster have a problem.",
};
