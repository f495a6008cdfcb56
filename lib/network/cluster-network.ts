import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Subnet, type SubnetDelegation } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import { type ITerraformDependable, type TerraformProvider, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { makes } from "../azapi/made";
import { checkResourceId, normalizedId } from "../azapi/resource-id";
import { addCheck, isKnown, knownId } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { checkTags } from "../checks/tags";
import { checkedProps } from "../props/check-props";
import { formatIpv4, parseRange, rangesText } from "./addresses";
import { checkEgress, makeEgress } from "./egress";
import { type ClusterNetworkAttributes, ImportedClusterNetwork } from "./imported-network";
import { ResourceGroupOf } from "./resource-group";
import { checkAddressSpace, checkSubnets } from "./subnet-checks";

/** How nodes reach the internet, where not through the cluster's own load balancer: AKS's outbound type. */
export type OutboundType = "userAssignedNATGateway" | "userDefinedRouting";

/** The network that one cluster's nodes and pods have their addresses in. */
export interface IClusterNetwork extends IConstruct {
  /** The member's key, e.g. `east`: names are made of it. */
  readonly key: string;
  readonly location: string;
  readonly resourceGroupName: string;
  readonly virtualNetworkName: string;
  readonly virtualNetworkId: string;
  /** The ranges of the virtual network; undefined where an existing one's are not told. */
  readonly addressSpace: readonly string[] | undefined;
  /** The ranges in one text, also where only Azure knows them: for what is renewed when they change. */
  readonly addressSpaceText: string;
  readonly subnetId: string;
  /** The range of the subnet; undefined where an existing one's is not told. */
  readonly subnetPrefix: string | undefined;
  /** The subnet that pods have their addresses on; undefined where that is the nodes'. */
  readonly podSubnetId?: string;
  /** The range of the pods' subnet, where it is told. */
  readonly podSubnetPrefix?: string;
  /** How nodes reach the internet; undefined where the cluster's own load balancer is the way. */
  readonly outboundType?: OutboundType;
  /** Public addresses that nodes are seen with from outside; undefined where they are the load balancer's, or not told. */
  readonly outboundAddresses?: readonly string[];
  /** What must exist before a node is put on the subnet. */
  readonly dependables: readonly ITerraformDependable[];
  /** azurerm provider of its subscription, where that is not the stack's. */
  readonly provider?: TerraformProvider;
}

export interface ClusterNetworkProps {
  /** The member's key, e.g. `east`: a short name for what is in one place, used in names and in construct ids. */
  readonly key: string;
  /** Short name of an Azure location, e.g. `eastus2`. */
  readonly location: string;
  /**
   * Address ranges of the virtual network, e.g. `["10.1.0.0/16"]`. Networks of one fleet can't share an address:
   * Azure doesn't peer such networks, and a pod's address must name one pod.
   */
  readonly addressSpace: readonly string[];
  /**
   * Range of the subnet that nodes and pods are on; Azure keeps five addresses of it.
   * @default - the first /24 of the address space
   */
  readonly subnetPrefix?: string;
  /**
   * Range of a subnet for pods only (Azure CNI pod subnet). Pods can be reached from peered networks all the same, and
   * nodes take their addresses in batches of 16, as they need them. A change on an existing cluster renews its nodes.
   * @default - pods are on the nodes' subnet
   */
  readonly podSubnetPrefix?: string;
  /**
   * More subnets, e.g. for a bastion, a firewall or private endpoints: ranges by name, e.g.
   * `{ AzureBastionSubnet: "10.1.255.0/26" }`. They get no security group and no routes. The name is part of construct
   * ids.
   * @default - none
   */
  readonly additionalSubnets?: Readonly<Record<string, string>>;
  /** Name of the resource group that is made. @default - `rg-aks-<key>` */
  readonly resourceGroupName?: string;
  /** Name of a resource group that exists: none is made. It may be in another location. @default - one is made */
  readonly existingResourceGroupName?: string;
  /** @default - `aks-vnet-<key>` */
  readonly virtualNetworkName?: string;
  /** @default - `aks-subnet-<key>` */
  readonly subnetName?: string;
  /** @default - `aks-pods-<key>` */
  readonly podSubnetName?: string;
  /** @default - `aks-nsg-<key>` */
  readonly networkSecurityGroupName?: string;
  /**
   * Id of a network security group that exists: none is made, and its rules are left as they are. It must let in what
   * comes to public load balancers.
   * @default - one is made
   */
  readonly networkSecurityGroupId?: string;
  /**
   * TCP ports on which the internet reaches public load balancers of the cluster. A subnet's own security group turns
   * away what it does not name, and AKS opens ports only in the one that it keeps itself.
   * @default - [80, 443]
   */
  readonly inboundPorts?: readonly number[];
  /** UDP ports on which the internet reaches public load balancers of the cluster. @default - none */
  readonly inboundUdpPorts?: readonly number[];
  /**
   * Lets nodes and pods out through a NAT gateway with one static public address, not through the cluster's load
   * balancer: up to 64,512 connections at a time, and an address that others can let in. The address is in all zones; the
   * gateway is in one, which Azure chooses. azurerm changes an existing cluster in place, in both directions;
   * connections break, and the address that others see becomes another.
   * @default false
   */
  readonly natGateway?: boolean;
  /** @default - `aks-nat-<key>` */
  readonly natGatewayName?: string;
  /** Name of the gateway's public address. @default - `aks-nat-ip-<key>` */
  readonly natGatewayIpName?: string;
  /**
   * Id of a route table that exists, in this location and subscription, with a default route (0.0.0.0/0) to a firewall or
   * another appliance: nodes and pods leave that way only, and the firewall must let out what AKS needs. Answers to
   * connections from the internet take that route, too, so that a public load balancer works only behind the firewall;
   * peered networks are reached directly. azurerm changes an existing cluster in place, as with `natGateway`.
   * @default - the cluster's load balancer is the way out
   */
  readonly routeTableId?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
}

const MARK = markOf("ClusterNetwork");
const SECURITY_GROUP = ["a network security group", "Microsoft.Network/networkSecurityGroups"] as const;

/**
 * Resource group, virtual network and subnets of one cluster, with a network security group on the subnets of nodes and
 * pods, and their way out.
 */
export class ClusterNetwork extends Construct implements IClusterNetwork {
  /** Whether something is a ClusterNetwork. */
  static isClusterNetwork(x: unknown): x is ClusterNetwork {
    return isMarked(x, MARK);
  }

  /**
   * A virtual network and a subnet that exist, by ids or by names. They are left as they are: the subnet's security group
   * must let in what comes to public load balancers.
   * @throws if an id is none of a virtual network, or of a subnet
   */
  static fromNetworkAttributes(
    scope: Construct,
    id: string,
    attributes: ClusterNetworkAttributes,
  ): IClusterNetwork {
    return new ImportedClusterNetwork(scope, id, attributes);
  }

  readonly key: string;
  readonly location: string;
  readonly addressSpace: readonly string[];
  readonly subnetPrefix: string;
  readonly dependables: readonly ITerraformDependable[];
  readonly resourceGroupName: string;
  private readonly group: ResourceGroupOf;
  readonly virtualNetwork: VirtualNetwork;
  readonly subnet: Subnet;
  /** The subnet of the pods, where they have one of their own. */
  readonly podSubnet: Subnet | undefined;
  readonly podSubnetPrefix: string | undefined;
  /** `additionalSubnets`, by name. */
  readonly additionalSubnets: Readonly<Record<string, Subnet>>;
  private readonly madeSecurityGroup: NetworkSecurityGroup | undefined;
  readonly outboundType: OutboundType | undefined;
  readonly outboundAddresses: readonly string[] | undefined;
  /** The ports on which the internet reaches public load balancers; undefined where the security group is another's. */
  readonly openPorts: Readonly<Record<"TCP" | "UDP", readonly number[]>> | undefined;

  constructor(scope: Construct, id: string, props: ClusterNetworkProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterNetworkProps", props);
    const { key, location, tags } = props;
    this.key = key;
    this.location = location;
    this.addressSpace = props.addressSpace;
    this.subnetPrefix = props.subnetPrefix ?? firstSubnet(props.addressSpace);
    const names = {
      virtualNetwork: props.virtualNetworkName ?? `aks-vnet-${key}`,
      subnet: props.subnetName ?? `aks-subnet-${key}`,
      podSubnet: props.podSubnetName ?? `aks-pods-${key}`,
      networkSecurityGroup: props.networkSecurityGroupName ?? `aks-nsg-${key}`,
    };

    const resourceGroup = new ResourceGroupOf(this, props, () => ({ name: `rg-aks-${key}`, location }));
    this.group = resourceGroup;
    const resourceGroupName = resourceGroup.name;
    this.resourceGroupName = resourceGroupName;
    this.virtualNetwork = new VirtualNetwork(this, "VirtualNetwork", {
      name: names.virtualNetwork,
      location,
      resourceGroupName,
      addressSpace: [...this.addressSpace],
      tags,
    });
    const make = (what: string, prop: string, name: string) =>
      makes(this, { what, prop, name, group: resourceGroupName });
    make("virtual network", "virtualNetworkName", names.virtualNetwork);
    const subnetIn = (id: string, name: string, prefix: string, delegation?: SubnetDelegation[]) =>
      new Subnet(this, id, {
        name,
        resourceGroupName,
        virtualNetworkName: this.virtualNetwork.name,
        addressPrefixes: [prefix],
        delegation,
      });
    this.subnet = subnetIn("Subnet", names.subnet, this.subnetPrefix);
    this.podSubnetPrefix = props.podSubnetPrefix;
    this.podSubnet =
      props.podSubnetPrefix === undefined
        ? undefined
        : subnetIn("PodSubnet", names.podSubnet, props.podSubnetPrefix, [POD_DELEGATION]);
    const additional = Object.entries(props.additionalSubnets ?? {});
    this.additionalSubnets = Object.fromEntries(
      additional.map(([name, prefix]) => [name, subnetIn(knownId(this, `Subnet-${name}`), name, prefix)]),
    );
    const clusterSubnets = [
      ["", this.subnet],
      ...(this.podSubnet ? [["Pod", this.podSubnet] as const] : []),
    ] as const;

    if (props.networkSecurityGroupId === undefined) {
      this.madeSecurityGroup = new NetworkSecurityGroup(this, "NetworkSecurityGroup", {
        name: names.networkSecurityGroup,
        location,
        resourceGroupName,
        tags,
      });
      make("network security group", "networkSecurityGroupName", names.networkSecurityGroup);
    }
    const networkSecurityGroupId =
      this.madeSecurityGroup?.id ?? normalizedId(props.networkSecurityGroupId, SECURITY_GROUP);
    const dependables: ITerraformDependable[] = clusterSubnets.map(
      ([prefix, subnet]) =>
        new SubnetNetworkSecurityGroupAssociation(this, `${prefix}NetworkSecurityGroupAssociation`, {
          subnetId: subnet.id,
          networkSecurityGroupId,
        }),
    );
    const open = { TCP: props.inboundPorts ?? [80, 443], UDP: props.inboundUdpPorts ?? [] };
    const group = this.madeSecurityGroup;
    this.openPorts = group && open;
    const allow = (id: string, protocol: string, priority: number, ports: readonly number[]) => {
      if (group && ports.length > 0) {
        dependables.push(
          new NetworkSecurityRule(this, id, {
            name: id,
            description: "Public load balancers of the cluster",
            resourceGroupName,
            networkSecurityGroupName: group.name,
            priority,
            direction: "Inbound",
            access: "Allow",
            protocol,
            sourceAddressPrefix: "Internet",
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRanges: isKnown(ports)
              ? ports.map((port) => (isKnown(port) ? String(port) : Token.asString(port)))
              : Token.asList(ports),
          }),
        );
      }
    };
    allow("AllowInternetInbound", "Tcp", 1000, open.TCP);
    allow("AllowInternetInboundUdp", "Udp", 1010, open.UDP);
    const egress = makeEgress(this, props, clusterSubnets);
    this.outboundType = egress.outboundType;
    this.outboundAddresses = egress.outboundAddresses;
    this.dependables = [...dependables, ...egress.dependables];

    const { addressSpace, subnetPrefix } = this;
    addCheck(this, function* () {
      yield* checkLocation(location);
      yield* checkTags(tags);
      yield* resourceGroup.check();
      yield* checkName("virtual network", names.virtualNetwork, "virtualNetworkName");
      yield* checkName("subnet", names.subnet, "subnetName");
      yield* checkName("network security group", names.networkSecurityGroup, "networkSecurityGroupName");
      yield* checkAddressSpace(addressSpace, subnetPrefix);
      yield* checkPorts("inboundPorts", props.inboundPorts);
      yield* checkPorts("inboundUdpPorts", props.inboundUdpPorts);
      if (props.podSubnetPrefix !== undefined) {
        yield* checkName("subnet", names.podSubnet, "podSubnetName");
      }
      for (const [name] of additional) {
        yield* checkName("subnet", name, `additionalSubnets.${name}`);
      }
      yield* checkEgress(props);
      yield* checkSubnets(
        addressSpace,
        { prop: "the nodes' subnet", name: names.subnet, prefix: subnetPrefix },
        [
          ...(props.podSubnetPrefix === undefined
            ? []
            : [{ prop: "podSubnetPrefix", name: names.podSubnet, prefix: props.podSubnetPrefix }]),
          ...additional.map(([name, prefix]) => ({ prop: `additionalSubnets.${name}`, name, prefix })),
        ],
      );
      yield* checkResourceId("networkSecurityGroupId", props.networkSecurityGroupId, SECURITY_GROUP);
      yield* checkTogether(props);
    });
  }

  /**
   * The resource group that was made.
   * @throws if `existingResourceGroupName` names one that exists
   */
  get resourceGroup(): ResourceGroup {
    return this.group.resource;
  }

  /**
   * The network security group that was made.
   * @throws if `networkSecurityGroupId` names one that exists
   */
  get networkSecurityGroup(): NetworkSecurityGroup {
    if (!this.madeSecurityGroup) {
      throw new Error(
        `[${this.node.path}] the network security group exists already and is not made here (networkSecurityGroupId).`,
      );
    }
    return this.madeSecurityGroup;
  }

  get addressSpaceText(): string {
    return rangesText(this.addressSpace);
  }

  get virtualNetworkName(): string {
    return this.virtualNetwork.name;
  }

  get virtualNetworkId(): string {
    return this.virtualNetwork.id;
  }

  get subnetId(): string {
    return this.subnet.id;
  }

  get podSubnetId(): string | undefined {
    return this.podSubnet?.id;
  }
}

/** AKS puts addresses of pods on a subnet that is left to it; nodes can't be on such a one. */
const POD_DELEGATION: SubnetDelegation = {
  name: "aks",
  serviceDelegation: {
    name: "Microsoft.ContainerService/managedClusters",
    // What Azure answers: without it, each plan would take it away.
    actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
  },
};

function* checkPorts(prop: string, ports: readonly number[] | undefined): Generator<Finding> {
  for (const port of isKnown(ports) ? ports : []) {
    if (isKnown(port) && (!Number.isInteger(port) || port < 1 || port > 65535)) {
      yield finding(
        "inbound-port",
        `${prop}: ${port} is not a port; ports are whole numbers from 1 to 65535.`,
      );
    }
  }
}

/** Yields props that can't be given together, or not one without the other. */
function* checkTogether(props: ClusterNetworkProps): Generator<Finding> {
  const given = (names: readonly (keyof ClusterNetworkProps)[]) =>
    names.filter((name) => props[name] !== undefined);
  if (props.networkSecurityGroupId !== undefined) {
    for (const name of given(["networkSecurityGroupName", "inboundPorts", "inboundUdpPorts"])) {
      yield finding(
        "security-group-exists",
        `${name}: is of a network security group that is made, and networkSecurityGroupId names one that exists and keeps its rules; give one of the two.`,
      );
    }
  }
  if (props.natGateway && props.routeTableId !== undefined) {
    yield finding(
      "one-way-out",
      "routeTableId: sends what leaves the subnet to a firewall, and natGateway through a gateway of its own; give one of the two.",
    );
  }
  for (const [made, ...names] of [
    ["podSubnetPrefix", "podSubnetName"],
    ["natGateway", "natGatewayName", "natGatewayIpName"],
  ] as const) {
    for (const name of props[made] ? [] : given(names)) {
      yield finding(
        "name-of-nothing",
        `${name}: names what is not made; give ${made}, too, or leave it out.`,
      );
    }
  }
}

/** The first /24 of a range, or the range itself where it is no larger. */
function firstSubnet(addressSpace: readonly string[]): string {
  const [first = ""] = addressSpace;
  const range = isKnown(addressSpace) && isKnown(first) ? parseRange(first) : undefined;
  return range?.version === 4 && range.prefixLength < 24 ? `${formatIpv4(range.first)}/24` : first;
}
