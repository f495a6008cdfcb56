import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { HubStack, InfraStack, type InfraStackProps, type Namespace, PlacementPolicy } from "../../lib";
import { run } from "../../lib/command/run";

const MEMBERS = {
  east: { location: "eastus2", addressSpace: ["10.1.0.0/16"], labels: { ring: "canary" } },
  west: { location: "westus2", addressSpace: ["10.2.0.0/16"], labels: { ring: "production" } },
  sweden: { location: "swedencentral", addressSpace: ["10.3.0.0/16"], labels: { ring: "production" } },
};

/** An app with a shop of a Deployment, a Service and a ConfigMap in a namespace of the hub; not placed. */
export function shopApp(
  more: (parts: { app: App; infra: InfraStack; hub: HubStack; shop: Namespace }) => void = ({ hub, shop }) =>
    void hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() }),
  members: InfraStackProps["members"] = MEMBERS,
  replicas = 2,
): (app: App) => void {
  return (app) => {
    const infra = new InfraStack(app, "infra", { fleetName: "fleet", fleetLocation: "westus", members });
    const hub = new HubStack(app, "hub", { fleet: infra.fleet });
    const shop = hub.addNamespace("shop");
    shop.addWorkloads("Shop", {
      objects: [
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "front" },
          spec: {
            replicas,
            selector: { matchLabels: { app: "front" } },
            template: {
              metadata: { labels: { app: "front" } },
              spec: { containers: [{ name: "front", image: "nginx:1.27" }] },
            },
          },
        },
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "front" },
          spec: { selector: { app: "front" }, ports: [{ port: 80 }] },
        },
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "texts" }, data: { title: "${a} %{b}" } },
      ],
    });
    more({ app, infra, hub, shop });
  };
}

export interface Ran {
  readonly status: number;
  readonly printed: string;
  readonly complained: string;
}

/** `aks-fleet preview`, in this process. */
export async function runPreview(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const lines = { printed: [] as string[], complained: [] as string[] };
  const status = await run(["preview", ...args], {
    environment,
    print: (line) => void lines.printed.push(line),
    complain: (line) => void lines.complained.push(line),
  });
  return { status, printed: lines.printed.join("\n"), complained: lines.complained.join("\n") };
}

const folders: string[] = [];

/** A folder that is gone after the tests of a file. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "aks-fleet-preview-"));
  folders.push(made);
  return made;
}

export function removeFolders(): void {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true });
}

/** Where an app is synthesized to. */
export function synthesized(build: (app: App) => void): string {
  const outdir = folder();
  const app = new App({ outdir });
  build(app);
  app.synth();
  return outdir;
}

/** Synthesizes an app and previews it. */
export function preview(build: (app: App) => void, ...args: readonly string[]): Promise<Ran> {
  return runPreview([synthesized(build), ...args]);
}
