import { randomUUID } from "node:crypto";
import { apiPath, MEMBERS_PATH, PLACEMENT_V1 } from "../../fleet-api/groups";
import { type DeployedFleet, fullName } from "../app/deployed";
import type { KubeClient } from "../client/kube-client";
import type { MemberCluster, Override, Placement } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatDuration } from "../terminal/duration";
import { FinalProblem } from "../terminal/problems";
import type { MatchOptions } from "./cluster-matcher";
import type { Clusters } from "./clusters";
import { type Endpoint, url } from "./connection";
import { Connections, type Sample } from "./connections";
import {
  closeJournal,
  deleteOverride,
  type Journal,
  lookAtExports,
  lookAtGivingBack,
  missingExports,
  openJournal,
  readJournal,
  strayOverrides,
  takeAway,
  underWay,
} from "./drill-journal";
import { type DrillPlan, type OnHub, planDrill, type Way } from "./drill-plan";
import type { Address, Course } from "./drill-verdict";
import { follow, type Poll } from "./follow";
import { untilInOrder } from "./in-order";
import { firstPort, learnPods, matcherOf, type Target } from "./target";

export interface DrillOptions extends MatchOptions {
  /** How long the member stays out of service. */
  forMs: number;
  port: number | undefined;
  path: string;
  /** The minimum number to each address before, and after. */
  connections: number;
  /** For each wait. */
  timeoutMs: number;
}

export interface DrillContext {
  print: (line: string) => void;
  clock: Clock;
  /** Who runs the drill, for the journal. */
  by: string;
  /** Asks whether to continue despite these risks. */
  confirm: (risks: readonly string[]) => Promise<boolean>;
  /** Aborted to end the drill early. */
  signal: AbortSignal;
}

/** What a drill observed, even if it ended early. */
export interface DrillRun {
  readonly addresses: readonly Address[];
  /** The Service that each imports, `namespace/name`. */
  readonly services: readonly string[];
  readonly samples: readonly Sample[];
  readonly course: Course;
  /** Why it ended early. */
  readonly ended: string | undefined;
  /** Why it could not be undone. */
  readonly unrestored: string | undefined;
}

const LOOK_MS = 1_000;
/** A member counts as out after this long without an answer. */
const QUIET_MS = 5_000;
const REFRESH_MS = 5_000;
/** Covers connections that were open when the last answers arrived. */
const BASELINE_LIMIT_MS = 60_000;
/** Undoing must be persistent: a brief hub outage must not leave a member out of service. */
const UNDO_LIMIT_MS = 15 * 60_000;

