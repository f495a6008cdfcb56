import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, markAs } from "../checks/marked";
import { checkLocation, checkName } from "../checks/names";
import {
  checkKeptByAks,
  checkRange,
  contains,
  formatIpv4,
  overlap,
  parseRange,
  rangesText,
} from "./addresses";
import { type ClusterNetworkAttributes, ImportedClusterNetwork } from "./imported-network";

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
  /** Name of the resource group that is made. @default - `rg-aks-<location>` */
  readonly resourceGroupName?: string;
  /** Name of a resource group that exists: none is made. It may be in another location. @default - one is made */
  readonly existingResourceGroupName?: string;
  /** @default - `aks-vnet-<key>` */
  readonly virtualNetworkName?: string;
  /** @default - `aks-subnet-<key>` */
  readonly subnetName?: string;
  /** @default - `aks-nsg-<key>` */
  readonly networkSecurityGroupName?: string;
  /**
   * TCP ports on which the internet reaches public load balancers of the cluster. A subnet's own security group turns
   * away what it does not name, and AKS opens ports only in the one that it keeps itself.
   * @default - [80, 443]
   */
  readonly inboundPorts?: readonly number[];
  readonly tags?: Record<string, string>;
}

const MARK = Symbol.for("cdktf-aks-fleet/ClusterNetwork");

