import { requiredAffinity } from "./affinity";
import type { Cycle } from "./cycle";
import { isEligible } from "./eligibility";
import { type Member, remembered } from "./member";
import { hasNamespace } from "./namespaces";
import type { SpreadVerdict } from "./spread";
import { toleratesTaints } from "./taints";
import { isUnknown, type Unknown } from "./unknown";
import { every, Failure, type Verdict } from "./verdict";

/** Whether a member can be chosen, or why not. */
export type Filter = (member: Member) => Verdict<string>;

/** The filters that don't depend on the chosen clusters. The reason is that of the first filter that excludes a member. */
export function filterOf({ policy, namespace, now }: Pick<Cycle, "policy" | "namespace" | "now">): Filter {
  const hasAffinity = requiredAffinity(policy);
  return remembered((member) =>
    every([
      () => hasAffinity(member),
      () => isEligible(member, now),
      () => hasNamespace(namespace, member),
      () => toleratesTaints(policy, member),
    ]),
  );
}

/** Members by whether they can be chosen. */
export interface Sifted {
  readonly passed: readonly {
    readonly member: Member;
    /** Why it isn't known. */
    readonly unknown: Unknown | undefined;
    readonly spread: SpreadVerdict | undefined;
  }[];
  /** Including members that are and stay chosen. */
  readonly refused: readonly { readonly member: Member; readonly reason: string }[];
}

/** @param spread of each member, in the same order */
export function sift(
  members: readonly Member[],
  filter: Filter,
  isChosen: (member: Member) => boolean | Unknown,
  spread: readonly SpreadVerdict[] | undefined,
): Sifted | Failure {
  const passed: Sifted["passed"][number][] = [];
  const refused: Sifted["refused"][number][] = [];
  let failure: Failure | undefined;
  for (const [index, member] of members.entries()) {
    const verdict = every([
      () => filter(member),
      // A chosen member isn't evaluated again.
      () => (isChosen(member) === true ? true : (spread?.[index]?.allows ?? true)),
    ]);
    if (verdict instanceof Failure) {
      failure = failure?.isCertain ? failure : verdict;
    } else if (typeof verdict === "string") {
      refused.push({ member, reason: verdict });
    } else if (isChosen(member) !== true) {
      passed.push({ member, unknown: isUnknown(verdict) ? verdict : undefined, spread: spread?.[index] });
    }
  }
  return failure ?? { passed, refused };
}
