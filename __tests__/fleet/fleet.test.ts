import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AksCluster, ClusterNetwork, Fleet, type FleetProps, PeeringMesh } from "../../lib";
import { cluster } from "../cluster/clusters";
import { ALICE, PIPELINE, TEAM } from "../identity/principals";
import { network } from "../network/networks";
import { address, at, reference } from "../network/references";
import { findings, resources, type StackJson, synthStack } from "../synth";

const FLEET_ADMIN =
  "/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/18ab4d3d-a1bf-4477-8ad9-8359bc988f69";

/** The seed's fleet. */
function fleet(scope: Construct, props: Partial<FleetProps> = {}): Fleet {
  return new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus", ...props });
}

function fleetWith(props: Partial<FleetProps> = {}): StackJson {
  return synthStack((scope) => void fleet(scope, props));
}

function said(props: Partial<FleetProps>): string[] {
  return findings((scope) => void fleet(scope, props));
}

/** What is said of a fleet with members in these places. */
function saidOfMembers(build: (scope: Construct, fleet: Fleet) => void): string[] {
  return findings((scope) => build(scope, fleet(scope)));
}

describe("the seed's fleet", () => {
  const stack = fleetWith();

  test("is in a resource group of its own", () => {
    expect(resources(stack, "azurerm_resource_group")).toEqual({
      "Fleet/ResourceGroup": { name: "rg-fleet", location: "westus" },
    });
  });

  test("has a hub, through azapi, and an identity of itself", () => {
    expect(resources(stack, "azapi_resource")).toEqual({
      "Fleet/Resource": {
        type: "Microsoft.ContainerService/fleets@2025-03-01",
        name: "gbb-fleet",
        parent_id: reference(stack, "Fleet/ResourceGroup"),
        location: "westus",
        identity: [{ type: "SystemAssigned" }],
        body: { properties: { hubProfile: { dnsPrefix: "gbb-fleet" } } },
        replace_triggers_refs: ["properties.hubProfile"],
        response_export_values: { fqdn: "properties.hubProfile.fqdn" },
      },
    });
  });

  test("whoever deploys it is its admin, and stays so when another deploys", () => {
    expect(resources(stack, "azurerm_role_assignment")).toEqual({
      "Fleet/Admin/Resource": {
        scope: reference(stack, "Fleet/Resource"),
        role_definition_id: FLEET_ADMIN,
        principal_id: "${data.azurerm_client_config.ClientConfig.object_id}",
        lifecycle: { ignore_changes: ["principal_id"] },
      },
    });
  });

  test("makes no provider, no output and no other resource", () => {
    expect(Object.keys(stack.resource).sort()).toEqual([
      "azapi_resource",
      "azurerm_resource_group",
      "azurerm_role_assignment",
    ]);
    expect(stack.output).toBeUndefined();
    expect(Object.keys(stack.provider).sort()).toEqual(["azapi", "azurerm", "kubernetes", "null"]);
  });
});

