import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
});
afterEach(() => rmSync(folder, { recursive: true }));

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

interface Told {
  readonly stage?: {
    readonly approve: readonly { stack: string; digest: string }[];
    readonly later: string[];
  };
  readonly notes: readonly string[];
}

/** What can be approved now, as `deploy` takes it. */
async function approvable(): Promise<string[]> {
  const { printed } = await command(["diff", "--format", "json"]);
  return (JSON.parse(printed) as Told).stage?.approve.map(({ stack, digest }) => `${stack}=${digest}`) ?? [];
}

test("what was approved is applied: these very plans, in the order of the stacks", async () => {
  const approved = await approvable();
  expect(approved.map((one) => one.split("=")[0])).toEqual(["hub", "member"]);
  const { status, printed } = await command(["deploy", ...approved.reverse()]);
  expect([status, world.noted("applied")]).toEqual([0, ["hub", "member"]]);
  expect([world.applied("hub"), world.applied("member")]).toEqual([planOf("hub"), planOf("member")]);
  expect(printed).toContain("hub: null_resource.a: Creating...\nhub: Apply complete!\n");
  // Somebody else may be deploying.
  for (const line of world.noted("asked").filter((one) => /^\S+ (plan|apply) .*-lock-timeout/.test(one))) {
    expect(line).toContain(" -lock-timeout=10m ");
  }
  expect(await approvable()).toEqual([]);
});

test("diff tells what is next in words, too, and nothing of digests without a key", async () => {
  expect((await command(["diff", "--format", "text"])).printed).toContain(
    "note: To be approved now: hub and member. After it, member will be planned again.",
  );
  const { printed } = await command(["diff", "--format", "json"], { AKS_FLEET_APPROVAL_KEY: undefined });
  expect(JSON.parse(printed) as Told).not.toHaveProperty("stage");
});

test("if one plan differs, nothing is applied", async () => {
  const approved = await approvable();
  world.set({ member: { plan: planOf("membfr") } });
  const { status, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([3, []]);
  expect(complained).toMatch(/^aks-fleet: member: what would be applied is not what was approved\./m);
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
    /^aks-fleet: The plan of hub failed: a\nmember was left alone: what it depends on failed\.\nNothing/m,
  ],
])("%s stops it before anything is touched", async (_what, stacks, message) => {
  const approved = await approvable();
  world.set(stacks);
  const { status, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied")]).toEqual([1, []]);
  expect(complained).toMatch(message);
});

test("what depends on a stack that failed is left alone", async () => {
  const approved = await approvable();
  world.set({ hub: { applyError: "Conflict" } });
  const { status, printed, complained } = await command(["deploy", ...approved]);
  expect([status, world.noted("applied"), world.noted("started")]).toEqual([1, [], ["hub"]]);
  expect(printed).toContain("hub: │ Error: Conflict");
  expect(complained).toMatch(
    /hub could not be applied as a whole; why is told above\.\nmember was left alone: .*\nWhat was applied stays\./,
  );
});

test("what reads what changes is not deployed with it", async () => {
  world.set({ infra: { plan: planOf("infra") } });
  const [infra = ""] = await approvable();
  expect(infra).toMatch(/^infra=/);
  const { status, complained } = await command(["deploy", infra, infra.replace("infra", "hub")]);
  expect([status, world.noted("applied")]).toEqual([1, []]);
  expect(complained).toContain("hub reads what infra tells: deploy infra first");
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

test("whoever stops it stops Terraform once, and leaves no plan behind", async () => {
  const approved = await approvable();
  world.set({ hub: { takes: 2 } });
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const child = spawn(process.execPath, [BIN, "deploy", ...approved, "--out", out], {
    env: {
      ...process.env,
      TMPDIR: scratch,
      TERRAFORM_BINARY_NAME: world.terraform,
      AKS_FLEET_APPROVAL_KEY: KEY,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complained = "";
  child.stderr.on("data", (data) => {
    complained += data;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (world.noted("started").length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  expect(await ended).toBe(1);
  expect(world.noted("interrupted")).toEqual(["hub"]);
  expect(world.noted("started")).toEqual(["hub"]);
  expect(complained).toContain("member was not applied: this was stopped before.");
  expect(readdirSync(scratch).filter((name) => name.startsWith("aks-fleet"))).toEqual([]);
});
