import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Compiles a program of one file as an app that installed the package would; what the compiler says. */
function compile(source: string): string[] {
  const file = join(ROOT, "readme-example.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    esModuleInterop: true,
    resolveJsonModule: true,
    types: ["node"],
    paths: { "cdktf-aks-fleet": [join(ROOT, "lib/index.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, options.target as ts.ScriptTarget)
      : getSourceFile(name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const examples = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, source]) => source as string);

test("the README's example compiles under strict", () => {
  expect(examples).toHaveLength(1);
  expect(compile(examples[0] as string)).toEqual([]);
}, 60_000);

test("an example with a misspelt prop would not compile", () => {
  expect(compile((examples[0] as string).replace("fleetLocation", "fleetLocaton"))).not.toEqual([]);
}, 60_000);

test("the README's context is one that the app takes", () => {
  const [, json] = /```json\n([\s\S]*?)```/.exec(README) ?? [];
  const { context } = JSON.parse(json as string);
  const { App } = require("cdktf") as typeof import("cdktf");
  const { build } = require("../main") as typeof import("../main");
  expect(() => build(new App({ context: { fleet: { ...context.fleet, entry: "east" } } }))).not.toThrow();
});

test("help names the commands that there are", () => {
  const help = readFileSync(join(ROOT, "help"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const named = [
    ...`${help}\n${README}`.matchAll(
      /npm (?:run )?(start|test|build|types|lint|format|test:watch|diff|bench)\b/g,
    ),
  ].map(([, script]) => script as string);
  expect(named.length).toBeGreaterThan(6);
  for (const script of named) {
    expect(scripts).toHaveProperty([script]);
  }
});
