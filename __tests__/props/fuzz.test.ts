import { App, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import * as library from "../../lib";
import {
  AksCluster,
  AzapiProvider,
  AzapiProxyResource,
  AzapiResource,
  AzapiResourceAction,
  ClusterMeshProfile,
  ClusterNetwork,
  ClusterResourceEnvelope,
  ClusterResourceOverride,
  ClusterResourcePlacement,
  ClusterResourcePlacementDisruptionBudget,
  ClusterResourcePlacementEviction,
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  clusterAccess,
  DataAzapiResourceAction,
  DnsLoadBalancer,
  Drain,
  EntryService,
  Fleet,
  FleetAutoUpgradeProfile,
  FleetManagedNamespace,
  FleetMember,
  FleetUpdateStrategy,
  GlobalDnsEndpoint,
  GlobalDnsName,
  HubCredentials,
  HubStack,
  InfraStack,
  keepState,
  Leave,
  MemberCredentials,
  MemberStack,
  MultiClusterService,
  MultiRegionFleet,
  Namespace,
  NetworkManager,
  NetworkManagerMesh,
  PeeringMesh,
  PlacementPolicy,
  PlanRole,
  type Principal,
  providerConfig,
  ResourceEnvelope,
  ResourceOverride,
  ResourcePlacement,
  RoleGrant,
  Secret,
  ServiceExport,
  StagedUpdateRun,
  StagedUpdateStrategy,
  TrafficManagerAccess,
  TrafficManagerBackend,
  TrafficManagerProfile,
  Wait,
  Workloads,
} from "../../lib";
import { fits, isPlain, TYPES } from "../../lib/props/fit";
import type { Node } from "../../lib/props/schema";
import { readSettings } from "../../settings";
import { accessTo, strategyCalled, strategyIn } from "../hub/fixtures";
import { plainStack, refusal, synthApp } from "../synth";

/* Every prop of every construct, and every option of every method, with something in it that it does not take. */

type Values = Record<string, unknown>;

interface Door {
  /** The type of the props, in the schema. */
  readonly type: string;
  /** Props that are taken. */
  readonly props: (world: World) => Values;
  /** Hands props over. */
  readonly hand: (world: World, props: never) => unknown;
}

/** What constructs are made of, in one stack of an app. */
class World {
  readonly stack: TerraformStack;
  private network_?: ClusterNetwork;
  private cluster_?: AksCluster;
  private fleet_?: Fleet;
  private member_?: FleetMember;
  private namespace_?: Namespace;
  private placement_?: ClusterResourcePlacement;

  constructor(readonly app: App) {
    this.stack = plainStack(app);
  }

  get network() {
    this.network_ ??= new ClusterNetwork(this.stack, "Given-Network", {
      key: "east",
      location: "eastus2",
      addressSpace: ["10.1.0.0/16"],
    });
    return this.network_;
  }

  get cluster() {
    this.cluster_ ??= new AksCluster(this.stack, "Given-Cluster", { network: this.network });
    return this.cluster_;
  }

  get fleet() {
    this.fleet_ ??= new Fleet(this.stack, "Given-Fleet", { fleetName: "store", location: "westus" });
    return this.fleet_;
  }

  get member() {
    this.member_ ??= this.fleet.addMember("east", { cluster: this.cluster, group: "a" });
    return this.member_;
  }

  get namespace() {
    if (!this.namespace_) {
      const { fleet } = this.member;
      this.namespace_ = new Namespace(this.stack, "Given-Namespace", {
        fleet,
        name: "store",
        workloadsElsewhere: true,
      });
    }
    return this.namespace_;
  }

  get placement() {
    this.placement_ ??= new ClusterResourcePlacement(this.stack, "Given-Placement", {
      namespace: this.namespace,
      policy: ALL,
    });
    return this.placement_;
  }

  /** A namespace that is on every member. */
  get placed() {
    return this.placement.namespace as Namespace;
  }

  get external() {
    return new ClusterResourcePlacement(this.stack, "Given-Placement", {
      namespace: this.namespace,
      policy: ALL,
      rolloutType: "External",
    });
  }

  get resourcePlacement() {
    new ClusterResourcePlacement(this.stack, "Given-Bare", {
      namespace: this.namespace,
      policy: ALL,
      selectionScope: "NamespaceOnly",
    });
    return new ResourcePlacement(this.stack, "Given-ResourcePlacement", {
      namespace: this.namespace,
      name: "some",
      policy: ALL,
      selectors: [{ version: "v1", kind: "ConfigMap" }],
      rolloutType: "External",
    });
  }

  get profile() {
    return new TrafficManagerProfile(this.stack, "Given-Profile", {
      namespace: this.namespace,
      name: "web",
      resourceGroupName: "rg-tm",
    });
  }

  get hub() {
    return new HubStack(this.app, "hub", { fleet: this.member.fleet });
  }

  get infra() {
    return new InfraStack(this.app, "infra", { ...INFRA });
  }
}

const ALL = PlacementPolicy.all();
const PLANNER = { name: "plan", objectId: "33333333-3333-3333-3333-333333333333", type: "ServicePrincipal" };
const ACCESS = { server: "https://hub", certificateAuthority: "Y2E=", login: "azurecli" } as const;
const EAST = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };
const INFRA = { fleetName: "store", fleetLocation: "westus", members: { east: EAST } };
const ID = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-old/providers";
const MANAGER_ID = `${ID}/Microsoft.Network/networkManagers/central`;
const CLUSTER_ID = `${ID}/Microsoft.ContainerService/managedClusters/aks-old`;
const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { a: "b" } };
const ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "reader" },
  rules: [],
};
const LABELS = { matchLabels: { a: "b" }, matchExpressions: [{ key: "c", operator: "In", values: ["d"] }] };
const STAGES = [
  {
    name: "canary",
    labelSelector: LABELS,
    beforeStageTasks: [{ type: "Approval" }],
    afterStageTasks: [{ type: "TimedWait", waitTime: "1h" }],
  },
];
const RULES = [
  {
    clusterSelectorTerms: [LABELS],
    jsonPatchOverrides: [{ op: "add", path: "/metadata/labels/a", value: "b" }],
  },
];
const REQUIRED = [
  {
    labelSelector: LABELS,
    properties: [{ name: "kubernetes-fleet.io/node-count", operator: "Ge", value: "3" }],
  },
];
const TOLERATIONS = [{ key: "a", value: "b", effect: "NoSchedule" }];
const AZAPI = { type: "Microsoft.A/b@2025-03-01", name: "one", parentId: "/subscriptions/1", body: {} };

