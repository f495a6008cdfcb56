import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, TerraformVariable } from "cdktf";
import { AksCluster, type AksClusterProps, ClusterNetwork } from "../../lib";
import { ALICE, PIPELINE, TEAM } from "../identity/principals";
import { network } from "../network/networks";
import { address, at, reference } from "../network/references";
import { findings, resources, type StackJson, synthStack } from "../synth";
import { cluster } from "./clusters";

const ROLE_OF_SUBSCRIPTION =
  "/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/";

/** A stack with a cluster in the east. */
function eastWith(props: Partial<AksClusterProps> = {}): StackJson {
  return synthStack((scope) => void cluster(scope, "east", props));
}

describe("the seed's cluster", () => {
  const stack = eastWith();
  const resourceGroup = reference(stack, "east/Network/ResourceGroup", "name");

  test("is on its network's subnet, with Azure CNI, Entra ID only, and what a fleet needs", () => {
    expect(at(stack, "east/Cluster/Resource")).toEqual({
      name: "aks-eastus2",
      location: "eastus2",
      resource_group_name: resourceGroup,
      dns_prefix: "aks-eastus2",
      sku_tier: "Standard",
      identity: { type: "UserAssigned", identity_ids: [reference(stack, "east/Cluster/Identity")] },
      default_node_pool: {
        name: "system",
        vm_size: "Standard_D4s_v5",
        node_count: 3,
        max_pods: 30,
        vnet_subnet_id: reference(stack, "east/Network/Subnet"),
        upgrade_settings: { max_surge: "10%" },
        temporary_name_for_rotation: "systemtmp",
      },
      network_profile: {
        network_plugin: "azure",
        network_policy: "calico",
        service_cidr: "172.16.0.0/16",
        dns_service_ip: "172.16.0.10",
      },
      azure_active_directory_role_based_access_control: {
        azure_rbac_enabled: true,
        tenant_id: "${data.azurerm_client_config.ClientConfig.tenant_id}",
      },
      local_account_disabled: true,
      oidc_issuer_enabled: true,
      workload_identity_enabled: true,
      azure_policy_enabled: true,
      run_command_enabled: false,
      image_cleaner_enabled: true,
      image_cleaner_interval_hours: 168,
      depends_on: [
        address(stack, "east/Cluster/SubnetRole/Resource"),
        address(stack, "east/Network/NetworkSecurityGroupAssociation"),
        address(stack, "east/Network/AllowInternetInbound"),
      ],
    });
  });

  test("has an identity of its own, made beside it", () => {
    expect(resources(stack, "azurerm_user_assigned_identity")).toEqual({
      "east/Cluster/Identity": {
        name: "id-aks-eastus2",
        location: "eastus2",
        resource_group_name: resourceGroup,
      },
    });
  });

  test("that identity is Network Contributor on its subnet, and whoever deploys is cluster admin", () => {
    expect(resources(stack, "azurerm_role_assignment")).toEqual({
      "east/Cluster/SubnetRole/Resource": {
        scope: reference(stack, "east/Network/Subnet"),
        role_definition_id: `${ROLE_OF_SUBSCRIPTION}4d97b98b-1d4f-4787-a291-c67834d212e7`,
        principal_id: reference(stack, "east/Cluster/Identity", "principal_id"),
        principal_type: "ServicePrincipal",
        skip_service_principal_aad_check: true,
      },
      "east/Cluster/Admin/Resource": {
        scope: reference(stack, "east/Cluster/Resource"),
        role_definition_id: `${ROLE_OF_SUBSCRIPTION}b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b`,
        principal_id: "${data.azurerm_client_config.ClientConfig.object_id}",
        lifecycle: { ignore_changes: ["principal_id"] },
      },
    });
  });

  test("makes no provider and no output of its own", () => {
    expect(stack.output).toBeUndefined();
    expect(Object.keys(stack.provider).sort()).toEqual(["azapi", "azurerm", "kubernetes", "null"]);
  });

  test("in the west is named after it", () => {
    const west = synthStack((scope) => void cluster(scope, "west"));
    expect(at(west, "west/Cluster/Resource")).toMatchObject({
      name: "aks-westus2",
      dns_prefix: "aks-westus2",
    });
    expect(at(west, "west/Cluster/Identity")).toMatchObject({ name: "id-aks-westus2", location: "westus2" });
  });
});

