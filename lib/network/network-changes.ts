import { type ITerraformDependable, TerraformResource } from "cdktf";
import type { IClusterNetwork } from "./cluster-network";

/** The resources that update a network: its subnets and their associations. */
export function changesOf(network: IClusterNetwork): readonly ITerraformDependable[] {
  const own = network.node
    .findAll()
    .filter((child): child is TerraformResource => TerraformResource.isTerraformResource(child))
    .filter(({ terraformResourceType }) => terraformResourceType.startsWith("azurerm_subnet"));
  return own.length > 0 ? own : network.dependables;
}
