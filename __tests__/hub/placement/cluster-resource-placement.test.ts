import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack } from "cdktf";
import {
  AksCluster,
  type ClusterPlacementProps,
  ClusterResourceEnvelope,
  ClusterResourceOverride,
  ClusterResourcePlacement,
  type ClusterResourceSelector,
  Namespace,
  type NamespacePlacementProps,
  PlacementPolicy,
} from "../../../lib";
import { CLUSTER_ID } from "../../existing";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import {
  dependenciesOf,
  fleetWith,
  namespaceWith,
  placementCalled,
  service,
  unknown,
  yamlFile,
} from "../fixtures";

const PATH = "stack/Placement";

/** A placement of the namespace "store" on a fleet in eastus2 (aks-eastus2) and westus2 (aks-westus2). */
function place(
  stack: TerraformStack,
  policy: PlacementPolicy,
  props: { name?: string; locations?: Record<string, string> } = {},
): ClusterResourcePlacement {
  const fleet = fleetWith(stack, props.locations);
  const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
  return new ClusterResourcePlacement(stack, "Placement", { namespace, policy, name: props.name });
}

function placed(policy: PlacementPolicy, name?: string): Record<string, unknown> {
  const stack = synthStack((scope) => {
    place(scope, policy, { name });
  });
  return resources(stack, "kubernetes_manifest")["Placement/Resource"] ?? {};
}

function findingsOf(policy: PlacementPolicy, locations?: Record<string, string>): string[] {
  return findings((stack) => {
    place(stack, policy, { locations });
  });
}

describe("the manifest", () => {
  const manifest = (policy: Record<string, unknown>, name = "store") => ({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourcePlacement",
    metadata: { name },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "store" }],
      policy,
      strategy: expect.any(Object),
    },
  });

  test("on every member", () => {
    expect(placed(PlacementPolicy.all())).toEqual({
      manifest: manifest({ placementType: "PickAll" }),
      timeouts: { delete: "30m" },
      field_manager: { force_conflicts: true },
      // What the hub never changes is refused when Terraform plans: unchangeable.test.ts.
      lifecycle: { precondition: expect.any(Array) },
      depends_on: [expect.stringMatching(/^kubernetes_manifest\.Namespace_[0-9A-F]{8}$/)],
    });
  });

  test("in locations", () => {
    expect(placed(PlacementPolicy.inLocations("westus2", "eastus2")).manifest).toEqual(
      manifest({
        placementType: "PickAll",
        affinity: {
          clusterAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              clusterSelectorTerms: [
                {
                  labelSelector: {
                    matchExpressions: [
                      { key: "fleet.azure.com/location", operator: "In", values: ["westus2", "eastus2"] },
                    ],
                  },
                },
              ],
            },
          },
        },
      }),
    );
  });

  test("on members by name", () => {
    expect(placed(PlacementPolicy.onMembers("aks-westus2", "aks-eastus2")).manifest).toEqual(
      manifest({ placementType: "PickFixed", clusterNames: ["aks-westus2", "aks-eastus2"] }),
    );
  });

  test("under a name of its own", () => {
    expect(placed(PlacementPolicy.all(), "everywhere").manifest).toEqual(
      manifest({ placementType: "PickAll" }, "everywhere"),
    );
  });

  test("with what only Terraform knows", () => {
    const stack = synthStack((scope) => {
      place(scope, PlacementPolicy.onMembers(unknown(scope, "member")));
    });
    expect(resources(stack, "kubernetes_manifest")["Placement/Resource"]?.manifest).toEqual(
      manifest({ placementType: "PickFixed", clusterNames: ["${var.member}"] }),
    );
  });
});

