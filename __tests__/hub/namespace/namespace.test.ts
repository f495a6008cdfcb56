import type { TerraformStack } from "cdktf";
import { Namespace } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { fleetWith, service, unknown, yamlFile } from "../fixtures";

function findingsOf(name: string): string[] {
  return findings((stack) => {
    new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name });
  });
}

describe("what is synthesized", () => {
  test("a Namespace, applied as it is", () => {
    const stack = synthStack((scope) => {
      new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    });
    expect(resources(stack, "kubernetes_manifest")).toEqual({
      "Namespace/Resource": {
        manifest: { apiVersion: "v1", kind: "Namespace", metadata: { name: "store" } },
        field_manager: { force_conflicts: true },
        timeouts: { delete: "30m" },
      },
    });
  });

  test("with labels, and after what it depends on", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      new Namespace(scope, "Namespace", {
        fleet,
        name: "store",
        labels: { team: "a" },
        dependsOn: [fleet.resourceGroup],
      });
    });
    const { manifest, depends_on } = resources(stack, "kubernetes_manifest")["Namespace/Resource"] ?? {};
    expect(manifest).toHaveProperty("metadata", {
      name: "store",
      labels: { team: "a" },
    });
    const [group] = Object.entries(stack.resource.azurerm_resource_group ?? {}).find(
      ([, { name }]) => name === "rg-fleet",
    ) ?? [""];
    expect(depends_on).toEqual([`azurerm_resource_group.${group}`]);
  });

  test("what is added depends on the namespace, and on what is added as a dependency, also after it", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
      namespace.addWorkloads("Before", { files: [yamlFile(service("a"))] });
      namespace.addDependency(fleet.resourceGroup);
      namespace.addWorkloads("After", { files: [yamlFile(service("b"))] });
      namespace.addSecret("s", { data: {} });
      namespace.exportService("b");
    });
    const manifests = resources(stack, "kubernetes_manifest");
    const group = `azurerm_resource_group.${Object.keys(stack.resource.azurerm_resource_group ?? {}).find((id) => id.startsWith("Fleet_ResourceGroup"))}`;
    const id = `kubernetes_manifest.${Object.keys(stack.resource.kubernetes_manifest ?? {}).find((key) => /^Namespace_[0-9A-F]{8}$/.test(key))}`;
    expect(manifests["Namespace/Before/Service-a"]?.depends_on).toEqual([id, group]);
    expect(manifests["Namespace/After/Service-b"]?.depends_on).toEqual([id, group]);
    expect(manifests["Namespace/Export-b/Resource"]?.depends_on).toEqual([id, group]);
    expect(resources(stack, "kubernetes_secret_v1")["Namespace/Secret-s/Resource"]?.depends_on).toEqual([
      id,
      group,
    ]);
  });
});

describe("the name", () => {
  test.each(["default", "kube-system", "kube-public", "kube-x", "fleet-system", "fleet-member-east"])(
    "%s is never placed",
    (name) => {
      expect(findingsOf(name)).toEqual([
        `stack/Namespace: namespace "${name}" is never placed: the fleet skips "default", "kube-*" and "fleet-*"; choose another name.`,
      ]);
    },
  );

  test.each(["Store", "a_b", "-a", "a-", "a.b", "", "a".repeat(64), "störe"])(
    "%p is no DNS label",
    (name) => {
      expect(findingsOf(name)).toEqual([
        `stack/Namespace: namespace "${name}" is not a DNS label: 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`,
      ]);
    },
  );

  test.each([
    "a",
    "0",
    "a-b",
    "defaults",
    "my-default",
    "kube",
    "kubernetes",
    "fleet",
    "fleets",
    "a".repeat(63),
  ])("%s is fine", (name) => {
    expect(findingsOf(name)).toEqual([]);
  });

  test("that only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        new Namespace(stack, "Namespace", {
          fleet: fleetWith(stack),
          name: `fleet-${unknown(stack, "name")}`,
        });
      }),
    ).toEqual([]);
  });
});

test("overrides and envelopes are added by their names, and are of the namespace", () => {
  const stack = synthStack((scope) => {
    const namespace = new Namespace(scope, "Namespace", {
      fleet: fleetWith(scope),
      name: "store",
      workloadsElsewhere: true,
    });
    namespace.addOverride("replicas", {
      resourceSelectors: [{ group: "apps", kind: "Deployment", name: "web" }],
      overrideRules: [{ jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 5 }] }],
    });
    namespace.addEnvelope("quota", {
      objects: [{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "all" } }],
    });
  });
  const all = resources(stack, "kubernetes_manifest");
  expect(all["Namespace/Override-replicas/Resource"]?.manifest).toMatchObject({
    kind: "ResourceOverride",
    metadata: { name: "replicas", namespace: "store" },
  });
  expect(all["Namespace/Envelope-quota/ResourceQuota-all"]?.manifest).toMatchObject({
    kind: "ResourceEnvelope",
    metadata: { name: "quota-resourcequota-all", namespace: "store" },
  });
});

test("a namespace that is made twice, in one fleet", () => {
  const made = (...fleets: string[]) =>
    findings((scope) => {
      const byId = new Map([...new Set(fleets)].map((id) => [id, fleetWith(scope, {}, id)]));
      for (const [index, id] of fleets.entries()) {
        const fleet = byId.get(id);
        if (fleet) {
          new Namespace(scope, `Store${index}`, { fleet, name: "store" });
        }
      }
    });
  const twice = (path: string, other: string) =>
    `stack/${path}: name: the namespace "store" is also created at stack/${other}; use that one, or give one of them another name.`;
  expect(made("Fleet", "Fleet")).toEqual([twice("Store0", "Store1"), twice("Store1", "Store0")]);
  expect(made("Fleet")).toEqual([]);
});

describe("labels", () => {
  const labelled = (labels: Record<string, string>) => (scope: TerraformStack) => {
    new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store", labels });
  };

  test("that are no labels, or Azure's", () => {
    const labels = { "a b": "c d", "fleet.azure.com/managed-by": "arm" };
    expect(findings(labelled(labels))).toEqual([
      expect.stringContaining('labels: "a b" is not a valid label key'),
      expect.stringContaining('labels["a b"]: "c d" is not a valid label value'),
      'stack/Namespace: labels: "fleet.azure.com/managed-by" is "arm", which marks objects that only Azure may create or change on the hub; remove the label.',
    ]);
  });

  test("none: the field is left out, as the API does", () => {
    const all = resources(synthStack(labelled({})), "kubernetes_manifest");
    expect(all["Namespace/Resource"]?.manifest).toHaveProperty("metadata", { name: "store" });
  });
});
