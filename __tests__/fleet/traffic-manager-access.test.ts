import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import {
  AksCluster,
  AzapiProvider,
  ClusterNetwork,
  Fleet,
  FleetMember,
  type IAksCluster,
  type IFleet,
  InfraStack,
  TrafficManagerAccess,
  type TrafficManagerAccessProps,
} from "../../lib";
import { CLUSTER_ID, FLEET_ID, SUBSCRIPTION } from "../existing";
import { fleetWith } from "../hub/fixtures";
import { address, at, reference } from "../network/references";
import { appFindings, findings, readStack, resources, synthApp, synthStack } from "../synth";

const ROLE = expect.stringMatching(/roleDefinitions\/de2b316d-7a2c-4143-b4cd-c148f6a355a1$/);
const PRINCIPAL = "66666666-6666-4666-8666-666666666666";

type Options = Omit<TrafficManagerAccessProps, "fleet">;

const accessWith = (scope: TerraformStack, options: Options = {}) =>
  new TrafficManagerAccess(scope, "Access", { fleet: fleetWith(scope), ...options });

test("a resource group, and the fleet's identity as what may make profiles there and read the members' addresses", () => {
  const stack = synthStack((scope) => void accessWith(scope, { tags: { team: "a" } }));
  expect(at(stack, "Access/ResourceGroup")).toEqual({
    name: "rg-gbb-fleet-traffic-manager",
    location: "westus",
    tags: { team: "a" },
  });
  const grant = (scope: string) => ({
    scope,
    role_definition_id: ROLE,
    principal_id: `\${${address(stack, "Fleet/Resource")}.identity[0].principal_id}`,
    principal_type: "ServicePrincipal",
    skip_service_principal_aad_check: true,
  });
  expect(at(stack, "Access/ProfilesRole/Resource")).toEqual(grant(reference(stack, "Access/ResourceGroup")));
  for (const key of ["east", "west"]) {
    const cluster = address(stack, `Fleet-${key}-Cluster/Resource`);
    expect(at(stack, `Access/AddressesRole-${key}/Resource`)).toEqual(
      grant(`\${${cluster}.node_resource_group_id}`),
    );
  }
});

test("under another name, in another location", () => {
  const stack = synthStack((scope) => {
    accessWith(scope, { resourceGroupName: "rg-dns", location: "westeurope" });
  });
  expect(at(stack, "Access/ResourceGroup")).toEqual({ name: "rg-dns", location: "westeurope" });
});

test("a resource group that exists", () => {
  const stack = synthStack((scope) => {
    const access = accessWith(scope, { existingResourceGroupName: "rg-dns" });
    new TerraformOutput(scope, "group", { value: access.resourceGroupName });
  });
  expect(stack.output.group).toEqual({ value: "rg-dns" });
  expect(Object.keys(resources(stack, "azurerm_resource_group"))).not.toContain("Access/ResourceGroup");
  expect(at(stack, "Access/ProfilesRole/Resource").scope).toBe(
    "/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}/resourceGroups/rg-dns",
  );
});

test("members that are added later are covered, without a change for the others", () => {
  const before = synthStack((scope) => void accessWith(scope));
  const after = synthStack((scope) => {
    const { fleet, dependables } = accessWith(scope);
    expect(dependables).toHaveLength(3);
    const north = { key: "north", location: "northeurope", addressSpace: ["10.9.0.0/16"] };
    const network = new ClusterNetwork(scope, "North", north);
    fleet.addMember("north", { cluster: new AksCluster(scope, "NorthCluster", { network }) });
  });
  const ids = (stack: typeof before) =>
    Object.keys(resources(stack, "azurerm_role_assignment")).filter((path) => path.startsWith("Access/"));
  expect(ids(after).sort()).toEqual([...ids(before), "Access/AddressesRole-north/Resource"].sort());
  for (const path of ids(before)) {
    expect(at(after, path)).toEqual(at(before, path));
  }
});

