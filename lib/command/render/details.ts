import type { Counts, Effect, Report, StackReport } from "../judge/effects";
import { WHOLE } from "../judge/rules/otherwise";
import type { Severity } from "../judge/rules/rule";
import { REASONS } from "../judge/rules/words";
import {
  type AttributeChange,
  attributesOf,
  driftOf,
  isWrittenOut,
  manifestBefore,
} from "../plan/attributes";
import type { Change, OutputChange } from "../plan/plan";
import { isEqual, isNothing, pathText } from "../plan/values";
import { diffLines } from "./lines";
import { toYaml } from "./yaml";

/** Wording shared by all report formats. */
export const VERDICTS: Record<Severity | "none", { title: string; advice: string }> = {
  outage: {
    title: "Outage",
    advice: "Approve only if this is intended: something running stops, or an address is lost.",
  },
  risk: {
    title: "Risk",
    advice: "Read before you approve: something may stop, be left behind, or be irreversible.",
  },
  change: { title: "Change", advice: "Approve if this is wanted: nothing running is interrupted." },
  harmless: { title: "Harmless", advice: "Safe to approve: nothing running is affected." },
  none: { title: "No changes", advice: "Nothing to approve: deploying this changes nothing." },
};

export const LEGEND = "+ new, ~ changed in place, - deleted, ± deleted and recreated";

/** A failed plan is reported before everything else. */
export function verdictOf({ severity, failed }: Report): { title: string; advice: string } {
  const verdict = VERDICTS[severity ?? "none"];
  return failed.length === 0
    ? verdict
    : {
        title: `Failed · ${verdict.title}`,
        advice: `Don't approve: ${failed.length === 1 ? "a plan" : `${failed.length} plans`} failed, so its changes are unknown.`,
      };
}

/** `hub: the plan failed: Invalid credentials`, for the top of a report. */
export function failuresOf({ failed }: Report): { stack: string; text: string }[] {
  return failed.map(({ stack, why }) => ({ stack, text: `the plan failed: ${why}` }));
}

/** What the top of the report already says about failed plans. */
export function isToldFirst({ rule }: Effect): boolean {
  return rule === WHOLE.failed.id || rule === WHOLE.errored.id;
}

/** What happens to each stack; unknown ones come first. */
export function titleOf({ stacks, unplanned, failed }: Report): string {
  const unknown = [
    ...failed.map(({ stack }) => ({ stack, what: "the plan failed" })),
    ...unplanned.map((stack) => ({ stack, what: "can't be planned yet" })),
  ];
  const reported = ({ stack, what }: { stack: string; what: string }) => {
    const own = stacks.find((one) => one.stack === stack);
    return `${stack}: ${what}${own && !own.quiet ? ` (${countsOf(own)})` : ""}`;
  };
  return [
    ...unknown.map(reported),
    ...stacks
      .filter(({ stack }) => !unknown.some((one) => one.stack === stack))
      .map((one) => `${one.stack}: ${countsOf(one)}`),
  ].join(" · ");
}

/** `+2 ~1 -0 ±0, 1 moved`. */
function countsOf({ counts, quiet, plan }: StackReport): string {
  if (quiet) return "no changes";
  const { create, update, delete: deleted, replace } = counts;
  const extra = (["move", "import", "forget"] as const).flatMap((what) =>
    counts[what] > 0 ? `${counts[what]} ${EXTRA[what]}` : [],
  );
  if (create + update + deleted + replace === 0) {
    const only = plan.outputs.some(({ action }) => action !== "no-op")
      ? "only outputs"
      : "no resource changes";
    return extra.length > 0 ? `${extra.join(", ")}, nothing else` : only;
  }
  return [`+${create} ~${update} -${deleted} ±${replace}`, ...extra].join(", ");
}

const EXTRA: Record<keyof Pick<Counts, "move" | "import" | "forget">, string> = {
  move: "moved",
  import: "imported",
  forget: "forgotten",
};

