import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../../../lib/command/judge/effects";
import { parseGate, refused } from "../../../lib/command/judge/gate";
import { allRules } from "../../../lib/command/judge/rules";
import { SEVERITIES, SEVERITY_MEANING } from "../../../lib/command/judge/rules/rule";
import { readPlan } from "../../../lib/command/plan/plan";
import { SIBLINGS } from "../report/kinds";
import {
  clusterId,
  clusterValues,
  FLEET_ID,
  fleetPlan,
  type MadeChange,
  madeObject,
  madePlan,
  placementSpec,
} from "../report/made";

const REPLACE = ["delete", "create"];
const GONE = { action_reason: "delete_because_no_resource_config" };

const fleet = {
  type: "Microsoft.ContainerService/fleets@2025-03-01",
  name: "shop",
  location: "westus",
  id: FLEET_ID,
};
const east = (more: object = {}) => clusterValues("aks-east", "eastus2", more);
const west = (more: object = {}) => clusterValues("aks-west", "westus2", more);
const memberOf = (name: string) => ({ name: `aks-${name}`, kubernetes_cluster_id: clusterId(`aks-${name}`) });
const pool = (more: object) => ({
  default_node_pool: [{ ...(east().default_node_pool[0] as object), ...more }],
});
const changed = (address: string, before: object, after: object, more: object = {}): MadeChange => ({
  address,
  actions: ["update"],
  before,
  after,
  ...more,
});
const gone = (address: string, before: object, more: object = GONE): MadeChange => ({
  address,
  actions: ["delete"],
  before,
  ...more,
});
const made = (address: string, after: object): MadeChange => ({ address, actions: ["create"], after });
const anew = (address: string, before: object, after: object, ...path: (string | number)[]): MadeChange => ({
  address,
  actions: REPLACE,
  before,
  after,
  replace_paths: [path],
});
const spec = (value: object) => ({ spec: value });
const abandons = {
  spec: { ...placementSpec("eastus2").spec, strategy: { deleteStrategy: { propagationPolicy: "Abandon" } } },
};
const drifted = (actions: string[], after: object | null) => ({
  resource_drift: [
    {
      address: "azurerm_kubernetes_cluster.west",
      mode: "managed",
      type: "azurerm_kubernetes_cluster",
      name: "west",
      change: { actions, before: west(), after },
    },
  ],
});

const azapi = (part: string, properties: object) => ({
  type: `Microsoft.ContainerService/fleets/${part}@2025-03-01`,
  name: "team",
  body: { properties },
});
/** A mesh of the members with a label, and two members that have it. */
const mesh = (label = "mesh=shop", more: object = {}) => ({
  ...azapi("clusterMeshProfiles", { memberSelector: { byLabel: label } }),
  ...more,
});
const inMesh = (name: string, value = "shop") => ({
  ...azapi("members", { labels: { mesh: value } }),
  name,
});
const kept = (address: string, values: object): MadeChange => ({
  address,
  actions: ["no-op"],
  before: values,
  after: values,
});
const MESHED = ["aks-north", "aks-south"].map((name) => kept(`azapi_resource.${name}`, inMesh(name)));
const asked = (more: object) => ({
  type: "Microsoft.ContainerService/managedClusters@2025-05-01",
  resource_id: clusterId("aks-east"),
  method: "POST",
  when: "apply",
  ...more,
});
const labels = (value: string) => ({
  type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
  resource_id: `${FLEET_ID}/members/aks-east`,
  body: { properties: { labels: { ring: value } } },
});
const onlyOn = (member: string) =>
  spec({
    resourceSelectors: [{ kind: "MultiClusterService", name: "front" }],
    policy: {
      overrideRules: [
        {
          overrideType: "Delete",
          clusterSelector: {
            clusterSelectorTerms: [
              {
                labelSelector: {
                  matchExpressions: [
                    { key: "fleet.azure.com/member-name", operator: "NotIn", values: [member] },
                  ],
                },
              },
            ],
          },
        },
      ],
    },
  });

/** A Service that the API has filled in. */
const WEB_PORTS = [
  { name: "a", port: 80, targetPort: "80", nodePort: 31000 },
  { name: "b", port: 90, targetPort: "90", nodePort: 31001 },
];
const said = (of: object, ports: object[] = WEB_PORTS.map(({ name, port }) => ({ name, port }))) => ({
  manifest: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ...of, ports } },
  object: {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { internalTrafficPolicy: "Cluster", ...of, ports: WEB_PORTS },
  },
});
const saidMore = (of: object) => ({
  ...said(
    { internalTrafficPolicy: "Cluster", ...of },
    WEB_PORTS.map(({ name, port }) => ({ name, port, targetPort: port, nodePort: 0 })),
  ),
  computed_fields: ["metadata.annotations", "metadata.labels", "spec.ports[0].nodePort"],
});