/** Takes a member out of service for one Service for a while, connecting to all of its addresses throughout. */
export async function drill(
  fleet: DeployedFleet,
  clusters: Clusters,
  targets: readonly Target[],
  { service, member, ...options }: DrillOptions & { service: string; member: string },
  context: DrillContext,
): Promise<DrillRun> {
  const { print, clock, by, confirm, signal } = context;
  const subject = `drill ${service}`;
  const say = (line: string) => print(`${subject}: ${line}`);
  const refuse = (problem: unknown) =>
    problem instanceof FinalProblem && !problem.message.startsWith(subject)
      ? new FinalProblem(`${subject}: ${problem.message}`)
      : problem;
  const { hub } = clusters;
  if (hub === undefined) {
    throw new FinalProblem(`${subject}: no deployed stack says how to reach the hub: give --kubeconfig FILE`);
  }
  const client = hub.client;
  const known = await client.list<MemberCluster>(MEMBERS_PATH);
  if (!known?.some(({ metadata }) => metadata.name === member)) {
    const names = (known ?? []).map(({ metadata }) => metadata.name).sort();
    throw new FinalProblem(
      `${subject}: ${member} isn't a member of the fleet ${fleet.name}: its members are ${names.join(", ") || "none"}.`,
    );
  }
  const before = await readJournal(client);
  if (before !== undefined) throw new FinalProblem(`${subject}: ${underWay(before, clock.now())}`);

  const ways: Way[] = [];
  const pumped: { endpoint: Endpoint; matcher: ReturnType<typeof matcherOf> }[] = [];
  for (const target of targets) {
    const { entry, address, expected } = await untilInOrder(fleet, clusters, target, {
      subject: `drill ${fullName(target)}`,
      asked: [],
      timeoutMs: options.timeoutMs,
      clock,
      print,
    });
    ways.push({ target, address, expected });
    const port = options.port ?? (await firstPort(entry, target));
    pumped.push({
      endpoint: { address, port, path: options.path },
      matcher: matcherOf(fleet, expected, options),
    });
  }
  let plan: DrillPlan;
  try {
    plan = planDrill(member, ways, await lookAtHub(client, targets[0]?.namespace ?? ""));
  } catch (problem) {
    throw refuse(problem);
  }
  if (plan.risks.length > 0 && !(await confirm(plan.risks))) {
    throw new FinalProblem(`${subject}: nothing was changed.`);
  }

  const addresses = ways.map(
    ({ target, expected }, index): Address => ({
      name: fullName(target),
      member: target.member,
      url: url((pumped[index] as (typeof pumped)[number]).endpoint),
      expected,
    }),
  );
  const learn = () =>
    Promise.all(
      targets.map((target, index) =>
        learnPods(clusters, target, (pumped[index] as (typeof pumped)[number]).matcher),
      ),
    );
  await learn();
  const connections = new Connections(pumped, clock);
  const stopLearning = clock.every(REFRESH_MS, () => void learn());
  const seen = {
    addresses,
    services: targets.map(({ namespace, service }) => `${namespace}/${service}`),
  };
  const course: { -readonly [Key in keyof Course]: Course[Key] } & { declared?: number } = {
    started: clock.now(),
    taken: Number.POSITIVE_INFINITY,
    restored: Number.POSITIVE_INFINITY,
  };
  const run = async (ended: string | undefined, unrestored?: string): Promise<DrillRun> => {
    await connections.stop();
    const { samples } = connections;
    const { declared, taken, out, ...rest } = course;
    const last = lastReaching(member, samples, taken, declared);
    return {
      ...seen,
      samples,
      course: { ...rest, taken, ...(out !== undefined && { out: last }) },
      ended,
      unrestored,
    };
  };
  const pause = (ms: number) => interruptible(clock.sleep(ms), signal);
  const enough = (from: number) =>
    addresses.every(
      (_, index) =>
        connections.samples.filter((one) => one.address === index && one.at >= from).length >=
        options.connections,
    );

  connections.start();
  try {
    const limit = clock.now() + Math.min(BASELINE_LIMIT_MS, options.timeoutMs);
    while (!signal.aborted && clock.now() < limit) {
      if (enough(0) && silentOf(addresses, connections.samples).length === 0) break;
      await pause(LOOK_MS);
    }
    if (signal.aborted) return await run("it was stopped before anything was changed");
    const silent = silentOf(addresses, connections.samples);
    if (silent.length > 0) {
      throw new FinalProblem(
        `${subject}: ${silent.join("; ")}. Nothing was changed. \`aks-fleet verify\` shows more; --header, --body and --path select the part of an answer that identifies its cluster.`,
      );
    }

    const journal: Journal = {
      id: randomUUID(),
      service,
      member,
      by,
      since: new Date(clock.now()).toISOString(),
      namespace: targets[0]?.namespace ?? "",
      exports: plan.exports,
    };
    await openJournal(client, journal, clock).catch((problem) => {
      throw refuse(problem);
    });
    say(`recorded on the hub (default/aks-fleet-drill); nothing is changed yet`);
    let ended: string | undefined;
    try {
      if (signal.aborted) throw new Error(STOPPED);
      course.taken = clock.now();
      await takeAway(client, journal, plan);
      say(`withdrawing ${member}'s exports of ${plan.exports.join(", ")}`);
      ended = await untilOut(client, journal, {
        connections,
        course,
        addresses: addresses.length,
        signal,
        clock,
        pause,
        options,
      });
      if (ended === undefined) {
        say(
          `no connection reaches ${member} any longer (${formatDuration((course.out ?? 0) - course.taken)})`,
        );
        ended = await hold(client, journal, clock.now() + options.forMs, { signal, clock, pause });
      }
    } catch (problem) {
      ended = (problem as Error).message;
    }
    course.restored = clock.now();
    if (ended !== undefined) say(`${ended}; undoing it`);
    try {
      await undo(client, journal, { subject, timeoutMs: options.timeoutMs }, context);
    } catch (problem) {
      return await run(ended, (problem as Error).message);
    }
    await untilBack(member, addresses, { connections, course, clock, options, enough });
    return await run(ended);
  } finally {
    stopLearning();
    await connections.stop();
  }
}