test("comes after everything in the namespace, also what is added afterwards, and nothing else", () => {
  const stack = synthStack((scope) => {
    const namespace = namespaceWith(scope, `${service("web")}---\n${service("api")}`);
    namespace.addSecret("before", { data: {} });
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
    namespace.addWorkloads("Later", { files: [yamlFile(service("db"))] });
    namespace.addSecret("after", { data: {} });
    namespace.exportService("web");
    namespace.addDependency((namespace.fleet as ReturnType<typeof fleetWith>).resourceGroup);
    const other = new Namespace(scope, "Other", { fleet: namespace.fleet, name: "other" });
    other.addSecret("elsewhere", { data: {} });
  });
  const paths = new Map(
    Object.entries(stack.resource).flatMap(([type, all]) =>
      Object.entries(all).map(([id, { "//": comment }]) => [
        `${type}.${id}`,
        (comment as { metadata: { path: string } }).metadata.path,
      ]),
    ),
  );
  const dependsOn = resources(stack, "kubernetes_manifest")["Placement/Resource"]?.depends_on as string[];
  expect(dependsOn.map((address) => paths.get(address)).sort()).toEqual([
    "stack/Fleet/ResourceGroup",
    "stack/Namespace/Export-web/Resource",
    "stack/Namespace/Later/Service-db",
    "stack/Namespace/Resource",
    "stack/Namespace/Secret-after/Resource",
    "stack/Namespace/Secret-before/Resource",
    "stack/Namespace/Workloads/Service-api",
    "stack/Namespace/Workloads/Service-web",
  ]);
});

