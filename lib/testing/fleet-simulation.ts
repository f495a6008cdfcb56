import type { App } from "cdktf";
import { readStacks } from "../command/app/synthesized";
import { membersAt, membersCalled, namesOf } from "../command/judge/loss";
import { hubsOf, modelOf } from "../command/judge/model";
import { type Fleet as AppFleet, type FleetLead, fleetOfStacks } from "../command/plan/fleet";
import { afterStage, type Fleet, without } from "../fleet-model/fleet";
import { locationOf, type Member, plannedMember, type Taint } from "../fleet-model/member";
import { isUnknown } from "../fleet-model/unknown";
import { checkedArguments } from "../props/check-props";
import { overlaid } from "../props/overlaid";
import { ClusterSimulation } from "./cluster-simulation";
import { PlacementSimulation } from "./placement-simulation";
import { ServiceSimulation } from "./service-simulation";
import { shown } from "./shown";

export interface FleetSimulationOptions {
  /** Name of the fleet. @default - the app's only fleet */
  readonly fleet?: string;
}

/** A member that joins in a simulation. */
export interface SimulatedMember {
  /** Short name of its location, e.g. `eastus2`. */
  readonly location: string;
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A taint of a member. */
export interface SimulatedTaint {
  readonly key: string;
  /** @default "" */
  readonly value?: string;
  /** @default "NoSchedule" */
  readonly effect?: string;
}

type Change = (members: readonly Member[]) => readonly Member[];

/** What has happened to a fleet in a simulation. */
interface History {
  readonly changes: readonly Change[];
  /** What the fleet did before the last change of its members: a PickN keeps its choices. */
  readonly before: Fleet | undefined;
  readonly lost: ReadonlySet<string>;
  readonly stages: readonly string[];
}

/**
 * Simulates the fleet of a synthesized app in a test: which clusters its placements choose, what each gets, and which clusters
 * serve its Services, as after a first deployment with every rollout complete. Nothing is deployed, and no cluster is queried.
 * What is known only after a deployment is unknown here, too: a matcher then fails, even with `not`, and says why.
 *
 * A simulation is immutable: each step returns a new one.
 */
export class FleetSimulation {
  /**
   * Synthesizes an app into its `outdir`; in a test, `Testing.app()` gives an `App` its own.
   * @throws if a check fails
   */
  static of(app: App, options: FleetSimulationOptions = {}): FleetSimulation {
    if (typeof app?.synth !== "function") {
      throw new Error(
        `FleetSimulation.of takes an App, not ${shown(app)}; does the function that builds the app return it?`,
      );
    }
    app.synth();
    return FleetSimulation.fromSynth(app.outdir, options);
  }

  /** @param folder the folder an app was synthesized to */
  static fromSynth(folder = "cdktf.out", { fleet }: FleetSimulationOptions = {}): FleetSimulation {
    const app = fleetOfStacks(readStacks(folder, "FleetSimulation.fromSynth(FOLDER)"));
    const hubs = hubsOf(app).filter((hub) => fleet === undefined || hub?.name === fleet);
    if (hubs.length !== 1) {
      const names = hubsOf(app).flatMap((hub) => hub?.name ?? []);
      throw new Error(
        fleet === undefined
          ? `The app has several fleets: choose one of ${names.join(", ")} with { fleet: "NAME" }.`
          : `The app has no fleet "${fleet}": it has ${names.join(", ") || "none"}.`,
      );
    }
    return new FleetSimulation(app, hubs[0], {
      changes: [],
      before: undefined,
      lost: new Set(),
      stages: [],
    });
  }

  private constructed: Fleet | undefined;

  private constructor(
    private readonly app: AppFleet,
    private readonly hub: FleetLead | undefined,
    private readonly history: History,
  ) {}

  /** Names of the members in the fleet, except lost ones. */
  get clusters(): readonly string[] {
    return this.left.members.flatMap(({ member: { name } }) => (isUnknown(name) ? [] : [name])).sort();
  }

  /**
   * A cluster of the fleet.
   * @param name of the member, e.g. `aks-eastus2`, or of its cluster in Azure
   */
  cluster(name: string): ClusterSimulation {
    const [called] = membersCalled(this.left, name);
    const state = this.left.members.find(({ member }) => member === called);
    if (state === undefined) {
      throw new Error(
        namesOf(membersCalled(this.fleet, name)).some((one) => this.history.lost.has(one))
          ? `Cluster "${name}" is lost in this simulation: its contents are unknown.`
          : `The fleet has no cluster "${name}": its clusters are ${this.clusters.join(", ")}.`,
      );
    }
    return new ClusterSimulation(this.left, state);
  }

  /** A placement. @param name of a ClusterResourcePlacement, or `namespace/name` of a ResourcePlacement */
  placement(name: string): PlacementSimulation {
    const placement = this.left.placements.find(({ key }) => key === name);
    if (placement === undefined) {
      const names = this.left.placements.flatMap(({ key }) => (isUnknown(key) ? [] : [key]));
      throw new Error(`The app has no placement "${name}": it has ${names.sort().join(", ") || "none"}.`);
    }
    return new PlacementSimulation(placement);
  }

