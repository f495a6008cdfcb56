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
 * How a connection failed: none was made; it ended before there was a whole answer; none came in time.
 */
export type ConnectionFailure = "connect" | "reset" | "timeout";

/** What came of one connection; the reason is the system's word for it, such as ECONNREFUSED. */
export type Outcome = { answer: Answer } | { failure: ConnectionFailure; reason: string };

const LIMIT_MS = 10_000;
/** Who answered stands at the beginning, if at all. */
const BODY_LIMIT = 64 * 1024;

/** One request on a connection of its own: layer 4 balances connections, not requests. */
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
      // It is asked by its address, and a certificate is for a name.
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

/** What is asked, as a URL. */
export function url({ address, port, path }: Endpoint): string {
  const [scheme, shown] = port === 443 ? ["https", ""] : ["http", port === 80 ? "" : `:${port}`];
  return `${scheme}://${address}${shown}${path}`;
}