describe("by location", () => {
  test("each location that has a member is fine", () => {
    expect(findingsOf(PlacementPolicy.inLocations("eastus2"))).toEqual([]);
    expect(findingsOf(PlacementPolicy.inLocations("westus2", "eastus2"))).toEqual([]);
  });

  test("a location without a member", () => {
    expect(findingsOf(PlacementPolicy.inLocations("eastus2", "germanywestcentral"))).toEqual([
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "germanywestcentral"; use a location of its members: "eastus2" and "westus2".`,
    ]);
  });

  test("each location is named once, where several members are in it", () => {
    const locations = { east: "eastus2", second: "eastus2" };
    expect(findingsOf(PlacementPolicy.inLocations("westus2"), locations)).toContain(
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "westus2"; use a location of its members: "eastus2".`,
    );
  });

  test.each([
    ["East US 2", "eastus2"],
    ["EastUS2", "eastus2"],
    ["west-us 2", "westus2"],
  ])("a display name, %p", (location, short) => {
    expect(findingsOf(PlacementPolicy.inLocations(location))).toEqual([
      `${PATH}: policy: "${location}" is not the short name of a location, as the fleet's labels have it; write "${short}" (\`az account list-locations\` lists them).`,
    ]);
  });

  test("none", () => {
    expect(findingsOf(PlacementPolicy.inLocations())).toEqual([
      `${PATH}: policy: has no locations; add one, or use PlacementPolicy.all().`,
    ]);
  });

  test("in a fleet without members", () => {
    expect(findingsOf(PlacementPolicy.inLocations("eastus2"), {})).toEqual([
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "eastus2"; use a location of its members: none.`,
    ]);
  });

  test("that only Terraform knows is not judged, the others are", () => {
    expect(
      findings((stack) => {
        place(stack, PlacementPolicy.inLocations(unknown(stack, "location"), "westeurope", "West US 2"));
      }),
    ).toEqual([
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "westeurope"; use a location of its members: "eastus2" and "westus2".`,
      `${PATH}: policy: "West US 2" is not the short name of a location, as the fleet's labels have it; write "westus2" (\`az account list-locations\` lists them).`,
    ]);
  });

  test("in a fleet with a member whose location only Terraform knows", () => {
    expect(
      findings((stack) => {
        const locations = { east: "eastus2", other: unknown(stack, "location") };
        place(stack, PlacementPolicy.inLocations("westeurope"), { locations });
      }),
    ).toEqual([]);
  });
});

describe("by member", () => {
  test("each member is fine", () => {
    expect(findingsOf(PlacementPolicy.onMembers("aks-westus2", "aks-eastus2"))).toEqual([]);
  });

  test("a name that no member has: the member's key, say", () => {
    expect(findingsOf(PlacementPolicy.onMembers("aks-eastus2", "west"))).toEqual([
      `${PATH}: policy: fleet "gbb-fleet" has no member "west"; use one of its members: "aks-eastus2" and "aks-westus2".`,
    ]);
  });

  test("none", () => {
    expect(findingsOf(PlacementPolicy.onMembers())).toEqual([
      `${PATH}: policy: has no members; add one, or use PlacementPolicy.all().`,
    ]);
  });

  test("one twice", () => {
    expect(findingsOf(PlacementPolicy.onMembers("aks-eastus2", "aks-westus2", "aks-eastus2"))).toEqual([
      `${PATH}: policy: lists the member "aks-eastus2" twice; remove one of them.`,
    ]);
  });

  test.each([
    [100, []],
    [
      101,
      [
        `${PATH}: policy: has 101 members, but a placement allows at most 100; select them by label, with PlacementPolicy.pickAll().`,
      ],
    ],
  ])("%i of them, which only Terraform knows", (count, expected) => {
    expect(
      findings((stack) => {
        const names = Array.from({ length: count }, (_, index) => unknown(stack, `member${index}`));
        place(stack, PlacementPolicy.onMembers(...names));
      }),
    ).toEqual(expected);
  });

  test("in a fleet with a member whose name only Terraform knows", () => {
    expect(
      findings((stack) => {
        const locations = { east: "eastus2", other: unknown(stack, "location") };
        place(stack, PlacementPolicy.onMembers("elsewhere"), { locations });
      }),
    ).toEqual([]);
  });
});

test("on every member, in a fleet without members", () => {
  expect(findingsOf(PlacementPolicy.all(), {})).toEqual([
    `${PATH}: policy: fleet "gbb-fleet" has no members to place anything on; add one with addMember.`,
  ]);
});

test("members that join afterwards count", () => {
  expect(
    findings((stack) => {
      const fleet = fleetWith(stack, {});
      for (const policy of [PlacementPolicy.all(), PlacementPolicy.inLocations("eastus2")]) {
        const name = `p${stack.node.children.length}`;
        const namespace = new Namespace(stack, `${name}-Namespace`, { fleet, name });
        new ClusterResourcePlacement(stack, name, { namespace, policy, name });
      }
      fleet.addMember("east", {
        cluster: AksCluster.fromClusterId(stack, "Late", CLUSTER_ID, { location: "eastus2" }),
      });
    }),
  ).toEqual([]);
});

describe("the name", () => {
  test.each(["Store", "a.b", "", "a".repeat(64)])("%p is no DNS label", (name) => {
    expect(
      findings((stack) => {
        place(stack, PlacementPolicy.all(), { name });
      }),
    ).toEqual([
      `${PATH}: placement "${name}" is not a DNS label: 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`,
    ]);
  });

  test("that only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        place(stack, PlacementPolicy.all(), { name: `A_${unknown(stack, "name")}` });
      }),
    ).toEqual([]);
  });

  test("that another placement of the fleet has", () => {
    expect(
      findings((stack) => {
        const { namespace } = place(stack, PlacementPolicy.onMembers("aks-eastus2")) as unknown as {
          namespace: Namespace;
        };
        const policy = PlacementPolicy.onMembers("aks-westus2");
        new ClusterResourcePlacement(stack, "Second", { namespace, policy });
      }),
    ).toEqual([
      `${PATH}: name: "store" is also the name of the placement at stack/Second; give one of them another name.`,
      `stack/Second: name: "store" is also the name of the placement at ${PATH}; give one of them another name.`,
    ]);
  });

  test("that a placement of another fleet has is fine", () => {
    expect(
      findings((stack) => {
        place(stack, PlacementPolicy.all());
        const fleet = fleetWith(stack, { north: "northeurope" }, "Other");
        const hub = new TerraformStack(stack.node.root, "other-hub");
        new KubernetesProvider(hub, "kubernetes");
        const namespace = new Namespace(hub, "Namespace", { fleet, name: "store" });
        const policy = PlacementPolicy.all();
        new ClusterResourcePlacement(hub, "Placement", { namespace, policy });
      }),
    ).toEqual([]);
  });
});

