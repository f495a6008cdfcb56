import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { allApps, appsCalled, type IntegApp, LEFT_OUT } from "../integ/apps";
import { groupsLeft } from "../integ/left";
import { type Play, play } from "../integ/play";
import { readStack, type StackJson } from "./synth";

const ROOT = join(__dirname, "..");

test("every example is deployed, or it is said why not", () => {
  const files = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".ts"));
  const names = [...allApps().map(({ name }) => name), ...Object.keys(LEFT_OUT)];
  expect(names.sort()).toEqual(["main", ...files.map((file) => file.replace(".ts", ""))].sort());
  for (const { program } of allApps()) {
    expect(existsSync(join(ROOT, program))).toBe(true);
  }
});

test("apps are called by name, each once; what can't be deployed is refused", () => {
  expect(appsCalled(["dns-name", "main", "dns-name"]).map(({ name }) => name)).toEqual(["dns-name", "main"]);
  expect(appsCalled([])).toEqual(allApps());
  expect(() => appsCalled(["existing-clusters"])).toThrow(
    "existing-clusters: can't be deployed; it needs clusters",
  );
  expect(() => appsCalled(["nothing"])).toThrow("nothing: can't be deployed; there are main, dns-name");
});

describe("what a run makes", () => {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-integ-"));
  afterAll(() => rmSync(outdir, { recursive: true }));

  /** Synthesizes a program as integ/app.ts does. */
  function synth(program: string): (stack: string) => StackJson {
    const before = { ...process.env };
    Object.assign(process.env, { INTEG_RUN: "r1", CDKTF_OUTDIR: outdir });
    try {
      jest.isolateModules(() => {
        require("../integ/own-names");
        const cdktf = require("cdktf") as typeof import("cdktf");
        (require(join(ROOT, program)) as { build?: (app: App) => App }).build?.(new cdktf.App()).synth();
      });
    } finally {
      process.env = before;
    }
    return (stack) => readStack(outdir, stack);
  }

  test.each(["main.ts", "examples/dns-name.ts"])("of %s is in groups of its own, with its tag", (program) => {
    const { resource } = synth(program)("infra");
    const groups = Object.values(resource.azurerm_resource_group ?? {});
    expect(groups.length).toBeGreaterThan(2);
    for (const { name, tags } of [...groups, ...Object.values(resource.azurerm_kubernetes_cluster ?? {})]) {
      expect(tags).toEqual({ "aks-fleet-integ": "r1" });
      expect(name).toMatch(/^rg-.*-r1$|^aks-/);
    }
  });

  test("has DNS names of its own, and what is behind them stays the same", () => {
    const { resource } = synth("examples/dns-name.ts")("hub");
    const manifests = Object.values(resource.kubernetes_manifest ?? {}).map(({ manifest }) => manifest) as {
      kind: string;
      metadata: { name: string };
      spec: { backend?: { name: string } };
    }[];
    const profile = manifests.find(({ kind }) => kind === "TrafficManagerProfile");
    const backend = manifests.find(({ kind }) => kind === "TrafficManagerBackend");
    expect(profile?.metadata.name).toBe("front-r1");
    expect(backend?.spec.backend?.name).toBe("front");
    const { resource: infra } = synth("examples/survive-a-region.ts")("infra");
    expect(Object.values(infra.azurerm_traffic_manager_profile ?? {})).toEqual([
      expect.objectContaining({ name: "shop-front-example-r1" }),
    ]);
  });
});

describe("a run", () => {
  const home = mkdtempSync(join(tmpdir(), "aks-fleet-integ-"));
  const log = join(home, "log");
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });
  afterAll(() => rmSync(home, { recursive: true }));

  /** Puts a Terraform in place that takes note of what it is asked, and fails where it is told to. */
  function terraform(fails: string, left = "[]"): void {
    const script = [
      "#!/bin/sh",
      `echo "$*" >> '${log}'`,
      'case "$*" in *" init "*) mkdir -p "${1#-chdir=}/.terraform";; esac',
      `case "$*" in ${fails}) echo "no quota" >&2; exit 1;; esac`,
      `case "$*" in "output -json left") echo '${left}';; esac`,
    ];
    writeFileSync(log, "");
    writeFileSync(join(home, "terraform"), `${script.join("\n")}\n`);
    chmodSync(join(home, "terraform"), 0o755);
    process.env.PATH = `${home}:${PATH}`;
  }

  const MANIFEST = {
    stacks: {
      "member-east": { dependencies: ["hub"] },
      hub: { dependencies: ["infra"] },
      infra: { dependencies: [] },
    },
  };

  /** What was asked of Terraform, and what went wrong. */
  async function played(fails: string, more: Partial<Play> = {}) {
    terraform(fails);
    const folder = mkdtempSync(join(home, "app-"));
    const write = `fs.mkdirSync("cdktf.out");fs.writeFileSync("cdktf.out/manifest.json", process.argv[1])`;
    const [app] = appsCalled(["main"]);
    const wrong = await play({
      app: app as IntegApp,
      synth: { name: "synth", command: process.execPath, args: ["-e", write, JSON.stringify(MANIFEST)] },
      folder,
      say: () => undefined,
      isStopped: () => false,
      ...more,
    });
    const asked = readFileSync(log, "utf8").matchAll(/stacks\/(\S+) (\S+)/g);
    return { wrong, asked: [...asked].map(([, stack, verb]) => `${stack} ${verb}`) };
  }

  test("that fails in the middle destroys what was begun, the last first, and says what failed", async () => {
    const { asked, wrong } = await played("*stacks/hub*apply*");
    expect(asked).toEqual([
      "infra init",
      "infra apply",
      "hub init",
      "hub apply",
      "hub destroy",
      "infra destroy",
    ]);
    expect(wrong).toEqual(["hub apply (1):\nno quota"]);
  });

  test("tries once more to destroy, and goes on where that fails, too", async () => {
    const { asked, wrong } = await played("*stacks/hub*apply*|*stacks/hub*destroy*");
    expect(asked.slice(-3)).toEqual(["hub destroy", "hub destroy", "infra destroy"]);
    expect(wrong).toHaveLength(2);
  });

  test("whose second plan changes something fails", async () => {
    const { asked, wrong } = await played("*stacks/infra*plan*");
    expect(asked.slice(-5)).toEqual([
      "member-east apply",
      "infra plan",
      "member-east destroy",
      "hub destroy",
      "infra destroy",
    ]);
    expect(wrong).toEqual([expect.stringMatching(/^infra plan/)]);
  });

  test("that is stopped begins nothing more, and destroys", async () => {
    let steps = 0;
    const { asked, wrong } = await played("nothing", {
      isStopped: () => steps >= 3,
      say: () => {
        steps += 1;
      },
    });
    expect(asked).toEqual(["infra init", "infra apply", "infra destroy"]);
    expect(wrong).toEqual(["hub init: not begun, since this was stopped"]);
  });

  test("lists what is left, by its tag", async () => {
    const group = "/subscriptions/1/resourceGroups/rg-fleet-r1";
    terraform("nothing", JSON.stringify([group]));
    expect(await groupsLeft(home, "r1", () => undefined)).toEqual([group]);
    const config = JSON.parse(readFileSync(join(home, "left/main.tf.json"), "utf8"));
    expect(config.output.left.value).toContain('group.tags["aks-fleet-integ"], "") == "r1"');
    terraform("apply*");
    await expect(groupsLeft(home, "r1", () => undefined)).rejects.toThrow("look (1)");
  });
});
