import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  AksCluster,
  ClusterNetwork,
  ClusterResourcePlacement,
  ClusterStagedUpdateStrategy,
  Fleet,
  type IClusterResourcePlacement,
  type IClusterStagedUpdateStrategy,
  type IResourcePlacement,
  type IStagedUpdateStrategy,
  type ITrafficManagerAccess,
  Namespace,
  type NamespacePlacementProps,
  PlacementPolicy,
  ResourcePlacement,
  StagedUpdateStrategy,
  TrafficManagerAccess,
} from "../../lib";
import { resources, type StackJson } from "../synth";

/** A fleet with a member for each location, by key; member names are `aks-<location>`. Only the first is called "Fleet". */
export function fleetWith(
  scope: Construct,
  locations: Record<string, string> = { east: "eastus2", west: "westus2" },
  id = "Fleet",
): Fleet {
  const isFirst = id === "Fleet";
  const fleet = new Fleet(scope, id, {
    fleetName: "gbb-fleet",
    location: "westus",
    resourceGroupName: isFirst ? undefined : `rg-${id}`,
  });
  for (const [index, [key, location]] of Object.entries(locations).entries()) {
    const addressSpace = [`10.${(isFirst ? 1 : 101) + index}.0.0/16`];
    const resourceGroupName = isFirst ? `rg-aks-${location}` : `rg-${id}-${key}`;
    const network = new ClusterNetwork(scope, `${id}-${key}-Network`, {
      key,
      location,
      addressSpace,
      resourceGroupName,
    });
    const cluster = new AksCluster(scope, `${id}-${key}-Cluster`, {
      network,
      clusterName: `aks-${location}`,
    });
    fleet.addMember(key, { cluster });
  }
  return fleet;
}

/** A namespace of a fleet, with the objects of the YAML given. */
export function namespaceWith(scope: Construct, yaml: string, name = "store"): Namespace {
  const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name });
  namespace.addWorkloads("Workloads", { files: [yamlFile(yaml)] });
  return namespace;
}

/** A value that only Terraform knows. */
export function unknown(scope: Construct, id: string): string {
  return new TerraformVariable(scope, id, { type: "string" }).stringValue;
}

export function service(name: string, spec = "ports: [{ port: 80 }]"): string {
  return `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
}

let folder: string | undefined;
let files = 0;

/** Writes a temporary file, which is gone after the tests of this test file. */
export function yamlFile(text: string): string {
  folder ??= mkdtempSync(join(tmpdir(), "aks-fleet-yaml-"));
  files += 1;
  const file = join(folder, `${files}.yaml`);
  writeFileSync(file, text);
  return file;
}

afterAll(() => {
  if (folder) {
    rmSync(folder, { recursive: true });
  }
});

/** A placement of the empty namespace "store"; on every member of the fleet, unless a policy says otherwise. */
export function placementWith(
  scope: Construct,
  policy = PlacementPolicy.all(),
  props: Partial<NamespacePlacementProps> = {},
): ClusterResourcePlacement & { namespace: Namespace } {
  const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
  const placement = new ClusterResourcePlacement(scope, "Placement", { namespace, policy, ...props });
  return Object.assign(placement, { namespace });
}

/** A placement that is not of this app. */
export function placementCalled(name: string, scope: Construct = new App()): IClusterResourcePlacement {
  return ClusterResourcePlacement.fromPlacementName(scope, "ExistingPlacement", name);
}

/** A placement in a namespace that is not of this app. */
export function placementIn(namespace: Namespace, name: string): IResourcePlacement {
  return ResourcePlacement.fromPlacementName(
    namespace,
    `Existing-${namespace.node.children.length}`,
    namespace,
    name,
  );
}

/** A strategy that is not of this app. */
export function strategyCalled(name: string, scope: Construct = new App()): IClusterStagedUpdateStrategy {
  return ClusterStagedUpdateStrategy.fromStrategyName(scope, "ExistingStrategy", name);
}

/** A strategy in a namespace that is not of this app. */
export function strategyIn(namespace: Namespace, name: string): IStagedUpdateStrategy {
  return StagedUpdateStrategy.fromStrategyName(
    namespace,
    `Existing-${namespace.node.children.length}`,
    namespace,
    name,
  );
}

/** A resource group in which the fleet may make Traffic Manager profiles already. */
export function accessTo(resourceGroupName: string, scope: Construct = new App()): ITrafficManagerAccess {
  return TrafficManagerAccess.fromResourceGroupName(scope, "ExistingAccess", resourceGroupName);
}

/** What Terraform makes a manifest anew for, when it changes. */
export function madeAnewFor(stack: StackJson, path: string): unknown {
  const { lifecycle } = resources(stack, "kubernetes_manifest")[path] as {
    lifecycle: { replace_triggered_by: string[] };
  };
  // An address, and no expression: Terraform takes nothing else there.
  const [, id = ""] = /^terraform_data\.(\S+)$/.exec(lifecycle.replace_triggered_by.join(" ")) ?? [];
  return stack.resource.terraform_data?.[id]?.input;
}

/** The paths below the stack of what a manifest depends on. */
export function dependenciesOf(stack: StackJson, path: string): string[] {
  const dependsOn = (resources(stack, "kubernetes_manifest")[path]?.depends_on ?? []) as string[];
  return dependsOn.map((address) => {
    const [type = "", id = ""] = address.split(".");
    const comment = stack.resource[type]?.[id]?.["//"] as { metadata: { path: string } } | undefined;
    return comment?.metadata.path.split("/").slice(1).join("/") ?? address;
  });
}
