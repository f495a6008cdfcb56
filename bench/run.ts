/**
 * Benchmarks, relative to loading cdktf and to the same resources written by hand. No test depends on them. Writes RESULTS.md.
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

/** Limits were set in seconds on a machine where loading cdktf takes this long. As multiples of it they hold on any machine. */
const REFERENCE_SECONDS = 0.19;
const seconds = (limit: number) => `${(limit / REFERENCE_SECONDS).toFixed(1)} × cdktf`;

const ROOT = join(__dirname, "..");
const COMMAND = join(ROOT, "dist/lib/command/main.js");

interface Measurement {
  readonly what: string;
  readonly taken: Taken;
  /** Loading cdktf. */
  readonly floor: Taken;
  /** The same resources written by hand. */
  readonly byHand?: Taken;
  /** What it wrote. */
  readonly bytes?: number;
  readonly limit?: string;
}

interface Size {
  readonly count: number;
  readonly how: "peerings" | "peered" | "virtualNetworkManager";
  readonly limit?: string;
}

const SIZES: readonly Size[] = [
  { count: 2, how: "peerings", limit: "2.2 × cdktf" },
  { count: 10, how: "peerings" },
  { count: 50, how: "peerings", limit: `${seconds(3)}, 300 MB, 5 MB written` },
  { count: 200, how: "peered" },
  { count: 200, how: "virtualNetworkManager" },
];
const HOW = {
  peerings: "each network peered with every other",
  peered: "networks already connected",
  virtualNetworkManager: "network manager",
};

/** Bundles a program, as users bundle their apps. */
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

// The command as the package has it: built.
execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });

const FLOOR: Program = { args: [bundled("bench/floor.ts")] };

/** Measures a program, interleaved with loading cdktf. */
function program(what: string, args: readonly string[], limit?: string, environment = {}): Measurement {
  const [floor, taken] = measure(FLOOR, { args, environment }) as [Taken, Taken];
  return { what, taken, floor, limit };
}

function synthesis(folder: string): Measurement[] {
  const environment = { CDKTF_OUTDIR: join(folder, "app") };
  const [infra, flat] = [bundled("bench/infra-app.ts"), bundled("bench/flat-app.ts")];
  const ofStack = SIZES.map(({ count, how, limit }) => {
    const [floor, byHand, taken] = measure(
      FLOOR,
      { args: [flat, String(count), how], environment },
      { args: [infra, String(count), how], environment },
    ) as [Taken, Taken, Taken];
    const { size: bytes } = statSync(join(environment.CDKTF_OUTDIR, "stacks/infra/cdk.tf.json"));
    return { what: `InfraStack of ${count} members: ${HOW[how]}`, taken, floor, byHand, bytes, limit };
  });
  const own = "this repository's app: two members, all stacks";
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
    program("--help", [COMMAND, "--help"], seconds(0.15)),
    ...["markdown", "text", "json"].map((format) =>
      program(
        `report, ${format}, of a plan of 2,000 resources (${megabytes} MB)`,
        [COMMAND, "report", `infra=${plan}`, "--format", format],
        `${seconds(1)}, 250 MB`,
      ),
    ),
    await status(folder),
    program("preview of 100 members, 50 placements, 500 objects", [COMMAND, "preview", preview], seconds(1)),
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
      "50 placements, 500 objects, 100 members",
      [bundled("bench/fleet-model.ts")],
      `${seconds(1)}, 200 MB`,
    ),
    program("scheduling of 50 placements on 100 members", [bundled("bench/schedule.ts")], seconds(0.5)),
  ];
}

function table(measurements: readonly Measurement[]): string {
  const times = (one: Taken, other: Taken | undefined) =>
    other ? `${(one.seconds / other.seconds).toFixed(2)} ×` : "";
  const lines = measurements.map(({ what, taken, floor, byHand, bytes, limit = "" }) => [
    what,
    `${taken.seconds.toFixed(2)} s`,
    times(taken, floor),
    times(taken, byHand),
    `${Math.round(taken.megabytes)} MB`,
    bytes === undefined ? "" : `${(bytes / 1e6).toFixed(2)} MB`,
    limit,
  ]);
  const head = ["", "CPU", "/ cdktf", "/ by hand", "memory", "written", "limit"];
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
    const page = `# Benchmarks

Written by \`npm run bench\`: medians of five runs, each in its own process, interleaved with what they are compared to. Times
are CPU time. "/ cdktf" is a multiple of the time that loading cdktf takes, which every CDKTF app does first; "/ by hand" of the
same resources written by hand. Limits are multiples of loading cdktf; in seconds they were set on a machine where that takes
${REFERENCE_SECONDS} s, so 3 s became ${seconds(3)}.

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${first?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; ${versions()}.

## Synthesis

${table(synthesis(folder))}

## \`aks-fleet\`

${table(await command(folder))}

## Fleet model

${table(model())}
`;
    writeFileSync(join(ROOT, "bench/RESULTS.md"), page);
    console.log(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
