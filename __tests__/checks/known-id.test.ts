import { TerraformVariable } from "cdktf";
import { HubStack, InfraStack } from "../../lib";
import { appFindings } from "../synth";

test("a name known only to Terraform is refused if it becomes part of an id, without other findings", () => {
  const found = appFindings((app) => {
    const { fleet } = new InfraStack(app, "infra", {
      fleetName: "store",
      fleetLocation: "westus",
      members: { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
    });
    const hub = new HubStack(app, "hub", { fleet });
    hub.addNamespace(new TerraformVariable(hub, "name", { type: "string" }).stringValue);
  });
  expect(found).toHaveLength(2);
  expect(found.filter((text) => !/\[hub\] the construct id "(Drain-)?…"/.test(text))).toEqual([]);
});
