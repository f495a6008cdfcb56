import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  type ClusterResourceSelector,
  Namespace,
  PlacementPolicy,
  ResourcePlacement,
  type ResourcePlacementProps,
  type ResourceSelector,
} from "../../../lib";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import { fleetWith, namespaceWith, service, unknown, yamlFile } from "../fixtures";

const PATH = "stack/Placement";
const SERVICES: ResourceSelector = { version: "v1", kind: "Service" };

type Props = Omit<ResourcePlacementProps, "namespace">;

/** A placement of Services in the namespace "store", which is placed on every member, by default. */
function place(
  stack: TerraformStack,
  props: Partial<Props> = {},
  namespacePolicy: PlacementPolicy | undefined = PlacementPolicy.all(),
): Namespace {
  const namespace = namespaceWith(stack, `${service("web")}---\n${service("api")}`);
  new ClusterResourcePlacement(stack, "NamespacePlacement", {
    namespace,
    policy: namespacePolicy,
    selectionScope: "NamespaceOnly",
  });
  const policy = PlacementPolicy.onMembers("aks-eastus2");
  new ResourcePlacement(stack, "Placement", {
    namespace,
    name: "services",
    selectors: [SERVICES],
    policy,
    ...props,
  });
  return namespace;
}

function findingsOf(props: Partial<Props>, namespacePolicy?: PlacementPolicy): string[] {
  return findings((stack) => void place(stack, props, namespacePolicy));
}

function placement(stack: StackJson) {
  return resources(stack, "kubernetes_manifest")["Placement/Resource"] ?? {};
}

test("the manifest", () => {
  const stack = synthStack(
    (scope) =>
      void place(scope, {
        selectors: [
          { ...SERVICES, name: "web" },
          { group: "apps", version: "v1", kind: "Deployment" },
        ],
      }),
  );
  expect(placement(stack)).toMatchObject({
    manifest: {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ResourcePlacement",
      metadata: { name: "services", namespace: "store" },
      spec: {
        resourceSelectors: [
          { group: "", version: "v1", kind: "Service", name: "web" },
          { group: "apps", version: "v1", kind: "Deployment" },
        ],
        policy: { placementType: "PickFixed", clusterNames: ["aks-eastus2"] },
      },
    },
    timeouts: { delete: "30m" },
  });
});

test("comes after what is in the namespace, also what is added afterwards, what brings it, and what is named", () => {
  const stack = synthStack((scope) => {
    const namespace = place(scope, { dependsOn: [fleetWith(scope, {}, "Other").resourceGroup] });
    namespace.addWorkloads("Later", { files: [yamlFile(service("db"))] });
    namespace.addSecret("after", { data: {} });
    const other = new Namespace(scope, "OtherNamespace", { fleet: namespace.fleet, name: "other" });
    new ClusterResourcePlacement(scope, "OtherPlacement", {
      namespace: other,
      policy: PlacementPolicy.all(),
    });
  });
  const dependsOn = placement(stack).depends_on as string[];
  expect(dependsOn.map((address) => address.replace(/_[0-9A-F]{8}$/, "")).sort()).toEqual(
    [
      "azurerm_resource_group.Other_ResourceGroup",
      "kubernetes_manifest.NamespacePlacement",
      "kubernetes_manifest.Namespace_Later_Service-db",
      "kubernetes_manifest.Namespace",
      "kubernetes_manifest.Namespace_Workloads_Service-api",
      "kubernetes_manifest.Namespace_Workloads_Service-web",
      "kubernetes_secret_v1.Namespace_Secret-after",
    ].sort(),
  );
});

test("depends on no placement of another stack", () => {
  const stack = synthStack((scope) => {
    const namespace = place(scope);
    const other = new TerraformStack(scope.node.root, "other");
    new KubernetesProvider(other, "kubernetes");
    new ClusterResourcePlacement(other, "Placement", {
      fleet: namespace.fleet,
      name: "other",
      policy: PlacementPolicy.pickN(1),
      selectors: [
        { version: "v1", kind: "Namespace", name: namespace.name, selectionScope: "NamespaceOnly" },
      ],
    });
  });
  expect(JSON.stringify(placement(stack).depends_on)).not.toContain("other");
});

