import { apiPath, MEMBERS_PATH, PLACEMENT_V1 } from "../../fleet-api/groups";
import type { KubeClient } from "../client/kube-client";
import type { MemberCluster, Placement } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatDuration } from "../terminal/duration";
import { FinalProblem, PassingProblem } from "../terminal/problems";
import { type Collection, collectionOf } from "./collected";
import type { Poll } from "./follow";
import { lateOverride } from "./overridden";
import { judgePlacement, kindOf, unselected } from "./placement-status";

const API = apiPath(PLACEMENT_V1);
/** The hub collects changes every 15 s and makes snapshots at least 30 s apart. */
const SETTLE_MS = 45_000;
/** How long a named member may take to appear: Azure creates the MemberCluster some time after the member. */
const PATIENCE_MS = 2 * 60_000;

export interface PlacementOptions {
  /** For a ResourcePlacement. */
  namespace?: string | undefined;
  name: string;
  clusters: string[];
  clock: Clock;
  timeoutMs: number;
}

/** The state when the wait began. */
interface Start {
  readonly at: number;
  readonly collection: Collection;
}

/** Is the placement available on every chosen cluster with the hub's current resources, and are the expected clusters chosen? */
export function lookAtPlacement(client: KubeClient, options: PlacementOptions): () => Promise<Poll> {
  const { namespace, name, clusters, clock } = options;
  const folder = namespace === undefined ? API : `${API}/namespaces/${namespace}`;
  // With a short timeout, use at most half of it.
  const settleMs = Math.min(SETTLE_MS, options.timeoutMs / 2);
  let start: Start | undefined;
  let joiningUntil: number | undefined;

  return async () => {
    const placement = await client.get<Placement>(`${folder}/${kindOf(namespace).plural}/${name}`);
    if (placement === undefined) return missing(client, namespace);
    start ??= { at: clock.now(), collection: await collectionAtStart(client, placement) };
    const members = await client.list<MemberCluster>(MEMBERS_PATH);
    const now = clock.now();
    const elapsed = now - start.at;
    const { members: hangsOn, ...look } = judgePlacement(placement, clusters, members, now);
    if (hangsOn === "joining") joiningUntil = now;
    // Members join one after another, and are chosen some time after that.
    const since = hangsOn === "absent" ? (joiningUntil ?? start.at) : hangsOn && joiningUntil;
    if (look.state === "hopeless" && since !== undefined && now - since < PATIENCE_MS) {
      return { ...look, state: "waiting" };
    }
    if (look.state !== "done") return look;

    // The status only reflects what the hub had collected, and the overrides members have.
    const { collection } = start;
    const isSettled = elapsed >= settleMs;
    const hasMoved = observed(placement) > collection.index;
    const isCollected =
      hasMoved || (collection.state === "complete" && observed(placement) === collection.index);
    if (!isCollected && !isSettled)
      return { state: "waiting", line: notCollected(look.line, collection, settleMs) };
    const late = await lateOverride(client, placement, members ?? []);
    if (late && (late.sure || !isSettled)) {
      return {
        state: "waiting",
        line: `${look.line}, but not yet with the changed override ${late.override}`,
        advice:
          "If this persists, the hub's agents have a problem: open an Azure support request for the fleet.",
      };
    }
    const nothing = unselected(placement);
    return nothing ?? (hasMoved ? { ...look, line: `${look.line}, with the changed resources` } : look);
  };
}

function observed({ status }: Placement): number {
  return Number(status?.observedResourceIndex || -1);
}

/** If it can't be compared, just wait longer. */
async function collectionAtStart(client: KubeClient, placement: Placement): Promise<Collection> {
  try {
    return await collectionOf(client, placement);
  } catch (problem) {
    if (!(problem instanceof FinalProblem) && !(problem instanceof PassingProblem)) throw problem;
    return { state: "unknown", index: observed(placement) };
  }
}

function notCollected(line: string, collection: Collection, settleMs: number): string {
  switch (collection.state) {
    case "behind":
      return `${line}, but the hub has not collected ${collection.missing} yet`;
    case "complete":
      return `${line}, but not yet with what the hub has collected`;
    case "unknown":
      return `${line} already; watching for ${formatDuration(settleMs)} in case the hub collects a change`;
  }
}

async function missing(client: KubeClient, namespace: string | undefined): Promise<Poll> {
  const { kind, plural } = kindOf(namespace);
  if ((await client.get(API)) === undefined) {
    return {
      state: "hopeless",
      line: `this cluster does not serve ${kind}s: it isn't a fleet's hub`,
      advice: "Use the hub's kubeconfig: az fleet get-credentials.",
    };
  }
  return {
    state: "hopeless",
    line: `there is no ${kind} with that name ${namespace === undefined ? "on this hub" : `in the namespace ${namespace} of this hub`}`,
    advice: `\`kubectl get ${plural}${namespace === undefined ? "" : ` --namespace ${namespace}`}\` lists them.`,
  };
}