/** For each rule a plan, and what is said of it. */
const CASES: [rule: string, plan: string, text: string][] = [
  [
    "fleet-replaced",
    fleetPlan([
      anew(
        "azapi_resource.fleet",
        { ...fleet, body: { properties: { hubProfile: { dnsPrefix: "a" } } } },
        { ...fleet, body: { properties: { hubProfile: { dnsPrefix: "b" } } } },
        "body",
      ),
      anew("azurerm_kubernetes_fleet_member.east", memberOf("east"), memberOf("east"), "kubernetes_fleet_id"),
    ]),
    "fleet shop is replaced because hubProfile.dnsPrefix changes: its hub is deleted, with everything applied to it, its 2 members leave and join the new one, what is placed is left behind unmanaged until placed again, the address of front changes",
  ],
  [
    "fleet-deleted",
    fleetPlan([gone("azapi_resource.fleet", fleet)]),
    "fleet shop is deleted because it is no longer in the app: its hub is deleted, with everything applied to it, its 2 members leave, the address of front is lost",
  ],
  [
    "cluster-replaced",
    fleetPlan([anew("azurerm_kubernetes_cluster.east", east(), east({ dns_prefix: "b" }), "dns_prefix")]),
    "cluster aks-east is replaced because dns_prefix changes: its workloads stop and restart on the new cluster, its member rejoins, the address of front changes",
  ],
  [
    "cluster-deleted",
    fleetPlan([
      gone("azurerm_kubernetes_cluster.west", west()),
      gone("azurerm_kubernetes_fleet_member.west", memberOf("west")),
    ]),
    "cluster aks-west is deleted because it is no longer in the app: its workloads stop, its member leaves; the hub refuses while it still exports a Service: remove it from the placements in an earlier deployment",
  ],
  [
    "member-replaced",
    fleetPlan([
      anew(
        "azurerm_kubernetes_fleet_member.east",
        memberOf("east"),
        { ...memberOf("east"), name: "b" },
        "name",
      ),
    ]),
    "member aks-east leaves and rejoins because name changes: until then, what it exports gets no fleet traffic, the address of front changes",
  ],
  [
    "member-with-address-leaves",
    fleetPlan([gone("azurerm_kubernetes_fleet_member.east", memberOf("east"))]),
    "member aks-east leaves because it is no longer in the app: the address of front is lost, what is placed there is left behind unmanaged",
  ],
  [
    "member-leaves",
    fleetPlan([gone("azurerm_kubernetes_fleet_member.west", memberOf("west"))]),
    "member aks-west leaves because it is no longer in the app: what is placed there is left behind unmanaged, its exports get no fleet traffic; the hub refuses while it still exports a Service",
  ],
  [
    "service-deleted",
    fleetPlan([madeObject(["delete"], "MultiClusterService", "front", {})]),
    "MultiClusterService front is deleted: the address of front is lost",
  ],
  [
    "service-replaced",
    fleetPlan([
      madeObject(
        REPLACE,
        "MultiClusterService",
        "front",
        {},
        {},
        { replace_paths: [["manifest", "apiVersion"]] },
      ),
    ]),
    "MultiClusterService front is replaced because apiVersion changes: the address of front changes",
  ],
  [
    "service-imports-other",
    fleetPlan([
      madeObject(
        ["update"],
        "MultiClusterService",
        "front",
        spec({ serviceImport: { name: "front" } }),
        spec({ serviceImport: { name: "back" } }),
      ),
    ]),
    "the address of front routes to another Service: serviceImport.name front → back",
  ],
  [
    "service-changed",
    fleetPlan([
      madeObject(
        ["update"],
        "MultiClusterService",
        "front",
        { metadata: { name: "front", annotations: { internal: "true" } } },
        { metadata: { name: "front" } },
      ),
    ]),
    "MultiClusterService front changes (metadata.annotations.internal true → unset): removed settings, such as an internal address, stay until it is recreated",
  ],
  [
    "service-created",
    fleetPlan([
      madeObject(["create"], "MultiClusterService", "front", spec({ serviceImport: { name: "front" } })),
    ]),
    "front gets an address in aks-east, which balances to every cluster that exports front",
  ],
  [
    "placement-deleted",
    fleetPlan([
      madeObject(["delete"], "ClusterResourcePlacement", "shop", placementSpec("eastus2", "westus2")),
    ]),
    "placement shop is deleted: the namespace shop is removed from aks-east and aks-west",
  ],
  [
    "placement-replaced",
    fleetPlan([
      madeObject(REPLACE, "ClusterResourcePlacement", "shop", placementSpec("eastus2"), undefined, {
        replace_paths: [["manifest", "apiVersion"]],
      }),
    ]),
    "placement shop is replaced because apiVersion changes: the namespace shop is removed from aks-east, and placed again",
  ],
  [
    "placement-narrowed",
    fleetPlan([
      madeObject(
        ["update"],
        "ClusterResourcePlacement",
        "shop",
        placementSpec("eastus2", "westus2"),
        placementSpec("eastus2"),
      ),
    ]),
    "placement shop no longer chooses westus2: the namespace shop is removed from aks-west",
  ],
  [
    "placement-widened",
    fleetPlan([
      madeObject(
        ["update"],
        "ClusterResourcePlacement",
        "shop",
        placementSpec("eastus2"),
        placementSpec("eastus2", "westus2"),
      ),
    ]),
    "placement shop also chooses aks-west: the namespace shop is placed there",
  ],
  [
    "placement-drops",
    fleetPlan([
      madeObject(["update"], "ClusterResourcePlacement", "shop", placementSpec("eastus2"), {
        spec: {
          ...placementSpec("eastus2").spec,
          resourceSelectors: [{ group: "", kind: "Namespace", name: "other", version: "v1" }],
        },
      }),
    ]),
    "placement shop no longer places shop: removed from aks-east",
  ],
  [
    // No agent of the fleet heeds what it says of that.
    "placement-deleted",
    fleetPlan([madeObject(["delete"], "ClusterResourcePlacement", "shop", abandons)]),
    "placement shop is deleted: the namespace shop is removed from aks-east",
  ],
  [
    "placement-refused",
    fleetPlan([
      madeObject(["update"], "ClusterResourcePlacement", "shop", placementSpec("eastus2"), {
        spec: {
          ...placementSpec("eastus2").spec,
          policy: { placementType: "PickFixed", clusterNames: ["aks-east"] },
        },
      }),
    ]),
    "the hub refuses to change placement shop in placementType PickAll → PickFixed (the type of a placement can't be changed): the deployment fails there; give a new one another name",
  ],
  [
    "placement-changed",
    fleetPlan([
      madeObject(["update"], "ClusterResourcePlacement", "shop", placementSpec("eastus2"), {
        spec: { ...placementSpec("eastus2").spec, strategy: { rollingUpdate: { maxUnavailable: 1 } } },
      }),
    ]),
    "placement shop changes: strategy.rollingUpdate.maxUnavailable unset → 1",
  ],
  [
    "placement-created",
    fleetPlan([madeObject(["create"], "ClusterResourcePlacement", "shop", placementSpec("eastus2"))]),
    "placement shop places shop on aks-east",
  ],
  [
    "namespace-deleted",
    fleetPlan([
      madeObject(["delete"], "Namespace", "shop", {}),
      madeObject(["delete"], "Deployment", "front", {}),
    ]),
    "namespace shop is deleted: everything in it is deleted on the hub and on aks-east and aks-west",
  ],
  [
    "namespace-created",
    fleetPlan([madeObject(["create"], "Namespace", "shop", {})]),
    "namespace shop is created, and placed on aks-east and aks-west",
  ],
  [
    "export-deleted",
    fleetPlan([madeObject(["delete"], "ServiceExport", "front", {})]),
    "export front is deleted: front gets no fleet traffic, and the address of front is lost when nothing exports it any longer",
  ],
  [
    "export-withdrawn",
    fleetPlan([
      madeObject(
        ["update"],
        "ServiceExport",
        "front",
        {},
        {
          metadata: {
            name: "front",
            namespace: "shop",
            annotations: { "networking.fleet.azure.com/weight": "0" },
          },
        },
      ),
    ]),
    "export front gets weight 0: it gets no fleet traffic",
  ],
  [
    "export-created",
    fleetPlan([madeObject(["create"], "ServiceExport", "back", {})]),
    "Service back is exported to the fleet",
  ],
  [
    "workload-deleted",
    fleetPlan([madeObject(["delete"], "Deployment", "a", {}), madeObject(["delete"], "Deployment", "b", {})]),
    "2 Deployments are deleted (a and b): removed from aks-east and aks-west",
  ],
  [
    "workload-changed",
    fleetPlan([madeObject(["update"], "Deployment", "a", spec({ replicas: 1 }), spec({ replicas: 3 }))]),
    "Deployment a changes on aks-east and aks-west: replicas 1 → 3",
  ],
  [
    "configuration-deleted",
    fleetPlan([gone("kubernetes_secret_v1.s", { metadata: [{ name: "queue", namespace: "shop" }] })]),
    "Secret queue is deleted because it is no longer in the app: pods that read it don't start",
  ],
  [
    "peering-cut",
    fleetPlan([
      gone("azurerm_virtual_network_peering.out", {
        name: "out",
        virtual_network_name: "vnet-aks-east",
        remote_virtual_network_id: "/virtualNetworks/vnet-aks-west",
      }),
    ]),
    "peering out is deleted because it is no longer in the app: aks-east and aks-west can't reach each other, connections to the other cluster fail",
  ],
  [
    "peering-created",
    fleetPlan([
      made("azurerm_virtual_network_peering.out", {
        name: "out",
        virtual_network_name: "vnet-aks-east",
        remote_virtual_network_id: "/virtualNetworks/vnet-aks-west",
      }),
    ]),
    "peering out is created: aks-east can reach the pods of aks-west",
  ],
  [
    "network-gone",
    fleetPlan([
      anew(
        "azurerm_virtual_network.east",
        { name: "vnet-aks-east", location: "a" },
        { name: "vnet-aks-east", location: "b" },
        "location",
      ),
    ]),
    "virtual network vnet-aks-east is replaced because location changes: aks-east can't keep its nodes there",
  ],
  [
    "network-changed",
    fleetPlan([
      changed(
        "azurerm_virtual_network.east",
        { name: "v", address_space: ["10.1.0.0/16"] },
        { name: "v", address_space: ["10.9.0.0/16"] },
      ),
    ]),
    'virtual network v changes (address_space ["10.1.0.0/16"] → ["10.9.0.0/16"]): reachability of the clusters in it may change',
  ],
  [
    "traffic-cut",
    fleetPlan([
      changed(
        "azurerm_network_security_rule.r",
        { name: "in", access: "Allow" },
        { name: "in", access: "Deny" },
      ),
    ]),
    "security rule in changes (access Allow → Deny): traffic from anywhere to any port is blocked",
  ],
  [
    "traffic-manager-gone",
    fleetPlan([madeObject(["delete"], "TrafficManagerProfile", "dns", {})]),
    "TrafficManagerProfile dns is deleted: its DNS name no longer resolves",
  ],
  [
    "dns-name-gone",
    fleetPlan([gone("azurerm_traffic_manager_profile.shop", { name: "shop" })]),
    "Traffic Manager profile shop is deleted because it is no longer in the app: its DNS name no longer resolves",
  ],
  [
    "dns-endpoint-gone",
    fleetPlan([
      gone("azurerm_traffic_manager_external_endpoint.east", { name: "front-east", target: "20.1.2.3" }),
    ]),
    "Traffic Manager endpoint front-east is deleted because it is no longer in the app: the DNS name no longer resolves to 20.1.2.3",
  ],
  [
    "traffic-manager-drained",
    fleetPlan([
      madeObject(["update"], "TrafficManagerBackend", "dns", spec({ weight: 5 }), spec({ weight: 0 })),
    ]),
    "TrafficManagerBackend dns gets weight 0: the DNS name no longer resolves to its clusters",
  ],
  [
    "traffic-manager-created",
    fleetPlan([
      madeObject(
        ["create"],
        "TrafficManagerBackend",
        "dns",
        {},
        spec({ profile: { name: "shop" }, backend: { name: "front" } }),
      ),
    ]),
    "TrafficManagerBackend dns is created: the DNS name of shop resolves to every cluster that exports front",
  ],
  [
    "service-moved",
    fleetPlan([
      madeObject(["update"], "ResourceOverride", "front-mcs", onlyOn("aks-east"), onlyOn("aks-west")),
    ]),
    "the address of front changes: it moves from aks-east to aks-west",
  ],
  [
    "auto-upgrade-changed",
    fleetPlan([made("azapi_resource.auto", azapi("autoUpgradeProfiles", { channel: "Stable" }))]),
    "auto-upgrade profile team is created: Azure upgrades the members automatically (channel Stable) to the latest patch of the second-newest minor version as new versions come out, one after another",
  ],
  [
    "auto-upgrade-changed",
    fleetPlan([
      changed(
        "azapi_resource.auto",
        azapi("autoUpgradeProfiles", { disabled: false }),
        azapi("autoUpgradeProfiles", { disabled: true }),
      ),
    ]),
    "auto-upgrade profile team changes (disabled false → true): it is disabled and upgrades nothing",
  ],
  [
    "auto-upgrade-gone",
    fleetPlan([gone("azapi_resource.auto", azapi("autoUpgradeProfiles", {}))]),
    "auto-upgrade profile team is deleted because it is no longer in the app: the members keep their versions until upgraded manually",
  ],
  [
    "mesh-deleted",
    fleetPlan([...MESHED, gone("azapi_resource.mesh", mesh())]),
    "cluster mesh team is deleted because it is no longer in the app: pods of aks-north and aks-south no longer reach each other through it, and a global Service has only the pods of its own cluster",
  ],
  [
    "mesh-member-leaves",
    fleetPlan([...MESHED, changed("azapi_resource.mesh", mesh(), mesh("mesh=other"))]),
    "cluster mesh team no longer has aks-north and aks-south: pods there and those of other clusters no longer reach each other through it",
  ],
  [
    "mesh-member-leaves",
    fleetPlan([
      ...MESHED.slice(1),
      changed("azapi_resource.aks-north", inMesh("aks-north"), inMesh("aks-north", "none")),
      kept("azapi_resource.mesh", mesh()),
    ]),
    "member aks-north leaves cluster mesh team (with aks-south): its pods and those of other clusters no longer reach each other through it",
  ],
  [
    "mesh-member-leaves",
    fleetPlan([
      ...MESHED.slice(1),
      gone("azapi_resource.aks-north", inMesh("aks-north")),
      kept("azapi_resource.mesh", mesh()),
    ]),
    "member aks-north leaves cluster mesh team (with aks-south): its pods and those of other clusters no longer reach each other through it",
  ],
  [
    "mesh-member-joins",
    fleetPlan([...MESHED, changed("azapi_resource.mesh", mesh("mesh=other"), mesh())]),
    "cluster mesh team gets aks-north and aks-south: pods there and those of the other clusters reach each other, and global Services are served from all",
  ],
  [
    "mesh-member-joins",
    fleetPlan([
      ...MESHED,
      made("azapi_resource.aks-third", inMesh("aks-third")),
      kept("azapi_resource.mesh", mesh()),
    ]),
    "member aks-third joins cluster mesh team (with aks-north and aks-south): its pods and those of the others reach each other, and global Services are served from all",
  ],
  [
    "mesh-created",
    fleetPlan([...MESHED, made("azapi_resource.mesh", mesh())]),
    "cluster mesh team is created: pods of aks-north and aks-south reach each other, and global Services are served from all",
  ],
  [
    "mesh-selector-changed",
    fleetPlan([...MESHED, changed("azapi_resource.mesh", mesh("mesh=a"), mesh("mesh=b"))]),
    "cluster mesh team changes its selector: mesh=a → mesh=b",
  ],
  [
    "mesh-selector-changed",
    fleetPlan([
      ...MESHED,
      changed("azapi_resource.mesh", mesh(), azapi("clusterMeshProfiles", {}), {
        after_unknown: { body: { properties: { memberSelector: { byLabel: true } } } },
      }),
    ]),
    "cluster mesh team changes its selector: mesh=shop → known after apply",
  ],
  [
    "azure-action-stops",
    fleetPlan([made("azapi_resource_action.a", asked({ action: "stop" }))]),
    "stop is sent to managedClusters aks-east (azapi_resource_action.a)",
  ],
  [
    "azure-action-stops",
    fleetPlan([gone("azapi_resource_action.a", asked({ method: "DELETE", when: "destroy" }))]),
    "DELETE is sent to managedClusters aks-east (azapi_resource_action.a)",
  ],
  [
    "azure-action-done",
    fleetPlan([
      anew(
        "azapi_resource_action.a",
        asked({ action: "rotateClusterCertificates" }),
        asked({ action: "start" }),
        "action",
      ),
    ]),
    "start is sent to managedClusters aks-east (azapi_resource_action.a)",
  ],
  [
    "azure-action-kept",
    fleetPlan([made("azapi_resource_action.a", asked({ action: "stop", when: "destroy" }))]),
    "nothing is sent to managedClusters aks-east now (azapi_resource_action.a)",
  ],
  [
    "azure-action-kept",
    fleetPlan([gone("azapi_resource_action.a", asked({ action: "stop" }))]),
    "nothing is sent to managedClusters aks-east now (azapi_resource_action.a)",
  ],
  [
    "api-version-changed",
    fleetPlan([
      changed(
        "azapi_resource.team",
        azapi("managedNamespaces", { deletePolicy: "Keep" }),
        {
          ...azapi("managedNamespaces", { deletePolicy: "Keep" }),
          type: "Microsoft.ContainerService/fleets/managedNamespaces@2026-06-01",
        },
        { after_unknown: { output: true } },
      ),
    ]),
    "managed namespace team uses API version 2026-06-01, not 2025-03-01",
  ],
  [
    "managed-namespace-deleted",
    fleetPlan([gone("azapi_resource.team", azapi("managedNamespaces", { deletePolicy: "Delete" }))]),
    "managed namespace team is deleted because it is no longer in the app: everything in it is deleted on its clusters",
  ],
  [
    "managed-namespace-kept",
    fleetPlan([gone("azapi_resource.team", azapi("managedNamespaces", { deletePolicy: "Keep" }))]),
    "managed namespace team is deleted because it is no longer in the app: it stays on its clusters with everything in it, unmanaged",
  ],
  [
    "managed-namespace-changed",
    fleetPlan([
      changed(
        "azapi_resource.team",
        azapi("managedNamespaces", { deletePolicy: "Delete" }),
        azapi("managedNamespaces", { deletePolicy: "Keep" }),
      ),
    ]),
    "managed namespace team changes on its clusters: deletePolicy Delete → Keep",
  ],
  [
    "member-relabelled",
    fleetPlan([changed("azapi_update_resource.labels", labels("a"), labels("b"))]),
    "member aks-east changes its labels (labels.ring a → b): no placement in these plans is affected",
  ],
  [
    "member-labels-kept",
    fleetPlan([gone("azapi_update_resource.labels", labels("a"))]),
    "the labels of member aks-east are no longer managed by the app: the member keeps them",
  ],
  [
    "envelope-changed",
    fleetPlan([madeObject(["create"], "ResourceEnvelope", "e", {}, { data: { a: {}, b: {} } })]),
    "ResourceEnvelope e is created: 2 objects are added to the clusters it is placed on",
  ],
  [
    "egress-changed",
    fleetPlan([
      changed(
        "azurerm_kubernetes_cluster.east",
        east({ network_profile: [{ outbound_type: "loadBalancer" }] }),
        east({ network_profile: [{ outbound_type: "userAssignedNATGateway" }] }),
      ),
    ]),
    "cluster aks-east changes its egress (network_profile[0].outbound_type loadBalancer → userAssignedNATGateway): open outbound connections break, and new ones come from other addresses, which allowlists may block",
  ],
  [
    "reach-created",
    fleetPlan([
      made("azurerm_network_security_rule.in", {
        name: "in",
        access: "Allow",
        direction: "Inbound",
        source_address_prefix: "*",
        destination_port_ranges: ["80", "443"],
      }),
    ]),
    "security rule in is created: allows inbound traffic from anywhere to port 80, 443",
  ],
  [
    "traffic-manager-changed",
    fleetPlan([
      madeObject(
        ["update"],
        "TrafficManagerProfile",
        "dns",
        spec({ monitorConfig: { port: 80 } }),
        spec({ monitorConfig: { port: 81 } }),
      ),
    ]),
    "TrafficManagerProfile dns changes (monitorConfig.port 80 → 81): its probes may judge clusters' health differently",
  ],
  [
    "evicted",
    fleetPlan([
      madeObject(
        ["create"],
        "ClusterResourcePlacementEviction",
        "e",
        spec({ placementName: "shop", clusterName: "aks-west" }),
      ),
    ]),
    "placement shop is evicted from aks-west, as far as its disruption budget allows",
  ],
  [
    "override-gone",
    fleetPlan([madeObject(["delete"], "ResourceOverride", "o", {})]),
    "ResourceOverride o is deleted: its clusters get the objects without it",
  ],
  [
    "override-changed",
    fleetPlan([madeObject(["create"], "ClusterResourceOverride", "o", {})]),
    "ClusterResourceOverride o is created: its clusters get the objects with its changes",
  ],
  [
    "envelope-gone",
    fleetPlan([madeObject(REPLACE, "ResourceEnvelope", "e", {})]),
    "ResourceEnvelope e is replaced: the objects in it are removed from aks-east and aks-west, and recreated",
  ],
  [
    "run-gone",
    fleetPlan([madeObject(["delete"], "ClusterStagedUpdateRun", "r", {})]),
    "ClusterStagedUpdateRun r is deleted: it stops at its current stage, what it rolled out stays",
  ],
  [
    "run-changed",
    fleetPlan([madeObject(["create"], "ClusterStagedUpdateRun", "r", spec({ placementName: "shop" }))]),
    "ClusterStagedUpdateRun r rolls out placement shop, stage by stage",
  ],
  [
    "nodes-fewer",
    fleetPlan([changed("azurerm_kubernetes_cluster.east", east(), east(pool({ node_count: 2 })))]),
    "cluster aks-east gets fewer nodes (node_count 3 → 2): pods on the removed ones start elsewhere if there is capacity",
  ],
  [
    "nodes-more",
    fleetPlan([changed("azurerm_kubernetes_cluster.east", east(), east(pool({ node_count: 5 })))]),
    "cluster aks-east gets more nodes: node_count 3 → 5",
  ],
  [
    "cluster-upgraded",
    fleetPlan([
      changed(
        "azurerm_kubernetes_cluster.east",
        east({ kubernetes_version: "1.34" }),
        east({ kubernetes_version: "1.35" }),
      ),
    ]),
    "cluster aks-east is upgraded (kubernetes_version 1.34 → 1.35): its nodes are replaced one after another, their pods move; it can't be downgraded",
  ],
  [
    "nodes-rotated",
    fleetPlan([
      changed("azurerm_kubernetes_cluster.east", east(), east(pool({ vm_size: "Standard_D8s_v5" }))),
    ]),
    "cluster aks-east gets new nodes (vm_size Standard_D4s_v5 → Standard_D8s_v5): the pods of all its nodes move",
  ],
  [
    "node-pool-gone",
    fleetPlan([gone("azurerm_kubernetes_cluster_node_pool.p", { name: "more" })]),
    "node pool more is deleted because it is no longer in the app: every pod on it is evicted and starts elsewhere on the cluster if there is capacity",
  ],
  [
    "identity-changed",
    fleetPlan([
      changed(
        "azurerm_kubernetes_cluster.east",
        east({ identity: [{ type: "SystemAssigned" }] }),
        east({ identity: [{ type: "UserAssigned" }] }),
      ),
    ]),
    "cluster aks-east gets another identity (identity[0].type SystemAssigned → UserAssigned): its membership breaks, and the member must be recreated",
  ],
  [
    "access-changed",
    fleetPlan([
      changed(
        "azurerm_kubernetes_cluster.east",
        east({ local_account_disabled: true }),
        east({ local_account_disabled: false }),
      ),
    ]),
    "cluster aks-east changes access to its API (local_account_disabled true → false): people and pipelines may be locked out",
  ],
  [
    "cluster-changed",
    fleetPlan([
      changed("azurerm_kubernetes_cluster.east", east({ sku_tier: "Free" }), east({ sku_tier: "Standard" })),
    ]),
    "cluster aks-east changes in place: sku_tier Free → Standard",
  ],
  [
    "cluster-created",
    fleetPlan([
      made("azurerm_kubernetes_cluster.east", east()),
      made("azurerm_kubernetes_fleet_member.east", memberOf("east")),
    ]),
    "cluster aks-east is created in eastus2 and joins the fleet",
  ],
  ["fleet-created", fleetPlan([made("azapi_resource.fleet", fleet)]), "fleet shop is created in westus"],
  [
    "member-joins",
    fleetPlan([made("azurerm_kubernetes_fleet_member.east", memberOf("east"))]),
    "member aks-east joins the fleet: shop is placed there",
  ],
  [
    "member-relabelled",
    fleetPlan([
      changed(
        "azapi_resource.m",
        {
          type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
          name: "m",
          body: { properties: { labels: { tier: "a" } } },
        },
        {
          type: "Microsoft.ContainerService/fleets/members@2025-04-01-preview",
          name: "m",
          body: { properties: { labels: { tier: "b" } } },
        },
      ),
    ]),
    "member m changes its labels (labels.tier a → b): no placement in these plans is affected",
  ],
  [
    "role-gone",
    fleetPlan([
      gone("azurerm_role_assignment.r", {
        scope: FLEET_ID,
        role_definition_id: "/x/18ab4d3d-a1bf-4477-8ad9-8359bc988f69",
      }),
    ]),
    'the role "Azure Kubernetes Fleet Manager RBAC Cluster Admin" on shop is revoked because it is no longer in the app',
  ],
  [
    "role-given",
    fleetPlan([made("azurerm_role_assignment.r", { scope: FLEET_ID, role_definition_name: "Reader" })]),
    'the role "Reader" on shop is granted',
  ],
  [
    "identity-gone",
    fleetPlan([gone("azurerm_user_assigned_identity.i", { name: "id" }, {})]),
    "identity id is deleted: what uses it loses its permissions",
  ],
  [
    "password-new",
    fleetPlan([
      {
        ...anew(
          "null_resource.Queue_1",
          { triggers: { aks_fleet: "password", value: "a-secret-of-ours" } },
          { triggers: { aks_fleet: "password" } },
          "triggers",
        ),
        action_reason: "replace_by_request",
        replace_paths: [],
        before_sensitive: { triggers: { value: true } },
      },
    ]),
    "password Queue_1 is regenerated because it was requested on the command line: the Secrets that hold it change, pods keep the old one until they restart",
  ],
  [
    "password-made",
    fleetPlan([
      {
        ...made("null_resource.Queue_CDDDBCEA", {
          triggers: { aks_fleet: "password", value: "a-secret-of-ours" },
        }),
        after_sensitive: { triggers: { value: true } },
      },
    ]),
    "password Queue is generated",
  ],
  [
    "tags-changed",
    fleetPlan([
      changed("azurerm_kubernetes_cluster.east", east({ tags: { a: "1" } }), east({ tags: { a: "2" } })),
    ]),
    "cluster aks-east changes its tags: tags.a 1 → 2",
  ],
  [
    "manifest-written-out",
    fleetPlan([
      changed("kubernetes_manifest.web", said({ type: "NodePort" }), saidMore({ type: "NodePort" })),
    ]),
    "Service web is written out",
  ],
  [
    "waits-again",
    fleetPlan([
      anew(
        "null_resource.Ready_74412F07",
        { triggers: { aks_fleet: "wait", a: "1" } },
        { triggers: { aks_fleet: "wait", a: "2" } },
        "triggers",
      ),
    ]),
    "the wait Ready runs again",
  ],
  [
    "waits-again",
    fleetPlan([gone("null_resource.DnsWait-shop_74412F07", { triggers: { aks_fleet: "wait" } })]),
    "the wait DnsWait-shop is no longer needed",
  ],
  [
    "immutables",
    fleetPlan([gone("terraform_data.front_Immutable_99BBEBDF", { input: { internal: false } })]),
    "the record of immutable fields front_Immutable is deleted with its object",
  ],
  [
    "drains",
    fleetPlan([gone("null_resource.Clean_96325957", { triggers: { aks_fleet: "drain" } })]),
    "the drain Clean waits until the members are clean",
  ],
  [
    "drift-deleted",
    fleetPlan([], drifted(["delete"], null)),
    "cluster aks-west was deleted outside of Terraform",
  ],
  [
    "drifted",
    fleetPlan([], drifted(["update"], west({ name: "b" }))),
    "cluster aks-west was changed outside of Terraform: name aks-west → b",
  ],
  [
    "plan-errored",
    fleetPlan([], { errored: true }),
    "the plan of hub ended with an error: more would change than it shows",
  ],
  [
    "plan-incomplete",
    fleetPlan([], { complete: false }),
    "the plan of hub defers something to a later run: more will change",
  ],
  [
    "outputs-only",
    fleetPlan([], { output_changes: { a: { actions: ["create"], after: 1 } } }),
    "only outputs of hub change: a",
  ],
  [
    "replaced",
    madePlan([anew("azurerm_storage_account.z", { name: "a" }, { name: "b" }, "name")]),
    "azurerm_storage_account a is replaced because name changes",
  ],
  [
    "deleted",
    madePlan([gone("azurerm_storage_account.z", { name: "a" }, { deposed: "12345678" })]),
    "azurerm_storage_account a is deleted (left by an earlier replacement)",
  ],
  [
    "forgotten",
    madePlan([{ address: "azurerm_storage_account.z", actions: ["forget"], before: { name: "a" } }]),
    "azurerm_storage_account a is forgotten: it stays as it is, unmanaged",
  ],
  [
    "unknown-action",
    madePlan([{ address: "azurerm_storage_account.z", actions: ["juggle"], before: { name: "a" } }]),
    "azurerm_storage_account a is changed by an action unknown to this command: read the plan itself",
  ],
  [
    "created",
    madePlan([made("azurerm_storage_account.z", { name: "a" })]),
    "azurerm_storage_account a is created",
  ],
  [
    "updated",
    madePlan([changed("azurerm_storage_account.z", { name: "a", ttl: 1 }, { name: "a", ttl: 2 })]),
    "azurerm_storage_account a changes in place: ttl 1 → 2",
  ],
  [
    "imported",
    madePlan([
      {
        address: "azurerm_storage_account.z",
        actions: ["no-op"],
        before: { name: "a" },
        after: { name: "a" },
        importing: { id: "x" },
      },
    ]),
    "azurerm_storage_account a is imported",
  ],
  [
    "moved",
    madePlan([
      {
        address: "azurerm_storage_account.z",
        actions: ["no-op"],
        before: { name: "a" },
        after: { name: "a" },
        previous_address: "azurerm_storage_account.y",
      },
    ]),
    "azurerm_storage_account a is moved to another address",
  ],
];

