import { join } from "node:path";
import { notedIn, readStacks, type SynthesizedStack } from "./app/synthesized";
import { complaintOf, terraform } from "./app/terraform";
import { judge, type Stage } from "./judge/effects";
import { compare, SYNTHESIS_NOTE } from "./plan/compare";
import { checkedKey, KEY_VARIABLE } from "./plan/digest";
import { fleetOf } from "./plan/fleet";
import { type Plan, readPlan } from "./plan/plan";
import { joined, literally } from "./plan/values";
import { type Rendering, type Reported, rendered, withPaths } from "./report";
import { type Planned, stageOf } from "./stage";
import type { Environment } from "./terminal/environment";
import { FinalProblem, shorten } from "./terminal/problems";
import { digestIn, folderOf, initialize, makePlan, withScratch } from "./terraform-plan";

export interface DiffOptions extends Rendering {
  /** Only these; empty: every stack of the app. */
  readonly stacks: readonly string[];
  /** The folder of the synthesized app. */
  readonly out: string;
  /** The folder of the app as synthesized before the change, for stacks that can't be planned. */
  readonly base: string | undefined;
}

interface CommandContext {
  readonly environment: Environment;
  readonly complain: (line: string) => void;
}

/** Plans, in order, every stack that can be planned, and reports what the plans do to the fleet. */
export async function diff(options: DiffOptions, context: CommandContext): Promise<Reported> {
  const app = readStacks(options.out, "--out FOLDER");
  const base = options.base === undefined ? undefined : readStacks(options.base, "--base FOLDER");
  const chosen = choose(app, options.stacks);
  const { plans, unplanned, stage } = await planAll(app, chosen, options.out, context);

  const compared = unplanned.filter(({ deployed }) => base !== undefined || !deployed);
  const isCompared = ({ name }: SynthesizedStack) => compared.some(({ stack }) => stack.name === name);
  const isUnplanned = ({ name }: SynthesizedStack) => !plans.some(({ stack }) => stack === name);
  const after = app.filter(isUnplanned);
  const before = base?.filter(isUnplanned) ?? after.filter((stack) => !isCompared(stack));
  const comparison = compare((base ?? []).filter(isCompared), app.filter(isCompared));
  const report = judge([...plans, ...comparison.plans], {
    fleets: [fleetOf(plans, "before", before), fleetOf(plans, "after", after)],
    notes: [
      ...notesOfStage(stage),
      ...notesOf(plans, app),
      ...notesOfUnplanned(unplanned, compared, base),
      ...notedIn(app),
    ],
    unplanned: unplanned
      .filter(
        (one) => !one.failed && ((one.deployed && !compared.includes(one)) || one.problem !== undefined),
      )
      .map((one) => ({ stack: one.stack.name, why: whyUnplanned(one, compared.includes(one)) })),
    failed: unplanned.filter(({ failed }) => failed).map(({ stack, why }) => ({ stack: stack.name, why })),
    stage,
  });
  return rendered(report, options);
}

function choose(app: readonly SynthesizedStack[], names: readonly string[]): readonly SynthesizedStack[] {
  // As in cdktf: `'*'`, `'member-*'`.
  const matches = (pattern: string, name: string) =>
    new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`).test(name);
  const unknown = names.filter((pattern) => !app.some(({ name }) => matches(pattern, name)));
  if (unknown.length > 0) {
    throw new FinalProblem(
      `The app has no stack ${joined(unknown)}: its stacks are ${joined(app.map(({ name }) => name))}.`,
    );
  }
  return names.length === 0 ? app : app.filter(({ name }) => names.some((pattern) => matches(pattern, name)));
}

interface Unplanned {
  readonly stack: SynthesizedStack;
  readonly why: string;
  /** Terraform's error, if a plan was tried. */
  readonly problem?: string | undefined;
  /** Nothing else has to be deployed first: this is an error. */
  readonly failed: boolean;
  /** Whether it was deployed before, so not all of it is new. */
  readonly deployed: boolean;
}

async function planAll(
  app: readonly SynthesizedStack[],
  chosen: readonly SynthesizedStack[],
  out: string,
  { environment, complain }: CommandContext,
): Promise<{ plans: Plan[]; unplanned: Unplanned[]; stage: Stage | undefined }> {
  const plans: Plan[] = [];
  const unplanned: Unplanned[] = [];
  const made: Planned[] = [];
  const { [KEY_VARIABLE]: given } = environment;
  const key = given ? checkedKey(given) : undefined;
  const states = new Map<string, Promise<boolean>>();
  const isDeployed = (name: string): Promise<boolean> => {
    const state = states.get(name) ?? hasState(name, folderOf(out, name), environment);
    states.set(name, state);
    return state;
  };
  const skip = (one: Unplanned) => {
    unplanned.push(one);
    made.push({ stack: one.stack, applies: undefined, isPart: false, digest: "" });
  };
  for (const stack of chosen) {
    const { name } = stack;
    const folder = folderOf(out, name);
    const needed = app.filter((other) => stack.dependencies.includes(other.name));
    const deployed = await isDeployed(name);
    const missing: string[] = [];
    for (const other of needed) {
      if (!(await isDeployed(other.name))) missing.push(other.name);
    }
    if (missing.length > 0) {
      skip({ stack, why: `deploy ${joined(missing)} first.`, failed: false, deployed });
      continue;
    }
    complain(`planning ${name} ...`);
    // It applies nothing, so it needs no lock; read-only identities can't take one.
    const { text, problem } = await withScratch((scratch) =>
      makePlan(stack, join(scratch, "plan"), "-lock=false", { folder, environment }),
    );
    if (text !== undefined) {
      const plan = withPaths(readPlan(text, name, `the plan of ${name}`), [stack]);
      plans.push(plan);
      const digest = key === undefined ? "" : digestIn(folder, name, text, key);
      made.push({ stack, applies: plan.applies, isPart: !plan.complete, digest });
      continue;
    }
    // What it reads from earlier stacks may only exist once their changes are deployed.
    const waiting = changing(plans, stack);
    if (waiting.length === 0) skip({ stack, why: `${problem}`, failed: true, deployed });
    else {
      const why = `deploy the changes of ${joined(waiting)} first. (${problem})`;
      skip({ stack, why, problem, failed: false, deployed });
    }
  }
  return { plans, unplanned, stage: key === undefined ? undefined : stageOf(made) };
}

/** Changes waiting in an earlier stack may be the cause, or something else: unknown until they are deployed. */
function whyUnplanned({ problem }: Unplanned, isCompared: boolean): string {
  const why = problem === undefined ? "" : `: its plan fails (${problem})`;
  return isCompared
    ? `can't be planned yet${why}; showing the difference between two synthesized apps`
    : `is deployed but can't be planned yet${why}; its changes are unknown`;
}

