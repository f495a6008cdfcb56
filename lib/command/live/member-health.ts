import type { MemberCluster } from "../client/objects";
import { shorten } from "../terminal/problems";

/** Key of the taint that keeps everything off a member: it is about to leave, or is forgotten. */
export const LEAVING = "cdktf-aks-fleet/leaving";

/** The members with the taint, which nothing is placed on. */
export function leavingOf(members: readonly MemberCluster[]): string[] {
  return members
    .filter(({ spec }) => spec?.taints?.some(({ key }) => key === LEAVING))
    .map(({ metadata }) => metadata.name);
}

/** What to do about a member that has the taint. */
export function keepAdvice(name: string): string {
  return `\`aks-fleet forget\` put the taint on ${name}, or a deployment that began to take it away. To keep the member, take it off: kubectl edit memberclusters ${name}`;
}

/** undefined: it has joined. The reason of others is cut where it is longer than that. */
export function whyNotJoined({ metadata, status }: MemberCluster, longest = 160): string | undefined {
  if (metadata.deletionTimestamp) return "is leaving the fleet";
  const joined = status?.conditions?.find(({ type }) => type === "Joined");
  if (joined?.status === "True") return undefined;
  const why = joined?.message || joined?.reason;
  return `has not joined yet${why ? ` (${shorten(why, longest)})` : ""}`;
}

/** When the member's agent was heard last, as the hub writes it. */
export function heartbeatOf({ status }: MemberCluster): string | undefined {
  return status?.agentStatus?.find(({ type }) => type === "MemberAgent")?.lastReceivedHeartbeat;
}

const HEARTBEAT_SECONDS = 60;
/** A heartbeat may be late, and clocks may differ. */
const HEARTBEATS_MISSED = 5;
const SHORTEST_SILENCE_MS = 2 * 60_000;

/** For how long the agent of a member was not heard, in milliseconds, if that is too long. */
export function silenceOf(member: MemberCluster, now: number): number | undefined {
  const heartbeat = heartbeatOf(member);
  if (heartbeat === undefined) return undefined;
  const period = (member.spec?.heartbeatPeriodSeconds ?? HEARTBEAT_SECONDS) * 1_000;
  const silence = now - Date.parse(heartbeat);
  return silence > Math.max(HEARTBEATS_MISSED * period, SHORTEST_SILENCE_MS) ? silence : undefined;
}