describe("what is placed", () => {
  const of = (...selectors: ResourceSelector[]) =>
    findingsOf({ selectors }).map((finding) => finding.replace(`${PATH}: selectors`, ""));

  test("nothing", () => {
    expect(of()).toEqual([": is empty, so nothing would be placed; add a selector."]);
  });

  test("more than the API takes", () => {
    const many = Array.from({ length: 101 }, (_, index) => ({
      ...SERVICES,
      labelSelector: { matchLabels: { index: `${index}` } },
    }));
    expect(of(...many.slice(1))).toEqual([]);
    expect(of(...many)).toEqual([
      ": has 101 selectors, but a placement allows at most 100; select by label, or add a second placement.",
    ]);
  });

  test("what is in no namespace", () => {
    expect(of({ version: "v1", kind: "Namespace", name: "store" }, SERVICES)).toEqual([
      "[0].kind: Namespace is cluster-scoped; select it with a ClusterResourcePlacement.",
    ]);
  });

  test("an object that isn't there", () => {
    expect(of({ ...SERVICES, name: "db" }, { version: "v1", kind: "Secret", name: "queue" })).toEqual([
      '[0].name: this app adds no Service "db" to namespace "store"; its objects of that kind are: "web" and "api". Select one of them, or set workloadsElsewhere on the namespace if the object is applied outside this app.',
      '[1].name: this app adds no Secret "queue" to namespace "store"; its objects of that kind are: none. Select one of them, or set workloadsElsewhere on the namespace if the object is applied outside this app.',
    ]);
  });

  test("Secrets and exports, also such as are added afterwards", () => {
    expect(
      findings((stack) => {
        const selectors = [
          { ...SERVICES, name: "web" },
          { version: "v1", kind: "Secret", name: "queue" },
          { group: "networking.fleet.azure.com", version: "v1beta1", kind: "ServiceExport", name: "web" },
        ];
        const namespace = place(stack, { selectors });
        namespace.addSecret("queue", { data: {} });
        namespace.exportService("web");
      }),
    ).toEqual([]);
  });

  test("what something else applies", () => {
    expect(
      findings((stack) => {
        const fleet = fleetWith(stack);
        const namespace = new Namespace(stack, "Store", { fleet, name: "store", workloadsElsewhere: true });
        const selectors = [{ ...SERVICES, name: "web" }];
        const policy = PlacementPolicy.all();
        const name = "web";
        new ResourcePlacement(stack, "Placement", {
          namespace,
          name,
          selectors,
          policy,
          namespaceElsewhere: true,
        });
      }),
    ).toEqual([]);
  });

  test("what only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const text = unknown(stack, "text");
        place(stack, {
          name: text,
          selectors: [
            { ...SERVICES, name: text },
            { group: text, version: text, kind: text, labelSelector: { matchLabels: { a: text } } },
          ],
        });
      }),
    ).toEqual([]);
  });
});

describe("the name", () => {
  test("that is no DNS label", () => {
    expect(findingsOf({ name: "My_Placement" })).toEqual([
      expect.stringContaining(`${PATH}: placement "My_Placement" is not a DNS label`),
    ]);
  });

  test("that another placement of the namespace has", () => {
    expect(
      findings((stack) => {
        const namespace = place(stack);
        const policy = PlacementPolicy.pickN(1);
        for (const [id, name] of Object.entries({ Second: "services", Third: "third" })) {
          new ResourcePlacement(stack, id, { namespace, name, selectors: [SERVICES], policy });
        }
      }),
    ).toEqual([
      `${PATH}: name: "services" is also the name of the placement at stack/Second; give one of them another name.`,
      `stack/Second: name: "services" is also the name of the placement at ${PATH}; give one of them another name.`,
    ]);
  });
});

test("a wrong policy", () => {
  expect(findingsOf({ policy: PlacementPolicy.onMembers("north") })).toEqual([
    `${PATH}: policy: fleet "gbb-fleet" has no member "north"; use one of its members: "aks-eastus2" and "aks-westus2".`,
  ]);
});