describe("props", () => {
  test("names, prefix and size of the hub can be set", () => {
    const stack = fleetWith({
      fleetName: "my-fleet",
      resourceGroupName: "my-group",
      dnsPrefix: "my-dns",
      hubVmSize: "Standard_D4s_v5",
    });
    expect(at(stack, "Fleet/ResourceGroup").name).toBe("my-group");
    expect(at(stack, "Fleet/Resource")).toMatchObject({
      name: "my-fleet",
      body: {
        properties: { hubProfile: { dnsPrefix: "my-dns", agentProfile: { vmSize: "Standard_D4s_v5" } } },
      },
    });
  });

  test("tags are on the fleet and on its group", () => {
    const stack = fleetWith({ tags: { team: "platform" } });
    expect(at(stack, "Fleet/Resource").tags).toEqual({ team: "platform" });
    expect(at(stack, "Fleet/ResourceGroup").tags).toEqual({ team: "platform" });
  });

  test("preventDestroy is on the fleet, where it is asked for", () => {
    expect(at(fleetWith({ preventDestroy: true }), "Fleet/Resource").lifecycle).toEqual({
      prevent_destroy: true,
    });
    expect(at(fleetWith({ preventDestroy: false }), "Fleet/Resource")).not.toHaveProperty("lifecycle");
  });

  test("a change of tags or of preventDestroy is none of the hub's, whose change replaces the fleet", () => {
    const stack = fleetWith({ tags: { team: "other" }, preventDestroy: true });
    const { body, replace_triggers_refs } = at(fleetWith(), "Fleet/Resource");
    expect(at(stack, "Fleet/Resource")).toMatchObject({ body, replace_triggers_refs });
  });

  test("what must exist before is in its depends_on", () => {
    const stack = synthStack((scope) => {
      const first = new ResourceGroup(scope, "First", { name: "first", location: "westus" });
      fleet(scope, { dependsOn: [first] });
    });
    expect(at(stack, "Fleet/Resource").depends_on).toEqual([address(stack, "First")]);
  });

  test.each([
    ["is the fleet's name", "gbb-fleet", "gbb-fleet"],
    ["is cut to 54", "f".repeat(63), "f".repeat(54)],
    ["is cut before a hyphen that would be its end", `${"f".repeat(52)}--${"g".repeat(9)}`, "f".repeat(52)],
  ])("the prefix %s", (_, fleetName, dnsPrefix) => {
    expect(at(fleetWith({ fleetName }), "Fleet/Resource").body).toEqual({
      properties: { hubProfile: { dnsPrefix } },
    });
  });
});

describe("admins", () => {
  const named = fleetWith({ admins: [ALICE, TEAM, PIPELINE] });

  test("that are named have the role each at an address of its own, and the default is gone", () => {
    const admin = { scope: reference(named, "Fleet/Resource"), role_definition_id: FLEET_ADMIN };
    expect(resources(named, "azurerm_role_assignment")).toEqual({
      "Fleet/Admin-alice/Resource": { ...admin, principal_id: ALICE.objectId },
      "Fleet/Admin-platform-team/Resource": {
        ...admin,
        principal_id: TEAM.objectId,
        principal_type: "Group",
      },
      "Fleet/Admin-pipeline/Resource": {
        ...admin,
        principal_id: PIPELINE.objectId,
        principal_type: "ServicePrincipal",
        skip_service_principal_aad_check: true,
      },
    });
  });

  test("have the same addresses and contents in whatever order they are listed", () => {
    expect(fleetWith({ admins: [PIPELINE, ALICE, TEAM] }).resource).toEqual(named.resource);
  });

  test("may be added one by one, with the same result", () => {
    const stack = synthStack((scope) => {
      const granted = fleet(scope, { admins: [ALICE] });
      granted.grantAdmin(TEAM);
      granted.grantAdmin(PIPELINE);
    });
    expect(stack.resource).toEqual(named.resource);
  });

  test("added to the default leave it as it is", () => {
    const stack = synthStack((scope) => void fleet(scope).grantAdmin(TEAM));
    expect(Object.keys(resources(stack, "azurerm_role_assignment")).sort()).toEqual([
      "Fleet/Admin-platform-team/Resource",
      "Fleet/Admin/Resource",
    ]);
    expect(at(stack, "Fleet/Admin/Resource").lifecycle).toEqual({ ignore_changes: ["principal_id"] });
    expect(at(stack, "Fleet/Admin-platform-team/Resource")).not.toHaveProperty("lifecycle");
  });

  test("none at all is refused", () => {
    expect(said({ admins: [] })).toEqual([
      "stack/Fleet: admins: is empty, so no identity can deploy to the hub; list at least one principal.",
    ]);
  });

  test("one whose object id is none is refused, at its own path", () => {
    expect(said({ admins: [ALICE, { name: "bob", objectId: "bob@example.com" }] })).toEqual([
      expect.stringMatching(/^stack\/Fleet\/Admin-bob: objectId: "bob@example\.com" is not an/),
    ]);
  });

  test("one principal by two names is refused", () => {
    expect(said({ admins: [TEAM, { ...TEAM, name: "same-team" }] })).toEqual([
      expect.stringMatching(/^stack\/Fleet.*"platform-team".*"same-team"/),
    ]);
  });

  test("two principals of one name are refused by a check", () => {
    expect(said({ admins: [ALICE, { ...TEAM, name: "alice" }] })).toEqual([
      expect.stringMatching(/^stack\/Fleet.*"alice"/),
    ]);
  });
});

