import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import {
  AzapiProvider,
  ClusterResourcePlacement,
  type ClusterResourceSelector,
  type IFleetMember,
  MultiClusterService,
  type MultiClusterServiceProps,
  Namespace,
  PlacementPolicy,
  ResourcePlacement,
} from "../../../lib";
import { appFindings, findings, resources, type StackJson, synthStack } from "../../synth";
import { fleetWith, madeAnewFor, service, unknown, yamlFile } from "../fixtures";

const PATH = "stack/Service";

interface Setting {
  readonly namespace: Namespace;
  readonly east: IFleetMember;
  readonly west: IFleetMember;
}

interface Options {
  readonly name?: string;
  readonly exported?: readonly string[];
  /** On which members the namespace is placed; undefined: on none. */
  readonly policy?: PlacementPolicy;
}

/** A namespace with the Services web and api, exported and placed, on a fleet of two. */
function setting(
  stack: TerraformStack,
  { name = "store", exported = ["web", "api"], ...rest }: Options = {},
): Setting {
  const fleet = fleetWith(stack);
  const namespace = new Namespace(stack, "Namespace", { fleet, name });
  namespace.addWorkloads("Workloads", { files: [yamlFile(`${service("web")}---\n${service("api")}`)] });
  for (const serviceName of exported) {
    namespace.exportService(serviceName);
  }
  const policy = "policy" in rest ? rest.policy : PlacementPolicy.all();
  if (policy) {
    new ClusterResourcePlacement(stack, "Placement", { namespace, policy });
  }
  const [east, west] = fleet.members;
  if (!east || !west) {
    throw new Error("the fleet has two members");
  }
  return { namespace, east, west };
}

function synth(options: Partial<MultiClusterServiceProps> = {}): StackJson {
  return synthStack((stack) => {
    const { namespace, east } = setting(stack);
    new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east, ...options });
  });
}

/** What is said where web of the setting is imported at east. */
function findingsOf(of: Options, options: Partial<MultiClusterServiceProps> = {}): string[] {
  return findings((stack) => {
    const { namespace, east } = setting(stack, of);
    new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east, ...options });
  });
}

function manifestOf(stack: StackJson): unknown {
  return resources(stack, "kubernetes_manifest")["Service/Resource"];
}

describe("the manifest", () => {
  const manifest = (metadata: Record<string, unknown> = {}) => ({
    manifest: {
      apiVersion: "networking.fleet.azure.com/v1alpha1",
      kind: "MultiClusterService",
      metadata: { name: "web", namespace: "store", ...metadata },
      spec: { serviceImport: { name: "web" } },
    },
    timeouts: { delete: "30m" },
    field_manager: { force_conflicts: true },
    // From internal to public and back: the fleet sets the annotation of the load balancer, and never unsets it.
    lifecycle: { replace_triggered_by: [expect.stringMatching(/^terraform_data\.Service_Immutable_/)] },
  });

  test("with a public address", () => {
    expect(manifestOf(synth())).toEqual(manifest());
    expect(manifestOf(synth({ internal: false }))).toEqual(manifest());
  });

  test("with an address of the member's network", () => {
    expect(madeAnewFor(synth({ internal: true }), "Service/Resource")).toEqual({ internal: true });
    expect(madeAnewFor(synth(), "Service/Resource")).toEqual({ internal: false });
    expect(manifestOf(synth({ internal: true }))).toEqual(
      manifest({ annotations: { "networking.fleet.azure.com/azure-load-balancer-internal": "true" } }),
    );
  });

  test("under another name than the Service's", () => {
    expect(manifestOf(synth({ name: "front" }))).toEqual(manifest({ name: "front" }));
  });
});

describe("the address", () => {
  const stack = () =>
    synthStack((scope) => {
      const { namespace, east } = setting(scope);
      const mcs = new MultiClusterService(scope, "Service", {
        namespace,
        serviceName: "web",
        name: "front",
        member: east,
      });
      new TerraformOutput(scope, "address", {
        value: mcs.address([(namespace.fleet as ReturnType<typeof fleetWith>).resourceGroup]),
      });
    });

  test("is read of the object itself, after what waits for it", () => {
    const json = stack();
    const id = Object.keys(json.resource.kubernetes_manifest ?? {}).find((key) => key.startsWith("Service_"));
    const group = Object.keys(json.resource.azurerm_resource_group ?? {}).find((key) =>
      key.startsWith("Fleet_ResourceGroup"),
    );
    expect(resources(json, "kubernetes_resources", "data")).toMatchObject({
      "Service/Status": {
        api_version: "networking.fleet.azure.com/v1alpha1",
        kind: "MultiClusterService",
        namespace: "store",
        field_selector: "metadata.name=front",
        depends_on: [`kubernetes_manifest.${id}`, `azurerm_resource_group.${group}`],
      },
    });
  });

  test("is an expression that is null where there is none, so that a plan is possible", () => {
    const json = stack();
    const id = Object.keys(json.data.kubernetes_resources ?? {}).find((key) =>
      key.startsWith("Service_Status_"),
    );
    expect(json.output.address?.value).toBe(
      `\${try(data.kubernetes_resources.${id}.objects[0].status.loadBalancer.ingress[0].ip, null)}`,
    );
  });
});

