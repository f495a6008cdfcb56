import { attributesOf } from "../attributes";
import type { Cluster, NetworkLead } from "../fleet";
import type { Change } from "../plan";
import { isSame, keyOf } from "../things";
import { joined, listOf, textOf } from "../values";
import { keyIn } from "./parts";
import { type Context, GONE, isType, isWhen, type Rule } from "./rule";
import { changeName, gone, onlyTags, subjectOf } from "./subject";
import { bundled, goes, summaryOf } from "./words";

export const NETWORK_TYPES = ["azurerm_virtual_network", "azurerm_subnet"];
export const REACH_TYPES = [
  "azurerm_network_security_rule",
  "azurerm_network_security_group",
  "azurerm_subnet_network_security_group_association",
  "azurerm_route",
  "azurerm_route_table",
  "azurerm_subnet_route_table_association",
  "azurerm_nat_gateway",
  "azurerm_subnet_nat_gateway_association",
  "azurerm_nat_gateway_public_ip_association",
  "azurerm_public_ip",
  "azurerm_firewall",
];

/** The network that a change is of, or in. */
export function networkOf(change: Change): NetworkLead | undefined {
  const own = change.type === "azurerm_virtual_network";
  const name = textOf(own ? change.before?.name : change.before?.virtual_network_name);
  return name === undefined
    ? undefined
    : { segment: "virtualNetworks", key: own ? keyIn(change, "before") : undefined, name };
}

export function clustersIn(change: Change, { before }: Context): string[] {
  const network = networkOf(change);
  return before.clusters
    .filter((one) => network !== undefined && isSameNetwork(one, network))
    .map(({ name }) => name);
}

export function peeringEnds(change: Change, side: "before" | "after", context: Context): string {
  const fleet = context[side];
  const peering = fleet.peerings.find(({ key }) => key === keyOf(change));
  const end = (network: NetworkLead) =>
    fleet.clusters.find((one) => one.network && isSame(one.network, network))?.name ?? network.name;
  return peering ? `${end(peering.from)} and ${end(peering.to)}` : "the two networks";
}

export const isSameNetwork = ({ network }: Cluster, other: NetworkLead) =>
  network !== undefined && isSame(network, other);
export const NETWORK: readonly Rule[] = [
  {
    id: "peering-cut",
    what: "a peering is deleted or replaced",
    effect: "clusters no longer reach each other: an address balances to its own cluster only",
    severity: "outage",
    tell: isWhen(GONE, isType("azurerm_virtual_network_peering"), (change, context) => {
      const until = change.action === "replace" ? " until it is made again" : "";
      return `peering ${changeName(change)} is ${goes(change)}: ${peeringEnds(change, "before", context)} don't reach each other${until}, connections to the other cluster fail`;
    }),
  },
  {
    id: "network-gone",
    what: "a virtual network or subnet of a cluster is deleted or replaced",
    effect: "the cluster loses its network: it has to be made anew",
    severity: "outage",
    tell: isWhen(
      GONE,
      (change) => NETWORK_TYPES.includes(change.type),
      (change, context) => {
        const clusters = clustersIn(change, context);
        if (clusters.length === 0) return undefined;
        return `${subjectOf(change)} is ${goes(change)}: ${joined(clusters)} can't keep ${clusters.length > 1 ? "their nodes" : "its nodes"} there`;
      },
    ),
  },
  {
    id: "reach-changed",
    what: "a security rule, route, NAT gateway or public address changes or goes",
    effect: "other traffic may reach the clusters, or leave them, than before",
    severity: "risk",
    tell: (change) => {
      if (!REACH_TYPES.includes(change.type) || onlyTags(change)) return undefined;
      if (gone(change)) {
        return bundled(
          change,
          (many) => `${goes(change, many)}: what ${many ? "they" : "it"} let through may no longer pass`,
        );
      }
      if (change.action !== "update" || attributesOf(change).length === 0) return undefined;
      return `${subjectOf(change)} changes (${summaryOf(attributesOf(change))}): other traffic passes than before`;
    },
  },
  {
    id: "network-changed",
    what: "a virtual network, subnet or peering changes",
    effect: "clusters may reach each other otherwise than before",
    severity: "risk",
    tell: (change) => {
      const types = [...NETWORK_TYPES, "azurerm_virtual_network_peering"];
      const attributes = attributesOf(change);
      if (
        change.action !== "update" ||
        !types.includes(change.type) ||
        onlyTags(change) ||
        attributes.length === 0
      ) {
        return undefined;
      }
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): the clusters in it may be reached otherwise`;
    },
  },
  {
    id: "peering-created",
    what: "a peering is created",
    effect: "clusters reach each other's pods",
    severity: "change",
    tell: isWhen("create", isType("azurerm_virtual_network_peering"), (change, context) =>
      bundled(
        change,
        (many) =>
          `created: ${many ? "clusters reach each other's pods" : peeringEnds(change, "after", context).replace(" and ", " reaches the pods of ")}`,
      ),
    ),
  },
  {
    id: "reach-created",
    what: "a security rule is created",
    effect: "traffic is let through, or kept out, that was not before",
    severity: "change",
    tell: isWhen("create", isType("azurerm_network_security_rule"), ({ after, ...change }) => {
      const one = (name: string) =>
        [textOf(after?.[name]), ...listOf(after?.[`${name}s`]).map(String)].filter(Boolean).join(", ");
      const way = after?.access === "Deny" ? "keeps out" : "lets through";
      const from = one("source_address_prefix");
      const ports = one("destination_port_range");
      return bundled(
        { after, ...change },
        `created: ${way} ${String(after?.direction ?? "").toLowerCase()} traffic${from ? ` from ${from === "*" ? "anywhere" : from}` : ""}${ports ? ` to ${ports === "*" ? "any port" : `port ${ports}`}` : ""}`,
      );
    }),
  },
];
