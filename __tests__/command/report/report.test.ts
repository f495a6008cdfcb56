import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../lib/command/run";
import { BIN, node, type Outcome } from "../run-command";
import { clusterValues, fleetPlan, type MadeChange, madePlan } from "./made";

const PLANS = join(__dirname, "plans");
const APP = join(__dirname, "app");
const HOME = process.cwd();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-report-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(HOME);
  rmSync(folder, { recursive: true });
});

/** The command in this process, in a folder of its own. */
async function report(...args: string[]): Promise<Outcome> {
  const lines = { stdout: "", stderr: "" };
  const status = await run(["report", ...args], {
    environment: {},
    print: (line) => {
      lines.stdout += `${line}\n`;
    },
    complain: (line) => {
      lines.stderr += `${line}\n`;
    },
  });
  return { status, ...lines };
}

const REPLACED: MadeChange = {
  address: "azurerm_kubernetes_cluster.east",
  actions: ["delete", "create"],
  before: clusterValues("aks-east", "eastus2"),
  after: clusterValues("aks-east", "eastus2", { dns_prefix: "b" }),
  replace_paths: [["dns_prefix"]],
};
const WAIT: MadeChange = {
  address: "null_resource.HubWait_74412F07",
  actions: ["create", "delete"],
  before: { triggers: { aks_fleet: "wait", a: "1" } },
  after: { triggers: { aks_fleet: "wait", a: "2" } },
  replace_paths: [["triggers"]],
};
const ZONE: MadeChange = { address: "azurerm_storage_account.z", actions: ["delete"], before: { name: "z" } };

test.each<[number, string, MadeChange[], string[]]>([
  [0, "nothing changes", [], []],
  [2, "something changes", [REPLACED], []],
  [3, "a replacement", [REPLACED], ["--fail-on", "replace"]],
  [2, "another action", [REPLACED], ["--fail-on", "delete,create,forget"]],
  [2, "a wait, which is harmless", [WAIT], ["--fail-on", "replace"]],
  [3, "a wait, when that is asked", [WAIT], ["--fail-on", "replace:harmless"]],
  [2, "no outage", [ZONE], ["--fail-on", "replace,delete:outage"]],
  [3, "a risk", [ZONE], ["--fail-on", "replace:outage,delete:risk"]],
  [3, "a risk, in another option", [ZONE], ["--fail-on", "replace:outage", "--fail-on", "delete"]],
  [3, "whatever is an outage", [REPLACED], ["--fail-on", "outage"]],
  [2, "nothing that is an outage", [ZONE], ["--fail-on", "outage"]],
  [3, "a risk from a severity on", [ZONE], ["--fail-on", "risk"]],
  [
    3,
    "an action that nobody knows",
    [{ address: "azurerm_x.y", actions: ["renovate"], before: {}, after: {} }],
    ["--fail-on", "delete"],
  ],
  [
    2,
    "allowed by its address",
    [ZONE, REPLACED],
    ["--fail-on", "delete", "--allow", "azurerm_storage_account.*"],
  ],
  [2, "allowed in this stack", [ZONE], ["--fail-on", "delete", "--allow", "infra:*.z"]],
  [
    3,
    "allowed in another",
    [ZONE],
    ["--fail-on", "delete", "--allow", "hub:*", "--allow", "azurerm_storage_account"],
  ],
])("exit status %i: %s", async (status, _, changes, args) => {
  writeFileSync("plan.infra.json", fleetPlan(changes));
  for (const format of ["markdown", "text", "json"]) {
    const outcome = await report("plan.infra.json", "--format", format, ...args);
    expect(outcome).toMatchObject({ status, stderr: "" });
    if (format !== "json") expect(outcome.stdout.includes("--fail-on")).toBe(status === 3);
    else expect(JSON.parse(outcome.stdout).refused).toHaveLength(status === 3 ? 1 : 0);
  }
});

