import { createServer, type RequestListener } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";

export interface Backends {
  /** Every connection to it goes to one of the backends. */
  port: number;
  /** How many connections there were. */
  connections: () => number;
}

/** What stands for the pods of a cluster: answers each request with its name, or as it is told. */
export const podOf =
  (name: string, delayMs = 0): RequestListener =>
  (_, response) => {
    setTimeout(() => response.end(`<html>served by ${name}, ready</html>`), delayMs);
  };

/** A port that picks one backend for each connection, as `pick` says; undefined cuts it. */
export async function withBackends(
  backends: RequestListener[],
  act: (backends: Backends) => Promise<void>,
  pick: (connection: number) => number | undefined = (connection) => connection % backends.length,
): Promise<void> {
  const servers: Server[] = backends.map((backend) => createServer(backend));
  const sockets = new Set<Socket>();
  let count = 0;
  const balancer = createTcpServer((client) => {
    const index = pick(count++);
    const backend = index === undefined ? undefined : servers[index];
    sockets.add(client.on("error", () => client.destroy()));
    if (backend === undefined) return client.destroy();
    const server = connect((backend.address() as AddressInfo).port, "127.0.0.1");
    sockets.add(server.on("error", () => client.destroy()));
    return server.pipe(client).pipe(server);
  });
  for (const server of [...servers, balancer]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  try {
    await act({ port: (balancer.address() as AddressInfo).port, connections: () => count });
  } finally {
    for (const socket of sockets) socket.destroy();
    for (const server of [...servers, balancer]) server.close();
  }
}
