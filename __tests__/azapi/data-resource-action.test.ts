import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformOutput } from "cdktf";
import { DataAzapiResourceAction } from "../../lib";
import { address } from "../network/references";
import { resources, synthStack } from "../synth";

const ACTION = {
  type: "Microsoft.ContainerService/fleets@2025-03-01",
  resourceId: "/fleet",
  action: "listCredentials",
  responseExportValues: { kubeconfig: "kubeconfigs[0].value", "first-name": "kubeconfigs[0].name" },
};

test("is synthesized with the values to keep as a map", () => {
  const stack = synthStack((scope) => void new DataAzapiResourceAction(scope, "Credentials", ACTION));
  expect(resources(stack, "azapi_resource_action", "data")).toEqual({
    Credentials: {
      type: "Microsoft.ContainerService/fleets@2025-03-01",
      resource_id: "/fleet",
      action: "listCredentials",
      response_export_values: { kubeconfig: "kubeconfigs[0].value", "first-name": "kubeconfigs[0].name" },
    },
  });
  expect(stack.resource).toBeUndefined();
});

test("its values can be referred to, whatever their names", () => {
  const stack = synthStack((scope) => {
    const credentials = new DataAzapiResourceAction(scope, "Credentials", ACTION);
    new TerraformOutput(scope, "kubeconfig", { value: credentials.output("kubeconfig") });
    new TerraformOutput(scope, "name", { value: `the ${credentials.output("first-name")}` });
  });
  expect(stack.output).toEqual({
    kubeconfig: { value: "${data.azapi_resource_action.Credentials.output.kubeconfig}" },
    name: { value: 'the ${data.azapi_resource_action.Credentials.output["first-name"]}' },
  });
});

test("a resource itself can be asked", () => {
  const { type, resourceId } = ACTION;
  const stack = synthStack(
    (scope) => void new DataAzapiResourceAction(scope, "Fleet", { type, resourceId, method: "GET" }),
  );
  expect(resources(stack, "azapi_resource_action", "data").Fleet).toEqual({
    type,
    resource_id: "/fleet",
    method: "GET",
  });
});

test("Terraform's own arguments are passed on", () => {
  const stack = synthStack((scope) => {
    const group = new ResourceGroup(scope, "Group", { name: "rg", location: "westus" });
    new DataAzapiResourceAction(scope, "Credentials", { ...ACTION, dependsOn: [group] });
  });
  expect(resources(stack, "azapi_resource_action", "data").Credentials).toHaveProperty("depends_on", [
    address(stack, "Group"),
  ]);
});
