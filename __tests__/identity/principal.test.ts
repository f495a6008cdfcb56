import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { clientConfig } from "../../lib/identity/principal";
import { readStack, resources, synthApp, synthStack } from "../synth";

test("the identity that runs Terraform is read once in a stack, whoever asks", () => {
  let same = false;
  const stack = synthStack((scope) => {
    const one = clientConfig(new Construct(scope, "One"));
    const other = clientConfig(new Construct(new Construct(scope, "Deep"), "Other"));
    same = one === other;
  });
  expect(same).toBe(true);
  expect(resources(stack, "azurerm_client_config", "data")).toEqual({ ClientConfig: {} });
  expect(Object.keys(stack.data.azurerm_client_config ?? {})).toEqual(["ClientConfig"]);
});

test("each stack reads it for itself", () => {
  const stacks = synthApp(
    (app) => {
      for (const id of ["infra", "hub"]) {
        const stack = new TerraformStack(app, id);
        new AzurermProvider(stack, "azurerm", { features: [{}] });
        clientConfig(new Construct(stack, "Part"));
      }
    },
    (outdir) => ["infra", "hub"].map((id) => readStack(outdir, id)),
  );
  for (const stack of stacks) {
    expect(resources(stack, "azurerm_client_config", "data")).toEqual({ ClientConfig: {} });
  }
});
