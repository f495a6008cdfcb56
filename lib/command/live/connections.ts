import type { Clock } from "../terminal/clock";
import type { ClusterMatcher } from "./cluster-matcher";
import { type Answer, connectOnce, type Endpoint } from "./connection";

/** The outcome of one connection. */
export interface Sample {
  /** The index of the address. */
  readonly address: number;
  /** When it was opened. */
  readonly at: number;
  /** When it was answered or failed. */
  readonly end: number;
  /** The cluster that answered; undefined: none, or unknown. */
  readonly cluster: string | undefined;
  readonly failure: string | undefined;
}

interface Made extends Omit<Sample, "cluster"> {
  cluster: string | undefined;
  /** Answers whose cluster is still unknown. */
  unmatched?: Answer;
}

const INTERVAL_MS = 200;
/** Per address: where nothing answers, each connection lasts until its timeout. */
const MOST_OPEN = 10;

/** Keeps opening connections to addresses, at a steady pace whether or not they are answered. */
export class Connections {
  private readonly made: Made[] = [];
  private readonly open: Set<Promise<void>>[];
  private stopTicking: () => void = () => undefined;

  constructor(
    private readonly targets: readonly { readonly endpoint: Endpoint; readonly matcher: ClusterMatcher }[],
    private readonly clock: Clock,
  ) {
    this.open = targets.map(() => new Set());
  }

  start(): void {
    this.stopTicking = this.clock.every(INTERVAL_MS, () => {
      for (const [index, open] of this.open.entries()) {
        if (open.size >= MOST_OPEN) continue;
        const connection = this.connect(index).finally(() => open.delete(connection));
        open.add(connection);
      }
    });
  }

  /** Stops opening connections, and waits for those still open. */
  async stop(): Promise<void> {
    this.stopTicking();
    await Promise.all(this.open.flatMap((open) => [...open]));
  }

  /** Pods that were unknown when they answered may be known by now. */
  get samples(): readonly Sample[] {
    for (const one of this.made) {
      if (one.unmatched === undefined) continue;
      one.cluster = this.targets[one.address]?.matcher.match(one.unmatched);
      if (one.cluster !== undefined) delete one.unmatched;
    }
    return this.made;
  }

  private async connect(address: number): Promise<void> {
    const { endpoint, matcher } = this.targets[address] as (typeof this.targets)[number];
    const at = this.clock.now();
    const outcome = await connectOnce(endpoint);
    const made = { address, at, end: this.clock.now(), cluster: undefined, failure: undefined };
    if ("failure" in outcome) {
      this.made.push({ ...made, failure: outcome.failure });
      return;
    }
    const { answer } = outcome;
    const cluster = matcher.match(answer);
    if (answer.status >= 500) {
      // This may not come from the app itself, so it isn't an answer.
      const failure = `status ${answer.status}${cluster === undefined ? "" : ` from ${cluster}`}`;
      this.made.push({ ...made, failure });
      return;
    }
    this.made.push({ ...made, cluster, ...(cluster === undefined && { unmatched: answer }) });
  }
}
