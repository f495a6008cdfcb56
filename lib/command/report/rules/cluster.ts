import { type AttributeChange, attributesOf } from "../attributes";
import type { Change } from "../plan";
import { pathText } from "../values";
import { addresses, memberOn, partOf, servicesOn } from "./parts";
import { GONE, isType, isWhen, type Rule } from "./rule";
import { CLUSTER, changeName, subjectOf } from "./subject";
import { because, goes, summaryOf } from "./words";

export const POOL_ROTATES =
  /^default_node_pool\.?(\[0\])?\.?(vm_size|max_pods|os_disk_\w+|os_sku|zones|fips_enabled|host_encryption_enabled|kubelet_\w+|linux_os_config|ultra_ssd_enabled|node_public_ip_enabled|pod_subnet_id|vnet_subnet_id|snapshot_id|only_critical_addons_enabled)/;
export const ROTATES =
  /^(vm_size|max_pods|os_disk_\w+|os_sku|zones|fips_enabled|host_encryption_enabled|kubelet_\w+|linux_os_config|ultra_ssd_enabled|node_public_ip_enabled|pod_subnet_id|vnet_subnet_id|snapshot_id)/;

export type ClusterPart =
  | "egress"
  | "nodes"
  | "version"
  | "rotation"
  | "identity"
  | "access"
  | "tags"
  | "other";

export function clusterPart({ path }: AttributeChange, pool: boolean): ClusterPart {
  const text = pathText(path);
  if (/^(default_node_pool(\[0\])?\.)?(node_count|min_count|max_count)$/.test(text)) return "nodes";
  if (/(^|\.)(kubernetes_version|orchestrator_version)$/.test(text)) return "version";
  if ((pool ? ROTATES : POOL_ROTATES).test(text)) return "rotation";
  if (/^network_profile(\[0\])?\.(outbound_type|nat_gateway_profile|load_balancer_profile)/.test(text))
    return "egress";
  if (/^(identity|kubelet_identity|service_principal)\b/.test(text)) return "identity";
  if (
    /^(local_account_disabled|azure_active_directory|api_server_access|role_based|private_cluster)/.test(text)
  ) {
    return "access";
  }
  return /^(default_node_pool(\[0\])?\.)?tags\b/.test(text) ? "tags" : "other";
}

export function clusterParts(change: Change, part: ClusterPart): AttributeChange[] {
  const pool = change.type === "azurerm_kubernetes_cluster_node_pool";
  if (change.action !== "update" || !(pool || change.type === CLUSTER)) return [];
  return attributesOf(change).filter((attribute) => clusterPart(attribute, pool) === part);
}

export function shrinks({ before, after }: AttributeChange): boolean {
  return typeof before === "number" && typeof after === "number" && after < before;
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
      ].join(", ")}`;
    }),
  },
  {
    id: "nodes-fewer",
    what: "a cluster gets fewer nodes",
    effect: "the pods of the nodes that go start elsewhere on the cluster, if there is room",
    severity: "risk",
    tell: (change) => {
      const nodes = clusterParts(change, "nodes");
      return nodes.some(shrinks)
        ? `${subjectOf(change)} gets fewer nodes (${summaryOf(nodes)}): the pods on those that go start elsewhere, if there is room`
        : undefined;
    },
  },
  {
    id: "cluster-upgraded",
    what: "the Kubernetes version of a cluster changes",
    effect: "its nodes are replaced one after the other; there is no way back",
    severity: "risk",
    tell: (change) => {
      const version = clusterParts(change, "version");
      return version.length > 0
        ? `${subjectOf(change)} is upgraded (${summaryOf(version)}): its nodes are replaced one after the other, their pods move; there is no way back`
        : undefined;
    },
  },
  {
    id: "nodes-rotated",
    what: "a setting of a cluster's nodes changes that only new nodes can have",
    effect: "its nodes are replaced; their pods move",
    severity: "risk",
    tell: (change) => {
      const rotation = clusterParts(change, "rotation");
      return rotation.length > 0
        ? `${subjectOf(change)} gets new nodes (${summaryOf(rotation)}): the pods of all its nodes move`
        : undefined;
    },
  },
  {
    id: "node-pool-gone",
    what: "a node pool is deleted or replaced",
    effect: "its pods start elsewhere on the cluster, if there is room",
    severity: "risk",
    tell: isWhen(
      GONE,
      isType("azurerm_kubernetes_cluster_node_pool"),
      (change) =>
        `node pool ${changeName(change)} is ${goes(change)}: its pods start elsewhere on the cluster, if there is room`,
    ),
  },
  {
    id: "identity-changed",
    what: "the identity of a cluster changes",
    effect: "its membership breaks: the member has to leave and join again",
    severity: "risk",
    tell: (change) => {
      const identity = clusterParts(change, "identity");
      return identity.length > 0
        ? `${subjectOf(change)} gets another identity (${summaryOf(identity)}): its membership breaks, the member has to be made anew`
        : undefined;
    },
  },
  {
    id: "egress-changed",
    what: "the way of a cluster's outgoing connections changes",
    effect: "they break, and come from other addresses from then on: allow lists may refuse them",
    severity: "risk",
    tell: (change) => {
      const egress = clusterParts(change, "egress");
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
    tell: (change) => {
      const access = clusterParts(change, "access");
      return access.length > 0
        ? `${subjectOf(change)} is reached otherwise (${summaryOf(access)}): people and pipelines may be locked out`
        : undefined;
    },
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
    tell: (change) => {
      const nodes = clusterParts(change, "nodes");
      return nodes.length > 0 && !nodes.some(shrinks)
        ? `${subjectOf(change)} gets more nodes: ${summaryOf(nodes)}`
        : undefined;
    },
  },
  {
    id: "cluster-changed",
    what: "a cluster changes otherwise",
    effect: "it is changed in place",
    severity: "change",
    tell: (change) => {
      const others = clusterParts(change, "other");
      return others.length > 0 ? `${subjectOf(change)} changes in place: ${summaryOf(others)}` : undefined;
    },
  },
];
