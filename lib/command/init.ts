import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { FinalProblem } from "./terminal/problems";
import { packageFolder } from "./version";

/** Files of the package that a new app starts with, and their names there. */
const FILES: Readonly<Record<string, string>> = {
  "templates/main.ts": "main.ts",
  "templates/shop.yaml": "shop.yaml",
  "templates/fleet.test.ts": "fleet.test.ts",
  "templates/cdktf.json": "cdktf.json",
  "templates/tsconfig.json": "tsconfig.json",
  // npm excludes .gitignore from packages.
  "templates/gitignore": ".gitignore",
};

/** The workflows for pull requests and deployments, and the scripts they run: docs/deploying.md. */
const WORKFLOWS = [
  ".ci/comment",
  ".ci/deploy",
  ".ci/report",
  ".ci/stage",
  ".ci/verdict",
  ".github/workflows/deploy.yml",
  ".github/workflows/diff.yml",
];

/** Creates a small app in a folder, ready to synthesize and test; returns what to print. */
export function init(folder: string): string[] {
  const app = resolve(folder);
  const from = packageFolder();
  const files: [source: string, target: string][] = [
    ...Object.entries(FILES),
    ...WORKFLOWS.map((file): [string, string] => [file, file]),
  ];
  const targets = ["package.json", ...files.map(([, target]) => target)];
  const there = targets.filter((target) => existsSync(join(app, target)));
  if (there.length > 0) {
    throw new FinalProblem(
      `${folder} already holds ${there.join(", ")}; nothing was written. Choose another folder (npx cdktf-aks-fleet init FOLDER), or add the library to this app: docs/getting-started.md.`,
    );
  }
  for (const [source, target] of files) {
    mkdirSync(dirname(join(app, target)), { recursive: true });
    copy(join(from, source), join(app, target));
  }
  writeFileSync(join(app, "package.json"), `${JSON.stringify(packageOf(app, from), null, 2)}\n`);
  const shown = relative(process.cwd(), app);
  return [
    `${targets.length} files in ${shown || "this folder"}. Next:`,
    ...(shown ? [`  cd ${shown}`] : []),
    "  npm install",
    "  npm start      # synthesizes the app and prints what would be created",
    "  npm test       # types, and tests that simulate the loss of a region",
    "  npx aks-fleet preview",
    "  npx cdktf deploy '*'    # after az login; docs/getting-started.md",
  ];
}

/** Scripts start the command from this repository's path; an app has it in node_modules. */
function copy(source: string, target: string): void {
  if (!source.includes(".ci")) {
    copyFileSync(source, target);
    return;
  }
  const script = readFileSync(source, "utf8");
  writeFileSync(
    target,
    script.replaceAll("node bin/aks-fleet.js", "node node_modules/cdktf-aks-fleet/bin/aks-fleet.js"),
    { mode: statSync(source).mode },
  );
}

function packageOf(app: string, from: string): object {
  const own = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  const { cdk8s: _optional, ...peers } = own.peerDependencies;
  return {
    name:
      basename(app)
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "") || "fleet",
    version: "0.0.0",
    private: true,
    scripts: {
      app: "tsx main.ts",
      start: "tsx main.ts && aks-fleet show",
      test: "tsc && vitest run",
      diff: "npm run --silent app && aks-fleet diff",
    },
    dependencies: { [own.name]: `^${own.version}`, ...peers },
    devDependencies: {
      "@types/node": "^20",
      "cdktf-cli": peers.cdktf,
      tsx: "^4",
      // Also loaded by ts-node and ts-jest.
      typescript: "~5.9",
      vitest: "^3",
    },
  };
}