/** Undoes the drill recorded on the hub, whoever started it. False: there was nothing to undo. */
export async function restore(
  client: KubeClient,
  { timeoutMs }: { timeoutMs: number },
  { print, clock }: Pick<DrillContext, "print" | "clock">,
): Promise<boolean> {
  const journal = await readJournal(client);
  if (journal !== undefined) {
    print(
      `drill: ${journal.by} took ${journal.member} out of service for ${journal.service} at ${journal.since}`,
    );
    const notBack = await undo(client, journal, { subject: "drill", timeoutMs }, { print, clock });
    if (notBack !== undefined) throw new FinalProblem(notBack);
    print(`drill: ${journal.service} is back to its previous state`);
  }
  const stray = await strayOverrides(client);
  for (const one of stray) {
    await deleteOverride(client, one);
    print(`drill: deleted the leftover ResourceOverride ${fullName(one.metadata)}`);
  }
  return journal !== undefined || stray.length > 0;
}

/**
 * The journal is deleted last: until then, it records what is left.
 * @returns why the member is not back, though nothing of the drill is left on the hub
 */
async function undo(
  client: KubeClient,
  journal: Journal,
  { subject, timeoutMs }: { subject: string; timeoutMs: number },
  { print, clock }: Pick<DrillContext, "print" | "clock">,
): Promise<string | undefined> {
  const common = { subject, clock, random: Math.random, print };
  await follow({ ...common, timeoutMs: UNDO_LIMIT_MS, look: lookAtGivingBack(client, journal) });
  let notBack: string | undefined;
  try {
    await follow({ ...common, timeoutMs, look: lookAtExports(client, journal) });
  } catch (problem) {
    notBack = (problem as Error).message;
  }
  const close = async (): Promise<Poll> => {
    if ((await readJournal(client))?.id === journal.id) await closeJournal(client);
    return { state: "done", line: "nothing of the drill is left on the hub" };
  };
  await follow({ ...common, timeoutMs: UNDO_LIMIT_MS, look: close });
  return notBack;
}

async function lookAtHub(client: KubeClient, namespace: string): Promise<OnHub> {
  const placement = apiPath(PLACEMENT_V1);
  const [members, ofCluster, ofNamespaces, overrides] = await Promise.all([
    client.list<MemberCluster>(MEMBERS_PATH),
    client.list<Placement>(`${placement}/clusterresourceplacements`),
    client.list<Placement>(`${placement}/resourceplacements`),
    client.list<Override>(`${placement}/namespaces/${namespace}/resourceoverrides`),
  ]);
  return {
    members: members ?? [],
    placements: [...(ofCluster ?? []), ...(ofNamespaces ?? [])],
    overrides: overrides ?? [],
  };
}

/** The members that have not answered, or can't be told apart from others. */
function silentOf(addresses: readonly Address[], samples: readonly Sample[]): string[] {
  return addresses.flatMap(({ url, expected }, index) => {
    const own = samples.filter(({ address }) => address === index);
    const silent = expected.filter((name) => !own.some(({ cluster }) => cluster === name));
    return silent.length === 0
      ? []
      : [`at ${url}, none of ${own.length} connections got an answer known to be from ${silent.join(", ")}`];
  });
}