test("a role waits for the fleet only, so that it takes effect while the members join", () => {
  const stack = synthStack((scope) => {
    const made = fleet(scope);
    made.addMember("east", { cluster: cluster(scope, "east") });
    made.grantAdmin(TEAM);
    made.addMember("west", { cluster: cluster(scope, "west") });
  });
  for (const path of ["Fleet/Admin/Resource", "Fleet/Admin-platform-team/Resource"]) {
    expect(at(stack, path)).not.toHaveProperty("depends_on");
    expect(at(stack, path).scope).toBe(`\${${address(stack, "Fleet/Resource")}.id}`);
  }
});

describe("names and location", () => {
  const rule = (what: string) =>
    `which has ${what} lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`;

  test.each(["f".repeat(64), "gbb-fleet-", "-gbb", "Gbb-fleet", "gbb_fleet", "gbb.fleet"])(
    "a fleet can't be called %j",
    (fleetName) => {
      expect(said({ fleetName, dnsPrefix: "dns" })).toEqual([
        `stack/Fleet: fleetName: Azure refuses "${fleetName}" as the name of a fleet, ${rule("1 to 63")}`,
      ]);
    },
  );

  test.each(["f", "9", "f".repeat(63), "gbb--fleet"])("a fleet may be called %s", (fleetName) => {
    expect(said({ fleetName })).toEqual([]);
  });

  test.each<[Partial<FleetProps>, string]>([
    [
      { location: "East US 2" },
      'location: "East US 2" is not the short name of a location, as the fleet\'s labels have it; write "eastus2" (`az account list-locations` lists them).',
    ],
    [
      { resourceGroupName: "rg.fleet." },
      'resourceGroupName: Azure refuses "rg.fleet." as the name of a resource group, which has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period.',
    ],
    [
      { dnsPrefix: "d".repeat(55) },
      `dnsPrefix: Azure refuses "${"d".repeat(55)}" as the name of a DNS prefix, which has 1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit.`,
    ],
  ])("%j", (props, finding) => {
    expect(said(props)).toEqual([`stack/Fleet: ${finding}`]);
  });

  test("everything that is wrong is said at once", () => {
    const found = said({
      fleetName: "Gbb",
      location: "West US",
      resourceGroupName: "rg.",
      dnsPrefix: "d-",
      admins: [],
    });
    expect(found.map((finding) => finding.split(": ").slice(0, 2).join(": "))).toEqual([
      "stack/Fleet: fleetName",
      "stack/Fleet: location",
      "stack/Fleet: resourceGroupName",
      "stack/Fleet: dnsPrefix",
      "stack/Fleet: admins",
    ]);
  });

  test("a wrong name is one finding", () => {
    expect(said({ fleetName: "gbb_fleet" })).toEqual([expect.stringMatching(/^stack\/Fleet: fleetName: /)]);
  });

  test("that only Terraform knows are passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = (name: string) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
      fleet(scope, {
        fleetName: `Fleet_${variable("name")}`,
        location: Fn.lower(variable("location")),
        resourceGroupName: variable("group"),
      });
    });
    expect(at(stack, "Fleet/ResourceGroup")).toEqual({
      name: "${var.group}",
      location: "${lower(var.location)}",
    });
    expect(at(stack, "Fleet/Resource")).toMatchObject({
      name: "Fleet_${var.name}",
      location: "${lower(var.location)}",
      body: { properties: { hubProfile: { dnsPrefix: "Fleet_${var.name}" } } },
    });
  });

  test("a prefix that only Terraform knows is not judged", () => {
    const stack = synthStack((scope) => {
      const prefix = new TerraformVariable(scope, "prefix", { type: "string" });
      fleet(scope, { dnsPrefix: `_${prefix.stringValue}` });
    });
    expect(at(stack, "Fleet/Resource").body).toEqual({
      properties: { hubProfile: { dnsPrefix: "_${var.prefix}" } },
    });
  });
});

