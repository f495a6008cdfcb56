import { type AttributeChange, attributesOf } from "../../plan/attributes";
import { hubLead, inFleet, type Member } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { isSame } from "../../plan/things";
import { at, isNothing, joined, pathText, textOf } from "../../plan/values";
import { counted } from "../../terminal/kinds";
import { targetOf } from "./access";
import { addresses, memberOn, partOf, servicesOn } from "./parts";
import { type Context, GONE, isType, isWhen, type Rule, type Told } from "./rule";
import { CLUSTER, changeName, subjectOf } from "./subject";
import { because, goes, shortPath, summaryOf } from "./words";

/** What of a cluster, or of a pool, an attribute is about. */
type Part =
  | "access"
  | "autoscaler"
  | "egress"
  | "feature"
  | "identity"
  | "ingress"
  | "marks"
  | "network"
  | "nodes"
  | "other"
  | "rotation"
  | "tags"
  | "tier"
  | "upgrades"
  | "version";

/**
 * What only new nodes can have: azurerm makes a pool anew beside the old one, or in its place, when one of these changes
 * (kubernetes_cluster_resource.go and kubernetes_cluster_node_pool_resource.go of azurerm 4.55).
 */
const ROTATION = [
  "fips_enabled",
  "host_encryption_enabled",
  "kubelet_config",
  "kubelet_disk_type",
  "linux_os_config",
  "max_pods",
  "node_public_ip_enabled",
  "only_critical_addons_enabled",
  "os_disk_size_gb",
  "os_disk_type",
  "os_sku",
  "pod_subnet_id",
  "snapshot_id",
  "ultra_ssd_enabled",
  "vm_size",
  "vnet_subnet_id",
  "zones",
];

/** By the first parts of attributes; those of a pool without the pool. */
const PARTS: readonly (readonly [Part, RegExp])[] = [
  ["nodes", /^pool\.(node_count|min_count|max_count)$/],
  ["autoscaler", /^pool\.auto_scaling_enabled$/],
  ["version", /^(pool\.orchestrator_version|kubernetes_version)$/],
  ["rotation", new RegExp(`^pool\\.(${ROTATION.join("|")})\\b`)],
  ["marks", /^pool\.(node_taints|node_labels)\b/],
  ["tags", /^(pool\.)?tags\b/],
  ["network", /^network_profile\.(network_\w+|pod_cidrs?|service_cidrs?|dns_service_ip|ip_versions)\b/],
  ["egress", /^(network_profile\.(outbound_type|nat_gateway_profile|load_balancer_\w+)|http_proxy_config)\b/],
  ["identity", /^(identity|kubelet_identity|service_principal)\b/],
  [
    "access",
    /^(local_account_disabled|azure_active_directory\w+|api_server_access_profile|role_based\w+|private_\w+)\b/,
  ],
  [
    "ingress",
    /^(web_app_routing|ingress_application_gateway|http_application_routing_enabled|service_mesh_profile)\b/,
  ],
  ["upgrades", /^(automatic_upgrade_channel|node_os_upgrade_channel)$/],
  ["tier", /^sku_tier$/],
  [
    "feature",
    /^(workload_identity_enabled|oidc_issuer_enabled|azure_policy_enabled|key_vault_secrets_provider|key_management_service|oms_agent|monitor_metrics|microsoft_defender|open_service_mesh_enabled|storage_profile|workload_autoscaler_profile)\b/,
  ],
];

/** What is lost when a feature is switched off, or its block goes. */
const FEATURES: readonly (readonly [RegExp, string])[] = [
  [/^workload_identity/, "pods lose their Entra identity (workload identity is off)"],
  [/^oidc_issuer/, "nothing accepts the tokens of its pods any more (the OIDC issuer is off)"],
  [/^azure_policy/, "Azure Policy is no longer held to"],
  [/^key_vault_secrets/, "pods that mount secrets of a Key Vault don't start"],
  [/^key_management/, "Secrets are no longer encrypted by the Key Vault"],
  [/^oms_agent|^monitor_metrics/, "it is no longer monitored"],
  [/^microsoft_defender/, "Defender no longer watches it"],
  [/^open_service_mesh/, "its service mesh goes"],
  [/^storage_profile/, "pods with volumes of that kind don't start"],
  [/^workload_autoscaler/, "what KEDA or the vertical autoscaler scales stays as it is"],
];

