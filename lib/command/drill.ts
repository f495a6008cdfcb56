import { writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { fullName } from "./app/deployed";
import { readStates, withStates } from "./app/state";
import { readStacks } from "./app/synthesized";
import { complainOf, type Reached, reach } from "./app-command";
import type { AppOptions, Command } from "./arguments";
import type { CommandContext } from "./context";
import { lossIn, membersCalled, servingMembers } from "./judge/loss";
import { Masker } from "./judge/masked";
import { hubsOf, modelOf } from "./judge/model";
import { type DrillRun, drill as drillAt, restore as restoreAt } from "./live/drill";
import { drillReport } from "./live/drill-report";
import { type Check, judgeDrill, type Prediction } from "./live/drill-verdict";
import { lookAtFleet } from "./live/status";
import type { Target } from "./live/target";
import { fleetOfStacks } from "./plan/fleet";
import { junit, type TestSuite } from "./render/junit";
import { systemClock } from "./terminal/clock";
import type { Environment } from "./terminal/environment";
import { FinalProblem } from "./terminal/problems";
import { painter } from "./terminal/style";

export interface DrillOptions {
  service: { namespace: string; name: string };
  lose: string;
  forMs: number;
  /** The file to write JUnit XML to. */
  junit: string | undefined;
  /** Skips confirmation. */
  yes: boolean;
  header: string | undefined;
  body: RegExp | undefined;
  port: number | undefined;
  path: string;
  connections: number;
  timeoutMs: number;
}

const STATUS = { held: 0, refused: 1, failed: 3, unrestored: 4 } as const;
/** A shell's exit status for a process ended by each signal. */
const OF_SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Takes a member out of service for a Service, and reports the results. */
export async function drill(
  command: Extract<Command, { kind: "drill" }>,
  context: CommandContext,
): Promise<number> {
  const { clock = systemClock } = context;
  const started = clock.now();
  const suite = (more: Pick<TestSuite, "cases" | "error">): TestSuite => ({
    name: `drill of ${fullName(command.service)} without ${command.lose}`,
    className: `aks-fleet.drill.${command.service.namespace}.${command.service.name}`,
    timestamp: new Date(started).toISOString(),
    seconds: (clock.now() - started) / 1_000,
    ...more,
  });
  try {
    const { status, checks, error } = await drilled(command, context);
    writeJunit(command.junit, suite({ cases: checks, error }));
    return status;
  } catch (problem) {
    // A pipeline shows it with the other results.
    if (problem instanceof FinalProblem)
      writeJunit(command.junit, suite({ cases: [], error: problem.message }));
    throw problem;
  }
}

function writeJunit(file: string | undefined, suite: TestSuite): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, junit(suite));
  } catch (error) {
    throw new FinalProblem(`--junit: ${file} can't be written: ${(error as Error).message}.`);
  }
}

async function drilled(
  command: Extract<Command, { kind: "drill" }>,
  context: CommandContext,
): Promise<{ status: number; checks: readonly Check[]; error: string | undefined }> {
  const { print, complain, environment, terminal, clock = systemClock, onStop } = context;
  const service = fullName(command.service);
  const { reached, deployed } = await reach(command, context);
  complainOf(deployed, complain);
  const { fleet, clusters, targets } = await theOne(reached, command, context);
  const called = fleet.members.find((one) => [one.name, one.cluster, one.key].includes(command.lose));
  const member = called?.name ?? command.lose;

  const stopping = new AbortController();
  let stoppedBy: string | undefined;
  const forget = onStop?.((signal) => {
    if (stoppedBy !== undefined)
      return complain(`aks-fleet: ${signal}: still undoing the drill; please wait`);
    stoppedBy = signal;
    stopping.abort();
    complain(`aks-fleet: ${signal}: undoing the drill`);
  });
  let run: DrillRun;
  try {
    run = await drillAt(
      fleet,
      clusters,
      targets,
      { ...command, service, member },
      {
        print,
        clock,
        by: `${userInfo().username}@${hostname()} (process ${process.pid})`,
        confirm: (risks) => confirm(risks, command.yes, context),
        signal: stopping.signal,
      },
    );
  } finally {
    forget?.();
  }

  const predict = await predictor(command.out, environment, member);
  const predictions = run.services.map((one) => predict?.(one));
  const verdict = judgeDrill({ ...run, member, predictions });
  const addresses = run.addresses.map((address, index) => ({ address, prediction: predictions[index] }));
  for (const line of drillReport(verdict, member, addresses, painter(terminal, environment))) print(line);
  const error = run.unrestored ?? run.ended;
  if (run.unrestored !== undefined) {
    complain(
      `aks-fleet: ${run.unrestored}\n${member} may still be out of service for ${service}: aks-fleet drill --restore`,
    );
    return { status: STATUS.unrestored, checks: verdict.checks, error };
  }
  if (run.ended !== undefined) {
    complain(`aks-fleet: drill ${service}: ${run.ended}; it is fully undone`);
    return { status: OF_SIGNALS[stoppedBy ?? ""] ?? STATUS.refused, checks: verdict.checks, error };
  }
  const held = verdict.checks.every(({ state }) => state !== "failed");
  print(
    held
      ? `drill ${service}: it survives the loss of ${member}`
      : `drill ${service}: checks failed without ${member}`,
  );
  return { status: held ? STATUS.held : STATUS.failed, checks: verdict.checks, error };
}

