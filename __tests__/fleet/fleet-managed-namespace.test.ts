import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  AksCluster,
  AzapiProvider,
  FleetManagedNamespace,
  type FleetManagedNamespaceProps,
  FleetMember,
  type IFleet,
  InfraStack,
} from "../../lib";
import { cluster } from "../cluster/clusters";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { address, at, reference } from "../network/references";
import { findings, readStack, synthApp, synthStack } from "../synth";
import { existing, grouped } from "./fleets";

type Props = Omit<Partial<FleetManagedNamespaceProps>, "fleet">;

function namespace(fleet: IFleet, scope: Construct, props: Props = {}, id = "Team"): FleetManagedNamespace {
  return new FleetManagedNamespace(scope, id, {
    name: "team",
    ...props,
    fleet,
  });
}

function said(props: Props, fleet: (scope: Construct) => IFleet = existing): string[] {
  return findings((scope) => void namespace(fleet(scope), scope, props)).map((text) =>
    text.replace("stack/Team: ", ""),
  );
}

const policyOf = (props: Props): unknown => {
  const stack = synthStack((scope) => void namespace(existing(scope), scope, props));
  const { properties } = at(stack, "Team/Resource").body as { properties: { propagationPolicy?: unknown } };
  return properties.propagationPolicy;
};

const placed = (policy: object) => ({
  type: "Placement",
  placementProfile: { defaultClusterResourcePlacement: { policy } },
});

test("without more it takes over nothing, outlives its resource, and is on the hub only", () => {
  const stack = synthStack((scope) => void namespace(existing(scope), scope));
  expect(at(stack, "Team/Resource")).toEqual({
    type: "Microsoft.ContainerService/fleets/managedNamespaces@2026-06-01",
    // azapi knows previews of it only.
    schema_validation_enabled: false,
    name: "team",
    parent_id: FLEET_ID,
    location: "westus",
    body: { properties: { adoptionPolicy: "Never", deletePolicy: "Keep" } },
  });
});

test("with everything, after the members", () => {
  const stack = synthStack((scope) => {
    namespace(grouped(scope), scope, {
      apiVersion: "2026-03-02-preview",
      adoptionPolicy: "IfIdentical",
      deletePolicy: "Delete",
      labels: { team: "a" },
      annotations: { note: "for a" },
      ingress: "AllowSameNamespace",
      egress: "AllowAll",
      cpuRequest: "1",
      cpuLimit: "2",
      memoryRequest: "1Gi",
      memoryLimit: "2Gi",
      clusterNames: ["aks-eastus2"],
      tags: { team: "platform" },
    });
  });
  expect(at(stack, "Team/Resource")).toEqual({
    type: "Microsoft.ContainerService/fleets/managedNamespaces@2026-03-02-preview",
    name: "team",
    parent_id: reference(stack, "Fleet/Resource"),
    location: "westus",
    body: {
      properties: {
        adoptionPolicy: "IfIdentical",
        deletePolicy: "Delete",
        managedNamespaceProperties: {
          labels: { team: "a" },
          annotations: { note: "for a" },
          defaultNetworkPolicy: { ingress: "AllowSameNamespace", egress: "AllowAll" },
          defaultResourceQuota: { cpuRequest: "1", cpuLimit: "2", memoryRequest: "1Gi", memoryLimit: "2Gi" },
        },
        propagationPolicy: placed({ placementType: "PickFixed", clusterNames: ["aks-eastus2"] }),
      },
    },
    tags: { team: "platform" },
    depends_on: [address(stack, "Fleet/east/Resource"), address(stack, "Fleet/west/Resource")],
  });
});

test("is on all members, on those with labels, or on those that are named", () => {
  expect(policyOf({ placementType: "PickAll" })).toEqual(placed({ placementType: "PickAll" }));
  expect(policyOf({ clusterNames: ["a"] })).toEqual(
    placed({ placementType: "PickFixed", clusterNames: ["a"] }),
  );
  expect(policyOf({ clusterLabels: { gpu: "true" } })).toEqual(
    placed({
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [{ labelSelector: { matchLabels: { gpu: "true" } } }],
          },
        },
      },
    }),
  );
});