describe("props", () => {
  test("every name can be set", () => {
    const stack = eastWith({ clusterName: "my-aks", dnsPrefix: "my-dns", identityName: "my-identity" });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({ name: "my-aks", dns_prefix: "my-dns" });
    expect(at(stack, "east/Cluster/Identity")).toMatchObject({ name: "my-identity" });
  });

  test("the other names are made of the cluster's", () => {
    const stack = eastWith({ clusterName: "my-aks" });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({ name: "my-aks", dns_prefix: "my-aks" });
    expect(at(stack, "east/Cluster/Identity")).toMatchObject({ name: "id-my-aks" });
  });

  test.each<[string, Partial<AksClusterProps>, object]>([
    [
      "kubernetesVersion, of the control plane and of the nodes",
      { kubernetesVersion: "1.33" },
      { kubernetes_version: "1.33", default_node_pool: { orchestrator_version: "1.33" } },
    ],
    [
      "kubernetesVersion, in config as well",
      { config: { kubernetesVersion: "1.33" } },
      { kubernetes_version: "1.33", default_node_pool: { orchestrator_version: "1.33" } },
    ],
    [
      "kubernetesVersion, with nodes that follow later",
      { kubernetesVersion: "1.33", config: { defaultNodePool: { orchestratorVersion: "1.32" } } },
      { kubernetes_version: "1.33", default_node_pool: { orchestrator_version: "1.32" } },
    ],
    ["nodeCount", { nodeCount: 5 }, { default_node_pool: { node_count: 5 } }],
    ["vmSize", { vmSize: "Standard_D2s_v5" }, { default_node_pool: { vm_size: "Standard_D2s_v5" } }],
    ["maxPods", { maxPods: 50 }, { default_node_pool: { max_pods: 50 } }],
    ["maxSurge", { maxSurge: "1" }, { default_node_pool: { upgrade_settings: { max_surge: "1" } } }],
    ["zones", { zones: ["1", "2", "3"] }, { default_node_pool: { zones: ["1", "2", "3"] } }],
    [
      "serviceCidr, from which follows the DNS address",
      { serviceCidr: "192.168.0.0/20" },
      { network_profile: { service_cidr: "192.168.0.0/20", dns_service_ip: "192.168.0.10" } },
    ],
    [
      "dnsServiceIp",
      { dnsServiceIp: "172.16.0.53" },
      { network_profile: { service_cidr: "172.16.0.0/16", dns_service_ip: "172.16.0.53" } },
    ],
  ])("%s", (_, props, expected) => {
    expect(at(eastWith(props), "east/Cluster/Resource")).toMatchObject(expected);
  });

  test("tags are on the cluster, on its nodes and on its identity", () => {
    const stack = eastWith({ tags: { team: "platform" } });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({
      tags: { team: "platform" },
      default_node_pool: { tags: { team: "platform" } },
    });
    expect(at(stack, "east/Cluster/Identity")).toMatchObject({ tags: { team: "platform" } });
  });
});

describe("admins", () => {
  const named = eastWith({ admins: [ALICE, TEAM, PIPELINE] });

  test("that are named have the role each at an address of its own, and the default is gone", () => {
    const admin = {
      scope: reference(named, "east/Cluster/Resource"),
      role_definition_id: `${ROLE_OF_SUBSCRIPTION}b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b`,
    };
    const { "east/Cluster/SubnetRole/Resource": _, ...admins } = resources(named, "azurerm_role_assignment");
    expect(admins).toEqual({
      "east/Cluster/Admin-alice/Resource": { ...admin, principal_id: ALICE.objectId },
      "east/Cluster/Admin-platform-team/Resource": {
        ...admin,
        principal_id: TEAM.objectId,
        principal_type: "Group",
      },
      "east/Cluster/Admin-pipeline/Resource": {
        ...admin,
        principal_id: PIPELINE.objectId,
        principal_type: "ServicePrincipal",
        skip_service_principal_aad_check: true,
      },
    });
  });

  test("have the same addresses and contents in whatever order they are listed", () => {
    const reordered = eastWith({ admins: [PIPELINE, ALICE, TEAM] });
    expect(reordered.resource).toEqual(named.resource);
  });

  test("a new one changes nothing about the others", () => {
    const before = eastWith({ admins: [ALICE, PIPELINE] }).resource.azurerm_role_assignment ?? {};
    const after = named.resource.azurerm_role_assignment ?? {};
    expect(Object.keys(after)).toHaveLength(Object.keys(before).length + 1);
    for (const [id, block] of Object.entries(before)) {
      expect(after[id]).toEqual(block);
    }
  });

  test("none at all is refused", () => {
    expect(findings((scope) => void cluster(scope, "east", { admins: [] }))).toEqual([
      "stack/east/Cluster: admins: is empty, so no identity can deploy to the cluster; list at least one principal.",
    ]);
  });

  test("one whose object id is none is refused, at its own path", () => {
    const admins = [ALICE, { ...TEAM, objectId: "platform-team" }];
    expect(findings((scope) => void cluster(scope, "east", { admins }))).toEqual([
      expect.stringMatching(
        /^stack\/east\/Cluster\/Admin-platform-team: objectId: "platform-team" is not an Entra ID object id, which is a GUID; /,
      ),
    ]);
  });
});

