import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AZAPI } from "../lib/azapi/metadata";
import { RUN_TAG } from "./run-tag";
import { runStep } from "./steps";

/** Asks Azure for the resource groups that carry the run's tag, by Terraform: with whatever identity it has. */
export async function groupsLeft(
  folder: string,
  run: string,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const own = join(folder, "left");
  mkdirSync(own, { recursive: true });
  const tagged = `[for group in data.azapi_resource_list.groups.output.value : group.id if try(group.tags["${RUN_TAG}"], "") == "${run}"]`;
  const config = {
    terraform: { required_providers: { azapi: { source: "Azure/azapi", version: AZAPI.providerVersion } } },
    data: {
      azapi_client_config: { current: {} },
      azapi_resource_list: {
        groups: {
          type: "Microsoft.Resources/resourceGroups@2024-03-01",
          parent_id: "/subscriptions/${data.azapi_client_config.current.subscription_id}",
          response_export_values: ["value"],
        },
      },
    },
    output: { left: { value: `\${${tagged}}` } },
  };
  writeFileSync(join(own, "main.tf.json"), JSON.stringify(config, undefined, 2));
  const terraform = (name: string, ...args: string[]) =>
    runStep(own, { name, command: "terraform", args }, say);
  await terraform("init", "init", "-input=false", "-no-color");
  await terraform("look", "apply", "-auto-approve", "-input=false", "-no-color");
  return JSON.parse(await terraform("left", "output", "-json", "left")) as string[];
}
