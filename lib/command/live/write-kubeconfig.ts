import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AKS_SERVER } from "../../fleet-api/servers";
import type { Access, Deployed } from "../app/deployed";
import { FinalProblem } from "../terminal/problems";

/** The Entra ID application whose tokens every AKS API server accepts, including a fleet's hub. */
const HEADER = "# Written by aks-fleet kubeconfig. It holds no secrets: kubelogin gets the token.\n";

/** A kubeconfig for one cluster; also valid as JSON. */
export function kubeconfigOf(name: string, access: Access, interactiveMode: "IfAvailable" | "Never") {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--login", access.login, "--server-id", AKS_SERVER],
    interactiveMode,
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: { server: access.server, "certificate-authority-data": access.certificateAuthority },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: { exec } }],
  };
}

interface File {
  file: string;
  what: string;
  /** The names it has on the command line. */
  names: string[];
  access: Access;
}

export interface WriteOptions {
  folder: string;
  /** Which clusters; empty: all. */
  names: string[];
  overwrite: boolean;
}

/** Writes kubeconfig files and returns the lines that list them. Writes nothing unless all can be written. */
export async function writeKubeconfigs(deployed: Deployed, options: WriteOptions): Promise<string[]> {
  const files = chosen(filesOf(deployed), options.names, deployed);
  const { stringify } = await import("yaml");
  const pending = files.map(({ file, what, access }) => {
    const path = join(options.folder, file);
    if (!options.overwrite && existsSync(path) && !isOurs(path)) {
      throw new FinalProblem(
        `${path} exists and was not written by this command: move it, or replace it with --overwrite-existing.`,
      );
    }
    // Don't fold long lines: the certificate is one word.
    const content = stringify(kubeconfigOf(file, access, "IfAvailable"), { lineWidth: 0 });
    return { path, file, what, content: HEADER + content };
  });
  for (const { path, content } of pending) replace(path, content);
  const hub = files.find(({ what }) => what.startsWith("hub"));
  return [
    ...pending.map(({ file, what }) => `${file}: ${what}`),
    ...(hub ? [`Try: KUBECONFIG=${hub.file} kubectl get memberclusters`] : []),
  ];
}

function filesOf({ fleets }: Deployed): File[] {
  const clusters = fleets.flatMap(({ members }) => members.map(({ cluster }) => cluster));
  const isOne = (cluster: string) => clusters.filter((other) => other === cluster).length === 1;
  return fleets.flatMap(({ name, hub, members }) => [
    ...(hub ? [{ file: name, what: `hub of the fleet ${name}`, names: [name, "hub"], access: hub }] : []),
    ...members.map((member) => ({
      // Clusters in two resource groups may share a name; member names are unique in a fleet.
      file: isOne(member.cluster) ? member.cluster : member.name,
      what: `member ${member.name} of the fleet ${name}`,
      names: [member.cluster, member.name, member.key],
      access: member.access,
    })),
  ]);
}

function chosen(files: File[], names: string[], { unseen }: Deployed): File[] {
  const reasons = unseen.map(({ what, why }) => `\n  ${what}: ${why}`).join("");
  if (files.length === 0) {
    throw new FinalProblem(`No hub or member is deployed yet.${reasons}`);
  }
  for (const name of names) {
    if (!files.some((file) => file.names.includes(name))) {
      const known = files.map(({ file }) => file).join(", ");
      throw new FinalProblem(`The deployed app has no "${name}": it has ${known}.${reasons}`);
    }
  }
  const wanted =
    names.length === 0 ? files : files.filter((file) => file.names.some((n) => names.includes(n)));
  for (const { file } of wanted) {
    // It becomes a path.
    if (!/^[A-Za-z0-9][-\w.]*$/.test(file)) {
      throw new FinalProblem(`"${file}" isn't a valid file name; no kubeconfig was written.`);
    }
    if (wanted.filter((other) => other.file === file).length > 1) {
      throw new FinalProblem(
        `Two kubeconfigs would be written to the file "${file}": write them in two folders, one NAME at a time.`,
      );
    }
  }
  return wanted;
}

function isOurs(path: string): boolean {
  try {
    return readFileSync(path, "utf8").startsWith(HEADER);
  } catch {
    // A folder, or unreadable.
    return false;
  }
}

/** Atomically, and never readable by others, whatever was there before. */
function replace(path: string, content: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new FinalProblem(`${path} can't be written: ${(error as Error).message}.`);
  }
}
