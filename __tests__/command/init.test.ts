import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { init } from "../../lib/command/init";
import { FleetSimulation } from "../../lib/testing";
import "../../testing/jest";
import { build } from "../../templates/main";

const ROOT = join(__dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const made = (file: string) => readFileSync(join(folder, "My Shop", file), "utf8");

test("writes an app with the versions that this package takes, and says what is next", () => {
  const said = init(join(folder, "My Shop"));
  expect(said.join("\n")).toMatch(/My Shop[\s\S]*npm install[\s\S]*cdktf deploy/);
  const { peerDependencies, version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const app = JSON.parse(made("package.json"));
  expect(app).toMatchObject({
    name: "my-shop",
    private: true,
    dependencies: { "cdktf-aks-fleet": `^${version}`, cdktf: peerDependencies.cdktf },
    devDependencies: { "cdktf-cli": peerDependencies.cdktf, typescript: "~5.9" },
  });
  expect(Object.keys(app.dependencies)).not.toContain("cdk8s");
  expect(JSON.parse(made("cdktf.json")).app).toBe("npm run --silent app");
  expect(made(".gitignore")).toContain("terraform.*.tfstate");
  expect(readdirSync(join(folder, "My Shop/.github/workflows"))).toEqual(["deploy.yml", "diff.yml"]);
});

test("its workflows start scripts that are there, can be executed, and find the command", () => {
  init(join(folder, "My Shop"));
  const workflows = made(".github/workflows/deploy.yml") + made(".github/workflows/diff.yml");
  const scripts = new Set([...workflows.matchAll(/\.ci\/(\w+)/g)].map(([script]) => script));
  expect(scripts.size).toBeGreaterThan(3);
  const { scripts: npm } = JSON.parse(made("package.json"));
  for (const script of scripts) {
    expect(statSync(join(folder, "My Shop", script)).mode & 0o100).not.toBe(0);
    expect(made(script)).not.toMatch(/node bin\//);
    for (const [, name] of made(script).matchAll(/npm run --silent ([\w:-]+)/g)) {
      expect(Object.keys(npm)).toContain(name);
    }
  }
  expect(made(".ci/deploy")).toContain("node_modules/cdktf-aks-fleet/bin/aks-fleet.js");
});

test("writes nothing where one of its files is already", () => {
  writeFileSync(join(folder, "main.ts"), "mine");
  expect(() => init(folder)).toThrow(/already holds main\.ts/);
  expect(readdirSync(folder)).toEqual(["main.ts"]);
});

test("what it writes is in the package", () => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const packed = (JSON.parse(stdout) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path);
  init(join(folder, "My Shop"));
  expect(packed).toEqual(expect.arrayContaining([".ci/stage", "templates/gitignore", "templates/main.ts"]));
  expect(existsSync(join(folder, "My Shop/.ci/stage"))).toBe(true);
});

test("the app survives the loss of the region that has no address", () => {
  const before = process.cwd();
  process.chdir(join(ROOT, "templates"));
  try {
    const fleet = FleetSimulation.of(build(Testing.app()));
    expect(fleet.placement("shop")).toPlaceOn("aks-norway", "aks-sweden");
    expect(fleet.without("norwayeast").service("shop/front")).not.toBeUnreachable();
  } finally {
    process.chdir(before);
  }
});
