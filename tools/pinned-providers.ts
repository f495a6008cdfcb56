/** Prints a Terraform configuration, as JSON, that requires the providers that this library does, in their releases. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AZAPI } from "../lib/azapi/metadata";

interface Package {
  readonly cdktf: { readonly provider: { readonly name: string; readonly version: string } };
}

const generated = ["azurerm", "kubernetes", "null"].map((name): [string, object] => {
  const file = join(__dirname, `../node_modules/@cdktf/provider-${name}/package.json`);
  const { provider } = (JSON.parse(readFileSync(file, "utf8")) as Package).cdktf;
  return [name, { source: provider.name, version: provider.version }];
});
const azapi = { source: "azure/azapi", version: AZAPI.providerVersion };
const required_providers = { ...Object.fromEntries(generated), azapi };
process.stdout.write(`${JSON.stringify({ terraform: { required_providers } })}\n`);
