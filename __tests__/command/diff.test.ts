import {
  chmodSync,
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
import { type DiffOptions, diff } from "../../lib/command/diff";
import { parseGate } from "../../lib/command/judge/gate";
import type { Reported } from "../../lib/command/report";
import { run as runCommand } from "../../lib/command/run";
import { aksFleet } from "./run-command";

const REPORT = join(__dirname, "report");
const PLANS = join(REPORT, "plans");

/** What the stand-in for Terraform answers in the folder of a stack. */
interface Stack {
  /** What `state list` prints; undefined: there is no state. */
  readonly state?: string;
  /** What `output -json` prints. */
  readonly outputs?: string;
  /** The name of the plan that `show -json` prints. */
  readonly plan?: string;
  /** What `plan`, or the command that is named, fails with. */
  readonly error?: string;
  readonly failing?: string;
}

/** Speaks as Terraform does of what a file in the stack's folder says, and notes what it was asked. */
const STAND_IN = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const [command, ...rest] = process.argv.slice(2);
const { state, outputs = "{}", plan, error, failing = "plan" } = JSON.parse(readFileSync("stand-in.json", "utf8"));
appendFileSync("../../asked", [process.cwd().split(/[\\\\/]/).pop(), command, ...rest].join(" ") + "\\n");
const fail = (text) => { console.error("╷\\n│ Error: " + text + "\\n╵"); process.exit(1); };
if (error && command === failing) fail(error);
if (command === "state") state === undefined ? fail("No state file was found!") : console.log(state);
if (command === "output") console.log(outputs);
if (command === "plan") writeFileSync(rest.find((one) => one.startsWith("-out=")).slice(5), "binary");
if (command === "show") process.stdout.write(readFileSync(${JSON.stringify(PLANS)} + "/" + plan + ".json"));
`;

/** What --format json tells. */
interface Told {
  readonly effects: readonly { readonly rule: string }[];
  readonly failed?: readonly unknown[];
  readonly refused: readonly unknown[];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-diff-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const DEPLOYED: Record<string, Stack> = {
  infra: { state: "azapi_resource.fleet", plan: "infra-no-changes" },
  hub: { state: "kubernetes_manifest.crp", plan: "hub-no-changes" },
  member: { plan: "member-create" },
};

/** Runs it on the app of the report's tests, each stack of which answers as is said. */
async function run(
  stacks: Record<string, Stack>,
  options: Partial<DiffOptions> = {},
): Promise<Reported & { complaints: string[]; asked: string[]; report: Told }> {
  const out = join(folder, "cdktf.out");
  cpSync(join(REPORT, "app"), out, { recursive: true });
  for (const [name, stack] of Object.entries(stacks)) {
    writeFileSync(join(out, "stacks", name, "stand-in.json"), JSON.stringify(stack));
  }
  const program = join(folder, "terraform");
  writeFileSync(program, STAND_IN);
  chmodSync(program, 0o755);
  const complaints: string[] = [];
  const result = await diff(
    {
      stacks: [],
      out,
      base: undefined,
      format: "text",
      gate: new Map(),
      allowed: [],
      diagram: false,
      ...options,
    },
    {
      environment: { ...process.env, TERRAFORM_BINARY_NAME: program },
      complain: (line) => void complaints.push(line),
    },
  );
  const asked = readFileSync(join(out, "asked"), "utf8").trim().split("\n");
  return { ...result, complaints, asked, report: JSON.parse(result.textIn("json")) };
}

const plannedOf = (asked: readonly string[]) => asked.flatMap((line) => /^(\S+) plan /.exec(line)?.[1] ?? []);

const notesOf = (text: string) =>
  text.match(/^note: .*(\n {6}.*)*/gm)?.map((note) => note.replace(/\s+/g, " "));

test("every stack is planned, in the order in which they are deployed, and told in one report", async () => {
  const { text, status, complaints, asked } = await run(DEPLOYED);
  expect(complaints).toEqual(["planning infra ...", "planning hub ...", "planning member ..."]);
  expect(plannedOf(asked)).toEqual(["infra", "hub", "member"]);
  expect(text.split("\n")[0]).toBe("Change · infra: no changes · hub: no changes · member: +1 ~0 -0 ±0");
  expect(notesOf(text)).toBeUndefined();
  expect(status).toBe(2);
});

test("names are taken as cdktf takes them", async () => {
  const { complaints } = await run(DEPLOYED, { stacks: ["mem*", "h*b"] });
  expect(complaints).toEqual(["planning hub ...", "planning member ..."]);
  await expect(run(DEPLOYED, { stacks: ["h.b"] })).rejects.toThrow("The app has no stack h.b");
});

test("of what Terraform complains, the lines of the configuration that it quotes are left out", async () => {
  const error = [
    "Terraform encountered problems during initialisation.",
    "│ ",
    "│ Error: Invalid value",
    "│ ",
    "│   on cdk.tf.json line 12, in resource.a.b:",
    '│   12:     "password": "hunter2",',
    "│ ",
    "│ It is too short.",
  ].join("\n");
  const hub = { ...DEPLOYED.hub, error };
  const { report } = await run({ ...DEPLOYED, hub });
  expect(report.failed).toEqual([
    { stack: "hub", why: "Invalid value on cdk.tf.json line 12, in resource.a.b: It is too short." },
  ]);
});

test("nothing changes: status 0", async () => {
  const member = { ...DEPLOYED.member, state: "kubernetes_manifest.mcs", plan: "hub-no-changes" };
  expect((await run({ ...DEPLOYED, member })).status).toBe(0);
});

test("before the first deployment, what can't be planned is told as new", async () => {
  const { text, complaints } = await run({
    infra: { plan: "infra-create" },
    hub: {},
    member: {},
  });
  expect(complaints).toEqual(["planning infra ..."]);
  expect(text.split("\n")[0]).toMatch(
    /^Change · infra: \+\d+ ~0 -0 ±0 · hub: \+\d+ ~0 -0 ±0 · member: \+\d+ /,
  );
  expect(notesOf(text)).toEqual([
    "note: hub can't be planned yet: deploy infra first.",
    "note: member can't be planned yet: deploy infra and hub first.",
    "note: hub and member: never deployed, so everything is reported as new.",
  ]);
});

test("a stack that has outputs only is deployed, one that has nothing left is not", async () => {
  const empty = { state: "", plan: "infra-no-changes" };
  const outputs = '{ "aks_fleet": { "value": {} } }';
  expect((await run({ ...DEPLOYED, infra: { ...empty, outputs } })).complaints).toContain("planning hub ...");
  const { complaints, text } = await run({ ...DEPLOYED, infra: empty });
  expect(complaints).toEqual(["planning infra ..."]);
  expect(notesOf(text)?.[0]).toBe("note: hub can't be planned yet: deploy infra first.");
});

test("with a base, what can't be planned is compared with it", async () => {
  const base = join(folder, "base");
  cpSync(join(REPORT, "app"), base, { recursive: true });
  const hub = join(base, "stacks/hub/cdk.tf.json");
  writeFileSync(hub, readFileSync(hub, "utf8").replace(/"replicas": ?\d+/, '"replicas": 7'));
  const { text } = await run({ infra: { plan: "infra-create" }, hub: {}, member: {} }, { base });
  expect(text.split("\n")[0]).toMatch(/ · hub: \+0 ~1 -0 ±0 · member: no changes$/);
  expect(text).toContain("replicas 7 → ");
  expect(notesOf(text)?.slice(-2)).toEqual([
    "note: hub and member were never deployed: everything in it is new; the report shows only what differs from the base.",
    expect.stringMatching(/^note: hub and member: This compares two synthesized apps/),
  ]);
});

test("a stack that needs what waits in one before it is not planned, and no failure", async () => {
  const error = 'Unsupported attribute\n│ This object does not have an attribute named "cross-stack-output"';
  const { text } = await run({
    ...DEPLOYED,
    infra: { state: "azapi_resource.fleet", plan: "infra-node-count" },
    hub: { state: "kubernetes_manifest.crp", error },
  });
  expect(notesOf(text)).toEqual([
    "note: The plan of member may change once infra is deployed.",
    expect.stringMatching(
      /^note: hub can't be planned yet: deploy the changes of infra first\. \(Unsupported attribute This object does not have/,
    ),
    "note: Changes in hub are not reported; compare with --base.",
  ]);
  expect(text).toMatch(/^Risk · hub: can't be planned yet · infra: /);
  expect(text.replace(/\s+/g, " ")).toContain(
    "risk hub is deployed but can't be planned yet: its plan fails (Unsupported attribute This object",
  );
});

test("a plan that fails before what waits is no footnote where the stack is compared, either", async () => {
  const error = "Invalid credentials";
  const infra = { state: "azapi_resource.fleet", plan: "infra-node-count" };
  const member = { ...DEPLOYED.member, error };
  const { text, status } = await run({ ...DEPLOYED, infra, member });
  expect(text.split("\n")[0]).toMatch(/^Risk · member: can't be planned yet \(\+\d+ ~0 -0 ±0\) · infra: /);
  expect(text.replace(/\s+/g, " ")).toContain(
    "risk member can't be planned yet: its plan fails (Invalid credentials); showing the difference",
  );
  expect(status).toBe(2);
});

test("a plan that fails for another reason is told first, ends with 1, and hides no other stack", async () => {
  const hub = { ...DEPLOYED.hub, error: "Invalid credentials\n│ \n│ The credentials are invalid." };
  const gate = parseGate(["delete"]);
  const { text, status, report } = await run({ ...DEPLOYED, hub }, { gate });
  expect(status).toBe(1);
  expect(text.split("\n").slice(0, 3)).toEqual([
    "Failed · Risk · hub: the plan failed · infra: no changes · member: +1 ~0 -0 ±0",
    "Don't approve: a plan failed, so its changes are unknown.",
    "hub: the plan failed: Invalid credentials The credentials are invalid.",
  ]);
  // Once, and not below again.
  expect(text.match(/Invalid credentials/g)).toHaveLength(1);
  expect(report.effects[0]).toMatchObject({
    rule: "plan-failed",
    severity: "risk",
    text: "the plan of hub failed: Invalid credentials The credentials are invalid.",
  });
  // It may be anything that would be deployed there.
  expect(report.refused).toEqual([expect.objectContaining({ stack: "hub", action: "plan-failed" })]);
});

test("no lock is taken, and so none is waited for", async () => {
  const { asked } = await run(DEPLOYED);
  expect(asked.filter((line) => line.includes(" plan "))).toHaveLength(3);
  for (const line of asked.filter((line) => line.includes(" plan "))) expect(line).toContain(" -lock=false ");
});

test.each([
  ["init", "infra", "The stack infra can't be initialized: Backend initialization required"],
  ["state", "infra", "The state of infra can't be read: Backend initialization required"],
])("a failing terraform %s is an error", async (failing, stack, message) => {
  const broken = { ...DEPLOYED[stack], error: "Backend initialization required", failing };
  await expect(run({ ...DEPLOYED, [stack]: broken })).rejects.toThrow(message);
});

test("only the stacks that are named are planned, and must be there", async () => {
  const { asked } = await run(DEPLOYED, { stacks: ["hub"] });
  expect(plannedOf(asked)).toEqual(["hub"]);
  await expect(run(DEPLOYED, { stacks: ["hup"] })).rejects.toThrow(
    "The app has no stack hup: its stacks are infra, hub and member.",
  );
});

test("what is refused ends with 3", async () => {
  const gate = new Map([["create", "harmless"]]) as unknown as DiffOptions["gate"];
  expect((await run(DEPLOYED, { gate })).status).toBe(3);
});

test("nothing of a plan stays: it holds secrets in clear", async () => {
  await run(DEPLOYED);
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const environment = { TMPDIR: scratch, TERRAFORM_BINARY_NAME: join(folder, "terraform") };
  const { status, stdout } = await aksFleet(["diff", "--out", join(folder, "cdktf.out")], environment);
  expect([status, stdout]).toEqual([2, expect.stringContaining("member: +1")]);
  expect(readdirSync(scratch).filter((name) => name.startsWith("aks-fleet"))).toEqual([]);
});

test("without Terraform it says so", async () => {
  const environment = { PATH: folder, TERRAFORM_BINARY_NAME: "no-terraform" };
  const options = {
    base: undefined,
    output: undefined,
    format: "text",
    gate: new Map(),
    allowed: [],
  } as const;
  await expect(
    diff(
      { ...options, stacks: [], out: join(REPORT, "app"), diagram: false },
      { environment, complain: () => {} },
    ),
  ).rejects.toThrow(
    '"no-terraform" is not installed (not in the PATH). TERRAFORM_BINARY_NAME selects another one.',
  );
});

describe("the command line", () => {
  async function command(args: string[]): Promise<{ status: number; printed: string; complained: string }> {
    const lines = { printed: "", complained: "" };
    const status = await runCommand(args, {
      environment: {},
      print: (line) => {
        lines.printed += line;
      },
      complain: (line) => {
        lines.complained += line;
      },
    });
    return { status, ...lines };
  }
  const APP = join(REPORT, "app");
  const outputs = (files: readonly string[]) => files.flatMap((file) => ["--output", file]);

  test("--output names a file for the report", async () => {
    const output = join(folder, "report.md");
    const { status, printed } = await command(["report", "--synth", APP, APP, "--output", output]);
    expect([status, printed]).toEqual([0, ""]);
    expect(readFileSync(output, "utf8")).toMatch(
      /^### .*`infra: no changes · hub: no changes · member: no changes`\n/,
    );
  });

  test("a file's ending names the format, if --format does not", async () => {
    const files = ["report.md", "report.txt", "report.json", "report"].map((name) => join(folder, name));
    const { printed } = await command(["report", "--synth", APP, APP, ...outputs(files)]);
    const starts = files.map((file) => readFileSync(file, "utf8").slice(0, 4));
    expect([printed, starts]).toEqual(["", ["### ", "No c", "{\n  ", "### "]]);
    await command(["report", "--synth", APP, APP, "--format", "text", ...outputs(files)]);
    for (const file of files) expect(readFileSync(file, "utf8")).toMatch(/^No changes · /);
  });

  test.each([
    [["diff", "--format", "html"], "Allowed choices are markdown, text, json"],
    [["diff", "--synth"], "unknown option '--synth'"],
    [["report", "--base", "x"], "unknown option '--base'"],
    [["diff", "--out", join(__dirname, "nowhere")], "nowhere has no synthesized app"],
  ])("%j is refused, with 1: 2 would say that something changes", async (args, message) => {
    const { status, complained } = await command(args);
    expect(complained).toContain(message);
    expect(status).toBe(1);
  });
});
