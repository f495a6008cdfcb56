import { AksCluster, Fleet, FleetManagedNamespace } from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID, SUBNET_ID, VNET_ID } from "../existing";
import { network } from "../network/networks";
import { at } from "../network/references";
import { resources, type StackJson, synthStack } from "../synth";
import { checkArmBody, checkStack, describeConformance, reference } from ".";
import type { ArmType } from "./arm-types";
import { isObject } from "./text";

const OBJECT_ID = "55555555-5555-5555-5555-555555555555";
const STRATEGY = "Microsoft.ContainerService/fleets/updateStrategies@2025-03-01";
const MEMBER = "Microsoft.ContainerService/fleets/members@2026-06-01";
const PROFILE = "Microsoft.ContainerService/fleets/autoUpgradeProfiles@2026-06-01";
const NAMESPACE = "Microsoft.ContainerService/fleets/managedNamespaces@2026-06-01";
const FLEET = "Microsoft.ContainerService/fleets@2025-03-01";

/** Everything of Azure's fleet API, with every prop set. */
function everything(): StackJson {
  return synthStack((scope) => {
    const made = new Fleet(scope, "Fleet", {
      fleetName: "fleet",
      location: "westus",
      hubVmSize: "Standard_D4s_v5",
      privateHub: true,
      hubNetwork: network(scope, "east", { location: "westus" }),
      agentSubnetId: SUBNET_ID,
      apiServerSubnetId: `${VNET_ID}/subnets/api`,
      hubIdentityName: "id-hub",
      fleetRpObjectId: OBJECT_ID,
      tags: { team: "platform" },
    });
    const member = made.addMember("west", {
      cluster: cluster(scope, "west", { privateCluster: true }),
      group: "canary",
      labels: { env: "prod" },
    });
    const updateStrategy = made.addUpdateStrategy("order", {
      stages: [{ name: "first", groups: ["canary"], afterStageWaitInSeconds: 60 }],
      dependsOn: [member.resource],
    });
    made.addAutoUpgradeProfile("stable", {
      channel: "Stable",
      nodeImageSelection: "Consistent",
      updateStrategy,
      disabled: true,
      dependsOn: [member.resource],
    });
    const old = Fleet.fromFleetId(scope, "Old", FLEET_ID, { location: "westus", isPrivate: true });
    old.grantAdmin({ name: "team", objectId: OBJECT_ID, type: "Group" });
    const stages = [{ name: "only", groups: ["prod"] }];
    old.addUpdateStrategy("order", { stages });
    for (const channel of ["Rapid", "NodeImage"] as const) {
      old.addAutoUpgradeProfile(channel.toLowerCase(), { channel });
    }
    old.addAutoUpgradeProfile("target", {
      channel: "TargetKubernetesVersion",
      targetKubernetesVersion: "1.33",
      longTermSupport: true,
    });
    AksCluster.fromClusterAttributes(scope, "OldCluster", {
      clusterName: "old",
      resourceGroupName: "rg-old",
      isPrivate: true,
    });
  });
}

/** The fields that somebody may set in the body of a resource, as paths; names and locations are azapi's arguments. */
function settable(name: string, types: ArmType[]): string[] {
  const resource = types.find((type) => type.$type === "ResourceType" && type.name === name);
  if (!resource?.body) {
    throw new Error(`there is no type ${name}`);
  }
  const walk = (ref: { $ref: string }, path: string): string[] => {
    const type = types[Number(ref.$ref.slice(2))] as ArmType;
    if (type.itemType) {
      return walk(type.itemType, `${path}[]`);
    }
    return Object.entries(type.properties ?? {}).flatMap(([field, property]) => {
      const at = path === "" ? field : `${path}.${field}`;
      return property.flags & 2 ? [] : [at, ...walk(property.type, at)];
    });
  };
  return walk(resource.body, "").filter((path) => path.startsWith("properties."));
}

