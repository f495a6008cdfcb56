import { ENTRY_KINDS } from "./entry-kinds";
import { FLEET_KINDS } from "./fleet-kinds";
import { created, gone, type Kind, kind, update } from "./kind";
import { clusterId, clusterValues, type MadeChange, madeObject, placementSpec } from "./made";
import { OBJECT_KINDS } from "./object-kinds";
import { UPGRADES } from "./upgrade-kinds";

const REPLACE = ["delete", "create"];

// ---- Clusters ---------------------------------------------------------------------------------------------------------

const CLUSTER = "azurerm_kubernetes_cluster.east";
const POOL = "azurerm_kubernetes_cluster_node_pool.user";
const east = (more: object = {}) => clusterValues("aks-east", "eastus2", more);
const cluster = (before: object, after: object, more: object = {}) =>
  update(CLUSTER, east(before), east(after), more);
const ownPool = (values: object) => ({
  default_node_pool: [{ ...(east().default_node_pool[0] as object), ...values }],
});
const network = (values: object) => ({ network_profile: [values] });
const pool = (values: object) => ({
  name: "user",
  kubernetes_cluster_id: clusterId("aks-east"),
  vm_size: "Standard_D4s_v5",
  ...values,
});
const between = (from: string, to: string) => ({
  name: `${from}-to-${to}`,
  virtual_network_name: `vnet-aks-${from}`,
  remote_virtual_network_id: `/virtualNetworks/vnet-aks-${to}`,
});
const inGroup = (name: string) => ({
  name,
  target_virtual_network_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-aks-${name}`,
});
const SUBSCRIPTION = "/subscriptions/22222222-2222-2222-2222-222222222222";
const armCluster = (properties: object): object => ({
  type: "Microsoft.ContainerService/managedClusters@2025-05-01",
  name: "aks-north",
  location: "northeurope",
  parent_id: `${SUBSCRIPTION}/resourceGroups/rg`,
  body: { properties },
});
const arm = (before: object, after: object) =>
  update("azapi_resource.north", armCluster(before), armCluster(after));
const agents = (values: object) => ({ agentPoolProfiles: [{ name: "system", ...values }] });

const CLUSTERS: readonly Kind[] = [
  kind(
    "the default pool goes to 0",
    "outage",
    ["pool-emptied"],
    [cluster(ownPool({ node_count: 3 }), ownPool({ node_count: 0 }))],
    ["cluster aks-east", "3 → 0"],
  ),
  kind(
    "a pool's autoscaler may make none",
    "outage",
    ["pool-emptied"],
    [update(POOL, pool({ max_count: 5 }), pool({ max_count: 0 }))],
    ["node pool user of aks-east"],
  ),
  kind(
    "a pool gets fewer nodes",
    "risk",
    ["nodes-fewer"],
    [update(POOL, pool({ node_count: 5 }), pool({ node_count: 2 }))],
    ["node pool user of aks-east", "5 → 2"],
  ),
  kind(
    "a pool gets more nodes",
    "change",
    ["nodes-more"],
    [update(POOL, pool({ node_count: 2 }), pool({ node_count: 5 }))],
  ),
  kind(
    "a pool's smallest number falls",
    "risk",
    ["nodes-fewer"],
    [update(POOL, pool({ min_count: 3, max_count: 9 }), pool({ min_count: 1, max_count: 9 }))],
  ),
  kind(
    "a pool's autoscaler is switched off",
    "risk",
    ["autoscaler-off"],
    [
      update(
        POOL,
        pool({ auto_scaling_enabled: true, min_count: 1, max_count: 5, node_count: 2 }),
        pool({ auto_scaling_enabled: false, node_count: 2 }),
      ),
    ],
    ["node pool user of aks-east", "2 nodes"],
    [/more nodes|fewer nodes/],
  ),
  kind(
    "a pool's autoscaler is switched on",
    "change",
    ["cluster-changed"],
    [
      update(
        POOL,
        pool({ auto_scaling_enabled: false, node_count: 2 }),
        pool({ auto_scaling_enabled: true, min_count: 1, max_count: 5, node_count: 2 }),
      ),
    ],
    [],
    [/fewer nodes/],
  ),
  kind(
    "a pool is deleted",
    "outage",
    ["node-pool-gone"],
    [gone(POOL, pool({}))],
    ["node pool user of aks-east"],
  ),
  kind(
    "a pool's size changes",
    "risk",
    ["nodes-rotated"],
    [update(POOL, pool({ vm_size: "Standard_D4s_v5" }), pool({ vm_size: "Standard_D8s_v5" }))],
  ),
  kind(
    "a pool's pods get a subnet that is made in the same plan",
    "risk",
    ["nodes-rotated"],
    [update(POOL, pool({ pod_subnet_id: "" }), pool({}), { after_unknown: { pod_subnet_id: true } })],
    ["known after apply"],
  ),
  ...["max_pods", "os_disk_type", "zones", "kubelet_config", "linux_os_config", "snapshot_id"].map((key) =>
    kind(
      `${key} rotates the nodes`,
      "risk",
      ["nodes-rotated"],
      [cluster(ownPool({ [key]: ["1"] }), ownPool({ [key]: ["2"] }))],
    ),
  ),
  kind(
    "zones in another order are the same",
    "harmless",
    ["same"],
    [cluster(ownPool({ zones: ["1", "2"] }), ownPool({ zones: ["2", "1"] }))],
  ),
  kind(
    "taints of a pool",
    "risk",
    ["nodes-marked"],
    [update(POOL, pool({ node_taints: [] }), pool({ node_taints: ["a=b:NoExecute"] }))],
    ["evicts them"],
  ),
  kind(
    "the plugin of the network",
    "outage",
    ["pod-network-changed"],
    [cluster(network({ network_plugin: "kubenet" }), network({ network_plugin: "azure" }))],
  ),
  kind(
    "the policies of the network",
    "risk",
    ["network-settings-changed"],
    [cluster(network({ network_policy: "calico" }), network({ network_policy: "" }))],
  ),
  kind(
    "the data plane of the network",
    "risk",
    ["network-settings-changed"],
    [cluster(network({ network_data_plane: "azure" }), network({ network_data_plane: "cilium" }))],
  ),
  kind(
    "the OIDC issuer is off",
    "risk",
    ["feature-off"],
    [cluster({ oidc_issuer_enabled: true }, { oidc_issuer_enabled: false })],
    ["OIDC"],
  ),
  kind(
    "the provider of secrets goes",
    "risk",
    ["feature-off"],
    [
      cluster(
        { key_vault_secrets_provider: [{ secret_rotation_enabled: true }] },
        { key_vault_secrets_provider: [] },
      ),
    ],
    ["Key Vault"],
  ),
  kind(
    "a feature is switched on",
    "change",
    ["cluster-changed"],
    [cluster({ workload_identity_enabled: false }, { workload_identity_enabled: true })],
  ),
  kind(
    "application routing goes",
    "outage",
    ["ingress-controller-gone"],
    [cluster({ web_app_routing: [{ dns_zone_ids: ["x"] }] }, { web_app_routing: [] })],
  ),
  kind(
    "local accounts are disabled",
    "risk",
    ["access-changed"],
    [cluster({ local_account_disabled: false }, { local_account_disabled: true })],
  ),
  kind(
    "the channel of upgrades",
    "risk",
    ["upgrade-channel-changed"],
    [cluster({ automatic_upgrade_channel: "none" }, { automatic_upgrade_channel: "rapid" })],
  ),
  kind("a lower tier", "risk", ["tier-changed"], [cluster({ sku_tier: "Standard" }, { sku_tier: "Free" })]),
  kind(
    "a higher tier",
    "change",
    ["cluster-changed"],
    [cluster({ sku_tier: "Free" }, { sku_tier: "Standard" })],
  ),
  kind(
    "what a provider computes anew is no change of nodes",
    "change",
    ["updated"],
    [cluster({}, {}, { after_unknown: { kube_config: true, default_node_pool: [{ os_sku: true }] } })],
  ),
  kind(
    "many clusters at once are one line",
    "risk",
    ["cluster-upgraded"],
    [
      update(CLUSTER, east({ kubernetes_version: "1.33" }), east({ kubernetes_version: "1.34" })),
      update(
        "azurerm_kubernetes_cluster.west",
        clusterValues("aks-west", "westus2", { kubernetes_version: "1.33" }),
        clusterValues("aks-west", "westus2", { kubernetes_version: "1.34" }),
      ),
    ],
    ["2 clusters", "all in one deployment", "aks-east and aks-west"],
  ),
  // The same by azapi.
  kind(
    "azapi: a pool goes to 0",
    "outage",
    ["pool-emptied"],
    [arm(agents({ count: 3 }), agents({ count: 0 }))],
    ["cluster aks-north"],
  ),
  kind(
    "azapi: overlay",
    "outage",
    ["pod-network-changed"],
    [
      arm(
        { networkProfile: { networkPluginMode: "" } },
        { networkProfile: { networkPluginMode: "overlay" } },
      ),
    ],
  ),
  kind(
    "azapi: workload identity is off",
    "risk",
    ["feature-off"],
    [
      arm(
        { securityProfile: { workloadIdentity: { enabled: true } } },
        { securityProfile: { workloadIdentity: { enabled: false } } },
      ),
    ],
  ),
  kind(
    "azapi: a pool by itself goes to 0",
    "outage",
    ["pool-emptied"],
    [
      update(
        "azapi_resource.pool",
        {
          type: "Microsoft.ContainerService/managedClusters/agentPools@2025-05-01",
          name: "user",
          parent_id: clusterId("aks-east"),
          body: { properties: { count: 3 } },
        },
        {
          type: "Microsoft.ContainerService/managedClusters/agentPools@2025-05-01",
          name: "user",
          parent_id: clusterId("aks-east"),
          body: { properties: { count: 0 } },
        },
      ),
    ],
    ["node pool user of aks-east"],
  ),
  kind(
    "azapi: a cluster is deleted",
    "outage",
    ["cluster-deleted"],
    [gone("azapi_resource.north", armCluster({}))],
    ["cluster aks-north"],
  ),
  kind(
    "azapi: what is laid over a cluster",
    "risk",
    ["access-changed"],
    [
      update(
        "azapi_update_resource.over",
        {
          type: "Microsoft.ContainerService/managedClusters@2025-05-01",
          resource_id: clusterId("aks-east"),
          body: { properties: { disableLocalAccounts: false } },
        },
        {
          type: "Microsoft.ContainerService/managedClusters@2025-05-01",
          resource_id: clusterId("aks-east"),
          body: { properties: { disableLocalAccounts: true } },
        },
      ),
    ],
    ["cluster aks-east"],
  ),
];

// ---- Networks and access ----------------------------------------------------------------------------------------------

const RULE = "azurerm_network_security_rule.in";
const securityRule = (values: object) => ({
  name: "in",
  network_security_group_name: "nsg",
  access: "Allow",
  direction: "Inbound",
  protocol: "*",
  priority: 100,
  source_address_prefix: "Internet",
  destination_port_range: "443",
  ...values,
});
const rule = (before: object, after: object, more: object = {}) =>
  update(RULE, securityRule(before), securityRule(after), more);
const other = (values: object): MadeChange => ({
  address: "azurerm_network_security_rule.other",
  actions: ["no-op"],
  before: securityRule({ name: "other", ...values }),
  after: securityRule({ name: "other", ...values }),
});
const peering = (values: object) => ({
  name: "out",
  virtual_network_name: "vnet-aks-east",
  remote_virtual_network_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-aks-west`,
  ...values,
});
const role = (values: object) => ({
  role_definition_name: "Reader",
  principal_id: "11111111-1111-1111-1111-111111111111",
  scope: clusterId("aks-east"),
  ...values,
});
const roleAnew = (before: object, after: object, more: object = {}): MadeChange => ({
  address: "azurerm_role_assignment.r",
  actions: REPLACE,
  before: role(before),
  after: role(after),
  ...more,
});

