import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { getProxyForUrl } from "proxy-from-env";
import type { Environment } from "../terminal/environment";
import { FinalProblem, shorten } from "../terminal/problems";

// Loaded only when a cluster is asked: it takes most of a second, and --help must not.
const clientNode = () => import("@kubernetes/client-node");

export type KubeConfig = InstanceType<Awaited<ReturnType<typeof clientNode>>["KubeConfig"]>;

/** A kubeconfig, checked as far as possible before a cluster is asked. */
export async function loadKubeconfig(
  file: string | undefined,
  environment: Environment,
): Promise<KubeConfig> {
  const { KubeConfig } = await clientNode();
  const config = new KubeConfig();
  const content = environment.AKS_FLEET_KUBECONFIG;

  if (file !== undefined) {
    if (!existsSync(file)) throw new FinalProblem(`--kubeconfig ${file}: there is no such file.`);
    attempt(`--kubeconfig ${file}`, () => config.loadFromFile(file));
    return checked(config, `--kubeconfig ${file}`);
  }
  if (content) {
    attempt("AKS_FLEET_KUBECONFIG", () => config.loadFromString(content));
    return checked(config, "AKS_FLEET_KUBECONFIG");
  }

  // As kubectl does it: files that don't exist are passed over, and of two things with one name the first wins.
  const named = (environment.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const files = (named.length > 0 ? named : [join(homedir(), ".kube", "config")]).filter(existsSync);
  if (files.length === 0) {
    throw new FinalProblem(
      `There is no kubeconfig: ${named.length > 0 ? `KUBECONFIG names ${named.join(", ")}, which does not exist` : "neither AKS_FLEET_KUBECONFIG nor KUBECONFIG is set, and ~/.kube/config does not exist"}. ` +
        "Give one with --kubeconfig FILE; `az fleet get-credentials` fetches the hub's, `az aks get-credentials` a member's.",
    );
  }
  for (const path of files) {
    attempt(path, () => {
      const next = new KubeConfig();
      next.loadFromFile(path);
      const without = <T extends { name: string }>(news: T[], olds: T[]) =>
        news.filter(({ name }) => !olds.some((old) => old.name === name));
      next.clusters = without(next.clusters, config.clusters);
      next.users = without(next.users, config.users);
      next.contexts = without(next.contexts, config.contexts);
      config.mergeConfig(next, Boolean(config.currentContext));
    });
  }
  return checked(config, files.join(", "));
}

function attempt(source: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    // A file in which no kubeconfig stands makes the parser trip over undefined: its words help nobody.
    const why = error instanceof TypeError ? "it is empty or no kubeconfig" : (error as Error).message;
    // Only the beginning: the parser quotes the text around the fault, where keys and tokens stand.
    const first = why.split("\n")[0] ?? "";
    throw new FinalProblem(`${source} can't be read as a kubeconfig: ${shorten(first, 160)}.`);
  }
}

function checked(config: KubeConfig, source: string): KubeConfig {
  const name = config.getCurrentContext();
  const context = name ? config.getContextObject(name) : null;
  const cluster = context && config.getCluster(context.cluster);
  const user = context && config.getUser(context.user);
  const wrong = (what: string) => new FinalProblem(`The kubeconfig (${source}) is broken: ${what}.`);

  if (!name) throw wrong("current-context is not set; choose one with `kubectl config use-context`");
  if (!context) throw wrong(`current-context is "${name}", and there is no context of that name`);
  if (!cluster) throw wrong(`context "${name}" names the cluster "${context.cluster}", which is not in it`);
  if (!user) throw wrong(`context "${name}" names the user "${context.user}", who is not in it`);
  if (!URL.canParse(cluster.server))
    throw wrong(`the server of cluster "${cluster.name}" is "${cluster.server}", which is no URL`);
  return throughProxy(config, cluster);
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * HTTPS_PROXY and NO_PROXY count, as they do for kubectl and Terraform, which pass them over for this machine itself. The
 * kubeconfig's own proxy-url wins.
 */
function throughProxy(config: KubeConfig, cluster: KubeConfig["clusters"][number]): KubeConfig {
  const isHere = LOOPBACK.test(new URL(cluster.server).hostname);
  const proxyUrl = cluster.proxyUrl ?? (isHere ? "" : getProxyForUrl(cluster.server));
  if (proxyUrl) {
    config.clusters = config.clusters.map((one) => (one === cluster ? { ...one, proxyUrl } : one));
  }
  return config;
}
