import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Record<string, Job>;
}

const workflows = readdirSync(FOLDER).map((file): [string, Workflow] => [
  file,
  parse(readFileSync(join(FOLDER, file), "utf8")),
]);
const of = (file: string) => new Map(workflows).get(file) as Workflow;
const steps = ({ jobs }: Workflow) => Object.values(jobs).flatMap((job) => job.steps);

test.each(workflows)("%s: actions are pinned by commit, permissions are least", (_file, workflow) => {
  expect(steps(workflow).filter(({ uses }) => uses && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual(
    [],
  );
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const { permissions = {} } of Object.values(workflow.jobs)) {
    for (const [what, access] of Object.entries(permissions)) {
      expect([`${what}: read`, "id-token: write", "pull-requests: write"]).toContain(`${what}: ${access}`);
    }
  }
  // The code of a pull request must not meet the credentials of its base.
  expect(JSON.stringify(workflow.on)).not.toContain("pull_request_target");
});

test.each(workflows)("%s: its scripts are those of the package, and shell", (_file, workflow) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const lines = steps(workflow).flatMap(({ run }) => run ?? []);
  for (const line of lines) {
    for (const [, script] of line.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
    const { status, stderr } = spawnSync("bash", ["-n"], {
      input: line.replace(/\$\{\{.*?\}\}/g, "x"),
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
  }
  expect(lines.length).toBeGreaterThan(0);
});

test("ci runs the README's test command with the providers' schemas, and uses the package", () => {
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain("npm ci && npm test ");
  expect(steps(of("ci.yml")).map(({ run }) => run)).toContain(".ci/run");
  const commands = readFileSync(join(ROOT, ".ci/run"), "utf8").split("\n");
  const order = ["npm ci", "  npm run fetch-schemas", "npm test", ".ci/consumer"];
  expect(commands.filter((line) => order.includes(line))).toEqual(order);
});

test("a fork's pull request gets neither an identity nor an environment", () => {
  const { plan, fork } = of("diff.yml").jobs as { plan: Job; fork: Job };
  const same = "github.event.pull_request.head.repo.full_name == github.repository";
  expect([plan.if, fork.if]).toEqual([same, same.replace("==", "!=")]);
  expect([fork.permissions, fork.environment]).toEqual([undefined, undefined]);
  expect(JSON.stringify(fork)).not.toMatch(/secrets\.|vars\.|token/i);
});

test("the first pull request has nothing to compare with but an app without stacks", () => {
  const { plan, fork } = of("diff.yml").jobs as { plan: Job; fork: Job };
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-workflow-"));
  try {
    const shell = (job: Job, what: string) => {
      const { run = "" } = job.steps.find(({ run }) => run?.includes(what)) as Step;
      const stubs =
        'npm() { echo "npm $*"; }; node() { echo "node $*"; touch report.md; }; GITHUB_STEP_SUMMARY=summary\n';
      return spawnSync("bash", ["-e"], { input: stubs + run, cwd: folder, encoding: "utf8" });
    };
    for (const job of [plan, fork]) expect(shell(job, "npm run app --if-present").stdout).toBe("");
    expect(shell(plan, "npm run --silent diff").stdout).toBe(
      "npm run --silent diff -- --diagram --output report.md\n",
    );
    expect(shell(fork, "--synth")).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(folder, "base/cdktf.out/manifest.json"), "utf8"))).toEqual({
      stacks: {},
    });
    expect(shell(plan, "npm run --silent diff").stdout).toContain(" --base base/cdktf.out ");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a report that could not be made doesn't leave an earlier one standing", () => {
  const { plan } = of("diff.yml").jobs as { plan: Job };
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-workflow-"));
  try {
    const { run = "" } = plan.steps.find(({ run }) => run?.includes("comment.md")) as Step;
    const stubs = 'gh() { case "$*" in *PATCH*) echo "$*" > asked;; *--jq*) echo 42;; esac; }\n';
    const { status } = spawnSync("bash", ["-e"], {
      input: stubs + run,
      cwd: folder,
      env: {
        ...process.env,
        GITHUB_STEP_SUMMARY: "summary",
        COMMIT: "abc",
        RUN: "https://run",
        REPOSITORY: "a/b",
      },
    });
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "comment.md"), "utf8")).toBe(
      "<!-- aks-fleet report -->\n### ⚠️ No report\n\nWhat abc does to the fleet could not be told: [see why](https://run).\n",
    );
    expect(readFileSync(join(folder, "asked"), "utf8")).toContain("repos/a/b/issues/comments/42");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is deployed was approved", () => {
  const { apply } = of("deploy.yml").jobs as { apply: Job };
  expect(apply.environment).toBe("production");
  const runs = apply.steps.map(({ run = "" }) => run);
  const compare = runs.findIndex((run) => run.includes('!= "$APPROVED"'));
  const deploy = runs.findIndex((run) => run.includes("cdktf deploy '*' --auto-approve"));
  expect(compare).toBeGreaterThan(-1);
  expect(deploy).toBe(compare + 1);
});

test("what costs money is started by hand only, with an identity of its own, and destroyed whatever happens", () => {
  const { on, jobs } = of("integ.yml");
  expect(Object.keys(on as object)).toEqual(["workflow_dispatch"]);
  expect(Object.values(jobs).map(({ environment }) => environment)).toEqual(["integ"]);
  const last = jobs.integ?.steps.at(-1) as { if?: string; run?: string };
  expect(last.if).toBe("failure() || cancelled()");
  expect(last.run).toContain("--destroy --run");
});
