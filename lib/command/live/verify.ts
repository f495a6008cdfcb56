import { apiPath, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { type DeployedFleet, fullName } from "../app/deployed";
import type { MultiClusterService } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatDuration } from "../terminal/duration";
import { counted } from "../terminal/kinds";
import { FinalProblem, shorten } from "../terminal/problems";
import type { Paint } from "../terminal/style";
import type { ClusterMatcher } from "./cluster-matcher";
import type { Cluster, Clusters } from "./clusters";
import { connectOnce, type Endpoint, url } from "./connection";
import { untilInOrder } from "./in-order";
import { type ClusterAnswers, type FailureKind, Tally } from "./tally";
import { firstPort, learnPods, matcherOf, type Target } from "./target";
import { addressOf } from "./wait-service";

export interface VerifyOptions {
  service: { namespace: string; name: string } | undefined;
  clusters: string[];
  header: string | undefined;
  body: RegExp | undefined;
  port: number | undefined;
  path: string;
  connections: number;
  /** How many may fail. */
  maxFailed: MaxFailed;
  /** Responses with these statuses count as failed: "503", or "5xx" for the whole class. */
  failedStatuses: string[];
  timeoutMs: number;
}

export interface MaxFailed {
  value: number;
  of: "connections" | "percent";
}

/** Every expected cluster answered, but too many connections failed. */
export const CONNECTIONS_FAILED = 3;

/** The result for one MultiClusterService. */
export interface Verified {
  /** With its namespace. */
  name: string;
  /** The member where connections enter. */
  member: string;
  /** What was requested; undefined if no connection was tried. */
  url: string | undefined;
  connections: number;
  failed: number;
  failures: Record<FailureKind, number>;
  clusters: ClusterAnswers[];
  /** Why it is not verified. */
  problems: string[];
  exitStatus: 0 | 1 | typeof CONNECTIONS_FAILED;
}

export interface VerifyContext {
  print: (line: string) => void;
  clock: Clock;
  paint: Paint;
}

const NETWORKING = apiPath(NETWORKING_V1ALPHA1);
const REFRESH_MS = 5_000;
const PAUSE_MS = 50;
/** Once the requested number is reached and a cluster is still missing. */
const LONG_PAUSE_MS = 250;
const AFTER_FAILURE_MS = 1_000;
const SILENCE_MS = 15_000;

