import { AksCluster, Fleet, FleetManagedNamespace } from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID, SUBNET_ID, VNET_ID } from "../existing";
import { network } from "../network/networks";
import { type StackJson, synthStack } from "../synth";
import { checkStack, describeConformance } from ".";

const OBJECT_ID = "55555555-5555-5555-5555-555555555555";

/** Everything of Azure's fleet API; that every field is reached __tests__/fleet/every-field.test.ts holds. */
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

describeConformance("the resources of Azure's fleet API", () => {
  test("with every prop are what providers and Azure accept", () => {
    expect(checkStack(everything())).toEqual([]);
  });

  test("a managed namespace is what provider and Azure accept", () => {
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
  });
});