test.each(CASES)("%s", (id, plan, text) => {
  const { effects } = judge([readPlan(plan, "hub", "the plan")]);
  expect(effects.map(({ rule, text }) => `${rule}: ${text}`)).toContain(`${id}: ${text}`);
});

test("every rule has a case", () => {
  const ids = [
    ...CASES.map(([id]) => id),
    // By plans that azapi made.
    "mesh-member-unlabelled",
    "mesh-applied",
    ...SIBLINGS.flatMap(({ rules }) => rules),
    "plan-missing",
    "plan-failed",
  ];
  expect([...new Set(ids)].sort()).toEqual(
    allRules()
      .map(({ id }) => id)
      .sort(),
  );
});

test("a deployed stack that can't be planned is a risk", () => {
  const { effects, severity, unplanned } = judge([], {
    unplanned: [{ stack: "hub", why: "is deployed and can't be planned yet" }],
  });
  expect([severity, unplanned, effects.map(({ rule, stacks }) => [rule, stacks])]).toEqual([
    "risk",
    ["hub"],
    [["plan-missing", ["hub"]]],
  ]);
});

test("a plan that failed is a risk, and may be anything", () => {
  const failed = [{ stack: "hub", why: "Invalid credentials" }];
  const report = judge([], { failed });
  expect([report.severity, report.failed, report.effects.map(({ rule, text }) => [rule, text])]).toEqual([
    "risk",
    failed,
    [["plan-failed", "the plan of hub failed: Invalid credentials"]],
  ]);
  expect(refused(report, parseGate(["replace"]), [])).toHaveLength(1);
  expect(refused(report, parseGate(["replace:outage"]), [])).toEqual([]);
});

