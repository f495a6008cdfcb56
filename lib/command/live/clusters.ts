import { basename } from "node:path";
import type { Access, DeployedFleet } from "../app/deployed";
import { connect, type KubeClient } from "../client/kube-client";
import type { loadKubeconfig } from "../client/kubeconfig";
import type { Environment } from "../terminal/environment";
import { PassingProblem, type Target } from "../terminal/problems";
import { kubeconfigOf } from "./write-kubeconfig";

/** A cluster of the fleet that can be queried. */
export interface Cluster {
  /** The member's name in the fleet; for the hub, the fleet's name. */
  name: string;
  client: KubeClient;
}

export interface Clusters {
  hub: Cluster | undefined;
  members: Cluster[];
}

export interface CommandContext {
  environment: Environment;
  load: typeof loadKubeconfig;
}

/** Clients for the clusters of a deployed fleet; `overrides` are FILE for the hub, NAME=FILE for a member. */
export function clustersOf(
  fleet: DeployedFleet,
  overrides: string[],
  { environment, load }: CommandContext,
): Clusters {
  const files = new Map<string, string>();
  for (const override of overrides) {
    const [, name, file] = /^([-\w.]+)=(.+)$/.exec(override) ?? [];
    files.set(nameOf(fleet, name), file ?? override);
  }
  const cluster = (name: string, target: Target, access: Access | undefined): Cluster | undefined => {
    const file = files.get(target === "hub" ? "" : name);
    if (file !== undefined) return { name, client: connect(() => load(file, environment), target) };
    if (access === undefined) return undefined;
    const content = JSON.stringify(kubeconfigOf(name, access, "Never"));
    return { name, client: connect(() => load(undefined, { AKS_FLEET_KUBECONFIG: content }), target) };
  };
  const known = fleet.members.map(({ name }) => name);
  const others = [...files.keys()].filter((name) => name !== "" && !known.includes(name));
  const access = (name: string) => fleet.members.find((member) => member.name === name)?.access;
  return {
    hub: cluster(fleet.name, "hub", fleet.hub),
    members: [...known, ...others].sort().flatMap((name) => cluster(name, "member", access(name)) ?? []),
  };
}

/** A member's name; "" for the hub. A name unknown to the app may still be a member. */
function nameOf(fleet: DeployedFleet, name: string | undefined): string {
  if (name === undefined || name === "hub" || name === fleet.name) return "";
  const member = fleet.members.find((one) => [one.name, one.cluster, one.key].includes(name));
  return member?.name ?? name;
}

/** A fleet known only by its hub's kubeconfig. */
export function strangeFleet(overrides: string[]): DeployedFleet | undefined {
  const file = overrides.find((override) => !/^[-\w.]+=/.test(override));
  if (file === undefined) return undefined;
  return {
    id: "",
    name: basename(file),
    hub: undefined,
    members: [],
    placements: [],
    exports: [],
    services: [],
  };
}

/** Why a cluster could not be queried, in one line, and what to do about it. */
export function whyNotAsked(problem: unknown): { why: string; advice: string } {
  const [line = "", ...rest] = (problem as Error).message.split("\n");
  return {
    why: line.replace(/; trying again$/, ""),
    advice: problem instanceof PassingProblem ? problem.advice : rest.join(" "),
  };
}

/** Whether other queries to the same cluster may succeed. */
export function mayStillAnswer(problem: unknown): boolean {
  return problem instanceof PassingProblem && problem.status === 403;
}
