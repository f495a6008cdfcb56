import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { runProgram } from "../compile";
import { PAGES, PROGRAMS, text } from "./programs";

const ROOT = join(__dirname, "../..");

test("there are programs on the pages", () => {
  expect(PROGRAMS.length).toBeGreaterThan(7);
});

test.each(PROGRAMS)("$name synthesizes", ({ source }) => {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-page-"));
  const before = process.env.CDKTF_OUTDIR;
  try {
    process.env.CDKTF_OUTDIR = outdir;
    runProgram(source, {}, (module) => require(module));
    expect(existsSync(join(outdir, "stacks/infra/cdk.tf.json"))).toBe(true);
  } finally {
    if (before === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = before;
    rmSync(outdir, { recursive: true });
  }
});

test("Getting started's settings are JSON", () => {
  const blocks = [...text("docs/getting-started.md").matchAll(/```json\n([\s\S]*?)```/g)];
  expect(blocks.map(([, json]) => Object.keys(JSON.parse(json as string))[0])).toEqual([
    "language",
    "compilerOptions",
  ]);
});

/** The anchor that GitHub gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** Of headings, numbered where several are called alike, and those that a page sets itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const source = text(page);
  const seen = new Map<string, number>();
  const ofHeadings = source
    .replace(/```[\s\S]*?```/g, "")
    .split("\n")
    .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
    .map((heading) => {
      const anchor = anchorOf(heading);
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    });
  return new Set([...ofHeadings, ...[...source.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id as string)]);
}

const anchors = new Map([...PAGES, "API.md"].map((page) => [page, anchorsOf(page)]));

describe.each([...PAGES, "API.md"])("%s", (page) => {
  const links = [...text(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link as string);

  test("links to what is there", () => {
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchors.get(target)?.has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

test("every page is linked from the README", () => {
  const linked = [...text("README.md").matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path]) => path);
  expect(PAGES.filter((page) => page.startsWith("docs/") && !linked.includes(page))).toEqual([]);
});

test("the README fits two screens of a browser", () => {
  expect(text("README.md").split("\n").length).toBeLessThanOrEqual(150);
});
