import { attributesOf, driftOf, isOtherVersion, isWrittenOut } from "../../plan/attributes";
import type { Change, Invocation } from "../../plan/plan";
import { isNothing, textOf } from "../../plan/values";
import { isWhen, type Rule } from "./rule";
import { onlyTags, subjectOf } from "./subject";
import { bundled, goes, summaryOf } from "./words";

/** Whether a change in place changes nothing, and nothing of it is only known after apply. */
function isSameAsBefore(change: Change): boolean {
  return attributesOf(change).length === 0 && isNothing(change.unknown);
}

/** What is told of a change that no rule of the fleet is about: by its action alone. */
export const OTHERWISE: readonly Rule[] = [
  {
    id: "replaced",
    what: "anything else is replaced",
    effect: "it is deleted and made anew",
    severity: "risk",
    tell: isWhen(
      "replace",
      () => true,
      (change) => bundled(change, (many) => goes(change, many)),
    ),
  },
  {
    id: "deleted",
    what: "anything else is deleted",
    effect: "it goes",
    severity: "risk",
    tell: isWhen(
      "delete",
      () => true,
      (change) =>
        bundled(change, (many) =>
          change.deposed ? "deleted (what an earlier replacement left)" : goes(change, many),
        ),
    ),
  },
  {
    id: "forgotten",
    what: "anything is forgotten (a `removed` block)",
    effect: "it stays as it is, and nobody manages it any more",
    severity: "risk",
    tell: isWhen(
      "forget",
      () => true,
      (change) => bundled(change, "forgotten: it stays as it is, unmanaged"),
    ),
  },
  {
    id: "unknown-action",
    what: "an action that this command doesn't know",
    effect: "nobody can tell: read the plan itself",
    severity: "risk",
    tell: isWhen(
      "unknown",
      () => true,
      (change) => bundled(change, "changed in a way that this command doesn't know: read the plan itself"),
    ),
  },
  {
    id: "created",
    what: "anything else is created",
    effect: "it is new",
    severity: "change",
    tell: isWhen(
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
    tell: isWhen(
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
    what: "nothing changes but the order of what has none, or how nothing is written",
    effect: "nothing that runs notices",
    severity: "harmless",
    tell: isWhen("update", isSameAsBefore, (change) =>
      bundled(change, "written otherwise, and means the same"),
    ),
  },
  {
    id: "imported",
    what: "something is imported",
    effect: "it exists, and is managed from now on",
    severity: "harmless",
    tell: (change) =>
      change.importId !== undefined && change.action === "no-op" ? bundled(change, "imported") : undefined,
  },
  {
    id: "moved",
    what: "something is moved to another address",
    effect: "it stays as it is",
    severity: "harmless",
    tell: (change) =>
      change.previousAddress !== undefined && change.action === "no-op"
        ? bundled(change, "moved to another address")
        : undefined,
  },
];

/** What is told of what changed outside of Terraform. */
export const DRIFT: readonly Rule[] = [
  {
    id: "drift-deleted",
    what: "something was deleted outside of Terraform",
    effect: "it is gone; what the plan does about it is told beside",
    severity: "risk",
    tell: isWhen(
      "delete",
      () => true,
      (change) => `${subjectOf(change)} was deleted outside of Terraform`,
    ),
  },
  {
    id: "drifted",
    what: "something that the app asks for was changed outside of Terraform",
    effect: "somebody changed it by hand; the plan may undo that",
    severity: "risk",
    tell: isWhen(
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

/** What an action is called that stops something. */
export const STOPS = /(^|[_\W])(stop|power_?off|deallocate|delete|destroy|reboot|restart|abort|evict|drain)/i;

/** What an invoked action does, as far as its name and its settings tell. */
export function invoked({ address, type, settings, trigger }: Invocation): { text: string; stops: boolean } {
  const verb = textOf(settings.action) ?? textOf(settings.power_action);
  const target = textOf(settings.resource_id) ?? textOf(settings.id) ?? textOf(settings.virtual_machine_id);
  const on = target ? ` on ${target.split("/").pop()}` : "";
  const when = trigger ? `, when ${trigger} changes` : "";
  return {
    text: `action ${address}${verb ? ` (${verb})` : ""} is invoked${on}${when}`,
    // Where the settings say what is done, the name of the type says how only.
    stops: STOPS.test(verb ?? `${type} ${address}`),
  };
}

/** What is told of a plan as a whole. */
export const WHOLE = {
  errored: {
    id: "plan-errored",
    what: "Terraform could not finish the plan",
    effect: "more would change than the plan tells",
    severity: "risk",
  },
  incomplete: {
    id: "plan-incomplete",
    what: "the plan puts something off to a later run",
    effect: "more will change than the plan tells",
    severity: "risk",
  },
  failed: {
    id: "plan-failed",
    what: "the plan of a stack fails, and nothing else has to be deployed first",
    effect: "what changes there isn't known, and deploying it fails as well",
    severity: "risk",
  },
  missing: {
    id: "plan-missing",
    what: "a deployed stack can't be planned before another one is deployed",
    effect: "what changes there isn't known",
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
    what: "a check or condition of the app doesn't hold",
    effect: "something is not as the app needs it to be",
    severity: "risk",
  },
  action: {
    id: "action-invoked",
    what: "an action is invoked (Terraform 1.14)",
    effect: "a provider does something beside changing resources",
    severity: "risk",
  },
  outputs: {
    id: "outputs-only",
    what: "only outputs change",
    effect: "nothing that runs notices",
    severity: "harmless",
  },
} as const satisfies Record<string, Omit<Rule, "tell">>;

export const TAGS: Rule = {
  id: "tags-changed",
  what: "only tags change",
  effect: "nothing that runs notices",
  severity: "harmless",
  tell: (change) =>
    onlyTags(change)
      ? {
          text: `${subjectOf(change)} gets other tags: ${summaryOf(attributesOf(change))}`,
          bundle: {
            kind: ["resource", "resources"],
            name: subjectOf(change),
            verb: ["gets other tags", "get other tags"],
          },
        }
      : undefined,
};

export const API_VERSION: Rule = {
  id: "api-version-changed",
  what: "only the version of Azure's API changes that azapi asks for something in",
  effect: "nothing: it stays as it is",
  severity: "harmless",
  tell: isWhen("update", isOtherVersion, (change) => {
    const version = (values: Change["before"]) => textOf(values?.type)?.split("@")[1];
    const [was, is] = [version(change.before), version(change.after)];
    return attributesOf(change).length === 0
      ? bundled(change, [
          `is asked for in API version ${is}, not ${was}`,
          `are asked for in API version ${is}, not ${was}`,
        ])
      : undefined;
  }),
};

export const WRITTEN_OUT: Rule = {
  id: "manifest-written-out",
  what: "a manifest says more, and only what the API has already",
  effect: "nothing: the object stays as it is",
  severity: "harmless",
  tell: (change) =>
    isWrittenOut(change) ? bundled(change, ["is written out", "are written out"]) : undefined,
};