test("worst comes first, and what goes with something is told with it", () => {
  const { effects, severity, stacks } = judge([
    readPlan(
      fleetPlan([
        changed("azurerm_kubernetes_cluster.west", west({ tags: { a: "1" } }), west({ tags: { a: "2" } })),
        gone("azurerm_kubernetes_cluster.east", east()),
        gone("azurerm_kubernetes_fleet_member.east", memberOf("east")),
        gone("azurerm_virtual_network.east", { name: "vnet-aks-east" }),
        gone("azurerm_role_assignment.r", { scope: clusterId("aks-east") }),
      ]),
      "infra",
      "the plan",
    ),
  ]);
  expect(effects.map(({ rule }) => rule)).toEqual(["cluster-deleted", "tags-changed"]);
  expect(severity).toBe("outage");
  expect(stacks[0]?.changes.map((one) => one.severity)).toEqual([...Array(4).fill("outage"), "harmless"]);
});

const effectsOf = (...changes: MadeChange[]) =>
  judge([readPlan(fleetPlan(changes), "infra", "plan.json")]).effects;

test("of what a manifest says more, only what the API doesn't have already", () => {
  const reported = (before: object, after: object) =>
    effectsOf(changed("kubernetes_manifest.web", before, after)).map(({ text }) => text);
  const before = said({ type: "NodePort" });
  expect(reported(before, saidMore({ type: "LoadBalancer" }))).toEqual([
    "Service web changes: type NodePort → LoadBalancer",
  ]);
  expect(reported(before, saidMore({ type: "NodePort", internalTrafficPolicy: "Local" }))).toEqual([
    expect.stringContaining("internalTrafficPolicy unset → Local"),
  ]);
  // A port more, before the others.
  const [first = {}, ...others] = saidMore({ type: "NodePort" }).manifest.spec.ports;
  expect(reported(before, said({ type: "NodePort" }, [{ name: "c", port: 100 }, first, ...others]))).toEqual([
    expect.not.stringContaining("targetPort"),
  ]);
});

