import { type ITerraformDependable, TerraformResource } from "cdktf";
import type { IClusterNetwork } from "./cluster-network";

/** What changes a network when it is made: its subnets, and what is associated with them. */
export function changesOf(network: IClusterNetwork): readonly ITerraformDependable[] {
  const own = network.node
    .findAll()
    .filter((child): child is TerraformResource => TerraformResource.isTerraformResource(child))
    .filter(({ terraformResourceType }) => terraformResourceType.startsWith("azurerm_subnet"));
  return own.length > 0 ? own : network.dependables;
}