/** Undoes the drill recorded on the hub. */
export async function restore(
  command: AppOptions & { timeoutMs: number },
  context: CommandContext,
): Promise<void> {
  const { print, clock = systemClock } = context;
  const { reached } = await reach(command, context);
  const hubs = reached.flatMap(({ clusters }) => clusters.hub ?? []);
  if (hubs.length === 0)
    throw new FinalProblem("No deployed stack says how to reach the hub: give --kubeconfig FILE");
  for (const { name, client } of hubs) {
    if (!(await restoreAt(client, command, { print, clock }))) {
      print(`drill: the hub of ${name} has no record of a drill, nor leftovers of one`);
    }
  }
}

async function confirm(
  risks: readonly string[],
  yes: boolean,
  { print, ask }: CommandContext,
): Promise<boolean> {
  if (yes) {
    for (const risk of risks) print(risk);
    return true;
  }
  if (ask === undefined) {
    throw new FinalProblem(
      `${risks.join("\n")}\nThis session isn't interactive: --yes skips the confirmation.`,
    );
  }
  for (const risk of risks) print(risk);
  return ask("Start the drill anyway?");
}

/** The fleet that has the Service, and its MultiClusterServices, including those of entries, each with a Service of its own. */
async function theOne(
  reached: readonly Reached[],
  { service }: Pick<DrillOptions, "service">,
  { clock = systemClock }: CommandContext,
): Promise<Reached & { targets: readonly Target[] }> {
  const found: (Reached & { targets: readonly Target[] })[] = [];
  const known: string[] = [];
  for (const one of reached) {
    const all = one.fleet.services.length > 0 ? one.fleet.services : await servicesSeen(one, clock);
    known.push(...all.map(fullName));
    const targets = all.filter(({ namespace, name, service: imported, member }) => {
      const keys = [member, one.fleet.members.find((other) => other.name === member)?.key];
      const names = [service.name, ...keys.map((key) => `${service.name}-${key}`)];
      return namespace === service.namespace && (name === service.name || names.includes(imported));
    });
    if (targets.length > 0) found.push({ ...one, targets });
  }
  const [first] = found;
  if (first === undefined) {
    throw new FinalProblem(
      `drill ${fullName(service)}: no MultiClusterService imports it${known.length > 0 ? `; there are ${[...new Set(known)].sort().join(", ")}` : ""}.`,
    );
  }
  if (found.length > 1) {
    throw new FinalProblem(
      `drill ${fullName(service)}: the fleets ${found.map(({ fleet }) => fleet.name).join(", ")} have it: choose one with --out.`,
    );
  }
  return first;
}

async function servicesSeen({ fleet, clusters }: Reached, clock: typeof systemClock): Promise<Target[]> {
  const { services } = await lookAtFleet(fleet, clusters, clock);
  return services.map(({ name, service, member }) => {
    const [namespace = "", own = ""] = name.split("/");
    return { namespace, name: own, service: service.split("/")[1] ?? own, member };
  });
}

/** What the model predicts for each Service when the member is lost; undefined without a synthesized app. */
async function predictor(
  folder: string,
  environment: Environment,
  member: string,
): Promise<((service: string) => Prediction | undefined) | undefined> {
  let app: ReturnType<typeof readStacks>;
  try {
    app = readStacks(folder, "aks-fleet drill --out FOLDER");
  } catch (problem) {
    if (problem instanceof FinalProblem) return undefined;
    throw problem;
  }
  const read = await readStates(folder, app, environment);
  const { stacks, secrets } = withStates(app, read.states);
  const fleet = fleetOfStacks(stacks);
  const deployed = new Set(
    read.states.flatMap(({ stack, resources }) =>
      [...resources.keys()].map((address) => `${stack} ${address}`),
    ),
  );
  const isDeployed = (key: string) => deployed.has(key);
  const masker = new Masker(app, secrets);
  for (const hub of hubsOf(fleet)) {
    const own = modelOf(fleet, hub, { isDeployed });
    const lost = membersCalled(own.fleet, member);
    if (lost.length === 0) continue;
    const { services } = lossIn(fleet, own, lost, { isDeployed });
    return (name) => {
      const loss = services.find((one) => one.name === name);
      if (loss) return { left: loss.left, text: masker.cleanWords(loss.text) };
      const whole = own.fleet.reach.find((one) => `${one.namespace}/${one.name}` === name);
      return whole && { left: servingMembers(whole), text: "loses nothing" };
    };
  }
  return undefined;
}
