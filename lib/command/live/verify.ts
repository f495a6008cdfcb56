import { apiPath, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { type DeployedFleet, fullName } from "../app/deployed";
import type { MultiClusterService } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatDuration } from "../terminal/duration";
import { FinalProblem, shorten } from "../terminal/problems";
import { type Paint, table } from "../terminal/style";
import type { Cluster, Clusters } from "./clusters";
import { type Answer, connectOnce, type Endpoint, url } from "./connection";
import { untilInOrder } from "./in-order";
import { firstPort, learnPods, type Target, tellerOf } from "./target";
import type { Teller } from "./teller";
import { addressOf } from "./wait-service";

export interface VerifyOptions {
  service: { namespace: string; name: string } | undefined;
  clusters: string[];
  header: string | undefined;
  body: RegExp | undefined;
  port: number | undefined;
  path: string;
  connections: number;
  timeoutMs: number;
}

export interface VerifySurroundings {
  print: (line: string) => void;
  clock: Clock;
  paint: Paint;
}

const NETWORKING = apiPath(NETWORKING_V1ALPHA1);
const REFRESH_MS = 5_000;
const PAUSE_MS = 50;
/** When the number that was asked for is reached, and a cluster is still missing. */
const LONG_PAUSE_MS = 250;
const AFTER_FAILURE_MS = 1_000;
const SILENCE_MS = 15_000;

/** Throws a FinalProblem unless everything is in order and every expected cluster answers. */
export async function verify(
  fleet: DeployedFleet,
  clusters: Clusters,
  target: Target,
  options: VerifyOptions,
  { print, clock, paint }: VerifySurroundings,
): Promise<void> {
  const subject = `verify ${fullName(target)}`;
  const deadline = clock.now() + options.timeoutMs;
  const { entry, address, expected } = await untilInOrder(fleet, clusters, target, {
    subject,
    asked: options.clusters,
    timeoutMs: options.timeoutMs,
    clock,
    print,
  });
  const teller = tellerOf(fleet, expected, options);
  const refresh = async () => {
    await learnPods(clusters, target, teller);
    return whyLost(entry, target, address);
  };
  const endpoint = {
    address,
    port: options.port ?? (await firstPort(entry, target)),
    path: options.path,
  };
  const tally = new Tally();
  const lost = await connectUntil(deadline, {
    endpoint,
    expected,
    options,
    teller,
    tally,
    refresh,
    clock,
    subject,
    print,
  });
  for (const line of tally.table(expected, paint)) print(line);
  judge(subject, endpoint, { lost, expected, options, teller, tally });
  print(
    `${subject}: ${tally.count} connections to ${url(endpoint)}, and ${expected.length === 1 ? "the cluster has" : `all ${expected.length} clusters have`} answered`,
  );
}

/** undefined: the address is as it was, or nobody can say. */
async function whyLost({ client }: Cluster, target: Target, address: string): Promise<string | undefined> {
  const path = `${NETWORKING}/namespaces/${target.namespace}/multiclusterservices/${target.name}`;
  let service: MultiClusterService | undefined;
  try {
    service = await client.get<MultiClusterService>(path);
  } catch {
    return undefined;
  }
  if (service === undefined) return "the MultiClusterService is gone";
  const now = addressOf(service);
  if (now === address) return undefined;
  return now ? `its address is ${now} now` : "it has no address any more";
}

interface Round {
  endpoint: Endpoint;
  expected: string[];
  options: VerifyOptions;
  teller: Teller;
  tally: Tally;
  /** Learns anew which pods there are; says why the address is lost, if it is. */
  refresh: () => Promise<string | undefined>;
  clock: Clock;
  subject: string;
  print: (line: string) => void;
}

/** Connects until every cluster has answered, or the deadline passes; says why the address was lost, if it was. */
async function connectUntil(deadline: number, round: Round): Promise<string | undefined> {
  const { endpoint, expected, options, teller, tally, refresh, clock, subject, print } = round;
  let lost = await refresh();
  let refreshed = clock.now();
  let said = clock.now();
  while (lost === undefined && clock.now() < deadline) {
    const outcome = await connectOnce(endpoint);
    const sinceRefresh = clock.now() - refreshed;
    let cluster = "answer" in outcome ? teller.tell(outcome.answer) : undefined;
    // A connection that fails, or a pod that nobody knows, may be of something that has just changed.
    if (sinceRefresh >= REFRESH_MS || (cluster === undefined && sinceRefresh >= AFTER_FAILURE_MS)) {
      lost = await refresh();
      refreshed = clock.now();
      if ("answer" in outcome) cluster = teller.tell(outcome.answer);
    }
    if ("answer" in outcome) tally.answered(cluster, outcome.answer);
    else tally.failed(outcome.failure);

    const left = expected.filter((name) => !tally.has(name));
    const enough = tally.count >= options.connections;
    if (enough && (left.length === 0 || tally.isUntold)) break;
    if (clock.now() - said >= SILENCE_MS) {
      said = clock.now();
      print(`${subject}: ${tally.count} connections, no answer of ${left.join(", ") || "more"} yet`);
    }
    const pause = "failure" in outcome ? AFTER_FAILURE_MS : enough ? LONG_PAUSE_MS : PAUSE_MS;
    await clock.sleep(Math.max(0, Math.min(pause, deadline - clock.now())));
  }
  return lost ?? (await refresh());
}

