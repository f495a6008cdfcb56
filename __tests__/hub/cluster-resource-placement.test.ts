import type { TerraformStack } from "cdktf";
import { ClusterResourcePlacement, Namespace, PlacementPolicy } from "../../lib";
import { findings, resources, synthStack } from "../synth";
import { fleetWith, namespaceWith, service, unknown, yamlFile } from "./fixtures";

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
    },
  });

  test("on every member", () => {
    expect(placed(PlacementPolicy.all())).toEqual({
      manifest: manifest({ placementType: "PickAll" }),
      timeouts: { delete: "30m" },
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
    namespace.addSecret("before", {});
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
    namespace.addWorkloads("Later", { files: [yamlFile(service("db"))] });
    namespace.addSecret("after", {});
    namespace.exportService("web");
    namespace.addDependency((namespace.fleet as ReturnType<typeof fleetWith>).resourceGroup);
    const other = new Namespace(scope, "Other", { fleet: namespace.fleet, name: "other" });
    other.addSecret("elsewhere", {});
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
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "germanywestcentral"; its members are in "eastus2" and "westus2".`,
    ]);
  });

  test("each location is named once, where several members are in it", () => {
    const locations = { east: "eastus2", second: "eastus2" };
    expect(findingsOf(PlacementPolicy.inLocations("westus2"), locations)).toContain(
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "westus2"; its members are in "eastus2".`,
    );
  });

  test.each([
    ["East US 2", "eastus2"],
    ["EastUS2", "eastus2"],
    ["west-us 2", "westus2"],
  ])("a display name, %p", (location, short) => {
    expect(findingsOf(PlacementPolicy.inLocations(location))).toEqual([
      `${PATH}: policy: "${location}" is not the short name of a location, which the fleet's labels hold; write "${short}" (\`az account list-locations\` lists them).`,
    ]);
  });

  test("none", () => {
    expect(findingsOf(PlacementPolicy.inLocations())).toEqual([
      `${PATH}: policy: names no location; name at least one, or use PlacementPolicy.all().`,
    ]);
  });

  test("in a fleet without members", () => {
    expect(findingsOf(PlacementPolicy.inLocations("eastus2"), {})).toEqual([
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "eastus2"; its members are in none.`,
    ]);
  });

  test("that only Terraform knows is not judged, the others are", () => {
    expect(
      findings((stack) => {
        place(stack, PlacementPolicy.inLocations(unknown(stack, "location"), "westeurope", "West US 2"));
      }),
    ).toEqual([
      `${PATH}: policy: no member of fleet "gbb-fleet" is in "westeurope"; its members are in "eastus2" and "westus2".`,
      `${PATH}: policy: "West US 2" is not the short name of a location, which the fleet's labels hold; write "westus2" (\`az account list-locations\` lists them).`,
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
      `${PATH}: policy: fleet "gbb-fleet" has no member "west"; its members are "aks-eastus2" and "aks-westus2".`,
    ]);
  });

  test("none", () => {
    expect(findingsOf(PlacementPolicy.onMembers())).toEqual([
      `${PATH}: policy: names no member; name at least one, or use PlacementPolicy.all().`,
    ]);
  });

  test("one twice", () => {
    expect(findingsOf(PlacementPolicy.onMembers("aks-eastus2", "aks-westus2", "aks-eastus2"))).toEqual([
      `${PATH}: policy: names the member "aks-eastus2" twice.`,
    ]);
  });

  test.each([
    [100, []],
    [101, [`${PATH}: policy: names 101 members; a placement takes 100 at most.`]],
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
    `${PATH}: policy: fleet "gbb-fleet" has no members, so that nothing can be placed; add one with addMember.`,
  ]);
});

test("members that join afterwards count", () => {
  expect(
    findings((stack) => {
      const fleet = fleetWith(stack, {});
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
      for (const policy of [PlacementPolicy.all(), PlacementPolicy.inLocations("eastus2")]) {
        const name = `p${stack.node.children.length}`;
        new ClusterResourcePlacement(stack, name, { namespace, policy, name });
      }
      const { cluster } = fleetWith(stack, { east: "eastus2" }, "Second").members[0] ?? {};
      if (cluster) {
        fleet.addMember("east", cluster);
      }
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
        const { namespace } = place(stack, PlacementPolicy.onMembers("aks-eastus2"));
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
        const namespace = new Namespace(stack, "OtherNamespace", { fleet, name: "store" });
        const policy = PlacementPolicy.all();
        new ClusterResourcePlacement(stack, "OtherPlacement", { namespace, policy });
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
