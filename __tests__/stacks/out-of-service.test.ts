import { type App, TerraformVariable } from "cdktf";
import {
  HubStack,
  InfraStack,
  keepState,
  MemberStack,
  MultiRegionFleet,
  PlacementPolicy,
  type Toleration,
} from "../../lib";
import { yamlFile } from "../hub/fixtures";
import { at } from "../network/references";
import { appFindings, readStack, type StackJson, synthApp } from "../synth";

const FRONT = `apiVersion: v1
kind: Service
metadata: { name: front }
spec: { selector: { app: front }, ports: [{ port: 80 }] }
`;
const NOT_EAST = ["fleet.azure.com/member-name", "kubernetes-fleet.io/member-name"].map((key) => ({
  key,
  operator: "NotIn",
  values: ["aks-east"],
}));
const TERMS =
  "affinity.clusterAffinity.requiredDuringSchedulingIgnoredDuringExecution.clusterSelectorTerms".split(".");

interface Options {
  readonly lost?: readonly string[];
  readonly policy?: PlacementPolicy;
  readonly entries?: readonly string[];
}

function build(app: App, { lost = ["east"], policy = PlacementPolicy.all(), entries = [] }: Options = {}) {
  const locations = { east: "eastus2", north: "norwayeast", west: "westus2" };
  const shop = new MultiRegionFleet(app, "Shop", {
    fleetName: "shop",
    fleetLocation: "westeurope",
    members: Object.fromEntries(
      Object.entries(locations).map(([key, location], index) => [
        key,
        { location, addressSpace: [`10.${index}.0.0/16`], outOfService: lost.includes(key) },
      ]),
    ),
  });
  const namespace = shop.hub.addNamespace("store");
  namespace.addWorkloads("Shop", { files: [yamlFile(FRONT)] });
  shop.hub.addPlacement("store", { namespace, policy });
  if (entries.length > 0) shop.addEntries("front", { namespace, entries });
  return shop;
}

function synth(options: Options = {}): Record<string, StackJson> {
  return synthApp(
    (app) => build(app, options),
    (outdir) => {
      const { stacks } = JSON.parse(require("node:fs").readFileSync(`${outdir}/manifest.json`, "utf8"));
      return Object.fromEntries(Object.keys(stacks).map((name) => [name, readStack(outdir, name)]));
    },
  );
}

function policyOf(options: Options): Record<string, unknown> {
  const placement = at(synth(options).hub as StackJson, "Placement-store/Resource");
  return (placement.manifest as { spec: { policy: Record<string, unknown> } }).spec.policy;
}

const termsOf = (policy: unknown) =>
  TERMS.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], policy);

function commandOf(stack: StackJson | undefined, path: string): unknown {
  const { provisioner } = at(stack as StackJson, path) as {
    provisioner: { "local-exec": { command: string } }[];
  };
  return provisioner[0]?.["local-exec"].command;
}

describe("a placement leaves a member that is out of service", () => {
  test("and all others stay", () => {
    expect(policyOf({})).toEqual({
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [{ labelSelector: { matchExpressions: NOT_EAST } }],
          },
        },
      },
    });
  });

  test("also where it chooses by several terms: none of them may choose it", () => {
    const required = [
      { labelSelector: { matchLabels: { env: "prod" } } },
      { properties: [{ name: "kubernetes-fleet.io/node-count", operator: "Ge", value: "3" } as const] },
    ];
    expect(termsOf(policyOf({ policy: PlacementPolicy.pickAll({ required }) }))).toEqual([
      { labelSelector: { matchLabels: { env: "prod" }, matchExpressions: NOT_EAST } },
      {
        labelSelector: { matchExpressions: NOT_EAST },
        propertySelector: {
          matchExpressions: [{ name: "kubernetes-fleet.io/node-count", operator: "Ge", values: ["3"] }],
        },
      },
    ]);
  });

  test("and keeps what else the policy says", () => {
    const tolerations: Toleration[] = [{ key: "spot", operator: "Exists" }];
    const preferred = [{ weight: 10, labelSelector: { matchLabels: { env: "prod" } } }];
    const policy = policyOf({ policy: PlacementPolicy.pickN(2, { tolerations, preferred }) });
    expect(policy).toMatchObject({ placementType: "PickN", numberOfClusters: 2, tolerations });
    expect(policy.affinity).toMatchObject({
      clusterAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10 }] },
    });
    expect(termsOf(policy)).toEqual([{ labelSelector: { matchExpressions: NOT_EAST } }]);
  });

  test("of a number no more than there are", () => {
    expect(policyOf({ policy: PlacementPolicy.pickN(3) })).toMatchObject({ numberOfClusters: 2 });
  });

  test("of a number no more than it can choose", () => {
    const inTwo = {
      key: "fleet.azure.com/location",
      operator: "In" as const,
      values: ["eastus2", "westus2"],
    };
    const required = [{ labelSelector: { matchExpressions: [inTwo] } }];
    expect(policyOf({ policy: PlacementPolicy.pickN(2, { required }) })).toMatchObject({
      numberOfClusters: 1,
    });
    expect(policyOf({ policy: PlacementPolicy.pickN(2, { required }), lost: ["north"] })).toMatchObject({
      numberOfClusters: 2,
    });
  });

  test("by name", () => {
    const policy = PlacementPolicy.onMembers("aks-east", "aks-west");
    expect(policyOf({ policy })).toEqual({ placementType: "PickFixed", clusterNames: ["aks-west"] });
  });

  test("but not if it is the only one: the hub takes no policy that names nobody, and there is nothing to wait for", () => {
    const policy = PlacementPolicy.onMembers("aks-east");
    expect(policyOf({ policy })).toEqual({ placementType: "PickFixed", clusterNames: ["aks-east"] });
    expect(JSON.stringify(synth({ policy }).hub)).not.toContain("wait placement");
  });

  test("and is what it was when the member is back", () => {
    expect(policyOf({ lost: [] })).toEqual({ placementType: "PickAll" });
  });
});

