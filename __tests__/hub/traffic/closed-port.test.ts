import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import type { TerraformStack } from "cdktf";
import { TerraformVariable } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  type ClusterNetworkProps,
  ClusterResourcePlacement,
  Fleet,
  MultiClusterService,
  Namespace,
  PlacementPolicy,
} from "../../../lib";
import { findings } from "../../synth";
import { service, yamlFile } from "../fixtures";

interface Setting {
  readonly ports: string;
  readonly network?: (stack: TerraformStack) => Partial<ClusterNetworkProps>;
  readonly internal?: boolean;
  readonly rule?: boolean;
}

/** What is said of a MultiClusterService of a Service with such ports. */
function said({ ports, network: props = () => ({}), internal, rule }: Setting): string[] {
  return findings((stack) => {
    const network = new ClusterNetwork(stack, "Network", {
      key: "east",
      location: "eastus2",
      addressSpace: ["10.1.0.0/16"],
      ...props(stack),
    });
    if (rule) {
      new NetworkSecurityRule(stack, "Rule", {
        name: "Mine",
        resourceGroupName: network.resourceGroupName,
        networkSecurityGroupName: network.networkSecurityGroup.name,
        priority: 200,
        direction: "Inbound",
        access: "Allow",
        protocol: "*",
      });
    }
    const fleet = new Fleet(stack, "Fleet", { fleetName: "store", location: "westus" });
    const member = fleet.addMember("east", { cluster: new AksCluster(stack, "Cluster", { network }) });
    const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
    namespace.addWorkloads("Workloads", { files: [yamlFile(service("web", `ports: [${ports}]`))] });
    namespace.exportService("web");
    new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all() });
    new MultiClusterService(stack, "Service", { namespace, serviceName: "web", member, internal });
  });
}

test.each<[string, string, string]>([
  ["another TCP port", "{ port: 9000 }", "TCP port 9000, .*inboundPorts: \\[80, 443, 9000\\]"],
  ["UDP", "{ port: 53, protocol: UDP }", "UDP port 53, .*inboundUdpPorts: \\[53\\]"],
  [
    "UDP on a port that is open for TCP",
    "{ port: 443, protocol: UDP }",
    "UDP port 443, .*inboundUdpPorts: \\[443\\]",
  ],
  ["one of two", "{ name: a, port: 80 }, { name: b, port: 8443 }", "TCP port 8443, "],
])("%s is closed", (_, ports, expected) => {
  expect(said({ ports })).toEqual([
    expect.stringMatching(new RegExp(`^stack/Service: serviceName: Service "web" has the ${expected}`)),
  ]);
});

test.each<[string, Setting]>([
  ["80 and 443", { ports: "{ name: a, port: 80, targetPort: 8080 }, { name: b, port: 443 }" }],
  ["one that is opened", { ports: "{ port: 9000 }", network: () => ({ inboundPorts: [9000] }) }],
  [
    "UDP that is opened",
    { ports: "{ port: 53, protocol: UDP }", network: () => ({ inboundUdpPorts: [53] }) },
  ],
  ["an internal address", { ports: "{ port: 9000 }", internal: true }],
  ["a security group with a rule of the app", { ports: "{ port: 9000 }", rule: true }],
  [
    "a security group that exists",
    {
      ports: "{ port: 9000 }",
      network: () => ({
        networkSecurityGroupId:
          "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/x/providers/Microsoft.Network/networkSecurityGroups/y",
      }),
    },
  ],
  [
    "ports that only Terraform knows",
    {
      ports: "{ port: 9000 }",
      network: (stack) => ({
        inboundPorts: [new TerraformVariable(stack, "port", { type: "number" }).numberValue],
      }),
    },
  ],
])("%s: nothing is said", (_, setting) => {
  expect(said(setting)).toEqual([]);
});
