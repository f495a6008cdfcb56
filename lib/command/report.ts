import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  commandsOf,
  constructPath,
  isSynthesized,
  notedIn,
  readStacks,
  type SynthesizedStack,
} from "./app/synthesized";
import { judge, type Report } from "./judge/effects";
import { type Gate, refused } from "./judge/gate";
import { compare, SYNTHESIS_NOTE } from "./plan/compare";
import { type Plan, readPlan } from "./plan/plan";
import { byText, joined } from "./plan/values";
import type { Format } from "./render/format";
import { toJson } from "./render/json";
import { toMarkdown } from "./render/markdown";
import { toText } from "./render/text";
import { FinalProblem, UsageProblem } from "./terminal/problems";

/** How a report is rendered, and what it refuses. */
export interface Rendering {
  /** The format of `text`. */
  readonly format: Format;
  readonly gate: Gate;
  readonly allowed: readonly string[];
  readonly diagram: boolean;
}

export interface ReportOptions extends Rendering {
  /** Plans or stacks; with `synth`, two folders. */
  readonly operands: readonly string[];
  readonly synth: boolean;
  /** The folder of the synthesized app; undefined: cdktf.out, if it exists. */
  readonly out: string | undefined;
}

export interface Reported {
  readonly text: string;
  /** The same in another format. */
  readonly textIn: (format: Format) => string;
  /** 0 nothing changes, 2 something changes, 3 refused, 1 a plan failed. */
  readonly status: 0 | 1 | 2 | 3;
}

/** Reports what plans, or the difference between two synthesized apps, do to the fleet. */
export function report(options: ReportOptions): Reported {
  return rendered(options.synth ? compared(options) : planned(options), options);
}

const WRITERS = { markdown: toMarkdown, text: toText, json: toJson };

/** Renders a report. */
export function rendered(judged: Report, { format, gate, allowed, diagram }: Rendering): Reported {
  const refusals = refused(judged, gate, allowed);
  const textIn = (wanted: Format) => WRITERS[wanted](judged, refusals, diagram);
  const changed = judged.stacks.some(({ quiet }) => !quiet) || judged.unplanned.length > 0;
  // A plan that stopped halfway may still hold something refused.
  const failed = judged.failed.some(({ partial }) => !(partial && refusals.length > 0));
  const status = failed ? 1 : refusals.length > 0 ? 3 : changed ? 2 : 0;
  return {
    get text() {
      return textIn(format);
    },
    textIn,
    status,
  };
}

function compared({ operands }: ReportOptions): Report {
  const [base, head, ...more] = operands;
  if (!base || !head || more.length > 0) {
    throw new UsageProblem("report --synth needs two synthesized folders: BASE HEAD.");
  }
  const command = "aks-fleet report --synth BASE HEAD";
  const app = readStacks(head, command);
  const { plans, fleets } = compare(readStacks(base, command), app);
  return judge(plans, { fleets, notes: [SYNTHESIS_NOTE, ...notedIn(app)] });
}

function planned({ operands, out }: ReportOptions): Report {
  const folder = out ?? "cdktf.out";
  const app = out !== undefined || isSynthesized(folder) ? readStacks(folder, "--out FOLDER") : [];
  const sources = operands.length > 0 ? operands.map((one) => source(one, app, folder)) : find(app, folder);
  const stacks = sources.map(({ stack }) => stack);
  const twice = stacks.find((stack, index) => stacks.indexOf(stack) !== index);
  if (twice !== undefined) {
    throw new UsageProblem(`There are two plans of the stack ${twice}. Name a plan's stack with STACK=FILE.`);
  }
  // An app that happens to be here must not be mistaken for the planned one.
  const own = out !== undefined || stacks.some((stack) => app.some(({ name }) => name === stack)) ? app : [];
  const place = (stack: string) => own.findIndex(({ name }) => name === stack);
  const plans = sources
    .map(({ stack, file }) =>
      withPaths(readPlan(readText(file), stack, file === "-" ? "standard input" : file), own),
    )
    .sort((a, b) => place(a.stack) - place(b.stack));
  const others = own.filter(({ name }) => !stacks.includes(name));
  const notes =
    others.length > 0
      ? [
          `There is no plan of ${joined(others.map(({ name }) => name))} here, so changes there are not reported.`,
        ]
      : [];
  return judge(plans, { others, notes: [...notes, ...notedIn(own)] });
}

