import type { loadKubeconfig } from "../../lib/command/client/kubeconfig";
import type { Condition } from "../../lib/command/client/objects";
import type { CommandContext } from "../../lib/command/context";
import { run } from "../../lib/command/run";
import type { Clock } from "../../lib/command/terminal/clock";
import type { Size } from "../../lib/command/terminal/redraw";
import { deployedApp, type Servers, seedOutputs } from "./deployed-app";
import {
  EXPORTS,
  HUB_API,
  KubeServer,
  MEMBERS,
  NETWORKING_V1ALPHA1,
  NETWORKING_V1BETA1,
} from "./kube-server";
import { condition, onCluster, placement } from "./objects";
import { kubeconfigOf, type Outcome } from "./run-command";

export const NOW = Date.parse("2026-03-01T12:00:00Z");
export const PLACEMENTS = `${HUB_API}/clusterresourceplacements`;
export const NAMESPACED_PLACEMENTS = `${HUB_API}/resourceplacements`;
export const SERVICE_EXPORTS = `${NETWORKING_V1BETA1}/serviceexports`;
export const SERVICES = `${NETWORKING_V1ALPHA1}/multiclusterservices`;
export const NODES = "/api/v1/nodes";
export const SLICE_EXPORTS = `${NETWORKING_V1ALPHA1}/endpointsliceexports`;

/** Time stands at NOW, and passes only while somebody sleeps. */
export const stillClock = (): Clock & { slept: number } => {
  const clock = {
    slept: 0,
    now: () => NOW + clock.slept,
    sleep: async (ms: number) => {
      clock.slept += ms;
    },
    every: () => () => undefined,
  };
  return clock;
};

export function memberCluster(
  name: string,
  secondsAgo: number,
  joined: Condition["status"] = "True",
  message = "",
) {
  return {
    metadata: { name },
    status: {
      conditions: [condition("Joined", joined, { message })],
      properties: {
        "kubernetes-fleet.io/node-count": { value: "3" },
        "k8s.io/k8s-version": { value: "v1.34.2" },
      },
      resourceUsage: { allocatable: { cpu: "11580m", memory: "38473520Ki" } },
      agentStatus: [
        { type: "MemberAgent", lastReceivedHeartbeat: new Date(NOW - secondsAgo * 1_000).toISOString() },
      ],
    },
  };
}

/** Nodes of these versions. */
export function nodes(...versions: string[]) {
  return versions.map((kubeletVersion, index) => ({
    metadata: { name: `node-${index}` },
    status: { nodeInfo: { kubeletVersion } },
  }));
}

export function storePlacement(clusters = [onCluster("aks-eastus2"), onCluster("aks-westus2")]) {
  const whole = placement(clusters);
  const selectedResources = [
    { kind: "Namespace", name: "aks-store-demo" },
    { kind: "ServiceExport", name: "store-front", namespace: "aks-store-demo" },
  ];
  return { ...whole, status: { ...whole.status, selectedResources } };
}

export function serviceExport(
  conflict: Condition["status"] = "False",
  message = "",
  valid: Condition["status"] = "True",
) {
  return {
    metadata: { name: "store-front", namespace: "aks-store-demo" },
    // The generation is that of the Service.
    status: {
      conditions: [
        condition("Valid", valid, { generation: 7 }),
        condition("Conflict", conflict, { generation: 7, message }),
      ],
    },
  };
}

export function internalExport(member: string, conflict: Condition["status"] = "False", message = "") {
  return {
    metadata: { name: "aks-store-demo-store-front", namespace: `fleet-member-${member}` },
    spec: { serviceReference: { namespace: "aks-store-demo", name: "store-front" } },
    status: { conditions: [condition("Conflict", conflict, { generation: 7, message })] },
  };
}

export function storeService(ip = "20.7.120.195", valid: Condition["status"] = "True", message = "") {
  return {
    metadata: { name: "store-front", namespace: "aks-store-demo", generation: 1 },
    spec: { serviceImport: { name: "store-front" } },
    status: {
      conditions: [condition("Valid", valid, { message })],
      loadBalancer: ip ? { ingress: [{ ip }] } : {},
    },
  };
}

export interface FleetServers {
  hub: KubeServer;
  east: KubeServer;
  west: KubeServer;
}

/** The hub and both members of the seed's fleet, all in order. */
export async function withFleet(act: (fleet: FleetServers) => Promise<void>): Promise<void> {
  const fleet = { hub: new KubeServer(), east: new KubeServer(), west: new KubeServer() };
  const all = Object.values(fleet);
  await Promise.all(all.map((server) => server.start()));
  try {
    const { hub, east, west } = fleet;
    hub.list(MEMBERS, [memberCluster("aks-westus2", 11), memberCluster("aks-eastus2", 5)]);
    hub.list(PLACEMENTS, [storePlacement()]);
    hub.list(NAMESPACED_PLACEMENTS, []);
    hub.list(EXPORTS, [internalExport("aks-eastus2"), internalExport("aks-westus2")]);
    for (const member of [east, west]) {
      member.list(SERVICE_EXPORTS, [serviceExport()]);
      member.list(SERVICES, []);
      member.list(NODES, nodes("v1.34.2"));
    }
    east.list(SERVICES, [storeService()]);
    await act(fleet);
  } finally {
    await Promise.all(all.map((server) => server.stop()));
  }
}

/** The URLs of the servers, as the stacks would put them out. */
export const urls = ({ hub, east, west }: FleetServers): Servers => ({
  hub: hub.url,
  east: east.url,
  west: west.url,
});

/** A kubeconfig's file or content leads to its server. */
export const loadServer: typeof loadKubeconfig = async (file, environment) => {
  const server = file ?? JSON.parse(environment.AKS_FLEET_KUBECONFIG ?? "").clusters[0].cluster.server;
  return kubeconfigOf(server);
};

export interface RunOptions {
  outputs?: Record<string, unknown>;
  clock?: Clock;
  terminal?: boolean;
  size?: Size;
  environment?: Record<string, string>;
  load?: typeof loadKubeconfig;
  ask?: CommandContext["ask"];
  onStop?: CommandContext["onStop"];
}

/** The command in this process, on an app that deployed the fleet of these servers. */
export async function runOnFleet(
  args: string[],
  servers: Servers,
  {
    outputs = seedOutputs(servers),
    clock = stillClock(),
    terminal = false,
    size,
    environment = {},
    load = loadServer,
    ask,
    onStop,
  }: RunOptions = {},
): Promise<Outcome> {
  const app = deployedApp(outputs);
  const lines = { stdout: "", stderr: "" };
  try {
    const status = await run([...args, "--out", `${app.folder}/cdktf.out`], {
      environment: { ...app.environment, ...environment },
      print: (line) => {
        lines.stdout += `${line}\n`;
      },
      complain: (line) => {
        lines.stderr += `${line}\n`;
      },
      clock,
      load,
      terminal,
      size: () => size,
      ...(ask && { ask }),
      ...(onStop && { onStop }),
    });
    return { status, ...lines };
  } finally {
    app.remove();
  }
}
