import { attributesOf } from "../../plan/attributes";
import type { Cluster, NetworkLead } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { isSame, keyOf } from "../../plan/things";
import { at, isEqual, isObject, joined, listOf, textOf } from "../../plan/values";
import {
  BY_DEFAULT,
  decided,
  type Flow,
  flowsOf,
  flowText,
  overlapOf,
  type SecurityRule,
  securityRule,
} from "../security-rules";
import { referencesOf } from "./access";
import { keyIn } from "./parts";
import { type Context, GONE, isType, isWhen, type Rule } from "./rule";
import { changeName, gone, onlyTags, subjectOf } from "./subject";
import { bundled, goes, named, severally, summaryOf } from "./words";

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

/** The network that a change affects or is in. */
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

/** Rules of security groups by group, on one side. */
function rulesOf(
  side: "before" | "after",
  { all }: Context,
): Map<string, { rule: SecurityRule; change: Change }[]> {
  const groups = new Map<string, { rule: SecurityRule; change: Change }[]>();
  for (const change of all) {
    const values = change[side];
    if (values === undefined || change.deposed) continue;
    const blocks =
      change.type === "azurerm_network_security_rule"
        ? [values]
        : change.type === "azurerm_network_security_group"
          ? listOf(values.security_rule).filter(isObject)
          : [];
    for (const block of blocks) {
      const group = groupOf(change);
      groups.set(group, [...(groups.get(group) ?? []), { rule: securityRule(block), change }]);
    }
  }
  return groups;
}

/** The security group of a rule, or the group itself. */
function groupOf(change: Change): string {
  const values = change.after ?? change.before;
  const id = /\/networkSecurityGroups\/([^/]+)/i.exec(textOf(values?.id) ?? "")?.[1];
  const own = change.type === "azurerm_network_security_group" ? textOf(values?.name) : undefined;
  return (own ?? textOf(values?.network_security_group_name) ?? id ?? `? ${change.stack}`).toLowerCase();
}

/** What a change of a rule, or of a group with its rules, blocks that was allowed before. */
function keptOut(change: Change, context: Context): string[] {
  if (!/^azurerm_network_security_(rule|group)$/.test(change.type)) return [];
  // An unknown rule isn't reported as blocking anything.
  if (attributesOf(change).some(({ unknown, path }) => unknown && path[0] !== "id")) return [];
  const [was, is] = [rulesOf("before", context), rulesOf("after", context)];
  const group = groupOf(change);
  const [old, own] = [was.get(group) ?? [], is.get(group) ?? []];
  const plain = (rules: typeof old) => rules.map(({ rule }) => rule);
  const passed = old
    .filter(({ rule }) => rule.isAllow)
    .flatMap((one) => flowsOf(one.rule).map((flow) => ({ flow, of: one.change as Change | undefined })));
  // A rule may block part of what another allows.
  const shut = own
    .filter((one) => !one.rule.isAllow && one.change === change)
    .flatMap(({ rule }) => flowsOf(rule))
    .flatMap((flow) => passed.flatMap(({ flow: other }) => overlapOf(other, flow) ?? []))
    .map((flow) => ({ flow, of: undefined }));
  const byDefault = BY_DEFAULT.map((flow) => ({ flow, of: undefined }));
  const lost = [...passed, ...shut, ...byDefault].filter(({ flow, of }) => {
    if (!decided(flow, plain(old)).passes) return false;
    const now = decided(flow, plain(own));
    if (now.passes) return false;
    const by = own.find(({ rule }) => rule === now.by);
    return of === change || by?.change === change;
  });
  // What Azure allows by default may be part of what a rule allowed.
  const flows = lost
    .map(({ flow }) => flow)
    .filter(
      (flow) => !BY_DEFAULT.includes(flow) || !lost.some((one) => one.flow !== flow && isIn(flow, one.flow)),
    );
  return [...new Set(flows.map(flowText))];
}

const isIn = (flow: Flow, other: Flow) => isEqual(overlapOf(flow, other), flow);

/** Whether the security group or route table of a rule or route is new in the same plans. */
function isInNew(change: Change, { changes }: Context): boolean {
  const owner = textOf(change.after?.network_security_group_name ?? change.after?.route_table_name);
  const isOpen = ["network_security_group_name", "route_table_name"].some(
    (key) => at(change.unknown, key) === true,
  );
  return (
    isOpen ||
    changes.some(
      (one) =>
        one.action === "create" &&
        /^azurerm_(network_security_group|route_table)$/.test(one.type) &&
        owner !== undefined &&
        changeName(one) === owner,
    )
  );
}

