import { conclude, refusal, type Schedule, stopped, undecided } from "./answer";
import { chosenBy, groupsOf, take, withoutLeft } from "./binding";
import type { PreparedCycle } from "./cycle";
import { filterOf, sift } from "./filters";
import { spreadOf } from "./spread";
import { isUnknown } from "./unknown";
import { Failure } from "./verdict";

const NO_SCORES = { affinity: 0, topologySpread: 0 };

/** Chooses all eligible members, by name, in one cycle. */
export function pickAll(cycle: PreparedCycle): Schedule {
  const { members, policy } = cycle;
  const filter = filterOf(cycle);
  const isChosen = chosenBy(cycle.bindings);
  const bindings = withoutLeft(cycle.bindings, members);
  // The API refuses a spread in a PickAll, but the scheduler would apply it.
  const spread = spreadOf(policy, members);
  if (isUnknown(spread)) {
    return undecided(cycle, filter, spread);
  }
  const judged = spread?.judge(isChosen);
  const sifted = judged instanceof Failure ? judged : sift(members, filter, isChosen, judged);
  if (sifted instanceof Failure) {
    return stopped(cycle, filter, sifted, { bindings, rounds: [[]] });
  }
  const { passed, refused } = sifted;
  const picked = passed
    .filter(({ unknown }) => !unknown)
    .map(({ member }) => ({ cluster: member.name, member, scores: NO_SCORES }));
  const unsure = [
    ...passed.map(({ member, unknown }) => ({ member, why: unknown })),
    // A member that was chosen before stays chosen.
    ...refused.map(({ member }) => ({ member, why: isChosen(member) })),
  ].flatMap(({ member, why }) => (isUnknown(why) ? [{ cluster: member.name, member, why }] : []));
  const groups = groupsOf(bindings, members);
  const taken = take(
    bindings,
    groups,
    picked,
    unsure.map(({ member }) => member),
  );
  if (taken instanceof Failure) {
    return stopped(cycle, filter, taken, { bindings, rounds: [[]] });
  }
  const chosen = [
    ...taken.created,
    ...picked.filter(({ cluster }) => isUnknown(cluster)),
    ...taken.patched,
    ...groups.scheduled,
    ...groups.bound,
  ];
  return conclude(
    cycle,
    {
      chosen,
      unsure,
      refused: refused.map(({ member, reason }) => refusal(member, reason)),
    },
    { bindings: taken.bindings, rounds: [taken.clusters], wanted: chosen.length },
  );
}