describe("members", () => {
  test("one cluster twice is refused, by its keys", () => {
    const found = saidOfMembers((scope, made) => {
      const east = cluster(scope, "east");
      made.addMember("east", { cluster: east });
      made.addMember("again", { cluster: east });
    });
    expect(found).toEqual([
      'stack/Fleet: members "east" and "again" are the same cluster, which can join a fleet only once; remove one.',
    ]);
  });

  test("one cluster twice under two names is refused as well", () => {
    const found = saidOfMembers((scope, made) => {
      const east = cluster(scope, "east");
      made.addMember("east", { cluster: east, memberName: "one" });
      made.addMember("again", { cluster: east, memberName: "two" });
    });
    expect(found).toEqual([
      'stack/Fleet: members "east" and "again" are the same cluster, which can join a fleet only once; remove one.',
    ]);
  });

  test("one name twice is refused", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east"), memberName: "same" });
      made.addMember("west", { cluster: cluster(scope, "west"), memberName: "same" });
    });
    expect(found).toEqual([
      'stack/Fleet: members "east" and "west" have the same name, "same"; give one of them another clusterName or memberName.',
    ]);
  });

  test("clusters of one name in two groups may be members by two names", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east", { clusterName: "aks" }), memberName: "east" });
      made.addMember("west", { cluster: cluster(scope, "west", { clusterName: "aks" }), memberName: "west" });
    });
    expect(found).toEqual([]);
  });

  test("and by one name not", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east", { clusterName: "aks" }) });
      made.addMember("west", { cluster: cluster(scope, "west", { clusterName: "aks" }) });
    });
    expect(found).toEqual([
      'stack/Fleet: members "east" and "west" have the same name, "aks"; give one of them another clusterName or memberName.',
    ]);
  });

  test("two clusters on one network don't overlap with themselves", () => {
    const found = saidOfMembers((scope, made) => {
      const east = network(scope, "east");
      made.addMember("one", { cluster: cluster(scope, "east", { network: east, clusterName: "one" }) });
      made.addMember("two", { cluster: cluster(scope, "west", { network: east, clusterName: "two" }) });
    });
    expect(found).toEqual([]);
  });

  test("names that only Terraform knows are not compared", () => {
    const found = saidOfMembers((scope, made) => {
      const name = new TerraformVariable(scope, "name", { type: "string" }).stringValue;
      made.addMember("east", { cluster: cluster(scope, "east"), memberName: name });
      made.addMember("west", { cluster: cluster(scope, "west"), memberName: name });
    });
    expect(found).toEqual([]);
  });

  test("one key twice is refused by a check", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east") });
      made.addMember("east", { cluster: cluster(scope, "west") });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/Fleet: .*"east"/)]);
  });

  test.each(["Admin", "Resource", "ResourceGroup"])(
    "a key may be %s, or a check says that it may not",
    (key) => {
      const found = saidOfMembers(
        (scope, made) => void made.addMember(key, { cluster: cluster(scope, "east") }),
      );
      expect(found.filter((finding) => !finding.includes(`"${key}"`))).toEqual([]);
    },
  );

  test("two places of one resource group's name are refused", () => {
    const found = saidOfMembers((scope, made) => {
      for (const [index, key] of ["east", "east-2"].entries()) {
        const place = new ClusterNetwork(scope, `Network-${key}`, {
          key,
          location: "eastus2",
          resourceGroupName: "rg-aks",
          addressSpace: [`10.${index + 1}.0.0/16`],
        });
        const aks = new AksCluster(scope, `Cluster-${key}`, { network: place });
        made.addMember(key, { cluster: aks, memberName: key });
      }
    });
    expect(found).toEqual([expect.stringMatching(/"rg-aks"/)]);
  });
});

