import { App, type TerraformStack } from "cdktf";
import { AksCluster, Fleet, InfraStack, MultiRegionFleet, type MultiRegionFleetProps } from "../../lib";
import { build } from "../../main";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { ALICE, PIPELINE, TEAM } from "../identity/principals";
import { address, at } from "../network/references";
import {
  appFindings,
  findings,
  readStack,
  refusal,
  resources,
  type StackJson,
  synthApp,
  synthStack,
} from "../synth";

const PROPS: MultiRegionFleetProps = {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
    west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
  },
};

const NAMES: Readonly<Record<string, string>> = {
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": "cluster user",
  "850c5848-fc51-4a9a-8823-f220370626e3": "hub user",
};

/** The roles that a principal has in a stack: by path, which and where. */
function rolesOf(stack: StackJson, objectId = PIPELINE.objectId): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resources(stack, "azurerm_role_assignment"))
      .filter(([, { principal_id }]) => principal_id === objectId)
      .map(([path, { role_definition_id, scope }]) => [
        path,
        `${NAMES[String(role_definition_id).split("/").at(-1) as string]} on ${scope}`,
      ]),
  );
}

/** All resources, what each depends on in one order: Terraform knows none. */
function withoutOrder({ resource }: StackJson): unknown {
  return JSON.parse(
    JSON.stringify(resource, (key, value) => (key === "depends_on" ? [...value].sort() : value)),
  );
}

function stacksOf(make: (app: App) => void): Record<string, StackJson> {
  return synthApp(make, (outdir) =>
    Object.fromEntries(
      ["infra", "hub", "member-east", "member-west"].map((name) => [name, readStack(outdir, name)]),
    ),
  );
}

describe("who plans a whole fleet", () => {
  const stacks = stacksOf(
    (app) => void new MultiRegionFleet(app, "Shop", { ...PROPS, planners: [PIPELINE] }),
  );
  const infra = stacks.infra as StackJson;

  test("is told how the hub and the clusters are reached", () => {
    expect(rolesOf(infra)).toEqual({
      "Fleet/Plan-pipeline/Resource": `hub user on \${${address(infra, "Fleet/Resource")}.id}`,
      "east/Cluster/Plan-pipeline/Resource": `cluster user on \${${address(infra, "east/Cluster/Resource")}.id}`,
      "west/Cluster/Plan-pipeline/Resource": `cluster user on \${${address(infra, "west/Cluster/Resource")}.id}`,
    });
  });

  test.each(["hub", "member-east", "member-west"])("reads what is on the cluster of %s", (name) => {
    expect(at(stacks[name] as StackJson, "Plan-pipeline/Resource").metadata).toEqual({
      name: "aks-fleet-plan-pipeline",
    });
  });

  test("has the same roles when it is named later, before or after members are added", () => {
    const { east, west } = PROPS.members;
    const later = stacksOf((app) => {
      const fleet = new MultiRegionFleet(app, "Shop", {
        ...PROPS,
        members: { east: east as never },
      });
      fleet.grantPlan(PIPELINE);
      fleet.addMember("west", west as never);
    });
    for (const [name, stack] of Object.entries(stacks)) {
      expect(withoutOrder(later[name] as StackJson)).toEqual(withoutOrder(stack));
    }
  });

  test("is nobody unless it is said", () => {
    const without = stacksOf((app) => void new MultiRegionFleet(app, "Shop", PROPS));
    expect(JSON.stringify(without)).not.toMatch(/Plan-|aks-fleet-plan/);
  });

  test("can be set in the context", () => {
    const app = (context: object) =>
      stacksOf((one) => {
        one.node.setContext("fleet", context);
        build(one);
      });
    const { infra, hub } = app({ planners: [PIPELINE] });
    expect(Object.keys(rolesOf(infra as StackJson))).toHaveLength(3);
    const rules = at(hub as StackJson, "Plan-pipeline/Resource").rule as { resource_names?: string[] }[];
    expect(rules.flatMap(({ resource_names = [] }) => resource_names)).toEqual([
      "order-service-secrets",
      "rabbitmq-secrets",
    ]);
  });
});

describe("what exists", () => {
  test("of an existing cluster nothing is changed", () => {
    const infra = synthApp(
      (app) => {
        const cluster = AksCluster.fromClusterId(app, "Old", CLUSTER_ID, { location: "eastus2" });
        new InfraStack(app, "infra", { ...PROPS, members: { old: { cluster } }, planners: [PIPELINE] });
      },
      (outdir) => readStack(outdir, "infra"),
    );
    expect(Object.keys(rolesOf(infra))).toEqual(["Fleet/Plan-pipeline/Resource"]);
  });

  test("a fleet and a cluster can be granted in a stack", () => {
    const stack = synthStack((scope) => {
      Fleet.fromFleetId(scope, "Fleet", FLEET_ID).grantPlan(PIPELINE);
      AksCluster.fromClusterId(scope, "Cluster", CLUSTER_ID).grantPlan(PIPELINE);
    });
    expect(rolesOf(stack)).toEqual({
      "Fleet/Plan-pipeline/Resource": `hub user on ${FLEET_ID}`,
      "Cluster/Plan-pipeline/Resource": `cluster user on ${CLUSTER_ID}`,
    });
  });

  test("can't be granted outside of a stack", () => {
    expect(refusal(() => Fleet.fromFleetId(new App(), "Fleet", FLEET_ID).grantPlan(PIPELINE))).toMatch(
      "[Fleet] the fleet was imported outside",
    );
    expect(refusal(() => AksCluster.fromClusterId(new App(), "Old", CLUSTER_ID).grantPlan(PIPELINE))).toMatch(
      "[Old] the cluster was imported outside a stack",
    );
  });
});

describe("who plans is refused", () => {
  const fleetFor = (grant: (fleet: Fleet) => void) =>
    findings((scope: TerraformStack) =>
      grant(new Fleet(scope, "Fleet", { fleetName: "shop", location: "westus", admins: [TEAM] })),
    );

  test("twice by one name", () => {
    const found = fleetFor((fleet) => {
      fleet.grantPlan(PIPELINE);
      fleet.grantPlan({ ...ALICE, name: "pipeline" });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Fleet: planners: .*"pipeline"/)]);
  });

  test("by two names", () => {
    const found = fleetFor((fleet) => {
      fleet.grantPlan(PIPELINE);
      fleet.grantPlan({ ...PIPELINE, name: "again" });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Fleet: planners: "pipeline" and "again" are/)]);
  });

  test("as an admin, who could change everything", () => {
    expect(fleetFor((fleet) => fleet.grantPlan({ ...TEAM, name: "plan" }))).toEqual([
      expect.stringMatching(/^stack\/Fleet: planners: "plan" is/),
    ]);
    const found = appFindings(
      (app) => void new InfraStack(app, "infra", { ...PROPS, admins: [PIPELINE], planners: [PIPELINE] }),
    );
    expect(found.every((one) => one.includes('"pipeline" is also the admin "pipeline"'))).toBe(true);
    expect(found.map((one) => one.split(":")[0]).sort()).toEqual([
      "infra/Fleet",
      "infra/east/Cluster",
      "infra/west/Cluster",
    ]);
  });
});
