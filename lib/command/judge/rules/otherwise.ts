import { attributesOf, driftOf, isOtherVersion, isWrittenOut } from "../../plan/attributes";
import type { Change, Invocation } from "../../plan/plan";
import { isNothing, textOf } from "../../plan/values";
import { isWhen, type Rule } from "./rule";
import { onlyTags, subjectOf } from "./subject";
import { bundled, goes, summaryOf } from "./words";

/** Whether an in-place change changes nothing, and no part of it is known only after apply. */
function isSameAsBefore(change: Change): boolean {
  return attributesOf(change).length === 0 && isNothing(change.unknown);
}

/** Reports a change that no fleet rule covers, by its action alone. */
export const OTHERWISE: readonly Rule[] = [
  {
    id: "replaced",
    what: "anything else is replaced",
    effect: "it is deleted and recreated",
    severity: "risk",
    report: isWhen(
      "replace",
      () => true,
      (change) => bundled(change, (many) => goes(change, many)),
    ),
  },
  {
    id: "deleted",
    what: "anything else is deleted",
    effect: "it is gone",
    severity: "risk",
    report: isWhen(
      "delete",
      () => true,
      (change) =>
        bundled(change, (many) =>
          change.deposed ? "deleted (left by an earlier replacement)" : goes(change, many),
        ),
    ),
  },
  {
    id: "forgotten",
    what: "anything is forgotten (a `removed` block)",
    effect: "it stays as it is, but is no longer managed",
    severity: "risk",
    report: isWhen(
      "forget",
      () => true,
      (change) => bundled(change, "forgotten: it stays as it is, unmanaged"),
    ),
  },
  {
    id: "unknown-action",
    what: "an action unknown to this command",
    effect: "unknown: read the plan itself",
    severity: "risk",
    report: isWhen(
      "unknown",
      () => true,
      (change) => bundled(change, "changed by an action unknown to this command: read the plan itself"),
    ),
  },
  {
    id: "created",
    what: "anything else is created",
    effect: "it is new",
    severity: "change",
    report: isWhen(
      "create",
      () => true,
      (change) => bundled(change, "created"),
    ),
  },
  {
    id: "updated",
    what: "anything else changes in place",
    effect: "it stays, and changes",
    severity: "change",
    report: isWhen(
      "update",
      (change) => !isSameAsBefore(change),
      (change) => {
        const attributes = attributesOf(change);
        const text = attributes.length > 0 ? `: ${summaryOf(attributes)}` : "";
        return { ...bundled(change, "changed"), text: `${subjectOf(change)} changes in place${text}` };
      },
    ),
  },
  {
    id: "same",
    what: "only the order of an unordered list, or the form of an empty value, changes",
    effect: "nothing running is affected",
    severity: "harmless",
    report: isWhen("update", isSameAsBefore, (change) =>
      bundled(change, "written differently, with the same meaning"),
    ),
  },
  {
    id: "imported",
    what: "something is imported",
    effect: "it exists, and is managed from now on",
    severity: "harmless",
    report: (change) =>
      change.importId !== undefined && change.action === "no-op" ? bundled(change, "imported") : undefined,
  },
  {
    id: "moved",
    what: "something is moved to another address",
    effect: "it stays as it is",
    severity: "harmless",
    report: (change) =>
      change.previousAddress !== undefined && change.action === "no-op"
        ? bundled(change, "moved to another address")
        : undefined,
  },
];

/** Reports drift: what changed outside of Terraform. */
export const DRIFT: readonly Rule[] = [
  {
    id: "drift-deleted",
    what: "something was deleted outside of Terraform",
    effect: "it is gone; what the plan does about it is reported separately",
    severity: "risk",
    report: isWhen(
      "delete",
      () => true,
      (change) => `${subjectOf(change)} was deleted outside of Terraform`,
    ),
  },
  {
    id: "drifted",
    what: "something the app sets was changed outside of Terraform",
    effect: "it drifted; the plan may revert that",
    severity: "risk",
    report: isWhen(
      "update",
      () => true,
      (change) => {
        const attributes = driftOf(change);
        return attributes.length > 0
          ? `${subjectOf(change)} was changed outside of Terraform: ${summaryOf(attributes)}`
          : undefined;
      },
    ),
  },
];

