import http from "node:http";
import https from "node:https";
import { FinalProblem, oneLine, PassingProblem, shorten, type Target } from "../terminal/problems";
import { accessAdvice, LOGIN_ADVICE } from "./access";
import { connectionTo } from "./cluster-connection";
import { credentialsOf } from "./credentials";
import type { KubeConfig } from "./kubeconfig";

export interface ListedObject {
  metadata: { name: string; namespace?: string; uid?: string; labels?: Record<string, string> };
}

export interface ListOptions {
  /** Omits the contents, which are large for Works. */
  metadataOnly?: boolean;
  /** Only objects with all of these labels. */
  labels?: Readonly<Record<string, string>>;
}

/** A kind that the API serves, in its preferred version. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What the command needs from a Kubernetes API. `undefined` means 404. */
export interface KubeClient {
  get<T>(path: string): Promise<T | undefined>;
  /** All pages. */
  list<T extends ListedObject>(path: string, options?: ListOptions): Promise<T[] | undefined>;
  create<T>(path: string, body: object): Promise<T | undefined>;
  /** What the API serves; undefined without aggregated discovery (Kubernetes before 1.30). */
  kinds(): Promise<ServedKind[] | undefined>;
  /** A JSON merge patch: lists are replaced as a whole. With a resourceVersion, it fails on a concurrent change. */
  patch<T>(path: string, body: object): Promise<T | undefined>;
  delete(path: string): Promise<unknown>;
}

interface Answer {
  status: number;
  body: string;
  retryAfter: string | undefined;
}

const REQUEST_LIMIT_MS = 15_000;
/** The system retries a silent address only after 1, 3, 7 and 15 seconds: a new connection is faster. */
const CONNECTION_LIMIT_MS = 4_000;
const PAGE = 500;

/** Talks to a kubeconfig's cluster. `load` is called again when credentials are refused. */
export function connect(load: () => Promise<KubeConfig>, target: Target): KubeClient {
  let reached: ReturnType<typeof reach> | undefined;

  async function reach() {
    const { cluster, user } = await load();
    return { cluster, credentials: credentialsOf(user) };
  }

  async function request<T>(
    method: string,
    path: string,
    body?: object,
    accept = "application/json",
  ): Promise<T | undefined> {
    reached ??= reach();
    const { cluster, credentials } = await reached;
    const { server } = cluster;
    const proof = await credentials();
    const options: https.RequestOptions = {
      ...(await connectionTo(cluster, proof)),
      method,
      headers: { ...proof.headers, Accept: accept },
    };
    const answer = await send(server, path, options, body);
    // A token is cached until it expires; a refused one must be replaced.
    if (answer.status === 401) reached = undefined;
    return understand<T>(answer, method, path, server, target);
  }

  return {
    get: (path) => request("GET", path),
    create: (path, body) => request("POST", path, body),
    patch: (path, body) => request("PATCH", path, body),
    delete: (path) => request("DELETE", path),
    async kinds() {
      const answers = await Promise.all(
        ["/api", "/apis"].map((path) => request<Discovery>("GET", path, undefined, DISCOVERY)),
      );
      return answers.every((answer) => answer?.kind === "APIGroupDiscoveryList")
        ? answers.flatMap((answer) => (answer?.items ?? []).flatMap(kindsOf))
        : undefined;
    },
    async list<T extends ListedObject>(
      path: string,
      { metadataOnly = false, labels = {} }: ListOptions = {},
    ) {
      const accept = metadataOnly
        ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        : "application/json";
      const items: T[] = [];
      const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const only = selector.length > 0 ? `&labelSelector=${encodeURIComponent(selector.join(","))}` : "";
      let next: string | undefined = "";
      do {
        const query: string = `?limit=${PAGE}${only}${next ? `&continue=${encodeURIComponent(next)}` : ""}`;
        const page: { items?: T[]; metadata?: { continue?: string } } | undefined = await request(
          "GET",
          path + query,
          undefined,
          accept,
        );
        if (page === undefined) return undefined;
        // A missing list must not pass for an empty one.
        if (!("items" in page)) {
          throw new PassingProblem(
            `the API's answer to ${path} isn't a list; trying again`,
            "Is a proxy or a login page answering instead?",
          );
        }
        items.push(...(page.items ?? []));
        next = page.metadata?.continue;
      } while (next);
      return items;
    },
  };
}

const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

interface Discovery {
  kind?: string;
  items?: DiscoveredGroup[];
}

interface DiscoveredGroup {
  metadata?: { name?: string };
  /** The preferred version first. */
  versions?: {
    version: string;
    resources?: {
      resource: string;
      responseKind?: { kind?: string };
      scope?: string;
      verbs?: string[];
    }[];
  }[];
}

