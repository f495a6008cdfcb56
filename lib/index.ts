export {
  Drain,
  type DrainProps,
  type NamespaceDrainProps,
  type PlacementDrainProps,
} from "./access/drain";
export { HubCredentials, type HubCredentialsProps } from "./access/hub-credentials";
export { type KubernetesAccess, providerConfig } from "./access/kubernetes-access";
export { Leave, type LeaveProps } from "./access/leave";
export type { Login } from "./access/login";
export {
  clusterAccess,
  type KubeConfigs,
  MemberCredentials,
  type MemberCredentialsProps,
} from "./access/member-credentials";
export { PlanRole, type PlanRoleProps } from "./access/plan-role";
export { Wait, type WaitProps } from "./access/wait";
export { DataAzapiResourceAction, type DataAzapiResourceActionConfig } from "./azapi/data-resource-action";
export { AzapiProvider, type AzapiProviderConfig } from "./azapi/provider";
export { AzapiProxyResource, type AzapiProxyResourceConfig } from "./azapi/proxy-resource";
export { AzapiResource, type AzapiResourceConfig } from "./azapi/resource";
export {
  type AzapiActionConfig,
  AzapiResourceAction,
  type AzapiResourceActionConfig,
} from "./azapi/resource-action";
export { acknowledge } from "./checks/acknowledge";
export { AksCluster, type AksClusterProps, type IAksCluster } from "./cluster/aks-cluster";
export type { DeepPartial } from "./cluster/deep-partial";
export type { AksClusterAttributes, AksClusterImportOptions } from "./cluster/imported-cluster";
export type { FleetApiVersion } from "./fleet/api-version";
export { ClusterMeshProfile, type ClusterMeshProfileProps } from "./fleet/cluster-mesh-profile";
export type {
  ClusterSelectorTerm,
  PreferredTerm,
  PropertyRequirement,
} from "./fleet/cluster-selector";
export { Fleet, type FleetProps, type IFleet } from "./fleet/fleet";
export {
  FleetAutoUpgradeProfile,
  type FleetAutoUpgradeProfileOptions,
  type FleetAutoUpgradeProfileProps,
} from "./fleet/fleet-auto-upgrade-profile";
export {
  FleetManagedNamespace,
  type FleetManagedNamespaceProps,
  type NamespaceTraffic,
} from "./fleet/fleet-managed-namespace";
export {
  FleetMember,
  type FleetMemberOptions,
  type FleetMemberProps,
  type FleetMemberSettings,
  type IFleetMember,
} from "./fleet/fleet-member";
export {
  FleetUpdateStrategy,
  type FleetUpdateStrategyOptions,
  type FleetUpdateStrategyProps,
  type IFleetUpdateStrategy,
} from "./fleet/fleet-update-strategy";
export type { FleetAttributes } from "./fleet/imported-fleet";
export type { FleetMemberAttributes } from "./fleet/imported-member";
export type { PrivateHubProps } from "./fleet/private-hub";
export type { Toleration } from "./fleet/toleration";
export {
  type ITrafficManagerAccess,
  TrafficManagerAccess,
  type TrafficManagerAccessProps,
} from "./fleet/traffic-manager-access";
export type { FleetUpdateGate, FleetUpdateGroup, FleetUpdateStage } from "./fleet/update-stage";
export { ROLES } from "./fleet-api/roles";
export {
  ClusterResourceEnvelope,
  type ClusterResourceEnvelopeProps,
} from "./hub/namespace/cluster-resource-envelope";
export {
  ClusterResourceOverride,
  type ClusterResourceOverrideProps,
} from "./hub/namespace/cluster-resource-override";
export {
  EntryService,
  type EntryServiceOptions,
  type EntryServiceProps,
} from "./hub/namespace/entry-service";
export type { EnvelopeOptions } from "./hub/namespace/envelope";
export {
  type JsonPatch,
  MEMBER_CLUSTER_NAME,
  memberClusterLabel,
  type RemovePatch,
  type SetPatch,
} from "./hub/namespace/json-patch";
export { Namespace, type NamespaceProps } from "./hub/namespace/namespace";
export type { INamespace } from "./hub/namespace/namespace-base";
export type {
  DeleteRule,
  OverriddenResource,
  OverrideOptions,
  OverrideRule,
  PatchRule,
} from "./hub/namespace/override";
export { Password } from "./hub/namespace/password";
export { ResourceEnvelope, type ResourceEnvelopeProps } from "./hub/namespace/resource-envelope";
export { ResourceOverride, type ResourceOverrideProps } from "./hub/namespace/resource-override";
export { Secret, type SecretOptions, type SecretProps } from "./hub/namespace/secret";
export {
  ServiceExport,
  type ServiceExportOptions,
  type ServiceExportProps,
} from "./hub/namespace/service-export";
export { Workloads, type WorkloadsOptions, type WorkloadsProps } from "./hub/namespace/workloads";
export {
  type ClusterPlacementProps,
  ClusterResourcePlacement,
  type ClusterResourcePlacementProps,
  type NamespacePlacementProps,
} from "./hub/placement/cluster-resource-placement";
export {
  ClusterResourcePlacementDisruptionBudget,
  type ClusterResourcePlacementDisruptionBudgetProps,
  type MaxUnavailableBudgetProps,
  type MembersOrShare,
  type MinAvailableBudgetProps,
} from "./hub/placement/cluster-resource-placement-disruption-budget";
export {
  ClusterResourcePlacementEviction,
  type ClusterResourcePlacementEvictionProps,
} from "./hub/placement/cluster-resource-placement-eviction";
export type { IClusterResourcePlacement, IPlacement, IResourcePlacement } from "./hub/placement/placement";
export {
  type PickAllOptions,
  type PickNOptions,
  PlacementPolicy,
  type TopologySpreadConstraint,
} from "./hub/placement/placement-policy";
export type { PlacementStrategyProps } from "./hub/placement/placement-strategy";
export { ResourcePlacement, type ResourcePlacementProps } from "./hub/placement/resource-placement";
export type { ClusterResourceSelector, ResourceSelector } from "./hub/placement/resource-selector";
export {
  ClusterStagedUpdateRun,
  type ClusterStagedUpdateRunProps,
} from "./hub/rollout/cluster-staged-update-run";
export {
  ClusterStagedUpdateStrategy,
  type ClusterStagedUpdateStrategyProps,
} from "./hub/rollout/cluster-staged-update-strategy";
export { StagedUpdateRun, type StagedUpdateRunProps } from "./hub/rollout/staged-update-run";
export { StagedUpdateStrategy, type StagedUpdateStrategyProps } from "./hub/rollout/staged-update-strategy";
export type { UpdateRunOptions } from "./hub/rollout/update-run";
export type {
  ApprovalTask,
  TimedWaitTask,
  UpdateStage,
  UpdateStrategyOptions,
} from "./hub/rollout/update-stage";
export type { IClusterStagedUpdateStrategy, IStagedUpdateStrategy } from "./hub/rollout/update-strategy";
export {
  DnsLoadBalancer,
  type DnsLoadBalancerOptions,
  type DnsLoadBalancerProps,
} from "./hub/traffic/dns-load-balancer";
export { MultiClusterService } from "./hub/traffic/multi-cluster-service";
export type {
  MultiClusterServiceBase,
  MultiClusterServiceOptions,
  MultiClusterServiceProps,
} from "./hub/traffic/multi-cluster-service-base";
export { PlacedMultiClusterService } from "./hub/traffic/placed-multi-cluster-service";
export {
  TrafficManagerBackend,
  type TrafficManagerBackendProps,
} from "./hub/traffic/traffic-manager-backend";
export {
  TrafficManagerProfile,
  type TrafficManagerProfileProps,
} from "./hub/traffic/traffic-manager-profile";
export type { Principal } from "./identity/principal";
export { RoleGrant, type RoleGrantProps } from "./identity/role-grant";
export type { KubernetesObject } from "./kubernetes/kubernetes-object";
export type { LabelRequirement, LabelSelector } from "./kubernetes/label-selector";
export type { ManifestChart } from "./kubernetes/read-manifests";
export {
  ClusterNetwork,
  type ClusterNetworkProps,
  type IClusterNetwork,
  type OutboundType,
} from "./network/cluster-network";
export { GlobalDnsEndpoint, type GlobalDnsEndpointProps } from "./network/global-dns-endpoint";
export { GlobalDnsName, type GlobalDnsNameOptions, type GlobalDnsNameProps } from "./network/global-dns-name";
export type { ClusterNetworkAttributes } from "./network/imported-network";
export type { NetworkManagerImportOptions } from "./network/imported-network-manager";
export { type INetworkManager, NetworkManager, type NetworkManagerProps } from "./network/network-manager";
export { NetworkManagerMesh, type NetworkManagerMeshProps } from "./network/network-manager-mesh";
export { PeeringMesh, type PeeringMeshNetworkOptions, type PeeringMeshProps } from "./network/peering-mesh";
export type { TrafficManagerMonitorOptions } from "./network/traffic-manager-monitor";
export {
  type ClusterPlacementOptions,
  HubStack,
  type HubStackProps,
  type PlacedServiceOptions,
  type PlacementOptions,
  type ResourcePlacementOptions,
  type WaitOptions,
} from "./stacks/hub-stack";
export type {
  AnyMemberProps,
  ExistingClusterProps,
  InfraMemberProps,
  NewClusterProps,
  NewMemberProps,
} from "./stacks/infra-member";
export { InfraStack, type InfraStackProps } from "./stacks/infra-stack";
export { type MemberServiceOptions, MemberStack, type MemberStackProps } from "./stacks/member-stack";
export {
  type EntriesOptions,
  MultiRegionFleet,
  type MultiRegionFleetProps,
} from "./stacks/multi-region-fleet";
export { keepState, type StateProps } from "./stacks/state";