test.each<[string, string, RegExp]>([
  [
    "cut off",
    readFileSync(join(PLANS, "infra-create.json"), "utf8").slice(0, 30_000),
    /plan\.infra\.json isn't JSON \(truncated\)/,
  ],
  [
    "of format 2.0",
    '{"format_version":"2.0","resource_changes":[]}',
    /has format 2\.0; this aks-fleet reads plan formats 1\.x/,
  ],
  ["no JSON", "Terraform will perform the following actions: secret", /isn't JSON.*terraform show -json/],
  ["empty", "\n", /is empty/],
  ["a list", "[1]", /it has no format_version/],
  ["a state", '{"format_version":"1.0","values":{}}', /holds a state, not a plan/],
  ["the binary plan", "PK\u0003\u0004", /is a binary plan/],
])("says that a file is %s", async (_, text, message) => {
  writeFileSync("plan.infra.json", text);
  const { status, stdout, stderr } = await report("plan.infra.json");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("secret");
});

test.each<[string[], RegExp]>([
  [["nowhere.json"], /There is no file nowhere\.json/],
  [[], /There is no plan here/],
  [["--format", "html"], /Allowed choices are markdown, text, json/],
  [["--fail-on", "explode"], /--fail-on: "explode" isn't an action/],
  [["--fail-on", "delete:bad"], /: "bad" isn't a severity/],
  [["--kubeconfig", "x"], /unknown option .--kubeconfig./],
  [["--synth", "only-one"], /needs two synthesized folders/],
  [["--synth", "a", "b", "--out", "c"], /.--synth. cannot be used with option .--out/],
  [["--out", "nowhere"], /nowhere has no synthesized app/],
  [["a=plan.json", "a=plan.json"], /two plans of the stack a/],
])("a wrong command line is an error, and no change: %j", async (args, message) => {
  const { status, stdout, stderr } = await report(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(message);
});

test.each<[string, string, RegExp]>([
  ["a stack without a name", '{"stacks":{"a":null}}', /manifest\.json has a stack without a name/],
  [
    "no stack",
    '{"stacks":{"a":{"name":"a","synthesizedStackPath":"manifest2.json"}}}',
    /manifest2\.json isn't a stack/,
  ],
])("a synthesized folder that holds %s is an error that says so", async (_, manifest, message) => {
  mkdirSync("app");
  writeFileSync("app/manifest.json", manifest);
  writeFileSync("app/manifest2.json", "[]");
  expect((await report("--synth", "app", "app")).stderr).toMatch(message);
});

test("a file that can't be written is an error that names it", async () => {
  writeFileSync("plan.infra.json", fleetPlan([]));
  const { status, stderr } = await report("plan.infra.json", "--output", "nowhere/report.md");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^aks-fleet: --output: nowhere\/report\.md can't be written: ENOENT/);
});

test("in the app's folder it needs no arguments", async () => {
  cpSync(APP, "cdktf.out", { recursive: true });
  cpSync(join(PLANS, "infra-cluster-replaced.json"), "plan.infra.json");
  mkdirSync("cdktf.out/stacks/hub", { recursive: true });
  cpSync(join(PLANS, "hub-no-changes.json"), "cdktf.out/stacks/hub/plan.json");
  const { status, stdout } = await report();
  expect(status).toBe(2);
  expect(stdout.split("\n")[0]).toBe("### 🔴 Outage · `infra: +0 ~0 -0 ±2 · hub: no changes`");
  expect(stdout).toContain("the address of store-front changes");
  expect(stdout).toContain("There is no plan of member here");
  expect((await report("hub")).stdout).toContain("No changes");
  const missing = await report("member");
  expect(missing.stderr).toContain(
    "terraform -chdir=cdktf.out/stacks/member show -json plan > plan.member.json",
  );
});

test("an app that lies about by chance is not taken for the planned one", async () => {
  cpSync(APP, "cdktf.out", { recursive: true });
  writeFileSync("plan.other.json", fleetPlan([]));
  const { status, stdout } = await report("plan.other.json");
  expect(status).toBe(0);
  expect(stdout).not.toContain("no plan of");
});

test("reads standard input, and UTF-16 as PowerShell writes it", async () => {
  const plan = join(PLANS, "infra-tag-change.json");
  writeFileSync("plan.infra.json", `\ufeff${readFileSync(plan, "utf8")}`, "utf16le");
  const utf16 = await report("plan.infra.json");
  const program = `require("node:child_process").spawnSync(process.execPath, [${JSON.stringify(BIN)}, "report", "infra=-"], { input: require("node:fs").readFileSync(${JSON.stringify(plan)}), stdio: ["pipe", "inherit", "inherit"] })`;
  const piped = await node(["-e", program]);
  expect(utf16.status).toBe(2);
  expect(piped.stdout).toBe(utf16.stdout);
});

test("the same plan gives the same bytes, whatever the order of its keys", async () => {
  const plan = JSON.parse(readFileSync(join(PLANS, "hub-placement-narrowed.json"), "utf8"));
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, reversed(inner)]),
          )
        : value;
  writeFileSync("plan.a.json", JSON.stringify(plan));
  mkdirSync("b");
  writeFileSync("b/plan.a.json", JSON.stringify(reversed(plan)));
  for (const format of ["markdown", "text"]) {
    const [one, other] = [
      await report("plan.a.json", "--format", format),
      await report("b/plan.a.json", "--format", format),
    ];
    expect(other).toEqual(one);
  }
});

describe("in Markdown", () => {
  test("what is large stays within GitHub's limit, and what matters stays", async () => {
    const large = (index: number): MadeChange => ({
      address: `azurerm_thing.t${index}`,
      actions: ["update"],
      before: Object.fromEntries(
        Array.from({ length: 200 }, (_, key) => [`key${key}`, `before ${index}`.repeat(20)]),
      ),
      after: Object.fromEntries(
        Array.from({ length: 200 }, (_, key) => [`key${key}`, `after ${index}`.repeat(20)]),
      ),
    });
    writeFileSync(
      "plan.infra.json",
      fleetPlan([...Array.from({ length: 500 }, (_, index) => large(index)), REPLACED]),
    );
    const { stdout } = await report("plan.infra.json", "--diagram");
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(stdout).toContain("cluster aks-east is replaced");
    expect(stdout).toContain("# forces the replacement");
    expect(stdout).toMatch(/_To fit GitHub's limit of 65,536 characters, .* omitted/);
    expect(stdout.match(/<details/g)).toHaveLength(stdout.match(/<\/details>/g)?.length as number);
    expect((stdout.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
  });

  test("effects without end are cut, worst first", async () => {
    const changes = Array.from(
      { length: 800 },
      (_, index): MadeChange => ({
        address: `azurerm_thing.t${index}`,
        actions: ["update"],
        before: { name: `thing-${index}`, a: 1 },
        after: { name: `thing-${index}`, a: index + 2 },
      }),
    );
    writeFileSync(
      "plan.infra.json",
      fleetPlan([
        ...changes.map((one) => ({
          ...one,
          address: one.address.replace("thing", "kubernetes_cluster"),
          before: clusterValues(String((one.before as { name: string }).name), "a"),
          after: clusterValues(String((one.after as { name: string }).name), "a", {
            sku_tier: `x-${(one.after as { a: number }).a}`,
          }),
        })),
        REPLACED,
      ]),
    );
    const { stdout } = await report("plan.infra.json");
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(stdout).toMatch(/… and \d+ effects more, none worse/);
    expect(stdout).toContain("cluster aks-east is replaced");
  });

  test("nothing in a name is Markdown", async () => {
    const name = "</details> **bold** @somebody `tick` [link](x) <img src=x> ```";
    writeFileSync(
      "plan.infra.json",
      madePlan([
        {
          address: `azurerm_thing["${name}"]`,
          actions: ["update"],
          before: { name, a: "```\n</details>" },
          after: { name, a: "````\n\u001b[31m\u202e" },
        },
      ]),
    );
    const { stdout } = await report("plan.infra.json");
    const [effect] = stdout.split("\n").filter((line) => line.startsWith("- "));
    expect(effect).toBe(
      "- 🔵 **change**: azurerm_thing &lt;/details&gt; \\*\\*bold\\*\\* @\u200bsomebody \\`tick\\` \\[link\\](x) &lt;img src=x&gt; \\`\\`\\` changes in place: a \\`\\`\\` &lt;/details&gt; → \\`\\`\\`\\` \\\\u001b\\[31m\\\\u202e",
    );
    expect(stdout).toMatch(/^`{5}diff$/m);
    for (const one of ["\u001b", "\u202e"]) expect(stdout).not.toContain(one);
  });
});
