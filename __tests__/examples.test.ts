import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkSynthesized, describeConformance } from "./conformance";
import { run } from "./examples/example";
import { readable } from "./readable";
import { readStack } from "./synth";

const ROOT = join(__dirname, "..");
const EXAMPLES = readdirSync(join(ROOT, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .sort();

const LINKED = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/\]\(examples\/(.*?)\)/g)].map(
  ([, example]) => example,
);

describe.each(EXAMPLES)("%s", (example) => {
  test("synthesizes what is expected", () => {
    run(example, (outdir, stacks) => {
      for (const stack of stacks) {
        // As YAML, which is half as long as what Jest writes.
        expect(stringify(readable(readStack(outdir, stack)))).toMatchSnapshot(stack);
      }
    });
  });

  test("has tests of its own, of the fleet that comes of it", () => {
    expect(existsSync(join(__dirname, "examples", example.replace(".ts", ".test.ts")))).toBe(true);
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