const NETWORKS: readonly Kind[] = [
  kind(
    "a port is taken out of a rule",
    "outage",
    ["traffic-cut"],
    [
      rule(
        { destination_port_range: "", destination_port_ranges: ["80", "443"] },
        { destination_port_range: "", destination_port_ranges: ["443"] },
      ),
    ],
    ["from Internet to port 80"],
    ["port 443 no"],
  ),
  kind(
    "the source of a rule is narrowed",
    "outage",
    ["traffic-cut"],
    [rule({}, { source_address_prefix: "203.0.113.0/24" })],
  ),
  kind(
    "the source of a rule is widened",
    "risk",
    ["reach-changed"],
    [rule({ source_address_prefix: "203.0.113.0/24" }, {})],
  ),
  kind("the protocol of a rule", "outage", ["traffic-cut"], [rule({ protocol: "Tcp" }, { protocol: "Udp" })]),
  kind("the direction of a rule", "outage", ["traffic-cut"], [rule({}, { direction: "Outbound" })]),
  kind(
    "a rule falls behind one that denies",
    "outage",
    ["traffic-cut"],
    [
      rule({ priority: 100 }, { priority: 300 }),
      other({ access: "Deny", priority: 200, destination_port_range: "*" }),
    ],
  ),
  kind(
    "a rule that denies comes before one that allows",
    "outage",
    ["traffic-cut"],
    [
      created(RULE, securityRule({ access: "Deny", priority: 100, destination_port_range: "*" })),
      other({ priority: 200 }),
    ],
    ["from Internet to port 443"],
  ),
  kind(
    "a rule goes, and another lets the same pass",
    "risk",
    ["reach-changed"],
    [gone(RULE, securityRule({})), other({ priority: 200, destination_port_range: "*" })],
  ),
  kind(
    "a rule goes, and nothing else lets the same pass",
    "outage",
    ["traffic-cut"],
    [gone(RULE, securityRule({})), other({ priority: 200, destination_port_range: "22" })],
  ),
  kind(
    "a rule that denied allows",
    "risk",
    ["reach-changed"],
    [rule({ access: "Deny" }, { access: "Allow" })],
  ),
  kind("only the description of a rule", "risk", ["reach-changed"], [rule({}, { description: "x" })]),
  kind(
    "a rule inside of its group",
    "outage",
    ["traffic-cut"],
    [
      update(
        "azurerm_network_security_group.nsg",
        { name: "nsg", security_rule: [securityRule({})] },
        { name: "nsg", security_rule: [securityRule({ access: "Deny" })] },
      ),
    ],
  ),
  kind(
    "azapi: a rule denies",
    "outage",
    ["traffic-cut"],
    [
      update(
        "azapi_resource.rule",
        {
          type: "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01",
          name: "in",
          parent_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg`,
          body: { properties: { access: "Allow", direction: "Inbound", sourceAddressPrefix: "Internet" } },
        },
        {
          type: "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01",
          name: "in",
          parent_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg`,
          body: { properties: { access: "Deny", direction: "Inbound", sourceAddressPrefix: "Internet" } },
        },
      ),
    ],
  ),
  kind(
    "a security group is put before a subnet that is there",
    "risk",
    ["reach-changed"],
    [created("azurerm_subnet_network_security_group_association.a", { subnet_id: "/x/subnets/nodes" })],
  ),
  kind(
    "a security group is put before a new subnet",
    "change",
    ["created"],
    [
      created(
        "azurerm_subnet_network_security_group_association.a",
        {},
        { after_unknown: { subnet_id: true } },
      ),
    ],
  ),
  kind(
    "a route leads nowhere",
    "outage",
    ["traffic-cut"],
    [
      update(
        "azurerm_route.r",
        { name: "r", address_prefix: "0.0.0.0/0", next_hop_type: "Internet" },
        { name: "r", address_prefix: "0.0.0.0/0", next_hop_type: "None" },
      ),
    ],
  ),
  kind(
    "a peering lets traffic pass again",
    "change",
    ["peering-created"],
    [
      update(
        "azurerm_virtual_network_peering.out",
        peering({ allow_virtual_network_access: false }),
        peering({ allow_virtual_network_access: true }),
      ),
    ],
  ),
  kind(
    "azapi: a peering lets nothing pass",
    "outage",
    ["peering-cut"],
    [
      update(
        "azapi_resource.peering",
        {
          type: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01",
          name: "out",
          parent_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-aks-east`,
          body: { properties: { allowVirtualNetworkAccess: true } },
        },
        {
          type: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01",
          name: "out",
          parent_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-aks-east`,
          body: { properties: { allowVirtualNetworkAccess: false } },
        },
      ),
    ],
  ),
  kind(
    "a network manager's mesh goes",
    "outage",
    ["mesh-cut"],
    [gone("azurerm_network_manager_deployment.d", { location: "eastus2" })],
  ),
  kind(
    "peerings give way to a network manager",
    "risk",
    ["connectivity-moved", "created", "created"],
    [
      gone("azurerm_virtual_network_peering.out", between("east", "west")),
      gone("azurerm_virtual_network_peering.back", between("west", "east")),
      ...["east", "west"].map((name) =>
        created(`azurerm_network_manager_static_member.${name}`, inGroup(name)),
      ),
      created("azurerm_network_manager_deployment.d", { location: "eastus2" }),
    ],
    ["a network manager connects the networks instead"],
  ),
  kind(
    "peerings give way to a network manager that connects other networks",
    "outage",
    ["peering-cut", "created", "created"],
    [
      gone("azurerm_virtual_network_peering.out", between("east", "west")),
      created("azurerm_network_manager_static_member.east", inGroup("east")),
      created("azurerm_network_manager_deployment.d", { location: "eastus2" }),
    ],
  ),
  kind(
    "a network manager gives way to peerings",
    "risk",
    ["connectivity-moved", "connectivity-moved", "peering-created"],
    [
      ...["east", "west"].map((name) => gone(`azurerm_network_manager_static_member.${name}`, inGroup(name))),
      gone("azurerm_network_manager_deployment.d", { location: "eastus2" }),
      created("azurerm_virtual_network_peering.out", between("east", "west")),
      created("azurerm_virtual_network_peering.back", between("west", "east")),
    ],
    ["peerings connect the networks instead"],
  ),
  kind(
    "a network manager goes, and a peering back with it",
    "outage",
    ["peering-cut", "mesh-cut", "mesh-cut", "mesh-cut"],
    [
      ...["east", "west"].map((name) => gone(`azurerm_network_manager_static_member.${name}`, inGroup(name))),
      gone("azurerm_network_manager_deployment.d", { location: "eastus2" }),
      gone("azurerm_virtual_network_peering.back", between("west", "east")),
    ],
  ),
  kind(
    "address ranges that are known after apply",
    "risk",
    ["network-changed"],
    [
      update(
        "azurerm_subnet.nodes",
        { name: "nodes", address_prefixes: ["10.1.0.0/24"] },
        { name: "nodes" },
        { after_unknown: { address_prefixes: true } },
      ),
    ],
    ["known after apply"],
  ),
  kind(
    "a role is moved to a whole subscription",
    "risk",
    ["role-gone", "role-mighty"],
    [roleAnew({}, { scope: SUBSCRIPTION })],
    ["the whole subscription"],
  ),
  kind(
    "Owner is given",
    "risk",
    ["role-mighty"],
    [created("azurerm_role_assignment.r", role({ role_definition_name: "Owner" }))],
  ),
  kind(
    "User Access Administrator is given by its id",
    "risk",
    ["role-mighty"],
    [
      created(
        "azurerm_role_assignment.r",
        role({
          role_definition_name: undefined,
          role_definition_id:
            "/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        }),
      ),
    ],
    ["User Access Administrator"],
  ),
  kind(
    "a role is given anew to the same",
    "risk",
    ["role-gone"],
    [roleAnew({}, { scope: undefined }, { after_unknown: { scope: true }, replace_paths: [["scope"]] })],
    ["granted again"],
  ),
  kind(
    "a role is given to somebody that is made in the same plan",
    "risk",
    ["role-gone"],
    [roleAnew({}, { principal_id: undefined }, { after_unknown: { principal_id: true } })],
  ),
  kind(
    "azapi: a role",
    "risk",
    ["role-mighty"],
    [
      created("azapi_resource.role", {
        type: "Microsoft.Authorization/roleAssignments@2022-04-01",
        name: "x",
        parent_id: SUBSCRIPTION,
        body: {
          properties: {
            roleDefinitionId: "/x/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
            principalId: "11111111-1111-1111-1111-111111111111",
          },
        },
      }),
    ],
    ['"Owner"', "the whole subscription"],
  ),
  kind(
    "a custom role",
    "risk",
    ["role-redefined"],
    [
      update(
        "azurerm_role_definition.d",
        { name: "d", permissions: [{ actions: ["a"] }] },
        { name: "d", permissions: [{ actions: ["*"] }] },
      ),
    ],
  ),
  kind(
    "a federated credential",
    "risk",
    ["federation-changed"],
    [
      update(
        "azurerm_federated_identity_credential.c",
        { name: "c", subject: "a" },
        { name: "c", subject: "b" },
      ),
    ],
  ),
];

// ---- The fleet --------------------------------------------------------------------------------------------------------

const CRP = "ClusterResourcePlacement";
const placed = (more: object, policy: object = placementSpec("eastus2", "westus2").spec.policy) => ({
  spec: {
    resourceSelectors: [{ group: "", kind: "Namespace", name: "shop", version: "v1" }],
    policy,
    ...more,
  },
});
const placement = (before: object, after: object) => madeObject(["update"], CRP, "shop", before, after);
const unchanged = (kindName: string, name: string, value: object) =>
  madeObject(["no-op"], kindName, name, value, value);
const deployment = (more: object = {}) => ({
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web:1", ports: [{ containerPort: 8080 }] }] },
    },
    ...more,
  },
});
const service = (more: object = {}) => ({
  spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...more },
});
const overrides = (rule: object, kindName = "Deployment", name = "web") => ({
  spec: {
    resourceSelectors: [
      { group: kindName === "Deployment" ? "apps" : "", version: "v1", kind: kindName, name },
    ],
    policy: { overrideRules: [rule] },
  },
});
const inWest = {
  clusterSelectorTerms: [{ labelSelector: { matchLabels: { "fleet.azure.com/location": "westus2" } } }],
};
const patch = (...patches: object[]) => ({
  clusterSelector: inWest,
  overrideType: "JSONPatch",
  jsonPatchOverrides: patches,
});
const override = (rule: object, ...of: string[]) =>
  madeObject(["create"], "ResourceOverride", "o", undefined, overrides(rule, ...of));
