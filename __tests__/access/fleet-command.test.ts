import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../main";
import { readStack, type StackJson, synthApp } from "../synth";
import { type LocalExec, localExec } from "./fixtures";

const REPO = join(__dirname, "../..");

/** Every provisioner of main.ts: its stack, its path, what it says when it is skipped. */
const PROVISIONERS: [string, string, string][] = [
  ["infra", "MemberWait-east/Resource", "member: skipped, because AKS_FLEET_SKIP_WAITS is set"],
  ["infra", "Leave/Resource", "member aks-westus2: skipped, because AKS_FLEET_SKIP_DRAIN is set"],
  ["infra", "HubWait/Resource", "hub: skipped, because AKS_FLEET_SKIP_WAITS is set"],
  [
    "hub",
    "PlacementWait-aks-store-demo/Resource",
    "placement aks-store-demo: skipped, because AKS_FLEET_SKIP_WAITS is set",
  ],
  ["hub", "Drain-aks-store-demo/Resource", "drain: skipped, because AKS_FLEET_SKIP_DRAIN is set"],
  [
    "member-east",
    "ServiceWait-aks-store-demo-store-front/Resource",
    "service aks-store-demo/store-front: skipped, because AKS_FLEET_SKIP_WAITS is set",
  ],
];

let stacks: Record<string, StackJson>;
let folders: string[] = [];

beforeAll(() => {
  stacks = synthApp(build, (outdir) =>
    Object.fromEntries(["infra", "hub", "member-east"].map((name) => [name, readStack(outdir, name)])),
  );
});

afterEach(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
  folders = [];
});

/** `cdktf.out/stacks/<stack>` in a new folder below another one. */
function stackFolder(parent: string, stack = "hub"): string {
  const folder = mkdtempSync(join(parent, "aks-fleet-"));
  folders.push(folder);
  const created = join(folder, "cdktf.out", "stacks", stack);
  mkdirSync(created, { recursive: true });
  return created;
}

function provisioner(stack: string, path: string): LocalExec {
  const json = stacks[stack];
  if (!json) {
    throw new Error(`there is no stack ${stack}`);
  }
  return localExec(json, path);
}

/** Runs a provisioner as Terraform's local-exec does: the interpreter, and the command as one last argument. */
function run(
  { interpreter, command, environment }: LocalExec,
  cwd: string,
  variables: Record<string, string>,
): SpawnSyncReturns<string> {
  const { INIT_CWD: _, NODE_PATH: __, NODE_OPTIONS: ___, AKS_FLEET_KUBECONFIG: ____, ...rest } = process.env;
  const [program = "", ...args] = interpreter;
  const evaluated = command
    .replace("${self.triggers.namespace}", "aks-store-demo")
    .replace("${basename(self.triggers.membership)}", "aks-westus2");
  return spawnSync(program, [...args, evaluated], {
    cwd,
    env: { ...rest, ...environment, ...variables },
    encoding: "utf8",
  });
}

const SKIP = { AKS_FLEET_SKIP_WAITS: "1", AKS_FLEET_SKIP_DRAIN: "1" };

const WAIT = ["hub", "PlacementWait-aks-store-demo/Resource"] as const;

test.each(PROVISIONERS)("%s/%s finds the command from cdktf.out in the repo", (stack, path, says) => {
  const { status, stdout, stderr } = run(provisioner(stack, path), stackFolder(__dirname, stack), SKIP);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${says}\n`, stderr: "" });
});

test("finds the command from a folder elsewhere, by the folder that npm was started in", () => {
  const { status, stdout, stderr } = run(provisioner(...WAIT), stackFolder(tmpdir()), {
    ...SKIP,
    INIT_CWD: REPO,
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: "placement aks-store-demo: skipped, because AKS_FLEET_SKIP_WAITS is set\n",
    stderr: "",
  });
});

test("finds the command in an app that installed the package", () => {
  const cwd = stackFolder(tmpdir());
  const modules = join(cwd, "../../../node_modules");
  mkdirSync(modules);
  symlinkSync(REPO, join(modules, "cdktf-aks-fleet"), "dir");
  const { status, stdout, stderr } = run(provisioner(...WAIT), cwd, SKIP);
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: "placement aks-store-demo: skipped, because AKS_FLEET_SKIP_WAITS is set\n",
    stderr: "",
  });
});

test("finds the command in a workspace, where the app has the library through another package only", () => {
  const cwd = stackFolder(tmpdir(), "infra");
  const app = join(cwd, "../../..");
  const script = `
    const { App } = require(${JSON.stringify(require.resolve("cdktf"))});
    const { InfraStack } = require(${JSON.stringify(join(REPO, "lib"))});
    const app = new App();
    new InfraStack(app, "infra", {
      fleetName: "fleet", fleetLocation: "westus",
      members: { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
    });
    app.synth();`;
  const synthesized = spawnSync(process.execPath, ["-r", require.resolve("tsx/cjs"), "-e", script], {
    cwd: app,
    encoding: "utf8",
  });
  expect({ status: synthesized.status, stderr: synthesized.stderr }).toEqual({ status: 0, stderr: "" });
  const wait = localExec(readStack(join(app, "cdktf.out"), "infra"), "HubWait/Resource");
  expect(wait.interpreter.join()).not.toContain(`"${REPO}`);
  const { status, stdout, stderr } = run({ ...wait, environment: {} }, cwd, SKIP);
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: "hub: skipped, because AKS_FLEET_SKIP_WAITS is set\n",
    stderr: "",
  });
});

test.each<[string, Record<string, string>]>([
  ["nothing else is said", {}],
  ["npm was started elsewhere", { INIT_CWD: tmpdir() }],
  ["npm was started in a folder that is gone", { INIT_CWD: join(tmpdir(), "nowhere", "at", "all") }],
])("says what to do where it can't be found: %s", (_case, variables) => {
  expect(existsSync(join(tmpdir(), "node_modules/cdktf-aks-fleet"))).toBe(false);
  const { status, stdout, stderr } = run(provisioner(...WAIT), stackFolder(tmpdir()), {
    ...SKIP,
    ...variables,
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "aks-fleet: the package cdktf-aks-fleet is not installed in this folder or a parent folder. Keep cdktf.out inside the app's folder, or start cdktf with npx from there.\n",
  });
});

test("hands over every word of the command, and the command's exit status", () => {
  const wait = provisioner(...WAIT);
  const cwd = stackFolder(__dirname);
  const refused = run({ ...wait, command: `${wait.command} --nonsense` }, cwd, SKIP);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("--nonsense");
  const help = run({ ...wait, command: "--help" }, cwd, {});
  expect(help.status).toBe(0);
  expect(help.stdout).toContain("aks-fleet");
});

test("reads the kubeconfig of the environment", () => {
  const wait = provisioner(...WAIT);
  const { status, stderr } = run(
    { ...wait, environment: { AKS_FLEET_KUBECONFIG: "no kubeconfig" } },
    stackFolder(__dirname),
    {},
  );
  expect(status).toBe(1);
  expect(stderr).toContain("AKS_FLEET_KUBECONFIG");
});

test("holds no path of the machine that synthesized it", () => {
  for (const [stack, path] of PROVISIONERS) {
    const text = JSON.stringify(provisioner(stack, path));
    expect(text).not.toContain(REPO);
    expect(text).not.toContain(tmpdir());
    expect(text).not.toContain(process.execPath);
  }
});
