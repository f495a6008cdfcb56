import { spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../lib/command/run";
import { madePlan } from "./report/made";
import { BIN } from "./run-command";
import { type StandIn, World } from "./terraform-stand-in";

const APP = join(__dirname, "report/app");
const KEY = "0123456789abcdef".repeat(4);
const UNCHANGED = madePlan([], { applyable: false });

const planOf = (value: string) =>
  madePlan([{ address: "null_resource.a", actions: ["create"], after: { triggers: { value } } }], {
    applyable: true,
  });

let folder: string;
let world: World;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-deploy-"));
  out = join(folder, "cdktf.out");
  cpSync(APP, out, { recursive: true });
  world = new World(join(folder, "world"), UNCHANGED);
  world.set({
    infra: { deployed: true, plan: UNCHANGED },
    hub: { deployed: true, plan: planOf("hub") },
    member: { deployed: true, plan: planOf("member") },
  });
  independent("member");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The stack depends on nothing any more. */
function independent(name: string): void {
  const file = join(out, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest.stacks[name].dependencies = [];
  writeFileSync(file, JSON.stringify(manifest));
}

interface Outcome {
  readonly status: number;
  readonly printed: string;
  readonly complained: string;
}

async function command(
  args: string[],
  environment: Record<string, string | undefined> = {},
): Promise<Outcome> {
  const lines = { printed: "", complained: "" };
  const status = await run([...args, "--out", out], {
    environment: {
      ...process.env,
      TERRAFORM_BINARY_NAME: world.terraform,
      AKS_FLEET_APPROVAL_KEY: KEY,
      ...environment,
    },
    print: (line) => {
      lines.printed += `${line}\n`;
    },
    complain: (line) => {
      lines.complained += `${line}\n`;
    },
  });
  return { status, ...lines };
}

interface Reported {
  readonly stage?: {
    readonly approve: readonly { stack: string; digest: string }[];
    readonly later: string[];
  };
  readonly notes: readonly string[];
}

/** What can be approved now, as `deploy` takes it. */
async function approvable(): Promise<string[]> {
  const { printed } = await command(["diff", "--format", "json"]);
  return (
    (JSON.parse(printed) as Reported).stage?.approve.map(({ stack, digest }) => `${stack}=${digest}`) ?? []
  );
}

test("what was approved is applied: these very plans, and no others", async () => {
  const approved = await approvable();
  expect(approved.map((one) => one.split("=")[0])).toEqual(["hub", "member"]);
  const { status, printed } = await command(["deploy", ...approved.reverse()]);
  expect([status, world.noted("applied").sort()]).toEqual([0, ["hub", "member"]]);
  expect([world.applied("hub"), world.applied("member")]).toEqual([planOf("hub"), planOf("member")]);
  for (const stack of ["hub", "member"]) {
    expect(printed.split("\n").filter((line) => line.startsWith(stack))).toEqual([
      `${stack}: null_resource.a: Creating...`,
      `${stack}: Apply complete!`,
    ]);
  }
  // Somebody else may be deploying.
  const [, ...waits] = world
    .noted("asked")
    .join("\n")
    .split(/ (?:plan|apply) .* -lock-timeout=10m /);
  expect(waits).toHaveLength(4);
  expect(await approvable()).toEqual([]);
});

test("diff tells what is next in words, too, and nothing of digests without a key", async () => {
  expect((await command(["diff", "--format", "text"])).printed).toContain(
    "note: To approve now: hub and member.",
  );
  const { printed } = await command(["diff", "--format", "json"], { AKS_FLEET_APPROVAL_KEY: undefined });
  expect(JSON.parse(printed) as Reported).not.toHaveProperty("stage");
});

test("if one plan differs, nothing is applied", async () => {
  const approved = await approvable();
  world.set({ member: { plan: planOf("membfr") } });
  const { status, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([3, []]);
  expect(complained).toMatch(/^aks-fleet: member: the plan is not what was approved\./m);
});

test.each(["cdk.tf.json", ".terraform.lock.hcl"])("%s is part of what is approved", async (file) => {
  const approved = await approvable();
  if (file === "cdk.tf.json") appendFileSync(join(out, "stacks/hub", file), " ");
  else world.providers = "# another release";
  const { status } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([3, []]);
});

test.each<[string, Record<string, StandIn>, RegExp]>([
  [
    "a lock that is held",
    { member: { planError: "Error acquiring the state lock" } },
    /^aks-fleet: The plan of member failed: .*lock.*\nNothing was changed\.$/m,
  ],
  [
    "two plans that fail",
    { hub: { planError: "a" }, member: { planError: "b" } },
    /^aks-fleet: The plan of hub failed: a\nThe plan of member failed: b\nNothing was changed\.$/m,
  ],
])("%s stops it before anything is touched", async (_what, stacks, message) => {
  const approved = await approvable();
  world.set(stacks);
  const { status, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([1, []]);
  expect(complained).toMatch(message);
});

test("a stack that fails keeps no other from what was approved, and is told", async () => {
  const approved = await approvable();
  world.set({ hub: { applyError: "Conflict" } });
  const { status, printed, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([1, ["member"]]);
  expect(printed).toContain("hub: │ Error: Conflict");
  expect(complained).toMatch(
    /hub was applied only in part; see the error above\.\nWhat was applied stays applied\./,
  );
});

test("what depends on what changes is not deployed with it", async () => {
  world.set({ infra: { plan: planOf("infra") } });
  const [infra = ""] = await approvable();
  expect(infra).toMatch(/^infra=/);
  const { status, complained } = await command(["deploy", infra, infra.replace("infra", "hub")]);
  expect([status, world.noted("applied")]).toEqual([1, []]);
  expect(complained).toContain("hub depends on infra: deploy infra first");
});

test.each<[string, string[], Record<string, string | undefined>, string]>([
  [
    "a stack that is not there",
    ["hup"],
    {},
    "The app has no stack hup: its stacks are infra, hub and member.",
  ],
  ["no key", ["hub"], { AKS_FLEET_APPROVAL_KEY: undefined }, "AKS_FLEET_APPROVAL_KEY is not set"],
  ["a short key", ["hub"], { AKS_FLEET_APPROVAL_KEY: "short" }, "AKS_FLEET_APPROVAL_KEY has 5 characters"],
])("%s is an error", async (_what, stacks, environment, message) => {
  const approved = stacks.map((stack) => `${stack}=${"0".repeat(64)}`);
  const { status, complained } = await command(["deploy", ...approved], environment);
  expect([status, complained]).toEqual([1, expect.stringContaining(message)]);
  expect(world.noted("asked")).toEqual([]);
});

test("another key is another digest", async () => {
  const approved = await approvable();
  const { status } = await command(["deploy", ...approved], { AKS_FLEET_APPROVAL_KEY: KEY.toUpperCase() });
  expect([status, world.noted("applied")]).toEqual([3, []]);
});

test.each<[string, StandIn, "asked" | "started", object]>([
  [
    "while it applies: Terraform is asked once to come to an end, and does",
    { takes: 2 },
    "started",
    { interrupted: ["hub"], applied: ["hub"], status: 0 },
  ],
  [
    "while it plans: nothing is applied",
    { planTakes: 2 },
    "asked",
    { interrupted: [], applied: [], status: 1 },
  ],
])("stopped %s; no plan is left behind", async (_what, stack, when, expected) => {
  const [hub = ""] = await approvable();
  world.set({ hub: stack });
  const before = world.noted(when).length;
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const child = spawn(process.execPath, [BIN, "deploy", hub, "--out", out], {
    env: {
      ...process.env,
      TMPDIR: scratch,
      TERRAFORM_BINARY_NAME: world.terraform,
      AKS_FLEET_APPROVAL_KEY: KEY,
    },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (world.noted(when).length === before) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  const status = await ended;
  expect({ status, applied: world.noted("applied"), interrupted: world.noted("interrupted") }).toEqual(
    expected,
  );
  expect(readdirSync(scratch).filter((name) => name.startsWith("aks-fleet"))).toEqual([]);
});
