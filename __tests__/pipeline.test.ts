import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../lib/command/judge/effects";
import { readPlan } from "../lib/command/plan/plan";
import { toMarkdown } from "../lib/command/render/markdown";
import { madePlan } from "./command/report/made";
import { World } from "./command/terraform-stand-in";

// The scripts of .ci as the workflows run them, in a repository of their own: with stand-ins for npm, Terraform and GitHub.

const ROOT = join(__dirname, "..");
const APP = join(ROOT, "__tests__/command/report/app");
const KEY = "0123456789abcdef".repeat(4);
const UNCHANGED = madePlan([], { applyable: false });

/** What an app's scripts do, without installing anything. */
const NPM = `#!/bin/sh
echo "npm $*" >> "$STAND_INS/npm.log"
case "$*" in
  ci*) ;;
  *app*) rm -rf cdktf.out; if [ -d app ]; then cp -r app cdktf.out; fi;;
  "run --silent diff -- "*) rm -rf cdktf.out; cp -r app cdktf.out; shift 4; exec node bin/aks-fleet.js diff "$@";;
  *) echo "npm $*?" >&2; exit 9;;
esac
`;

/** A pull request with its comments and labels. */
const GH = `#!/bin/sh
cd "$STAND_INS" || exit 9
echo "$*" >> gh.log
case "$*" in
  "api repos/a/b/pulls/7 --jq .head.sha") cat head;;
  "api --paginate repos/a/b/issues/7/comments --jq "*'github-actions[bot]'*'<!-- aks-fleet report -->'*)
    if [ -f comment ]; then echo 42; fi;;
  "api repos/a/b/issues/comments/42 --jq .body") cat comment;;
  "api --method PATCH repos/a/b/issues/comments/42 --field body=@comment.md --silent") cp "$OLDPWD/comment.md" comment;;
  "api repos/a/b/issues/7/comments --field body=@comment.md --silent") cp "$OLDPWD/comment.md" comment;;
  "api --paginate repos/a/b/issues/7/labels --jq "*'startswith("fleet: ")'*) grep '^fleet: ' labels || true;;
  "api --method DELETE repos/a/b/issues/7/labels/"*)
    gone=$(echo "$4" | sed 's#.*/##; s/%20/ /g'); grep -vx "$gone" labels > left || true; mv left labels;;
  # It exists.
  "api repos/a/b/labels --raw-field name="*) exit 1;;
  "api repos/a/b/issues/7/labels --raw-field labels[]="*) new=\${4#*=}; grep -qx "$new" labels || echo "$new" >> labels;;
  *) echo "gh $*?" >&2; exit 9;;
esac
`;

let folder: string;
let world: World;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-pipeline-"));
  world = new World(join(folder, "world"), UNCHANGED);
  const standIns = join(folder, "stand-ins");
  const repository = join(folder, "repository");
  for (const one of [standIns, join(repository, "bin")]) mkdirSync(one, { recursive: true });
  for (const [name, text] of Object.entries({ npm: NPM, gh: GH })) {
    writeFileSync(join(standIns, name), text);
    chmodSync(join(standIns, name), 0o755);
  }
  writeFileSync(join(standIns, "labels"), "bug\n");
  writeFileSync(join(standIns, "head"), "c0ffee");
  cpSync(join(ROOT, ".ci"), join(repository, ".ci"), { recursive: true });
  cpSync(APP, join(repository, "app"), { recursive: true });
  writeFileSync(
    join(repository, "bin/aks-fleet.js"),
    `require(${JSON.stringify(join(ROOT, "bin/aks-fleet.js"))});`,
  );
  commit();
});
afterEach(() => rmSync(folder, { recursive: true }));

function commit(): void {
  const git = (...args: string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
      cwd: join(folder, "repository"),
    });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "a");
}

