import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../lib/fleet-model/answer";
import type { Binding } from "../../lib/fleet-model/binding";
import { type MemberCluster, memberOf } from "../../lib/fleet-model/member";
import type { PlacementPolicy } from "../../lib/fleet-model/policy";
import { schedule } from "../../lib/fleet-model/schedule";
import { isUnknown } from "../../lib/fleet-model/unknown";

type Pair = [affinity: number, topologySpread: number];

interface StoredBinding {
  readonly cluster: string;
  readonly state: Binding["state"];
  readonly current: boolean;
  readonly previousState?: Binding["state"];
  readonly scores?: Pair;
  readonly deleting?: boolean;
  readonly created?: boolean;
  readonly finalizers?: string[];
}

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly fleet: string;
  readonly policy: PlacementPolicy | null;
  readonly namespace?: string;
  readonly bindings?: StoredBinding[];
  readonly result: {
    readonly selected?: string[];
    readonly decisions?: { cluster: string; selected: boolean; reason: string; scores?: Pair }[];
    readonly condition?: { type: string; status: string; reason: string; message: string };
    readonly bindings?: StoredBinding[];
    readonly rounds?: string[][];
    readonly error?: string;
    readonly panic?: string;
  };
}

const vectors: { now: string; fleets: Record<string, MemberCluster[]>; cases: Case[] } = JSON.parse(
  readFileSync(join(__dirname, "vectors", "scheduling.json"), "utf8"),
);

function bindingOf({ cluster, state, current, previousState, scores, deleting }: StoredBinding): Binding {
  return {
    cluster,
    state,
    isCurrent: current,
    previousState,
    scores: scores && { affinity: scores[0], topologySpread: scores[1] },
    isDeleting: deleting,
  };
}

function answer({ fleet, policy, namespace, bindings = [] }: Case): Outcome {
  const { outcome } = schedule({
    members: (vectors.fleets[fleet] ?? []).map(memberOf),
    policy,
    namespace,
    bindings: bindings.map(bindingOf),
    now: new Date(vectors.now),
  });
  if (isUnknown(outcome)) {
    throw new Error(`not known: ${outcome.why}`);
  }
  return outcome;
}

test.each([...new Set(vectors.cases.map(({ kind }) => kind))])("%s", (kind) => {
  for (const one of vectors.cases.filter((each) => each.kind === kind)) {
    const { id, result } = one;
    const { status, bindings, rounds, failure } = answer(one);
    if (result.panic !== undefined) {
      expect({ id, failure }).toEqual({ id, failure: expect.stringContaining("maxSkew") });
      continue;
    }
    expect({ id, failed: failure !== undefined }).toEqual({ id, failed: result.error !== undefined });
    expect(result.error ?? "").toContain(failure ?? "");
    const decisions = status?.decisions ?? [];
    expect({
      id,
      selected: decisions.filter(({ isChosen }) => isChosen === true).map(({ cluster }) => cluster),
      decisions: decisions.map(({ cluster, isChosen, reason, scores }) => ({
        cluster,
        selected: isChosen,
        reason,
        scores: scores && [scores.affinity, scores.topologySpread],
      })),
      condition: status?.condition,
      bindings: bindings.map(({ cluster, state, isCurrent, previousState, scores, isDeleting, isNew }) => ({
        cluster,
        state,
        current: isCurrent,
        previousState,
        scores: scores && [scores.affinity, scores.topologySpread],
        deleting: isDeleting,
        created: isNew ?? false,
      })),
      rounds,
    }).toEqual({
      id,
      selected: result.selected,
      decisions: result.decisions,
      condition: result.condition,
      bindings: result.bindings?.map(({ finalizers, ...binding }) => binding),
      rounds: result.rounds,
    });
  }
});
