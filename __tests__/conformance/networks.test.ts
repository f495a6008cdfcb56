import {
  AksCluster,
  ClusterNetwork,
  GlobalDnsEndpoint,
  GlobalDnsName,
  InfraStack,
  NetworkManager,
  NetworkManagerMesh,
  PeeringMesh,
} from "../../lib";
import { build } from "../../main";
import { CLUSTER_ID, SUBNET_ID, VNET_ID } from "../existing";
import { synthApp, synthStack } from "../synth";
import { checkStack, checkSynthesized, describeConformance } from ".";
import { blockOf } from "./bindings";

const ofGroup = (type: string, name: string) =>
  VNET_ID.replace("virtualNetworks/vnet-old", `${type}/${name}`);

const EVERY_WAY = {
  addressSpace: ["10.1.0.0/16", "10.9.0.0/16"],
  subnetPrefix: "10.1.0.0/24",
  podSubnetPrefix: "10.9.0.0/18",
  podSubnetName: "pods",
  additionalSubnets: { AzureBastionSubnet: "10.1.255.0/26", "private.endpoints": "10.9.64.0/24" },
};

describeConformance("networks in every way are what the real provider accepts", () => {
  test("every prop of a network and of a cluster on it", () => {
    const stack = synthStack((scope) => {
      const network = new ClusterNetwork(scope, "Network", {
        key: "east",
        location: "eastus2",
        ...EVERY_WAY,
        natGateway: true,
        natGatewayName: "nat",
        natGatewayIpName: "nat-ip",
        tags: { team: "platform" },
      });
      const other = new ClusterNetwork(scope, "Other", {
        key: "west",
        location: "westus2",
        addressSpace: ["10.2.0.0/16"],
        podSubnetPrefix: "10.2.64.0/18",
        networkSecurityGroupId: ofGroup("networkSecurityGroups", "nsg-old"),
        routeTableId: ofGroup("routeTables", "to-firewall"),
      });
      const existing = ClusterNetwork.fromNetworkAttributes(scope, "Existing", {
        key: "old",
        location: "westus3",
        subnetId: SUBNET_ID,
        podSubnetId: `${VNET_ID}/subnets/pods`,
        podSubnetPrefix: "10.7.64.0/18",
        addressSpace: ["10.7.0.0/16"],
        outboundType: "userAssignedNATGateway",
        outboundAddresses: ["198.51.100.7"],
      });
      for (const one of [network, other, existing]) {
        new AksCluster(scope, `Cluster-${one.key}`, {
          network: one,
          authorizedIpRanges: ["203.0.113.0/24", "198.51.100.9"],
        });
      }
      new PeeringMesh(scope, "Mesh", { networks: [network, other, existing], peered: [other, existing] });
    });
    expect(checkStack(stack)).toEqual([]);
  });

  test("network managers, made and existing, and what they connect", () => {
    const stack = synthStack((scope) => {
      const networks = ["east", "west"].map(
        (key, index) =>
          new ClusterNetwork(scope, key, {
            key,
            location: `${key}us2`,
            addressSpace: [`10.${index + 1}.0.0/16`],
          }),
      );
      const made = new NetworkManager(scope, "Made", {
        networkManagerName: "shop",
        location: "westeurope",
        subscriptionIds: ["44444444-4444-4444-4444-444444444444"],
        tags: { team: "platform" },
      });
      const old = NetworkManager.fromNetworkManagerId(scope, "Old", ofGroup("networkManagers", "central"));
      new NetworkManagerMesh(scope, "OfMade", { networkManager: made, networks, dependsOn: [made.resource] });
      new NetworkManagerMesh(scope, "OfOld", { networkManager: old, networkGroupName: "shop", networks });
    });
    expect(checkStack(stack)).toEqual([]);
    const infra = synthApp((app) => {
      new InfraStack(app, "infra", {
        fleetName: "fleet",
        fleetLocation: "westus",
        connectivity: "virtualNetworkManager",
        members: { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
      });
    }, checkSynthesized);
    expect(infra).toEqual([]);
  });

  test("a DNS name over addresses, with every prop", () => {
    const stack = synthStack((scope) => {
      const dnsName = new GlobalDnsName(scope, "Name", {
        name: "shop",
        location: "westeurope",
        routingMethod: "Weighted",
        ttlInSeconds: 30,
        resourceGroupName: "rg-dns",
        monitorProtocol: "HTTPS",
        monitorPort: 443,
        monitorPath: "/health",
        monitorIntervalInSeconds: 10,
        monitorTimeoutInSeconds: 6,
        monitorToleratedNumberOfFailures: 1,
        monitorCustomHeaders: { Host: "shop.example.com" },
        tags: { team: "platform" },
      });
      new GlobalDnsEndpoint(scope, "Endpoint", {
        dnsName,
        name: "east",
        address: "203.0.113.10",
        location: "eastus2",
        weight: 10,
      });
    });
    expect(checkStack(stack)).toEqual([]);
  });

  test("members of every kind", () => {
    const found = synthApp((app) => {
      const network = ClusterNetwork.fromNetworkAttributes(app, "Network", {
        key: "old",
        location: "westus3",
        subnetId: SUBNET_ID,
        addressSpace: ["10.7.0.0/16"],
      });
      new InfraStack(app, "infra", {
        fleetName: "fleet",
        fleetLocation: "westus",
        members: {
          east: { location: "eastus2", ...EVERY_WAY, natGateway: true },
          blue: { network, clusterName: "aks-blue", peered: true },
          green: { cluster: AksCluster.fromClusterId(app, "Cluster", CLUSTER_ID, { network }), peered: true },
        },
      });
    }, checkSynthesized);
    expect(found).toEqual([]);
  });

  test("every setting of the context that a network has", () => {
    const found = synthApp((app) => {
      app.node.setContext("fleet", {
        members: {
          east: {
            ...EVERY_WAY,
            natGateway: true,
            natGatewayName: "nat",
            natGatewayIpName: "nat-ip",
            authorizedIpRanges: ["203.0.113.0/24"],
            peered: false,
          },
          west: {
            networkSecurityGroupId: ofGroup("networkSecurityGroups", "nsg-old"),
            routeTableId: ofGroup("routeTables", "to-firewall"),
            peered: true,
          },
        },
      });
      build(app);
    }, checkSynthesized);
    expect(found).toEqual([]);
  });

  test("the arguments of an association that no schema lists are those of CDKTF's binding", () => {
    expect(blockOf("subnet-nat-gateway-association")).toEqual({
      attributes: {
        id: { type: "string", optional: true, computed: true },
        nat_gateway_id: { type: "string", required: true },
        subnet_id: { type: "string", required: true },
      },
    });
    const stack = synthStack((scope) => {
      const network = new ClusterNetwork(scope, "Network", {
        key: "east",
        location: "eastus2",
        addressSpace: ["10.1.0.0/16"],
        natGateway: true,
      });
      const association = network.node.findChild("NatGatewayAssociation") as never as {
        addOverride(path: string, value: unknown): void;
      };
      association.addOverride("natgateway_id", "nat");
      association.addOverride("subnet_id", undefined);
    });
    expect(checkStack(stack)).toEqual([
      expect.stringContaining('natgateway_id: unknown argument, set to "nat"'),
      expect.stringContaining("subnet_id: required argument is missing"),
    ]);
  });
});
