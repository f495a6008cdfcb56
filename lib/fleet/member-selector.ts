import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { ifTold } from "../checks/told";
import { matches } from "../fleet-model/label-selector";
import { parseSelector } from "../fleet-model/selector-text";
import type { IFleet } from "./fleet";

/** Limit of Azure's API. */
const LONGEST = 512;
/** Who gives a member labels beside the app. */
const OF_AZURE = /(^|\.)(azure\.com|kubernetes-fleet\.io)\//;

/** Yields what is wrong with a selector of members, as `ring=canary`, and that it selects none, where all are known. */
export function* checkMemberSelector(
  at: string,
  selector: string | undefined,
  fleet: IFleet,
  { equalOnly = false } = {},
): Generator<Finding> {
  if (!isKnown(selector)) {
    return;
  }
  const requirements = parseSelector(selector);
  if (requirements === undefined || selector.length > LONGEST) {
    yield finding(
      "member-selector",
      `${at}: "${selector}" is not a selector of members by label, of ${LONGEST} characters at most; write e.g. "ring=canary".`,
    );
    return;
  }
  if (equalOnly && (/[()]|!=|==/.test(selector) || requirements.some(({ operator }) => operator !== "In"))) {
    yield finding(
      "member-selector-equal",
      `${at}: "${selector}" compares otherwise than with "=", which is all that Azure takes here; write e.g. "mesh=shop".`,
    );
    return;
  }
  const labels = fleet.members.map((member) => ifTold(() => member.labels));
  const judged =
    fleet.knowsAllMembers &&
    requirements.every(({ key }) => !OF_AZURE.test(key)) &&
    labels.every((one) => isKnown(one) && Object.values(one).every(isKnown));
  if (judged && !labels.some((one) => matches({ matchExpressions: requirements }, one ?? {}))) {
    const keys = [
      ...new Set(labels.flatMap((one) => Object.entries(one ?? {}).map(([key, value]) => `${key}=${value}`))),
    ];
    yield finding(
      "member-selector-without-members",
      `${at}: no member of fleet "${ifTold(() => fleet.fleetName) ?? fleet.node.id}" has "${selector}"; the labels of its members are ${quoted(keys.sort())}. Label a member, or select by another label.`,
    );
  }
}