test("labels come and go with their member", () => {
  const reported = effectsOf(
    gone("azapi_update_resource.labels", labels("a")),
    gone("azurerm_kubernetes_fleet_member.east", memberOf("east")),
  );
  expect(reported.map(({ rule }) => rule)).toEqual(["member-with-address-leaves"]);
  expect(reported[0]?.addresses).toContain("azapi_update_resource.labels");
});

test("a weight that is not 0 withdraws nothing", () => {
  const weight = (value: string) => ({
    metadata: {
      name: "front",
      namespace: "shop",
      annotations: { "networking.fleet.azure.com/weight": value },
    },
  });
  const reported = effectsOf(madeObject(["update"], "ServiceExport", "front", weight("1"), weight("5")));
  expect(reported.map(({ rule }) => rule)).toEqual(["export-created"]);
});

test("a change of which several things are told has the worst severity", () => {
  const change = changed(
    "azurerm_kubernetes_cluster.east",
    east(),
    east({ ...pool({ node_count: 1 }), sku_tier: "Free" }),
  );
  const [stack] = judge([readPlan(fleetPlan([change]), "infra", "plan.json")]).stacks;
  expect(stack?.changes.map(({ severity }) => severity)).toEqual(["risk"]);
});

test("who gets or loses a role is told, each role in one sentence", () => {
  const id = "11111111-1111-1111-1111-111111111111";
  const role = (principal_id: string, scope: string) => ({
    role_definition_name: "Reader",
    principal_id,
    scope: `/subscriptions/x/${scope}`,
  });
  const identity = { name: "id-west", principal_id: id };
  const same: MadeChange = {
    address: "azurerm_user_assigned_identity.west",
    actions: ["no-op"],
    before: identity,
    after: identity,
  };
  const reported = (...changes: MadeChange[]) =>
    judge([readPlan(madePlan([same, ...changes]), "infra", "plan.json")]).effects.map(({ text }) => text);
  expect(reported(made("azurerm_role_assignment.a", role(id, "aks-west")))).toEqual([
    'the role "Reader" on aks-west is granted to identity id-west',
  ]);
  const other = "99999999-9999-9999-9999-999999999999";
  expect(
    reported(
      gone("azurerm_role_assignment.a", role(id, "aks-west")),
      gone("azurerm_role_assignment.b", role(other, "aks-east")),
    ),
  ).toEqual([
    `2 roles "Reader" are revoked because they are no longer in the app (${other} on aks-east and identity id-west on aks-west)`,
  ]);
});

