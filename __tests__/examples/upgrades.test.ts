import { readStack, resources } from "../synth";
import { run } from "./example";

const stack = run("upgrades.ts", (outdir) => readStack(outdir, "infra"));

interface Stage {
  readonly groups: { readonly name: string }[];
}

const parts = (part: string) =>
  Object.entries(resources(stack, "azapi_resource")).filter(([, { type }]) =>
    String(type).startsWith(`Microsoft.ContainerService/fleets/${part}@`),
  );

test("every member is in a group that a stage upgrades", () => {
  const groups = parts("members").map(
    ([, { body }]) => (body as { properties: { group: string } }).properties.group,
  );
  const [[, strategy] = []] = parts("updateStrategies");
  const { properties } = (strategy as { body: { properties: { strategy: { stages: Stage[] } } } }).body;
  const { stages } = properties.strategy;
  const upgraded = stages.flatMap((stage) => stage.groups.map(({ name }) => name));
  expect(groups.sort()).toEqual(["canary", "production", "production"]);
  expect([...new Set(groups)]).toEqual(upgraded);
});

test("both profiles follow the one strategy, and each plan asks Azure first", () => {
  const [[path] = []] = parts("updateStrategies");
  expect(parts("autoUpgradeProfiles")).toHaveLength(2);
  for (const [, { body }] of parts("autoUpgradeProfiles")) {
    const { updateStrategyId } = (body as { properties: { updateStrategyId: string } }).properties;
    expect(updateStrategyId).toMatch(/^\$\{azapi_resource\.\w*UpdateStrategy-canary-first\w*\.id\}$/);
  }
  expect(path).toBeDefined();
  expect(stack.provider.azapi).toMatchObject([{ enable_preflight: true }]);
});

test("the team's namespace is gone before a member leaves", () => {
  const [[, namespace] = []] = parts("managedNamespaces");
  expect(namespace?.depends_on).toHaveLength(3);
});
