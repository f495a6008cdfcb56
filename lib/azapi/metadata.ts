import type { TerraformProviderGeneratorMetadata } from "cdktf";

/** The release of Azure/azapi that the binding was written against; CDKTF pins it in `required_providers`. */
export const AZAPI: TerraformProviderGeneratorMetadata = {
  providerName: "azapi",
  providerVersion: "2.12.0",
  providerVersionConstraint: "~> 2.4",
};