/** Options with more in them, if they are some. */
function within(given: object, more: object): never {
  return (isPlain(given) ? { ...given, ...more } : given) as never;
}

function props<T>(given: T): (world: World) => Values {
  return () => given as Values;
}

type Class<P> = new (scope: Construct, id: string, props: P) => Construct;

function made<P>(
  type: string,
  of: Class<P>,
  given: (world: World) => Values,
  scope = (world: World): Construct => world.stack,
): [string, Door] {
  return [of.name, { type, props: given, hand: (world, with_) => new of(scope(world), "Made", with_) }];
}

const inApp = (world: World) => world.app;

function withFront(namespace: Namespace): Namespace {
  const spec = { selector: { app: "front" }, ports: [{ port: 80 }] };
  namespace.addWorkloads("Front", {
    objects: [{ apiVersion: "v1", kind: "Service", metadata: { name: "front" }, spec }],
  });
  return namespace;
}

/** The door of the same name that many have. */
function grantPlan(
  of: string,
  granting: (world: World) => { grantPlan(principal: Principal): unknown },
): [string, Door][] {
  const hand: Door["hand"] = (world, given) => granting(world).grantPlan(given);
  return [[`${of}.grantPlan`, { type: "Principal", props: props(PLANNER), hand }]];
}
/** A fleet whose members the app may not know. */
const MESHED_ID =
  "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/meshed";

