import { created, gone, type Kind, kind, there, update } from "./kind";

/* Plans of what leads traffic to clusters: security rules, routes, addresses, names. */

const rule = (name: string, priority: number, values: object) => ({
  name,
  network_security_group_name: "nsg",
  access: "Allow",
  direction: "Inbound",
  protocol: "*",
  priority,
  source_address_prefix: "Internet",
  source_port_range: "*",
  destination_address_prefix: "*",
  destination_port_range: "*",
  ...values,
});
const denied = (values: object, priority = 100) =>
  created("azurerm_network_security_rule.deny", rule("deny", priority, { access: "Deny", ...values }));
const allowed = (values: object) => there("azurerm_network_security_rule.allow", rule("allow", 200, values));

const RULES: readonly Kind[] = [
  kind(
    "a rule denies a port of those that another allows",
    "outage",
    ["traffic-cut"],
    [denied({ destination_port_range: "443" }), allowed({ destination_port_range: "400-500" })],
    ["from Internet to port 443"],
  ),
  kind(
    "a rule denies one port where another allows any",
    "outage",
    ["traffic-cut"],
    [denied({ destination_port_range: "443" }), allowed({})],
    ["port 443"],
  ),
  kind(
    "a rule denies some sources of those that another allows",
    "outage",
    ["traffic-cut"],
    [denied({ source_address_prefix: "203.0.113.0/24" }), allowed({ source_address_prefix: "*" })],
    ["203.0.113.0/24"],
  ),
  kind(
    "a rule denies what another allows before it",
    "risk",
    ["reach-changed"],
    [denied({ destination_port_range: "443" }, 300), allowed({ destination_port_range: "443" })],
  ),
  kind(
    "a rule denies what no other allows",
    "risk",
    ["reach-changed"],
    [denied({ destination_port_range: "22" }), allowed({ destination_port_range: "443" })],
  ),
  kind(
    "a rule cuts off the network itself",
    "outage",
    ["traffic-cut"],
    [denied({ source_address_prefix: "VirtualNetwork" })],
    ["from VirtualNetwork to any port"],
    ["AzureLoadBalancer"],
  ),
  kind(
    "a rule cuts off the probes of load balancers",
    "outage",
    ["traffic-cut"],
    [denied({ source_address_prefix: "AzureLoadBalancer" })],
  ),
  kind(
    "a rule denies all that comes in, last of all",
    "outage",
    ["traffic-cut"],
    [denied({ source_address_prefix: "*" }, 4096), allowed({ source_address_prefix: "VirtualNetwork" })],
    ["from AzureLoadBalancer"],
    ["from VirtualNetwork"],
  ),
  kind(
    "a rule denies all that goes out to the internet",
    "outage",
    ["traffic-cut"],
    [denied({ direction: "Outbound", source_address_prefix: "*", destination_address_prefix: "Internet" })],
    ["to Internet"],
    ["VirtualNetwork"],
  ),
  kind(
    "only clients with one port of their own",
    "outage",
    ["traffic-cut"],
    [
      update(
        "azurerm_network_security_rule.allow",
        rule("allow", 200, {}),
        rule("allow", 200, { source_port_range: "1024" }),
      ),
    ],
  ),
  kind(
    "a route of a table leads nowhere",
    "outage",
    ["traffic-cut"],
    [
      update(
        "azurerm_route_table.t",
        { name: "t", route: [{ name: "r", address_prefix: "10.2.0.0/16", next_hop_type: "VnetLocal" }] },
        { name: "t", route: [{ name: "r", address_prefix: "10.2.0.0/16", next_hop_type: "None" }] },
      ),
    ],
    ["10.2.0.0/16 is dropped"],
  ),
  kind(
    "a peering is synchronized again",
    "change",
    ["updated"],
    [
      update(
        "azurerm_virtual_network_peering.out",
        { name: "out", virtual_network_name: "vnet-aks-east", triggers: { space: "10.1.0.0/16" } },
        { name: "out", virtual_network_name: "vnet-aks-east", triggers: { space: "10.3.0.0/16" } },
      ),
    ],
  ),
];

const IP_ID = "/publicIPAddresses/p";
const address = (values: object = {}) => ({ name: "p", id: IP_ID, ip_address: "203.0.113.9", ...values });