test("whatever works with the cluster comes after it and after the admins' roles", () => {
  const dependents = (props: Partial<AksClusterProps>) => {
    const stack = synthStack((scope) => {
      const { dependables } = cluster(scope, "east", props);
      new ResourceGroup(scope, "After", { name: "after", location: "westus", dependsOn: [...dependables] });
    });
    const paths = ["Resource", "Admin/Resource", "Admin-alice/Resource", "Admin-platform-team/Resource"];
    const byAddress = Object.fromEntries(
      Object.keys(stack.resource)
        .flatMap((type) => Object.keys(resources(stack, type)))
        .filter((path) => paths.some((end) => path === `east/Cluster/${end}`))
        .map((path) => [address(stack, path), path]),
    );
    return (at(stack, "After").depends_on as string[]).map((dependency) => byAddress[dependency]);
  };
  expect(dependents({})).toEqual(["east/Cluster/Resource", "east/Cluster/Admin/Resource"]);
  expect(dependents({ admins: [ALICE, TEAM] })).toEqual([
    "east/Cluster/Resource",
    "east/Cluster/Admin-alice/Resource",
    "east/Cluster/Admin-platform-team/Resource",
  ]);
});

describe("config", () => {
  test("sets what the props don't name, at any depth, and leaves what is beside it", () => {
    const plain = eastWith();
    const stack = eastWith({
      config: {
        costAnalysisEnabled: true,
        apiServerAccessProfile: { authorizedIpRanges: ["203.0.113.0/24"] },
        defaultNodePool: { osDiskType: "Ephemeral", upgradeSettings: { drainTimeoutInMinutes: 10 } },
        networkProfile: { networkPolicy: "cilium", networkDataPlane: "cilium" },
      },
    });
    const before = at(plain, "east/Cluster/Resource") as Record<string, object>;
    expect(at(stack, "east/Cluster/Resource")).toEqual({
      ...before,
      cost_analysis_enabled: true,
      api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] },
      default_node_pool: {
        ...before.default_node_pool,
        os_disk_type: "Ephemeral",
        upgrade_settings: { max_surge: "10%", drain_timeout_in_minutes: 10 },
      },
      network_profile: { ...before.network_profile, network_policy: "cilium", network_data_plane: "cilium" },
    });
  });

  test("a list replaces", () => {
    const stack = eastWith({ zones: ["1", "2"], config: { defaultNodePool: { zones: ["3"] } } });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({ default_node_pool: { zones: ["3"] } });
  });

  test("it wins over the props", () => {
    const stack = eastWith({
      nodeCount: 3,
      tags: { team: "platform", stage: "dev" },
      config: { skuTier: "Premium", tags: { stage: "prod" }, defaultNodePool: { nodeCount: 4 } },
    });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({
      sku_tier: "Premium",
      tags: { team: "platform", stage: "prod" },
      default_node_pool: { node_count: 4 },
    });
  });

  test("undefined takes an argument away", () => {
    const stack = eastWith({
      config: {
        imageCleanerEnabled: undefined,
        dnsPrefix: undefined,
        dnsPrefixPrivateCluster: "private",
        defaultNodePool: { temporaryNameForRotation: undefined },
      },
    });
    const block = at(stack, "east/Cluster/Resource");
    expect(block).toHaveProperty("dns_prefix_private_cluster", "private");
    expect(block).not.toHaveProperty("dns_prefix");
    expect(block).not.toHaveProperty("image_cleaner_enabled");
    expect(block).not.toHaveProperty("default_node_pool.temporary_name_for_rotation");
  });

  test("lifecycle is one of the arguments", () => {
    const stack = eastWith({ config: { lifecycle: { ignoreChanges: ["kubernetes_version"] } } });
    expect(at(stack, "east/Cluster/Resource").lifecycle).toEqual({ ignore_changes: ["kubernetes_version"] });
  });

  test("a reference in it is kept", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "ranges", { type: "list(string)" });
      cluster(scope, "east", {
        config: { apiServerAccessProfile: { authorizedIpRanges: variable.listValue } },
      });
    });
    expect(at(stack, "east/Cluster/Resource").api_server_access_profile).toEqual({
      authorized_ip_ranges: "${var.ranges}",
    });
  });

  test.each<[string, Partial<AksClusterProps>, RegExp[]]>([
    ["the name", { config: { name: "aks-" }, dnsPrefix: "aks" }, [/: clusterName: Azure refuses "aks-" /]],
    ["the DNS prefix", { config: { dnsPrefix: "a_b" } }, [/: dnsPrefix: Azure refuses "a_b" /]],
    [
      "the node pool's name",
      { config: { defaultNodePool: { name: "System" } } },
      [
        /: config\.defaultNodePool\.name: Azure refuses "System" as the name of a node pool, which has 1 to 12 lower-case letters and digits, and starts with a letter\.$/,
      ],
    ],
    [
      "the range of Services",
      { config: { networkProfile: { serviceCidr: "10.1.0.0/20", dnsServiceIp: "10.1.0.10" } } },
      [/: serviceCidr: 10\.1\.0\.0\/20/],
    ],
    [
      "the DNS address",
      { config: { networkProfile: { dnsServiceIp: "10.9.0.10" } } },
      [/: dnsServiceIp: 10\.9\.0\.10 is not an address/],
    ],
    [
      "the number of nodes",
      { config: { defaultNodePool: { nodeCount: 8 } } },
      [/: the subnet 10\.1\.0\.0\/24 has 251 addresses .* the largest node count that fits is 7\./],
    ],
  ])("the checks see it: %s", (_, props, expected) => {
    const found = findings((scope) => void cluster(scope, "east", props));
    expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test("others see it: the cluster's name and range of Services", () => {
    let made: Pick<AksCluster, "clusterName" | "serviceCidr"> | undefined;
    synthStack((scope) => {
      made = cluster(scope, "east", {
        config: {
          name: "my-aks",
          networkProfile: { serviceCidr: "192.168.0.0/16", dnsServiceIp: "192.168.0.10" },
        },
      });
    });
    expect(made).toMatchObject({ clusterName: "my-aks", serviceCidr: "192.168.0.0/16" });
  });

  test("others see it: the cluster's location and resource group", () => {
    let made: Pick<AksCluster, "location" | "resourceGroupName"> | undefined;
    synthStack((scope) => {
      made = cluster(scope, "east", { config: { location: "westus", resourceGroupName: "my-group" } });
    });
    expect(made?.location).toBe("westus");
    expect(made?.resourceGroupName).toBe("my-group");
  });

  test("what else must exist before does not push out the role on the subnet", () => {
    const stack = synthStack((scope) => {
      const first = new ResourceGroup(scope, "First", { name: "first", location: "westus" });
      cluster(scope, "east", { config: { dependsOn: [first] } });
    });
    expect(at(stack, "east/Cluster/Resource").depends_on).toEqual(
      expect.arrayContaining([address(stack, "First"), address(stack, "east/Cluster/SubnetRole/Resource")]),
    );
  });
});

