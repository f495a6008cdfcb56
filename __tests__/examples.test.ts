import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkSynthesized, describeConformance } from "./conformance";
import { readable } from "./readable";
import { readStack } from "./synth";

const ROOT = join(__dirname, "..");
const EXAMPLES = readdirSync(join(ROOT, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .sort();

const LINKED = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/\]\(examples\/(.*?)\)/g)].map(
  ([, example]) => example,
);

/** Runs an example as `cdktf synth` does: in the folder of the package, with a folder for what comes out. */
function run<T>(example: string, read: (outdir: string, stacks: string[]) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-"));
  process.env.CDKTF_OUTDIR = outdir;
  try {
    jest.isolateModules(() => void require(join(ROOT, "examples", example)));
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    return read(outdir, Object.keys(stacks));
  } finally {
    delete process.env.CDKTF_OUTDIR;
    rmSync(outdir, { recursive: true });
  }
}

describe.each(EXAMPLES)("%s", (example) => {
  test("synthesizes what is expected", () => {
    run(example, (outdir, stacks) => {
      for (const stack of stacks) {
        // As YAML, which is half as long as what Jest writes.
        expect(stringify(readable(readStack(outdir, stack)))).toMatchSnapshot(stack);
      }
    });
  });

  test("is a complete app of under 80 lines, in the README's table", () => {
    const lines = readFileSync(join(ROOT, "examples", example), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThan(80);
    expect(LINKED).toContain(example);
  });
});

describeConformance("the examples", () => {
  test.each(EXAMPLES)("%s is what providers, Azure and the fleet take", (example) => {
    expect(run(example, (outdir) => checkSynthesized(outdir))).toEqual([]);
  });
});