const DOORS: readonly (readonly [string, Door])[] = [
  made(
    "ClusterNetworkProps",
    ClusterNetwork,
    props({ key: "west", ...EAST, additionalSubnets: { db: "10.1.9.0/24" } }),
  ),
  made("AksClusterProps", AksCluster, ({ network }) => ({
    network,
    admins: [{ name: "team", objectId: "11111111-1111-1111-1111-111111111111" }],
  })),
  made("FleetProps", Fleet, props({ fleetName: "other", location: "westus", tags: { a: "b" } })),
  made("FleetMemberProps", FleetMember, ({ fleet, cluster }) => ({
    fleet,
    cluster,
    key: "east",
    labels: { a: "b" },
  })),
  made("FleetUpdateStrategyProps", FleetUpdateStrategy, ({ member }) => ({
    fleet: member.fleet,
    name: "all",
    stages: [{ name: "one", groups: ["a"] }],
  })),
  made("FleetAutoUpgradeProfileProps", FleetAutoUpgradeProfile, ({ fleet }) => ({
    fleet,
    name: "stable",
    channel: "Stable",
  })),
  made("ClusterMeshProfileProps", ClusterMeshProfile, ({ stack }) => ({
    fleet: Fleet.fromFleetId(stack, "Meshed", MESHED_ID),
    name: "shop",
    apiVersion: "2026-06-02-preview",
    memberSelector: "mesh=shop",
  })),
  made("FleetManagedNamespaceProps", FleetManagedNamespace, ({ fleet }) => ({ fleet, name: "team" })),
  made("TrafficManagerAccessProps", TrafficManagerAccess, ({ fleet }) => ({ fleet })),
  made(
    "NetworkManagerProps",
    NetworkManager,
    props({
      networkManagerName: "central",
      location: "westeurope",
      subscriptionIds: ["11111111-1111-1111-1111-111111111111"],
    }),
  ),
  made("NetworkManagerMeshProps", NetworkManagerMesh, ({ stack, network }) => ({
    networkManager: NetworkManager.fromNetworkManagerId(stack, "Central", MANAGER_ID),
    networks: [network],
  })),
  made("GlobalDnsNameProps", GlobalDnsName, props({ name: "shop", location: "westus", tags: { a: "b" } })),
  made("GlobalDnsEndpointProps", GlobalDnsEndpoint, ({ stack }) => ({
    dnsName: new GlobalDnsName(stack, "Given-Name", { name: "shop", location: "westus" }),
    name: "east",
    address: "20.1.2.3",
    location: "eastus2",
  })),
  made("EntryServiceProps", EntryService, ({ namespace }) => ({
    namespace: withFront(namespace),
    serviceName: "front",
    entry: "east",
  })),
  made("PeeringMeshProps", PeeringMesh, ({ network }) => ({ networks: [network] })),
  made(
    "RoleGrantProps",
    RoleGrant,
    props({ roleId: "a", resourceId: "b", principal: { objectId: "11111111-1111-1111-1111-111111111111" } }),
  ),
  made("PlanRoleProps", PlanRole, props({ principal: PLANNER })),
  made("HubCredentialsProps", HubCredentials, ({ fleet }) => ({ fleet })),
  made("MemberCredentialsProps", MemberCredentials, ({ member }) => ({ member })),
  made("DrainProps", Drain, ({ namespace }) => ({ namespace, access: ACCESS })),
  made("LeaveProps", Leave, ({ fleet }) => ({ fleet, access: ACCESS })),
  made("AzapiProviderConfig", AzapiProvider, props({ alias: "other" })),
  made("AzapiProxyResourceConfig", AzapiProxyResource, props(AZAPI)),
  made(
    "AzapiResourceConfig",
    AzapiResource,
    props({ ...AZAPI, location: "westus", identity: { type: "SystemAssigned" }, tags: {} }),
  ),
  made(
    "AzapiResourceActionConfig",
    AzapiResourceAction,
    props({ type: "a", resourceId: "b", action: "c", method: "POST", when: "apply", locks: ["b"] }),
  ),
  made(
    "DataAzapiResourceActionConfig",
    DataAzapiResourceAction,
    props({ type: "a", resourceId: "b", action: "c", responseExportValues: { d: "e" } }),
  ),
  made("NamespaceProps", Namespace, ({ fleet }) => ({ fleet, name: "shop", labels: { a: "b" } })),
  made("WorkloadsProps", Workloads, ({ namespace }) => ({ namespace, objects: [CONFIG_MAP], leaveOut: [] })),
  made("SecretProps", Secret, ({ namespace }) => ({ namespace, name: "db", data: { password: "x" } })),
  made("ServiceExportProps", ServiceExport, ({ namespace }) => ({ namespace, serviceName: "web" })),
  made("ResourceEnvelopeProps", ResourceEnvelope, ({ namespace }) => ({
    namespace,
    name: "policies",
    objects: [CONFIG_MAP],
  })),
  made("ClusterResourceEnvelopeProps", ClusterResourceEnvelope, props({ name: "roles", objects: [ROLE] })),
  made("ResourceOverrideProps", ResourceOverride, ({ namespace }) => ({
    namespace,
    name: "web",
    resourceSelectors: [{ kind: "ConfigMap", name: "settings" }],
    overrideRules: RULES,
  })),
  made(
    "ClusterResourceOverrideProps",
    ClusterResourceOverride,
    props({
      name: "roles",
      clusterResourceSelectors: [{ group: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reader" }],
      overrideRules: RULES,
    }),
  ),
  made("ClusterResourcePlacementProps", ClusterResourcePlacement, ({ namespace }) => ({
    namespace,
    policy: ALL,
    selectors: [{ version: "v1", kind: "PersistentVolume", labelSelector: LABELS }],
  })),
  made("ResourcePlacementProps", ResourcePlacement, ({ namespace }) => ({
    namespace,
    name: "some",
    policy: ALL,
    namespaceElsewhere: true,
    selectors: [{ version: "v1", kind: "ConfigMap", labelSelector: LABELS }],
  })),
  made(
    "ClusterResourcePlacementDisruptionBudgetProps",
    ClusterResourcePlacementDisruptionBudget,
    ({ placement }) => ({
      placement,
      minAvailable: 1,
    }),
  ),
  made("ClusterResourcePlacementEvictionProps", ClusterResourcePlacementEviction, ({ placement }) => ({
    placement,
    name: "east",
    clusterName: "aks-east",
  })),
  made(
    "ClusterStagedUpdateStrategyProps",
    ClusterStagedUpdateStrategy,
    props({ name: "all", stages: STAGES }),
  ),
  made("StagedUpdateStrategyProps", StagedUpdateStrategy, ({ namespace }) => ({
    namespace,
    name: "all",
    stages: STAGES,
  })),
  made("ClusterStagedUpdateRunProps", ClusterStagedUpdateRun, ({ external }) => ({
    placement: external,
    strategy: strategyCalled("all"),
    name: "one",
  })),
  made("StagedUpdateRunProps", StagedUpdateRun, ({ namespace, resourcePlacement }) => ({
    namespace,
    placement: resourcePlacement,
    strategy: strategyIn(namespace, "all"),
    name: "one",
  })),
  made("MultiClusterServiceProps", MultiClusterService, ({ member, placed: namespace }) => ({
    member,
    namespace,
    serviceName: "web",
  })),
  made("DnsLoadBalancerProps", DnsLoadBalancer, ({ namespace }) => ({
    namespace,
    serviceName: "web",
    trafficManager: accessTo("rg-tm"),
    monitorCustomHeaders: { Host: "shop" },
  })),
  made("TrafficManagerProfileProps", TrafficManagerProfile, ({ namespace }) => ({
    namespace,
    name: "web",
    resourceGroupName: "rg-tm",
    monitorCustomHeaders: { Host: "shop" },
  })),
  made("TrafficManagerBackendProps", TrafficManagerBackend, ({ profile }) => ({
    profile,
    serviceName: "web",
  })),
  made("InfraStackProps", InfraStack, props(INFRA), inApp),
  made("HubStackProps", HubStack, ({ fleet }) => ({ fleet }), inApp),
  made("MemberStackProps", MemberStack, ({ hub, member }) => ({ hub, member }), inApp),
  made("MultiRegionFleetProps", MultiRegionFleet, props(INFRA), inApp),

  [
    "AksCluster.fromClusterAttributes",
    {
      type: "AksClusterAttributes",
      props: props({ clusterName: "old", resourceGroupName: "rg" }),
      hand: ({ stack }, given) => AksCluster.fromClusterAttributes(stack, "Old", given),
    },
  ],
  [
    "AksCluster.fromClusterId",
    {
      type: "AksClusterAttributes",
      props: props({ location: "eastus2" }),
      hand: ({ stack }, given) => AksCluster.fromClusterId(stack, "Old", CLUSTER_ID, given),
    },
  ],
  [
    "ClusterNetwork.fromNetworkAttributes",
    {
      type: "ClusterNetworkAttributes",
      props: props({ key: "old", subnetId: `${ID}/Microsoft.Network/virtualNetworks/old/subnets/nodes` }),
      hand: ({ stack }, given) => ClusterNetwork.fromNetworkAttributes(stack, "Old", given),
    },
  ],
  [
    "NetworkManager.fromNetworkManagerId",
    {
      type: "NetworkManagerAttributes",
      props: props({ subscriptionIds: ["11111111-1111-1111-1111-111111111111"] }),
      hand: ({ stack }, given) => NetworkManager.fromNetworkManagerId(stack, "Old", MANAGER_ID, given),
    },
  ],
  [
    "Fleet.fromFleetAttributes",
    {
      type: "FleetAttributes",
      props: props({ fleetName: "old", resourceGroupName: "rg", members: { east: { memberName: "aks" } } }),
      hand: ({ stack }, given) => Fleet.fromFleetAttributes(stack, "Old", given),
    },
  ],
  [
    "Fleet.fromFleetId",
    {
      type: "FleetAttributes",
      props: props({ location: "westus" }),
      hand: ({ stack }, given) =>
        Fleet.fromFleetId(stack, "Old", `${ID}/Microsoft.ContainerService/fleets/old`, given),
    },
  ],
  [
    "FleetMember.fromMemberAttributes",
    {
      type: "FleetMemberAttributes",
      props: ({ fleet }) => ({ fleet, key: "old", memberName: "aks-old" }),
      hand: ({ stack }, given) => FleetMember.fromMemberAttributes(stack, "Old", given),
    },
  ],
  [
    "Fleet.addMember",
    {
      type: "FleetMemberProps",
      props: ({ cluster }) => ({ cluster, labels: { a: "b" } }),
      hand: ({ fleet }, given) => fleet.addMember("east", given),
    },
  ],
  [
    "Fleet.addUpdateStrategy",
    {
      type: "FleetUpdateStrategyProps",
      props: props({ stages: [{ name: "one", groups: ["a"] }] }),
      hand: ({ member }, given) => member.fleet.addUpdateStrategy("all", given),
    },
  ],
  [
    "Fleet.addAutoUpgradeProfile",
    {
      type: "FleetAutoUpgradeProfileProps",
      props: props({ channel: "Stable" }),
      hand: ({ fleet }, given) => fleet.addAutoUpgradeProfile("stable", given),
    },
  ],
  [
    "Fleet.grantAdmin",
    {
      type: "Principal",
      props: props({ name: "team", objectId: "11111111-1111-1111-1111-111111111111" }),
      hand: ({ fleet }, given) => fleet.grantAdmin(given),
    },
  ],
  ...grantPlan("Fleet", ({ fleet }) => fleet),
  ...grantPlan("AksCluster", ({ cluster }) => cluster),
  ...grantPlan("InfraStack", ({ infra }) => infra),
  ...grantPlan("HubStack", ({ hub }) => hub),
  ...grantPlan("MemberStack", ({ app, hub, member }) => new MemberStack(app, "east", { hub, member })),
  ...grantPlan("MultiRegionFleet", ({ app }) => new MultiRegionFleet(app, "Shop", INFRA)),
  [
    "PeeringMesh.addNetwork",
    {
      type: "PeeringMeshNetworkOptions",
      props: props({ peered: true }),
      hand: ({ stack, network }, given) =>
        new PeeringMesh(stack, "Mesh", { networks: [] }).addNetwork(network, given),
    },
  ],
  [
    "Namespace.addWorkloads",
    {
      type: "WorkloadsProps",
      props: props({ objects: [CONFIG_MAP] }),
      hand: ({ namespace }, given) => namespace.addWorkloads("Store", given),
    },
  ],
  [
    "Namespace.addSecret",
    {
      type: "SecretProps",
      props: props({ data: { password: "x" } }),
      hand: ({ namespace }, given) => namespace.addSecret("db", given),
    },
  ],
  [
    "Namespace.exportService",
    {
      type: "ServiceExportProps",
      props: props({ weight: 2 }),
      hand: ({ namespace }, given) => namespace.exportService("web", given),
    },
  ],
  [
    "Namespace.addEntryService",
    {
      type: "EntryServiceProps",
      props: props({ entry: "east" }),
      hand: ({ namespace }, given) => withFront(namespace).addEntryService("front", given),
    },
  ],
  [
    "Namespace.addOverride",
    {
      type: "ResourceOverrideProps",
      props: props({ resourceSelectors: [{ kind: "ConfigMap", name: "settings" }], overrideRules: RULES }),
      hand: ({ namespace }, given) => namespace.addOverride("web", given),
    },
  ],
  [
    "Namespace.addEnvelope",
    {
      type: "ResourceEnvelopeProps",
      props: props({ objects: [CONFIG_MAP] }),
      hand: ({ namespace }, given) => namespace.addEnvelope("policies", given),
    },
  ],
  [
    "HubStack.addNamespace",
    {
      type: "NamespaceProps",
      props: props({ labels: { a: "b" } }),
      hand: ({ hub }, given) => hub.addNamespace("shop", given),
    },
  ],
  [
    "HubStack.addPlacement",
    {
      type: "ClusterResourcePlacementProps",
      props: props({ policy: ALL, maxSurge: "25%" }),
      hand: ({ hub }, given) =>
        hub.addPlacement("shop", within(given, { namespace: hub.addNamespace("shop") })),
    },
  ],
  [
    "HubStack.addClusterPlacement",
    {
      type: "ClusterResourcePlacementProps",
      props: props({
        policy: ALL,
        maxSurge: "25%",
        selectors: [{ version: "v1", kind: "PersistentVolume" }],
      }),
      hand: ({ hub }, given) => hub.addClusterPlacement("all", given),
    },
  ],
  [
    "HubStack.addResourcePlacement",
    {
      type: "ResourcePlacementProps",
      props: props({
        policy: ALL,
        namespaceElsewhere: true,
        selectors: [{ version: "v1", kind: "ConfigMap" }],
      }),
      hand: ({ hub }, given) =>
        hub.addResourcePlacement("some", within(given, { namespace: hub.addNamespace("shop") })),
    },
  ],
  [
    "HubStack.addDnsLoadBalancer",
    {
      type: "DnsLoadBalancerProps",
      props: () => ({ trafficManager: accessTo("rg-tm"), monitorCustomHeaders: { Host: "shop" } }),
      hand: ({ hub }, given) => {
        const namespace = hub.addNamespace("shop", { workloadsElsewhere: true });
        hub.addDnsLoadBalancer("web", within(given, { namespace }));
      },
    },
  ],
  [
    "HubStack.addMultiClusterService",
    {
      type: "MultiClusterServiceProps",
      props: ({ member }) => ({ member, internal: false }),
      hand: ({ hub }, given) => {
        const namespace = hub.addNamespace("shop", { workloadsElsewhere: true });
        hub.addPlacement("shop", { namespace, policy: ALL });
        hub.addMultiClusterService("web", within(given, { namespace }));
      },
    },
  ],
  [
    "MemberStack.addMultiClusterService",
    {
      type: "MultiClusterServiceProps",
      props: ({ placed: namespace }) => ({ namespace }),
      hand: ({ app, hub, member }, given) =>
        new MemberStack(app, "entry", { hub, member }).addMultiClusterService("web", given),
    },
  ],
  [
    "InfraStack.addMember",
    {
      type: "InfraMemberProps",
      props: props({ location: "westus2", addressSpace: ["10.2.0.0/16"], labels: { a: "b" } }),
      hand: ({ infra }, given) => infra.addMember("west", given),
    },
  ],
  [
    "InfraStack.addTrafficManagerAccess",
    {
      type: "TrafficManagerAccessProps",
      props: props({ location: "westus" }),
      hand: ({ infra }, given) => infra.addTrafficManagerAccess("TrafficManager", given),
    },
  ],
  [
    "InfraStack.addGlobalDnsName",
    {
      type: "GlobalDnsNameProps",
      props: props({ tags: { a: "b" } }),
      hand: ({ infra }, given) => infra.addGlobalDnsName("shop", given),
    },
  ],
  [
    "MultiRegionFleet.addEntries",
    {
      type: "EntriesOptions",
      props: props({ entries: ["east"], internal: false }),
      hand: ({ app }, given) => {
        const shop = new MultiRegionFleet(app, "Shop", INFRA);
        const namespace = withFront(shop.hub.addNamespace("shop"));
        shop.hub.addPlacement("shop", { namespace, policy: ALL });
        shop.addEntries("front", within(given, { namespace }));
      },
    },
  ],
  [
    "MultiRegionFleet.addMember",
    {
      type: "InfraMemberProps",
      props: props({ location: "westus2", addressSpace: ["10.2.0.0/16"] }),
      hand: ({ app }, given) => new MultiRegionFleet(app, "Shop", INFRA).addMember("west", given),
    },
  ],
  [
    "PlacementPolicy.pickAll",
    {
      type: "PickAllOptions",
      props: props({ required: REQUIRED, tolerations: TOLERATIONS }),
      hand: ({ stack, namespace }, given) =>
        new ClusterResourcePlacement(stack, "Placement", {
          namespace,
          policy: PlacementPolicy.pickAll(given),
        }),
    },
  ],
  [
    "PlacementPolicy.pickN",
    {
      type: "PickNOptions",
      props: props({
        required: REQUIRED,
        tolerations: TOLERATIONS,
        preferred: [
          {
            weight: 1,
            labelSelector: LABELS,
            propertySorter: { name: "kubernetes-fleet.io/node-count", sortOrder: "Ascending" },
          },
        ],
        topologySpread: [{ topologyKey: "a", maxSkew: 1 }],
      }),
      hand: ({ stack, namespace }, given) =>
        new ClusterResourcePlacement(stack, "Placement", {
          namespace,
          policy: PlacementPolicy.pickN(1, given),
        }),
    },
  ],
  [
    "keepState",
    {
      type: "StateProps",
      props: props({ storageAccountName: "state" }),
      hand: ({ app }, given) => keepState(new TerraformStack(app, "kept"), given),
    },
  ],
  [
    "readSettings",
    {
      type: "FleetContext",
      props: props({ fleetName: "other", members: { east: { location: "westus2" } } }),
      hand: (_world, fleet) =>
        readSettings(new App({ context: { fleet } }), { ...INFRA, entry: "east", namespace: "shop" }),
    },
  ],
  ...(["forHub", "forMember", "forPlacement", "forService", "forTrafficManager"] as const).map(
    (wait): [string, Door] => [
      `Wait.${wait}`,
      {
        type: "WaitProps",
        props: props({ access: ACCESS, timeout: "30m" }),
        hand: (world, given) => {
          const { stack } = world;
          const of = {
            forHub: () => Wait.forHub(stack, "Wait", world.fleet, given),
            forMember: () => Wait.forMember(stack, "Wait", CLUSTER_ID, given),
            forPlacement: () => Wait.forPlacement(stack, "Wait", world.placement, given),
            forTrafficManager: () => Wait.forTrafficManager(stack, "Wait", world.profile, given),
            forService: () => {
              const { member, placed: namespace } = world;
              const service = new MultiClusterService(stack, "Service", {
                member,
                namespace,
                serviceName: "web",
              });
              return Wait.forService(stack, "Wait", service, given);
            },
          };
          return of[wait]();
        },
      },
    ],
  ),
];

/** What is said of props: nothing, or why they are refused. What is not refused is synthesized. */
function said({ props: given, hand }: Door, change: (props: Values) => unknown): string | undefined {
  const app = new App();
  try {
    const world = new World(app);
    hand(world, change(copied(given(world)) as Values) as never);
    const found = app.node
      .findAll()
      .flatMap((one) => one.node.validate().map((text) => `[${one.node.path}] ${text}`));
    if (found.length > 0) {
      return found.join("\n");
    }
  } catch (error) {
    if ((error as Error).constructor === Error) {
      return (error as Error).message;
    }
    throw error;
  }
  return undefined;
}

/** What is said when an app with them is synthesized for real. */
function saidInSynthesis(
  { props: given, hand }: Door,
  change: (props: Values) => unknown,
): string | undefined {
  try {
    synthApp(
      (app) => {
        const world = new World(app);
        hand(world, change(copied(given(world)) as Values) as never);
      },
      () => undefined,
    );
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A copy of what is plain; constructs stay what they are. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(copied);
  }
  return Object.prototype.toString.call(value) === "[object Object]" &&
    Object.getPrototypeOf(value).constructor.name === "Object"
    ? Object.fromEntries(Object.entries(value as Values).map(([key, one]) => [key, copied(one)]))
    : value;
}

interface Change {
  readonly name: string;
  /** What the message has to name. */
  readonly names: string | undefined;
  readonly apply: (props: Values) => unknown;
}

/** mulberry32: the same numbers in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

const random = numbers(20261125);

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(random.next().value * from.length)] as T;
}

/** What a prop may be given by mistake. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["a number", 5],
  ["a text", "123"],
  ["false as a text", "false"],
  ["true", true],
  ["an object", {}],
  ["a list", []],
  ["a list of null", [null]],
  ["a list of undefined", [undefined]],
  ["a function", () => 1],
  ["a Map", new Map([["a", "b"]])],
  ["a Date", new Date(0)],
  ["NaN", Number.NaN],
  ["a stack", new TerraformStack(new App(), "elsewhere")],
  ["a namespace's policy", ALL],
];

function typeOf(node: Node): Exclude<Node, string> | undefined {
  const type = typeof node === "string" ? TYPES[node] : node;
  return typeof type === "string" ? typeOf(type) : type;
}

/** Whether some value is none of a type. */
function wrongFor(node: Node): (readonly [string, unknown])[] {
  const isList = (value: unknown) => Array.isArray(value) && value.length > 0;
  return WRONG.filter(([, value]) => !fits(node, value) || (isList(value) && refusesItem(node)));
}

function refusesItem(node: Node): boolean {
  const type = typeOf(node);
  return type !== undefined && "list" in type && type.list !== "any";
}

function* changes(node: Node, value: unknown, at: readonly (string | number)[] = []): Generator<Change> {
  const type = typeOf(node);
  if (type && "fields" in type && typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, of] of Object.entries(type.fields)) {
      const field = key.replace(/\?$/, "");
      const path = [...at, field];
      const name = path.join(".");
      if (of === "any" || of === "nothing") {
        continue;
      }
      if (!key.endsWith("?")) {
        yield { name: `${name}: undefined`, names: field, apply: set(path, undefined) };
      }
      const wrong = wrongFor(of);
      if (wrong.length > 0) {
        const [what, given] = pick(wrong);
        yield { name: `${name}: ${what}`, names: field, apply: set(path, given) };
      }
      yield* changes(of, (value as Values)[field], path);
    }
    const known = Object.keys(value);
    if (!type.open && known.length > 0) {
      const right = pick(known);
      const misspelt = `${right.slice(0, 1)}x${right.slice(1)}`;
      yield {
        name: `${[...at, misspelt].join(".")}`,
        names: misspelt,
        apply: (all) => set([...at, misspelt], (value as Values)[right])(all),
      };
    }
  } else if (type && "list" in type && Array.isArray(value) && value.length > 0) {
    yield {
      name: `${at.join(".")}: an item too many`,
      names: at.at(-1) as string,
      apply: set([...at, value.length], type.list === "any" ? undefined : null),
    };
    yield* changes(type.list, value[0], [...at, 0]);
  } else if (type && "map" in type && typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const wrong = wrongFor(type.map);
      const [what, given] = pick(wrong);
      yield { name: `${[...at, key].join(".")}: ${what}`, names: key, apply: set([...at, key], given) };
      yield { name: `${[...at, key].join(".")}: undefined`, names: key, apply: set([...at, key], undefined) };
      yield* changes(type.map, item, [...at, key]);
    }
  } else if (type && "anyOf" in type) {
    const own = type.anyOf.find((one) => fits(one, value));
    if (own !== undefined) {
      yield* changes(own, value, at);
    }
  }
}

