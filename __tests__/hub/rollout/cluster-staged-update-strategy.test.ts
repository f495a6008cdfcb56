import { TerraformVariable } from "cdktf";
import { ClusterStagedUpdateStrategy, Password, type UpdateStage } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, unknown } from "../fixtures";

const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));
const labelled = (name: string): UpdateStage => ({ name, labelSelector: { matchLabels: { stage: "a" } } });

test("the manifest", () => {
  const stack = synthStack((scope) => {
    const password = new Password(scope, "Password");
    new ClusterStagedUpdateStrategy(scope, "Strategy", {
      name: "canary-first",
      stages: [
        {
          name: "canary",
          labelSelector: { matchExpressions: [{ key: "env", operator: "In", values: ["canary"] }] },
          sortingLabelKey: "order",
          maxConcurrency: 2,
          beforeStageTasks: [{ type: "Approval" }],
          afterStageTasks: [{ type: "Approval" }, { type: "TimedWait", waitTime: "1h30m" }],
        },
        { name: "rest", labelSelector: { matchLabels: { env: "prod" } }, maxConcurrency: "50%" },
      ],
      dependsOn: [password.node.findChild("Resource") as never],
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Strategy/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateStrategy",
    metadata: { name: "canary-first" },
    spec: {
      stages: [
        {
          name: "canary",
          labelSelector: { matchExpressions: [{ key: "env", operator: "In", values: ["canary"] }] },
          sortingLabelKey: "order",
          maxConcurrency: 2,
          beforeStageTasks: [{ type: "Approval" }],
          afterStageTasks: [{ type: "Approval" }, { type: "TimedWait", waitTime: "1h30m" }],
        },
        { name: "rest", labelSelector: { matchLabels: { env: "prod" } }, maxConcurrency: "50%" },
      ],
    },
  });
  expect(dependenciesOf(stack, "Strategy/Resource")).toEqual(["Password/Resource"]);
});

test("a stage without a selector selects all members: without one in the manifest, it would select none", () => {
  const stack = synthStack((scope) => {
    new ClusterStagedUpdateStrategy(scope, "Strategy", { name: "all", stages: [{ name: "all" }] });
  });
  expect(resources(stack, "kubernetes_manifest")["Strategy/Resource"]).toHaveProperty(
    "manifest.spec.stages",
    [{ name: "all", labelSelector: {} }],
  );
});

function findingsOf(stages: readonly UpdateStage[], name = "strategy"): string[] {
  return findings((scope) => {
    new ClusterStagedUpdateStrategy(scope, "Strategy", { name, stages });
  }).map((finding) => finding.replace("stack/Strategy: ", ""));
}

const stage = (props: Partial<UpdateStage>) => findingsOf([{ name: "all", ...props }]);

test("accepts values at the limits", () => {
  expect(
    findingsOf(
      many(31, (i) => labelled(`${i}`)),
      "a".repeat(253),
    ),
  ).toEqual([]);
  expect(stage({ name: "a".repeat(63) })).toEqual([]);
  for (const maxConcurrency of [1, 500, "1%", "99%", "100%"]) {
    expect(stage({ maxConcurrency })).toEqual([]);
  }
  for (const waitTime of ["1s", "0.5h", "1h0m30s", "90m"]) {
    expect(stage({ afterStageTasks: [{ type: "TimedWait", waitTime }] })).toEqual([]);
  }
});

test("values known only to Terraform are not checked", () => {
  expect(
    findings((scope) => {
      const token = unknown(scope, "token");
      const maxConcurrency = new TerraformVariable(scope, "number", { type: "number" }).numberValue;
      const afterStageTasks = [{ type: "TimedWait", waitTime: token }] as const;
      new ClusterStagedUpdateStrategy(scope, "Strategy", {
        name: token,
        stages: [{ name: token, maxConcurrency, sortingLabelKey: token, afterStageTasks }],
      });
    }),
  ).toEqual([]);
});

test("the name", () => {
  expect(findingsOf([{ name: "all" }], "Canary")).toEqual([
    'name: Kubernetes refuses "Canary" as the name of a ClusterStagedUpdateStrategy, which has 1 to 253 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
  ]);
});

test("no stages, or too many", () => {
  expect(findingsOf([])).toEqual(["stages: is empty, so no run could begin; add a stage."]);
  expect(findingsOf(many(32, (i) => labelled(`${i}`)))).toEqual([
    "stages: has 32 stages, but the fleet allows at most 31; combine some into one, with a maxConcurrency.",
  ]);
});

test.each(["", "Canary", "canary-1", "a".repeat(64)])("the stage's name %p", (name) => {
  expect(stage({ name })).toEqual([
    `stages[0].name: "${name}" is not a valid stage name; use 1 to 63 lower-case letters and digits, no hyphens.`,
  ]);
});

test("two stages with the same name, and stages that certainly share members", () => {
  expect(findingsOf([labelled("a"), labelled("a")])).toEqual([
    'stages[1].name: "a" is also the name of an earlier stage, and approvals are named after their stage; rename one of them.',
  ]);
  expect(findingsOf([labelled("a"), { name: "rest" }])).toEqual([
    "stages[1].labelSelector: selects all members, including those of the other stages, and a run fails if a member is in two; select by label.",
  ]);
});

test("labels that can't be", () => {
  expect(stage({ labelSelector: { matchLabels: { "fleet.azure.com/location": "East-US-2" } } })).toEqual([
    expect.stringMatching(/^stages\[0\]\.labelSelector.*"East-US-2" .*"eastus2"/),
  ]);
  expect(stage({ sortingLabelKey: "a b", labelSelector: { matchLabels: { a: "b c" } } })).toEqual([
    expect.stringMatching(
      /^stages\[0\]\.labelSelector\.matchLabels\["a"\]: "b c" is not a valid label value/,
    ),
    expect.stringMatching(/^stages\[0\]\.sortingLabelKey: "a b" is not a valid label key/),
  ]);
});

test.each([0, -1, 1.5, "0%", "101%", "5", "05%", ""])("the concurrency %p", (maxConcurrency) => {
  expect(stage({ maxConcurrency })).toEqual([
    `stages[0].maxConcurrency: ${JSON.stringify(maxConcurrency)} is not a whole number of 1 or more, or "1%" to "100%"; correct it.`,
  ]);
});

describe("tasks", () => {
  const APPROVAL = { type: "Approval" } as const;
  const WAIT = { type: "TimedWait", waitTime: "1h" } as const;

  test("too many, or two of the same type", () => {
    expect(stage({ beforeStageTasks: [APPROVAL, APPROVAL] })).toEqual([
      "stages[0].beforeStageTasks: has 2 tasks, but the fleet allows at most 1; remove the rest.",
    ]);
    expect(stage({ afterStageTasks: [APPROVAL, WAIT, WAIT] })).toEqual([
      "stages[0].afterStageTasks: has 3 tasks, but the fleet allows at most 2; remove the rest.",
    ]);
    expect(stage({ afterStageTasks: [WAIT, WAIT] })).toEqual([
      "stages[0].afterStageTasks: has two tasks of the type TimedWait, but a stage allows only one of each; remove one of them.",
    ]);
  });

  test("a wait before the stage", () => {
    // @ts-expect-error The types refuse it, too.
    expect(stage({ beforeStageTasks: [WAIT] })).toEqual([
      'stages[0].beforeStageTasks[0].type: "TimedWait" is not allowed; write "Approval".',
      'stages[0].beforeStageTasks[0].waitTime: "1h" is not allowed with the other props; remove it.',
    ]);
  });

  test("an approval with a time, and a wait without one", () => {
    // @ts-expect-error The types refuse it, too.
    expect(stage({ afterStageTasks: [{ type: "Approval", waitTime: "1h" }] })).toEqual([
      'stages[0].afterStageTasks[0].waitTime: "1h" is set on an Approval, which takes no waitTime; remove it, or add a TimedWait.',
    ]);
    // @ts-expect-error The types refuse it, too.
    expect(stage({ afterStageTasks: [APPROVAL, { type: "TimedWait" }] })).toEqual([
      'stages[0].afterStageTasks[1].waitTime: is missing, but a TimedWait requires it; set e.g. "1h".',
    ]);
  });

  test.each(["", "1", "1d", "01h", "1h 30m", "-1h", "0s", "0h0m", "1.h"])("the time %p", (waitTime) => {
    expect(stage({ afterStageTasks: [{ type: "TimedWait", waitTime }] })).toEqual([
      `stages[0].afterStageTasks[0].waitTime: "${waitTime}" is not a valid wait time; use more than 0, in h, m and s, without leading zeros, e.g. "1h30m".`,
    ]);
  });
});

test("empty fields are omitted, like in the API", () => {
  const stack = synthStack((scope) => {
    const stage = {
      name: "all",
      labelSelector: { matchLabels: {} },
      beforeStageTasks: [],
      afterStageTasks: [],
    };
    new ClusterStagedUpdateStrategy(scope, "Strategy", { name: "all", stages: [stage] });
  });
  expect(resources(stack, "kubernetes_manifest")["Strategy/Resource"]?.manifest).toHaveProperty("spec", {
    stages: [{ name: "all", labelSelector: {} }],
  });
});

test("a task that there isn't", () => {
  const tasks = [{ type: "Wait", waitTime: "1h" }] as unknown as UpdateStage["afterStageTasks"];
  expect(
    findings((scope) => {
      const stages = [{ name: "all", afterStageTasks: tasks }];
      new ClusterStagedUpdateStrategy(scope, "Strategy", { name: "all", stages });
    }),
  ).toEqual([
    'stack/Strategy: stages[0].afterStageTasks[0].type: "Wait" is not allowed; write one of "Approval" and "TimedWait".',
  ]);
});
