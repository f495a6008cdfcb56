import { appliedManifest } from "../../lib/kubernetes/applied-manifest";
import { resources, synthStack } from "../synth";

test("a manifest, patience for finalizers, and no wait that could taint it", () => {
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const stack = synthStack((scope) => {
    appliedManifest(scope, "A", { manifest });
  });
  expect(resources(stack, "kubernetes_manifest")).toEqual({ A: { manifest, timeouts: { delete: "30m" } } });
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
