import { TerraformStack, TerraformVariable } from "cdktf";
import { AzapiProvider, type AzapiProviderConfig, AzapiResource } from "../../lib";
import { readStack, type StackJson, synthApp } from "../synth";

function stackWith(build: (stack: TerraformStack) => void): StackJson {
  return synthApp(
    (app) => build(new TerraformStack(app, "stack")),
    (outdir) => readStack(outdir, "stack"),
  );
}

test("is Azure/azapi, of the one release that the binding was written against", () => {
  const stack = stackWith((scope) => void new AzapiProvider(scope, "azapi"));
  expect(stack.terraform.required_providers).toEqual({ azapi: { source: "Azure/azapi", version: "2.12.0" } });
});

test.each<[string, AzapiProviderConfig | undefined, object]>([
  ["nothing: the rest comes from the environment", undefined, {}],
  ["nothing", {}, {}],
  [
    "everything",
    { alias: "other", subscriptionId: "subscription", tenantId: "tenant", enablePreflight: true },
    { alias: "other", subscription_id: "subscription", tenant_id: "tenant", enable_preflight: true },
  ],
])("with %s", (_, config, expected) => {
  const stack = stackWith((scope) => void new AzapiProvider(scope, "azapi", config));
  expect(stack.provider.azapi).toEqual([{ ...expected, ignore_no_op_changes: false }]);
});

test("takes what only Terraform knows", () => {
  const stack = stackWith((scope) => {
    const variable = new TerraformVariable(scope, "subscription", { type: "string" });
    new AzapiProvider(scope, "azapi", { subscriptionId: variable.stringValue });
  });
  expect(stack.provider.azapi).toEqual([
    { subscription_id: "${var.subscription}", ignore_no_op_changes: false },
  ]);
});

test("a stack may have several, and a resource choose one", () => {
  const stack = stackWith((scope) => {
    new AzapiProvider(scope, "azapi");
    const other = new AzapiProvider(scope, "other", { alias: "other", subscriptionId: "subscription" });
    new AzapiResource(scope, "First", { type: "A/b@2025-01-01", name: "a", parentId: "/x" });
    new AzapiResource(scope, "Other", { type: "A/b@2025-01-01", name: "b", parentId: "/x", provider: other });
  });
  expect(stack.provider.azapi).toMatchObject([{}, { alias: "other", subscription_id: "subscription" }]);
  expect(stack.resource.azapi_resource?.First).not.toHaveProperty("provider");
  expect(stack.resource.azapi_resource?.Other).toHaveProperty("provider", "azapi.other");
});

test("a stack that has a resource and no provider is refused", () => {
  const build = () =>
    stackWith((scope) => {
      new AzapiResource(scope, "Resource", { type: "A/b@2025-01-01", name: "a", parentId: "/x" });
    });
  expect(build).toThrow(/Found resources without a matching provider construct.*azapi/s);
});
