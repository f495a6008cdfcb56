import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const CHANGELOG =
  "# Changelog\n\n## Unreleased\n\n- Later.\n\n## 1.2.3\n\n- This.\n- That.\n\n## 1.2.2\n\n- Before.\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-release-"));
  mkdirSync(join(folder, ".ci"));
  mkdirSync(join(folder, "bin"));
  cpSync(join(ROOT, ".ci/release"), join(folder, ".ci/release"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "a", version: "1.2.3" }));
  writeFileSync(join(folder, "CHANGELOG.md"), CHANGELOG);
});
afterEach(() => rmSync(folder, { recursive: true }));

function standIn(program: string, script: string): void {
  writeFileSync(join(folder, "bin", program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", program), 0o755);
}

function release(...args: string[]) {
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  const env = { ...process.env, PATH, GITHUB_REPOSITORY: "acme/fleet" };
  const { status, stdout, stderr } = spawnSync(join(folder, ".ci/release"), args, { env, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("takes a tag that is the version's, of a commit of main", () => {
  standIn("git", "exit 0");
  expect(release("check", "v1.2.3")).toMatchObject({ status: 0, stderr: "" });
  expect(release("check", "v1.2.4")).toMatchObject({ status: 1, stderr: expect.stringContaining("1.2.3") });
  standIn("git", "exit 1");
  expect(release("check", "v1.2.3")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("not on main"),
  });
});

test("takes no version that the changelog says nothing of", () => {
  standIn("git", "exit 0");
  writeFileSync(join(folder, "CHANGELOG.md"), CHANGELOG.replace("## 1.2.3", "## 1.2.30"));
  expect(release("check", "v1.2.3")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("CHANGELOG.md"),
  });
});

test("prints the version's part of the changelog", () => {
  expect(release("notes", "v1.2.3").stdout.trim()).toBe("- This.\n- That.");
});

test("publishes as what it is published from", () => {
  standIn("npm", `echo "$@" >> ${join(folder, "calls")}`);
  expect(release("publish").status).toBe(0);
  expect(readFileSync(join(folder, "calls"), "utf8")).toBe(
    "pkg set repository.type=git repository.url=git+https://github.com/acme/fleet.git " +
      "homepage=https://github.com/acme/fleet#readme bugs.url=https://github.com/acme/fleet/issues\n" +
      "publish --provenance --access public\n",
  );
});
