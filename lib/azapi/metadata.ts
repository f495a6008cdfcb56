import type { TerraformProviderGeneratorMetadata } from "cdktf";

/** The version of Azure/azapi that the binding was written for; CDKTF writes the constraint into `required_providers`. */
export const AZAPI: TerraformProviderGeneratorMetadata = {
  providerName: "azapi",
  providerVersion: "2.12.0",
  providerVersionConstraint: "~> 2.4",
};