/** Names of actions that stop something. */
export const STOPS = /(^|[_\W])(stop|power_?off|deallocate|delete|destroy|reboot|restart|abort|evict|drain)/i;

/** What an invoked action does, as far as its name and settings say. */
export function invoked({ address, type, settings, trigger }: Invocation): { text: string; stops: boolean } {
  const verb = textOf(settings.action) ?? textOf(settings.power_action);
  const target = textOf(settings.resource_id) ?? textOf(settings.id) ?? textOf(settings.virtual_machine_id);
  const on = target ? ` on ${target.split("/").pop()}` : "";
  const when = trigger ? `, when ${trigger} changes` : "";
  return {
    text: `action ${address}${verb ? ` (${verb})` : ""} is invoked${on}${when}`,
    // If the settings say what is done, the type only says how.
    stops: STOPS.test(verb ?? `${type} ${address}`),
  };
}

/** Reports on a plan as a whole. */
export const WHOLE = {
  errored: {
    id: "plan-errored",
    what: "Terraform could not finish the plan",
    effect: "more would change than the plan shows",
    severity: "risk",
  },
  incomplete: {
    id: "plan-incomplete",
    what: "the plan defers something to a later run",
    effect: "more will change than the plan shows",
    severity: "risk",
  },
  failed: {
    id: "plan-failed",
    what: "the plan of a stack fails, and nothing else has to be deployed first",
    effect: "its changes are unknown, and deploying it would fail, too",
    severity: "risk",
  },
  missing: {
    id: "plan-missing",
    what: "a deployed stack can't be planned until another one is deployed",
    effect: "its changes are unknown",
    severity: "risk",
  },
  stops: {
    id: "action-stops",
    what: "an action is invoked that stops or deletes something (Terraform 1.14)",
    effect: "what runs there stops",
    severity: "outage",
  },
  check: {
    id: "check-failed",
    what: "a check or condition of the app fails",
    effect: "something isn't as the app requires",
    severity: "risk",
  },
  action: {
    id: "action-invoked",
    what: "an action is invoked (Terraform 1.14)",
    effect: "a provider does something other than changing resources",
    severity: "risk",
  },
  outputs: {
    id: "outputs-only",
    what: "only outputs change",
    effect: "nothing running is affected",
    severity: "harmless",
  },
} as const satisfies Record<string, Omit<Rule, "report">>;

export const TAGS: Rule = {
  id: "tags-changed",
  what: "only tags change",
  effect: "nothing running is affected",
  severity: "harmless",
  report: (change) =>
    onlyTags(change)
      ? {
          text: `${subjectOf(change)} changes its tags:  ${summaryOf(attributesOf(change))}`,
          bundle: {
            kind: ["resource", "resources"],
            name: subjectOf(change),
            verb: ["changes its tags", "change their tags"],
          },
        }
      : undefined,
};

export const API_VERSION: Rule = {
  id: "api-version-changed",
  what: "only the Azure API version of an azapi resource changes",
  effect: "nothing: it stays as it is",
  severity: "harmless",
  report: isWhen("update", isOtherVersion, (change) => {
    const version = (values: Change["before"]) => textOf(values?.type)?.split("@")[1];
    const [was, is] = [version(change.before), version(change.after)];
    return attributesOf(change).length === 0
      ? bundled(change, [`uses API version ${is}, not ${was}`, `use API version ${is}, not ${was}`])
      : undefined;
  }),
};

export const WRITTEN_OUT: Rule = {
  id: "manifest-written-out",
  what: "a manifest adds values that the API already has",
  effect: "nothing: the object is unchanged",
  severity: "harmless",
  report: (change) =>
    isWrittenOut(change) ? bundled(change, ["is written out", "are written out"]) : undefined,
};
