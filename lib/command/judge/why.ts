import {
  AZURE_MEMBER_NAME_LABEL,
  LOCATION_LABEL,
  MEMBER_NAME_LABEL,
  RESOURCE_GROUP_LABEL,
} from "../../fleet-api/labels";
import type { Decision } from "../../fleet-model/answer";
import { textOf } from "../../fleet-model/facts";
import type { Placement } from "../../fleet-model/fleet";
import type { Member } from "../../fleet-model/member";
import { isUnknown } from "../../fleet-model/unknown";
import { at, textAt } from "../../fleet-model/value";
import { type Requirement, requirements, termsOf } from "../plan/policy";
import { joined } from "../plan/values";

const SHORT: Readonly<Record<string, string>> = {
  [LOCATION_LABEL]: "location",
  [AZURE_MEMBER_NAME_LABEL]: "member",
  [MEMBER_NAME_LABEL]: "member",
  [RESOURCE_GROUP_LABEL]: "resource group",
};

/** Why a placement chooses a cluster or not, in brief. */
export function whyOf({ isChosen, reason, member, scores }: Decision, { object }: Placement): string {
  if (isUnknown(isChosen)) {
    return isChosen.why;
  }
  const policy = at(object, "spec", "policy");
  if (!isChosen) {
    return whyNot(reason, policy, member);
  }
  const type = textAt(policy, "placementType") ?? "PickAll";
  switch (type) {
    case "PickFixed":
      return "PickFixed: named";
    case "PickN": {
      const scored =
        scores && scores.affinity + scores.topologySpread !== 0
          ? ` (affinity ${scores.affinity}, spread ${scores.topologySpread})`
          : "";
      return `PickN ${String(at(policy, "numberOfClusters"))}: among the best${scored}`;
    }
    default: {
      const facts = member ? matching(policy, member) : "";
      return facts === "" ? "PickAll" : `PickAll: ${facts}`;
    }
  }
}

/** Which of a member's properties match. */
function matching(policy: unknown, member: Member): string {
  const term = termsOf(policy).find((one) =>
    requirements(one).every((each) => failureOf(each, member) === undefined),
  );
  const facts = requirements(term).flatMap(({ key, operator }) => {
    const value = labelOf(key, member);
    return value === undefined
      ? []
      : [operator === "NotIn" ? `${nameOf(key)} is ${value}` : `${nameOf(key)} ${value}`];
  });
  return joined([...new Set(facts)]);
}

function whyNot(reason: string, policy: unknown, member: Member | undefined): string {
  const said = reason.replace(/^ClusterUnschedulable, /, "");
  if (said.includes("required cluster affinity terms") && member) {
    const failures = termsOf(policy).map(
      (term) => requirements(term).flatMap((each) => failureOf(each, member) ?? [])[0],
    );
    return failures.length > 0 && failures.every((one) => one !== undefined)
      ? [...new Set(failures)].join("; ")
      : said;
  }
  const [, key, value, effect] =
    /^taint &\{Key:(.*) Value:(.*) Effect:(.*)\} cannot be tolerated$/.exec(said) ?? [];
  if (key !== undefined) {
    return `taint ${key}${value ? `=${value}` : ""}:${effect} is not tolerated`;
  }
  const [, affinity, spread] =
    /does not score high enough \(affinity score: (-?\d+), topology spread score: (-?\d+)\)/.exec(said) ?? [];
  return affinity === undefined ? said : `others score higher (affinity ${affinity}, spread ${spread})`;
}

/** Why a member doesn't match a label requirement; undefined: it does, or unknown. */
function failureOf({ key, operator, values }: Requirement, member: Member): string | undefined {
  const found = textOf(member.labels, key);
  if (isUnknown(found)) {
    return undefined;
  }
  const name = nameOf(key);
  switch (operator) {
    case "In":
      return found !== undefined && values.includes(found)
        ? undefined
        : `${name} is ${found ?? "unset"}, not ${joined(values, "or")}`;
    case "NotIn":
      return found !== undefined && values.includes(found) ? `${name} is ${found}` : undefined;
    case "Exists":
      return found === undefined ? `it has no label ${key}` : undefined;
    case "DoesNotExist":
      return found === undefined ? undefined : `it has the label ${key}`;
    default:
      return undefined;
  }
}

function labelOf(key: string, member: Member): string | undefined {
  const found = textOf(member.labels, key);
  return isUnknown(found) ? undefined : found;
}

function nameOf(key: string): string {
  return SHORT[key] ?? key;
}
