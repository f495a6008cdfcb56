import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  AksCluster,
  ClusterNetwork,
  ClusterResourcePlacement,
  Fleet,
  FleetMember,
  type IFleet,
  MultiClusterService,
  Namespace,
  PlacementPolicy,
} from "../../lib";
import { CLUSTER_ID, FLEET_ID, SUBNET_ID, SUBSCRIPTION } from "../existing";
import { TEAM } from "../identity/principals";
import { at } from "../network/references";
import { findings, refusal, resources, synthStack } from "../synth";

function old(scope: Construct, id = "Old", clusterId = CLUSTER_ID) {
  return AksCluster.fromClusterId(scope, id, clusterId, { location: "westus3" });
}

describe("a fleet that exists", () => {
  test("by id knows what the id says, and nothing is made", () => {
    const stack = synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID.replace("resourceGroups", "resourcegroups"));
      expect({ id: fleet.fleetId, name: fleet.fleetName, group: fleet.resourceGroupName }).toEqual({
        id: FLEET_ID,
        name: "fleet-old",
        group: "rg-old",
      });
      expect(fleet.members).toEqual([]);
    });
    expect(stack.resource).toBeUndefined();
    expect(stack.data).toBeUndefined();
  });

  test("by name and group has its id in the subscription that is named, or in the provider's", () => {
    synthStack((scope) => {
      const names = { fleetName: "fleet-old", resourceGroupName: "rg-old" };
      const named = Fleet.fromFleetAttributes(scope, "Named", { ...names, subscriptionId: SUBSCRIPTION });
      expect(named.fleetId).toBe(FLEET_ID);
    });
    const stack = synthStack((scope) => {
      const names = { fleetName: "fleet-old", resourceGroupName: "rg-old" };
      Fleet.fromFleetAttributes(scope, "Fleet", names).addMember("old", { cluster: old(scope) });
    });
    expect(at(stack, "Fleet/old/Resource").parent_id).toBe(
      FLEET_ID.replace(SUBSCRIPTION, "${data.azurerm_client_config.ClientConfig.subscription_id}"),
    );
  });

  test("takes members", () => {
    const stack = synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID);
      const member = fleet.addMember("old", { cluster: old(scope), group: "canary" });
      expect(fleet.members).toEqual([member]);
      expect(member.fleet).toBe(fleet);
    });
    expect(at(stack, "Fleet/old/Resource")).toMatchObject({
      name: "aks-old",
      parent_id: FLEET_ID,
      body: { properties: { clusterResourceId: CLUSTER_ID, group: "canary" } },
    });
  });

  test("has the members that are told, by key", () => {
    synthStack((scope) => {
      const cluster = old(scope);
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID, {
        members: { east: { cluster }, west: { memberName: "west-1" } },
      });
      expect(fleet.members.map(({ key, memberName }) => [key, memberName])).toEqual([
        ["east", "aks-old"],
        ["west", "west-1"],
      ]);
      expect(fleet.members[0]?.cluster).toBe(cluster);
    });
  });

  test.each(["location", "fleetName", "resourceGroupName"] as const)(
    "%s that was not told is asked for when it is needed",
    (what) => {
      synthStack((scope) => {
        const fleetId = new TerraformVariable(scope, "id", { type: "string" }).stringValue;
        const fleet = Fleet.fromFleetId(scope, "Fleet", fleetId);
        expect(fleet.fleetId).toBe(fleetId);
        expect(refusal(() => fleet[what])).toBe(
          `[stack/Fleet] the ${what} of this imported construct is needed but was not given: set it where the fleet is imported.`,
        );
      });
    },
  );

  test("outside of a stack it has no subscription, and makes nothing", () => {
    const app = new App();
    const names = { fleetName: "fleet-old", resourceGroupName: "rg-old" };
    expect(refusal(() => Fleet.fromFleetAttributes(app, "Named", names).fleetId)).toMatch(/^\[Named\] .*/);
    const fleet = Fleet.fromFleetId(app, "Fleet", FLEET_ID);
    const stack = new TerraformStack(app, "stack");
    expect(refusal(() => fleet.addMember("old", { cluster: old(stack) }))).toMatch(
      /^\[Fleet\] the fleet was imported outside a stack/,
    );
    expect(new FleetMember(stack, "Member", { fleet, key: "old", cluster: old(stack, "B") }).fleet).toBe(
      fleet,
    );
  });

  test.each([CLUSTER_ID, "fleet-old", `${FLEET_ID}/members/east`])("%j is not its id", (id) => {
    synthStack((scope) => {
      expect(refusal(() => Fleet.fromFleetId(scope, "Fleet", id))).toBe(
        `[stack/Fleet] fleetId: "${id}" is not the id of a fleet, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.ContainerService/fleets/<name>.`,
      );
    });
  });
});