/** Whether everything is healthy, every expected cluster answers, and no more connections fail than allowed. */
export async function verify(
  fleet: DeployedFleet,
  clusters: Clusters,
  target: Target,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<Verified> {
  const tally = new Tally((status) => isAmong(options.failedStatuses, status));
  const verified = (rest: Pick<Verified, "url" | "clusters" | "problems" | "exitStatus">): Verified => ({
    name: fullName(target),
    member: target.member,
    connections: tally.count,
    failed: tally.failures,
    failures: tally.failuresByKind(),
    ...rest,
  });
  try {
    return verified(await connectTo(fleet, clusters, target, options, tally, context));
  } catch (problem) {
    if (!(problem instanceof FinalProblem)) throw problem;
    return verified({ url: undefined, clusters: [], problems: [problem.message], exitStatus: 1 });
  }
}

function isAmong(statuses: readonly string[], status: number): boolean {
  return statuses.some((one) => one === String(status) || one === `${Math.floor(status / 100)}xx`);
}

/** Throws a FinalProblem if it can't start opening connections. */
async function connectTo(
  fleet: DeployedFleet,
  clusters: Clusters,
  target: Target,
  options: VerifyOptions,
  tally: Tally,
  { print, clock, paint }: VerifyContext,
): Promise<Pick<Verified, "url" | "clusters" | "problems" | "exitStatus">> {
  const subject = `verify ${fullName(target)}`;
  const deadline = clock.now() + options.timeoutMs;
  const { entry, address, expected } = await untilInOrder(fleet, clusters, target, {
    subject,
    asked: options.clusters,
    timeoutMs: options.timeoutMs,
    clock,
    print,
  });
  const matcher = matcherOf(fleet, expected, options);
  const refresh = async () => {
    await learnPods(clusters, target, matcher);
    return whyLost(entry, target, address);
  };
  const endpoint = {
    address,
    port: options.port ?? (await firstPort(entry, target)),
    path: options.path,
  };
  const lost = await connectUntil(deadline, {
    endpoint,
    expected,
    options,
    matcher,
    tally,
    refresh,
    clock,
    subject,
    print,
  });
  tally.reclassify((answer) => matcher.match(answer));
  for (const line of tally.table(expected, paint)) print(line);
  const problems = notProven(endpoint, { lost, expected, options, matcher, tally });
  const tooMany = tooManyFailed(endpoint, tally, options.maxFailed);
  if (problems.length === 0 && tooMany === undefined) {
    const failed = tally.failures > 0 ? `; ${tally.failures} failed, which --max-failed allows` : "";
    print(
      `${subject}: ${tally.count} connections to ${url(endpoint)}, and ${expected.length === 1 ? "the cluster has" : `all ${expected.length} clusters have`} answered${failed}`,
    );
  }
  return {
    url: url(endpoint),
    clusters: tally.byCluster(expected),
    problems: [...problems, ...(tooMany ?? [])].map((problem) => `${subject}: ${problem}`),
    exitStatus: problems.length > 0 ? 1 : tooMany ? CONNECTIONS_FAILED : 0,
  };
}

/** undefined: the address is unchanged, or can't be read. */
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
  return now ? `its address is now ${now}` : "it no longer has an address";
}

interface Round {
  endpoint: Endpoint;
  expected: string[];
  options: VerifyOptions;
  matcher: ClusterMatcher;
  tally: Tally;
  /** Reads the pods again; returns why the address was lost, if it was. */
  refresh: () => Promise<string | undefined>;
  clock: Clock;
  subject: string;
  print: (line: string) => void;
}

/** Connects until every cluster has answered or the deadline passes; returns why the address was lost, if it was. */
async function connectUntil(deadline: number, round: Round): Promise<string | undefined> {
  const { endpoint, expected, options, matcher, tally, refresh, clock, subject, print } = round;
  let lost = await refresh();
  let refreshed = clock.now();
  let said = clock.now();
  while (lost === undefined && clock.now() < deadline) {
    const outcome = await connectOnce(endpoint);
    const sinceRefresh = clock.now() - refreshed;
    let cluster = "answer" in outcome ? matcher.match(outcome.answer) : undefined;
    // A failed connection, or an unknown pod, may come from a recent change.
    if (sinceRefresh >= REFRESH_MS || (cluster === undefined && sinceRefresh >= AFTER_FAILURE_MS)) {
      lost = await refresh();
      refreshed = clock.now();
      if ("answer" in outcome) cluster = matcher.match(outcome.answer);
      tally.reclassify((answer) => matcher.match(answer));
    }
    if ("answer" in outcome) tally.answered(cluster, outcome.answer);
    else tally.failed(outcome.failure, outcome.reason);

    const left = expected.filter((name) => !tally.has(name));
    const enough = tally.count >= options.connections;
    if (enough && (left.length === 0 || tally.isUnidentified)) break;
    if (clock.now() - said >= SILENCE_MS) {
      said = clock.now();
      print(`${subject}: ${tally.count} connections, no answer from ${left.join(", ") || "more"} yet`);
    }
    const pause = "failure" in outcome ? AFTER_FAILURE_MS : enough ? LONG_PAUSE_MS : PAUSE_MS;
    await clock.sleep(Math.max(0, Math.min(pause, deadline - clock.now())));
  }
  return lost ?? (await refresh());
}