const ADDRESSES: readonly Kind[] = [
  kind(
    "a public address goes",
    "outage",
    ["public-address-lost"],
    [gone("azurerm_public_ip.p", address())],
    ["203.0.113.9 is lost"],
  ),
  kind(
    "a NAT gateway's public address goes",
    "risk",
    ["reach-changed"],
    [
      gone("azurerm_public_ip.p", address()),
      there("azurerm_nat_gateway_public_ip_association.a", { public_ip_address_id: IP_ID }),
    ],
  ),
  kind(
    "a public address gets another name",
    "outage",
    ["public-address-lost"],
    [
      update(
        "azurerm_public_ip.p",
        address({ domain_name_label: "shop" }),
        address({ domain_name_label: "store" }),
      ),
    ],
    ["shop → store"],
  ),
  kind(
    "a public address gets a name",
    "risk",
    ["reach-changed"],
    [
      update(
        "azurerm_public_ip.p",
        address({ domain_name_label: "" }),
        address({ domain_name_label: "shop" }),
      ),
    ],
  ),
  kind(
    "a load balancer goes",
    "outage",
    ["entry-gone"],
    [gone("azurerm_lb.l", { name: "l" })],
    ["load balancer l"],
  ),
  kind(
    "a Front Door goes, with its parts",
    "outage",
    ["entry-gone"],
    [
      gone("azurerm_cdn_frontdoor_profile.f", { name: "f", id: "/profiles/f" }),
      gone("azurerm_cdn_frontdoor_endpoint.e", { name: "e", cdn_frontdoor_profile_id: "/profiles/f" }),
    ],
    ["Front Door profile f"],
    ["Front Door endpoint"],
  ),
];

const RECORD = "azurerm_dns_a_record.www";
const record = (values: object = {}) => ({ name: "www", zone_name: "example.org", ttl: 60, ...values });
const ENDPOINT = "azurerm_traffic_manager_external_endpoint.one";
const endpoint = (name: string, values: object = {}) => ({
  name,
  profile_id: "/profiles/shop",
  target: "203.0.113.9",
  enabled: true,
  weight: 10,
  ...values,
});
const other = there("azurerm_traffic_manager_azure_endpoint.two", endpoint("two"));
const PROFILE = "azurerm_traffic_manager_profile.shop";
const profile = (values: object = {}) => ({
  name: "shop",
  id: "/profiles/shop",
  profile_status: "Enabled",
  traffic_routing_method: "Weighted",
  dns_config: [{ relative_name: "shop", ttl: 60 }],
  monitor_config: [{ protocol: "HTTP", port: 80, path: "/" }],
  ...values,
});

const NAMES: readonly Kind[] = [
  kind(
    "a record of DNS goes",
    "outage",
    ["dns-gone"],
    [gone(RECORD, record())],
    ["www is deleted: it no longer resolves"],
  ),
  kind(
    "a zone of DNS goes, with its records",
    "outage",
    ["dns-gone"],
    [gone("azurerm_dns_zone.z", { name: "example.org" }), gone(RECORD, record())],
    ["DNS zone example.org"],
    ["www"],
  ),
  kind(
    "a network can't resolve a private zone any longer",
    "outage",
    ["dns-gone"],
    [gone("azurerm_private_dns_zone_virtual_network_link.l", { name: "l" })],
    ["private DNS zone link l"],
  ),
  kind(
    "a record of DNS leads elsewhere",
    "risk",
    ["dns-changed"],
    [update(RECORD, record({ records: ["203.0.113.9"] }), record({ records: ["203.0.113.10"] }))],
    ["203.0.113.10"],
  ),
  kind(
    "only how long a record is cached",
    "change",
    ["updated"],
    [update(RECORD, record(), record({ ttl: 300 }))],
  ),
  kind(
    "an endpoint is disabled, and another is not",
    "risk",
    ["dns-endpoint-gone"],
    [update(ENDPOINT, endpoint("one"), endpoint("one", { enabled: false })), other],
    ["is disabled"],
  ),
  kind(
    "the only endpoint is disabled",
    "outage",
    ["dns-name-gone"],
    [update(ENDPOINT, endpoint("one"), endpoint("one", { enabled: false }))],
    ["no other endpoint"],
  ),
  kind(
    "an endpoint goes that was disabled",
    "risk",
    ["deleted"],
    [gone(ENDPOINT, endpoint("one", { enabled: false })), other],
  ),
  kind(
    "the only other endpoint is disabled",
    "outage",
    ["dns-name-gone"],
    [
      gone(ENDPOINT, endpoint("one")),
      there("azurerm_traffic_manager_azure_endpoint.two", endpoint("two", { enabled: false })),
    ],
  ),
  kind(
    "an endpoint gets less",
    "risk",
    ["dns-endpoint-changed"],
    [update(ENDPOINT, endpoint("one"), endpoint("one", { weight: 1 })), other],
    ["weight 10 → 1"],
  ),
  kind(
    "a profile is disabled",
    "outage",
    ["dns-name-gone"],
    [update(PROFILE, profile(), profile({ profile_status: "Disabled" }))],
    ["is disabled"],
  ),
  kind(
    "a profile probes another path",
    "risk",
    ["dns-endpoint-changed"],
    [update(PROFILE, profile(), profile({ monitor_config: [{ protocol: "HTTP", port: 80, path: "/up" }] }))],
    ["/ → /up"],
  ),
  kind(
    "a profile goes, with its endpoint",
    "outage",
    ["dns-name-gone"],
    [gone(PROFILE, profile()), gone(ENDPOINT, endpoint("one"))],
    ["Traffic Manager profile shop"],
    ["endpoint"],
  ),
];

export const ENTRY_KINDS: readonly Kind[] = [...RULES, ...ADDRESSES, ...NAMES];
