/**
 * How long things take, beside the least that an app of CDKTF takes, and beside the same resources written by hand. No test
 * depends on it. It writes RESULTS.md.
 *
 *   npm run bench
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { members } from "./fleet";
import { measure, type Program, type Taken } from "./measure";
import { writePlan } from "./plan";

const ROOT = join(__dirname, "..");
const COMMAND = join(ROOT, "dist/lib/command/main.js");

interface Measurement {
  readonly what: string;
  readonly taken: Taken;
  /** What loading cdktf took beside it. */
  readonly floor: Taken;
  /** What the same by hand took beside it. */
  readonly byHand?: Taken;
  /** Bytes of what it wrote. */
  readonly bytes?: number;
  readonly goal?: string;
}

interface Size {
  readonly count: number;
  readonly how: "peerings" | "peered" | "virtualNetworkManager";
  readonly goal?: string;
}

const SIZES: readonly Size[] = [
  { count: 2, how: "peerings", goal: "2.2 × cdktf" },
  { count: 10, how: "peerings" },
  { count: 50, how: "peerings", goal: "3 s, 300 MB, 5 MB written" },
  { count: 200, how: "peered" },
  { count: 200, how: "virtualNetworkManager" },
];
const HOW = {
  peerings: "each network peered with each",
  peered: "their networks reach each other already",
  virtualNetworkManager: "by a network manager",
};

/** A program of this folder, or of the repository's, bundled as an app of users is. */
function bundled(source: string): string {
  const outfile = join(ROOT, "dist/bench", source.replace(/^.*\//, "").replace(/\.ts$/, ".js"));
  buildSync({
    entryPoints: [join(ROOT, source)],
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    outfile,
    logLevel: "warning",
  });
  return outfile;
}

// The command as it runs where the package is installed: built, without the sources beside it.
execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });

const FLOOR: Program = { args: [bundled("bench/floor.ts")] };

/** What a program takes, beside loading cdktf. */
function program(what: string, args: readonly string[], goal?: string, environment = {}): Measurement {
  const [floor, taken] = measure(FLOOR, { args, environment }) as [Taken, Taken];
  return { what, taken, floor, goal };
}

function synthesis(folder: string): Measurement[] {
  const environment = { CDKTF_OUTDIR: join(folder, "app") };
  const [infra, flat] = [bundled("bench/infra-app.ts"), bundled("bench/flat-app.ts")];
  const ofStack = SIZES.map(({ count, how, goal }) => {
    const [floor, byHand, taken] = measure(
      FLOOR,
      { args: [flat, String(count), how], environment },
      { args: [infra, String(count), how], environment },
    ) as [Taken, Taken, Taken];
    const { size: bytes } = statSync(join(environment.CDKTF_OUTDIR, "stacks/infra/cdk.tf.json"));
    return { what: `InfraStack of ${count} members: ${HOW[how]}`, taken, floor, byHand, bytes, goal };
  });
  const own = "the app of this repository: two members, every stack";
  return [
    program("loading cdktf", FLOOR.args),
    program(own, [bundled("main.ts")], undefined, environment),
    ...ofStack,
  ];
}

async function command(folder: string): Promise<Measurement[]> {
  const plan = join(folder, "plan.json");
  const megabytes = Math.round(writePlan(plan));
  const preview = join(folder, "preview");
  execFileSync(process.execPath, [bundled("bench/preview.ts"), preview]);
  return [
    program("--help", [COMMAND, "--help"], "0.15 s"),
    ...["markdown", "text", "json"].map((format) =>
      program(
        `report, ${format}, of a plan of 2,000 resources (${megabytes} MB)`,
        [COMMAND, "report", `infra=${plan}`, "--format", format],
        "1 s, 250 MB",
      ),
    ),
    await status(folder),
    program("preview of 100 members, 50 placements, 500 objects", [COMMAND, "preview", preview], "1 s"),
  ];
}

/** Servers on this machine answer; none is asked for a token. */
async function status(folder: string): Promise<Measurement> {
  const servers = spawn(process.execPath, [bundled("bench/status-servers.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await Promise.race([once(servers.stdout, "data"), once(servers, "exit")]);
    const kubeconfigs = members.map(({ name }) => `${name}=${join(folder, "member")}`);
    const args = [join(folder, "hub"), ...kubeconfigs].flatMap((one) => ["--kubeconfig", one]);
    return program("status of 100 members", [COMMAND, "status", ...args]);
  } finally {
    servers.kill();
  }
}

function model(): Measurement[] {
  return [
    program(
      "all of 50 placements, 500 objects, 100 members",
      [bundled("bench/fleet-model.ts")],
      "1 s, 200 MB",
    ),
    program("the clusters that 50 placements choose of 100", [bundled("bench/schedule.ts")], "0.5 s"),
  ];
}

function table(measurements: readonly Measurement[]): string {
  const times = (one: Taken, other: Taken | undefined) =>
    other ? `${(one.seconds / other.seconds).toFixed(2)} ×` : "";
  const lines = measurements.map(({ what, taken, floor, byHand, bytes, goal = "" }) => [
    what,
    `${taken.seconds.toFixed(2)} s`,
    times(taken, floor),
    times(taken, byHand),
    `${Math.round(taken.megabytes)} MB`,
    bytes === undefined ? "" : `${(bytes / 1e6).toFixed(2)} MB`,
    goal,
  ]);
  const head = ["", "CPU", "of cdktf", "of the same by hand", "memory", "written", "at most"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function versions(): string {
  const version = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  const packages = ["cdktf", "constructs", "@cdktf/provider-azurerm"].map((one) => `${one} ${version(one)}`);
  return [`Node ${process.versions.node}`, ...packages].join(", ");
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-bench-"));
  try {
    const [first] = cpus();
    const page = `# What things take

Written by \`npm run bench\`: of five runs the one in the middle, each in a process of its own. Times are of the processor;
"of cdktf" is beside loading that, which every app of it does first.

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${first?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; ${versions()}.

## Synthesis

${table(synthesis(folder))}

## \`aks-fleet\`

${table(await command(folder))}

## The model of the fleet

${table(model())}
`;
    writeFileSync(join(ROOT, "bench/RESULTS.md"), page);
    console.log(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