test("a new fleet in an existing resource group makes none", () => {
  const stack = synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", {
      fleetName: "fleet",
      location: "westus",
      existingResourceGroupName: "rg-old",
    });
    expect(refusal(() => fleet.resourceGroup)).toMatch(
      /^\[stack\/Fleet\] the resource group "rg-old" exists/,
    );
  });
  expect(stack.resource.azurerm_resource_group).toBeUndefined();
  expect(at(stack, "Fleet/Resource").parent_id).toBe(
    "/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}/resourceGroups/rg-old",
  );
});

test("an existing group and one that is to be made", () => {
  const props = {
    fleetName: "fleet",
    location: "westus",
    resourceGroupName: "a",
    existingResourceGroupName: "b",
  };
  expect(findings((scope) => void new Fleet(scope, "Fleet", props))).toEqual([
    'stack/Fleet: existingResourceGroupName: "b" is an existing group, but resourceGroupName, "a", a new one; remove one of the two.',
  ]);
});

test("a membership is in the fleet's subscription, whichever the cluster's is", () => {
  const stack = synthStack((scope) => {
    const network = new ClusterNetwork(scope, "Network", {
      key: "east",
      location: "eastus2",
      addressSpace: ["10.1.0.0/16"],
    });
    const cluster = new AksCluster(scope, "Cluster", { network });
    Fleet.fromFleetId(scope, "Fleet", FLEET_ID).addMember("east", { cluster });
  });
  expect(at(stack, "Fleet/east/Resource").parent_id).toBe(FLEET_ID);
});

describe("a member that exists", () => {
  test("is one of the fleet's, made or existing", () => {
    const stack = synthStack((scope) => {
      const made = new Fleet(scope, "Made", { fleetName: "fleet", location: "westus" });
      for (const fleet of [made, Fleet.fromFleetId(scope, "Fleet", FLEET_ID)]) {
        const cluster = old(scope, `Old-${fleet.node.id}`);
        const member = FleetMember.fromMemberAttributes(scope, `Member-${fleet.node.id}`, {
          fleet,
          key: "old",
          memberName: "one",
          cluster,
        });
        expect(member).toMatchObject({ key: "old", memberName: "one", dependables: [] });
        expect(member.cluster).toBe(cluster);
        expect(fleet.members).toEqual([member]);
      }
    });
    expect(Object.keys(resources(stack, "azapi_resource"))).toEqual(["Made/Resource"]);
  });

  test("is called after its cluster, where that is told", () => {
    synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID);
      const member = FleetMember.fromMemberAttributes(scope, "Member", {
        fleet,
        key: "old",
        cluster: old(scope),
      });
      expect(member.memberName).toBe("aks-old");
    });
  });

  test("asks for name and cluster when they are needed", () => {
    synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID);
      const member = FleetMember.fromMemberAttributes(scope, "Member", { fleet, key: "old" });
      expect(refusal(() => member.memberName)).toMatch(/^\[stack\/Member\] .*/);
      expect(refusal(() => member.cluster)).toMatch(
        /^\[stack\/Member\] the cluster of this imported construct is needed but was not given: /,
      );
    });
  });
});

