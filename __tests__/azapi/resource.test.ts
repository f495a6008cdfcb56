import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Aspects, type IAspect, TerraformOutput, TerraformVariable } from "cdktf";
import type { IConstruct } from "constructs";
import { AzapiProxyResource, AzapiResource, type AzapiResourceConfig } from "../../lib";
import { address, at, reference } from "../network/references";
import { synthStack } from "../synth";

const TYPE = "Microsoft.ContainerService/fleets@2025-03-01";

/** What is synthesized of a resource with this configuration, beside what every resource has. */
function synthesized(config: Partial<AzapiResourceConfig>): Record<string, unknown> {
  const stack = synthStack((scope) => {
    new AzapiResource(scope, "Resource", { type: TYPE, name: "fleet", parentId: "/group", ...config });
  });
  const { type, name, parent_id, ...rest } = at(stack, "Resource");
  expect({ type, name, parent_id }).toEqual({ type: TYPE, name: "fleet", parent_id: "/group" });
  return rest;
}

test("without more it has what is required, and nothing else", () => {
  expect(synthesized({})).toEqual({});
});

test("every argument", () => {
  const rest = synthesized({
    location: "westus",
    body: { properties: { hubProfile: { dnsPrefix: "fleet" } } },
    identity: { type: "UserAssigned", identityIds: ["/identity"] },
    tags: { team: "platform" },
    replaceTriggersRefs: ["properties.hubProfile"],
    replaceTriggersExternalValues: ["/cluster"],
    ignoreCasing: true,
    ignoreMissingProperty: false,
    schemaValidationEnabled: false,
    retryOn: ["StillBusy"],
    responseExportValues: { fqdn: "properties.hubProfile.fqdn" },
  });
  expect(rest).toEqual({
    location: "westus",
    body: { properties: { hubProfile: { dnsPrefix: "fleet" } } },
    identity: [{ type: "UserAssigned", identity_ids: ["/identity"] }],
    tags: { team: "platform" },
    replace_triggers_refs: ["properties.hubProfile"],
    replace_triggers_external_values: ["/cluster"],
    ignore_casing: true,
    ignore_missing_property: false,
    schema_validation_enabled: false,
    retry: { error_message_regex: ["StillBusy"] },
    response_export_values: { fqdn: "properties.hubProfile.fqdn" },
  });
});

test("an identity that the resource has of itself", () => {
  expect(synthesized({ identity: { type: "SystemAssigned" } })).toEqual({
    identity: [{ type: "SystemAssigned" }],
  });
});

test("the body is passed on as it is: names, nothing, false, zero, empty texts, lists and objects", () => {
  const body = {
    camelCase: { snake_case: { "with-hyphen": 1 } },
    no: false,
    zero: 0,
    empty: "",
    none: null,
    list: [{ a: 1 }, "b", []],
    object: {},
  };
  expect(synthesized({ body })).toEqual({ body });
});

test("what is undefined is left out of the body", () => {
  expect(synthesized({ body: { properties: { a: 1, b: undefined } } })).toEqual({
    body: { properties: { a: 1 } },
  });
});

test("references in the body are kept at any depth", () => {
  const stack = synthStack((scope) => {
    const prefix = new TerraformVariable(scope, "prefix", { type: "string" });
    const group = new ResourceGroup(scope, "Group", { name: "rg", location: "westus" });
    new AzapiResource(scope, "Resource", {
      type: TYPE,
      name: "fleet",
      parentId: group.id,
      location: group.location,
      body: { properties: { hubProfile: { dnsPrefix: `fleet-${prefix.stringValue}` }, list: [group.name] } },
    });
  });
  expect(at(stack, "Resource")).toEqual({
    type: TYPE,
    name: "fleet",
    parent_id: reference(stack, "Group"),
    location: reference(stack, "Group", "location"),
    body: {
      properties: {
        hubProfile: { dnsPrefix: "fleet-${var.prefix}" },
        list: [reference(stack, "Group", "name")],
      },
    },
  });
});

test("its id can be referred to", () => {
  const stack = synthStack((scope) => {
    const resource = new AzapiResource(scope, "Resource", { type: TYPE, name: "fleet", parentId: "/group" });
    new TerraformOutput(scope, "id", { value: resource.id });
  });
  expect(stack.output.id).toEqual({ value: reference(stack, "Resource") });
});

test("Terraform's own arguments are passed on: order, lifecycle, number", () => {
  const stack = synthStack((scope) => {
    const group = new ResourceGroup(scope, "Group", { name: "rg", location: "westus" });
    new AzapiResource(scope, "Resource", {
      type: TYPE,
      name: "fleet",
      parentId: "/group",
      dependsOn: [group],
      lifecycle: { preventDestroy: true, ignoreChanges: ["body"] },
      count: 2,
    });
  });
  expect(at(stack, "Resource")).toMatchObject({
    depends_on: [address(stack, "Group")],
    lifecycle: { prevent_destroy: true, ignore_changes: ["body"] },
    count: 2,
  });
});

describe("tags", () => {
  /** The aspect of CDKTF's documentation. */
  class Tags implements IAspect {
    visit(node: IConstruct): void {
      if ("tags" in node && "tagsInput" in node) {
        const tagged = node as { tags?: Record<string, string>; tagsInput?: Record<string, string> };
        tagged.tags = { ...tagged.tagsInput, costcenter: "42" };
      }
    }
  }

  test("are laid over by aspects, where a resource has tags", () => {
    const stack = synthStack((scope) => {
      const base = { type: TYPE, parentId: "/group" };
      new AzapiResource(scope, "Tagged", { ...base, name: "a", tags: { team: "platform" } });
      new AzapiResource(scope, "Untagged", { ...base, name: "b" });
      new AzapiProxyResource(scope, "Proxy", { ...base, name: "c" });
      Aspects.of(scope).add(new Tags());
    });
    expect(at(stack, "Tagged").tags).toEqual({ team: "platform", costcenter: "42" });
    expect(at(stack, "Untagged").tags).toEqual({ costcenter: "42" });
    expect(at(stack, "Proxy")).not.toHaveProperty("tags");
  });

  test("can be referred to", () => {
    const stack = synthStack((scope) => {
      const resource = new AzapiResource(scope, "Resource", { type: TYPE, name: "a", parentId: "/group" });
      new TerraformOutput(scope, "tags", { value: resource.tags });
    });
    expect(stack.output.tags).toEqual({ value: reference(stack, "Resource", "tags") });
  });
});