/** Where routes newly lead nowhere. */
function newHoles({ type, before, after }: Change): string[] {
  const holes = (values: Change["before"]) => {
    const routes =
      type === "azurerm_route" ? [values] : type === "azurerm_route_table" ? listOf(values?.route) : [];
    return routes
      .filter((one) => at(one, "next_hop_type") === "None")
      .map((one) => textOf(at(one, "address_prefix")) ?? "there");
  };
  const old = holes(before);
  return holes(after).filter((one) => !old.includes(one));
}

const isPublicAddress = ({ type }: Change) => /^azurerm_public_ip(_prefix)?$/.test(type);

/** Whether a change takes away a public address, or its name, other than a NAT gateway's: that one serves nobody. */
function isLostAddress(change: Change, { all }: Context): boolean {
  if (!isPublicAddress(change)) return false;
  const names = ["domain_name_label", "reverse_fqdn"];
  const isRenamed =
    change.action === "update" &&
    attributesOf(change).some(({ path, before }) => names.includes(String(path[0])) && textOf(before));
  const id = textOf(change.before?.id)?.toLowerCase();
  const isForEgress = all.some(
    (one) =>
      /^azurerm_nat_gateway_public_ip(_prefix)?_association$/.test(one.type) &&
      (["public_ip_address_id", "public_ip_prefix_id"].some(
        (key) => id !== undefined && textOf(one.before?.[key])?.toLowerCase() === id,
      ) ||
        referencesOf(
          one,
          change.type === "azurerm_public_ip" ? "public_ip_address_id" : "public_ip_prefix_id",
          "before",
        ).some(({ stack, address }) => stack === change.stack && address === change.address)),
  );
  return isRenamed || (gone(change) && !isForEgress);
}

const RECORD = /^azurerm_(private_)?dns_(a|aaaa|caa|cname|mx|ns|ptr|srv|txt)_record$/;
const ZONE = /^azurerm_(private_)?dns_zone$/;
/** What clients connect to, in front of clusters. */
const ENTRIES =
  /^azurerm_(lb|lb_rule|application_gateway|api_management|frontdoor|cdn_(frontdoor_)?(profile|endpoint|route|origin|origin_group|custom_domain))$/;

const ASSOCIATIONS = REACH_TYPES.filter((type) => type.startsWith("azurerm_subnet_"));
const PEERING = "azurerm_virtual_network_peering";

/** Whether a peering allows traffic, which is the default. */
const lets = (values: Change["before"]) => values?.allow_virtual_network_access !== false;

const MANAGER = "azurerm_network_manager";
export const STATIC_MEMBER = "azurerm_network_manager_static_member";

/** The network that a network group member connects. */
export function memberNetwork(values: Change["before"]): NetworkLead | undefined {
  const name = /\/virtualNetworks\/([^/]+)$/i.exec(textOf(values?.target_virtual_network_id) ?? "")?.[1];
  return name === undefined ? undefined : { segment: "virtualNetworks", key: undefined, name };
}

/** The networks of a stack that a network manager connects, on one side. */
function meshed(stack: string, side: "before" | "after", { all }: Context): NetworkLead[] {
  const own = all.filter((one) => one.stack === stack && one[side] !== undefined);
  return own.some(({ type }) => type === "azurerm_network_manager_deployment")
    ? own.filter(({ type }) => type === STATIC_MEMBER).flatMap((one) => memberNetwork(one[side]) ?? [])
    : [];
}

/** Whether peerings replace a network manager for the same networks, or the other way round. */
function isMoved(change: Change, context: Context): boolean {
  if (change.action !== "delete") return false;
  const { stack, type } = change;
  const after = meshed(stack, "after", context);
  if (type === PEERING) {
    const peering = context.before.peerings.find(({ key }) => key === keyOf(change));
    const isIn = (network: NetworkLead) => after.some((one) => one.name === network.name);
    return peering !== undefined && isIn(peering.from) && isIn(peering.to);
  }
  const before = meshed(stack, "before", context);
  const pairs = new Set(context.after.peerings.map(({ from, to }) => `${from.name} ${to.name}`));
  return (
    type.startsWith(MANAGER) &&
    after.length === 0 &&
    before.length > 1 &&
    before.every((a) => before.every((b) => a === b || pairs.has(`${a.name} ${b.name}`)))
  );
}