test("a member beside its fleet is one of it", () => {
  synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "fleet", location: "westus" });
    const member = new FleetMember(scope, "Member", { fleet, key: "old", cluster: old(scope) });
    expect(fleet.members).toEqual([member]);
  });
});

describe("checks of members", () => {
  const said = (build: (scope: Construct, fleet: IFleet) => void) =>
    findings((scope) => build(scope, Fleet.fromFleetId(scope, "Fleet", FLEET_ID)));

  test("one key twice", () => {
    expect(
      said((scope, fleet) => {
        fleet.addMember("one", { cluster: old(scope, "A") });
        FleetMember.fromMemberAttributes(scope, "B", { fleet, key: "one", memberName: "b" });
      }),
    ).toEqual(['stack/Fleet: clusters "aks-old" and "b" have the same key, "one"; give each its own key.']);
  });

  test("one cluster that is imported twice", () => {
    expect(
      said((scope, fleet) => {
        fleet.addMember("one", { cluster: old(scope, "A") });
        fleet.addMember("two", {
          cluster: old(scope, "B", CLUSTER_ID.replace("aks-old", "AKS-OLD")),
          memberName: "two",
        });
      }),
    ).toEqual([
      'stack/Fleet: members "one" and "two" are the same cluster, which can join a fleet only once; remove one.',
    ]);
  });

  test("clusters of one name and group in two subscriptions, by id or by provider", () => {
    expect(
      said((scope, fleet) => {
        const other = CLUSTER_ID.replace(SUBSCRIPTION, "55555555-5555-5555-5555-555555555555");
        const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
        const names = { clusterName: "aks-old", resourceGroupName: "rg-old" };
        fleet.addMember("one", { cluster: old(scope, "A"), memberName: "one" });
        fleet.addMember("two", { cluster: old(scope, "B", other), memberName: "two" });
        for (const [key, given] of Object.entries({ three: {}, four: { provider } })) {
          const cluster = AksCluster.fromClusterAttributes(scope, key, { ...names, ...given });
          fleet.addMember(key, { cluster, memberName: key });
        }
      }),
    ).toEqual([]);
  });

  test("names, networks and ranges of Services, as far as they are told", () => {
    expect(
      said((scope, fleet) => {
        const network = (key: string, addressSpace?: string[]) =>
          ClusterNetwork.fromNetworkAttributes(scope, `Network-${key}`, {
            key,
            subnetId: SUBNET_ID,
            addressSpace,
          });
        const cluster = (key: string, addressSpace?: string[], serviceCidr?: string) =>
          AksCluster.fromClusterAttributes(scope, `Cluster-${key}`, {
            clusterName: key,
            resourceGroupName: "rg-old",
            network: network(key, addressSpace),
            serviceCidr,
          });
        fleet.addMember("a", { cluster: cluster("a", ["10.1.0.0/16"]), memberName: "same" });
        fleet.addMember("b", { cluster: cluster("b", ["10.1.128.0/20"], "10.9.0.0/20"), memberName: "same" });
        fleet.addMember("c", { cluster: cluster("c", ["10.9.0.0/16"]) });
        fleet.addMember("d", { cluster: cluster("d") });
        fleet.addMember("e", { cluster: old(scope) });
        FleetMember.fromMemberAttributes(scope, "F", { fleet, key: "f" });
      }).map((finding) => finding.slice(0, 80)),
    ).toEqual([
      expect.stringMatching(/^stack\/Fleet: members "a" and "b" have the same name, "same"/),
      expect.stringMatching(/^stack\/Fleet: the networks of "a" \(10\.1\.0\.0\/16\) and "b"/),
      expect.stringMatching(/^stack\/Fleet: cluster "b": serviceCidr: 10\.9\.0\.0\/20/),
    ]);
  });
});