  /**
   * A Service that is exported or has its own address. If no remaining cluster has either, it is unreachable.
   * @param name `namespace/name`
   */
  service(name: string): ServiceSimulation {
    const named = ({ namespace, name: own }: { readonly namespace: string; readonly name: string }) =>
      `${namespace}/${own}`;
    const all = this.fleet.reach;
    if (!all.some((one) => named(one) === name)) {
      const names = all.map(named);
      throw new Error(
        `No Service "${name}" is exported or has an address: ${names.length > 0 ? `there are ${names.join(", ")}` : "there are none"}.`,
      );
    }
    return new ServiceSimulation(
      name,
      this.left.reach.find((one) => named(one) === name),
      [...this.history.lost],
    );
  }

  /**
   * The fleet after losing members, or all members in a location: they are still members but unreachable. Nothing is rescheduled.
   * @param places names of members, or locations such as `eastus2`
   */
  without(...places: string[]): FleetSimulation {
    const lost = places.flatMap((place) => {
      const found = namesOf(membersAt(this.fleet, place));
      if (found.length === 0) {
        const locations = new Set(
          this.fleet.members.map(({ member }) => locationOf(member)).filter((one) => typeof one === "string"),
        );
        const where = locations.size > 0 ? `, in ${[...locations].sort().join(", ")}` : "";
        throw new Error(
          `The fleet has no cluster "${place}", and none in a location with that name: its clusters are ${this.clusters.join(", ")}${where}.`,
        );
      }
      return found;
    });
    return this.changed({ lost: new Set([...this.history.lost, ...lost]) });
  }

  /** The fleet with one more member. A PickN keeps its choices; other placements choose the member if it matches. */
  withMember(name: string, member: SimulatedMember): FleetSimulation {
    const { location, labels = {} } = checkedArguments("SimulatedMember", member, "withMember");
    if (this.fleet.members.some(({ member }) => member.name === name)) {
      throw new Error(`The fleet already has a cluster "${name}".`);
    }
    const joined = {
      ...plannedMember({ name, location, labels, clusterName: name }),
      // As for an app's members: one that doesn't list its namespaces counts for any.
      namespaces: undefined,
    };
    return this.played((members) => [...members, joined]);
  }

  /** The fleet after adding labels to a member. It has only these and the app's. */
  withLabels(cluster: string, labels: Readonly<Record<string, string>>): FleetSimulation {
    return this.ofMember(cluster, (member) => ({
      ...member,
      labels: { known: overlaid(member.labels.known, labels) },
    }));
  }

  /** The fleet after adding a taint to a member. Placements that are rescheduled avoid it unless they tolerate it. */
  withTaint(cluster: string, taint: SimulatedTaint): FleetSimulation {
    const { key, value = "", effect = "NoSchedule" } = checkedArguments("SimulatedTaint", taint, "withTaint");
    const added: Taint = { key, value, effect };
    return this.ofMember(cluster, (member) => ({
      ...member,
      taints: isUnknown(member.taints) ? member.taints : [...member.taints, added],
    }));
  }

  /** The fleet after its staged update runs complete a stage: clusters of later stages have nothing of it yet. */
  afterStage(stage: string): FleetSimulation {
    const stages = new Set(
      this.fleet.placements.flatMap(({ rollout }) =>
        rollout.runs.flatMap(({ order }) => (isUnknown(order) ? [] : order.stages.map(({ name }) => name))),
      ),
    );
    const failure = this.fleet.placements
      .flatMap(({ rollout }) =>
        rollout.runs.map(({ order }) => (isUnknown(order) ? order.why : order.failure)),
      )
      .find((one) => one !== undefined);
    if (!stages.has(stage)) {
      const found = stages.size > 0 ? `there are ${[...stages].join(", ")}` : "there is none";
      throw new Error(
        `No staged update run of the app has a stage "${stage}": ${failure === undefined ? found : `a run can't start: ${failure}`}.`,
      );
    }
    return this.changed({ stages: [...this.history.stages, stage] });
  }

  private ofMember(name: string, change: (member: Member) => Member): FleetSimulation {
    const known = this.cluster(name).name;
    return this.played((members) =>
      members.map((member) => (member.name === known ? change(member) : member)),
    );
  }

  private played(change: Change): FleetSimulation {
    return this.changed({ changes: [...this.history.changes, change], before: this.fleet });
  }

  private changed(changes: Partial<History>): FleetSimulation {
    return new FleetSimulation(this.app, this.hub, Object.assign({ ...this.history }, changes));
  }

  /** Everything, including what is lost. */
  private get fleet(): Fleet {
    const { changes, before } = this.history;
    this.constructed ??= modelOf(this.app, this.hub, {
      isDeployed: () => false,
      ...(before && { before }),
      members: (members) => changes.reduce((some, change) => change(some), members),
    }).fleet;
    return this.constructed;
  }

  private get left(): Fleet {
    const { stages, lost } = this.history;
    const [last] = stages.slice(-1);
    const staged = last === undefined ? this.fleet : afterStage(this.fleet, last);
    return lost.size === 0 ? staged : without(staged, ({ name }) => !isUnknown(name) && lost.has(name));
  }
}