describe("the Service", () => {
  test("that is exported by the workloads, or by something else", () => {
    const apiVersion = "networking.fleet.azure.com/v1beta1";
    const exported = { apiVersion, kind: "ServiceExport", metadata: { name: "web" } };
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { exported: [] });
        namespace.addWorkloads("Exports", { objects: [exported] });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
      }),
    ).toEqual([]);
    expect(
      findings((stack) => {
        const fleet = fleetWith(stack);
        const namespace = new Namespace(stack, "Namespace", {
          fleet,
          name: "store",
          workloadsElsewhere: true,
        });
        new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all() });
        const [member] = fleet.members;
        if (member) {
          new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member });
        }
      }),
    ).toEqual([]);
  });

  test("that has no name of one", () => {
    expect(findingsOf({ exported: [] }, { serviceName: "Web", name: "web" })).toEqual([
      expect.stringContaining(`${PATH}: serviceName: "Web" is not a valid Service name`),
    ]);
  });

  test("that nothing exports", () => {
    expect(findingsOf({ exported: [] })).toEqual([
      `${PATH}: serviceName: Service "web" of namespace "store" is not exported; the namespace exports: none. Add it with exportService("web").`,
    ]);
    expect(findingsOf({ exported: ["api"] })).toEqual([
      `${PATH}: serviceName: Service "web" of namespace "store" is not exported; the namespace exports: "api". Add it with exportService("web").`,
    ]);
  });

  test("that is exported from another namespace only", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack);
        const other = new Namespace(stack, "Other", { fleet: namespace.fleet, name: "other" });
        new ClusterResourcePlacement(stack, "OtherPlacement", {
          namespace: other,
          policy: PlacementPolicy.all(),
        });
        new MultiClusterService(stack, "Service", { namespace: other, serviceName: "web", member: east });
      }),
    ).toEqual([
      `${PATH}: serviceName: Service "web" of namespace "other" is not exported; the namespace exports: none. Add it with exportService("web").`,
    ]);
  });

  test("that is exported afterwards is fine", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { exported: [] });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
        namespace.exportService("web");
      }),
    ).toEqual([]);
  });

  test("whose name only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { exported: [] });
        const serviceName = unknown(stack, "service");
        new MultiClusterService(stack, "Service", { namespace, serviceName, member: east });
      }),
    ).toEqual([]);
  });
});