interface Source {
  readonly stack: string;
  readonly file: string;
}

/** A file, `-`, `STACK=FILE`, or a stack whose plan is in one of the usual places. */
function source(operand: string, app: readonly SynthesizedStack[], folder: string): Source {
  if (operand === "-") return { stack: "plan", file: operand };
  const [, stack, file] = /^([\w.-]+)=(.+)$/s.exec(operand) ?? [];
  if (stack && file && !existsSync(operand)) return { stack, file };
  if (existsSync(operand) && !statSync(operand).isDirectory())
    return { stack: stackOf(operand), file: operand };
  if (app.some(({ name }) => name === operand)) {
    const [found] = candidates(operand, folder).filter((one) => existsSync(one));
    if (found) return { stack: operand, file: found };
    throw new FinalProblem(`There is no plan of ${operand} here. ${howToPlan(operand, folder)}`);
  }
  throw new FinalProblem(
    `There is no file ${operand}${app.length > 0 ? `, and no stack with that name: the stacks are ${joined(app.map(({ name }) => name))}` : ""}.`,
  );
}

/** `plan.infra.json` belongs to the stack `infra`; so do `infra.json` and `stacks/infra/plan.json`. */
function stackOf(file: string): string {
  const name = basename(file).replace(/\.json$/, "");
  if (name !== "plan") return name.replace(/^plan\./, "");
  const [, folder] = /([^/\\]+)[/\\][^/\\]+$/.exec(file) ?? [];
  return folder && folder !== "." && folder !== ".." ? folder : name;
}

function candidates(stack: string, folder: string): string[] {
  return [`plan.${stack}.json`, join(folder, "stacks", stack, "plan.json")];
}

function howToPlan(stack: string, folder: string): string {
  const chdir = join(folder, "stacks", stack);
  return `Make one: npx cdktf diff ${stack} && terraform -chdir=${chdir} show -json plan > plan.${stack}.json`;
}

/** All plans in the current folder. */
function find(app: readonly SynthesizedStack[], folder: string): Source[] {
  const found =
    app.length > 0
      ? app.flatMap(({ name }) => {
          const [file] = candidates(name, folder).filter((one) => existsSync(one));
          return file ? [{ stack: name, file }] : [];
        })
      : readdirSync(".")
          .filter((file) => /^plan\..+\.json$/.test(file))
          .sort(byText)
          .map((file) => ({ stack: stackOf(file), file }));
  if (found.length > 0) return found;
  const stack = app[0]?.name ?? "STACK";
  throw new FinalProblem(`There is no plan here (plan.${stack}.json). ${howToPlan(stack, folder)}`);
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file === "-" ? 0 : file);
    // PowerShell redirects as UTF-16.
    return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString("utf16le") : bytes.toString("utf8");
  } catch (error) {
    throw new FinalProblem(
      `${file === "-" ? "Standard input" : file} can't be read: ${(error as Error).message}.`,
    );
  }
}

/** Adds the constructs' paths, and the commands that null_resources run, from the synthesized app. */
export function withPaths(plan: Plan, app: readonly SynthesizedStack[]): Plan {
  const stack = app.find(({ name }) => name === plan.stack);
  if (stack === undefined) return plan;
  const known = <C extends Plan["changes"][number]>(change: C): C => ({
    ...change,
    path: constructPath(stack, change.type, change.name),
    commands:
      change.commands.length > 0
        ? change.commands
        : commandsOf(stack.json.resource?.[change.type]?.[change.name]),
  });
  return { ...plan, changes: plan.changes.map(known), drift: plan.drift.map(known) };
}
