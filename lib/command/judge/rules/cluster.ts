import { type AttributeChange, attributesOf } from "../../plan/attributes";
import { hubLead, inFleet, type Member } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { isSame } from "../../plan/things";
import { at, isNothing, joined, pathText, textOf } from "../../plan/values";
import { counted } from "../../terminal/kinds";
import { targetOf } from "./access";
import { addresses, memberOn, partOf, servicesOn } from "./parts";
import { type Context, GONE, isType, isWhen, type Reported, type Rule } from "./rule";
import { CLUSTER, changeName, subjectOf } from "./subject";
import { because, goes, severally, shortPath, summaryOf } from "./words";

/** The part of a cluster or pool that an attribute belongs to. */
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
 * Requires new nodes: azurerm recreates a pool, beside the old one or in its place, when one of these changes
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

/** By the first parts of attributes; for a pool, without the pool. */
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
    /^(local_account_disabled|azure_active_directory\w+|api_server_access_profile|role_based\w+|private_\w+|api_server_authorized_ip_ranges|run_command_\w+)\b/,
  ],
  [
    "ingress",
    /^(web_app_routing|ingress_application_gateway|http_application_routing_enabled|service_mesh_profile)\b/,
  ],
  ["upgrades", /^(automatic_upgrade_channel|node_os_upgrade_channel)$/],
  ["tier", /^sku_tier$/],
  [
    "feature",
    /^(workload_identity_enabled|oidc_issuer_enabled|azure_policy_enabled|key_vault_secrets_provider|key_management_service|oms_agent|monitor_metrics|microsoft_defender|open_service_mesh_enabled|storage_profile|workload_autoscaler_profile|maintenance_window\w*|network_profile\.advanced_networking|aci_connector_linux|node_provisioning_profile)\b/,
  ],
];

/** What is lost when a feature is switched off or its block is removed. */
const FEATURES: readonly (readonly [RegExp, string])[] = [
  [/^workload_identity/, "pods lose their Entra identity (workload identity is off)"],
  [/^oidc_issuer/, "its pods' tokens are no longer accepted (the OIDC issuer is off)"],
  [/^azure_policy/, "Azure Policy is no longer enforced"],
  [/^key_vault_secrets/, "pods that mount secrets from a Key Vault don't start"],
  [/^key_management/, "Secrets are no longer encrypted by the Key Vault"],
  [/^oms_agent|^monitor_metrics/, "it is no longer monitored"],
  [/^microsoft_defender/, "Defender no longer monitors it"],
  [/^open_service_mesh/, "its service mesh is removed"],
  [/^storage_profile/, "pods with that kind of volume don't start"],
  [/^workload_autoscaler/, "KEDA or the vertical autoscaler stops scaling"],
  [/^maintenance_window/, "Azure may upgrade it at any time (a maintenance window is removed)"],
  [/^network_profile.advanced_networking/, "network observability, security or its cluster mesh stop"],
  [/^aci_connector/, "pods on its virtual nodes stop"],
  [/^node_provisioning/, "no new nodes start for pending pods (node auto-provisioning is off)"],
];

/** Parts of a block that are features by themselves. */
const SWITCHES =
  /^(storage_profile|workload_autoscaler_profile|network_profile\.advanced_networking|node_provisioning_profile)\.\w+$/;

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
 * Equal changes to many clusters are reported once, noting that they are one deployment.
 * @param attributes the attributes whose values `many` shows
 */
