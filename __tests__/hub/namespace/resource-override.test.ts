import type { TerraformStack } from "cdktf";
import {
  ClusterResourceOverride,
  ClusterResourcePlacement,
  type Fleet,
  type LabelSelector,
  Namespace,
  PlacementPolicy,
  ResourceOverride,
  type ResourceOverrideProps,
  ResourcePlacement,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import {
  dependenciesOf,
  fleetWith,
  namespaceWith,
  placementCalled,
  placementIn,
  placementWith,
  service,
  unknown,
} from "../fixtures";

const WEB = { group: "apps", kind: "Deployment", name: "web" };
const REPLICAS = { jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 5 }] } as const;

type Props = Partial<ResourceOverrideProps> | ((namespace: Namespace) => Partial<ResourceOverrideProps>);

function built(props: Props) {
  return synthStack((scope) => {
    const namespace = new Namespace(scope, "Namespace", {
      fleet: fleetWith(scope),
      name: "store",
      workloadsElsewhere: true,
    });
    new ResourceOverride(scope, "Override", {
      namespace,
      name: "web",
      resourceSelectors: [WEB],
      overrideRules: [REPLICAS],
      ...(typeof props === "function" ? props(namespace) : props),
    });
  });
}

const manifestOf = (props: Props) =>
  resources(built(props), "kubernetes_manifest")["Override/Resource"]?.manifest;

test("the manifest", () => {
  expect(manifestOf({})).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ResourceOverride",
    metadata: { name: "web", namespace: "store" },
    spec: {
      resourceSelectors: [{ group: "apps", version: "v1", kind: "Deployment", name: "web" }],
      policy: {
        overrideRules: [
          {
            clusterSelector: { clusterSelectorTerms: [] },
            overrideType: "JSONPatch",
            jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 5 }],
          },
        ],
      },
    },
  });
});

test("belongs to a placement of either kind", () => {
  expect(manifestOf({ placement: placementCalled("all") })).toHaveProperty("spec.placement", { name: "all" });
  expect(manifestOf((namespace) => ({ resourcePlacement: placementIn(namespace, "all") }))).toHaveProperty(
    "spec.placement",
    {
      name: "all",
      scope: "Namespaced",
    },
  );
});

test("comes after its namespace and before every placement of it, also one that it doesn't name", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope);
    const { namespace } = placement;
    namespace.addWorkloads("Workloads", {
      objects: [{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } }],
    });
    const other = { namespace, policy: PlacementPolicy.pickN(1), name: "other" };
    new ClusterResourcePlacement(scope, "Other", other);
    const props = { namespace, name: "web", resourceSelectors: [WEB], overrideRules: [REPLICAS] };
    new ResourceOverride(scope, "Override", {
      ...props,
      placement,
      dependsOn: [(namespace.fleet as Fleet).resourceGroup],
    });
  });
  expect(dependenciesOf(stack, "Placement/Resource")).toContain("Override/Resource");
  expect(dependenciesOf(stack, "Other/Resource")).toContain("Override/Resource");
  expect(dependenciesOf(stack, "Override/Resource")).toEqual(["Namespace/Resource", "Fleet/ResourceGroup"]);
});

function findingsOf(props: Props): string[] {
  return findings((scope) => {
    const namespace = new Namespace(scope, "Namespace", {
      fleet: fleetWith(scope),
      name: "store",
      workloadsElsewhere: true,
    });
    new ResourceOverride(scope, "Override", {
      namespace,
      name: "web",
      resourceSelectors: [WEB],
      overrideRules: [REPLICAS],
      ...(typeof props === "function" ? props(namespace) : props),
    });
  });
}

test("two placements", () => {
  expect(
    findingsOf((namespace) => ({
      placement: placementCalled("all"),
      resourcePlacement: placementIn(namespace, "some"),
    })),
  ).toEqual([
    'stack/Override: resourcePlacement: "some" can\'t be combined with placement, as an override has only one; remove one of them.',
  ]);
});

test("an object that is in no namespace", () => {
  expect(findingsOf({ resourceSelectors: [{ kind: "Namespace", name: "store" }] })).toEqual([
    'stack/Override: resourceSelectors[0]: Namespace "store" is cluster-scoped; override it with a ClusterResourceOverride.',
  ]);
});

test("the same limits as of a ClusterResourceOverride", () => {
  expect(findingsOf({ name: "Web", resourceSelectors: [], overrideRules: [] })).toEqual([
    'stack/Override: name: Kubernetes refuses "Web" as the name of a ResourceOverride, which has 1 to 63 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
    "stack/Override: resourceSelectors: is empty; add 1 to 20 objects.",
    "stack/Override: overrideRules: is empty; add 1 to 20 rules.",
  ]);
});

test("overrides of other namespaces and of the other kind don't count as a second one", () => {
  expect(
    findings((scope) => {
      const fleet = fleetWith(scope);
      const widget = [{ group: "example.com", kind: "Widget", name: "a" }];
      for (const name of ["store", "shop"]) {
        const namespace = new Namespace(scope, name, { fleet, name, workloadsElsewhere: true });
        const props = { namespace, name: "web", resourceSelectors: widget, overrideRules: [REPLICAS] };
        new ResourceOverride(namespace, "Override", props);
      }
      new ClusterResourceOverride(scope, "Override", {
        name: "web",
        clusterResourceSelectors: widget,
        overrideRules: [REPLICAS],
      });
    }),
  ).toEqual([]);
});

