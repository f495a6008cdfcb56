import { type Deployed, type DeployedFleet, fullName, readDeployed, type Unseen } from "./app/deployed";
import type { AppOptions, Command } from "./arguments";
import { loadKubeconfig } from "./client/kubeconfig";
import type { CommandContext } from "./context";
import { type Clusters, clustersOf, strangeFleet } from "./live/clusters";
import { follow, type Poll } from "./live/follow";
import { type FleetStatus, lookAtFleet, problemLine, withUnread } from "./live/status";
import { statusScreen } from "./live/status-screen";
import type { Target } from "./live/target";
import { withUpgrades } from "./live/upgrades";
import { CONNECTIONS_FAILED, type Verified, verify } from "./live/verify";
import { writeKubeconfigs } from "./live/write-kubeconfig";
import { systemClock } from "./terminal/clock";
import { FinalProblem, shorten } from "./terminal/problems";
import { Redrawer } from "./terminal/redraw";
import { painter } from "./terminal/style";

export type AppCommand = Extract<Command, { kind: "status" | "verify" | "kubeconfig" }>;

const WATCH_INTERVAL_MS = 5_000;
/** Runs a command that reads the deployed app of this folder; returns the exit status. */
export async function runOnApp(command: AppCommand, context: CommandContext): Promise<number> {
  const { environment, print, complain } = context;
  switch (command.kind) {
    case "kubeconfig": {
      const deployed = await readDeployed(command.out, environment, command.login);
      const { names, overwrite } = command;
      for (const line of await writeKubeconfigs(deployed, { folder: ".", names, overwrite })) print(line);
      complainOf(deployed, complain);
      return 0;
    }
    case "status":
      return showStatus(command, context);
    case "verify":
      return verifyServices(command, context);
  }
}

/** Reports the stacks that could not be read; the others are used. */
export function complainOf({ unseen }: Deployed, complain: CommandContext["complain"]): void {
  for (const { what, why } of unseen) complain(`aks-fleet: ${what}: ${why}`);
}

export interface Reached {
  fleet: DeployedFleet;
  clusters: Clusters;
}

/** The deployed fleets, and how to query their clusters. */
export async function reach(
  { out, login, kubeconfigs }: AppOptions,
  { environment, load = loadKubeconfig }: CommandContext,
): Promise<{ reached: Reached[]; deployed: Deployed }> {
  const deployed = await readDeployed(out, environment, login).catch((problem): Deployed => {
    // Given its kubeconfig, any hub can be queried.
    const fleet = strangeFleet(kubeconfigs);
    if (fleet && problem instanceof FinalProblem) return { fleets: [fleet], unseen: [] };
    throw problem;
  });
  const strange = deployed.fleets.length === 0 ? strangeFleet(kubeconfigs) : undefined;
  const fleets = strange ? [strange] : deployed.fleets;
  if (fleets.length > 1 && kubeconfigs.length > 0) {
    throw new FinalProblem(
      `--kubeconfig: ${out} holds several fleets (${fleets.map(({ name }) => name).join(", ")}); it is unclear which one this kubeconfig belongs to.`,
    );
  }
  const reached = fleets.map((fleet) => ({
    fleet,
    clusters: clustersOf(fleet, kubeconfigs, { environment, load }),
  }));
  return { reached, deployed };
}

type StatusCommand = Extract<AppCommand, { kind: "status" }>;

async function showStatus(command: StatusCommand, context: CommandContext): Promise<number> {
  const { print, environment, terminal, size, complain, clock = systemClock } = context;
  const paint = painter(terminal, environment);
  const redrawer = new Redrawer();
  let isFirst = true;
  const show = (fleets: FleetStatus[], unseen: Unseen[]) => {
    if (command.json) return print(JSON.stringify({ fleets, unseen }, null, 2));
    const lines = statusScreen(fleets, unseen, clock.now(), paint, command);
    if (!command.watch) return print(lines.join("\n"));
    const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const room = terminal ? size?.() : undefined;
    if (room) print(redrawer.draw([time, ...lines], room));
    else print([...(isFirst ? [] : [""]), time, ...lines].join("\n"));
    isFirst = false;
  };
  const judged = command.exitCode || command.waitMs !== undefined;
  let app: Awaited<ReturnType<typeof reach>>;
  try {
    app = await reach(command, context);
  } catch (problem) {
    if (!(problem instanceof FinalProblem)) throw problem;
    const unseen = [{ what: "app", why: problem.message }];
    if (command.json) show(withUnread([], unseen), unseen);
    if (!judged) throw problem;
    complain(`aks-fleet: ${problem.message}`);
    return NOT_SEEN;
  }
  const look = async () => {
    const { reached, deployed } = app;
    const fleets = await Promise.all(
      reached.map(async ({ fleet, clusters }) => {
        const seen = await lookAtFleet(fleet, clusters, clock);
        return command.upgrades ? withUpgrades(seen, fleet, environment) : seen;
      }),
    );
    return withUnread(fleets, deployed.unseen);
  };
  let fleets: FleetStatus[] = [];
  if (command.waitMs !== undefined) {
    const lookAgain = async () => {
      // It may have been deployed since.
      if (fleets.length > 0 && app.deployed.unseen.length > 0) app = await reach(command, context);
      fleets = await look();
      return orderOf(fleets);
    };
    try {
      await follow({
        subject: "status",
        look: lookAgain,
        timeoutMs: command.waitMs,
        clock,
        random: Math.random,
        print: command.json ? complain : print,
      });
    } catch (problem) {
      if (!(problem instanceof FinalProblem)) throw problem;
      complain(`aks-fleet: ${problem.message}`);
    }
    show(fleets, app.deployed.unseen);
    return exitStatusOf(fleets);
  }
  for (;;) {
    fleets = await look();
    show(fleets, app.deployed.unseen);
    if (!command.watch) break;
    await clock.sleep(WATCH_INTERVAL_MS);
  }
  if (judged) return exitStatusOf(fleets);
  // The reasons are on the screen.
  if (fleets.every(isBlank)) throw new FinalProblem("No part of a fleet could be reached.");
  return 0;
}

