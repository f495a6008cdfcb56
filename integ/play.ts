import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { IntegApp } from "./apps";
import { stacksInOrder } from "./stacks";
import { runStep, type Step } from "./steps";

const ROOT = join(__dirname, "..");
/** What apps read of the folder that they are started in. */
const READ_BY_APPS = ["examples", "aks-store-demo.yaml"];

export interface Play {
  readonly app: IntegApp;
  /** Writes `cdktf.out` into the folder. */
  readonly synth: Step;
  /** Where it is played: its state is there, too. */
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Whether somebody wants this to end. */
  readonly isStopped: () => boolean;
}

/** Synthesizes an app in a folder, as the run's own. */
export function synthesis({ program }: IntegApp, run: string, folder: string): Step {
  return {
    name: "synth",
    command: join(ROOT, "node_modules/.bin/tsx"),
    args: ["--tsconfig", join(ROOT, "tsconfig.json"), join(ROOT, "integ/app.ts"), join(ROOT, program)],
    environment: { INTEG_RUN: run, CDKTF_OUTDIR: join(folder, "cdktf.out") },
  };
}

/** Deploys an app, looks whether it is as it should be, and destroys it, whatever happened. @returns what went wrong */
export async function play(play: Play): Promise<string[]> {
  const wrong: string[] = [];
  try {
    await deployAndLook(play);
  } catch (error) {
    wrong.push((error as Error).message);
  }
  return [...wrong, ...(await destroy(play))];
}

async function deployAndLook(play: Play): Promise<void> {
  const { app, synth, folder } = play;
  mkdirSync(folder, { recursive: true });
  for (const name of READ_BY_APPS.filter((one) => !existsSync(join(folder, one)))) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  await step(play, synth);
  const stacks = stacksInOrder(join(folder, "cdktf.out"));
  for (const stack of stacks) {
    await step(play, terraform(stack, "init", "-input=false"));
    await step(play, terraform(stack, "apply", "-auto-approve", "-input=false"));
  }
  for (const stack of stacks) {
    // Fails with 2 where there is anything to do.
    await step(play, terraform(stack, "plan", "-detailed-exitcode", "-input=false"));
  }
  const status = JSON.parse(await step(play, fleet("status", "status", "--json"))) as {
    fleets: { problems: unknown[] }[];
  };
  const problems = status.fleets.flatMap((one) => one.problems);
  if (problems.length > 0) {
    throw new Error(`status: ${JSON.stringify(problems)}`);
  }
  for (const service of app.isPublic ? await servicesOf(play, stacks) : []) {
    await step(play, fleet(`verify ${service}`, "verify", service));
  }
}

/** Destroys what a play has deployed, the last first; once more where that fails, without waiting for clusters. @returns what is wrong */
export async function destroy(play: Play): Promise<string[]> {
  const { folder, say } = play;
  if (!existsSync(join(folder, "cdktf.out/manifest.json"))) {
    return [];
  }
  const wrong: string[] = [];
  // Without `init` nothing was made.
  const made = stacksInOrder(join(folder, "cdktf.out"))
    .reverse()
    .filter((stack) => existsSync(join(folder, "cdktf.out/stacks", stack, ".terraform")));
  for (const stack of made) {
    const once = terraform(stack, "destroy", "-auto-approve", "-input=false");
    try {
      await runStep(folder, once, say).catch(() =>
        runStep(folder, { ...once, environment: { AKS_FLEET_SKIP_DRAIN: "1" } }, say),
      );
    } catch (error) {
      wrong.push((error as Error).message);
    }
  }
  return wrong;
}

async function step(play: Play, one: Step): Promise<string> {
  if (play.isStopped()) {
    throw new Error(`${one.name}: not begun, since this was stopped`);
  }
  return await runStep(play.folder, one, play.say);
}

function terraform(stack: string, verb: string, ...args: string[]): Step {
  return {
    name: `${stack} ${verb}`,
    command: "terraform",
    args: [`-chdir=cdktf.out/stacks/${stack}`, verb, "-no-color", ...args],
  };
}

function fleet(name: string, ...args: string[]): Step {
  return { name, command: process.execPath, args: [join(ROOT, "bin/aks-fleet.js"), ...args] };
}

/** The Services that have an address: what the stacks tell the command. */
async function servicesOf(play: Play, stacks: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const stack of stacks.filter((name) => name.startsWith("member-"))) {
    const output = { ...terraform(stack, "output", "-json", "aks_fleet"), name: `${stack} output` };
    const { services } = JSON.parse(await step(play, output)) as {
      services: { namespace: string; name: string }[];
    };
    found.push(...services.map(({ namespace, name }) => `${namespace}/${name}`));
  }
  return found;
}
