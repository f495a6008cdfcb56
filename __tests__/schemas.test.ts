import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InfraStack } from "../lib";
import { AZAPI } from "../lib/azapi/metadata";
import { readStack, synthApp } from "./synth";

const ROOT = join(__dirname, "..");

test("the schemas that are fetched are those of the providers that a stack requires", () => {
  const printed = execFileSync(join(ROOT, "node_modules/.bin/tsx"), ["tools/pinned-providers.ts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const fetched = JSON.parse(printed).terraform.required_providers as Record<string, { version: string }>;
  const infra = synthApp(
    (app) => {
      const east = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };
      new InfraStack(app, "infra", { fleetName: "shop", fleetLocation: "westus", members: { east } });
    },
    (outdir) => readStack(outdir, "infra"),
  );
  const required = infra.terraform.required_providers as Record<string, { version: string }>;
  const versions = (all: Record<string, { version: string }>) =>
    Object.fromEntries(Object.keys(required).map((name) => [name, all[name]?.version]));
  expect(versions(fetched)).toEqual(versions(required));
  expect(Object.keys(fetched).sort()).toEqual(["azapi", "azurerm", "kubernetes", "null"]);
  expect(fetched.azapi).toEqual({ source: "azure/azapi", version: AZAPI.providerVersion });
});

test("every source of the schemas is a commit or has a checksum", () => {
  const script = readFileSync(join(ROOT, ".ci/schemas"), "utf8");
  const sources = [...script.matchAll(/^fetch (Azure\/[\w-]+) (\S+)/gm)];
  expect(sources.map(([, repository]) => repository)).toEqual([
    "Azure/fleet",
    "Azure/fleet-networking",
    "Azure/terraform-provider-azapi",
  ]);
  for (const [, , commit] of sources) {
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
  }
  expect(script).toContain("--require-hashes");
});
