import { nearest } from "../checks/nearest";
import { titleOf } from "../command/judge/cluster-preview";
import { whyOf } from "../command/judge/why";
import { type Content, contentsOf } from "../fleet-model/contents";
import type { Fleet, MemberState, Placement } from "../fleet-model/fleet";
import { isUnknown, type Unknown } from "../fleet-model/unknown";
import type { Value } from "../fleet-model/value";

/** An object on a cluster. */
export interface SimulatedObject {
  readonly kind: string;
  /** `namespace/name`, or just the name if cluster-scoped. */
  readonly name: string;
  /** As JSON. Values known only after apply are omitted. */
  readonly object: unknown;
}

/** A cluster of a simulated fleet. */
export class ClusterSimulation {
  readonly name: string;
  private contents: readonly Content[] | undefined;

  /** @internal */
  constructor(
    private readonly fleet: Fleet,
    private readonly state: MemberState,
  ) {
    this.name = String(state.member.name);
  }

  /** The objects that are certainly there. */
  get objects(): readonly SimulatedObject[] {
    return this.all
      .filter(({ isThere }) => isThere === true)
      .map((content) => ({
        kind: content.identity.kind,
        name: nameOf(content),
        object: known(content.object),
      }));
  }

  /**
   * The object with a name, and what is unknown about it.
   * @param kind e.g. `Deployment`, or `Deployment.apps` with its group
   * @internal
   */
  find(kind: string, name: string): Content | undefined {
    return this.all.find((content) => isKind(content, kind) && nameOf(content) === name);
  }

  /** Why an object is not there. @internal */
  whyNot(kind: string, name: string): string {
    const selecting = this.fleet.placements.filter(({ selection }) =>
      selection.objects.some((one) => isKind(one, kind) && nameOf(one) === name),
    );
    if (selecting.length > 0) {
      return selecting.map((placement) => this.whyNotBy(placement)).join("; ");
    }
    const names = [...new Set(this.fleet.placements.flatMap(({ selection }) => selection.objects))]
      .filter((one) => isKind(one, kind))
      .map(nameOf);
    const meant = nearest(name, names);
    const there = meant === undefined ? "" : `; there is ${meant}`;
    return `no placement selects a ${kind} ${name}, nor does a selected envelope contain it${there}`;
  }

  private whyNotBy(placement: Placement): string {
    const { member, brought } = this.state;
    const title = `placement ${isUnknown(placement.key) ? "?" : placement.key}`;
    const decision = placement.schedule.decisions.find((one) => one.member === member);
    if (decision?.isChosen !== true) {
      return `${title} doesn't choose ${this.name}: ${decision ? whyOf(decision, placement) : "it chooses none"}`;
    }
    const here = brought.find((one) => one.placement.key === placement.key);
    if (here === undefined) {
      return `${title} chooses it, but its staged update run has not reached it`;
    }
    const { failure } = here;
    const reason = typeof failure === "string" ? failure : failure?.reason;
    return reason === undefined
      ? `${title} chooses it, but an override deletes it there`
      : `${title} fails there: ${isUnknown(reason) ? reason.why : reason}`;
  }

  private get all(): readonly Content[] {
    this.contents ??= contentsOf(this.state);
    return this.contents;
  }
}

function isKind({ identity }: Pick<Content, "identity">, kind: string): boolean {
  return kind === identity.kind || kind === `${identity.kind}.${identity.group}`;
}

function nameOf(content: Pick<Content, "identity">): string {
  return titleOf(content).slice(content.identity.kind.length + 1);
}

function known(value: Value | undefined): unknown {
  if (Array.isArray(value)) {
    return value.filter((one) => !isUnknown(one)).map(known);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, one]) =>
          one === undefined || isUnknown(one) ? [] : [[key, known(one as Exclude<Value, Unknown>)]],
        ),
      )
    : value;
}
