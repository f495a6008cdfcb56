import { type Effect, type Report, rank } from "../judge/effects";
import type { Refusal } from "../judge/gate";
import { regionText } from "../judge/regions";
import type { Severity } from "../judge/rules/rule";
import { isEmpty } from "../plan/fleet";
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
import { diagram } from "./diagram";
import { marksOf } from "./marks";

/** GitHub's limit for a comment, minus some room for whoever posts it, e.g. for a marker. */
const GITHUB_LIMIT = 65_536;
const LIMIT = GITHUB_LIMIT - 536;
const LONGEST_ITEM = 10_000;
const EFFECTS_LIMIT = 30_000;
const MOST_REGIONS = 20;

const MARKS: Record<Severity, string> = { outage: "🔴", risk: "🟠", change: "🔵", harmless: "⚪" };

interface Item {
  readonly stack: string;
  readonly section: string;
  readonly severity: Severity;
  readonly title: string;
  readonly lines: () => string[];
}

/** A report for GitHub, within its length limit: important things first, details folded. */
export function toMarkdown(report: Report, refusals: readonly Refusal[], withDiagram: boolean): string {
  const head = headOf(report, refusals);
  const drawn = withDiagram ? diagramOf(report) : "";
  let left = LIMIT - head.length;
  const parts = [head];
  if (drawn.length > 0 && drawn.length < left / 2) parts.push(drawn);
  else if (drawn.length > 0) parts.push("_The diagram is omitted: it is too large for a GitHub comment._\n");
  left -= parts.slice(1).join("").length;

  const items = report.stacks
    .flatMap((stack) => itemsOf(stack))
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rank(a.item.severity) - rank(b.item.severity) || a.index - b.index);
  // The length of each fold and of the last note.
  left -= report.stacks.length * 200 + 400;
  const kept = new Map<number, string>();
  let shortOf = 0;
  let without = 0;
  for (const { item, index } of items) {
    const title = `${item.title}\n`;
    if (title.length > left) {
      without++;
      continue;
    }
    const block = left > title.length + 30 ? fenced(item.lines()) : "";
    const full = block === "" ? title : `${title}${block}\n`;
    const fits = full.length <= Math.min(left, LONGEST_ITEM);
    const text = fits ? full : title;
    if (!fits) shortOf++;
    kept.set(index, text);
    left -= text.length;
  }
  const inOrder = items.map(({ item, index }) => ({ ...item, index })).sort((a, b) => a.index - b.index);
  for (const stack of report.stacks) {
    const own = inOrder.filter((item) => item.stack === stack.stack);
    const shown = own.filter(({ index }) => kept.has(index));
    if (own.length === 0) continue;
    const resources = own.filter(({ section }) => section === "").length;
    const title = resources > 0 ? counted(resources, "resource changes", "resources change") : "details";
    let fold = `<details>\n<summary>${html(stack.stack)}: ${title}</summary>\n\n`;
    let section = "";
    for (const item of shown) {
      if (item.section !== section) fold += `**${item.section}**\n\n`;
      section = item.section;
      fold += kept.get(item.index);
    }
    parts.push(`${fold}</details>\n`);
  }
  if (shortOf + without > 0) {
    const said = [
      ...(without > 0 ? [counted(without, "less important entry", "less important entries")] : []),
      ...(shortOf > 0 ? [`the attributes of ${counted(shortOf, "resource", "resources")}`] : []),
    ].join(" and ");
    parts.push(
      `_To fit GitHub's limit of 65,536 characters, ${said} ${shortOf + without > 1 ? "are" : "is"} omitted. \`aks-fleet report --format text\` shows everything._\n`,
    );
  }
  return `${parts.join("\n").trimEnd()}\n`;
}

