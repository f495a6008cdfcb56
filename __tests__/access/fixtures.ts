import { resources, type StackJson } from "../synth";

/** What runs in a null_resource, as it is synthesized. */
export interface LocalExec {
  readonly command: string;
  readonly interpreter: readonly string[];
  readonly environment: Record<string, string>;
  readonly when: string;
}

/** The one provisioner of a null_resource, by the resource's path. */
export function localExec(stack: StackJson, path: string): LocalExec {
  const provisioners = resources(stack, "null_resource")[path]?.provisioner as Record<string, LocalExec>[];
  const [provisioner, ...more] = provisioners ?? [];
  const found = provisioner?.["local-exec"];
  if (!found || more.length > 0 || Object.keys(provisioner).length !== 1) {
    throw new Error(`${path} has not one local-exec`);
  }
  return found;
}

/** The address of a resource or of a data source, by its path below the stack. */
export function addressOf(stack: StackJson, path: string): string {
  for (const mode of ["resource", "data"] as const) {
    for (const [type, all] of Object.entries(stack[mode] ?? {})) {
      for (const [id, { "//": comment }] of Object.entries(all)) {
        const metadata = (comment as { metadata?: { path: string } } | undefined)?.metadata;
        if (metadata?.path.split("/").slice(1).join("/") === path) {
          return `${mode === "data" ? "data." : ""}${type}.${id}`;
        }
      }
    }
  }
  throw new Error(`there is no ${path}`);
}

/** The kubeconfig that a wait or a drain is given, its expressions replaced as Terraform would. */
export function readKubeconfig({ environment }: LocalExec, values: Record<string, string>): unknown {
  const { AKS_FLEET_KUBECONFIG: text = "", ...more } = environment;
  if (Object.keys(more).length > 0) {
    throw new Error(`the environment sets ${Object.keys(more)}, too`);
  }
  return JSON.parse(
    text.replace(/\$\{[^}]*\}/g, (expression) => {
      const value = values[expression];
      if (value === undefined) {
        throw new Error(`there is no value for ${expression}`);
      }
      return value;
    }),
  );
}

/** What a kubeconfig of ours holds, all of it. */
export function expectedKubeconfig(server: string, certificateAuthority: string, login: string): unknown {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "aks-fleet", cluster: { server, "certificate-authority-data": certificateAuthority } },
    ],
    users: [
      {
        name: "aks-fleet",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--login", login, "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name: "aks-fleet", context: { cluster: "aks-fleet", user: "aks-fleet" } }],
    "current-context": "aks-fleet",
  };
}