test("what is placed by labels is known by those that are laid over a member", () => {
  const byLabel = {
    spec: {
      resourceSelectors: [{ kind: "Namespace", name: "shop" }],
      policy: {
        placementType: "PickAll",
        affinity: {
          clusterAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              clusterSelectorTerms: [{ labelSelector: { matchLabels: { ring: "a" } } }],
            },
          },
        },
      },
    },
  };
  const plan = fleetPlan([
    changed("azapi_update_resource.labels", labels("b"), labels("b")),
    madeObject(["create"], "ClusterResourcePlacement", "other", {}, byLabel),
  ]);
  const { effects } = judge([readPlan(plan, "infra", "plan.json")]);
  expect(effects.map(({ text }) => text)).toContain("placement other places shop on one or more of aks-west");
});

test("a network leaves its mesh with its cluster: that says all", () => {
  const target = "/virtualNetworks/vnet-aks-east";
  const leaves = (...more: MadeChange[]) =>
    judge([
      readPlan(
        fleetPlan([
          gone("azurerm_network_manager_static_member.east", {
            name: "east",
            target_virtual_network_id: target,
          }),
          ...more,
        ]),
        "infra",
        "plan.json",
      ),
    ]).effects.map(({ rule }) => rule);
  expect(leaves()).toEqual(["mesh-cut"]);
  const deployment = gone("azurerm_network_manager_deployment.d", { location: "eastus2" });
  expect(leaves(deployment)).toEqual(["mesh-cut", "mesh-cut"]);
  expect(leaves(deployment, gone("azurerm_kubernetes_cluster.east", east()))).not.toContain("mesh-cut");
  const elsewhere = gone("azurerm_network_manager_deployment.d", { location: "westus2" });
  expect(leaves(elsewhere, gone("azurerm_kubernetes_cluster.east", east()))).toContain("mesh-cut");
  expect(leaves(gone("azurerm_kubernetes_cluster.east", east()))).not.toContain("mesh-cut");
});

