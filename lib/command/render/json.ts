import type { Report } from "../judge/effects";
import type { Refusal } from "../judge/gate";
import { type AttributeChange, attributesOf, driftOf } from "../plan/attributes";
import type { Change } from "../plan/plan";
import { pathText } from "../plan/values";
import { VERDICTS } from "./details";
import { diagram } from "./diagram";
import { marksOf } from "./marks";

/** Fields are only added; a breaking change increments this number. */
const FORMAT = 1;

/** A report for programs. */
export function toJson(report: Report, refusals: readonly Refusal[], withDiagram: boolean): string {
  const { severity, stacks, effects, notes, unplanned, failed, stage } = report;
  const marks = marksOf(report);
  return `${JSON.stringify(
    {
      format: FORMAT,
      verdict: failed.length > 0 ? "Failed" : VERDICTS[severity ?? "none"].title,
      severity: severity ?? null,
      regions: report.regions,
      effects,
      refused: refusals,
      notes,
      unplanned: unplanned.length > 0 ? unplanned : undefined,
      failed: failed.length > 0 ? failed : undefined,
      stage,
      diagram: withDiagram
        ? { before: diagram(report.before, marks.before), after: diagram(report.after, marks.after) }
        : undefined,
      stacks: stacks.map(({ stack, counts, quiet, plan, changes, drift }) => ({
        stack,
        changed: !quiet,
        counts,
        resources: changes.map(({ change, severity }) => ({
          ...resource(change),
          action: change.action,
          severity,
          reason: change.reason,
          movedFrom: change.previousAddress,
          importId: change.importId,
          deposed: change.deposed || undefined,
          attributes: attributesOf(change).map(attribute),
        })),
        drift: drift.map((change) => ({
          ...resource(change),
          action: change.action,
          attributes: driftOf(change).map(attribute),
        })),
        outputs: plan.outputs
          .filter(({ action }) => action !== "no-op")
          .map(({ name, action, before, after, unknown }) => ({
            name,
            action,
            before,
            after,
            unknown: unknown || undefined,
          })),
      })),
    },
    undefined,
    2,
  )}\n`;
}

function resource({ address, type, path }: Change) {
  return { address, type, path };
}

function attribute({ path, before, after, unknown, forces }: AttributeChange) {
  return { path: pathText(path), before, after, unknown: unknown || undefined, forces: forces || undefined };
}
