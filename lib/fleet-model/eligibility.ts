import type { Agent, Member } from "./member";
import { isUnknown, not, Unknown } from "./unknown";
import { every, type Verdict } from "./verdict";

const MINUTE = 60_000;
/** How long a member may be silent, or unhealthy, in milliseconds. */
const PATIENCE = 5 * MINUTE;
/** Go's longest duration, to which longer ones are truncated. */
const LONGEST = 9_223_372_036_854;
const APART = "cluster is not connected to the fleet";

/**
 * Whether a member can be chosen at all, or why not: it isn't leaving, its agent has joined, and it has not been silent or
 * unhealthy for more than five minutes.
 * @param now without it, everything that depends on the time is unknown
 */
export function isEligible({ isLeaving, agent }: Member, now: Date | undefined): Verdict<string> {
  return every([() => unless(isLeaving, "cluster has left the fleet"), () => isConnected(agent, now)]);
}

function isConnected(agent: Member["agent"], now: Date | undefined): Verdict<string> {
  if (agent === undefined) {
    return `${APART}: member agent not online yet`;
  }
  if (agent === "Ready" || isUnknown(agent)) {
    return isUnknown(agent) ? agent : true;
  }
  const { lastHeartbeat, isJoined, health } = agent;
  return every([
    () =>
      isRecent(
        lastHeartbeat,
        now,
        (minutes) => `${APART}: no recent heartbeat signals (last received ${minutes} minutes ago)`,
      ),
    () => unless(not(isJoined), `${APART}: member agent not joined yet`),
    () => isHealthy(health, now),
  ]);
}

function isHealthy(health: Agent["health"], now: Date | undefined): Verdict<string> {
  if (health === undefined) {
    return `${APART}: health condition from member agent is not available`;
  }
  if (isUnknown(health) || health.isHealthy === true) {
    return isUnknown(health) ? health : true;
  }
  const isSporadic = isRecent(
    health.since,
    now,
    (minutes) =>
      `${APART}: unhealthy for a prolonged period of time (last transitioned ${minutes} minutes ago)`,
  );
  return isUnknown(health.isHealthy) && isSporadic !== true ? health.isHealthy : isSporadic;
}

function isRecent(
  time: Date | Unknown,
  now: Date | undefined,
  reason: (minutes: string) => string,
): Verdict<string> {
  if (isUnknown(time) || !now) {
    return isUnknown(time) ? time : new Unknown("the current time isn't given");
  }
  const age = Math.min(now.getTime() - time.getTime(), LONGEST);
  return age > PATIENCE ? reason((age / MINUTE).toFixed(2)) : true;
}

function unless(obstacle: boolean | Unknown, reason: string): Verdict<string> {
  return isUnknown(obstacle) ? obstacle : !obstacle || reason;
}