/** Resource group, virtual network and subnet of one cluster, with a network security group on the subnet. */
export class ClusterNetwork extends Construct implements IClusterNetwork {
  /** Every network of an app that is made by it. */
  static of(scope: IConstruct): ClusterNetwork[] {
    return allMarked<ClusterNetwork>(scope, MARK);
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
  private readonly madeGroup: ResourceGroup | undefined;
  readonly virtualNetwork: VirtualNetwork;
  readonly subnet: Subnet;
  readonly networkSecurityGroup: NetworkSecurityGroup;

  constructor(scope: Construct, id: string, props: ClusterNetworkProps) {
    super(scope, id);
    markAs(this, MARK);
    const { key, location, tags } = props;
    const inboundPorts = props.inboundPorts ?? [80, 443];
    this.key = key;
    this.location = location;
    this.addressSpace = props.addressSpace;
    this.subnetPrefix = props.subnetPrefix ?? firstSubnet(props.addressSpace);
    const names = {
      resourceGroup: props.resourceGroupName ?? `rg-aks-${location}`,
      virtualNetwork: props.virtualNetworkName ?? `aks-vnet-${key}`,
      subnet: props.subnetName ?? `aks-subnet-${key}`,
      networkSecurityGroup: props.networkSecurityGroupName ?? `aks-nsg-${key}`,
    };

    if (props.existingResourceGroupName === undefined) {
      this.madeGroup = new ResourceGroup(this, "ResourceGroup", {
        name: names.resourceGroup,
        location,
        tags,
      });
    }
    const resourceGroupName = this.madeGroup?.name ?? props.existingResourceGroupName ?? "";
    this.resourceGroupName = resourceGroupName;
    this.virtualNetwork = new VirtualNetwork(this, "VirtualNetwork", {
      name: names.virtualNetwork,
      location,
      resourceGroupName,
      addressSpace: [...this.addressSpace],
      tags,
    });
    this.subnet = new Subnet(this, "Subnet", {
      name: names.subnet,
      resourceGroupName,
      virtualNetworkName: this.virtualNetwork.name,
      addressPrefixes: [this.subnetPrefix],
    });
    this.networkSecurityGroup = new NetworkSecurityGroup(this, "NetworkSecurityGroup", {
      name: names.networkSecurityGroup,
      location,
      resourceGroupName,
      tags,
    });
    const dependables: ITerraformDependable[] = [
      new SubnetNetworkSecurityGroupAssociation(this, "NetworkSecurityGroupAssociation", {
        subnetId: this.subnet.id,
        networkSecurityGroupId: this.networkSecurityGroup.id,
      }),
    ];
    if (inboundPorts.length > 0) {
      dependables.push(
        new NetworkSecurityRule(this, "AllowInternetInbound", {
          name: "AllowInternetInbound",
          description: "Public load balancers of the cluster",
          resourceGroupName,
          networkSecurityGroupName: this.networkSecurityGroup.name,
          priority: 1000,
          direction: "Inbound",
          access: "Allow",
          protocol: "Tcp",
          sourceAddressPrefix: "Internet",
          sourcePortRange: "*",
          destinationAddressPrefix: "*",
          destinationPortRanges: inboundPorts.map(String),
        }),
      );
    }
    this.dependables = dependables;

    const { addressSpace, subnetPrefix } = this;
    addCheck(this, () => this.checkResourceGroup());
    addCheck(this, function* () {
      yield* checkLocation(location);
      yield* checkName("resource group", names.resourceGroup, "resourceGroupName");
      yield* checkName("resource group", props.existingResourceGroupName, "existingResourceGroupName");
      if (props.resourceGroupName !== undefined && props.existingResourceGroupName !== undefined) {
        yield finding(
          "resource-group-existing-and-new",
          `existingResourceGroupName: "${props.existingResourceGroupName}" exists, and resourceGroupName, "${props.resourceGroupName}", is to be made; give one of the two.`,
        );
      }
      yield* checkName("virtual network", names.virtualNetwork, "virtualNetworkName");
      yield* checkName("subnet", names.subnet, "subnetName");
      yield* checkName("network security group", names.networkSecurityGroup, "networkSecurityGroupName");
      yield* checkSubnet(addressSpace, subnetPrefix);
      for (const port of inboundPorts) {
        if (isKnown(port) && (!Number.isInteger(port) || port < 1 || port > 65535)) {
          yield finding(
            "inbound-port",
            `inboundPorts: ${port} is not a TCP port; ports are whole numbers from 1 to 65535.`,
          );
        }
      }
    });
  }

  /**
   * The resource group that was made.
   * @throws if `existingResourceGroupName` names one that exists
   */
  get resourceGroup(): ResourceGroup {
    if (!this.madeGroup) {
      throw new Error(
        finding(
          "resource-group-not-made",
          `[${this.node.path}] the resource group "${this.resourceGroupName}" exists already and is not made here (existingResourceGroupName); use resourceGroupName.`,
        ),
      );
    }
    return this.madeGroup;
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

  /** Two networks in one location get the same default name. The later one says so, once. */
  private *checkResourceGroup(): Generator<Finding> {
    const name = this.madeGroup?.nameInput;
    const all = ClusterNetwork.of(this);
    const other = all.slice(0, all.indexOf(this)).find(({ madeGroup }) => madeGroup?.nameInput === name);
    if (isKnown(name) && other) {
      yield finding(
        "resource-group-twice",
        `resourceGroupName: "${name}" is also the resource group that ${other.node.path} makes; give one of them another resourceGroupName (and its cluster another clusterName).`,
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

function* checkSubnet(addressSpace: readonly string[], subnetPrefix: string): Generator<Finding> {
  if (addressSpace.length === 0) {
    yield finding(
      "address-space-empty",
      'addressSpace: is empty; a virtual network has at least one range, e.g. ["10.1.0.0/16"].',
    );
    return;
  }
  if (!isKnown(addressSpace) || !addressSpace.every(isKnown)) {
    return;
  }
  for (const text of addressSpace) {
    yield* checkRange(text, "addressSpace");
    yield* checkKeptByAks(text, "addressSpace");
  }
  yield* checkApart(addressSpace);
  if (!isKnown(subnetPrefix) || addressSpace.includes(subnetPrefix)) {
    return;
  }
  yield* checkRange(subnetPrefix, "subnetPrefix");
  const subnet = parseRange(subnetPrefix);
  const spaces = addressSpace.map(parseRange);
  if (subnet && spaces.every((space) => space && !contains(space, subnet))) {
    yield finding(
      "subnet-outside-of-network",
      `subnetPrefix: ${subnetPrefix} is outside of the virtual network's address space, ${addressSpace.join(", ")}; choose a range inside of it.`,
    );
  }
}

function* checkApart(addressSpace: readonly string[]): Generator<Finding> {
  for (const [index, a] of addressSpace.entries()) {
    for (const b of addressSpace.slice(index + 1)) {
      const [rangeA, rangeB] = [parseRange(a), parseRange(b)];
      if (rangeA && rangeB && overlap(rangeA, rangeB)) {
        yield finding(
          "address-space-overlaps-itself",
          `addressSpace: ${a} and ${b} share addresses; leave out the one that is inside of the other.`,
        );
      }
    }
  }
}
