import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AZAPI } from "./metadata";

export interface AzapiResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets@2025-03-01`. */
  readonly type: string;
  readonly name: string;
  /** Id of what holds the resource: a resource group, or the parent resource. */
  readonly parentId: string;
  readonly location?: string;
  /** The request body as Azure Resource Manager takes it. */
  readonly body?: Record<string, unknown>;
  readonly identity?: { readonly type: string; readonly identityIds?: string[] };
  readonly tags?: Record<string, string>;
  /** Paths in `body` whose change replaces the resource, so that a plan says so before the API refuses an update. */
  readonly replaceTriggersRefs?: string[];
  /** Takes texts that Azure answers in other case than `body` for the same: it does so with some ids. @default false */
  readonly ignoreCasing?: boolean;
  /** JMESPath expressions of what to keep of the response, by name. */
  readonly responseExportValues?: Record<string, string>;
}

/** Any resource of Azure Resource Manager (`azapi_resource`). */
export class AzapiResource extends TerraformResource {
  static readonly tfResourceType = "azapi_resource";

  private readonly config: AzapiResourceConfig;

  constructor(scope: Construct, id: string, config: AzapiResourceConfig) {
    super(scope, id, {
      ...config,
      terraformResourceType: AzapiResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
    });
    this.config = config;
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  /** Object id in Entra ID of the identity that Azure made for the resource, where `identity` asks for one. */
  get principalId(): string {
    return this.getStringAttribute("identity[0].principal_id");
  }

  protected override synthesizeAttributes() {
    const { identity } = this.config;
    return {
      type: this.config.type,
      name: this.config.name,
      parent_id: this.config.parentId,
      location: this.config.location,
      body: this.config.body,
      identity: identity && [{ type: identity.type, identity_ids: identity.identityIds }],
      tags: this.config.tags,
      replace_triggers_refs: this.config.replaceTriggersRefs,
      ignore_casing: this.config.ignoreCasing,
      response_export_values: this.config.responseExportValues,
    };
  }
}