test("is on members of which a term holds, also on those with a taint", () => {
  expect(
    policyOf({
      required: [
        { labelSelector: { matchExpressions: [{ key: "env", operator: "In", values: ["prod"] }] } },
        { properties: [{ name: "kubernetes-fleet.io/node-count", operator: "Ge", value: "3" }] },
      ],
      tolerations: [{ key: "gpu", operator: "Exists" }],
    }),
  ).toEqual(
    placed({
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [
              { labelSelector: { matchExpressions: [{ key: "env", operator: "In", values: ["prod"] }] } },
              {
                propertySelector: {
                  matchExpressions: [
                    { name: "kubernetes-fleet.io/node-count", operator: "Ge", values: ["3"] },
                  ],
                },
              },
            ],
          },
        },
      },
      tolerations: [{ key: "gpu", operator: "Exists" }],
    }),
  );
});

test("in the preview, changes come by a staged strategy", () => {
  const stack = synthStack(
    (scope) =>
      void namespace(existing(scope), scope, {
        apiVersion: "2026-06-02-preview",
        rolloutType: "External",
        clusterUpdateStrategyName: "rings",
      }),
  );
  const { properties } = at(stack, "Team/Resource").body as { properties: { propagationPolicy: object } };
  expect(properties.propagationPolicy).toEqual({
    type: "Placement",
    placementProfile: {
      defaultClusterResourcePlacement: {
        policy: { placementType: "PickAll" },
        rolloutStrategy: { type: "External", clusterUpdateStrategy: { name: "rings" } },
      },
    },
  });
});

test.each<[string, Props, string]>([
  [
    "a term that says nothing",
    { required: [{}] },
    "required[0]: is empty; add a labelSelector or properties, or remove the term.",
  ],
  [
    "terms beside names and labels",
    {
      required: [{ labelSelector: { matchLabels: { a: "b" } } }],
      clusterNames: ["a"],
      clusterLabels: { a: "b" },
    },
    "clusterNames: and clusterLabels and required all select members; use only one of them.",
  ],
  [
    "terms of names",
    { required: [{ labelSelector: { matchLabels: { a: "b" } } }], placementType: "PickFixed" },
    'required: is for the placementType "PickAll", but this is "PickFixed"; remove one of the two.',
  ],
  [
    "a toleration of names",
    { tolerations: [{ operator: "Exists" }], clusterNames: ["a"] },
    "tolerations: only apply to members that the fleet selects, but clusterNames lists them; remove one of the two.",
  ],
  [
    "a toleration without a key",
    { tolerations: [{ value: "a" } as never] },
    'tolerations[0].key: "Equal" compares the value of one taint; set its key, or use the operator "Exists".',
  ],
  [
    "a rollout that is in preview",
    { rolloutType: "RollingUpdate" },
    'rolloutType: is in preview, and not in the API version 2026-06-01; set apiVersion to "2026-06-02-preview", or leave it out.',
  ],
  [
    "runs of no strategy",
    { rolloutType: "External", apiVersion: "2026-06-02-preview" },
    'clusterUpdateStrategyName: is missing, but the rolloutType "External" needs it; set it to a ClusterStagedUpdateStrategy on the hub.',
  ],
  [
    "a strategy without runs",
    { clusterUpdateStrategyName: "a", apiVersion: "2026-06-02-preview" },
    'clusterUpdateStrategyName: is only for the rolloutType "External"; set that type, or remove the name.',
  ],
])("%s is refused", (_, props, finding) => {
  expect(said(props)).toEqual([finding]);
});

test("members of another stack are made with that stack, before this one", () => {
  const json = synthApp(
    (app) => {
      const [stack, other] = ["stack", "other"].map((name) => {
        const made = new TerraformStack(app, name);
        new AzurermProvider(made, "azurerm", { features: [{}] });
        new AzapiProvider(made, "azapi");
        return made;
      }) as [TerraformStack, TerraformStack];
      namespace(grouped(other), stack, { clusterNames: ["aks-eastus2"] });
    },
    (outdir) => readStack(outdir, "stack"),
  );
  expect(at(json, "Team/Resource")).not.toHaveProperty("depends_on");
});

