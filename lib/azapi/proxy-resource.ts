import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { accepted, type Inspected, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

export interface AzapiProxyResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets/members@2026-06-01`. */
  readonly type: string;
  readonly name: string;
  /** Id of the resource group or the parent resource. */
  readonly parentId: string;
  /** The request body as in the ARM API. What is removed from it is removed from the resource. */
  readonly body?: Record<string, unknown>;
  /** Paths in `body` whose change replaces the resource, as the API refuses to update them. */
  readonly replaceTriggersRefs?: string[];
  /** Values whose change replaces the resource, even if known only after apply. */
  readonly replaceTriggersExternalValues?: string[];
  /** Ignores differences in letter case between `body` and Azure's answer, as in some ids. @default false */
  readonly ignoreCasing?: boolean;
  /** Ignores properties of `body` that are missing in Azure's answer. @default true */
  readonly ignoreMissingProperty?: boolean;
  /** Whether azapi validates `body` against its own schemas; it then refuses API versions newer than itself. @default true */
  readonly schemaValidationEnabled?: boolean;
  /** Error messages, as regular expressions, after which a request is retried. @default - none */
  readonly retryOn?: string[];
  /** JMESPath expressions for the values to export from the response, by name. */
  readonly responseExportValues?: Record<string, string>;
}

/**
 * An Azure Resource Manager resource without a location or tags, such as most child resources (`azapi_resource`).
 */
export class AzapiProxyResource extends TerraformResource {
  static readonly tfResourceType = "azapi_resource";

  /** @internal */
  static _inspect(config: AzapiProxyResourceConfig): Inspected<AzapiProxyResourceConfig> {
    return inspectProps("AzapiProxyResourceConfig", config);
  }

  protected readonly config: AzapiProxyResourceConfig;

  constructor(scope: Construct, id: string, config: AzapiProxyResourceConfig) {
    const inspected = new.target._inspect(config);
    super(scope, id, {
      ...inspected.value,
      terraformResourceType: AzapiProxyResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
    });
    this.config = accepted(this, inspected);
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { retryOn } = this.config;
    return {
      type: this.config.type,
      name: this.config.name,
      parent_id: this.config.parentId,
      body: this.config.body,
      replace_triggers_refs: this.config.replaceTriggersRefs,
      replace_triggers_external_values: this.config.replaceTriggersExternalValues,
      ignore_casing: this.config.ignoreCasing,
      ignore_missing_property: this.config.ignoreMissingProperty,
      schema_validation_enabled: this.config.schemaValidationEnabled,
      retry: retryOn && { error_message_regex: retryOn },
      response_export_values: this.config.responseExportValues,
    };
  }
}
