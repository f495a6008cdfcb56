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

/** AKS's outbound type: how nodes reach the internet, if not through the cluster's own load balancer. */
export type OutboundType = "userAssignedNATGateway" | "userDefinedRouting";

/** The network for one cluster's nodes and pods. */
export interface IClusterNetwork extends IConstruct {
  /** The member's key, e.g. `east`, from which names are derived. */
  readonly key: string;
  readonly location: string;
  readonly resourceGroupName: string;
  readonly virtualNetworkName: string;
  readonly virtualNetworkId: string;
  /** The ranges of the virtual network; undefined if those of an existing one are not known to this app. */
  readonly addressSpace: readonly string[] | undefined;
  /** The ranges as one string, looked up if necessary, for triggers. */
  readonly addressSpaceText: string;
  readonly subnetId: string;
  /** The range of the subnet; undefined if that of an existing one is not known to this app. */
  readonly subnetPrefix: string | undefined;
  /** The subnet for pods; undefined if pods are on the nodes' subnet. */
  readonly podSubnetId?: string;
  /** The range of the pod subnet, if known to this app. */
  readonly podSubnetPrefix?: string;
  /** How nodes reach the internet; undefined if through the cluster's own load balancer. */
  readonly outboundType?: OutboundType;
  /** Public egress addresses of the nodes; undefined if they are the load balancer's or unknown. */
  readonly outboundAddresses?: readonly string[];
  /** What must exist before nodes are created on the subnet. */
  readonly dependables: readonly ITerraformDependable[];
  /** azurerm provider for its subscription, if not the stack's. */
  readonly provider?: TerraformProvider;
}

export interface ClusterNetworkProps {
  /** The member's key, e.g. `east`: a short name, used in resource names and construct ids. */
  readonly key: string;
  /** Short name of an Azure location, e.g. `eastus2`. */
  readonly location: string;
  /**
   * Address ranges of the virtual network, e.g. `["10.1.0.0/16"]`. Networks of a fleet must not overlap: Azure doesn't peer
   * overlapping networks, and pod addresses must be unique.
   */
  readonly addressSpace: readonly string[];
  /**
   * Range of the subnet for nodes and pods, of which Azure reserves five addresses.
   * @default - the first /24 of the address space
   */
  readonly subnetPrefix?: string;
  /**
   * Range of a subnet for pods only (Azure CNI pod subnet). Pods can still be reached from peered networks, and nodes take
   * addresses in batches of 16, as needed. A change on an existing cluster replaces its nodes.
   * @default - pods are on the nodes' subnet
   */
  readonly podSubnetPrefix?: string;
  /**
   * Additional subnets, e.g. for a bastion, a firewall or private endpoints: ranges by name, e.g.
   * `{ AzureBastionSubnet: "10.1.255.0/26" }`. They get no security group and no routes. Names become part of construct ids.
   * @default - none
   */
  readonly additionalSubnets?: Readonly<Record<string, string>>;
  /** Name of the new resource group. @default - `rg-aks-<key>` */
  readonly resourceGroupName?: string;
  /** Name of an existing resource group to use, which may be in another location. @default - a new one */
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
   * Id of an existing network security group to use. Its rules are not changed; they must allow traffic to public load
   * balancers.
   * @default - a new one
   */
  readonly networkSecurityGroupId?: string;
  /**
   * TCP ports open from the internet to public load balancers of the cluster. A subnet's security group blocks all others,
   * and AKS opens ports only in the security group that it manages itself.
   * @default - [80, 443]
   */
  readonly inboundPorts?: readonly number[];
  /** UDP ports open from the internet to public load balancers of the cluster. @default - none */
  readonly inboundUdpPorts?: readonly number[];
  /**
   * Uses a NAT gateway with one static public address for egress, not the cluster's load balancer: up to 64,512 concurrent
   * connections, and an address that others can allow. The address is zone-redundant; the gateway is in one zone, chosen by
   * Azure. azurerm changes an existing cluster in place, in both directions; connections break, and the egress address
   * changes.
   * @default false
   */
  readonly natGateway?: boolean;
  /** @default - `aks-nat-<key>` */
  readonly natGatewayName?: string;
  /** Name of the gateway's public address. @default - `aks-nat-ip-<key>` */
  readonly natGatewayIpName?: string;
  /**
   * Id of an existing route table, in this location and subscription, with a default route (0.0.0.0/0) to a firewall or
   * another appliance. All egress goes through it, so the firewall must allow what AKS needs. Responses to connections from
   * the internet take that route too, so a public load balancer works only behind the firewall; peered networks are reached
   * directly. azurerm changes an existing cluster in place, as with `natGateway`.
   * @default - egress through the cluster's load balancer
   */
  readonly routeTableId?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
}