describe("the namespace", () => {
  test("that no placement selects", () => {
    expect(findingsOf({ policy: undefined })).toEqual([
      `${PATH}: namespace: no placement places "store" on member "east", as none selects it; select the member in a ClusterResourcePlacement of the namespace.`,
    ]);
  });

  test.each([
    ["by name", PlacementPolicy.onMembers("aks-westus2")],
    ["by location", PlacementPolicy.inLocations("westus2")],
  ])("that is placed on other members only, %s", (_case, policy) => {
    expect(findingsOf({ policy })).toEqual([
      `${PATH}: namespace: no placement places "store" on member "east", only on "west"; select the member in a ClusterResourcePlacement of the namespace.`,
    ]);
  });

  test.each([
    ["on every member", PlacementPolicy.all()],
    ["by name", PlacementPolicy.onMembers("aks-eastus2")],
    ["by location", PlacementPolicy.inLocations("eastus2")],
  ])("that is placed on the member is fine: %s", (_case, policy) => {
    expect(findingsOf({ policy })).toEqual([]);
  });

  test("that one of several placements brings to the member is fine", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { policy: PlacementPolicy.onMembers("aks-westus2") });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
        const policy = PlacementPolicy.onMembers("aks-eastus2");
        new ClusterResourcePlacement(stack, "Second", { namespace, policy, name: "second" });
      }),
    ).toEqual([]);
  });

  test("that another namespace's placement brings nowhere", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { policy: undefined });
        const other = new Namespace(stack, "Other", { fleet: namespace.fleet, name: "other" });
        new ClusterResourcePlacement(stack, "OtherPlacement", {
          namespace: other,
          policy: PlacementPolicy.all(),
        });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
      }),
    ).toEqual([expect.stringContaining("as none selects it")]);
  });

  describe("that is placed empty", () => {
    const findingsWith = (policy?: PlacementPolicy) =>
      findings((stack) => {
        const { namespace, east } = setting(stack, { policy: undefined });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
        new ClusterResourcePlacement(stack, "Placement", {
          namespace,
          policy: PlacementPolicy.all(),
          selectionScope: "NamespaceOnly",
        });
        if (policy) {
          const selectors = [
            { version: "v1", kind: "Service" },
            { group: "networking.fleet.azure.com", version: "v1beta1", kind: "ServiceExport" },
          ];
          new ResourcePlacement(stack, "Services", { namespace, name: "services", selectors, policy });
        }
      });

    test("and nothing else", () => {
      expect(findingsWith()).toEqual([
        `${PATH}: namespace: no placement places "store" on member "east", as none selects its contents; select the member in a ClusterResourcePlacement of the namespace.`,
      ]);
    });

    test("and filled by a ResourcePlacement on the member is fine", () => {
      expect(findingsWith(PlacementPolicy.onMembers("aks-eastus2"))).toEqual([]);
    });

    test("and filled by a ResourcePlacement elsewhere", () => {
      expect(findingsWith(PlacementPolicy.onMembers("aks-westus2"))).toEqual([
        expect.stringContaining('no placement places "store" on member "east", only on "west"'),
      ]);
    });
  });

  const chosenBy = (selector: Partial<ClusterResourceSelector>, policy = PlacementPolicy.all()) =>
    findings((stack) => {
      const { namespace, east } = setting(stack, { policy: undefined });
      const selectors = [{ version: "v1", kind: "Namespace", ...selector }];
      const { fleet } = namespace;
      new ClusterResourcePlacement(stack, "All", { fleet, name: "all", selectors, policy });
      new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
    });

  test("that the selectors of another placement choose, or may choose", () => {
    expect(chosenBy({ name: "store" })).toEqual([]);
    expect(chosenBy({})).toEqual([]);
    expect(chosenBy({ labelSelector: { matchLabels: { team: "shop" } } })).toEqual([]);
  });

  test.each<[Partial<ClusterResourceSelector>, PlacementPolicy | undefined, string]>([
    [{ name: "other" }, undefined, "as none selects it"],
    [{ name: "store", selectionScope: "NamespaceOnly" }, undefined, "as none selects its contents"],
    [{ name: "store" }, PlacementPolicy.onMembers("aks-westus2"), 'only on "west"'],
  ])("that selectors don't bring to the member: %p", (selector, policy, why) => {
    expect(chosenBy(selector, policy)).toEqual([
      `${PATH}: namespace: no placement places "store" on member "east", ${why}; select the member in a ClusterResourcePlacement of the namespace.`,
    ]);
  });

  test.each([
    ["by a number", PlacementPolicy.pickN(1)],
    ["by labels", PlacementPolicy.pickAll({ required: [{ labelSelector: { matchLabels: { a: "b" } } }] })],
  ])("whose placement chooses %s is not judged", (_case, policy) => {
    expect(findingsOf({ policy })).toEqual([]);
  });

  test("whose placement only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { policy: undefined });
        const policy = PlacementPolicy.inLocations(unknown(stack, "location"));
        new ClusterResourcePlacement(stack, "Placement", { namespace, policy });
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member: east });
      }),
    ).toEqual([]);
  });
});

test("a cluster that is no member of the namespace's fleet", () => {
  expect(
    findings((stack) => {
      const { namespace } = setting(stack);
      const [member] = fleetWith(stack, { north: "northeurope" }, "Other").members;
      if (member) {
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member });
      }
    }),
  ).toEqual([
    `${PATH}: member: "north" is not a member of fleet "gbb-fleet"; use one of its members: "east" and "west".`,
    `${PATH}: namespace: no placement places "store" on member "north", only on "east" and "west"; select the member in a ClusterResourcePlacement of the namespace.`,
  ]);
});

