// Writes that fleet into a folder as an app is synthesized.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { members, objects } from "./fleet";

const [, , folder = ""] = process.argv;
const HUB = "data.azapi_resource_action.Hub.output.kubeconfig";
const escaped = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll("${", "$$$${"));
const by = <T>(items: readonly T[], block: (item: T, index: number) => object) =>
  Object.fromEntries(items.map((item, index) => [`r${index}`, block(item, index)]));

const stacks: Record<string, object> = {
  infra: {
    resource: {
      azapi_resource: {
        fleet: { type: "Microsoft.ContainerService/fleets@2025-03-01", name: "shop", location: "westus" },
      },
      azurerm_kubernetes_cluster: by(members, ({ name, location }) => ({
        name: `aks-${name}`,
        location,
        resource_group_name: "rg-shop",
      })),
      azurerm_kubernetes_fleet_member: by(members, ({ name }, index) => ({
        name,
        kubernetes_fleet_id: "${azapi_resource.fleet.id}",
        kubernetes_cluster_id: `\${azurerm_kubernetes_cluster.r${index}.id}`,
      })),
      azapi_update_resource: by(members, ({ labels }, index) => ({
        type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
        resource_id: `\${azurerm_kubernetes_fleet_member.r${index}.id}`,
        body: { properties: { labels } },
      })),
    },
    output: { fleet: { value: "${azapi_resource.fleet.id}" } },
  },
  hub: {
    provider: { kubernetes: [{ host: `\${yamldecode(${HUB}).server}` }] },
    data: {
      azapi_resource_action: {
        Hub: {
          resource_id: "${data.terraform_remote_state.cross-stack-reference-input-infra.outputs.fleet}",
        },
      },
    },
    resource: { kubernetes_manifest: by(objects, (manifest) => ({ manifest: escaped(manifest) })) },
  },
};

for (const [name, json] of Object.entries(stacks)) {
  mkdirSync(join(folder, "stacks", name), { recursive: true });
  writeFileSync(join(folder, "stacks", name, "cdk.tf.json"), JSON.stringify(json));
}
const manifest = Object.fromEntries(
  Object.keys(stacks).map((name) => [name, { name, synthesizedStackPath: `stacks/${name}/cdk.tf.json` }]),
);
writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stacks: manifest }));
