import type { MemberCluster } from "../client/objects";
import { shorten } from "../terminal/problems";

/** Key of the taint that keeps placements off a member that is about to leave or forgotten. */
export const LEAVING = "cdktf-aks-fleet/leaving";

/** The members with the taint, on which nothing is placed. */
export function leavingOf(members: readonly MemberCluster[]): string[] {
  return members
    .filter(({ spec }) => spec?.taints?.some(({ key }) => key === LEAVING))
    .map(({ metadata }) => metadata.name);
}

/** What to do about a member with the taint. */
export function keepAdvice(name: string): string {
  return `\`aks-fleet forget\`, or a deployment that began to remove ${name}, set the taint. To keep the member, remove it: kubectl edit memberclusters ${name}`;
}

/** undefined: it has joined. Third-party reasons are truncated to `longest`. */
export function whyNotJoined({ metadata, status }: MemberCluster, longest = 160): string | undefined {
  if (metadata.deletionTimestamp) return "is leaving the fleet";
  const joined = status?.conditions?.find(({ type }) => type === "Joined");
  if (joined?.status === "True") return undefined;
  const why = joined?.message || joined?.reason;
  return `has not joined yet${why ? ` (${shorten(why, longest)})` : ""}`;
}

/** The agent's last heartbeat, as the hub records it. */
export function heartbeatOf({ status }: MemberCluster): string | undefined {
  return status?.agentStatus?.find(({ type }) => type === "MemberAgent")?.lastReceivedHeartbeat;
}

const HEARTBEAT_SECONDS = 60;
/** Heartbeats may be late, and clocks may differ. */
const HEARTBEATS_MISSED = 5;
const SHORTEST_SILENCE_MS = 2 * 60_000;

/** How long ago the member's agent sent its last heartbeat, in milliseconds, if that is too long. */
export function silenceOf(member: MemberCluster, now: number): number | undefined {
  const heartbeat = heartbeatOf(member);
  if (heartbeat === undefined) return undefined;
  const period = (member.spec?.heartbeatPeriodSeconds ?? HEARTBEAT_SECONDS) * 1_000;
  const silence = now - Date.parse(heartbeat);
  return silence > Math.max(HEARTBEATS_MISSED * period, SHORTEST_SILENCE_MS) ? silence : undefined;
}
