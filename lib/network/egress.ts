import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import type { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import { SubnetRouteTableAssociation } from "@cdktf/provider-azurerm/lib/subnet-route-table-association";
import type { ITerraformDependable } from "cdktf";
import { makes } from "../azapi/made";
import { checkResourceId, normalizedId } from "../azapi/resource-id";
import type { Finding } from "../checks/finding";
import { checkName } from "../checks/names";
import type { ClusterNetwork, ClusterNetworkProps, OutboundType } from "./cluster-network";

/** The egress of nodes and pods, if not through the cluster's load balancer. */
interface Egress {
  readonly outboundType?: OutboundType;
  readonly outboundAddresses?: readonly string[];
  /** What must exist before nodes are created on the subnets. */
  readonly dependables: readonly ITerraformDependable[];
}

const ROUTE_TABLE = ["a route table", "Microsoft.Network/routeTables"] as const;

/** Creates the egress of a network. @param subnets of nodes and pods, with the prefix for ids of their resources */
export function makeEgress(
  network: ClusterNetwork,
  props: ClusterNetworkProps,
  subnets: readonly (readonly [string, Subnet])[],
): Egress {
  const { location, resourceGroupName } = network;
  const { tags } = props;
  const names = namesOf(props);
  if (props.natGateway) {
    // Without zones a Standard address is zone-redundant; zones would fail in a location without any.
    const address = new PublicIp(network, "NatGatewayIp", {
      name: names.natGatewayIp,
      location,
      resourceGroupName,
      allocationMethod: "Static",
      sku: "Standard",
      tags,
    });
    makes(network, {
      what: "public IP address",
      prop: "natGatewayIpName",
      name: names.natGatewayIp,
      group: resourceGroupName,
    });
    makes(network, {
      what: "NAT gateway",
      prop: "natGatewayName",
      name: names.natGateway,
      group: resourceGroupName,
    });
    const gateway = new NatGateway(network, "NatGateway", {
      name: names.natGateway,
      location,
      resourceGroupName,
      skuName: "Standard",
      tags,
    });
    return {
      outboundType: "userAssignedNATGateway",
      outboundAddresses: [address.ipAddress],
      dependables: [
        new NatGatewayPublicIpAssociation(network, "NatGatewayIpAssociation", {
          natGatewayId: gateway.id,
          publicIpAddressId: address.id,
        }),
        ...subnets.map(
          ([prefix, subnet]) =>
            new SubnetNatGatewayAssociation(network, `${prefix}NatGatewayAssociation`, {
              subnetId: subnet.id,
              natGatewayId: gateway.id,
            }),
        ),
      ],
    };
  }
  if (props.routeTableId === undefined) {
    return { dependables: [] };
  }
  const routeTableId = normalizedId(props.routeTableId, ROUTE_TABLE);
  return {
    outboundType: "userDefinedRouting",
    dependables: subnets.map(
      ([prefix, subnet]) =>
        new SubnetRouteTableAssociation(network, `${prefix}RouteTableAssociation`, {
          subnetId: subnet.id,
          routeTableId,
        }),
    ),
  };
}

/** Checks the names and the id of an egress. */
export function* checkEgress(props: ClusterNetworkProps): Generator<Finding> {
  const names = namesOf(props);
  if (props.natGateway) {
    yield* checkName("NAT gateway", names.natGateway, "natGatewayName");
    yield* checkName("public IP address", names.natGatewayIp, "natGatewayIpName");
  }
  yield* checkResourceId("routeTableId", props.routeTableId, ROUTE_TABLE);
}

function namesOf({ key, natGatewayName, natGatewayIpName }: ClusterNetworkProps) {
  return {
    natGateway: natGatewayName ?? `aks-nat-${key}`,
    natGatewayIp: natGatewayIpName ?? `aks-nat-ip-${key}`,
  };
}
