import type { Report } from "../judge/effects";
import type { Refusal } from "../judge/gate";
import { regionText } from "../judge/regions";
import { counted } from "../terminal/kinds";
import {
  changeLines,
  doneTo,
  driftLines,
  failuresOf,
  isToldFirst,
  LEGEND,
  outputLines,
  titleOf,
  verdictOf,
  visible,
} from "./details";
import { sketch } from "./sketch";

const COLUMNS = 100;

/** A report for a terminal: nothing is omitted. */
export function toText(report: Report, refusals: readonly Refusal[], withDiagram: boolean): string {
  const { stacks, notes } = report;
  const effects = report.effects.filter((effect) => !isToldFirst(effect));
  const { title, advice } = verdictOf(report);
  const lines = [`${title} · ${titleOf(report)}`, advice];
  for (const { stack, text } of failuresOf(report)) lines.push(...wrapped(`${stack}: `, text));
  for (const { stack, address, action, severity } of refusals) {
    lines.push(`Refused by --fail-on: ${action} of ${stack}:${address} (${severity})`);
  }
  if (report.regions.length > 0) lines.push("");
  const width = Math.max(8, ...report.regions.map(({ region }) => region.length)) + 2;
  for (const one of report.regions) lines.push(...wrapped(one.region.padEnd(width), regionText(one)));
  if (effects.length > 0) lines.push("");
  for (const { severity, text } of effects) lines.push(...wrapped(`${severity.padEnd(8)}  `, text));
  if (notes.length > 0) lines.push("", ...notes.flatMap((note) => wrapped("note: ", note)));
  if (effects.length > 0) lines.push("", `(${LEGEND})`);

  if (withDiagram) {
    const [before, after] = [sketch(report.before), sketch(report.after)].map((fleet) =>
      fleet.map((line) => `  ${line}`),
    );
    lines.push("", "Before:", ...(before as string[]), "", "After:", ...(after as string[]));
  }

  for (const { stack, plan, changes, drift } of stacks) {
    const outputs = plan.outputs.filter(({ action }) => action !== "no-op");
    if (changes.length > 0) {
      lines.push("", `${stack}: ${counted(changes.length, "resource changes", "resources change")}`);
    }
    for (const { change } of changes) lines.push(...item(change, doneTo(change), changeLines(change)));
    if (drift.length > 0) lines.push("", `${stack}: changed outside of Terraform`);
    for (const change of drift) {
      lines.push(...item(change, change.action === "delete" ? "deleted" : "changed", driftLines(change)));
    }
    if (outputs.length > 0) lines.push("", `${stack}: outputs`);
    for (const output of outputs) {
      lines.push(`  ${output.name}`, ...outputLines(output).map((line) => `    ${line}`));
    }
  }
  return `${lines.map((line) => visible(line).trimEnd()).join("\n")}\n`;
}

function item(
  change: { path: string | undefined; address: string },
  what: string,
  lines: readonly string[],
): string[] {
  const title = change.path ? `${change.path} (${change.address})` : change.address;
  return [`  ${title}: ${what}`, ...lines.map((line) => `    ${line}`)];
}

function wrapped(start: string, text: string): string[] {
  const lines: string[] = [];
  let line = start.trimEnd();
  for (const word of text.split(" ")) {
    const blank = line.length < start.length ? " ".repeat(start.length - line.length) : " ";
    if (
      line.trim() !== "" &&
      line.length + blank.length + word.length > COLUMNS &&
      line.length > start.length
    ) {
      lines.push(line);
      line = `${" ".repeat(start.length)}${word}`;
    } else {
      line += blank + word;
    }
  }
  return [...lines, line];
}