export const NETWORK: readonly Rule[] = [
  {
    id: "peering-cut",
    what: "a peering is deleted or replaced, or stops allowing traffic",
    effect: "clusters can no longer reach each other: an address balances only to its own cluster",
    severity: "outage",
    report: isWhen(["update", ...GONE], isType(PEERING), (change, context) => {
      if (isMoved(change, context)) return undefined;
      if (change.action === "update") {
        return lets(change.before) && !lets(change.after)
          ? `peering ${changeName(change)} stops allowing traffic (allow_virtual_network_access true → false):  ${peeringEnds(change, "before", context)} can't reach each other, connections to the other cluster fail`
          : undefined;
      }
      const until = change.action === "replace" ? " until it is recreated" : "";
      return `peering ${changeName(change)} is ${goes(change)}: ${peeringEnds(change, "before", context)} can't reach each other${until}, connections to the other cluster fail`;
    }),
  },
  {
    id: "mesh-cut",
    what: "a network manager, or what it connects, is deleted or replaced",
    effect: "clusters in its mesh can no longer reach each other",
    severity: "outage",
    report: isWhen(
      GONE,
      ({ type }) => type.startsWith(MANAGER),
      (change, context) =>
        isMoved(change, context)
          ? undefined
          : `${subjectOf(change)} is ${goes(change)}: the networks it connects can't reach each other${change.action === "replace" ? " until it is recreated and deployed again" : ""}`,
    ),
  },
  {
    id: "network-gone",
    what: "a virtual network or subnet of a cluster is deleted or replaced",
    effect: "the cluster loses its network and must be recreated",
    severity: "outage",
    report: isWhen(
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
    id: "traffic-cut",
    what: "security group rules or a route block traffic that was allowed before",
    effect: "users or clusters are cut off",
    severity: "outage",
    report: (change, context) => {
      if (change.action === "no-op") return undefined;
      const out = keptOut(change, context);
      const done =
        change.action === "update"
          ? `changes (${summaryOf(attributesOf(change))})`
          : `is ${change.action === "create" ? "created" : goes(change)}`;
      if (out.length > 0) return `${subjectOf(change)} ${done}: traffic ${named(out)} is blocked`;
      const dropped = newHoles(change);
      return dropped.length > 0
        ? `${subjectOf(change)} ${done}: traffic to ${named(dropped)} is dropped`
        : undefined;
    },
  },
  {
    id: "public-address-lost",
    what: "a public address, other than a NAT gateway's, is deleted or replaced, or its DNS label changes",
    effect: "clients of that address or name are cut off",
    severity: "outage",
    report: (change, context) => {
      if (!isLostAddress(change, context)) return undefined;
      const address = textOf(change.before?.ip_address) ?? textOf(change.before?.ip_prefix);
      return gone(change)
        ? `${subjectOf(change)} is ${goes(change)}: ${address ? `the address ${address}` : "its address"} is lost`
        : `${subjectOf(change)} changes its name (${summaryOf(attributesOf(change))}): the old one no longer resolves`;
    },
  },
  {
    id: "entry-gone",
    what: "a load balancer, application gateway, Front Door or CDN, or a part of one, is deleted or replaced",
    effect: "its clients no longer reach the clusters behind it",
    severity: "outage",
    report: isWhen(
      GONE,
      ({ type }) => ENTRIES.test(type),
      (change) =>
        `${subjectOf(change)} is ${goes(change)}: what reaches clusters through it no longer arrives${change.action === "replace" ? " until it is recreated" : ""}`,
    ),
  },
  {
    id: "dns-gone",
    what: "a DNS record, zone, or a network's link to a private zone is deleted or replaced",
    effect: "its names no longer resolve",
    severity: "outage",
    report: isWhen(
      GONE,
      ({ type }) =>
        RECORD.test(type) || ZONE.test(type) || type === "azurerm_private_dns_zone_virtual_network_link",
      (change) => {
        const until = change.action === "replace" ? " until recreated" : "";
        const what = (many: boolean) =>
          RECORD.test(change.type)
            ? `${many ? "they no longer resolve" : "it no longer resolves"}`
            : ZONE.test(change.type)
              ? `no name in ${many ? "them" : "it"} resolves any longer`
              : "names of the private zone no longer resolve in that network";
        return bundled(change, (many) => `${goes(change, many)}: ${what(many)}${until}`);
      },
    ),
  },
  {
    id: "dns-changed",
    what: "a DNS record resolves to something else",
    effect: "clients reach other addresses, as caches expire",
    severity: "risk",
    report: isWhen(
      "update",
      ({ type }) => RECORD.test(type),
      (change) => {
        const attributes = attributesOf(change).filter(
          ({ path }) => !["tags", "ttl"].includes(String(path[0])),
        );
        const effect = "clients reach something else, as caches expire";
        return attributes.length > 0
          ? {
              ...severally(change, "", `change: ${effect}`),
              text: `${subjectOf(change)} changes (${summaryOf(attributes)}): ${effect}`,
            }
          : undefined;
      },
    ),
  },
  {
    id: "reach-changed",
    what: "a security rule, route, NAT gateway or public address changes, is deleted, or is attached to a subnet",
    effect: "different traffic may enter or leave the clusters than before",
    severity: "risk",
    report: (change, context) => {
      if (!REACH_TYPES.includes(change.type) || onlyTags(change)) return undefined;
      if (keptOut(change, context).length > 0 || newHoles(change).length > 0) return undefined;
      if (isLostAddress(change, context)) return undefined;
      if (change.action === "create" && isInNew(change, context)) return undefined;
      const isDeny =
        change.type === "azurerm_network_security_rule" && !securityRule(change.after ?? {}).isAllow;
      const isBefore = ASSOCIATIONS.includes(change.type) && textOf(change.after?.subnet_id) !== undefined;
      if (change.action === "create" && (isDeny || isBefore || change.type === "azurerm_route")) {
        return bundled(change, "created: existing traffic may be blocked, or routed differently");
      }
      if (gone(change)) {
        return bundled(
          change,
          (many) => `${goes(change, many)}: traffic that ${many ? "they" : "it"} allowed may be blocked`,
        );
      }
      if (change.action !== "update" || attributesOf(change).length === 0) return undefined;
      return `${subjectOf(change)} changes (${summaryOf(attributesOf(change))}): different traffic is allowed than before`;
    },
  },
  {
    id: "network-changed",
    what: "a virtual network, subnet or peering changes",
    effect: "reachability between clusters may change",
    severity: "risk",
    report: (change) => {
      const types = [...NETWORK_TYPES, "azurerm_virtual_network_peering"];
      // A peering's triggers only synchronize it again.
      const attributes = attributesOf(change).filter(({ path }) => path[0] !== "triggers");
      if (
        change.action !== "update" ||
        !types.includes(change.type) ||
        onlyTags(change) ||
        (change.type === PEERING && lets(change.before) !== lets(change.after)) ||
        attributes.length === 0
      ) {
        return undefined;
      }
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): reachability of the clusters in it may change`;
    },
  },
  {
    id: "connectivity-moved",
    what: "a network manager's mesh replaces the peerings of the same networks, or the other way round",
    effect:
      "clusters still reach each other if the new is created before the old is deleted: an `InfraStack` ensures that",
    severity: "risk",
    report: (change, context) =>
      isMoved(change, context)
        ? bundled(
            change,
            (many) =>
              `${goes(change, many)}: ${change.type === PEERING ? "a network manager connects" : "peerings connect"} the networks instead`,
          )
        : undefined,
  },
  {
    id: "peering-created",
    what: "a peering is created, or starts allowing traffic",
    effect: "clusters can reach each other's pods",
    severity: "change",
    report: isWhen(["create", "update"], isType(PEERING), (change, context) => {
      if (change.action === "update") {
        return !lets(change.before) && lets(change.after)
          ? `peering ${changeName(change)} allows traffic: ${peeringEnds(change, "after", context)} can reach each other`
          : undefined;
      }
      if (!lets(change.after)) return bundled(change, "created, without allowing traffic");
      return bundled(
        change,
        (many) =>
          `created: ${many ? "clusters can reach each other's pods" : peeringEnds(change, "after", context).replace(" and ", " can reach the pods of ")}`,
      );
    }),
  },
  {
    id: "reach-created",
    what: "a security rule is created",
    effect: "traffic is allowed, or blocked, that was not before",
    severity: "change",
    report: isWhen("create", isType("azurerm_network_security_rule"), ({ after, ...change }) => {
      if (!securityRule(after ?? {}).isAllow) return undefined;
      const one = (name: string) =>
        [textOf(after?.[name]), ...listOf(after?.[`${name}s`]).map(String)].filter(Boolean).join(", ");
      const way = after?.access === "Deny" ? "blocks" : "allows";
      const from = one("source_address_prefix");
      const ports = one("destination_port_range");
      return bundled(
        { after, ...change },
        `created: ${way} ${String(after?.direction ?? "").toLowerCase()} traffic${from ? ` from ${from === "*" ? "anywhere" : from}` : ""}${ports ? ` to ${ports === "*" ? "any port" : `port ${ports}`}` : ""}`,
      );
    }),
  },
];
