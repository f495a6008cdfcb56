/**
 * For maintainers with a subscription: deploys main.ts and each example, plans again, verifies, destroys, and lists what is left.
 *
 *   npm run integ [-- NAME…] [--parallel N] [--run ID]
 *   npm run integ -- --destroy --run ID      destroys what an interrupted run has left
 *
 * integ/README.md says more.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allApps, appsCalled, type IntegApp } from "./apps";
import { groupsLeft } from "./left";
import { destroy, type Play, play, synthesis } from "./play";
import { interruptAll } from "./steps";

const RUNS = join(__dirname, "../.integ");

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      parallel: { type: "string", default: "1" },
      run: { type: "string", default: `i${Date.now().toString(36)}` },
      destroy: { type: "boolean", default: false },
    },
  });
  const { run } = values;
  // Part of names of resource groups and of DNS names.
  if (!/^[a-z0-9]{1,12}$/.test(run)) {
    throw new Error(`--run ${run}: has 1 to 12 lower-case letters and digits.`);
  }
  const width = Number(values.parallel);
  if (!Number.isInteger(width) || width < 1) {
    throw new Error(`--parallel ${values.parallel}: is a number of apps, 1 or more.`);
  }
  const folder = join(RUNS, run);
  const apps = values.destroy ? playedIn(folder) : appsCalled(positionals);

  let stopped = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      console.error(
        stopped ? "Already stopping: what was made is being destroyed." : "Stopping, then destroying.",
      );
      if (!stopped) {
        stopped = true;
        interruptAll();
      }
    });
  }

  console.log(`Run ${run}: ${apps.map(({ name }) => name).join(", ")}`);
  const wrong: string[] = [];
  const waiting = [...apps];
  const worker = async (): Promise<void> => {
    for (let app = waiting.shift(); app; app = waiting.shift()) {
      const { name } = app;
      const own = join(folder, name);
      const one: Play = {
        app,
        synth: synthesis(app, run, own),
        folder: own,
        say: (line) => console.log(`${name}: ${line}`),
        isStopped: () => stopped,
      };
      const found = await (values.destroy ? destroy(one) : play(one));
      wrong.push(...found.map((text) => `${name}: ${text}`));
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, apps.length) }, worker));

  try {
    for (const group of await groupsLeft(folder, run, () => undefined)) {
      wrong.push(`left: ${group}; az group delete --yes --ids ${group}`);
    }
  } catch (error) {
    wrong.push(`What is left could not be seen: ${(error as Error).message}`);
  }
  for (const text of wrong) {
    console.error(`\n${text}`);
  }
  console.log(
    wrong.length === 0 ? "Everything was in order, and nothing is left." : `\n${wrong.length} went wrong.`,
  );
  return wrong.length === 0 ? 0 : 1;
}

/** The apps that a run has begun. */
function playedIn(folder: string): IntegApp[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return allApps().filter(({ name }) => names.includes(name));
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
