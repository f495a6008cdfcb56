import type { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  type INamespace,
  MultiClusterService,
  Namespace,
  PlacementPolicy,
  ResourcePlacement,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, service, yamlFile } from "../fixtures";

const existing = (stack: TerraformStack, name = "store"): INamespace =>
  Namespace.fromNamespaceName(stack, "Store", fleetWith(stack), name);

test("nothing is made of it but what is put into it, and placements that name it", () => {
  const stack = synthStack((scope) => {
    const namespace = existing(scope);
    expect(Namespace.isNamespace(namespace)).toBe(true);
    namespace.addWorkloads("App", { files: [yamlFile(service("web"))] });
    namespace.exportService("web");
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
  });
  const manifests = resources(stack, "kubernetes_manifest");
  expect(
    Object.values(manifests)
      .map(({ manifest }) => (manifest as { kind: string }).kind)
      .sort(),
  ).toEqual(["ClusterResourcePlacement", "Service", "ServiceExport"]);
  expect(manifests["Placement/Resource"]?.manifest).toMatchObject({
    metadata: { name: "store" },
    spec: { resourceSelectors: [{ kind: "Namespace", name: "store" }] },
  });
  expect(dependenciesOf(stack, "Placement/Resource").sort()).toEqual([
    "Store/App/Service-web",
    "Store/Export-web/Resource",
  ]);
});

test("what others put into it, and where they place it, isn't missed", () => {
  expect(
    findings((stack) => {
      const namespace = existing(stack);
      namespace.exportService("of-another-app");
      const [east] = namespace.fleet.members;
      new ResourcePlacement(stack, "Placement", {
        namespace,
        name: "some",
        selectors: [{ version: "v1", kind: "ConfigMap", name: "of-another-app" }],
        policy: PlacementPolicy.all(),
      });
      if (east) {
        new MultiClusterService(stack, "Address", { namespace, serviceName: "front", member: east });
      }
    }).filter((found) => !found.startsWith("stack/Address: the stack")),
  ).toEqual([]);
});

test("that the placement's namespace is placed can be asked for", () => {
  expect(
    findings((stack) => {
      new ResourcePlacement(stack, "Placement", {
        namespace: existing(stack),
        name: "some",
        selectors: [{ version: "v1", kind: "ConfigMap" }],
        policy: PlacementPolicy.all(),
        namespaceElsewhere: false,
      });
    }),
  ).toEqual([expect.stringContaining('no ClusterResourcePlacement places "store" on')]);
});

test("a name that no placed namespace has", () => {
  expect(findings((stack) => void existing(stack, "kube-system"))).toEqual([
    expect.stringContaining("kube-system"),
  ]);
});

test("workloads that describe it", () => {
  const described = (labels: string) =>
    findings((stack) => {
      const yaml = `apiVersion: v1\nkind: Namespace\nmetadata: { name: store, labels: ${labels} }\n---\n${service("web")}`;
      existing(stack).addWorkloads("App", { files: [yamlFile(yaml)] });
    });
  expect(described("{ team: a }")).toEqual([
    expect.stringMatching(/^stack\/Store: .*: sets labels or annotations of the namespace "store"/),
  ]);
  // Many files name it, and say nothing of it.
  expect(described("{}")).toEqual([]);
});

test("one that this app makes, too", () => {
  expect(
    findings((stack) => {
      const { fleet } = existing(stack);
      new Namespace(stack, "Made", { fleet, name: "store" });
    }),
  ).toEqual([
    'stack/Made: name: the namespace "store" is also imported at stack/Store; use that one, or give one of them another name.',
  ]);
});

test("without a name", () => {
  const nameless = (stack: TerraformStack) => {
    Namespace.fromNamespaceName(stack, "Store", fleetWith(stack), undefined as unknown as string);
  };
  expect(findings(nameless)).toEqual([expect.stringMatching(/^stack\/Store: name: is missing/)]);
});