describe("the namespace", () => {
  const rule =
    'but nothing is applied without the namespace; place it with selectionScope "NamespaceOnly", or set namespaceElsewhere if it is created outside this app.';

  test("that is not on the members", () => {
    expect(findingsOf({}, PlacementPolicy.onMembers("aks-westus2"))).toEqual([
      `${PATH}: namespace: no ClusterResourcePlacement places "store" on member "east", ${rule}`,
    ]);
  });

  test("that is nowhere", () => {
    const build = (policy: PlacementPolicy, namespaceElsewhere?: boolean) =>
      findings((stack) => {
        const namespace = namespaceWith(stack, service("web"));
        const props = { namespace, name: "web", selectors: [SERVICES], namespaceElsewhere };
        new ResourcePlacement(stack, "Placement", { ...props, policy });
      });
    expect(build(PlacementPolicy.all())).toEqual([
      `${PATH}: namespace: no ClusterResourcePlacement places "store" on members "east" and "west", ${rule}`,
    ]);
    expect(build(PlacementPolicy.pickN(1))).toEqual([
      `${PATH}: namespace: no ClusterResourcePlacement places "store" on any member, ${rule}`,
    ]);
    expect(build(PlacementPolicy.all(), true)).toEqual([]);
  });

  test.each([
    ["the same", PlacementPolicy.onMembers("aks-eastus2")],
    ["more", PlacementPolicy.all()],
    ["nobody knows which", PlacementPolicy.pickN(1)],
  ])("that is on these members is fine: %s", (_case, policy) => {
    expect(findingsOf({}, policy)).toEqual([]);
  });

  test("that is placed with some of it: nobody knows whether an object is among it", () => {
    expect(
      findings((stack) => {
        const namespace = place(stack);
        const props = {
          namespace,
          name: "some",
          policy: PlacementPolicy.all(),
          applyType: "ReportDiff",
        } as const;
        new ClusterResourcePlacement(stack, "Some", {
          ...props,
          selectionScope: "NamespaceWithResourceSelectors",
          selectors: [{ version: "v1", kind: "ConfigMap" }],
        });
      }),
    ).toEqual([]);
  });

  test("that is placed with everything in it", () => {
    expect(
      findings((stack) => {
        const namespace = place(stack, { policy: PlacementPolicy.all() });
        const policy = PlacementPolicy.inLocations("eastus2");
        new ClusterResourcePlacement(stack, "Whole", { namespace, name: "whole", policy });
      }),
    ).toEqual([
      expect.stringContaining(
        'stack/NamespacePlacement: policy: stack/Whole also places Namespace "store" on member "east",',
      ),
      `${PATH}: selectors: stack/Whole places everything in "store" on member "east", but the fleet refuses to place an object twice; set selectionScope "NamespaceOnly" on that placement, or remove this one.`,
      expect.stringContaining("stack/Whole: policy: stack/NamespacePlacement also places"),
    ]);
  });

  const store = { version: "v1", kind: "Namespace", name: "store" } as const;
  test.each<[string, ClusterResourceSelector, readonly string[]]>([
    ["by its name", { ...store, selectionScope: "NamespaceOnly" }, []],
    ["with all namespaces", { version: "v1", kind: "Namespace", selectionScope: "NamespaceOnly" }, []],
    [
      "perhaps, by its labels",
      { version: "v1", kind: "Namespace", labelSelector: { matchLabels: { team: "shop" } } },
      [],
    ],
    [
      "not, by the name of another",
      { ...store, name: "other" },
      [
        `${PATH}: namespace: no ClusterResourcePlacement places "store" on members "east" and "west", ${rule}`,
      ],
    ],
  ])("that a placement without a namespace of its own brings %s", (_case, selector, found) => {
    expect(
      findings((stack) => {
        const namespace = namespaceWith(stack, service("web"));
        const policy = PlacementPolicy.all();
        const { fleet } = namespace;
        new ClusterResourcePlacement(stack, "All", { fleet, name: "all", selectors: [selector], policy });
        new ResourcePlacement(stack, "Placement", { namespace, name: "web", selectors: [SERVICES], policy });
      }),
    ).toEqual(found);
  });
});

describe("an object that another placement brings to the same members", () => {
  const twice = (others: ResourceSelector, props: Partial<Props> = {}) =>
    findings((stack) => {
      const namespace = place(stack, { selectors: [{ ...SERVICES, name: "web" }] });
      new ResourcePlacement(stack, "Other", {
        namespace,
        name: "other",
        selectors: [others],
        policy: PlacementPolicy.all(),
        ...props,
      });
    });
  const found = (path: string, other: string) =>
    `${path}: selectors[0]: ${other} selects the same objects for member "east", but the fleet refuses to place an object twice; select other members, or remove the objects from one of the placements.`;

  test.each([{ ...SERVICES, name: "web" }, SERVICES])("%p", (selector) => {
    expect(twice(selector)).toEqual([found(PATH, "stack/Other"), found("stack/Other", PATH)]);
  });

  test("some of a ClusterResourcePlacement", () => {
    expect(
      findings((stack) => {
        const namespace = namespaceWith(stack, service("web"));
        const policy = PlacementPolicy.onMembers("aks-eastus2");
        const selectors = [{ ...SERVICES, name: "web" }];
        const some = { selectionScope: "NamespaceWithResourceSelectors", selectors, policy } as const;
        new ClusterResourcePlacement(stack, "Some", { namespace, ...some });
        new ResourcePlacement(stack, "Placement", { namespace, name: "web", selectors, policy });
      }),
    ).toEqual([found(PATH, "stack/Some")]);
  });

  test("not another object, elsewhere, perhaps, or as a mere report", () => {
    expect(twice({ ...SERVICES, name: "api" })).toEqual([]);
    expect(twice({ version: "v1", kind: "ConfigMap" })).toEqual([]);
    expect(twice({ ...SERVICES, labelSelector: { matchLabels: { a: "b" } } })).toEqual([]);
    expect(twice(SERVICES, { policy: PlacementPolicy.onMembers("aks-westus2") })).toEqual([]);
    expect(twice(SERVICES, { policy: PlacementPolicy.pickN(1) })).toEqual([]);
    expect(twice(SERVICES, { applyType: "ReportDiff" })).toEqual([]);
  });
});