test("the documentation holds the same table", () => {
  const text = readFileSync(join(__dirname, "../../../docs/report.md"), "utf8");
  const rows = allRules().map(
    ({ id, what, effect, severity }) => `| ${severity} | ${what} | ${effect} | ${id} |`,
  );
  const table = text
    .split("\n")
    .filter((line) => /\| [a-z-]+ \|$/.test(line) && /^\| (outage|risk|change|harmless) /.test(line));
  expect(table).toEqual(rows);
  for (const severity of SEVERITIES) expect(text).toContain(`**${severity}**: ${SEVERITY_MEANING[severity]}`);
});

test.each([
  ["only what is asked for in another version changes", {}, ["api-version-changed"]],
  ["more changes", { deletePolicy: "Delete" }, ["managed-namespace-deletes"]],
  ["the type is another one", { type: "Microsoft.ContainerService/fleets/members@2026-06-01" }, undefined],
])("of an API version: %s", (_, { type, ...properties }: Record<string, string>, rules) => {
  const before = azapi("managedNamespaces", { deletePolicy: "Keep" });
  const after = {
    ...azapi("managedNamespaces", { deletePolicy: "Keep", ...properties }),
    type: type ?? "Microsoft.ContainerService/fleets/managedNamespaces@2026-06-01",
  };
  const { effects } = judge([
    readPlan(fleetPlan([changed("azapi_resource.team", before, after)]), "hub", "the plan"),
  ]);
  const reported = effects.map(({ rule }) => rule);
  if (rules) expect(reported).toEqual(rules);
  else expect(reported).not.toContain("api-version-changed");
});

test("what is asked of something that goes is told with that", () => {
  const { effects } = judge([
    readPlan(
      fleetPlan([
        gone("azurerm_kubernetes_cluster.east", east()),
        gone("azapi_resource_action.a", asked({ action: "stop", when: "destroy", resource_id: east().id })),
      ]),
      "infra",
      "the plan",
    ),
  ]);
  expect(effects.map(({ rule }) => rule)).not.toContain("azure-action-stops");
});

test("a mesh of one member cuts nobody off", () => {
  const { effects } = judge([
    readPlan(
      fleetPlan([
        ...MESHED.slice(1),
        changed("azapi_resource.aks-north", inMesh("aks-north", "none"), inMesh("aks-north", "none")),
        gone("azapi_resource.mesh", mesh()),
      ]),
      "infra",
      "the plan",
    ),
  ]);
  const rules = effects.map(({ rule }) => rule);
  expect(rules).toContain("deleted");
  expect(rules).not.toContain("mesh-deleted");
});