describe("names", () => {
  test.each<[Partial<AksClusterProps>, string[]]>([
    [
      { clusterName: "-aks", dnsPrefix: "aks" },
      [
        'clusterName: Azure refuses "-aks" as the name of a cluster, which has 1 to 63 letters, digits, underscores and hyphens, and starts and ends with a letter or a digit.',
      ],
    ],
    [
      { dnsPrefix: "aks-" },
      [
        'dnsPrefix: Azure refuses "aks-" as the name of a DNS prefix, which has 1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit.',
      ],
    ],
    [
      { identityName: "id" },
      [
        'identityName: Azure refuses "id" as the name of an identity, which has 3 to 128 letters, digits, underscores and hyphens, and starts with a letter or a digit.',
      ],
    ],
    [
      // A cluster may have an underscore; the DNS prefix that is made of its name may not.
      { clusterName: "aks_east" },
      [
        'dnsPrefix: Azure refuses "aks_east" as the name of a DNS prefix, which has 1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit.',
      ],
    ],
  ])("%j", (props, expected) => {
    const found = findings((scope) => void cluster(scope, "east", props));
    // Whether it says "a identity" is of no concern here.
    expect(found.map((finding) => finding.replace(" a identity", " an identity"))).toEqual(
      expected.map((finding) => `stack/east/Cluster: ${finding}`),
    );
  });

  test("at their limits", () => {
    const a = (count: number) => "a".repeat(count);
    const found = (props: Partial<AksClusterProps>) =>
      findings((scope) => void cluster(scope, "east", props)).map((finding) => finding.split(": ")[1]);
    expect(found({ clusterName: a(63), dnsPrefix: a(54), identityName: a(128) })).toEqual([]);
    expect(found({ clusterName: a(64), dnsPrefix: a(55), identityName: a(129) })).toEqual([
      "clusterName",
      "dnsPrefix",
      "identityName",
    ]);
    expect(found({ clusterName: a(55) })).toEqual(["dnsPrefix"]);
  });

  test("that only Terraform knows are passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "name", { type: "string" });
      cluster(scope, "east", {
        clusterName: `_${variable.stringValue}`,
        dnsPrefix: Fn.lower(variable.stringValue),
        identityName: variable.stringValue,
      });
    });
    expect(at(stack, "east/Cluster/Resource")).toMatchObject({
      name: "_${var.name}",
      dns_prefix: "${lower(var.name)}",
    });
    expect(at(stack, "east/Cluster/Identity").name).toBe("${var.name}");
  });
});

