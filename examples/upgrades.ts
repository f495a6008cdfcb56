/**
 * Azure upgrades Kubernetes and the nodes automatically: the canary first, the others a day later, once approved (`az fleet
 * gate list` lists pending approvals). Between those upgrades, the nodes get each new image. A team has a namespace on every
 * cluster, with a quota.
 */
import { App } from "cdktf";
import { FleetManagedNamespace, InfraStack, keepState } from "cdktf-aks-fleet";

const app = new App();

const infra = new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    canary: { location: "swedencentral", addressSpace: ["10.10.0.0/16"], group: "canary" },
    sweden: { location: "swedencentral", addressSpace: ["10.11.0.0/16"], group: "production" },
    norway: { location: "norwayeast", addressSpace: ["10.12.0.0/16"], group: "production" },
  },
  // A plan fails on what Azure Policy denies.
  enablePreflight: true,
});
const { fleet } = infra;

const updateStrategy = fleet.addUpdateStrategy("canary-first", {
  stages: [
    {
      name: "canary",
      groups: ["canary"],
      afterStageWaitInSeconds: 24 * 3600,
      afterGates: [{ displayName: "The canary is well" }],
    },
    {
      name: "production",
      // One member at a time by default.
      groups: [{ name: "production", maxConcurrency: "50%" }],
    },
  ],
});

// Minor upgrades are a human decision: the members stay on this minor version, and get its patches.
fleet.addAutoUpgradeProfile("kubernetes", {
  channel: "TargetKubernetesVersion",
  targetKubernetesVersion: "1.34",
  nodeImageSelection: "Consistent",
  updateStrategy,
});
fleet.addAutoUpgradeProfile("images", { channel: "NodeImage", updateStrategy });

new FleetManagedNamespace(infra, "Checkout", {
  fleet,
  name: "checkout",
  placementType: "PickAll",
  // Only reachable from its own pods.
  ingress: "AllowSameNamespace",
  egress: "AllowAll",
  cpuRequest: "8",
  cpuLimit: "16",
  memoryRequest: "16Gi",
  memoryLimit: "32Gi",
});

// In a local file; set `{ storageAccountName }` to share it.
keepState(infra);
app.synth();
