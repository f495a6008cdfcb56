import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { show } from "../../lib/command/show";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-show-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function synthesize(stacks: Record<string, { dependencies?: string[]; resource: unknown }>): void {
  const entries = Object.entries(stacks).map(([name, { dependencies = [], resource }]) => {
    const synthesizedStackPath = `stacks/${name}/cdk.tf.json`;
    mkdirSync(dirname(join(folder, synthesizedStackPath)), { recursive: true });
    writeFileSync(join(folder, synthesizedStackPath), JSON.stringify({ resource }));
    return [name, { name, synthesizedStackPath, dependencies }];
  });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(entries) }));
}

const manifest = (kind: string, name: string) => ({ manifest: { kind, metadata: { name } } });
const runs = (command: string, when?: string) => ({ provisioner: [{ "local-exec": { command, when } }] });

test("tells the stacks in their order, in the fleet's words", () => {
  synthesize({
    hub: {
      dependencies: ["infra"],
      resource: {
        kubernetes_manifest: {
          ns: manifest("Namespace", "aks-store-demo"),
          a: manifest("Deployment", "store-front"),
          b: manifest("Deployment", "rabbitmq"),
          p: manifest("ClusterResourcePlacement", "aks-store-demo"),
        },
        kubernetes_secret_v1: { s: { metadata: { name: "queue" } } },
        null_resource: {
          wait: runs("wait placement aks-store-demo --cluster aks-eastus2 --timeout 30m"),
          drain: runs("drain --namespace ${self.triggers.namespace} --timeout 30m", "destroy"),
          dns: runs("wait traffic-manager aks-store-demo/store --cluster aks-eastus2 --timeout 30m"),
          Queue_0123ABCD: { triggers: { aks_fleet: "password", value: "${sensitive(uuid())}" } },
          PlacementWait_0123ABCD: { triggers: { a: "not ours, whatever it is called" } },
        },
      },
    },
    infra: {
      resource: {
        azurerm_kubernetes_cluster: { east: { name: "aks-eastus2" }, west: { name: "aks-westus2" } },
        azapi_resource: {
          fleet: {
            type: "Microsoft.ContainerService/fleets@2025-03-01",
            name: "gbb-fleet",
            body: { properties: { hubProfile: {} } },
          },
          east: { type: "Microsoft.ContainerService/fleets/members@2026-06-01", name: "aks-eastus2" },
          west: { type: "Microsoft.ContainerService/fleets/members@2026-06-01", name: "aks-westus2" },
          stable: {
            type: "Microsoft.ContainerService/fleets/autoUpgradeProfiles@2026-06-01",
            name: "stable",
          },
          other: { type: "Microsoft.Other/things@2025-01-01", name: "thing" },
        },
        azurerm_virtual_network_peering: {
          a: { name: "EastToWestPeering" },
          b: { name: "WestToEastPeering" },
        },
        azurerm_role_assignment: { admin: { scope: "${x}" } },
        azurerm_dns_zone: { a: { name: "example.org" }, b: { name: "${x}" } },
        null_resource: {
          leave: runs("leave ${basename(self.triggers.membership)} --timeout 30m", "destroy"),
          east: runs("wait member --timeout 30m"),
          west: runs("wait member --timeout 30m"),
          hub: {
            provisioner: [
              { "local-exec": { command: "y", interpreter: ["node", "-e", "x", "--", "wait", "hub"] } },
            ],
          },
        },
      },
    },
  });
  expect(show(folder)).toEqual([
    "infra: 16 resources",
    "  2 peerings (EastToWestPeering, WestToEastPeering)",
    "  2 DNS zones (example.org, b)",
    "  2 AKS clusters (aks-eastus2, aks-westus2)",
    "  1 fleet with a hub (gbb-fleet)",
    "  2 members (aks-eastus2, aks-westus2)",
    "  1 auto-upgrade profile (stable)",
    "  1 azapi_resource (thing)",
    "  1 role assignment",
    "  on destroy: leave (remove from a member what is placed there)",
    "  waits: member (2 times), hub",
    "",
    "hub (after infra): 10 resources",
    "  Namespace aks-store-demo",
    "  2 Deployments (store-front, rabbitmq)",
    "  ClusterResourcePlacement aks-store-demo",
    "  Secret queue",
    "  waits: placement aks-store-demo, traffic-manager aks-store-demo/store",
    "  on destroy: drain (wait until the members are clean)",
    "  1 password (Queue)",
    "  1 null_resource (PlacementWait)",
    "",
    "The fleet (as a diagram: npx aks-fleet diagram):",
    "  fleet gbb-fleet",
    "  aks-eastus2, member",
    "  aks-westus2, member",
    "  placement aks-store-demo: on aks-eastus2 and aks-westus2",
    "",
    "26 resources in 2 stacks.",
    "Next: npx cdktf deploy '*'",
  ]);
});

test("fits on 100 columns", () => {
  const clusters = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`c${i}`, { name: `aks-a-rather-long-name-${i}` }]),
  );
  synthesize({ infra: { resource: { azurerm_kubernetes_cluster: clusters } } });
  const lines = show(folder);
  expect(lines.length).toBeGreaterThan(5);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("says what to do where no app was synthesized", () => {
  expect(() => show(join(folder, "nothing"))).toThrow(/has no synthesized app .*: run npx cdktf synth first/);
});
