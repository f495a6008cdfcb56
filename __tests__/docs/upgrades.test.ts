import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programsIn, runProgram } from "../compile";
import { readStack, resources, type StackJson } from "../synth";

const PAGE = readFileSync(join(__dirname, "../../docs/upgrades.md"), "utf8");
const STORIES = programsIn(PAGE);

const loaded: Readonly<Record<string, () => unknown>> = {
  cdktf: () => require("cdktf"),
  "cdktf-aks-fleet": () => require("cdktf-aks-fleet"),
  "@cdktf/provider-azurerm/lib/provider": () => require("@cdktf/provider-azurerm/lib/provider"),
};

/** What a story synthesizes. */
function synthesized(story: string, name: string): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-"));
  process.env.CDKTF_OUTDIR = outdir;
  try {
    runProgram(story, {}, (module) => loaded[module]?.());
    return readStack(outdir, name);
  } finally {
    delete process.env.CDKTF_OUTDIR;
    rmSync(outdir, { recursive: true });
  }
}

/** The properties of what a stack makes of a part of the fleet API, by name. */
function partsOf(stack: StackJson, part: string): Record<string, { properties: Record<string, never> }> {
  const all = Object.values(resources(stack, "azapi_resource"));
  const ofPart = all.filter(({ type }) => String(type).includes(`/fleets/${part}@`));
  return Object.fromEntries(ofPart.map(({ name, body }) => [name, body])) as never;
}

function stagesOf(stack: StackJson, name: string): unknown[] {
  const { properties } = partsOf(stack, "updateStrategies")[name] as unknown as {
    properties: { strategy: { stages: unknown[] } };
  };
  return properties.strategy.stages;
}

test("the page has three stories", () => {
  expect(STORIES).toHaveLength(3);
});

test("a canary, then the rest, once somebody has approved", () => {
  const stack = synthesized(STORIES[0] as string, "infra");
  expect(stagesOf(stack, "canary-first")).toEqual([
    {
      name: "canary",
      groups: [{ name: "canary" }],
      afterStageWaitInSeconds: 86400,
      afterGates: [{ type: "Approval", displayName: "The canary is well" }],
    },
    { name: "production", groups: [{ name: "production", maxConcurrency: "2" }] },
  ]);
  expect(partsOf(stack, "autoUpgradeProfiles").stable?.properties).toMatchObject({ channel: "Stable" });
});

test("nodes only, of a fleet without a hub", () => {
  const stack = synthesized(STORIES[1] as string, "upgrades");
  expect(Object.keys(partsOf(stack, "members")).sort()).toEqual(["aks-norway", "aks-sweden"]);
  expect(stagesOf(stack, "small-first")).toHaveLength(2);
  expect(partsOf(stack, "autoUpgradeProfiles").images?.properties).toEqual({
    channel: "NodeImage",
    updateStrategyId: expect.stringContaining("azapi_resource."),
    disabled: false,
  });
});

test("three rings, by label", () => {
  const stack = synthesized(STORIES[2] as string, "infra");
  expect(stagesOf(stack, "rings")).toEqual([
    { name: "ring0", memberSelector: { byLabel: "ring=0" }, afterStageWaitInSeconds: 3600 },
    expect.objectContaining({ name: "ring1", memberSelector: { byLabel: "ring=1" } }),
    expect.objectContaining({ name: "ring2", maxConcurrency: "50%", maxAllowedFailures: "1" }),
  ]);
});
