import { spawn } from "node:child_process";
import { join } from "node:path";
import type { KubeConfig } from "../../lib/command/client/kubeconfig";
import { run } from "../../lib/command/run";
import type { Clock } from "../../lib/command/terminal/clock";

export const BIN = join(__dirname, "../../bin/aks-fleet.js");

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The command as a child process, with nothing of this process's kubeconfigs in its environment. */
export function aksFleet(
  args: string[],
  environment: Record<string, string> = {},
  cwd?: string,
): Promise<Outcome> {
  return node([BIN, ...args], environment, cwd);
}

export function node(
  args: string[],
  environment: Record<string, string> = {},
  cwd?: string,
): Promise<Outcome> {
  const { KUBECONFIG: _, AKS_FLEET_KUBECONFIG: __, ...rest } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { ...rest, ...environment }, cwd });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** Time runs, but so many times as fast. */
export const clockAt = (speed: number): Clock => ({
  now: () => performance.now() * speed,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms / speed);
    return () => clearInterval(timer);
  },
});

/** HTTP is real here, waiting isn't worth it. */
export const fastClock = clockAt(20);

/** What leads to a server that asks for no credentials. */
export function kubeconfigOf(server: string): KubeConfig {
  return { cluster: { server }, user: {} };
}

/** The command in this process, in fast time, against a server that asks for no credentials. */
export async function aksFleetAgainst(server: string, args: string[]): Promise<Outcome> {
  const lines = { stdout: "", stderr: "" };
  const config = kubeconfigOf(server);
  const status = await run(args, {
    environment: {},
    print: (line) => {
      lines.stdout += `${line}\n`;
    },
    complain: (line) => {
      lines.stderr += `${line}\n`;
    },
    clock: fastClock,
    load: async () => config,
  });
  return { status, ...lines };
}