test("nothing waits for it, and nothing of it is deleted", () => {
  const [before, lost] = [synth({ lost: [] }), synth()];
  expect(commandOf(lost.infra, "HubWait/Resource")).toBe(
    "wait hub --member aks-north --member aks-west --timeout 30m",
  );
  expect(commandOf(lost.hub, "PlacementWait-store/Resource")).toBe(
    "wait placement store --cluster aks-north --cluster aks-west --timeout 30m",
  );
  const resourcesOf = (stack: StackJson | undefined) =>
    Object.entries(stack?.resource ?? {}).flatMap(([type, all]) =>
      Object.keys(all).map((id) => `${type}.${id}`),
    );
  expect(resourcesOf(lost.infra)).toEqual(resourcesOf(before.infra));
  expect(resourcesOf(lost.hub)).toEqual(resourcesOf(before.hub));
});

test("no stage talks to it, and the others have their addresses", () => {
  const stacks = synth({ entries: ["east", "west"] });
  expect(Object.keys(stacks).sort()).toEqual(["hub", "infra", "member-north", "member-west"]);
  expect(commandOf(stacks["member-west"], "ServiceWait-store-front-west/Resource")).toBe(
    "wait service store/front-west --cluster aks-north --cluster aks-west --lost aks-east --timeout 30m",
  );
  expect(
    at(stacks["member-west"] as StackJson, "ServiceWait-store-front-west/Resource").triggers,
  ).toMatchObject({
    lost: "aks-east",
  });
  // What is exported stays: the address is to be the same when the member is back.
  expect(at(stacks.hub as StackJson, "store/Entry-front-east/Export/Resource")).toBeDefined();
});

test("a stack of one's own that talks to it is refused", () => {
  const found = appFindings((app) => {
    const infra = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      members: {
        east: { location: "eastus2", addressSpace: ["10.1.0.0/16"], outOfService: true },
        west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
      },
    });
    const hub = new HubStack(app, "hub", { fleet: infra.fleet });
    const east = new MemberStack(app, "member-east", { hub, member: infra.member("east") });
    for (const stack of [infra, hub, east]) keepState(stack);
  });
  expect(found).toEqual([
    `infra: in another stack: [member-east] member: "east" is out of service, but this stack needs to reach it; leave the stack out of the app meanwhile (as a MultiRegionFleet does): its state is kept.`,
  ]);
});

test("a number that only Terraform knows stays as it is", () => {
  const policy = synthApp(
    (app) => {
      const shop = build(app);
      const count = new TerraformVariable(shop.hub, "Count", { type: "number" }).numberValue;
      const namespace = shop.hub.addNamespace("other");
      shop.hub.addPlacement("other", { namespace, policy: PlacementPolicy.pickN(count) });
    },
    (outdir) => at(readStack(outdir, "hub"), "Placement-other/Resource"),
  );
  expect(JSON.stringify(policy)).toContain('"numberOfClusters":"${var.Count}"');
});