describe("over the whole app", () => {
  const ID =
    "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg/providers/Microsoft.ContainerService";

  test("a cluster is in one fleet only, made or imported, by whatever name", () => {
    const found = findings((scope) => {
      const aks = cluster(scope, "east");
      const made = fleet(scope, {});
      made.addMember("east", { cluster: aks });
      const old = Fleet.fromFleetId(scope, "Old", `${ID}/fleets/old`);
      const other = Fleet.fromFleetId(scope, "Other", `${ID}/fleets/other`);
      old.addMember("b", { cluster: AksCluster.fromClusterId(scope, "B", `${ID}/managedClusters/b`) });
      other.addMember("b2", {
        cluster: AksCluster.fromClusterId(scope, "B2", `${ID}/managedClusters/B`),
        memberName: "b2",
      });
      // Which fleet an imported one is can't be told where it was not said.
      Fleet.fromFleetAttributes(scope, "Unknown", { fleetName: "x", resourceGroupName: "rg" }).addMember(
        "e",
        { cluster: aks, memberName: "e" },
      );
    });
    expect(found).toEqual([
      'stack/Other/b2: cluster: "B" is already a member of another fleet, at stack/Old/b, but a cluster can be in only one fleet; remove one of the two members.',
    ]);
  });

  test("members of a fleet that is imported twice are told apart", () => {
    const found = findings((scope) => {
      for (const id of ["One", "Two"]) {
        const old = Fleet.fromFleetId(scope, id, `${ID}/fleets/old`);
        old.addMember("east", {
          cluster: AksCluster.fromClusterId(scope, `${id}Cluster`, `${ID}/managedClusters/aks-${id}`),
          memberName: "east",
        });
      }
    });
    expect(found).toEqual([
      'stack/Two: clusters "aks-One" and "aks-Two" have the same key, "east"; give each its own key.',
    ]);
  });

  test("networks that are peered say themselves that they share addresses", () => {
    const found = findings((scope) => {
      const made = fleet(scope, {});
      const clusters = [
        cluster(scope, "east"),
        cluster(scope, "west", {}, { addressSpace: ["10.1.0.0/17"] }),
        cluster(scope, "south", {}, { addressSpace: ["10.1.0.0/18"] }),
      ];
      for (const aks of clusters) made.addMember(aks.network.key, { cluster: aks });
      new PeeringMesh(scope, "Peerings", { networks: clusters.slice(0, 2).map(({ network }) => network) });
    });
    expect(found.map((text) => text.replace(/ share .*/, ""))).toEqual([
      'stack/Fleet: the networks of "east" (10.1.0.0/16) and "south" (10.1.0.0/18) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.',
      'stack/Fleet: the networks of "west" (10.1.0.0/17) and "south" (10.1.0.0/18) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.',
      'stack/Peerings: the networks of "east" (10.1.0.0/16) and "west" (10.1.0.0/17) overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.',
    ]);
  });
});

