import type { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import { getProxyForUrl } from "proxy-from-env";
import { FinalProblem, shorten } from "../terminal/problems";
import { type Credentials, dataOf } from "./credentials";
import type { Cluster } from "./kubeconfig";

/** How a request reaches a cluster and verifies it. */
export async function connectionTo(cluster: Cluster, { cert, key }: Credentials): Promise<RequestOptions> {
  const ca = await authorityOf(cluster);
  const servername = cluster["tls-server-name"];
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(servername && { servername }),
    ...(cluster["insecure-skip-tls-verify"] === true && { rejectUnauthorized: false }),
    // No keep-alive: a kept connection may be dead when reused.
    agent: (await proxyAgent(proxyOf(cluster))) ?? false,
  };
}

async function authorityOf(cluster: Cluster): Promise<Buffer | undefined> {
  try {
    return await dataOf(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  } catch (error) {
    throw new FinalProblem(
      `The kubeconfig's certificate-authority can't be read: ${shorten((error as Error).message)}`,
    );
  }
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Honours HTTPS_PROXY and NO_PROXY like kubectl and Terraform, which ignore them for the local machine. The kubeconfig's own
 * proxy-url wins.
 */
function proxyOf({ server, "proxy-url": own }: Cluster): string {
  return own ?? (LOOPBACK.test(new URL(server).hostname) ? "" : getProxyForUrl(server));
}

/** Loaded only if there is a proxy. */
async function proxyAgent(proxy: string): Promise<Agent | undefined> {
  if (proxy === "") {
    return undefined;
  }
  if (/^socks/.test(proxy)) {
    const { SocksProxyAgent } = await import("socks-proxy-agent");
    return new SocksProxyAgent(proxy);
  }
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  return new HttpsProxyAgent(proxy);
}