const DONE: Record<Change["action"], string> = {
  "no-op": "unchanged",
  create: "created",
  read: "read",
  update: "changed in place",
  delete: "deleted",
  replace: "replaced",
  forget: "forgotten",
  unknown: "changed in an unknown way",
};

/** What happens to a resource: `replaced`, `moved from a.b, unchanged`. */
export function doneTo(change: Change): string {
  const extra = [
    ...(change.previousAddress ? [`moved from ${change.previousAddress}`] : []),
    ...(change.importId ? [`imported (${change.importId})`] : []),
  ];
  const only = change.action === "no-op" && extra.length > 0;
  const why = REASONS[change.reason ?? ""];
  const done = `${DONE[change.action]}${change.deposed ? " (left by an earlier replacement)" : ""}${why ? `, because ${why}` : ""}`;
  return [...(only ? [] : [done]), ...extra].join(", ");
}

/** The attributes that change, as a diff; manifests as YAML. */
export function changeLines(change: Change): string[] {
  const attributes = attributesOf(change);
  if (attributes.length === 0 && change.action === "update") {
    return [
      isWrittenOut(change)
        ? "# adds only values that the API already has"
        : "# only sensitive values, or values known after apply",
    ];
  }
  if (change.type !== "kubernetes_manifest") return attributes.flatMap(attributeLines);
  const inManifest = ({ path }: AttributeChange) => path[0] === "manifest";
  const forced = attributes
    .filter(({ forces }) => forces)
    .map(({ path }) => pathText(path).replace("manifest.", ""));
  return [
    ...(change.action === "delete" || change.action === "forget" || !attributes.some(inManifest)
      ? []
      : manifestLines(change)),
    ...(forced.length > 0 ? [`# ${forced.join(", ")}: forces the replacement`] : []),
    ...attributes.filter((one) => !inManifest(one)).flatMap(attributeLines),
  ];
}

function manifestLines(change: Change): string[] {
  const [was, is] = [manifestBefore(change), change.after?.manifest];
  return isEqual(was, is)
    ? []
    : diffLines(isNothing(was) ? [] : toYaml(was), isNothing(is) ? [] : toYaml(is));
}

export function driftLines(change: Change): string[] {
  return driftOf(change).flatMap(attributeLines);
}

export function outputLines({ before, after, unknown, action }: OutputChange): string[] {
  return attributeLines({
    path: [],
    before: action === "create" ? undefined : before,
    after: action === "delete" ? undefined : after,
    unknown,
    forces: false,
  });
}

function attributeLines({ path, before, after, unknown, forces }: AttributeChange): string[] {
  const name = path.length > 0 ? `${pathText(path)}: ` : "";
  const note = forces ? "  # forces the replacement" : "";
  const [was, is] = shortened(before, after);
  const lines: string[] = [];
  if (before !== undefined && before !== null) lines.push(`- ${name}${was}`);
  if (unknown) lines.push(`+ ${name}(known after apply)${note}`);
  else if (after !== undefined && after !== null) lines.push(`+ ${name}${is}${note}`);
  else if (note) lines.push(`+ ${name}(unset)${note}`);
  return lines;
}

const LONGEST_VALUE = 200;

/** Truncates long values to where they differ. */
function shortened(before: unknown, after: unknown): [string, string] {
  const [was, is] = [JSON.stringify(before) ?? "", JSON.stringify(after) ?? ""];
  if (was.length <= LONGEST_VALUE && is.length <= LONGEST_VALUE) return [was, is];
  let start = 0;
  if (!isEqual(before, after)) {
    while (start < Math.min(was.length, is.length) && was[start] === is[start]) start++;
  }
  const from = Math.max(0, start - 30);
  const cut = (text: string) =>
    `${from > 0 && text.length > from ? "…" : ""}${text.slice(from, from + LONGEST_VALUE)}${text.length > from + LONGEST_VALUE ? "…" : ""}`;
  return [cut(was), cut(is)];
}

/** Shows control and bidirectional characters instead of applying them. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