function judge(
  subject: string,
  endpoint: Endpoint,
  {
    lost,
    expected,
    options,
    teller,
    tally,
  }: Pick<Round, "expected" | "options" | "teller" | "tally"> & { lost: string | undefined },
): void {
  const within = `${tally.count} connection${tally.count === 1 ? "" : "s"} to ${url(endpoint)}`;
  if (lost !== undefined) {
    throw new FinalProblem(`${subject}: it lost its address ${endpoint.address} after ${within}: ${lost}.`);
  }
  const left = expected.filter((name) => !tally.has(name));
  if (left.length === 0) return;
  if (tally.answers === 0) {
    throw new FinalProblem(
      `${subject}: none of ${within} was answered (${tally.failures()}).\n` +
        "Is the port the right one (--port), does a pod listen there, and may this machine reach the address? An internal address answers in its network only.",
    );
  }
  if (tally.isUntold) {
    const sample = shorten(teller.sample(tally.untold as Answer) ?? "", 80);
    const looked = options.header ? `The header ${options.header}` : "What --body matches";
    throw new FinalProblem(
      `${subject}: ${tally.answers} answers came on ${within}, and none tells which cluster it is of.\n` +
        (options.header || options.body
          ? `${looked} is "${sample}", and that holds the name or the address of no pod of the Service, and the name of no cluster.`
          : "No header and no body holds the name or the address of a pod of the Service. Let the pods answer with their hostname, and name a header that holds it with --header NAME, the place in the body with --body REGEX, or a path that tells it with --path PATH."),
    );
  }
  const reasons = left.map((name) => (teller.knows(name) ? name : `${name} (no ready pod of it is known)`));
  throw new FinalProblem(
    `${subject}: ${reasons.join(", ")} never answered, in ${within} within ${formatDuration(options.timeoutMs)}.\n` +
      "Do its pods run (kubectl get pods), does the load balancer's cluster reach them (peering, network security groups), and does the entry list them (kubectl get endpointslices --namespace fleet-system)?",
  );
}

/** The answers by cluster, and what failed. */
class Tally {
  private readonly times = new Map<string, number[]>();
  private readonly reasons = new Map<string, number>();
  private readonly untoldTimes: number[] = [];
  /** The last answer that no cluster could be told of. */
  untold: Answer | undefined;

  answered(cluster: string | undefined, answer: Answer): void {
    const { status, ms } = answer;
    // Something else than the app may say so for it: that is no answer.
    if (status >= 500) this.failed(`status ${status}${cluster ? ` of ${cluster}` : ""}`);
    else if (cluster !== undefined) this.times.set(cluster, [...(this.times.get(cluster) ?? []), ms]);
    else {
      this.untold = answer;
      this.untoldTimes.push(ms);
    }
  }

  failed(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  has(cluster: string): boolean {
    return this.times.has(cluster);
  }

  get answers(): number {
    return this.untoldTimes.length + sum([...this.times.values()].map(({ length }) => length));
  }

  get count(): number {
    return this.answers + sum([...this.reasons.values()]);
  }

  /** There are answers, and no cluster could be told of any. */
  get isUntold(): boolean {
    return this.times.size === 0 && this.untoldTimes.length > 0;
  }

  failures(): string {
    return [...this.reasons]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([reason, count]) => (count > 1 ? `${reason}, ${count} times` : reason))
      .join("; ");
  }

  table(expected: string[], paint: Paint): string[] {
    const clusters = [...new Set([...expected, ...this.times.keys()])].sort();
    const row = (name: string, times: number[]) => [
      name,
      { text: String(times.length), colour: times.length > 0 ? ("green" as const) : ("red" as const) },
      this.answers > 0 ? `${Math.round((100 * times.length) / this.answers)}%` : "-",
      times.length > 0 ? milliseconds(median(times)) : "-",
      times.length > 0 ? milliseconds(Math.max(...times)) : "-",
    ];
    const rows = clusters.map((name) => row(name, this.times.get(name) ?? []));
    if (this.untoldTimes.length > 0) rows.push(row("(not told)", this.untoldTimes));
    const failed = this.count - this.answers;
    return [
      ...table(["CLUSTER", "ANSWERS", "SHARE", "MEDIAN", "SLOWEST"], rows, paint),
      ...(failed > 0 ? [`${failed} of ${this.count} connections failed: ${this.failures()}`] : []),
    ];
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}
