import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const APP = ["main.ts", "settings.ts", "cdktf.json", "aks-store-demo.yaml", "package.json", "lib"];

/** Synthesizes a copy of the app in another folder, as another user elsewhere would; all that is written, by path. */
function synthesizeCopy(name: string, environment: NodeJS.ProcessEnv): Record<string, string> {
  const parent = mkdtempSync(join(tmpdir(), name));
  const folder = join(parent, "app");
  try {
    for (const file of APP) {
      cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    execFileSync("npm", ["run", "--silent", "app"], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
    });
    const output = join(folder, "cdktf.out");
    const files = readdirSync(output, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(join(output, file)).isFile())
      .sort();
    return Object.fromEntries(
      files.map((file) => [join("/cdktf.out", file), readFileSync(join(output, file), "utf8")]),
    );
  } finally {
    rmSync(parent, { recursive: true });
  }
}

test("two syntheses give the same bytes, in any folder, for anybody", () => {
  const here = synthesizeCopy("aks-fleet-a-", { HOME: "/nowhere", TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8" });
  const there = synthesizeCopy("aks-fleet-longer-name-", {
    HOME: tmpdir(),
    TZ: "UTC",
    LANG: "C",
    USER: "other",
  });
  expect(Object.keys(here)).toContain("/cdktf.out/stacks/infra/cdk.tf.json");
  expect(there).toEqual(here);
  expect(JSON.stringify(here)).not.toContain(tmpdir());
  expect(JSON.parse(here["/cdktf.out/stacks/hub/cdk.tf.json"] ?? "").terraform.backend).toEqual({
    local: { path: "../../../terraform.hub.tfstate" },
  });
}, 60_000);
