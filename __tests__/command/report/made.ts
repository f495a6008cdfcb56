/** Plans made by hand: the shape of `terraform show -json`, with what a test is about. */
export interface MadeChange {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly [more: string]: unknown;
}

const ON_CHANGE = ["replace_paths", "before_sensitive", "after_sensitive", "after_unknown", "importing"];

export function madeChange({ address, actions, before, after, ...more }: MadeChange): object {
  const [type, name] = address.replace(/\[.*\]$/, "").split(".");
  const split = (inChange: boolean) =>
    Object.fromEntries(Object.entries(more).filter(([key]) => ON_CHANGE.includes(key) === inChange));
  return {
    address,
    mode: "managed",
    type,
    name,
    ...split(false),
    change: {
      actions,
      before: before ?? null,
      after: after ?? null,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
      ...split(true),
    },
  };
}

export function madePlan(changes: readonly MadeChange[], more: object = {}): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: changes.map(madeChange),
    ...more,
  });
}

/** A change of an object on the hub or a member. */
export function madeObject(
  actions: readonly string[],
  kind: string,
  name: string,
  before: object | undefined,
  after: object | undefined = before,
  more: object = {},
): MadeChange {
  const fleet = /Placement|Override|Staged|Envelope/.test(kind);
  const networking = /^(ServiceExport|MultiClusterService|TrafficManager)/.test(kind);
  const manifest = (rest: object) => ({
    manifest: {
      apiVersion: fleet
        ? "placement.kubernetes-fleet.io/v1"
        : networking
          ? "networking.fleet.azure.com/v1beta1"
          : kind === "Deployment"
            ? "apps/v1"
            : "v1",
      kind,
      metadata: { name, ...(/^(Cluster|Namespace)/.test(kind) ? {} : { namespace: "shop" }) },
      ...rest,
    },
    object: { status: "not what is asked" },
  });
  return {
    address: `kubernetes_manifest.${kind}-${name}`,
    actions,
    before: actions[0] === "create" && actions.length === 1 ? undefined : manifest(before ?? {}),
    after: actions[0] === "delete" && actions.length === 1 ? undefined : manifest(after ?? {}),
    ...more,
  };
}

const SUBSCRIPTION = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg";
export const FLEET_ID = `${SUBSCRIPTION}/providers/Microsoft.ContainerService/fleets/shop`;
export const clusterId = (name: string) =>
  `${SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters/${name}`;
const networkId = (name: string) => `${SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks/${name}`;

export function clusterValues(name: string, location: string, more: object = {}) {
  return {
    name,
    location,
    id: clusterId(name),
    dns_prefix: name,
    default_node_pool: [
      {
        name: "system",
        node_count: 3,
        vm_size: "Standard_D4s_v5",
        vnet_subnet_id: `${networkId(`vnet-${name}`)}/subnets/nodes`,
      },
    ],
    ...more,
  };
}

/** A fleet of two members with a placement, an export and an address, of which nothing changes. */
export function restOfFleet(): MadeChange[] {
  const same = (address: string, values: object): MadeChange => ({
    address,
    actions: ["no-op"],
    before: values,
    after: values,
  });
  return [
    same("azapi_resource.fleet", {
      type: "Microsoft.ContainerService/fleets@2025-03-01",
      name: "shop",
      location: "westus",
      id: FLEET_ID,
    }),
    ...(["east", "west"] as const).flatMap((name) => [
      same(`azurerm_kubernetes_cluster.${name}`, clusterValues(`aks-${name}`, `${name}us2`)),
      same(`azurerm_kubernetes_fleet_member.${name}`, {
        name: `aks-${name}`,
        kubernetes_cluster_id: clusterId(`aks-${name}`),
        kubernetes_fleet_id: FLEET_ID,
      }),
      same(`azurerm_virtual_network.${name}`, { name: `vnet-aks-${name}` }),
    ]),
    same("azurerm_virtual_network_peering.out", {
      name: "out",
      virtual_network_name: "vnet-aks-east",
      remote_virtual_network_id: networkId("vnet-aks-west"),
    }),
    same("azurerm_virtual_network_peering.back", {
      name: "back",
      virtual_network_name: "vnet-aks-west",
      remote_virtual_network_id: networkId("vnet-aks-east"),
    }),
    madeObject(["no-op"], "ClusterResourcePlacement", "shop", placementSpec("eastus2", "westus2")),
    madeObject(["no-op"], "ServiceExport", "front", {}),
    madeObject(["no-op"], "MultiClusterService", "front", { spec: { serviceImport: { name: "front" } } }),
  ];
}

/** The Kubernetes provider of a stack that holds a MultiClusterService on aks-east. */
export const ON_EAST = {
  configuration: {
    provider_config: {
      kubernetes: {
        expressions: {
          host: { references: ["azurerm_kubernetes_cluster.east.id", "azurerm_kubernetes_cluster.east"] },
        },
      },
    },
    root_module: {
      resources: [
        {
          address: "azurerm_kubernetes_cluster.east",
          type: "azurerm_kubernetes_cluster",
          expressions: { name: { constant_value: "aks-east" } },
        },
      ],
    },
  },
};

export function placementSpec(...locations: string[]) {
  return {
    spec: {
      resourceSelectors: [{ group: "", kind: "Namespace", name: "shop", version: "v1" }],
      policy: {
        placementType: "PickAll",
        affinity: {
          clusterAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              clusterSelectorTerms: [
                {
                  labelSelector: {
                    matchExpressions: [
                      { key: "fleet.azure.com/location", operator: "In", values: locations },
                    ],
                  },
                },
              ],
            },
          },
        },
      },
    },
  };
}

/** A fleet in which some of it changes: what is given replaces what has the same address. */
export function fleetPlan(changes: readonly MadeChange[], more: object = {}): string {
  const given = changes.map(({ address }) => address);
  const rest = restOfFleet().filter(({ address }) => !given.includes(address));
  const { configuration } = ON_EAST;
  return madePlan([...rest, ...changes], { configuration, ...more });
}