describe("what is placed", () => {
  type Selection = Omit<NamespacePlacementProps, "namespace" | "policy">;

  const select = (stack: TerraformStack, props: Selection) => {
    const namespace = namespaceWith(stack, service("web"));
    new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all(), ...props });
    return namespace;
  };
  const spec = (props: Selection) => {
    const stack = synthStack((scope) => void select(scope, props));
    const { manifest } = resources(stack, "kubernetes_manifest")["Placement/Resource"] as {
      manifest: { apiVersion: string; spec: Record<string, unknown> };
    };
    const { policy: _policy, strategy: _strategy, ...rest } = manifest.spec;
    return { apiVersion: manifest.apiVersion.split("/")[1], ...rest };
  };
  const findingsOf = (props: Selection) => findings((stack) => void select(stack, props));
  const ofSelectors = (...selectors: unknown[]) =>
    findingsOf({ selectors: selectors as ClusterResourceSelector[] }).map((finding) =>
      finding.replace(`${PATH}: selectors`, ""),
    );

  test("only the namespace itself, with a status that is in it", () => {
    expect(spec({ selectionScope: "NamespaceOnly", statusReportingScope: "NamespaceAccessible" })).toEqual({
      apiVersion: "v1",
      resourceSelectors: [
        { group: "", version: "v1", kind: "Namespace", name: "store", selectionScope: "NamespaceOnly" },
      ],
      statusReportingScope: "NamespaceAccessible",
    });
  });

  test("objects that are in no namespace, and other namespaces", () => {
    expect(
      spec({
        selectors: [
          { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "reader" },
          {
            version: "v1",
            kind: "Namespace",
            labelSelector: { matchLabels: { team: "shop" } },
            selectionScope: "NamespaceOnly",
          },
          { group: "example.com", version: "v1", kind: "Widget" },
        ],
      }),
    ).toEqual({
      apiVersion: "v1",
      resourceSelectors: [
        { group: "", version: "v1", kind: "Namespace", name: "store" },
        { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "reader" },
        {
          group: "",
          version: "v1",
          kind: "Namespace",
          labelSelector: { matchLabels: { team: "shop" } },
          selectionScope: "NamespaceOnly",
        },
        { group: "example.com", version: "v1", kind: "Widget" },
      ],
    });
  });

  test("some of the namespace, after what it depends on", () => {
    const stack = synthStack((scope) => {
      select(scope, {
        selectionScope: "NamespaceWithResourceSelectors",
        selectors: [{ version: "v1", kind: "Service", name: "web" }],
        dependsOn: [fleetWith(scope, {}, "Other").resourceGroup],
      });
    });
    const { manifest, depends_on } = resources(stack, "kubernetes_manifest")["Placement/Resource"] ?? {};
    expect((manifest as { spec: { resourceSelectors: unknown } }).spec.resourceSelectors).toEqual([
      {
        group: "",
        version: "v1",
        kind: "Namespace",
        name: "store",
        selectionScope: "NamespaceWithResourceSelectors",
      },
      { group: "", version: "v1", kind: "Service", name: "web" },
    ]);
    expect(depends_on).toContainEqual(
      expect.stringMatching(/^azurerm_resource_group\.Other_ResourceGroup_[0-9A-F]{8}$/),
    );
  });

  test.each([
    ["selectionScope", '"NamespaceOnly", "NamespaceWithResources" and "NamespaceWithResourceSelectors"'],
    ["statusReportingScope", '"ClusterScopeOnly" and "NamespaceAccessible"'],
  ])("another %s than there are", (field, allowed) => {
    expect(findingsOf({ [field]: "Other" })).toEqual([
      `${PATH}: ${field}: "Other" is not allowed; write one of ${allowed}.`,
    ]);
  });

  test("more than the API takes", () => {
    const selectors = Array.from({ length: 100 }, (_, index) => ({
      version: "v1",
      kind: "PersistentVolume",
      name: `pv-${index}`,
    }));
    expect(ofSelectors(...selectors.slice(1))).toEqual([]);
    expect(ofSelectors(...selectors)).toEqual([
      ": has 100 selectors, but a placement allows at most 99 besides the namespace; select by label, or add a second placement.",
    ]);
  });

  test("what is in a namespace", () => {
    const advice =
      'select it with selectionScope "NamespaceWithResourceSelectors" or a ResourcePlacement, or place its whole namespace.';
    expect(
      ofSelectors(
        { group: "apps", version: "v1", kind: "Deployment" },
        { version: "v1", kind: "Service" },
        { group: "example.com", version: "v1", kind: "Widget" },
      ),
    ).toEqual([
      `[0].kind: Deployment is namespaced; ${advice}`,
      `[1].kind: Service is namespaced; ${advice}`,
    ]);
  });

  test("what the fleet never places", () => {
    expect(
      ofSelectors(
        { version: "v1", kind: "Node" },
        { group: "cluster.kubernetes-fleet.io", version: "v1", kind: "MemberCluster" },
        { group: "placement.kubernetes-fleet.io", version: "v1", kind: "ClusterResourceOverride" },
        { group: "placement.kubernetes-fleet.io", version: "v1beta1", kind: "ClusterResourceEnvelope" },
      ),
    ).toEqual([
      "[0].kind: the fleet never places a Node; remove the selector.",
      "[1].kind: the fleet never places a MemberCluster of cluster.kubernetes-fleet.io; remove the selector.",
      "[2].kind: the fleet never places a ClusterResourceOverride of placement.kubernetes-fleet.io; remove the selector.",
    ]);
  });

  test("a group, a version and a kind that can't be", () => {
    expect(ofSelectors({ group: "rbac/v1", version: "rbac/v1", kind: "clusterroles" })).toEqual([
      '[0].group: "rbac/v1" is not an API group; use e.g. "apps", without a version, or leave it out for the core group.',
      '[0].version: "rbac/v1" is not an API version; use e.g. "v1", without a group.',
      '[0].kind: "clusterroles" is not a kind; write it as in a manifest, e.g. "ClusterRole".',
    ]);
  });

  test("by name and by labels, by no name, and by labels that can't be", () => {
    const pv = { version: "v1", kind: "PersistentVolume" };
    expect(
      ofSelectors(
        { ...pv, name: "a", labelSelector: { matchLabels: { a: "b" } } },
        { ...pv, name: "" },
        { ...pv, labelSelector: { matchLabels: { a: "b c" } } },
      ),
    ).toEqual([
      '[0]: has the name "a" and a labelSelector, but the fleet allows only one of them; remove one, or use two selectors.',
      "[1].name: is empty; name an object, or leave it out to select every PersistentVolume.",
      expect.stringMatching(/^\[2\]\.labelSelector\.matchLabels\["a"\]: "b c" is not a valid label value/),
    ]);
  });

  test("the same twice", () => {
    const pv = { version: "v1", kind: "PersistentVolume", name: "a" };
    expect(ofSelectors(pv, { ...pv, name: "b" }, { ...pv, group: "" })).toEqual([
      "[2]: selects the same as selectors[0], but the fleet refuses to place an object twice; remove one of them.",
    ]);
    expect(ofSelectors({ version: "v1", kind: "Namespace", name: "store" })).toEqual([
      '[0]: selects the namespace "store", which the placement already selects; remove the selector.',
    ]);
  });

  test("namespaces that are never placed, and scopes that can't be", () => {
    const namespace = { version: "v1", kind: "Namespace" };
    expect(
      ofSelectors(
        { ...namespace, name: "kube-system" },
        { ...namespace, name: "other", selectionScope: "NamespaceWithResourceSelectors" },
        { version: "v1", kind: "PersistentVolume", selectionScope: "NamespaceOnly" },
      ),
    ).toEqual([
      '[1].selectionScope: "NamespaceWithResourceSelectors" is not allowed; write one of "NamespaceOnly" and "NamespaceWithResources".',
      expect.stringMatching(/^\[0\]\.name: namespace "kube-system" is never placed/),
      '[2].selectionScope: "NamespaceOnly" is only for the kind Namespace, but this is a PersistentVolume; remove it.',
    ]);
  });

  test("other namespaces beside some of this one, or beside a status that is in it", () => {
    const selectors = [{ version: "v1", kind: "Namespace", name: "other" }];
    expect(findingsOf({ selectors, selectionScope: "NamespaceWithResourceSelectors" })).toEqual([
      `${PATH}: selectors[0]: selects another namespace, which selectionScope "NamespaceWithResourceSelectors" doesn't allow; add a separate placement for it.`,
    ]);
    expect(findingsOf({ selectors, statusReportingScope: "NamespaceAccessible" })).toEqual([
      `${PATH}: statusReportingScope: "NamespaceAccessible" allows only one namespace, but selectors[0] selects others; remove one of the two.`,
    ]);
  });

  test("that only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const text = unknown(stack, "text");
        select(stack, { selectors: [{ group: text, version: text, kind: text, name: text }] });
      }),
    ).toEqual([]);
  });
});

