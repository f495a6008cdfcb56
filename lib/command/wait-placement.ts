import type { Clock } from "./clock";
import { formatDuration } from "./duration";
import type { Look } from "./follow";
import type { KubeClient } from "./kube-client";
import {
  type ClusterStatus,
  currentCondition,
  type FailedPlacement,
  type MemberCluster,
  type OverrideSnapshot,
  type Placement,
} from "./objects";
import { shorten } from "./problems";

const API = "/apis/placement.kubernetes-fleet.io/v1";
const SNAPSHOTS = "/apis/placement.kubernetes-fleet.io/v1beta1";
const MEMBERS_PATH = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
/** The hub collects changes every 15 s and makes snapshots at least 30 s apart. */
const SETTLE_MS = 45_000;
/** The order in which the hub works on a cluster: the first that is not true is where it stands. */
const STEPS = ["RolloutStarted", "Overridden", "WorkSynchronized", "Applied", "Available"];
const FAILURES_SHOWN = 2;

export interface PlacementOptions {
  /** Of a ResourcePlacement. */
  namespace?: string | undefined;
  name: string;
  clusters: string[];
  clock: Clock;
  timeoutMs: number;
}

/** The two kinds of placements, and what differs between them for whoever reads about one. */
const KINDS = {
  cluster: {
    kind: "ClusterResourcePlacement",
    plural: "clusterresourceplacements",
    run: "ClusterStagedUpdateRun",
  },
  namespaced: { kind: "ResourcePlacement", plural: "resourceplacements", run: "StagedUpdateRun" },
};

/** Is the placement available on every chosen cluster, and are the wanted ones chosen? */
export function lookAtPlacement(client: KubeClient, options: PlacementOptions): () => Promise<Look> {
  const { namespace, name, clusters, clock } = options;
  const folder = namespace === undefined ? API : `${API}/namespaces/${namespace}`;
  const { plural } = kindOf(namespace);
  // A short timeout is meant to end: half of it then has to do.
  const settleMs = Math.min(SETTLE_MS, options.timeoutMs / 2);
  let settling: { since: number; applied: string } | undefined;
  let first = true;

  return async () => {
    const placement = await client.get<Placement>(`${folder}/${plural}/${name}`);
    if (placement === undefined) return missing(client, namespace);
    const members = clusters.length > 0 ? await client.list<MemberCluster>(MEMBERS_PATH) : undefined;
    const look = await withOverrides(client, placement, judgePlacement(placement, clusters, members));

    // Complete at the first look may be the end of an earlier rollout: a changed Deployment or override does
    // not change the placement's generation, and shows in its status only when the hub has collected it.
    const applied = appliedBy(placement);
    if (first && look.state === "done") settling = { since: clock.now(), applied };
    first = false;
    if (settling === undefined || look.state !== "done") {
      settling = undefined;
      return look;
    }
    if (settling.applied !== applied) {
      settling = undefined;
      return { state: "done", line: `${look.line}, with the changed resources` };
    }
    if (clock.now() - settling.since >= settleMs) return look;
    return {
      state: "waiting",
      line: `${look.line} already; watching ${formatDuration(settleMs)} whether the hub collects a change`,
    };
  };
}

function kindOf(namespace: string | undefined) {
  return namespace === undefined ? KINDS.cluster : KINDS.namespaced;
}

/** Which resources and which overrides the members have: the hub numbers both. */
function appliedBy({ status }: Placement): string {
  const overrides = (status?.placementStatuses ?? []).map((one) => [
    one.clusterName,
    one.applicableClusterResourceOverrides,
    one.applicableResourceOverrides,
  ]);
  return JSON.stringify([status?.observedResourceIndex, overrides]);
}