test("is gone before members leave, also those that join later", () => {
  const stack = synthStack((scope) => {
    const fleet = existing(scope);
    fleet.addMember("east", { cluster: cluster(scope, "east") });
    namespace(fleet, scope);
    fleet.addMember("west", { cluster: cluster(scope, "west"), labels: { env: "prod" } });
  });
  expect(at(stack, "Team/Resource").depends_on).toEqual([
    address(stack, "Old/east/Resource"),
    address(stack, "Old/west/Resource"),
  ]);
});

test.each(["before", "after"])(
  "a member that another stack adds %s it comes after the fleet's stack",
  (when) => {
    const { infra, later } = synthApp(
      (app) => {
        const { fleet } = new InfraStack(app, "infra", {
          fleetName: "shop",
          fleetLocation: "westeurope",
          members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
        });
        const make = () => void namespace(fleet, fleet);
        const add = () => {
          const stack = new TerraformStack(app, "later");
          new AzurermProvider(stack, "azurerm", { features: [{}] });
          new AzapiProvider(stack, "azapi");
          const cluster = AksCluster.fromClusterId(stack, "Cluster", CLUSTER_ID);
          new FleetMember(stack, "Member", { fleet, key: "old", cluster });
        };
        for (const act of when === "before" ? [add, make] : [make, add]) {
          act();
        }
      },
      (outdir) => JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")).stacks,
    );
    expect([infra.dependencies, later.dependencies]).toEqual([[], ["infra"]]);
  },
);

describe("checks", () => {
  test.each<[Props, string]>([
    [{ name: "Team" }, 'name: Azure refuses "Team" as the name of a managed namespace'],
    [{ apiVersion: "latest" as never }, 'apiVersion: "latest" is not an Azure API version'],
    [{ apiVersion: "2025-8-1" }, 'apiVersion: "2025-8-1" is not an Azure API version'],
    [{ adoptionPolicy: "Maybe" as never }, 'adoptionPolicy: "Maybe" is not'],
    [{ deletePolicy: "Drop" as never }, 'deletePolicy: "Drop" is not'],
    [{ ingress: "Deny" as never }, 'ingress: "Deny" is not'],
    [{ egress: "Deny" as never }, 'egress: "Deny" is not'],
    [{ labels: { "-a": "b" } }, 'labels: "-a" is not'],
    [{ labels: { a: "-b" } }, 'labels["a"]: "-b" is not'],
    [{ cpuRequest: "two" }, 'cpuRequest: "two" is not a quantity'],
    [{ cpuLimit: "two" }, 'cpuLimit: "two" is not a quantity'],
    [{ memoryRequest: "two" }, 'memoryRequest: "two" is not a quantity'],
    [{ memoryLimit: "two" }, 'memoryLimit: "two" is not a quantity'],
    [{ placementType: "PickN" as never }, 'placementType: "PickN" is not'],
    [{ clusterLabels: { "-a": "b" } }, 'clusterLabels: "-a" is not'],
    [{ clusterLabels: { a: "-b" } }, 'clusterLabels["a"]: "-b" is not'],
    [{ clusterNames: ["a"], clusterLabels: { a: "b" } }, "clusterNames: and clusterLabels both"],
    [{ clusterNames: ["a"], placementType: "PickAll" }, 'the placementType "PickFixed"'],
    [{ clusterLabels: { a: "b" }, placementType: "PickFixed" }, "clusterLabels: is"],
    [{ name: "kube-team" }, 'namespace "kube-team" is never placed'],
    [{ clusterNames: [] }, "clusterNames: is empty;"],
    [{ placementType: "PickFixed" }, 'but the placementType "PickFixed" needs it'],
  ])("%j", (props, finding) => {
    expect(said(props)).toEqual([expect.stringContaining(finding)]);
  });

  test("a member that the fleet doesn't have is refused, where all are known", () => {
    expect(said({ clusterNames: ["aks-eastus2", "aks-east"] }, grouped)).toEqual([
      'clusterNames: the fleet has no member "aks-east"; its members are "aks-eastus2" and "aks-westus2".',
    ]);
    expect(said({ clusterNames: ["aks-east"] })).toEqual([]);
  });

  test("a name twice is refused", () => {
    const found = findings((scope) => {
      const fleet = existing(scope);
      namespace(fleet, scope);
      namespace(fleet, scope, {}, "Again");
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^stack\/Again: name: "team" is also the name of the managed namespace that stack\/Team/,
      ),
    ]);
  });
});