test("everything wrong is said at once", () => {
  expect(
    findings((stack) => {
      place(stack, PlacementPolicy.inLocations("East US 2", "westeurope"), { name: "Store" });
    }),
  ).toEqual([
    expect.stringMatching(`^${PATH}: placement "Store" is not a DNS label`),
    expect.stringMatching(`^${PATH}: policy: "East US 2" is not the short name`),
    expect.stringMatching(`^${PATH}: policy: no member of fleet "gbb-fleet" is in "westeurope"`),
  ]);
});

const ENVELOPE = {
  group: "placement.kubernetes-fleet.io",
  version: "v1beta1",
  kind: "ClusterResourceEnvelope",
};
const ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "reader" },
};
const POLICY = PlacementPolicy.all();

const selectorsOf = (stack: StackJson) => {
  const { manifest } = resources(stack, "kubernetes_manifest")["Placement/Resource"] as {
    manifest: { spec: { resourceSelectors: unknown[] } };
  };
  return manifest.spec.resourceSelectors;
};

describe("envelopes of the namespace's workloads that are in no namespace", () => {
  const withEnvelope = (scope: TerraformStack, props: Partial<NamespacePlacementProps> = {}) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: POLICY, ...props });
    // Added after the placement.
    namespace.addWorkloads("Roles", { objects: [ROLE], envelope: "policies" });
  };
  const NAMESPACE = { group: "", version: "v1", kind: "Namespace", name: "store" };

  test.each([undefined, "NamespaceOnly", "NamespaceWithResourceSelectors"] as const)(
    "are placed with it, whatever is placed of it (%s), and come before",
    (selectionScope) => {
      const stack = synthStack((scope) => withEnvelope(scope, { selectionScope }));
      expect(selectorsOf(stack)).toEqual([
        { ...NAMESPACE, ...(selectionScope && { selectionScope }) },
        { ...ENVELOPE, name: "policies-clusterrole-reader" },
      ]);
      expect(dependenciesOf(stack, "Placement/Resource")).toEqual([
        "Namespace/Resource",
        "Namespace/Roles/ClusterResourceEnvelope/ClusterRole-reader",
      ]);
    },
  );

  test.each<[string, ClusterResourceSelector, number]>([
    ["by name", { ...ENVELOPE, name: "policies-clusterrole-reader" }, 2],
    ["all of the kind", ENVELOPE, 2],
    ["another one", { ...ENVELOPE, name: "others" }, 3],
    ["by labels, which it has not", { ...ENVELOPE, labelSelector: { matchLabels: { a: "b" } } }, 3],
  ])("are not chosen twice: %s", (_case, selector, count) => {
    expect(selectorsOf(synthStack((scope) => withEnvelope(scope, { selectors: [selector] })))).toHaveLength(
      count,
    );
  });

  test("count among the selectors", () => {
    const selectors = Array.from({ length: 99 }, (_, index) => ({
      version: "v1",
      kind: "PersistentVolume",
      name: `v${index}`,
    }));
    expect(findings((scope) => withEnvelope(scope, { selectors }))).toEqual([
      `${PATH}: selectors: has 99 selectors, but a placement allows at most 98 besides the namespace and its envelopes; select by label, or add a second placement.`,
    ]);
    expect(findings((scope) => withEnvelope(scope, { selectors: selectors.slice(1) }))).toEqual([]);
  });
});

