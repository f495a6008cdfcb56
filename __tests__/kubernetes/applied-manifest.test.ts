import { Construct } from "constructs";
import type { Finding } from "../../lib/checks/finding";
import { appliedManifest } from "../../lib/kubernetes/applied-manifest";
import { madeAnewFor } from "../hub/fixtures";
import { planRefusals, resources, synthStack } from "../synth";

test("a manifest, patience for finalizers, and no wait that could taint it", () => {
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const stack = synthStack((scope) => {
    appliedManifest(scope, "A", { manifest });
  });
  expect(resources(stack, "kubernetes_manifest")).toEqual({
    A: { manifest, field_manager: { force_conflicts: true }, timeouts: { delete: "30m" } },
  });
});

test("leaves what others have changed where that is asked for", () => {
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const stack = synthStack((scope) => {
    appliedManifest(scope, "A", { manifest, force: false });
  });
  expect(resources(stack, "kubernetes_manifest").A).toEqual({ manifest, timeouts: { delete: "30m" } });
});

test("is made anew when something changes that the API never does", () => {
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const stack = synthStack((scope) => {
    const construct = new Construct(scope, "Construct");
    appliedManifest(construct, "Resource", { manifest, immutable: { name: "${x}", more: undefined } });
  });
  expect(madeAnewFor(stack, "Construct/Resource")).toEqual({ name: "$${x}" });
  expect(resources(stack, "terraform_data")).toHaveProperty("Construct/Immutable");
  // It is Terraform's own.
  expect(Object.keys(stack.terraform.required_providers as object)).not.toContain("terraform");
});

test("is judged by what the API has when Terraform plans", () => {
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } };
  const stack = synthStack((scope) => {
    const construct = new Construct(scope, "Construct");
    const planChecks = [
      {
        holds: (live: string) => `try(${live}.data.size, "small") == "small"`,
        otherwise: (live: string) => `size: is \${try(${live}.data.size, "")}` as Finding,
      },
    ];
    appliedManifest(construct, "Resource", { manifest, planChecks });
  });
  const path = "Construct/Resource";
  expect(planRefusals(stack, path)).toEqual([]);
  expect(planRefusals(stack, path, { data: null })).toEqual([]);
  expect(planRefusals(stack, path, { data: { size: "small" } })).toEqual([]);
  expect(planRefusals(stack, path, { data: { size: "large" } })).toEqual([
    expect.stringMatching(
      /^\[stack\/Construct\] size: is \$\{try\(data\.kubernetes_resources\.\S+\.objects\[0\]\.data\.size, ""\)\}$/,
    ),
  ]);
  expect(resources(stack, "kubernetes_resources", "data")).toEqual({
    "Construct/Live": {
      api_version: "v1",
      kind: "ConfigMap",
      namespace: "b",
      field_selector: "metadata.name=a",
    },
  });
});

test("depends on what it is told to depend on", () => {
  const stack = synthStack((scope) => {
    const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    const first = appliedManifest(scope, "First", { manifest });
    appliedManifest(scope, "Second", { manifest, dependsOn: [first] });
  });
  const { First, Second } = resources(stack, "kubernetes_manifest");
  expect(First).not.toHaveProperty("depends_on");
  expect(Second?.depends_on).toEqual(["kubernetes_manifest.First"]);
});