/** Why the connections don't prove that every expected cluster answers at the address, and no other. */
function notProven(
  endpoint: Endpoint,
  {
    lost,
    expected,
    options,
    matcher,
    tally,
  }: Pick<Round, "expected" | "options" | "matcher" | "tally"> & { lost: string | undefined },
): string[] {
  const within = `${counted(tally.count, "connection", "connections")} to ${url(endpoint)}`;
  if (lost !== undefined) return [`it lost its address ${endpoint.address} after ${within}: ${lost}.`];
  const problems: string[] = [];
  const left = expected.filter((name) => !tally.has(name));
  if (left.length > 0) problems.push(whyNoAnswer(left, within, options, matcher, tally));
  else if (tally.count < options.connections) {
    problems.push(
      `only ${within} were made within ${formatDuration(options.timeoutMs)} instead of ${options.connections}: allow more time (--timeout), or require fewer (--connections).`,
    );
  }
  const strangers = tally.clusters.filter((name) => !expected.includes(name));
  // Naming clusters does not exclude others.
  if (strangers.length > 0 && options.clusters.length === 0) {
    problems.push(
      `${strangers.join(", ")} answered, but ${strangers.length === 1 ? "does" : "do"} not export the Service, or only with weight 0: if that has just changed, try again.`,
    );
  }
  return problems;
}

function whyNoAnswer(
  left: string[],
  within: string,
  options: VerifyOptions,
  matcher: ClusterMatcher,
  tally: Tally,
): string {
  if (tally.count === 0) return `no time was left to connect: ${left.join(", ")} did not answer.`;
  if (tally.answers === 0) {
    return (
      `none of ${within} was answered: ${tally.describeFailures()}.\n` +
      "Is the port right (--port), does a pod listen on it, and can this machine reach the address? An internal address is reachable only from its network."
    );
  }
  if (tally.isUnidentified) return whyUnidentified(within, options, matcher, tally);
  const reasons = left.map((name) => (matcher.knows(name) ? name : `${name} (it has no known ready pod)`));
  return (
    `${reasons.join(", ")} never answered, in ${within} within ${formatDuration(options.timeoutMs)}.\n` +
    "Are its pods running (kubectl get pods), can the load balancer's cluster reach them (peering, network security groups), and does the entry list them (kubectl get endpointslices --namespace fleet-system)?"
  );
}

function whyUnidentified(
  within: string,
  { header, body }: VerifyOptions,
  matcher: ClusterMatcher,
  tally: Tally,
): string {
  const came = `${within} got ${tally.answers} answers, and none identifies its cluster.`;
  const { lastUnknown } = tally;
  const location = lastUnknown?.headers.location;
  const redirected = location ? ` The last one redirects to ${shorten(location, 80)}.` : "";
  const sample = lastUnknown && matcher.sample(lastUnknown);
  const looked = header ? `The header ${header}` : "What --body matches";
  return (
    `${came}${redirected}\n` +
    (header || body
      ? `${looked} is "${shorten(sample ?? "", 80)}", which contains no pod name or address of the Service, and no cluster name.`
      : "No header or body contains a pod name or address of the Service. Have the pods answer with their hostname, and point to it with --header NAME, --body REGEX, or a path that returns it with --path PATH.")
  );
}

/** undefined: no more than allowed. */
function tooManyFailed(endpoint: Endpoint, tally: Tally, { value, of }: MaxFailed): string[] | undefined {
  const { failures, count } = tally;
  const most = of === "percent" ? (count * value) / 100 : value;
  if (failures <= most) return undefined;
  const allowed = of === "percent" ? `${value}%` : `${value}`;
  const unknown =
    tally.of("unknown") > 0
      ? "\nAn answer that doesn't identify a cluster proves nothing: does something other than the Service's pods answer (a redirect, a proxy's page, a fallback)?"
      : "";
  return [
    `${failures} of ${counted(count, "connection", "connections")} to ${url(endpoint)} failed; --max-failed allows ${allowed}: ${tally.describeFailures()}.${unknown}`,
  ];
}