describe("without a namespace", () => {
  const choose = (scope: TerraformStack, props: Partial<ClusterPlacementProps> = {}) =>
    new ClusterResourcePlacement(scope, "Placement", {
      fleet: fleetWith(scope),
      policy: PlacementPolicy.inLocations("eastus2"),
      name: "volumes",
      selectors: [{ version: "v1", kind: "PersistentVolume", name: "a${b}" }],
      ...props,
    });

  test("only selectors choose", () => {
    let members: unknown;
    const stack = synthStack((scope) => {
      const placement = choose(scope);
      expect(placement.namespace).toBeUndefined();
      members = placement.members?.map(({ key }) => key);
    });
    expect(members).toEqual(["east"]);
    const { manifest, depends_on } = resources(stack, "kubernetes_manifest")["Placement/Resource"] ?? {};
    expect(manifest).toMatchObject({ kind: "ClusterResourcePlacement", metadata: { name: "volumes" } });
    expect(selectorsOf(stack)).toEqual([
      {
        group: "",
        version: "v1",
        kind: "PersistentVolume",
        name: "a$${b}",
      },
    ]);
    expect(depends_on ?? []).toEqual([]);
  });

  test("namespaces can be chosen, too, and bring what is in them", () => {
    const stack = synthStack((scope) => {
      const namespace = namespaceWith(scope, service("web"));
      namespace.addSecret("queue", { data: {} });
      new Namespace(scope, "Other", { fleet: namespace.fleet, name: "other" });
      const props = { fleet: namespace.fleet, policy: POLICY };
      const selector = { version: "v1", kind: "Namespace", name: "store" } as const;
      new ClusterResourcePlacement(scope, "All", { ...props, name: "all", selectors: [selector] });
      new ClusterResourcePlacement(scope, "Bare", {
        ...props,
        name: "bare",
        policy: PlacementPolicy.pickN(1),
        selectors: [{ ...selector, selectionScope: "NamespaceOnly" }],
      });
      new ClusterResourcePlacement(scope, "Every", {
        ...props,
        name: "every",
        selectors: [{ version: "v1", kind: "Namespace", labelSelector: { matchLabels: { a: "b" } } }],
      });
    });
    const contents = ["Namespace/Workloads/Service-web", "Namespace/Secret-queue/Resource"];
    expect(dependenciesOf(stack, "All/Resource")).toEqual(["Namespace/Resource", ...contents]);
    expect(dependenciesOf(stack, "Bare/Resource")).toEqual(["Namespace/Resource"]);
    // Labels can come and go.
    expect(dependenciesOf(stack, "Every/Resource")).toEqual([
      "Namespace/Resource",
      "Other/Resource",
      ...contents,
    ]);
  });

  test("nothing chosen, too much, and what is in a namespace", () => {
    expect(findings((scope) => void choose(scope, { selectors: [] }))).toEqual([
      `${PATH}: selectors: is empty, so nothing would be placed; add a selector.`,
    ]);
    const many = Array.from({ length: 101 }, (_, index) => ({
      version: "v1",
      kind: "PersistentVolume",
      name: `v${index}`,
    }));
    expect(findings((scope) => void choose(scope, { selectors: many }))).toEqual([
      `${PATH}: selectors: has 101 selectors, but a placement allows at most 100; select by label, or add a second placement.`,
    ]);
    expect(findings((scope) => void choose(scope, { selectors: many.slice(1) }))).toEqual([]);
    expect(
      findings((scope) => void choose(scope, { selectors: [{ version: "v1", kind: "ConfigMap" }] })),
    ).toEqual([
      `${PATH}: selectors[0].kind: ConfigMap is namespaced; place its namespace, or select it with a ResourcePlacement there.`,
    ]);
  });

  test("another placement of the fleet has the name", () => {
    expect(
      findings((scope) => {
        const { fleet } = choose(scope);
        const namespace = new Namespace(scope, "Namespace", { fleet, name: "volumes" });
        new ClusterResourcePlacement(scope, "Other", { namespace, policy: POLICY });
      }),
    ).toEqual([
      `${PATH}: name: "volumes" is also the name of the placement at stack/Other; give one of them another name.`,
      `stack/Other: name: "volumes" is also the name of the placement at ${PATH}; give one of them another name.`,
    ]);
  });
});

