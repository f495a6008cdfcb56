import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformVariable } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  ClusterResourcePlacement,
  Drain,
  Fleet,
  FleetMember,
  HubCredentials,
  MemberCredentials,
  MultiClusterService,
  Namespace,
  Password,
  PeeringMesh,
  PlacementPolicy,
  PlanRole,
  type Principal,
  ROLES,
  RoleGrant,
  Secret,
  ServiceExport,
  Wait,
  Workloads,
} from "../../lib";
import { build } from "../../main";
import { CLUSTER_ID, FLEET_ID, SUBNET_ID } from "../existing";
import { synthApp, synthStack } from "../synth";
import { checkStack, checkSynthesized, describeConformance } from ".";

const PLANNER: Principal = {
  name: "plan",
  objectId: "33333333-3333-4333-8333-333333333333",
  type: "ServicePrincipal",
};
const PEOPLE: Principal[] = [
  { name: "platform-team", objectId: "11111111-1111-1111-1111-111111111111", type: "Group" },
  { name: "pipeline", objectId: "22222222-2222-2222-2222-222222222222", type: "ServicePrincipal" },
];

describeConformance(
  "what is synthesized is what the real providers, the fleet's API and Azure accept",
  () => {
    test("every stack of main.ts", () => {
      expect(synthApp(build, checkSynthesized)).toEqual([]);
    });

    test("every setting of the context", () => {
      const withContext = (app: Parameters<typeof build>[0]) => {
        app.node.setContext("fleet", {
          fleetResourceGroupName: "rg-hub",
          admins: PEOPLE,
          login: "workloadidentity",
          preventDestroy: true,
          subscriptionId: "33333333-3333-3333-3333-333333333333",
          tags: { team: "platform" },
          stateStorageAccountName: "stfleet",
          members: {
            north: { location: "norwayeast", addressSpace: ["10.3.0.0/16", "10.4.0.0/16"], inboundPorts: [] },
          },
        });
        build(app);
      };
      expect(synthApp(withContext, checkSynthesized)).toEqual([]);
    });

    test("every construct with every prop", () => {
      const stack = synthStack((scope) => {
        const tags = { team: "platform" };
        const network = new ClusterNetwork(scope, "Network", {
          key: "east",
          location: "eastus2",
          addressSpace: ["10.1.0.0/16", "10.9.0.0/16"],
          subnetPrefix: "10.1.0.0/22",
          resourceGroupName: "rg-east",
          virtualNetworkName: "vnet-east",
          subnetName: "subnet-east",
          networkSecurityGroupName: "nsg-east",
          inboundPorts: [8443],
          tags,
        });
        const other = new ClusterNetwork(scope, "Other", {
          key: "west",
          location: "westus2",
          addressSpace: ["10.2.0.0/16"],
        });
        const cluster = new AksCluster(scope, "Cluster", {
          network,
          clusterName: "aks-one",
          dnsPrefix: "one",
          identityName: "id-one",
          kubernetesVersion: "1.33",
          nodeCount: 4,
          vmSize: "Standard_D8s_v5",
          maxPods: 50,
          maxSurge: "33%",
          zones: ["1", "2", "3"],
          serviceCidr: "172.20.0.0/16",
          dnsServiceIp: "172.20.0.10",
          admins: PEOPLE,
          tags,
          config: {
            apiServerAccessProfile: { authorizedIpRanges: ["203.0.113.0/24"] },
            defaultNodePool: {
              autoScalingEnabled: true,
              minCount: 3,
              maxCount: 6,
              onlyCriticalAddonsEnabled: true,
            },
            omsAgent: { logAnalyticsWorkspaceId: new TerraformVariable(scope, "workspace", {}).stringValue },
            lifecycle: { ignoreChanges: ["default_node_pool[0].node_count"] },
          },
        });
        const mesh = new PeeringMesh(scope, "Mesh", {
          networks: [network, other],
          dependsOn: [cluster.resource],
        });
        const fleet = new Fleet(scope, "Fleet", {
          fleetName: "fleet",
          location: "westus",
          resourceGroupName: "rg-hub",
          dnsPrefix: "hub",
          hubVmSize: "Standard_D4s_v5",
          admins: PEOPLE.slice(0, 1),
          preventDestroy: true,
          tags,
          dependsOn: [cluster.resource],
        });
        const member = fleet.addMember("east", {
          cluster,
          memberName: "one",
          group: "canary",
          dependsOn: [...mesh.peerings],
        });
        fleet.grantAdmin(PEOPLE[1] as Principal);
        fleet.grantPlan(PLANNER);
        cluster.grantPlan(PLANNER);
        new PlanRole(scope, "PlanRole", { principal: PLANNER });
        new RoleGrant(scope, "Reader", {
          roleId: ROLES.networkContributor,
          resourceId: network.subnetId,
          principal: PEOPLE[0],
          dependsOn: [cluster.resource],
        });
        const { access } = new HubCredentials(scope, "Hub", { fleet, login: "spn" });
        const namespace = new Namespace(scope, "Namespace", {
          fleet,
          name: "store",
          labels: { team: "platform" },
          dependsOn: [...fleet.dependables],
        });
        new Drain(scope, "Drain", { namespace, access, timeout: "1h" });
        new Workloads(scope, "Workloads", { namespace, files: ["aks-store-demo.yaml"] });
        new Secret(scope, "Secret", {
          namespace,
          name: "queue",
          data: { password: new Password(scope, "Password").value },
        });
        new ServiceExport(scope, "Export", { namespace, serviceName: "store-front" });
        const placements = [
          PlacementPolicy.all(),
          PlacementPolicy.inLocations("eastus2"),
          PlacementPolicy.onMembers("one"),
        ].map(
          (policy, index) =>
            new ClusterResourcePlacement(scope, `Placement${index}`, {
              namespace,
              policy,
              name: `store-${index}`,
              // An object is placed on a member once.
              applyType: index > 0 ? "ReportDiff" : undefined,
            }),
        );
        const cluster1 = new MemberCredentials(scope, "Member", { member, login: "msi" });
        const service = new MultiClusterService(scope, "Service", {
          namespace,
          serviceName: "store-front",
          name: "front",
          internal: true,
          member,
        });
        const waits = [
          Wait.forHub(scope, "HubWait", fleet, { access, timeout: "1h", dependsOn: [...fleet.dependables] }),
          Wait.forMember(scope, "MemberWait", cluster.clusterId, { access: cluster1.access }),
          ...placements.map((placement, index) =>
            Wait.forPlacement(scope, `PlacementWait${index}`, placement, { access }),
          ),
          Wait.forService(scope, "ServiceWait", service, { access: cluster1.access }),
        ];
        service.address(waits.map(({ resource }) => resource));
      });
      expect(checkStack(stack)).toEqual([]);
    });

    test("every importer, with what it looks up and without, by the provider of another subscription", () => {
      const stack = synthStack((scope) => {
        const provider = new AzurermProvider(scope, "other", { features: [{}], alias: "other" });
        const named = ClusterNetwork.fromNetworkAttributes(scope, "Named", {
          key: "named",
          location: "westus3",
          virtualNetworkName: "vnet-old",
          subnetName: "nodes",
          resourceGroupName: "rg-old",
        });
        const known = ClusterNetwork.fromNetworkAttributes(scope, "Known", {
          key: "known",
          location: "westus3",
          subnetId: SUBNET_ID,
          addressSpace: ["10.7.0.0/16"],
          subnetPrefix: "10.7.0.0/20",
          provider,
        });
        const inGroup = new ClusterNetwork(scope, "InGroup", {
          key: "new",
          location: "westus3",
          addressSpace: ["10.8.0.0/16"],
          existingResourceGroupName: "rg-old",
        });
        new PeeringMesh(scope, "Mesh", { networks: [named, known, inGroup] });
        const clusters = {
          made: new AksCluster(scope, "Made", {
            network: named,
            clusterName: "aks-made",
            existingResourceGroupName: "rg-clusters",
          }),
          named: AksCluster.fromClusterAttributes(scope, "ClusterNamed", {
            clusterName: "aks-named",
            resourceGroupName: "rg-old",
            location: "westus3",
            provider,
          }),
          known: AksCluster.fromClusterId(scope, "ClusterKnown", CLUSTER_ID, {
            network: known,
            serviceCidr: "172.20.0.0/16",
          }),
        };
        const fleets = {
          made: new Fleet(scope, "Fleet", {
            fleetName: "fleet",
            location: "westus",
            existingResourceGroupName: "rg-old",
          }),
          named: Fleet.fromFleetAttributes(scope, "FleetNamed", {
            fleetName: "fleet-old",
            resourceGroupName: "rg-old",
          }),
          known: Fleet.fromFleetId(scope, "FleetKnown", FLEET_ID, {
            members: { reported: { memberName: "told" } },
          }),
        };
        for (const [name, fleet] of Object.entries(fleets)) {
          for (const [key, cluster] of Object.entries(clusters)) {
            fleet.addMember(key, { cluster });
          }
          new HubCredentials(scope, `Hub-${name}`, { fleet });
        }
        const member = FleetMember.fromMemberAttributes(scope, "Member", {
          fleet: fleets.named,
          key: "old",
          memberName: "old",
          cluster: AksCluster.fromClusterId(scope, "Old", CLUSTER_ID.replace("aks-old", "aks-other")),
        });
        new MemberCredentials(scope, "Credentials", { member });
      });
      expect(checkStack(stack)).toEqual([]);
    });

    // The harness is shown to work in harness.test.ts; this shows that it sees what the library makes.
    test("a wrong argument, a missing one and a wrong manifest field are found", () => {
      const stack = synthStack((scope) => {
        const network = new ClusterNetwork(scope, "Network", {
          key: "east",
          location: "eastus2",
          addressSpace: ["10.1.0.0/16"],
        });
        network.subnet.addOverride("addres_prefixes", ["10.1.0.0/24"]);
        network.virtualNetwork.addOverride("location", undefined);
        const fleet = new Fleet(scope, "Fleet", { fleetName: "fleet", location: "westus" });
        fleet.resource.addOverride("body.properties.hubProfile.dnsPrefx", "hub");
        new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true })
          .exportService("front")
          .manifest.addOverride("manifest.specc", {});
      });
      const found = checkStack(stack).join("\n");
      expect(found).toMatch(/azurerm_subnet\.\S+.*addres_prefixes/);
      expect(found).toMatch(/azurerm_virtual_network\.\S+.*location/);
      expect(found).toMatch(/azapi_resource\.\S+.*dnsPrefx/);
      expect(found).toMatch(/kubernetes_manifest\.\S+.*specc/);
    });
  },
);