/** Whether a stack was ever deployed. If so, its folder is then ready for a plan. */
async function hasState(name: string, folder: string, environment: Environment): Promise<boolean> {
  await initialize(name, folder, environment);
  const list = await terraform(["state", "list", "-no-color"], folder, environment);
  if (list.status === 0 && list.stdout.trim() !== "") return true;
  if (list.status === 0) {
    // A stack may have only outputs.
    const outputs = await terraform(["output", "-json", "-no-color"], folder, environment);
    return outputs.status === 0 && !["", "{}"].includes(outputs.stdout.trim());
  }
  if (/No state file was found/i.test(list.stderr)) return false;
  throw new FinalProblem(`The state of ${name} can't be read: ${shorten(complaintOf(list))}`);
}

/** The stacks that a stack depends on and whose plans change something. */
function changing(plans: readonly Plan[], { dependencies }: SynthesizedStack): string[] {
  return plans
    .filter(({ changes }) => changes.some(({ action }) => action !== "no-op" && action !== "read"))
    .flatMap(({ stack }) => (dependencies.includes(stack) ? [stack] : []));
}

function notesOfStage(stage: Stage | undefined): string[] {
  if (stage === undefined || stage.approve.length === 0) return [];
  const { approve, later } = stage;
  const after = later.length > 0 ? ` Then plan ${joined(later)} again.` : "";
  return [`To approve now: ${joined(approve.map(({ stack }) => stack))}.${after}`];
}

function notesOf(plans: readonly Plan[], app: readonly SynthesizedStack[]): string[] {
  return app
    .filter(({ name }) => plans.some(({ stack }) => stack === name))
    .flatMap((stack) => {
      const waiting = changing(plans, stack);
      return waiting.length === 0
        ? []
        : [`The plan of ${stack.name} may change once ${joined(waiting)} is deployed.`];
    });
}

function notesOfUnplanned(
  unplanned: readonly Unplanned[],
  compared: readonly Unplanned[],
  base: readonly SynthesizedStack[] | undefined,
): string[] {
  const names = (some: readonly Unplanned[]) => joined(some.map(({ stack }) => stack.name));
  const silent = unplanned.filter((one) => !compared.includes(one));
  const fresh = compared.filter(({ deployed }) => !deployed);
  const reported =
    base === undefined
      ? [`${names(compared)}: never deployed, so everything is reported as new.`]
      : [
          ...(fresh.length > 0
            ? [
                `${names(fresh)} ${fresh.length === 1 ? "was" : "were"} never deployed: everything in it is new; the report shows only what differs from the base.`,
              ]
            : []),
          `${names(compared)}: ${SYNTHESIS_NOTE}`,
        ];
  return [
    ...unplanned
      .filter(({ failed }) => !failed)
      .map(({ stack, why }) => `${stack.name} can't be planned yet: ${why}`),
    ...(compared.length > 0 ? reported : []),
    ...(silent.length > 0 ? [`Changes in ${names(silent)} are not reported; compare with --base.`] : []),
  ];
}