describe("what exists already", () => {
  const importedFleet = (
    scope: TerraformStack,
    cluster?: { nodeResourceGroupId?: string },
    principalId = PRINCIPAL,
  ) =>
    Fleet.fromFleetId(scope, "Fleet", FLEET_ID, {
      location: "westus",
      principalId: principalId || undefined,
      members: {
        old: {
          memberName: "aks-old",
          cluster: cluster && AksCluster.fromClusterId(scope, "Cluster", CLUSTER_ID, cluster),
        },
      },
    });
  const synth = (build: (scope: TerraformStack) => IFleet) =>
    synthStack((scope) => void new TrafficManagerAccess(scope, "Access", { fleet: build(scope) }));

  test("a cluster's node resource group is looked up", () => {
    const stack = synth((scope) => importedFleet(scope, {}));
    expect(at(stack, "Access/AddressesRole-old/Resource")).toMatchObject({
      scope: expect.stringMatching(
        /^\$\{data\.azurerm_kubernetes_cluster\.Cluster_Existing_\w+\.node_resource_group_id\}$/,
      ),
      principal_id: PRINCIPAL,
    });
  });

  test("a cluster's node resource group is what was told", () => {
    const stack = synth((scope) => importedFleet(scope, { nodeResourceGroupId: "/subscriptions/x" }));
    expect(at(stack, "Access/AddressesRole-old/Resource").scope).toBe("/subscriptions/x");
    expect(stack.data.azurerm_kubernetes_cluster).toBeUndefined();
  });

  test("what is needed is asked for", () => {
    expect(() => synth((scope) => importedFleet(scope))).toThrow("[stack/Fleet/old]");
    expect(() => synth((scope) => importedFleet(scope, {}, ""))).toThrow(
      "[stack/Fleet] the principalId of this imported construct is needed but was not given: set it where the fleet is imported.",
    );
    expect(() =>
      synthApp(
        (app) => {
          const cluster = AksCluster.fromClusterId(app, "Cluster", CLUSTER_ID);
          return cluster.nodeResourceGroupId;
        },
        () => undefined,
      ),
    ).toThrow("[Cluster] the nodeResourceGroupId of this imported construct is needed but was not given");
  });
});

describe("a member in another subscription has its role there, by the definition that Azure answers", () => {
  const SUBSCRIPTION_OF_GROUP = "88888888-8888-4888-8888-888888888888";
  const NODES = `/subscriptions/${SUBSCRIPTION_OF_GROUP}/resourceGroups/MC_old`;
  const roleOf = (build: (scope: TerraformStack, provider: AzurermProvider) => IAksCluster) => {
    const stack = synthStack((scope) => {
      const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
      const fleet = fleetWith(scope);
      fleet.addMember("old", { cluster: build(scope, provider) });
      new TrafficManagerAccess(scope, "Access", { fleet });
    });
    return String(at(stack, "Access/AddressesRole-old/Resource").role_definition_id).split("/providers")[0];
  };
  const clusterName = "aks-old";
  const resourceGroupName = "rg-old";

  test("as the id of its cluster says it", () => {
    expect(roleOf((scope) => AksCluster.fromClusterId(scope, "Cluster", CLUSTER_ID))).toBe(
      `/subscriptions/${SUBSCRIPTION}`,
    );
  });

  test("as the id of its addresses' group says it", () => {
    const role = roleOf((scope, provider) =>
      AksCluster.fromClusterAttributes(scope, "Cluster", {
        ...{ clusterName, resourceGroupName, provider },
        nodeResourceGroupId: NODES,
      }),
    );
    expect(role).toBe(`/subscriptions/${SUBSCRIPTION_OF_GROUP}`);
  });

  test("as Terraform reads it from an id that its own provider looks up", () => {
    const role = roleOf((scope, provider) =>
      AksCluster.fromClusterAttributes(scope, "Cluster", { clusterName, resourceGroupName, provider }),
    );
    expect(role).toMatch(
      /^\/subscriptions\/\$\{element\(split\("\/", data\.azurerm_kubernetes_cluster\.\w+\.node_resource_group_id\), 2\)\}$/,
    );
  });
});