describe("a Service that is imported twice", () => {
  const twice = (first: string, second: string, place: string) =>
    `${first}: serviceName: Service "web" of namespace "store" is already imported by ${second}, at member "${place}", but a fleet can import a Service only once; remove one of the two.`;

  test("at two members", () => {
    expect(
      findings((stack) => {
        const { namespace, east, west } = setting(stack);
        new MultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        new MultiClusterService(stack, "B", { namespace, serviceName: "web", member: west });
      }),
    ).toEqual([twice("stack/A", "stack/B", "west"), twice("stack/B", "stack/A", "east")]);
  });

  test("at one member, under two names", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack);
        new MultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        new MultiClusterService(stack, "B", { namespace, serviceName: "web", name: "b", member: east });
      }),
    ).toEqual([twice("stack/A", "stack/B", "east"), twice("stack/B", "stack/A", "east")]);
  });

  test("in two stacks of one app: each says so", () => {
    const found = (order: readonly string[]) =>
      appFindings((app) => {
        const stacks = order.map((id) => new TerraformStack(app, id));
        const [hub] = stacks.filter(({ node }) => node.id === "hub");
        if (!hub) {
          throw new Error("there is a hub");
        }
        for (const stack of stacks) {
          new KubernetesProvider(stack, "kubernetes");
        }
        new AzurermProvider(hub, "azurerm", { features: [{}] });
        new AzapiProvider(hub, "azapi");
        const { namespace, east, west } = setting(hub);
        for (const stack of stacks.filter((candidate) => candidate !== hub)) {
          const member = stack.node.id === "first" ? east : west;
          new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member });
        }
      });
    // CDKTF stops at the first stack in which something is wrong.
    expect(found(["hub", "first", "second"])).toEqual([twice("first/Service", "second/Service", "west")]);
    expect(found(["hub", "second", "first"])).toEqual([twice("second/Service", "first/Service", "east")]);
  });

  test("two Services, and Services of one name in two namespaces, are fine", () => {
    expect(
      findings((stack) => {
        const { namespace, east, west } = setting(stack);
        const other = new Namespace(stack, "Other", {
          fleet: namespace.fleet,
          name: "other",
          workloadsElsewhere: true,
        });
        other.exportService("web");
        new ClusterResourcePlacement(stack, "OtherPlacement", {
          namespace: other,
          policy: PlacementPolicy.all(),
        });
        new MultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        new MultiClusterService(stack, "B", { namespace, serviceName: "api", member: west });
        new MultiClusterService(stack, "C", { namespace: other, serviceName: "web", member: east });
      }),
    ).toEqual([]);
  });
});

describe("the name", () => {
  test.each(["Web", "a.b", "-a", ""])("%p is no DNS label", (name) => {
    expect(findingsOf({}, { name })).toEqual([
      `${PATH}: MultiClusterService "${name}" is not a DNS label: 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`,
    ]);
  });

  test("that only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack, { name: "0store" });
        const name = `${"a".repeat(70)}_${unknown(stack, "name")}`;
        new MultiClusterService(stack, "Service", { namespace, serviceName: "web", name, member: east });
      }),
    ).toEqual([]);
  });
});

describe("the name of the Service that the fleet makes", () => {
  test("has 63 characters at most", () => {
    // "store-" has six.
    expect(findingsOf({}, { name: "a".repeat(57) })).toEqual([]);
    for (const over of [1, 2]) {
      const name = "a".repeat(57 + over);
      expect(findingsOf({}, { name })).toEqual([
        `${PATH}: name: the Service that the fleet derives from it, "store-${name}", has ${63 + over} characters, but a Service name can have at most 63; shorten the name or the namespace by ${over}.`,
      ]);
    }
  });

  test("starts with a letter", () => {
    expect(findingsOf({ name: "2024-store" })).toEqual([
      `${PATH}: namespace: the Service that the fleet derives from it, "2024-store-web", would start with a digit, but a Service name can't; use a namespace that starts with a letter.`,
    ]);
    expect(findingsOf({ name: "store" }, { name: "0web" })).toEqual([]);
  });

  /** web of the namespace `a-b` as `c`, and of the namespace `a` as `b-c`. */
  const collision = (stack: TerraformStack, at: (setting: Setting) => IFleetMember) => {
    const all = setting(stack, { name: "a-b" });
    const { namespace } = all;
    const other = new Namespace(stack, "Other", {
      fleet: namespace.fleet,
      name: "a",
      workloadsElsewhere: true,
    });
    other.exportService("web");
    new ClusterResourcePlacement(stack, "OtherPlacement", {
      namespace: other,
      policy: PlacementPolicy.all(),
    });
    new MultiClusterService(stack, "A", { namespace, serviceName: "web", name: "c", member: all.east });
    new MultiClusterService(stack, "B", {
      namespace: other,
      serviceName: "web",
      name: "b-c",
      member: at(all),
    });
  };

  test("is no other's at the same member", () => {
    expect(findings((stack) => collision(stack, ({ east }) => east))).toEqual([
      'stack/A: name: stack/B also creates the Service "a-b-c" in fleet-system; rename one of them.',
      'stack/B: name: stack/A also creates the Service "a-b-c" in fleet-system; rename one of them.',
    ]);
  });

  test("can be another's at another member", () => {
    expect(findings((stack) => collision(stack, ({ west }) => west))).toEqual([]);
  });

  test("is no other's of the same namespace", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack);
        new MultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        new MultiClusterService(stack, "B", { namespace, serviceName: "api", name: "web", member: east });
      }),
    ).toEqual([
      'stack/A: name: stack/B also creates the Service "store-web" in fleet-system; rename one of them.',
      'stack/B: name: stack/A also creates the Service "store-web" in fleet-system; rename one of them.',
    ]);
  });
});