/** A placement is not done while members have an older version of one of its overrides than the hub. */
async function withOverrides(client: KubeClient, placement: Placement, look: Look): Promise<Look> {
  if (look.state !== "done") return look;
  const { metadata, status } = placement;
  const statuses = status?.placementStatuses ?? [];
  const paths = statuses.flatMap((one) => [
    ...(one.applicableClusterResourceOverrides ?? []).map(
      (name) => `clusterresourceoverridesnapshots/${name}`,
    ),
    ...(one.applicableResourceOverrides ?? []).map(
      ({ namespace, name }) => `namespaces/${namespace}/resourceoverridesnapshots/${name}`,
    ),
  ]);
  for (const path of new Set(paths)) {
    const [, before, index] = /^(.*-)(\d+)$/.exec(path) ?? [];
    if (before === undefined) continue;
    const next = await client.get<OverrideSnapshot>(`${SNAPSHOTS}/${before}${Number(index) + 1}`);
    // What is written for no placement in particular waits for its next rollout.
    const { name, scope } = next?.spec?.overrideSpec?.placement ?? {};
    const isOurs = name === metadata.name && (scope === "Namespaced") === (metadata.namespace !== undefined);
    if (isOurs) {
      const override = before.slice(before.lastIndexOf("/") + 1, -1);
      return {
        state: "waiting",
        line: `${look.line}, but not yet with the changed override ${override}`,
        advice: waitingAdvice(placement, []),
      };
    }
  }
  return look;
}

async function missing(client: KubeClient, namespace: string | undefined): Promise<Look> {
  const { kind, plural } = kindOf(namespace);
  if ((await client.get(API)) === undefined) {
    return {
      state: "hopeless",
      line: `this cluster does not serve ${kind}s: it is not the hub of a fleet`,
      advice: "Use the hub's kubeconfig: az fleet get-credentials.",
    };
  }
  return {
    state: "hopeless",
    line: `there is no ${kind} of that name ${namespace === undefined ? "on this hub" : `in the namespace ${namespace} of this hub`}`,
    advice: `\`kubectl get ${plural}${namespace === undefined ? "" : ` --namespace ${namespace}`}\` shows which there are.`,
  };
}

/** What the status of a placement says. `members` is only needed where clusters are wanted. */
export function judgePlacement(placement: Placement, wanted: string[], members?: MemberCluster[]): Look {
  const { metadata, spec, status } = placement;
  const { generation } = metadata;
  const { kind, run } = kindOf(metadata.namespace);
  const condition = (type: string) => currentCondition(status?.conditions, `${kind}${type}`, generation);

  if (metadata.deletionTimestamp) {
    return { state: "hopeless", line: "it is being deleted", advice: "Deploy it again when it is gone." };
  }
  if (spec.strategy?.applyStrategy?.type === "ReportDiff") {
    return {
      state: "hopeless",
      line: "its applyStrategy is ReportDiff, which only compares: it never becomes available",
      advice: `Don't wait for this placement; look at its condition ${kind}DiffReported.`,
    };
  }
  const strangers = members
    ? wanted.filter((name) => !members.some((member) => member.metadata.name === name))
    : [];
  if (strangers.length > 0) {
    const existing = (members ?? []).map((member) => member.metadata.name).sort();
    return {
      state: "hopeless",
      line: `${strangers.join(", ")} ${strangers.length > 1 ? "are no members" : "is no member"} of this fleet: its members are ${existing.join(", ") || "none"}`,
      advice:
        "Let the cluster join, or take it out of what the placement is expected on. `az fleet member list` shows the members' names.",
    };
  }

  const scheduled = condition("Scheduled");
  if (scheduled === undefined || scheduled.status === "Unknown") {
    return {
      state: "waiting",
      line: `the hub has not chosen the clusters for generation ${generation} yet`,
      advice: "If this lasts, the agents of the hub have a problem: open a support request for the fleet.",
    };
  }
  if (scheduled.status === "False") return unschedulable(placement, scheduled.reason, scheduled.message);

  const chosen = (status?.placementStatuses ?? []).filter((one) => one.clusterName);
  if (chosen.length === 0) {
    return {
      state: "hopeless",
      line: `no cluster is chosen: ${shorten(scheduled.message || scheduled.reason || "none matches")}`,
      advice:
        "Compare the placement's policy with the members' labels and taints: `kubectl get memberclusters --show-labels` (fleet.azure.com/location holds the short name, such as eastus2).",
    };
  }
  const names = chosen.map((one) => one.clusterName as string).sort();
  const left = wanted.filter((name) => !names.includes(name));
  const available = (one: ClusterStatus) =>
    currentCondition(one.conditions, "Available", generation)?.status === "True";
  const count = `available on ${chosen.filter(available).length} of ${chosen.length} cluster${chosen.length > 1 ? "s" : ""}`;

  if (condition("Available")?.status === "True" && left.length === 0) {
    return { state: "done", line: `${count} (${names.join(", ")})` };
  }
  const notChosen = left.length > 0 ? [`${left.join(", ")} not chosen, only ${names.join(", ")}`] : [];
  const troubles = chosen
    .filter((one) => !available(one))
    .sort((a, b) => (a.clusterName as string).localeCompare(b.clusterName as string))
    .map((one) => `${one.clusterName}: ${trouble(one, generation)}`);
  const external = spec.strategy?.type === "External";
  const rollout = condition("RolloutStarted");
  const started =
    external && rollout?.status !== "True" ? [`strategy External: a ${run} has to roll it out`] : [];
  return {
    state: "waiting",
    line: [count, ...started, ...notChosen, ...troubles].join("; "),
    advice: waitingAdvice(placement, left),
  };
}

