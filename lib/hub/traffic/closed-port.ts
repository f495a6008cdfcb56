import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { optional } from "../../checks/required";
import type { IFleetMember } from "../../fleet/fleet-member";
import { groupOf } from "../../kubernetes/kubernetes-object";
import { ClusterNetwork } from "../../network/cluster-network";
import type { INamespace } from "../namespace/namespace-base";

interface ServicePort {
  readonly port: number;
  readonly protocol: string;
}

/**
 * Refuses ports of a Service that the internet can't reach at a member: this library's security group only allows the
 * network's ports, and AKS opens ports only in its own.
 */
export function* checkClosedPorts(
  namespace: INamespace,
  serviceName: string,
  member: IFleetMember,
): Generator<Finding> {
  const network = optional(() => member.cluster.network);
  // Behind a firewall, connections come from the firewall.
  if (
    !(network && ClusterNetwork.isClusterNetwork(network)) ||
    network.outboundType === "userDefinedRouting"
  ) {
    return;
  }
  const open = network.openPorts;
  if (open === undefined || hasOtherRules(network)) {
    return;
  }
  for (const { port, protocol } of portsOf(namespace, serviceName)) {
    // Azure's load balancer supports no others.
    const ports = protocol === "TCP" || protocol === "UDP" ? open[protocol] : [];
    if (!isKnown(ports) || ports.some((one) => !isKnown(one) || one === port)) {
      continue;
    }
    const prop = protocol === "UDP" ? "inboundUdpPorts" : "inboundPorts";
    const all = [...ports, port].join(", ");
    yield finding(
      "multi-cluster-service-port-closed",
      `serviceName: Service "${serviceName}" has the ${protocol} port ${port}, which the security group of member "${member.key}" (${network.node.path}) blocks; open it on the network, ${prop}: [${all}], or make the address internal.`,
    );
  }
}

function portsOf(namespace: INamespace, serviceName: string): ServicePort[] {
  const services = namespace.workloads
    .flatMap(({ objects }) => objects)
    .filter(
      ({ apiVersion, kind, metadata }) =>
        kind === "Service" && groupOf(apiVersion) === "" && metadata.name === serviceName,
    );
  return services.flatMap(({ spec }) => {
    const ports = (spec as { ports?: unknown } | undefined)?.ports;
    return (Array.isArray(ports) && isKnown(ports) ? (ports as Partial<ServicePort>[]) : []).flatMap(
      ({ port, protocol = "TCP" }) => (isKnown(port) && isKnown(protocol) ? [{ port, protocol }] : []),
    );
  });
}

/** Whether the app adds its own rules to the network's security group, which may allow the port. */
function hasOtherRules(network: ClusterNetwork): boolean {
  const group = resolved(network, network.networkSecurityGroup.name);
  return network.node.root.node
    .findAll()
    .filter((child): child is NetworkSecurityRule => NetworkSecurityRule.isTerraformElement(child))
    .filter(({ terraformResourceType }) => terraformResourceType === NetworkSecurityRule.tfResourceType)
    .some(
      (rule) =>
        rule.node.scope !== network &&
        [group, network.networkSecurityGroup.nameInput].includes(
          resolved(rule, rule.networkSecurityGroupNameInput),
        ),
    );
}

function resolved(scope: IConstruct, value: string | undefined): string | undefined {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}
