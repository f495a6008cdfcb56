// A hub with 100 members, and their API, on this machine: writes kubeconfigs into a folder, and serves until it is ended.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  internalExport,
  memberCluster,
  NAMESPACED_PLACEMENTS,
  NODES,
  nodes,
  PLACEMENTS,
  SERVICE_EXPORTS,
  SERVICES,
  serviceExport,
  storePlacement,
} from "../__tests__/command/fleet-servers";
import { EXPORTS, KubeServer, MEMBERS } from "../__tests__/command/kube-server";
import { onCluster } from "../__tests__/command/objects";
import { members } from "./fleet";

async function serve(folder: string): Promise<void> {
  const [hub, member] = [new KubeServer(), new KubeServer()];
  await Promise.all([hub.start(), member.start()]);
  const names = members.map(({ name }) => name);
  hub.list(
    MEMBERS,
    names.map((name) => memberCluster(name, 5)),
  );
  hub.list(PLACEMENTS, [storePlacement(names.map((name) => onCluster(name)))]);
  hub.list(NAMESPACED_PLACEMENTS, []);
  hub.list(
    EXPORTS,
    names.map((name) => internalExport(name)),
  );
  member.list(SERVICE_EXPORTS, [serviceExport()]);
  member.list(SERVICES, []);
  member.list(NODES, nodes("v1.34.2", "v1.34.2", "v1.34.2"));
  writeFileSync(join(folder, "hub"), hub.kubeconfig());
  writeFileSync(join(folder, "member"), member.kubeconfig());
  console.log("ready");
}

void serve(process.argv[2] ?? ".");
