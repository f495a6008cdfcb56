import { spawnSync } from "node:child_process";

/** CPU time and peak memory. */
export interface Taken {
  readonly seconds: number;
  readonly megabytes: number;
}

const RUNS = 5;

/** Reports what a program took when it ends. */
const TELL = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const taken = { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 };
  require("node:fs").writeSync(3, JSON.stringify(taken));
});`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module"; const require = createRequire(process.cwd() + "/"); ${TELL}`)}`;

export interface Program {
  readonly args: readonly string[];
  readonly environment?: Record<string, string>;
}

/** Medians of five runs of each Node program. They take turns, so other load on the machine affects all of them equally. */
export function measure(...programs: readonly Program[]): Taken[] {
  const runs = programs.map((): Taken[] => []);
  for (let run = 0; run < RUNS; run += 1) {
    programs.forEach((program, index) => {
      runs[index]?.push(once(program));
    });
  }
  const middle = (all: readonly Taken[], what: keyof Taken) =>
    all.map((one) => one[what]).sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number;
  return runs.map((all) => ({ seconds: middle(all, "seconds"), megabytes: middle(all, "megabytes") }));
}

function once({ args, environment = {} }: Program): Taken {
  const { status, stderr, output } = spawnSync(process.execPath, ["--import", PRELOAD, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  // A report's 2 says that something changes.
  if (status !== 0 && status !== 2) {
    throw new Error(`${args.join(" ")} failed:\n${stderr}`);
  }
  return JSON.parse(output[3] ?? "") as Taken;
}
