import { join } from "node:path";
import { readStacks, type SynthesizedStack } from "./app/synthesized";
import { terraformAloud } from "./app/terraform";
import type { CommandContext } from "./context";
import { checkedKey, isSameDigest, KEY_VARIABLE } from "./plan/digest";
import { joined } from "./plan/values";
import { FinalProblem } from "./terminal/problems";
import { digestIn, folderOf, initialize, makePlan, withScratch } from "./terraform-plan";

export interface Approval {
  readonly stack: string;
  readonly digest: string;
}

export interface DeployOptions {
  readonly approved: readonly Approval[];
  /** The folder of the synthesized app. */
  readonly out: string;
}

/** How long Terraform waits for the state lock: another deployment may hold it. */
const LOCK = "-lock-timeout=10m";
/** How many stacks are worked on in parallel. */
const AT_ONCE = 4;

/**
 * Plans stacks again, compares the plans with what was approved, and applies exactly these plans. If one differs or can't be
 * made, nothing is applied. 0: applied; 3: refused.
 */
export async function deploy(
  { approved, out }: DeployOptions,
  { environment, print, complain }: Pick<CommandContext, "environment" | "print" | "complain">,
): Promise<0 | 3> {
  const { [KEY_VARIABLE]: given } = environment;
  if (!given)
    throw new FinalProblem(`${KEY_VARIABLE} is not set: it must hold the key of the approved digests.`);
  const key = checkedKey(given);
  const stacks = chosenOf(readStacks(out, "--out FOLDER"), approved);

  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await withScratch(async (scratch) => {
      const fileOf = ({ name }: SynthesizedStack) => join(scratch, `${name}.plan`);
      const planned = await limited(stacks, async (stack) => {
        const { name } = stack;
        const folder = folderOf(out, name);
        complain(`planning ${name} ...`);
        await initialize(name, folder, environment);
        const { text, problem } = await makePlan(stack, fileOf(stack), LOCK, { folder, environment });
        if (text === undefined) throw new FinalProblem(`The plan of ${name} failed: ${problem}`);
        return { name, digest: digestIn(folder, name, text, key) };
      });
      const plans = valuesOf(planned, "Nothing was changed.");
      const differing = plans
        .filter(
          ({ name, digest }) =>
            !approved.some((one) => one.stack === name && isSameDigest(one.digest, digest)),
        )
        .map(({ name }) => name);
      if (differing.length > 0) {
        complain(
          `aks-fleet: ${joined(differing)}: the plan is not what was approved. Nothing was changed. Plan again, and approve the new plan.`,
        );
        return 3;
      }
      const applied = await limited(stacks, async (stack) => {
        const { name } = stack;
        if (stop.signal.aborted)
          throw new FinalProblem(`${name} was not applied: the deployment was stopped first.`);
        complain(`applying ${name} ...`);
        const apply = ["apply", "-input=false", "-no-color", LOCK, fileOf(stack)];
        const say = (line: string) => print(`${name}: ${line}`.trimEnd());
        const status = await terraformAloud(apply, folderOf(out, name), environment, say, stop.signal);
        if (status !== 0) throw new FinalProblem(`${name} was applied only in part; see the error above.`);
      });
      valuesOf(applied, "What was applied stays applied. Plan again for the rest.");
      return 0;
    });
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Stacks that are approved together: none may change what another was planned with. */
function chosenOf(app: readonly SynthesizedStack[], approved: readonly Approval[]): SynthesizedStack[] {
  const names = approved.map(({ stack }) => stack);
  const unknown = names.filter((name) => !app.some((stack) => stack.name === name));
  if (unknown.length > 0) {
    throw new FinalProblem(
      `The app has no stack ${joined(unknown)}: its stacks are ${joined(app.map(({ name }) => name))}.`,
    );
  }
  const stacks = app.filter(({ name }) => names.includes(name));
  for (const { name, dependencies } of stacks) {
    const first = dependencies.filter((one) => names.includes(one));
    if (first.length > 0) {
      throw new FinalProblem(
        `${name} depends on ${joined(first)}: deploy ${joined(first)} first, then plan ${name} again and approve the new plan.`,
      );
    }
  }
  return stacks;
}

/** Works on several stacks in parallel. */
function limited<T>(
  stacks: readonly SynthesizedStack[],
  work: (stack: SynthesizedStack) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const waiting: (() => void)[] = [];
  let free = AT_ONCE;
  const run = async (stack: SynthesizedStack) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(stack);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
  return Promise.allSettled(stacks.map(run));
}

function valuesOf<T>(results: readonly PromiseSettledResult<T>[], last: string): T[] {
  const reasons = results.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const strange = reasons.find((one) => !(one instanceof FinalProblem));
  if (strange) throw strange;
  if (reasons.length > 0) {
    throw new FinalProblem(`${reasons.map((one: Error) => one.message).join("\n")}\n${last}`);
  }
  return results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