const labels = (value: object) => ({
  type: "Microsoft.ContainerService/fleets/members@2026-06-01",
  resource_id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/shop/members/aks-west`,
  body: { properties: { labels: value } },
});
const byLabel = (tier: string) => ({
  placementType: "PickAll",
  affinity: {
    clusterAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        clusterSelectorTerms: [{ labelSelector: { matchLabels: { tier } } }],
      },
    },
  },
});
const pickN = (numberOfClusters: number) => ({ placementType: "PickN", numberOfClusters });
const inside = (...names: string[]) => ({
  data: Object.fromEntries(
    names.map((name) => [
      name,
      {
        apiVersion: name === "quota" ? "v1" : "apps/v1",
        kind: name === "quota" ? "ResourceQuota" : "Deployment",
        metadata: { name, namespace: "shop" },
      },
    ]),
  ),
});

const FLEETS: readonly Kind[] = [
  kind(
    "PickN chooses one cluster less",
    "outage",
    ["placement-narrowed"],
    [placement(placed({}, pickN(2)), placed({}, pickN(1)))],
    ["namespace shop is removed from aks-east"],
    ["aks-west"],
  ),
  kind(
    "PickN chooses more",
    "change",
    ["placement-widened"],
    [placement(placed({}, pickN(1)), placed({}, pickN(2)))],
  ),
  kind(
    "PickFixed drops a cluster",
    "outage",
    ["placement-narrowed"],
    [
      placement(
        placed({}, { placementType: "PickFixed", clusterNames: ["aks-east", "aks-west"] }),
        placed({}, { placementType: "PickFixed", clusterNames: ["aks-west"] }),
      ),
    ],
    ["removed from aks-east"],
  ),
  kind(
    "PickFixed in another order",
    "harmless",
    ["same"],
    [
      placement(
        placed({}, { placementType: "PickFixed", clusterNames: ["aks-east", "aks-west"] }),
        placed({}, { placementType: "PickFixed", clusterNames: ["aks-west", "aks-east"] }),
      ),
    ],
  ),
  kind(
    "PickAll to PickN",
    "risk",
    ["placement-refused"],
    [placement(placed({}), placed({}, pickN(1)))],
    ["the hub refuses"],
    ["removed"],
  ),
  kind(
    "a toleration goes",
    "risk",
    ["placement-refused"],
    [
      placement(
        placed({}, { placementType: "PickAll", tolerations: [{ key: "a", operator: "Exists" }] }),
        placed({}, { placementType: "PickAll" }),
      ),
    ],
  ),
  kind(
    "External to RollingUpdate",
    "risk",
    ["placement-refused"],
    [placement(placed({ strategy: { type: "External" } }), placed({ strategy: { type: "RollingUpdate" } }))],
  ),
  kind(
    "a policy is added that is the default",
    "change",
    ["placement-changed"],
    [placement(placed({}, undefined), placed({}, { placementType: "PickAll" }))],
  ),
  kind(
    "only differences are reported",
    "risk",
    ["rollout-stops"],
    [placement(placed({}), placed({ strategy: { applyStrategy: { type: "ReportDiff" } } }))],
  ),
  kind(
    "as many at once as there are clusters",
    "risk",
    ["rollout-at-once"],
    [placement(placed({}), placed({ strategy: { rollingUpdate: { maxUnavailable: 2 } } }))],
    ["aks-east and aks-west at the same time"],
  ),
  kind(
    "fewer at once",
    "change",
    ["placement-changed"],
    [
      placement(
        placed({ strategy: { rollingUpdate: { maxUnavailable: "100%" } } }),
        placed({ strategy: { rollingUpdate: { maxUnavailable: "25%" } } }),
      ),
    ],
  ),
  kind(
    "whatever is there is taken over",
    "risk",
    ["takeover-changed"],
    [
      placement(
        placed({ strategy: { applyStrategy: { whenToTakeOver: "Never" } } }),
        placed({ strategy: { applyStrategy: { whenToTakeOver: "Always" } } }),
      ),
    ],
  ),
  kind(
    "a placement by a property of clusters",
    "risk",
    ["placement-doubtful"],
    [
      placement(
        placed({}),
        placed(
          {},
          {
            placementType: "PickAll",
            affinity: {
              clusterAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  clusterSelectorTerms: [
                    {
                      propertySelector: {
                        matchExpressions: [
                          { name: "kubernetes-fleet.io/node-count", operator: "Ge", values: ["3"] },
                        ],
                      },
                    },
                  ],
                },
              },
            },
          },
        ),
      ),
    ],
  ),
  kind(
    "a label that a placement asks for goes",
    "outage",
    ["member-unchosen"],
    [
      update("azapi_update_resource.west", labels({ tier: "gold" }), labels({})),
      unchanged(CRP, "shop", placed({}, byLabel("gold"))),
    ],
    ["aks-west"],
  ),
  kind(
    "a label that no placement asks for",
    "change",
    ["member-relabelled"],
    [update("azapi_update_resource.west", labels({ ring: "a" }), labels({ ring: "b" }))],
  ),
  kind(
    "a label by which a placement comes",
    "change",
    ["member-relabelled"],
    [
      update("azapi_update_resource.west", labels({ tier: "silver" }), labels({ tier: "gold" })),
      unchanged(CRP, "shop", placed({}, byLabel("gold"))),
    ],
  ),
  kind(
    "a label that is known after apply",
    "risk",
    ["member-labelled"],
    [
      update("azapi_update_resource.west", labels({ tier: "gold" }), labels({ tier: "${azurerm_x.y.z}" })),
      unchanged(CRP, "shop", placed({}, byLabel("gold"))),
    ],
  ),
  kind(
    "a taint",
    "risk",
    ["member-tainted"],
    [
      {
        address: "kubernetes_manifest.member",
        actions: ["update"],
        before: {
          manifest: {
            apiVersion: "cluster.kubernetes-fleet.io/v1",
            kind: "MemberCluster",
            metadata: { name: "aks-west" },
            spec: {},
          },
        },
        after: {
          manifest: {
            apiVersion: "cluster.kubernetes-fleet.io/v1",
            kind: "MemberCluster",
            metadata: { name: "aks-west" },
            spec: { taints: [{ key: "a", effect: "NoSchedule" }] },
          },
        },
      },
    ],
    ["what is already placed there stays"],
  ),
  kind(
    "an override scales to 0",
    "outage",
    ["workload-stopped"],
    [
      override(patch({ op: "replace", path: "/spec/replicas", value: 0 })),
      unchanged("Deployment", "web", deployment()),
    ],
    ["Deployment web on aks-west"],
    ["aks-east"],
  ),
  kind(
    "an override scales up",
    "change",
    ["override-changed"],
    [
      override(patch({ op: "replace", path: "/spec/replicas", value: 5 })),
      unchanged("Deployment", "web", deployment()),
    ],
  ),
  kind(
    "an override takes a ConfigMap away",
    "risk",
    ["settings-removed"],
    [override({ clusterSelector: inWest, overrideType: "Delete" }, "ConfigMap", "settings")],
    ["ConfigMap settings is removed from aks-west"],
  ),
  kind(
    "an override makes a Service headless",
    "outage",
    ["export-withdrawn", "service-leads-elsewhere"],
    [
      override(patch({ op: "add", path: "/spec/clusterIP", value: "None" }), "Service", "front"),
      unchanged("Service", "front", service()),
    ],
    ["from aks-west"],
  ),
  kind(
    "an override that doesn't fit",
    "risk",
    ["placement-fails"],
    [
      override(patch({ op: "replace", path: "/spec/nothing/here", value: 1 })),
      unchanged("Deployment", "web", deployment()),
    ],
  ),
  kind(
    "an override changes the ports of one cluster",
    "outage",
    ["export-withdrawn", "service-cut"],
    [
      override(patch({ op: "replace", path: "/spec/ports/0/port", value: 81 }), "Service", "front"),
      unchanged("Service", "front", service()),
    ],
    ["from aks-west (its ports differ"],
    ["from aks-east"],
  ),
  kind(
    "a Service comes with other ports on one cluster",
    "risk",
    ["export-conflict", "export-created", "override-changed", "workload-changed"],
    [
      override(patch({ op: "replace", path: "/spec/ports/0/port", value: 81 }), "Service", "late"),
      madeObject(["create"], "Service", "late", service()),
      madeObject(["create"], "ServiceExport", "late", {}),
    ],
    ["Service late has different ports on different clusters"],
  ),
  kind(
    "a second MultiClusterService of a Service that another stack has",
    "risk",
    ["service-waits"],
    [madeObject(["create"], "MultiClusterService", "second", { spec: { serviceImport: { name: "front" } } })],
    ["another MultiClusterService imports front already"],
  ),
  kind(
    "a MultiClusterService turns to a Service that another one imports",
    "outage",
    ["service-imports-other", "service-waits"],
    [
      madeObject(
        ["update"],
        "MultiClusterService",
        "second",
        { spec: { serviceImport: { name: "back" } } },
        { spec: { serviceImport: { name: "front" } } },
      ),
    ],
    ["MultiClusterService second gets no address"],
  ),
  kind(
    "a second MultiClusterService of a Service",
    "risk",
    ["service-waits"],
    [
      unchanged("Service", "front", service()),
      madeObject(["create"], "MultiClusterService", "second", { spec: { serviceImport: { name: "front" } } }),
    ],
    ["MultiClusterService second gets no address"],
    [/second gets an address/],
  ),
  kind(
    "an envelope keeps what runs and drops settings",
    "risk",
    ["envelope-gone", "envelope-changed"],
    [madeObject(["update"], "ResourceEnvelope", "e", inside("web", "quota"), inside("web"))],
    ["ResourceQuota quota is removed"],
    ["Deployment web is"],
  ),
  kind(
    "an envelope goes with a workload in it",
    "outage",
    ["envelope-drops"],
    [madeObject(["delete"], "ResourceEnvelope", "e", inside("web"))],
    ["Deployment web is removed from aks-east and aks-west"],
  ),
  kind(
    "a selector by label finds less",
    "outage",
    ["objects-removed"],
    [
      unchanged("Deployment", "web", {
        metadata: { name: "web", namespace: "shop", labels: { a: "1" } },
        ...deployment(),
      }),
      unchanged(CRP, "shop", {
        spec: {
          resourceSelectors: [
            { group: "", kind: "Namespace", name: "shop", version: "v1", selectionScope: "NamespaceOnly" },
          ],
        },
      }),
      madeObject(
        ["update"],
        "ResourcePlacement",
        "rp",
        {
          spec: {
            resourceSelectors: [
              {
                group: "apps",
                version: "v1",
                kind: "Deployment",
                labelSelector: { matchLabels: { a: "1" } },
              },
            ],
          },
        },
        {
          spec: {
            resourceSelectors: [
              {
                group: "apps",
                version: "v1",
                kind: "Deployment",
                labelSelector: { matchLabels: { a: "2" } },
              },
            ],
          },
        },
      ),
    ],
    ["Deployment web is removed from aks-east and aks-west"],
  ),
  kind(
    "a MultiClusterService becomes internal",
    "outage",
    ["address-internal"],
    [
      madeObject(
        ["update"],
        "MultiClusterService",
        "front",
        { spec: { serviceImport: { name: "front" } } },
        {
          metadata: {
            name: "front",
            namespace: "shop",
            annotations: { "networking.fleet.azure.com/azure-load-balancer-internal": "true" },
          },
          spec: { serviceImport: { name: "front" } },
        },
      ),
    ],
    ["the public address of front is lost"],
  ),
  kind(
    "public again",
    "risk",
    ["service-changed"],
    [
      madeObject(
        ["update"],
        "MultiClusterService",
        "front",
        {
          metadata: {
            name: "front",
            namespace: "shop",
            annotations: { "networking.fleet.azure.com/azure-load-balancer-internal": "true" },
          },
          spec: { serviceImport: { name: "front" } },
        },
        { spec: { serviceImport: { name: "front" } } },
      ),
    ],
  ),
  kind(
    "an export with a weight that the fleet can't read",
    "outage",
    ["export-withdrawn"],
    [
      madeObject(
        ["update"],
        "ServiceExport",
        "front",
        {},
        {
          metadata: {
            name: "front",
            namespace: "shop",
            annotations: { "networking.fleet.azure.com/weight": "many" },
          },
        },
      ),
    ],
  ),
  kind(
    "a backend of Traffic Manager gets nothing",
    "outage",
    ["traffic-manager-drained"],
    [
      madeObject(
        ["update"],
        "TrafficManagerBackend",
        "dns",
        { spec: { weight: 5 } },
        { spec: { weight: 0 } },
      ),
    ],
  ),
  kind(
    "a backend of Traffic Manager leads to another profile",
    "risk",
    ["object-refused"],
    [
      madeObject(
        ["update"],
        "TrafficManagerBackend",
        "dns",
        { spec: { profile: { name: "a" }, backend: { name: "b" } } },
        { spec: { profile: { name: "c" }, backend: { name: "b" } } },
      ),
    ],
  ),
  kind(
    "an override of another placement",
    "risk",
    ["object-refused"],
    [
      madeObject(
        ["update"],
        "ResourceOverride",
        "o",
        { spec: { placement: { name: "a" }, policy: { overrideRules: [] } } },
        { spec: { placement: { name: "b" }, policy: { overrideRules: [] } } },
      ),
    ],
  ),
];

// ---- Objects ----------------------------------------------------------------------------------------------------------

const object = (kindName: string, before: object, after: object) =>
  madeObject(["update"], kindName, "web", before, after);
const api = (apiVersion: string, kindName: string, before: object, after: object): MadeChange => {
  const manifest = (rest: object) => ({
    manifest: { apiVersion, kind: kindName, metadata: { name: "web", namespace: "shop" }, ...rest },
  });
  return update(`kubernetes_manifest.${kindName}`, manifest(before), manifest(after));
};
const container = (values: object) =>
  deployment({
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web:1", ...values }] },
    },
  });
const typed = (type: string, before: object, after: object) => {
  const values = (spec: object) => ({ metadata: [{ name: "web", namespace: "shop" }], ...spec });
  return update(`${type}.web`, values(before), values(after));
};

const OBJECTS: readonly Kind[] = [
  kind(
    "a StatefulSet goes to 0",
    "outage",
    ["workload-stopped"],
    [api("apps/v1", "StatefulSet", { spec: { replicas: 3 } }, { spec: { replicas: 0 } })],
  ),
  kind(
    "replicas that were never said go to 0",
    "outage",
    ["workload-stopped"],
    [object("Deployment", { spec: {} }, { spec: { replicas: 0 } })],
  ),
  kind(
    "from 0 to 1",
    "change",
    ["workload-changed"],
    [object("Deployment", deployment({ replicas: 0 }), deployment({ replicas: 1 }))],
  ),
  kind(
    "a Job is suspended",
    "outage",
    ["workload-stopped"],
    [api("batch/v1", "Job", { spec: {} }, { spec: { suspend: true } })],
  ),
  kind(
    "a CronJob is suspended",
    "risk",
    ["workload-paused"],
    [api("batch/v1", "CronJob", { spec: {} }, { spec: { suspend: true } })],
  ),
  kind(
    "a typed StatefulSet goes to 0",
    "outage",
    ["workload-stopped"],
    [typed("kubernetes_stateful_set_v1", { spec: [{ replicas: "3" }] }, { spec: [{ replicas: "0" }] })],
  ),
  kind(
    "Recreate",
    "outage",
    ["workload-at-once"],
    [
      object("Deployment", deployment({ strategy: { type: "Recreate" } }), {
        spec: { ...container({ image: "web:2" }).spec, strategy: { type: "Recreate" } },
      }),
    ],
    ["web:1 → web:2"],
  ),
  kind(
    "a new image",
    "change",
    ["workload-changed"],
    [object("Deployment", container({}), container({ image: "web:2" }))],
    ["web:1 → web:2", "restart one after another"],
  ),
  kind(
    "an image that is known after apply",
    "change",
    ["workload-changed"],
    [
      {
        ...object("Deployment", container({}), container({ image: undefined })),
        after_unknown: {
          manifest: { spec: { template: { spec: { containers: [{ image: true }] } } } },
        },
      },
    ],
    ["known after apply"],
  ),
  kind(
    "the selector of a DaemonSet",
    "risk",
    ["object-refused"],
    [
      api(
        "apps/v1",
        "DaemonSet",
        { spec: { selector: { matchLabels: { a: "1" } } } },
        { spec: { selector: { matchLabels: { a: "2" } } } },
      ),
    ],
    ["selector", "refuses"],
    ["restart"],
  ),
  kind(
    "a typed Deployment's selector",
    "risk",
    ["object-refused"],
    [
      typed(
        "kubernetes_deployment_v1",
        { spec: [{ selector: [{ match_labels: { a: "1" } }] }] },
        { spec: [{ selector: [{ match_labels: { a: "2" } }] }] },
      ),
    ],
  ),
  kind(
    "the template of a Job",
    "risk",
    ["object-refused"],
    [
      api(
        "batch/v1",
        "Job",
        { spec: { template: { spec: { a: 1 } } } },
        { spec: { template: { spec: { a: 2 } } } },
      ),
    ],
  ),
  kind(
    "the volumes of a StatefulSet",
    "risk",
    ["object-refused"],
    [api("apps/v1", "StatefulSet", { spec: { serviceName: "a" } }, { spec: { serviceName: "b" } })],
  ),
  kind(
    "a claim shrinks",
    "risk",
    ["object-refused"],
    [
      api(
        "v1",
        "PersistentVolumeClaim",
        { spec: { resources: { requests: { storage: "10Gi" } } } },
        { spec: { resources: { requests: { storage: "5Gi" } } } },
      ),
    ],
  ),
  kind(
    "a claim grows",
    "change",
    ["updated"],
    [
      api(
        "v1",
        "PersistentVolumeClaim",
        { spec: { resources: { requests: { storage: "10Gi" } } } },
        { spec: { resources: { requests: { storage: "20Gi" } } } },
      ),
    ],
  ),
  kind(
    "a ConfigMap that never changes",
    "risk",
    ["object-refused"],
    [object("ConfigMap", { immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } })],
  ),
  kind(
    "a ConfigMap loses a key",
    "risk",
    ["configuration-narrowed"],
    [object("ConfigMap", { data: { a: "1", b: "2" } }, { data: { a: "1" } })],
    ["loses b"],
  ),
  kind(
    "what a binding gives",
    "risk",
    ["object-refused"],
    [
      api(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        { roleRef: { name: "a" } },
        { roleRef: { name: "b" } },
      ),
    ],
  ),
  kind(
    "what a role allows",
    "risk",
    ["rights-changed"],
    [
      api(
        "rbac.authorization.k8s.io/v1",
        "Role",
        { rules: [{ verbs: ["get"] }] },
        { rules: [{ verbs: ["*"] }] },
      ),
    ],
  ),
  kind(
    "verbs in another order",
    "harmless",
    ["same"],
    [
      api(
        "rbac.authorization.k8s.io/v1",
        "Role",
        { rules: [{ verbs: ["get", "list"] }] },
        { rules: [{ verbs: ["list", "get"] }] },
      ),
    ],
  ),
  kind(
    "a load balancer goes",
    "outage",
    ["service-cut"],
    [object("Service", service({ type: "LoadBalancer" }), service())],
  ),
  kind(
    "a load balancer becomes internal",
    "outage",
    ["service-cut"],
    [
      object("Service", service({ type: "LoadBalancer" }), {
        ...service({ type: "LoadBalancer" }),
        metadata: {
          name: "web",
          namespace: "shop",
          annotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
        },
      }),
    ],
  ),
  kind(
    "a port of a Service goes",
    "outage",
    ["service-cut"],
    [object("Service", service(), service({ ports: [{ port: 8080, targetPort: 8080 }] }))],
    ["port 80"],
  ),
  kind(
    "a target port of a Service",
    "risk",
    ["service-leads-elsewhere"],
    [object("Service", service(), service({ ports: [{ port: 80, targetPort: 9090 }] }))],
    ["9090"],
  ),
  kind(
    "a Service chooses nothing",
    "outage",
    ["service-empty"],
    [
      unchanged("Deployment", "web", deployment()),
      object("Service", service(), service({ selector: { app: "typo" } })),
    ],
  ),
  kind(
    "a Service chooses the same by more",
    "change",
    ["workload-changed"],
    [
      unchanged(
        "Deployment",
        "web",
        deployment({
          template: { metadata: { labels: { app: "web", tier: "a" } }, spec: { containers: [] } },
        }),
      ),
      object("Service", service(), service({ selector: { app: "web", tier: "a" } })),
    ],
  ),
  kind(
    "a Service that is exported becomes an ExternalName",
    "outage",
    ["export-withdrawn", "service-cut"],
    [
      madeObject(
        ["update"],
        "Service",
        "front",
        service(),
        service({ type: "ExternalName", externalName: "x.y" }),
      ),
    ],
  ),
  kind(
    "a new load balancer",
    "change",
    ["workload-changed"],
    [object("Service", service(), service({ type: "LoadBalancer" }))],
  ),
  kind(
    "an Ingress serves a host no longer",
    "outage",
    ["ingress-narrowed"],
    [
      api(
        "networking.k8s.io/v1",
        "Ingress",
        { spec: { rules: [{ host: "a.example.org" }, { host: "b.example.org" }] } },
        { spec: { rules: [{ host: "a.example.org" }] } },
      ),
    ],
    ["b.example.org"],
  ),
  kind(
    "a policy closes",
    "outage",
    ["policy-closes"],
    [
      api(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        { spec: { podSelector: {}, ingress: [{}] } },
        { spec: { podSelector: {}, ingress: [] } },
      ),
    ],
  ),
  kind(
    "a policy changes",
    "risk",
    ["policy-changed"],
    [
      api(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
        { spec: { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] } },
      ),
    ],
  ),
  kind(
    "a policy comes",
    "outage",
    ["policy-shuts"],
    [
      created("kubernetes_network_policy_v1.p", {
        metadata: [{ name: "p", namespace: "shop" }],
        spec: [{ pod_selector: [{}], policy_types: ["Ingress"] }],
      }),
    ],
  ),
  kind(
    "a quota comes",
    "risk",
    ["quota-created"],
    [madeObject(["create"], "ResourceQuota", "q", undefined, { spec: { hard: { pods: "5" } } })],
  ),
  kind(
    "a quota changes",
    "risk",
    ["quota-changed"],
    [object("ResourceQuota", { spec: { hard: { pods: "5" } } }, { spec: { hard: { pods: "2" } } })],
  ),
  kind(
    "an autoscaler's largest number falls",
    "risk",
    ["scaling-narrowed"],
    [
      api(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        { spec: { minReplicas: 2, maxReplicas: 10 } },
        { spec: { minReplicas: 2, maxReplicas: 4 } },
      ),
    ],
  ),
  kind(
    "an autoscaler's largest number rises",
    "change",
    ["updated"],
    [
      api(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        { spec: { minReplicas: 2, maxReplicas: 4 } },
        { spec: { minReplicas: 2, maxReplicas: 10 } },
      ),
    ],
  ),
  kind(
    "an autoscaler goes",
    "risk",
    ["scaling-gone"],
    [gone("kubernetes_horizontal_pod_autoscaler_v2.h", { metadata: [{ name: "h", namespace: "shop" }] })],
  ),
  kind(
    "a ServiceAccount goes",
    "risk",
    ["rights-gone"],
    [madeObject(["delete"], "ServiceAccount", "web", {})],
  ),
  kind(
    "a webhook comes",
    "risk",
    ["webhook-changed"],
    [madeObject(["create"], "ValidatingWebhookConfiguration", "w", undefined, { webhooks: [{ name: "w" }] })],
  ),
  kind(
    "a namespace asks for more security",
    "risk",
    ["pods-refused"],
    [
      madeObject(
        ["update"],
        "Namespace",
        "shop",
        {},
        { metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
      ),
    ],
  ),
  kind(
    "a typed claim goes",
    "outage",
    ["data-deleted"],
    [gone("kubernetes_persistent_volume_claim_v1.c", { metadata: [{ name: "c", namespace: "shop" }] })],
    ["can't be undone"],
  ),
  kind(
    "a volume that is retained goes",
    "risk",
    ["deleted"],
    [madeObject(["delete"], "PersistentVolume", "v", { spec: { persistentVolumeReclaimPolicy: "Retain" } })],
  ),
  kind(
    "a kind is made anew",
    "outage",
    ["kind-deleted"],
    [
      {
        ...madeObject(REPLACE, "CustomResourceDefinition", "queues.example.com", {}),
        replace_paths: [["manifest", "metadata", "name"]],
      },
    ],
  ),
  kind(
    "a kind serves a version no longer",
    "risk",
    ["kind-narrowed"],
    [
      api(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        {
          spec: {
            versions: [
              { name: "v1", served: true },
              { name: "v2", served: true },
            ],
          },
        },
        {
          spec: {
            versions: [
              { name: "v1", served: false },
              { name: "v2", served: true },
            ],
          },
        },
      ),
    ],
    ["v1"],
  ),
  kind(
    "a CronJob's image",
    "change",
    ["workload-changed"],
    [
      typed(
        "kubernetes_cron_job_v1",
        {
          spec: [
            {
              job_template: [
                { spec: [{ template: [{ spec: [{ container: [{ name: "a", image: "x:1" }] }] }] }] },
              ],
            },
          ],
        },
        {
          spec: [
            {
              job_template: [
                { spec: [{ template: [{ spec: [{ container: [{ name: "a", image: "x:2" }] }] }] }] },
              ],
            },
          ],
        },
      ),
    ],
    ["x:1 → x:2"],
    ["restart"],
  ),
];

const MORE: readonly Kind[] = [
  kind("a release of Helm goes", "outage", ["release-gone"], [gone("helm_release.nginx", { name: "nginx" })]),
  kind(
    "a hub that never changes",
    "risk",
    ["fleet-refused"],
    [
      update(
        "azapi_resource.fleet",
        {
          type: "Microsoft.ContainerService/fleets@2025-03-01",
          name: "shop",
          body: { properties: { hubProfile: { dnsPrefix: "a" } } },
        },
        {
          type: "Microsoft.ContainerService/fleets@2025-03-01",
          name: "shop",
          body: { properties: { hubProfile: { dnsPrefix: "b" } } },
        },
      ),
    ],
  ),
  kind(
    "a PickN that prefers others",
    "risk",
    ["placement-doubtful"],
    [
      placement(
        placed({}, pickN(1)),
        placed({}, { ...pickN(1), topologySpreadConstraints: [{ topologyKey: "fleet.azure.com/location" }] }),
      ),
    ],
  ),
  kind(
    "replicas that are known after apply",
    "risk",
    ["workload-doubtful"],
    [
      {
        ...object("Deployment", deployment({ replicas: 2 }), deployment({ replicas: undefined })),
        after_unknown: { manifest: { spec: { replicas: true } } },
      },
    ],
    ["known after apply"],
  ),
  kind(
    "the same amount in another form",
    "harmless",
    ["same"],
    [
      object(
        "Deployment",
        container({ resources: { requests: { cpu: "500m", memory: "1Gi" } } }),
        container({ resources: { requests: { cpu: 0.5, memory: "1024Mi" } } }),
      ),
    ],
  ),
  kind(
    "regions that are known after apply",
    "risk",
    ["placement-doubtful"],
    [
      {
        ...placement(placed({}), placed({})),
        after_unknown: {
          manifest: {
            spec: {
              policy: {
                affinity: {
                  clusterAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: {
                      clusterSelectorTerms: [{ labelSelector: { matchExpressions: [{ values: true }] } }],
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  ),
];

// ---- Plans as a whole -------------------------------------------------------------------------------------------------

const strategy = (...names: string[]) => ({
  type: "Microsoft.ContainerService/fleets/updateStrategies@2025-03-01",
  name: "canary",
  body: { properties: { strategy: { stages: names.map((name) => ({ name })) } } },
});

const PLANS: readonly Kind[] = [
  kind(
    "an update strategy gets fewer stages",
    "change",
    ["update-strategy-changed"],
    [
      {
        address: "azapi_resource.strategy",
        actions: ["update"],
        before: strategy("one", "two"),
        after: strategy("one"),
      },
    ],
    ["update strategy canary changes: later runs upgrade first one"],
    ["Microsoft.ContainerService"],
  ),
  kind("a condition that can't be checked", "risk", ["check-failed"], [], ["can't be checked"], [], {
    checks: [{ address: { to_display: "check.a" }, status: "error", instances: [] }],
  }),
  kind("checks that hold", null, [], [], [], [], {
    checks: [
      { address: { to_display: "check.a" }, status: "pass" },
      { address: { to_display: "check.b" }, status: "unknown" },
    ],
  }),
  kind("an action that stops nothing", "risk", ["action-invoked"], [], ["action.a.b", "azurerm_x.y"], [], {
    action_invocations: [
      {
        address: "action.a.b",
        type: "http_request",
        config_values: { action: "notify" },
        lifecycle_action_trigger: { triggering_resource_address: "azurerm_x.y" },
      },
    ],
  }),
  kind(
    "an action by the name of its type",
    "outage",
    ["action-stops"],
    [],
    ["action.azurerm_virtual_machine_power.off"],
    [],
    {
      action_invocations: [
        {
          address: "action.azurerm_virtual_machine_power.off",
          type: "azurerm_virtual_machine_power",
          config_values: { power_action: "power_off" },
        },
      ],
    },
  ),
  kind("a change that is put off", "risk", ["plan-incomplete"], [], ["node pool late"], [], {
    deferred_changes: [
      {
        reason: "resource_config_unknown",
        resource_change: {
          address: "azurerm_kubernetes_cluster_node_pool.late",
          type: "azurerm_kubernetes_cluster_node_pool",
          name: "late",
          mode: "managed",
          change: { actions: ["create"], before: null, after: { name: "late" } },
        },
      },
    ],
  }),
  kind("an errored plan without a change", "risk", ["plan-errored"], [], [], [], { errored: true }),
  kind(
    "an action that nobody knows",
    "risk",
    ["unknown-action"],
    [{ address: "azurerm_x.y", actions: ["renovate"], before: {}, after: {} }],
  ),
  kind(
    "what an earlier replacement left",
    "risk",
    ["deleted"],
    [
      {
        address: "azurerm_kubernetes_cluster.old",
        actions: ["delete"],
        before: clusterValues("aks-old", "eastus2"),
        deposed: "abc",
      },
    ],
    ["earlier replacement"],
  ),
  kind(
    "made before it is forgotten",
    "outage",
    ["cluster-replaced"],
    [
      {
        address: CLUSTER,
        actions: ["create", "forget"],
        before: east(),
        after: east({ dns_prefix: "b" }),
        replace_paths: [["dns_prefix"]],
      },
    ],
    ["unmanaged"],
  ),
];

export const SIBLINGS: readonly Kind[] = [
  ...UPGRADES,
  ...CLUSTERS,
  ...NETWORKS,
  ...ENTRY_KINDS,
  ...FLEETS,
  ...FLEET_KINDS,
  ...OBJECTS,
  ...OBJECT_KINDS,
  ...MORE,
  ...PLANS,
];