/** A strategy as Azure takes it, of what azurerm is told. */
function armStrategy(block: Record<string, unknown>): unknown {
  const stages = block.stage as { name: string; group: object[]; after_stage_wait_in_seconds?: number }[];
  return {
    name: block.name,
    properties: {
      strategy: {
        stages: stages.map(({ name, group, after_stage_wait_in_seconds: afterStageWaitInSeconds }) => ({
          name,
          groups: group,
          ...(afterStageWaitInSeconds === undefined ? {} : { afterStageWaitInSeconds }),
        })),
      },
    },
  };
}

const unreached = (type: string, bodies: unknown[]) => {
  const set = new Set(bodies.flatMap((body) => [...setIn(body)]));
  return settable(type, reference().armTypes).filter((path) => !set.has(path));
};

describeConformance("the resources of Azure's fleet API", () => {
  test("with every prop are what providers and Azure accept", () => {
    expect(checkStack(everything())).toEqual([]);
  });

  test("a strategy, which azurerm makes, is what Azure accepts, and reaches every field", () => {
    const strategies = Object.values(resources(everything(), "azurerm_kubernetes_fleet_update_strategy")).map(
      armStrategy,
    );
    expect(strategies).toHaveLength(2);
    expect(strategies.flatMap((body) => checkArmBody(STRATEGY, body, reference().armTypes))).toEqual([]);
    expect(unreached(STRATEGY, strategies)).toEqual([]);
  });

  test("a profile reaches every field, but for its status, which Azure writes", () => {
    const bodies = Object.values(resources(everything(), "azapi_resource"))
      .filter(({ type }) => type === PROFILE)
      .map(({ body }) => body);
    expect(bodies).toHaveLength(4);
    expect(unreached(PROFILE, bodies)).toEqual(["properties.autoUpgradeProfileStatus"]);
  });

  test("a member reaches every field", () => {
    const members = Object.values(resources(everything(), "azapi_resource")).filter(
      ({ type }) => type === MEMBER,
    );
    expect(members).toHaveLength(1);
    expect(
      unreached(
        MEMBER,
        members.map(({ body }) => body),
      ),
    ).toEqual([]);
  });

  test("a fleet with a private hub reaches every field", () => {
    expect(unreached(FLEET, [at(everything(), "Fleet/Resource").body])).toEqual([]);
  });

  test("a field that nothing sets is found", () => {
    expect(unreached(PROFILE, [{ properties: { channel: "Rapid" } }])).toContain(
      "properties.nodeImageSelection.type",
    );
    expect(unreached(STRATEGY, [{}])).toContain("properties.strategy.stages[].groups[].name");
  });

  test("a managed namespace is what provider and Azure accept, and reaches every field but those that choose members otherwise", () => {
    const stack = synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Old", FLEET_ID, { location: "westus" });
      new FleetManagedNamespace(scope, "Team", {
        fleet,
        name: "team",
        labels: { team: "a" },
        annotations: { note: "for a" },
        ingress: "DenyAll",
        egress: "AllowAll",
        cpuRequest: "1",
        cpuLimit: "2",
        memoryRequest: "1Gi",
        memoryLimit: "2Gi",
        clusterLabels: { env: "prod" },
        tags: { team: "platform" },
      });
      new FleetManagedNamespace(scope, "Fixed", { fleet, name: "fixed", clusterNames: ["east"] });
    });
    expect(checkStack(stack)).toEqual([]);
    const bodies = Object.values(resources(stack, "azapi_resource")).map(({ body }) => body);
    const policy = "properties.propagationPolicy.placementProfile.defaultClusterResourcePlacement.policy";
    const rest = unreached(NAMESPACE, bodies).filter((path) => !path.startsWith(`${policy}.tolerations`));
    expect(rest.filter((path) => !/\.(matchExpressions|propertySelector)/.test(path))).toEqual([]);
  });
});

/** The paths of the fields that are set in a value: `properties.stages[].name`. */
function setIn(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => setIn(item, `${path}[]`));
  }
  return Object.entries(isObject(value) ? value : {}).flatMap(([name, item]) => {
    const at = path === "" ? name : `${path}.${name}`;
    return [at, ...setIn(item, at)];
  });
}