/** Runs a script of .ci; what it wrote for GitHub comes with it. */
function script(line: string, environment: Record<string, string> = {}) {
  const [name = "", ...args] = line.split(" ");
  const cwd = join(folder, "repository");
  const [output, summary] = [join(folder, "output"), join(folder, "summary")];
  for (const file of [output, summary]) writeFileSync(file, "");
  const { status, stdout, stderr } = spawnSync(join(cwd, ".ci", name), args, {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${join(folder, "stand-ins")}:${process.env.PATH}`,
      STAND_INS: join(folder, "stand-ins"),
      TERRAFORM_BINARY_NAME: world.terraform,
      AKS_FLEET_APPROVAL_KEY: KEY,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...environment,
    },
  });
  const outputs = Object.fromEntries(
    readFileSync(output, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((one) => one.split(/=(.*)/s).slice(0, 2)),
  );
  return { status, stdout, stderr, outputs, summary: readFileSync(summary, "utf8") };
}

const inRepository = (file: string) => join(folder, "repository", file);
const standIn = (file: string) => readFileSync(join(folder, "stand-ins", file), "utf8");

describe("deploying", () => {
  const ranges = Array.from({ length: 300 }, (_, index) => `10.${index % 256}.0.0/16`);
  const INFRA = madePlan(
    [
      {
        address: "azapi_resource.vm",
        actions: ["update"],
        before: { tags: { a: "1" }, body: { properties: { adminPassword: "hunter2-and-more" } } },
        after: { tags: { a: "2" }, body: { properties: { adminPassword: "hunter3-and-more" } } },
      },
      {
        address: "azurerm_key_vault_secret.key",
        actions: ["update"],
        before: { value: "the-old-value" },
        after: { value: "the-new-value" },
        before_sensitive: { value: true },
        after_sensitive: { value: true },
      },
      {
        address: "azurerm_policy_definition.rule",
        actions: ["update"],
        before: { policy_rule: "a".repeat(2_000) },
        after: { policy_rule: "b".repeat(2_000) },
      },
      {
        address: "azurerm_ip_group.sources",
        actions: ["create"],
        after: { name: "sources", cidrs: [...ranges, "10.0.0.0/8"] },
      },
    ],
    { applyable: true, complete: true },
  );
  const HUB = madePlan(
    Array.from({ length: 900 }, (_, index) => ({
      address: `kubernetes_manifest.settings-${index}`,
      actions: ["create"],
      after: {
        manifest: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: `settings-${index}`, namespace: "shop" },
          data: { text: `the settings of ${index}` },
        },
      },
    })),
    { applyable: true, complete: true },
  );
  const MEMBER = madePlan(
    [{ address: "null_resource.wait", actions: ["create"], after: { triggers: { a: "1" } } }],
    {
      applyable: true,
      complete: true,
    },
  );

  /** What a reviewer sees. */
  const shown = (plan: string, stack: string) =>
    toMarkdown(judge([readPlan(plan, stack, "the plan")]), [], false);

  const put = (plan: string, was: string, is: string): string => {
    expect(plan.split(was)).toHaveLength(2);
    return plan.replace(was, is);
  };

  /** One value differs, in one byte. */
  const OF_INFRA: [string, string][] = [
    ["masked", put(INFRA, "hunter3-and-more", "hunter4-and-more")],
    ["secret", put(INFRA, "the-new-value", "the-nev-value")],
    ["shortened", put(INFRA, `${"b".repeat(1_999)}b"`, `${"b".repeat(1_999)}c"`)],
    ["at the end of a long list", put(INFRA, '"10.0.0.0/8"', '"0.0.0.0/0"')],
  ];
  const OF_HUB = put(HUB, "the settings of 777", "the settings of 77_");

  test("what differs in one byte is refused, at each stage, and nothing is touched; what was approved is applied", () => {
    world.set({ infra: { plan: INFRA }, hub: { plan: HUB }, member: { plan: MEMBER } });
    const first = script("stage");
    expect([first.status, first.stderr.includes("planning hub")]).toEqual([0, false]);
    expect(first.outputs).toEqual({
      approve: expect.stringMatching(/^infra=[0-9a-f]{64}$/),
      again: "true",
    });
    expect(first.summary).toContain("To approve now: infra. Then plan hub and member again.");
    // The log holds all of it, and GitHub takes none of it for a command.
    expect(first.stdout).toMatch(
      /^::stop-commands::([0-9a-f]{32})\n[\s\S]*azurerm_ip_group\.sources[\s\S]*\n::\1::\n$/,
    );

    const APPROVED = first.outputs.approve as string;
    for (const [kind, plan] of OF_INFRA) {
      world.set({ infra: { plan } });
      const { status, stderr } = script("deploy", { APPROVED });
      expect([kind, status, stderr.includes("infra: the plan is not what was approved")]).toEqual([
        kind,
        3,
        true,
      ]);
    }
    expect(world.noted("started")).toEqual([]);
    // Of none of these the report says anything: it would have passed.
    for (const [kind, plan] of OF_INFRA)
      expect([kind, shown(plan, "infra")]).toEqual([kind, shown(INFRA, "infra")]);

    world.set({ infra: { plan: INFRA } });
    expect(script("deploy", { APPROVED }).status).toBe(0);
    expect([world.noted("applied"), world.applied("infra")]).toEqual([["infra"], INFRA]);

    const second = script("stage");
    expect(second.outputs).toEqual({
      approve: expect.stringMatching(/^hub=[0-9a-f]{64}$/),
      again: "true",
    });
    const later = { APPROVED: second.outputs.approve as string };
    world.set({ hub: { plan: OF_HUB } });
    expect(shown(OF_HUB, "hub")).toBe(shown(HUB, "hub"));
    expect(script("deploy", later).status).toBe(3);
    // What was approved once is no approval of what comes after.
    expect(script("deploy", { APPROVED }).status).toBe(3);
    expect(world.noted("started")).toEqual(["infra"]);
    world.set({ hub: { plan: HUB } });
    expect(script("deploy", later).status).toBe(0);

    const third = script("stage");
    expect(third.outputs).toEqual({
      approve: expect.stringMatching(/^member=[0-9a-f]{64}$/),
      again: "false",
    });
    world.set({ member: { plan: put(MEMBER, '"a":"1"', '"a":"2"') } });
    expect(script("deploy", { APPROVED: third.outputs.approve as string }).status).toBe(3);
    world.set({ member: { plan: MEMBER } });
    expect(script("deploy", { APPROVED: third.outputs.approve as string }).status).toBe(0);
    expect(world.noted("applied")).toEqual(["infra", "hub", "member"]);
    const last = script("stage --last");
    expect([last.status, last.outputs]).toEqual([0, { approve: "", again: "false" }]);
  }, 600_000);

  test("what is left at the end, or can't go on, is no success", () => {
    world.set({
      infra: { deployed: true, plan: UNCHANGED },
      hub: { deployed: true, plan: MEMBER },
      member: { deployed: true, plan: UNCHANGED },
    });
    expect(script("stage --last")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("::error::Something is left to deploy (hub)"),
      outputs: {},
    });
    expect(script("stage", { AKS_FLEET_APPROVAL_KEY: "" })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("::error::AKS_FLEET_APPROVAL_KEY is not set"),
    });
    world.set({ hub: { planError: "Invalid credentials" } });
    const failed = script("stage");
    expect([failed.status, failed.outputs]).toEqual([1, {}]);
    expect(failed.summary).toMatch(/^### ❌ Failed · Risk · .*hub: the plan failed/);
    expect(script("deploy").stderr).toContain("APPROVED");
  }, 300_000);
});

describe("reporting", () => {
  beforeEach(() => {
    for (const stack of ["infra", "hub", "member"]) {
      world.set({ [stack]: { deployed: true, plan: UNCHANGED } });
    }
  });

  test("what can't be planned is compared with the commit before, if there is one with an app", () => {
    expect(script("report").status).toBe(0);
    expect(standIn("npm.log")).toMatch(/^npm run --silent diff -- --diagram [\s\S]*$/);
    expect(readFileSync(inRepository("report.md"), "utf8")).toMatch(/^### ✅ No changes/);

    writeFileSync(inRepository("package-lock.json"), "{}");
    commit();
    writeFileSync(inRepository("more"), "");
    commit();
    expect(script("report").status).toBe(0);
    const [install, app, report] = standIn("npm.log").split("\n").slice(-4);
    expect([install, app]).toEqual(["npm ci --silent", "npm run --silent app --if-present"]);
    expect(report).toMatch(/^npm run --silent diff -- --base \/.*\/cdktf\.out --diagram /);
    // Nothing of it is left behind.
    expect(existsSync(report?.split(" ")[6] as string)).toBe(false);
  }, 120_000);

  test.each([
    ["outage", 1],
    ["risk", 3],
    ["none", 1],
  ])(
    "FAIL_ON=%s of a plan that failed, which is a risk at least, ends with %d",
    (FAIL_ON, expected) => {
      world.set({
        hub: {
          plan: madePlan([{ address: "null_resource.a", actions: ["delete"] }], {
            applyable: true,
            errored: true,
          }),
        },
      });
      expect(script("report", { FAIL_ON }).status).toBe(expected);
    },
    120_000,
  );

  test("a fork's pull request is compared, and asks nobody; the first of all with an app without stacks", () => {
    const { status } = script("report --synth", { FAIL_ON: "outage" });
    expect([status, world.noted("asked"), standIn("npm.log")]).toEqual([2, [], "npm run --silent app\n"]);
    expect(readFileSync(inRepository("report.txt"), "utf8")).toMatch(/^Change · infra: \+\d+ /);

    writeFileSync(inRepository("package-lock.json"), "{}");
    commit();
    writeFileSync(inRepository("more"), "");
    commit();
    expect(script("report --synth").status).toBe(0);
  }, 120_000);

  test("an older report does not stand for one that fails", () => {
    writeFileSync(inRepository("report.md"), "old");
    rmSync(inRepository("app"), { recursive: true });
    expect(script("report").status).toBe(1);
    expect(existsSync(inRepository("report.md"))).toBe(false);
  }, 120_000);
});

describe("the comment of a pull request", () => {
  const of = (what: "started" | "report", more: Record<string, string> = {}) =>
    script(`comment ${what}`, {
      GH_TOKEN: "t",
      REPOSITORY: "a/b",
      PULL_REQUEST: "7",
      COMMIT: "c0ffee",
      RUN: "https://run/1",
      ...more,
    });
  const report = (severity: string | null, text: string, more: object = {}) => {
    writeFileSync(inRepository("report.md"), text);
    writeFileSync(inRepository("report.json"), JSON.stringify({ severity, ...more }));
  };
  const labels = () => standIn("labels").split("\n").filter(Boolean);

  test("says of which commit and which run it is, and is outdated as soon as another one starts", () => {
    expect(of("started").status).toBe(0);
    report("risk", "### Risk\n\nthe report\n");
    expect(of("report").status).toBe(0);
    const first = "<!-- aks-fleet report -->\nc0ffee · [run](https://run/1)\n\n### Risk\n\nthe report\n";
    expect([standIn("comment"), labels()]).toEqual([first, ["bug", "fleet: risk"]]);

    writeFileSync(join(folder, "stand-ins/head"), "decaf");
    const next = { COMMIT: "decaf", RUN: "https://run/2" };
    for (const _ of [1, 2]) {
      expect(of("started", next).status).toBe(0);
      expect([standIn("comment"), labels()]).toEqual([
        first.replace(
          "-->\n",
          "-->\n> ⏳ **Outdated**: what decaf does is [being planned](https://run/2).\n\n",
        ),
        ["bug"],
      ]);
    }
    // The one before comes late, or is started again.
    for (const what of ["started", "report"] as const) {
      expect(of(what)).toMatchObject({ status: 0, stdout: expect.stringContaining("not the newest commit") });
    }
    expect(standIn("comment")).toContain("decaf");
    expect(labels()).toEqual(["bug"]);

    report(null, "### No changes\n");
    expect(of("report", next).status).toBe(0);
    expect([standIn("comment"), labels()]).toEqual([
      "<!-- aks-fleet report -->\ndecaf · [run](https://run/2)\n\n### No changes\n",
      ["bug", "fleet: none"],
    ]);
    expect(standIn("gh.log")).toContain(
      "repos/a/b/labels --raw-field name=fleet: none --raw-field color=0e8a16",
    );
  });

  test("a plan that failed, or a report that could not be made, says so", () => {
    report("risk", "### Risk\n", { failed: [{ stack: "hub" }] });
    expect(of("report").status).toBe(0);
    expect(labels()).toEqual(["bug", "fleet: failed"]);
    for (const file of ["report.md", "report.json"]) rmSync(inRepository(file));
    expect(of("report").status).toBe(0);
    expect(standIn("comment")).toMatch(
      /^<!-- aks-fleet report -->\nc0ffee .*\n\n### ⚠️ No report\n\n.*https:\/\/run\/1/,
    );
    expect(labels()).toEqual(["bug", "fleet: failed"]);
  });

  test("is not longer than GitHub takes", () => {
    const long = {
      COMMIT: "a".repeat(40),
      RUN: `https://github.com/${"a".repeat(39)}/${"b".repeat(100)}/actions/runs/12345678901`,
    };
    writeFileSync(join(folder, "stand-ins/head"), long.COMMIT);
    report("risk", "x".repeat(65_000));
    of("report", long);
    of("started", long);
    expect([...standIn("comment")].length).toBeLessThanOrEqual(65_536);
    expect(standIn("comment")).toContain("Outdated");
  });
});

test.each([
  ["success", "skipped", 0],
  ["skipped", "success", 0],
  ["failure", "skipped", 1],
  ["skipped", "failure", 1],
  ["cancelled", "skipped", 1],
  ["skipped", "skipped", 1],
])("the required check of %s and %s ends with %d", (PLAN, FORK, expected) => {
  expect(script("verdict", { PLAN, FORK }).status).toBe(expected);
});
