import { basename, dirname, join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "..");

/**
 * Compiles programs as an app that installed the package would; what the compiler says, after the file's name.
 * @param sources by their file names, in the folder of the package
 */
export function compile(
  sources: Readonly<Record<string, string>>,
  types: readonly string[] = ["node"],
): string[] {
  const files = new Map(Object.entries(sources).map(([name, source]) => [join(ROOT, name), source]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    esModuleInterop: true,
    resolveJsonModule: true,
    types: [...types],
    paths: {
      "cdktf-aks-fleet": [join(ROOT, "lib/index.ts")],
      "cdktf-aks-fleet/testing": [join(ROOT, "lib/testing.ts")],
      "cdktf-aks-fleet/testing/jest": [join(ROOT, "testing/jest.d.ts")],
    },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const source = files.get(name);
    return source === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, source, options.target as ts.ScriptTarget);
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host))
    .map(
      ({ file, messageText }) =>
        `${basename(file?.fileName ?? "")}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

/** The programs of a page, in its order. */
export function programsIn(page: string): string[] {
  return [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, source]) => source as string);
}

/** Runs a program as a module of the folder of the package, with what it imports from beside it. */
export function runProgram(
  source: string,
  beside: Readonly<Record<string, unknown>>,
  load: (module: string) => unknown,
): Record<string, unknown> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const exports: Record<string, unknown> = {};
  const require = (module: string) => (Object.hasOwn(beside, module) ? beside[module] : load(module));
  new Function("require", "exports", "__dirname", outputText)(require, exports, dirname(ROOT));
  return exports;
}
