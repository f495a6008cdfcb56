import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parse } from "yaml";
import { context } from "../cdktf.json";
import { readStacks } from "../lib/command/app/synthesized";
import { SEVERITIES } from "../lib/command/judge/rules/rule";
import { build } from "../main";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly needs?: string | readonly string[];
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

test.each(workflows)("%s: actions are pinned by commit, permissions are least", (file, workflow) => {
  expect(steps(workflow).filter(({ uses }) => uses && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual(
    [],
  );
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const { permissions = {} } of Object.values(workflow.jobs)) {
    for (const [what, access] of Object.entries(permissions)) {
      const allowed = [`${what}: read`, "id-token: write", "pull-requests: write"];
      expect(file === "release.yml" ? [...allowed, "contents: write"] : allowed).toContain(
        `${what}: ${access}`,
      );
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
  for (const file of ["ci.yml", "release.yml"]) {
    expect(steps(of(file))).toContainEqual({ run: ".ci/run", env: { FETCH_SCHEMAS: "1" } });
  }
  const commands = readFileSync(join(ROOT, ".ci/run"), "utf8").split("\n");
  const order = ["npm ci", "  npm run fetch-schemas", "npm test", ".ci/consumer"];
  expect(commands.filter((line) => order.includes(line))).toEqual(order);
});

test("ci looks through workflows and scripts, with tools that are pinned", () => {
  expect(steps(of("ci.yml")).map(({ run }) => run)).toContain(".ci/lint");
  const lint = readFileSync(join(ROOT, ".ci/lint"), "utf8");
  for (const line of ["actionlint", "zizmor --offline .github"]) expect(lint.split("\n")).toContain(line);
  expect(lint).toMatch(/actionlint@v\d+\.\d+\.\d+$/m);
  expect(lint).toContain("--require-hashes");
});

test("a fork's pull request, and Dependabot's, gets neither an identity nor an environment", () => {
  const { started, plan, fork } = of("diff.yml").jobs as Record<string, Job>;
  const own =
    "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'";
  expect([started?.if, plan?.if]).toEqual([own, own]);
  expect(fork?.if).toBe(
    own.replace("== github", "!= github").replace("&&", "||").replace("!= 'dep", "== 'dep"),
  );
  expect([fork?.permissions, fork?.environment]).toEqual([undefined, undefined]);
  expect(JSON.stringify(fork)).not.toMatch(/secrets\.|vars\.|token/i);
});

test("what runs the code of a pull request can't write to it, and what writes runs none", () => {
  for (const [name, { permissions, steps }] of Object.entries(of("diff.yml").jobs)) {
    const runs = steps.some(({ run = "" }) => /npm|\.ci\/report/.test(run));
    expect([name, runs && permissions?.["pull-requests"] === "write"]).toEqual([name, false]);
  }
});

test("one check to require hears of everything that reports", () => {
  const { fleet } = of("diff.yml").jobs as Record<string, Job>;
  expect(fleet).toMatchObject({ if: "always()", needs: ["plan", "fork"] });
  expect(fleet?.steps.at(-1)).toMatchObject({
    run: ".ci/verdict",
    env: { PLAN: "${{ needs.plan.result }}", FORK: "${{ needs.fork.result }}" },
  });
});

test("the docs set up every environment, variable and secret that the workflows name, and tell of every verdict", () => {
  const docs = ["docs/deploying.md", "docs/identities.md", "CONTRIBUTING.md", "integ/README.md"]
    .map((page) => readFileSync(join(ROOT, page), "utf8"))
    .join();
  const text = workflows.map(([file]) => readFileSync(join(FOLDER, file), "utf8")).join();
  const environments = new Set(
    [...text.matchAll(/^ +environment: (\S+)$/gm)].map(([, name]) => name as string),
  );
  expect([...environments].sort()).toEqual(["integ", "npm", "plan", "production", "production-plan"]);
  for (const name of environments)
    expect(docs).toMatch(new RegExp(`(/environments/|:environment:)${name}\\b`));
  const settings = new Set(
    [...text.matchAll(/\b(vars|secrets)\.(\w+)/g)].map(([, kind, name]) => `${kind} ${name}`),
  );
  expect(settings.size).toBe(5);
  for (const setting of settings) {
    const [kind, name] = setting.split(" ");
    expect(docs).toContain(`gh ${kind === "vars" ? "variable" : "secret"} set ${name} `);
  }
  for (const verdict of [...SEVERITIES, "none", "failed"]) expect(docs).toContain(`\`fleet: ${verdict}\``);
});

describe("deploying", () => {
  const { jobs, ...workflow } = of("deploy.yml") as Workflow & { concurrency?: unknown };
  const last = "plan-5";
  const plans = Object.keys(jobs).filter((name) => name.startsWith("plan"));
  const runOf = (name: string) => jobs[name]?.steps.at(-1);

  test("from main only, and no deployment that waits holds up a plan", () => {
    expect(jobs.plan?.if).toBe("github.ref == 'refs/heads/main'");
    expect(Object.values(jobs).filter(({ needs }) => needs === undefined)).toHaveLength(1);
    expect(JSON.stringify([workflow, jobs])).not.toContain("concurrency");
  });

  test.each(plans.filter((name) => name !== last))(
    "%s: what it wrote is what is approved and applied",
    (plan) => {
      const apply = plan.replace("plan", "apply");
      expect(runOf(plan)).toMatchObject({ id: "stage", run: ".ci/stage" });
      expect(jobs[plan]).toMatchObject({
        environment: "production-plan",
        outputs: { approve: "${{ steps.stage.outputs.approve }}", again: "${{ steps.stage.outputs.again }}" },
      });
      expect(jobs[apply]).toMatchObject({
        environment: "production",
        needs: plan,
        if: `needs.${plan}.outputs.approve != ''`,
      });
      expect(runOf(apply)).toMatchObject({
        run: "exec .ci/deploy",
        env: { APPROVED: `\${{ needs.${plan}.outputs.approve }}` },
      });
    },
  );

  test("a stage comes after the one before is applied, and the last finds nothing", () => {
    for (const [index, plan] of plans.entries()) {
      const before = plans[index - 1];
      if (before === undefined) continue;
      expect(jobs[plan]).toMatchObject({
        needs: [before, before.replace("plan", "apply")],
        if: `needs.${before}.outputs.again == 'true'`,
      });
    }
    expect(plans.at(-1)).toBe(last);
    expect(runOf(last)).toMatchObject({ run: ".ci/stage --last" });
  });

  test("the stages of the app are no more than the workflow has", () => {
    const stages = (name: string): number =>
      1 + Math.max(0, ...(stacks.get(name)?.dependencies ?? []).map(stages));
    const app = build(new App({ outdir: mkdtempSync(join(tmpdir(), "aks-fleet-app-")), context }));
    app.synth();
    const stacks = new Map(readStacks(app.outdir).map((stack) => [stack.name, stack]));
    rmSync(app.outdir, { recursive: true });
    expect(Math.max(...[...stacks.keys()].map(stages))).toBe(plans.length - 1);
  });
});

test("what costs money is started by hand only, with an identity of its own, and destroyed whatever happens", () => {
  const { on, jobs } = of("integ.yml");
  expect(Object.keys(on as object)).toEqual(["workflow_dispatch"]);
  expect(Object.values(jobs).map(({ environment }) => environment)).toEqual(["integ"]);
  const last = jobs.integ?.steps.at(-1) as { if?: string; run?: string };
  expect(last.if).toBe("failure() || cancelled()");
  expect(last.run).toContain("--destroy --run");
});
