/**
 * Writes API.md: the library's exports and their doc comments.
 *
 *   npm run api [-- --check]
 *
 * With --check it only says whether API.md is current.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const FILE = join(ROOT, "API.md");
const INTRODUCTION = `<!-- Made by \`npm run api\` from the doc comments in lib: change those. -->

# API reference

What \`cdktf-aks-fleet\` exports, and [\`cdktf-aks-fleet/testing\`](#cdktf-aks-fleettesting) after it.
[docs/constructs.md](docs/constructs.md) says which construct is for what.
`;

/** The pages that TypeDoc makes of the modules, by their names. */
async function pages(): Promise<Readonly<Record<"index" | "testing", string>>> {
  const { Application } = await import("typedoc");
  const out = mkdtempSync(join(tmpdir(), "aks-fleet-api-"));
  try {
    const app = await Application.bootstrapWithPlugins({ options: join(ROOT, "typedoc.json"), out });
    const project = await app.convert();
    if (!project) throw new Error("the library does not compile: run npm run types");
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("see above");
    const page = (name: string) => readFileSync(join(out, `${name}.md`), "utf8");
    return { index: page("index"), testing: page("testing") };
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { index, testing } = await pages();
  const joined = [
    INTRODUCTION,
    index.replace(/^# .*\n+/, ""),
    testing.replace(/^# .*\n/, "# cdktf-aks-fleet/testing\n"),
  ]
    .join("\n")
    .replace(/\]\((?:index|testing)\.md#/g, "](#");
  if (!process.argv.includes("--check")) writeFileSync(FILE, joined);
  else if (readFileSync(FILE, "utf8") !== joined) {
    console.error("API.md is not current: run npm run api, and commit what it writes");
    process.exitCode = 1;
  }
}

void main();
