import type { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  DnsLoadBalancer,
  MEMBER_CLUSTER_NAME,
  PlacedMultiClusterService,
  PlacementPolicy,
  TrafficManagerAccess,
  TrafficManagerBackend,
  TrafficManagerProfile,
} from "../../lib";
import { namespaceWith, service } from "../hub/fixtures";

const MONITOR = {
  monitorIntervalInSeconds: 10,
  monitorPath: "/health",
  monitorPort: 8443,
  monitorProtocol: "HTTPS",
  monitorCustomHeaders: { Host: "shop.example.com", "X-Probe": "1" },
  monitorTimeoutInSeconds: 9,
  monitorToleratedNumberOfFailures: 0,
} as const;

/** What Traffic Manager needs, and services on the hub, with every prop. */
export function everyTrafficManager(scope: TerraformStack): void {
  const yaml = ["web", "api", "db"].map((name) => service(name)).join("---\n");
  const namespace = namespaceWith(scope, yaml);
  const { fleet } = namespace;
  const { resourceGroupName, dependables } = new TrafficManagerAccess(scope, "Access", {
    fleet,
    resourceGroupName: "rg-dns",
    location: "westeurope",
    tags: { team: "a" },
  });
  new TrafficManagerAccess(scope, "Existing", { fleet, existingResourceGroupName: "rg-old" });
  new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
  namespace.exportService("web", { weight: 100 });
  namespace.exportService("db");
  const dependsOn = [...dependables];
  const profile = new TrafficManagerProfile(scope, "Profile", {
    ...MONITOR,
    namespace,
    name: "shop",
    resourceGroupName,
    dependsOn,
  });
  new TrafficManagerBackend(scope, "Backend", {
    profile,
    serviceName: "web",
    name: "front",
    weight: 1000,
    dependsOn,
  });
  const dns = new DnsLoadBalancer(scope, "Dns", {
    ...MONITOR,
    namespace,
    serviceName: "api",
    trafficManager: TrafficManagerAccess.fromResourceGroupName(scope, "GivenAccess", resourceGroupName),
    name: "api-dns",
    dnsLabel: "shop-api",
    weight: 0,
    overrideRules: [
      {
        jsonPatchOverrides: [{ op: "add", path: "/metadata/annotations/a", value: MEMBER_CLUSTER_NAME }],
      },
    ],
    dependsOn,
  });
  dns.dnsName([profile.manifest]);
  const [member] = fleet.members;
  if (member) {
    new PlacedMultiClusterService(scope, "Entry", {
      namespace,
      serviceName: "db",
      name: "entry",
      internal: true,
      member,
    });
  }
}
