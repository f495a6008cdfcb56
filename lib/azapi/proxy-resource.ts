import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { accepted, type Inspected, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

export interface AzapiProxyResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets/members@2026-06-01`. */
  readonly type: string;
  readonly name: string;
  /** Id of what holds the resource: a resource group, or the parent resource. */
  readonly parentId: string;
  /** The request body as Azure Resource Manager takes it. What is no longer in it is taken away from the resource. */
  readonly body?: Record<string, unknown>;
  /** Paths in `body` whose change replaces the resource, so that a plan says so before the API refuses an update. */
  readonly replaceTriggersRefs?: string[];
  /** Values whose change replaces the resource, also where they are known only after the plan. */
  readonly replaceTriggersExternalValues?: string[];
  /** Takes texts that Azure answers in other case than `body` for the same: it does so with some ids. @default false */
  readonly ignoreCasing?: boolean;
  /** Takes it that Azure leaves out of its answer what `body` has. @default true */
  readonly ignoreMissingProperty?: boolean;
  /** Whether azapi holds `body` to the types that it knows: it refuses an API version that is newer than itself. @default true */
  readonly schemaValidationEnabled?: boolean;
  /** Answers of Azure after which a request is sent again, as regular expressions. @default - none */
  readonly retryOn?: string[];
  /** JMESPath expressions of what to keep of the response, by name. */
  readonly responseExportValues?: Record<string, string>;
}

/**
 * A resource of Azure Resource Manager that has neither a location nor tags, as most that are part of another
 * (`azapi_resource`).
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
