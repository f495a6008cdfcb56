import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { notedIn, readStacks, type SynthesizedStack } from "./app/synthesized";
import { complaintOf, type TerraformRun, terraform } from "./app/terraform";
import { judge } from "./judge/effects";
import { compare, SYNTHESIS_NOTE } from "./plan/compare";
import { fleetOf } from "./plan/fleet";
import { type Plan, readPlan } from "./plan/plan";
import { secretsIn } from "./plan/stack-secrets";
import { joined, literally } from "./plan/values";
import { type Rendering, type Reported, rendered, withPaths } from "./report";
import type { Environment } from "./terminal/environment";
import { FinalProblem, shorten } from "./terminal/problems";

export interface DiffOptions extends Rendering {
  /** Only these; none: every stack of the app. */
  readonly stacks: readonly string[];
  /** The folder of the synthesized app. */
  readonly out: string;
  /** The folder of the app as it was synthesized before the change, for stacks that can't be planned. */
  readonly base: string | undefined;
}

interface Surroundings {
  readonly environment: Environment;
  readonly complain: (line: string) => void;
}

/** Plans every stack of the synthesized app that can be planned, in order, and reports what the plans do to the fleet. */
export async function diff(options: DiffOptions, surroundings: Surroundings): Promise<Reported> {
  const app = readStacks(options.out, "--out FOLDER");
  const base = options.base === undefined ? undefined : readStacks(options.base, "--base FOLDER");
  const chosen = choose(app, options.stacks);
  const { plans, unplanned } = await planAll(app, chosen, options.out, surroundings);

  const compared = unplanned.filter(({ deployed }) => base !== undefined || !deployed);
  const isCompared = ({ name }: SynthesizedStack) => compared.some(({ stack }) => stack.name === name);
  const isUnplanned = ({ name }: SynthesizedStack) => !plans.some(({ stack }) => stack === name);
  const after = app.filter(isUnplanned);
  const before = base?.filter(isUnplanned) ?? after.filter((stack) => !isCompared(stack));
  const comparison = compare((base ?? []).filter(isCompared), app.filter(isCompared));
  const report = judge([...plans, ...comparison.plans], {
    fleets: [fleetOf(plans, "before", before), fleetOf(plans, "after", after)],
    notes: [...notesOf(plans, app), ...notesOfUnplanned(unplanned, compared, base), ...notedIn(app)],
    unplanned: unplanned
      .filter((one) => one.deployed && !compared.includes(one))
      .map(({ stack }) => stack.name),
  });
  return rendered(report, options);
}

function choose(app: readonly SynthesizedStack[], names: readonly string[]): readonly SynthesizedStack[] {
  // As cdktf takes them: `'*'`, `'member-*'`.
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
  /** Whether it was deployed before, so that not all of it is new. */
  readonly deployed: boolean;
}

async function planAll(
  app: readonly SynthesizedStack[],
  chosen: readonly SynthesizedStack[],
  out: string,
  { environment, complain }: Surroundings,
): Promise<{ plans: Plan[]; unplanned: Unplanned[] }> {
  const plans: Plan[] = [];
  const unplanned: Unplanned[] = [];
  const states = new Map<string, Promise<boolean>>();
  const isDeployed = (name: string): Promise<boolean> => {
    const state = states.get(name) ?? hasState(name, join(out, "stacks", name), environment);
    states.set(name, state);
    return state;
  };
  for (const stack of chosen) {
    const { name } = stack;
    const needed = app.filter((other) => stack.dependencies.includes(other.name));
    const deployed = await isDeployed(name);
    const missing: string[] = [];
    for (const other of needed) {
      if (!(await isDeployed(other.name))) missing.push(other.name);
    }
    if (missing.length > 0) {
      unplanned.push({ stack, why: `deploy ${joined(missing)} first.`, deployed });
      continue;
    }
    complain(`planning ${name} ...`);
    const { plan, problem } = await planOne(stack, join(out, "stacks", name), environment);
    if (plan) {
      plans.push(plan);
      continue;
    }
    // What a stack reads of those before it may come with what waits there.
    const waiting = changing(plans, stack);
    if (waiting.length === 0) throw new FinalProblem(`The plan of ${name} failed: ${problem}`);
    unplanned.push({
      stack,
      why: `deploy what waits in ${joined(waiting)} first. (${problem})`,
      deployed,
    });
  }
  return { plans, unplanned };
}

/** Whether a stack was ever deployed. Its folder is then ready for a plan. */
async function hasState(name: string, folder: string, environment: Environment): Promise<boolean> {
  const init = await terraform(["init", "-input=false", "-no-color"], folder, environment);
  if (init.status !== 0) {
    throw new FinalProblem(`The stack ${name} can't be initialized: ${shorten(complaintOf(init))}`);
  }
  const list = await terraform(["state", "list", "-no-color"], folder, environment);
  if (list.status === 0) return list.stdout.trim() !== "";
  if (/No state file was found/i.test(list.stderr)) return false;
  throw new FinalProblem(`The state of ${name} can't be read: ${shorten(complaintOf(list))}`);
}

async function planOne(
  stack: SynthesizedStack,
  folder: string,
  environment: Environment,
): Promise<{ plan?: Plan; problem?: string }> {
  // What fails may be told with the values that it failed for.
  const problemOf = (run: TerraformRun) => ({
    problem: shorten(secretsIn(stack).cleanText(complaintOf(run))),
  });
  // A plan holds secrets in clear: nothing of it stays.
  const scratch = await mkdtemp(join(tmpdir(), "aks-fleet-plan-"));
  const file = join(scratch, "plan");
  try {
    const plan = ["plan", "-input=false", "-no-color", "-lock-timeout=2m", `-out=${file}`];
    const planned = await terraform(plan, folder, environment);
    if (planned.status !== 0) return problemOf(planned);
    const shown = await terraform(["show", "-json", file], folder, environment);
    if (shown.status !== 0) return problemOf(shown);
    return { plan: withPaths(readPlan(shown.stdout, stack.name, `the plan of ${stack.name}`), [stack]) };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The stacks that a stack depends on, and whose plans change something. */
function changing(plans: readonly Plan[], { dependencies }: SynthesizedStack): string[] {
  return plans
    .filter(({ changes }) => changes.some(({ action }) => action !== "no-op" && action !== "read"))
    .flatMap(({ stack }) => (dependencies.includes(stack) ? [stack] : []));
}

function notesOf(plans: readonly Plan[], app: readonly SynthesizedStack[]): string[] {
  return app
    .filter(({ name }) => plans.some(({ stack }) => stack === name))
    .flatMap((stack) => {
      const waiting = changing(plans, stack);
      return waiting.length === 0
        ? []
        : [`The plan of ${stack.name} is what it would do today, before what waits in ${joined(waiting)}.`];
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
  const told =
    base === undefined
      ? [`Of ${names(compared)}, never deployed, everything is told as new.`]
      : [
          ...(fresh.length > 0
            ? [
                `${names(fresh)} ${fresh.length === 1 ? "was" : "were"} never deployed: all of it is new, and told is what differs from the base.`,
              ]
            : []),
          `Of ${names(compared)}: ${SYNTHESIS_NOTE}`,
        ];
  return [
    ...unplanned.map(({ stack, why }) => `${stack.name} can't be planned yet: ${why}`),
    ...(compared.length > 0 ? told : []),
    ...(silent.length > 0 ? [`What changes in ${names(silent)} is not told; --base would compare.`] : []),
  ];
}
