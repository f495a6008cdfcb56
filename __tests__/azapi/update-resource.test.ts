import { AzapiUpdateResource } from "../../lib";
import { at } from "../network/references";
import { synthStack } from "../synth";

test("lays its body over a resource that is made elsewhere", () => {
  const stack = synthStack((scope) => {
    new AzapiUpdateResource(scope, "Update", {
      type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
      resourceId: "/members/east",
      body: { properties: { labels: { "example.com/env": "prod" }, group: undefined } },
      lifecycle: { preventDestroy: true },
    });
  });
  expect(at(stack, "Update")).toEqual({
    type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
    resource_id: "/members/east",
    body: { properties: { labels: { "example.com/env": "prod" } } },
    lifecycle: { prevent_destroy: true },
  });
});
