import type { TerraformStack } from "cdktf";
import {
  ClusterResourceOverride,
  ClusterResourcePlacement,
  type Fleet,
  Namespace,
  PlacementPolicy,
  ResourceOverride,
  type ResourceOverrideProps,
  ResourcePlacement,
} from "../../lib";
import { findings, resources, synthStack } from "../synth";
import { dependenciesOf, fleetWith, placementWith, unknown } from "./fixtures";

const WEB = { group: "apps", kind: "Deployment", name: "web" };
const REPLICAS = { jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 5 }] } as const;

function built(props: Partial<ResourceOverrideProps>) {
  return synthStack((scope) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    new ResourceOverride(scope, "Override", {
      namespace,
      name: "web",
      resourceSelectors: [WEB],
      overrideRules: [REPLICAS],
      ...props,
    });
  });
}

const manifestOf = (props: Partial<ResourceOverrideProps>) =>
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
  expect(manifestOf({ placement: "all" })).toHaveProperty("spec.placement", { name: "all" });
  expect(manifestOf({ resourcePlacement: "all" })).toHaveProperty("spec.placement", {
    name: "all",
    scope: "Namespaced",
  });
});

test("comes after its namespace and before every placement of it, also one that it doesn't name", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope);
    const { namespace } = placement;
    const other = { namespace, policy: PlacementPolicy.all(), name: "other" };
    new ClusterResourcePlacement(scope, "Other", other);
    const props = { namespace, name: "web", resourceSelectors: [WEB], overrideRules: [REPLICAS] };
    new ResourceOverride(scope, "Override", {
      ...props,
      placement,
      dependsOn: [(namespace.fleet as Fleet).resourceGroup],
    });
  });
  expect(dependenciesOf(stack, "Placement/Resource")).toEqual(["Namespace/Resource", "Override/Resource"]);
  expect(dependenciesOf(stack, "Other/Resource")).toEqual(["Namespace/Resource", "Override/Resource"]);
  expect(dependenciesOf(stack, "Override/Resource")).toEqual(["Namespace/Resource", "Fleet/ResourceGroup"]);
});

function findingsOf(props: Partial<ResourceOverrideProps>): string[] {
  return findings((scope) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    new ResourceOverride(scope, "Override", {
      namespace,
      name: "web",
      resourceSelectors: [WEB],
      overrideRules: [REPLICAS],
      ...props,
    });
  });
}

test("two placements", () => {
  expect(findingsOf({ placement: "all", resourcePlacement: "some" })).toEqual([
    'stack/Override: resourcePlacement: "some" can\'t stand beside placement; an override belongs to one placement. Leave one of them out.',
  ]);
});

test("an object that is in no namespace", () => {
  expect(findingsOf({ resourceSelectors: [{ kind: "Namespace", name: "store" }] })).toEqual([
    'stack/Override: resourceSelectors[0]: Namespace "store" is in no namespace; override it with a ClusterResourceOverride.',
  ]);
});

test("the same limits as of a ClusterResourceOverride", () => {
  expect(findingsOf({ name: "Web", resourceSelectors: [], overrideRules: [] })).toEqual([
    'stack/Override: name: Kubernetes refuses "Web" as the name of a ResourceOverride: it has 1 to 63 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit. Choose another name.',
    "stack/Override: resourceSelectors: is empty; the fleet takes 1 to 20 objects. Name at least one.",
    "stack/Override: overrideRules: is empty; the fleet takes 1 to 20 rules. Name at least one.",
  ]);
});

test("overrides of other namespaces and of the other kind don't count as a second one", () => {
  expect(
    findings((scope) => {
      const fleet = fleetWith(scope);
      const widget = [{ group: "example.com", kind: "Widget", name: "a" }];
      for (const name of ["store", "shop"]) {
        const namespace = new Namespace(scope, name, { fleet, name });
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
      new ResourceOverride(scope, "Override", {
        namespace: new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: token }),
        name: token,
        resourcePlacement: token,
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
    const other = new Namespace(scope, "Other", { fleet, name: "other" });
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
      'stack/Override: resourcePlacement: "web" is in the namespace "store", and an override is for placements of its own, "other"; make one there.',
    ]);
  });
});
