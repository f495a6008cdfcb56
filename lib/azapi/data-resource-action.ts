import { Fn, TerraformDataSource, Token } from "cdktf";
import type { Construct } from "constructs";
import { accepted, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";
import { type AzapiActionConfig, attributesOfAction } from "./resource-action";

export interface DataAzapiResourceActionConfig extends AzapiActionConfig {
  /** @default "POST" */
  readonly method?: "GET" | "POST";
}

/** A read-only action of an Azure Resource Manager resource, called in each plan (`data azapi_resource_action`). */
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
    return { ...attributesOfAction(this.config), method: this.config.method };
  }
}
