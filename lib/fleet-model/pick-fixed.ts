import { conclude, type Named, nothing, type Schedule, stopped, undecided } from "./answer";
import { chosenBy, groupsOf, take, withoutLeft } from "./binding";
import type { PreparedCycle } from "./cycle";
import { isEligible } from "./eligibility";
import { isUnknown, part, type Unknown } from "./unknown";
import { Failure, type Verdict } from "./verdict";

/** A cluster that the policy names, and whether it is chosen, or why not. */
interface Target extends Named {
  readonly verdict: Verdict<string>;
}

/** Chooses the named members, if they are eligible: labels, properties, taints and namespaces don't matter. */
export function pickFixed(cycle: PreparedCycle): Schedule {
  const { members } = cycle;
  const bindings = withoutLeft(cycle.bindings, members);
  const names = part(cycle.policy, "clusterNames") ?? [];
  if (isUnknown(names)) {
    return undecided(cycle, () => true, names);
  }
  if (names.length === 0) {
    return nothing(cycle, "the policy names no cluster", { bindings, rounds: [[]] });
  }
  const targets = names.map((name) => targetOf(name, cycle));
  const valid = targets.flatMap(({ member, verdict }) => (member && verdict === true ? [{ member }] : []));
  const groups = groupsOf(bindings, members);
  const isChosen = chosenBy(bindings);
  const taken = take(
    bindings,
    groups,
    valid.filter(({ member }) => isChosen(member) !== true),
    targets.flatMap(({ member, verdict }) => (member && isUnknown(verdict) ? [member] : [])),
  );
  if (taken instanceof Failure) {
    return stopped(cycle, () => true, taken, { bindings, rounds: [[]] });
  }
  const refused = targets.flatMap((target) =>
    typeof target.verdict === "string" ? [{ ...target, reason: target.verdict }] : [],
  );
  return conclude(
    cycle,
    {
      chosen: valid.map(({ member }) => ({ cluster: member.name, member })),
      unsure: [...targets, ...othersOf(targets, cycle)].flatMap(({ verdict, ...named }) =>
        isUnknown(verdict) ? [{ ...named, why: verdict }] : [],
      ),
      // Those that don't exist come last.
      refused: [...refused.filter(({ member }) => member), ...refused.filter(({ member }) => !member)],
      rest: "the policy doesn't name it",
    },
    { bindings: taken.bindings, rounds: [taken.clusters], wanted: names.length, room: names.length },
  );
}

function targetOf(cluster: string | Unknown, { members, otherMembers, now }: PreparedCycle): Target {
  if (isUnknown(cluster)) {
    return { cluster, verdict: cluster };
  }
  const member = members.find(({ name }) => name === cluster);
  if (!member) {
    const mayHaveIt = members.map(({ name }) => name).find(isUnknown) ?? otherMembers;
    return { cluster, verdict: mayHaveIt ?? `Specified cluster "${cluster}" is not found` };
  }
  const verdict = isEligible(member, now);
  return {
    cluster,
    member,
    verdict:
      typeof verdict === "string"
        ? `Cluster "${cluster}" is not eligible for resource placement yet: ${verdict}`
        : verdict,
  };
}

/** Members that a name may refer to, if it or theirs isn't known. */
function othersOf(targets: readonly Target[], { members }: PreparedCycle): readonly Target[] {
  const named = new Set(targets.map(({ member }) => member));
  const unknownName = targets.map(({ cluster }) => cluster).find(isUnknown);
  const isComplete = !named.has(undefined);
  return members
    .filter((member) => !named.has(member))
    .flatMap((member) => {
      const { name } = member;
      const unknown = isUnknown(name) && !isComplete ? name : unknownName;
      return unknown ? [{ cluster: name, member, verdict: unknown }] : [];
    });
}
