import type { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  MultiClusterService,
  Namespace,
  PlacedMultiClusterService,
  PlacementPolicy,
  ResourcePlacement,
} from "../../../lib";
import { MultiClusterServiceBase } from "../../../lib/hub/traffic/multi-cluster-service-base";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, service, yamlFile } from "../fixtures";

function setting(stack: TerraformStack, policy = PlacementPolicy.all()) {
  const fleet = fleetWith(stack);
  const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
  namespace.addWorkloads("Workloads", { files: [yamlFile(`${service("web")}---\n${service("api")}`)] });
  namespace.exportService("web");
  namespace.exportService("api");
  const placement = new ClusterResourcePlacement(stack, "Placement", { namespace, policy });
  const [east, west] = fleet.members;
  if (!east || !west) {
    throw new Error("the fleet has two members");
  }
  return { namespace, placement, east, west };
}

test("is on the hub, and kept away from every member but one", () => {
  const stack = synthStack((scope) => {
    const { namespace, east } = setting(scope);
    new PlacedMultiClusterService(scope, "Service", {
      namespace,
      serviceName: "web",
      member: east,
      internal: true,
    });
  });
  const manifests = resources(stack, "kubernetes_manifest");
  expect(manifests["Service/Resource"]?.manifest).toEqual({
    apiVersion: "networking.fleet.azure.com/v1alpha1",
    kind: "MultiClusterService",
    metadata: {
      name: "web",
      namespace: "store",
      annotations: { "networking.fleet.azure.com/azure-load-balancer-internal": "true" },
    },
    spec: { serviceImport: { name: "web" } },
  });
  expect(manifests["Service/Override/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ResourceOverride",
    metadata: { name: "web-mcs", namespace: "store" },
    spec: {
      resourceSelectors: [
        {
          group: "networking.fleet.azure.com",
          version: "v1alpha1",
          kind: "MultiClusterService",
          name: "web",
        },
      ],
      policy: {
        overrideRules: [
          {
            clusterSelector: {
              clusterSelectorTerms: [
                {
                  labelSelector: {
                    matchExpressions: [
                      { key: "fleet.azure.com/member-name", operator: "NotIn", values: ["aks-eastus2"] },
                      { key: "kubernetes-fleet.io/member-name", operator: "NotIn", values: ["aks-eastus2"] },
                    ],
                  },
                },
              ],
            },
            overrideType: "Delete",
          },
        ],
      },
    },
  });
});

test("is in its namespace before that is placed, with its override: no other member ever gets it", () => {
  const stack = synthStack((scope) => {
    const { namespace, east } = setting(scope);
    const mcs = new PlacedMultiClusterService(scope, "Service", {
      namespace,
      serviceName: "web",
      member: east,
    });
    expect(namespace.manifests).toContain(mcs.manifest);
  });
  expect(dependenciesOf(stack, "Placement/Resource")).toEqual(
    expect.arrayContaining(["Service/Resource", "Service/Override/Resource"]),
  );
  expect(dependenciesOf(stack, "Service/Resource")).toEqual(["Namespace/Resource"]);
});

test("a ResourcePlacement can choose it by name", () => {
  expect(
    findings((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
      namespace.addWorkloads("Workloads", { files: [yamlFile(service("web"))] });
      namespace.exportService("web");
      const policy = PlacementPolicy.all();
      new ClusterResourcePlacement(stack, "Empty", { namespace, policy, selectionScope: "NamespaceOnly" });
      const [member] = fleet.members;
      if (member) {
        new PlacedMultiClusterService(stack, "Service", { namespace, serviceName: "web", member });
      }
      new ResourcePlacement(stack, "Placement", {
        namespace,
        name: "web",
        policy,
        selectors: [
          {
            group: "networking.fleet.azure.com",
            version: "v1alpha1",
            kind: "MultiClusterService",
            name: "web",
          },
        ],
      });
    }),
  ).toEqual([]);
});

describe("is held to what holds for a MultiClusterService", () => {
  const found = (serviceName: string, policy?: PlacementPolicy, name?: string) =>
    findings((stack) => {
      const { namespace, east } = setting(stack, policy);
      new PlacedMultiClusterService(stack, "Service", { namespace, serviceName, member: east, name });
    });

  test("the Service is exported", () => {
    expect(found("db")).toEqual([
      expect.stringContaining(
        'stack/Service: serviceName: Service "db" of namespace "store" is not exported',
      ),
    ]);
  });

  test("the namespace is placed on the member", () => {
    expect(found("web", PlacementPolicy.onMembers("aks-westus2"))).toEqual([
      expect.stringContaining('no placement places "store" on member "east", only on "west"'),
    ]);
  });

  test("the name of the Service that the fleet makes", () => {
    expect(found("web", undefined, "a".repeat(58))).toEqual([
      expect.stringContaining("has 64 characters, but a Service name can have at most 63"),
    ]);
  });

  test("the Service is imported once, whichever way", () => {
    expect(
      findings((stack) => {
        const { namespace, east, west } = setting(stack);
        new PlacedMultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        const other = new MultiClusterService(stack, "B", { namespace, serviceName: "web", member: west });
        expect(MultiClusterServiceBase._all(stack).map(({ node }) => node.id)).toEqual(["A", other.node.id]);
      }),
    ).toEqual([
      'stack/A: serviceName: Service "web" of namespace "store" is already imported by stack/B, at member "west", but a fleet can import a Service only once; remove one of the two.',
      'stack/B: serviceName: Service "web" of namespace "store" is already imported by stack/A, at member "east", but a fleet can import a Service only once; remove one of the two.',
    ]);
  });

  test("the name is no other's at the same member", () => {
    expect(
      findings((stack) => {
        const { namespace, east } = setting(stack);
        new PlacedMultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
        new MultiClusterService(stack, "B", { namespace, serviceName: "api", name: "web", member: east });
      }),
    ).toEqual([
      expect.stringContaining('stack/A: name: stack/B also creates the Service "store-web"'),
      expect.stringContaining('stack/B: name: stack/A also creates the Service "store-web"'),
    ]);
  });
});

test("two of one name are one object on the hub, also where their members differ", () => {
  const found = findings((stack) => {
    const { namespace, east, west } = setting(stack);
    new PlacedMultiClusterService(stack, "A", { namespace, serviceName: "web", member: east });
    new PlacedMultiClusterService(stack, "B", { namespace, serviceName: "api", name: "web", member: west });
  });
  for (const [one, other] of ["AB", "BA"]) {
    expect(found).toContain(
      `stack/${one}: name: "web" is also the name of the MultiClusterService at stack/${other}, and both are in namespace "store" of the hub; give one of them another name.`,
    );
  }
});
