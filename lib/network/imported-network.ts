import { DataAzurermVirtualNetwork } from "@cdktf/provider-azurerm/lib/data-azurerm-virtual-network";
import { Fn, type ITerraformDependable, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkAgainstId, parseResourceId, type ResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { checkName } from "../checks/names";
import { required } from "../checks/required";
import { checkedProps } from "../props/check-props";
import { checkRange, parseRange, rangesText } from "./addresses";
import type { IClusterNetwork, OutboundType } from "./cluster-network";

/** An existing network, by ids (the subnet's is enough) or by names. Names that are part of an id can be left out. */
export interface ClusterNetworkAttributes {
  /** The member's key, e.g. `east`: a short name, used in resource names and construct ids. */
  readonly key: string;
  /** Short name of the network's location, e.g. `eastus2`. @default - an error if it is needed */
  readonly location?: string;
  /** @default - from `virtualNetworkId` and `subnetName`; an error if it is needed */
  readonly subnetId?: string;
  /** @default - from `subnetId`, or looked up by name and group if needed */
  readonly virtualNetworkId?: string;
  /** @default - from an id; an error if it is needed */
  readonly subnetName?: string;
  /** @default - from an id; an error if it is needed */
  readonly virtualNetworkName?: string;
  /** The virtual network's resource group. @default - from an id; an error if it is needed */
  readonly resourceGroupName?: string;
  /** The ranges of the virtual network. @default - not checked; peerings look them up in each plan */
  readonly addressSpace?: readonly string[];
  /** The range of the subnet. @default - not checked */
  readonly subnetPrefix?: string;
  /** The pod subnet, which must be delegated to AKS. @default - pods are on the nodes' subnet */
  readonly podSubnetId?: string;
  /** The range of the pod subnet. @default - not checked */
  readonly podSubnetPrefix?: string;
  /**
   * The subnet's existing egress: a NAT gateway, or a route table with a default route. A new cluster on the subnet uses it
   * as its outbound type.
   * @default - the cluster's own load balancer
   */
  readonly outboundType?: OutboundType;
  /**
   * Public IPv4 egress addresses of the NAT gateway or the firewall. A new cluster with `authorizedIpRanges` allows them as
   * well.
   * @default - none
   */
  readonly outboundAddresses?: readonly string[];
  /** What must exist before nodes are created on the subnet. @default - nothing */
  readonly dependables?: readonly ITerraformDependable[];
  /** azurerm provider for the network's subscription, for its peerings and to look it up. @default - the stack's */
  readonly provider?: TerraformProvider;
}

const NETWORK = ["a virtual network", "Microsoft.Network/virtualNetworks"] as const;
const SUBNET = ["a subnet", "Microsoft.Network/virtualNetworks/subnets"] as const;

/** An existing virtual network and subnet. */
export class ImportedClusterNetwork extends Construct implements IClusterNetwork {
  readonly key: string;
  readonly addressSpace: readonly string[] | undefined;
  readonly subnetPrefix: string | undefined;
  readonly podSubnetId: string | undefined;
  readonly podSubnetPrefix: string | undefined;
  readonly outboundType: OutboundType | undefined;
  readonly outboundAddresses: readonly string[] | undefined;
  readonly dependables: readonly ITerraformDependable[];
  readonly provider: TerraformProvider | undefined;
  private readonly attributes: ClusterNetworkAttributes;

  constructor(scope: Construct, id: string, attributes: ClusterNetworkAttributes) {
    super(scope, id);
    attributes = checkedProps(this, "ClusterNetworkAttributes", attributes);
    const subnet = parseResourceId(this, "subnetId", attributes.subnetId, SUBNET);
    const networkOfNodes = networkOf(subnet);
    const network = parseResourceId(
      this,
      "virtualNetworkId",
      attributes.virtualNetworkId ?? networkOfNodes,
      NETWORK,
    );
    this.attributes = {
      ...attributes,
      subnetId: subnet?.id ?? attributes.subnetId,
      virtualNetworkId: network?.id ?? attributes.virtualNetworkId,
      subnetName: attributes.subnetName ?? subnet?.names[1],
      virtualNetworkName: attributes.virtualNetworkName ?? network?.names[0],
      resourceGroupName: attributes.resourceGroupName ?? network?.resourceGroupName,
    };
    this.key = attributes.key;
    this.addressSpace = attributes.addressSpace;
    this.subnetPrefix = attributes.subnetPrefix;
    const podSubnet = parseResourceId(this, "podSubnetId", attributes.podSubnetId, SUBNET);
    this.podSubnetId = podSubnet?.id ?? attributes.podSubnetId;
    this.podSubnetPrefix = attributes.podSubnetPrefix;
    this.outboundType = attributes.outboundType;
    this.outboundAddresses = attributes.outboundAddresses;
    this.dependables = attributes.dependables ?? [];
    this.provider = attributes.provider;

    const { location, virtualNetworkName, subnetName, resourceGroupName, addressSpace, subnetPrefix } =
      this.attributes;
    addCheck(this, function* () {
      yield* checkLocation(location);
      yield* checkName("resource group", resourceGroupName, "resourceGroupName");
      yield* checkName("virtual network", virtualNetworkName, "virtualNetworkName");
      yield* checkName("subnet", subnetName, "subnetName");
      for (const range of (isKnown(addressSpace) ? addressSpace : []).filter(isKnown)) {
        yield* checkRange(range, "addressSpace");
      }
      if (isKnown(subnetPrefix)) {
        yield* checkRange(subnetPrefix, "subnetPrefix");
      }
      if (isKnown(attributes.podSubnetPrefix)) {
        yield* checkRange(attributes.podSubnetPrefix, "podSubnetPrefix");
      }
      for (const address of (attributes.outboundAddresses ?? []).filter(isKnown)) {
        if (parseRange(`${address}/32`)?.version !== 4) {
          yield finding(
            "outbound-address",
            `outboundAddresses: "${address}" is not an IPv4 address; write e.g. "203.0.113.10".`,
          );
        }
      }
      const networkOfPods = networkOf(podSubnet);
      if (networkOfPods && network && networkOfPods.toLowerCase() !== network.id.toLowerCase()) {
        yield finding(
          "pod-subnet-elsewhere",
          `podSubnetId: is a subnet of ${networkOfPods}, but nodes and pods must be in the same virtual network, ${network.id}; choose a subnet of that network.`,
        );
      }
      yield* checkAgainstId("subnetId", "virtualNetworkId", networkOfNodes, network?.id);
      yield* checkAgainstId("subnetId", "subnetName", subnet?.names[1], subnetName);
      yield* checkAgainstId("virtualNetworkId", "virtualNetworkName", network?.names[0], virtualNetworkName);
      yield* checkAgainstId(
        "virtualNetworkId",
        "resourceGroupName",
        network?.resourceGroupName,
        resourceGroupName,
      );
    });
  }

  get location(): string {
    return this.required("location");
  }

  get resourceGroupName(): string {
    return this.required("resourceGroupName");
  }

  get virtualNetworkName(): string {
    return this.required("virtualNetworkName");
  }

  get virtualNetworkId(): string {
    return this.attributes.virtualNetworkId ?? this.lookUp().id;
  }

  get subnetId(): string {
    return this.attributes.subnetId ?? `${this.virtualNetworkId}/subnets/${this.required("subnetName")}`;
  }

  get addressSpaceText(): string {
    return this.addressSpace ? rangesText(this.addressSpace) : Fn.join(",", this.lookUp().addressSpace);
  }

  private required(what: "location" | "resourceGroupName" | "virtualNetworkName" | "subnetName"): string {
    return required(this, what, this.attributes[what], "set it in fromNetworkAttributes");
  }

  private lookUp(): DataAzurermVirtualNetwork {
    const id = "Existing";
    return (
      (this.node.tryFindChild(id) as DataAzurermVirtualNetwork | undefined) ??
      new DataAzurermVirtualNetwork(this, id, {
        name: this.virtualNetworkName,
        resourceGroupName: this.resourceGroupName,
        provider: this.provider,
      })
    );
  }
}

/** The id of the virtual network that a subnet is part of. */
function networkOf(subnet: ResourceId | undefined): string | undefined {
  return subnet?.id.split("/").slice(0, -2).join("/");
}
