// The same resources, written by hand in one flat stack, with no checks: `flat-app COUNT peerings|peered|virtualNetworkManager`.
import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import { VirtualNetworkPeering } from "@cdktf/provider-azurerm/lib/virtual-network-peering";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource } from "@cdktf/provider-null/lib/resource";
import {
  App,
  type ITerraformDependable,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { memberSettings } from "./members";

const NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const CLUSTER_ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const FLEET_ADMIN = "18ab4d3d-a1bf-4477-8ad9-8359bc988f69";

const [, , count, how = "peerings"] = process.argv;
const app = new App();
const stack = new TerraformStack(app, "infra");
new AzurermProvider(stack, "azurerm", { features: [{}] });
new NullProvider(stack, "null");
new (class extends TerraformProvider {})(stack, "azapi", {
  terraformResourceType: "azapi",
  terraformProviderSource: "azure/azapi",
});
const me = new DataAzurermClientConfig(stack, "me");
const role = (id: string) =>
  `/subscriptions/${me.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`;

function azapi(id: string, properties: Record<string, unknown>, dependsOn: ITerraformDependable[] = []) {
  const resource = new TerraformResource(stack, id, { terraformResourceType: "azapi_resource", dependsOn });
  for (const [name, value] of Object.entries(properties)) {
    resource.addOverride(name, value);
  }
  return resource;
}

const fleetGroup = new ResourceGroup(stack, "fleet-group", { name: "rg-fleet", location: "westeurope" });
const fleet = azapi("fleet", {
  type: "Microsoft.ContainerService/fleets@2025-03-01",
  name: "shop",
  location: "westeurope",
  parent_id: fleetGroup.id,
  body: { properties: { hubProfile: { dnsPrefix: "shop" } } },
  identity: [{ type: "SystemAssigned" }],
});
const fleetId = fleet.interpolationForAttribute("id").toString();
const fleetAdmin = new RoleAssignment(stack, "fleet-admin", {
  scope: fleetId,
  roleDefinitionId: role(FLEET_ADMIN),
  principalId: me.objectId,
});

const members = memberSettings(Number(count)).map(({ key, location, addressSpace, serviceCidr }) => {
  const group = new ResourceGroup(stack, `${key}-group`, { name: `rg-aks-${key}`, location });
  const { name: resourceGroupName } = group;
  const network = new VirtualNetwork(stack, `${key}-network`, {
    name: `aks-vnet-${key}`,
    location,
    resourceGroupName,
    addressSpace,
  });
  const subnet = new Subnet(stack, `${key}-subnet`, {
    name: `aks-subnet-${key}`,
    resourceGroupName,
    virtualNetworkName: network.name,
    addressPrefixes: [addressSpace[0]?.replace("/16", "/24") as string],
  });
  const securityGroup = new NetworkSecurityGroup(stack, `${key}-nsg`, {
    name: `aks-nsg-${key}`,
    location,
    resourceGroupName,
  });
  const association = new SubnetNetworkSecurityGroupAssociation(stack, `${key}-association`, {
    subnetId: subnet.id,
    networkSecurityGroupId: securityGroup.id,
  });
  const rule = new NetworkSecurityRule(stack, `${key}-rule`, {
    name: "AllowInternetInbound",
    resourceGroupName,
    networkSecurityGroupName: securityGroup.name,
    priority: 1000,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefix: "Internet",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRanges: ["80", "443"],
  });
  const identity = new UserAssignedIdentity(stack, `${key}-identity`, {
    name: `id-aks-${key}`,
    location,
    resourceGroupName,
  });
  const onSubnet = new RoleAssignment(stack, `${key}-subnet-role`, {
    scope: subnet.id,
    roleDefinitionId: role(NETWORK_CONTRIBUTOR),
    principalId: identity.principalId,
    principalType: "ServicePrincipal",
    skipServicePrincipalAadCheck: true,
  });
  const cluster = new KubernetesCluster(stack, `${key}-cluster`, {
    name: `aks-${key}`,
    location,
    resourceGroupName,
    dnsPrefix: `aks-${key}`,
    skuTier: "Standard",
    identity: { type: "UserAssigned", identityIds: [identity.id] },
    defaultNodePool: {
      name: "system",
      vmSize: "Standard_D4s_v5",
      nodeCount: 3,
      maxPods: 30,
      vnetSubnetId: subnet.id,
      upgradeSettings: { maxSurge: "10%" },
      temporaryNameForRotation: "systemtmp",
    },
    networkProfile: {
      networkPlugin: "azure",
      networkPolicy: "calico",
      serviceCidr,
      dnsServiceIp: "172.16.0.10",
    },
    azureActiveDirectoryRoleBasedAccessControl: { azureRbacEnabled: true, tenantId: me.tenantId },
    localAccountDisabled: true,
    oidcIssuerEnabled: true,
    workloadIdentityEnabled: true,
    azurePolicyEnabled: true,
    runCommandEnabled: false,
    imageCleanerEnabled: true,
    imageCleanerIntervalHours: 168,
    dependsOn: [onSubnet, association, rule],
  });
  const admin = new RoleAssignment(stack, `${key}-admin`, {
    scope: cluster.id,
    roleDefinitionId: role(CLUSTER_ADMIN),
    principalId: me.objectId,
  });
  const joined = azapi(`${key}-member`, {
    type: "Microsoft.ContainerService/fleets/members@2025-03-01",
    name: `aks-${key}`,
    parent_id: fleetId,
    body: { properties: { clusterResourceId: cluster.id } },
  });
  new Resource(stack, `${key}-wait`, {
    triggers: { cluster: cluster.id },
    provisioners: [{ type: "local-exec", command: `wait-for ${key}` }],
    dependsOn: [joined, admin],
  });
  new TerraformOutput(stack, `${key}_kubeconfig_command`, {
    value: `az aks get-credentials --resource-group ${resourceGroupName} --name ${cluster.name}`,
  });
  return { key, location, addressSpace, resourceGroupName, network, subnet, association, joined };
});
new Resource(stack, "hub-wait", {
  triggers: { fleet: fleetId },
  provisioners: [{ type: "local-exec", command: "wait-for hub" }],
  dependsOn: [fleetAdmin, ...members.map(({ joined }) => joined)],
});

if (how === "peerings") {
  for (const from of members) {
    for (const to of members.filter((other) => other !== from)) {
      new VirtualNetworkPeering(stack, `${from.key}-to-${to.key}`, {
        name: `${from.key}-to-${to.key}`,
        resourceGroupName: from.resourceGroupName,
        virtualNetworkName: from.network.name,
        remoteVirtualNetworkId: to.network.id,
        allowVirtualNetworkAccess: true,
        triggers: { remote_address_space: to.addressSpace.join(",") },
        dependsOn: [from.subnet, from.association, to.subnet, to.association],
      });
    }
  }
}
if (how === "virtualNetworkManager") {
  const { NetworkManager } = require("@cdktf/provider-azurerm/lib/network-manager");
  const { NetworkManagerNetworkGroup } = require("@cdktf/provider-azurerm/lib/network-manager-network-group");
  const { NetworkManagerStaticMember } = require("@cdktf/provider-azurerm/lib/network-manager-static-member");
  const {
    NetworkManagerConnectivityConfiguration,
  } = require("@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration");
  const { NetworkManagerDeployment } = require("@cdktf/provider-azurerm/lib/network-manager-deployment");
  const manager = new NetworkManager(stack, "manager", {
    name: "shop",
    location: "westeurope",
    resourceGroupName: fleetGroup.name,
    scope: { subscriptionIds: [`/subscriptions/${me.subscriptionId}`] },
    scopeAccesses: ["Connectivity"],
  });
  const group = new NetworkManagerNetworkGroup(stack, "group", {
    name: "shop",
    networkManagerId: manager.id,
  });
  const configuration = new NetworkManagerConnectivityConfiguration(stack, "configuration", {
    name: "shop",
    networkManagerId: manager.id,
    connectivityTopology: "Mesh",
    globalMeshEnabled: true,
    appliesToGroup: [
      { groupConnectivity: "DirectlyConnected", globalMeshEnabled: true, networkGroupId: group.id },
    ],
  });
  const inGroup = members.map(
    ({ key, network, subnet, association }) =>
      new NetworkManagerStaticMember(stack, `${key}-in-group`, {
        name: key,
        networkGroupId: group.id,
        targetVirtualNetworkId: network.id,
        dependsOn: [subnet, association],
      }),
  );
  for (const location of new Set(members.map((one) => one.location))) {
    new NetworkManagerDeployment(stack, `deployment-${location}`, {
      networkManagerId: manager.id,
      location,
      scopeAccess: "Connectivity",
      configurationIds: [configuration.id],
      dependsOn: inGroup,
    });
  }
}
app.synth();
