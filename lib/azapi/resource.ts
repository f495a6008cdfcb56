import type { Construct } from "constructs";
import { type Inspected, inspectProps } from "../props/check-props";
import { AzapiProxyResource, type AzapiProxyResourceConfig } from "./proxy-resource";

export interface AzapiResourceConfig extends AzapiProxyResourceConfig {
  readonly location?: string;
  readonly identity?: { readonly type: string; readonly identityIds?: string[] };
  readonly tags?: Record<string, string>;
}

/** Any Azure Resource Manager resource with a location and tags (`azapi_resource`). */
export class AzapiResource extends AzapiProxyResource {
  /** @internal */
  static override _inspect(config: AzapiResourceConfig): Inspected<AzapiResourceConfig> {
    return inspectProps("AzapiResourceConfig", config);
  }

  declare protected readonly config: AzapiResourceConfig;
  private setTags: Record<string, string> | undefined;

  constructor(scope: Construct, id: string, config: AzapiResourceConfig) {
    super(scope, id, config);
    this.setTags = this.config.tags;
  }

  /** The tags in Azure, known after apply. Setting it replaces `tagsInput`, as for azurerm's resources; aspects do so. */
  get tags(): Record<string, string> {
    return this.getStringMapAttribute("tags");
  }

  set tags(tags: Record<string, string>) {
    this.setTags = tags;
  }

  get tagsInput(): Record<string, string> | undefined {
    return this.setTags;
  }

  /** Object id in Entra ID of the resource's system-assigned identity, if `identity` asks for one. */
  get principalId(): string {
    return this.getStringAttribute("identity[0].principal_id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { location, identity } = this.config;
    return {
      ...super.synthesizeAttributes(),
      location,
      identity: identity && [{ type: identity.type, identity_ids: identity.identityIds }],
      tags: this.setTags,
    };
  }
}
