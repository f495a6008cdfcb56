import type { Member, Taint } from "./member";
import type { Policy, Toleration } from "./policy";
import { isUnknown, part, same, type Unknown, type WithUnknowns } from "./unknown";
import { every, some, type Verdict } from "./verdict";

/** Whether a policy tolerates every taint of a member, or the first one that it doesn't. */
export function toleratesTaints(policy: Policy, { taints }: Pick<Member, "taints">): Verdict<string> {
  const tolerations = part(policy, "tolerations") ?? [];
  if (isUnknown(taints) || taints.length === 0) {
    return isUnknown(taints) ? taints : true;
  }
  return every(
    taints.map((taint) => () => {
      const isTolerated = isUnknown(tolerations)
        ? tolerations
        : some(tolerations.map((toleration) => () => tolerates(toleration, taint)));
      return isTolerated || `taint ${written(taint)} cannot be tolerated`;
    }),
  );
}

function tolerates(
  toleration: WithUnknowns<Toleration> | Unknown,
  taint: WithUnknowns<Taint> | Unknown,
): Verdict {
  const key = part(toleration, "key") ?? "";
  const effect = part(toleration, "effect") ?? "";
  const operator = part(toleration, "operator") ?? "";
  const ofTaint = (field: keyof Taint) => part(taint, field) ?? "";
  const hasKey = same(key, ofTaint("key"));
  const hasEffect = () => some([() => same(effect, ""), () => same(effect, ofTaint("effect"))]);
  return some([
    () => every([() => same(operator, "Exists"), () => some([() => same(key, ""), () => hasKey]), hasEffect]),
    () =>
      every([
        () => same(operator, "Equal"),
        () => hasKey,
        () => same(part(toleration, "value") ?? "", ofTaint("value")),
        hasEffect,
      ]),
  ]);
}

/** As the scheduler's Go prints it. */
function written(taint: WithUnknowns<Taint> | Unknown): string {
  const [key, value, effect] = (["key", "value", "effect"] as const)
    .map((field) => part(taint, field) ?? "")
    .map((text) => (isUnknown(text) ? "?" : text));
  return `&{Key:${key} Value:${value} Effect:${effect}}`;
}