test("a member that another stack makes has its role there: the fleet's stack can't refer to one that comes later", () => {
  const stacks = synthApp(
    (app) => {
      const infra = new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
      });
      infra.addTrafficManagerAccess("TrafficManager");
      const later = new TerraformStack(app, "later");
      new AzurermProvider(later, "azurerm", { features: [{}] });
      new AzapiProvider(later, "azapi");
      const cluster = AksCluster.fromClusterId(later, "Cluster", CLUSTER_ID);
      new FleetMember(later, "Member", { fleet: infra.fleet, key: "old", cluster });
    },
    (outdir) => ["infra", "later"].map((name) => readStack(outdir, name)),
  );
  const [infra, later] = stacks.map((stack) =>
    Object.keys(resources(stack, "azurerm_role_assignment")).filter((path) => /Traffic/.test(path)),
  );
  expect(infra?.sort()).toEqual([
    "TrafficManager/AddressesRole-norway/Resource",
    "TrafficManager/ProfilesRole/Resource",
  ]);
  expect(later).toEqual(["Member/TrafficManagerRole/Resource"]);
});

test("in a stack after the fleet's, all roles are there", () => {
  const stacks = synthApp(
    (app) => {
      const { fleet } = new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
      });
      const dns = new TerraformStack(app, "dns");
      new AzurermProvider(dns, "azurerm", { features: [{}] });
      new AzapiProvider(dns, "azapi");
      const access = new TrafficManagerAccess(dns, "Access", { fleet });
      const cluster = AksCluster.fromClusterId(dns, "Cluster", CLUSTER_ID);
      new FleetMember(dns, "Member", { fleet, key: "old", cluster });
      expect(access.dependables).toHaveLength(3);
    },
    (outdir) => ["infra", "dns"].map((name) => readStack(outdir, name)),
  );
  const [infra, dns] = stacks.map((stack) => Object.keys(resources(stack, "azurerm_role_assignment")));
  expect(infra).not.toContainEqual(expect.stringContaining("Traffic"));
  expect(dns?.sort()).toEqual([
    "Access/AddressesRole-norway/Resource",
    "Access/AddressesRole-old/Resource",
    "Access/ProfilesRole/Resource",
  ]);
});

test.each<[string, Options, string]>([
  [
    "a name",
    { resourceGroupName: "rg." },
    'resourceGroupName: Azure refuses "rg." as the name of a resource group, which has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period.',
  ],
  [
    "a location",
    { location: "West Europe" },
    'location: "West Europe" is not the short name of a location, as the fleet\'s labels have it; write "westeurope" (`az account list-locations` lists them).',
  ],
  [
    "the name of one that exists",
    { existingResourceGroupName: "rg." },
    'existingResourceGroupName: Azure refuses "rg." as the name of a resource group, which has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period.',
  ],
  [
    "both names",
    { existingResourceGroupName: "rg-a", resourceGroupName: "rg-b" },
    'existingResourceGroupName: "rg-a" is an existing group, but resourceGroupName, "rg-b", a new one; remove one of the two.',
  ],
])("%s is refused", (_case, options, expected) => {
  expect(findings((stack) => void accessWith(stack, options))).toEqual([`stack/Access: ${expected}`]);
});

test("the identity of an imported fleet is a GUID", () => {
  const found = appFindings((app) => {
    const stack = new TerraformStack(app, "stack");
    new AzurermProvider(stack, "azurerm", { features: [{}] });
    const fleet = Fleet.fromFleetId(stack, "Fleet", FLEET_ID, { location: "westus", principalId: "me" });
    new TrafficManagerAccess(stack, "Access", { fleet });
  });
  expect(found).toEqual([expect.stringContaining('objectId: "me" is not an')]);
});
