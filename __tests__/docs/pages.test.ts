import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { compile, programsIn, runProgram } from "../compile";

const ROOT = join(__dirname, "../..");
const PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
  .concat(readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`))
  .filter((page) => page.endsWith(".md"));
const text = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** Pages whose programs have tests of their own. */
const ELSEWHERE = ["docs/testing.md", "docs/upgrades.md"];

/** What the pages say of `fleet`, `shop` and `placement`. */
const BEFORE = `
import { App } from "cdktf";
import { MultiRegionFleet, PlacementPolicy } from "cdktf-aks-fleet";
const app = new App();
const fleet = new MultiRegionFleet(app, "Shop", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
    norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
    poland: { location: "polandcentral", addressSpace: ["10.12.0.0/16"] },
  },
});
const shop = fleet.hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
const placement = fleet.hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });
`;
const IS_EXPORTED = `if (shop.exports.length === 0) shop.exportService("front");\n`;

const programs = PAGES.filter((page) => !ELSEWHERE.includes(page)).flatMap((page) =>
  programsIn(text(page)).map((source, index) => ({
    name: `${page} ${index + 1}`,
    // The page's YAML is the examples'.
    source: source.includes('from "cdktf"')
      ? source.replace('files: ["shop.yaml"]', 'files: ["examples/shop.yaml"]')
      : `${BEFORE}${source.includes("addEntries") ? "" : IS_EXPORTED}${source}\napp.synth();\n`,
  })),
);

test("there are programs on the pages", () => {
  expect(programs.length).toBeGreaterThan(7);
});

test("they compile under strict", () => {
  const files = programs.map(({ source }, index) => [`page-${index}.ts`, source]);
  expect(compile(Object.fromEntries(files))).toEqual([]);
}, 120_000);

test.each(programs)("$name synthesizes", ({ source }) => {
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

const anchors = (page: string) =>
  text(page)
    .replace(/```[\s\S]*?```/g, "")
    .split("\n")
    .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
    .map(anchorOf);

describe.each(PAGES)("%s", (page) => {
  const links = [...text(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link as string);

  test("links to what is there", () => {
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
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
