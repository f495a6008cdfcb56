import { type Kind, kind, update } from "./kind";
import { clusterValues, FLEET_ID, madeObject } from "./made";

/* Plans of clusters' features, and of what a fleet balances and chooses. */

const cluster = (before: object, after: object) =>
  update(
    "azurerm_kubernetes_cluster.east",
    clusterValues("aks-east", "eastus2", before),
    clusterValues("aks-east", "eastus2", after),
  );

const CLUSTERS: readonly Kind[] = [
  kind(
    "a setting of application routing goes, and routing stays",
    "change",
    ["cluster-changed"],
    [cluster({ web_app_routing: [{ dns_zone_ids: ["/a"] }] }, { web_app_routing: [{ dns_zone_ids: [] }] })],
    [],
    ["loses its ingress"],
  ),
  kind(
    "application routing has no controller any longer",
    "outage",
    ["ingress-controller-gone"],
    [
      cluster(
        { web_app_routing: [{ default_nginx_controller: "AnnotationControlled" }] },
        { web_app_routing: [{ default_nginx_controller: "None" }] },
      ),
    ],
  ),
  kind(
    "secrets of a Key Vault are no longer rotated, and still mounted",
    "change",
    ["cluster-changed"],
    [
      cluster(
        { key_vault_secrets_provider: [{ secret_rotation_enabled: true }] },
        { key_vault_secrets_provider: [{ secret_rotation_enabled: false }] },
      ),
    ],
    [],
    ["don't start"],
  ),
  kind(
    "a window of maintenance goes",
    "risk",
    ["feature-off"],
    [
      cluster(
        { maintenance_window_auto_upgrade: [{ frequency: "Weekly", day_of_week: "Sunday" }] },
        { maintenance_window_auto_upgrade: [] },
      ),
    ],
    ["at any time"],
  ),
  kind(
    "a window of maintenance moves",
    "change",
    ["cluster-changed"],
    [
      cluster(
        { maintenance_window_auto_upgrade: [{ frequency: "Weekly", day_of_week: "Sunday" }] },
        { maintenance_window_auto_upgrade: [{ frequency: "Weekly", day_of_week: "Monday" }] },
      ),
    ],
  ),
  kind(
    "advanced networking goes",
    "risk",
    ["feature-off"],
    [
      cluster(
        { network_profile: [{ advanced_networking: [{ observability_enabled: true }] }] },
        { network_profile: [{ advanced_networking: [] }] },
      ),
    ],
  ),
  kind(
    "nodes are no longer provisioned by themselves",
    "risk",
    ["feature-off"],
    [
      cluster(
        { node_provisioning_profile: [{ mode: "Auto" }] },
        { node_provisioning_profile: [{ mode: "Manual" }] },
      ),
    ],
  ),
  kind(
    "commands can't be run by Azure any longer",
    "risk",
    ["access-changed"],
    [cluster({ run_command_enabled: true }, { run_command_enabled: false })],
  ),
];

const stages = (...names: string[]) => ({
  type: "Microsoft.ContainerService/fleets/updateStrategies@2025-03-01",
  name: "rings",
  parent_id: FLEET_ID,
  body: { properties: { strategy: { stages: names.map((name) => ({ name, groups: [{ name }] })) } } },
});
const labels = (tier: string | undefined) => ({
  type: "Microsoft.ContainerService/fleets/members@2026-06-01",
  resource_id: `${FLEET_ID}/members/aks-west`,
  body: { properties: { labels: tier === undefined ? {} : { tier } } },
});
const byTier = {
  spec: {
    resourceSelectors: [{ group: "", kind: "Namespace", name: "shop", version: "v1" }],
    policy: {
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [{ labelSelector: { matchLabels: { tier: "gold" } } }],
          },
        },
      },
    },
  },
};
const WEIGHT = "networking.fleet.azure.com/weight";
const weighted = (annotations: object) => ({ metadata: { name: "front", namespace: "shop", annotations } });

const FLEETS: readonly Kind[] = [
  kind(
    "the stages of an update strategy in another order",
    "change",
    ["update-strategy-changed"],
    [update("azapi_resource.s", stages("one", "two"), stages("two", "one"))],
    ["first two"],
  ),
  kind(
    "a label that is known after apply",
    "risk",
    ["member-labelled"],
    [
      update("azapi_update_resource.l", labels("gold"), labels(undefined), {
        after_unknown: { body: { properties: { labels: { tier: true } } } },
      }),
      madeObject(["no-op"], "ClusterResourcePlacement", "shop", byTier),
    ],
    ["may no longer choose it"],
    ["removed"],
  ),
  kind(
    "an export's weight that is known after apply",
    "risk",
    ["export-doubtful"],
    [
      madeObject(["update"], "ServiceExport", "front", weighted({ [WEIGHT]: "1" }), weighted({}), {
        after_unknown: { manifest: { metadata: { annotations: { [WEIGHT]: true } } } },
      }),
    ],
  ),
  kind(
    "an eviction that was",
    "harmless",
    ["eviction-gone"],
    [
      madeObject(["delete"], "ClusterResourcePlacementEviction", "e", {
        spec: { placementName: "shop", clusterName: "aks-west" },
      }),
    ],
  ),
];

export const FLEET_KINDS: readonly Kind[] = [...CLUSTERS, ...FLEETS];