function kindsOf({ metadata, versions = [] }: DiscoveredGroup): ServedKind[] {
  const found = new Map<string, ServedKind>();
  for (const { version, resources = [] } of versions) {
    for (const { resource, responseKind, scope, verbs = [] } of resources) {
      if (found.has(resource)) continue;
      found.set(resource, {
        group: metadata?.name ?? "",
        version,
        kind: responseKind?.kind ?? "",
        plural: resource,
        namespaced: scope === "Namespaced",
        verbs,
      });
    }
  }
  return [...found.values()];
}

function send(server: string, path: string, options: https.RequestOptions, body?: object): Promise<Answer> {
  const url = server + path;
  const content = body === undefined ? undefined : JSON.stringify(body);
  if (content !== undefined) {
    options.headers = {
      ...options.headers,
      "Content-Type": options.method === "PATCH" ? "application/merge-patch+json" : "application/json",
      "Content-Length": Buffer.byteLength(content),
    };
  }
  return new Promise<Answer>((resolve, reject) => {
    const fail = (error: unknown) => reject(connectionProblem(error, server));
    try {
      const client = url.startsWith("https:") ? https : http;
      const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
      const request = client.request(url, { ...options, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            retryAfter: response.headers["retry-after"],
          }),
        );
      });
      const connecting = setTimeout(
        () => request.destroy(new Error(`no connection within ${CONNECTION_LIMIT_MS / 1_000} seconds`)),
        CONNECTION_LIMIT_MS,
      );
      const connected = () => clearTimeout(connecting);
      request.on("socket", (socket) => (socket.connecting ? socket.once("connect", connected) : connected()));
      request.on("close", connected);
      request.on("error", fail);
      request.end(content);
    } catch (error) {
      // An invalid certificate or key is refused before anything is sent.
      fail(error);
    }
  });
}

const TLS_CODE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA)/;

/** Explains a request without an answer: a transient network problem, or a permanent TLS failure. */
export function connectionProblem(error: unknown, server: string): Error {
  const { code = "", name, message } = error as NodeJS.ErrnoException;
  if (TLS_CODE.test(code)) {
    return new FinalProblem(
      `${server} can't be verified over TLS:  ${shorten(message)} (${code}).\n` +
        "Either the kubeconfig is for a different or earlier cluster (fetch it again: az fleet get-credentials, az aks get-credentials --overwrite-existing; Terraform: re-apply the stack that reads the credentials), or a proxy in between intercepts TLS.",
    );
  }
  if (code.startsWith("ERR_INVALID_") || name === "TypeError") {
    return new FinalProblem(
      `the request to ${server} can't be sent: ${shorten(message)}. Check the kubeconfig.`,
    );
  }
  const how =
    name === "AbortError" || name === "TimeoutError"
      ? `no answer within ${REQUEST_LIMIT_MS / 1_000} seconds`
      : shorten(message || code, 160);
  return new PassingProblem(
    `${server} can't be reached: ${how}; trying again`,
    "Is the cluster running (az aks show --query powerState), does its name resolve here, and can this machine reach it (private cluster, authorized IP ranges, proxy, VPN)?",
  );
}

function understand<T>(
  { status, body, retryAfter }: Answer,
  method: string,
  path: string,
  server: string,
  target: Target,
): T | undefined {
  if (status >= 200 && status < 300) {
    try {
      return JSON.parse(body) as T;
    } catch {
      throw new PassingProblem(
        `${server}'s answer isn't JSON; trying again`,
        "Is a proxy or a login page answering instead?",
      );
    }
  }
  if (status === 404) return undefined;

  const said = reason(body);
  const after = parseRetryAfter(retryAfter, Date.now());
  if (status === 401) {
    const line = `the identity is not accepted yet (401): ${said || "no reason given"}`;
    throw new PassingProblem(line, LOGIN_ADVICE, after, status);
  }
  if (status === 403) {
    throw new PassingProblem(
      `not allowed yet (403): ${said || "no reason given"}; a role assignment can take minutes to take effect`,
      accessAdvice(target),
      after,
      status,
    );
  }
  if (status === 409) {
    throw new PassingProblem(
      `${said || "it was changed concurrently"} (409); trying again`,
      "Is another program changing it constantly?",
      after,
      status,
    );
  }
  if (status === 408 || status === 410 || status === 429 || status >= 500) {
    throw new PassingProblem(
      `${status === 429 ? "the API is throttling requests" : "the API failed"} (${status})${said && `: ${said}`}; trying again`,
      "Check the cluster's state in the Azure portal or with az aks show.",
      after,
      status,
    );
  }
  throw new FinalProblem(
    `${server} refused ${method} ${path} with status ${status}${said && `: ${said}`}. Is this the kubeconfig of the right cluster?`,
  );
}

function reason(body: string): string {
  try {
    // In full: a webhook's message ends with what to do.
    return oneLine(String((JSON.parse(body) as { message?: unknown }).message ?? ""));
  } catch {
    return body.startsWith("<") ? "" : shorten(body, 200);
  }
}

/** Seconds or a date, as in HTTP; undefined if it is neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
