import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/checks.md"), "utf8");
const { documentedIds } = require("../every-check") as { documentedIds: () => string[] };

interface Call {
  readonly file: string;
  /** undefined where the id is not written in the call, nor as `id` in a table of the file. */
  readonly ids: readonly string[] | undefined;
}

/** Every call of finding(), of the files below a folder. */
function findingCalls(folder: string): Call[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, folder, file), "utf8");
      const nodes = descendants(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
      const ofTables = nodes.flatMap((node) =>
        ts.isPropertyAssignment(node) && nameOf(node.name) === "id" && ts.isStringLiteral(node.initializer)
          ? [node.initializer.text]
          : [],
      );
      return nodes
        .filter(ts.isCallExpression)
        .filter((call) => nameOf(call.expression) === "finding")
        .map(({ arguments: [id] }) => ({ file, ids: id && idsOf(id, ofTables) }));
    });
}

function descendants(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child, ...descendants(child)));
  return children;
}

function nameOf(node: ts.Node): string | undefined {
  return ts.isIdentifier(node) ? node.text : undefined;
}

function idsOf(id: ts.Expression, ofTables: string[]): string[] | undefined {
  if (ts.isStringLiteral(id)) {
    return [id.text];
  }
  return ts.isPropertyAccessExpression(id) && id.name.text === "id" ? ofTables : undefined;
}

const calls = findingCalls("lib");
const used = new Set(calls.flatMap(({ ids }) => ids ?? []));

test("ids are written where they are used, in words that can be searched for", () => {
  expect(calls.length).toBeGreaterThan(150);
  expect(calls.filter(({ ids }) => !ids?.length)).toEqual([]);
  expect([...used].filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(id))).toEqual([]);
});

test("every rule is on the page, once, and none that there isn't", () => {
  const ids = documentedIds();
  expect({
    missing: [...used].filter((id) => !ids.includes(id)).sort(),
    twice: ids.filter((id, index) => ids.indexOf(id) !== index),
    withoutRule: ids.filter((id) => !used.has(id)),
  }).toEqual({ missing: [], twice: [], withoutRule: [] });
});

test("every row says what is refused, why, and what to do; rows are sorted", () => {
  const tables = [...PAGE.matchAll(/^\| id .*\n\|[ |-]*\n((?:\|.*\n)*)/gm)].map(([, rows = ""]) =>
    rows.trimEnd().split("\n"),
  );
  expect(tables.flat()).toHaveLength(documentedIds().length);
  expect(tables.flat().filter((row) => !/^\| `[^`|]+` (\| [^|]+[.)] ){3}\|$/.test(row))).toEqual([]);
  for (const rows of tables) {
    const ids = rows.map((row) => row.split("`")[1] as string);
    expect(ids).toEqual([...ids].sort());
  }
});

test("no test makes a finding of its own with a rule's id", () => {
  expect(findingCalls("__tests__").filter(({ ids }) => ids?.some((id) => used.has(id)))).toEqual([]);
});

test("the page is in the package, and the README leads to it", () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(files).toContain("docs");
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain("](docs/checks.md)");
});
