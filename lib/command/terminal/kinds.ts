/** The kind's name, singular and plural. */
export type Kind = readonly [one: string, many: string];

/** In listing order. Without `name`, the resource's name is not shown. */
export const KINDS: Record<string, { kind: Kind; name?: string }> = {
  azurerm_resource_group: { kind: ["resource group", "resource groups"], name: "name" },
  azurerm_virtual_network: { kind: ["virtual network", "virtual networks"], name: "name" },
  azurerm_subnet: { kind: ["subnet", "subnets"], name: "name" },
  azurerm_network_security_group: {
    kind: ["network security group", "network security groups"],
    name: "name",
  },
  azurerm_network_security_rule: { kind: ["security rule", "security rules"], name: "name" },
  azurerm_subnet_network_security_group_association: {
    kind: ["network security group association", "network security group associations"],
  },
  azurerm_route_table: { kind: ["route table", "route tables"], name: "name" },
  azurerm_route: { kind: ["route", "routes"], name: "name" },
  azurerm_subnet_route_table_association: {
    kind: ["subnet route table association", "subnet route table associations"],
  },
  azurerm_nat_gateway: { kind: ["NAT gateway", "NAT gateways"], name: "name" },
  azurerm_public_ip: { kind: ["public IP address", "public IP addresses"], name: "name" },
  azurerm_public_ip_prefix: { kind: ["public IP prefix", "public IP prefixes"], name: "name" },
  azurerm_nat_gateway_public_ip_association: {
    kind: ["NAT gateway public IP association", "NAT gateway public IP associations"],
  },
  azurerm_subnet_nat_gateway_association: {
    kind: ["subnet NAT gateway association", "subnet NAT gateway associations"],
  },
  azurerm_virtual_network_peering: { kind: ["peering", "peerings"], name: "name" },
  azurerm_traffic_manager_profile: {
    kind: ["Traffic Manager profile", "Traffic Manager profiles"],
    name: "name",
  },
  ...Object.fromEntries(
    ["azure", "external", "nested"].map((type) => [
      `azurerm_traffic_manager_${type}_endpoint`,
      { kind: ["Traffic Manager endpoint", "Traffic Manager endpoints"] as const, name: "name" },
    ]),
  ),
  ...Object.fromEntries(
    ["a", "aaaa", "caa", "cname", "mx", "ns", "ptr", "srv", "txt"].flatMap((type) =>
      ["dns", "private_dns"].map((zone) => [
        `azurerm_${zone}_${type}_record`,
        { kind: ["DNS record", "DNS records"] as const, name: "name" },
      ]),
    ),
  ),
  azurerm_dns_zone: { kind: ["DNS zone", "DNS zones"], name: "name" },
  azurerm_private_dns_zone: { kind: ["private DNS zone", "private DNS zones"], name: "name" },
  azurerm_private_dns_zone_virtual_network_link: {
    kind: ["private DNS zone link", "private DNS zone links"],
    name: "name",
  },
  azurerm_lb: { kind: ["load balancer", "load balancers"], name: "name" },
  azurerm_lb_rule: { kind: ["load balancer rule", "load balancer rules"], name: "name" },
  azurerm_application_gateway: { kind: ["application gateway", "application gateways"], name: "name" },
  azurerm_cdn_frontdoor_profile: { kind: ["Front Door profile", "Front Door profiles"], name: "name" },
  azurerm_cdn_frontdoor_endpoint: { kind: ["Front Door endpoint", "Front Door endpoints"], name: "name" },
  azurerm_cdn_frontdoor_route: { kind: ["Front Door route", "Front Door routes"], name: "name" },
  azurerm_cdn_frontdoor_origin: { kind: ["Front Door origin", "Front Door origins"], name: "name" },
  azurerm_network_manager: { kind: ["network manager", "network managers"], name: "name" },
  azurerm_network_manager_network_group: {
    kind: ["network group", "network groups"],
    name: "name",
  },
  azurerm_network_manager_static_member: {
    kind: ["network group member", "network group members"],
    name: "name",
  },
  azurerm_network_manager_connectivity_configuration: {
    kind: ["connectivity configuration", "connectivity configurations"],
    name: "name",
  },
  azurerm_network_manager_deployment: {
    kind: ["network manager deployment", "network manager deployments"],
    name: "location",
  },
  azurerm_user_assigned_identity: { kind: ["identity", "identities"], name: "name" },
  azurerm_kubernetes_cluster: { kind: ["AKS cluster", "AKS clusters"], name: "name" },
  azurerm_kubernetes_cluster_node_pool: { kind: ["node pool", "node pools"], name: "name" },
  azapi_resource: { kind: ["azapi_resource", "azapi_resources"], name: "name" },
  azurerm_kubernetes_fleet_member: { kind: ["member", "members"], name: "name" },
  azurerm_kubernetes_fleet_update_strategy: {
    kind: ["update strategy", "update strategies"],
    name: "name",
  },
  azurerm_kubernetes_fleet_update_run: { kind: ["update run", "update runs"], name: "name" },
  azurerm_role_definition: { kind: ["custom role", "custom roles"], name: "name" },
  azurerm_federated_identity_credential: {
    kind: ["federated credential", "federated credentials"],
    name: "name",
  },
  azurerm_role_assignment: { kind: ["role assignment", "role assignments"] },
  kubernetes_manifest: { kind: ["manifest", "manifests"] },
  kubernetes_secret_v1: { kind: ["Secret", "Secrets"] },
  null_resource: { kind: ["null_resource", "null_resources"], name: "name" },
};

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function plural(kind: string): string {
  if (kind.endsWith("s")) return `${kind}es`;
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
