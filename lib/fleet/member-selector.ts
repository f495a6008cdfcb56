import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { optional } from "../checks/required";
import { matches } from "../fleet-model/label-selector";
import { parseSelector } from "../fleet-model/selector-text";
import type { IFleet } from "./fleet";

/** Limit of Azure's API. */
const LONGEST = 512;
/** Labels that are not set by the app. */
const AZURE_LABELS = /(^|\.)(azure\.com|kubernetes-fleet\.io)\//;

/** Checks a member selector such as `ring=canary`, and, if all members are known, that it selects at least one. */
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
      `${at}: "${selector}" is not a label selector of at most ${LONGEST} characters; write e.g. "ring=canary".`,
    );
    return;
  }
  if (equalOnly && (/[()]|!=|==/.test(selector) || requirements.some(({ operator }) => operator !== "In"))) {
    yield finding(
      "member-selector-equal",
      `${at}: "${selector}" uses another operator than "=", the only one that Azure takes here; write e.g. "mesh=shop".`,
    );
    return;
  }
  const labels = fleet.members.map((member) => optional(() => member.labels));
  const judged =
    fleet.knowsAllMembers &&
    requirements.every(({ key }) => !AZURE_LABELS.test(key)) &&
    labels.every((one) => isKnown(one) && Object.values(one).every(isKnown));
  if (judged && !labels.some((one) => matches({ matchExpressions: requirements }, one ?? {}))) {
    const keys = [
      ...new Set(labels.flatMap((one) => Object.entries(one ?? {}).map(([key, value]) => `${key}=${value}`))),
    ];
    yield finding(
      "member-selector-without-members",
      `${at}: no member of fleet "${optional(() => fleet.fleetName) ?? fleet.node.id}" matches "${selector}"; the labels of its members are ${quoted(keys.sort())}. Label a member, or select by another label.`,
    );
  }
}
