import { type Deployed, type DeployedFleet, fullName, readDeployed } from "./app/deployed";
import type { AppOptions, Command } from "./arguments";
import { loadKubeconfig } from "./client/kubeconfig";
import { type Clusters, clustersOf, strangeFleet } from "./live/clusters";
import { lookAtFleet } from "./live/status";
import { statusScreen } from "./live/status-screen";
import type { Target } from "./live/target";
import { verify } from "./live/verify";
import { writeKubeconfigs } from "./live/write-kubeconfig";
import type { Surroundings } from "./surroundings";
import { systemClock } from "./terminal/clock";
import { FinalProblem } from "./terminal/problems";
import { painter } from "./terminal/style";

export type AppCommand = Extract<Command, { kind: "status" | "verify" | "kubeconfig" }>;

const WATCH_INTERVAL_MS = 5_000;
/** To the upper left corner; each line, and what is below, is wiped as it is written over, so that nothing flickers. */
const HOME = "\x1b[H";
const WIPE_LINE = "\x1b[K";
const WIPE_BELOW = "\x1b[J";

/** The commands that read the deployed app of this folder. */
export async function runOnApp(command: AppCommand, surroundings: Surroundings): Promise<void> {
  const { environment, print, complain } = surroundings;
  switch (command.kind) {
    case "kubeconfig": {
      const deployed = await readDeployed(command.out, environment, command.login);
      const { names, overwrite } = command;
      for (const line of await writeKubeconfigs(deployed, { folder: ".", names, overwrite })) print(line);
      complainOf(deployed, complain);
      return;
    }
    case "status":
      return showStatus(command, surroundings);
    case "verify":
      return verifyServices(command, surroundings);
  }
}

/** The stacks that tell nothing; what the others tell is used. */
export function complainOf({ unseen }: Deployed, complain: Surroundings["complain"]): void {
  for (const { what, why } of unseen) complain(`aks-fleet: ${what}: ${why}`);
}

export interface Reached {
  fleet: DeployedFleet;
  clusters: Clusters;
}

/** The deployed fleets, and how their clusters are asked. */
export async function reach(
  { out, login, kubeconfigs }: AppOptions,
  { environment, load = loadKubeconfig }: Surroundings,
): Promise<{ reached: Reached[]; deployed: Deployed }> {
  const deployed = await readDeployed(out, environment, login).catch((problem): Deployed => {
    // With its kubeconfig, any hub can be looked at.
    const fleet = strangeFleet(kubeconfigs);
    if (fleet && problem instanceof FinalProblem) return { fleets: [fleet], unseen: [] };
    throw problem;
  });
  const strange = deployed.fleets.length === 0 ? strangeFleet(kubeconfigs) : undefined;
  const fleets = strange ? [strange] : deployed.fleets;
  if (fleets.length > 1 && kubeconfigs.length > 0) {
    throw new FinalProblem(
      `--kubeconfig: ${out} holds several fleets (${fleets.map(({ name }) => name).join(", ")}), and it is not clear of which this is.`,
    );
  }
  const reached = fleets.map((fleet) => ({
    fleet,
    clusters: clustersOf(fleet, kubeconfigs, { environment, load }),
  }));
  return { reached, deployed };
}

async function showStatus(
  command: Extract<AppCommand, { kind: "status" }>,
  surroundings: Surroundings,
): Promise<void> {
  const { print, environment, terminal, clock = systemClock } = surroundings;
  const { reached, deployed } = await reach(command, surroundings);
  const paint = painter(terminal, environment);
  for (;;) {
    const fleets = await Promise.all(
      reached.map(({ fleet, clusters }) => lookAtFleet(fleet, clusters, clock)),
    );
    if (command.json) print(JSON.stringify({ fleets, unseen: deployed.unseen }, null, 2));
    else {
      const lines = statusScreen(fleets, deployed.unseen, clock.now(), paint);
      const redraw = command.watch && terminal;
      print(redraw ? HOME + lines.map((line) => line + WIPE_LINE).join("\n") + WIPE_BELOW : lines.join("\n"));
    }
    if (!command.watch) {
      // The reasons stand on the screen.
      if (fleets.every(isBlank)) throw new FinalProblem("Nothing of a fleet could be seen.");
      return;
    }
    await clock.sleep(WATCH_INTERVAL_MS);
  }
}

async function verifyServices(
  command: Extract<AppCommand, { kind: "verify" }>,
  surroundings: Surroundings,
): Promise<void> {
  const { print, environment, terminal, clock = systemClock } = surroundings;
  const { reached, deployed } = await reach(command, surroundings);
  const paint = painter(terminal, environment);
  const wanted = command.service && fullName(command.service);
  const targets = reached.flatMap((one) =>
    one.fleet.services
      .filter((service) => wanted === undefined || fullName(service) === wanted)
      .map((target): Reached & { target: Target } => ({ ...one, target })),
  );
  if (targets.length === 0 && command.service) {
    // Made by something else than this app.
    for (const one of reached) {
      const { services } = await lookAtFleet(one.fleet, one.clusters, clock);
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
      `${wanted ? `There is no MultiClusterService ${wanted} at a member that can be asked` : "The deployed app has no MultiClusterService"}${known.length > 0 ? `: the app has ${known.join(", ")}` : ""}.${reasons}`,
    );
  }
  complainOf(deployed, surroundings.complain);
  const failed: string[] = [];
  for (const { fleet, clusters, target } of targets) {
    try {
      await verify(fleet, clusters, target, command, { print, clock, paint });
    } catch (problem) {
      if (!(problem instanceof FinalProblem)) throw problem;
      failed.push(problem.message);
    }
  }
  if (failed.length > 0) throw new FinalProblem(failed.join("\n"));
}

function isBlank({
  members,
  placements,
  exports,
  services,
}: Awaited<ReturnType<typeof lookAtFleet>>): boolean {
  return [
    members.every(({ joined }) => joined === undefined),
    placements.every(({ scheduled }) => scheduled === undefined),
    exports.every(({ clusters }) => clusters.length === 0),
    services.every(({ valid }) => valid === undefined),
  ].every(Boolean);
}
