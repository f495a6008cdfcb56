import http from "node:http";
import https from "node:https";
import { shorten } from "../terminal/problems";

export interface Endpoint {
  address: string;
  port: number;
  path: string;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  ms: number;
}

/**
 * How a connection failed: not opened; closed before the whole answer; no answer in time.
 */
export type ConnectionFailure = "connect" | "reset" | "timeout";

/** The outcome of one connection; the reason is the system's error code, such as ECONNREFUSED. */
export type Outcome = { answer: Answer } | { failure: ConnectionFailure; reason: string };

const LIMIT_MS = 10_000;
/** The start is enough to identify who answered. */
const BODY_LIMIT = 64 * 1024;

/** One request per connection: layer 4 balances connections, not requests. */
export function connectOnce({ address, port, path }: Endpoint): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve) => {
    let connected = false;
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.name === "TimeoutError" || error.name === "AbortError") {
        const missing = connected ? "answer" : "connection";
        resolve({ failure: "timeout", reason: `no ${missing} within ${LIMIT_MS / 1_000} s` });
      } else {
        const reason = error.code ?? shorten(error.message, 80);
        resolve({ failure: connected ? "reset" : "connect", reason });
      }
    };
    const options: https.RequestOptions = {
      host: address,
      port,
      path,
      agent: false,
      headers: { connection: "close", "user-agent": "aks-fleet" },
      signal: AbortSignal.timeout(LIMIT_MS),
      // The request goes to an address, but a certificate is issued for a name.
      rejectUnauthorized: false,
    };
    const request = (port === 443 ? https : http).request(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const done = () => {
        resolve({
          answer: {
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
            ms: performance.now() - start,
          },
        });
        request.destroy();
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > BODY_LIMIT) done();
      });
      response.on("end", done);
      response.on("error", fail);
    });
    request.on("socket", (socket) =>
      socket.once("connect", () => {
        connected = true;
      }),
    );
    request.on("error", fail);
    request.end();
  });
}

/** The URL that is requested. */
export function url({ address, port, path }: Endpoint): string {
  const [scheme, shown] = port === 443 ? ["https", ""] : ["http", port === 80 ? "" : `:${port}`];
  return `${scheme}://${address}${shown}${path}`;
}
