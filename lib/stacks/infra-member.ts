import { quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import type { AksClusterProps, IAksCluster } from "../cluster/aks-cluster";
import type { FleetMemberSettings } from "../fleet/fleet-member";
import type { ClusterNetworkProps } from "../network/cluster-network";

/** What every member can say. */
export interface AnyMemberProps extends Omit<FleetMemberSettings, "dependsOn" | "provider"> {
  /**
   * Whether the member's network reaches those of other members that say the same, by peerings that are there already or
   * through a hub: no peering is made between these, and that their pods reach each other is not checked. With the
   * networks of the other members it is peered, and with a private hub's `hubNetwork`.
   * @default false
   */
  readonly peered?: boolean;
}

/** A member whose network and cluster are made. */
export interface NewMemberProps
  extends Omit<ClusterNetworkProps, "key">,
    Omit<AksClusterProps, "network">,
    AnyMemberProps {
  readonly network?: undefined;
  readonly cluster?: undefined;
}

type OfNetworkOnly = Exclude<keyof ClusterNetworkProps, keyof AksClusterProps | "key">;
type OfMadeOnly = Exclude<keyof NewMemberProps, keyof AnyMemberProps | "cluster" | "network">;

/** A member whose cluster is made on a network that exists, or that another stack makes. */
export interface NewClusterProps
  extends AksClusterProps,
    AnyMemberProps,
    Readonly<Partial<Record<OfNetworkOnly, undefined>>> {
  readonly cluster?: undefined;
}

/** A member whose cluster exists, or is made by another stack. Nothing of it is changed but that it joins. */
export interface ExistingClusterProps
  extends AnyMemberProps,
    Readonly<Partial<Record<OfMadeOnly, undefined>>> {
  /** E.g. one of `AksCluster.fromClusterId`, in the app. */
  readonly cluster: IAksCluster;
  readonly network?: undefined;
}

/** A member of the fleet: all of it made, or on a `network` that exists, or a `cluster` that exists. */
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

/** What a member says of the network that is made for it. What is not given is asked for by the network itself. */
export function networkOf(key: string, member: InfraMemberProps, tags?: Record<string, string>) {
  const { existingResourceGroupName } = member;
  const given = { ...pick(member, OF_NETWORK), key, existingResourceGroupName, tags };
  return given as Partial<ClusterNetworkProps> as ClusterNetworkProps;
}

/** What a member says of the cluster that is made for it. */
export function clusterOf(member: InfraMemberProps): Omit<AksClusterProps, "network"> {
  return pick(member, OF_CLUSTER);
}

function pick(member: InfraMemberProps, names: Readonly<Record<string, true>>): Partial<NewMemberProps> {
  return Object.fromEntries(Object.entries(member).filter(([name]) => name in names));
}

/** Yields what a member says of something that exists, and that would be passed over: types don't reach every app. */
export function* checkMemberProps(key: string, member: InfraMemberProps): Generator<Finding> {
  const given = Object.entries(member).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [what, foreign] = member.cluster
    ? ["cluster", given.filter((name) => name !== "cluster" && !(name in OF_EVERY_MEMBER))]
    : ["network", member.network ? given.filter((name) => name in OF_NETWORK) : []];
  if (foreign.length > 0) {
    yield finding(
      "member-exists",
      `members.${key}: the ${what} exists and is left as it is, and ${quoted(foreign)} would change it; leave ${foreign.length === 1 ? "that" : "those"} out, or the ${what}, so that one is made.`,
    );
  }
}
