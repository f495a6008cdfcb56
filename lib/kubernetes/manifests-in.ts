import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { TerraformResource, type TerraformStack } from "cdktf";

/** The manifests of a stack. */
export function manifestsIn(stack: TerraformStack): Manifest[] {
  return stack.node.findAll().filter(isManifest);
}

function isManifest(construct: unknown): construct is Manifest {
  return (
    TerraformResource.isTerraformResource(construct) &&
    construct.terraformResourceType === Manifest.tfResourceType
  );
}
