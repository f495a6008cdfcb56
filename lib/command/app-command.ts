import type { Command } from "./arguments";
import { readDeployed } from "./deployed";
import type { Surroundings } from "./run";
import { writeKubeconfigs } from "./write-kubeconfig";

export type AppCommand = Extract<Command, { kind: "status" | "verify" | "kubeconfig" }>;

/** The commands that read what the app of this folder deployed. */
export async function runOnApp(command: AppCommand, surroundings: Surroundings): Promise<void> {
  const { environment, print, complain } = surroundings;
  const deployed = await readDeployed(command.out, environment, command.login);
  switch (command.kind) {
    case "kubeconfig": {
      const { names, overwrite } = command;
      for (const line of await writeKubeconfigs(deployed, { folder: ".", names, overwrite })) print(line);
      for (const { what, why } of deployed.unseen) complain(`aks-fleet: ${what}: ${why}`);
      return;
    }
  }
}
