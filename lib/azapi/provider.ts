import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { accepted, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

/** Settings of the azapi provider. They default to the `ARM_*` variables and the Azure CLI, as for azurerm. */
export interface AzapiProviderConfig {
  /** Alias of this configuration, if a stack has several. */
  readonly alias?: string;
  /** @default - ARM_SUBSCRIPTION_ID, else the Azure CLI's subscription */
  readonly subscriptionId?: string;
  /** @default - ARM_TENANT_ID, else the Azure CLI's tenant */
  readonly tenantId?: string;
  /**
   * Whether a plan asks Azure to validate new azapi resources, so a denial by Azure Policy fails the plan and not the
   * deployment. A plan takes a few seconds longer; read permission is enough.
   * @default - ARM_ENABLE_PREFLIGHT, otherwise false
   */
  readonly enablePreflight?: boolean;
}

/** The provider `Azure/azapi`: one for each stack that has a fleet or a member, or reads a hub's credentials. */
export class AzapiProvider extends TerraformProvider {
  static readonly tfResourceType = "azapi";

  private readonly config: AzapiProviderConfig;

  constructor(scope: Construct, id: string, config: AzapiProviderConfig = {}) {
    const inspected = inspectProps("AzapiProviderConfig", config);
    super(scope, id, {
      terraformResourceType: AzapiProvider.tfResourceType,
      terraformGeneratorMetadata: AZAPI,
      terraformProviderSource: "Azure/azapi",
    });
    this.config = accepted(this, inspected);
  }

  override get alias(): string | undefined {
    return this.config.alias;
  }

  protected override synthesizeAttributes() {
    return {
      alias: this.config.alias,
      subscription_id: this.config.subscriptionId,
      tenant_id: this.config.tenantId,
      enable_preflight: this.config.enablePreflight,
      // By default azapi ignores a change that only removes something from a body: a label could never be removed.
      ignore_no_op_changes: false,
    };
  }
}
