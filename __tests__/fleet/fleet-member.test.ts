import { TerraformVariable } from "cdktf";
import { Fleet, FleetMember, type FleetMemberOptions, type IFleetMember } from "../../lib";
import { cluster } from "../cluster/clusters";
import { address, at, reference } from "../network/references";
import { findings, resources, type StackJson, synthStack } from "../synth";

/** A stack with a fleet whose one member is a cluster in the east. */
function memberWith(options?: FleetMemberOptions): StackJson {
  return synthStack((scope) => {
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember(
      "east",
      cluster(scope, "east"),
      options,
    );
  });
}

function said(options: FleetMemberOptions): string[] {
  return findings((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    fleet.addMember("east", cluster(scope, "east"), options);
  });
}

test("a member is called after its cluster, and is in no update group", () => {
  const stack = memberWith();
  expect(resources(stack, "azurerm_kubernetes_fleet_member")).toEqual({
    "Fleet/east/Resource": {
      name: "aks-eastus2",
      kubernetes_fleet_id: reference(stack, "Fleet/Resource"),
      kubernetes_cluster_id: reference(stack, "east/Cluster/Resource"),
    },
  });
});

test("name and update group can be set", () => {
  const stack = memberWith({ memberName: "east-1", group: "canary" });
  expect(at(stack, "Fleet/east/Resource")).toMatchObject({ name: "east-1", group: "canary" });
});

test("it knows its key, its name, its fleet and its cluster", () => {
  let member: IFleetMember | undefined;
  let same = false;
  synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    const east = cluster(scope, "east");
    member = fleet.addMember("east", east);
    same = member.fleet === fleet && member.cluster === east && fleet.members[0] === member;
  });
  expect(member).toMatchObject({ key: "east", memberName: "aks-eastus2" });
  expect(same).toBe(true);
});

test("it comes after what it is told, such as the peerings", () => {
  const stack = synthStack((scope) => {
    const west = cluster(scope, "west");
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember(
      "east",
      cluster(scope, "east"),
      { dependsOn: [west.resource] },
    );
  });
  expect(at(stack, "Fleet/east/Resource").depends_on).toEqual([address(stack, "west/Cluster/Resource")]);
});

test("it is named after a cluster whose name config sets", () => {
  const stack = synthStack((scope) => {
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember(
      "east",
      cluster(scope, "east", { config: { name: "my-aks" } }),
    );
  });
  expect(at(stack, "Fleet/east/Resource").name).toBe("my-aks");
});

test("it can be made by itself, beside its fleet", () => {
  const stack = synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    new FleetMember(scope, "Member", {
      fleet,
      key: "east",
      cluster: cluster(scope, "east"),
      group: "canary",
    });
  });
  expect(at(stack, "Member/Resource")).toEqual({
    name: "aks-eastus2",
    kubernetes_fleet_id: reference(stack, "Fleet/Resource"),
    kubernetes_cluster_id: reference(stack, "east/Cluster/Resource"),
    group: "canary",
  });
});

describe("names", () => {
  const rule = "1 to 50 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit";
  const long = "m".repeat(51);

  test.each([long, "east-", "-east", "East", "east_1", "east.1", ""])(
    "a member can't be called %j",
    (name) => {
      expect(said({ memberName: name })).toEqual([
        `stack/Fleet/east: memberName: Azure refuses "${name}" as the name of a member: it has ${rule}.`,
      ]);
    },
  );

  test.each([long, "canary-", "-canary", "Canary", "canary_1", ""])("a group can't be called %j", (name) => {
    expect(said({ group: name })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^stack/Fleet/east: group: Azure refuses "${name}" as the name of an? update group: it has ${rule}\\.$`,
        ),
      ),
    ]);
  });

  test("both at their limit", () => {
    expect(said({ memberName: "m".repeat(50), group: "g".repeat(50) })).toEqual([]);
  });

  test("the name of a cluster that no member can have is refused for the member", () => {
    const found = findings((scope) => {
      const east = cluster(scope, "east", { clusterName: "Aks_East", dnsPrefix: "aks" });
      new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", east);
    });
    expect(found).toEqual([
      `stack/Fleet/east: memberName: Azure refuses "Aks_East" as the name of a member: it has ${rule}.`,
    ]);
  });

  test("that only Terraform knows are passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "name", { type: "string" });
      new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember(
        "east",
        cluster(scope, "east"),
        { memberName: `M_${variable.stringValue}`, group: variable.stringValue },
      );
    });
    expect(at(stack, "Fleet/east/Resource")).toMatchObject({ name: "M_${var.name}", group: "${var.name}" });
  });
});

describe("labels", () => {
  const labels = { env: "prod", "example.com/ring": "1" };

  test("are laid over the membership, which stays as it is", () => {
    const stack = memberWith({ labels });
    expect(at(stack, "Fleet/east/Labels")).toEqual({
      type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
      resource_id: reference(stack, "Fleet/east/Resource"),
      body: { properties: { labels } },
    });
    expect(at(stack, "Fleet/east/Resource")).toEqual(at(memberWith(), "Fleet/east/Resource"));
  });

  test("none, or none in the object, ask for nothing", () => {
    expect(memberWith({ labels: {} }).resource).toEqual(memberWith().resource);
  });

  test("are there before anything is placed, and can be set through a newer API", () => {
    const stack = synthStack((scope) => {
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      const member = fleet.addMember("east", cluster(scope, "east"), { labels });
      member.labels?.addOverride("type", "Microsoft.ContainerService/fleets/members@2026-06-01");
      expect(member.dependables).toEqual([member.resource, member.labels]);
    });
    expect(at(stack, "Fleet/east/Labels").type).toBe("Microsoft.ContainerService/fleets/members@2026-06-01");
  });

  test("that Kubernetes refuses are refused, keys and values", () => {
    expect(said({ labels: { "-env": "prod", env: "a b", empty: "" } })).toEqual([
      expect.stringMatching(/^stack\/Fleet\/east: labels: "-env" is not the key of a label/),
      expect.stringMatching(/^stack\/Fleet\/east: labels\["env"\]: "a b" is not the value of a label/),
    ]);
  });

  test("that the fleet gives by itself are refused", () => {
    const refused = ["fleet.azure.com/location", "kubernetes-fleet.io/member-name"];
    const labels = Object.fromEntries(refused.map((key) => [key, "east"]));
    expect(said({ labels: { ...labels, "fleet.azure.com/mine": "a" } })).toEqual(
      refused.map(
        (key) =>
          `stack/Fleet/east: labels: "${key}" is what the fleet itself says of each member, and placements rely on; choose another key.`,
      ),
    );
  });

  test("whose values only Terraform knows are passed on", () => {
    const stack = synthStack((scope) => {
      const env = new TerraformVariable(scope, "env", { type: "string" }).stringValue;
      const map = new TerraformVariable(scope, "labels", { type: "map(string)" }).value;
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      fleet.addMember("east", cluster(scope, "east"), { labels: { env } });
      fleet.addMember("west", cluster(scope, "west"), { labels: map });
    });
    expect(at(stack, "Fleet/east/Labels").body).toEqual({ properties: { labels: { env: "${var.env}" } } });
    expect(at(stack, "Fleet/west/Labels").body).toEqual({ properties: { labels: "${var.labels}" } });
  });
});

test("a member knows its update group, or that it has none", () => {
  synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    expect(fleet.addMember("east", cluster(scope, "east"), { group: "canary" }).group).toBe("canary");
    expect(fleet.addMember("west", cluster(scope, "west")).group).toBeUndefined();
  });
});
