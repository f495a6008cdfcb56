import { addressOf, isReached, namesOf } from "../command/judge/loss";
import type { ReachedService, Way } from "../fleet-model/networking";
import { isUnknown } from "../fleet-model/unknown";

/** A Service of a simulated fleet. */
export class ServiceSimulation {
  /** @internal */
  constructor(
    /** `namespace/name` */
    readonly name: string,
    private readonly reach: ReachedService | undefined,
    private readonly lost: readonly string[],
  ) {}

  /**
   * Whether it is reachable from outside of its cluster: by a MultiClusterService, the DNS name of a Traffic Manager profile, or
   * its own address. undefined: unknown.
   */
  get isReachable(): boolean | undefined {
    const is = this.reach ? isReached(this.reach) : false;
    return isUnknown(is) ? undefined : is;
  }

  /** The clusters whose pods are reachable that way. */
  get servedFrom(): readonly string[] {
    const ways = this.reach?.ways.filter(({ is }) => is === true) ?? [];
    return namesOf(
      ways.flatMap(({ servedFrom }) =>
        servedFrom.filter(({ is }) => is === true).map(({ member }) => member),
      ),
    ).sort();
  }

  /** Clusters for which that is unknown. */
  get mayBeServedFrom(): readonly string[] {
    const certain = this.servedFrom;
    const ways = this.reach?.ways.filter(({ is }) => is !== false) ?? [];
    const all = ways.flatMap((way) =>
      way.servedFrom
        .filter(({ is }) => isUnknown(is) || (is && isUnknown(way.is)))
        .map(({ member }) => member),
    );
    return namesOf(all)
      .filter((name) => !certain.includes(name))
      .sort();
  }

  /** How it is reachable, or why it isn't, in sentences. */
  get reasons(): readonly string[] {
    const ways = this.reach?.ways ?? [];
    const lost =
      this.lost.length > 0 ? ` (${this.lost.join(", ")} ${this.lost.length === 1 ? "is" : "are"} lost)` : "";
    if (ways.length > 0) {
      return ways.map((way) => `${addressOf(way)} ${verdictOf(way)}`);
    }
    const exported = this.reach?.exports ?? [];
    const by = namesOf(exported.filter(({ is }) => is === true).map(({ member }) => member));
    return [
      by.length > 0
        ? `${by.join(", ")} ${by.length === 1 ? "exports" : "export"} it, but nothing routes to it${lost}`
        : `no cluster exports it, and none has an address for it${lost}`,
      ...exported.flatMap(({ member, reason }) => (reason ? [`${namesOf([member]).join()}: ${reason}`] : [])),
    ];
  }
}

function verdictOf({ is, reason }: Way): string {
  return is === true ? "routes to it" : isUnknown(is) ? `may route to it: ${is.why}` : `doesn't: ${reason}`;
}
