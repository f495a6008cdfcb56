import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Binding } from "../../lib/fleet-model/binding";
import type { Cycle } from "../../lib/fleet-model/cycle";
import { type Member, type MemberCluster, memberOf } from "../../lib/fleet-model/member";
import type { PlacementPolicy } from "../../lib/fleet-model/policy";

type Pair = [affinity: number, topologySpread: number];

/** A binding as the vectors have it. */
export interface BindingVector {
  readonly cluster: string;
  readonly state: Binding["state"];
  readonly current: boolean;
  readonly previousState?: Binding["previousState"];
  readonly scores?: Pair;
  readonly deleting?: boolean;
  readonly created?: boolean;
  readonly finalizers?: string[];
}

/** What the scheduler of Azure/fleet at 942238f answered to an input. */
export interface SchedulingVector {
  readonly id: string;
  readonly kind: string;
  readonly fleet: string;
  readonly policy: PlacementPolicy | null;
  readonly namespace?: string;
  readonly bindings?: BindingVector[];
  /** Why the fleet's webhook refuses the policy. */
  readonly webhook: string | null;
  readonly result: {
    readonly selected?: string[];
    readonly decisions?: { cluster: string; selected: boolean; reason: string; scores?: Pair }[];
    readonly condition?: { type: string; status: string; reason: string; message: string };
    readonly bindings?: BindingVector[];
    readonly rounds?: string[][];
    readonly error?: string;
    readonly panic?: string;
  };
}

const file: { now: string; fleets: Record<string, MemberCluster[]>; cases: SchedulingVector[] } = JSON.parse(
  readFileSync(join(__dirname, "vectors", "scheduling.json"), "utf8"),
);

const fleets = new Map<string, readonly Member[]>(
  Object.entries(file.fleets).map(([id, members]) => [id, members.map(memberOf)]),
);

export const schedulingVectors: readonly SchedulingVector[] = file.cases;

export function cycleOf({ fleet, policy, namespace, bindings = [] }: SchedulingVector) {
  return {
    members: fleets.get(fleet) ?? [],
    policy,
    namespace,
    bindings: bindings.map(bindingOf),
    now: new Date(file.now),
  } satisfies Cycle;
}

function bindingOf({ cluster, state, current, previousState, scores, deleting }: BindingVector): Binding {
  return {
    cluster,
    state,
    isCurrent: current,
    previousState,
    scores: scores && { affinity: scores[0], topologySpread: scores[1] },
    isDeleting: deleting,
  };
}
