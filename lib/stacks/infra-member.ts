import { quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import type { AksClusterProps, IAksCluster } from "../cluster/aks-cluster";
import type { FleetMemberSettings } from "../fleet/fleet-member";
import type { ClusterNetworkProps } from "../network/cluster-network";

/** Props of every member. */
export interface AnyMemberProps extends Omit<FleetMemberSettings, "dependsOn" | "provider"> {
  /**
   * Whether the member's network can already reach those of the other members marked as peered, by existing peerings or
   * through a hub. They are not peered with each other, and it is not checked whether their pods reach each other. The
   * network is still peered with those of unmarked members and with a private hub's `hubNetwork`.
   * @default false
   */
  readonly peered?: boolean;
}

/** A member with a new network and a new cluster. */
export interface NewMemberProps
  extends Omit<ClusterNetworkProps, "key">,
    Omit<AksClusterProps, "network">,
    AnyMemberProps {
  readonly network?: undefined;
  readonly cluster?: undefined;
}

type OfNetworkOnly = Exclude<keyof ClusterNetworkProps, keyof AksClusterProps | "key">;
type OfMadeOnly = Exclude<keyof NewMemberProps, keyof AnyMemberProps | "cluster" | "network">;

/** A member with a new cluster on an existing network, or on a network of another stack. */
export interface NewClusterProps
  extends AksClusterProps,
    AnyMemberProps,
    Readonly<Partial<Record<OfNetworkOnly, undefined>>> {
  readonly cluster?: undefined;
}

/** A member with an existing cluster, or a cluster of another stack. It joins the fleet and is not changed otherwise. */
export interface ExistingClusterProps
  extends AnyMemberProps,
    Readonly<Partial<Record<OfMadeOnly, undefined>>> {
  /** E.g. one of `AksCluster.fromClusterId`, in the app. */
  readonly cluster: IAksCluster;
  readonly network?: undefined;
}

/** A member of the fleet: all new, on an existing `network`, or an existing `cluster`. */
export type InfraMemberProps = NewMemberProps | NewClusterProps | ExistingClusterProps;

const OF_EVERY_MEMBER: Record<keyof AnyMemberProps, true> = {
  memberName: true,
  group: true,
  labels: true,
  outOfService: true,
  peered: true,
};
const OF_NETWORK: Record<OfNetworkOnly, true> = {
  location: true,
  addressSpace: true,
  subnetPrefix: true,
  podSubnetPrefix: true,
  additionalSubnets: true,
  resourceGroupName: true,
  virtualNetworkName: true,
  subnetName: true,
  podSubnetName: true,
  networkSecurityGroupName: true,
  networkSecurityGroupId: true,
  inboundPorts: true,
  inboundUdpPorts: true,
  natGateway: true,
  natGatewayName: true,
  natGatewayIpName: true,
  routeTableId: true,
};

const OF_CLUSTER: Record<Exclude<keyof AksClusterProps, "network">, true> = {
  existingResourceGroupName: true,
  clusterName: true,
  dnsPrefix: true,
  identityName: true,
  kubernetesVersion: true,
  nodeCount: true,
  vmSize: true,
  maxPods: true,
  maxSurge: true,
  zones: true,
  serviceCidr: true,
  dnsServiceIp: true,
  privateCluster: true,
  authorizedIpRanges: true,
  admins: true,
  tags: true,
  config: true,
};

/** The props of a member's new network. The network itself checks for missing ones. */
export function networkOf(key: string, member: InfraMemberProps, tags?: Record<string, string>) {
  const { existingResourceGroupName } = member;
  const given = { ...pick(member, OF_NETWORK), key, existingResourceGroupName, tags };
  return given as Partial<ClusterNetworkProps> as ClusterNetworkProps;
}

/** The props of a member's new cluster. */
export function clusterOf(member: InfraMemberProps): Omit<AksClusterProps, "network"> {
  return pick(member, OF_CLUSTER);
}

function pick(member: InfraMemberProps, names: Readonly<Record<string, true>>): Partial<NewMemberProps> {
  return Object.fromEntries(Object.entries(member).filter(([name]) => name in names));
}

/** Refuses props that would be ignored because the network or the cluster exists: JavaScript apps aren't type-checked. */
export function* checkMemberProps(key: string, member: InfraMemberProps): Generator<Finding> {
  const given = Object.entries(member).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [what, foreign] = member.cluster
    ? ["cluster", given.filter((name) => name !== "cluster" && !(name in OF_EVERY_MEMBER))]
    : ["network", member.network ? given.filter((name) => name in OF_NETWORK) : []];
  if (foreign.length > 0) {
    yield finding(
      "member-exists",
      `members.${key}: the ${what} exists and is not changed, but ${quoted(foreign)} would change it; remove ${foreign.length === 1 ? "it" : "them"}, or remove the ${what} to create a new one.`,
    );
  }
}
