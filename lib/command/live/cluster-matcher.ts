import type { Answer } from "./connection";

export interface MatchOptions {
  header: string | undefined;
  body: RegExp | undefined;
}

/** Headers that name someone other than the responder. */
const LEADING_ELSEWHERE = new Set(["location", "content-location", "link", "refresh"]);

/** Identifies the cluster behind an answer, by names and addresses that only one cluster has. */
export class ClusterMatcher {
  private readonly pods = new Map<string, Set<string>>();
  private readonly clusters = new Map<string, string>();

  constructor(private readonly options: MatchOptions) {}

  /** A pod's name, hostname or address. */
  addPod(word: string, cluster: string): void {
    this.pods.set(word, (this.pods.get(word) ?? new Set()).add(cluster));
  }

  /** Another name of a cluster; used only if the part of the answer to match is given. */
  addCluster(word: string, cluster: string): void {
    this.clusters.set(word, cluster);
  }

  /** Whether pods of a cluster are known, so their answers could be identified. */
  knows(cluster: string): boolean {
    return [...this.pods.values()].some((clusters) => clusters.size === 1 && clusters.has(cluster));
  }

  match(answer: Answer): string | undefined {
    const found = new Set<string>();
    for (const word of words(this.textOf(answer))) {
      const clusters = this.pods.get(word);
      // Pods of a StatefulSet have the same names on every cluster.
      if (clusters?.size === 1) for (const cluster of clusters) found.add(cluster);
      const named = this.isDirected ? this.clusters.get(word) : undefined;
      if (named !== undefined) found.add(named);
    }
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** The part of the answer to match, if it is given. */
  sample(answer: Answer): string | undefined {
    return this.isDirected ? this.textOf(answer) : undefined;
  }

  private get isDirected(): boolean {
    return this.options.header !== undefined || this.options.body !== undefined;
  }

  private textOf({ headers, body }: Answer): string {
    if (this.options.header !== undefined) return String(headers[this.options.header] ?? "");
    if (this.options.body !== undefined) {
      const match = this.options.body.exec(body);
      return match?.[1] ?? match?.[0] ?? "";
    }
    const reported = Object.entries(headers).filter(([name]) => !LEADING_ELSEWHERE.has(name));
    return [...reported.flatMap(([, value]) => value), body].join("\n");
  }
}

/** Words that may be a name or an address; for a domain name, also its first label. */
function words(text: string): string[] {
  const found = text.match(/[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?/g) ?? [];
  return found.flatMap((word) => (word.includes(".") ? [word, word.split(".")[0] ?? ""] : [word]));
}