test("comes after what its selectors choose of the stack, and after its overrides, but not after those of others", () => {
  const stack = synthStack((scope) => {
    const fleet = fleetWith(scope);
    const manifest = (id: string, kind: string, name: string, namespace?: string) =>
      new Manifest(scope, id, { manifest: { apiVersion: "v1", kind, metadata: { name, namespace } } });
    manifest("Chosen", "PersistentVolume", "a");
    manifest("Unchosen", "PersistentVolume", "b");
    manifest("OtherKind", "Node", "a");
    manifest("Namespaced", "PersistentVolume", "a", "store");
    new ClusterResourceEnvelope(scope, "Envelope", { name: "roles", objects: [ROLE] });
    const override = (id: string, placement?: string) =>
      new ClusterResourceOverride(scope, id, {
        name: id.toLowerCase(),
        placement: placement ? placementCalled(placement) : undefined,
        clusterResourceSelectors: [{ kind: "PersistentVolume", name: id.toLowerCase() }],
        overrideRules: [{ overrideType: "Delete" }],
      });
    override("Ours", "volumes");
    override("Everybodys");
    override("Others", "other");
    new ClusterResourcePlacement(scope, "Placement", {
      fleet,
      policy: POLICY,
      name: "volumes",
      selectors: [{ version: "v1", kind: "PersistentVolume", name: "a" }, ENVELOPE],
    });
  });
  expect(dependenciesOf(stack, "Placement/Resource")).toEqual([
    "Chosen",
    "Envelope/ClusterRole-reader",
    "Ours/Resource",
    "Everybodys/Resource",
  ]);
});

