import { Fn, TerraformDataSource, type TerraformMetaArguments, Token } from "cdktf";
import type { Construct } from "constructs";
import { accepted, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

export interface DataAzapiResourceActionConfig extends TerraformMetaArguments {
  /** Resource type and API version, e.g. `Microsoft.ContainerService/fleets@2025-03-01`. */
  readonly type: string;
  readonly resourceId: string;
  /** Name of the action, e.g. `listCredentials`. It is sent with each plan. */
  readonly action: string;
  /** JMESPath expressions of what to keep of the response, by name. */
  readonly responseExportValues: Record<string, string>;
}

/** An action of a resource of Azure Resource Manager that changes nothing (`data azapi_resource_action`). */
export class DataAzapiResourceAction extends TerraformDataSource {
  static readonly tfResourceType = "azapi_resource_action";

  private readonly config: DataAzapiResourceActionConfig;

  constructor(scope: Construct, id: string, config: DataAzapiResourceActionConfig) {
    const inspected = inspectProps("DataAzapiResourceActionConfig", config);
    super(scope, id, {
      ...inspected.value,
      terraformResourceType: DataAzapiResourceAction.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
    });
    this.config = accepted(this, inspected);
  }

  /** One of the exported values. */
  output(name: string): string {
    return Token.asString(Fn.lookupNested(this.getAnyMapAttribute("output"), [name]));
  }

  protected override synthesizeAttributes() {
    return {
      type: this.config.type,
      resource_id: this.config.resourceId,
      action: this.config.action,
      response_export_values: this.config.responseExportValues,
    };
  }
}