function headOf(report: Report, refusals: readonly Refusal[]): string {
  const { severity, notes } = report;
  const effects = report.effects.filter((effect) => !isToldFirst(effect));
  const { title, advice } = verdictOf(report);
  const failures = failuresOf(report);
  const mark = failures.length > 0 ? "❌" : severity ? MARKS[severity] : "✅";
  const lines = [`### ${mark} ${title} · ${code(titleOf(report))}`, "", `**${advice}**`, ""];
  for (const { stack, text } of failures) lines.push(`❌ ${code(stack)}: ${md(text)}`, "");
  if (refusals.length > 0) {
    const some = refusals
      .slice(0, 10)
      .map(({ stack, address, action }) => `${action} of ${code(`${stack}:${address}`)}`);
    const more = refusals.length > 10 ? ` and ${refusals.length - 10} more` : "";
    lines.push(`⛔ **Refused by \`--fail-on\`**: ${some.join(", ")}${more}`, "");
  }
  for (const one of report.regions.slice(0, MOST_REGIONS)) {
    lines.push(`- ${md(one.region)} ${md(regionText(one))}`);
  }
  if (report.regions.length > MOST_REGIONS) {
    lines.push(`- … and ${report.regions.length - MOST_REGIONS} more regions`);
  }
  if (report.regions.length > 0) lines.push("");
  let length = lines.join("\n").length;
  let reported = 0;
  for (const effect of effects) {
    const line = effectLine(effect);
    if (length + line.length > EFFECTS_LIMIT) break;
    lines.push(line);
    length += line.length + 1;
    reported++;
  }
  if (reported < effects.length) {
    lines.push(
      `- … and ${counted(effects.length - reported, "effect", "effects")} more, none worse: see \`aks-fleet report --format text\``,
    );
  }
  if (effects.length > 0) lines.push("");
  for (const note of notes) lines.push(`> ${md(note)}`, "");
  if (effects.length > 0) lines.push(`<sub>${LEGEND}</sub>`, "");
  return lines.join("\n");
}

function effectLine({ severity, text }: Effect): string {
  return `- ${MARKS[severity]} **${severity}**: ${md(text)}`;
}

function itemsOf({ stack, plan, changes, drift }: Report["stacks"][number]): Item[] {
  const titled = (change: { path: string | undefined; address: string }, what: string) =>
    `${change.path ? `**${md(change.path)}** · ` : ""}${code(change.address)} · ${md(what)}\n`;
  return [
    ...changes.map(
      ({ change, severity }): Item => ({
        stack,
        section: "",
        severity,
        title: titled(change, doneTo(change)),
        lines: () => changeLines(change),
      }),
    ),
    ...drift.map(
      (change): Item => ({
        stack,
        section: "Changed outside of Terraform",
        severity: "risk",
        title: titled(change, change.action === "delete" ? "deleted" : "changed"),
        lines: () => driftLines(change),
      }),
    ),
    ...plan.outputs
      .filter(({ action }) => action !== "no-op")
      .map(
        (output): Item => ({
          stack,
          section: "Outputs",
          severity: "harmless",
          title: `${code(output.name)} · ${output.action === "create" ? "new" : output.action === "delete" ? "gone" : "changed"}\n`,
          lines: () => outputLines(output),
        }),
      ),
  ];
}

function diagramOf(report: Report): string {
  if (isEmpty(report.before) && isEmpty(report.after)) return "";
  const marks = marksOf(report);
  const block = (text: string) => `\`\`\`mermaid\n${text}\`\`\`\n`;
  if (report.stacks.every(({ quiet }) => quiet)) {
    return `<details open>\n<summary>The fleet</summary>\n\n${block(diagram(report.after))}\n</details>\n`;
  }
  return `<details open>\n<summary>The fleet before and after</summary>\n\nBefore:\n\n${block(diagram(report.before, marks.before))}\nAfter:\n\n${block(diagram(report.after, marks.after))}\n</details>\n`;
}

function fenced(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const text = visible(lines.join("\n"));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}\n`;
}

/** Escapes text inside a sentence: nothing in a name is Markdown, a mention or a tag. */
function md(text: string): string {
  return visible(text)
    .replace(/[\t\n]+/g, " ")
    .replace(/[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@(?=\w)/g, "@\u200b");
}

function html(text: string): string {
  return visible(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function code(text: string): string {
  const clean = visible(text).replace(/[\t\n]+/g, " ");
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest > 0 ? `${ticks} ${clean} ${ticks}` : `${ticks}${clean}${ticks}`;
}
