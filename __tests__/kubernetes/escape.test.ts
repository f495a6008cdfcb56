import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { appliedManifest } from "../../lib/kubernetes/applied-manifest";
import { resources, synthStack } from "../synth";

/** The manifest as it is synthesized. */
function manifestOf(value: (scope: Construct) => unknown): { value: unknown } {
  const stack = synthStack((scope) => {
    appliedManifest(scope, "Manifest", { manifest: { value: value(scope) } });
  });
  return resources(stack, "kubernetes_manifest").Manifest?.manifest as { value: unknown };
}

describe("what a user writes is no expression", () => {
  // The right column was read by Terraform 1.11, which gave the left one back.
  test.each([
    ["no template", "echo $HOME 100% {}", "echo $HOME 100% {}"],
    ["an interpolation", "echo ${HOME}", "echo $${HOME}"],
    ["a directive", "%{if true}x%{endif}", "%%{if true}x%%{endif}"],
    ["what is escaped already", "$${HOME}", "$$${HOME}"],
    ["a directive that is escaped already", "%%{if x}", "%%%{if x}"],
    ["several in one line", "${A}${B} %{C}", "$${A}$${B} %%{C}"],
    ["a line break", "a\n${B}", "a\n$${B}"],
    ["a lone dollar", "a$ b$$c $", "a$ b$$c $"],
    ["no closing brace", "${", "$${"],
    ["an expression that Terraform knows", "${sha256(1)}", "$${sha256(1)}"],
  ])("%s", (_case, written, synthesized) => {
    expect(manifestOf(() => written)).toEqual({ value: synthesized });
  });

  test("in keys, in lists and at any depth", () => {
    expect(manifestOf(() => ({ "a/${B}": [{ "%{c}": ["${D}"] }, "${E}"] }))).toEqual({
      value: { "a/$${B}": [{ "%%{c}": ["$${D}"] }, "$${E}"] },
    });
  });

  test("what is no text stays what it is", () => {
    const value = { number: 1.5, zero: 0, yes: true, no: false, empty: "", list: [], map: {} };
    expect(manifestOf(() => value)).toEqual({ value });
  });
});

describe("what CDKTF writes stays an expression", () => {
  test.each<[string, (scope: Construct) => unknown, unknown]>([
    [
      "an attribute",
      (scope) => new ResourceGroup(scope, "Group", { name: "a", location: "westus" }).id,
      expect.stringMatching(/^\$\{azurerm_resource_group\.Group(_\w+)?\.id\}$/),
    ],
    ["a variable", (scope) => new TerraformVariable(scope, "v", {}).stringValue, "${var.v}"],
    ["a number", (scope) => new TerraformVariable(scope, "v", {}).numberValue, "${var.v}"],
    ["a list", (scope) => new TerraformVariable(scope, "v", {}).listValue, "${var.v}"],
    [
      "a function",
      (scope) => Fn.base64decode(new TerraformVariable(scope, "v", {}).stringValue),
      "${base64decode(var.v)}",
    ],
    [
      "a variable in the middle of a user's template",
      (scope) => `echo \${HOME} ${new TerraformVariable(scope, "v", {}).stringValue} %{x} \${B}`,
      "echo $${HOME} ${var.v} %%{x} $${B}",
    ],
    [
      "a variable in a key",
      (scope) => ({ [`\${A}-${new TerraformVariable(scope, "v", {}).stringValue}`]: 1 }),
      { "$${A}-${var.v}": 1 },
    ],
  ])("%s", (_case, value, synthesized) => {
    expect(manifestOf(value)).toEqual({ value: synthesized });
  });
});
