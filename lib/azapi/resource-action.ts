import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { accepted, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

/** An action of an Azure Resource Manager resource. */
export interface AzapiActionConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets/clusterMeshProfiles@2026-06-02-preview`. */
  readonly type: string;
  readonly resourceId: string;
  /** Name of the action, e.g. `apply`. @default - the request goes to the resource itself */
  readonly action?: string;
  /** JMESPath expressions for the values to export from the response, by name. @default - none */
  readonly responseExportValues?: Record<string, string>;
}

export interface AzapiResourceActionConfig extends AzapiActionConfig {
  /** @default "POST" */
  readonly method?: "POST" | "PATCH" | "PUT";
  readonly body?: Record<string, unknown>;
  /** Whether the action runs on create or on destroy. @default "apply" */
  readonly when?: "apply" | "destroy";
  /** Ignores that the resource doesn't exist. @default false */
  readonly ignoreNotFound?: boolean;
  /** Ids of resources that azapi locks, so their actions run one at a time. @default - none */
  readonly locks?: string[];
}

/** An action of an Azure Resource Manager resource; Terraform waits until it completes (`azapi_resource_action`). */
export class AzapiResourceAction extends TerraformResource {
  static readonly tfResourceType = "azapi_resource_action";

  private readonly config: AzapiResourceActionConfig;

  constructor(scope: Construct, id: string, config: AzapiResourceActionConfig) {
    const inspected = inspectProps("AzapiResourceActionConfig", config);
    super(scope, id, {
      ...inspected.value,
      terraformResourceType: AzapiResourceAction.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
    });
    this.config = accepted(this, inspected);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      ...attributesOfAction(this.config),
      method: this.config.method,
      body: this.config.body,
      when: this.config.when,
      ignore_not_found: this.config.ignoreNotFound,
      locks: this.config.locks,
    };
  }
}

/** @internal */
export function attributesOfAction(config: AzapiActionConfig): Record<string, unknown> {
  return {
    type: config.type,
    resource_id: config.resourceId,
    action: config.action,
    response_export_values: config.responseExportValues,
  };
}
