import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AZAPI } from "./metadata";

export interface AzapiUpdateResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets/members@2025-04-01-preview`. */
  readonly type: string;
  /** Id of the resource, which somebody else makes and deletes. */
  readonly resourceId: string;
  /** What to set in it, as Azure Resource Manager takes it. */
  readonly body: Record<string, unknown>;
}

/**
 * A part of a resource that is made elsewhere (`azapi_update_resource`): what `body` names is laid over what the resource
 * has. What is no longer named stays as it is, and so does everything when this is destroyed.
 */
export class AzapiUpdateResource extends TerraformResource {
  static readonly tfResourceType = "azapi_update_resource";

  private readonly config: AzapiUpdateResourceConfig;

  constructor(scope: Construct, id: string, config: AzapiUpdateResourceConfig) {
    super(scope, id, {
      ...config,
      terraformResourceType: AzapiUpdateResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
    });
    this.config = config;
  }

  protected override synthesizeAttributes() {
    return {
      type: this.config.type,
      resource_id: this.config.resourceId,
      body: this.config.body,
    };
  }
}