function set([key, ...rest]: readonly (string | number)[], value: unknown): (all: Values) => unknown {
  return (all) => {
    const copy = (Array.isArray(all) ? [...all] : { ...all }) as Values;
    copy[key as string] = rest.length === 0 ? value : set(rest, value)(copy[key as string] as Values);
    return copy;
  };
}

/** Findings, an error of this library that stops at once, or one of an app's own. */
function isFriendly(message: string): boolean {
  return !/Resolution error|Cannot read prop|is not a function|is not iterable|undefined \(reading|TfToken\[REFUSED/.test(
    message,
  );
}

describe.each(DOORS)("%s", (name, door) => {
  const fields = () => (typeOf(door.type) as { fields: Record<string, Node> }).fields;

  test("accepts valid values, and undefined if there is a default", () => {
    const optional = Object.keys(fields()).filter((field) => field.endsWith("?"));
    const undefinedOnes = Object.fromEntries(optional.map((field) => [field.slice(0, -1), undefined]));
    expect(saidInSynthesis(door, (given) => ({ ...undefinedOnes, ...(given as object) }))).toBeUndefined();
  });

  test("refuses non-objects", () => {
    for (const value of [null, [1], new Map([["a", 1]])]) {
      const message = said(door, () => value);
      expect(message).toMatch(/ is (not|missing)/);
      expect(isFriendly(message as string)).toBe(true);
    }
  });

  test("refuses each unknown prop by name", () => {
    const given = door.props(new World(new App()));
    const wrong: string[] = [];
    for (const { name: change, names, apply } of changes(door.type, given)) {
      if (METHODS.test(name) && !((change.split(/[.:]/)[0] as string) in given)) {
        continue;
      }
      let message: string | undefined;
      try {
        message = said(door, apply);
      } catch (error) {
        message = `thrown: ${(error as Error).stack}`;
      }
      const isNamed = names === undefined || message?.includes(names);
      if (!isNamed || message?.startsWith("thrown: ") || !isFriendly(message ?? "")) {
        wrong.push(`${change}\n${(message ?? "nothing was said").split("\n").slice(0, 7).join("\n")}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Methods give some of the props themselves. */
const METHODS = /\.(add|export|from|for)/;

test("a policy is refused by the placement that has it", () => {
  const refused = (policy: () => PlacementPolicy) =>
    refusal(() =>
      synthApp(
        (app) => {
          const { stack, namespace } = new World(app);
          new ClusterResourcePlacement(stack, "Placement", { namespace, policy: policy() });
        },
        () => undefined,
      ),
    );
  const untyped = (value: unknown) => value as string;
  expect(refused(() => PlacementPolicy.inLocations("eastus2", untyped(undefined)))).toContain(
    "[stack/Placement] policy.locations[1]: is missing",
  );
  expect(refused(() => PlacementPolicy.inLocations(untyped(["eastus2"])))).toContain(
    'policy.locations[0]: ["eastus2"] is not a string',
  );
  expect(refused(() => PlacementPolicy.onMembers(untyped(null)))).toContain(
    "policy.memberNames[0]: null is not a string",
  );
  expect(refused(() => PlacementPolicy.pickN(untyped("2") as unknown as number))).toContain(
    'policy.numberOfClusters: "2" is not a number',
  );
});

test("functions without a construct refuse invalid arguments", () => {
  const untyped = <T>(value: unknown) => value as T;
  expect(refusal(() => providerConfig(untyped(undefined)))).toContain("providerConfig: is missing");
  expect(refusal(() => clusterAccess(untyped({}), untyped("azure")))).toContain("clusterAccess.login");
  expect(refusal(() => keepState(untyped(undefined)))).toContain("keepState.stack: is missing");
});

test.each([undefined, null, 5, {}])("the name %j is refused by what is made", (value) => {
  const name = value as unknown as string;
  const message = said(
    {
      type: "",
      props: props({}),
      hand: ({ hub, namespace, infra }) => {
        hub.addNamespace(name);
        hub.addClusterPlacement(name, {
          selectors: [{ version: "v1", kind: "PersistentVolume" }],
          policy: ALL,
        });
        namespace.addSecret(name, { data: {} });
        namespace.exportService(name);
        namespace.addOverride(name, { resourceSelectors: [], overrideRules: [] });
        namespace.addEnvelope(name, { objects: [] });
        infra.addMember(name, { location: "westus2", addressSpace: ["10.2.0.0/16"] });
      },
    },
    () => undefined,
  );
  expect(isFriendly(message as string)).toBe(true);
  expect(message?.match(/(\bname|serviceName|key): .*is (not|missing)/g)?.length).toBeGreaterThanOrEqual(8);
});

test("accepts variables", () => {
  const given = DOORS.find(([name]) => name === "Namespace") as [string, Door];
  expect(
    said(given[1], (all) => ({
      ...all,
      name: new TerraformVariable((all.fleet as Fleet).node.scope as TerraformStack, "n", {}).stringValue,
    })),
  ).toBeUndefined();
});

test("every construct has a door here", () => {
  // One without props, one that is made as its base is, and one that methods make.
  const others = ["Password", "PlacedMultiClusterService", "Wait"];
  const constructs = Object.entries(library).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Construct,
  );
  const without = constructs.map(([name]) => name).filter((name) => !DOORS.some(([other]) => other === name));
  expect(without.sort()).toEqual(others);
});

describe("isXxx", () => {
  const classes = Object.entries(library).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Construct,
  ) as unknown as [string, Record<string, (value: unknown) => boolean>][];
  const OF_CDKTF = /^Azapi|^DataAzapi/;

  test("exists for every construct", () => {
    const without = classes.filter(([name, one]) => !OF_CDKTF.test(name) && !one[`is${name}`]);
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test.each(DOORS.filter(([name]) => classes.some(([other]) => other === name && !OF_CDKTF.test(name))))(
    "%s is told from others",
    (name, door) => {
      const world = new World(new App());
      const one = door.hand(world, door.props(world) as never);
      const isOf = (value: unknown) =>
        classes.flatMap(([other, { [`is${other}`]: is }]) => (is?.(value) ? [other] : []));
      expect(isOf(one)).toEqual([name]);
      expect(isOf(world.stack)).toEqual([]);
      expect([undefined, null, 5, {}].flatMap(isOf)).toEqual([]);
    },
  );
});