test("what only Terraform knows is not judged", () => {
  expect(
    findings((scope) => {
      const token = unknown(scope, "token");
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: token });
      new ResourceOverride(scope, "Override", {
        namespace,
        name: token,
        resourcePlacement: placementIn(namespace, token),
        resourceSelectors: [{ group: token, version: token, kind: token, name: token }],
        overrideRules: [REPLICAS],
      });
    }),
  ).toEqual([]);
});

describe("a ResourcePlacement of this app", () => {
  const override = (overrideOf: "Namespace" | "Other") => (scope: TerraformStack) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
    const other = new Namespace(scope, "Other", { fleet, name: "other", workloadsElsewhere: true });
    const placement = new ResourcePlacement(scope, "Placement", {
      namespace,
      name: "web",
      selectors: [{ group: "apps", version: "v1", kind: "Deployment", name: "web" }],
      policy: PlacementPolicy.all(),
      namespaceElsewhere: true,
    });
    new ResourceOverride(scope, "Override", {
      namespace: overrideOf === "Namespace" ? namespace : other,
      name: "replicas",
      resourcePlacement: placement,
      resourceSelectors: [WEB],
      overrideRules: [REPLICAS],
    });
  };

  test("is referred to, and comes after the override", () => {
    const stack = synthStack(override("Namespace"));
    expect(resources(stack, "kubernetes_manifest")["Override/Resource"]).toHaveProperty(
      "manifest.spec.placement",
      { name: "web", scope: "Namespaced" },
    );
    expect(dependenciesOf(stack, "Placement/Resource")).toContain("Override/Resource");
  });

  test("is in the override's namespace", () => {
    expect(findings(override("Other"))).toEqual([
      'stack/Override: resourcePlacement: "web" is in the namespace "store", but the override in "other" can only name placements of its own namespace; add the override there.',
    ]);
  });
});

describe("what is overridden", () => {
  const findingsWith = (build: (namespace: Namespace, scope: TerraformStack) => void) =>
    findings((scope) => build(namespaceWith(scope, service("web")), scope));
  const PORTS = { op: "replace", path: "/spec/ports/0/port", value: 81 } as const;
  const IN_EAST = [{ matchLabels: { "fleet.azure.com/location": "eastus2" } }];

  test("is in the namespace", () => {
    expect(
      findingsWith((namespace) => {
        const resourceSelectors = [{ kind: "Service", name: "wbe" }];
        namespace.addOverride("replicas", { resourceSelectors, overrideRules: [REPLICAS] });
      }),
    ).toEqual([
      'stack/Namespace/Override-replicas: resourceSelectors[0].name: this app adds no Service "wbe" to namespace "store"; its objects of that kind are: "web". Select one of them, or set workloadsElsewhere on the namespace if the object is applied outside this app.',
    ]);
  });

  test("is placed by the placement that is named", () => {
    const findingsBy = (name: string, selectionScope?: "NamespaceOnly") =>
      findingsWith((namespace, scope) => {
        const other = new Namespace(scope, "Other", { fleet: namespace.fleet, name: "other" });
        const placement = new ClusterResourcePlacement(scope, "Placement", {
          namespace: name === "store" ? namespace : other,
          policy: PlacementPolicy.all(),
          selectionScope,
        });
        const resourceSelectors = [{ kind: "Service", name: "web" }];
        namespace.addOverride("web", { placement, resourceSelectors, overrideRules: [REPLICAS] });
      });
    const refused = (name: string) => [
      `stack/Namespace/Override-web: placement: "${name}" places nothing in the namespace "store"; set a placement that does, or leave placement out for all.`,
    ];
    expect(findingsBy("other")).toEqual(refused("other"));
    expect(findingsBy("store", "NamespaceOnly")).toEqual(refused("store"));
    expect(findingsBy("store")).toEqual([]);
  });

  const findingsOfPatch = (path: string, clusterSelectorTerms?: LabelSelector[], exported = true) =>
    findingsWith((namespace) => {
      if (exported) {
        namespace.exportService("web");
      }
      namespace.addOverride("ports", {
        resourceSelectors: [{ kind: "Service", name: "web" }],
        overrideRules: [{ clusterSelectorTerms, jsonPatchOverrides: [{ ...PORTS, path }] }],
      });
    });

  test.each(["/spec/ports", "/spec/ports/-", PORTS.path])(
    "%s of an exported Service, on some members",
    (path) => {
      expect(findingsOfPatch(path, IN_EAST)).toEqual([
        'stack/Namespace/Override-ports: overrideRules[0].jsonPatchOverrides[0].path: changes the ports of the exported Service "web" on some members only, but its load balancer excludes members whose ports differ, even if only in order; change the ports on all members, or on the hub.',
      ]);
    },
  );

  test("ports on all members, of what isn't exported, and ports of nodes are fine", () => {
    expect(findingsOfPatch(PORTS.path)).toEqual([]);
    expect(findingsOfPatch(PORTS.path, IN_EAST, false)).toEqual([]);
    expect(findingsOfPatch("/spec/ports/0/nodePort", IN_EAST)).toEqual([]);
  });
});
