import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { App, type LocalExecProvisioner, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { kubeconfig } from "./kubernetes-access";

const COMMAND = "cdktf-aks-fleet/command";

const MISSING =
  "aks-fleet: the package cdktf-aks-fleet is not installed in this folder or a parent folder. Keep cdktf.out inside the app's folder, or start cdktf with npx from there.";

/**
 * Starts `aks-fleet` wherever Terraform runs: the app's copy of the library if it exists, otherwise the package found
 * from the stack's folder upwards, then from the folder that npm was started in. It contains no absolute path, so
 * synthesis gives the same result on every machine.
 * @param own the library's own command, relative to the stack's folder
 */
function launcher(own: string | undefined): string {
  return [
    'const { createRequire } = require("module");',
    `const command = ${JSON.stringify(COMMAND)};`,
    "const finds = (folder) => { try { return createRequire(folder + '/').resolve(command); } catch { return undefined; } };",
    "let file = [process.cwd(), process.env.INIT_CWD].filter(Boolean).map(finds).find(Boolean);",
    ...(own === undefined
      ? []
      : [
          `const own = require("path").resolve(${JSON.stringify(own)});`,
          'if (require("fs").existsSync(own)) file = own;',
        ]),
    `if (!file) { console.error(${JSON.stringify(MISSING)}); process.exit(1); }`,
    // Terraform passes the command as one argument.
    "process.argv.splice(1, 1, file, ...process.argv[1].split(' '));",
    "require(file);",
  ].join(" ");
}

/** A provisioner that runs `aks-fleet` against a cluster, without a shell. */
export function runFleetCommand(
  scope: IConstruct,
  command: string,
  access: { server: string; certificateAuthority: string; login: string },
  when: "create" | "destroy" = "create",
): LocalExecProvisioner {
  return {
    type: "local-exec",
    when,
    interpreter: ["node", "-e", launcher(ownCommand(scope)), "--"],
    command,
    environment: { AKS_FLEET_KUBECONFIG: kubeconfig(access) },
  };
}

/**
 * This library's own command, relative to the folder that a stack is synthesized to; undefined if it can be resolved
 * from there anyway. In a workspace (pnpm) the app may depend on the library only through another package.
 */
function ownCommand(scope: IConstruct): string | undefined {
  const folder = join(resolve(App.of(scope).outdir), "stacks", TerraformStack.of(scope).node.id);
  const own = find(__filename);
  // If cdktf.out is outside the app's folder, this would contain a path of this machine.
  const inApp = !relative(process.cwd(), folder).startsWith("..");
  return own === undefined || !inApp || find(`${folder}/`) === own
    ? undefined
    : relative(folder, own).replaceAll("\\", "/");
}

function find(from: string): string | undefined {
  try {
    return createRequire(from).resolve(COMMAND);
  } catch {
    return undefined;
  }
}
