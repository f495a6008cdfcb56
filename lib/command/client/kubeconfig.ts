import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Environment } from "../terminal/environment";
import { FinalProblem, shorten } from "../terminal/problems";

/** The cluster and user of a kubeconfig's current context, with the file's own keys. */
export interface KubeConfig {
  readonly cluster: Cluster;
  readonly user: User;
}

export interface Cluster {
  readonly server: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

export interface User {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly as?: string;
  readonly exec?: ExecPlugin;
  readonly "auth-provider"?: { readonly name?: string };
}

export interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** A kubeconfig, checked as far as possible before any request. */
export async function loadKubeconfig(
  file: string | undefined,
  environment: Environment,
): Promise<KubeConfig> {
  const content = environment.AKS_FLEET_KUBECONFIG;
  if (file !== undefined) {
    if (!existsSync(file)) throw new FinalProblem(`--kubeconfig ${file}: no such file.`);
    return checked(fromFile(file, `--kubeconfig ${file}`), `--kubeconfig ${file}`);
  }
  if (content) {
    return checked(parsed(content, "AKS_FLEET_KUBECONFIG", "."), "AKS_FLEET_KUBECONFIG");
  }

  const named = (environment.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const files = (named.length > 0 ? named : [join(homedir(), ".kube", "config")]).filter(existsSync);
  if (files.length === 0) {
    throw new FinalProblem(
      `There is no kubeconfig: ${named.length > 0 ? `KUBECONFIG names ${named.join(", ")}, which does not exist` : "neither AKS_FLEET_KUBECONFIG nor KUBECONFIG is set, and ~/.kube/config does not exist"}. ` +
        "Give one with --kubeconfig FILE; `az fleet get-credentials` fetches the hub's, `az aks get-credentials` a member's.",
    );
  }
  return checked(merged(files.map((path) => fromFile(path, path))), files.join(", "));
}

/** The parts of a file that are read; each list with the names of its entries. */
interface Contents {
  readonly current: string;
  readonly contexts: ReadonlyMap<string, { readonly cluster?: string; readonly user?: string }>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
}

function fromFile(path: string, source: string): Contents {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(source, (error as Error).message);
  }
  return parsed(content, source, dirname(path));
}

/** @param folder the base of relative paths */
function parsed(content: string, source: string, folder: string): Contents {
  // Loaded only when a cluster is queried: --help must not wait for it.
  const { parse } = require("yaml") as typeof import("yaml");
  let read: unknown;
  try {
    read = parse(content);
  } catch (error) {
    // Only the start: the parser quotes the text around the error, which may hold keys and tokens.
    throw unreadable(source, (error as Error).message.split("\n")[0] ?? "");
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) {
    throw unreadable(source, "it is empty or isn't a kubeconfig");
  }
  const { "current-context": current, contexts, clusters, users } = read as Record<string, unknown>;
  const path = (of: unknown) => (typeof of === "string" && of !== "" ? resolve(folder, of) : undefined);
  const withPaths = <T>(one: T, ...fields: (keyof T)[]): T => ({
    ...one,
    ...Object.fromEntries(fields.flatMap((field) => (path(one[field]) ? [[field, path(one[field])]] : []))),
  });
  return {
    current: typeof current === "string" ? current : "",
    contexts: named(contexts, "context", (context) => context),
    clusters: named<Cluster>(clusters, "cluster", (one) => withPaths(one, "certificate-authority")),
    users: named<User>(users, "user", (one) => ({
      ...withPaths(one, "client-certificate", "client-key", "tokenFile"),
      // A command without a folder is searched in the PATH.
      ...(one.exec?.command && /[\\/]/.test(one.exec.command)
        ? { exec: withPaths(one.exec, "command") }
        : {}),
    })),
  };
}

function named<T extends object>(list: unknown, field: string, from: (value: T) => T): Map<string, T> {
  const all = new Map<string, T>();
  for (const entry of Array.isArray(list) ? list : []) {
    const { name, [field]: value } = (entry ?? {}) as Record<string, unknown>;
    if (typeof name === "string" && !all.has(name)) all.set(name, from((value ?? {}) as T));
  }
  return all;
}

function unreadable(source: string, why: string): FinalProblem {
  return new FinalProblem(`${source} can't be read as a kubeconfig: ${shorten(why, 160)}.`);
}

/** Like kubectl: of two entries with the same name, the first wins. */
function merged(all: readonly Contents[]): Contents {
  const together = <T>(maps: readonly ReadonlyMap<string, T>[]) =>
    new Map([...maps].reverse().flatMap((map) => [...map]));
  return {
    current: all.map(({ current }) => current).find((current) => current !== "") ?? "",
    contexts: together(all.map(({ contexts }) => contexts)),
    clusters: together(all.map(({ clusters }) => clusters)),
    users: together(all.map(({ users }) => users)),
  };
}

function checked({ current, contexts, clusters, users }: Contents, source: string): KubeConfig {
  const context = contexts.get(current);
  const cluster = clusters.get(context?.cluster ?? "");
  const user = users.get(context?.user ?? "");
  const wrong = (what: string) => new FinalProblem(`The kubeconfig (${source}) is invalid: ${what}.`);

  if (!current) throw wrong("current-context is not set; choose one with `kubectl config use-context`");
  if (!context) throw wrong(`current-context is "${current}", but there is no such context`);
  if (!cluster) throw wrong(`context "${current}" names the cluster "${context.cluster}", which is missing`);
  if (!user) throw wrong(`context "${current}" names the user "${context.user}", which is missing`);
  if (typeof cluster.server !== "string" || !URL.canParse(cluster.server))
    throw wrong(`the server of cluster "${context.cluster}" is "${cluster.server}", which isn't a URL`);
  if (user.exec && typeof user.exec.command !== "string")
    throw wrong(`exec of user "${context.user}" has no command`);
  if (user["auth-provider"])
    throw wrong(
      `user "${context.user}" has an auth-provider, which Kubernetes no longer supports; \`kubelogin convert-kubeconfig\` replaces it with exec`,
    );
  return { cluster, user };
}