const MARK = markOf("ClusterNetwork");
const SECURITY_GROUP = ["a network security group", "Microsoft.Network/networkSecurityGroups"] as const;

/**
 * Resource group, virtual network and subnets of one cluster, with a network security group on the subnets of nodes and
 * pods, and their egress.
 */
export class ClusterNetwork extends Construct implements IClusterNetwork {
  /** Whether something is a ClusterNetwork. */
  static isClusterNetwork(x: unknown): x is ClusterNetwork {
    return isMarked(x, MARK);
  }

  /**
   * An existing virtual network and subnet, by ids or by names. They are not changed; the subnet's security group must allow
   * traffic to public load balancers.
   * @throws if an id is not that of a virtual network or a subnet
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
  /** The pod subnet, if pods have their own. */
  readonly podSubnet: Subnet | undefined;
  readonly podSubnetPrefix: string | undefined;
  /** `additionalSubnets`, by name. */
  readonly additionalSubnets: Readonly<Record<string, Subnet>>;
  private readonly madeSecurityGroup: NetworkSecurityGroup | undefined;
  readonly outboundType: OutboundType | undefined;
  readonly outboundAddresses: readonly string[] | undefined;
  /** The ports open from the internet to public load balancers; undefined with an existing security group. */
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
   * The new resource group.
   * @throws if `existingResourceGroupName` is set
   */
  get resourceGroup(): ResourceGroup {
    return this.group.resource;
  }

  /**
   * The new network security group.
   * @throws if `networkSecurityGroupId` is set
   */
  get networkSecurityGroup(): NetworkSecurityGroup {
    if (!this.madeSecurityGroup) {
      throw new Error(
        `[${this.node.path}] the network security group exists and is not created here (networkSecurityGroupId).`,
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

/** A pod subnet must be delegated to AKS; nodes can't be on a delegated subnet. */
const POD_DELEGATION: SubnetDelegation = {
  name: "aks",
  serviceDelegation: {
    name: "Microsoft.ContainerService/managedClusters",
    // As Azure returns it; without it, each plan would remove it.
    actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
  },
};

function* checkPorts(prop: string, ports: readonly number[] | undefined): Generator<Finding> {
  for (const port of isKnown(ports) ? ports : []) {
    if (isKnown(port) && (!Number.isInteger(port) || port < 1 || port > 65535)) {
      yield finding("inbound-port", `${prop}: ${port} is not a port; write whole numbers from 1 to 65535.`);
    }
  }
}

/** Refuses props that exclude or require each other. */
function* checkTogether(props: ClusterNetworkProps): Generator<Finding> {
  const given = (names: readonly (keyof ClusterNetworkProps)[]) =>
    names.filter((name) => props[name] !== undefined);
  if (props.networkSecurityGroupId !== undefined) {
    for (const name of given(["networkSecurityGroupName", "inboundPorts", "inboundUdpPorts"])) {
      yield finding(
        "security-group-exists",
        `${name}: is for a new network security group, but networkSecurityGroupId is an existing one, which is not changed; remove one of the two.`,
      );
    }
  }
  if (props.natGateway && props.routeTableId !== undefined) {
    yield finding(
      "one-way-out",
      "routeTableId: sends egress to a firewall, but natGateway sends it through a NAT gateway; remove one of the two.",
    );
  }
  for (const [made, ...names] of [
    ["podSubnetPrefix", "podSubnetName"],
    ["natGateway", "natGatewayName", "natGatewayIpName"],
  ] as const) {
    for (const name of props[made] ? [] : given(names)) {
      yield finding(
        "name-of-nothing",
        `${name}: is the name of something that is not created; set ${made} as well, or remove it.`,
      );
    }
  }
}

/** The first /24 of a range, or the range itself if it is no larger. */
function firstSubnet(addressSpace: readonly string[]): string {
  const [first = ""] = addressSpace;
  const range = isKnown(addressSpace) && isKnown(first) ? parseRange(first) : undefined;
  return range?.version === 4 && range.prefixLength < 24 ? `${formatIpv4(range.first)}/24` : first;
}