describe("placements on a fleet that exists", () => {
  const policies = {
    all: PlacementPolicy.all(),
    location: PlacementPolicy.inLocations("norwayeast"),
    name: PlacementPolicy.onMembers("north"),
  };

  const said = (members?: Record<string, { memberName: string }>) =>
    findings((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID, { members });
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
      for (const [name, policy] of Object.entries(policies)) {
        new ClusterResourcePlacement(scope, name, { namespace, policy, name });
      }
    });

  test("are not held against members that this app doesn't know", () => {
    expect(said()).toEqual([]);
  });

  test("are held against members that are told, as far as they are", () => {
    expect(said({ east: { memberName: "aks-east" } })).toEqual([
      'stack/name: policy: fleet "fleet-old" has no member "north"; use one of its members: "aks-east".',
    ]);
    expect(said({})).toContainEqual(
      expect.stringMatching(/^stack\/all: policy: fleet "fleet-old" has no members/),
    );
  });
});

describe("two imports of one fleet", () => {
  const said = (idOfOther: string) =>
    findings((scope) => {
      const [one, other] = ["One", "Other"].map((id, index) =>
        Fleet.fromFleetId(scope, id, index === 0 ? FLEET_ID : idOfOther),
      ) as [IFleet, IFleet];
      const namespace = new Namespace(scope, "Namespace", {
        fleet: one,
        name: "store",
        workloadsElsewhere: true,
      });
      namespace.exportService("web");
      new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      const member = FleetMember.fromMemberAttributes(scope, "Member", { fleet: other, key: "old" });
      new MultiClusterService(scope, "Service", { namespace, serviceName: "web", member });
    });

  test("are one", () => expect(said(FLEET_ID.replace("rg-old", "RG-OLD"))).toEqual([]));

  test("and of two are two", () =>
    expect(said(FLEET_ID.replace("fleet-old", "fleet-new"))).toEqual([
      'stack/Service: member: "old" is not a member of fleet "fleet-old"; use one of its members: none.',
    ]));
});

describe("admins of a fleet that exists", () => {
  test("are given the role in its scope", () => {
    const stack = synthStack((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID);
      expect(fleet.dependables).toEqual([]);
      const { assignment } = fleet.grantAdmin(TEAM);
      fleet.addMember("old", { cluster: old(scope) });
      expect(fleet.dependables).toEqual([assignment]);
    });
    expect(resources(stack, "azurerm_role_assignment")).toEqual({
      "Fleet/Admin-platform-team/Resource": {
        scope: FLEET_ID,
        role_definition_id: expect.stringContaining("18ab4d3d-a1bf-4477-8ad9-8359bc988f69"),
        principal_id: TEAM.objectId,
        principal_type: "Group",
      },
    });
  });

  test("that are one principal are refused", () => {
    const found = findings((scope) => {
      const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID);
      fleet.grantAdmin(TEAM);
      fleet.grantAdmin({ ...TEAM, name: "again" });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Fleet: admins: "platform-team" and "again" are/)]);
  });

  test("can't be given a role outside of a stack, and the error says what to do", () => {
    expect(() => Fleet.fromFleetId(new App(), "Fleet", FLEET_ID).grantAdmin(TEAM)).toThrow(
      "[Fleet] the fleet was imported outside a stack, but a role",
    );
  });
});

test("a fleet and a cluster that exist are private where it is told", () => {
  synthStack((scope) => {
    expect(Fleet.fromFleetId(scope, "Public", FLEET_ID).isPrivate).toBe(false);
    expect(Fleet.fromFleetId(scope, "Private", FLEET_ID, { isPrivate: true }).isPrivate).toBe(true);
    expect(old(scope).isPrivate).toBe(false);
    expect(AksCluster.fromClusterId(scope, "Hidden", CLUSTER_ID, { isPrivate: true }).isPrivate).toBe(true);
  });
});