test("a cluster on another's network is made in that network's location and group", () => {
  const stack = synthStack((scope) => {
    const east = network(scope, "east");
    cluster(scope, "east", { network: east });
    cluster(scope, "west", { network: east, clusterName: "second" });
  });
  expect(at(stack, "west/Cluster/Resource")).toMatchObject({
    name: "second",
    location: "eastus2",
    resource_group_name: reference(stack, "east/Network/ResourceGroup", "name"),
    default_node_pool: { vnet_subnet_id: reference(stack, "east/Network/Subnet") },
  });
});

test("everything that is wrong with a cluster is said at once", () => {
  const found = findings((scope) => {
    cluster(scope, "east", {
      clusterName: "aks-",
      serviceCidr: "10.1.0.0/16",
      nodeCount: 8,
      admins: [],
      config: { networkProfile: { networkPluginMode: "overlay" } },
    });
  });
  expect(found.map((finding) => finding.replace(/^stack\/east\/Cluster: /, "").split(/:? /)[0])).toEqual([
    "clusterName",
    "dnsPrefix",
    "config.networkProfile.networkPluginMode",
    "serviceCidr",
    "the",
    "admins",
  ]);
});

test("a private cluster is one by its prop or by config, and knows it", () => {
  const stack = synthStack((scope) => {
    expect(cluster(scope, "east").isPrivate).toBe(false);
    expect(cluster(scope, "west", { privateCluster: true }).isPrivate).toBe(true);
    expect(cluster(scope, "south", { config: { privateClusterEnabled: true } }).isPrivate).toBe(true);
  });
  const enabled = (place: string) => at(stack, `${place}/Cluster/Resource`).private_cluster_enabled;
  expect([enabled("east"), enabled("west"), enabled("south")]).toEqual([undefined, true, true]);
});

test("on a network of another subscription its roles are of that one, as Azure answers them", () => {
  const stack = synthStack((scope) => {
    const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
    const network = ClusterNetwork.fromNetworkAttributes(scope, "Network", {
      ...{ key: "old", location: "westus", provider },
      ...{ resourceGroupName: "rg", virtualNetworkName: "vnet", subnetName: "nodes" },
    });
    new AksCluster(scope, "Cluster", { network });
  });
  expect(at(stack, "Cluster/SubnetRole/Resource").role_definition_id).toMatch(
    /^\/subscriptions\/\$\{element\(split\("\/", .*data\.azurerm_virtual_network\.\w+\.id.*\), 2\)\}\/providers/,
  );
  expect(at(stack, "Cluster/Admin/Resource").role_definition_id).toContain("ClientConfig");
});