describe("networks of members", () => {
  const SHARE = (a: string, b: string) =>
    `stack/Fleet: the networks of ${a} and ${b} overlap: Azure does not peer overlapping networks, and pod addresses must be unique in the fleet; change the addressSpace of one of them.`;

  test.each([
    ["the same", "10.1.0.0/16", [SHARE('"east" (10.1.0.0/16)', '"west" (10.1.0.0/16)')]],
    ["nested", "10.1.128.0/20", [SHARE('"east" (10.1.0.0/16)', '"west" (10.1.128.0/20)')]],
    ["adjacent", "10.2.0.0/16", []],
  ])("that are %s", (_, space, expected) => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east") });
      made.addMember("west", { cluster: cluster(scope, "west", {}, { addressSpace: [space] }) });
    });
    expect(found).toEqual(expected);
  });

  test("a range of Services that meets another member's network is refused, of both clusters that have it", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east", { serviceCidr: "10.2.64.0/20" }) });
      made.addMember("west", { cluster: cluster(scope, "west") });
      made.addMember("south", { cluster: cluster(scope, "south", { serviceCidr: "10.2.0.0/20" }) });
    });
    expect(found).toEqual([
      'stack/Fleet: cluster "aks-eastus2": serviceCidr: 10.2.64.0/20 overlaps the network of "west" (10.2.0.0/16), whose addresses pods could not reach; choose a range that no network of the fleet uses.',
      'stack/Fleet: cluster "aks-southcentralus": serviceCidr: 10.2.0.0/20 overlaps the network of "west" (10.2.0.0/16), whose addresses pods could not reach; choose a range that no network of the fleet uses.',
    ]);
  });

  test("one that meets the cluster's own network is said once, by the cluster", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east", { serviceCidr: "10.1.64.0/20" }) });
      made.addMember("west", { cluster: cluster(scope, "west") });
    });
    expect(found).toEqual([expect.stringMatching(/^stack\/east\/Cluster: serviceCidr: 10\.1\.64\.0\/20/)]);
  });

  test("clusters may share a range of Services", () => {
    const found = saidOfMembers((scope, made) => {
      made.addMember("east", { cluster: cluster(scope, "east", { serviceCidr: "192.168.0.0/16" }) });
      made.addMember("west", { cluster: cluster(scope, "west", { serviceCidr: "192.168.0.0/16" }) });
    });
    expect(found).toEqual([]);
  });

  test("a range of Services that config sets is judged, not that of the props", () => {
    const found = saidOfMembers((scope, made) => {
      const networkProfile = { serviceCidr: "10.2.0.0/20", dnsServiceIp: "10.2.0.10" };
      made.addMember("east", {
        cluster: cluster(scope, "east", { serviceCidr: "192.168.0.0/16", config: { networkProfile } }),
      });
      made.addMember("west", { cluster: cluster(scope, "west") });
    });
    expect(found).toEqual([
      expect.stringMatching(/^stack\/Fleet: cluster "aks-eastus2": serviceCidr: 10\.2\.0\.0\/20/),
    ]);
  });

  test("ranges that only Terraform knows are not judged", () => {
    const found = saidOfMembers((scope, made) => {
      const variable = (name: string) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
      made.addMember("east", { cluster: cluster(scope, "east", { serviceCidr: variable("services") }) });
      made.addMember("west", {
        cluster: cluster(
          scope,
          "west",
          {},
          { addressSpace: [variable("space")], subnetPrefix: "172.16.0.0/24" },
        ),
      });
    });
    expect(found).toEqual([]);
  });

  test("several findings of several constructs are reported at once", () => {
    const found = findings((scope) => {
      const made = fleet(scope, { fleetName: "Gbb", dnsPrefix: "gbb" });
      made.addMember("east", { cluster: cluster(scope, "east", { nodeCount: 8 }), memberName: "same" });
      made.addMember("west", {
        cluster: cluster(scope, "west", {}, { location: "West US 2", addressSpace: ["10.1.0.0/20"] }),
        memberName: "same",
        group: "G",
      });
    });
    const expected = [
      /^stack\/Fleet: fleetName: Azure refuses "Gbb"/,
      /^stack\/Fleet: members "east" and "west" have the same name, "same"/,
      /^stack\/Fleet: the networks of "east" \(10\.1\.0\.0\/16\) and "west" \(10\.1\.0\.0\/20\) overlap/,
      /^stack\/Fleet\/west: group: Azure refuses "G"/,
      /^stack\/east\/Cluster: the subnet 10\.1\.0\.0\/24 has 251 addresses/,
      /^stack\/west\/Network: location: "West US 2" is not/,
    ];
    for (const pattern of expected) {
      expect(found).toContainEqual(expect.stringMatching(pattern));
    }
  });
});
