import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { accepted, inspectProps } from "../props/check-props";
import { AZAPI } from "./metadata";

/** Settings of the azapi provider. What is not set comes from the `ARM_*` variables and the Azure CLI, as for azurerm. */
export interface AzapiProviderConfig {
  /** Name of this configuration where a stack has several. */
  readonly alias?: string;
  /** @default - ARM_SUBSCRIPTION_ID, else the Azure CLI's subscription */
  readonly subscriptionId?: string;
  /** @default - ARM_TENANT_ID, else the Azure CLI's tenant */
  readonly tenantId?: string;
  /**
   * Whether a plan asks Azure if it would take what azapi is to make: what Azure Policy refuses then fails the plan, and not
   * the deployment. A plan takes some seconds more, and needs no more than read permission.
   * @default - ARM_ENABLE_PREFLIGHT, else false
   */
  readonly enablePreflight?: boolean;
}

/** The provider `Azure/azapi`: one for each stack that holds a Fleet or a member, or reads a hub's credentials. */
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
      // By default azapi passes over a change that only takes something out of a body: a label would stay for ever.
      ignore_no_op_changes: false,
    };
  }
}