interface Watch {
  signal: AbortSignal;
  clock: Clock;
  pause: (ms: number) => Promise<void>;
}

const STOPPED = "it was stopped";

/** Until no connection reaches the member; returns why it ended otherwise. */
async function untilOut(
  client: KubeClient,
  journal: Journal,
  {
    connections,
    course,
    addresses,
    signal,
    clock,
    pause,
    options,
  }: Watch & {
    connections: Connections;
    course: { taken: number; out?: number; declared?: number };
    addresses: number;
    options: DrillOptions;
  },
): Promise<string | undefined> {
  const deadline = clock.now() + options.timeoutMs;
  for (;;) {
    if (signal.aborted) return STOPPED;
    const declared = clock.now();
    const last = lastReaching(journal.member, connections.samples, course.taken);
    // Any member may still answer an open connection.
    if (newest(connections.samples, addresses) - last >= QUIET_MS && (await isGone(client, journal))) {
      course.out = last;
      course.declared = declared;
      return undefined;
    }
    if (clock.now() >= deadline) {
      return `connections still reach ${journal.member} after ${formatDuration(options.timeoutMs)}`;
    }
    const others = await restoredBySomebody(client, journal);
    if (others !== undefined) return others;
    await pause(LOOK_MS);
  }
}

/** When the last connection that reached the member was opened. */
function lastReaching(
  member: string,
  samples: readonly Sample[],
  from: number,
  to = Number.POSITIVE_INFINITY,
): number {
  return samples
    .filter(({ cluster, at }) => cluster === member && at <= to)
    .reduce((latest, { at }) => Math.max(latest, at), from);
}

/** When the last connection with a known outcome was opened; the earliest such time of all addresses. */
function newest(samples: readonly Sample[], addresses: number): number {
  const of = (index: number) =>
    samples.reduce((latest, { address, at }) => (address === index ? Math.max(latest, at) : latest), 0);
  return Math.min(...Array.from({ length: addresses }, (_, index) => of(index)));
}

async function isGone(client: KubeClient, journal: Journal): Promise<boolean> {
  const missing = await missingExports(client, journal).catch(() => []);
  return missing.length === journal.exports.length;
}

async function hold(
  client: KubeClient,
  journal: Journal,
  until: number,
  { signal, clock, pause }: Watch,
): Promise<string | undefined> {
  while (clock.now() < until) {
    if (signal.aborted) return STOPPED;
    const others = await restoredBySomebody(client, journal);
    if (others !== undefined) return others;
    await pause(Math.min(LOOK_MS, until - clock.now()));
  }
  return signal.aborted ? STOPPED : undefined;
}

/** An unreachable hub proves nothing. */
async function restoredBySomebody(client: KubeClient, journal: Journal): Promise<string | undefined> {
  const now = await readJournal(client).catch(() => journal);
  return now?.id === journal.id ? undefined : "it was undone from elsewhere (drill --restore)";
}

/** Until the member answers where it did before and has been observed for a while. */
async function untilBack(
  member: string,
  addresses: readonly Address[],
  {
    connections,
    course,
    clock,
    options,
    enough,
  }: {
    connections: Connections;
    course: { restored: number; back?: number };
    clock: Clock;
    options: DrillOptions;
    enough: (from: number) => boolean;
  },
): Promise<void> {
  const deadline = clock.now() + options.timeoutMs;
  while (clock.now() < deadline) {
    const firsts = addresses.flatMap(({ expected }, index) => {
      if (!expected.includes(member)) return [];
      const first = connections.samples.find(
        ({ address, at, cluster }) => address === index && at >= course.restored && cluster === member,
      );
      return [first?.at ?? Number.POSITIVE_INFINITY];
    });
    const back = Math.max(course.restored, ...firsts);
    if (Number.isFinite(back)) {
      course.back = back;
      if (enough(back)) return;
    }
    await clock.sleep(LOOK_MS);
  }
}

/** Ends no later than the signal. */
function interruptible(sleeping: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = () => resolve();
    signal.addEventListener("abort", end, { once: true });
    sleeping.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}
