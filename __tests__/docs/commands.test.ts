import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { parseCommand } from "../../lib/command/arguments";
import { PAGES, text } from "./programs";

const ROOT = join(__dirname, "../..");
const FENCED = /^( *)```\w*\n([\s\S]*?)^\1```/gm;

/** The code of a page: a line of a block each, and spans, which may be wrapped. */
function codeOf(page: string): string[] {
  const source = text(page);
  const lines = [...source.matchAll(FENCED)].flatMap(([, , block = ""]) =>
    block.replace(/\\\n\s*/g, "").split("\n"),
  );
  const indented = source.split("\n").filter((line) => /^ {4,}\S/.test(line));
  const spans = [...source.replace(FENCED, "").matchAll(/`([^`]+)`/g)].map(([, span = ""]) =>
    span.replace(/\s+/g, " "),
  );
  return [...lines, ...indented, ...spans];
}

/** What `--help` says of a command; undefined: there is none. */
function helpOf(...words: string[]): string | undefined {
  try {
    const command = parseCommand([...words, "--help"]);
    return command.kind === "print" ? command.text : undefined;
  } catch {
    return undefined;
  }
}

const COMMANDS = [...(helpOf() ?? "").matchAll(/^ {2}([a-z]+)\b.* {2}/gm)].map(([, name]) => name as string);
const ALL = [
  ...COMMANDS,
  ...["hub", "member", "placement", "service", "traffic-manager"].map((w) => `wait ${w}`),
]
  .map((name) => helpOf(...name.split(" ")))
  .join("\n");
const isListed = (flag: string, help: string) => new RegExp(`(^|[\\s,(])${flag}(?![\\w-])`, "m").test(help);

/** What a piece of code has that the command doesn't list. */
function unlisted(code: string): string[] {
  if (code.startsWith("--")) {
    // az has the other one.
    return (code.match(/--[a-z][\w-]*/g) ?? []).filter((flag) => flag !== "--query" && !isListed(flag, ALL));
  }
  return [...code.matchAll(/(?:^|\s)(?:npx |node bin\/)?(?:cdktf-)?aks-fleet(?:\.js)? ([^|;&#)]+)/g)].flatMap(
    ([call, rest = ""]) => {
      const words = rest.split(" ").filter((word) => /^[a-z]/.test(word));
      if (/npm (install|i) /.test(code) || /^\s*--/.test(rest)) return [];
      if (words[0] !== undefined && !COMMANDS.includes(words[0])) return [call.trim()];
      const help = words[0] === "wait" ? helpOf("wait", ...words.slice(1, 2)) : helpOf(...words.slice(0, 1));
      if (help === undefined) return [call.trim()];
      return (rest.match(/--[a-z][\w-]*/g) ?? [])
        .filter((flag) => !isListed(flag, help))
        .map((flag) => `${call.trim()}: ${flag}`);
    },
  );
}

test("what isn't listed is found", () => {
  expect(COMMANDS).toEqual(expect.arrayContaining(["init", "preview", "verify"]));
  expect(unlisted("npx aks-fleet stauts")).toEqual(["npx aks-fleet stauts"]);
  expect(unlisted("npx aks-fleet show --watch")).toEqual(["npx aks-fleet show --watch: --watch"]);
  expect(unlisted("npx aks-fleet wait service a/b --member x")).toHaveLength(1);
  expect(unlisted("--exit-codes")).toEqual(["--exit-codes"]);
  expect(unlisted("npx cdktf synth && npx aks-fleet preview --cluster a")).toEqual([]);
});

test.each(PAGES)("what %s has to be typed, --help lists", (page) => {
  const code = codeOf(page);
  expect(code.flatMap(unlisted)).toEqual([]);
  const variables =
    code.join("\n").match(/\bAKS_FLEET_[A-Z_]+\b|\bTERRAFORM_BINARY_NAME\b|\bNO_COLOR\b/g) ?? [];
  for (const variable of variables) {
    expect(helpOf()).toContain(variable);
  }
});

test.each(PAGES)("the programs of %s are in blocks that are compiled", (page) => {
  const outside = text(page).replace(FENCED, "");
  expect(
    outside.split("\n").filter((line) => /^ {4,}(const|import|new|await|fleet\.|hub\.)/.test(line)),
  ).toEqual([]);
});

test("the package has what its pages link to", () => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const packed =
    (JSON.parse(stdout) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path) ?? [];
  const pages = packed.filter((path) => path.endsWith(".md"));
  expect(pages).toEqual(expect.arrayContaining(["README.md", "API.md", "docs/getting-started.md"]));
  const missing = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)]
      .map(([, link]) => join(dirname(page), link as string))
      .filter((target) => !packed.some((path) => path === target || path.startsWith(`${target}/`)))
      .map((target) => `${page}: ${target}`),
  );
  expect(missing).toEqual([]);
});