/** No problem is known, but not everything could be checked. */
const NOT_SEEN = 3;

function exitStatusOf(fleets: FleetStatus[]): number {
  const problems = fleets.flatMap((fleet) => fleet.problems);
  if (problems.length === 0) return 0;
  return problems.every(({ kind }) => kind === "unseen") ? NOT_SEEN : 1;
}

const MAX_PROBLEMS = 3;

function orderOf(fleets: FleetStatus[]): Poll {
  const problems = fleets.flatMap((fleet) => fleet.problems);
  if (problems.length === 0) return { state: "done", line: "everything is healthy" };
  const said = problems.slice(0, MAX_PROBLEMS).map((problem) => shorten(problemLine(problem), 160));
  const more = problems.length > MAX_PROBLEMS ? [`and ${problems.length - MAX_PROBLEMS} more`] : [];
  const line = [...said, ...more].join("; ");
  const final = fleets.flatMap((fleet) => fleet.unseen).some((one) => one.final);
  return final ? { state: "hopeless", line, advice: "" } : { state: "waiting", line };
}

async function verifyServices(
  command: Extract<AppCommand, { kind: "verify" }>,
  context: CommandContext,
): Promise<number> {
  const { environment, terminal, complain, clock = systemClock } = context;
  const { reached, deployed } = await reach(command, context);
  const paint = painter(terminal, environment);
  const wanted = command.service && fullName(command.service);
  const targets = reached.flatMap((one) =>
    one.fleet.services
      .filter((service) => wanted === undefined || fullName(service) === wanted)
      .map((target): Reached & { target: Target } => ({ ...one, target })),
  );
  if (targets.length === 0 && command.service) {
    // Created by something other than this app.
    for (const one of reached) {
      const { services } = await lookAtFleet(one.fleet, one.clusters, clock, "services");
      for (const { member, service } of services.filter(({ name }) => name === wanted)) {
        const target = { ...command.service, member, service: service.split("/")[1] ?? service };
        targets.push({ ...one, target });
      }
    }
  }
  if (targets.length === 0) {
    const known = reached.flatMap(({ fleet }) => fleet.services.map(fullName));
    const reasons = deployed.unseen.map(({ what, why }) => `\n  ${what}: ${why}`).join("");
    throw new FinalProblem(
      `There is no MultiClusterService ${wanted ? `${wanted} ` : ""}on any reachable member${known.length > 0 ? `: the app has ${known.join(", ")}` : ""}.${reasons}`,
    );
  }
  complainOf(deployed, complain);
  // Progress is for people; scripts read only the result.
  const print = command.json ? complain : context.print;
  const services: Verified[] = [];
  for (const { fleet, clusters, target } of targets) {
    services.push(await verify(fleet, clusters, target, command, { print, clock, paint }));
  }
  // The services of a stack that could not be read are unknown.
  const unseen = command.service === undefined ? deployed.unseen : [];
  const notVerified = unseen.map(({ what }) => `${what} can't be read, so its services are not verified.`);
  if (command.json) {
    context.print(JSON.stringify({ services, unseen: deployed.unseen }, null, 2));
  }
  for (const problem of [...services.flatMap(({ problems }) => problems), ...notVerified]) {
    complain(`aks-fleet: ${problem}`);
  }
  const statuses = services.map(({ exitStatus }) => exitStatus);
  if (notVerified.length > 0 || statuses.includes(1)) return 1;
  return statuses.includes(CONNECTIONS_FAILED) ? CONNECTIONS_FAILED : 0;
}

function isBlank({ members, placements, exports, services }: FleetStatus): boolean {
  return [
    members.every(({ joined }) => joined === undefined),
    placements.every(({ scheduled }) => scheduled === undefined),
    exports.every(({ clusters }) => clusters.length === 0),
    services.every(({ valid }) => valid === undefined),
  ].every(Boolean);
}
