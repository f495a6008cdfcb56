import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "..");
const LIB = join(ROOT, "lib");

/** A folder imports from those above it only, so that data flows one way. */
const FOLDERS = [
  "fleet-api",
  "fleet-model",
  "checks",
  "props",
  "azapi",
  "identity",
  "kubernetes",
  "network",
  "cluster",
  "fleet",
  "hub",
  "access",
  "stacks",
  "command",
  "testing",
];

/**
 * The command's storeys, from the ground up: each imports from those below it only, and what looks at live clusters and what
 * tells of plans know nothing of each other. What is in no folder is the command line, on top.
 */
const STOREYS = [["terminal"], ["client"], ["app"], ["live", "plan"], ["judge"], ["render"], [""]];

/** The command starts fast, and what the model answers holds for any fleet, however it came to be. */
const WITHOUT_CDKTF = ["fleet-api", "fleet-model", "command"];

const FILES = readdirSync(LIB, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));

const sourceOf = (file: string) => readFileSync(join(LIB, file), "utf8");

const imports = FILES.filter((file) => file.includes("/")).flatMap((file) =>
  [...sourceOf(file).matchAll(/\b(?:from|import|require)\b\s*\(?\s*"([^"]+)"/g)].map(([, module]) => ({
    file,
    folder: file.split("/")[0] as string,
    module: module as string,
  })),
);

/** The file of lib that a file imports, if it is one. */
const imported = (file: string, module: string) => {
  const path = posix.join(posix.dirname(file), module);
  return module.startsWith(".")
    ? [`${path}.ts`, `${path}/index.ts`].find((one) => FILES.includes(one))
    : undefined;
};

test("every folder of lib has its place", () => {
  const folders = readdirSync(LIB, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...FOLDERS].sort());
});

test("folders import from those above them only", () => {
  const upwards = imports.filter(({ file, folder, module }) => {
    if (!module.startsWith(".")) return false;
    const other = posix.join(posix.dirname(file), module).split("/")[0] as string;
    return FOLDERS.indexOf(other) > FOLDERS.indexOf(folder);
  });
  expect(upwards).toEqual([]);
});

test("the command's storeys stand on those below", () => {
  const roomOf = (file: string) => /^command\/(?:([\w-]+)\/)?/.exec(file)?.[1] ?? "";
  const storeyOf = (room: string) => STOREYS.findIndex((rooms) => rooms.includes(room));
  const ofCommand = imports.filter(({ folder }) => folder === "command");
  expect(new Set(ofCommand.map(({ file }) => roomOf(file)))).toEqual(new Set(STOREYS.flat()));
  const wrong = ofCommand.filter(({ file, module }) => {
    const other = imported(file, module);
    if (!other?.startsWith("command/")) return false;
    const [from, to] = [roomOf(file), roomOf(other)];
    const isBeside =
      [from, to].includes("live") && ![from, to].includes("") && storeyOf(to) >= storeyOf("live");
    return from !== to && (storeyOf(to) >= storeyOf(from) || isBeside);
  });
  expect(wrong).toEqual([]);
});

/** What a file needs of others of lib when it is loaded: types are nothing then. */
function neededBy(file: string): string[] {
  const source = sourceOf(file).replace(/\/\*[\s\S]*?\*\//g, "");
  return [...source.matchAll(/^(?:import|export)\b([^"';]*?)\bfrom\s*"(\.[^"]+)"/gm)].flatMap(
    ([, what = "", module = ""]) => {
      const names = /\{([\s\S]*)\}/
        .exec(what)?.[1]
        ?.split(",")
        .filter((name) => name.trim() !== "");
      const onlyTypes =
        /^\s*type\b/.test(what) || (names?.length && names.every((name) => /^\s*type\s/.test(name)));
      return onlyTypes ? [] : (imported(file, module) ?? []);
    },
  );
}

test("no file needs itself by way of others", () => {
  const needed = new Map(FILES.map((file) => [file, neededBy(file)]));
  const circles = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) circles.add(path.slice(start).join(" > "));
    if (start >= 0 || done.has(file)) return;
    for (const other of needed.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
  expect([...circles]).toEqual([]);
});

test("what needs no CDKTF loads nothing of it", () => {
  const foreign = imports.filter(
    ({ file, folder, module }) =>
      WITHOUT_CDKTF.includes(folder) &&
      (module.startsWith(".")
        ? !WITHOUT_CDKTF.includes(posix.join(posix.dirname(file), module).split("/")[0] as string)
        : /^(cdktf|constructs|@cdktf\/)/.test(module)),
  );
  expect(foreign).toEqual([]);
});

test("what the fleet calls things, and what it does, needs nothing but the language", () => {
  const foreign = imports.filter(({ folder, module }) => /^fleet-/.test(folder) && !module.startsWith("."));
  expect(foreign).toEqual([]);
});

// Biome holds the sources to this; here it is what users copy.
test("the README imports providers by resource", () => {
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).not.toMatch(/from "@cdktf\/provider-\w+"/);
});

/** Where an object is spread over what stands before it: `undefined` in it would take that away. */
function spreadsOver(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      for (const part of node.properties.slice(1)) {
        // What a function answers, or a constant of the file, is nobody's to leave out.
        const isData =
          ts.isSpreadAssignment(part) &&
          (ts.isIdentifier(part.expression) || ts.isPropertyAccessExpression(part.expression)) &&
          !/^[A-Z_]+$/.test(part.expression.getText());
        if (isData) {
          found.push(
            `${file}:${source.getLineAndCharacterOfPosition(part.getStart()).line + 1} ${part.getText()}`,
          );
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("nothing is spread over defaults", () => {
  expect(spreadsOver("a.ts", "f({ size: 3, ...props }); f({ ...defaults, ...props.more })")).toEqual([
    "a.ts:1 ...props",
    "a.ts:1 ...props.more",
  ]);
  // What the command shows comes from Terraform's JSON, which has no undefined.
  const files = [...new Set(imports.map(({ file }) => file))].filter((file) => !file.startsWith("command/"));
  expect(files.flatMap((file) => spreadsOver(file, readFileSync(join(LIB, file), "utf8")))).toEqual([]);
});

/** Texts of a file that name something of the fleet's API, or of Azure's by its id; sentences for people may. */
function namesOfTheApi(file: string, text: string): string[] {
  const names = [
    /kubernetes-fleet\.io/,
    /networking\.fleet\.azure\.com/,
    /\bfleet\.azure\.com\//,
    /^fleet-(system$|member-)/,
    /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/,
  ];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (!/\s/.test(node.text.trim()) && names.some((name) => name.test(node.text))) {
        found.push(`${file} ${node.text}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("what the fleet calls things stands in one place", () => {
  expect(
    namesOfTheApi("a.ts", 'const API = "placement.kubernetes-fleet.io/v1"; say("see fleet-system pods")'),
  ).toEqual(["a.ts placement.kubernetes-fleet.io/v1"]);
  const others = FILES.filter((file) => !file.startsWith("fleet-api/"));
  expect(others.flatMap((file) => namesOfTheApi(file, sourceOf(file)))).toEqual([]);
});
