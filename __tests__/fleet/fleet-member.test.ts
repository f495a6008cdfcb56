import { TerraformVariable } from "cdktf";
import { Fleet, FleetMember, type FleetMemberSettings, type IFleetMember } from "../../lib";
import { cluster } from "../cluster/clusters";
import { address, at, reference } from "../network/references";
import { findings, type StackJson, synthStack } from "../synth";

/** A stack with a fleet whose one member is a cluster in the east. */
function memberWith(options?: FleetMemberSettings): StackJson {
  return synthStack((scope) => {
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", {
      cluster: cluster(scope, "east"),
      ...options,
    });
  });
}

const TYPE = "Microsoft.ContainerService/fleets/members@2026-06-01";

/** A membership of the cluster in the east. */
function membership(stack: StackJson, properties: object = {}): object {
  const clusterResourceId = reference(stack, "east/Cluster/Resource");
  return {
    type: TYPE,
    schema_validation_enabled: false,
    name: "aks-eastus2",
    parent_id: reference(stack, "Fleet/Resource"),
    body: { properties: { clusterResourceId, ...properties } },
    replace_triggers_external_values: [clusterResourceId],
    ignore_casing: true,
    ignore_missing_property: false,
    retry: { error_message_regex: ["ManagedClusterNotInExpectedState"] },
  };
}

/** What a member is said to be, apart from its cluster. */
function properties(stack: StackJson, path = "Fleet/east/Resource"): object {
  const { clusterResourceId, ...rest } = (at(stack, path).body as { properties: Record<string, unknown> })
    .properties;
  expect(clusterResourceId).toMatch(/^\$\{azurerm_kubernetes_cluster\./);
  return rest;
}

function said(options: FleetMemberSettings): string[] {
  return findings((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    fleet.addMember("east", { cluster: cluster(scope, "east"), ...options });
  });
}

test("a member is called after its cluster, and is in no update group", () => {
  const stack = memberWith();
  expect(at(stack, "Fleet/east/Resource")).toEqual(membership(stack));
});

test("name and update group can be set", () => {
  const stack = memberWith({ memberName: "east-1", group: "canary" });
  expect(at(stack, "Fleet/east/Resource").name).toBe("east-1");
  expect(properties(stack)).toEqual({ group: "canary" });
});

test("it knows its key, its name, its fleet and its cluster", () => {
  let member: IFleetMember | undefined;
  let same = false;
  synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    const east = cluster(scope, "east");
    member = fleet.addMember("east", { cluster: east });
    same = member.fleet === fleet && member.cluster === east && fleet.members[0] === member;
  });
  expect(member).toMatchObject({ key: "east", memberName: "aks-eastus2" });
  expect(same).toBe(true);
});

test("it comes after what it is told, such as the peerings", () => {
  const stack = synthStack((scope) => {
    const west = cluster(scope, "west");
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", {
      cluster: cluster(scope, "east"),
      dependsOn: [west.resource],
    });
  });
  expect(at(stack, "Fleet/east/Resource").depends_on).toEqual([address(stack, "west/Cluster/Resource")]);
});

test("it is named after a cluster whose name config sets", () => {
  const stack = synthStack((scope) => {
    new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", {
      cluster: cluster(scope, "east", { config: { name: "my-aks" } }),
    });
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
  expect(at(stack, "Member/Resource")).toEqual(membership(stack, { group: "canary" }));
});

describe("names", () => {
  const rule = "1 to 50 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit";
  const long = "m".repeat(51);

  test.each([long, "east-", "-east", "East", "east_1", "east.1", ""])(
    "a member can't be called %j",
    (name) => {
      expect(said({ memberName: name })).toEqual([
        `stack/Fleet/east: memberName: Azure refuses "${name}" as the name of a member, which has ${rule}.`,
      ]);
    },
  );

  test.each([long, "canary-", "-canary", "Canary", "canary_1", ""])("a group can't be called %j", (name) => {
    expect(said({ group: name })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^stack/Fleet/east: group: Azure refuses "${name}" as the name of an? update group, which has ${rule}\\.$`,
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
      new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", {
        cluster: east,
      });
    });
    expect(found).toEqual([
      `stack/Fleet/east: memberName: Azure refuses "Aks_East" as the name of a member, which has ${rule}.`,
    ]);
  });

  test("that only Terraform knows are passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "name", { type: "string" });
      new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" }).addMember("east", {
        cluster: cluster(scope, "east"),
        memberName: `M_${variable.stringValue}`,
        group: variable.stringValue,
      });
    });
    expect(at(stack, "Fleet/east/Resource").name).toBe("M_${var.name}");
    expect(properties(stack)).toEqual({ group: "${var.name}" });
  });
});

describe("labels", () => {
  const labels = { env: "prod", "example.com/ring": "1" };

  test("are part of the membership", () => {
    const stack = memberWith({ labels });
    expect(at(stack, "Fleet/east/Resource")).toEqual(membership(stack, { labels }));
  });

  test("none, or none in the object, ask for nothing", () => {
    expect(memberWith({ labels: {} }).resource).toEqual(memberWith().resource);
  });

  test("that are taken away are a change, which azapi would pass over by default", () => {
    expect(memberWith().provider.azapi).toEqual([{ ignore_no_op_changes: false }]);
  });

  test("are there before anything is placed, and can be set through another API", () => {
    const stack = synthStack((scope) => {
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      const member = fleet.addMember("east", { cluster: cluster(scope, "east"), labels });
      member.resource.addOverride("type", "Microsoft.ContainerService/fleets/members@2027-01-01");
      expect(member.dependables).toEqual([member.resource]);
    });
    expect(at(stack, "Fleet/east/Resource").type).toBe(
      "Microsoft.ContainerService/fleets/members@2027-01-01",
    );
  });

  test("that Kubernetes refuses are refused, keys and values", () => {
    expect(said({ labels: { "-env": "prod", env: "a b", empty: "" } })).toEqual([
      expect.stringMatching(/^stack\/Fleet\/east: labels: "-env" is not/),
      expect.stringMatching(/^stack\/Fleet\/east: labels\["env"\]: "a b" is not/),
    ]);
  });

  test("that the fleet gives by itself are refused", () => {
    const refused = ["fleet.azure.com/location", "kubernetes-fleet.io/member-name"];
    const labels = Object.fromEntries(refused.map((key) => [key, "east"]));
    expect(said({ labels: { ...labels, "fleet.azure.com/mine": "a" } })).toEqual(
      refused.map(
        (key) =>
          `stack/Fleet/east: labels: "${key}" is set by the fleet itself, and placements rely on it; choose another key.`,
      ),
    );
  });

  test("whose values only Terraform knows are passed on", () => {
    const stack = synthStack((scope) => {
      const env = new TerraformVariable(scope, "env", { type: "string" }).stringValue;
      const map = new TerraformVariable(scope, "labels", { type: "map(string)" }).value;
      const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
      fleet.addMember("east", { cluster: cluster(scope, "east"), labels: { env } });
      fleet.addMember("west", { cluster: cluster(scope, "west"), labels: map });
    });
    expect(properties(stack)).toEqual({ labels: { env: "${var.env}" } });
    expect(properties(stack, "Fleet/west/Resource")).toEqual({ labels: "${var.labels}" });
  });
});

test("a member knows its update group, or that it has none", () => {
  synthStack((scope) => {
    const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
    expect(fleet.addMember("east", { cluster: cluster(scope, "east"), group: "canary" }).group).toBe(
      "canary",
    );
    expect(fleet.addMember("west", { cluster: cluster(scope, "west") }).group).toBeUndefined();
  });
});
