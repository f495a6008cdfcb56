import type { LocalExecProvisioner } from "cdktf";
import { kubeconfig } from "./kubernetes-access";

const MISSING =
  "aks-fleet: the package cdktf-aks-fleet is not installed in this folder or in one above it. Keep cdktf.out inside of the app, or start cdktf with npx in the app's folder.";

/**
 * Starts `aks-fleet` wherever Terraform runs: the package is looked up from the stack's folder upwards, then from the
 * folder that npm was started in. It holds no path of a machine, so that every synthesis writes the same.
 */
const LAUNCHER = [
  'const { createRequire } = require("module");',
  'const command = "cdktf-aks-fleet/command";',
  "const finds = (folder) => { try { return createRequire(folder + '/').resolve(command); } catch { return undefined; } };",
  "const file = [process.cwd(), process.env.INIT_CWD].filter(Boolean).map(finds).find(Boolean);",
  `if (!file) { console.error(${JSON.stringify(MISSING)}); process.exit(1); }`,
  // Terraform hands the command over as one argument.
  "process.argv.splice(1, 1, file, ...process.argv[1].split(' '));",
  "require(file);",
].join(" ");

/** A provisioner that runs `aks-fleet` against a cluster, without a shell. */
export function runFleetCommand(
  command: string,
  access: { server: string; certificateAuthority: string; login: string },
  when: "create" | "destroy" = "create",
): LocalExecProvisioner {
  return {
    type: "local-exec",
    when,
    interpreter: ["node", "-e", LAUNCHER, "--"],
    command,
    environment: { AKS_FLEET_KUBECONFIG: kubeconfig(access) },
  };
}