function waitingAdvice({ metadata, spec }: Placement, left: string[]): string {
  const { kind, run } = kindOf(metadata.namespace);
  if (spec.strategy?.type === "External") {
    return `With the strategy External nothing rolls out by itself: create a ${run} for this placement, or don't wait for it here.`;
  }
  if (left.length > 0) {
    return `The placement's policy has to match ${left.join(", ")} too: see its labels and taints with \`kubectl get membercluster ${left[0]} --output yaml\`.`;
  }
  return `On the cluster named, see the pods and events of the placed namespace (image, quota, node size); on the hub, \`kubectl describe ${kind.toLowerCase()}\`.`;
}

function unschedulable(placement: Placement, reason = "", message = ""): Look {
  const per = (placement.status?.placementStatuses ?? [])
    .filter((one) => !one.clusterName)
    .flatMap((one) => one.conditions?.find(({ type }) => type === "Scheduled")?.message ?? []);
  const selectors = reason === "InvalidResourceSelectors";
  const why = [message || reason || "no reason given", ...per].map((text) => shorten(text)).join("; ");
  return {
    state: "hopeless",
    line: selectors ? `its resource selectors are refused: ${why}` : `it can't be scheduled: ${why}`,
    advice: selectors
      ? "Correct the placement's resourceSelectors and deploy again."
      : "Let more clusters of the fleet match, or let the placement ask for fewer: `kubectl get memberclusters --show-labels` shows the members, their labels, and whether they have joined.",
  };
}

function trouble(one: ClusterStatus, generation: number | undefined): string {
  const failed = one.failedPlacements ?? [];
  if (failed.length > 0) {
    const more = failed.length > FAILURES_SHOWN ? `, and ${failed.length - FAILURES_SHOWN} more` : "";
    return failed.slice(0, FAILURES_SHOWN).map(failure).join(", ") + more;
  }
  for (const step of STEPS) {
    const condition = currentCondition(one.conditions, step, generation);
    if (condition?.status === "True") continue;
    return condition
      ? shorten(condition.message || condition.reason || `${step} is ${condition.status}`, 160)
      : `waiting for ${step}`;
  }
  return "in progress";
}

function failure({ kind, name, condition }: FailedPlacement): string {
  const what = condition.type === "Applied" ? "not applied" : "not available";
  const why = shorten(condition.message || condition.reason || "", 160);
  return `${kind} ${name} ${what}${why ? ` (${why})` : ""}`;
}