function reported(
  change: Change,
  context: Context,
  one: string,
  many: string,
  attributes: readonly AttributeChange[] = [],
): Reported {
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

/** A rule on the attributes of one part; `says` what happens, singular and plural. */
function onParts(
  wanted: Part | readonly Part[],
  says: (
    summary: string,
    attributes: readonly AttributeChange[],
    change: Change,
  ) => readonly [string, string] | undefined,
): Rule["report"] {
  return (change, context) => {
    const attributes = parts(change, ...(typeof wanted === "string" ? [wanted] : wanted));
    const said = attributes.length > 0 ? says(summaryOf(attributes), attributes, change) : undefined;
    // What may stop something is reported together, whatever the values.
    const isLoose = ["rotation", "version", "access", "identity"].some((one) => wanted === one);
    return said && reported(change, context, ...said, isLoose ? attributes : []);
  };
}

const last = ({ path }: AttributeChange) => String(path[path.length - 1]);

function shrinks({ before, after }: AttributeChange): boolean {
  return typeof before === "number" && typeof after === "number" && after < before;
}

function grows({ before, after, unknown }: AttributeChange): boolean {
  return unknown || (typeof after === "number" && after > (typeof before === "number" ? before : 0));
}

/** The pool is scaled to 0 nodes. */
function empties(attribute: AttributeChange): boolean {
  return ["node_count", "max_count"].includes(last(attribute)) && shrinks(attribute) && attribute.after === 0;
}

/** Node counts mean something else when the autoscaler is added or removed. */
function counts(change: Change): AttributeChange[] {
  return parts(change, "autoscaler").length > 0
    ? parts(change, "nodes").filter((one) => last(one) === "node_count")
    : parts(change, "nodes");
}

/** Whether a feature is switched off or its block is removed. */
function goesOff({ before, after, unknown }: AttributeChange): boolean {
  return !unknown && !isNothing(before) && isNothing(after);
}

/** Whether a cluster's own block, such as `web_app_routing`, is removed by a change: nothing of it is left. */
function isGone(change: Change, block: string): boolean {
  // A block whose settings are all off or empty is still there.
  const isThere = (value: unknown) => (Array.isArray(value) ? value.length > 0 : !isNothing(value));
  return (
    isThere(at(change.before, block)) &&
    !isThere(at(change.after, block)) &&
    at(change.unknown, block) !== true
  );
}

/** A hub that stays doesn't release a member that exports something. */
function refusesToLeave(member: Member | undefined, { before, after }: Context): string {
  const own = member && before.hubs.find((hub) => !member.fleet || isSame(hubLead(hub), member.fleet));
  const stays = own && after.hubs.some(({ key }) => key === own.key);
  return stays && inFleet(before.exports, hubLead(own)).length > 0
    ? "; the hub refuses while it still exports a Service: remove it from the placements in an earlier deployment"
    : "";
}

export const CLUSTER_RULES: readonly Rule[] = [
  {
    id: "cluster-replaced",
    what: "a cluster is replaced",
    effect: "its workloads stop and restart on the new cluster; its member rejoins; its addresses change",
    severity: "outage",
    report: isWhen("replace", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      const joins = memberOn(context.before, cluster);
      const rejoins = joins && memberOn(context.after, partOf(context.after.clusters, change, "after"));
      const services = servicesOn(context.before, cluster);
      return severally(
        change,
        `is replaced${because(change)}: ${[
          "its workloads stop and restart on the new cluster",
          ...(joins ? [`its member ${rejoins ? "rejoins" : "leaves"}`] : []),
          ...addresses(services, "change", context, "it"),
        ].join(", ")}`,
        `are replaced${because(change, true)}, all in one deployment: ${[
          "their workloads stop and restart on the new clusters",
          ...(joins ? [`their members ${rejoins ? "rejoin" : "leave"}`] : []),
          ...addresses(services, "change", context, "them"),
        ].join(", ")}`,
      );
    }),
  },
  {
    id: "cluster-deleted",
    what: "a cluster is deleted",
    effect: "its workloads stop; its member leaves; its addresses are lost",
    severity: "outage",
    report: isWhen("delete", isType(CLUSTER), (change, context) => {
      const cluster = partOf(context.before.clusters, change);
      const services = servicesOn(context.before, cluster);
      const member = memberOn(context.before, cluster);
      const refused = refusesToLeave(member, context);
      return severally(
        change,
        `is deleted${because(change)}: ${[
          "its workloads stop",
          ...(member ? ["its member leaves"] : []),
          ...addresses(services, "lose", context, "it"),
        ].join(", ")}${refused}`,
        `are deleted${because(change, true)}, all in one deployment: ${[
          "their workloads stop",
          ...(member ? ["their members leave"] : []),
          ...addresses(services, "lose", context, "them"),
        ].join(", ")}${refused}`,
      );
    }),
  },
  {
    id: "pool-emptied",
    what: "a node pool is scaled to 0 nodes",
    effect: "every pod on it is evicted",
    severity: "outage",
    report: (change, context) => {
      const nodes = counts(change);
      const said = `scaled to 0 nodes (${summaryOf(nodes)}): every pod on`;
      return nodes.some(empties)
        ? reported(change, context, `is ${said} it is evicted`, `are ${said} them is evicted`)
        : undefined;
    },
  },
  {
    id: "node-pool-gone",
    what: "a node pool is deleted or replaced",
    effect: "every pod on it is evicted and starts elsewhere on the cluster if there is capacity",
    severity: "outage",
    report: isWhen(
      GONE,
      isType(POOL_TYPE),
      (change, context) =>
        `${whole(change, context)} is ${goes(change)}: every pod on it is evicted and starts elsewhere on the cluster if there is capacity`,
    ),
  },
  {
    id: "pod-network-changed",
    what: "a cluster's pod network changes (network plugin, overlay)",
    effect: "its pods get new addresses, which other clusters may not reach; all its nodes are replaced",
    severity: "outage",
    report: onParts("network", (summary, attributes, change) => {
      const mode = attributes.find((one) => ["network_plugin", "network_plugin_mode"].includes(last(one)));
      if (mode === undefined) return undefined;
      const isOverlay = at(change.after, "network_profile", 0, "network_plugin_mode") === "overlay";
      const effect = isOverlay
        ? "pods get addresses that are reachable only in their own cluster, and an address of the fleet balances only to its own cluster; all nodes are replaced"
        : "pods get new addresses, and all nodes are replaced";
      return [
        `changes its pod network (${summary}): ${effect}`,
        `change their pod networks (${summary}): ${effect}`,
      ];
    }),
  },
  {
    id: "ingress-controller-gone",
    what: "a cluster's ingress controller, gateway or service mesh is removed",
    effect: "its Ingresses lose their address",
    severity: "outage",
    report: onParts("ingress", (summary, attributes, change) => {
      const gone = ["web_app_routing", "ingress_application_gateway", "service_mesh_profile"].filter(
        (block) => isGone(change, block),
      );
      const off = attributes.filter(
        (one) =>
          (goesOff(one) && /_enabled$/.test(last(one))) ||
          (last(one) === "default_nginx_controller" && ["None", "Internal"].includes(String(one.after))),
      );
      if (gone.length === 0 && off.length === 0) return undefined;
      const name = gone.length > 0 ? joined(gone) : summary;
      return [
        `loses its ingress (${name}): traffic through its Ingresses or gateways no longer arrives`,
        `lose their ingress (${name}): traffic through their Ingresses or gateways no longer arrives`,
      ];
    }),
  },
  {
    id: "nodes-fewer",
    what: "a cluster gets fewer nodes",
    effect: "pods on the removed nodes start elsewhere on the cluster if there is capacity",
    severity: "risk",
    report: (change, context) => {
      const nodes = counts(change);
      if (!nodes.some(shrinks) || nodes.some(empties)) return undefined;
      const said = `fewer nodes (${summaryOf(nodes)}): pods on the removed ones start elsewhere if there is capacity`;
      return reported(change, context, `gets ${said}`, `get ${said}`, nodes);
    },
  },
  {
    id: "autoscaler-off",
    what: "the autoscaler of a node pool is switched off",
    effect: "the pool keeps its current nodes, whatever the load",
    severity: "risk",
    report: onParts("autoscaler", (_, attributes, change) => {
      if (!attributes.some(goesOff)) return undefined;
      const count = at(change.after, "default_node_pool", 0, "node_count") ?? at(change.after, "node_count");
      const keeps = typeof count === "number" ? `${counted(count, "node", "nodes")}` : "its current nodes";
      return [
        `no longer has an autoscaler: it keeps ${keeps}, whatever the load`,
        `no longer have an autoscaler: each keeps ${keeps}, whatever the load`,
      ];
    }),
  },
  {
    id: "cluster-upgraded",
    what: "the Kubernetes version of a cluster changes",
    effect: "its nodes are replaced one after another; it can't be downgraded",
    severity: "risk",
    report: onParts("version", (summary) => [
      `is upgraded (${summary}): its nodes are replaced one after another, their pods move; it can't be downgraded`,
      `are upgraded (${summary}), all in one deployment: their nodes are replaced one after another, their pods move; they can't be downgraded`,
    ]),
  },
  {
    id: "nodes-rotated",
    what: "a node setting changes that requires new nodes",
    effect: "its nodes are replaced; their pods move",
    severity: "risk",
    report: onParts("rotation", (summary) => [
      `gets new nodes (${summary}): the pods of all its nodes move`,
      `get new nodes (${summary}), all in one deployment: the pods of all their nodes move`,
    ]),
  },
  {
    id: "nodes-marked",
    what: "the taints or labels of a node pool change",
    effect: "pods may no longer find a matching node",
    severity: "risk",
    report: onParts("marks", (summary) => [
      `changes its taints or labels (${summary}): pods that select nodes by them, or don't tolerate them, may find none, and NoExecute evicts them`,
      `change their taints or labels (${summary}): pods that select nodes by them, or don't tolerate them, may find none, and NoExecute evicts them`,
    ]),
  },
  {
    id: "network-settings-changed",
    what: "other network settings of a cluster change: its policies, data plane or address ranges",
    effect:
      "connections between pods may be allowed, or blocked, that were not before; nodes may be replaced",
    severity: "risk",
    report: onParts("network", (summary, attributes) =>
      attributes.some((one) => ["network_plugin", "network_plugin_mode"].includes(last(one)))
        ? undefined
        : [
            `changes its network (${summary}): its nodes may be replaced, and network policies may no longer apply`,
            `change their network (${summary}): their nodes may be replaced, and network policies may no longer apply`,
          ],
    ),
  },
  {
    id: "identity-changed",
    what: "the identity of a cluster changes",
    effect: "its membership breaks: the member must leave and rejoin",
    severity: "risk",
    report: onParts("identity", (summary) => [
      `gets another identity (${summary}): its membership breaks, and the member must be recreated`,
      `get another identity (${summary}): their membership breaks, and the members must be recreated`,
    ]),
  },
  {
    id: "egress-changed",
    what: "a cluster's egress changes",
    effect: "outbound connections break, and then come from other addresses: allowlists may block them",
    severity: "risk",
    report: (change) => {
      const egress = parts(change, "egress");
      if (egress.length === 0) return undefined;
      const said = `(${summaryOf(egress)}): open outbound connections break, and new ones come from other addresses, which allowlists may block`;
      return {
        ...severally(change, "", `change their egress ${said}`),
        text: `${subjectOf(change)} changes its egress ${said}`,
      };
    },
  },
  {
    id: "access-changed",
    what: "who or what may reach a cluster's API changes",
    effect: "people, pipelines or the hub may be locked out",
    severity: "risk",
    report: onParts("access", (summary) => [
      `changes access to its API (${summary}): people and pipelines may be locked out`,
      `change access to their APIs (${summary}): people and pipelines may be locked out`,
    ]),
  },
  {
    id: "feature-off",
    what: "a feature of a cluster that pods or people rely on is switched off",
    effect: "pods lose their identity, secrets, volumes or monitoring",
    severity: "risk",
    report: onParts("feature", (_, attributes, change) => {
      // A setting inside of a feature may go off without the feature.
      const off = attributes.filter((one) =>
        one.path.length === 1 || SWITCHES.test(plain(one, false))
          ? goesOff(one) || (one.before === "Auto" && one.after !== "Auto")
          : isGone(change, String(one.path[0])),
      );
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
    effect: "Azure upgrades it or its nodes automatically, or no longer does",
    severity: "risk",
    report: onParts("upgrades", (summary) => [
      `changes its automatic upgrades (${summary}): its nodes are replaced as new versions come out, or no longer are`,
      `change their automatic upgrades (${summary}): their nodes are replaced as new versions come out, or no longer are`,
    ]),
  },
  {
    id: "tier-changed",
    what: "the tier of a cluster becomes Free",
    effect: "its API no longer has an SLA, and is sized for few nodes",
    severity: "risk",
    report: onParts("tier", (summary, attributes) =>
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
    effect: "it joins the fleet if it is a member; placements that choose it place there",
    severity: "change",
    report: isWhen("create", isType(CLUSTER), (change, { after }) => {
      const cluster = partOf(after.clusters, change, "after");
      const where = cluster?.location ? ` in ${cluster.location}` : "";
      const joins = memberOn(after, cluster) !== undefined;
      return severally(
        change,
        `is created${where}${joins ? " and joins the fleet" : ""}`,
        `are created${where}${joins ? " and join the fleet" : ""}`,
      );
    }),
  },
  {
    id: "nodes-more",
    what: "a cluster gets more nodes",
    effect: "capacity grows; running pods stay where they are",
    severity: "change",
    report: (change, context) => {
      const nodes = counts(change);
      if (nodes.some(shrinks) || !nodes.some(grows)) return undefined;
      const said = `more nodes: ${summaryOf(nodes)}`;
      return reported(change, context, `gets ${said}`, `get ${said}`, nodes);
    },
  },
  {
    id: "cluster-changed",
    what: "a cluster changes in another way",
    effect: "it is changed in place",
    severity: "change",
    report: (change, context) => {
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
        ? reported(change, context, `changes in place: ${summary}`, `change in place: ${summary}`)
        : undefined;
    },
  },
];

/** Attributes that no rule of their own covers. */
function unsaid(
  change: Change,
  context: Context,
  wanted: readonly Part[],
  rules: readonly string[],
): AttributeChange[] {
  const isSaid =
    CLUSTER_RULES.some(({ id, report }) => rules.includes(id) && report(change, context) !== undefined) ||
    (wanted.includes("nodes") && parts(change, "autoscaler").some(goesOff));
  return isSaid ? [] : parts(change, ...wanted);
}
