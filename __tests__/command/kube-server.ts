import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

export interface SeenRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: Json | undefined;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** The connection is cut instead of an answer. */
  drop?: boolean;
}

type Handler = (request: SeenRequest) => Reply;

export const HUB_API = "/apis/placement.kubernetes-fleet.io/v1";
export const WORKS = "/apis/placement.kubernetes-fleet.io/v1beta1/works";
export const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
export const NETWORKING_V1ALPHA1 = "/apis/networking.fleet.azure.com/v1alpha1";
export const NETWORKING_V1BETA1 = "/apis/networking.fleet.azure.com/v1beta1";
export const EXPORTS = `${NETWORKING_V1ALPHA1}/internalserviceexports`;
const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** The Kubernetes API on 127.0.0.1, as much of it as the command uses. */
export class KubeServer {
  readonly requests: SeenRequest[] = [];
  /** By path. A value is the body of a 200; a function answers itself; anything else is a 404. */
  readonly routes = new Map<string, unknown | Handler>();
  /** Answers taken one by one before any route is asked. */
  readonly first: Reply[] = [];
  /** Only this bearer token is accepted, if it is set. */
  token: string | undefined;
  allowed = (_deed: Json): boolean => true;

  private readonly server = createServer((request, response) => this.serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  list(path: string, items: unknown[]): void {
    this.routes.set(path, { kind: "List", metadata: {}, items });
  }

  /** A kubeconfig of this server, as JSON, which is YAML too. */
  kubeconfig(user: Json = {}, server = this.url): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [{ name: "test", cluster: { server } }],
      users: [{ name: "test", user }],
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", this.url);
    const seen: SeenRequest = {
      method: request.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      body: text === "" ? undefined : JSON.parse(text),
    };
    this.requests.push(seen);
    const { status = 200, headers = {}, body = {}, drop = false } = this.answer(seen);
    if (drop) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  }

  private answer(seen: SeenRequest): Reply {
    const first = this.first.shift();
    if (first !== undefined) return first;
    if (this.token !== undefined && seen.authorization !== `Bearer ${this.token}`) {
      return problem(401, "Unauthorized");
    }
    if (seen.method === "POST" && seen.path === REVIEWS) {
      const { resourceAttributes } = (seen.body?.spec ?? {}) as { resourceAttributes: Json };
      return { status: 201, body: { ...seen.body, status: { allowed: this.allowed(resourceAttributes) } } };
    }
    const route = this.routes.get(seen.path);
    if (typeof route === "function") return (route as Handler)(seen);
    return seen.method !== "GET" || route === undefined ? problem(404, "not found") : { body: route };
  }
}

export function problem(status: number, message: string): Reply {
  return { status, body: { kind: "Status", status: "Failure", message, code: status } };
}

/** What the hub of a ready fleet serves. */
export function serveHub(server: KubeServer, members: unknown[] = []): void {
  server.routes.set(HUB_API, { kind: "APIResourceList", resources: [] });
  server.routes.set(NETWORKING_V1BETA1, { kind: "APIResourceList", resources: [] });
  server.list(MEMBERS, members);
}
