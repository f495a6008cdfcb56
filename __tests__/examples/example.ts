import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FleetSimulation } from "cdktf-aks-fleet/testing";

export const EXAMPLES = join(__dirname, "../../examples");

/** Runs an example as `cdktf synth` does: in the folder of the package, with a folder for what comes out. */
export function run<T>(example: string, read: (outdir: string, stacks: string[]) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-"));
  process.env.CDKTF_OUTDIR = outdir;
  try {
    jest.isolateModules(() => void require(join(EXAMPLES, example)));
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    return read(outdir, Object.keys(stacks));
  } finally {
    delete process.env.CDKTF_OUTDIR;
    rmSync(outdir, { recursive: true });
  }
}

/** The fleet of an example. */
export function fleetOf(example: string): FleetSimulation {
  return run(example, (outdir) => FleetSimulation.fromSynth(outdir));
}