describe("what another placement brings to the same members", () => {
  const ROLE = { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" };
  const two = (
    theirs: ClusterResourceSelector,
    mine: ClusterResourceSelector,
    policy = PlacementPolicy.all(),
    props: Partial<ClusterPlacementProps> = {},
  ) =>
    findings((stack) => {
      const fleet = fleetWith(stack);
      const east = PlacementPolicy.onMembers("aks-eastus2");
      new ClusterResourcePlacement(stack, "A", { fleet, name: "a", selectors: [theirs], policy: east });
      new ClusterResourcePlacement(stack, "B", { fleet, name: "b", selectors: [mine], policy, ...props });
    });
  const twice = (path: string, other: string, what: string) =>
    `stack/${path}: policy: stack/${other} also places ${what} on member "east", but the fleet refuses to place an object twice; select other members, or remove it from one of the placements.`;

  test("by its name, or as one of all", () => {
    const reader = { ...ROLE, name: "reader" };
    const found = 'ClusterRole "reader"';
    expect(two(reader, reader)).toEqual([twice("A", "B", found), twice("B", "A", found)]);
    expect(two(reader, ROLE)).toEqual([twice("A", "B", found), twice("B", "A", "every ClusterRole")]);
  });

  test("not another object, elsewhere, perhaps, or as a mere report", () => {
    const reader = { ...ROLE, name: "reader" };
    expect(two(reader, { ...ROLE, name: "writer" })).toEqual([]);
    expect(two(reader, { ...ROLE, labelSelector: { matchLabels: { a: "b" } } })).toEqual([]);
    expect(two(reader, reader, PlacementPolicy.onMembers("aks-westus2"))).toEqual([]);
    expect(two(reader, reader, PlacementPolicy.pickN(1))).toEqual([]);
    expect(two(reader, reader, PlacementPolicy.all(), { applyType: "ReportDiff" })).toEqual([]);
  });
});