const POOL_TYPE = "azurerm_kubernetes_cluster_node_pool";

/** An attribute as `PARTS` writes it: `pool.vm_size`, `network_profile.outbound_type`. */
function plain({ path }: AttributeChange, isPool: boolean): string {
  const text = pathText(path).replace(/\[\d+\]/g, "");
  return isPool ? `pool.${text}` : text.replace(/^default_node_pool\./, "pool.");
}

function parts(change: Change, ...wanted: Part[]): AttributeChange[] {
  const isPool = change.type === POOL_TYPE;
  if (change.action !== "update" || !(isPool || change.type === CLUSTER)) return [];
  return attributesOf(change).filter((attribute) => {
    const text = plain(attribute, isPool);
    return wanted.includes(PARTS.find(([, is]) => is.test(text))?.[0] ?? "other");
  });
}

/** `cluster aks-east`, `node pool user of aks-east`. */
function whole(change: Change, context: Context): string {
  if (change.type !== POOL_TYPE) return subjectOf(change);
  const cluster = poolCluster(change, context);
  return `node pool ${changeName(change)}${cluster ? ` of ${cluster}` : ""}`;
}

/** The cluster that a pool is of. */
export function poolCluster(change: Change, context: Context): string | undefined {
  const id = textOf((change.before ?? change.after)?.kubernetes_cluster_id);
  const named = /\/managedClusters\/([^/]+)/i.exec(id ?? "")?.[1];
  return named ?? targetOf(change, "kubernetes_cluster_id", context)?.replace(/^cluster /, "");
}

/**
 * The same of many is told once, and that it is all one deployment.
 * @param attributes what `many` says the values of
 */
function told(
  change: Change,
  context: Context,
  one: string,
  many: string,
  attributes: readonly AttributeChange[] = [],
): Told {
  const isPool = change.type === POOL_TYPE;
  const name = whole(change, context).replace(/^(cluster|node pool) /, "");
  return {
    text: `${whole(change, context)} ${one}`,
    bundle: {
      kind: isPool ? ["node pool", "node pools"] : ["cluster", "clusters"],
      name,
      verb: [one, many],
      ...(attributes.length > 0 && {
        loosely: many.replace(summaryOf(attributes), () => `${namesOf(attributes)}, each differently`),
      }),
    },
  };
}

function namesOf(attributes: readonly AttributeChange[]): string {
  const names = [...new Set(attributes.map(({ path }) => shortPath(path)))];
  return joined(names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names);
}

/** A rule on the attributes of one part; `says` what becomes of it, for one and for many. */
function onParts(
  wanted: Part | readonly Part[],
  says: (
    summary: string,
    attributes: readonly AttributeChange[],
    change: Change,
  ) => readonly [string, string] | undefined,
): Rule["tell"] {
  return (change, context) => {
    const attributes = parts(change, ...(typeof wanted === "string" ? [wanted] : wanted));
    const said = attributes.length > 0 ? says(summaryOf(attributes), attributes, change) : undefined;
    // What moves pods is told as one, however it differs.
    const isMoving = ["rotation", "version"].some((one) => wanted === one);
    return said && told(change, context, ...said, isMoving ? attributes : []);
  };
}

const last = ({ path }: AttributeChange) => String(path[path.length - 1]);

function shrinks({ before, after }: AttributeChange): boolean {
  return typeof before === "number" && typeof after === "number" && after < before;
}

function grows({ before, after, unknown }: AttributeChange): boolean {
  return unknown || (typeof after === "number" && after > (typeof before === "number" ? before : 0));
}

/** The pool goes to no node at all. */
function empties(attribute: AttributeChange): boolean {
  return ["node_count", "max_count"].includes(last(attribute)) && shrinks(attribute) && attribute.after === 0;
}

/** Numbers of nodes say something else where the autoscaler comes or goes. */
function counts(change: Change): AttributeChange[] {
  return parts(change, "autoscaler").length > 0
    ? parts(change, "nodes").filter((one) => last(one) === "node_count")
    : parts(change, "nodes");
}

/** Whether a feature is switched off, or its block goes. */
function goesOff({ before, after, unknown }: AttributeChange): boolean {
  return !unknown && !isNothing(before) && isNothing(after);
}

