import type { Member } from "./member";
import type { Scores } from "./scores";
import { isUnknown, type Unknown } from "./unknown";
import { Failure } from "./verdict";

/** The choice of a cluster for a placement: a ClusterResourceBinding, or the ResourceBinding of a ResourcePlacement. */
export interface Binding {
  readonly cluster: string;
  /** Scheduled: chosen, and not yet rolled out to. Bound: rolled out to. Unscheduled: no longer chosen. */
  readonly state: BindingState;
  /** Whether it was created under the current policy, not an older one. */
  readonly isCurrent: boolean;
  /** The cluster's scores when it was chosen; none with PickFixed. */
  readonly scores?: Scores;
  /** The previous state of an unscheduled binding. */
  readonly previousState?: Exclude<BindingState, "Unscheduled">;
  readonly isDeleting?: boolean;
  /** Whether it isn't on the hub yet, only in the answer. */
  readonly isNew?: boolean;
}

export type BindingState = "Scheduled" | "Bound" | "Unscheduled";

/** The bindings of a cycle, by their role. */
export interface BindingGroups {
  readonly bound: readonly Binding[];
  readonly scheduled: readonly Binding[];
  /** Chosen under an older policy. */
  readonly obsolete: readonly Binding[];
  readonly unscheduled: readonly Binding[];
}

/** Without bindings that are being deleted, which a cycle ignores, and those of clusters that have left. */
export function groupsOf(bindings: readonly Binding[], members: readonly Member[]): BindingGroups {
  const clusters = new Set(members.filter(({ isLeaving }) => isLeaving === false).map(({ name }) => name));
  const present = bindings.filter(({ isDeleting }) => !isDeleting);
  const chosen = present.filter(({ cluster, state }) => state !== "Unscheduled" && clusters.has(cluster));
  const current = chosen.filter(({ isCurrent }) => isCurrent);
  return {
    bound: current.filter(({ state }) => state === "Bound"),
    scheduled: current.filter(({ state }) => state === "Scheduled"),
    obsolete: chosen.filter(({ isCurrent }) => !isCurrent),
    unscheduled: present.filter(({ state }) => state === "Unscheduled"),
  };
}

/** The first step of a cycle: a cluster that has left, or is leaving, is no longer chosen. */
export function withoutLeft(
  bindings: readonly Binding[] | Unknown,
  members: readonly Member[],
): readonly Binding[] {
  if (isUnknown(bindings)) {
    return [];
  }
  const { bound, scheduled, obsolete } = groupsOf(bindings, members);
  const staying = new Set([...bound, ...scheduled, ...obsolete]);
  return unschedule(bindings, (binding) => !binding.isDeleting && !staying.has(binding));
}

export function unschedule(
  bindings: readonly Binding[],
  which: (binding: Binding) => boolean,
): readonly Binding[] {
  return bindings.map((binding) =>
    binding.state !== "Unscheduled" && which(binding)
      ? { ...binding, state: "Unscheduled", previousState: binding.state }
      : binding,
  );
}

/**
 * The bindings, if it is known for each whether it belongs to a member; otherwise, why not.
 */
export function knownBindings(
  bindings: readonly Binding[] | Unknown,
  members: readonly Member[],
): readonly Binding[] | Unknown {
  if (isUnknown(bindings)) {
    return bindings;
  }
  const nameless = members.map(({ name }) => name).find(isUnknown);
  for (const { cluster, isDeleting } of bindings) {
    const member = members.find(({ name }) => name === cluster);
    const unknown = member ? member.isLeaving : nameless;
    if (!isDeleting && isUnknown(unknown)) {
      return unknown;
    }
  }
  return bindings;
}

/** Whether a member is chosen under the current policy: it stays chosen until it leaves. */
export function chosenBy(bindings: readonly Binding[] | Unknown): (member: Member) => boolean | Unknown {
  const chosen = new Set(
    isUnknown(bindings)
      ? []
      : bindings
          .filter(({ state, isCurrent, isDeleting }) => state !== "Unscheduled" && isCurrent && !isDeleting)
          .map(({ cluster }) => cluster),
  );
  return ({ name, isLeaving }) =>
    isLeaving === true ? false : isUnknown(bindings) ? bindings : !isUnknown(name) && chosen.has(name);
}

/** In the API's order: by name, which starts with that of the cluster and a hyphen. */
export function inOrder(bindings: readonly Binding[]): readonly Binding[] {
  return bindings
    .map((binding) => ({ binding, name: `${binding.cluster}-` }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map(({ binding }) => binding);
}

/** The result of choosing members. */
export interface Taken {
  readonly bindings: readonly Binding[];
  /** In the order of the choice. */
  readonly created: readonly Binding[];
  /** Those that already had a binding, from an older policy or an earlier cycle. */
  readonly patched: readonly Binding[];
  /** The clusters of both, by name. */
  readonly clusters: readonly string[];
}

/**
 * Chooses members: one with an obsolete or unscheduled binding keeps it, in its previous state. Obsolete bindings of others
 * are unscheduled.
 * @param unsure those that may also be chosen
 */
export function take(
  bindings: readonly Binding[],
  { obsolete, unscheduled }: BindingGroups,
  chosen: readonly { readonly member: Member; readonly scores?: Scores }[],
  unsure: readonly Member[] = [],
): Taken | Failure {
  const scoresOf = new Map(chosen.map(({ member, scores }) => [member.name, scores]));
  const mayBeChosen = new Set(unsure.map(({ name }) => name));
  const patches = new Map<Binding, Binding>();
  for (const binding of [...obsolete, ...unscheduled]) {
    const isChosen = scoresOf.has(binding.cluster);
    const state = binding.state === "Unscheduled" ? binding.previousState : binding.state;
    const isKept = state === "Scheduled" || state === "Bound";
    if (!isKept && (isChosen || mayBeChosen.has(binding.cluster))) {
      return new Failure("failed to find the previous state of an unscheduled binding", isChosen);
    }
    if (isKept && isChosen) {
      patches.set(binding, { ...binding, state, isCurrent: true, scores: scoresOf.get(binding.cluster) });
    }
  }
  const left = new Set([...obsolete, ...unscheduled].map(({ cluster }) => cluster));
  const created = chosen.flatMap(({ member: { name }, scores }): readonly Binding[] =>
    isUnknown(name) || left.has(name)
      ? []
      : [{ cluster: name, state: "Scheduled", isCurrent: true, scores, isNew: true }],
  );
  const patched = [...patches.values()];
  const dropped = new Set(obsolete.filter((binding) => !patches.has(binding)));
  const kept = unschedule(bindings, (binding) => dropped.has(binding));
  return {
    bindings: inOrder([...kept.map((binding) => patches.get(binding) ?? binding), ...created]),
    created,
    patched,
    clusters: [...new Set([...created, ...patched].map(({ cluster }) => cluster))].sort(),
  };
}
