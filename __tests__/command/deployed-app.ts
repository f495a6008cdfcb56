import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const FLEET_ID =
  "/subscriptions/s/resourceGroups/rg-fleet/providers/Microsoft.ContainerService/fleets/gbb-fleet";
const FLEET = { id: FLEET_ID, name: "gbb-fleet" };

/** Servers by cluster; what is not named is on a port where nobody answers. */
export interface Servers {
  hub?: string;
  east?: string;
  west?: string;
}

const access = (server = "http://127.0.0.1:9", login = "azurecli") => ({
  server,
  certificate_authority: Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64"),
  login,
});

/** What the stacks of the seed's app put out. */
export function seedOutputs({ hub, east, west }: Servers = {}): Record<string, unknown> {
  const member = (name: string, server?: string) => ({ name, cluster: name, ...access(server) });
  const none = { members: {}, placements: [], exports: [], services: [] };
  return {
    infra: {
      ...none,
      fleet: FLEET,
      hub: access(hub),
      members: { west: member("aks-westus2", west), east: member("aks-eastus2", east) },
    },
    hub: {
      ...none,
      fleet: { ...FLEET, id: FLEET_ID.replace("resourceGroups", "resourcegroups") },
      hub: access(hub),
      placements: ["aks-store-demo"],
      exports: ["aks-store-demo/store-front"],
    },
    "member-east": {
      ...none,
      fleet: FLEET,
      members: { east: member("aks-eastus2", east) },
      services: [
        { namespace: "aks-store-demo", name: "store-front", service: "store-front", member: "aks-eastus2" },
      ],
    },
  };
}

/**
 * A folder with a synthesized app, whose stacks' outputs are these. A text instead of an output is what Terraform
 * complains of; `null` is a stack that was never deployed.
 */
export function deployedApp(outputs: Record<string, unknown>): {
  folder: string;
  environment: Record<string, string>;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-app-"));
  const stacks = Object.fromEntries(
    Object.keys(outputs).map((name) => [
      name,
      {
        name,
        synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
        workingDirectory: `stacks/${name}`,
        dependencies: [],
      },
    ]),
  );
  mkdirSync(join(folder, "cdktf.out"));
  for (const [name, value] of Object.entries(outputs)) {
    const stack = join(folder, "cdktf.out/stacks", name);
    mkdirSync(stack, { recursive: true });
    writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify({ output: { aks_fleet: { value: {} } } }));
    if (typeof value === "string") writeFileSync(join(stack, "complaint"), value);
    else
      writeFileSync(
        join(stack, "outputs.json"),
        JSON.stringify(value === null ? {} : { aks_fleet: { value } }),
      );
  }
  writeFileSync(join(folder, "cdktf.out/manifest.json"), JSON.stringify({ stacks }));
  const terraform = join(folder, "terraform");
  writeFileSync(
    terraform,
    `#!${process.execPath}
     const fs = require("fs");
     if (process.argv.slice(2).join(" ") !== "output -json -no-color") throw new Error(process.argv.join(" "));
     if (fs.existsSync("complaint")) { console.error(fs.readFileSync("complaint", "utf8")); process.exit(1); }
     process.stdout.write(fs.readFileSync("outputs.json", "utf8"));`,
  );
  chmodSync(terraform, 0o755);
  return {
    folder,
    environment: { TERRAFORM_BINARY_NAME: terraform },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