/** What a cluster's own block, such as `web_app_routing`, is in a change: gone, where nothing is left of it. */
function isGone(change: Change, block: string): boolean {
  return (
    !isNothing(at(change.before, block)) &&
    isNothing(at(change.after, block)) &&
    at(change.unknown, block) !== true
  );
}

/** A hub that stays lets no member go that exports something. */
function refusesToLeave(member: Member | undefined, { before, after }: Context): string {
  const own = member && before.hubs.find((hub) => !member.fleet || isSame(hubLead(hub), member.fleet));
  const stays = own && after.hubs.some(({ key }) => key === own.key);
  return stays && inFleet(before.exports, hubLead(own)).length > 0
    ? "; the hub refuses while it still exports a Service: take it out of the placements in a deployment before this one"
    : "";
}

export const CLUSTER_RULES: readonly Rule[] = [
  {
    id: "cluster-replaced",
    what: "a cluster is replaced",
    effect: "its workloads stop and restart on the new cluster; its member rejoins; its addresses change",
    severity: "outage",
    tell: isWhen("replace", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      const joins = memberOn(context.before, cluster);
      const rejoins = joins && memberOn(context.after, partOf(context.after.clusters, change, "after"));
      return `${subjectOf(change)} is replaced${because(change)}: ${[
        "its workloads stop and restart on the new cluster",
        ...(joins ? [`its member ${rejoins ? "rejoins" : "leaves"}`] : []),
        ...addresses(servicesOn(context.before, cluster), "change", context, "it"),
      ].join(", ")}`;
    }),
  },
  {
    id: "cluster-deleted",
    what: "a cluster is deleted",
    effect: "its workloads stop; its member leaves; its addresses go",
    severity: "outage",
    tell: isWhen("delete", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      return `${subjectOf(change)} is deleted${because(change)}: ${[
        "its workloads stop",
        ...(memberOn(context.before, cluster) ? ["its member leaves"] : []),
        ...addresses(servicesOn(context.before, cluster), "go", context, "it"),
      ].join(", ")}${refusesToLeave(memberOn(context.before, cluster), context)}`;
    }),
  },
  {
    id: "pool-emptied",
    what: "a node pool goes to no node at all",
    effect: "every pod on it is evicted",
    severity: "outage",
    tell: (change, context) => {
      const nodes = counts(change);
      const said = `to 0 nodes (${summaryOf(nodes)}): every pod on`;
      return nodes.some(empties)
        ? told(change, context, `goes ${said} it is evicted`, `go ${said} them is evicted`)
        : undefined;
    },
  },
  {
    id: "node-pool-gone",
    what: "a node pool is deleted or replaced",
    effect: "every pod on it is evicted, and starts elsewhere on the cluster if there is room",
    severity: "outage",
    tell: isWhen(
      GONE,
      isType(POOL_TYPE),
      (change, context) =>
        `${whole(change, context)} is ${goes(change)}: every pod on it is evicted, and starts elsewhere on the cluster if there is room`,
    ),
  },
  {
    id: "pod-network-changed",
    what: "the network of a cluster's pods changes (network plugin, overlay)",
    effect: "its pods get other addresses, which other clusters may not reach; all its nodes are replaced",
    severity: "outage",
    tell: onParts("network", (summary, attributes, change) => {
      const mode = attributes.find((one) => ["network_plugin", "network_plugin_mode"].includes(last(one)));
      if (mode === undefined) return undefined;
      const isOverlay = at(change.after, "network_profile", 0, "network_plugin_mode") === "overlay";
      const effect = isOverlay
        ? "pods get addresses that only their own cluster knows, other clusters no longer reach them, and an address of the fleet balances to its own cluster only; all nodes are replaced"
        : "pods get other addresses, and all nodes are replaced";
      return [
        `gets another network for its pods (${summary}): ${effect}`,
        `get another network for their pods (${summary}): ${effect}`,
      ];
    }),
  },
  {
    id: "ingress-controller-gone",
    what: "the ingress controller, gateway or service mesh of a cluster goes",
    effect: "its Ingresses lose their address",
    severity: "outage",
    tell: onParts("ingress", (summary, attributes, change) => {
      const gone = ["web_app_routing", "ingress_application_gateway", "service_mesh_profile"].filter(
        (block) => isGone(change, block),
      );
      const off = attributes.filter((one) => goesOff(one) && /_enabled$/.test(last(one)));
      if (gone.length === 0 && off.length === 0) return undefined;
      const name = gone.length > 0 ? joined(gone) : summary;
      return [
        `loses what lets traffic in (${name}): what comes by its Ingresses or gateways no longer arrives`,
        `lose what lets traffic in (${name}): what comes by their Ingresses or gateways no longer arrives`,
      ];
    }),
  },
  {
    id: "nodes-fewer",
    what: "a cluster gets fewer nodes",
    effect: "the pods of the nodes that go start elsewhere on the cluster, if there is room",
    severity: "risk",
    tell: (change, context) => {
      const nodes = counts(change);
      if (!nodes.some(shrinks) || nodes.some(empties)) return undefined;
      const said = `fewer nodes (${summaryOf(nodes)}): the pods on those that go start elsewhere, if there is room`;
      return told(change, context, `gets ${said}`, `get ${said}`, nodes);
    },
  },
  {
    id: "autoscaler-off",
    what: "the autoscaler of a node pool is switched off",
    effect: "the pool keeps the nodes that it has, whatever the load",
    severity: "risk",
    tell: onParts("autoscaler", (_, attributes, change) => {
      if (!attributes.some(goesOff)) return undefined;
      const count = at(change.after, "default_node_pool", 0, "node_count") ?? at(change.after, "node_count");
      const keeps =
        typeof count === "number" ? `${counted(count, "node", "nodes")}` : "the nodes that it has";
      return [
        `no longer has an autoscaler: it keeps ${keeps}, whatever the load`,
        `no longer have an autoscaler: each keeps ${keeps}, whatever the load`,
      ];
    }),
  },
  {
    id: "cluster-upgraded",
    what: "the Kubernetes version of a cluster changes",
    effect: "its nodes are replaced one after the other; there is no way back",
    severity: "risk",
    tell: onParts("version", (summary) => [
      `is upgraded (${summary}): its nodes are replaced one after the other, their pods move; there is no way back`,
      `are upgraded (${summary}), all in one deployment: their nodes are replaced one after the other, their pods move; there is no way back`,
    ]),
  },
  {
    id: "nodes-rotated",
    what: "a setting of a cluster's nodes changes that only new nodes can have",
    effect: "its nodes are replaced; their pods move",
    severity: "risk",
    tell: onParts("rotation", (summary) => [
      `gets new nodes (${summary}): the pods of all its nodes move`,
      `get new nodes (${summary}), all in one deployment: the pods of all their nodes move`,
    ]),
  },
  {
    id: "nodes-marked",
    what: "the taints or labels of a node pool change",
    effect: "pods may no longer find a node that they fit on",
    severity: "risk",
    tell: onParts("marks", (summary) => [
      `is marked otherwise (${summary}): pods that choose nodes by that, or don't tolerate it, may find none, and with NoExecute they are evicted`,
      `are marked otherwise (${summary}): pods that choose nodes by that, or don't tolerate it, may find none, and with NoExecute they are evicted`,
    ]),
  },
  {
    id: "network-settings-changed",
    what: "other settings of a cluster's network change: its policies, data plane or address ranges",
    effect:
      "connections between pods may be let through, or kept out, that were not before; nodes may be replaced",
    severity: "risk",
    tell: onParts("network", (summary, attributes) =>
      attributes.some((one) => ["network_plugin", "network_plugin_mode"].includes(last(one)))
        ? undefined
        : [
            `changes its network (${summary}): its nodes may be replaced, and network policies may no longer hold`,
            `change their network (${summary}): their nodes may be replaced, and network policies may no longer hold`,
          ],
    ),
  },
  {
    id: "identity-changed",
    what: "the identity of a cluster changes",
    effect: "its membership breaks: the member has to leave and join again",
    severity: "risk",
    tell: onParts("identity", (summary) => [
      `gets another identity (${summary}): its membership breaks, the member has to be made anew`,
      `get another identity (${summary}): their membership breaks, the members have to be made anew`,
    ]),
  },
  {
    id: "egress-changed",
    what: "the way of a cluster's outgoing connections changes",
    effect: "they break, and come from other addresses from then on: allow lists may refuse them",
    severity: "risk",
    tell: (change) => {
      const egress = parts(change, "egress");
      return egress.length > 0
        ? `outgoing connections of ${subjectOf(change)} take another way (${summaryOf(egress)}): open ones break, and new ones come from other addresses, which allow lists elsewhere may refuse`
        : undefined;
    },
  },
  {
    id: "access-changed",
    what: "who or what may reach a cluster's API changes",
    effect: "people, pipelines or the hub may be locked out",
    severity: "risk",
    tell: onParts("access", (summary) => [
      `is reached otherwise (${summary}): people and pipelines may be locked out`,
      `are reached otherwise (${summary}): people and pipelines may be locked out`,
    ]),
  },
  {
    id: "feature-off",
    what: "a feature of a cluster that pods or people rely on is switched off",
    effect: "pods lose their identity, their secrets, their volumes, or nobody watches them",
    severity: "risk",
    tell: onParts("feature", (_, attributes, change) => {
      const off = attributes.filter((one) => goesOff(one) || isGone(change, String(one.path[0])));
      const said = FEATURES.filter(([is]) => off.some((one) => is.test(plain(one, false)))).map(
        ([, text]) => text,
      );
      return said.length > 0
        ? [`loses a feature: ${said.join(", ")}`, `lose a feature: ${said.join(", ")}`]
        : undefined;
    }),
  },
  {
    id: "upgrade-channel-changed",
    what: "the channel of a cluster's automatic upgrades changes",
    effect: "Azure upgrades it, or its nodes, by itself, or no longer",
    severity: "risk",
    tell: onParts("upgrades", (summary) => [
      `is upgraded by Azure otherwise (${summary}): its nodes are replaced as new versions come, or no longer`,
      `are upgraded by Azure otherwise (${summary}): their nodes are replaced as new versions come, or no longer`,
    ]),
  },
  {
    id: "tier-changed",
    what: "the tier of a cluster becomes Free",
    effect: "its API has no guarantee any more, and is made for few nodes",
    severity: "risk",
    tell: onParts("tier", (summary, attributes) =>
      attributes.some(({ after, before }) => isNothing(after) || after === "Free" || before === "Premium")
        ? [
            `has a lower tier (${summary}): its API is less available, or has less support, than before`,
            `have a lower tier (${summary}): their APIs are less available, or have less support, than before`,
          ]
        : undefined,
    ),
  },
  {
    id: "cluster-created",
    what: "a cluster is created",
    effect: "it joins the fleet, where it is a member; placements that choose it place there",
    severity: "change",
    tell: isWhen("create", isType(CLUSTER), (change, { after }) => {
      const cluster = partOf(after.clusters, change, "after");
      const joins = memberOn(after, cluster) ? " and joins the fleet" : "";
      return `${subjectOf(change)} is created${cluster?.location ? ` in ${cluster.location}` : ""}${joins}`;
    }),
  },
  {
    id: "nodes-more",
    what: "a cluster gets more nodes",
    effect: "there is more room; what runs stays where it is",
    severity: "change",
    tell: (change, context) => {
      const nodes = counts(change);
      if (nodes.some(shrinks) || !nodes.some(grows)) return undefined;
      const said = `more nodes: ${summaryOf(nodes)}`;
      return told(change, context, `gets ${said}`, `get ${said}`, nodes);
    },
  },
  {
    id: "cluster-changed",
    what: "a cluster changes otherwise",
    effect: "it is changed in place",
    severity: "change",
    tell: (change, context) => {
      const others = [
        ...parts(change, "other"),
        ...parts(change, "autoscaler").filter((one) => !goesOff(one)),
        ...unsaid(change, context, ["nodes"], ["nodes-more", "nodes-fewer", "pool-emptied"]),
        ...unsaid(change, context, ["ingress"], ["ingress-controller-gone"]),
        ...unsaid(change, context, ["feature"], ["feature-off"]),
        ...unsaid(change, context, ["tier"], ["tier-changed"]),
      ];
      const summary = summaryOf(others);
      return others.length > 0
        ? told(change, context, `changes in place: ${summary}`, `change in place: ${summary}`)
        : undefined;
    },
  },
];

/** Attributes of which no rule of their own has anything to say. */
function unsaid(
  change: Change,
  context: Context,
  wanted: readonly Part[],
  rules: readonly string[],
): AttributeChange[] {
  const isSaid =
    CLUSTER_RULES.some(({ id, tell }) => rules.includes(id) && tell(change, context) !== undefined) ||
    (wanted.includes("nodes") && parts(change, "autoscaler").some(goesOff));
  return isSaid ? [] : parts(change, ...wanted);
}
