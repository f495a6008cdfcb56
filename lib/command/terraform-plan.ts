import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SynthesizedStack } from "./app/synthesized";
import { complaintOf, type TerraformRun, terraform } from "./app/terraform";
import { digestOf } from "./plan/digest";
import { secretsIn } from "./plan/stack-secrets";
import type { Environment } from "./terminal/environment";
import { FinalProblem, shorten } from "./terminal/problems";

/** A plan holds secrets in plain text: it is kept in a folder only its owner can read, which is then deleted. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), "aks-fleet-plan-"));
  try {
    return await use(scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

export function folderOf(out: string, stack: string): string {
  return join(out, "stacks", stack);
}

/** Initializes a stack's folder for planning. */
export async function initialize(name: string, folder: string, environment: Environment): Promise<void> {
  const init = await terraform(["init", "-input=false", "-no-color"], folder, environment);
  if (init.status !== 0) {
    throw new FinalProblem(`The stack ${name} can't be initialized: ${shorten(complaintOf(init))}`);
  }
}

export interface Made {
  /** The plan from `terraform show -json`; undefined: it failed with `problem`. */
  readonly text?: string;
  readonly problem?: string;
}

/** Plans an initialized stack into a file. `lock` are Terraform's options for the state lock. */
export async function makePlan(
  stack: SynthesizedStack,
  file: string,
  lock: "-lock=false" | `-lock-timeout=${string}`,
  { folder, environment }: { readonly folder: string; readonly environment: Environment },
): Promise<Made> {
  // An error message may contain secret values.
  const problemOf = (run: TerraformRun): Made => ({
    problem: shorten(secretsIn(stack).cleanText(complaintOf(run))),
  });
  const planned = await terraform(
    ["plan", "-input=false", "-no-color", lock, `-out=${file}`],
    folder,
    environment,
  );
  if (planned.status !== 0) return problemOf(planned);
  const shown = await terraform(["show", "-json", file], folder, environment);
  return shown.status === 0 ? { text: shown.stdout } : problemOf(shown);
}

/** The digest of a plan made in this folder, and of everything else that determines what applying it does. */
export function digestIn(folder: string, stack: string, plan: string, key: string): string {
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
  const [configuration, providers] = [read("cdk.tf.json"), read(".terraform.lock.hcl")];
  return digestOf({ stack, plan, configuration, providers }, key);
}
