import { type DeployedFleet, fullName } from "../app/deployed";
import type { Clock } from "../terminal/clock";
import { FinalProblem } from "../terminal/problems";
import type { Cluster, Clusters } from "./clusters";
import { follow } from "./follow";
import { type FleetStatus, lookAtFleet, type Problem, problemLine } from "./status";
import { isTarget, type Target } from "./target";

const PROBLEMS_SHOWN = 3;

export interface InOrderOptions {
  /** The start of every line. */
  subject: string;
  /** The clusters that must serve it; empty: all that export it. */
  asked: string[];
  timeoutMs: number;
  clock: Clock;
  print: (line: string) => void;
}

export interface InOrder {
  /** Where connections enter. */
  entry: Cluster;
  address: string;
  /** The clusters that serve it. */
  expected: string[];
}

/** Waits until members, placements, exports and the MultiClusterService itself are healthy. */
export async function untilInOrder(
  fleet: DeployedFleet,
  clusters: Clusters,
  target: Target,
  { subject, asked, timeoutMs, clock, print }: InOrderOptions,
): Promise<InOrder> {
  const entry = clusters.members.find(({ name }) => name === target.member);
  if (entry === undefined) {
    throw new FinalProblem(
      `${subject}: its entry is the member ${target.member}, and the deployed app does not say how to reach it: give --kubeconfig ${target.member}=FILE`,
    );
  }
  if (clusters.hub === undefined) {
    throw new FinalProblem(`${subject}: no deployed stack says how to reach the hub: give --kubeconfig FILE`);
  }
  let seen = { address: "", expected: [] as string[] };
  await follow({
    subject,
    timeoutMs: timeoutMs,
    clock,
    random: Math.random,
    print,
    look: async () => {
      const status = await lookAtFleet(fleet, clusters, clock, "services");
      const expected = expectedClusters(fleet, status, target, asked);
      const unseen = status.unseen.filter(({ what }) =>
        ["hub", target.member].includes(what.split(":")[0] ?? ""),
      );
      const final = unseen.find((one) => one.final);
      if (final) return { state: "hopeless", line: `${final.what}: ${final.why}`, advice: "" };
      const why = [
        ...unseen.map(({ what, why }) => `${what}: ${why}`),
        ...whyNotReady(fleet, status, target, expected),
      ];
      const address = status.services.find((one) => isTarget(one, target))?.address ?? "";
      if (why.length > 0) {
        const more = why.length > PROBLEMS_SHOWN ? `; and ${why.length - PROBLEMS_SHOWN} more` : "";
        return {
          state: "waiting",
          line: why.slice(0, PROBLEMS_SHOWN).join("; ") + more,
          advice: "`aks-fleet status` shows everything.",
        };
      }
      seen = { address, expected };
      return {
        state: "done",
        line: `healthy: ${address} at ${target.member}, exported by ${expected.join(", ")}`,
      };
    },
  });

  return { entry, ...seen };
}

/** Those given on the command line, or all that export the Service. */
function expectedClusters(
  fleet: DeployedFleet,
  status: FleetStatus,
  { namespace, service }: Target,
  asked: string[],
): string[] {
  if (asked.length > 0) {
    const names = asked.map(
      (name) => fleet.members.find((one) => [one.name, one.cluster, one.key].includes(name))?.name ?? name,
    );
    const known = status.members.map((member) => member.name);
    const stranger = names.find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new FinalProblem(
        `--cluster ${stranger} isn't a member of the fleet ${fleet.name}: its members are ${known.join(", ") || "none"}`,
      );
    }
    return [...new Set(names)].sort();
  }
  const exported = status.exports.find(({ name }) => name === fullName({ namespace, name: service }));
  return (exported?.clusters ?? []).filter(({ withdrawn }) => !withdrawn).map(({ cluster }) => cluster);
}

/** What is unhealthy in the app and this service; other users of the hub don't count. */
function whyNotReady(
  fleet: DeployedFleet,
  status: FleetStatus,
  target: Target,
  expected: string[],
): string[] {
  const exported = fullName({ namespace: target.namespace, name: target.service });
  const members = [...expected, target.member, ...fleet.members.map(({ name }) => name)];
  const counts = ({ kind, name, cluster }: Problem) => {
    if (kind === "member") return members.includes(name);
    if (kind === "placement") return fleet.placements.length === 0 || fleet.placements.includes(name);
    if (kind === "export") return name === exported;
    return name === fullName(target) && cluster === target.member;
  };
  const problems = status.problems.filter(counts).map(problemLine);
  if (problems.length > 0) return problems;
  if (!status.services.some((one) => isTarget(one, target) && one.address)) {
    return [`there is no MultiClusterService ${fullName(target)} on ${target.member}`];
  }
  return expected.length === 0 ? [`no cluster exports ${exported}`] : [];
}
